# SPDX-License-Identifier: GPL-3.0-or-later
"""The runs of a sitting, through the accessibility bus and the keyboard only: the strip with what people say
of its runs, deleting and having back, two runs beside each other, a race, the day after, and going on where
the program was killed."""
import json
import os
import pathlib
import re
import signal
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-runs-"))
app = strip = loss = heading = None


def experiment(name, epochs):
    path = folder / f"{name}.fit.json"
    path.write_text(json.dumps({
        "fitscope": 1,
        "data": {"source": "builtin:nile"},
        "window": {"length": 6},
        "model": {"layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}]},
        "train": {"epochs": epochs, "batch": 16, "learning_rate": 0.01, "stop": {"patience": "never"}},
    }))
    return path


def start(path):
    global app, strip, loss, heading
    app = desktop.App(path)
    strip, loss = app.part("panel", "Runs"), app.part("image", "Loss")
    heading = app.part("filler", "AdwWindowTitle")


def quit_program():
    app.keys("ctrl+q")
    status = app.process.wait(timeout=desktop.STUCK_SECONDS)
    assert status == 0, f"the program ended with status {status}"


def tiles():
    """What the tiles of the strip say, from left to right."""
    return [name for name in strip.names("push button") if ", " in name]


def select(name):
    strip.press(name + ",")
    wait_for(lambda: f"Earlier run: {name}" in strip.names("label"), f"“{name}” on show")


def menu(item):
    """Of the run on show."""
    strip.node.clear_cache()
    button = next(node for node in desktop.walk(strip.node)
                  if node.get_name() == "More about this run" and node.get_action_iface()
                  and node.get_action_iface().get_n_actions() > 0)
    button.get_action_iface().do_action(0)
    strip.press(item, role="menu item")


def finished():
    return any(text.startswith("finished") for text in heading.names("label"))


def epochs():
    found = re.match(r"After epoch (\d+) ", loss.description())
    return int(found.group(1)) if found else 0


def train_two_runs():
    start(experiment("small", 12))
    app.press("Train")
    wait_for(finished, "the end of the first run")
    app.press("Batch size: less")
    app.press("Train")
    wait_for(lambda: len(tiles()) == 2, "a tile for each run")
    wait_for(lambda: finished() and all("best" in words for words in tiles()), "the end of the second run")


def pin_name_and_note():
    select("LSTM 4")
    assert epochs() == 12, loss.description()
    menu("Pin")
    wait_for(lambda: "pinned" in tiles()[1], "the pin in words")
    menu("Name and Note…")
    app.find("text", "Note")
    app.keys("R", "e", "f", "Tab", "s", "l", "o", "w", window="Name and Note")  # the name was all selected
    app.answer("Save")
    wait_for(lambda: any(re.match(r"Ref, best .*, pinned. Note: slow$", words) for words in tiles()),
             f"name and note on the tile, not {tiles()}")


def delete_and_undo():
    menu("Delete")
    app.wait_toast("Deleted “Ref”", button="Undo")
    wait_for(lambda: any("Note: slow" in words for words in tiles()), "the run with its note")


def compare():
    app.press("Compare", role="page tab")
    caption = app.wait_text("They differ in:")
    size = re.fullmatch(r"They differ in: Batch size (\d+) or (\d+)\.", caption)
    assert size, caption
    second = next(words for words in tiles() if ", the current run" in words).split(",")[0]
    told = app.description("Compared runs", "image")
    best = {name: float(value) for name, value in
            re.findall(r"(?:^|\. )([^:]+): 12 epochs, lowest validation loss ([\d.]+\d) at epoch", told)}
    assert set(best) == {"Ref", second}, told
    texts = app.texts()
    heads = texts.index("Parameters")
    assert texts[heads + 1] == "Batch size", "a column for what differs, and no other"
    table = [text for text in texts[heads + 2:] if text in best][:2]
    assert table == sorted(best, key=best.get), f"{table} is not by {best}"


def race():
    app.keys("alt+1")
    app.press("L2 penalty: more")
    app.choose("Menu", "Race the Change Against the Run")
    caption = app.wait_text("Race with seed")
    assert "the same batches in the same order" in caption, caption
    wait_for(lambda: app.has("push button", "Race"), "the end of the race")
    assert len(tiles()) == 4, tiles()


def the_day_after():
    before = sorted(words.replace(", the current run", "") for words in tiles() if "best" in words)
    quit_program()
    start(experiment("small", 12))
    wait_for(lambda: len(tiles()) == len(before) + 1, "the runs of the day before")
    after = sorted(words for words in tiles() if "best" in words)
    assert after == before, f"{after} instead of {before}"
    select("Ref")
    wait_for(lambda: epochs() == 12, "its epochs")
    wait_for(lambda: "with the forecast" in app.description("Forecast", "image"), "its forecast")


def go_on_after_a_kill():
    quit_program()
    start(experiment("long", 100000))
    app.press("Train")
    wait_for(lambda: epochs() >= 10, "some epochs")
    told = epochs()
    app.process.send_signal(signal.SIGKILL)
    app.process.wait()
    start(experiment("long", 100000))
    words = wait_for(lambda: next((words for words in tiles() if "interrupted" in words), None), "the interrupted run")
    kept = int(re.search(r"interrupted after epoch (\d+)", words).group(1))
    assert kept >= told, f"{kept} epochs are kept, {told} were told of"
    strip.press(words)
    strip.press("Continue")
    wait_for(lambda: epochs() > kept + 10, "more epochs")
    app.press("Pause")
    quit_program()


desktop.main([train_two_runs, pin_name_and_note, delete_and_undo, compare, race, the_day_after,
              go_on_after_a_kill])
