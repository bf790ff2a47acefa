# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes stateful-golden.h: training whose recurrent layers keep their memory, by Keras's stateful=True.

    KERAS_BACKEND=torch python3 make_stateful.py > stateful-golden.h
Keras 3 with PyTorch 2 made the committed file. Rows 0 to 17 of sin (0.5 k) + 0.3 cos (1.7 k) are for training
(windows of 4 rows and a target: 14), the next 8 for validation (8 windows), in batches of 4. Row i of a batch
reads the i-th of four runs of windows, from the first to the last, so that the last batch has fewer rows:
they are filled up with rows that weigh nothing and leave no memory. Weights follow wave(), which the test repeats. Plain SGD.
Keras cannot train stateful layers with PyTorch (they change the state that the way back still needs), so that
training hands the states over itself; the forecasts are those of a model with stateful=True.
"""
import math
import keras
import numpy as np
import torch

L, B, RATE, EPOCHS = 4, 4, 0.1, 3
TRAIN_END, VALIDATION_END = 18, 26
series = np.array([math.sin(0.5 * k) + 0.3 * math.cos(1.7 * k) for k in range(VALIDATION_END)], "float32")


def wave(shape, phase):
    n = int(np.prod(shape))
    return np.array([0.4 * math.sin(0.7 * k + phase) for k in range(n)]).reshape(shape)


def lanes(n):
    """The batches: which window each row reads."""
    m = -(-n // B)
    n_long = n - (m - 1) * B
    begin, runs = 0, []
    for i in range(B):
        size = m if i < n_long else m - 1
        runs.append(list(range(begin, begin + size)))
        begin += size
    return [[run[k] for run in runs if k < len(run)] for k in range(m)]


def batch(first_row, which):
    rows = [first_row + w for w in which] + [first_row] * (B - len(which))
    x = np.stack([series[r:r + L] for r in rows])[:, :, None]
    y = np.stack([series[r + L:r + L + 1] for r in rows])
    return x, y, np.array([1.0] * len(which) + [0.0] * (B - len(which)), "float32")


def emit(name, values):
    values = np.asarray(values).reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.9g," % v for v in values[i:i + 4]))
    print("};\n")


def case(name, kind, resets, turned=lambda layer: layer):
    layer, dense = turned(kind(5, return_state=True)), keras.layers.Dense(1)
    n_ways = 2 if isinstance(layer, keras.layers.Bidirectional) else 1
    layer.build((B, L, 1))
    dense.build((B, 5 * n_ways))
    learned = [v for part in (layer, dense) for v in part.trainable_variables]
    for i, v in enumerate(learned):
        v.assign(wave(v.shape, 1.0 + i))
    n_states = n_ways * (2 if kind is keras.layers.LSTM else 1)
    n_train, losses = TRAIN_END - L, []
    for epoch in range(EPOCHS):
        if resets or epoch == 0:
            states = [torch.zeros((B, 5))] * n_states
        total = 0
        for which in lanes(n_train):
            x, y, counts = (torch.tensor(v) for v in batch(0, which))
            before = states
            h, *states = layer(x, initial_state=states)
            loss = (counts * (dense(h)[:, 0] - y[:, 0]) ** 2).sum() / counts.sum()
            states = [torch.where(counts[:, None] > 0, new.detach(), old)
                      for new, old in zip(states, before)]
            for v in learned:
                v.value.grad = None
            loss.backward()
            with torch.no_grad():
                for v in learned:
                    v.value.sub_(RATE * v.value.grad)
            total += float(loss.detach()) * len(which)
        losses.append(total / n_train)
    model = keras.Sequential([keras.layers.Input(batch_shape=(B, L, 1)),
                              turned(kind(5, stateful=True)), keras.layers.Dense(1)])
    model.set_weights([v.value.detach().numpy() for v in learned])
    predicted = np.zeros(VALIDATION_END - TRAIN_END)
    for which in lanes(VALIDATION_END - TRAIN_END):
        x, _, _ = batch(TRAIN_END - L, which)
        predicted[which] = np.asarray(model.predict_on_batch(x))[:len(which), 0]
    emit(name + "_losses", losses)
    emit(name + "_predicted", predicted)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_stateful.py with Keras %s; see there. */\n" % keras.__version__)
case("lstm_epoch", keras.layers.LSTM, True)
case("lstm_never", keras.layers.LSTM, False)
case("rnn_epoch", keras.layers.SimpleRNN, True)
case("both_epoch", keras.layers.LSTM, True, keras.layers.Bidirectional)
case("both_never", keras.layers.SimpleRNN, False, keras.layers.Bidirectional)
