#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# Gathers the messages of the program:
#   collect.sh ROOT print [FOLDER]   writes the template to stdout, of that folder's files alone
#   collect.sh ROOT merge   writes fitscope.pot and merges it into the file of each language
#   collect.sh ROOT files   writes which files hold messages, for POTFILES
#
# The tables of settings and of findings are data: their words stand in fields (.label, .help, .unit) and
# rows rather than in calls. A copy of the sources is made in which each of these words is marked.
set -eu
export LC_ALL=C.UTF-8
root=$1
mode=$2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$root"

# Calls whose text is looked up: see engine/base/text.h, ui/text.h, engine/diagnose/words.h and so on.
keywords='_ N_ C_:1c,2 fs_text fs_text_in:1c,2 fs_text_count:1,2 FS_WORDS
  FS_SAY:2 fs_words_say:3 fs_sign_add:2 fs_sign_add_against:2 fs_sign_add_percent:2 fs_advise_edit:3
  fs_problem:5 fs_problem_at:6 fs_builder_warn:3 fs_builder_decide:4 advise:3
  malformed:2 refuse:2,2t refuse:3 fail_at:4,4t fail_at:5 fail_type:4'

holds_messages () {
  grep -lE '(\b(_|N_|C_|fs_text|fs_text_in|fs_text_count|FS_WORDS|FS_SAY|fs_words_say|fs_problem|fs_problem_at|fs_builder_warn|fs_builder_decide) \()|\.label = |translatable="yes"' \
    $(find ui app engine -name '*.c' -o -name '*.h' -o -name '*.ui') |
    grep -v -e '^engine/base/text\.' -e '^ui/text\.h' -e '^engine/diagnose/words\.h' -e '^engine/base/status\.h' -e '^engine/series/frame-build\.h' |
    cat - "$work/tables" | sort -u
}
find engine/experiment -name 'schema*-choices.h' > "$work/tables"
echo engine/diagnose/finding-rows.h >> "$work/tables"

if [ "$mode" = files ]; then
  holds_messages
  exit
fi

mkdir "$work/tree"
grep "^${3:-}" data/po/POTFILES | while read -r file; do
  mkdir -p "$work/tree/$(dirname "$file")"
  case $file in
    engine/experiment/schema*-choices.h|engine/experiment/schema-steps.c|engine/experiment/schema-items.c|engine/experiment/schema-experiment.c)
      # { "word", "Label", "Help" }: all but the first of a row.
      perl -0pe '
        my $text = qr/"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*/;
        s/(\[FS_GROUP_\w+\] = )($text)/$1FS_WORDS ($2)/g;
        s/(\.(?:label|help|unit|special_word)\s*=\s*)($text)/$1FS_WORDS ($2)/g;
        s/(=\s*\{\s*$text,\s*)($text)((?:,\s*)?)((?:$text)?)/"$1FS_WORDS ($2)$3" . ($4 ne "" ? "FS_WORDS ($4)" : "")/ge;
      ' "$file" ;;
    engine/diagnose/finding-rows.h)
      perl -0pe '
        my $text = qr/"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*/;
        s/($text)/$1 =~ m{^"[a-z-]+"$} ? $1 : "FS_WORDS ($1)"/ge;
      ' "$file" ;;
    engine/experiment/*)
      perl -0pe '
        my $text = qr/"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*/;
        s/(\.(?:label|help|unit|special_word)\s*=\s*)($text)/$1FS_WORDS ($2)/g;
        s/(\[FS_GROUP_\w+\] = )($text)/$1FS_WORDS ($2)/g;
      ' "$file" ;;
    *) cat "$file" ;;
  esac > "$work/tree/$file"
done

options=
for keyword in $keywords; do options="$options --keyword=$keyword"; done
(
  cd "$work/tree"
  find . -name '*.[ch]' | sed 's|^\./||' | sort > ../c
  find . -name '*.ui' | sed 's|^\./||' | sort > ../ui
  # shellcheck disable=SC2086
  xgettext --language=C --from-code=UTF-8 --keyword $options --add-comments=Translators \
    --flag=fs_text:1:pass-c-format --flag=_:1:pass-c-format --flag=FS_SAY:2:c-format \
    --flag=fs_words_say:3:c-format --flag=fs_problem_at:6:c-format --flag=fs_builder_warn:3:c-format \
    --flag=fs_builder_decide:4:c-format --flag=advise:3:c-format --flag=fs_text_count:1:pass-c-format \
    --package-name=fitscope --no-location --sort-output --output=../c.pot --files-from=../c
  xgettext --from-code=UTF-8 --package-name=fitscope --no-location --sort-output \
    --output=../ui.pot --files-from=../ui
)
# Keys of settings are formatted by the same calls as sentences; they are no words.
msgcat --use-first --no-location --sort-output "$work/c.pot" "$work/ui.pot" |
  sed '/^"POT-Creation-Date:/d' | perl -00 -ne '
    my ($id) = /^msgid ((?:"(?:[^"\\]|\\.)*"\n?)+)/m;
    $id = join "", $id =~ /"((?:[^"\\]|\\.)*)"/g;
    my $words = $id =~ s/%[-+.*0-9]*(?:ll|l|z)?[a-zA-Z]//gr;
    # "95 % interval" is no format.
    s/^#, c-format\n//m if $id =~ /% [a-z]/ && $id !~ /%[-+.*0-9]*(?:ll|l|z)?[a-zA-Z%]/;
    print if /msgctxt/ || $id eq "" || ($words =~ /[A-Za-z]{2}/ && $id !~ /^(?:model|prepare|train|data|split|window)[.]\S*$/);
  ' > "$work/fitscope.pot"

case $mode in
  print) cat "$work/fitscope.pot" ;;
  merge)
    cp "$work/fitscope.pot" data/po/fitscope.pot
    while read -r language; do
      msgmerge --quiet --no-fuzzy-matching --no-location --sort-output --update --backup=none \
        "data/po/$language.po" data/po/fitscope.pot
      msgattrib --no-obsolete --no-location --sort-output -o "data/po/$language.po" "data/po/$language.po"
    done < data/po/LINGUAS ;;
esac
