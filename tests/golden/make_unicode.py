#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Writes engine/prepare/text-unicode-table.h: which characters separate words, which letters are
# lower case of which, and which letter and mark make one character.
#   python3 make_unicode.py > ../../engine/prepare/text-unicode-table.h
import sys
import unicodedata

TOP = 0x30000


def kind(c):
    text = chr(c)
    category = unicodedata.category(text)
    if category == "Cn":
        return None  # unassigned: whatever the neighbours are
    if c == 0x200D or 0xFE00 <= c <= 0xFE0F:
        return "MARK"
    if "CJK UNIFIED" in unicodedata.name(text, "") or "CJK COMPAT" in unicodedata.name(text, ""):
        return "IDEOGRAPH"
    if category[0] in "LN":
        return "LETTER"
    if category[0] == "M":
        return "MARK"
    if category == "So":
        return "SIGN"
    if category == "Sk" and c > 0x1F000:
        return "MARK"  # skin tones
    return "GAP"


def write(rows, form, a_line):
    for i in range(0, len(rows), a_line):
        print("  " + " ".join(form % row for row in rows[i : i + a_line]))
    print("};")


ranges = []
before = "GAP"
for c in range(0x80, TOP):
    now = kind(c) or before
    if ranges and now == ranges[-1][1]:
        pass
    else:
        ranges.append((c, now))
    before = now

lower = []  # first, last, stride, difference
for c in range(0x80, 0x20000):
    small = chr(c).lower()
    if c == 0x130:
        small = "i"
    if len(small) != 1 or ord(small) == c:
        continue
    difference = ord(small) - c
    if lower:
        first, last, stride, known = lower[-1]
        step = c - last
        if known == difference and (step == stride or (first == last and step <= 2)):
            lower[-1] = (first, c, step, difference)
            continue
    lower.append((c, c, 1, difference))

pairs = []
for c in range(0x80, TOP):
    parts = unicodedata.decomposition(chr(c)).split()
    if len(parts) == 2 and parts[0][0] != "<":
        if unicodedata.normalize("NFC", chr(c)) == chr(c):
            pairs.append((int(parts[0], 16), int(parts[1], 16), c))
pairs.sort()

print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by tests/golden/make_unicode.py of Unicode %s. */" % unicodedata.unidata_version)
print("/* clang-format off */")
print()
print("/* Kinds of characters from the first one of each row to that of the next. */")
print("static const struct { uint32_t first; uint32_t kind; } kinds[] = {")
write([(c, "FS_CHARACTER_" + k) for c, k in ranges], "{ 0x%X, %s },", 3)
print()
print("/* Capitals: first, last, distance of one from the next, and what is added. */")
print("static const struct { uint32_t first, last, stride; int32_t difference; } capitals[] = {")
write(lower, "{ 0x%X, 0x%X, %d, %d },", 4)
print()
print("/* A letter, its mark, and both in one, in order of the first two. */")
print("static const struct { uint32_t letter, mark, both; } pairs[] = {")
write(pairs, "{ 0x%X, 0x%X, 0x%X },", 4)
print("/* clang-format on */")
