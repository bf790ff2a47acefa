/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading and preparing data when the n-th allocation fails, for every n until none is asked for: each
 * time one sentence about memory, nothing leaked, nothing half made. The linker sends the engine's
 * malloc, calloc and realloc here (--wrap). */

#include <glib.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
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
static size_t n_held, n_most;     /* bytes, now and at most */

static void *
hold (void *block)
{
  n_held += block ? malloc_usable_size (block) : 0;
  n_most = n_held > n_most ? n_held : n_most;
  return block;
}

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
  return hold (block);
}

void *
__wrap_calloc (size_t n, size_t size)
{
  void *block = fails_now () ? NULL : __real_calloc (n, size);
  n_blocks += block != NULL;
  return hold (block);
}

void *
__wrap_realloc (void *old, size_t size)
{
  const size_t n_old = old ? malloc_usable_size (old) : 0;
  void *block = fails_now () ? NULL : __real_realloc (old, size);
  n_blocks += block && !old;
  n_held -= block ? n_old : 0;
  return hold (block);
}

void
__wrap_free (void *block)
{
  n_blocks -= block != NULL;
  n_held -= block ? malloc_usable_size (block) : 0;
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

/* ---- small files that ask for much ---- */

/* Memory of at most so many times the file, beside what the reader needs for a block of any file. In a
 * file of series each value of two bytes becomes three: itself, its step and its series; of 14 times
 * the file are the columns alone. */
#define MOST_TIMES 20
#define FREE_BYTES ((size_t) 1 << 20)

/* Half a million bytes of `head`, many times `body`, and `tail`. */
typedef struct
{
  const char *what, *head, *body, *tail;
} Heavy;

static const Heavy heavies[] = {
  { "one long line", "", "x", "" },
  { "one long cell", "a\n", "xy ", "" },
  { "one line of cells", "", "1,", "" },
  { "delimiters", "a,b,c\n", ",,", "" },
  { "rows of delimiters", "a,b,c,d,e,f,g,h\n", ",,,,,,,\n", "1,2,3,4,5,6,7,8\n" },
  { "one digit a row", "a\n", "1\n", "" },
  { "one digit a cell", "a,b,c,d\n", "1,2,3,4\n", "" },
  { "one letter a row", "a\n", "x\n", "" },
  { "texts", "a\n", "\"x y, z\"\n", "" },
  { "quotes", "", "\"", "" },
  { "opened quotes", "a,b\n", "\"\n", "" },
  { "doubled quotes", "a,b\n", "\"\"\"\",1\n", "" },
  { "a quote that is never closed", "a,b\n\"", "1,2\n", "" },
  { "apostrophes", "a,b\n", "'x',\n", "" },
  { "line ends", "a,b\n", "\n", "1,2\n" },
  { "CR", "a,b\r", "1,2\r", "" },
  { "comments", "a,b\n", "#\n", "1,2\n" },
  { "blanks", "a b\n", " ", "1 2\n" },
  { "dates", "a\n", "2020-01-02\n", "" },
  { "equal names", "", "a,", "a\n1\n" },
  { "bytes that are no UTF-8", "a,b\n", "\xE4,1\n", "" },
  { "control characters", "a\n", "\x01", "" },
  { "arrays", "", "[", "" },
  { "objects", "", "{\"a\":", "1" },
  { "JSON lines", "", "{\"a\":1}\n", "" },
  { "JSON escapes", "{\"a\":\"", "\\u00e4", "\"}\n" },
  { "a JSON array", "[", "{\"a\":1},", "{\"a\":2}]" },
  { "ARFF attributes", "@relation x\n", "@attribute a numeric\n", "@data\n1\n" },
  { "ARFF rows", "@relation x\n@attribute a numeric\n@data\n", "1\n", "" },
  { "ARFF choices", "@relation x\n@attribute a {", "x,", "y}\n@data\ny\n" },
  { "time series", "@problemName x\n@univariate true\n@classLabel true a b\n@data\n", "1:a\n", "" },
  { "one time series", "@problemName x\n@univariate true\n@classLabel true a b\n@data\n", "1,",
    "1:a\n" },
  { "one time series with times", "@problemName x\n@timestamps true\n@data\n", "(2020,1),", "\n" },
  { "a case of many series", "@problemName x\n@classLabel false\n@data\n", "1:", "1\n" },
  { "forecasting series",
    "@relation x\n@attribute series_name string\n@frequency daily\n@horizon 1\n@missing false\n"
    "@equallength false\n@data\n",
    "T1:1\n", "" },
  { "one forecasting series",
    "@relation x\n@attribute series_name string\n@attribute start date\n@frequency daily\n@data\n"
    "T1:2020-01-01 00-00-00:",
    "1,", "1\n" },
};
#define HEAVY_BYTES ((size_t) 500000)

static double
cpu_seconds (void)
{
  struct timespec now;
  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec + 1e-9 * (double) now.tv_nsec;
}

/* Returns how long it took; *n_peak bytes were held at most. */
static double
read_heavy (const Heavy *heavy, size_t n_bytes, size_t *n_peak)
{
  GString *file = g_string_new (heavy->head);
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  while (file->len < n_bytes)
    g_string_append (file, heavy->body);
  g_string_append (file, heavy->tail);
  n_most = n_held;
  const size_t before = n_held;
  const double start = cpu_seconds ();
  if (fs_frame_read (&frame, heavy->what, file->str, file->len, NULL, &problem) != FS_OK)
    g_assert_cmpuint (strlen (fs_problem_sentence (&problem, sentence, sizeof sentence)), >, 20);
  const double seconds = cpu_seconds () - start;
  *n_peak = n_most - before;
  fs_frame_free (frame);
  g_string_free (file, TRUE);
  return seconds;
}

static void
test_heavy (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (heavies); i++)
    {
      size_t n_peak, n_unused;
      read_heavy (&heavies[i], HEAVY_BYTES, &n_peak);
      g_test_message ("%s: %.1f times", heavies[i].what, (double) n_peak / (double) HEAVY_BYTES);
      g_assert_cmpuint (n_peak, <=, MOST_TIMES * HEAVY_BYTES + FREE_BYTES);
      /* Eight times the bytes take eight times as long, not 64 times. */
      double small = read_heavy (&heavies[i], HEAVY_BYTES / 8, &n_unused);
      double large = read_heavy (&heavies[i], HEAVY_BYTES, &n_unused);
      for (int again = 0; again < 3 && large > 24 * (small + 1e-3); again++)
        {
          small = read_heavy (&heavies[i], HEAVY_BYTES / 8, &n_unused);
          large = read_heavy (&heavies[i], HEAVY_BYTES, &n_unused);
        }
      g_test_message ("  %.1f ms for %zu bytes, %.1f for %zu", 1e3 * small, HEAVY_BYTES / 8,
                      1e3 * large, HEAVY_BYTES);
      g_assert_cmpfloat (large, <=, 24 * (small + 1e-3));
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/data-memory/every-allocation", test_every_allocation);
  g_test_add_func ("/data-memory/heavy", test_heavy);
  return g_test_run ();
}
