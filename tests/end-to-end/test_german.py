# SPDX-License-Identifier: GPL-3.0-or-later
"""The window of a German machine: it trains, and what it says is German, with a decimal comma. What it
writes is as everywhere."""
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

LOCALE = "de_DE.UTF-8"
folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-german-"))
german = dict(os.environ, LC_ALL=LOCALE, LANGUAGE="de")
app = None


def has_locale():
    """Also a machine without the German locale speaks German if told to; its numbers keep their point."""
    mark = subprocess.run(["locale", "decimal_point"], env=german, capture_output=True, text=True).stdout
    return mark.strip() == ","


def start():
    global app
    experiment = {
        "fitscope": 1, "name": "Kurz", "data": {"source": "builtin:air-passengers"},
        "model": {"layers": [{"type": "lstm", "units": 4}, {"type": "dense", "units": 1}]},
        "train": {"epochs": 12, "learning_rate": 0.01},
    }
    path = folder / "kurz.fit.json"
    path.write_text(json.dumps(experiment))
    app = desktop.App(path, env=german)
    app.find("push button", "Trainieren")
    app.find("push button", "Zurücksetzen")


def train_and_read_the_verdict():
    app.press("Trainieren")
    wait_for(lambda: any(text.startswith("fertig: alle 12 Epochen") for text in app.texts()), "the end of the run")
    told = app.description("Verlust", "image")
    assert re.search(r"Nach Epoche 12 ist der Trainingsverlust \d+,\d+ und der Validierungsverlust \d+,\d+", told), told
    heads = ("Lernt", "Gesund", "Überanpassung", "Unteranpassung", "Nicht besser", "Die ", "Das ")
    verdicts = [text for text in app.texts() if text.startswith(heads)]
    assert verdicts, app.texts()


def numbers_have_a_comma():
    best = [text for text in app.texts() if re.match(r"[\d,.e−-]+ @\d+", text)]
    assert best and all("," in text and "." not in text.split(" @")[0] for text in best), app.texts()


def files_keep_the_point():
    out = folder / "out"
    out.mkdir()
    app.keys("ctrl+e")
    app.choose_file("Ergebnisse in Ordner", out)
    history = wait_for(lambda: next(out.rglob("history.csv"), None), "the exported files")
    lines = history.read_text().splitlines()
    assert lines[0].startswith("epoch,"), lines[0]
    assert re.fullmatch(r"[\d.,e+-]*", lines[1]), lines[1]
    assert float(lines[1].split(",")[1]) > 0
    shown = subprocess.run([os.environ["FITSCOPE"], "schema", "--json"], env=german, capture_output=True, text=True).stdout
    assert "Learning rate" in shown and "Lernrate" not in shown


def preferences_are_german():
    app.keys("ctrl+comma")
    app.find("label", "Erscheinungsbild")
    app.find("label", "Sprache")


def close():
    app.keys("Escape", window="Einstellungen")
    app.keys("ctrl+q")
    status = app.process.wait(timeout=desktop.STUCK_SECONDS)
    assert status == 0, f"the program ended with status {status}"


if not has_locale():
    print(f"1..0 # SKIP there is no locale {LOCALE}")
    sys.exit(0)
desktop.main([start, train_and_read_the_verdict, numbers_have_a_comma, files_keep_the_point,
              preferences_are_german, close])
