/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows of a log become a history; see log-rows.h. */

#include "engine/lab/exchange/log-rows.h"

#include <math.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/text.h"

/* The names that programs give the fields, best fit first, in small letters with "_" for whatever stands
 * between words. "loss" alone is the train loss of Keras, and the weakest name: a table that has
 * "train_loss" as well means that. Where there is a test loss and none of validation, it was watched in
 * its place. */
static const char *const field_names[FS_LOG_N_FIELDS][12] = {
  [FS_LOG_EPOCH] = { "epoch" },
  [FS_LOG_TRAIN] = { "train_loss", "train_loss_epoch", "train_epoch_loss", "training_loss",
                     "loss_train", "loss_training", "epoch_loss", "loss" },
  [FS_LOG_VALIDATION] = { "val_loss", "val_loss_epoch", "validation_loss", "valid_loss", "loss_val",
                          "loss_valid", "loss_validation", "eval_loss", "dev_loss", "test_loss",
                          "loss_eval", "loss_test" },
  [FS_LOG_RUNNING] = { "running_loss" },
  [FS_LOG_LEARNING_RATE] = { "learning_rate", "lr" },
  [FS_LOG_GRADIENT_NORM] = { "gradient_norm" },
  [FS_LOG_GRADIENT_NORM_MAX] = { "gradient_norm_max" },
  [FS_LOG_CLIPPED_SHARE] = { "clipped_share" },
  [FS_LOG_UPDATE_RATIO] = { "update_ratio" },
};

/* "Training Loss", "train/loss", "trainLoss" and "run-1 - train_loss" are names of one form. */
static char *
plain_name (const char *name)
{
  const char *behind_run = g_strrstr (name, " - ");
  g_autofree char *trimmed = g_strstrip (g_strdup (behind_run ? behind_run + 3 : name));
  GString *plain = g_string_new (NULL);
  for (const char *at = trimmed; *at; at++)
    {
      if (at > trimmed && g_ascii_isupper (*at) && g_ascii_islower (at[-1]))
        g_string_append_c (plain, '_');
      g_string_append_c (plain, strchr (" /-.", *at) ? '_' : g_ascii_tolower (*at));
    }
  return g_string_free (plain, FALSE);
}

guint
fs_log_field_fit (FsLogField field, const char *name)
{
  g_autofree char *plain = plain_name (name);
  for (guint i = 0; i < G_N_ELEMENTS (field_names[field]) && field_names[field][i]; i++)
    if (g_str_equal (field_names[field][i], plain))
      return G_N_ELEMENTS (field_names[field]) - i;
  return 0;
}

gboolean
fs_log_is_absent (const char *text)
{
  static const char *const words[] = { "", "-", "na", "n/a", "none", "null" };
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_ascii_strcasecmp (text, words[i]) == 0)
      return TRUE;
  return FALSE;
}

gboolean
fs_log_number (const char *text, gboolean has_decimal_comma, double *value, gboolean *is_percent)
{
  g_autofree char *number = g_strstrip (g_strdup (text));
  const gboolean has_sign = g_str_has_suffix (number, "%");
  if (has_sign)
    {
      number[strlen (number) - 1] = '\0';
      g_strchomp (number);
    }
  const char *digits = number[0] == '-' || number[0] == '+' ? number + 1 : number;
  if (has_decimal_comma)
    g_strdelimit (number, ",", '.');
  if (g_ascii_strcasecmp (digits, "nan") == 0)
    *value = NAN;
  else if (g_ascii_strcasecmp (digits, "inf") == 0 || g_ascii_strcasecmp (digits, "infinity") == 0)
    *value = number[0] == '-' ? -INFINITY : INFINITY;
  else if (number[0] == '\0' || fs_number_read (number, strlen (number), value) != strlen (number))
    return FALSE;
  if (has_sign)
    {
      *value /= 100;
      *is_percent = TRUE;
    }
  return TRUE;
}

/* An epoch in the making: sums, for of several values of one epoch the mean is taken (a train loss that
 * was logged every few steps). */
typedef struct
{
  double number;
  double sums[FS_LOG_N_FIELDS];
  guint counts[FS_LOG_N_FIELDS];
} Epoch;

static gboolean
fail_at (GError **error, const char *name, gsize line, const char *what)
{
  FsProblem problem;
  fs_problem_at (&problem, FS_MALFORMED, name, line, NULL, "%s", fs_text (what));
  return fs_lab_error_take (error, &problem);
}

static void
add_row (Epoch *epoch, const FsLogRow *row)
{
  for (guint field = 0; field < FS_LOG_N_FIELDS; field++)
    if (row->has[field])
      {
        epoch->sums[field] += row->values[field];
        epoch->counts[field]++;
      }
}

static gboolean
has_loss (const FsLogRow *row)
{
  return row->has[FS_LOG_TRAIN] || row->has[FS_LOG_VALIDATION];
}

/* The rows' epochs, in order. A row without an epoch between others belongs to the one before. Who counts
 * shares of epochs (0.5, 1.0, 1.5) means how much is done: 0.5 is in the first. */
