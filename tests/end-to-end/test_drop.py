# SPDX-License-Identifier: GPL-3.0-or-later
"""A table dragged out of another program and dropped on the window is opened."""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-drop-"))


def xdotool(*words):
    return subprocess.run(["xdotool", *map(str, words)], check=True, capture_output=True, text=True).stdout


def drop_a_table():
    table = folder / "shells.csv"
    with open(table, "w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["day", "shells"])
        for day in range(300):
            rows.writerow([day, day * 7 % 31])
    app = desktop.App()
    heading = app.part("filler", "AdwWindowTitle")
    app.find("push button", "Train")
    source = subprocess.Popen([os.environ["FITSCOPE_DRAG_SOURCE"], str(table)])
    found = wait_for(lambda: subprocess.run(["xdotool", "search", "--onlyvisible", "--name", "^drag-source$"],
                                            capture_output=True, text=True).stdout.split(), "the other program")[0]
    xdotool("windowmove", found, 1000, 500)
    xdotool("mousemove", 1060, 560, "mousedown", 1)
    # As a hand moves it: in steps, and the window is told of each.
    for step in range(25):
        xdotool("mousemove", 1060 - 20 * step, 560 - 8 * step)
        time.sleep(0.03)
    time.sleep(0.3)
    xdotool("mouseup", 1)
    wait_for(lambda: any("Shells" in text for text in heading.names("label")), "the dropped table")
    source.wait(timeout=desktop.STUCK_SECONDS)
    assert app.close() in (0, -15)


desktop.main([drop_a_table])
