/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What nobody can learn from, given to each command that reads data: one sentence that says what is the
 * matter, with the line where there is one, and exit code 2. Nothing waits, nothing is written. */

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tests/end-to-end/command.h"

#define TASK_TEXT "\"task\": \"text\", \"target\": \"label\","
#define TASK_CLASSES \
  "\"task\": \"classify\", \"target\": \"label\", \"sequence\": \"id\", \"inputs\": [\"v\"],"

/* `row` is written n_rows times below `head`, with the row's number for %d. */
static const struct
{
  const char *name;
  const char *head;
  const char *row;
  int n_rows;
  const char *data;     /* further fields of the experiment's data */
  const char *told;     /* part of the sentence of train and prepare */
  gboolean has_profile; /* it is a table: profile tells of it */
  const char *profiled; /* part of what profile writes; NULL: as `told` */
} cases[] = {
  { "empty", "", "", 0, "", "x.csv: Cannot be understood: the file is empty", FALSE, NULL },
  { "blank", "\n  \n\n", "", 0, "", "the file has only blanks", FALSE, NULL },
  { "header-only", "\nday,sales,price\n", "", 0, "",
    "x.csv, line 2: Cannot be understood: here are names of columns", FALSE, NULL },
  { "binary", "a,b\n1,2\n\001\002\003\004\005\006\016\017\020\021\022\n", "", 0, "",
    "x.csv, line 3: Cannot be understood: this is not text but binary data, from byte 1", FALSE,
    NULL },
  { "page", "\n<HTML>\n<body>\n", "<p>%d</p>\n", 30, "",
    "x.csv, line 2: Cannot be understood: this is a web page", FALSE, NULL },
  { "all-cells-missing", "a,b\n", "NA,\n", 100, "", "no column has a value", FALSE, NULL },
  { "target-missing", "day,v\n", "%d,NA\n", 100, "", "all cells of this column are missing", TRUE,
    "v: number, 100 missing" },
  { "one-class", "id,v,label\n", "%d,3,up\n", 60, TASK_CLASSES,
    "every example is of this one class", TRUE, "label: category, 1 different" },
  { "one-class-of-texts", "text,label\n", "good day number %d,up\n", 60, TASK_TEXT,
    "every example is of this one class", TRUE, "label: category, 1 different" },
  { "fewer-rows-than-a-window", "day,v\n", "%d,7\n", 9, "",
    "the training part has 6 of the 9 rows and one window needs 25", TRUE, "9 rows, 2 columns" },
  { "no-tokens", "text,label\n...!?,a\n--,b\n", "...!?,a\n--,b\n", 40, TASK_TEXT,
    "the training texts: Too little data: none of them has a word", TRUE, "text: category" },
};

static void
write_experiment (Command *command, const char *data)
{
  g_autofree char *text =
      g_strdup_printf ("{\"fitscope\": 1, \"data\": {%s \"source\": \"x.csv\"}}", data);
  command_write_text (command, "x.fit.json", text);
}

static void
assert_verbs_refuse (Command *command, const char *locale, const char *told)
{
  g_autofree char *table = g_build_filename (command->folder, "table.csv", NULL);

  RUN (command, locale, "prepare", "x.fit.json", "--out", "table.csv");
  command_assert_refused (command, told);
  g_assert_false (g_file_test (table, G_FILE_TEST_EXISTS));
  RUN (command, locale, "train", "x.fit.json");
  command_assert_refused (command, told);
}

static void
test_contents (Command *command, gconstpointer locale)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (cases[i].head);
      g_auto (GStrv) parts = g_strsplit (cases[i].row, "%d", 2);

      g_test_message ("%s", cases[i].name);
      for (int row = 0; row < cases[i].n_rows; row++)
        if (parts[1])
          g_string_append_printf (text, "%s%d%s", parts[0], row, parts[1]);
        else
          g_string_append (text, cases[i].row);
      command_write_text (command, "x.csv", text->str);
      write_experiment (command, cases[i].data);
      assert_verbs_refuse (command, locale, cases[i].told);
      RUN (command, locale, "profile", "x.csv");
      if (!cases[i].has_profile)
        command_assert_refused (command, cases[i].told);
      else
        {
          command_assert_done (command);
          if (!strstr (command->out, cases[i].profiled))
            g_error ("%s: “%s” is not in:\n%s", cases[i].name, cases[i].profiled, command->out);
        }
    }
}

static void
assert_all_refuse (Command *command, const char *locale, const char *told)
{
  assert_verbs_refuse (command, locale, told);
  RUN (command, locale, "profile", "x.csv");
  command_assert_refused (command, told);
}

/* What is no file that could be read. A pipe that nobody writes to would be waited for without end. */
static void
test_no_files (Command *command, gconstpointer locale)
{
  g_autofree char *path = g_build_filename (command->folder, "x.csv", NULL);

  write_experiment (command, "");
  assert_all_refuse (command, locale, "x.csv");
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  assert_all_refuse (command, locale, "a file, not a folder");
  g_assert_cmpint (g_rmdir (path), ==, 0);
  g_assert_cmpint (mkfifo (path, 0600), ==, 0);
  assert_all_refuse (command, locale, "x.csv: Cannot be read or written: it is a pipe or a device");
  RUN (command, locale, "diagnose", "x.csv");
  command_assert_refused (command, "it is a pipe or a device");
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (symlink ("x.csv", path), ==, 0);
  assert_all_refuse (command, locale, "x.csv");
}

static void
test_no_permission (Command *command, gconstpointer locale)
{
  g_autofree char *path = g_build_filename (command->folder, "x.csv", NULL);

  command_write_text (command, "x.csv", "day,v\n1,2\n");
  g_assert_cmpint (g_chmod (path, 0), ==, 0);
  write_experiment (command, "");
  assert_all_refuse (command, locale, "you may not read this file");
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add ("bad-contents", "C.UTF-8", test_contents);
  command_add ("no-files", "C.UTF-8", test_no_files);
  if (geteuid () != 0) /* who may read every file */
    command_add ("no-permission", "C.UTF-8", test_no_permission);
  return g_test_run ();
}
