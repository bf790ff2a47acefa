# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes embedding-golden.h: PyTorch's nn.Embedding with padding_idx, max_norm and from_pretrained.

Run with a Python that has PyTorch (Debian: python3-torch; 1.13 made the committed file):
    python3 make_embedding.py > embedding-golden.h
Everything is double. Words 0 (padding) to 6 have 4 numbers, and a simple RNN of 3 units reads 5 words of 3 texts;
a dense layer gives 2 numbers. Parameters follow the formula of wave(), which the test repeats.
"""
import math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
V, E, H, O = 7, 4, 3, 2
WORDS = torch.tensor([[2, 5, 3, 2, 6], [1, 1, 4, 0, 0], [3, 2, 2, 5, 1]])


def wave(shape, phase):
    n = math.prod(shape)
    return torch.tensor([math.sin(0.7 * k + phase) for k in range(n)]).reshape(shape)


def emit(name, values):
    values = values.detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def case(name, max_norm, is_frozen):
    first = 0.4 * wave((V, E), 1.0)
    first[0] = 0
    embedding = torch.nn.Embedding.from_pretrained(first.clone(), freeze=is_frozen, padding_idx=0,
                                                   max_norm=max_norm)
    rest = [(0.4 * wave(s, 2.0 + i)).requires_grad_()
            for i, s in enumerate([(H, E), (H, H), (H,), (O, H), (O,)])]
    x, h = embedding(WORDS), torch.zeros(3, H)
    for t in range(5):
        h = torch.tanh(F.linear(x[:, t], rest[0], rest[2]) + F.linear(h, rest[1]))
    y = F.linear(h, rest[3], rest[4])
    (y * 0.5 * wave(y.shape, 2.1)).sum().backward()
    emit(name + "_outputs", y)
    emit(name + "_words", embedding.weight)
    if is_frozen:
        assert embedding.weight.grad is None
    else:
        emit(name + "_gradient", embedding.weight.grad)
    emit(name + "_kernel_gradient", rest[0].grad)


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_embedding.py with PyTorch %s; see there. */\n" % torch.__version__.split("+")[0])
case("plain", None, False)
case("limited", 0.6, False)
case("frozen", None, True)
