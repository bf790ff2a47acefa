#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden values of the text rooms from Python's own Unicode: make_text.py > text-golden.h"""
import unicodedata

MASK = (1 << 64) - 1
TEXTS = [
    "Größe ÄRGER Émile naïve ŁÓDŹ",
    "ΟΔΥΣΣΕΎΣ Αθήνα",
    "ПРИВЕТ Ёлка Їжак",
    "Việt Nam ĐƯỜNG ệ",
    "한국어 텍스트",
    "ﬁn Å Ω",
]


def simple_small(c):
    small = chr(c).lower()
    return 0x69 if c == 0x130 else ord(small) if len(small) == 1 else c


def quoted(text):
    return '"' + "".join("\\%03o" % b for b in text.encode()) + '"'


total = 0
for c in range(0x20000):
    if not 0xD800 <= c < 0xE000:
        total = (total * 1099511628211 + simple_small(c)) & MASK
print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_text.py with Python's unicodedata %s. */" % unicodedata.unidata_version)
print("/* clang-format off */")
print("/* h = 1099511628211 h + small (c) over all characters below U+20000. */")
print("#define GOLDEN_SMALL UINT64_C (%d)" % total)
print("/* Texts with their marks apart, and as they should be spelt. */")
print("static const char *const golden_spellings[][2] = {")
for text in TEXTS:
    apart = unicodedata.normalize("NFD", text)
    whole = "".join(chr(simple_small(ord(c))) for c in unicodedata.normalize("NFC", text))
    print("  { %s,\n    %s }," % (quoted(apart), quoted(whole)))
print("};")
print("/* clang-format on */")
