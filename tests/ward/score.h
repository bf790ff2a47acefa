/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The bench's counts. What is right by the fixed sets is counted by itself, and what is right only because
 * its prescription is a certified cure beside it: the curves of confidence and the help's rates are made
 * from the former. Two plants at once are counted apart from single ones. */

#include "tests/ward/labels.h"
#include "tests/ward/rules.h"

/* One run, judged at its end as the window would. */
typedef struct
{
  char key[WARD_KEY_SIZE];
  guint host, seed;
  WardSeverity severity;
  guint n_plants;      /* 0: a certified control */
  FsFindingId planted; /* the first one */
  FsFindingId found[FS_MAX_FINDINGS];
  double claims[FS_MAX_FINDINGS], confidence[FS_MAX_FINDINGS];
  gboolean is_right[FS_MAX_FINDINGS]; /* in the fixed set; of two plants, in either */
  WardCure cures[FS_MAX_FINDINGS];    /* where the fixed set leaves doubt */
  gboolean has_both;                  /* each of two plants is met among the first three */
  gboolean is_critical;
  guint n_found; /* warnings, in order */
  guint rules;   /* bit by published rule: it raised an alarm */
} WardJudged;

typedef struct
{
  GArray *judged; /* of WardJudged: those that count */
  guint n_uncertified, n_harmless, n_one_harmless;
} WardScores;

WardScores *ward_scores_new (WardStore *store, const WardChoice *choice);
void ward_scores_free (WardScores *scores);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WardScores, ward_scores_free)

/* Which hosts to count. */
typedef enum
{
  WARD_ALL_HOSTS,
  WARD_TUNED_HOSTS,
  WARD_HELD_OUT_HOSTS,
  WARD_ONE_HOST
} WardHosts;

typedef struct
{
  guint n_healthy, n_alarms, n_critical;
  guint alarms_by[FS_N_FOUND]; /* first findings of healthy runs */
  guint n[3], n_detected[3], n_top1[3], n_top3[3];
  guint n_cured1[3], n_cured3[3]; /* right only because the prescription cures */
  guint n_tried, n_untried;       /* prescriptions of findings in doubt */
  guint n_pairs, n_pairs_first, n_pairs_one, n_pairs_both;
  guint planted[FS_N_FOUND], found[FS_N_FOUND];
  guint rule_alarms[WARD_N_RULES], rule_detected[WARD_N_RULES];
} WardCounts;

WardCounts ward_count (const WardScores *scores, WardHosts which, guint host);

/* Each misjudged run, as a line. */
void ward_print_misses (const WardScores *scores, WardHosts which);
void ward_print_report (const WardScores *scores);
void ward_print_rate (const char *name, guint k, guint n);

/* What the help shows. */
void ward_write_rates (const WardScores *scores, const char *path);
