/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading and preparing data when the n-th allocation fails, for every n until none is asked for: each
 * time one sentence about memory, nothing leaked, nothing half made. The linker sends the engine's
 * malloc, calloc and realloc here (--wrap). */

#include <glib.h>
#include <stdlib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/prepare/dataset.h"
#include "engine/series/read.h"
#include "engine/series/profile.h"

void *__real_malloc (size_t size);
void *__real_calloc (size_t n, size_t size);
void *__real_realloc (void *old, size_t size);
void __real_free (void *block);
void *__wrap_malloc (size_t size);
void *__wrap_calloc (size_t n, size_t size);
void *__wrap_realloc (void *old, size_t size);
void __wrap_free (void *block);

static long n_until_failure = -1; /* -1 = never */
static long n_blocks;             /* allocated and not freed */

static gboolean
fails_now (void)
{
  return n_until_failure >= 0 && n_until_failure-- == 0;
}

void *
__wrap_malloc (size_t size)
{
  void *block = fails_now () ? NULL : __real_malloc (size);
  n_blocks += block != NULL;
  return block;
}

void *
__wrap_calloc (size_t n, size_t size)
{
  void *block = fails_now () ? NULL : __real_calloc (n, size);
  n_blocks += block != NULL;
  return block;
}

void *
__wrap_realloc (void *old, size_t size)
{
  void *block = fails_now () ? NULL : __real_realloc (old, size);
  n_blocks += block && !old;
  return block;
}

void
__wrap_free (void *block)
{
  n_blocks -= block != NULL;
  __real_free (block);
}

static const char text[] = "date;shop;note;v;w\n"
                           "03.01.2020;a;\"one \"\"two\"\"\";1,5;\n02.01.2020;b;x;2,5;3\n"
                           "01.01.2020;a;y;3,5;4\n31.12.2019;b;z;1;5\n30.12.2019;a;u;2;6\n"
                           "29.12.2019;a;v;4;NA\n28.12.2019;b;w;7;8\n27.12.2019;b;\xE4;9;9\n"
                           "26.12.2019;b;w;7;8;9\n25.12.2019;b\n24.12.2019;b;w;7;8\n";

static FsStatus
read_and_prepare (FsProblem *problem)
{
  FsFrame *frame = NULL;
  FsDataset *dataset = NULL;
  FsExperiment experiment = fs_experiment_default ();
  experiment.data.time[0] = '\0';
  g_strlcpy (experiment.data.target, "v", FS_TEXT_SIZE);
  g_strlcpy (experiment.data.inputs[0], "w", FS_TEXT_SIZE);
  experiment.data.n_inputs = 1;
  experiment.window.length = 2;
  experiment.split.train = 0.6;
  experiment.split.validation = 0.2;
  FsStatus status = fs_frame_read (&frame, "test.csv", text, strlen (text), NULL, problem);
  if (!status)
    status = fs_dataset_new (&dataset, frame, &experiment, problem);
  if (!status)
    {
      FsProfile profile;
      status =
          fs_profile_column (&profile, fs_frame_column (frame, "v"), frame->n_rows, 6, problem);
    }
  if (status && dataset)
    g_assert_cmpint (status, ==, FS_OUT_OF_MEMORY);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
  return status;
}

static void
test_every_allocation (void)
{
  long n = 0, n_failures = 0;
  for (;; n++)
    {
      FsProblem problem = { 0 };
      long before = n_blocks;
      n_until_failure = n;
      FsStatus status = read_and_prepare (&problem);
      gboolean is_over = n_until_failure >= 0;
      n_until_failure = -1;
      g_assert_cmpint (n_blocks, ==, before);
      if (is_over)
        {
          g_assert_cmpint (status, ==, FS_OK);
          break;
        }
      /* The season is the one thing that may do without memory: then there is none. */
      if (status != FS_OK)
        {
          g_assert_cmpint (status, ==, FS_OUT_OF_MEMORY);
          g_assert_cmpint (problem.status, ==, FS_OUT_OF_MEMORY);
          n_failures++;
        }
    }
  g_test_message ("%ld allocations, %ld sentences", n, n_failures);
  g_assert_cmpint (n_failures, >, 20);
  g_assert_cmpint (n - n_failures, <=, 4);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-memory/every-allocation", test_every_allocation);
  return g_test_run ();
}
