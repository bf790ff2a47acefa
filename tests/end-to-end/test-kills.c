/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The program is killed while it trains (SIGKILL, at random moments, from its first breath on), and
 * every epoch that it had told anybody of is found again in the store, to the bit. A hundred times, or
 * as often as FITSCOPE_TEST_KILLS says. argv[1] is the program. */

#include <gio/gio.h>
#include <math.h>
#include <signal.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/lab/store-file.h"
#include "tests/end-to-end/command.h"

#define USUAL_KILLS 100
#define N_EPOCHS 20000 /* more than any of them lives to see */

/* A tenth of a ms an epoch: each kill falls into the middle of something. */
static const char *const arguments[] = {
  "train",
  "a.fit.json",
  "--json",
  "--threads",
  "1",
  "--set",
  "train.epochs=20000",
  "--set",
  "train.stop.patience=never",
  NULL,
};
static const char *const experiment =
    "{\"data\":{\"source\":\"builtin:nile\"},\"window\":{\"length\":4},\"model\":{\"layers\":["
    "{\"type\":\"lstm\",\"units\":2},{\"type\":\"dense\",\"units\":1}]}}";

typedef struct
{
  double train, validation;
} Epoch;

static double
number_after (const char *line, const char *key)
{
  const char *at = strstr (line, key);
  double value = NAN;
  g_assert_nonnull (at);
  at += strlen (key);
  g_assert_cmpuint (fs_number_read (at, strcspn (at, ",}"), &value), >, 0);
  return value;
}

/* The epochs among the whole lines of what was written before the end; half a line is no epoch. */
static GArray *
epochs_told (const char *out)
{
  GArray *epochs = g_array_new (FALSE, FALSE, sizeof (Epoch));
  for (const char *line = out, *end; (end = strchr (line, '\n')); line = end + 1)
    {
      g_autofree char *text = g_strndup (line, (gsize) (end - line));
      if (!strstr (text, "\"event\":\"epoch\""))
        continue;
      const Epoch epoch = { number_after (text, "\"train_loss\":"),
                            number_after (text, "\"val_loss\":") };
      g_assert_cmpfloat (number_after (text, "\"epoch\":"), ==, epochs->len + 1);
      g_array_append_val (epochs, epoch);
    }
  return epochs;
}

/* Reads until the process is gone; kills it after a time of its own. */
static char *
train_and_kill (Command *command, guint kill_after_us)
{
  g_autoptr (GSubprocess) process = command_start (command, "C", arguments);
  GInputStream *pipe = g_subprocess_get_stdout_pipe (process);
  GString *out = g_string_new (NULL);
  char buffer[65536];
  gssize n;
  /* A part of the moments lies in the start, the others count from the first epoch. */
  if (kill_after_us % 5 > 0)
    {
      n = g_input_stream_read (pipe, buffer, sizeof buffer, NULL, NULL);
      g_assert_cmpint (n, >, 0);
      g_string_append_len (out, buffer, n);
    }
  g_usleep (kill_after_us);
  g_subprocess_send_signal (process, SIGKILL);
  while ((n = g_input_stream_read (pipe, buffer, sizeof buffer, NULL, NULL)) > 0)
    g_string_append_len (out, buffer, n);
  g_subprocess_wait (process, NULL, NULL);
  g_assert_true (g_subprocess_get_if_signaled (process));
  return g_string_free (out, FALSE);
}

/* All lives are the same run: what one knew, the others knew alike. */
static void
assert_known (FsRunRecord *record, const GArray *told, GArray *longest)
{
  const FsHistory *history = &record->history;
  g_assert_cmpuint (history->n_observations, >=, told->len);
  g_assert_cmpuint (history->n_observations, <, N_EPOCHS);
  for (guint i = 0; i < history->n_observations; i++)
    {
      const FsObservation *at = &history->observations[i];
      const Epoch kept = { at->train_loss, at->validation_loss };
      if (i < told->len)
        g_assert_cmpmem (&kept, sizeof kept, &g_array_index (told, Epoch, i), sizeof kept);
      if (i < longest->len)
        g_assert_cmpmem (&kept, sizeof kept, &g_array_index (longest, Epoch, i), sizeof kept);
      else
        g_array_append_val (longest, kept);
    }
}

static guint
count_kills (void)
{
  const char *wanted = g_getenv ("FITSCOPE_TEST_KILLS");
  return wanted ? (guint) g_ascii_strtoull (wanted, NULL, 10) : USUAL_KILLS;
}

static void
test_kills (Command *command, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (command->folder, ".store", NULL);
  g_autoptr (GArray) longest = g_array_new (FALSE, FALSE, sizeof (Epoch));
  const guint n_kills = count_kills ();
  guint n_runs = 0, n_told = 0, n_kept = 0;
  command_write_text (command, "a.fit.json", experiment);
  for (guint kill = 0; kill < n_kills; kill++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *out = train_and_kill (command, (guint) g_test_rand_int_range (0, 120000));
      g_autoptr (GArray) told = epochs_told (out);
      g_autoptr (FsStoreFile) file = fs_store_file_open (folder, &error);
      g_assert_no_error (error);
      g_autoptr (GPtrArray) list = fs_store_file_list (file, FALSE, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (list->len, <=, n_runs + 1);
      if (list->len == n_runs) /* killed before it had begun */
        {
          g_assert_cmpuint (told->len, ==, 0);
          continue;
        }
      n_runs = list->len;
      const FsRunSummary *summary = list->pdata[n_runs - 1];
      g_autoptr (FsRunRecord) record = fs_store_file_load (file, summary->id, &error);
      g_assert_no_error (error);
      g_assert_cmpint (summary->state, ==, FS_STORED_INTERRUPTED);
      g_assert_cmpuint (summary->n_epochs, ==, record->history.n_observations);
      assert_known (record, told, longest);
      n_told += told->len;
      n_kept += summary->n_epochs;
    }
  g_assert_cmpuint (n_told, >, 0);
  g_test_message ("%u kills: %u runs had begun, %u epochs were told of, all of them are kept, and "
                  "%u more",
                  n_kills, n_runs, n_told, n_kept - n_told);
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add ("kills", NULL, test_kills);
  return g_test_run ();
}
