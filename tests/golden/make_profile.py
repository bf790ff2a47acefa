#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden values of column profiles from NumPy, SciPy and statsmodels: make_profile.py > profile-golden.h"""
import warnings

import numpy as np
from scipy import stats
from statsmodels.robust.scale import mad
from statsmodels.tsa.stattools import acf, adfuller, kpss

warnings.simplefilter("ignore")
N = 150
rng = np.random.default_rng(11)
noise = rng.normal(size=N)
persistent = np.zeros(N)
for t in range(1, N):
    persistent[t] = 0.7 * persistent[t - 1] + noise[t]
persistent[40] += 15
persistent[90] -= 12
SERIES = {
    "noise": noise,
    "persistent": persistent,
    "walk": 1000 + np.cumsum(rng.normal(size=N)),
    "skewed": np.exp(rng.normal(size=N)),
}


def text(values):
    return ", ".join(repr(float(x)) for x in values)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */\n#pragma once\n")
print("/* Made by make_profile.py. Do not edit. */\n")
print("#define GOLDEN_N %d\n#define GOLDEN_LAGS 20\n" % N)
print("/* clang-format off */")
print("static const struct\n{\n  const char *name;\n  double values[GOLDEN_N];\n"
      "  double mean, sd, min, q25, median, q75, max, skewness, mad;\n  size_t n_outliers_iqr, n_outliers_mad;\n"
      "  double autocorrelation[GOLDEN_LAGS + 1];\n  double dickey_fuller, dickey_fuller_critical, kpss;\n"
      "} golden_series[] = {")
for name, x in SERIES.items():
    q = np.quantile(x, [0.25, 0.5, 0.75])
    reach = 1.5 * (q[2] - q[0])
    lags = int(4 * (N / 100) ** 0.25)
    adf = adfuller(x, maxlag=lags, regression="c", autolag=None)
    level = kpss(x, regression="c", nlags=int(np.ceil(12 * (N / 100) ** 0.25)))
    print('  { "%s",\n    { %s },' % (name, text(x)))
    print("    %s," % text([x.mean(), x.std(ddof=1), x.min(), q[0], q[1], q[2], x.max(), stats.skew(x), mad(x)]))
    print("    %d, %d," % (((x < q[0] - reach) | (x > q[2] + reach)).sum(),
                           (np.abs(x - q[1]) > 3.5 * mad(x)).sum()))
    print("    { %s }," % text(acf(x, nlags=20, fft=False)))
    print("    %s }," % text([adf[0], adf[4]["5%"], level[0]]))
print("};\n/* clang-format on */")
