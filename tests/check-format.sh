#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The formatting gate: every C file as clang-format would write it.
set -eu
cd "$(dirname "$0")/.."
if git ls-files '*.c' '*.h' | xargs clang-format --dry-run -Werror; then
  echo "format: clean"
else
  echo "format: run ./dev format" >&2
  exit 1
fi
