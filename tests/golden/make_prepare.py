#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden values of the preparation steps from pandas and scikit-learn: make_prepare.py > prepare-golden.h

Every method sees the training rows only where it fits, and every part on its own where it fills gaps, as the
recipe promises. Needs pandas, numpy and scikit-learn; the tests need none of them."""
from fractions import Fraction

import numpy as np
import pandas as pd
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.preprocessing import MinMaxScaler, StandardScaler

ROWS, ENDS = 40, (24, 32, 40)
rng = np.random.default_rng(7)
t = np.arange(ROWS, dtype=float)
raw = np.column_stack([
    10 + 0.5 * t + rng.normal(size=ROWS),      # a trend, with gaps everywhere
    np.exp(rng.normal(size=ROWS) * 2),         # heavy-tailed
    1e9 + rng.normal(size=ROWS) * 1e-3,        # a large offset above a small spread
    np.full(ROWS, 4.25),                       # constant
    rng.integers(0, 3, ROWS).astype(float),    # few values
])
for row, column in [(0, 0), (1, 0), (5, 0), (6, 0), (7, 0), (13, 0), (22, 0), (23, 0), (24, 0), (25, 0), (28, 0),
                    (31, 0), (32, 0), (36, 0), (37, 0), (39, 0), (9, 1), (10, 1), (30, 1), (31, 1), (32, 1), (3, 4)]:
    raw[row, column] = np.nan
train = slice(0, ENDS[0])


def parts():
    begin = 0
    for end in ENDS:
        yield slice(begin, end)
        begin = end


def linear(column):
    out, before = column.copy(), None
    for part in parts():
        piece = pd.Series(column[part]).interpolate("linear")
        piece = piece.bfill() if before is None else piece.fillna(before)
        out[part] = piece
        before = out[part][-1]
    return out


def forward(column):
    first = column[train][~np.isnan(column[train])][0]
    return pd.Series(column).ffill().fillna(first).to_numpy()


def by_part(column, method, index=None):
    """What pandas fills inside each part; ends repeat the last value, the first rows take the first known one."""
    out, before = column.copy(), column[train][~np.isnan(column[train])][0]
    for part in parts():
        piece = pd.Series(column[part], index=None if index is None else index[part])
        if method == "backward":
            piece = piece.bfill()
        elif piece.notna().sum() > 1:
            piece = piece.interpolate(method, limit_area="inside")
        piece = piece.ffill().fillna(before)
        out[part] = piece
        before = out[part][-1]
    return out


def distance(x, y, missing_values=np.nan):
    """scikit-learn's own takes squares apart and loses the small spread above the large offset."""
    both = ~np.isnan(x) & ~np.isnan(y)
    return np.sqrt(len(x) / both.sum() * ((x[both] - y[both]) ** 2).sum()) if both.any() else np.nan


def columns(method, index=None):
    return np.column_stack([by_part(raw[:, c], method, index) for c in range(raw.shape[1])])


def array(name, values):
    print("static const double %s[] = {" % name)
    for row in np.atleast_2d(values):
        print("  " + " ".join("%s," % ("NAN" if np.isnan(x) else repr(float(x))) for x in row))
    print("};\n")


print("/* SPDX-License-Identifier: GPL-3.0-or-later */\n#pragma once\n")
print("/* Made by make_prepare.py with pandas %s. Do not edit. */\n" % pd.__version__)
print("#include <math.h>\n")
print("/* clang-format off */")
print("#define GOLDEN_ROWS %d" % ROWS)
print("#define GOLDEN_CHANNELS %d" % raw.shape[1])
print("static const size_t golden_ends[] = { %d, %d, %d };\n" % ENDS)
array("golden_raw", raw)
filled = np.column_stack([linear(raw[:, c]) for c in range(raw.shape[1])])
array("golden_linear", filled)
array("golden_forward", np.column_stack([forward(raw[:, c]) for c in range(raw.shape[1])]))
array("golden_mean", SimpleImputer(strategy="mean").fit(raw[train]).transform(raw))
array("golden_standard", StandardScaler().fit(filled[train]).transform(filled))
# x·s + m cancels where a large offset lies above a small spread; there the exact value is the golden one.
min_max = MinMaxScaler().fit(filled[train]).transform(filled)
low, high = Fraction(filled[train, 2].min()), Fraction(filled[train, 2].max())
exact = [float((Fraction(x) - low) / (high - low)) for x in filled[:, 2]]
assert np.allclose(min_max[:, 2], exact, atol=1e-3)
min_max[:, 2] = exact
array("golden_min_max", min_max)
array("golden_centre", StandardScaler(with_std=False).fit(filled[train]).transform(filled))
days = np.cumsum(1 + np.arange(ROWS) % 4)
array("golden_times", days[:, None] * 86400.0)
array("golden_median", SimpleImputer(strategy="median").fit(raw[train]).transform(raw))
array("golden_backward", columns("backward"))
array("golden_time", columns("time", pd.to_datetime(days, unit="D")))
array("golden_spline", columns("cubicspline"))
array("golden_neighbours", KNNImputer(n_neighbors=3, metric=distance).fit(raw[train]).transform(raw))
print("/* clang-format on */")
