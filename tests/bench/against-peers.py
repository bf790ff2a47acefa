#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of `fitscope bench` in other programs on the same machine, taken in turns with ours.

    tests/bench/against-peers.py [--fitscope build/app/fitscope] [--rounds 5] [--seconds 0.4]
        [--jobs J1,J3] [--threads 1,2] [--json FILE]
        NAME=INTERPRETER:FRAMEWORK …

Each peer is a Python interpreter and the framework to use in it, torch or keras; without any, Debian's
own PyTorch: torch=/usr/bin/python3:torch. A peer's process lives as long as the measurement. For each
job and number of threads every setting of a peer is tried once and the fastest is kept; then the rounds
go around all contenders, so that a slow minute of the machine slows all of them. One thread is compared
by processor time, two by the wall clock. What is printed are medians of the rounds, and ours divided by
theirs; the file of --json has the best of the rounds too, which a busy machine spoils less. Data, batch
size, loss (mean squared error), Adam and the number of windows are those of app/commands/bench-jobs.c;
gathering batches is left out for PyTorch, which gets them ready-made.
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# layers, windows, steps, inputs, batch, penalty
JOBS = {
    "J1": ([("lstm", 50)], 1000, 10, 1, 32, 0),
    "J2": ([("lstm", 128)], 100, 10, 1, 32, 0),
    "J3": ([("lstm", 128), ("dropout", 0.5)], 1000, 20, 1, 32, 0),
    "J4": ([("lstm", 256)], 500, 5, 3, 32, 0),
    "J5": ([("lstm", 128), ("dropout", 0.5), ("relu", 64), ("dropout", 0.5)], 1000, 20, 8, 32, 0.01),
    "J6": ([("lstm", 128), ("lstm", 64)], 1000, 50, 8, 32, 0),
    "J7": ([("lstm", 512), ("lstm", 512)], 512, 100, 32, 64, 0),
    "J8": ([("gru", 128)], 1000, 50, 8, 32, 0),
}


# ---- In a peer's process ----

class Torch:
    """Networks of modules, in the ways a user could make them fast."""

    def __init__(self, n_threads):
        import torch

        self.torch = torch
        torch.set_num_threads(n_threads)
        torch.set_num_interop_threads(1)
        torch.set_flush_denormal(True)
        torch.manual_seed(1)

    def version(self):
        return "PyTorch " + self.torch.__version__

    def settings(self):
        found = [{"optimiser": "foreach"}, {"optimiser": "plain"}]
        try:
            parameter = self.torch.nn.Parameter(self.torch.zeros(1))
            self.torch.optim.Adam([parameter], fused=True)
            found.append({"optimiser": "fused"})
        except (TypeError, RuntimeError):
            pass
        return [dict(s, onednn=onednn) for s in found for onednn in (True, False)]

    def prepare(self, job, setting):
        torch, nn = self.torch, self.torch.nn
        layers, n, n_steps, n_inputs, batch, l2 = JOBS[job]

        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.recurrent, self.rest = nn.ModuleList(), nn.Sequential()
                width = n_inputs
                for kind, value in layers:
                    if kind in ("lstm", "gru"):
                        self.recurrent.append(getattr(nn, kind.upper())(width, value))
                        width = value
                    elif kind == "dropout":
                        self.rest.append(nn.Dropout(value))
                    else:
                        self.rest.append(nn.Linear(width, value))
                        self.rest.append(nn.ReLU())
                        width = value
                self.rest.append(nn.Linear(width, 1))

            def forward(self, x):
                for layer in self.recurrent:
                    x, _ = layer(x)
                return self.rest(x[-1])

        net = Net()
        how = {} if setting["optimiser"] == "plain" else {setting["optimiser"]: True}
        optimiser = torch.optim.Adam(net.parameters(), lr=0.001, weight_decay=2 * l2, **how)
        x = torch.randn(n_steps, n, n_inputs)
        y = x[:, :, 0].mean(0).unsqueeze(1)
        batches = [(x[:, i:i + batch].contiguous(), y[i:i + batch]) for i in range(0, n, batch)]
        onednn = setting["onednn"]

        def run(seconds):
            start, done, i = time.perf_counter(), 0, 0
            with torch.backends.mkldnn.flags(enabled=onednn):
                while done == 0 or time.perf_counter() - start < seconds:
                    inputs, targets = batches[i % len(batches)]
                    optimiser.zero_grad(set_to_none=True)
                    nn.functional.mse_loss(net(inputs), targets).backward()
                    optimiser.step()
                    done += inputs.shape[1]
                    i += 1
            return done

        return run


