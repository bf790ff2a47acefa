# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes data/series/synthetic_three_lengths.csv: 180 sequences of 5, 7 and 3 steps with 10 features each.

    python3 make_three_lengths.py > ../../data/series/synthetic_three_lengths.csv
The class is whether the first feature rises from the first step to the last; the other nine are noise.
"""
import random

draw = random.Random(5)
print("sequence,step," + ",".join("f%d" % k for k in range(1, 11)) + ",trend")
for sequence in range(1, 181):
    n = (5, 7, 3)[sequence % 3]
    rises = draw.random() < 0.5
    start = draw.uniform(-0.5, 0.5)
    for step in range(n):
        share = step / (n - 1) * (1.2 if rises else -1.2)
        row = [start + share + draw.gauss(0, 0.2)] + [draw.gauss(0, 0.5) for _ in range(9)]
        print("%d,%d,%s,%s" % (sequence, step, ",".join("%.2f" % v for v in row),
                               "up" if rises else "down"))
