#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Golden principal components from scikit-learn: make_vectors.py > vectors-golden.h"""
import numpy as np
from sklearn.decomposition import PCA

rng = np.random.default_rng(3)
x = np.round(rng.normal(size=(8, 5)) @ rng.normal(size=(5, 5)), 3)
pca = PCA(n_components=3).fit(x)


def table(name, values):
    print(f"static const double {name}[{values.shape[0]}][{values.shape[1]}] = {{")
    for row in values:
        print("  { " + ", ".join(repr(float(v)) for v in row) + " },")
    print("};")


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_vectors.py with scikit-learn; components up to their signs. */")
print("/* clang-format off */")
table("golden_vectors", x)
table("golden_components", pca.transform(x))
table("golden_shares", pca.explained_variance_ratio_.reshape(1, -1))
print("/* clang-format on */")
