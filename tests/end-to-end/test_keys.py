# SPDX-License-Identifier: GPL-3.0-or-later
"""The window without a mouse: every main control is reached by Tab, settings are changed, undone and redone,
an experiment is passed on as text and gives the same curve, and the window shows its keys and presents."""
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import Atspi, wait_for  # noqa: E402

from gi.repository import GLib  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-keys-"))
app = loss = heading = None

# What somebody who cannot use a mouse must get at, in the Watch view of a run that has trained.
MAIN_CONTROLS = {
    "Train", "Step", "Reset", "Undo", "Open…", "Menu", "Target", "Task", "Window length", "Horizon",
    "Learning rate", "Batch size", "Epochs", "Seed", "Patience", "Watch", "Loss", "Smooth", "Fit at epoch",
    "Forecast", "Show the test part", "Show the evidence",
}


def start():
    global app, loss, heading
    path = folder / "small.fit.json"
    path.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "builtin:nile"},
        "window": {"length": 6},
        "model": {"layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 9, "seed": 5, "stop": {"patience": "never"}},
    }))
    app = desktop.App(path)
    loss, heading = app.part("image", "Loss"), app.part("filler", "AdwWindowTitle")


def train():
    app.keys("F5")
    wait_for(lambda: any(text.startswith("finished") for text in heading.names("label")), "the end of the run")


def undo_and_redo():
    start()
    undo = app.part("push button", "Undo")
    redo = app.part("push button", "Redo")
    app.press("Batch size: less")
    wait_for(lambda: "Batch size" in undo.description(), "the change")  # a press takes a quarter of a second
    train()
    app.press("Units: more")
    wait_for(lambda: "Units" in undo.description(), "something to undo")
    app.keys("ctrl+z")
    wait_for(lambda: "Units" in redo.description(), "something to redo")
    wait_for(lambda: not any("wait" in text for text in heading.names("label")), "the settings of the run again")
    app.keys("shift+ctrl+z")
    wait_for(lambda: any("changes wait" in text for text in heading.names("label")), "the change again")
    app.keys("ctrl+z")
    wait_for(lambda: not any("wait" in text for text in heading.names("label")), "and undone again")


def tab_reaches_every_main_control():
    reached = []

    def focused(event):
        if event.detail1 and event.source.get_process_id() == app.process.pid:
            reached.append(event.source.get_name())

    listener = Atspi.EventListener.new(focused)
    listener.register("object:state-changed:focused")
    context = GLib.MainContext.default()
    app.keys("F5")  # the window has the focus
    limit = time.monotonic() + desktop.STUCK_SECONDS
    while not MAIN_CONTROLS <= set(reached) and time.monotonic() < limit:
        subprocess.run(["xdotool", "key", "--delay", "40", *["Tab"] * 8], check=True)
        until = time.monotonic() + 0.3
        while time.monotonic() < until:
            context.iteration(False)
            time.sleep(0.005)
    listener.deregister("object:state-changed:focused")
    missing = MAIN_CONTROLS - set(reached)
    assert not missing, f"{sorted(missing)} not reached; reached: {reached[:120]}"


def pasted_text_gives_the_same_curve():
    global app, loss, heading
    wait_for(lambda: any(text.startswith("finished") for text in heading.names("label")), "the end of the run")
    told = loss.description()
    app.keys("shift+ctrl+c")
    first = app
    app = desktop.App()  # the program as it starts for the first time, with another experiment
    loss, heading = app.part("image", "Loss"), app.part("filler", "AdwWindowTitle")
    app.keys("shift+ctrl+v")
    app.wait_toast("Experiment pasted")
    wait_for(lambda: "Nile · LSTM 4" in heading.names("label"), "the pasted experiment")
    train()
    assert loss.description() == told, f"{loss.description()} instead of {told}"
    first.close()


def the_window_presents_and_shows_its_keys():
    def width_of_words():
        app.root.clear_cache()
        return app.find("label", "Fit at epoch").get_extents(Atspi.CoordType.WINDOW).width

    before = width_of_words()
    app.keys("F11")
    wait_for(lambda: width_of_words() > 1.1 * before, "larger words")
    app.keys("F11")
    wait_for(lambda: width_of_words() == before, "words as before")
    app.keys("ctrl+question")
    app.wait_text("Train or pause")
    app.close()


desktop.main([undo_and_redo, tab_reaches_every_main_control, pasted_text_gives_the_same_curve,
              the_window_presents_and_shows_its_keys])
