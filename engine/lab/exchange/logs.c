/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which kind of log a text is, and the reading of tables; see logs.h. JSON is log-json.c's. */

#include "engine/lab/exchange/logs.h"

#include <glib/gstdio.h>
#include <string.h>
#include "engine/base/file-bytes.h"
#include "engine/base/text.h"
#include "engine/lab/exchange/log-rows.h"

/* A log of 10^5 epochs has some 20 MB; more than this is not a log. */
#define MAX_BYTES (256 * 1024 * 1024)

static gboolean
fail_at (GError **error, const char *name, gsize line, const char *value, const char *what)
{
  FsProblem problem;
  fs_problem_at (&problem, FS_MALFORMED, name, line, value, "%s", fs_text (what));
  return fs_lab_error_take (error, &problem);
}

void
fs_log_append_notes (GString *text, const FsLog *log)
{
  const guint n = (guint) log->history.n_observations;
  if (log->counts_from_zero)
    g_string_append_printf (text, "%s\n",
                            fs_text ("The file counts epochs from 0; here they count from 1."));
  if (log->has_percent)
    g_string_append_printf (text, "%s\n",
                            fs_text ("Its losses are in percent; here they are hundredths."));
  if (log->n_halves > 0)
    {
      g_string_append_printf (
          text, fs_text ("%u of its %u epochs have one of the two losses alone and are left out."),
          log->n_halves, log->n_halves + n);
      g_string_append_c (text, '\n');
    }
  if (log->n_not_finite > 0)
    {
      g_string_append_printf (
          text, fs_text ("In %u of %u epochs a loss is no finite number; the others are judged."),
          log->n_not_finite, n);
      g_string_append_c (text, '\n');
    }
  if (n == 1)
    g_string_append_printf (
        text, "%s\n", fs_text ("One epoch is no course: where the run is going cannot be told."));
  if (!log->history.has_validation)
    g_string_append_printf (
        text, "%s\n", fs_text ("There is no validation loss, so overfitting cannot be seen."));
}

void
fs_log_clear (FsLog *log)
{
  fs_history_clear (&log->history);
}

/* One line without its end; *text moves to the next. LF, CRLF and CR end lines. */
static char *
take_line (const char **text, const char *end)
{
  const char *begin = *text, *at = begin;
  while (at < end && *at != '\n' && *at != '\r')
    at++;
  *text = at < end ? at + (at + 1 < end && at[0] == '\r' && at[1] == '\n' ? 2 : 1) : end;
  return g_strndup (begin, (gsize) (at - begin));
}

/* Columns apart by blanks, as tables are printed: two blanks at least where names have blanks inside. */
static char **
split_at_blanks (const char *line, gboolean needs_two)
{
  g_autofree char *trimmed = g_strstrip (g_strdup (line));
  return g_regex_split_simple (needs_two ? "\\s{2,}|\t" : "\\s+", trimmed, 0, 0);
}

/* The cells of a line, quotes taken off. Names and numbers hold no quotes inside. The delimiter may be a
 * blank, or 'w' for two and more. */
static char **
split_line (const char *line, char delimiter)
{
  const char separator[] = { delimiter, '\0' };
  char **cells = delimiter == ' ' || delimiter == 'w' ? split_at_blanks (line, delimiter == 'w')
                                                      : g_strsplit (line, separator, -1);
  for (char **cell = cells; *cell; cell++)
    {
      gsize length = strlen (g_strstrip (*cell));
      if (length >= 2 && (*cell)[0] == '"' && (*cell)[length - 1] == '"')
        {
          memmove (*cell, *cell + 1, length - 2);
          (*cell)[length - 2] = '\0';
        }
    }
  return cells;
}

static char
guess_delimiter (const char *header)
{
  const char candidates[] = { ',', ';', '\t', '|' };
  char best = strstr (header, "  ") ? 'w' : ' ';
  gsize most = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (candidates); i++)
    {
      gsize n = 0;
      for (const char *at = header; (at = strchr (at, candidates[i])); at++)
        n++;
      if (n > most)
        {
          most = n;
          best = candidates[i];
        }
    }
  return best;
}

/* The line of dashes below the header of a printed table. */
static gboolean
is_rule (const char *line)
{
  return line[0] != '\0' && strspn (line, "-=+|: \t") == strlen (line) && strpbrk (line, "-=");
}

/* columns[field] = its place among the header's cells, or -1. */
static void
find_columns (char **header, int columns[FS_LOG_N_FIELDS])
{
  for (guint field = 0; field < FS_LOG_N_FIELDS; field++)
    {
      guint best = 0;
      columns[field] = -1;
      for (int i = 0; header[i]; i++)
        if (fs_log_field_fit ((FsLogField) field, header[i]) > best)
          {
            best = fs_log_field_fit ((FsLogField) field, header[i]);
            columns[field] = i;
          }
    }
}

static gboolean
has_number (char **cells)
{
  double value;
  gboolean is_percent;
  for (; *cells; cells++)
    if (fs_log_number (*cells, FALSE, &value, &is_percent))
      return TRUE;
  return FALSE;
}

