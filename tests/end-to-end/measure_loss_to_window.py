# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures what training loses to the window, judging nothing: the same experiments on the same threads,
without a display and in the window, in turn, in epochs per second of the clock and per second of processor
time of the threads that train. Run it on a quiet machine:

    FITSCOPE=build/app/fitscope tests/end-to-end/desktop.sh /usr/bin/python3 \\
        tests/end-to-end/measure_loss_to_window.py [THREADS [SECONDS [ROUNDS]]]

The processor time of an epoch is the same on a busy machine but for what others leave in the caches; the
clock there tells only how busy it is, and training beside a window steps back for everybody else.
"""
import json
import math
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else os.cpu_count()
SECONDS = float(sys.argv[2]) if len(sys.argv) > 2 else 10
ROUNDS = int(sys.argv[3]) if len(sys.argv) > 3 else 3
WARM_UP_SECONDS = 1.5
TICKS = os.sysconf("SC_CLK_TCK")


def write_experiments(folder):
    """A small network whose epochs take milliseconds, and a large one whose epochs take long."""
    waves = folder / "waves.csv"
    waves.write_text("t,x\n" + "".join(f"{t},{math.sin(t / 9) + math.sin(t / 31):.6f}\n" for t in range(1460)))
    endless = {"epochs": 100000, "stop": {"patience": 100000}}
    small = {"fitscope": 1, "name": "small", "train": endless,
             "data": {"source": "builtin:air-passengers", "target": "passengers_thousands", "time": "date"}}
    large = {"fitscope": 1, "name": "large", "train": endless,
             "data": {"source": str(waves), "target": "x", "time": "t"}, "window": {"length": 20},
             "model": {"layers": [{"type": "lstm", "units": 128}, {"type": "dropout", "rate": 0.5},
                                  {"type": "dense", "units": 1}]}}
    paths = {}
    for experiment in (small, large):
        paths[experiment["name"]] = folder / f"{experiment['name']}.fit.json"
        paths[experiment["name"]].write_text(json.dumps(experiment))
    return paths


def processor_seconds(pid):
    """By the name of the thread; without a window the threads that train include the first one."""
    seconds = {}
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        try:
            stat = (task / "stat").read_text()
        except OSError:
            continue
        name = "main" if task.name == str(pid) else stat[stat.index("(") + 1:stat.rindex(")")]
        fields = stat[stat.rindex(")") + 2:].split()
        seconds[name] = seconds.get(name, 0) + (int(fields[11]) + int(fields[12])) / TICKS
    return seconds


class Headless:
    def __init__(self, path):
        self.n_epochs = 0
        self.process = subprocess.Popen(
            [os.environ["FITSCOPE"], "train", str(path), f"--threads={THREADS}", "--json"],
            stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "epoch":
                self.n_epochs = event["epoch"]

    def epoch(self):
        return self.n_epochs

    def end(self):
        self.process.kill()
        self.process.wait()


class Window:
    def __init__(self, path):
        self.app = desktop.App("--threads", THREADS, path)
        self.process = self.app.process
        self.app.press("Train")
        # To walk the tree takes seconds on a busy machine, and costs the window time of its own.
        self.heading = desktop.wait_for(
            lambda: next((node for node in self.app.all("label") if self._number(node)), None), "the heading")

    @staticmethod
    def _number(node):
        match = re.match(r"epoch ([0-9][0-9\s.,]*) of ", node.get_name() or "")
        return int(re.sub(r"\D", "", match.group(1))) if match else 0

    def epoch(self):
        self.heading.clear_cache()
        return self._number(self.heading)

    def end(self):
        self.app.process.kill()
        self.app.process.wait()


def measure(kind, path):
    run = kind(path)
    while run.epoch() < 2:
        time.sleep(0.1)
    time.sleep(WARM_UP_SECONDS)
    first, before, began = run.epoch(), processor_seconds(run.process.pid), time.monotonic()
    time.sleep(SECONDS)
    last, after, ended = run.epoch(), processor_seconds(run.process.pid), time.monotonic()
    run.end()
    spent = {name: after[name] - before.get(name, 0) for name in after}
    training = spent.get("run", 0) + (spent["main"] if kind is Headless else 0)
    return {"clock": (last - first) / (ended - began), "processor": (last - first) / training,
            "main": spent["main"] / (ended - began),
            "store": spent.get("store", 0) / (ended - began)}


def main():
    with tempfile.TemporaryDirectory(prefix="fitscope-loss-") as folder:
        for name, path in write_experiments(pathlib.Path(folder)).items():
            rounds = []
            for _ in range(ROUNDS):
                without, within = measure(Headless, path), measure(Window, path)
                rounds.append((without, within))
                print(f"{name}, {THREADS} threads: epochs a second {without['clock']:.1f} without a window, "
                      f"{within['clock']:.1f} within; a processor second {without['processor']:.1f}, "
                      f"{within['processor']:.1f}; the window's main thread {100 * within['main']:.0f} % of a "
                      f"core, its store {100 * within['store']:.0f} %", flush=True)
            for what, unit in (("clock", "by the clock"), ("processor", "by processor time")):
                losses = sorted(100 * (1 - within[what] / without[what]) for without, within in rounds)
                print(f"{name}: lost {unit}: median {losses[len(losses) // 2]:.1f} % of "
                      f"{', '.join(f'{loss:.1f}' for loss in losses)}")


main()
