/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What `fitscope profile` says to people; see profile-report.h. The JSON is in profile-json.c. */

#include "app/commands/profile-report.h"

#include <math.h>
#include <string.h>
#include "app/commands/profile-words.h"
#include "engine/base/number.h"

static void
append_number (GString *text, const char *label, double value)
{
  char buffer[FS_NUMBER_SIZE];
  if (isfinite (value))
    g_string_append_printf (text, "%s %s", label, fs_number_write_short (value, 5, buffer));
}

static void
append_facts (GString *text, const FsProfileReport *report, size_t i)
{
  const FsColumn *column = &report->frame->columns[i];
  const FsProfile *p = &report->profiles[i];
  if (column->type == FS_COLUMN_DATE && p->n > 0)
    {
      g_autofree char *from = fs_profile_date (p->min), *to = fs_profile_date (p->max);
      g_string_append_printf (text, ", %s to %s", from, to);
    }
  else if (column->type == FS_COLUMN_CATEGORY)
    g_string_append_printf (text, ", %" G_GSIZE_FORMAT " different", column->n_categories);
  else if (column->type == FS_COLUMN_NUMBER && p->n > 0)
    {
      append_number (text, ", mean", p->mean);
      append_number (text, ", sd", p->sd);
      append_number (text, ", from", p->min);
      append_number (text, " to", p->max);
    }
  if (column->n_missing > 0)
    g_string_append_printf (text, ", %" G_GSIZE_FORMAT " missing", column->n_missing);
  g_string_append_c (text, '\n');
}

/* What a file calls something may hold any character; a terminal gets no control characters. */
static void
append_plain (GString *text, const char *name)
{
  for (const char *at = name; *at; at = g_utf8_next_char (at))
    g_string_append_unichar (text,
                             g_unichar_iscntrl (g_utf8_get_char (at)) ? ' ' : g_utf8_get_char (at));
}

static void
append_texts (GString *text, const FsProfileReport *report)
{
  g_autoptr (GPtrArray) facts = fs_text_facts (&report->texts, report->text_data);
  g_autofree char *leak = fs_text_leak (&report->texts);
  g_string_append (text, "\nThe texts:\n");
  for (guint i = 0; i < facts->len; i++)
    {
      g_string_append (text, "  ");
      append_plain (text, g_ptr_array_index (facts, i));
      g_string_append_c (text, '\n');
    }
  if (!leak)
    return;
  g_string_append (text, "  ");
  append_plain (text, leak);
  g_string_append (text, "; text.duplicates removes them or keeps them together\n");
}

char *
fs_profile_report_text (const FsProfileReport *report)
{
  const FsFrame *frame = report->frame;
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "%" G_GSIZE_FORMAT " rows, %" G_GSIZE_FORMAT " columns\n",
                          frame->n_rows, frame->n_columns);
  for (size_t i = 0; i < frame->n_columns; i++)
    {
      g_string_append (text, "\n");
      append_plain (text, frame->columns[i].name);
      g_string_append_printf (text, ": %s", fs_profile_type_word (frame->columns[i].type));
      append_facts (text, report, i);
      for (size_t k = 0; k < report->n_advice[i]; k++)
        {
          g_string_append (text, "  ");
          append_plain (text, report->advice[i][k].sentence);
          g_string_append_c (text, '\n');
        }
    }
  if (report->text_data)
    append_texts (text, report);
  g_string_append (text, "\nHow the file was read:\n");
  for (size_t i = 0; i < frame->n_decisions; i++)
    {
      const FsDecision *decision = &frame->decisions[i];
      g_string_append_printf (text, "  %s: ", decision->what);
      append_plain (text, decision->choice);
      g_string_append (text, " (");
      append_plain (text, decision->reason);
      g_string_append (text, ")\n");
    }
  for (size_t i = 0; i < frame->n_warnings; i++)
    {
      const FsWarning *warning = &frame->warnings[i];
      if (i == 0)
        g_string_append (text, "\nWorth a look:\n");
      if (warning->line > 0)
        g_string_append_printf (text, "  line %" G_GSIZE_FORMAT ": ", warning->line);
      else
        g_string_append (text, "  ");
      append_plain (text, warning->text);
      g_string_append_c (text, '\n');
    }
  return g_string_free (text, FALSE);
}