static gboolean
gather (GArray *epochs, const GArray *rows, const char *name, GError **error)
{
  gboolean is_numbered = FALSE, is_share = FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const FsLogRow *row = &g_array_index (rows, FsLogRow, i);
      if (!has_loss (row) || !row->has[FS_LOG_EPOCH])
        continue;
      is_numbered = TRUE;
      is_share |= row->values[FS_LOG_EPOCH] != floor (row->values[FS_LOG_EPOCH]);
    }
  for (guint i = 0; i < rows->len; i++)
    {
      const FsLogRow *row = &g_array_index (rows, FsLogRow, i);
      Epoch *last = epochs->len > 0 ? &g_array_index (epochs, Epoch, epochs->len - 1) : NULL;
      double number = (double) epochs->len + 1;
      if (is_numbered && row->has[FS_LOG_EPOCH])
        number = is_share ? ceil (row->values[FS_LOG_EPOCH]) : row->values[FS_LOG_EPOCH];
      else if (is_numbered)
        number = last ? last->number : 0;
      if (!has_loss (row))
        continue;
      if (!(number >= 0 && number < G_MAXUINT32))
        return fail_at (error, name, row->line, "an epoch is a whole number from 0");
      if (last && number < last->number)
        return fail_at (error, name, row->line,
                        "the epochs begin again here, so the file holds more than one run; a "
                        "diagnosis is of one");
      if (!last || number != last->number)
        {
          Epoch epoch = { .number = number };
          g_array_append_val (epochs, epoch);
          last = &g_array_index (epochs, Epoch, epochs->len - 1);
        }
      add_row (last, row);
    }
  return TRUE;
}

static double
mean_or_nan (const Epoch *epoch, FsLogField field)
{
  return epoch->counts[field] > 0 ? epoch->sums[field] / epoch->counts[field] : NAN;
}

static FsStatus
append_epoch (FsLog *log, const Epoch *epoch)
{
  FsObservation observation = {
    .epoch = (uint32_t) epoch->number + (log->counts_from_zero ? 1 : 0),
    .train_loss = mean_or_nan (epoch, FS_LOG_TRAIN),
    .running_loss = mean_or_nan (epoch, FS_LOG_RUNNING),
    .validation_loss = mean_or_nan (epoch, FS_LOG_VALIDATION),
    .learning_rate = mean_or_nan (epoch, FS_LOG_LEARNING_RATE),
    .gradient_norm = mean_or_nan (epoch, FS_LOG_GRADIENT_NORM),
    .gradient_norm_max = mean_or_nan (epoch, FS_LOG_GRADIENT_NORM_MAX),
    .clipped_share = mean_or_nan (epoch, FS_LOG_CLIPPED_SHARE),
    .update_ratio = mean_or_nan (epoch, FS_LOG_UPDATE_RATIO),
    .gradient_norm_p90 = NAN,
    .gradient_norm_p99 = NAN,
    .train_accuracy = NAN,
    .validation_accuracy = NAN,
  };
  return fs_history_append (&log->history, &observation);
}

gboolean
fs_log_merge (FsLog *log, const GArray *rows, const char *name, GError **error)
{
  g_autoptr (GArray) epochs = g_array_new (FALSE, FALSE, sizeof (Epoch));
  gboolean has_train = FALSE;
  if (!gather (epochs, rows, name, error))
    return FALSE;
  for (guint i = 0; i < epochs->len; i++)
    {
      has_train |= g_array_index (epochs, Epoch, i).counts[FS_LOG_TRAIN] > 0;
      log->history.has_validation |= g_array_index (epochs, Epoch, i).counts[FS_LOG_VALIDATION] > 0;
    }
  if (epochs->len == 0)
    return fail_at (error, name, 0, "there is no epoch with a loss in it");
  if (!has_train)
    return fail_at (error, name, 0,
                    "there is no training loss; its column is called train_loss or loss");

  for (guint i = 0; i < rows->len; i++)
    log->has_percent |= g_array_index (rows, FsLogRow, i).has_percent;
  log->counts_from_zero = g_array_index (epochs, Epoch, 0).number == 0;
  for (guint i = 0; i < epochs->len; i++)
    {
      const Epoch *epoch = &g_array_index (epochs, Epoch, i);
      /* An epoch of which one of the two curves was not logged (a validation before training, every
       * second epoch) has nothing to compare; one that was logged as NaN stays. */
      gboolean is_whole = epoch->counts[FS_LOG_TRAIN] > 0
                          && (!log->history.has_validation || epoch->counts[FS_LOG_VALIDATION] > 0);
      log->n_halves += !is_whole;
      log->n_not_finite += is_whole
                           && !(isfinite (mean_or_nan (epoch, FS_LOG_TRAIN))
                                && (!log->history.has_validation
                                    || isfinite (mean_or_nan (epoch, FS_LOG_VALIDATION))));
      if (is_whole && append_epoch (log, epoch) != FS_OK)
        {
          FsProblem problem;
          fs_problem (&problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
          return fs_lab_error_take (error, &problem);
        }
    }
  if (log->history.n_observations == 0)
    return fail_at (error, name, 0, "no epoch has both a training and a validation loss");
  return TRUE;
}
