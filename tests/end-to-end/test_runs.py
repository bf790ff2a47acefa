# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that last, through the accessibility bus: train, be killed, find the run again in the strip, go on
with it, and keep it through a reset."""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-runs-"))
environment = {**os.environ, "FITSCOPE_STORE_DIR": str(folder / "store")}
app = None


def listed():
    told = subprocess.run([os.environ["FITSCOPE"], "runs", "list", "--json"], env=environment,
                          check=True, capture_output=True, text=True).stdout
    return json.loads(told)["runs"]


def losses(run):
    told = subprocess.run([os.environ["FITSCOPE"], "runs", "show", run, "--json"], env=environment,
                          check=True, capture_output=True, text=True).stdout
    return [(e["train_loss"], e["val_loss"]) for e in json.loads(told)["history"]]


def epochs_told():
    found = re.match(r"After epoch (\d+)", app.description("Loss", "image") or "")
    return int(found.group(1)) if found else 0


def tile(part):
    return app.has("push button", contains=part)


def press(node):
    assert node.get_action_iface().do_action(0)


def killed_while_training():
    global app
    experiment = folder / "long.fit.json"
    experiment.write_text(json.dumps({
        "fitscope": 1, "data": {"source": "builtin:nile"}, "window": {"length": 6},
        "model": {"layers": [{"type": "lstm", "units": 8}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 100000, "stop": {"patience": "never"}}}))
    app = desktop.App(experiment, env=environment)
    app.press("Train")
    seen = wait_for(epochs_told, "the first epochs")
    app.process.kill()
    app.process.wait()
    runs = listed()
    assert len(runs) == 1 and runs[0]["state"] == "interrupted", runs
    assert runs[0]["epochs"] >= seen, (runs, seen)


def in_the_strip_again_and_continued():
    global app
    before = losses(listed()[0]["id"])
    app = desktop.App(env=environment)
    press(wait_for(lambda: tile("interrupted after epoch"), "the interrupted run in the strip"))
    wait_for(lambda: epochs_told() == len(before), "its curve")
    app.press("Continue")
    wait_for(lambda: epochs_told() > len(before), "epochs beyond those that were known")
    app.press("Pause")
    app.find("push button", "Train")
    wait_for(lambda: listed()[0]["state"] == "paused", "the store to know of the pause")
    after = losses(listed()[0]["id"])
    assert after[:len(before)] == before, "the same numbers as before the kill"


def reset_keeps_it():
    app.press("Reset")
    wait_for(lambda: tile("not trained yet"), "a fresh run")
    assert len(listed()) == 1


def close():
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0
    assert all(run["state"] in ("interrupted", "finished") for run in listed()), listed()


desktop.main([killed_while_training, in_the_strip_again_and_continued, reset_keeps_it, close])
