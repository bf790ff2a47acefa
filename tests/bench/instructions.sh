#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Instructions that training a batch takes, counted by callgrind: they are the same in every run on every
# day, so a change in speed shows without a clock. Counted are N batches less none at all, with the AVX2
# kernels (valgrind knows no AVX-512).
#   tests/bench/instructions.sh [BUILD-DIR] [BATCHES]
# With a third argument "twice" it counts everything two times and fails if the counts differ.
set -eu
cd "$(dirname "$0")/../.."
build="${1:-build}"
batches="${2:-5}"
program="$build/tests/bench/instructions"
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT

# Instructions of a run with so many batches of the network in the other arguments.
count () {
  valgrind --tool=callgrind --callgrind-out-file="$folder/out" "$program" "$@" avx2 \
    >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
  awk '/^(summary|totals):/ { print $2; exit }' "$folder/out"
}

# What one batch takes.
count_batches () {
  some="$(count "$@" "$batches")"
  none="$(count "$@" 0)"
  echo $(((some - none) / batches))
}

[ -x "$program" ] || { echo "$program is not there: build first." >&2; exit 1; }
if ! "$program" lstm 1 1 1 1 1 0 avx2 2>/dev/null; then
  echo "This processor has no AVX2 to count with."
  exit 77
fi

printf '%-44s %18s\n' "network, batch" "instructions/batch"
while read -r kind units inputs steps rows max_rows words; do
  first="$(count_batches "$kind" "$units" "$inputs" "$steps" "$rows" "$max_rows")"
  printf '%-44s %18s\n' "$words" "$first"
  if [ "${3:-}" = twice ]; then
    second="$(count_batches "$kind" "$units" "$inputs" "$steps" "$rows" "$max_rows")"
    if [ "$first" != "$second" ]; then
      echo "The second count of the same was $second."
      exit 1
    fi
  fi
done <<EOF
lstm 50 1 10 32 32 J1: LSTM 50, 10 steps of 1, 32 rows
lstm 128 1 20 32 32 J3: LSTM 128, 20 steps of 1, 32 rows
gru 64 8 10 32 32 GRU 64, 10 steps of 8, 32 rows
lstm 51 3 10 32 32 LSTM 51, 10 steps of 3, 32 rows
lstm 50 1 10 8 32 LSTM 50, 10 steps of 1, 8 of 32 rows
EOF
