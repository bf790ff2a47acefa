#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes optimiser-golden.h: ten steps of PyTorch's SGD and Adam in double precision, on gradients
made from a small formula that the test repeats. Run with any PyTorch from 1.13 on:

    python3 tests/golden/make_optimiser.py > tests/golden/optimiser-golden.h
"""
import torch

torch.set_default_dtype(torch.float64)
N, STEPS = 6, 10
# The first four numbers are a kernel (penalised), the last two a bias (not penalised).
CASES = [
    ("sgd", dict(optimiser="sgd", lr=0.1)),
    ("sgd with momentum", dict(optimiser="sgd", lr=0.05, momentum=0.9)),
    ("adam", dict(optimiser="adam", lr=0.01)),
    ("adam with l2", dict(optimiser="adam", lr=0.01, l2=0.02)),
    ("sgd with l1 and l2", dict(optimiser="sgd", lr=0.1, l1=0.03, l2=0.05)),
    ("adam, clipped", dict(optimiser="adam", lr=0.02, clip=0.5)),
    ("sgd with momentum and l2, clipped", dict(optimiser="sgd", lr=0.2, momentum=0.5, l2=0.01, clip=0.4)),
]


def start(i):
    return ((i * 7) % 5 - 2) / 4.0


def gradient(i, step):
    return ((i * 13 + step * 5) % 11 - 5) / 8.0


def run(optimiser, lr, momentum=0.0, l1=0.0, l2=0.0, clip=0.0):
    kernel = torch.tensor([start(i) for i in range(4)], requires_grad=True)
    bias = torch.tensor([start(i) for i in range(4, N)], requires_grad=True)
    parameters = [kernel, bias]
    if optimiser == "sgd":
        method = torch.optim.SGD(parameters, lr=lr, momentum=momentum)
    else:
        method = torch.optim.Adam(parameters, lr=lr)
    norms = []
    for step in range(STEPS):
        method.zero_grad()
        g = torch.tensor([gradient(i, step) for i in range(N)])
        # The penalties are part of the loss, and autograd makes their gradients.
        loss = (kernel * g[:4]).sum() + (bias * g[4:]).sum()
        loss = loss + l1 * kernel.abs().sum() + l2 * (kernel * kernel).sum()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, clip if clip else 1e30)))
        method.step()
    return torch.cat(parameters).tolist(), norms


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_optimiser.py with PyTorch %s; not to be edited. */" % torch.__version__.split("+")[0])
print("/* clang-format off */")
print("static const struct\n{\n  const char *name;\n  FsOptimiser optimiser;\n  double rate, momentum, l1, l2, clip;")
print("  double last[%d];  /* parameters after %d steps */\n  double norms[%d]; /* before clipping */" % (N, STEPS, STEPS))
print("} golden_cases[] = {")
for name, case in CASES:
    last, norms = run(**case)
    kind = "FS_OPTIMISER_" + case["optimiser"].upper()
    print('  { "%s", %s, %r, %r, %r, %r, %r,' % (name, kind, case["lr"], case.get("momentum", 0.0),
          case.get("l1", 0.0), case.get("l2", 0.0), case.get("clip", 0.0)))
    print("    { %s }," % ", ".join("%.17g" % x for x in last))
    print("    { %s } }," % ", ".join("%.17g" % x for x in norms))
print("};")
