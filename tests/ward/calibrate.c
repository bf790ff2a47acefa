/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Calibration; see calibrate.h. */

#include "tests/ward/calibrate.h"

#include <math.h>
#include "engine/diagnose/calibration.h"

#define N_BINS 20
#define N_STEPS 50

/* A weak belief that claims are what they say (offset 0, slope 1). It keeps a family of few runs, or of
 * which all were right, from certainty, and a steep curve from a family whose claims hardly differ. */
#define PRIOR_OFFSET 0.5
#define PRIOR_SLOPE 4.0

/* Sums over the first findings of the family, on all hosts but one, of the log likelihood's slope and bend in
 * offset and slope. */
static void
sum_slopes (const WardScores *scores,
            FsFamily family,
            gint left_out,
            const FsCalibration *curve,
            double slope[2],
            double bend[3])
{
  slope[0] = -PRIOR_OFFSET * curve->offset;
  slope[1] = -PRIOR_SLOPE * (curve->slope - 1);
  bend[0] = PRIOR_OFFSET;
  bend[1] = 0;
  bend[2] = PRIOR_SLOPE;
  for (guint i = 0; i < scores->judged->len; i++)
    {
      const WardJudged *judged = &g_array_index (scores->judged, WardJudged, i);
      if (judged->n_found == 0 || judged->claims[0] >= 1 || (gint) judged->host == left_out
          || fs_finding_family (judged->found[0]) != family)
        continue;
      double x = fs_claim_logit (judged->claims[0]);
      double p = 1 / (1 + exp (-(curve->offset + curve->slope * x)));
      double truth = judged->is_right[0];
      slope[0] += truth - p;
      slope[1] += (truth - p) * x;
      bend[0] += p * (1 - p);
      bend[1] += p * (1 - p) * x;
      bend[2] += p * (1 - p) * x * x;
    }
}

/* Newton's steps, no longer than 1; a slope that would be negative stays 0. */
static FsCalibration
fit (const WardScores *scores, FsFamily family, gint left_out)
{
  FsCalibration curve = { 0, 1 };
  for (int step = 0; step < N_STEPS; step++)
    {
      double slope[2], bend[3];
      sum_slopes (scores, family, left_out, &curve, slope, bend);
      double determinant = bend[0] * bend[2] - bend[1] * bend[1];
      double more = (bend[0] * slope[1] - bend[1] * slope[0]) / determinant;
      if (curve.slope + more < 0 && curve.slope == 0)
        curve.offset += CLAMP (slope[0] / bend[0], -1, 1);
      else
        {
          curve.offset += CLAMP ((bend[2] * slope[0] - bend[1] * slope[1]) / determinant, -1, 1);
          curve.slope = fmax (0, curve.slope + CLAMP (more, -1, 1));
        }
    }
  return curve;
}

typedef struct
{
  guint n[N_BINS], n_right[N_BINS];
  double sum[N_BINS];
} Bins;

static void
count (Bins *bins, double confidence, gboolean is_right)
{
  int bin = CLAMP ((int) (confidence * N_BINS), 0, N_BINS - 1);
  bins->n[bin]++;
  bins->n_right[bin] += is_right;
  bins->sum[bin] += confidence;
}

/* Expected calibration error: the mean gap between what was said and what came true. */
static void
print_bins (const char *title, const Bins *bins)
{
  double gap = 0;
  guint n = 0;
  for (int b = 0; b < N_BINS; b++)
    {
      gap += fabs (bins->sum[b] - bins->n_right[b]);
      n += bins->n[b];
    }
  g_print ("  %-42s %.3f (%u)\n", title, n > 0 ? gap / n : 0, n);
}

void
ward_print_calibration (const WardScores *scores)
{
  Bins claims = { 0 }, table = { 0 }, crossed = { 0 };
  g_print ("calibration error of the first finding\n");
  for (guint h = 0; h < ward_n_hosts (); h++)
    {
      FsCalibration curves[FS_N_FAMILIES];
      for (FsFamily family = 0; family < FS_N_FAMILIES; family++)
        curves[family] = fit (scores, family, (gint) h);
      for (guint i = 0; i < scores->judged->len; i++)
        {
          const WardJudged *judged = &g_array_index (scores->judged, WardJudged, i);
          if (judged->host != h || judged->n_found == 0)
            continue;
          const FsCalibration *curve = &curves[fs_finding_family (judged->found[0])];
          count (&claims, judged->claims[0], judged->is_right[0]);
          count (&table, judged->confidence[0], judged->is_right[0]);
          double confidence =
              judged->claims[0] >= 1 ? 1 : fs_calibration_apply (curve, judged->claims[0]);
          count (&crossed, confidence, judged->is_right[0]);
        }
    }
  print_bins ("as claimed", &claims);
  print_bins ("as said (by the table in the program)", &table);
  print_bins ("each host by a table from the others", &crossed);
}

void
ward_write_calibration (const WardScores *scores, const char *path)
{
  static const char *const words[] = { "DATA", "STEPS", "STATE", "FIT" };
  G_STATIC_ASSERT (G_N_ELEMENTS (words) == FS_N_FAMILIES);
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) text = g_string_new (
      "/* SPDX-License-Identifier: GPL-3.0-or-later */\n\n"
      "/* Written by the bench of planted faults (./dev ward); see calibration.h. */\n\n");
  for (FsFamily family = 0; family < FS_N_FAMILIES; family++)
    {
      const FsCalibration curve = fit (scores, family, -1);
      g_string_append_printf (text, "CURVE (%s, %.3f, %.3f)\n", words[family], curve.offset,
                              curve.slope);
    }
  g_file_set_contents (path, text->str, (gssize) text->len, &error);
  g_assert_no_error (error);
}
