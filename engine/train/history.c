/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history of a run in shared, append-only blocks; see history.h. */

#include "engine/train/history.h"

#include <math.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of an entry from which on a block begins with few of them. */
#define LARGE_ENTRY 1024

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

static FsHistoryBlock *
new_block (size_t capacity, size_t entry_size)
{
  if (capacity > (SIZE_MAX - sizeof (FsHistoryBlock)) / entry_size)
    return NULL;
  FsHistoryBlock *block = malloc (sizeof *block + capacity * entry_size);
  if (!block)
    return NULL;
  atomic_init (&block->n_references, 1);
  block->capacity = capacity;
  return block;
}

/* Makes *block one that has room for entry n and that this history alone appends to. */
static FsStatus
make_room (FsHistoryBlock **block, bool is_view, size_t n, size_t entry_size)
{
  if (*block && !is_view && n < (*block)->capacity)
    return FS_OK;
  const size_t least = entry_size < LARGE_ENTRY ? 64 : 8;
  FsHistoryBlock *grown = new_block (2 * n < least ? least : 2 * n, entry_size);
  if (!grown)
    return FS_OUT_OF_MEMORY;
  if (n > 0)
    memcpy (grown->entries, (*block)->entries, n * entry_size);
  unref_block (*block);
  *block = grown;
  return FS_OK;
}

/* A view that is about to be appended to gets all blocks of its own, so that "is_view" is about the
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
  if (status == FS_OK)
    {
      history->events = (const FsEvent *) history->event_block->entries;
      status = make_room (&history->probe_block, true, history->n_probes, sizeof (FsProbe));
    }
  if (status != FS_OK)
    return status;
  history->probes = (const FsProbe *) history->probe_block->entries;
  history->is_view = false;
  return FS_OK;
}

void
fs_history_clear (FsHistory *history)
{
  unref_block (history->observation_block);
  unref_block (history->event_block);
  unref_block (history->probe_block);
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
  ref_block (to->probe_block);
}

/* ---- Probes ---- */

bool
fs_history_wants_probe (const FsHistory *history, uint32_t epoch)
{
  const uint32_t gap = history->probe_gap > 0 ? history->probe_gap : 1;
  return history->n_probes == 0 || epoch >= history->probes[history->n_probes - 1].epoch + gap;
}

/* Keeps the first and then every second one, in a block of its own: others may be reading the old. */
static FsStatus
thin_probes (FsHistory *history)
{
  FsHistoryBlock *block = new_block (FS_HISTORY_MAX_PROBES, sizeof (FsProbe));
  if (!block)
    return FS_OUT_OF_MEMORY;
  FsProbe *kept = (FsProbe *) block->entries;
  size_t n = 0;
  for (size_t i = 0; i < history->n_probes; i += 2)
    kept[n++] = history->probes[i];
  unref_block (history->probe_block);
  history->probe_block = block;
  history->probes = kept;
  history->n_probes = n;
  history->probe_gap = 2 * (history->probe_gap > 0 ? history->probe_gap : 1);
  return FS_OK;
}

FsStatus
fs_history_add_probe (FsHistory *history, const FsProbe *probe)
{
  FsStatus status = own (history);
  if (status == FS_OK && history->n_probes >= FS_HISTORY_MAX_PROBES)
    status = thin_probes (history);
  if (status == FS_OK)
    status = make_room (&history->probe_block, false, history->n_probes, sizeof *probe);
  if (status != FS_OK)
    return status;
  FsProbe *entries = (FsProbe *) history->probe_block->entries;
  entries[history->n_probes++] = *probe;
  history->probes = entries;
  return FS_OK;
}

const FsProbe *
fs_history_probe_at (const FsHistory *history, uint32_t epoch)
{
  for (size_t i = history->n_probes; i-- > 0;)
    if (history->probes[i].epoch <= epoch)
      return &history->probes[i];
  return NULL;
}
