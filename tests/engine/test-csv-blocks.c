/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A text cut into many blocks, by one thread or three, from memory or from a file, is read as the same
 * text in one block is: values, types, decisions and warnings. */

#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include "engine/base/file-bytes.h"
#include "engine/series/csv.h"
#include "engine/series/read.h"

/* The first block has at least half a million bytes, so rows are added until there are more. */
#define LEAST_BYTES 620000
#define ODD_FROM 560000

static void
assert_same_words (const FsFrame *left, const FsFrame *right)
{
  g_assert_cmpuint (left->n_decisions, ==, right->n_decisions);
  for (size_t i = 0; i < left->n_decisions; i++)
    {
      /* Of a file the encoding is on record before anything else is. */
      g_assert_cmpstr (left->decisions[i].what, ==, right->decisions[i].what);
      g_assert_cmpstr (left->decisions[i].choice, ==, right->decisions[i].choice);
      g_assert_cmpstr (left->decisions[i].reason, ==, right->decisions[i].reason);
    }
  g_assert_cmpuint (left->n_warnings, ==, right->n_warnings);
  for (size_t i = 0; i < left->n_warnings; i++)
    {
      g_assert_cmpuint (left->warnings[i].line, ==, right->warnings[i].line);
      g_assert_cmpstr (left->warnings[i].text, ==, right->warnings[i].text);
    }
}

static void
assert_same (const FsFrame *left, const FsFrame *right)
{
  g_assert_cmpuint (left->n_rows, ==, right->n_rows);
  g_assert_cmpuint (left->n_columns, ==, right->n_columns);
  for (size_t i = 0; i < left->n_columns; i++)
    {
      g_assert_cmpstr (left->columns[i].name, ==, right->columns[i].name);
      g_assert_cmpint (left->columns[i].type, ==, right->columns[i].type);
      g_assert_cmpuint (left->columns[i].n_missing, ==, right->columns[i].n_missing);
    }
  g_assert_cmpuint (left->hash, ==, right->hash);
  assert_same_words (left, right);
}

static FsFrame *
read_bytes (const char *text, size_t n_bytes, const FsReadOptions *options)
{
  FsFrame *frame = NULL;
  FsProblem problem = { 0 };
  char sentence[1024];
  if (fs_frame_read (&frame, "a.csv", text, n_bytes, options, &problem) != FS_OK)
    g_error ("%s", fs_problem_sentence (&problem, sentence, sizeof sentence));
  return frame;
}

static void
check_length (const char *text, size_t n_bytes, FsPool *pool)
{
  static const size_t sizes[] = { 5000, 70001 };
  const FsReadOptions whole = { .block_bytes = n_bytes + 1 };
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  FsFrame *expected = read_bytes (text, n_bytes, &whole);
  close (g_file_open_tmp ("fitscope-blocks-XXXXXX.csv", &path, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, text, (gssize) n_bytes, &error));
  for (guint i = 0; i < 2 * G_N_ELEMENTS (sizes); i++)
    {
      const FsReadOptions options = { .block_bytes = sizes[i / 2], .pool = i % 2 ? pool : NULL };
      FsFrame *frame = read_bytes (text, n_bytes, &options);
      assert_same (expected, frame);
      fs_frame_free (frame);
      g_assert_cmpint (fs_frame_read_file (&frame, path, &options, NULL), ==, FS_OK);
      assert_same (expected, frame);
      fs_frame_free (frame);
    }
  fs_frame_free (expected);
  g_remove (path);
}

/* `head`, then rows by `format` from the number of the row, with `odd` in the middle, then `tail`. */
typedef struct
{
  const char *head, *row, *odd, *tail;
} Case;

/* The rows begin behind several of the smaller blocks. */
#define LONG_LINE \
  "# 789012345678901234567890123456789012345678901234567890123456789012345678901234567\n"
