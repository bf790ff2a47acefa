#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden values of scaling, clipping, transforms, differences and trends: make_steps.py > steps-golden.h

From scikit-learn, SciPy, pandas and statsmodels' definition of the scaled MAD; fitted on the training rows, applied
to all. Needs numpy, pandas, scipy and scikit-learn; the tests need none of them."""
import numpy as np
import pandas as pd
import scipy
import sklearn
from scipy import special, stats
from scipy.signal import detrend
from sklearn.preprocessing import MaxAbsScaler, MinMaxScaler, RobustScaler

ROWS, ENDS = 60, (40, 50, 60)
rng = np.random.default_rng(11)
t = np.arange(ROWS, dtype=float)
raw = np.column_stack([
    50 + 0.7 * t + 8 * np.sin(2 * np.pi * t / 7) + rng.normal(size=ROWS),  # positive, a season of 7
    rng.standard_t(2, ROWS) * 3,                                           # both signs, heavy tails
])
raw[[12, 33, 47], 0] += [60, -40, 80]  # outliers
raw[[5, 6, 44], 1] = np.nan
train = slice(0, ENDS[0])


def array(name, values):
    values = np.asarray(values, dtype=float)
    print("static const double %s[] = {" % name)
    for row in np.atleast_2d(values):
        print("  " + " ".join("%s," % ("NAN" if np.isnan(x) else repr(float(x))) for x in row))
    print("};\n")


def columns(function):
    return np.column_stack([function(raw[:, c]) for c in range(raw.shape[1])])


def known(x):
    x = x[train]
    return x[~np.isnan(x)]


def winsorise(x):
    w = np.asarray(stats.mstats.winsorize(known(x), limits=(0.1, 0.1)))
    return np.clip(x, w.min(), w.max())


def fences(x):
    low, high = np.percentile(known(x), [25, 75])
    return np.clip(x, low - 1.5 * (high - low), high + 1.5 * (high - low))


def mad(x):
    middle, far = np.median(known(x)), stats.median_abs_deviation(known(x), scale="normal")
    return np.clip(x, middle - 3.5 * far, middle + 3.5 * far)


def hampel(x):
    out = x.copy()
    for i in range(len(x)):
        window = x[max(0, i - 6):i + 1]
        window = window[~np.isnan(window)]
        if np.isnan(x[i]) or len(window) == 0:
            continue
        middle, far = np.median(window), 3 * stats.median_abs_deviation(window, scale="normal")
        if far > 0:
            out[i] = np.clip(x[i], middle - far, middle + far)
    return out


def line(x):
    rows = ~np.isnan(x[train])
    b, a = np.polyfit(t[train][rows], x[train][rows], 1)
    return x - (a + b * t)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */\n#pragma once\n")
print("/* Made by make_steps.py with scikit-learn %s, SciPy %s, pandas %s. Do not edit. */\n"
      % (sklearn.__version__, scipy.__version__, pd.__version__))
print("#include <math.h>\n")
print("/* clang-format off */")
print("#define STEPS_ROWS %d" % ROWS)
print("#define STEPS_CHANNELS %d" % raw.shape[1])
print("static const size_t steps_ends[] = { %d, %d, %d };\n" % ENDS)
array("steps_raw", raw)
array("steps_robust", RobustScaler().fit(raw[train]).transform(raw))
array("steps_robust_10_90", RobustScaler(quantile_range=(10, 90)).fit(raw[train]).transform(raw))
array("steps_max_abs", MaxAbsScaler().fit(raw[train]).transform(raw))
array("steps_min_max", MinMaxScaler((-1, 1)).fit(raw[train]).transform(raw))
array("steps_quantile", columns(lambda x: np.clip(x, *np.quantile(known(x), [0.05, 0.95]))))
array("steps_winsorise", columns(winsorise))
array("steps_iqr", columns(fences))
array("steps_mad", columns(mad))
array("steps_hampel", columns(hampel))
array("steps_log", np.column_stack([np.log(raw[:, 0] + 2.5), raw[:, 1]]))
array("steps_log1p", np.column_stack([np.log1p(raw[:, 0]), raw[:, 1]]))
array("steps_asinh", np.arcsinh(raw))
box_cox = stats.boxcox_normmax(known(raw[:, 0]), method="mle")
yeo_johnson = [stats.yeojohnson_normmax(known(raw[:, c])) for c in (0, 1)]
print("static const double steps_box_cox_lambda = %r;" % float(box_cox))
print("static const double steps_yeo_johnson_lambda[] = { %r, %r };\n" % tuple(map(float, yeo_johnson)))
array("steps_diff", pd.DataFrame(raw).diff().to_numpy())
array("steps_diff_7_1", pd.DataFrame(raw).diff(7).diff().to_numpy())
lines = columns(line)
assert np.allclose(lines[train, 0], detrend(raw[train, 0]), atol=1e-9)
array("steps_line", lines)
array("steps_constant", raw - np.nanmean(raw[train], axis=0))
lambdas = [-2, -0.5, 0, 0.3, 1, 2, 2.5]
xs = np.array([1e-3, 0.2, 1, 3.7, 250.0])
ys = np.array([-40, -1.5, -0.01, 0, 0.3, 12.0])
array("power_lambdas", lambdas)
array("power_box_cox_x", xs)
array("power_yeo_johnson_x", ys)
array("power_box_cox", [special.boxcox(xs, l) for l in lambdas])
array("power_yeo_johnson", [stats.yeojohnson(ys, l) for l in lambdas])
x = pd.Series(raw[:, 0])
for name, values in {"lag": x.shift(3), "mean": x.rolling(5).mean(), "sd": x.rolling(5).std(), "min": x.rolling(5).min(),
                     "max": x.rolling(5).max(), "ewma": x.ewm(span=5).mean(), "return": x / x.shift(2) - 1,
                     "log_return": np.log(x).diff(2), "middle": x.rolling(5).mean(),
                     "upper": x.rolling(5).mean() + 2 * x.rolling(5).std(ddof=0)}.items():
    array("feature_" + name, values.to_numpy())
change, n = x.diff().to_numpy()[1:], 5
gain, loss, rsi = np.maximum(change, 0), np.maximum(-change, 0), np.full(ROWS, np.nan)
g, l = gain[:n].mean(), loss[:n].mean()
for i in range(n, ROWS):
    if i > n:
        g, l = (g * (n - 1) + gain[i - 1]) / n, (l * (n - 1) + loss[i - 1]) / n
    rsi[i] = 100 * g / (g + l)
array("feature_rsi", rsi)
array("feature_sin", np.sin(2 * np.pi * t / 7))
array("feature_lower", (x.rolling(5).mean() - 2 * x.rolling(5).std(ddof=0)).to_numpy())
array("feature_cos_3", np.cos(2 * np.pi * 3 * t / 7))
array("feature_last_cos", np.cos(2 * np.pi * 2 * t / 4))  # of half the period: its sine is left out
array("feature_volatility", np.sqrt((np.log(x).diff() ** 2).rolling(5).sum()).to_numpy())


def seeded(values, length, first):
    """The fading mean that begins with the plain mean of the `length` values up to `first`."""
    out = np.full(ROWS, np.nan)
    out[first] = values[first + 1 - length:first + 1].mean()
    for i in range(first + 1, ROWS):
        out[i] = out[i - 1] + 2 / (length + 1) * (values[i] - out[i - 1])
    return out


close = raw[:, 0]
macd = seeded(close, 12, 25) - seeded(close, 26, 25)
signal = seeded(macd, 9, 33)
array("feature_macd", np.where(np.isnan(signal), np.nan, macd))
array("feature_macd_signal", signal)
array("feature_macd_histogram", macd - signal)
# The true range needs a highest and a lowest price: made of the second column, its gaps bridged by row.
around = pd.Series(raw[:, 1]).interpolate().abs().to_numpy()
high, low = close + around, close - 0.5 * around
array("feature_high", high)
array("feature_low", low)
reach = np.maximum(high[1:] - low[1:], np.maximum(abs(high[1:] - close[:-1]), abs(low[1:] - close[:-1])))
atr = np.full(ROWS, np.nan)
atr[5] = reach[:5].mean()
for i in range(6, ROWS):
    atr[i] = (atr[i - 1] * 4 + reach[i - 1]) / 5
array("feature_atr", atr)
# Moments of a year with a leap day, before and after 1970, 7 hours and 13 minutes apart from 11 days.
moments = pd.date_range("1968-01-30 22:41:30", periods=ROWS, freq=pd.Timedelta(days=11, hours=7, minutes=13))
array("feature_times", (moments - pd.Timestamp("1970-01-01")) / pd.Timedelta(seconds=1))
shares = {"minute": moments.minute / 60, "hour": moments.hour / 24, "weekday": moments.dayofweek / 7,
          "month_day": (moments.day - 1) / moments.days_in_month, "month": (moments.month - 1) / 12,
          "year_day": (moments.dayofyear - 1) / np.where(moments.is_leap_year, 366, 365)}
for name, share in shares.items():
    array("calendar_" + name + "_sin", np.sin(2 * np.pi * np.asarray(share, dtype=float)))
    array("calendar_" + name + "_cos", np.cos(2 * np.pi * np.asarray(share, dtype=float)))
print("/* clang-format on */")
