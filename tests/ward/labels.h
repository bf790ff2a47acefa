/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What is right is decided by runs. A plant counts only if it harms: its test error (repeating the last
 * value = 1) is worse than that of the host's calm control by 3 % and two standard errors. Of two at once
 * each must add its own harm: they are worse together than either is alone. A control counts only if it
 * beats repeating the last value, none of eight single changes of it is better by as much, and its last
 * weights are not worse than its best by as much.
 *
 * Right are the findings of a fixed set, and those whose prescription is certified as a cure: with it the
 * planted experiment is better by as much than without, and not worse by as much than the calm control.
 * Tried is only where the fixed set leaves doubt. */

#include "engine/diagnose/verdict.h"
#include "tests/ward/cases.h"
#include "tests/ward/evidence.h"

#define WARD_LEAST_HARM 0.03
#define WARD_N_FIRST 3 /* findings that a reader looks at */

gboolean ward_is_certified (WardStore *store, const WardCase *ward);
gboolean ward_is_harmful (WardStore *store, const WardCase *ward);

/* One run of a case, judged at its end as the window would. */
FsVerdict ward_run_verdict (const WardCase *ward, const WardRun *run);

/* Measures the facts of the data anew where those that were kept are of an older build: they are exact before
 * training, cheap, and the same of all seeds. The case's file must be there. */
void ward_renew_facts (const WardCase *ward, const GPtrArray *runs);

/* Whether two of the first three findings are right, one for each of two plants. */
gboolean ward_pair_is_met (const WardPlant *const plants[2], const FsFindingId *found, guint n);

/* Which of the first three warnings need a cure to be right, a bit each: the first one, and where none is in
 * the fixed set, all. None of two plants at once, and none where the harm is not in the error. */
guint ward_findings_in_doubt (const WardCase *ward, const FsVerdict *verdict);

/* The planted experiment with the finding's change, and the key of its runs. FALSE: there is none to make. */
gboolean ward_cure_make (const WardCase *ward,
                         const FsFinding *finding,
                         FsExperiment *cured,
                         char key[WARD_KEY_SIZE]);

typedef enum
{
  WARD_CURE_NONE, /* nothing to run */
  WARD_CURE_UNTRIED,
  WARD_CURE_FAILS,
  WARD_CURE_WORKS
} WardCure;

WardCure ward_cure_look (WardStore *store, const WardCase *ward, const FsFinding *finding);
