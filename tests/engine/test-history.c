/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The history: lossless, cheap to share, never changed under a reader, and the best epoch. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/train/history.h"

static void
append_loss (FsHistory *history, double validation_loss)
{
  FsObservation observation = { .epoch = (uint32_t) history->n_observations + 1,
                                .train_loss = 1.0 / (double) (history->n_observations + 1),
                                .validation_loss = validation_loss };
  g_assert_cmpint (fs_history_append (history, &observation), ==, FS_OK);
}

static void
test_lossless (void)
{
  enum
  {
    N = 100000
  };
  FsHistory history = { .has_validation = true };
  for (size_t i = 0; i < N; i++)
    append_loss (&history, (double) i);
  g_assert_cmpuint (history.n_observations, ==, N);
  for (size_t i = 0; i < N; i++)
    {
      g_assert_cmpuint (history.observations[i].epoch, ==, i + 1);
      g_assert_cmpfloat (history.observations[i].validation_loss, ==, (double) i);
    }
  fs_history_clear (&history);
  g_assert_null (history.observations);
  g_assert_cmpuint (history.n_observations, ==, 0);
}

/* Sharing copies nothing as long as there is room, and a view stays as it was. */
static void
test_views_do_not_change (void)
{
  FsHistory history = { .has_validation = true };
  FsHistory views[200];
  for (size_t i = 0; i < G_N_ELEMENTS (views); i++)
    {
      append_loss (&history, 1000.0 - (double) i);
      char text[32];
      g_snprintf (text, sizeof text, "event %u", (unsigned) i);
      g_assert_cmpint (fs_history_add_event (&history, FS_EVENT_SETTING, 0, text), ==, FS_OK);
      fs_history_share (&views[i], &history);
      g_assert_true (views[i].observations == history.observations);
      g_assert_true (views[i].events == history.events);
    }
  fs_history_clear (&history);
  for (size_t i = 0; i < G_N_ELEMENTS (views); i++)
    {
      g_assert_cmpuint (views[i].n_observations, ==, i + 1);
      g_assert_cmpuint (views[i].best, ==, i);
      g_assert_cmpfloat (views[i].observations[i].validation_loss, ==, 1000.0 - (double) i);
      char text[32];
      g_snprintf (text, sizeof text, "event %u", (unsigned) i);
      g_assert_cmpstr (views[i].events[i].text, ==, text);
      fs_history_clear (&views[i]);
    }
}

/* Two that go on from one past do not write into each other's future. */
static void
test_view_that_goes_on (void)
{
  FsHistory history = { .has_validation = true }, branch;
  append_loss (&history, 3);
  fs_history_add_event (&history, FS_EVENT_LEARNING_RATE, 1, "rate 0.1 \u2192 0.01");
  fs_history_share (&branch, &history);
  append_loss (&branch, 1);
  append_loss (&history, 2);
  fs_history_add_event (&branch, FS_EVENT_PAUSED, 2, "paused");
  g_assert_cmpfloat (history.observations[1].validation_loss, ==, 2);
  g_assert_cmpfloat (branch.observations[1].validation_loss, ==, 1);
  g_assert_cmpfloat (branch.observations[0].validation_loss, ==, 3);
  g_assert_cmpuint (history.n_events, ==, 1);
  g_assert_cmpuint (branch.n_events, ==, 2);
  g_assert_cmpstr (branch.events[0].text, ==, "rate 0.1 \u2192 0.01");
  fs_history_clear (&history);
  fs_history_clear (&branch);
}

typedef struct
{
  FsHistory *slot; /* latest wins, atomic */
  gint is_done;
  size_t n_seen;
} Reader;

static void *
reader_main (void *data)
{
  Reader *reader = data;
  bool is_last;
  do
    {
      is_last = g_atomic_int_get (&reader->is_done);
      FsHistory *view = g_atomic_pointer_exchange (&reader->slot, NULL);
      if (!view)
        continue;
      for (size_t i = 0; i < view->n_observations; i++)
        g_assert_cmpuint (view->observations[i].epoch, ==, i + 1);
      reader->n_seen = view->n_observations;
      fs_history_clear (view);
      g_free (view);
    }
  while (!is_last);
  return NULL;
}

/* One thread appends, another reads views; for ThreadSanitizer, and for torn entries. */
static void
test_reader_on_another_thread (void)
{
  Reader reader = { 0 };
  GThread *thread = g_thread_new ("reader", reader_main, &reader);
  FsHistory history = { 0 };
  for (size_t i = 0; i < 5000; i++)
    {
      append_loss (&history, NAN);
      FsHistory *view = g_new0 (FsHistory, 1);
      fs_history_share (view, &history);
      view = g_atomic_pointer_exchange (&reader.slot, view);
      if (view)
        fs_history_clear (view);
      g_free (view);
    }
  g_atomic_int_set (&reader.is_done, 1);
  g_thread_join (thread);
  g_assert_cmpuint (reader.n_seen, ==, 5000);
  fs_history_clear (&history);
}

