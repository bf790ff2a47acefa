/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The working half of a run: the thread that loads, prepares, trains and reports. The owner's half is
 * run.c; the two know each other through the link below and nothing else. */

#include "engine/base/pool.h"
#include "engine/lab/command-queue.h"
#include "engine/lab/mailbox.h"
#include "engine/lab/recorder.h"
#include "engine/lab/snapshot.h"

/* What both threads see, and what the last of them frees. The first group is constant while the
 * thread lives; the rest is made for concurrent use. */
typedef struct
{
  FsShared shared;
  FsExperiment experiment;
  char *base;           /* as in source.h */
  unsigned n_threads;   /* 0 = as many as pay */
  char *state_path;     /* where the state is kept; NULL = nowhere */
  gboolean resumes;     /* … and whether the run begins with what is there */
  FsFork *fork;         /* … or with a state of another run; NULL = neither */
  FsRecorder *recorder; /* the worker's to use; NULL = the run is not recorded */
  gboolean is_watched;  /* somebody's window must stay smooth beside the training */

  FsMailbox *mailbox;      /* worker → owner: FsSnapshotFrame */
  FsCommandQueue commands; /* owner → worker */
  FsInterrupt interrupt;   /* cuts short what the trainer is doing; set after each pushed command */
  FsInterrupt quits;       /* cuts short loading, which nothing else can */
  /* Whether a mere setting may cut a batch short. Not twice in a row: a slider that is dragged sends
   * a command every frame, and a batch of half a second would never be finished. */
  atomic_bool yields_to_settings;

  atomic_bool has_ended; /* the thread has nothing left to do but return */
  GMutex lock;           /* of the sleep until then; guards no data */
  GCond ended;
} FsRunLink;

/* The GThreadFunc; takes a reference to the link. */
void *fs_run_worker (void *link);
