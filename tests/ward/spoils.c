/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Faults in rows; see spoils.h. */

#include "tests/ward/spoils.h"

#include <math.h>
#include <string.h>
#include "engine/base/random.h"

static double
mean_of (const WardRows *rows)
{
  double mean = 0;
  gsize n = 0;
  for (gsize t = 0; t < rows->n; t++)
    if (isfinite (rows->target[t]))
      mean += (rows->target[t] - mean) / (double) ++n;
  return mean;
}

static double
deviation (const WardRows *rows)
{
  double mean = mean_of (rows), variance = 0;
  gsize n = 0;
  for (gsize t = 0; t < rows->n; t++)
    if (isfinite (rows->target[t]))
      variance += ((rows->target[t] - mean) * (rows->target[t] - mean) - variance) / (double) ++n;
  return sqrt (variance);
}

void
ward_spoil_code (WardRows *rows, double share)
{
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 1, 0);
  for (gsize t = 0; t < rows->n; t++)
    if (fs_random_uniform (&random) < share)
      rows->target[t] = -1e5;
}

/* An input that is the answer and noise: of a series, the next row's. */
void
ward_spoil_leak (WardRows *rows, double noise)
{
  FsRandom random = fs_random (2, FS_STREAM_GENERATOR, 2, 0);
  double sd = deviation (rows), *extra = g_new (double, rows->n);
  for (gsize t = 0; t < rows->n; t++)
    extra[t] = rows->target[rows->sequence ? t : MIN (t + 1, rows->n - 1)]
               + noise * sd * fs_random_normal (&random);
  rows->inputs[rows->n_inputs++] = extra;
}

/* All order is taken away, or most of it. */
void
ward_spoil_order (WardRows *rows, double share)
{
  FsRandom random = fs_random (3, FS_STREAM_GENERATOR, 3, 0);
  for (gsize t = rows->n; t-- > 1;)
    if (fs_random_uniform (&random) < share)
      {
        gsize other = (gsize) fs_random_below (&random, t + 1);
        double swapped = rows->target[t];
        rows->target[t] = rows->target[other];
        rows->target[other] = swapped;
      }
}

void
ward_spoil_level (WardRows *rows, double sds)
{
  double sd = deviation (rows);
  for (gsize t = (gsize) (0.7 * (double) rows->n); t < rows->n; t++)
    rows->target[t] += sds * sd;
}

void
ward_spoil_scale (WardRows *rows, double factor)
{
  const double sd = deviation (rows), mean = mean_of (rows);
  for (gsize t = 0; t < rows->n; t++)
    rows->target[t] = factor * (4 + (rows->target[t] - mean) / sd);
}

void
ward_spoil_walk (WardRows *rows, double step)
{
  FsRandom random = fs_random (4, FS_STREAM_GENERATOR, 4, 0);
  double y = 0;
  for (gsize t = 0; t < rows->n; t++)
    rows->target[t] = y += step * fs_random_normal (&random);
}

void
ward_spoil_tails (WardRows *rows, double sds)
{
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 5, 0);
  double sd = deviation (rows);
  for (gsize t = 0; t < rows->n; t++)
    if (fs_random_uniform (&random) < 0.005)
      rows->target[t] += sds * sd * (fs_random_uniform (&random) < 0.5 ? -1 : 1);
}

/* ---- sequences ---- */

/* One past the last row of the sequence that begins at `first`. */
static gsize
end_of (const WardRows *rows, gsize first)
{
  gsize end = first;
  while (end < rows->n && rows->sequence[end] == rows->sequence[first])
    end++;
  return end;
}

/* Answers are dealt out anew, or most of them. */
void
ward_spoil_answers (WardRows *rows, double share)
{
  FsRandom random = fs_random (7, FS_STREAM_GENERATOR, 7, 0);
  g_autoptr (GArray) firsts = g_array_new (FALSE, FALSE, sizeof (gsize));
  for (gsize row = 0; row < rows->n; row = end_of (rows, row))
    g_array_append_val (firsts, row);
  for (guint s = firsts->len; s-- > 1;)
    if (fs_random_uniform (&random) < share)
      {
        gsize first = g_array_index (firsts, gsize, s);
        gsize other = g_array_index (firsts, gsize, fs_random_below (&random, s + 1));
        double swapped = rows->target[first];
        rows->target[first] = rows->target[other];
        rows->target[other] = swapped;
      }
  for (guint s = 0; s < firsts->len; s++)
    {
      gsize first = g_array_index (firsts, gsize, s), end = end_of (rows, first);
      for (gsize row = first + 1; row < end; row++)
        rows->target[row] = rows->target[first];
    }
}

void
ward_spoil_inputs (WardRows *rows, double factor)
{
  for (guint i = 0; i < rows->n_inputs; i++)
    for (gsize row = 0; row < rows->n; row++)
      rows->inputs[i][row] = factor * (1 + rows->inputs[i][row]);
}

static void
move_row (WardRows *rows, gsize to, gsize from)
{
  rows->target[to] = rows->target[from];
  rows->sequence[to] = rows->sequence[from];
  for (guint i = 0; i < rows->n_inputs; i++)
    rows->inputs[i][to] = rows->inputs[i][from];
}

/* Of the first class only this share is left. */
void
ward_spoil_shares (WardRows *rows, double share)
{
  FsRandom random = fs_random (8, FS_STREAM_GENERATOR, 8, 0);
  gsize n = 0;
  for (gsize first = 0, end; first < rows->n; first = end)
    {
      end = end_of (rows, first);
      if (rows->target[first] == 0 && fs_random_uniform (&random) >= share)
        continue;
      for (gsize row = first; row < end; row++)
        move_row (rows, n++, row);
    }
  rows->n = n;
}

/* ---- files ---- */

void
ward_input_name (const WardRows *rows, guint input, char name[FS_TEXT_SIZE])
{
  if (rows->sequence)
    g_snprintf (name, FS_TEXT_SIZE, "x%u", input);
  else
    g_strlcpy (name, "extra", FS_TEXT_SIZE);
}

static void
append_number (GString *csv, double value)
{
  char number[G_ASCII_DTOSTR_BUF_SIZE];
  if (isfinite (value))
    g_string_append (csv, g_ascii_dtostr (number, sizeof number, value));
}

/* y and the inputs, or where there is neither an input nor a sequence the number of the row. */
void
ward_rows_write (const WardRows *rows, const char *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) csv = g_string_new (rows->sequence ? "sequence,y" : "y");
  for (guint i = 0; i < rows->n_inputs; i++)
    {
      char name[FS_TEXT_SIZE];
      ward_input_name (rows, i, name);
      g_string_append_printf (csv, ",%s", name);
    }
  g_string_append (csv, rows->sequence || rows->n_inputs > 0 ? "\n" : ",row\n");
  for (gsize t = 0; t < rows->n; t++)
    {
      if (rows->sequence)
        g_string_append_printf (csv, "s%u,", rows->sequence[t]);
      if (rows->is_of_classes)
        g_string_append_printf (csv, "class %.0f", rows->target[t]);
      else
        append_number (csv, rows->target[t]);
      for (guint i = 0; i < rows->n_inputs; i++)
        {
          g_string_append_c (csv, ',');
          append_number (csv, rows->inputs[i][t]);
        }
      if (!rows->sequence && rows->n_inputs == 0)
        g_string_append_printf (csv, ",%" G_GSIZE_FORMAT, t);
      g_string_append_c (csv, '\n');
    }
  g_file_set_contents (path, csv->str, (gssize) csv->len, &error);
  g_assert_no_error (error);
}
