#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden values of encoded words from scikit-learn: make_encode.py > encode-golden.h

The first 8 of 12 rows train; "e" comes in later rows alone."""
import numpy as np
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

WORDS = "b a d b a b c b e a d e".split()
train = np.array(WORDS[:8]).reshape(-1, 1)
rows = np.array(WORDS).reshape(-1, 1)
frequency = sorted(set(WORDS[:8]), key=lambda w: (-WORDS[:8].count(w), w))


def table(name, values):
    values = np.asarray(values, dtype=float)
    print(f"static const double {name}[{values.shape[0]}][{values.shape[1]}] = {{")
    for row in values:
        print("  { " + ", ".join(f"{x:g}" for x in row) + " },")
    print("};")


def ordinal(categories):
    return OrdinalEncoder(categories=categories, handle_unknown="use_encoded_value", unknown_value=-1)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_encode.py with scikit-learn. */")
print("/* clang-format off */")
print("static const char *const encode_words[] = { " + ", ".join(f'"{w}"' for w in WORDS) + " };")
one_hot = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
table("encode_one_hot", one_hot.fit(train).transform(rows))
dropped = OneHotEncoder(handle_unknown="ignore", sparse_output=False, drop="first")
table("encode_drop_first", dropped.fit(train).transform(rows))
table("encode_alphabetical", ordinal("auto").fit(train).transform(rows))
table("encode_frequency", ordinal([frequency]).fit(train).transform(rows))
table("encode_given", ordinal([["d", "c", "b", "a"]]).fit(train).transform(rows))
print("/* clang-format on */")
