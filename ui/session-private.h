/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of FsSession, for its source files only. */

#include "ui/session.h"
#include "ui/undo.h"

struct _FsSession
{
  GObject parent_instance;

  unsigned n_threads;
  FsExperiment experiment; /* as edited; data.source is "builtin:…" or an absolute path */
  FsUndo *undo;
  guint settle_id;   /* edits that have not become a run yet */
  char *problem;     /* what validation says about `experiment`; NULL if nothing */
  char *problem_key; /* the setting to blame */

  FsRun *run;                   /* current; NULL before the first and while nothing can run */
  FsExperiment *run_experiment; /* what `run` was made from, with the live settings sent since */
  guint run_id;
  char refusal[1024];     /* the last error of a run that goes on */
  FsRun *next;            /* prepared from pending edits; NULL if there are none */
  gboolean is_pending;    /* edits wait for a new run (even if `next` cannot be made) */
  gboolean words_are_due; /* whether sentences are to be written anew, beside the curves */
  gint64 words_at_us;     /* when they were, last */
  FsRunState words_state; /* and of which state they spoke */
  FsRunState facts_state; /* the state of the prepared run when the facts were last announced */

  GPtrArray *kept; /* owned FsKeptRun */
  guint shown;     /* id of the kept run on show; 0 = the current run */

  FsVerdict *verdict;      /* on the shown run, */
  FsJudge *judge;          /* who watches it */
  gboolean is_judged;      /* if it has been judged at all, */
  size_t n_judged;         /* when it had so many epochs */
  FsRunState judged_state; /* and was in this state, */
  guint32 judged_forecast; /* with the forecast of this epoch */

  /* session-frame.c */
  char *frame_source;    /* what `frame` is, or will be when its reader is done */
  FsImport frame_import; /* and how it was read */
  FsSharedFrame *frame;
  struct FsFrameReader *reader; /* the reading in progress, owned by its task */
};

typedef enum
{
  FS_SESSION_EXPERIMENT,
  FS_SESSION_SNAPSHOT,
  FS_SESSION_FACTS,
  FS_SESSION_RUNS,
  FS_SESSION_NOTICE, /* by fs_session_emit_notice() */
  FS_SESSION_N_SIGNALS
} FsSessionSignal;

void fs_session_emit (FsSession *session, FsSessionSignal which);
void fs_session_emit_notice (FsSession *session,
                             const char *sentence,
                             const char *button,
                             const char *action);

/* After every change of `experiment`: checks it, tells everybody, and lets a run follow soon. */
void fs_session_experiment_changed (FsSession *session);
const FsKeptRun *fs_session_find_kept (FsSession *session, guint id);

/* Makes the runs agree with the experiment now instead of when edits have rested. */
void fs_session_settle (FsSession *session);

/* Reads the columns of the experiment's source if it is not the one already read. */
void fs_session_follow_source (FsSession *session);
void fs_session_forget_source (FsSession *session);
