/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the tests of the session and of the window share. Waiting is for something to become true,
 * with the main loop running; a wait that never ends is ended by the test runner's own limit. */

#include "ui/session.h"

#define wait_until(condition)                \
  G_STMT_START                               \
  {                                          \
    while (!(condition))                     \
      g_main_context_iteration (NULL, TRUE); \
  }                                          \
  G_STMT_END

static inline gboolean
is_in_state (FsSession *session, FsRunState state)
{
  const FsSnapshot *current = fs_session_get_current (session);

  return current && current->state == state;
}

static inline gsize
count_epochs (FsSession *session)
{
  const FsSnapshot *current = fs_session_get_current (session);

  return current ? current->history.n_observations : 0;
}

/* Small enough that an epoch takes no time. */
static inline FsExperiment
small_experiment (gint64 epochs)
{
  FsExperiment experiment = fs_experiment_default ();

  experiment.layers[0].units = 4;
  experiment.window.length = 6;
  experiment.train.epochs = epochs;
  experiment.train.stop.patience = FS_NEVER;
  return experiment;
}
