#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables in many encodings, each written by Python's codecs: make_encodings.py ../engine/encodings

Every text is written twice: as NAME.utf-8.csv, which says what is right, and in other encodings. The
test reads both and compares."""
import pathlib
import sys

FOLDER = pathlib.Path(sys.argv[1])
TEXTS = {
    "west": ("stadt;wert\nKöln;1,5\nMünchen;2,5\nGöteborg;3,0\nLogroño;4,25\n",
             ["cp1252", "latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be",
              "utf-8-sig", "utf-16", "utf-32"]),
    "quotes": ("name,value\nit’s “one”,1\nthat’s €2 – fine,2\nthat’s three…,3\n",
               ["cp1252", "utf-16-le", "utf-32-be"]),
    "japan": ("日付,売上,店\n2020-01-01,100,東京\n2020-01-02,250,大阪\n2020-01-03,75,ｻｯﾎﾟﾛ\n",
              ["shift_jis", "cp932", "utf-16-le", "utf-16-be", "utf-32-le", "utf-16"]),
    "russia": ("город,число\nМосква,1\nКазань,2\nУфа,3\n",
               ["utf-16-le", "utf-16-be", "utf-32-be", "utf-16"]),
    "emoji": ("text,label\n😀 good,1\n😡 bad,0\n𝄞 music,1\n", ["utf-16-le", "utf-16-be", "utf-32-le"]),
}
for name, (text, encodings) in TEXTS.items():
    for encoding in ["utf-8"] + encodings:
        (FOLDER / f"{name}.{encoding}.csv").write_bytes(text.encode(encoding))
