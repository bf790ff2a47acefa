/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What one window works on, without any widget: the experiment being edited with its undo steps,
 * the run it became, the runs kept from before, and the columns of its file. Widgets read it and
 * call its verbs; they never talk to a run. Main thread only.
 *
 * How edits and runs meet. A run that has trained nothing is simply replaced when the experiment
 * changes. A run that has trained is never touched except for live settings, which act at once; any
 * other change prepares a *next* run beside it (so that facts and problems show at once), and Train
 * starts that one. Whatever trained at least one epoch is kept when another run takes its place,
 * and so by Reset: nothing is lost.
 *
 * Signals: "experiment" (it changed), "snapshot" (what is shown changed), "facts" (the prepared
 * data or the file's columns changed), "runs" (kept or shown runs changed: which there are, what
 * they are called, where they stand), "beside" (a kept run that trains has come on), "reading" (the
 * file has been read further, or is no longer read), "notice" (char *sentence, char *button or NULL,
 * char *action or NULL: worth a toast). */

#include <gio/gio.h>
#include "engine/diagnose/verdict.h"
#include "engine/experiment/schema.h"
#include "engine/lab/run.h"
#include "engine/lab/store.h"
#include "engine/lab/shared-frame.h"

G_BEGIN_DECLS

#define FS_TYPE_SESSION (fs_session_get_type ())
G_DECLARE_FINAL_TYPE (FsSession, fs_session, FS, SESSION, GObject)

/* A run that is not the current one: of earlier in this window, of an earlier day, or training beside
 * the current one. */
typedef struct
{
  guint id;              /* 1, 2, …: as numbered in this window */
  gint64 order;          /* ascends with the time at which they began */
  FsRunSummary *summary; /* what lists show; never NULL */
  /* The last that is known of it; NULL for a run of an earlier day that nobody has asked to see. */
  const FsSnapshot *snapshot;
  FsRun *run;           /* owned, while it is in memory; the session's own to use */
  gboolean is_own;      /* `run` was the current one in this window, or trains beside it */
  guint race;           /* which race it ran in; 0 = none */
  gint64 summed_at_us;  /* when `summary` last followed it */
  gboolean is_loading;  /* its record is on its way */
  gboolean is_to_go_on; /* and then it becomes the current one and trains */
} FsKeptRun;

/* n_threads as for fs_run_new(). The new session holds the default experiment and starts no run
 * before fs_session_start() or the first edit. */
FsSession *fs_session_new (unsigned n_threads);

unsigned fs_session_get_n_threads (FsSession *session);

const FsExperiment *fs_session_get_experiment (FsSession *session);
/* Of the shown run: the current one's newest, or the last of a kept run. NULL before the first. */
const FsSnapshot *fs_session_get_snapshot (FsSession *session);
/* Of the current run, whatever is shown. */
const FsSnapshot *fs_session_get_current (FsSession *session);
/* Of the run that the experiment as edited would be: its dataset gives the facts beside the rows. */
const FsSnapshot *fs_session_get_prepared (FsSession *session);
/* On the shown run; never NULL. */
const FsVerdict *fs_session_get_verdict (FsSession *session);
/* The columns of the experiment's file; NULL while it is read or when it cannot be. Of a long file the
 * first rows until it has been read. */
const FsFrame *fs_session_get_frame (FsSession *session);
/* The same, for workers that take a reference; NULL while there are only the first rows. */
FsSharedFrame *fs_session_get_shared_frame (FsSession *session);
/* Whether the file is being read, and how much of it has been (0 … 1). */
gboolean fs_session_get_reading (FsSession *session, double *share);
/* Gives up reading: the experiment is again what it was with the file before. */
void fs_session_cancel_reading (FsSession *session);
/* Why the experiment as edited cannot run, and the key to blame ("" = the whole); NULL if it can. */
const char *fs_session_get_problem (FsSession *session, const char **key);
/* FALSE during a snapshot that comes too soon after the last for its sentences to be read. */
gboolean fs_session_words_are_due (FsSession *self);
gboolean fs_session_is_pending (FsSession *session);  /* edits wait for a new run */
gboolean fs_session_is_training (FsSession *session); /* the current run */
gboolean fs_session_can_train (FsSession *session);

/* The first experiment of a window: no undo step, and its run is prepared at once. */
void fs_session_start (FsSession *session, const FsExperiment *experiment);

/* Edits. `label` names the change for undo; `merge_key` as in undo.h. Texts are those of --set. A
 * value its row does not allow is an error and changes nothing. */
gboolean fs_session_set (FsSession *session, const char *path, const char *text, GError **error);
void fs_session_replace (FsSession *session,
                         const FsExperiment *experiment,
                         const char *label,
                         const char *merge_key);
void fs_session_undo (FsSession *session);
void fs_session_redo (FsSession *session);
const char *fs_session_get_undo_label (FsSession *session);
const char *fs_session_get_redo_label (FsSession *session);

/* Files. Data keeps the rest of the experiment; both can be undone. */
gboolean fs_session_open_experiment (FsSession *session, const char *path, GError **error);
void fs_session_open_data (FsSession *session, const char *source);
/* A text of share-text.h, or the content of an experiment file. */
gboolean fs_session_open_text (FsSession *session, const char *text, GError **error);
gboolean fs_session_save_experiment (FsSession *session, const char *path, GError **error);
/* What fs_results_save_snapshot() writes of the current run; NULL (with the error) before its first epoch. */
const FsSnapshot *fs_session_get_results (FsSession *session, const char **base, GError **error);

