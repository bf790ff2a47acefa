#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of `fitscope bench` in PyTorch and Keras: a process that against-peers.py starts and asks.

    peer.py torch|keras THREADS

It names its version and the ways in which it can be run ("axes": settings with their choices), then answers
requests, one JSON object a line, with samples a second. Data, batch size, loss (mean squared error), Adam
and the number of windows are those of app/commands/bench-jobs.c.
"""
import json
import os
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

    def axes(self):
        optimisers = ["foreach", "plain"]
        try:
            parameter = self.torch.nn.Parameter(self.torch.zeros(1))
            self.torch.optim.Adam([parameter], fused=True)
            optimisers.insert(0, "fused")
        except (TypeError, RuntimeError):
            pass
        modules = ["eager", "traced"]
        if hasattr(self.torch, "compile") and os.environ.get("PEER_COMPILES"):
            modules.append("compiled")
        return {"optimiser": optimisers, "onednn": [True, False], "module": modules}

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

        module = Net()
        net = module
        how = {} if setting["optimiser"] == "plain" else {setting["optimiser"]: True}
        optimiser = torch.optim.Adam(module.parameters(), lr=0.001, weight_decay=2 * l2, **how)
        x = torch.randn(n_steps, n, n_inputs)
        y = x[:, :, 0].mean(0).unsqueeze(1)
        batches = [(x[:, i:i + batch].contiguous(), y[i:i + batch])
                   for i in range(0, n - n % batch or n, batch)]
        if setting["module"] == "traced":
            net = torch.jit.trace(module, batches[0][0], check_trace=False)
        elif setting["module"] == "compiled":
            torch._dynamo.config.allow_rnn = True
            net = torch.compile(module)
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
    """A sequential model, fitted; all its batches of an epoch in one call where the backend can."""

    def __init__(self, n_threads):
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        os.environ["CUDA_VISIBLE_DEVICES"] = ""
        backend = os.environ.get("KERAS_BACKEND", "tensorflow")
        if backend == "jax" and n_threads == 1:
            os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false"
            os.environ["NPROC"] = "1"
        import keras

        self.keras, self.backend = keras, keras.backend.backend()
        if self.backend == "tensorflow":
            import tensorflow

            tensorflow.config.threading.set_intra_op_parallelism_threads(n_threads)
            tensorflow.config.threading.set_inter_op_parallelism_threads(n_threads)
        elif self.backend == "torch":
            import torch

            torch.set_num_threads(n_threads)
            torch.set_flush_denormal(True)
        keras.utils.set_random_seed(1)

    def version(self):
        return f"Keras {self.keras.__version__} on {self.backend}"

    def axes(self):
        if self.backend == "torch":
            return {"unroll": [False, True]}
        if self.backend == "jax":
            return {"unroll": [False, True], "whole epochs": [True, False]}
        return {"jit": [False, True], "unroll": [False, True], "whole epochs": [True, False]}

    def prepare(self, job, setting):
        import numpy

        keras = self.keras
        layers, n, n_steps, n_inputs, batch, l2 = JOBS[job]
        if setting["unroll"] and n_steps > 20:
            raise ValueError("unrolled it takes minutes to begin")
        n = batch * max(1, min(n // batch, 2 if job == "J7" else 16))  # no partial batch: one trace
        penalty = keras.regularizers.L2(l2) if l2 else None
        n_recurrent = sum(kind in ("lstm", "gru") for kind, _ in layers)
        model = keras.Sequential([keras.Input((n_steps, n_inputs))])
        for i, (kind, value) in enumerate(layers):
            if kind in ("lstm", "gru"):
                made = getattr(keras.layers, kind.upper())
                model.add(made(value, return_sequences=i + 1 < n_recurrent,
                               unroll=setting["unroll"], kernel_regularizer=penalty,
                               recurrent_regularizer=penalty))
            elif kind == "dropout":
                model.add(keras.layers.Dropout(value))
            else:
                model.add(keras.layers.Dense(value, "relu", kernel_regularizer=penalty))
        model.add(keras.layers.Dense(1, kernel_regularizer=penalty))
        model.compile(optimizer=keras.optimizers.Adam(0.001), loss="mse",
                      jit_compile=setting.get("jit", self.backend == "jax"),
                      steps_per_execution=n // batch if setting.get("whole epochs") else 1)
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


def main():
    framework, n_threads = sys.argv[1], int(sys.argv[2])
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints is no answer
    peer = {"torch": Torch, "keras": Keras}[framework](n_threads)
    made = {}

    def answer(value):
        answers.write(json.dumps(value) + "\n")
        answers.flush()

    answer({"version": peer.version(), "axes": peer.axes()})
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


if __name__ == "__main__":
    main()
