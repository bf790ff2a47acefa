# SPDX-License-Identifier: GPL-3.0-or-later
"""What the engine measures, through the accessibility bus: find a learning rate and use it, undo it, train,
look inside the network, choose a second axis, and see which class is taken for which."""
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

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-inside-"))
app = None
SLIDER = "Learning rate"


def words(chart):
    return app.description(chart, "image") or ""


def write(name, **settings):
    path = folder / name
    path.write_text(json.dumps({"fitscope": 1, **settings}))
    return path


def the_rate_is_that_of_the_command_line():
    global app
    experiment = write(
        "small.fit.json",
        data={"source": "builtin:air-passengers"},
        window={"length": 8},
        model={"layers": [{"type": "lstm", "units": 6}, {"type": "dense", "units": 1}]},
        train={"epochs": 12, "stop": {"patience": "never"}},
    )
    told = subprocess.run([os.environ["FITSCOPE"], "range", str(experiment)], capture_output=True,
                          text=True, check=True).stdout
    rate = re.search(r"train\.learning_rate=(\S+),", told).group(1)
    app = desktop.App(experiment)
    app.find("push button", "Train")
    before = app.value(SLIDER, role="slider")
    app.press("Find a learning rate")
    app.find("push button", f"Use {rate}")
    assert rate in words("Loss against rate"), words("Loss against rate")
    app.press(f"Use {rate}")
    wait_for(lambda: app.value(SLIDER, role="slider") != before, "another rate")
    wait_for(lambda: not app.has("push button", f"Use {rate}"), "the window to close")
    app.keys("ctrl+z")
    wait_for(lambda: app.value(SLIDER, role="slider") == before, "the rate of before")


def look_inside():
    app.keys("alt+3")
    wait_for(lambda: "nothing to see yet" in words("Gates at their ends"), "an empty picture")
    app.press("Train")
    wait_for(lambda: any(t.startswith("finished") for t in app.texts()), "the end of the run")
    wait_for(lambda: "forget gate" in words("Gates at their ends"), "the gates in words")
    assert "Healthy (" in words("Gates on average"), words("Gates on average")
    app.press("Past", role="page tab")
    wait_for(lambda: "oldest step" in words("Gradient through time"), "the gradient through time")
    app.press("Updates", role="page tab")
    wait_for(lambda: "recurrent weights" in words("Step against weights"), "the tensors by name")
    wait_for(lambda: "median" in words("Gradient of the batches"), "the gradients of the batches")


def close():
    app.keys("ctrl+q")
    status = app.process.wait(timeout=desktop.STUCK_SECONDS)
    assert status == 0, f"the program ended with status {status}"


def classes_in_words():
    global app
    app = desktop.App(write(
        "texts.fit.json",
        data={"source": "builtin:synthetic-sentiment", "task": "text", "text": "text", "target": "sentiment"},
        model={"layers": [{"type": "embedding", "units": 4}, {"type": "lstm", "units": 4},
                          {"type": "dense", "units": "auto"}]},
        train={"loss": "cross-entropy", "epochs": 2, "stop": {"patience": "never"}},
    ))
    app.press("Train")
    wait_for(lambda: any(t.startswith("finished") for t in app.texts()), "the end of the run")
    assert "right" in words("Forecast"), words("Forecast")


desktop.main([the_rate_is_that_of_the_command_line, look_inside, close, classes_in_words, close])