/* Transport. */
void fs_session_train (FsSession *session);
void fs_session_pause (FsSession *session);
void fs_session_step (FsSession *session);
void fs_session_stop (FsSession *session);
void fs_session_reset (FsSession *session);
void fs_session_restart (FsSession *session); /* the pending experiment, now */
/* The forecast of one epoch of the current run; 0 follows the newest. */
void fs_session_show_epoch (FsSession *session, guint32 epoch);

/* Every run goes into the store from now on, and those that are there already join the kept ones; the
 * reading happens in the background. Without a store, runs are kept until the window closes. */
void fs_session_set_store (FsSession *session, FsStore *store);

/* Kept runs, oldest first. Showing one is reading only; 0 shows the current run. */
guint fs_session_get_n_kept (FsSession *session);
const FsKeptRun *fs_session_get_kept (FsSession *session, guint index);
const FsKeptRun *fs_session_find_kept (FsSession *session, guint id);
guint fs_session_get_shown (FsSession *session);
guint fs_session_get_current_id (FsSession *session);
char *fs_session_dup_current_name (FsSession *session);
const char *fs_session_get_current_note (FsSession *session);
gboolean fs_session_is_current_pinned (FsSession *session);
void fs_session_show (FsSession *session, guint id);
void fs_session_reuse (FsSession *session, guint id); /* its settings become the experiment */
/* Whether the epoch slider has something to show: the shown run is in memory with its weights. */
gboolean fs_session_can_show_epochs (FsSession *session);

/* Reads a kept run's epochs if they are not there yet; "runs" tells when they are. */
void fs_session_load (FsSession *session, guint id);

/* The interrupted or paused run becomes the current one and goes on, with the numbers that it would
 * have had without the interruption. */
gboolean fs_session_can_continue (FsSession *session, guint id);
void fs_session_continue (FsSession *session, guint id);

/* The runs that are compared, in the order in which they were chosen; "runs" tells of changes. At most
 * FS_SESSION_MAX_COMPARED: another one makes the first give way. */
#define FS_SESSION_MAX_COMPARED 12
guint fs_session_get_n_compared (FsSession *session);
guint fs_session_get_compared (FsSession *session, guint index);
gboolean fs_session_is_compared (FsSession *session, guint id);
void fs_session_compare (FsSession *session, guint id, gboolean is_compared);
void fs_session_compare_recent (FsSession *session); /* the shown one and the newest kept one */

/* ---- side by side ----
 *
 * A race: two to four experiments with the same seed, begun together, on the free cores; the current run
 * rests meanwhile. They join the kept runs and are compared instead of what was compared before. */
#define FS_SESSION_MAX_RACERS 4
gboolean fs_session_race (FsSession *session,
                          const FsExperiment *const *experiments,
                          guint n,
                          GError **error);
/* The same with the experiments of the compared runs, and with the current run's against the edited one. */
gboolean fs_session_race_compared (FsSession *session, GError **error);
gboolean fs_session_race_change (FsSession *session, GError **error);
gboolean fs_session_is_racing (FsSession *session);
void fs_session_stop_race (FsSession *session);
/* Whether the compared runs are the racers of one race; *same_batches tells whether they saw the same
 * windows in the same order. */
gboolean fs_session_compares_race (FsSession *session, gboolean *same_batches);

/* A branch of the shown run: it shares the run's past up to `epoch` (0 = all of it, and so does an epoch
 * that it has not come to) and goes on with the changed experiment beside it, both compared. What a
 * branch cannot change - the data, the windows, the size of a layer - is raced from the start instead. In
 * the window this is the action "win.try" with (epoch, edits as KEY=VALUE, one a line) as "(us)". */
gboolean fs_session_branch (FsSession *session,
                            guint32 epoch,
                            const FsExperiment *changed,
                            GError **error);
/* Whether a branch can change this setting: neither what the run's past was about nor the sizes of its
 * layers. */
gboolean fs_session_branch_can_change (const FsPlace *place);
/* With these edits of the shown run's experiment. */
gboolean fs_session_branch_with (FsSession *session,
                                 guint32 epoch,
                                 const char *edits,
                                 GError **error);
/* With the edits that wait for a new run, from the epoch whose forecast is shown. */
gboolean fs_session_branch_change (FsSession *session, GError **error);

/* What a finding of the shown run proposes: a branch from the epoch at which the trouble began (of a run
 * that goes on and always had it: from now), where the change allows it; else a new current run from the
 * beginning. The two are compared. FALSE if there is nothing to train; a notice has said why. */
gboolean fs_session_try (FsSession *session, const FsEdit *edit, guint32 since_epoch);

/* Also of the current run. */
void fs_session_label (FsSession *session, guint id, const char *name, const char *note);
void fs_session_pin (FsSession *session, guint id, gboolean is_pinned);
/* Says so with a notice that offers to restore it. The current run cannot be deleted. */
void fs_session_delete (FsSession *session, guint id);
void fs_session_restore (FsSession *session, guint id);

/* A sentence worth a toast. */
void fs_session_notice (FsSession *session, const char *sentence);

G_END_DECLS
