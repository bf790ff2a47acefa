# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes recurrent-golden.h: outputs and gradients of recurrent layers and activations, by PyTorch.

Run with a Python that has PyTorch (Debian: python3-torch; 1.13 made the committed file):
    python3 make_recurrent.py > recurrent-golden.h
Everything is double. Parameters and inputs follow the formula of wave(), which the test repeats. What
PyTorch has as a module is its module; other settings are written out and differentiated by autograd.
"""
import math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
N, T, I, H = 4, 5, 3, 5


def wave(n, phase):
    return torch.tensor([math.sin(0.7 * k + phase) for k in range(n)])


def make(*shapes):
    return [(0.4 * wave(math.prod(s), 1.0 + i)).reshape(s).requires_grad_()
            for i, s in enumerate(shapes)]


def emit(name, values):
    values = values.detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def case(name, parameters, function):
    x = wave(N * T * I, 0.3).reshape(N, T, I)
    y = function(x, *parameters)
    dy = 0.5 * wave(y.numel(), 2.1).reshape(y.shape)
    (y * dy).sum().backward()
    emit(name + "_outputs", y)
    emit(name + "_gradients", torch.cat([p.grad.reshape(-1) for p in parameters]))


def case_of_module(name, module, n_gates, second_bias):
    """The module's own parameters take the place of the copies that weights() makes."""
    parameters = weights(n_gates, 2 if second_bias else 1)
    own = [module.weight_ih_l0, module.weight_hh_l0, module.bias_ih_l0, module.bias_hh_l0]
    with torch.no_grad():
        module.bias_hh_l0.zero_()
        for to, value in zip(own, parameters[:-2]):
            to.copy_(value)
    learned = own[:len(parameters) - 2] + parameters[-2:]

    def function(x, *parameters):
        out, _ = module(x)
        return F.linear(out[:, -1, :], parameters[-2], parameters[-1])
    case(name, learned, function)


def by_hand(cell):
    def function(x, w, u, b, head, offset):
        h = c = torch.zeros(N, H)
        for t in range(T):
            h, c = cell(F.linear(x[:, t], w, b), h, c, u)
        return F.linear(h, head, offset)
    return function


def hard(z):  # 1.13's own backward pass has its 1/6 in float
    return torch.clamp(z / 6 + 0.5, 0, 1)


def hard2(z):
    return torch.clamp(0.2 * z + 0.5, 0, 1)


def lstm_cell(phi, gate):
    def cell(a, h, c, u):
        i, f, g, o = (a + F.linear(h, u)).chunk(4, 1)
        c = gate(f) * c + gate(i) * phi(g)
        return gate(o) * phi(c), c
    return cell


def gru_before(a, h, c, u):
    r, z = torch.sigmoid(a[:, :2 * H] + F.linear(h, u[:2 * H])).chunk(2, 1)
    n = torch.tanh(a[:, 2 * H:] + F.linear(r * h, u[2 * H:]))
    return (1 - z) * n + z * h, c


def weights(gates, biases=1):
    return make((gates * H, I), (gates * H, H), *[(gates * H,)] * biases, (2, H), (2,))


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_recurrent.py with PyTorch %s; see there. */\n" % torch.__version__)
case_of_module("gru", torch.nn.GRU(I, H, batch_first=True), 3, True)
case("gru_before", weights(3), by_hand(gru_before))
case_of_module("rnn_tanh", torch.nn.RNN(I, H, batch_first=True), 1, False)
case_of_module("rnn_relu", torch.nn.RNN(I, H, batch_first=True, nonlinearity="relu"), 1, False)
case("lstm_hard", weights(4), by_hand(lstm_cell(torch.tanh, hard)))
case("lstm_hard2", weights(4), by_hand(lstm_cell(F.softsign, hard2)))
case("lstm_relu", weights(4), by_hand(lstm_cell(torch.relu, torch.sigmoid)))

activations = [("linear", lambda z: z), ("tanh", torch.tanh), ("sigmoid", torch.sigmoid),
               ("relu", torch.relu), ("leaky", lambda z: F.leaky_relu(z, 0.2)), ("elu", F.elu),
               ("selu", F.selu), ("softplus", F.softplus), ("softsign", F.softsign),
               ("silu", F.silu), ("gelu", F.gelu), ("mish", F.mish),
               ("softmax", lambda z: F.softmax(z, -1)), ("hard", hard), ("hard2", hard2)]
z = torch.linspace(-4.3, 4.3, 20)
emit("activation_z", z)
for name, function in activations:
    at = z.clone().requires_grad_()
    y = function(at)
    (y * 0.5 * wave(20, 2.1)).sum().backward()
    emit("activation_%s_y" % name, y)
    emit("activation_%s_dz" % name, at.grad)
