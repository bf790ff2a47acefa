# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes classes-golden.h: losses of classes by PyTorch, scores of classifications by scikit-learn.

    python3 make_classes.py > classes-golden.h      (Debian: python3-torch, python3-sklearn)
Logits follow wave(), which the test repeats.
"""
import math
import numpy as np
import torch
import torch.nn.functional as F
from sklearn import metrics as M
from sklearn.utils.class_weight import compute_class_weight

torch.set_default_dtype(torch.float64)
N, K = 12, 4
TARGET = [0, 2, 1, 3, 3, 2, 0, 0, 1, 2, 0, 2]
BINARY = [0, 1, 1, 0, 1, 0, 0, 0, 0, 1, 0, 0]
WEIGHTS = [0.5, 2.0, 1.0, 3.0]


def wave(n, phase):
    return torch.tensor([3 * math.sin(0.7 * k + phase) for k in range(n)])


def emit(name, values):
    values = torch.as_tensor(values, dtype=torch.float64).detach().reshape(-1).tolist()
    print("static const double %s[%d] = {" % (name, len(values)))
    for i in range(0, len(values), 4):
        print("  " + " ".join("%.17g," % v for v in values[i:i + 4]))
    print("};\n")


print("/* SPDX-License-Identifier: GPL-3.0-or-later */")
print("#pragma once\n")
print("/* Made by make_classes.py; see there. */\n")
for name, weight in (("plain", None), ("weighted", torch.tensor(WEIGHTS))):
    z = wave(N * K, 0.4).reshape(N, K).requires_grad_()
    loss = F.cross_entropy(z, torch.tensor(TARGET), weight=weight)
    loss.backward()
    emit("cross_entropy_%s" % name, loss)
    emit("cross_entropy_%s_gradient" % name, z.grad)
    z = wave(N, 0.9).requires_grad_()
    y = torch.tensor(BINARY, dtype=torch.float64)
    w = torch.tensor([1.0, 1.0] if weight is None else [0.5, 2.0])[torch.tensor(BINARY)]
    loss = (F.binary_cross_entropy_with_logits(z, y, reduction="none") * w).sum() / w.sum()
    loss.backward()
    emit("binary_%s" % name, loss)
    emit("binary_%s_gradient" % name, z.grad)

p = F.softmax(wave(N * K, 0.4).reshape(N, K), -1).numpy()
called = p.argmax(1)
emit("class_scores", [M.accuracy_score(TARGET, called), M.balanced_accuracy_score(TARGET, called),
                      M.precision_score(TARGET, called, average="macro", zero_division=0),
                      M.recall_score(TARGET, called, average="macro", zero_division=0),
                      M.f1_score(TARGET, called, average="macro", zero_division=0),
                      M.log_loss(TARGET, p), math.exp(M.log_loss(TARGET, p))])
emit("class_confusion", M.confusion_matrix(TARGET, called))
q = torch.sigmoid(wave(N, 0.9)).numpy()
called = (q > 0.5).astype(int)
emit("binary_scores", [M.accuracy_score(BINARY, called), M.balanced_accuracy_score(BINARY, called),
                       M.precision_score(BINARY, called, average="macro", zero_division=0),
                       M.recall_score(BINARY, called, average="macro", zero_division=0),
                       M.f1_score(BINARY, called, average="macro", zero_division=0),
                       M.log_loss(BINARY, q), math.exp(M.log_loss(BINARY, q))])
emit("balanced_weights", compute_class_weight("balanced", classes=np.arange(K), y=np.array(TARGET)))
