#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# The catalogues of messages against the sources:
#   check-messages.sh ROOT
# Prints TAP. Without gettext's tools or perl the checks are skipped.
set -eu
root=$1
for tool in xgettext msgfmt msgcat msgattrib msgcomm perl; do
  command -v "$tool" >/dev/null 2>&1 || { echo "1..0 # SKIP there is no $tool"; exit 0; }
done
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"
n=0
bad=0
verdict () { # verdict NAME LINES: passes when LINES is empty
  n=$((n + 1))
  if [ -z "$2" ]; then echo "ok $n - $1"; else echo "not ok $n - $1"; bad=1; printf '%s\n' "$2" | sed 's/^/# /'; fi
}

data/po/collect.sh . files > "$work/files"
verdict "POTFILES names every file with messages" "$(diff "$work/files" data/po/POTFILES || true)"

data/po/collect.sh . print ui > "$work/ui.pot" 2>/dev/null
data/po/collect.sh . print > "$work/all.pot" 2>/dev/null
while read -r language; do
  po=data/po/$language.po
  verdict "$language: well formed, formats agree" \
    "$(msgfmt -c --check-accelerators=_ -o /dev/null "$po" 2>&1 | grep -v accelerator || true)"
  # What the sources have and the translation does not.
  msgattrib --translated --no-obsolete "$po" -o "$work/done.po"
  msgcomm --no-wrap --unique --sort-output --omit-header "$work/ui.pot" "$work/done.po" -o "$work/only.po" 2>/dev/null || true
  msgcomm --no-wrap --more-than=1 --sort-output --omit-header "$work/ui.pot" "$work/only.po" -o "$work/missing.po" 2>/dev/null || true
  [ -e "$work/missing.po" ] || : > "$work/missing.po"
  verdict "$language: every message of the window is translated" "$(grep '^msgid' "$work/missing.po" || true)"
  rm -f "$work/only.po" "$work/missing.po"
  verdict "$language: a space at an end stays" "$(perl -00 -ne '
    next unless /^msgid ((?:"(?:[^"\\]|\\.)*"\n?)+)/m; my $id = join "", $1 =~ /"((?:[^"\\]|\\.)*)"/g;
    next unless /^msgstr ((?:"(?:[^"\\]|\\.)*"\n?)+)/m; my $str = join "", $1 =~ /"((?:[^"\\]|\\.)*)"/g;
    next if $id eq "" || $str eq "" || $id eq " times";
    print "$id\n" if ($id =~ /^ / xor $str =~ /^ /) || ($id =~ / $/ xor $str =~ / $/);' "$po")"
done < data/po/LINGUAS
echo "1..$n"
exit "$bad"
