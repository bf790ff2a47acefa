/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tables of databases; see sqlite-table.h. */

#include "engine/lab/exchange/sqlite-table.h"

#include <glib.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/file-bytes.h"
#include "engine/base/nearest.h"
#include "engine/base/number.h"
#include "engine/series/cell-table.h"
#include "engine/series/text-encoding.h"

#define MAGIC "SQLite format 3"

/* How long another program's writing is waited for. */
#define BUSY_MS 500

/* The database's machine asks every so many of its steps whether to go on. To read a value takes it two
 * or three; a view may compute, but not without end. */
#define STEPS_A_QUESTION 10000
#define FREE_QUESTIONS 1000
#define STEPS_A_BYTE 100

/* Tables that are named in a sentence. */
#define MOST_NAMED 20

typedef struct
{
  sqlite3 *db;
  const char *path;
  FsFrameBuilder builder;
  const FsReadOptions *options;
  FsProblem *problem;
  size_t n_file_bytes;
  size_t n_questions, most_questions;
  char *table; /* the name; from sqlite3_malloc() */
  size_t n_blobs, n_broken;
} Reader;

static bool
is_tired (const Reader *r)
{
  return r->n_questions > r->most_questions;
}

static FsStatus
fail (const Reader *r)
{
  switch (r->db ? sqlite3_errcode (r->db) & 0xFF : SQLITE_NOMEM)
    {
    case SQLITE_NOMEM:
      return fs_problem (r->problem, FS_OUT_OF_MEMORY, r->path, NULL, NULL);
    case SQLITE_INTERRUPT:
      return is_tired (r) ? fs_problem (
                 r->problem, FS_TOO_LARGE, r->path, NULL,
                 "what this view computes does not come to an end; save it as a table")
                          : fs_problem (r->problem, FS_INTERRUPTED, r->path, NULL, NULL);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return fs_problem (r->problem, FS_UNREADABLE, r->path, NULL,
                         "another program is writing to this database; try again when it is done");
    case SQLITE_NOTADB:
      return fs_problem (r->problem, FS_MALFORMED, r->path, NULL,
                         "this database is damaged or encrypted");
    case SQLITE_CORRUPT:
      return fs_problem (r->problem, FS_MALFORMED, r->path, NULL,
                         "this database is damaged; get it again, or repair it with sqlite3 "
                         "\u201c.recover\u201d");
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
      return fs_problem (
          r->problem, FS_UNREADABLE, r->path, NULL,
          "this database cannot be opened for reading; if another program has it open, "
          "close it there first");
    case SQLITE_IOERR:
      return fs_problem (r->problem, FS_UNREADABLE, r->path, NULL,
                         "the system could not read the file");
    default:
      return fs_problem (r->problem, FS_MALFORMED, r->path, r->table, sqlite3_errmsg (r->db));
    }
}

static int
question_cb (void *data)
{
  Reader *r = data;
  return ++r->n_questions > r->most_questions || fs_interrupt_is_requested (r->options->interrupt);
}

