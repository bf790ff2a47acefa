/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The command queue with several givers and a taker that sleeps: nothing is lost, and what one giver
 * gave comes in its order. */

#include <glib.h>
#include "engine/lab/command-queue.h"

#define N_GIVERS 4
#define N_COMMANDS 5000

typedef struct
{
  FsCommandQueue *queue;
  double giver;
} Giver;

static void
push (FsCommandQueue *queue, double giver, uint32_t number)
{
  FsCommand *command = g_new0 (FsCommand, 1);
  command->kind = FS_COMMAND_SHOW_EPOCH;
  command->value = giver;
  command->epoch = number;
  fs_command_queue_push (queue, command);
}

static gpointer
give_thread (gpointer data)
{
  Giver *giver = data;
  for (uint32_t i = 1; i <= N_COMMANDS; i++)
    push (giver->queue, giver->giver, i);
  return NULL;
}

static void
test_many_givers (void)
{
  FsCommandQueue queue;
  fs_command_queue_init (&queue);
  Giver givers[N_GIVERS];
  GThread *threads[N_GIVERS];
  for (int i = 0; i < N_GIVERS; i++)
    {
      givers[i] = (Giver){ &queue, i };
      threads[i] = g_thread_new ("giver", give_thread, &givers[i]);
    }
  uint32_t last[N_GIVERS] = { 0 };
  unsigned n_taken = 0;
  while (n_taken < N_GIVERS * N_COMMANDS)
    {
      fs_command_queue_wait (&queue);
      FsCommand *command = fs_command_queue_take (&queue);
      g_assert_nonnull (command);
      while (command)
        {
          int giver = (int) command->value;
          g_assert_cmpuint (command->epoch, ==, last[giver] + 1);
          last[giver] = command->epoch;
          n_taken++;
          FsCommand *next = command->next;
          fs_command_free (command);
          command = next;
        }
    }
  for (int i = 0; i < N_GIVERS; i++)
    g_thread_join (threads[i]);
  g_assert_null (fs_command_queue_take (&queue));
  fs_command_queue_clear (&queue);
}

static void
test_clear_frees_what_is_left (void)
{
  FsCommandQueue queue;
  fs_command_queue_init (&queue);
  push (&queue, 0, 1);
  push (&queue, 0, 2);
  fs_command_queue_clear (&queue); /* LeakSanitizer watches */
  g_assert_null (atomic_load (&queue.newest));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/command-queue/many-givers", test_many_givers);
  g_test_add_func ("/command-queue/clear-frees-what-is-left", test_clear_frees_what_is_left);
  return g_test_run ();
}
