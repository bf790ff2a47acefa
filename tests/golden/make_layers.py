# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes layers-golden.h: attention, layer normalisation and peepholes, by PyTorch.

Run with a Python that has PyTorch (Debian: python3-torch; 1.13 made the committed file):
    python3 make_layers.py > layers-golden.h
Everything is double. Parameters and inputs follow the formula of wave(), which the test repeats. What
PyTorch has as a function (layer_norm, softmax) is its function; the rest is written out, and all
gradients are autograd's. Rows of unequal length are masked as PyTorch's users do, by scores of -inf.
"""
import math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
N, T, I, H, A, O = 4, 5, 3, 5, 3, 2
LENGTHS = [5, 3, 1, 4]


def wave(n, phase):
    return torch.tensor([math.sin(0.7 * k + phase) for k in range(n)])


def emit(name, values):
    values = values.detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def case(name, shapes, function):
    learned = [(0.4 * wave(math.prod(s), 1.0 + i)).reshape(s).requires_grad_()
               for i, s in enumerate(shapes + [(O, H), (O,)])]
    x = wave(N * T * I, 0.3).reshape(N, T, I)
    y = F.linear(function(x, *learned[:-2]), learned[-2], learned[-1])
    dy = 0.5 * wave(y.numel(), 2.1).reshape(y.shape)
    (y * dy).sum().backward()
    emit(name + "_outputs", y)
    emit(name + "_gradients", torch.cat([p.grad.reshape(-1) for p in learned]))


def rnn(x, w, u, b, lengths):
    h, steps = torch.zeros(N, H), []
    for t in range(x.shape[1]):
        counts = torch.tensor([[t < n] for n in lengths])
        h = torch.where(counts, torch.tanh(F.linear(x[:, t], w, b) + F.linear(h, u)), h)
        steps.append(h)
    return torch.stack(steps, 1)


def attend(h, scores, lengths):
    masked = torch.tensor([[t >= n for t in range(T)] for n in lengths])
    a = F.softmax(scores.masked_fill(masked, -math.inf), 1)
    return (a.unsqueeze(-1) * h).sum(1)


def attention(score, lengths):
    def function(x, w, u, b, *more):
        h = rnn(x, w, u, b, lengths)
        q = h[torch.arange(N), torch.tensor(lengths) - 1]
        return attend(h, score(h, q, *more), lengths)
    return function


def additive(h, q, key, query, v):
    return F.linear(torch.tanh(F.linear(h, key) + F.linear(q, query).unsqueeze(1)), v).squeeze(-1)


def by_itself(h, q, key, v):
    return F.linear(torch.tanh(F.linear(h, key)), v).squeeze(-1)


def dot(h, q):
    return (h * q.unsqueeze(1)).sum(-1)


def general(h, q, w):
    return dot(h, F.linear(q, w))


def lstm(x, w, u, b, p, norms, lengths):
    h, c = torch.zeros(N, H), torch.zeros(N, H)
    for t in range(T):
        counts = torch.tensor([[t < n] for n in lengths])
        if norms:
            gi, bi, gr, br, gc, bc = norms
            gates = F.layer_norm(F.linear(x[:, t], w), (4 * H,), gi, bi) \
                + F.layer_norm(F.linear(h, u), (4 * H,), gr, br)
        else:
            gates = F.linear(x[:, t], w, b) + F.linear(h, u)
        i, f, g, o = gates.chunk(4, 1)
        if p is not None:
            i, f = i + p[0] * c, f + p[1] * c
        new = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        if norms:
            new = F.layer_norm(new, (H,), gc, bc)
        if p is not None:
            o = o + p[2] * new
        h = torch.where(counts, torch.sigmoid(o) * torch.tanh(new), h)
        c = torch.where(counts, new, c)
    return h


RNN = [(H, I), (H, H), (H,)]
NORMS = [(4 * H,), (4 * H,), (4 * H,), (4 * H,), (H,), (H,)]
print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_layers.py with PyTorch %s; see there. */\n" % torch.__version__)
case("additive", RNN + [(A, H), (A, H), (1, A)], attention(additive, LENGTHS))
case("dot", RNN, attention(dot, [T] * N))
case("scaled", RNN, attention(lambda h, q: dot(h, q) / math.sqrt(H), LENGTHS))
case("general", RNN + [(H, H)], attention(general, LENGTHS))
case("by_itself", RNN + [(A, H), (1, A)], attention(by_itself, [T] * N))
case("peepholes", [(4 * H, I), (4 * H, H), (4 * H,), (3, H)],
     lambda x, w, u, b, p: lstm(x, w, u, b, p, None, LENGTHS))
case("normed", [(4 * H, I), (4 * H, H)] + NORMS,
     lambda x, w, u, *norms: lstm(x, w, u, None, None, norms, LENGTHS))
case("layer_norm", [(I,), (I,)] + RNN,
     lambda x, gain, shift, w, u, b:
     rnn(F.layer_norm(x, (I,), gain, shift), w, u, b, [T] * N)[:, -1])