static FsStatus
open_database (Reader *r)
{
  const int flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  if (sqlite3_open_v2 (r->path, &r->db, flags, NULL) != SQLITE_OK)
    return fail (r);
  sqlite3_busy_timeout (r->db, BUSY_MS);
  sqlite3_db_config (r->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (r->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (r->db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_limit (r->db, SQLITE_LIMIT_ATTACHED, 0);
  sqlite3_progress_handler (r->db, STEPS_A_QUESTION, question_cb, r);
  /* Pages are read, not mapped: a mapped file that becomes shorter would end the process. */
  if (sqlite3_exec (r->db, "PRAGMA mmap_size=0; PRAGMA cell_size_check=ON;", NULL, NULL, NULL)
      != SQLITE_OK)
    return fail (r);
  return FS_OK;
}

/* A statement about the table, whose name is quoted where `format` has %w. */
static sqlite3_stmt *
prepare (Reader *r, const char *format, const char *name)
{
  sqlite3_stmt *statement = NULL;
  char *sql = sqlite3_mprintf (format, name);
  if (sql)
    sqlite3_prepare_v2 (r->db, sql, -1, &statement, NULL);
  sqlite3_free (sql);
  return statement;
}

/* ---- which table ---- */

typedef struct
{
  char names[1024]; /* "a, b, c" */
  size_t n_tables, n_views;
  sqlite3_int64 n_rows; /* of the largest */
  char *nearest;        /* to the wanted name */
  size_t distance;
} Survey;

static bool
count_rows (Reader *r, const char *name, sqlite3_int64 *n_rows)
{
  sqlite3_stmt *statement = prepare (r, "SELECT count(*) FROM \"%w\"", name);
  const bool is_counted = statement && sqlite3_step (statement) == SQLITE_ROW;
  *n_rows = is_counted ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_finalize (statement);
  return is_counted;
}

static bool
take_name (char **to, const char *name)
{
  sqlite3_free (*to);
  *to = sqlite3_mprintf ("%s", name);
  return *to != NULL;
}

/* One table or view; false where the database cannot be read. */
static bool
survey_one (Reader *r, Survey *survey, const char *name, bool is_view, const char *wanted)
{
  const size_t n = strlen (survey->names), n_all = survey->n_tables + survey->n_views;
  if (n_all < MOST_NAMED)
    snprintf (survey->names + n, sizeof survey->names - n, "%s%.40s", n_all ? ", " : "", name);
  else if (n_all == MOST_NAMED)
    snprintf (survey->names + n, sizeof survey->names - n, ", \u2026");
  survey->n_tables += !is_view;
  survey->n_views += is_view;
  if (*wanted)
    {
      const size_t distance = fs_nearest_distance (wanted, name);
      if (survey->nearest && distance >= survey->distance)
        return true;
      survey->distance = distance;
      return take_name (&survey->nearest, name);
    }
  sqlite3_int64 n_rows = 0;
  if (is_view && r->table)
    return true;
  /* A table of a kind that only another program knows is in nobody's way. */
  if (!is_view && !count_rows (r, name, &n_rows))
    return (sqlite3_errcode (r->db) & 0xFF) == SQLITE_ERROR;
  const bool is_first_table = !is_view && survey->n_tables == 1;
  if (r->table && !is_first_table && n_rows <= survey->n_rows)
    return true;
  survey->n_rows = n_rows;
  return take_name (&r->table, name);
}

static FsStatus
no_such_table (const Reader *r, const Survey *survey, const char *wanted)
{
  if (survey->n_tables + survey->n_views == 0)
    return fs_problem (r->problem, FS_MALFORMED, r->path, NULL, "this database has no table");
  if (!*wanted)
    return fs_problem (r->problem, FS_MALFORMED, r->path, NULL,
                       "none of the tables of this database can be read");
  if (survey->nearest && fs_nearest_is_near (wanted, survey->distance))
    return fs_problem_at (r->problem, FS_NOT_FOUND, "data.table", 0, wanted,
                          "there is no such table; did you mean \u201c%s\u201d?", survey->nearest);
  return fs_problem_at (r->problem, FS_NOT_FOUND, "data.table", 0, wanted,
                        "there is no such table; there are %s", survey->names);
}

/* Chooses r->table. Tables come before views. */
static FsStatus
choose_table (Reader *r)
{
  const char *wanted = r->options->import ? r->options->import->table : "";
  FsStatus status = FS_OK;
  Survey survey = { .n_rows = -1 };
  sqlite3_stmt *statement =
      prepare (r,
               "SELECT name, type = 'view' FROM sqlite_schema WHERE type IN ('table', 'view')"
               " AND name NOT LIKE 'sqlite\\_%%' ESCAPE '\\' ORDER BY 2, rowid",
               NULL);
  int code = SQLITE_ERROR;
  while (!status && statement && (code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      const char *name = (const char *) sqlite3_column_text (statement, 0);
      const bool is_view = sqlite3_column_int (statement, 1);
      if (!name || !survey_one (r, &survey, name, is_view, wanted))
        status = fail (r);
    }
  if (!status && code != SQLITE_DONE)
    status = fail (r);
  sqlite3_finalize (statement);
  if (!status && *wanted && survey.nearest && survey.distance == 0)
    r->table = sqlite3_mprintf ("%s", survey.nearest);
  if (!status && !r->table)
    status = no_such_table (r, &survey, wanted);
  else if (!status && *wanted)
    fs_builder_decide (&r->builder, "table", r->table, "chosen");
  else if (!status && survey.n_tables + survey.n_views == 1)
    fs_builder_decide (&r->builder, "table", r->table, "it is the only one");
  else if (!status)
    {
      fs_builder_decide (&r->builder, "table", r->table, "it has the most rows of %s",
                         survey.names);
      fs_builder_warn (&r->builder, 0, "the database has the tables %s; %s is read", survey.names,
                       r->table);
    }
  sqlite3_free (survey.nearest);
  return status;
}

/* ---- its rows ---- */

/* Databases keep as text whatever bytes a program gave them. */
static FsStatus
put_text (Reader *r, FsCellTable *table, size_t column, sqlite3_stmt *statement)
{
  const char *text = (const char *) sqlite3_column_text (statement, (int) column);
  if (!text)
    return fs_problem (r->problem, FS_OUT_OF_MEMORY, r->path, NULL, NULL);
  const size_t n = (size_t) sqlite3_column_bytes (statement, (int) column);
  if (fs_encoding_find_invalid (text, n) == n)
    return fs_cell_table_put (table, column, text, n);
  g_autofree char *valid = g_utf8_make_valid (text, (gssize) n);
  r->n_broken++;
  return fs_cell_table_put (table, column, valid, strlen (valid));
}

static FsStatus
put_value (Reader *r, FsCellTable *table, size_t column, sqlite3_stmt *statement)
{
  char number[FS_NUMBER_SIZE];
  const char *text = number;
  const int at = (int) column;
  switch (sqlite3_column_type (statement, at))
    {
    case SQLITE_NULL:
      return FS_OK;
    case SQLITE_BLOB:
      r->n_blobs++;
      return FS_OK;
    case SQLITE_INTEGER:
      snprintf (number, sizeof number, "%lld", sqlite3_column_int64 (statement, at));
      break;
    case SQLITE_FLOAT:
      if (!isfinite (sqlite3_column_double (statement, at)))
        return FS_OK;
      fs_number_write (sqlite3_column_double (statement, at), number);
      break;
    default:
      return put_text (r, table, column, statement);
    }
  return fs_cell_table_put (table, column, text, strlen (text));
}

static FsStatus
read_rows (Reader *r, FsCellTable *table, sqlite3_stmt *statement)
{
  const size_t n_columns = (size_t) sqlite3_column_count (statement);
  FsStatus status = FS_OK;
  int code = SQLITE_DONE;
  for (size_t i = 0; i < n_columns && !status; i++)
    {
      const char *name = sqlite3_column_name (statement, (int) i);
      g_autofree char *valid = name ? g_utf8_make_valid (name, -1) : NULL;
      status = valid ? fs_cell_table_add_column (table, valid, strlen (valid)) : fail (r);
    }
  while (!status && (code = sqlite3_step (statement)) == SQLITE_ROW)
    {
      status = fs_cell_table_add_row (table, 0);
      for (size_t i = 0; i < n_columns && !status; i++)
        status = put_value (r, table, i, statement);
      if (table->grid.n_rows == r->options->max_rows)
        return status;
    }
  return status || code == SQLITE_DONE ? status : fail (r);
}

static FsStatus
read_table (Reader *r)
{
  FsCellTable table;
  sqlite3_stmt *statement = prepare (r, "SELECT * FROM \"%w\"", r->table);
  FsStatus status = statement ? FS_OK : fail (r);
  fs_cell_table_init (&table, r->path, r->n_file_bytes, &r->builder, r->options, r->problem);
  if (!status)
    status = read_rows (r, &table, statement);
  sqlite3_finalize (statement);
  if (!status && r->n_blobs > 0)
    fs_builder_warn (&r->builder, 0, "%zu values are bytes without a meaning and count as missing",
                     r->n_blobs);
  if (!status && r->n_broken > 0)
    fs_builder_warn (&r->builder, 0,
                     "%zu values are texts with bytes that are no UTF-8; \uFFFD stands for those",
                     r->n_broken);
  if (!status && table.grid.n_rows == 0)
    status = fs_problem (r->problem, FS_MALFORMED, r->path, r->table, "the table has no row");
  if (!status)
    status = fs_cell_table_finish (&table);
  fs_cell_table_clear (&table);
  return status;
}

bool
fs_sqlite_table_is (const char *path)
{
  FsFileParts file;
  char head[sizeof MAGIC];
  size_t n = 0;
  if (fs_file_parts_open (&file, path, NULL) != FS_OK)
    return false;
  fs_file_parts_read (&file, 0, head, sizeof head, &n, NULL);
  fs_file_parts_close (&file);
  return n == sizeof head && memcmp (head, MAGIC, sizeof head) == 0;
}

FsStatus
fs_sqlite_table_read (FsFrame **frame,
                      const char *path,
                      const FsReadOptions *options,
                      FsProblem *problem)
{
  static const FsReadOptions plain = { 0 };
  Reader r = { .path = path, .options = options ? options : &plain, .problem = problem };
  FsFileParts file;
  *frame = NULL;
  FsStatus status = fs_file_parts_open (&file, path, problem);
  if (status)
    return status;
  r.n_file_bytes = file.n_bytes;
  r.most_questions = FREE_QUESTIONS + file.n_bytes / STEPS_A_QUESTION * STEPS_A_BYTE;
  fs_file_parts_close (&file);
  r.builder.frame = calloc (1, sizeof *r.builder.frame);
  if (!r.builder.frame)
    return fs_problem (problem, FS_OUT_OF_MEMORY, path, NULL, NULL);
  status = open_database (&r);
  if (!status)
    status = choose_table (&r);
  if (!status)
    status = read_table (&r);
  if (!status && r.builder.is_out_of_memory)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, path, NULL, NULL);
  if (!status)
    fs_builder_finish (&r.builder);
  sqlite3_free (r.table);
  sqlite3_close (r.db);
  if (status)
    fs_frame_free (r.builder.frame);
  else
    *frame = r.builder.frame;
  return status;
}
