#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a test program that needs a display: on the one that is there, else on a virtual one of its
# own. Without either the test is skipped, unless CI is set: an automatic check that silently tests
# nothing is worse than one that fails.

if [ -n "$DISPLAY" ] || [ -n "$WAYLAND_DISPLAY" ]; then
  exec "$@"
fi
if command -v xvfb-run >/dev/null; then
  # -noreset: the server must survive the moment between two clients.
  exec xvfb-run -a -s "-screen 0 1280x1024x24 -noreset" "$@"
fi
if [ -n "$CI" ]; then
  echo "Bail out! no display, and xvfb-run is not installed"
  exit 1
fi
echo "1..0 # SKIP no display, and xvfb-run is not installed"
