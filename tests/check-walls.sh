#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The walls of the house, checked in what was built and in what is written:
#   check-walls.sh symbols ENGINE.a LAB.a   undefined symbols of the archives
#   check-walls.sh includes ROOT            every #include points down (or sideways)
#   check-walls.sh compiles-not CC ROOT     <glib.h> in the engine and <gtk/gtk.h> in lab do not compile
# Prints TAP.
set -eu

n=0
bad=0
verdict () { # verdict STATUS NAME [DETAIL]
  n=$((n + 1))
  if [ "$1" -eq 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; bad=1; fi
  [ -z "${3:-}" ] || printf '%s\n' "$3" | sed 's/^/# /'
}
absent () { # absent NAME LINES: passes when LINES is empty
  if [ -z "$2" ]; then verdict 0 "$1"; else verdict 1 "$1" "$2"; fi
}

symbols () {
  engine=$(nm -A -u "$1" 2>/dev/null)
  lab=$(nm -A -u "$2" 2>/dev/null)
  [ -n "$engine" ] && [ -n "$lab" ] || { verdict 1 "archives have symbols to read"; return; }
  absent "engine knows no GLib, GTK, Cairo, JSON or SQLite" \
    "$(printf '%s\n' "$engine" | grep -E ' U (g_|gtk_|gdk_|gsk_|adw_|cairo_|pango_|json_|sqlite3_)' || true)"
  absent "engine neither prints, exits, nor reads clock, environment or locale" \
    "$(printf '%s\n' "$engine" | grep -E ' U (printf|puts|putchar|perror|exit|_exit|abort|time|clock|clock_gettime|gettimeofday|getenv|secure_getenv|setlocale|localeconv|fopen|fprintf|stderr|stdout|rand|srand|strtod|atof)$' || true)"
  absent "threads live in engine/base only" \
    "$(printf '%s\n' "$engine" | grep -E ' U (pthread_|thrd_|sem_)' | grep -vE '/base_' || true)"
  absent "lab knows no GTK, libadwaita, Cairo or Pango" \
    "$(printf '%s\n' "$lab" | grep -E ' U (gtk_|gdk_|gsk_|adw_|cairo_|pango_)' || true)"
}

# A room's floor; an include may point to the same floor or to a lower one.
includes () {
  cd "$1"
  found=$(find app ui engine -name '*.[ch]' | sort | xargs awk '
    function floor_of(path) {
      if (path ~ /^app\//) return 8
      if (path ~ /^(ui|data)\//) return 7 # data: the resources, generated for the window
      if (path ~ /^engine\/lab\//) return 6
      if (path ~ /^engine\/(search|diagnose)\//) return 5
      if (path ~ /^engine\/train\//) return 4
      if (path ~ /^engine\/(prepare|model)\//) return 3
      if (path ~ /^engine\/series\//) return 2
      if (path ~ /^engine\/(experiment|maths)\//) return 1
      if (path ~ /^engine\/base\//) return 0
      return -1
    }
    /^#include "/ {
      split($0, part, "\"")
      if (floor_of(part[2]) < 0) print FILENAME ": " part[2] " is not written from the root"
      else if (floor_of(part[2]) > floor_of(FILENAME)) print FILENAME " looks up to " part[2]
    }
    /^#include <(glib|gio|gobject|json-glib)/ { if (floor_of(FILENAME) < 6) print FILENAME ": " $0 }
    /^#include <(gtk|gdk|adwaita|cairo|pango)/ { if (floor_of(FILENAME) < 7) print FILENAME ": " $0 }
    /^#include <(pthread|threads)\.h>/ { if (floor_of(FILENAME) != 0) print FILENAME ": " $0 }
  ')
  absent "includes point down" "$found"
}

# What the build system gives each floor, taken from its own compile commands.
compiles_not () {
  flags_of () { # flags_of FILE-PATTERN: include flags of one compiled file of that floor
    python3 - "$2" "$1" <<'PY'
import json, re, shlex, sys
for entry in json.load(open(sys.argv[1])):
    if re.search(sys.argv[2], entry["file"]):
        words = shlex.split(entry["command"])
        print(" ".join(w for w in words if w.startswith("-I") or w.startswith("-std")))
        break
PY
  }
  cd "$2"
  set -f # the first word of each wall is a pattern of files, not of this folder
  for wall in "engine/base/[^/]*\\.c glib.h engine" "engine/lab/[^/]*\\.c gtk/gtk.h lab" \
              "engine/lab/[^/]*\\.c cairo.h lab"; do
    set -- "$1" "$2" $wall
    flags=$(flags_of "$3" compile_commands.json)
    if [ -z "$flags" ]; then verdict 1 "flags of $3 are known"; continue; fi
    # The wall must be the missing header and nothing else: an empty file compiles.
    # shellcheck disable=SC2086
    if ! echo 'int nothing;' | $1 $flags -x c -c -o /dev/null - 2>/dev/null; then
      verdict 1 "flags of $3 compile at all"; continue
    fi
    # shellcheck disable=SC2086
    if printf '#include <%s>\nint nothing;\n' "$4" | $1 $flags -x c -c -o /dev/null - 2>/dev/null; then
      verdict 1 "<$4> does not compile in $5"
    else
      verdict 0 "<$4> does not compile in $5"
    fi
  done
}

verb="$1"
shift
case "$verb" in
  symbols) symbols "$@" ;;
  includes) includes "$@" ;;
  compiles-not) compiles_not "$@" ;;
esac
echo "1..$n"
exit $bad
