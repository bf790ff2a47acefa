/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The sentences of failure. One table; see status.h. */

#include "engine/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "engine/base/text.h"

static const char *const status_texts[FS_N_STATUSES] = {
  [FS_OK] = FS_WORDS ("All is well"),
  [FS_OUT_OF_MEMORY] = FS_WORDS ("Not enough memory"),
  [FS_TOO_LARGE] = FS_WORDS ("Too large"),
  [FS_NOT_FOUND] = FS_WORDS ("Not found"),
  [FS_UNREADABLE] = FS_WORDS ("Cannot be read or written"),
  [FS_MALFORMED] = FS_WORDS ("Cannot be understood"),
  [FS_OUT_OF_RANGE] = FS_WORDS ("Out of range"),
  [FS_UNKNOWN_KEY] = FS_WORDS ("Unknown setting"),
  [FS_UNKNOWN_CHOICE] = FS_WORDS ("Unknown choice"),
  [FS_WRONG_TYPE] = FS_WORDS ("Wrong kind of value"),
  [FS_MISMATCH] = FS_WORDS ("Parts that do not fit each other"),
  [FS_TOO_LITTLE] = FS_WORDS ("Too little data"),
  [FS_CONSTANT] = FS_WORDS ("The target never changes"),
  [FS_INTERRUPTED] = FS_WORDS ("Interrupted"),
};

const char *
fs_status_text (FsStatus status)
{
  if ((unsigned) status >= FS_N_STATUSES)
    return fs_text ("Unknown problem");
  return fs_text (status_texts[status]);
}

/* Copies as much of `text` as fits, never ending inside a UTF-8 sequence. A line break in a file's key
 * or value must not make two lines of one sentence: control characters become spaces. */
static void
copy_cut (char *to, size_t size, const char *text)
{
  size_t length = text ? strlen (text) : 0;
  if (length >= size)
    {
      length = size - 1;
      while (length > 0 && ((unsigned char) text[length] & 0xC0) == 0x80)
        length--;
    }
  for (size_t i = 0; i < length; i++)
    to[i] = (unsigned char) text[i] < 0x20 || text[i] == 0x7F ? ' ' : text[i];
  to[length] = '\0';
}

FsStatus
fs_problem (FsProblem *problem,
            FsStatus status,
            const char *where,
            const char *value,
            const char *allowed)
{
  if (problem)
    {
      problem->status = status;
      problem->line = 0;
      copy_cut (problem->where, sizeof problem->where, where);
      copy_cut (problem->value, sizeof problem->value, value);
      copy_cut (problem->allowed, sizeof problem->allowed, fs_text (allowed));
    }
  return status;
}

FsStatus
fs_problem_at (FsProblem *problem,
               FsStatus status,
               const char *where,
               size_t line,
               const char *value,
               const char *allowed_format,
               ...)
{
  char allowed[sizeof problem->allowed];
  va_list arguments;
  va_start (arguments, allowed_format);
  vsnprintf (allowed, sizeof allowed, fs_text (allowed_format), arguments);
  va_end (arguments);
  fs_text_drop_halves (allowed);
  fs_problem (problem, status, where, value, allowed);
  if (problem)
    problem->line = line;
  return status;
}

char *
fs_problem_sentence (const FsProblem *problem, char *buffer, size_t size)
{
  char place[320] = "";
  if (problem->where[0] && problem->line)
    snprintf (place, sizeof place, fs_text ("%s, line %zu: "), problem->where, problem->line);
  else if (problem->where[0])
    snprintf (place, sizeof place, "%s: ", problem->where);

  char value[160] = "";
  if (problem->value[0])
    snprintf (value, sizeof value, " (\u201c%s\u201d)", problem->value);

  /* What is allowed may be a question ("did you mean …?"), which ends the sentence itself. */
  const size_t length = strlen (problem->allowed);
  const char *end = length > 0 && problem->allowed[length - 1] == '?' ? "" : ".";
  snprintf (buffer, size, "%s%s%s%s%s%s", place, fs_status_text (problem->status), value,
            problem->allowed[0] ? ": " : "", problem->allowed, end);
  return buffer;
}
