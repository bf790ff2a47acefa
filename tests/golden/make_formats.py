#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files of each format the program reads, and what is in them: make_formats.py ../engine/formats

The files are written by NumPy and pandas, or by hand where no library writes them; expected.json says
what NumPy, pandas and SciPy read back."""
import gzip
import io
import json
import pathlib
import sys

import numpy as np
import pandas as pd
from scipy.io import arff

FOLDER = pathlib.Path(sys.argv[1])
EXPECTED = {}
rng = np.random.default_rng(7)


def plain(value):
    if value is None or (isinstance(value, float) and not np.isfinite(value)):
        return None
    if isinstance(value, (bytes, np.bytes_)):
        return value.decode()
    return value.item() if isinstance(value, np.generic) else value


def expect(file, columns):
    EXPECTED[file] = {"columns": [{"name": n, "values": [plain(v) for v in vs]} for n, vs in columns]}


def refuse(file, word):
    EXPECTED[file] = {"error": word}


def save(file, array, columns=None, version=None):
    with open(FOLDER / file, "wb") as f:
        np.lib.format.write_array(f, array, version=version)
    back = np.load(FOLDER / file)
    if columns is None:
        back = back.reshape(len(back), -1)
        columns = [(f"column {i + 1}", back[:, i]) for i in range(back.shape[1])]
    expect(file, columns)


# --- NumPy
for kind in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]:
    values = rng.normal(size=12) * 50
    if kind[0] != "f":
        values = np.abs(values) if kind[0] == "u" else values
    for order in "<>":
        save(f"{kind}-{'little' if order == '<' else 'big'}.npy", values.astype(order + kind))
save("bool.npy", np.array([True, False, True]))
save("matrix.npy", rng.normal(size=(5, 3)))
save("fortran.npy", np.asfortranarray(rng.normal(size=(5, 3))))
save("version2.npy", rng.normal(size=4), version=(2, 0))
save("version3.npy", rng.normal(size=4), version=(3, 0))
save("missing.npy", np.array([1, np.nan, 3, np.inf]))
cube = rng.normal(size=(2, 3, 2))
for name, array in [("cube.npy", cube), ("cube-fortran.npy", np.asfortranarray(cube))]:
    save(name, array, [
        ("sequence", np.repeat([1, 2], 3)), ("step", np.tile([1, 2, 3], 2)),
        ("column 1", cube[:, :, 0].ravel()), ("column 2", cube[:, :, 1].ravel())])
dates = np.array(["2020-01-31", "2020-02-29", "NaT"], dtype="datetime64[D]")
save("dates.npy", dates, [("column 1", [1580428800, 1582934400, None])])
np.save(FOLDER / "objects.npy", np.array([1, "a", None], dtype=object), allow_pickle=True)
refuse("objects.npy", "object")
np.save(FOLDER / "fields.npy", np.zeros(3, dtype=[("a", "f8"), ("b", "i4")]))
refuse("fields.npy", "several fields")
np.save(FOLDER / "complex.npy", np.zeros(3, dtype=complex))
refuse("complex.npy", "integers, floats")
np.save(FOLDER / "empty.npy", np.zeros((0, 3)))
refuse("empty.npy", "holds no value")
np.save(FOLDER / "four.npy", np.zeros((1, 1, 1, 1)))
refuse("four.npy", "three dimensions")
whole = io.BytesIO()
np.save(whole, rng.normal(size=20))
(FOLDER / "cut.npy").write_bytes(whole.getvalue()[:-9])
refuse("cut.npy", "cut short")
words = np.array(["b", "a", "b", "ü", "b", "ü"])
save("words.npy", words, [("text", words)])

x, y = rng.normal(size=(6, 2)), np.arange(6)
np.savez(FOLDER / "stored.npz", x=x, y=y, label=words)
columns = [("x 1", x[:, 0]), ("x 2", x[:, 1]), ("y", y), ("label", words)]
expect("stored.npz", columns)
np.savez_compressed(FOLDER / "deflated.npz", x=x, y=y, label=words, other=np.arange(3))
expect("deflated.npz", columns)
(FOLDER / "cut.npz").write_bytes((FOLDER / "deflated.npz").read_bytes()[:-30])
refuse("cut.npz", "ZIP")
damaged = bytearray((FOLDER / "stored.npz").read_bytes())
damaged[200] ^= 1
(FOLDER / "damaged.npz").write_bytes(damaged)
refuse("damaged.npz", "damaged")

# --- JSON
table = pd.DataFrame({
    "day": ["2021-03-01", "2021-03-02", "2021-03-03", "2021-03-04"],
    "x": [1.5, None, -3e-7, 4e20], "n": [1, 2, 3, 4],
    "word": ["ä", 'say "hi"', "ä", 'say "hi"'],
})
seconds = [int(pd.Timestamp(d).timestamp()) for d in table["day"]]
right = [("day", seconds), ("x", table["x"]), ("n", table["n"]), ("word", table["word"])]
table.to_json(FOLDER / "lines.jsonl", orient="records", lines=True)
expect("lines.jsonl", right)
table.to_json(FOLDER / "array.json", orient="records", force_ascii=False, indent=1)
expect("array.json", right)
(FOLDER / "nested.jsonl").write_text(
    '{"a": {"b": 1, "c": {"d": 2}}, "list": [1, 2]}\n\n{"a": {"b": 3}, "list": [], "late": true}\n')
nested = pd.json_normalize([json.loads(l) for l in open(FOLDER / "nested.jsonl") if l.strip()])
expect("nested.jsonl", [("a.b", nested["a.b"]), ("a.c.d", nested["a.c.d"]),
                        ("list", ["[1, 2]", "[]"]), ("late", [None, "true"])])
(FOLDER / "escapes.jsonl").write_text(
    '{"t": "\\u00e9\\ud83d\\ude00 \\n\\t\\"x\\/"}\n{"t": "\\ud800"}\n{"t": ""}\n')
expect("escapes.jsonl", [("t", ["\u00e9\U0001f600 \n\t\"x/", "\ufffd", ""])])
for name, text, word in [
        ("cut.jsonl", '{"a": 1}\n{"a": ', "line 2"), ("string.jsonl", '{"a": "b\n"}', "beyond its line"),
        ("noobject.jsonl", '{"a": 1}\n5\n', "line 2"), ("bad.jsonl", '{"a": 1}\n{"a": 01x}\n', "line 2"),
        ("empty.jsonl", "{}\n{}\n", "no object"), ("deep.jsonl", '{"a":' * 50, "deep")]:
    (FOLDER / name).write_text(text)
    refuse(name, word)

# --- ARFF
(FOLDER / "iris.arff").write_text("""% a comment
@RELATION 'some plants'

