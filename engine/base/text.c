/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The words of a person's language. See text.h. */

#include "engine/base/text.h"

#include <string.h>

/* Written once, before any other thread is there. */
static const FsTranslator *current;

void
fs_text_set_translator (const FsTranslator *translator)
{
  current = translator;
}

/* An empty text is no message: catalogues keep their own description under it. */
const char *
fs_text (const char *english)
{
  return current && english && english[0] ? current->look_up (NULL, english, NULL, 0) : english;
}

const char *
fs_text_in (const char *context, const char *english)
{
  return current ? current->look_up (context, english, NULL, 0) : english;
}

const char *
fs_text_count (const char *one, const char *many, size_t n)
{
  if (current)
    return current->look_up (NULL, one, many, n);
  return n == 1 ? one : many;
}

const char *
fs_text_decimal_mark (void)
{
  return current ? current->decimal_mark : ".";
}

const char *
fs_text_group_mark (void)
{
  return current ? current->group_mark : ",";
}

char *
fs_text_mark_number (char *number, size_t size)
{
  const char *mark = fs_text_decimal_mark ();
  const size_t length = strlen (mark);
  char *point = strchr (number, '.');
  if (point && strlen (number) + length <= size)
    {
      memmove (point + length, point + 1, strlen (point));
      memcpy (point, mark, length);
    }
  return number;
}

void
fs_text_drop_halves (char *text)
{
  char *to = text;
  for (const char *at = text; *at;)
    {
      const unsigned char first = (unsigned char) *at;
      const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
      size_t n = 1;
      while (n < length && ((unsigned char) at[n] & 0xC0) == 0x80)
        n++;
      if (n == length && (first & 0xC0) != 0x80)
        {
          memmove (to, at, n);
          to += n;
        }
      at += n;
    }
  *to = '\0';
}
