# SPDX-License-Identifier: GPL-3.0-or-later
"""One sitting at the workbench, through the accessibility bus and the keyboard only: open a table,
train, pause, step, go on to the end, read the best epoch, export, and compare with the command line."""
import csv
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-sitting-"))
app = None


def epoch_shown(state=""):
    """The epoch in the header's subtitle, or None when the run is not in that state."""
    for text in app.texts():
        found = re.match(state + r"epoch (\d+) of \d+", text)
        if found:
            return int(found.group(1))
    return None


def epoch_paused_at():
    return epoch_shown("paused · ")


def open_a_table():
    global app
    table = folder / "tides.csv"
    with open(table, "w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["hour", "height"])
        for t in range(5000):
            rows.writerow([t, round(math.sin(t / 7) + 0.4 * math.sin(t / 31) + 0.1 * math.sin(t * t), 4)])
    app = desktop.App()
    app.find("push button", "Train")
    app.press("Open…")
    app.choose_file("Open", table)
    app.wait_text("5,000 rows")
    wait_for(lambda: "height" in (app.description("Forecast", "image") or ""), "the forecast of height")


def train_and_pause():
    app.press("Train")
    wait_for(lambda: (epoch_shown() or 0) >= 2, "two epochs")
    app.press("Pause")
    app.find("push button", "Train")
    wait_for(epoch_paused_at, "the header to say so")


def step_one_epoch():
    # Paused within an epoch, the first step ends that epoch; the second is a whole one.
    told = app.description("Loss", "image")
    app.press("Step")
    wait_for(lambda: app.description("Loss", "image") != told, "the end of the epoch begun")
    before = wait_for(epoch_paused_at, "the pause after it")
    app.press("Step")
    wait_for(lambda: epoch_paused_at() == before + 1, "one epoch more")


def train_to_the_end_and_see_the_best_epoch():
    app.press("Train")
    wait_for(lambda: any(t.startswith("finished") for t in app.texts()), "the end of the run")
    told = app.description("Loss", "image")
    assert re.search(r"validation|Validation", told), told
    assert re.search(r"lowest validation loss .* at epoch \d+", told), told


def export_equals_the_command_line():
    out = folder / "exported"
    out.mkdir()
    app.keys("ctrl+e")
    app.choose_file("Export", out)
    # Until all of them are written they are in a hidden folder.
    exported = wait_for(lambda: next((path for path in out.rglob("best.safetensors")
                                      if not any(part.startswith(".") for part in path.relative_to(out).parts)), None),
                        "the exported files").parent
    wait_for(lambda: all((exported / name).exists() for name in ("experiment.json", "history.csv", "predictions.csv")),
             "all of them")
    again = folder / "headless"
    subprocess.run([os.environ["FITSCOPE"], "train", str(exported / "experiment.json"),
                    "--out", str(again), "--threads", "2"], check=True, capture_output=True)
    for name in ("history.csv", "predictions.csv", "best.safetensors"):
        assert (exported / name).read_bytes() == (again / name).read_bytes(), f"{name} differs"


def close():
    app.keys("ctrl+q")
    status = app.process.wait(timeout=desktop.STUCK_SECONDS)
    assert status == 0, f"the program ended with status {status}"


desktop.main([open_a_table, train_and_pause, step_one_epoch, train_to_the_end_and_see_the_best_epoch,
              export_equals_the_command_line, close])
