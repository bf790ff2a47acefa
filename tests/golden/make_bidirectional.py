# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes bidirectional-golden.h: outputs and gradients of layers that read both ways, by PyTorch.

Run with a Python that has PyTorch (Debian: python3-torch; 1.13 made the committed file):
    python3 make_bidirectional.py > bidirectional-golden.h
Everything is double. Parameters and inputs follow the formula of wave(), which the test repeats. Each
layer is PyTorch's own module over packed sequences of unequal length; merges other than side by side
are written out. The last layer yields its final states (h_n), as a network for one forecast wants.
"""
import math
import torch
import torch.nn.functional as F
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
N, T, I, H, O = 4, 5, 3, 5, 2
LENGTHS = [5, 3, 1, 4]


def wave(n, phase):
    return torch.tensor([math.sin(0.7 * k + phase) for k in range(n)])


def emit(name, values):
    values = values.detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def merged(ahead, back, how):
    if how == "concat":
        return torch.cat([ahead, back], -1)
    return {"sum": ahead + back, "average": (ahead + back) / 2, "product": ahead * back}[how]


def case(name, layers, lengths):
    count = [0]
    learned = []

    def fill(parameter):
        with torch.no_grad():
            value = 0.4 * wave(parameter.numel(), 1.0 + count[0])
            parameter.copy_(value.reshape(parameter.shape))
        count[0] += 1
        learned.append(parameter)

    modules, width = [], I
    for kind, how in layers:
        module = getattr(torch.nn, kind)(width, H, batch_first=True, bidirectional=True)
        for end in ("", "_reverse"):
            for word in ("weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"):
                parameter = getattr(module, word + end)
                if word == "bias_hh_l0" and kind != "GRU":
                    torch.nn.init.zeros_(parameter)  # one bias is learned
                else:
                    fill(parameter)
        modules.append((module, how))
        width = 2 * H if how == "concat" else H
    head = torch.nn.Linear(width, O)
    fill(head.weight)
    fill(head.bias)

    x = wave(N * T * I, 0.3).reshape(N, T, I)
    for i, (module, how) in enumerate(modules):
        packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        out, state = module(packed)
        out, _ = pad_packed_sequence(out, batch_first=True, total_length=T)
        x = merged(out[..., :H], out[..., H:], how)
    h = state[0] if isinstance(state, tuple) else state
    y = head(merged(h[0], h[1], modules[-1][1]))
    dy = 0.5 * wave(y.numel(), 2.1).reshape(y.shape)
    (y * dy).sum().backward()
    emit(name + "_outputs", y)
    emit(name + "_gradients", torch.cat([p.grad.reshape(-1) for p in learned]))


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_bidirectional.py with PyTorch %s; see there. */\n" % torch.__version__)
case("lstm", [("LSTM", "concat")], [T] * N)
case("gru", [("GRU", "concat")], [T] * N)
case("rnn", [("RNN", "product")], LENGTHS)
case("lstms", [("LSTM", "concat"), ("LSTM", "sum")], LENGTHS)
case("mixed", [("GRU", "average"), ("RNN", "product"), ("LSTM", "concat")], LENGTHS)
