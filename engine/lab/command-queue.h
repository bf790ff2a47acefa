/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Commands on their way from a run's owner to its thread: nothing is lost, and they are taken in the
 * order in which they were given. A few a second, a few hundred while a slider is dragged.
 *
 * A stack of atomic links, reversed by the taker. The lock carries no data: the taker sleeps on it. */

#include <glib.h>
#include <stdatomic.h>
#include <stdint.h>
#include "engine/experiment/experiment.h"
#include "engine/lab/fork.h"

typedef enum
{
  FS_COMMAND_TRAIN,
  FS_COMMAND_PAUSE,
  FS_COMMAND_STEP,
  FS_COMMAND_STOP,
  FS_COMMAND_SET,        /* key, value */
  FS_COMMAND_SET_SHOWN,  /* key, text */
  FS_COMMAND_SHOW_EPOCH, /* epoch */
  FS_COMMAND_FORK,       /* fork */
  FS_COMMAND_QUIT        /* the last one */
} FsCommandKind;

typedef struct FsCommand
{
  struct FsCommand *next; /* in a taken list: the one given after this */
  FsCommandKind kind;
  char key[64];
  double value;
  char text[FS_TEXT_SIZE];
  uint32_t epoch;
  FsFork *fork; /* owned */
} FsCommand;

/* A fork that nobody has filled is then known to stay empty. */
void fs_command_free (FsCommand *command);

typedef struct
{
  _Atomic (FsCommand *) newest;
  GMutex lock;
  GCond filled;
} FsCommandQueue;

void fs_command_queue_init (FsCommandQueue *queue);
void fs_command_queue_clear (FsCommandQueue *queue); /* frees what was not taken */

/* Any thread. Takes `command`, which was allocated with g_new0(). */
void fs_command_queue_push (FsCommandQueue *queue, FsCommand *command);

/* The taker's thread: all there is, oldest first (free each with fs_command_free()), or NULL. */
FsCommand *fs_command_queue_take (FsCommandQueue *queue);

/* The taker's thread: sleeps until there is something to take. */
void fs_command_queue_wait (FsCommandQueue *queue);
