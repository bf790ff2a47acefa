/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The finding table: what each row is called, what it explains, and its page of reasons. How a row is
 * judged is in find-*.c. */

#include "engine/diagnose/finding.h"

#include <string.h>
#include "engine/diagnose/evidence.h"

static const FsFindingInfo infos[FS_N_FOUND] = {
#define ROW(id, word, name, picture, explains, needs_symptom, gross, when, level, function, ...) \
  [FS_FOUND_##id] = { word, name, FS_PICTURE_##picture, { __VA_ARGS__ } },
#include "engine/diagnose/finding-rows.h"
#undef ROW
};

/* The symptoms of a network that does not learn what there is to learn, whatever the cause. */
#define MISFIT                                                                                   \
  (FS_BIT (FS_FOUND_NOT_LEARNING) | FS_BIT (FS_FOUND_UNDERFITTING) | FS_BIT (FS_FOUND_NO_SIGNAL) \
   | FS_BIT (FS_FOUND_COPIES_LAST))
/* The same where a straight line shows that there is something to learn: what lies within the network is
 * not to blame for a series without signal. NO_SIGNAL itself is then hidden by UNDERFITTING. */
#define BELOW_LINE (FS_BIT (FS_FOUND_NOT_LEARNING) | FS_BIT (FS_FOUND_UNDERFITTING))
#define UNSTEADY (FS_BIT (FS_FOUND_DIVERGED) | FS_BIT (FS_FOUND_OSCILLATING))
#define STEPS                                                                              \
  (FS_BIT (FS_FOUND_TIGHT_CLIP) | FS_BIT (FS_FOUND_HIGH_RATE) | FS_BIT (FS_FOUND_LOW_RATE) \
   | FS_BIT (FS_FOUND_SPIKES) | FS_BIT (FS_FOUND_NOISY_BATCHES))
#define STATES                                                                                   \
  (FS_BIT (FS_FOUND_EXPLODING) | FS_BIT (FS_FOUND_SATURATED) | FS_BIT (FS_FOUND_DEAD_UNITS)      \
   | FS_BIT (FS_FOUND_REDUNDANT_UNITS) | FS_BIT (FS_FOUND_VANISHING) | FS_BIT (FS_FOUND_FORGETS) \
   | FS_BIT (FS_FOUND_LONG_WINDOW))
#define HELD (FS_BIT (FS_FOUND_OVER_REGULARISED) | FS_BIT (FS_FOUND_STOPPED_EARLY))

const FsFindingRule fs_finding_rules[FS_N_FOUND] = {
#define ROW(id, word, name, picture, explains, needs_symptom, gross, when, level, function, ...) \
  [FS_FOUND_##id] = { fs_judge_##function,                                                       \
                      fs_say_##function,                                                         \
                      FS_WHEN_##when,                                                            \
                      FS_LEVEL_##level,                                                          \
                      explains,                                                                  \
                      needs_symptom,                                                             \
                      gross },
#include "engine/diagnose/finding-rows.h"
#undef ROW
};

const FsFindingInfo *
fs_finding_info (FsFindingId id)
{
  return &infos[id];
}

FsFindingId
fs_finding_from_word (const char *word)
{
  FsFindingId id = 0;
  while (id < FS_N_FOUND && strcmp (infos[id].word, word) != 0)
    id++;
  return id;
}
