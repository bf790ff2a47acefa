# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever takes over a second says how far it is and how long it will take, and can be called off: reading
a long file, proving a change, measuring steps, checking for faults, looking for a learning rate, writing
results."""
import json
import os
import pathlib
import re
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-progress-"))
app = heading = None


def told(beginning="", bar=None, is_over=lambda: False):
    """Words, on a progress bar or anywhere, that say how far something is and how long it will still take. A
    machine on which a question takes longer than the work sees it over."""
    def words():
        return [node.get_description() or "" for node in app.all("progress bar", bar)] if bar else app.texts()

    return wait_for(lambda: next((text for text in words()
                                  if re.match(beginning + r"\d+ % · .* left$", text)), None) or is_over(),
                    f"“{beginning}… % · … left”")


def train_what_is_ill():
    global app, heading
    path = folder / "small.fit.json"
    path.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "builtin:nile"},
        "window": {"length": 12},
        "split": {"train": 0.5, "validation": 0.3},
        "model": {"layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 10000, "batch": 16, "learning_rate": 0.02, "stop": {"patience": "never"}},
    }))
    app = desktop.App(path)
    heading = app.part("filler", "AdwWindowTitle")
    app.press("Train")
    wait_for(lambda: any(text.startswith("finished") for text in heading.names("label")), "the end of the run")


def prove_and_cancel():
    app.press("Prove it")
    told("Proving: ", bar="Progress of the proof")
    app.press("Cancel")
    wait_for(lambda: not app.has("progress bar", "Progress of the proof"), "the end of the proof")


def check_and_stop():
    app.press("Check")
    if app.has("push button", "Stop"):  # they are short
        app.press("Stop")
    app.find("push button", "Check again")


def measure_and_cancel():
    app.keys("alt+2")
    app.press("Effect", role="page tab")
    app.press("Measure the steps")
    told(bar="Progress of the runs", is_over=lambda: app.has("push button", "Measure again"))
    if not app.has("push button", "Measure again"):
        app.press("Cancel")
    app.find("push button", "Measure again")
    app.keys("alt+1")


def look_for_a_rate_and_cancel():
    app.press("Find a learning rate")
    if app.has("push button", "Cancel"):
        app.press("Cancel")
        wait_for(lambda: "Cancelled; nothing was changed." in app.texts() or not app.has("push button", "Cancel"),
                 "the end of the search")
    app.keys("Escape", window="Find a Learning Rate")


def read_a_long_file_and_cancel():
    table = folder / "long.csv"
    rows = "".join(f"{t % 977 / 7:.6f},{t % 313 / 3:.6f},{t % 101:.6f}\n" for t in range(100000))
    with open(table, "w") as out:
        out.write("height,width,depth\n")
        for _ in range(120):
            out.write(rows)
    # The row of the file alone: to walk the whole window takes as long as reading.
    facts = app.find("label", "100 rows · nothing missing")
    row = facts
    while not any(node.get_name() == "Take other data" for node in desktop.walk(row)):
        row = row.get_parent()
    row = desktop.Part(row, app)
    app.press("Open…")
    app.choose_file("Open", table)

    def says():
        facts.clear_cache()
        return facts.get_name() or ""

    wait_for(lambda: re.match(r"Reading: \d+ % · \d+ s left$|12,000,000 rows", says()), "how far reading is")
    if says().startswith("Reading"):
        row.press("Cancel Reading")
    else:  # as above
        app.keys("ctrl+z")
    wait_for(lambda: says() == "100 rows · nothing missing", "the file of before")
    assert any("Nile" in text for text in heading.names("label")), "the experiment of before"


def close():
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0


def export_and_cancel():
    """Of a million rows. The folder is as empty afterwards as it was."""
    global app, heading
    (folder / "million.csv").write_text("height\n" + "".join(f"{t % 977 / 7:.6f}\n" for t in range(1000000)))
    path = folder / "million.fit.json"
    path.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "million.csv"},
        "window": {"length": 2},
        "model": {"layers": [{"type": "lstm", "units": 1}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 1, "batch": 4096, "learning_rate": 0.01},
    }))
    app = desktop.App(path)
    heading = app.part("filler", "AdwWindowTitle")
    app.press("Train")
    wait_for(lambda: any(text.startswith("finished") for text in heading.names("label")), "the end of the run")
    results = folder / "results"
    results.mkdir()
    app.choose("Menu", "Export Results to Folder…")
    app.choose_file("Export Results to Folder", results)
    bar = app.find("progress bar", "Progress of the export")
    row = desktop.Part(bar.get_parent(), app)
    wait_for(lambda: re.match(r"\d+ % · .* left$", bar.get_description() or ""), "how far the export is")
    row.press("Cancel Export")
    wait_for(lambda: not os.listdir(results), "what was half written to go")
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0
    assert not os.listdir(results)


desktop.main([train_what_is_ill, read_a_long_file_and_cancel, prove_and_cancel, check_and_stop,
              measure_and_cancel, look_for_a_rate_and_cancel, close, export_and_cancel])
