/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where data comes from: the program's own series by name, and files by path. */

#include "engine/lab/source.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <stdatomic.h>
#include <string.h>
#include "engine/base/nearest.h"
#include "engine/lab/exchange/sqlite-table.h"

#define BUILTIN "builtin:"
#define EXPERIMENT_ENDING ".fit.json"

static char *
directory_of_program (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = g_file_read_link ("/proc/self/exe", &error);
  return program ? g_path_get_dirname (program) : NULL;
}

static gboolean
holds_series (const char *directory)
{
  g_autofree char *series = g_build_filename (directory, "series", NULL);
  return g_file_test (series, G_FILE_TEST_IS_DIR);
}

/* A program within the build tree takes the source tree's data; an installed one takes what lies
 * beside it (so that the whole installation can be moved), else where it was configured to lie. */
static char *
find_data_dir (void)
{
  const char *chosen = g_getenv ("FITSCOPE_DATA_DIR");
  if (chosen && *chosen)
    return g_strdup (chosen);

  g_autofree char *program = directory_of_program ();
  if (program && g_str_has_prefix (program, FS_BUILD_ROOT "/") && holds_series (FS_SOURCE_DATA_DIR))
    return g_strdup (FS_SOURCE_DATA_DIR);

  if (program)
    {
      g_autofree char *beside = g_build_filename (program, FS_BINDIR_TO_DATA, NULL);
      if (holds_series (beside))
        return g_canonicalize_filename (beside, NULL);
    }
  return g_strdup (FS_INSTALLED_DATA_DIR);
}

/* Found once. Several threads may look at the same time, and the first to finish is believed; not
 * g_once_init_enter(), whose half inside GLib ThreadSanitizer cannot see. */
const char *
fs_source_data_dir (void)
{
  static _Atomic (char *) directory = NULL;
  char *known = atomic_load (&directory);
  if (known)
    return known;
  char *found = find_data_dir ();
  if (atomic_compare_exchange_strong (&directory, &known, found))
    return found;
  g_free (found);
  return known;
}

static int
compare_names (const void *left, const void *right)
{
  return strcmp (*(char *const *) left, *(char *const *) right);
}

/* Names of the files of one folder of the data: without their ending, hyphens for underscores. */
static char **
list_files (const char *folder, const char *ending)
{
  g_autofree char *path = g_build_filename (fs_source_data_dir (), folder, NULL);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  const char *file;
  while (directory && (file = g_dir_read_name (directory)))
    if (g_str_has_suffix (file, ending))
      {
        char *name = g_strndup (file, strlen (file) - strlen (ending));
        g_ptr_array_add (names, g_strdelimit (name, "_", '-'));
      }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (char **) g_ptr_array_free (g_steal_pointer (&names), FALSE);
}

char **
fs_source_list_builtin (void)
{
  return list_files ("series", ".csv");
}

char **
fs_source_list_experiments (void)
{
  return list_files ("experiments", EXPERIMENT_ENDING);
}

static const char *
nearest_of (char *const *names, const char *name)
{
  const char *nearest = NULL;
  size_t best = G_MAXSIZE;
  for (; *names; names++)
    {
      const size_t distance = fs_nearest_distance (name, *names);
      if (distance < best)
        {
          best = distance;
          nearest = *names;
        }
    }
  return nearest && fs_nearest_is_near (name, best) ? nearest : NULL;
}

/* `where` is the key that held the name, NULL if none did. */
static char *
fail_builtin (const char *where, const char *source, char *const *names, GError **error)
{
  FsProblem problem;
  const char *nearest = nearest_of (names, source + strlen (BUILTIN));
  g_autofree char *list = g_strjoinv (", ", (char **) names);
  g_autofree char *allowed = nearest  ? g_strdup_printf ("the nearest is " BUILTIN "%s", nearest)
                             : *names ? g_strdup_printf ("there are %s", list)
                                      : g_strdup_printf ("%s holds none", fs_source_data_dir ());
  fs_problem (&problem, FS_NOT_FOUND, where, source, allowed);
  fs_lab_error_take (error, &problem);
  return NULL;
}

/* The file of a name that is in the list; names are matched whole, so that none leaves the folder. */
static char *
path_of_builtin (const char *folder, const char *name, const char *ending)
{
  g_autofree char *plain = g_strconcat (name, ending, NULL);
  g_autofree char *path = g_build_filename (fs_source_data_dir (), folder, plain, NULL);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);
  g_autofree char *stem = g_strdelimit (g_strdup (name), "-", '_');
  g_autofree char *file = g_strconcat (stem, ending, NULL);
  return g_build_filename (fs_source_data_dir (), folder, file, NULL);
}

static char *
resolve_builtin (const char *source, GError **error)
{
  const char *name = source + strlen (BUILTIN);
  g_auto (GStrv) names = fs_source_list_builtin ();
  if (!g_strv_contains ((const char *const *) names, name))
    return fail_builtin ("data.source", source, names, error);
  return path_of_builtin ("series", name, ".csv");
}

