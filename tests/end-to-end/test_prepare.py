# SPDX-License-Identifier: GPL-3.0-or-later
"""Preparing data through the accessibility bus and the keyboard only: look through the lens at a step, drag
a parameter, undo, change the order, see the windows, take a finding's advice, see how the file was read,
and measure what the steps are worth."""
import csv
import json
import math
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-prepare-"))
app = None


def page(name):
    app.press(name, role="page tab")


def words(chart):
    return app.description(chart, "image") or ""


def open_an_experiment():
    global app
    with open(folder / "sales.csv", "w", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["day", "sales"])
        for t in range(400):
            # A long tail above 0, and two gaps.
            value = "" if t in (50, 51, 90) else round(math.exp(1.5 + math.sin(t / 5) + 1.2 * math.sin(t * t)), 4)
            rows.writerow([t, value])
    experiment = folder / "sales.fit.json"
    experiment.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "sales.csv"},
        "prepare": [{"step": "impute"}, {"step": "scale", "method": "robust"}],
        "window": {"length": 6},
        "model": {"layers": [{"type": "lstm", "units": 3}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 3, "stop": {"patience": "never"}},
    }))
    app = desktop.App(experiment)
    app.find("push button", "Train")
    app.keys("alt+2")
    page("Steps")
    wait_for(lambda: "3 missing" in words("Series before"), "the gaps in words")
    wait_for(lambda: "3 filled" in words("Series after"), "the filled values in words")


def drag_a_parameter_and_undo():
    app.press("Step 2: Scale")
    app.wait_text("Robust: median")
    before = wait_for(lambda: "after the step" in words("Series after") and words("Series after"), "the lens")
    app.set_value("Robust from, slider", 5, role="slider")
    wait_for(lambda: words("Series after") != before, "other words after the drag")
    assert app.value("Robust from, slider", role="slider") == 5
    app.keys("ctrl+z")
    wait_for(lambda: words("Series after") == before, "the words of before, after undo")


def change_the_order():
    app.press("Move the step earlier")
    app.find("push button", "Step 1: Scale")
    app.find("push button", "Step 2: Fill gaps")
    app.keys("ctrl+z")
    app.find("push button", "Step 2: Scale")


def see_the_windows():
    page("Windows")
    wait_for(lambda: "Rows 1 to 280: train" in words("Split and windows"), "the split in words")
    app.wait_text("samples × steps × features")


def take_advice():
    page("Profile")
    app.press("Add “Transform” for sales")
    page("Steps")
    app.find("push button", "Step 2: Transform")
    app.find("push button", "Step 3: Scale")


def see_how_it_was_read():
    page("Import")
    app.wait_text("no other delimiter fits")
    app.find("label", "How the file is read")


def measure_the_steps():
    page("Effect")
    app.press("Measure the steps")
    app.find("push button", "Measure again")
    told = [t for t in app.texts() if t.startswith("It ") or t.startswith("No difference")]
    assert len(told) >= 3, app.texts()


def close():
    app.keys("ctrl+q")
    status = app.process.wait(timeout=desktop.STUCK_SECONDS)
    assert status == 0, f"the program ended with status {status}"


desktop.main([open_an_experiment, drag_a_parameter_and_undo, change_the_order, see_the_windows, take_advice,
              see_how_it_was_read, measure_the_steps, close])
