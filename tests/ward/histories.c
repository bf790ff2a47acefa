/* SPDX-License-Identifier: GPL-3.0-or-later */

/* How well two loss curves alone are read, on labelled histories that are in nobody's hands here: a file of
 * lines {"overfit": 0 or 1, "train_loss": […], "val_loss": […]}, plain or packed with gzip.
 *
 *   histories FILE [--folds K] [--repeats N]
 *
 * Printed are macro-F1 of the overfitting alarm at the end of each history, and of the stopping rule how often
 * the best epoch lay behind when it stopped (or at the end, where it never did) and the median delay since
 * the best where the run overfits. First with the limits that hold (curve.c); then cross-validated: the
 * limits are chosen anew from a grid on all folds but one and judged on that one, in turn; at last with each
 * limit a fifth lower and higher. Nothing is random but the folds, and these depend on the repeat's number
 * alone. */

#include <glib.h>
#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/gunzip.h"
#include "engine/base/random.h"
#include "engine/diagnose/curve.h"

/* The stopping rule is chosen for the least delay among those that are this often right. */
#define LEAST_RIGHT 0.98

typedef struct
{
  gboolean is_overfit;
  guint n, best; /* epochs; the best one, from 1 */
  double *train, *validation;
} History;

/* What limits say of a history. */
typedef struct
{
  gboolean is_alarmed;
  guint stop; /* 0 = never */
} Answer;

typedef struct
{
  double f1, right, delay;
} Score;

/* ---- reading ---- */

static double *
read_losses (JsonObject *object, const char *name, guint *n)
{
  JsonArray *array = json_object_get_array_member (object, name);
  *n = json_array_get_length (array);
  double *losses = g_new (double, *n);
  for (guint i = 0; i < *n; i++)
    losses[i] = json_array_get_double_element (array, i);
  return losses;
}

static void
read_line (const char *line, GArray *histories)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;
  History history = { 0 };
  guint n_train;
  if (!json_parser_load_from_data (parser, line, -1, &error))
    g_error ("%s", error->message);
  JsonObject *object = json_node_get_object (json_parser_get_root (parser));
  history.is_overfit = json_object_get_int_member (object, "overfit") != 0;
  history.train = read_losses (object, "train_loss", &n_train);
  history.validation = read_losses (object, "val_loss", &history.n);
  history.n = MIN (history.n, n_train);
  history.best = 1;
  for (guint i = 1; i < history.n; i++)
    if (history.validation[i] < history.validation[history.best - 1])
      history.best = i + 1;
  g_array_append_val (histories, history);
}

static GArray *
read_histories (const char *path)
{
  FsFileBytes file = { 0 }, unpacked = { 0 };
  FsProblem problem = { 0 };
  GArray *histories = g_array_new (FALSE, FALSE, sizeof (History));
  if (fs_file_bytes_read (&file, path, &problem) != FS_OK)
    g_error ("%s cannot be read", path);
  gboolean is_packed = fs_gunzip_is_packed (file.bytes, file.n_bytes);
  if (is_packed && fs_gunzip (&unpacked, path, file.bytes, file.n_bytes, &problem) != FS_OK)
    g_error ("%s cannot be unpacked", path);
  const FsFileBytes *text = is_packed ? &unpacked : &file;
  g_autofree char *copy = g_strndup (text->bytes, text->n_bytes);
  g_auto (GStrv) lines = g_strsplit (copy, "\n", -1);
  for (guint i = 0; lines[i]; i++)
    if (lines[i][0])
      read_line (lines[i], histories);
  fs_file_bytes_free (&unpacked);
  fs_file_bytes_free (&file);
  return histories;
}

static void
free_histories (GArray *histories)
{
  for (guint i = 0; i < histories->len; i++)
    {
      g_free (g_array_index (histories, History, i).train);
      g_free (g_array_index (histories, History, i).validation);
    }
  g_array_unref (histories);
}

/* ---- judging ---- */

