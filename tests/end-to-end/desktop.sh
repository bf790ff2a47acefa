#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Runs a command on a desktop of its own: a virtual display, a session bus and the accessibility bus,
# in a home folder that is thrown away. Everything started here ends with the command.
#   desktop.sh [--size WxH] COMMAND [ARG …]
set -eu
size=1280x800
if [ "${1:-}" = --size ]; then size="$2"; shift 2; fi

home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT INT TERM
mkdir -p "$home/run"
chmod 700 "$home/run"

env -u WAYLAND_DISPLAY -u DISPLAY \
  HOME="$home" XDG_RUNTIME_DIR="$home/run" XDG_CONFIG_HOME="$home/config" \
  XDG_DATA_HOME="$home/data" XDG_CACHE_HOME="$home/cache" \
  GDK_BACKEND=x11 GSK_RENDERER="${GSK_RENDERER:-cairo}" GTK_A11Y=atspi GSETTINGS_BACKEND=memory \
  NO_AT_BRIDGE=0 LIBGL_ALWAYS_SOFTWARE=1 \
  dbus-run-session -- xvfb-run -a -s "-screen 0 ${size}x24 -noreset" \
  sh -c 'exec "$@" >&3' sh "$@" 3>&1 >&2 # what the daemons say is not the command's output
