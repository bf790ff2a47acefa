# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes masks-golden.h: recurrent layers over sequences of unequal length, by PyTorch's packed sequences.

Run with a Python that has PyTorch (Debian: python3-torch; 1.13 made the committed file):
    python3 make_masks.py > masks-golden.h
Everything is double. Parameters and inputs follow the formula of wave(), which the test repeats.
"""
import math
import torch
from torch.nn.utils.rnn import pack_padded_sequence

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
N, T, I, H, O = 5, 7, 3, 6, 2
LENGTHS = [3, 7, 1, 5, 5]


def wave(n, phase):
    return torch.tensor([math.sin(0.7 * k + phase) for k in range(n)])


def emit(name, values):
    values = values.detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def case(name, module, learned):
    """Two layers and a head; the final state of the upper one is what the head reads."""
    head = torch.nn.Linear(H, O)
    tensors = [getattr(module, "%s_l%d" % (kind, layer)) for layer in (0, 1) for kind in learned]
    tensors += [head.weight, head.bias]
    with torch.no_grad():
        for p in module.parameters():
            p.zero_()
        for i, p in enumerate(tensors):
            p.copy_((0.4 * wave(p.numel(), 1.0 + i)).reshape(p.shape))
    x = wave(N * T * I, 0.3).reshape(N, T, I)
    packed = pack_padded_sequence(x, LENGTHS, batch_first=True, enforce_sorted=False)
    state = module(packed)[1]
    h = state[0] if isinstance(state, tuple) else state
    y = head(h[1])
    (y * 0.5 * wave(y.numel(), 2.1).reshape(y.shape)).sum().backward()
    emit(name + "_outputs", y)
    emit(name + "_gradients", torch.cat([p.grad.reshape(-1) for p in tensors]))


ONE_BIAS = ["weight_ih", "weight_hh", "bias_ih"]
print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_masks.py with PyTorch %s; see there. */\n" % torch.__version__)
case("masked_lstm", torch.nn.LSTM(I, H, 2, batch_first=True), ONE_BIAS)
case("masked_gru", torch.nn.GRU(I, H, 2, batch_first=True), ONE_BIAS + ["bias_hh"])
case("masked_rnn", torch.nn.RNN(I, H, 2, batch_first=True), ONE_BIAS)
