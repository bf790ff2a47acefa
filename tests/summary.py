#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Adds up the test logs of the build folders given and prints "N passed, N failed" as the last line.

A TAP program counts by its subtests, any other test as one. The first argument is the status of the
steps that are not meson tests; a non-zero one counts as one failure, so that nothing fails silently.
"""
import json
import pathlib
import re
import sys


# What a test may lack: a processor of another kind. Everything else was installed.
PROCESSOR = re.compile(r"processor|AVX", re.I)


def count(test):
    """(passed, failed, skipped) of one entry of testlog.json."""
    lines = re.findall(r"^(ok|not ok)\b(.*)$", test.get("stdout", ""), re.M)
    if not lines:
        result = test["result"]
        return (
            int(result in ("OK", "EXPECTEDFAIL")),
            int(result in ("FAIL", "ERROR", "TIMEOUT", "INTERRUPT", "UNEXPECTEDPASS")),
            int(result == "SKIP"),
        )
    skips = [rest for word, rest in lines if "# SKIP" in rest.upper()]
    excused = sum(1 for rest in skips if PROCESSOR.search(rest))
    skipped = len(skips) - excused
    failed = sum(1 for word, rest in lines if word == "not ok")
    passed = len(lines) - failed - skipped - excused
    if test["result"] not in ("OK", "SKIP") and not failed:
        failed = 1  # crashed, timed out, or failed after its last line
    return passed, failed, skipped


def main():
    other, folders = int(sys.argv[1]), sys.argv[2:]
    passed = failed = skipped = 0
    for folder in folders:
        log = pathlib.Path(folder) / "meson-logs" / "testlog.json"
        if not log.exists():
            print(f"{log}: no tests were run")
            failed += 1
            continue
        for line in log.read_text().splitlines():
            test = json.loads(line)
            p, f, s = count(test)
            if f:
                print(f"FAILED {folder}: {test['name']}")
            if s:
                print(f"skipped {s} in {folder}: {test['name']}")
            passed, failed, skipped = passed + p, failed + f, skipped + s
    if other and not failed:
        failed = 1
    if skipped:
        print("A skipped test here is a failure: everything it needs was installed.")
        failed += skipped
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