static void
test_best (void)
{
  FsHistory history = { .has_validation = true, .min_delta = 0.5 };
  static const double losses[] = { NAN, 5, 4.6, 4.4, NAN, 4.4, INFINITY, 3 };
  static const size_t best[] = { 0, 1, 1, 3, 3, 3, 3, 7 };
  for (size_t i = 0; i < G_N_ELEMENTS (losses); i++)
    {
      append_loss (&history, losses[i]);
      g_assert_cmpuint (history.best, ==, best[i]);
    }
  fs_history_clear (&history);
  /* Without validation the train loss (here falling) decides. */
  for (size_t i = 0; i < 3; i++)
    append_loss (&history, NAN);
  g_assert_cmpuint (history.best, ==, 2);
  fs_history_clear (&history);
}

static void
test_long_event_text_is_cut (void)
{
  FsHistory history = { 0 };
  char text[200];
  memset (text, 'a', sizeof text);
  memcpy (text + 94, "\u2192", 3);
  text[199] = '\0';
  g_assert_cmpint (fs_history_add_event (&history, FS_EVENT_SETTING, 7, text), ==, FS_OK);
  g_assert_cmpuint (strlen (history.events[0].text), ==, 94);
  g_assert_true (g_utf8_validate (history.events[0].text, -1, NULL));
  g_assert_cmpuint (history.events[0].epoch, ==, 7);
  fs_history_clear (&history);
}

static void
test_end_words (void)
{
  g_assert_cmpstr (fs_end_reason_word (FS_END_NONE), ==, "none");
  g_assert_cmpstr (fs_end_reason_word (FS_END_EPOCHS), ==, "epochs");
  g_assert_cmpstr (fs_end_reason_word (FS_END_EARLY_STOPPING), ==, "early-stopping");
  g_assert_cmpstr (fs_end_reason_word (FS_END_STOPPED), ==, "stopped");
  g_assert_cmpstr (fs_end_reason_word (FS_END_NON_FINITE), ==, "non-finite");
}

/* Probes of a long run are thinned evenly, and views keep what they had. */
static void
test_probes_are_bounded (void)
{
  FsHistory history = { .has_validation = true }, early, late;
  g_autofree FsProbe *probe = g_new0 (FsProbe, 1);
  size_t n_added = 0;
  for (uint32_t epoch = 1; epoch <= 5 * FS_HISTORY_MAX_PROBES; epoch++)
    {
      if (!fs_history_wants_probe (&history, epoch))
        continue;
      probe->epoch = epoch;
      probe->noise = epoch;
      g_assert_cmpint (fs_history_add_probe (&history, probe), ==, FS_OK);
      n_added++;
      if (n_added == 100)
        fs_history_share (&early, &history);
    }
  fs_history_share (&late, &history);
  g_assert_cmpuint (history.n_probes, <=, FS_HISTORY_MAX_PROBES);
  g_assert_cmpuint (history.n_probes, >, FS_HISTORY_MAX_PROBES / 2);
  g_assert_cmpuint (history.probe_gap, ==, 8);
  for (size_t i = 0; i < history.n_probes; i++)
    {
      g_assert_cmpuint (history.probes[i].epoch, ==, 1 + 8 * i);
      g_assert_cmpfloat (history.probes[i].noise, ==, history.probes[i].epoch);
    }
  g_assert_null (fs_history_probe_at (&history, 0));
  g_assert_cmpuint (fs_history_probe_at (&history, 16)->epoch, ==, 9);
  g_assert_cmpuint (fs_history_probe_at (&history, 17)->epoch, ==, 17);

  /* The shared view goes on by itself, without the owner noticing. */
  probe->epoch = 1000000;
  const size_t n = history.n_probes;
  g_assert_cmpint (fs_history_add_probe (&late, probe), ==, FS_OK);
  g_assert_cmpuint (history.n_probes, ==, n);
  fs_history_clear (&history);
  g_assert_cmpuint (early.n_probes, ==, 100);
  for (size_t i = 0; i < 100; i++)
    g_assert_cmpuint (early.probes[i].epoch, ==, i + 1);
  fs_history_clear (&early);
  fs_history_clear (&late);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/history/lossless", test_lossless);
  g_test_add_func ("/history/views-do-not-change", test_views_do_not_change);
  g_test_add_func ("/history/view-that-goes-on", test_view_that_goes_on);
  g_test_add_func ("/history/reader-on-another-thread", test_reader_on_another_thread);
  g_test_add_func ("/history/best", test_best);
  g_test_add_func ("/history/long-event-text", test_long_event_text_is_cut);
  g_test_add_func ("/history/end-words", test_end_words);
  g_test_add_func ("/history/probes-are-bounded", test_probes_are_bounded);
  return g_test_run ();
}
