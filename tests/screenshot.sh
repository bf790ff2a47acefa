#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Trains the built-in experiment in the real window on a virtual display and writes PNGs:
#   screenshot.sh BINARY FOLDER
set -eu
binary=$(realpath "$1")
mkdir -p "$2"
folder=$(realpath "$2")
here=$(dirname "$0")
"$here/end-to-end/desktop.sh" --size 1280x720 "$binary" --screenshot "$folder"
ls -1 "$folder"/*.png
