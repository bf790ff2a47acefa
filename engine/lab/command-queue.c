/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The queue of commands; see command-queue.h. What commands mean is the worker's matter. */

#include "engine/lab/command-queue.h"

void
fs_command_free (FsCommand *command)
{
  if (command->fork)
    {
      fs_fork_fill (command->fork, NULL);
      fs_fork_unref (command->fork);
    }
  g_free (command);
}

void
fs_command_queue_init (FsCommandQueue *queue)
{
  atomic_init (&queue->newest, NULL);
  g_mutex_init (&queue->lock);
  g_cond_init (&queue->filled);
}

void
fs_command_queue_clear (FsCommandQueue *queue)
{
  FsCommand *command = fs_command_queue_take (queue);
  while (command)
    {
      FsCommand *next = command->next;
      fs_command_free (command);
      command = next;
    }
  g_cond_clear (&queue->filled);
  g_mutex_clear (&queue->lock);
}

void
fs_command_queue_push (FsCommandQueue *queue, FsCommand *command)
{
  command->next = atomic_load_explicit (&queue->newest, memory_order_relaxed);
  while (!atomic_compare_exchange_weak_explicit (&queue->newest, &command->next, command,
                                                 memory_order_release, memory_order_relaxed))
    ;
  /* The taker looks at the queue while it holds the lock, so this signal cannot fall between its
   * last look and its sleep. */
  g_mutex_lock (&queue->lock);
  g_cond_signal (&queue->filled);
  g_mutex_unlock (&queue->lock);
}

FsCommand *
fs_command_queue_take (FsCommandQueue *queue)
{
  /* Called before each batch: almost always there is nothing, and a load is cheaper than a swap. */
  if (!atomic_load_explicit (&queue->newest, memory_order_relaxed))
    return NULL;
  FsCommand *newest = atomic_exchange_explicit (&queue->newest, NULL, memory_order_acquire);
  FsCommand *oldest = NULL;
  while (newest)
    {
      FsCommand *given_before = newest->next;
      newest->next = oldest;
      oldest = newest;
      newest = given_before;
    }
  return oldest;
}

void
fs_command_queue_wait (FsCommandQueue *queue)
{
  g_mutex_lock (&queue->lock);
  while (!atomic_load_explicit (&queue->newest, memory_order_relaxed))
    g_cond_wait (&queue->filled, &queue->lock);
  g_mutex_unlock (&queue->lock);
}