#define LONG_LINES_8 LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE LONG_LINE
#define LONG_LINES                                                                           \
  LONG_LINES_8 LONG_LINES_8 LONG_LINES_8 LONG_LINES_8 LONG_LINES_8 LONG_LINES_8 LONG_LINES_8 \
      LONG_LINES_8 LONG_LINES_8 LONG_LINES_8

static const Case cases[] = {
  { "t,v,w\n", "%1$d,%1$d.5,-1e-3\n", "", "" },
  { "\xEF\xBB\xBFt,v,w\r\n", "%1$d,%1$d.5,\"x, y\"\r\n", "", "" },
  { "t\tv\tw\r", "%1$d\t%1$d.5\t3\r", "", "" },
  /* Something that shows late what a column is: a fault, a name, a group mark, a date. */
  { "t,v,w\n", "%1$d,%1$d.5,7\n", "1,oops,7\n", "" },
  { "t,v,w\n", "%1$d,%1$d,7\n", "", "1,2,\xC3\xA4\n" },
  { "t,v,w\n", "%1$d,9%1$05d,7\n", "1,000001,7\n", "" },
  { "\xEF\xBB\xBF" LONG_LINES "t,v,w\n", "%1$d,9%1$05d,7\n", "1,000001,7\n", "" },
  { "t,v,w\n", "%1$d,,NA\n", "1,,None\n", "" },
  { "t;v;w\n", "%1$d;0,5;7\n", "1;1.234,5;7\n", "" },
  { "d;v;w\n", "1%1$03d-01-02;0,5;\n", "", "" },
  /* Rows of another length, comments, blank lines, names again, units, a sum. */
  { "t,v,w\n", "%1$d,%1$d.5,7\n", "# why\n\n1,2\n1,2,3,4\nt,v,w\n3\n", "Total,5,6\n" },
  { "t,v,w\ns,m/s,kg\n", "%1$d,%1$d.5,7\n", "1,2,3,4\n", "\nSource: us\n" },
  { "Title\n\nt,v,\n", "%1$d,%1$d.5,\n", "", "" },
  /* Quotes: over lines, doubled, of a cell longer than a block, never closed. */
  { "t,v,w\n", "%1$d,\"a \"\"%1$d\"\"\n\nb\",7\n", "", "" },
  { "t,v,w\n", "%1$d,%1$d.5,7\n", "1,\"a\n\n\nb\",7\n", "" },
  { "t,v,w\n", "%1$d,\"%1$d\",7\n", "1,\"2,3\n", "" },
  { "t,\"v\nv\",w\n", "%1$d,%1$d.5,7\n", "1,\"2,3\n", "4,5" },
};

static void
test_cases (void)
{
  FsPool *pool;
  g_assert_cmpint (fs_pool_new (&pool, 3, NULL), ==, FS_OK);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GString *text = g_string_new (cases[i].head);
      bool is_odd = false;
      int row = 0;
      for (; text->len < LEAST_BYTES; row++)
        {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
          g_string_append_printf (text, cases[i].row, row);
#pragma GCC diagnostic pop
          if (!is_odd && text->len > ODD_FROM)
            g_string_append (text, cases[i].odd);
          is_odd = text->len > ODD_FROM;
        }
      g_string_append (text, cases[i].tail);
      g_test_message ("case %u: %d rows, %zu bytes", i, row, text->len);
      check_length (text->str, text->len, pool);
      g_string_free (text, TRUE);
    }
  fs_pool_free (pool);
}

/* What is not UTF-8, or has NULs, is told by the whole file, wherever it stands. */
static void
test_other_encodings (void)
{
  static const char *const tails[] = { "1,\xE4,7\n", "1,a\x01,7\n" };
  for (guint i = 0; i < G_N_ELEMENTS (tails); i++)
    {
      GString *text = g_string_new ("t,v,w\n");
      for (int row = 0; text->len < LEAST_BYTES; row++)
        g_string_append_printf (text, "%d,b%d,7\n", row, row % 9);
      g_string_append (text, tails[i]);
      if (i == 0)
        {
          check_length (text->str, text->len, NULL);
          g_string_append_len (text, "\0\0\0", 3);
        }
      else
        g_string_append (text, "2,b,7\n");
      check_length (text->str, text->len, NULL);
      g_string_free (text, TRUE);
    }
}

