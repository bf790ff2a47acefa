/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Notes taken while a frame is made, and its hash. See frame-build.h. */

#include "engine/series/frame-build.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/series/text-encoding.h"

/* Texts of a file are cut where a sentence quotes them, and the whole where it is too long: half a
 * character is left out, so that it can be shown. */
static void
drop_half_characters (char *text)
{
  size_t n = strlen (text), at;
  while ((at = fs_encoding_find_invalid (text, n)) < n)
    memmove (text + at, text + at + 1, n-- - at);
}

/* Room for one more item in a list that doubles. */
static void *
grown (FsFrameBuilder *builder, void *list, size_t n, size_t item_size)
{
  if (n & (n - 1))
    return list;
  void *larger = realloc (list, (n ? 2 * n : 1) * item_size);
  if (!larger)
    builder->is_out_of_memory = true;
  return larger;
}

void
fs_builder_decide (FsFrameBuilder *builder,
                   const char *what,
                   const char *choice,
                   const char *reason_format,
                   ...)
{
  FsFrame *frame = builder->frame;
  FsDecision *list =
      grown (builder, frame->decisions, frame->n_decisions, sizeof *frame->decisions);
  if (!list)
    return;
  frame->decisions = list;
  FsDecision *decision = &list[frame->n_decisions++];
  va_list arguments;
  snprintf (decision->what, sizeof decision->what, "%s", what);
  snprintf (decision->choice, sizeof decision->choice, "%s", choice);
  va_start (arguments, reason_format);
  vsnprintf (decision->reason, sizeof decision->reason, fs_text (reason_format), arguments);
  va_end (arguments);
  drop_half_characters (decision->what);
  drop_half_characters (decision->choice);
  drop_half_characters (decision->reason);
}

void
fs_builder_warn (FsFrameBuilder *builder, size_t line, const char *format, ...)
{
  FsFrame *frame = builder->frame;
  if (frame->n_warnings >= FS_MAX_WARNINGS)
    {
      builder->n_suppressed++;
      return;
    }
  FsWarning *list = grown (builder, frame->warnings, frame->n_warnings, sizeof *frame->warnings);
  if (!list)
    return;
  frame->warnings = list;
  FsWarning *warning = &list[frame->n_warnings++];
  va_list arguments;
  warning->line = line;
  va_start (arguments, format);
  vsnprintf (warning->text, sizeof warning->text, fs_text (format), arguments);
  va_end (arguments);
  drop_half_characters (warning->text);
}

/* A name that no earlier column has: "x", "x (2)", "x (3)". Owned by the caller; NULL without memory. */
static char *
unique_name (const FsFrame *frame, const char *wanted)
{
  size_t size = strlen (wanted) + 24;
  char *name = malloc (size);
  if (!name)
    return NULL;
  snprintf (name, size, "%s", wanted);
  /* Counting those that have a number already keeps a thousand equal names from a million trials. */
  size_t n = 2, n_bytes = strlen (wanted);
  for (size_t i = 0; i < frame->n_columns; i++)
    n += strncmp (frame->columns[i].name, wanted, n_bytes) == 0
         && strncmp (frame->columns[i].name + n_bytes, " (", 2) == 0;
  for (; fs_frame_column (frame, name); n++)
    snprintf (name, size, "%s (%zu)", wanted, n);
  return name;
}

static bool
is_answer_name (const char *name)
{
  return strcmp (name, "clean") == 0 || strcmp (name, "label_flipped") == 0;
}

bool
fs_builder_name_column (FsFrameBuilder *builder, size_t line, const char *wanted)
{
  FsFrame *frame = builder->frame;
  FsColumn *column = &frame->columns[frame->n_columns];
  column->name = unique_name (frame, wanted);
  if (!column->name)
    return false;
  if (strcmp (column->name, wanted) != 0)
    fs_builder_warn (
        builder, line,
        "two columns are called \u201c%.60s\u201d; column %zu is now \u201c%.80s\u201d", wanted,
        frame->n_columns + 1, column->name);
  column->is_answer = is_answer_name (column->name);
  frame->n_columns++;
  return true;
}

/* FNV-1a over 64-bit words instead of bytes: the same idea at an eighth of the time. */
static uint64_t
hash_word (uint64_t hash, uint64_t word)
{
  return (hash ^ word) * UINT64_C (0x100000001B3);
}

static uint64_t
hash_text (uint64_t hash, const char *text)
{
  if (!text)
    return hash_word (hash, UINT64_C (0x100));
  for (; *text; text++)
    hash = hash_word (hash, (unsigned char) *text);
  return hash_word (hash, 0);
}

static uint64_t
hash_column (uint64_t hash, const FsColumn *column, size_t n_rows)
{
  hash = hash_text (hash, column->name);
  hash = hash_word (hash, (uint64_t) column->type);
  for (size_t i = 0; column->numbers && i < n_rows; i++)
    {
      uint64_t bits = UINT64_C (0x7FF8000000000000); /* every NaN is the same missing value */
      if (!isnan (column->numbers[i]))
        memcpy (&bits, &column->numbers[i], sizeof bits);
      hash = hash_word (hash, bits);
      hash ^=
          hash >> 32; /* doubles differ mostly in their high bits, products carry upwards only */
    }
  for (size_t i = 0; column->codes && i < n_rows; i++)
    hash = hash_word (hash, (uint64_t) (int64_t) column->codes[i]);
  for (size_t i = 0; i < column->n_categories; i++)
    hash = hash_text (hash, column->categories[i]);
  for (size_t i = 0; column->texts && i < n_rows; i++)
    hash = hash_text (hash, column->texts[i]);
  return hash;
}

void
fs_builder_finish (FsFrameBuilder *builder)
{
  FsFrame *frame = builder->frame;
  uint64_t hash = UINT64_C (0xCBF29CE484222325);
  if (builder->n_suppressed > 0)
    {
      FsWarning *last = &frame->warnings[frame->n_warnings - 1];
      last->line = 0;
      snprintf (last->text, sizeof last->text, "%zu more faults of this kind are not listed",
                builder->n_suppressed + 1);
    }
  hash = hash_word (hash, frame->n_rows);
  for (size_t i = 0; i < frame->n_columns; i++)
    hash = hash_column (hash, &frame->columns[i], frame->n_rows);
  frame->hash = hash;
  frame->begins_with_counter =
      frame->n_columns > 0 && fs_column_is_counter (&frame->columns[0], frame->n_rows);
}