/* Whether the first line names columns, a loss among them. Between blanks "loss" may be a word of a
 * sentence, or stand before its number: there a second name must be known, and nothing be a number. */
static gboolean
is_table (const char *text, gsize length)
{
  const char *at = text;
  g_autofree char *line = take_line (&at, text + length);
  const char delimiter = guess_delimiter (line);
  g_auto (GStrv) header = split_line (line, delimiter);
  int columns[FS_LOG_N_FIELDS];
  find_columns (header, columns);
  const gboolean has_train = columns[FS_LOG_TRAIN] >= 0;
  const gboolean has_validation = columns[FS_LOG_VALIDATION] >= 0;
  if ((delimiter == ' ' || delimiter == 'w') && g_strv_length (header) > 1)
    return has_train + has_validation + (columns[FS_LOG_EPOCH] >= 0) >= 2 && !has_number (header);
  return has_train || has_validation;
}

static gboolean
read_row (FsLogRow *row,
          char **cells,
          const int columns[FS_LOG_N_FIELDS],
          gboolean has_decimal_comma,
          const char *name,
          GError **error)
{
  int n_cells = (int) g_strv_length (cells);
  for (guint field = 0; field < FS_LOG_N_FIELDS; field++)
    {
      int column = columns[field];
      if (column < 0 || column >= n_cells || fs_log_is_absent (cells[column]))
        continue;
      if (!fs_log_number (cells[column], has_decimal_comma, &row->values[field], &row->has_percent))
        return fail_at (error, name, row->line, cells[column], "a number belongs here");
      row->has[field] = TRUE;
    }
  return TRUE;
}

gboolean
fs_log_parse_table (FsLog *log, const char *text, gsize length, const char *name, GError **error)
{
  const char *end = text + length;
  g_autofree char *header_line = take_line (&text, end);
  char delimiter = guess_delimiter (header_line);
  g_auto (GStrv) header = split_line (header_line, delimiter);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (FsLogRow));
  int columns[FS_LOG_N_FIELDS];

  find_columns (header, columns);
  for (gsize line = 2; text < end; line++)
    {
      g_autofree char *row_line = take_line (&text, end);
      if (is_rule (row_line))
        continue;
      g_auto (GStrv) cells = split_line (row_line, delimiter);
      FsLogRow row = { .line = line };
      if (!read_row (&row, cells, columns, delimiter == ';' || delimiter == '\t', name, error))
        return FALSE;
      g_array_append_val (rows, row);
    }
  return fs_log_merge (log, rows, name, error);
}

gboolean
fs_log_parse (FsLog *log, const char *text, gsize length, const char *name, GError **error)
{
  if (fs_log_is_events (text, length))
    return fs_log_parse_events (log, text, length, name, error);
  if (length >= 3 && memcmp (text, "\xef\xbb\xbf", 3) == 0)
    {
      text += 3;
      length -= 3;
    }
  while (length > 0 && g_ascii_isspace (*text))
    {
      text++;
      length--;
    }
  if (length == 0)
    return fail_at (error, name, 0, NULL, "the file is empty");
  if (memchr (text, '\0', length) || !g_utf8_validate (text, (gssize) length, NULL))
    return fail_at (error, name, 0, NULL, "this is not a text file");
  g_autoptr (GError) problem = NULL;
  const gboolean is_json = text[0] == '{' || text[0] == '[';
  if (is_json && fs_log_parse_json (log, text, length, name, &problem))
    return TRUE;
  if (!is_json && is_table (text, length))
    return fs_log_parse_table (log, text, length, name, error);
  /* A line that a trainer printed may begin with a bracket too. What it says is wrong with JSON is of
   * use only where there is nothing else to be read. */
  fs_log_clear (log);
  *log = (FsLog){ 0 };
  g_autoptr (GError) problem_of_lines = NULL;
  if (fs_log_parse_console (log, text, length, name, &problem_of_lines))
    return TRUE;
  if (problem)
    g_propagate_error (error, g_steal_pointer (&problem));
  else if (problem_of_lines)
    g_propagate_error (error, g_steal_pointer (&problem_of_lines));
  else
    fail_at (error, name, 1, NULL,
             "this line should name the columns, among them train_loss (or loss) and val_loss");
  return FALSE;
}

