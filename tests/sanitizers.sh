#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Builds the engine and the lab with a sanitizer, in a build directory of its own (build-FLAVOUR, or
# the second argument), and runs the tests that are worth its time:
#   tests/sanitizers.sh thread  [DIR]   data races: the tests in which threads meet
#   tests/sanitizers.sh address [DIR]   memory errors, leaks and undefined behaviour: engine and lab
# Any report fails the test it appears in. What is excused, and why, is in tests/*.supp. GTK is not
# built: its own locks are invisible to ThreadSanitizer.
set -eu
cd "$(dirname "$0")/.."
tests="$PWD/tests"

# ThreadSanitizer makes arithmetic some fifty times dearer, so it gets only the programs in which
# threads meet.
thread_tests="pool history network mailbox command-queue run run-stop results store frame-cache"

case "${1:-}" in
  thread) sanitize=thread; selection="$thread_tests" ;;
  address) sanitize=address,undefined; selection="--suite engine --suite lab" ;;
  *) sed -n '4,9p' "$0" | sed 's/^# \{0,1\}//' >&2; exit 2 ;;
esac
build="${2:-build-$1}"

if [ ! -f "$build/build.ninja" ]; then
  # b_lundef: the sanitizer's symbols come from the program, not from the archives.
  meson setup "$build" --buildtype=debugoptimized -Db_sanitize="$sanitize" -Db_lundef=false >&2
fi

export TSAN_OPTIONS="halt_on_error=1:second_deadlock_stack=1:suppressions=$tests/tsan.supp"
export ASAN_OPTIONS="detect_leaks=1:detect_stack_use_after_return=1:abort_on_error=0"
export LSAN_OPTIONS="suppressions=$tests/lsan.supp:print_suppressions=0"
# GLib's own allocator hands blocks from thread to thread under locks that are not instrumented.
export G_SLICE=always-malloc
export UBSAN_OPTIONS="halt_on_error=1:print_stacktrace=1"

# Kernels that randomise mappings by more bits than the sanitizer's runtime expects make it refuse to
# start; a fixed layout avoids that where it is allowed.
fixed=""
if setarch "$(uname -m)" -R true 2>/dev/null; then
  fixed="setarch $(uname -m) -R"
fi

# shellcheck disable=SC2086
exec $fixed meson test -C "$build" -t 10 --print-errorlogs $selection
