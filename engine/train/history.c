/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history of a run in shared, append-only blocks; see history.h. */

#include "engine/train/history.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* The entries follow the header. Entries below any holder's n are never written again; only the one
 * history that is not a view writes above them. */
struct FsHistoryBlock
{
  atomic_size_t n_references;
  size_t capacity; /* entries */
  _Alignas(max_align_t) unsigned char entries[];
};

static const char *const end_words[] = {
  [FS_END_NONE] = "none",
  [FS_END_EPOCHS] = "epochs",
  [FS_END_STOPPED] = "stopped",
  [FS_END_EARLY_STOPPING] = "early-stopping",
  [FS_END_NON_FINITE] = "non-finite",
};

const char *
fs_end_reason_word (FsEndReason reason)
{
  return end_words[reason];
}

static void
ref_block (FsHistoryBlock *block)
{
  if (block)
    atomic_fetch_add_explicit (&block->n_references, 1, memory_order_relaxed);
}

static void
unref_block (FsHistoryBlock *block)
{
  if (block && atomic_fetch_sub_explicit (&block->n_references, 1, memory_order_acq_rel) == 1)
    free (block);
}

/* Makes *block one that has room for entry n and that this history alone appends to. */
static FsStatus
make_room (FsHistoryBlock **block, bool is_view, size_t n, size_t entry_size)
{
  if (*block && !is_view && n < (*block)->capacity)
    return FS_OK;
  size_t capacity = n < 32 ? 64 : 2 * n;
  if (capacity > (SIZE_MAX - sizeof (FsHistoryBlock)) / entry_size)
    return FS_TOO_LARGE;
  FsHistoryBlock *new_block = malloc (sizeof *new_block + capacity * entry_size);
  if (!new_block)
    return FS_OUT_OF_MEMORY;
  atomic_init (&new_block->n_references, 1);
  new_block->capacity = capacity;
  if (n > 0)
    memcpy (new_block->entries, (*block)->entries, n * entry_size);
  unref_block (*block);
  *block = new_block;
  return FS_OK;
}

/* A view that is about to be appended to gets both blocks of its own, so that "is_view" is about the
 * whole. */
static FsStatus
own (FsHistory *history)
{
  if (!history->is_view)
    return FS_OK;
  FsStatus status = make_room (&history->observation_block, true, history->n_observations,
                               sizeof (FsObservation));
  if (status == FS_OK)
    {
      history->observations = (const FsObservation *) history->observation_block->entries;
      status = make_room (&history->event_block, true, history->n_events, sizeof (FsEvent));
    }
  if (status != FS_OK)
    return status;
  history->events = (const FsEvent *) history->event_block->entries;
  history->is_view = false;
  return FS_OK;
}

void
fs_history_clear (FsHistory *history)
{
  unref_block (history->observation_block);
  unref_block (history->event_block);
  *history = (FsHistory){ 0 };
}

double
fs_history_monitored (const FsHistory *history, size_t index)
{
  const FsObservation *observation = &history->observations[index];
  return history->has_validation ? observation->validation_loss : observation->train_loss;
}

FsStatus
fs_history_append (FsHistory *history, const FsObservation *observation)
{
  const FsObservation copy = *observation; /* it may lie in the block that is about to be left */
  const size_t n = history->n_observations;
  FsStatus status = own (history);
  if (status == FS_OK)
    status = make_room (&history->observation_block, false, n, sizeof copy);
  if (status != FS_OK)
    return status;
  FsObservation *entries = (FsObservation *) history->observation_block->entries;
  entries[n] = copy;
  history->observations = entries;
  history->n_observations = n + 1;
  /* A NaN is never best, and anything is better than a NaN. */
  double best = fs_history_monitored (history, history->best);
  double loss = fs_history_monitored (history, n);
  if (loss + history->min_delta < best || (isnan (best) && !isnan (loss)))
    history->best = n;
  return FS_OK;
}

FsStatus
fs_history_add_event (FsHistory *history, FsEventKind kind, uint32_t epoch, const char *text)
{
  const size_t n = history->n_events;
  FsStatus status = own (history);
  if (status == FS_OK)
    status = make_room (&history->event_block, false, n, sizeof (FsEvent));
  if (status != FS_OK)
    return status;
  FsEvent event = { .kind = kind, .epoch = epoch };
  size_t length = strlen (text);
  if (length >= sizeof event.text)
    {
      /* Cut where a UTF-8 sequence begins: the texts hold arrows. */
      length = sizeof event.text - 1;
      while (length > 0 && ((unsigned char) text[length] & 0xC0) == 0x80)
        length--;
    }
  memcpy (event.text, text, length);
  FsEvent *entries = (FsEvent *) history->event_block->entries;
  entries[n] = event;
  history->events = entries;
  history->n_events = n + 1;
  return FS_OK;
}

void
fs_history_share (FsHistory *to, const FsHistory *from)
{
  *to = *from;
  to->is_view = true;
  ref_block (to->observation_block);
  ref_block (to->event_block);
}