gboolean
fs_log_read (FsLog *log, const char *path, GError **error)
{
  FsFileBytes file;
  FsProblem problem;
  GStatBuf about;
  if (g_stat (path, &about) == 0 && about.st_size > MAX_BYTES)
    return fail_at (error, path, 0, NULL, "this is far too long for a log of losses");
  if (fs_file_bytes_read (&file, path, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  gboolean is_read = fs_log_parse (log, file.bytes, file.n_bytes, path, error);
  fs_file_bytes_free (&file);
  return is_read;
}

/* ---- is it one? ---- */

/* As much of a file tells whether it is a log. */
#define HEAD_BYTES (64 * 1024)

static gboolean
names_epoch (const char *text, gsize length)
{
  const char *at = text;
  g_autofree char *line = take_line (&at, text + length);
  g_auto (GStrv) header = split_line (line, guess_delimiter (line));
  int columns[FS_LOG_N_FIELDS];
  find_columns (header, columns);
  return columns[FS_LOG_TRAIN] >= 0
         && (columns[FS_LOG_EPOCH] >= 0 || columns[FS_LOG_VALIDATION] >= 0);
}

/* An experiment has a loss too: by name. */
static gboolean
is_json_log (const char *text)
{
  return !strstr (text, "\"fitscope\"")
         && g_regex_match_simple (
             "\"(train_|training_|val_|eval_|valid_)?loss\"\\s*:\\s*[\\[\\d\"NI-]", text,
             G_REGEX_CASELESS, 0);
}

static gboolean
is_console_log (const char *text, gsize length)
{
  g_auto (FsLog) log = { 0 };
  return fs_log_parse_console (&log, text, length, "", NULL)
         && g_regex_match_simple ("\\bepochs?\\b", text, G_REGEX_CASELESS, 0);
}

gboolean
fs_log_is_one (const char *path)
{
  g_autofree char *text = g_malloc (HEAD_BYTES + 1);
  FsFileParts file;
  gsize length = 0;
  if (fs_file_parts_open (&file, path, NULL) != FS_OK)
    return FALSE; /* nor is a pipe one, whose writer would be waited for */
  fs_file_parts_read (&file, 0, text, HEAD_BYTES, &length, NULL);
  const gboolean is_all = length < HEAD_BYTES;
  fs_file_parts_close (&file);
  text[length] = '\0';
  if (fs_log_is_events (text, length))
    return TRUE;
  /* What was cut in the middle of a line or a character is no line. */
  while (!is_all && length > 0 && text[length - 1] != '\n')
    length--;
  if (length == 0)
    length = strlen (text);
  text[length] = '\0';
  if (strlen (text) < length)
    return FALSE; /* zeros: this is no text */
  const char *begin = g_str_has_prefix (text, "\xef\xbb\xbf") ? text + 3 : text;
  while (g_ascii_isspace (*begin))
    begin++;
  length -= (gsize) (begin - text);
  if ((*begin == '{' || *begin == '[') && is_json_log (begin))
    return TRUE;
  if (!g_utf8_validate (begin, (gssize) length, NULL))
    return FALSE;
  return is_table (begin, length) ? names_epoch (begin, length) : is_console_log (begin, length);
}

/* ---- two files of one run ---- */

/* The event file of a folder that was written last; by name, for names begin with the time. */
static char *
newest_events (const char *folder, const char *part)
{
  g_autofree char *inner = g_build_filename (folder, part, NULL);
  g_autoptr (GDir) dir = g_dir_open (inner, 0, NULL);
  g_autofree char *newest = NULL;
  const char *name;
  while (dir && (name = g_dir_read_name (dir)))
    if (strstr (name, "tfevents") && (!newest || strcmp (name, newest) > 0))
      {
        g_free (newest);
        newest = g_strdup (name);
      }
  return newest ? g_build_filename (inner, newest, NULL) : NULL;
}

/* The losses of `validation` (which its file calls plain losses) beside those of `train`, by epoch. */
static FsStatus
join (FsLog *log, const FsLog *train, const FsLog *validation)
{
  FsStatus status = FS_OK;
  size_t j = 0;
  log->history.has_validation = true;
  log->counts_from_zero = train->counts_from_zero;
  log->has_percent = train->has_percent || validation->has_percent;
  log->n_not_finite = MAX (train->n_not_finite, validation->n_not_finite);
  for (size_t i = 0; i < train->history.n_observations && status == FS_OK; i++)
    {
      FsObservation seen = train->history.observations[i];
      while (j < validation->history.n_observations
             && validation->history.observations[j].epoch < seen.epoch)
        j++;
      if (j == validation->history.n_observations
          || validation->history.observations[j].epoch != seen.epoch)
        continue;
      seen.validation_loss = validation->history.observations[j].train_loss;
      status = fs_history_append (&log->history, &seen);
    }
  log->n_halves = (guint) (MAX (train->history.n_observations, validation->history.n_observations)
                           - log->history.n_observations);
  return status;
}

gboolean
fs_log_read_pair (FsLog *log, const char *folder, GError **error)
{
  g_autofree char *train_path = newest_events (folder, "train");
  g_autofree char *validation_path = newest_events (folder, "validation");
  g_auto (FsLog) train = { 0 };
  g_auto (FsLog) validation = { 0 };
  if (!train_path || !validation_path)
    return FALSE;
  if (!fs_log_read (&train, train_path, error)
      || !fs_log_read (&validation, validation_path, error))
    return FALSE;
  if (join (log, &train, &validation) != FS_OK)
    {
      FsProblem problem;
      fs_problem (&problem, FS_OUT_OF_MEMORY, folder, NULL, NULL);
      return fs_lab_error_take (error, &problem);
    }
  if (log->history.n_observations == 0)
    return fail_at (error, folder, 0, NULL, "its train and validation files share no epoch");
  return TRUE;
}
