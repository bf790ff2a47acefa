#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes optimiser-golden.h: ten steps of PyTorch's optimisers in double precision, on gradients
made from a small formula that the test repeats. NAdam is that of PyTorch 2.x, written out here, since
1.13 multiplies each mu into its product twice; the same lines with that mistake must give what 1.13
gives, which is checked where 1.13 runs this. Run with any PyTorch from 1.13 on:

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
    ("sgd, nesterov", dict(optimiser="sgd", lr=0.05, momentum=0.8, nesterov=True)),
    ("adam, amsgrad", dict(optimiser="adam", lr=0.05, amsgrad=True)),
    ("adamw", dict(optimiser="adamw", lr=0.05, decay=0.1)),
    ("adamw, amsgrad and l1", dict(optimiser="adamw", lr=0.05, decay=0.01, amsgrad=True, l1=0.02)),
    ("nadam", dict(optimiser="nadam", lr=0.02)),
    ("nadam with l2, clipped", dict(optimiser="nadam", lr=0.02, l2=0.02, clip=0.6)),
    ("rmsprop", dict(optimiser="rmsprop", lr=0.01)),
    ("rmsprop with momentum", dict(optimiser="rmsprop", lr=0.005, momentum=0.9)),
    ("rmsprop, centred", dict(optimiser="rmsprop", lr=0.005, centred=True)),
    ("rmsprop with momentum, centred", dict(optimiser="rmsprop", lr=0.002, momentum=0.6, centred=True)),
    ("adagrad", dict(optimiser="adagrad", lr=0.1)),
    ("adagrad with l2", dict(optimiser="adagrad", lr=0.1, l2=0.05)),
    ("sgd, clipped by value", dict(optimiser="sgd", lr=0.1, clip_value=0.3)),
    ("sgd, clipped by norm and value", dict(optimiser="sgd", lr=0.1, clip=0.9, clip_value=0.4)),
]


def start(i):
    return ((i * 7) % 5 - 2) / 4.0


def gradient(i, step):
    return ((i * 13 + step * 5) % 11 - 5) / 8.0


class NAdam2:
    """PyTorch 2.x's: Dozat's formula with a schedule of momentum."""

    def __init__(self, parameters, lr, is_of_1_13=False):
        self.parameters, self.lr, self.is_of_1_13 = parameters, lr, is_of_1_13
        self.m = [torch.zeros_like(p) for p in parameters]
        self.v = [torch.zeros_like(p) for p in parameters]
        self.t, self.product = 0, 1.0

    def zero_grad(self):
        for p in self.parameters:
            p.grad = None

    def step(self):
        self.t += 1
        mu = 0.9 * (1 - 0.5 * 0.96 ** (self.t * 0.004))
        mu_next = 0.9 * (1 - 0.5 * 0.96 ** ((self.t + 1) * 0.004))
        self.product *= mu
        next_product = self.product * (mu if self.is_of_1_13 else 1) * mu_next
        with torch.no_grad():
            for p, m, v in zip(self.parameters, self.m, self.v):
                m.mul_(0.9).add_(p.grad, alpha=0.1)
                v.mul_(0.999).add_(p.grad * p.grad, alpha=0.001)
                d = (v / (1 - 0.999 ** self.t)).sqrt() + 1e-8
                p -= self.lr * (1 - mu) / (1 - self.product) * p.grad / d
                p -= self.lr * mu_next / (1 - next_product) * m / d


def make(optimiser, parameters, lr, momentum, nesterov, amsgrad, centred, decay):
    if optimiser == "sgd":
        return torch.optim.SGD(parameters, lr=lr, momentum=momentum, nesterov=nesterov)
    if optimiser == "adam":
        return torch.optim.Adam(parameters, lr=lr, amsgrad=amsgrad)
    if optimiser == "adamw":
        return torch.optim.AdamW(parameters, lr=lr, amsgrad=amsgrad, weight_decay=decay)
    if optimiser == "nadam":
        return NAdam2(parameters, lr)
    if optimiser == "rmsprop":
        return torch.optim.RMSprop(parameters, lr=lr, momentum=momentum, centered=centred)
    return torch.optim.Adagrad(parameters, lr=lr)


def check_nadam():
    """The formula, with the mistake of 1.13, is what 1.13 computes."""
    if not torch.__version__.startswith("1.13"):
        return
    torch.manual_seed(1)
    ours, theirs = torch.ones(5), torch.ones(5, requires_grad=True)
    one, other = NAdam2([ours], 0.01, is_of_1_13=True), torch.optim.NAdam([theirs], lr=0.01)
    for _ in range(50):
        ours.grad = torch.randn(5)
        theirs.grad = ours.grad.clone()
        one.step()
        other.step()
    worst = float((ours - theirs).abs().max())
    assert worst < 1e-9, worst


check_nadam()


def run(optimiser, lr, momentum=0.0, l1=0.0, l2=0.0, clip=0.0, clip_value=0.0, nesterov=False,
        amsgrad=False, centred=False, decay=0.0):
    kernel = torch.tensor([start(i) for i in range(4)], requires_grad=True)
    bias = torch.tensor([start(i) for i in range(4, N)], requires_grad=True)
    parameters = [kernel, bias]
    method = make(optimiser, parameters, lr, momentum, nesterov, amsgrad, centred, decay)
    norms = []
    for step in range(STEPS):
        method.zero_grad()
        g = torch.tensor([gradient(i, step) for i in range(N)])
        # The penalties are part of the loss, and autograd makes their gradients.
        loss = (kernel * g[:4]).sum() + (bias * g[4:]).sum()
        loss = loss + l1 * kernel.abs().sum() + l2 * (kernel * kernel).sum()
        loss.backward()
        norms.append(float(torch.nn.utils.clip_grad_norm_(parameters, clip if clip else 1e30)))
        if clip_value:
            torch.nn.utils.clip_grad_value_(parameters, clip_value)
        method.step()
    return torch.cat(parameters).tolist(), norms


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("/* Made by make_optimiser.py with PyTorch %s; not to be edited. */" % torch.__version__.split("+")[0])
print("/* clang-format off */")
print("static const struct\n{\n  const char *name;\n  FsOptimiser optimiser;\n  double rate, momentum, l1, l2, clip, clip_value, decay;\n  bool is_nesterov, is_amsgrad, is_centred;")
print("  double last[%d];  /* parameters after %d steps */\n  double norms[%d]; /* before clipping */" % (N, STEPS, STEPS))
print("} golden_cases[] = {")
for name, case in CASES:
    last, norms = run(**case)
    kind = "FS_OPTIMISER_" + case["optimiser"].upper()
    print('  { "%s", %s, %r, %r, %r, %r, %r, %r, %r, %d, %d, %d,' % (name, kind, case["lr"],
          case.get("momentum", 0.0), case.get("l1", 0.0), case.get("l2", 0.0), case.get("clip", 0.0),
          case.get("clip_value", 0.0), case.get("decay", 0.0), case.get("nesterov", False),
          case.get("amsgrad", False), case.get("centred", False)))
    print("    { %s }," % ", ".join("%.17g" % x for x in last))
    print("    { %s } }," % ", ".join("%.17g" % x for x in norms))
print("};")
