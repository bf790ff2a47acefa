#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Turns one sign (or leaves out one factor) at a time in the engine's arithmetic, and watches a test go red.

    tests/mutations.py [--build build] [--jobs N] [NAME …]

Each mutation is a piece of source that stands once in its file, what to put in its place, and the test
programs of which one at least must fail. The file is compiled anew with that change, by the command the
build has for it, and linked before the engine, so that a mutation costs one file and one link; the checkout
and the build, which must be up to date, stay as they are. A piece that is not found is an error: the list
goes with the code. Ends with 1 if a mutation is not caught. NAME chooses those whose name begins so.
"""
import argparse
import concurrent.futures
import json
import os
import shlex
import subprocess
import sys
import tempfile

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..")
MODEL, TRAIN, SIMD = "engine/model/", "engine/train/", "engine/model/simd/"
UPDATES = TRAIN + "update-kernels.c"
KERNELS = SIMD + "kernels-simd.c"  # headers of the kernels are compiled as a part of it

GRADIENTS = ["gradients-double"]
LOSSES = ["loss-double", "classes-double"]
# Of the portable set alone: the others are made of the same source.
PORTABLE = ["kernels-double -p /kernels/against-plain/portable"]
ANY_SET = ["kernels-double -p /kernels/against-plain"]
OPTIMISERS = ["optimiser-double"]
SCHEDULES = ["schedule"]

# name, file, piece, what to put in its place, tests
MUTATIONS = [
    # Nothing is changed: no test may fail, or being caught would mean nothing.
    ("control: a layer", MODEL + "dense.c", "db[o] = sum", "db[o] = sum", GRADIENTS),
    ("control: a kernel", SIMD + "lstm-kernels.h", "vector_store (job->dc + here, dc * f);",
     "vector_store (job->dc + here, dc * f);", PORTABLE),
    ("control: the schedules", TRAIN + "schedule.c", "2 - x", "2 - x", SCHEDULES),
    ("dense: db", MODEL + "dense.c", "        sum += layer->slots[SLOT_DZ]",
     "        sum -= layer->slots[SLOT_DZ]", GRADIENTS),
    ("dense, plain: dx", MODEL + "dense.c", "dx[k] += dz[o] * w[o * n_in + k]",
     "dx[k] -= dz[o] * w[o * n_in + k]", ANY_SET),
    ("dense, plain: dW", MODEL + "dense.c", "dw[o * n_in + k] += dz * x[k]",
     "dw[o * n_in + k] -= dz * x[k]", ANY_SET),
    ("softmax", MODEL + "activation.c", "y[i] * (dy[i] - sum)", "y[i] * (dy[i] + sum)",
     GRADIENTS + ["golden-network-double"]),
    ("dropout: dx", MODEL + "dropout.c", "            dx[k] = mask[k] * dy[k]",
     "            dx[k] = -mask[k] * dy[k]", GRADIENTS),
    ("dropout of inputs: dx", MODEL + "dropout.c", "dx[k] *= mask[k]", "dx[k] *= -mask[k]",
     GRADIENTS),
    ("embedding", MODEL + "embedding.c", "gradients[token * width + k] += dy[k]",
     "gradients[token * width + k] -= dy[k]", ["golden-embedding-double"]),
    ("layer normalisation: mean", MODEL + "norm.c", "(double) d[k] - mean -",
     "(double) d[k] + mean -", GRADIENTS),
    ("layer normalisation: along", MODEL + "norm.c", "- (double) norm->normal[k] * along",
     "+ (double) norm->normal[k] * along", GRADIENTS),
    ("layer normalisation: gain", MODEL + "norm.c", "gain += (double) d[row", "gain -= (double) d[row",
     GRADIENTS),
    ("attention: weights", MODEL + "attention.c", "* (ds[t * step] - sum)", "* (ds[t * step] + sum)",
     GRADIENTS),
    ("attention: query", MODEL + "attention.c", "dq[k] += ds * h[k]", "dq[k] -= ds * h[k]",
     GRADIENTS),
    ("attention: dv", MODEL + "attention.c", "dv[k] += ds * z[k]", "dv[k] -= ds * z[k]", GRADIENTS),
    ("attention: dx", MODEL + "attention.c", "a * dy[k] + factor * by_score[k]",
     "a * dy[k] - factor * by_score[k]", GRADIENTS),
    ("both ways: product", MODEL + "bidirectional.c", "m->d_back[u] = m->dy[u] * m->ahead[u]",
     "m->d_back[u] = -m->dy[u] * m->ahead[u]", GRADIENTS),
    ("both ways: dx", MODEL + "bidirectional.c", "dx[k] + d[k] : d[k]", "dx[k] - d[k] : d[k]",
     GRADIENTS),
    ("LSTM: dc", SIMD + "lstm-kernels.h",
     "Vector dc = dh_o - dh_o * tanh_c * tanh_c;", "Vector dc = dh_o + dh_o * tanh_c * tanh_c;",
     PORTABLE),
    ("LSTM: forget gate", SIMD + "lstm-kernels.h", "dc * c_before * f * (one - f));",
     "dc * c_before * f * (one + f));", PORTABLE),
    ("LSTM with peepholes: p_o", SIMD + "lstm-kernels.h",
     "+ vector_load (p + 2 * job->stride) * dz_o", "- vector_load (p + 2 * job->stride) * dz_o",
     PORTABLE),
    ("LSTM with peepholes: p_f", SIMD + "lstm-kernels.h",
     "+ vector_load (p + job->stride) * dz_f", "- vector_load (p + job->stride) * dz_f", PORTABLE),
    ("LSTM with recurrent dropout: m", SIMD + "lstm-kernels.h",
     "dh *= vector_load (job->mask + here)", "dh *= -vector_load (job->mask + here)", PORTABLE),
    ("LSTM: dp", MODEL + "lstm.c", "sums[1][u] += d[FS_BLOCK + u]", "sums[1][u] -= d[FS_BLOCK + u]",
     GRADIENTS),
    ("LSTM, plain: dc", MODEL + "lstm-plain.c", "*dc_carried + dh * *o", "*dc_carried - dh * *o",
     ANY_SET),
    ("LSTM, plain: dU", MODEL + "lstm-plain.c", "+= dz * h_before[k]", "-= dz * h_before[k]", ANY_SET),
    ("GRU: dn", SIMD + "gru-kernels.h", "(dh - dh_z) * (one - n * n)", "(dh + dh_z) * (one - n * n)",
     PORTABLE),
    ("GRU: dz", SIMD + "gru-kernels.h", "dh_z * (h_before - n)", "dh_z * (h_before + n)", PORTABLE),
    ("weight gradient: start", MODEL + "blocked.c", "h && k < units", "h && k + 1 < units", GRADIENTS),
    ("cell, LSTM: dc", MODEL + "cell-math.c", "s->dc[u] += s->dh[u] * *o", "s->dc[u] -= s->dh[u] * *o",
     GRADIENTS),
    ("cell, LSTM: peepholes", MODEL + "cell-math.c", "s->dc[u] += p[u] * *i", "s->dc[u] -= p[u] * *i",
     GRADIENTS),
    ("cell, GRU: dz", MODEL + "cell-math.c", "dh * (h_before - y)", "dh * (h_before + y)", GRADIENTS),
    ("cell, GRU: reset", MODEL + "cell-math.c", "s->d_reset[u] = dq * reset",
     "s->d_reset[u] = -dq * reset", GRADIENTS),
    ("cell, RNN", MODEL + "cell-math.c", "s->r[u] = s->a[u] = s->dh[u]", "s->r[u] = s->a[u] = -s->dh[u]",
     GRADIENTS),
    ("cell: dp", MODEL + "cell.c", "dp[u] += d[row", "dp[u] -= d[row", GRADIENTS),
    ("cell: dU", MODEL + "cell-product.c", "sum += d[row * d_stride + line] * in[row",
     "sum -= d[row * d_stride + line] * in[row", ANY_SET),
    ("mean squared error", MODEL + "loss.c", "2 * (p - y)", "2 * (p + y)", LOSSES),
    ("mean absolute error", MODEL + "loss.c", "e > 0 ? 1 : e < 0", "e > 0 ? -1 : e < 0", LOSSES),
    ("Huber", MODEL + "loss.c", "e < -delta ? -delta : e", "e < -delta ? delta : e", LOSSES),
    ("log-cosh", MODEL + "loss.c", "tanh (p - y)", "tanh (y - p)", LOSSES),
    ("quantile", MODEL + "loss.c", "1 - q : e < 0", "1 + q : e < 0", LOSSES),
    ("binary cross-entropy", MODEL + "loss-rows.c", "(sigmoid ((double) z[0]) - (double) y)",
     "(sigmoid ((double) z[0]) + (double) y)", LOSSES),
    ("cross-entropy", MODEL + "loss-rows.c", "- (k == y ? 1 : 0)", "+ (k == y ? 1 : 0)", LOSSES),
    ("SGD", UPDATES, "w[i] -= rate * (scale * g[i])", "w[i] += rate * (scale * g[i])", OPTIMISERS),
    ("SGD: momentum", UPDATES, "keep * b[i] + scale * g[i]", "keep * b[i] - scale * g[i]",
     OPTIMISERS),
    ("SGD: Nesterov", UPDATES, "w[i] -= rate * (keep * b[i] + gi)", "w[i] -= rate * (keep * b[i] - gi)",
     OPTIMISERS),
    ("Adam", UPDATES, "w[i] -= a.rate * m[i] / (REAL_SQRT (v[i])",
     "w[i] += a.rate * m[i] / (REAL_SQRT (v[i])", OPTIMISERS),
    ("Adam: AMSGrad", UPDATES, "w[i] -= a.rate * m[i] / (REAL_SQRT (u[i])",
     "w[i] += a.rate * m[i] / (REAL_SQRT (u[i])", OPTIMISERS),
    ("Adam: second correction", TRAIN + "optimiser-methods.c", "const double root = sqrt (1 - pow",
     "const double root = sqrt (1 + pow", OPTIMISERS),
    ("Nadam: next step", TRAIN + "optimiser-methods.c", "mu_next / (1 - product * mu_next)",
     "mu_next / (1 + product * mu_next)", OPTIMISERS),
    ("RMSprop: centred", UPDATES, "spread -= m[i] * m[i]", "spread += m[i] * m[i]", OPTIMISERS),
    ("RMSprop", UPDATES, "w[i] -= a.rate * step", "w[i] += a.rate * step", OPTIMISERS),
    ("Adagrad", UPDATES, "w[i] -= a.rate * gi", "w[i] += a.rate * gi", OPTIMISERS),
    ("penalties", UPDATES, "twice_l2 * w[i] + l1 * sign", "twice_l2 * w[i] - l1 * sign", OPTIMISERS),
    ("schedule: cosine", TRAIN + "schedule.c", "to + (from - to) / 2", "to - (from - to) / 2",
     SCHEDULES),
    ("schedule: triangle", TRAIN + "schedule.c", "x <= 1 ? x : 2 - x", "x <= 1 ? x : 2 + x", SCHEDULES),
    ("schedule: warm-up", TRAIN + "schedule.c", "rate * (start + (1 - start) * k / warm_up)",
     "rate * (start - (1 - start) * k / warm_up)", SCHEDULES),
    ("schedule: exponential", TRAIN + "schedule.c", "pow (experiment->train.schedule.decay, k)",
     "pow (experiment->train.schedule.decay, -k)", SCHEDULES),
    ("schedule: plateau", TRAIN + "schedule.c", "plateau->best * (1 - threshold)",
     "plateau->best * (1 + threshold)", SCHEDULES),
    ("schedule: momentum of cycles", TRAIN + "schedule.c", "high - (high - low) * height",
     "high + (high - low) * height", SCHEDULES),
]


def run(command, **how):
    return subprocess.run(command, capture_output=True, text=True, **how)


def mutated_tree(mutation, directory):
    """The changed file under its own path in `directory`."""
    _, path, piece, other, _ = mutation
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        text = file.read()
    if text.count(piece) != 1:
        raise ValueError(f"{path}: “{piece}” stands there {text.count(piece)} times")
    changed = os.path.join(directory, path)
    os.makedirs(os.path.dirname(changed))
    with open(changed, "w", encoding="utf-8") as file:
        file.write(text.replace(piece, other))
    return changed


def set_of(path):
    """The instruction set whose copy of a file the tests use."""
    if path == KERNELS:
        return "portable"
    if path != UPDATES:
        return ""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = file.read().split()
    return "avx512" if "avx512vl" in flags else "avx2" if "avx2" in flags else "portable"


def compile_command(build, path, is_double):
    """How the build compiles `path` for that engine."""
    with open(os.path.join(build, "compile_commands.json"), encoding="utf-8") as file:
        for entry in json.load(file):
            source = os.path.relpath(os.path.join(entry["directory"], entry["file"]), ROOT)
            output = entry["output"]
            if (source == path and ("-double" in output) == is_double
                    and set_of(path) in output):
                return shlex.split(entry["command"]), entry["file"]
    raise ValueError(f"{path}: the build has no command for it")


def make_object(build, mutation, directory, is_double):
    changed = mutated_tree(mutation, directory)
    source = KERNELS if mutation[1].endswith(".h") else mutation[1]
    command, name = compile_command(build, source, is_double)
    if command[0].endswith("ccache"):
        command = command[1:]
    made = os.path.join(directory, "mutated.o")
    command[command.index("-o") + 1] = made
    at = command.index(name)
    if source == mutation[1]:
        command[at] = changed
    # The changed header is found first, the rest beside it as ever.
    command[1:1] = ["-I" + directory]
    result = run(command, cwd=build)
    if result.returncode:
        raise ValueError(result.stderr.splitlines()[0] if result.stderr else "it does not compile")
    return made


def link(build, program, made, directory):
    lines = run(["ninja", "-C", build, "-t", "commands", f"tests/engine/test-{program}"],
                check=True).stdout.splitlines()
    command = shlex.split(lines[-1])
    if command[0].endswith("ccache"):
        command = command[1:]
    linked = os.path.join(directory, "test-" + program)
    command[command.index("-o") + 1] = linked
    first_object = next(i for i, word in enumerate(command) if word.endswith(".c.o"))
    command.insert(first_object + 1, made)
    result = run(command, cwd=build)
    if result.returncode:
        raise ValueError("link: " + result.stderr.strip().splitlines()[0])
    return linked


def caught_by(build, mutation):
    """The test that went red, or None."""
    with tempfile.TemporaryDirectory() as directory:
        is_double = mutation[4][0].split()[0].endswith("-double")
        made = make_object(build, mutation, directory, is_double)
        for test in mutation[4]:
            program, *words = test.split()
            linked = link(build, program, made, directory)
            try:
                if run([linked] + words, timeout=600).returncode:
                    return test
            except subprocess.TimeoutExpired:
                return test + " (it never ended)"
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", default=os.path.join(ROOT, "build"))
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("names", nargs="*", metavar="NAME")
    options = parser.parse_args()
    build = os.path.abspath(options.build)
    chosen = [m for m in MUTATIONS
              if not options.names or any(m[0].startswith(name) for name in options.names)]
    n_missed = 0
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        futures = [pool.submit(caught_by, build, mutation) for mutation in chosen]
        for mutation, future in zip(chosen, futures):
            try:
                test = future.result()
                is_control = mutation[2] == mutation[3]
                is_right = (test is None) == is_control
                said = f"caught by {test}" if test else "passes" if is_control else "NOT CAUGHT"
            except ValueError as error:
                is_right, said = False, f"CANNOT BE MADE: {error}"
            n_missed += not is_right
            print(f"{mutation[0]:36} {said}", flush=True)
    print(f"{len(chosen) - n_missed} of {len(chosen)} as they should be")
    sys.exit(n_missed > 0)


main()
