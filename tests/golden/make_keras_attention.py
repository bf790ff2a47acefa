# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes keras-attention-golden.h: attention by Keras's Attention and AdditiveAttention.

    KERAS_BACKEND=torch python3 make_keras_attention.py > keras-attention-golden.h
Keras 3 made the committed file. The query is each row's last step that counts, keys and values are its
steps. Inputs follow wave(), which the test repeats; rows of unequal length are masked.
"""
import math
import keras
import numpy as np

N, T, H = 3, 5, 4
LENGTHS = [5, 3, 1]


def wave(shape, phase):
    n = int(np.prod(shape))
    return np.array([math.sin(0.7 * k + phase) for k in range(n)], "float32").reshape(shape)


def emit(name, values):
    values = np.asarray(values).reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.9g," % v for v in values[i:i + 4]))
    print("};\n")


def case(name, layer, scale):
    x = wave((N, T, H), 0.3)
    query = np.stack([x[i, n - 1] for i, n in enumerate(LENGTHS)])[:, None, :]
    mask = np.array([[t < n for t in range(T)] for n in LENGTHS])
    layer.build([query.shape, x.shape])
    if scale is not None:
        layer.set_weights([scale])
    y, weights = layer([query, x], mask=[None, mask], return_attention_scores=True)
    emit(name + "_outputs", keras.ops.convert_to_numpy(y))
    emit(name + "_weights", keras.ops.convert_to_numpy(weights))


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_keras_attention.py with Keras %s; see there. */\n" % keras.__version__)
case("dot", keras.layers.Attention(), None)
case("scaled", keras.layers.Attention(use_scale=True), np.float32(1 / math.sqrt(H)))
case("additive", keras.layers.AdditiveAttention(), 0.5 * wave((H,), 1.0))
