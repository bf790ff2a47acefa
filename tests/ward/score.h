/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The bench's labels and counts. A plant counts only if it harms: its test error (repeating the last value
 * = 1) is worse than that of the host's calm control by 3 % and two standard errors. A control counts
 * only if it beats repeating the last value, none of eight single changes of it is better by as much, and
 * its last weights are not worse than its best by as much. */

#include "tests/ward/evidence.h"
#include "tests/ward/plants.h"
#include "tests/ward/rules.h"

#define WARD_LEAST_HARM 0.03

/* One run, judged at its end as the window would. */
typedef struct
{
  char key[96];
  guint host, seed;
  WardSeverity severity;
  FsFindingId planted; /* FS_N_FOUND: a certified control */
  FsFindingId found[FS_MAX_FINDINGS];
  double claims[FS_MAX_FINDINGS], confidence[FS_MAX_FINDINGS];
  gboolean is_right[FS_MAX_FINDINGS]; /* of those that are right here */
  gboolean is_critical;
  guint n_found; /* warnings, in order */
  guint rules;   /* bit by published rule: it raised an alarm */
} WardJudged;

typedef struct
{
  GArray *judged; /* of WardJudged: those that count */
  guint n_uncertified, n_harmless;
} WardScores;

/* Of one host, or of all: NULL. */
WardScores *ward_scores_new (WardStore *store, const char *host);
void ward_scores_free (WardScores *scores);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WardScores, ward_scores_free)

/* Measures the facts of the data anew where those that were kept are of an older build: they are exact before
 * training, cheap, and the same of all seeds. The case's file must be there. */
void ward_renew_facts (const WardCase *ward, const GPtrArray *runs);

gboolean ward_is_certified (WardStore *store, const WardCase *ward);
gboolean ward_is_harmful (WardStore *store, const WardCase *ward);

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