static Answer
answer (const History *history, const FsCurveLimits *limits)
{
  FsLossCurve curve = { 0 };
  for (guint i = 0; i < history->n; i++)
    fs_loss_curve_feed_by (&curve, limits, i + 1, history->train[i], history->validation[i]);
  return (Answer){ curve.is_overfitting, curve.stop_epoch };
}

/* Transfer full: one for each history. */
static Answer *
answer_all (const GArray *histories, const FsCurveLimits *limits)
{
  Answer *answers = g_new (Answer, histories->len);
  for (guint i = 0; i < histories->len; i++)
    answers[i] = answer (&g_array_index (histories, History, i), limits);
  return answers;
}

static int
compare_doubles (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

/* Of the histories that are in `fold`, or of all others; fold 0 = of all. */
static Score
score (const GArray *histories,
       const Answer *answers,
       const guint *folds,
       guint fold,
       gboolean is_in)
{
  guint hits[2] = { 0 }, misses = 0, false_alarms = 0, n_right = 0, n = 0, n_delays = 0;
  g_autofree double *delays = g_new (double, histories->len + 1);
  for (guint i = 0; i < histories->len; i++)
    {
      const History *history = &g_array_index (histories, History, i);
      if (fold > 0 && (folds[i] == fold) != is_in)
        continue;
      guint stop = answers[i].stop > 0 ? answers[i].stop : history->n;
      n++;
      n_right += stop >= history->best;
      if (answers[i].is_alarmed == history->is_overfit)
        hits[history->is_overfit]++;
      misses += history->is_overfit && !answers[i].is_alarmed;
      false_alarms += !history->is_overfit && answers[i].is_alarmed;
      if (history->is_overfit)
        delays[n_delays++] = (double) stop - history->best;
    }
  const guint errors = misses + false_alarms;
  double f1 = 0;
  for (int k = 0; k < 2; k++)
    f1 += hits[k] > 0 ? (double) hits[k] / (2 * hits[k] + errors) : 0;
  qsort (delays, n_delays, sizeof *delays, compare_doubles);
  double delay =
      n_delays > 0 ? (delays[(n_delays - 1) / 2] + delays[n_delays / 2]) / 2 : (double) NAN;
  return (Score){ f1, (double) n_right / MAX (n, 1), delay };
}

/* ---- choosing ---- */

typedef struct
{
  FsCurveLimits limits;
  Answer *answers;
} Candidate;

static void
add_candidate (GArray *candidates, const GArray *histories, const FsCurveLimits *limits)
{
  Candidate candidate = { *limits, answer_all (histories, limits) };
  g_array_append_val (candidates, candidate);
}

static void
clear_candidate (gpointer data)
{
  g_free (((Candidate *) data)->answers);
}

static GArray *
new_candidates (void)
{
  GArray *candidates = g_array_new (FALSE, FALSE, sizeof (Candidate));
  g_array_set_clear_func (candidates, clear_candidate);
  return candidates;
}

/* In order of the rise, so that the middle one of equals is a rise with room on both sides. */
static GArray *
grid_of_alarms (const GArray *histories)
{
  static const double jitters[] = { 3, 3.7, 4.5 };
  GArray *candidates = new_candidates ();
  for (double rise = 0.02; rise < 0.1; rise *= 1.12)
    for (gsize j = 0; j < G_N_ELEMENTS (jitters); j++)
      {
        FsCurveLimits limits = fs_curve_limits;
        limits.overfit_rise = rise;
        limits.overfit_jitters = jitters[j];
        add_candidate (candidates, histories, &limits);
      }
  return candidates;
}

static GArray *
grid_of_stops (const GArray *histories)
{
  static const double rises[] = { 0.0005, 0.001, 0.002, 0.004, 0.008 };
  static const double jitters[] = { 3, 4, 5, 6 };
  static const guint epochs[] = { 2, 4, 8 };
  GArray *candidates = new_candidates ();
  for (gsize r = 0; r < G_N_ELEMENTS (rises); r++)
    for (gsize j = 0; j < G_N_ELEMENTS (jitters); j++)
      for (gsize e = 0; e < G_N_ELEMENTS (epochs); e++)
        {
          FsCurveLimits limits = fs_curve_limits;
          limits.stop_rise = rises[r];
          limits.stop_jitters = jitters[j];
          limits.n_to_stop = epochs[e];
          add_candidate (candidates, histories, &limits);
        }
  return candidates;
}

/* The best macro-F1 on all folds but one; of equals the middle one. */
static const Candidate *
choose_alarm (const GArray *candidates, const GArray *histories, const guint *folds, guint fold)
{
  g_autoptr (GArray) best = g_array_new (FALSE, FALSE, sizeof (guint));
  double most = -1;
  for (guint c = 0; c < candidates->len; c++)
    {
      const Answer *answers = g_array_index (candidates, Candidate, c).answers;
      double f1 = score (histories, answers, folds, fold, FALSE).f1;
      if (f1 > most)
        g_array_set_size (best, 0);
      if (f1 >= most)
        g_array_append_val (best, c);
      most = fmax (most, f1);
    }
  return &g_array_index (candidates, Candidate, g_array_index (best, guint, best->len / 2));
}

/* The least delay on all folds but one among those that are right often enough. */
static const Candidate *
choose_stop (const GArray *candidates, const GArray *histories, const guint *folds, guint fold)
{
  const Candidate *best = NULL;
  Score of_best = { 0 };
  for (guint c = 0; c < candidates->len; c++)
    {
      const Candidate *candidate = &g_array_index (candidates, Candidate, c);
      const Score here = score (histories, candidate->answers, folds, fold, FALSE);
      gboolean is_better = !best ? TRUE
                           : of_best.right < LEAST_RIGHT
                               ? here.right > of_best.right
                               : here.right >= LEAST_RIGHT && here.delay < of_best.delay;
      if (is_better)
        {
          best = candidate;
          of_best = here;
        }
    }
  return best;
}

/* Both kinds are dealt out evenly; folds count from 1. */
static guint *
deal_folds (const GArray *histories, guint n_folds, guint repeat)
{
  FsRandom random = fs_random (repeat, FS_STREAM_GENERATOR, n_folds, 419);
  guint *folds = g_new (guint, histories->len), dealt[2] = { 0 };
  g_autofree guint *order = g_new (guint, histories->len);
  for (guint i = 0; i < histories->len; i++)
    order[i] = i;
  for (guint i = histories->len; i-- > 1;)
    {
      guint other = (guint) fs_random_below (&random, i + 1), swapped = order[i];
      order[i] = order[other];
      order[other] = swapped;
    }
  for (guint i = 0; i < histories->len; i++)
    {
      gboolean kind = g_array_index (histories, History, order[i]).is_overfit;
      folds[order[i]] = dealt[kind]++ % n_folds + 1;
    }
  return folds;
}

/* ---- printing ---- */

static void
print_score (const char *name, const Score *score)
{
  g_print ("  %-34s macro-F1 %.3f  stop right %.3f  median delay %.1f\n", name, score->f1,
           score->right, score->delay);
}

static Score
cross_validate (const GArray *histories,
                const GArray *alarms,
                const GArray *stops,
                guint n_folds,
                guint repeat)
{
  g_autofree guint *folds = deal_folds (histories, n_folds, repeat);
  g_autofree Answer *answers = g_new (Answer, histories->len);
  for (guint fold = 1; fold <= n_folds; fold++)
    {
      const Candidate *alarm = choose_alarm (alarms, histories, folds, fold);
      const Candidate *stop = choose_stop (stops, histories, folds, fold);
      for (guint i = 0; i < histories->len; i++)
        if (folds[i] == fold)
          answers[i] = (Answer){ alarm->answers[i].is_alarmed, stop->answers[i].stop };
    }
  return score (histories, answers, NULL, 0, TRUE);
}

static void
print_cross_validation (const GArray *histories, guint n_folds, guint n_repeats)
{
  g_autoptr (GArray) alarms = grid_of_alarms (histories), stops = grid_of_stops (histories);
  Score mean = { 0 }, least = { 1, 1, 0 };
  for (guint repeat = 1; repeat <= n_repeats; repeat++)
    {
      const Score here = cross_validate (histories, alarms, stops, n_folds, repeat);
      mean.f1 += here.f1 / n_repeats;
      mean.right += here.right / n_repeats;
      mean.delay += here.delay / n_repeats;
      least.f1 = fmin (least.f1, here.f1);
      least.right = fmin (least.right, here.right);
      least.delay = fmax (least.delay, here.delay);
    }
  g_print ("limits chosen on %u folds and judged on one more, %u times\n", n_folds - 1, n_repeats);
  print_score ("mean", &mean);
  print_score ("worst", &least);
}

static void
print_changed (const GArray *histories, const char *name, const FsCurveLimits *limits)
{
  g_autofree Answer *answers = answer_all (histories, limits);
  const Score changed = score (histories, answers, NULL, 0, TRUE);
  print_score (name, &changed);
}

static void
print_sensitivity (const GArray *histories)
{
  static const struct
  {
    const char *name;
    gsize offset;
  } numbers[] = {
    { "rise of the alarm", G_STRUCT_OFFSET (FsCurveLimits, overfit_rise) },
    { "jitters of the alarm", G_STRUCT_OFFSET (FsCurveLimits, overfit_jitters) },
    { "share of the gap", G_STRUCT_OFFSET (FsCurveLimits, gap_share) },
    { "rises taken back", G_STRUCT_OFFSET (FsCurveLimits, recovered_factor) },
    { "rise of the stop", G_STRUCT_OFFSET (FsCurveLimits, stop_rise) },
    { "jitters of the stop", G_STRUCT_OFFSET (FsCurveLimits, stop_jitters) },
  };
  static const struct
  {
    const char *name;
    gsize offset;
  } epochs[] = {
    { "epochs to the alarm", G_STRUCT_OFFSET (FsCurveLimits, n_to_raise) },
    { "epochs to its end", G_STRUCT_OFFSET (FsCurveLimits, n_to_clear) },
    { "epochs to the stop", G_STRUCT_OFFSET (FsCurveLimits, n_to_stop) },
  };
  g_print ("one limit changed: by a fifth, or by an epoch\n");
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    for (int sign = -1; sign <= 1; sign += 2)
      {
        FsCurveLimits limits = fs_curve_limits;
        g_autofree char *name = g_strdup_printf ("%s %+d %%", numbers[i].name, 20 * sign);
        G_STRUCT_MEMBER (double, &limits, numbers[i].offset) *= 1 + 0.2 * sign;
        print_changed (histories, name, &limits);
      }
  for (gsize i = 0; i < G_N_ELEMENTS (epochs); i++)
    for (int sign = -1; sign <= 1; sign += 2)
      {
        FsCurveLimits limits = fs_curve_limits;
        g_autofree char *name = g_strdup_printf ("%s %+d", epochs[i].name, sign);
        G_STRUCT_MEMBER (guint, &limits, epochs[i].offset) += (guint) sign;
        print_changed (histories, name, &limits);
      }
}

int
main (int argc, char **argv)
{
  int n_folds = 10, n_repeats = 20;
  const GOptionEntry entries[] = {
    { "folds", 0, 0, G_OPTION_ARG_INT, &n_folds, "Folds (10)", "K" },
    { "repeats", 0, 0, G_OPTION_ARG_INT, &n_repeats, "Other folds, so many times (20)", "N" },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE");
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 2 || n_folds < 2
      || n_repeats < 1)
    g_error ("%s", error ? error->message : "name one file of labelled histories");
  GArray *histories = read_histories (argv[1]);
  guint n_overfit = 0;
  for (guint i = 0; i < histories->len; i++)
    n_overfit += g_array_index (histories, History, i).is_overfit;
  g_print ("%u histories, %u of them labelled overfit\n", histories->len, n_overfit);
  print_changed (histories, "the limits that hold", &fs_curve_limits);
  print_cross_validation (histories, (guint) n_folds, (guint) n_repeats);
  print_sensitivity (histories);
  free_histories (histories);
  return 0;
}
