#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs one widget test on a display of its own: an Xvfb that picks a free number and ends with the
# test. FS_TEST_DISPLAY=here uses the display there is (to watch a test). Without Xvfb the test is
# skipped, unless FS_TEST_DISPLAY=must or CI is set: an automatic check must not pass by testing nothing.
set -eu

if [ "${FS_TEST_DISPLAY:-}" = here ]; then
  exec "$@"
fi
if ! command -v Xvfb >/dev/null 2>&1; then
  if [ "${FS_TEST_DISPLAY:-}" = must ] || [ -n "${CI:-}" ]; then
    echo "Bail out! there is no Xvfb"
    exit 1
  fi
  echo "1..0 # SKIP there is no Xvfb"
  exit 0
fi

scratch=$(mktemp -d)
Xvfb -displayfd 3 -screen 0 1280x800x24 -noreset -nolisten tcp 3>"$scratch/number" 2>/dev/null &
server=$!
trap 'kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; rm -rf "$scratch"' EXIT
trap 'exit 143' HUP INT TERM
until [ -s "$scratch/number" ]; do
  kill -0 "$server" 2>/dev/null || { echo "Bail out! Xvfb did not start"; exit 1; }
  sleep 0.05
done
XDG_CONFIG_HOME="$scratch/config" DISPLAY=":$(cat "$scratch/number")" GDK_BACKEND=x11 "$@"
