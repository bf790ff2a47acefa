# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings that act while training, through the accessibility bus and the keyboard only: each marks the
curve and resets nothing; every change can be undone and redone, a Reset loses nothing, and two programs
share the runs of one home."""
import json
import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-live-"))
app = strip = loss = heading = panel = None


def experiment(name, epochs):
    path = folder / f"{name}.fit.json"
    path.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "builtin:sunspots-monthly"},
        "window": {"length": 12},
        "model": {"layers": [{"type": "lstm", "units": 4}, {"type": "dropout", "rate": 0.2},
                             {"type": "dense", "units": 1}]},
        "train": {"epochs": epochs, "batch": 16, "learning_rate": 0.001, "stop": {"patience": "never"}},
    }))
    return path


def tiles(of=None):
    return [name for name in (of or strip).names("push button") if ", " in name]


def epochs():
    found = re.match(r"After epoch (\d+) ", loss.description())
    return int(found.group(1)) if found else 0


def marks():
    """What stands on the curve: (epoch, words)."""
    return [(int(epoch), words) for epoch, words in
            re.findall(r"After epoch (\d+): ([^.]*(?:\.\d[^.]*)*)\.", loss.description())]


def change(act, word):
    """Does it, and gives the mark that it made: (epoch, words)."""
    seen, before = len(marks()), epochs()
    act()
    found = wait_for(lambda: len(marks()) > seen and marks()[-1], f"a mark for {word}, not {marks()}")
    assert word in found[1] and found[0] >= before, (word, found)
    wait_for(lambda: epochs() > found[0], "the run to go on")
    return found


def change_settings_while_it_trains():
    global app, strip, loss, heading
    app = desktop.App(experiment("long", 100000))
    strip, loss = app.part("panel", "Runs"), app.part("image", "Loss")
    heading = app.part("filler", "AdwWindowTitle")
    app.press("Train")
    wait_for(lambda: epochs() >= 3, "some epochs")
    change(lambda: app.set_value("Learning rate", 0.6, role="slider"), "rate 0.001 → ")
    change(lambda: app.set_value("Dropout rate", 0.5, role="slider"), " 0.2 → ")
    change(lambda: app.press("Batch size: less"), " 16 → ")
    change(lambda: app.press("L1 penalty: more"), "L1 ")
    change(lambda: app.press("L2 penalty: more"), "L2")
    change(lambda: app.press("Clip gradients: more"), "Clip gradients ")
    assert len(tiles()) == 1, f"one run, not {tiles()}"
    assert app.has("push button", "Pause"), "it still trains"


def reset_loses_nothing():
    n = epochs()
    app.keys("ctrl+r")
    kept = wait_for(lambda: len(tiles()) == 2 and tiles()[1], "the run of before in the strip")
    wait_for(lambda: epochs() == 0, "a run with fresh weights")
    strip.press(kept)
    wait_for(lambda: epochs() >= n and len(marks()) == 6, "its epochs and its marks")
    strip.press(tiles()[0])
    wait_for(lambda: epochs() == 0, "the fresh run again")


def undo_and_redo_act_too():
    app.press("Train")
    wait_for(lambda: epochs() >= 2, "some epochs")
    there = change(lambda: app.set_value("Learning rate", 0.3, role="slider"), "rate ")[1].split(" → ")
    back = change(lambda: app.keys("ctrl+z"), "rate ")[1].split(" → ")
    again = change(lambda: app.keys("shift+ctrl+z"), "rate ")[1].split(" → ")
    assert there[0].split()[1] == back[1] == again[0].split()[1], (there, back, again)
    assert there[1] == back[0].split()[1] == again[1], (there, back, again)
    app.press("Pause")


def two_programs_share_the_runs():
    global app, strip, loss, heading
    first, first_loss, n_first = app, loss, len(tiles())
    app.press("Train")
    app = desktop.App(experiment("short", 5))
    strip, loss = app.part("panel", "Runs"), app.part("image", "Loss")
    heading = app.part("filler", "AdwWindowTitle")
    # What the other one trains is there, and is not taken from it.
    theirs = wait_for(lambda: next((t for t in tiles() if "open in another program" in t), None),
                      "the run that the other program trains")
    assert len(tiles()) == n_first + 1, tiles()
    strip.press(theirs)
    wait_for(lambda: epochs() >= 2, "the epochs that it has told of")
    assert not [node for node in desktop.walk(strip.node) if node.get_name() == "Continue"], "only one may go on"
    strip.press(next(t for t in tiles() if ", the current run" in t))
    app.press("Train")
    wait_for(lambda: any(text.startswith("finished") for text in heading.names("label")), "the end of the run")
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0
    first.press("Pause")
    first.find("push button", "Train")
    told = int(re.match(r"After epoch (\d+) ", first_loss.description()).group(1))
    first.keys("ctrl+q")
    assert first.process.wait(timeout=desktop.STUCK_SECONDS) == 0

    # The day after, all of both are there.
    app = desktop.App(experiment("short", 5))
    strip, loss = app.part("panel", "Runs"), app.part("image", "Loss")
    wait_for(lambda: len(tiles()) == n_first + 2, f"the runs of both, not {tiles()}")
    strip.press(next(t for t in tiles() if "interrupted" in t or "Interrupted" in t))
    wait_for(lambda: epochs() == told, f"all {told} epochs, not {epochs()}")
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0


desktop.main([change_settings_while_it_trains, reset_loses_nothing, undo_and_redo_act_too,
              two_programs_share_the_runs])
