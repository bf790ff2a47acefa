#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The jobs of `fitscope bench` in other programs on the same machine, taken in turns with ours.

    tests/bench/against-peers.py [--fitscope build/app/fitscope] [--jobs J1,J3] [--threads 1,2]
        [--rounds 5] [--seconds 0.4] [--hold COMMAND] [--compile] [--json FILE] [NAME=KIND …]
    tests/bench/against-peers.py --table FILE [--best]

A peer is torch=INTERPRETER:torch, keras=INTERPRETER:keras, or keras-torch or keras-jax for another backend
of Keras (see peer.py), or onednn=onednn: the layers alone, by oneDNN's own primitives, which is made from
onednn-peer.cpp where its headers are. Without any: Debian's PyTorch and, if it can be made, oneDNN.

A Python peer's process lives as long as the measurement. For each job and number of threads the settings of
a peer are tried and the fastest is kept: the choices along each of its axes, one axis after the other, then
the environments its process may have; where two threads are to be had that may be one thread. Then the rounds go around all contenders,
so that a slow minute of the machine slows all of them. One thread is compared by processor time, two by the
wall clock. --hold names a command that keeps the machine still while it runs another: each measurement is
made while it runs `cat`, which ends with the measurement.

--json appends one object a line for each measurement, so that rounds may be taken in many sittings; --table
prints the medians of such a file: samples a second, and ours as a multiple of theirs, the median of what
each round gave. With --best it is the fastest round of each, which a busy machine spoils less. --known tries
only the settings that the file says were fastest for some job on one thread, and where two threads are to be
had it measures all of a peer's environments in each round and takes the fastest.
"""
import argparse
import collections
import contextlib
import json
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

from peer import JOBS

HERE = os.path.dirname(os.path.abspath(__file__))
TRIAL_SECONDS = 0.2

# OpenBLAS and OpenMP each keep threads that wait by spinning; on few processors they may hinder one another.
ENVIRONMENTS = [{"OPENBLAS_NUM_THREADS": "1"}, {"OMP_WAIT_POLICY": "passive"}]


def environment_of(n_threads, extra):
    environment = dict(os.environ, OMP_NUM_THREADS=str(n_threads), **extra)
    environment.pop("OPENBLAS_CORETYPE", None)  # it can pin a slow kernel
    return environment


@contextlib.contextmanager
def held(command):
    """While the machine is kept still, if it can be."""
    if not command:
        yield
        return
    holder = subprocess.Popen(shlex.split(command) + ["cat"], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE)
    holder.stdin.write(b"\n")
    holder.stdin.flush()
    holder.stdout.readline()  # comes back once it runs
    try:
        yield
    finally:
        holder.stdin.close()
        holder.wait()
        holder.stdout.close()


class Fitscope:
    name = "fitscope"

    def __init__(self, program, n_threads):
        self.program, self.n_threads, self.version = program, n_threads, "fitscope"

    def choose(self, job, clock, hold):
        pass

    def measure(self, job, seconds):
        windows = ["--windows", "128"] if job == "J7" else []  # a whole epoch takes too long
        text = subprocess.run(
            [self.program, "bench", "--json", "--job", job, "--threads", str(self.n_threads),
             "--rounds", "1", "--seconds", str(seconds)] + windows,
            capture_output=True, text=True, check=True, env=environment_of(1, {})).stdout
        report = json.loads(text)
        result = report["jobs"][0]
        return {"wall": result["samples_per_second"], "cpu": result["cpu_samples_per_second"],
                "share": result["share_of_fma"], "words": report["isa"]}

    def close(self):
        pass


class OneDnn:
    def __init__(self, name, program, n_threads):
        self.name, self.program, self.n_threads, self.version = name, program, n_threads, "oneDNN"

    def choose(self, job, clock, hold):
        pass

    def measure(self, job, seconds):
        """With all threads and, where there are more, with one: the faster."""
        answers = [self.run(job, n, seconds) for n in {1, self.n_threads}]
        return max(answers, key=lambda answer: answer["wall"])

    def run(self, job, n_threads, seconds):
        layers, _, n_steps, n_inputs, batch, _ = JOBS[job]
        recurrent = [(kind, units) for kind, units in layers if kind in ("lstm", "gru")]
        text = subprocess.run(
            [self.program, recurrent[0][0], ",".join(str(units) for _, units in recurrent),
             str(n_steps), str(n_inputs), str(batch), str(n_threads), str(seconds)],
            capture_output=True, text=True, check=True,
            env=environment_of(n_threads, {})).stdout
        answer = json.loads(text)
        self.version = answer["version"] + ", layers alone"
        return {"wall": answer["wall"], "cpu": answer["cpu"],
                "words": f"layouts of its choice, {n_threads} threads"}

    def close(self):
        pass


class Server:
    """A peer's process with one environment and number of threads."""

    def __init__(self, name, interpreter, framework, n_threads, extra):
        framework, _, backend = framework.partition("-")
        self.words = [f"{n_threads} threads"] if n_threads > 1 else []
        self.words += [f"{key}={value}" for key, value in extra.items()]
        self.name = name
        environment = environment_of(n_threads, extra)
        if framework == "keras":
            environment["KERAS_BACKEND"] = backend or "tensorflow"
        self.process = subprocess.Popen(
            [interpreter, os.path.join(HERE, "peer.py"), framework, str(n_threads)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment)
        hello = self.read()
        self.version, self.axes = hello["version"], hello["axes"]

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

    def try_setting(self, job, setting, hold):
        answer = self.measure(job, setting, 0)  # makes the network, which may take long
        if "error" in answer:
            return answer
        with held(hold):
            return self.measure(job, setting, TRIAL_SECONDS)

    def best_setting(self, job, clock, hold, known):
        """Along one axis after the other, or of those known."""
        if known:
            rates = [self.try_setting(job, tried, hold).get(clock, 0) for tried in known]
            if max(rates):
                return max(rates), known[rates.index(max(rates))]
        setting = {axis: choices[0] for axis, choices in self.axes.items()}
        best, error = 0, None
        for axis, choices in self.axes.items():
            for choice in choices:
                if best and choice == setting[axis]:
                    continue
                tried = dict(setting, **{axis: choice})
                answer = self.try_setting(job, tried, hold)
                error = answer.get("error", error)
                if answer.get(clock, 0) > best:
                    best, setting = answer[clock], tried
        if not best:
            sys.exit(f"{self.name} cannot train {job}: {error}")
        return best, setting

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class PythonPeer:
    def __init__(self, name, interpreter, framework, n_threads, known):
        self.name, self.known = name, known
        ways = [(n_threads, {})]
        if n_threads > 1:
            ways += [(n_threads, extra) for extra in ENVIRONMENTS if framework == "torch"]
            ways.append((1, {}))
        self.servers = [Server(name, interpreter, framework, *way) for way in ways]
        self.version = self.servers[0].version
        self.chosen = None

    def choose(self, job, clock, hold):
        """The fastest setting for this job, and then the fastest server with it."""
        hold = hold if clock == "wall" else None
        best, setting = self.servers[0].best_setting(job, clock, hold, self.known)
        self.chosen = self.servers[0], setting
        for server in self.servers[1:]:
            if self.known:
                server.measure(job, setting, 0)
                continue
            rate = server.try_setting(job, setting, hold).get(clock, 0)
            if rate > best:
                best, self.chosen = rate, (server, setting)
        self.chosen[0].measure(job, setting, 0)  # a server keeps one network: this one

    def measure(self, job, seconds):
        chosen, setting = self.chosen
        best = {}
        for server in self.servers if self.known else [chosen]:
            answer = server.measure(job, setting, seconds)
            if "error" not in best and answer.get("wall", 0) >= best.get("wall", 0):
                words = [value if isinstance(value, str) else key
                         for key, value in setting.items() if value]
                best = dict(answer, setting=setting, words=", ".join(words + server.words))
        return best

    def close(self):
        for server in self.servers:
            server.close()


def make_onednn(directory):
    """The program of onednn-peer.cpp, or None."""
    program = os.path.join(directory, "onednn-peer")
    made = subprocess.run(
        ["c++", "-O3", "-march=native", "-fopenmp", "-o", program,
         os.path.join(HERE, "onednn-peer.cpp"), "-ldnnl"], capture_output=True, text=True)
    return program if made.returncode == 0 else None


def make_contenders(options, n_threads, onednn):
    contenders = [Fitscope(options.fitscope, n_threads)]
    for name, kind in options.peers:
        if kind == "onednn":
            if onednn:
                contenders.append(OneDnn(name, onednn, n_threads))
            continue
        interpreter, _, framework = kind.rpartition(":")
        contenders.append(PythonPeer(name, interpreter, framework, n_threads,
                                     options.known.get(name, [])))
    return contenders


def measure_all(options, record):
    with tempfile.TemporaryDirectory() as directory:
        onednn = make_onednn(directory)
        if not onednn:
            print("oneDNN's headers (libdnnl-dev) or a C++ compiler are missing: without it.")
        for n_threads in options.threads:
            clock = "cpu" if n_threads == 1 else "wall"
            contenders = make_contenders(options, n_threads, onednn)
            for job in options.jobs:
                for contender in contenders:
                    contender.choose(job, clock, options.hold)
                for i in range(options.rounds):
                    for contender in contenders:
                        with held(options.hold):
                            answer = contender.measure(job, options.seconds)
                        if "error" in answer:
                            sys.exit(f"{contender.name}, {job}: {answer['error']}")
                        record({"sitting": options.sitting, "round": i, "job": job,
                                "threads": n_threads, "peer": contender.name,
                                "version": contender.version, "rate": answer[clock],
                                "share": answer.get("share"), "setting": answer.get("setting"),
                                "words": answer["words"]})
            for contender in contenders:
                contender.close()


def known_settings(path):
    """Of each peer, those that were chosen for some job on one thread."""
    known = collections.defaultdict(list)
    for r in read_records(path):
        if r["threads"] == 1 and r["setting"] and r["setting"] not in known[r["peer"]]:
            known[r["peer"]].append(r["setting"])
    return known


def read_records(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def print_table(records, is_best=False):
    """A line for each job, of medians or of the fastest rounds."""
    middle = max if is_best else statistics.median
    rounds = collections.defaultdict(dict)
    for r in records:
        rounds[(r["threads"], r["job"], r["sitting"], r["round"])][r["peer"]] = r
    names, versions = [], {}
    for r in records:
        if r["peer"] != "fitscope" and r["peer"] not in names:
            names.append(r["peer"])
        versions[r["peer"]] = r["version"]
    for n_threads in sorted({r["threads"] for r in records}):
        print(f"\n{n_threads} thread{'s' if n_threads > 1 else ''}, samples a second by "
              f"{'processor time' if n_threads == 1 else 'the wall clock'}; in brackets ours as a "
              "multiple of theirs\n")
        print(f"{'job':4} {'rounds':>6} {'fitscope':>9} {'of FMA':>6}"
              + "".join(f"  {name:>18}" for name in names))
        for job in JOBS:
            mine = [found for key, found in rounds.items()
                    if key[:2] == (n_threads, job) and "fitscope" in found]
            if not mine:
                continue
            rate = middle(found["fitscope"]["rate"] for found in mine)
            share = middle(found["fitscope"]["share"] for found in mine)
            line = f"{job:4} {len(mine):6} {rate:9.0f} {100 * share:4.0f} %"
            for name in names:
                both = [found for found in mine if name in found]
                if not both:
                    line += f"  {'–':>18}"
                    continue
                other = middle(found[name]["rate"] for found in both)
                ratio = rate / other if is_best else statistics.median(
                    found["fitscope"]["rate"] / found[name]["rate"] for found in both)
                line += f"  {other:8.0f} ({ratio:5.2f} ×)"
            print(line)
    print("\nThe settings that were fastest:")
    for name in names:
        chosen = collections.defaultdict(set)
        for r in records:
            if r["peer"] == name:
                chosen[r["words"] or "plain"].add(f"{r['job']}·{r['threads']}")
        print(f"  {name} ({versions[name]}): " + "; ".join(
            f"{setting} [{' '.join(sorted(jobs))}]" for setting, jobs in sorted(chosen.items())))


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--fitscope",
                        default=os.path.join(HERE, "..", "..", "build", "app", "fitscope"))
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.4)
    parser.add_argument("--jobs", default=",".join(JOBS))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--hold", help="a command that keeps the machine still while it runs")
    parser.add_argument("--compile", action="store_true",
                        help="let PyTorch 2 try torch.compile too, which takes minutes to begin")
    parser.add_argument("--json", help="a file that gets each measurement as a line")
    parser.add_argument("--known", action="store_true", help="try what that file has")
    parser.add_argument("--table", metavar="FILE", help="print the medians of such a file")
    parser.add_argument("--best", action="store_true", help="or its fastest rounds")
    parser.add_argument("peers", nargs="*", metavar="NAME=KIND",
                        default=["torch=/usr/bin/python3:torch", "onednn=onednn"])
    options = parser.parse_args()
    options.sitting = time.time()
    options.jobs = options.jobs.split(",")
    options.threads = [int(n) for n in options.threads.split(",")]
    peers = [text.partition("=")[::2] for text in options.peers]
    for name, kind in peers:
        if kind != "onednn" and kind.rpartition(":")[2].partition("-")[0] not in ("torch", "keras"):
            parser.error(f"{name}={kind}: NAME=INTERPRETER:torch, NAME=INTERPRETER:keras or "
                         "NAME=onednn is expected")
    options.peers = peers
    options.known = known_settings(options.json) if options.known and options.json else {}
    if options.compile:
        os.environ["PEER_COMPILES"] = "1"
    return options


def main():
    options = parse_options()
    records = []
    if options.table:
        print_table(read_records(options.table), options.best)
        return

    def record(measurement):
        records.append(measurement)
        if options.json:
            with open(options.json, "a", encoding="utf-8") as file:
                file.write(json.dumps(measurement) + "\n")

    measure_all(options, record)
    print_table(records)


main()
