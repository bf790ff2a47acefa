#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes schedule-golden.h: the rates of PyTorch's schedules before each of thirty steps, and of its
ReduceLROnPlateau after each of forty losses; the momenta that go against a cyclical rate, and
where thirty steps with them lead. Keras's plateau is compared with Keras 3.16's own
callback, whose rates stand in the test. Run with any PyTorch from 1.13 on:

    python3 tests/golden/make_schedule.py > tests/golden/schedule-golden.h
"""
import math
import warnings

import torch

warnings.simplefilter("ignore")
S = torch.optim.lr_scheduler
N = 30
CASES = [
    ("step", ["every=7", "factor=0.5"], lambda o: S.StepLR(o, 7, 0.5)),
    ("exponential", ["decay=0.9"], lambda o: S.ExponentialLR(o, 0.9)),
    ("cosine", ["length=30", "min_rate=0.001"], lambda o: S.CosineAnnealingLR(o, 30, 0.001)),
    ("warm-up", ["length=5", "start_factor=0.25"], lambda o: S.LinearLR(o, 0.25, 1.0, 5)),
    ("triangular", ["rise=4", "start_factor=0.05"],
     lambda o: S.CyclicLR(o, 0.005, 0.1, 4, cycle_momentum=False)),
    ("triangular", ["rise=6", "start_factor=0.05", "halved=true"],
     lambda o: S.CyclicLR(o, 0.005, 0.1, 6, mode="triangular2", cycle_momentum=False)),
    ("one-cycle", ["length=30"], lambda o: S.OneCycleLR(o, 0.1, total_steps=30, cycle_momentum=False)),
    ("one-cycle", ["length=20", "divisor=10", "final_divisor=100"],
     lambda o: S.OneCycleLR(o, 0.1, total_steps=20, div_factor=10, final_div_factor=100, cycle_momentum=False)),
]
PLATEAUS = [
    (dict(factor=0.5, patience=3, cooldown=2, min_lr=1e-3), ["factor=0.5", "patience=3", "cooldown=2", "min_rate=0.001"]),
    (dict(factor=0.1, patience=0), ["factor=0.1", "patience=0"]),
    (dict(factor=0.5, patience=2, threshold=0.05), ["factor=0.5", "patience=2", "threshold=0.05"]),
]

CYCLES = [
    ("triangular", ["rise=4", "start_factor=0.05", "cycles_momentum=true", "low_momentum=0.8", "high_momentum=0.9"],
     lambda o: S.CyclicLR(o, 0.005, 0.1, 4, base_momentum=0.8, max_momentum=0.9)),
    ("triangular", ["rise=6", "start_factor=0.05", "halved=true", "cycles_momentum=true"],
     lambda o: S.CyclicLR(o, 0.005, 0.1, 6, mode="triangular2", base_momentum=0.85, max_momentum=0.95)),
    ("one-cycle", ["length=30", "cycles_momentum=true"], lambda o: S.OneCycleLR(o, 0.1, total_steps=30)),
]


def loss(i):
    return max(0.5, math.exp(-i / 10)) + 0.02 * (((i * 7) % 11) - 5) / 5


def optimiser():
    return torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)


def run(make):
    method = optimiser()
    schedule = make(method)
    rates = []
    for _ in range(N):
        rates.append(method.param_groups[0]["lr"])
        method.step()
        if schedule.last_epoch + 1 < getattr(schedule, "total_steps", N + 1):
            schedule.step()
    return rates


def words(settings):
    return "{ " + ", ".join('"train.schedule.%s"' % s for s in settings) + ", NULL }"


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_schedule.py with PyTorch %s; not to be edited. */" % torch.__version__.split("+")[0])
print("/* clang-format off */")
print("static const struct\n{\n  const char *settings[6];\n  double rates[%d]; /* of a base of 0.1 */\n} schedule_cases[] = {" % N)
for name, settings, make in CASES:
    print("  { %s,\n    { %s } }," % (words(["type=" + name] + settings), ", ".join("%.17g" % x for x in run(make))))
print("};\n")
print("static const double plateau_losses[40] = {\n  %s };" % ", ".join("%.17g" % loss(i) for i in range(40)))
print("static const struct\n{\n  const char *settings[6];\n  double rates[40];\n} plateau_cases[] = {")
for arguments, settings in PLATEAUS:
    method = optimiser()
    schedule = S.ReduceLROnPlateau(method, "min", **arguments)
    rates = []
    for i in range(40):
        schedule.step(loss(i))
        rates.append(method.param_groups[0]["lr"])
    print("  { %s,\n    { %s } }," % (words(["type=plateau"] + settings), ", ".join("%.17g" % x for x in rates)))
print("};")
print("static const struct\n{\n  const char *settings[8];\n  const char *optimiser;\n  double momenta[%d];\n"
      "  double weights[%d][3]; /* after each step, by the gradient cos (0.3 t + i) */\n} cycle_cases[] = {" % (N, N))
for name, settings, make in CYCLES:
    for word in ["sgd", "adam"]:
        if word == "adam" and name == "triangular":
            continue  # CyclicLR of PyTorch 1.13 moves the momentum of SGD alone
        weights = torch.nn.Parameter(torch.tensor([0.5, -0.25, 1.0], dtype=torch.float64))
        method = torch.optim.SGD([weights], lr=0.1, momentum=0.9) if word == "sgd" else torch.optim.Adam([weights], lr=0.1)
        schedule = make(method)
        momenta, path = [], []
        for t in range(N):
            group = method.param_groups[0]
            momenta.append(group["momentum"] if word == "sgd" else group["betas"][0])
            weights.grad = torch.cos(0.3 * t + torch.arange(3, dtype=torch.float64))
            method.step()
            path.append(weights.detach().clone())
            if schedule.last_epoch + 1 < getattr(schedule, "total_steps", N + 1):
                schedule.step()
        print("  { %s, \"%s\",\n    { %s },\n    { %s } }," % (
            words(["type=" + name] + settings), word, ", ".join("%.17g" % x for x in momenta),
            ", ".join("{ " + ", ".join("%.17g" % x for x in w) + " }" for w in path)))
print("};")
