/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The profile of a file as JSON; the keys are promised, new ones may be added. */

#include <math.h>
#include <string.h>
#include "app/commands/profile-report.h"
#include "app/commands/profile-words.h"
#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"
#include "engine/lab/table-text.h"

#define SECONDS_A_DAY 86400.0

const char *
fs_profile_type_word (FsColumnType type)
{
  static const char *const words[] = { [FS_COLUMN_NUMBER] = "number",
                                       [FS_COLUMN_DATE] = "date",
                                       [FS_COLUMN_CATEGORY] = "category",
                                       [FS_COLUMN_TEXT] = "text" };
  return words[type];
}

char *
fs_profile_date (double seconds)
{
  GString *text = g_string_new (NULL);
  fs_date_append (text, seconds, fmod (seconds, SECONDS_A_DAY) != 0);
  if (text->len > 0)
    return g_string_free (text, FALSE);
  g_string_free (text, TRUE);
  return NULL;
}

static void
append_key (GString *json, const char *key)
{
  if (!g_str_has_suffix (json->str, "{"))
    g_string_append_c (json, ',');
  fs_json_append_string (json, key);
  g_string_append_c (json, ':');
}

static void
append_text (GString *json, const char *key, const char *text)
{
  append_key (json, key);
  if (text)
    fs_json_append_string (json, text);
  else
    g_string_append (json, "null");
}

static void
append_number (GString *json, const char *key, double value)
{
  append_key (json, key);
  fs_json_append_number (json, value);
}

static void
append_boolean (GString *json, const char *key, gboolean value)
{
  append_key (json, key);
  g_string_append (json, value ? "true" : "false");
}

static void
append_test (GString *json, const char *key, const FsRootTest *test)
{
  append_key (json, key);
  g_string_append_c (json, '{');
  append_number (json, "statistic", test->statistic);
  append_number (json, "critical", test->critical);
  append_number (json, "lags", (double) test->n_lags);
  g_string_append_c (json, '}');
}

static void
append_numbers (GString *json, const FsProfile *p)
{
  const struct
  {
    const char *key;
    double value;
  } facts[] = {
    { "mean", p->mean },
    { "sd", p->sd },
    { "min", p->min },
    { "q25", p->q25 },
    { "median", p->median },
    { "q75", p->q75 },
    { "max", p->max },
    { "skewness", p->skewness },
    { "outliers_iqr", (double) p->n_outliers_iqr },
    { "outliers_mad", (double) p->n_outliers_mad },
    { "drift", p->drift },
    { "share_outside", p->share_outside },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (facts); i++)
    append_number (json, facts[i].key, facts[i].value);
  append_boolean (json, "constant", p->is_constant);
  append_number (json, "season", p->season > 0 ? (double) p->season : NAN);
  append_key (json, "autocorrelation");
  g_string_append_c (json, '[');
  for (gsize lag = 0; lag <= p->n_lags && p->n_lags > 0; lag++)
    {
      g_string_append (json, lag > 0 ? "," : "");
      fs_json_append_number (json, p->autocorrelation[lag]);
    }
  g_string_append_c (json, ']');
  append_test (json, "adf", &p->dickey_fuller);
  append_test (json, "kpss", &p->kpss);
}

static void
append_categories (GString *json, const FsColumn *column, size_t n_rows)
{
  g_autofree size_t *counts = g_new0 (size_t, column->n_categories + 1);
  for (size_t t = 0; t < n_rows; t++)
    if (column->codes[t] >= 0)
      counts[column->codes[t]]++;
  append_key (json, "categories");
  g_string_append_c (json, '{');
  for (size_t i = 0; i < column->n_categories; i++)
    append_number (json, column->categories[i], (double) counts[i]);
  g_string_append_c (json, '}');
}

static void
append_lengths (GString *json, const FsColumn *column, size_t n_rows)
{
  double least = NAN, most = NAN;
  for (size_t t = 0; t < n_rows; t++)
    if (column->texts[t])
      {
        const double length = (double) g_utf8_strlen (column->texts[t], -1);
        least = fmin (least, length);
        most = fmax (most, length);
      }
  append_number (json, "shortest", least);
  append_number (json, "longest", most);
}

static void
append_value (GString *json, const FsColumn *column, size_t row)
{
  g_autofree char *date = NULL;
  const char *word = NULL;
  switch (column->type)
    {
    case FS_COLUMN_NUMBER:
      fs_json_append_number (json, column->numbers[row]);
      return;
    case FS_COLUMN_DATE:
      word = date = fs_profile_date (column->numbers[row]);
      break;
    case FS_COLUMN_CATEGORY:
      word = column->codes[row] >= 0 ? column->categories[column->codes[row]] : NULL;
      break;
    case FS_COLUMN_TEXT:
      word = column->texts[row];
      break;
    }
  if (word)
    fs_json_append_string (json, word);
  else
    g_string_append (json, "null");
}

