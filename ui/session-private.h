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

  /* The current run, as people call it; it takes these along when it is kept. */
  char *run_name; /* NULL: it is called after its settings */
  char *run_note; /* NULL: none */
  gboolean run_is_pinned;
  gboolean run_is_labelled; /* its record knows of them */
  gint64 run_order;
  FsExperiment *previous; /* of the run before the current one; NULL if there was none */

  guint next_id;
  GArray *compared; /* guint: ids */
  guint n_races;
  GPtrArray *kept;     /* owned FsKeptRun, by their order */
  GPtrArray *deleted;  /* owned FsKeptRun that can be had back */
  guint shown;         /* id of the kept run on show; 0 = the current run */
  FsStore *store;      /* a reference; NULL = none */
  char *store_problem; /* why runs are not kept, as it was said; NULL while all is well */

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
  gboolean frame_is_preview;    /* its first rows; the rest is being read */
  struct FsFrameReader *reader; /* the reading in progress, owned by its task */
  guint reading_id;             /* tells how far it is */
  /* The last file that was read to its end, until the next one is: to go back to. */
  FsSharedFrame *frame_before;
  char *frame_before_source;
  FsImport frame_before_import;
  char *trial_source; /* opened as data: gone back from if it cannot be read */
};

typedef enum
{
  FS_SESSION_EXPERIMENT,
  FS_SESSION_SNAPSHOT,
  FS_SESSION_FACTS,
  FS_SESSION_RUNS,
  FS_SESSION_BESIDE,
  FS_SESSION_READING,
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

/* session-runs.c */
FsRun *fs_session_make_run (FsSession *session, const FsExperiment *experiment, const char *name);
void fs_session_take_run (FsSession *session, FsRun *run, const FsExperiment *experiment, guint id);
void fs_session_run_notify (FsRun *run, const FsSnapshot *snapshot, void *data);
/* The experiment and the current run become these, and it trains; `label` as in fs_session_replace(). */
gboolean fs_session_train_instead (FsSession *session,
                                   const FsExperiment *experiment,
                                   const char *label);

/* session-store.c: a change of what people say about a run; a run that no store has needs none. */
typedef enum
{
  FS_RECORD_NAME,
  FS_RECORD_NOTE,
  FS_RECORD_PIN,
  FS_RECORD_DELETION
} FsRecordChange;
void fs_session_change_record (FsSession *session,
                               FsRecordChange change,
                               const char *record,
                               const char *text,
                               gboolean is_set);
/* Brings the state of a run back, for its forecasts; what it then tells comes as news. */
void fs_session_revive (FsSession *session, FsKeptRun *kept);

/* session-labels.c */
void fs_session_label_record (FsSession *session, const char *record);

/* session-kept.c */
void fs_kept_run_free (void *kept);
FsKeptRun *fs_session_find_own_kept (FsSession *session, guint id);
/* Takes the run out of the current place into the kept ones. It rests, and stays in memory as long as
 * there is room for it. */
void fs_session_keep_current (FsSession *session);
void fs_session_kept_has_news (FsSession *session, FsKeptRun *kept, const FsSnapshot *snapshot);
void fs_session_insert_kept (FsSession *session, FsKeptRun *kept);
/* A run that trains beside the current one; takes `run`. */
FsKeptRun *fs_session_add_beside (FsSession *session, FsRun *run, const char *name, guint race);

/* session-race.c, session-compare.c: the threads of each of `n` that train side by side, and the choice of
 * what is compared, without telling anybody. */
unsigned fs_session_threads_each (FsSession *session, guint n);
void fs_session_compare_only (FsSession *session, const guint *ids, guint n);

/* Makes the runs agree with the experiment now instead of when edits have rested. */
void fs_session_settle (FsSession *session);

/* Reads the columns of the experiment's source if it is not the one already read. TRUE: it is the one
 * before, whose columns are there at once. */
gboolean fs_session_follow_source (FsSession *session);
void fs_session_forget_source (FsSession *session);
void fs_session_forget_source_before (FsSession *session);
