# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes network-golden.h: forward passes, gradients and training steps of small networks, by PyTorch.

Run with a Python that has PyTorch (Debian: python3-torch; 1.13.1 made the committed file):
    python3 make_network.py > network-golden.h
Everything is double. Parameters and inputs follow the formula of wave(), which the test repeats.
"""
import math
import torch

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)


def wave(n, phase):
    return torch.tensor([math.sin(0.7 * k + phase) for k in range(n)])


class Net(torch.nn.Module):
    def __init__(self, n_inputs, lstms, denses):
        super().__init__()
        self.layers = torch.nn.ModuleList()
        width = n_inputs
        for units in lstms:
            self.layers.append(torch.nn.LSTM(width, units, batch_first=True))
            width = units
        self.activations = []
        for units, activation in denses:
            self.layers.append(torch.nn.Linear(width, units))
            self.activations.append(activation)
            width = units
        self.n_lstms = len(lstms)
        self.learned = []
        for name, p in self.named_parameters():
            with torch.no_grad():
                if "bias_hh" in name:
                    p.zero_()
                    p.requires_grad_(False)
                    continue
                p.copy_(0.4 * wave(p.numel(), 1.0 + len(self.learned)).reshape(p.shape))
            self.learned.append((name, p))

    def forward(self, x):
        for lstm in self.layers[:self.n_lstms]:
            x, _ = lstm(x)
        x = x[:, -1, :]
        for dense, activation in zip(self.layers[self.n_lstms:], self.activations):
            x = activation(dense(x))
        return x


def emit(name, values):
    values = values.detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


def flat(tensors):
    return torch.cat([t.reshape(-1) for t in tensors])


def case(name, net, n_samples, n_steps, n_inputs, n_outputs, batch):
    x = wave(n_samples * n_steps * n_inputs, 0.3).reshape(n_samples, n_steps, n_inputs)
    y = 0.5 * wave(n_samples * n_outputs, 2.1).reshape(n_samples, n_outputs)
    loss_of = torch.nn.MSELoss()
    parameters = [p for _, p in net.learned]

    predicted = net(x[:batch])
    loss = loss_of(predicted, y[:batch])
    loss.backward()
    emit(name + "_outputs", predicted)
    emit(name + "_gradients", flat([p.grad for p in parameters]))

    start = [p.detach().clone() for p in parameters]
    adam = torch.optim.Adam(parameters, lr=0.01)
    losses = []
    for _ in range(10):
        adam.zero_grad()
        loss = loss_of(net(x[:batch]), y[:batch])
        loss.backward()
        adam.step()
        losses.append(loss.item())
    emit(name + "_losses", torch.tensor(losses))
    emit(name + "_after_steps", flat(parameters))

    with torch.no_grad():
        for p, s in zip(parameters, start):
            p.copy_(s)
    adam = torch.optim.Adam(parameters, lr=0.01)
    for first in range(0, n_samples, batch):
        adam.zero_grad()
        loss_of(net(x[first:first + batch]), y[first:first + batch]).backward()
        adam.step()
    emit(name + "_after_epoch", flat(parameters))


def linear(x):
    return x


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_network.py with PyTorch %s; see there. */\n" % torch.__version__)
case("single", Net(2, [5], [(1, linear)]), 10, 6, 2, 1, 4)
case("stacked", Net(3, [7, 4], [(6, torch.relu), (2, linear)]), 19, 5, 3, 2, 8)
