# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that cannot be read, opened one after the other in a window that has good data: of each a sentence is
told, and the good data is still there and can be trained on."""
import os
import pathlib
import sys
import tempfile

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

folder = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-bad-"))
app = heading = facts = None

BAD = {
    "empty.csv": (b"", "Cannot be understood: the file is empty."),
    "names.csv": (b"day,sales\n",
                  "Cannot be understood: here are names of columns, and there is no row below them."),
    "binary.csv": (b"a,b\n" + bytes(range(1, 9)) * 40,
                   "Cannot be understood: this is not text but binary data, from byte 1 of the line on."),
    "page.csv": (b"\n<HTML>\n<body>1,2</body>\n",
                 "Cannot be understood: this is a web page, not a table; save its table as CSV."),
    "missing.csv": (b"a,b\n" + b"NA,\n" * 50, "Cannot be understood: no column has a value."),
    "pipe.csv": (None, "Cannot be read or written: it is a pipe or a device, not a file."),
    "pipe.fit.json": (None, "Cannot be read or written: it is a pipe or a device, not a file."),
}
LINES = {"names.csv": ", line 1", "binary.csv": ", line 2", "page.csv": ", line 2"}


def open_good_data():
    global app, heading, facts
    table = folder / "good.csv"
    table.write_text("day,v\n" + "".join(f"{day},{day * 7 % 31}\n" for day in range(300)))
    app = desktop.App(table)
    heading = app.part("filler", "AdwWindowTitle")
    facts = app.find("label", "300 rows · nothing missing")
    wait_for(lambda: any("Good" in text for text in heading.names("label")), "the good data")


def refuses(name):
    content, sentence = BAD[name]
    path = folder / name

    def test():
        if content is None:
            os.mkfifo(path)
        else:
            path.write_bytes(content)
        app.press("Open…")
        app.choose_file("Open", path)
        app.wait_toast(f"{path}{LINES.get(name, '')}: {sentence}")
        wait_for(lambda: any("Good" in text for text in heading.names("label")), "the good data's name")
        facts.clear_cache()
        assert facts.get_name() == "300 rows · nothing missing", facts.get_name()

    test.__name__ = "refuses_" + name.replace(".", "_")
    return test


def train_on_the_good_data():
    app.press("Train")
    wait_for(lambda: any("poch" in text for text in heading.names("label")), "an epoch")


def close():
    app.keys("ctrl+q")
    assert app.process.wait(timeout=desktop.STUCK_SECONDS) == 0


desktop.main([open_good_data, *map(refuses, BAD), train_on_the_good_data, close])