class Keras:
    def __init__(self, n_threads):
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        import keras

        self.keras = keras
        if keras.backend.backend() == "tensorflow":
            import tensorflow

            tensorflow.config.threading.set_intra_op_parallelism_threads(n_threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(n_threads)
        elif keras.backend.backend() == "torch":
            import torch

            torch.set_num_threads(n_threads)
            torch.set_flush_denormal(True)
        keras.utils.set_random_seed(1)

    def version(self):
        return f"Keras {self.keras.__version__} on {self.keras.backend.backend()}"

    def settings(self):
        if self.keras.backend.backend() == "torch":
            return [{"jit": False}]
        return [{"jit": False}, {"jit": True}]

    def prepare(self, job, setting):
        import numpy

        keras = self.keras
        layers, n, n_steps, n_inputs, batch, l2 = JOBS[job]
        n = min(n, 4 * batch) if job == "J7" else n  # an epoch of all its windows takes too long
        penalty = keras.regularizers.L2(l2) if l2 else None
        n_recurrent = sum(kind in ("lstm", "gru") for kind, _ in layers)
        model = keras.Sequential([keras.Input((n_steps, n_inputs))])
        for i, (kind, value) in enumerate(layers):
            if kind in ("lstm", "gru"):
                made = getattr(keras.layers, kind.upper())
                model.add(made(value, return_sequences=i + 1 < n_recurrent,
                               kernel_regularizer=penalty, recurrent_regularizer=penalty))
            elif kind == "dropout":
                model.add(keras.layers.Dropout(value))
            else:
                model.add(keras.layers.Dense(value, "relu", kernel_regularizer=penalty))
        model.add(keras.layers.Dense(1, kernel_regularizer=penalty))
        model.compile(optimizer=keras.optimizers.Adam(0.001), loss="mse",
                      jit_compile=setting["jit"])
        x = numpy.random.default_rng(1).standard_normal((n, n_steps, n_inputs)).astype("float32")
        y = x[:, :, 0].mean(1)
        model.fit(x, y, batch_size=batch, verbose=0, shuffle=False)  # traces it
        state = {"rate": None}

        def run(seconds):
            epochs = 1 if state["rate"] is None else max(1, int(seconds * state["rate"] / n))
            start = time.perf_counter()
            model.fit(x, y, batch_size=batch, epochs=epochs, verbose=0, shuffle=False)
            state["rate"] = n * epochs / (time.perf_counter() - start)
            return n * epochs

        return run


def serve(framework, n_threads):
    """Answers requests, one JSON object a line, with rates."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no answer
    peer = {"torch": Torch, "keras": Keras}[framework](n_threads)
    made = {}

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    answer({"version": peer.version(), "settings": peer.settings()})
    for line in sys.stdin:
        request = json.loads(line)
        key = json.dumps([request["job"], request["setting"]])
        try:
            if key not in made:
                made.clear()
                made[key] = peer.prepare(request["job"], request["setting"])
                made[key](0)
            wall, cpu = time.perf_counter(), time.process_time()
            done = made[key](request["seconds"])
            wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
            answer({"wall": done / wall, "cpu": done / cpu})
        except Exception as error:  # a setting that this job cannot have
            answer({"error": str(error).splitlines()[0] if str(error) else repr(error)})


# ---- In the measuring process ----

class Peer:
    def __init__(self, name, interpreter, framework, n_threads):
        self.name = name
        environment = dict(os.environ, OMP_NUM_THREADS=str(n_threads))
        environment.pop("OPENBLAS_CORETYPE", None)  # it can pin a slow kernel
        self.process = subprocess.Popen(
            [interpreter, os.path.abspath(__file__), "--serve", framework, str(n_threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment)
        hello = self.read()
        self.version, self.settings = hello["version"], hello["settings"]

    def read(self):
        line = self.process.stdout.readline()
        if not line:
            sys.exit(f"{self.name}: its process ended")
        return json.loads(line)

    def measure(self, job, setting, seconds):
        request = {"job": job, "setting": setting, "seconds": seconds}
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self.read()

    def choose(self, job, clock):
        """The fastest setting for this job."""
        best, best_rate = None, 0
        for setting in self.settings:
            answer = self.measure(job, setting, 0.2)
            if answer.get(clock, 0) > best_rate:
                best, best_rate = setting, answer[clock]
        if best is None:
            sys.exit(f"{self.name} cannot train {job}: {answer.get('error')}")
        return best

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure_ours(fitscope, job, n_threads, seconds):
    environment = dict(os.environ)
    environment.pop("OPENBLAS_CORETYPE", None)
    text = subprocess.run(
        [fitscope, "bench", "--json", "--job", job, "--threads", str(n_threads), "--rounds", "1",
         "--seconds", str(seconds)], capture_output=True, text=True, check=True,
        env=environment).stdout
    report = json.loads(text)
    result = report["jobs"][0]
    return {"wall": result["samples_per_second"], "cpu": result["cpu_samples_per_second"],
            "share": result["share_of_fma"], "isa": report["isa"], "core": report["core"]}


def write_settings(setting):
    """fused, onednn"""
    words = [value if isinstance(value, str) else key for key, value in setting.items() if value]
    return ", ".join(words) or "plain"


def compare(options, peers_asked, n_threads, results):
    clock = "cpu" if n_threads == 1 else "wall"
    peers = [Peer(*asked, n_threads) for asked in peers_asked]
    print(f"\n{n_threads} thread{'s' if n_threads > 1 else ''}, samples a second by "
          f"{'processor time' if clock == 'cpu' else 'the wall clock'}, "
          f"medians of {options.rounds} rounds; in brackets ours as a multiple of theirs\n")
    print(f"{'job':4} {'fitscope':>10} {'of FMA':>7}" + "".join(
        f"  {peer.name + ': ' + peer.version:>40}" for peer in peers), flush=True)
    for job in options.jobs:
        chosen = [peer.choose(job, clock) for peer in peers]
        ours, theirs = [], [[] for _ in peers]
        for _ in range(options.rounds):
            ours.append(measure_ours(options.fitscope, job, n_threads, options.seconds))
            for i, peer in enumerate(peers):
                theirs[i].append(peer.measure(job, chosen[i], options.seconds)[clock])
        rate = statistics.median(o[clock] for o in ours)
        share = statistics.median(o["share"] for o in ours)
        line = f"{job:4} {rate:10.0f} {100 * share:5.0f} %"
        for i, peer in enumerate(peers):
            other = statistics.median(theirs[i])
            line += f"  {other:14.1f} ({rate / other:5.2f} ×) {write_settings(chosen[i]):>15}"
            results.append({"job": job, "threads": n_threads, "peer": peer.name,
                            "version": peer.version, "setting": chosen[i], "ours": rate,
                            "theirs": other, "ratio": rate / other,
                            "best_ours": max(o[clock] for o in ours),
                            "best_theirs": max(theirs[i])})
        print(line, flush=True)
    for peer in peers:
        peer.close()


def main():
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2], int(sys.argv[3]))
        return
    root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fitscope", default=os.path.join(root, "build", "app", "fitscope"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--jobs", default=",".join(JOBS))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--json", help="a file for the table's numbers")
    parser.add_argument("peers", nargs="*", metavar="NAME=INTERPRETER:FRAMEWORK",
                        default=["torch=/usr/bin/python3:torch"])
    options = parser.parse_args()
    options.jobs = options.jobs.split(",")
    peers = []
    for text in options.peers:
        name, _, rest = text.partition("=")
        interpreter, _, framework = rest.rpartition(":")
        if framework not in ("torch", "keras") or not interpreter:
            parser.error(f"{text}: NAME=INTERPRETER:torch or NAME=INTERPRETER:keras is expected")
        peers.append((name, interpreter, framework))
    results = []
    for n_threads in (int(n) for n in options.threads.split(",")):
        compare(options, peers, n_threads, results)
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)


main()