static void
append_findings (GString *json, const FsAdvice *advice, size_t n)
{
  append_key (json, "findings");
  g_string_append_c (json, '[');
  for (size_t i = 0; i < n; i++)
    {
      g_string_append (json, i > 0 ? ",{" : "{");
      append_text (json, "id", fs_finding_word (advice[i].kind));
      append_text (json, "advice", advice[i].sentence);
      append_text (json, "step",
                   advice[i].has_step ? fs_step_kind (advice[i].step.kind)->word : NULL);
      if (advice[i].window > 0)
        append_number (json, "window", (double) advice[i].window);
      if (advice[i].leave_out)
        g_string_append (json, ",\"leave_out\":true");
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

static void
append_column (GString *json, const FsProfileReport *report, size_t i, gboolean with_values)
{
  const size_t n_rows = report->frame->n_rows;
  const FsColumn *column = &report->frame->columns[i];
  g_string_append (json, i > 0 ? ",\n{" : "\n{");
  append_text (json, "name", column->name);
  append_text (json, "type", fs_profile_type_word (column->type));
  append_number (json, "missing", (double) column->n_missing);
  append_number (json, "count", (double) (n_rows - column->n_missing));
  if (column->type == FS_COLUMN_NUMBER)
    append_numbers (json, &report->profiles[i]);
  else if (column->type == FS_COLUMN_CATEGORY)
    append_categories (json, column, n_rows);
  else if (column->type == FS_COLUMN_TEXT)
    append_lengths (json, column, n_rows);
  else
    {
      g_autofree char *from = fs_profile_date (report->profiles[i].min);
      g_autofree char *to = fs_profile_date (report->profiles[i].max);
      append_text (json, "from", from);
      append_text (json, "to", to);
    }
  append_findings (json, report->advice[i], report->n_advice[i]);
  if (with_values)
    {
      append_key (json, "values");
      g_string_append_c (json, '[');
      for (size_t row = 0; row < n_rows; row++)
        {
          g_string_append (json, row > 0 ? "," : "");
          append_value (json, column, row);
        }
      g_string_append_c (json, ']');
    }
  g_string_append_c (json, '}');
}

/* The choices a program needs, as it would write them; everything else in the reader's words. */
static void
append_choice (GString *json, const FsDecision *decision)
{
  static const char *const spellings[][3] = {
    { "delimiter", "comma", "," },
    { "delimiter", "semicolon", ";" },
    { "delimiter", "tab", "\t" },
    { "delimiter", "vertical bar", "|" },
    { "delimiter", "unit separator", "\x1F" },
    { "encoding", "UTF-16 little-endian", "UTF-16LE" },
    { "encoding", "UTF-16 big-endian", "UTF-16BE" },
    { "encoding", "UTF-32 little-endian", "UTF-32LE" },
    { "encoding", "UTF-32 big-endian", "UTF-32BE" },
  };
  append_key (json, decision->what);
  if (strcmp (decision->what, "header") == 0)
    {
      g_string_append (json, strcmp (decision->choice, "yes") == 0 ? "true" : "false");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (spellings); i++)
    if (strcmp (spellings[i][0], decision->what) == 0
        && strcmp (spellings[i][1], decision->choice) == 0)
      {
        fs_json_append_string (json, spellings[i][2]);
        return;
      }
  fs_json_append_string (json, decision->choice);
}

/* One mark for the whole file: a comma where some column has one. */
static void
append_decimal (GString *json, const FsFrame *frame)
{
  gboolean has_comma = FALSE;
  for (size_t i = 0; i < frame->n_decisions; i++)
    has_comma |= g_str_has_prefix (frame->decisions[i].what, "decimal mark")
                 && strcmp (frame->decisions[i].choice, "comma") == 0;
  append_text (json, "decimal", has_comma ? "," : ".");
}

static gboolean
is_repeated (const FsFrame *frame, size_t i)
{
  for (size_t j = 0; j < i; j++)
    if (strcmp (frame->decisions[j].what, frame->decisions[i].what) == 0)
      return TRUE;
  return FALSE;
}

char *
fs_profile_report_json (const FsProfileReport *report, gboolean with_values)
{
  const FsFrame *frame = report->frame;
  GString *json = g_string_new ("{");
  append_number (json, "rows", (double) frame->n_rows);
  append_key (json, "columns");
  g_string_append_c (json, '[');
  for (size_t i = 0; i < frame->n_columns; i++)
    append_column (json, report, i, with_values);
  g_string_append (json, "],\n\"decisions\":{");
  append_decimal (json, frame);
  for (size_t i = 0; i < frame->n_decisions; i++)
    if (!is_repeated (frame, i))
      append_choice (json, &frame->decisions[i]);
  g_string_append (json, "},\n\"reasons\":{");
  for (size_t i = 0; i < frame->n_decisions; i++)
    if (!is_repeated (frame, i))
      append_text (json, frame->decisions[i].what, frame->decisions[i].reason);
  g_string_append (json, "},\n\"warnings\":[");
  for (size_t i = 0; i < frame->n_warnings; i++)
    {
      g_string_append (json, i > 0 ? ",{" : "{");
      append_number (json, "line",
                     frame->warnings[i].line > 0 ? (double) frame->warnings[i].line : NAN);
      append_text (json, "text", frame->warnings[i].text);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]");
  if (report->text_data)
    {
      g_string_append (json, ",\n\"text\":");
      fs_text_profile_append_json (json, &report->texts, report->text_data);
    }
  g_string_append (json, "}\n");
  return g_string_free (json, FALSE);
}
