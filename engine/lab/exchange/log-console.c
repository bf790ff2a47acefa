/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a training program printed while it ran, saved as a text: Keras's progress lines, or whatever a loop
 * of one's own prints ("Epoch 3: train loss 0.41, val loss 0.52"). See logs.h. Only two things are looked
 * for, the word "epoch" with a number behind it and names of losses with a number behind them; of several
 * values of one epoch the last counts, for a progress line is printed over and over. */

#include <string.h>
#include "engine/lab/exchange/log-rows.h"

/* A number, with what may stand between it and its name. */
#define NUMBER_BEHIND \
  "[\"']?\\s*[:=]?\\s*([-+]?(?:\\d+\\.?\\d*(?:e[-+]?\\d+)?|\\.\\d+|nan|inf)(?:\\s?%)?)"

typedef struct
{
  GRegex *epoch;
  GRegex *loss;
  GRegex *colours; /* of a terminal */
} Patterns;

static GRegex *
pattern (const char *text)
{
  return g_regex_new (text, G_REGEX_CASELESS | G_REGEX_OPTIMIZE, 0, NULL);
}

static void
patterns_clear (Patterns *patterns)
{
  g_regex_unref (patterns->epoch);
  g_regex_unref (patterns->loss);
  g_regex_unref (patterns->colours);
}

static Patterns
patterns_new (void)
{
  return (Patterns){
    .epoch = pattern ("\\bepochs?\\b[\"']?\\s*[\\]:=#(\\[]*\\s*(\\d+(?:\\.\\d+)?)"),
    .loss = pattern ("((?:\\b(?:train|training|val|valid|validation|eval|dev|test)[ _/-]?)?loss"
                     "(?:[ _/-](?:train|training|val|valid|validation|eval|dev|test)\\b)?)"
                     "\\b" NUMBER_BEHIND),
    .colours = pattern ("\\x1b\\[[0-9;]*[A-Za-z]"),
  };
}

/* Adds the losses of a line to `row`; TRUE if there was one. */
static gboolean
read_losses (const Patterns *patterns, const char *line, FsLogRow *row)
{
  g_autoptr (GMatchInfo) match = NULL;
  gboolean has_any = FALSE;
  g_regex_match (patterns->loss, line, 0, &match);
  for (; g_match_info_matches (match); g_match_info_next (match, NULL))
    {
      g_autofree char *name = g_match_info_fetch (match, 1);
      g_autofree char *text = g_match_info_fetch (match, 2);
      const FsLogField field =
          fs_log_field_fit (FS_LOG_VALIDATION, name) > 0 ? FS_LOG_VALIDATION : FS_LOG_TRAIN;
      double value;
      if (fs_log_field_fit (field, name) == 0
          || !fs_log_number (text, FALSE, &value, &row->has_percent))
        continue;
      row->values[field] = value;
      row->has[field] = has_any = TRUE;
    }
  return has_any;
}

static gboolean
read_epoch (const Patterns *patterns, const char *line, double *epoch)
{
  g_autoptr (GMatchInfo) match = NULL;
  if (!g_regex_match (patterns->epoch, line, 0, &match))
    return FALSE;
  g_autofree char *text = g_match_info_fetch (match, 1);
  *epoch = g_ascii_strtod (text, NULL);
  return TRUE;
}

/* A row without a loss yet is the next line's too: Keras names the epoch a line ahead. */
static void
finish_row (GArray *rows, FsLogRow *row)
{
  if (row->has[FS_LOG_TRAIN] || row->has[FS_LOG_VALIDATION])
    g_array_append_val (rows, *row);
  *row = (FsLogRow){ 0 };
}

static void
read_line (const Patterns *patterns, const char *line, gsize number, GArray *rows, FsLogRow *row)
{
  double epoch;
  FsLogRow seen = { 0 };
  if (read_epoch (patterns, line, &epoch)
      && !(row->has[FS_LOG_EPOCH] && row->values[FS_LOG_EPOCH] == epoch))
    {
      finish_row (rows, row);
      row->values[FS_LOG_EPOCH] = epoch;
      row->has[FS_LOG_EPOCH] = TRUE;
    }
  if (!read_losses (patterns, line, &seen))
    return;
  /* Without epochs a loss that comes again is the next epoch's. */
  if (!row->has[FS_LOG_EPOCH] && seen.has[FS_LOG_TRAIN] && row->has[FS_LOG_TRAIN])
    finish_row (rows, row);
  row->line = number;
  row->has_percent |= seen.has_percent;
  for (guint field = FS_LOG_TRAIN; field <= FS_LOG_VALIDATION; field++)
    if (seen.has[field])
      {
        row->values[field] = seen.values[field];
        row->has[field] = TRUE;
      }
}

gboolean
fs_log_parse_console (FsLog *log, const char *text, gsize length, const char *name, GError **error)
{
  Patterns patterns = patterns_new ();
  g_autofree char *whole = g_strndup (text, length);
  g_autofree char *plain = g_regex_replace (patterns.colours, whole, -1, 0, "", 0, NULL);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (FsLogRow));
  FsLogRow row = { 0 };
  gsize number = 1;

  for (char *at = plain; at && *at; number++)
    {
      gsize n = strcspn (at, "\r\n");
      char *next = at + n + (at[n] == '\r' && at[n + 1] == '\n' ? 2 : at[n] != '\0');
      at[n] = '\0';
      read_line (&patterns, at, number, rows, &row);
      at = next;
    }
  finish_row (rows, &row);
  patterns_clear (&patterns);
  /* One loss without an epoch may stand in any text. */
  if (rows->len == 0 || (rows->len == 1 && !g_array_index (rows, FsLogRow, 0).has[FS_LOG_EPOCH]))
    return FALSE;
  return fs_log_merge (log, rows, name, error);
}