@ATTRIBUTE 'petal length' NUMERIC
@attribute width REAL
@attribute kind {setosa, iris-two}
@DATA
1.4,0.2,setosa
4.7,?,iris-two
% in between
1.3,0.3,setosa
4.5,1.5,iris-two
""")
data, meta = arff.loadarff(FOLDER / "iris.arff")
expect("iris.arff", [(name, data[name]) for name in meta.names()])
(FOLDER / "sparse.arff").write_text("""@relation s
@attribute a numeric
@attribute b numeric
@attribute k {'n o', yes}
@data
{0 1.5, 2 yes}
{}
{1 -2}
{2 yes, 0 ?}
""")
expect("sparse.arff", [("a", [1.5, 0, 0, None]), ("b", [0, 0, -2, 0]), ("k", ["yes", "n o", "n o", "yes"])])
(FOLDER / "escaped.arff").write_text(
    "@relation s\n@attribute t string\n@attribute x numeric\n@data\n'it\\'s, fine',1\n\"a 'b'\",2\n,3\n")
expect("escaped.arff", [("t", ["it's, fine", "a 'b'", None]), ("x", [1, 2, 3])])
(FOLDER / "quote.arff").write_text("@relation s\n@attribute t string\n@data\n'open\n")
refuse("quote.arff", "line 4")
(FOLDER / "nothing.arff").write_text("@relation s\n@attribute t numeric\n@data\n")
refuse("nothing.arff", "no row")

# --- sktime .ts
(FOLDER / "classes.ts").write_text("""# two series, classes
@problemName Demo
@timeStamps false
@univariate false
@equalLength false
@classLabel true up down
@data
1,2.5,3:10,20,?:up
-4,5:-40,50:down
""")
expect("classes.ts", [
    ("sequence", [1, 1, 1, 2, 2]), ("step", [1, 2, 3, 1, 2]), ("value 1", [1, 2.5, 3, -4, 5]),
    ("value 2", [10, 20, None, -40, 50]), ("label", ["up", "up", "up", "down", "down"])])
(FOLDER / "times.ts").write_text("""@problemName T
@timeStamps true
@univariate true
@classLabel false
@data
(2020-01-01 10:00:00,1.5),(2020-01-01 11:00:00,2)
(2020-01-02 10:00:00,?)
""")
expect("times.ts", [("sequence", [1, 1, 2]), ("time", [1577872800, 1577876400, 1577959200]),
                    ("value", [1.5, 2, None])])
(FOLDER / "uneven.ts").write_text("@problemName T\n@univariate false\n@classLabel true a\n@data\n1:2:a\n1:a\n")
refuse("uneven.ts", "line 6")

# --- Monash .tsf
start = pd.Timestamp("2019-11-30")
months = pd.date_range("2019-11-30", periods=4, freq="D")
ends = [pd.Timestamp("2019-11-30") + pd.DateOffset(months=i) for i in range(4)]
(FOLDER / "wide.tsf").write_text("""# side by side
@relation Demo
@attribute series_name string
@attribute start_timestamp date
@frequency monthly
@horizon 2
@missing true
@equallength true
@data
T1:2019-11-30 00-00-00:1,2,?,4
T2:2019-11-30 00-00-00:-1.5,2e3,0,8
""")
expect("wide.tsf", [("time", [int(t.timestamp()) for t in ends]), ("T1", [1, 2, None, 4]),
                    ("T2", [-1.5, 2000, 0, 8])])
half = pd.date_range("2020-02-28 23:30:00", periods=3, freq="30min")
(FOLDER / "list.tsf").write_text("""@relation Demo
@attribute series_name string
@attribute state string
@attribute start_timestamp date
@frequency half_hourly
@data
T1:NSW:2020-02-28 23-30-00:1,2,3
T2:VIC:2020-02-28 23-30-00:4,5
""")
expect("list.tsf", [("series", ["T1"] * 3 + ["T2"] * 2),
                    ("time", [int(t.timestamp()) for t in list(half) + list(half[:2])]),
                    ("value", [1, 2, 3, 4, 5])])
(FOLDER / "baddate.tsf").write_text(
    "@relation D\n@attribute series_name string\n@attribute s date\n@frequency daily\n@data\nT1:soon:1,2\n")
refuse("baddate.tsf", "line 6")

# --- packed and tab-separated
(FOLDER / "lines.jsonl.gz").write_bytes(gzip.compress((FOLDER / "lines.jsonl").read_bytes(), mtime=0))
expect("lines.jsonl.gz", right)
table[["x", "n"]].to_csv(FOLDER / "table.tsv", sep="\t", index=False)
expect("table.tsv", [("x", table["x"]), ("n", table["n"])])
PROSE = ["It was late.", "Nobody, not even he, came by; so we went.", "The street was empty and dark.",
         "Then, at last, a light.", "We saw it too late."]
(FOLDER / "texts.txt").write_text("\n".join(PROSE) + "\n")
expect("texts.txt", [("column 1", PROSE)])
EVEN = ["one word after another", "four words a line", "nothing to count here", "so the blanks separate"]
(FOLDER / "words.txt").write_text("\n".join(EVEN) + "\n")
expect("words.txt", [("column 1", EVEN)])

(FOLDER / "expected.json").write_text(json.dumps(EXPECTED, indent=0, ensure_ascii=False) + "\n")
