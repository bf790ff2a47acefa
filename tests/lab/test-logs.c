/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Logs of other programs, good and bad. */

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/lab/exchange/logs.h"

/* The same three epochs, as different programs write them. */
static const struct
{
  const char *title, *text;
  gboolean counts_from_zero;
} forms[] = {
  { "own", "epoch,train_loss,val_loss,running_loss\n1,0.9,1,1\n2,0.5,0.6,1\n3,0.4,0.7,1\n" },
  { "keras",
    "epoch,accuracy,loss,val_accuracy,val_loss\n0,0.1,0.9,0.1,1.0\n1,0.2,0.5,0.1,0.6\n"
    "2,0.2,0.4,0.1,0.7\n",
    TRUE },
  { "lightning",
    "epoch,lr-Adam,step,train_loss_epoch,train_loss_step,val_loss\n"
    "0,0.1,49,,0.95,\n0,,59,,,1.0\n0,,59,0.9,,\n1,,99,,0.6,\n1,,119,,,0.6\n1,,119,0.5,,\n"
    "2,,179,,,0.7\n2,,179,0.4,,\n",
    TRUE },
  { "lightning with a train loss of steps",
    "train_loss,val_loss,epoch,step\n0.95,,0,49\n0.85,,0,59\n,1.0,0,59\n0.5,,1,119\n,0.6,1,119\n"
    "0.4,,2,179\n,0.7,2,179\n",
    TRUE },
  { "semicolons, decimal commas, quotes, CRLF, BOM",
    "\xef\xbb\xbf\"epoch\";\"loss\";\"val_loss\"\r\n1;0,9;1,0\r\n2;0,5;0,6\r\n3;0,4;0,7\r\n" },
  { "tabs, CR, no epochs, no last line end", "loss\tval_loss\r0.9\t1\r0.5\t0.6\r0.4\t0.7" },
  { "arrays", "{\"train_loss\":[0.9,0.5,0.4],\"val_loss\":[1,0.6,0.7]}" },
  { "keras history", "{\"history\": {\"loss\":[0.9,0.5,0.4],\"val_loss\":[1,0.6,0.7]}}" },
  { "objects", "[{\"epoch\":1,\"train_loss\":0.9,\"val_loss\":1},\n"
               "{\"epoch\":2,\"train_loss\":0.5,\"val_loss\":0.6},\n"
               "{\"epoch\":3,\"train_loss\":0.4,\"val_loss\":0.7}]" },
  { "lines", "{\"event\":\"epoch\",\"epoch\":1,\"train_loss\":0.9,\"val_loss\":1}\n"
             "{\"event\":\"epoch\",\"epoch\":2,\"train_loss\":0.5,\"val_loss\":0.6}\n\n"
             "{\"event\":\"epoch\",\"epoch\":3,\"train_loss\":0.4,\"val_loss\":0.7}\n"
             "{\"event\":\"end\",\"reason\":\"epochs\"}\n" },
  { .title = "Weights & Biases",
    .text = "\"Step\",\"run-1 - train_loss\",\"run-1 - val_loss\"\n\"0\",\"0.9\",\"1\"\n"
            "\"1\",\"0.5\",\"0.6\"\n\"2\",\"0.4\",\"0.7\"\n" },
  { .title = "printed table with blanks",
    .text = "epoch     train_loss  valid_loss  time\n1         0.900000    1.000000    00:03\n"
            "2         0.500000    0.600000    00:03\n3         0.400000    0.700000    00:03\n" },
  { .title = "printed table with bars",
    .text = "| Epoch | Training Loss | Validation Loss |\n|------:|--------------:|-----|\n"
            "| 1 | 0.9 | 1 |\n| 2 | 0.5 | 0.6 |\n| 3 | 0.4 | 0.7 |\n" },
  { .title = "percent", .text = "epoch,loss,val_loss\n1,90%,100 %\n2,50%,60%\n3,40%,70%\n" },
  { .title = "trainer_state.json",
    .text = "{\"best_metric\":0.6,\"log_history\":[{\"epoch\":0.5,\"loss\":1.2,\"step\":5},"
            "{\"epoch\":1.0,\"loss\":0.6},{\"epoch\":1.0,\"eval_loss\":1},{\"epoch\":2.0,"
            "\"loss\":0.5},{\"epoch\":2.0,\"eval_loss\":0.6},{\"epoch\":3.0,\"loss\":0.4},"
            "{\"epoch\":3.0,\"eval_loss\":0.7}]}" },
  { .title = "Hugging Face's lines",
    .text =
        "{'loss': 0.9, 'learning_rate': 5e-05, 'epoch': 1.0}\n{'eval_loss': 1.0, 'epoch': 1.0}\n"
        "{'loss': 0.5, 'epoch': 2.0}\n{'eval_loss': 0.6, 'epoch': 2.0}\n"
        "{'loss': 0.4, 'epoch': 3.0}\n{'eval_loss': 0.7, 'epoch': 3.0}\n" },
  { .title = "Keras's progress lines",
    .text = "Epoch 1/3\n\r 1/32 [>....] - ETA: 3s - loss: 2.5\r32/32 [=====] - 0s 3ms/step - loss: "
            "0.9000 - val_loss: 1.0000\nEpoch 2/3\n\x1b[1m32/32\x1b[0m \x1b[32m━━\x1b[0m 0s - "
            "loss: 0.5000 - val_loss: 0.6000\nEpoch 3/3\n32/32 - 0s - loss: 0.4000 - val_loss: "
            "0.7000\nRestoring the best weights.\n" },
  { .title = "a loop of one's own",
    .text =
        "Training for 3 epochs on cpu, lr=1e-3\n[Epoch 1] Train Loss: 9e-1 | Val Loss: 1.0\n"
        "[Epoch 2] Train Loss: .5 | Val Loss: 0.6\n[Epoch 3] Train Loss: 0.4 | Val Loss: 0.7\n" },
  { .title = "lines without epochs",
    .text = "trainLoss=0.9 testLoss=1\ntrainLoss=0.5 testLoss=0.6\ntrainLoss=0.4 testLoss=0.7\n" },
};

