/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The words of a person's language. Everything shown is written in English in the source and passes
 * through here; the program with a window sets a translator once, before it starts any thread.
 * Without one - the command line, the tests - all words and marks are those of the source, so what
 * scripts read and what files hold is the same everywhere.
 *
 * fs_text() looks up before formatting, so formats are whole sentences:
 *   snprintf (buffer, size, fs_text ("%zu rows are missing"), n);
 * Words in tables of constants are looked up where they are shown. They stand in FS_WORDS(), which
 * does nothing but tell the collector of messages, or in fields that data/po/collect.sh knows. */

#include <stddef.h>

typedef struct
{
  /* `context` and `many` may be NULL. Returns what lives as long as the program. */
  const char *(*look_up) (const char *context, const char *one, const char *many, size_t n);
  const char *decimal_mark; /* between units and tenths: "." */
  const char *group_mark;   /* between thousands: "," */
} FsTranslator;

/* `translator` must outlive the program; NULL = English. */
void fs_text_set_translator (const FsTranslator *translator);

const char *fs_text (const char *english) __attribute__ ((format_arg (1)));
/* For words that mean different things in different places. */
const char *fs_text_in (const char *context, const char *english) __attribute__ ((format_arg (2)));
/* The form for `n`: fs_text_count ("%zu row", "%zu rows", n). */
const char *fs_text_count (const char *one, const char *many, size_t n)
    __attribute__ ((format_arg (1), format_arg (2)));

const char *fs_text_decimal_mark (void);
const char *fs_text_group_mark (void);

/* Puts the language's decimal mark into a number written with a point. */
char *fs_text_mark_number (char *number, size_t size);

/* Leaves out what is half a character of UTF-8, where a name was cut to fit into a sentence. */
void fs_text_drop_halves (char *text);

#define FS_WORDS(english) english