/* A preview takes the first rows and no more. */
static void
test_preview (void)
{
  GString *text = g_string_new ("t,v\n");
  for (int row = 0; text->len < LEAST_BYTES; row++)
    g_string_append_printf (text, "%d,%d\n", row, row % 7);
  const FsReadOptions options = { .max_rows = 60000, .block_bytes = 5000 };
  FsFrame *frame = read_bytes (text->str, text->len, &options);
  g_assert_cmpuint (frame->n_rows, ==, 60000);
  g_assert_cmpfloat (frame->columns[0].numbers[59999], ==, 59999);
  fs_frame_free (frame);
  g_string_free (text, TRUE);
}

/* Nor is it kept from them by what has to be gone through twice, behind a row of units. */
static void
test_preview_of_names (void)
{
  GString *text = g_string_new ("t,v,w\ns,m/s,kg\n");
  for (int row = 0; text->len < LEAST_BYTES; row++)
    g_string_append_printf (text, "%d,%d.5,%05d\n", row, row % 7, row % 9);
  const size_t sizes[] = { 5000, text->len + 1 };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const FsReadOptions options = { .max_rows = 36000, .block_bytes = sizes[i] };
      FsFrame *frame = read_bytes (text->str, text->len, &options);
      g_assert_cmpuint (frame->n_rows, >=, options.max_rows - 1);
      g_assert_cmpint (frame->columns[2].type, ==, FS_COLUMN_CATEGORY);
      fs_frame_free (frame);
    }
  g_string_free (text, TRUE);
}

/* A file that another program cuts short between opening and reading: its last row may be half of one. */
static void
test_shrinking (void)
{
  GString *text = g_string_new ("a,b\n");
  char *path = NULL;
  const int fd = g_file_open_tmp ("fitscope-shrinking-XXXXXX.csv", &path, NULL);
  FsFileParts file;
  FsFileBytes bytes;
  FsFrame *frame = calloc (1, sizeof *frame);
  FsFrameBuilder builder = { .frame = frame };
  FsProblem problem = { 0 };
  const FsReadOptions options = { .block_bytes = 5000 };
  bool needs_whole;

  while (text->len < LEAST_BYTES)
    g_string_append_printf (text, "%zu,%zu\n", text->len % 17, text->len % 23);
  g_assert_cmpint (write (fd, text->str, text->len), ==, (gssize) text->len);
  g_assert_cmpint (fs_file_parts_open (&file, path, NULL), ==, FS_OK);
  g_assert_cmpint (ftruncate (fd, 600001), ==, 0);
  g_assert_cmpint (fs_csv_read_file (&builder, &file, &options, &needs_whole, &problem), ==,
                   FS_UNREADABLE);
  g_assert_false (needs_whole);
  g_assert_nonnull (strstr (problem.allowed, "became shorter while it was read"));
  memset (&problem, 0, sizeof problem);
  g_assert_cmpint (fs_file_bytes_read_open (&bytes, &file, &problem), ==, FS_UNREADABLE);
  g_assert_nonnull (strstr (problem.allowed, "became shorter while it was read"));
  g_assert_null (bytes.bytes);
  fs_file_parts_close (&file);
  fs_frame_free (frame);
  close (fd);
  g_unlink (path);
  g_free (path);
  g_string_free (text, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/csv-blocks/cases", test_cases);
  g_test_add_func ("/csv-blocks/other-encodings", test_other_encodings);
  g_test_add_func ("/csv-blocks/preview", test_preview);
  g_test_add_func ("/csv-blocks/preview-of-names", test_preview_of_names);
  g_test_add_func ("/csv-blocks/shrinking", test_shrinking);
  return g_test_run ();
}
