# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures the window, judging nothing: start to first frame, memory at rest, and frame times while
the experiment given (default: the first one) trains at full load. Run it on a quiet machine:

    FITSCOPE=build/app/fitscope tests/end-to-end/desktop.sh /usr/bin/python3 tests/end-to-end/measure_window.py

MEASURE_SECONDS is how long it watches (60); the experiment given should train for so long. The frames' processor
time and the layouts among them tell of the window alone, the other times of a busy machine too.
"""
import csv
import os
import pathlib
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(__file__))
import desktop  # noqa: E402
from desktop import wait_for  # noqa: E402

SECONDS = float(os.environ.get("MEASURE_SECONDS", "60"))
STEPS_MS = (1, 2, 4, 8, 12, 16, 20, 33, 60, 100)

log = pathlib.Path(tempfile.mkdtemp(prefix="fitscope-frames-")) / "frames.csv"


def seconds_to_first_frame():
    begin = time.monotonic()
    process = subprocess.Popen([os.environ["FITSCOPE"], "--frame-log", str(log)])
    while not (log.exists() and log.read_text().count("\n") > 1):
        time.sleep(0.002)
    seconds = time.monotonic() - begin
    process.terminate()
    process.wait()
    log.unlink()
    return seconds


def resident_mb(pid):
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def print_histogram(frames):
    for low, high in zip((0, *STEPS_MS), (*STEPS_MS, float("inf"))):
        count = sum(low <= max(frame, 0) < high for frame in frames)
        print(f"{low:5g} to {high:3g} ms {count:6} {'█' * round(60 * count / len(frames))}")


def main():
    starts = sorted(seconds_to_first_frame() for _ in range(7))
    print(f"start to first frame: median {starts[3]:.2f} s of {', '.join(f'{s:.2f}' for s in starts)}")

    app = desktop.App("--frame-log", log, *sys.argv[1:])
    app.find("push button", "Train")
    time.sleep(2)
    print(f"resident after start: {resident_mb(app.process.pid):.0f} MB")
    before = log.read_text().count("\n")
    app.press("Train")
    # Asking the accessibility bus costs the window time of its own, so it is left alone meanwhile.
    time.sleep(SECONDS)
    rows = list(csv.DictReader(log.open()))[before + 5:]
    frames = sorted(float(row["ms"]) for row in rows)
    work = sorted(float(row["processor_ms"]) for row in rows)
    n = len(frames)
    print(f"frames while training: {n}, median {frames[n // 2]:.1f} ms, p95 {frames[n * 95 // 100]:.1f} ms, "
          f"p99 {frames[n * 99 // 100]:.1f} ms, max {frames[-1]:.1f} ms; "
          f"over 33 ms: {sum(f > 33 for f in frames)}, over 100 ms: {sum(f > 100 for f in frames)}")
    print(f"processor time of a frame: median {work[n // 2]:.1f} ms, p95 {work[n * 95 // 100]:.1f} ms, p99 "
          f"{work[n * 99 // 100]:.1f} ms, max {work[-1]:.1f} ms; laid out in {sum(row['layouts'] != '0' for row in rows)} of {n} frames")
    print_histogram(frames)
    print(f"resident while training: {resident_mb(app.process.pid):.0f} MB")
    app.close()


main()