static void
test_forms (void)
{
  const double train[] = { 0.9, 0.5, 0.4 }, validation[] = { 1, 0.6, 0.7 };
  for (gsize f = 0; f < G_N_ELEMENTS (forms); f++)
    {
      g_auto (FsLog) log = { 0 };
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", forms[f].title);
      fs_log_parse (&log, forms[f].text, strlen (forms[f].text), "log", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (log.history.n_observations, ==, 3);
      g_assert_true (log.history.has_validation);
      g_assert_cmpint (log.counts_from_zero, ==, forms[f].counts_from_zero);
      for (guint i = 0; i < 3; i++)
        {
          g_assert_cmpuint (log.history.observations[i].epoch, ==, i + 1);
          g_assert_cmpfloat_with_epsilon (log.history.observations[i].train_loss, train[i], 1e-15);
          g_assert_cmpfloat (log.history.observations[i].validation_loss, ==, validation[i]);
        }
    }
}

static void
parse (FsLog *log, const char *text)
{
  g_autoptr (GError) error = NULL;
  fs_log_parse (log, text, strlen (text), "log", &error);
  g_assert_no_error (error);
}

static void
test_not_finite (void)
{
  const char *const texts[] = {
    "loss,val_loss\n1,1\nnan,-inf\n",
    "{\"loss\":[1,NaN],\"val_loss\":[1,-Infinity]}",
    "{\"loss\":[1,null],\"val_loss\":[1,-Infinity]}",
    "{\"loss\":1,\"val_loss\":1}\n{\"loss\":NaN,\"val_loss\":-Infinity}\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (FsLog) log = { 0 };
      parse (&log, texts[i]);
      g_assert_cmpuint (log.history.n_observations, ==, 2);
      g_assert_true (isnan (log.history.observations[1].train_loss));
      g_assert_true (log.history.observations[1].validation_loss == -INFINITY);
    }
}

static void
test_without_validation (void)
{
  g_auto (FsLog) log = { 0 };
  parse (&log, "epoch,train_loss,val_loss\n1,0.9,\n2,0.5,\n");
  g_assert_cmpuint (log.history.n_observations, ==, 2);
  g_assert_false (log.history.has_validation);
}

/* An epoch with one curve alone has nothing to compare. */
static void
test_sparse_validation (void)
{
  g_auto (FsLog) log = { 0 };
  parse (&log, "epoch,train_loss,val_loss\n1,0.9,\n2,0.5,0.6\n3,0.4,\n4,0.3,0.7\n");
  g_assert_cmpuint (log.history.n_observations, ==, 2);
  g_assert_cmpuint (log.history.observations[0].epoch, ==, 2);
  g_assert_cmpuint (log.history.observations[1].epoch, ==, 4);
}

/* What is not there in every epoch is said, and the rest is read. */
static void
test_unequal (void)
{
  const char *const texts[] = {
    "{\"train_loss\":[0.9,0.5,0.4,0.3],\"val_loss\":[1,NaN,0.7]}",
    "{\"val_loss\":[1,NaN,0.7],\"train_loss\":[0.9,0.5,0.4,0.3]}",
    "epoch,loss,val_loss\n0,0.9,1\n1,0.5,nan\n2,0.4,0.7\n3,0.3,NA\n",
    "[{\"loss\":0.9,\"val_loss\":1},{\"loss\":0.5,\"val_loss\":\"NaN\"},"
    "{\"loss\":0.4,\"val_loss\":0.7},{\"loss\":0.3,\"val_loss\":\"NA\"}]",
    "epoch 1: loss 0.9 val_loss 1\nepoch 2: loss 0.5 val_loss nan\nepoch 3: loss 0.4 val_loss 0.7\n"
    "epoch 4: loss 0.3\n",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_auto (FsLog) log = { 0 };
      g_autoptr (GString) notes = g_string_new (NULL);
      g_test_message ("%s", texts[i]);
      parse (&log, texts[i]);
      g_assert_cmpuint (log.history.n_observations, ==, 3);
      g_assert_cmpfloat (log.history.observations[2].train_loss, ==, 0.4);
      g_assert_cmpfloat (log.history.observations[2].validation_loss, ==, 0.7);
      fs_log_append_notes (notes, &log);
      g_assert_nonnull (strstr (notes->str, "1 of its 4 epochs have one of the two losses alone"));
      g_assert_nonnull (strstr (notes->str, "In 1 of 3 epochs a loss is no finite number"));
    }
}

static void
test_percent (void)
{
  g_auto (FsLog) log = { 0 };
  parse (&log, "epoch 1: train loss 90%, val loss 110 %\nepoch 2: train loss 50%, val loss 60 %\n");
  g_assert_true (log.has_percent);
  g_assert_cmpfloat_with_epsilon (log.history.observations[0].validation_loss, 1.1, 1e-15);
  g_assert_cmpfloat_with_epsilon (log.history.observations[1].train_loss, 0.5, 1e-15);
}

/* Data and experiments are no logs, by whatever name. */
static void
test_is_one (void)
{
  static const struct
  {
    const char *text;
    gboolean is_one;
  } files[] = {
    { "epoch,loss,val_loss\n0,1,1\n", TRUE },
    { "loss;val_loss\n1;1\n", TRUE },
    { "{\"train_loss\": [1, 2], \"val_loss\": [1, 2]}", TRUE },
    { "{\"best_metric\": null, \"log_history\": [{\"epoch\": 1.0, \"loss\": 0.4}]}", TRUE },
    { "Epoch 1/2\n1/1 - loss: 0.5 - val_loss: 0.6\nEpoch 2/2\n1/1 - loss: 0.4\n", TRUE },
    { "month,profit,loss\n1,2,3\n", FALSE },
    { "text,label\n\"At the epoch of the loss of 5 ships\",sad\n", FALSE },
    { "{\"fitscope\": 1, \"train\": {\"loss\": \"mse\", \"epochs\": 3}}", FALSE },
    { "{\"text\": \"a loss\", \"label\": 1}\n", FALSE },
    { "He told of a loss of 5 pounds.\n", FALSE },
    { "", FALSE },
  };
  g_autofree char *folder = g_dir_make_tmp ("logs-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "file", NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_test_message ("%s", files[i].text);
      g_assert_true (g_file_set_contents (path, files[i].text, -1, NULL));
      g_assert_cmpint (fs_log_is_one (path), ==, files[i].is_one);
    }
  g_remove (path);
  g_assert_false (fs_log_is_one (path));
  g_rmdir (folder);
}

/* Event files of another writer: by epoch, by step, and with tensors in place of numbers. */
static void
test_events (void)
{
  const double train[] = { 0.875, 0.5, 0.375 }, validation[] = { 1, 0.625, 0.75 };
  const char *const names[] = { "log-epochs", "log-steps", "log-tensors" };
  for (gsize f = 0; f < G_N_ELEMENTS (names); f++)
    {
      g_auto (FsLog) log = { 0 };
      g_autoptr (GError) error = NULL;
      g_autofree char *name = g_strconcat (names[f], ".tfevents", NULL);
      g_autofree char *path = g_test_build_filename (G_TEST_DIST, "golden", name, NULL);
      fs_log_read (&log, path, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (log.history.n_observations, ==, 3);
      g_assert_cmpint (log.counts_from_zero, ==, f == 0);
      for (guint i = 0; i < 3; i++)
        {
          g_assert_cmpuint (log.history.observations[i].epoch, ==, i + 1);
          g_assert_cmpfloat (log.history.observations[i].train_loss, ==, train[i]);
          g_assert_cmpfloat (log.history.observations[i].validation_loss, ==, validation[i]);
        }
    }
}

/* Every bit that may flip and every place where the file may end: a sentence or fewer epochs. */
static void
test_damaged_events (void)
{
  g_autofree char *path =
      g_test_build_filename (G_TEST_DIST, "golden", "log-epochs.tfevents", NULL);
  g_autofree char *bytes = NULL;
  gsize length, n_refused = 0;
  g_assert_true (g_file_get_contents (path, &bytes, &length, NULL));
  for (gsize i = 0; i < 8 * length; i++)
    {
      g_auto (FsLog) log = { 0 };
      bytes[i / 8] ^= (char) (1 << i % 8);
      n_refused += !fs_log_parse (&log, bytes, length, "log", NULL);
      bytes[i / 8] ^= (char) (1 << i % 8);
    }
  /* Only a length of a later record may be damaged into "cut short". */
  g_assert_cmpuint (n_refused, >, 8 * length * 8 / 10);
  for (gsize n = 0; n < length; n++)
    {
      g_auto (FsLog) log = { 0 };
      g_autofree char *cut = g_memdup2 (bytes, MAX (n, 1)); /* so that reading on is seen */
      fs_log_parse (&log, cut, n, "log", NULL);
      g_assert_cmpuint (log.history.n_observations, <=, n < length / 2 ? 2 : 3);
    }
}

static void
copy_golden (const char *folder, const char *part)
{
  g_autofree char *from =
      g_test_build_filename (G_TEST_DIST, "golden", "log-epochs.tfevents", NULL);
  g_autofree char *inner = g_build_filename (folder, part, NULL);
  g_autofree char *to = g_build_filename (inner, "events.out.tfevents.1.v2", NULL);
  g_autofree char *bytes = NULL;
  gsize length;
  g_assert_true (g_file_get_contents (from, &bytes, &length, NULL));
  g_assert_cmpint (g_mkdir_with_parents (inner, 0777), ==, 0);
  g_assert_true (g_file_set_contents (to, bytes, (gssize) length, NULL));
}

static void
forget (const char *folder, const char *part)
{
  g_autofree char *inner = g_build_filename (folder, part, NULL);
  g_autofree char *file = g_build_filename (inner, "events.out.tfevents.1.v2", NULL);
  g_remove (file);
  g_rmdir (inner);
}

/* Two files of one run: the losses of the second stand beside those of the first. */
static void
test_pair (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pair-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;
  g_auto (FsLog) log = { 0 };
  g_assert_false (fs_log_read_pair (&log, folder, &error));
  g_assert_no_error (error);
  copy_golden (folder, "train");
  g_assert_false (fs_log_read_pair (&log, folder, &error));
  copy_golden (folder, "validation");
  g_assert_true (fs_log_read_pair (&log, folder, &error));
  g_assert_no_error (error);
  g_assert_true (log.history.has_validation);
  g_assert_cmpuint (log.history.n_observations, >, 1);
  for (gsize i = 0; i < log.history.n_observations; i++)
    g_assert_cmpfloat (log.history.observations[i].validation_loss, ==,
                       log.history.observations[i].train_loss);
  forget (folder, "train");
  forget (folder, "validation");
  g_rmdir (folder);
}

static const struct
{
  const char *text, *part;
} bad[] = {
  { "", "empty" },
  { " \n\n", "empty" },
  { "x,y\n1,2\n", "train_loss (or loss)" },
  { "He told of a loss of 5 pounds.\n", "train_loss (or loss)" },
  { "epoch,loss\n1,5 pounds\n", "line 2" },
  { "loss,val_loss\n", "no epoch" },
  { "loss,val_loss\n1,2\n3,four\n", "line 3" },
  { "val_loss\n1\n2\n", "no training loss" },
  { "epoch,loss\n0,1\n1,0.5\n0,1\n", "line 4" },
  { "epoch,loss\n-1,1\n", "whole number" },
  { "epoch,loss\nnan,1\n", "whole number" },
  { "epoch,loss\n1e300,1\n", "whole number" },
  { "epoch,loss,val_loss\n1,1,\n2,,1\n", "no epoch has both" },
  { "{\"epoch\":[1],\"loss\":[1,2]}", "“loss” has 2 values" },
  { "{\"train_loss\":[1,\"x\"]}", "value 2 of “train_loss”" },
  { "{\"train_loss\":[1,[2]]}", "value 2 of “train_loss”" },
  { "{\"train_loss\":[true]}", "value 1 of “train_loss”" },
  { "{\"train_loss\":\"high\"}", "should be a number" },
  { "{\"accuracy\":[1,2]}", "no epoch" },
  { "{\"train_loss\":[1,2]", "not JSON" },
  { "[1,2]", "array of objects" },
  { "[]", "no epoch" },
  { "{}", "no epoch" },
  { "{\"loss\":1}\n{\"loss\":\n", "line 2" },
  { "{\"loss\":1}\n[1]\n", "line 2" },
};

static void
test_bad (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_auto (FsLog) log = { 0 };
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", bad[i].text);
      g_assert_false (fs_log_parse (&log, bad[i].text, strlen (bad[i].text), "log", &error));
      g_assert_error (error, FS_LAB_ERROR, FS_MALFORMED);
      g_test_message ("%s", error->message);
      g_assert_nonnull (strstr (error->message, bad[i].part));
      g_assert_true (g_str_has_prefix (error->message, "log"));
    }
}

static void
test_hostile (void)
{
  g_autofree char *deep = g_strnfill (1000000, '[');
  g_auto (FsLog) log = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_false (fs_log_parse (&log, deep, 1000000, "log", &error));
  g_assert_nonnull (strstr (error->message, "too deeply"));
  g_clear_error (&error);
  g_assert_false (fs_log_parse (&log, "loss\n1\0\n", 8, "log", &error));
  g_assert_nonnull (strstr (error->message, "not a text file"));
  g_clear_error (&error);
  g_assert_false (fs_log_parse (&log, "loss\n\xff\n", 7, "log", &error));
  g_assert_nonnull (strstr (error->message, "not a text file"));
  g_clear_error (&error);
  g_assert_false (fs_log_read (&log, "there is no such file", &error));
  g_assert_error (error, FS_LAB_ERROR, FS_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (fs_log_read (&log, g_get_tmp_dir (), &error));
  g_assert_error (error, FS_LAB_ERROR, FS_UNREADABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/logs/forms", test_forms);
  g_test_add_func ("/logs/not-finite", test_not_finite);
  g_test_add_func ("/logs/without-validation", test_without_validation);
  g_test_add_func ("/logs/sparse-validation", test_sparse_validation);
  g_test_add_func ("/logs/unequal", test_unequal);
  g_test_add_func ("/logs/percent", test_percent);
  g_test_add_func ("/logs/is-one", test_is_one);
  g_test_add_func ("/logs/events", test_events);
  g_test_add_func ("/logs/damaged-events", test_damaged_events);
  g_test_add_func ("/logs/bad", test_bad);
  g_test_add_func ("/logs/hostile", test_hostile);
  g_test_add_func ("/logs/pair", test_pair);
  return g_test_run ();
}