char *
fs_source_resolve_experiment (const char *name, GError **error)
{
  if (!g_str_has_prefix (name, BUILTIN))
    return g_strdup (name);
  const char *word = name + strlen (BUILTIN);
  g_auto (GStrv) names = fs_source_list_experiments ();
  if (!g_strv_contains ((const char *const *) names, word))
    return fail_builtin (NULL, name, names, error);
  return path_of_builtin ("experiments", word, EXPERIMENT_ENDING);
}

char *
fs_source_resolve (const char *source, const char *base, GError **error)
{
  FsProblem problem;
  if (g_str_has_prefix (source, BUILTIN))
    return resolve_builtin (source, error);

  /* dirname() of a plain file name; "./a.csv" would tell nobody more than "a.csv". */
  if (g_strcmp0 (base, ".") == 0)
    base = NULL;
  g_autofree char *path = g_path_is_absolute (source) || !base
                              ? g_strdup (source)
                              : g_build_filename (base, source, NULL);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      fs_problem (&problem, FS_UNREADABLE, "data.source", source, "a file, not a folder");
      fs_lab_error_take (error, &problem);
      return NULL;
    }
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&path);

  g_auto (GStrv) names = fs_source_list_builtin ();
  g_autofree char *allowed =
      g_strv_contains ((const char *const *) names, source)
          ? g_strdup_printf ("a series of the program is written " BUILTIN "%s", source)
          : g_strdup_printf ("looked for the file in %s", base ? base : "the current folder");
  fs_problem (&problem, FS_NOT_FOUND, "data.source", source, allowed);
  fs_lab_error_take (error, &problem);
  return NULL;
}

static void
settle_path (char path[FS_PATH_SIZE], const char *base)
{
  if (!*path || g_path_is_absolute (path))
    return;
  g_autofree char *folder = g_canonicalize_filename (base ? base : ".", NULL);
  g_autofree char *absolute = g_canonicalize_filename (path, folder);
  if (strlen (absolute) < FS_PATH_SIZE)
    g_strlcpy (path, absolute, FS_PATH_SIZE);
}

void
fs_source_settle_words (FsExperiment *experiment, const char *base)
{
  settle_path (experiment->text.vectors, base);
  settle_path (experiment->text.synonyms, base);
  settle_path (experiment->text.back_translations, base);
}

FsStatus
fs_source_prepare (FsDataset **dataset,
                   const FsFrame *frame,
                   const FsExperiment *experiment,
                   const char *base,
                   FsProblem *problem)
{
  g_autofree FsExperiment *settled = g_memdup2 (experiment, sizeof *experiment);
  fs_source_settle_words (settled, base);
  return fs_dataset_new (dataset, frame, settled, problem);
}

void
fs_source_settle (FsExperiment *experiment, const char *base)
{
  fs_source_settle_words (experiment, base);
  char *source = experiment->data.source;
  if (g_str_has_prefix (source, "builtin:"))
    return;
  g_autofree char *resolved = fs_source_resolve (source, base, NULL);
  /* What is relative to the current directory would be as lost as what was relative to `base`. */
  g_autofree char *absolute = resolved ? g_canonicalize_filename (resolved, NULL) : NULL;
  if (absolute && strlen (absolute) < sizeof experiment->data.source)
    g_strlcpy (source, absolute, sizeof experiment->data.source);
}

/* Files of fewer bytes are read before a second thread has begun. */
#define BYTES_WORTH_SHARING (1 << 20)

/* With all processors, if the file is large and the caller has brought no pool. */
static FsStatus
read_shared (FsFrame **frame, const char *path, const FsReadOptions *options, FsProblem *problem)
{
  FsReadOptions shared = options ? *options : (FsReadOptions){ 0 };
  GStatBuf about;
  FsPool *pool = NULL;
  *frame = NULL;
  if (!shared.pool && g_stat (path, &about) == 0 && about.st_size >= BYTES_WORTH_SHARING)
    {
      FsStatus status = fs_pool_new (&pool, g_get_num_processors (), problem);
      if (status)
        return status;
      shared.pool = pool;
    }
  FsStatus status = fs_sqlite_table_is (path) ? fs_sqlite_table_read (frame, path, &shared, problem)
                                              : fs_frame_read_file (frame, path, &shared, problem);
  fs_pool_free (pool);
  return status;
}

FsFrame *
fs_source_load (const char *source, const char *base, const FsReadOptions *options, GError **error)
{
  FsProblem problem;
  FsFrame *frame = NULL;
  g_autofree char *path = fs_source_resolve (source, base, error);
  if (!path)
    return NULL;
  if (read_shared (&frame, path, options, &problem) != FS_OK)
    {
      fs_lab_error_take (error, &problem);
      return NULL;
    }
  return frame;
}
