#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The program itself on a display: it opens an experiment, trains it to the end, writes a picture of each
# state in each style and a log of its frames, and ends well.
#   window-pictures.sh BINARY
set -u
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
n=0
check () { # check WHAT CONDITION…
  n=$((n + 1))
  what=$1
  shift
  if "$@"; then echo "ok $n - $what"; else echo "not ok $n - $what"; fi
}
is_picture () { [ "$(head -c 8 "$1" 2>/dev/null | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]; }

cat >"$scratch/small.fit.json" <<'JSON'
{ "fitscope": 1, "window": { "length": 4 },
  "model": { "layers": [ { "type": "lstm", "units": 3 }, { "type": "dense", "units": "auto" } ] },
  "train": { "epochs": 30, "stop": { "patience": "never" } } }
JSON
G_DEBUG=gc-friendly "$1" --threads 1 --frame-log "$scratch/frames.csv" \
  --screenshot "$scratch/pictures" "$scratch/small.fit.json" 2>"$scratch/said"
status=$?
sed 's/^/# /' "$scratch/said"
check "the program ends well" [ "$status" -eq 0 ]
for state in ready training finished; do
  for style in light dark; do
    check "a picture: $state, $style" is_picture "$scratch/pictures/window-$state-$style.png"
  done
done
check "light and dark differ" \
  sh -c "! cmp -s '$scratch/pictures/window-ready-light.png' '$scratch/pictures/window-ready-dark.png'"
check "ready and finished differ" \
  sh -c "! cmp -s '$scratch/pictures/window-ready-dark.png' '$scratch/pictures/window-finished-dark.png'"
check "the frame log has its header" \
  [ "$(head -n 1 "$scratch/frames.csv")" = "frame,ms,interval_ms,processor_ms,layouts" ]
check "the frame log has frames" [ "$(wc -l <"$scratch/frames.csv")" -gt 20 ]

"$1" --frame-log "$scratch/no/such/folder.csv" --screenshot "$scratch/pictures" \
  "$scratch/small.fit.json" 2>"$scratch/said"
check "a log that cannot be written is a failure" [ $? -ne 0 ]
check "and is said" grep -q "frame log cannot be written" "$scratch/said"
echo "1..$n"
