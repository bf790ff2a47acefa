#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# libFuzzer with address and undefined-behaviour sanitizers on every target: run.sh [SECONDS each].
# What it finds lands in build-fuzz/findings; a finding that was mended belongs into the corpus.
set -eu
cd "$(dirname "$0")/../.."
seconds="${1:-60}"
[ -f build-fuzz/build.ninja ] ||
  CC=clang meson setup build-fuzz -Dfuzz=true -Dbuildtype=debugoptimized -Db_lundef=false \
    -Db_sanitize=address,undefined >&2
ninja -C build-fuzz fuzzers >&2
mkdir -p build-fuzz/findings
for target in build-fuzz/tests/fuzz/fuzz-*; do
  [ -f "$target" ] && [ -x "$target" ] || continue
  name=$(basename "$target" | sed 's/^fuzz-//')
  mkdir -p "build-fuzz/corpus-$name"
  echo "fuzzing $name for $seconds s" >&2
  "$target" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -max_len=65536 \
    -artifact_prefix="build-fuzz/findings/$name-" \
    "build-fuzz/corpus-$name" "tests/fuzz/corpus/$name"
done
echo "No crash found."
