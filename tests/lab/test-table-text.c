/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The pieces of tables: cells that need quotes, numbers that are missing, names that are taken. */

#include <glib.h>
#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/table-text.h"
#include "engine/series/read.h"

static void
test_cells (void)
{
  static const char *const cells[][2] = {
    { "plain", "plain" },
    { "", "" },
    { "a,b", "\"a,b\"" },
    { "say \"so\"", "\"say \"\"so\"\"\"" },
    { "two\nlines", "\"two\nlines\"" },
    { "Größe °C", "Größe °C" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cells); i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      fs_table_append_cell (text, cells[i][0]);
      g_assert_cmpstr (text->str, ==, cells[i][1]);
    }
  g_autoptr (GString) text = g_string_new (NULL);
  fs_table_append_number (text, NAN);
  g_assert_cmpstr (text->str, ==, "");
  fs_table_append_number (text, 0.1);
  g_assert_cmpstr (text->str, ==, "0.1");
}

static char *
prepare (const char *csv, const char *const *assignments)
{
  FsExperiment experiment = fs_experiment_default ();
  FsFrame *frame = NULL;
  FsDataset *dataset = NULL;
  FsProblem problem;
  for (; *assignments; assignments++)
    g_assert_cmpint (fs_experiment_set (&experiment, *assignments, &problem), ==, FS_OK);
  g_assert_cmpint (fs_frame_read (&frame, "a.csv", csv, strlen (csv), NULL, &problem), ==, FS_OK);
  g_assert_cmpint (fs_dataset_new (&dataset, frame, &experiment, &problem), ==, FS_OK);
  char *text = fs_dataset_prepared_csv (dataset, frame, &experiment, &problem);
  g_assert_nonnull (text);
  fs_dataset_free (dataset);
  fs_frame_free (frame);
  return text;
}

/* A column of the file may be called "split" or "row" itself, and have a comma in its name. */
static void
test_taken_names (void)
{
  static const char *const assignments[] = { "window.length=2", "data.target=split",
                                             "data.inputs=row,a\\,b", "prepare.1.method=none",
                                             NULL };
  g_autoptr (GString) csv = g_string_new ("split,row,\"a,b\"\n");
  for (int i = 0; i < 20; i++)
    g_string_append_printf (csv, "%d,%d,%d\n", i % 5, i % 3, i % 7);
  g_autofree char *text = prepare (csv->str, assignments);
  g_assert_true (
      g_str_has_prefix (text, "row_,split,row,\"a,b\",split_\n1,0,0,0,train\n2,1,1,1,train\n"));
}

/* Half-hourly rows carry their time of day, daily ones do not. */
static void
test_dates (void)
{
  static const char *const assignments[] = { "window.length=2", "prepare.1.method=none", NULL };
  g_autoptr (GString) daily = g_string_new ("when,y\n");
  g_autoptr (GString) hourly = g_string_new ("when,y\n");
  for (int i = 0; i < 20; i++)
    {
      g_string_append_printf (daily, "2020-02-%02d,%d\n", i + 1, i % 4);
      g_string_append_printf (hourly, "2020-02-01 %02d:30,%d\n", i, i % 4);
    }
  g_autofree char *days = prepare (daily->str, assignments);
  g_autofree char *hours = prepare (hourly->str, assignments);
  g_assert_true (g_str_has_prefix (days, "when,y,split\n2020-02-01,0,train\n2020-02-02,1,train\n"));
  g_assert_true (g_str_has_prefix (hours, "when,y,split\n2020-02-01T00:30:00,0,train\n"));
  g_assert_true (g_str_has_suffix (days, "2020-02-20,3,test\n"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/table-text/cells", test_cells);
  g_test_add_func ("/table-text/taken-names", test_taken_names);
  g_test_add_func ("/table-text/dates", test_dates);
  return g_test_run ();
}
