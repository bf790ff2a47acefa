#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes augment-golden.h: variants of a window with their random numbers given, by NumPy and SciPy.

    python3 make_augment.py > augment-golden.h
Splines are scipy.interpolate.CubicSpline (not-a-knot), everything between two rows is numpy.interp.
"""
import numpy as np
from scipy.interpolate import CubicSpline

T, D = 23, 2
rows = np.arange(T)
x = np.stack([np.sin(0.4 * rows) + 0.1 * rows, np.cos(0.9 * rows)], 1)
knots = np.array([1.0, 1.15, 0.9, 1.05, 1.2, 0.95])
places = np.linspace(0, T - 1, 6)


def emit(name, values):
    values = np.asarray(values).reshape(-1).tolist()
    print("static const double golden_%s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def each(function):
    return np.stack([function(x[:, d]) for d in range(D)], 1)


def slice_of(v, start, n):
    return np.interp(np.linspace(0, n - 1, T), np.arange(n), v[start:start + n])


def window_warp(v, start, n, factor):
    part = np.interp(np.linspace(0, n - 1, int(n * factor)), np.arange(n), v[start:start + n])
    whole = np.concatenate([v[:start], part, v[start + n:]])
    return np.interp(rows, np.linspace(0, T - 1, len(whole)), whole)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_augment.py; see there. */\n")
emit("window", x)
emit("knots", knots)
emit("curve", CubicSpline(places, knots)(rows))
time = CubicSpline(places, places * knots)(rows)
time = np.clip((T - 1) / time[-1] * time, 0, T - 1)
assert np.all(np.diff(time) >= 0)
emit("time", time)
emit("time_warp", each(lambda v: np.interp(rows, time, v)))
emit("slice", each(lambda v: slice_of(v, 2, 21)))
emit("window_warp_twice", each(lambda v: window_warp(v, 7, 4, 2)))
emit("window_warp_half", each(lambda v: window_warp(v, 7, 4, 0.5)))
