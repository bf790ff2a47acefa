/* SPDX-License-Identifier: GPL-3.0-or-later */

/* JSON logs: an object of arrays, an array of objects, or one object a line; see logs.h. What comes
 * from Python may hold NaN and Infinity, which JSON has not; they are read all the same. */

#include <json-glib/json-glib.h>
#include <math.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/lab/exchange/log-rows.h"

#define MAX_DEPTH 32 /* json-glib recurses; a log needs 3 */

static gboolean
fail_at (GError **error, const char *name, gsize line, const char *what)
{
  FsProblem problem;
  fs_problem_at (&problem, FS_MALFORMED, name, line, NULL, "%s", fs_text (what));
  return fs_lab_error_take (error, &problem);
}

/* The text with NaN, Infinity and -Infinity as strings, which fs_log_number() reads. NULL when it is
 * nested too deeply. *is_lines says whether more than one value stands at the top. */
static char *
make_strict (const char *text, gsize length, gboolean *is_lines)
{
  static const char *const words[] = { "-Infinity", "Infinity", "NaN" };
  g_autoptr (GString) strict = g_string_sized_new (length + 16);
  gboolean is_string = FALSE;
  int depth = 0, n_values = 0;
  for (gsize i = 0; i < length; i++)
    {
      const char *word = NULL;
      for (gsize w = 0; !is_string && !word && w < G_N_ELEMENTS (words); w++)
        if (strncmp (text + i, words[w], strlen (words[w])) == 0)
          word = words[w];
      if (word)
        {
          g_string_append_printf (strict, "\"%s\"", word);
          i += strlen (word) - 1;
          continue;
        }
      g_string_append_c (strict, text[i]);
      if (is_string && text[i] == '\\' && i + 1 < length)
        g_string_append_c (strict, text[++i]);
      else if (text[i] == '"')
        is_string = !is_string;
      else if (!is_string && (text[i] == '{' || text[i] == '['))
        n_values += depth++ == 0;
      else if (!is_string && (text[i] == '}' || text[i] == ']'))
        depth--;
      if (depth > MAX_DEPTH)
        return NULL;
    }
  *is_lines = n_values > 1;
  return g_string_free (g_steal_pointer (&strict), FALSE);
}

static gboolean
read_number (JsonNode *node, double *value, gboolean *is_percent)
{
  if (!JSON_NODE_HOLDS_VALUE (node))
    return FALSE;
  if (json_node_get_value_type (node) == G_TYPE_STRING)
    return fs_log_number (json_node_get_string (node), FALSE, value, is_percent);
  *value = json_node_get_double (node);
  return json_node_get_value_type (node) != G_TYPE_BOOLEAN;
}

/* The member of an object that a field means, or NULL. */
static const char *
find_member (JsonObject *object, FsLogField field)
{
  g_autoptr (GList) names = json_object_get_members (object);
  const char *best = NULL;
  guint best_fit = 0;
  for (GList *at = names; at; at = at->next)
    if (fs_log_field_fit (field, at->data) > best_fit)
      {
        best = at->data;
        best_fit = fs_log_field_fit (field, best);
      }
  return best;
}

static gboolean
add_object (GArray *rows, JsonObject *object, gsize line, const char *name, GError **error)
{
  FsLogRow row = { .line = line };
  for (guint field = 0; field < FS_LOG_N_FIELDS; field++)
    {
      const char *member = find_member (object, (FsLogField) field);
      JsonNode *node = member ? json_object_get_member (object, member) : NULL;
      if (!node || JSON_NODE_HOLDS_NULL (node)
          || (JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
              && fs_log_is_absent (json_node_get_string (node))))
        continue;
      if (!read_number (node, &row.values[field], &row.has_percent))
        {
          g_autofree char *what = g_strdup_printf ("“%s” should be a number", member);
          return fail_at (error, name, line, what);
        }
      row.has[field] = TRUE;
    }
  g_array_append_val (rows, row);
  return TRUE;
}

static gboolean
has_epochs (const GArray *rows)
{
  return g_array_index (rows, FsLogRow, 0).has[FS_LOG_EPOCH];
}

/* One field of {"train_loss": […], …}: its i-th value goes to the i-th row. Where one is longer than another,
 * its last rows have nothing of the other. */
static gboolean
add_array (GArray *rows,
           FsLogField field,
           const char *member,
           JsonArray *array,
           const char *name,
           GError **error)
{
  guint n = json_array_get_length (array);
  /* Which epoch is which cannot be told without all their numbers. */
  if (field == FS_LOG_EPOCH ? n < rows->len : rows->len > 0 && n > rows->len && has_epochs (rows))
    {
      g_autofree char *what = g_strdup_printf (
          "“%s” has %u values where the array before it has %u", member, n, rows->len);
      return fail_at (error, name, 0, what);
    }
  if (n > rows->len)
    g_array_set_size (rows, n); /* cleared */
  for (guint i = 0; i < n; i++)
    {
      FsLogRow *row = &g_array_index (rows, FsLogRow, i);
      JsonNode *node = json_array_get_element (array, i);
      /* In an array of losses, null is how a NaN was written. */
      if (JSON_NODE_HOLDS_NULL (node))
        row->values[field] = NAN;
      else if (!read_number (node, &row->values[field], &row->has_percent))
        {
          g_autofree char *what =
              g_strdup_printf ("value %u of “%s” is not a number", i + 1, member);
          return fail_at (error, name, 0, what);
        }
      row->has[field] = TRUE;
    }
  return TRUE;
}

static gboolean add_value (GArray *rows, JsonNode *root, const char *name, GError **error);

static gboolean
add_arrays (GArray *rows, JsonObject *object, const char *name, GError **error)
{
  if (json_object_has_member (object, "history")
      && JSON_NODE_HOLDS_OBJECT (json_object_get_member (object, "history")))
    object = json_object_get_object_member (object, "history");
  gboolean has_array = FALSE;
  /* Of Hugging Face's trainer_state.json the losses are in a list inside. */
  if (json_object_has_member (object, "log_history")
      && JSON_NODE_HOLDS_ARRAY (json_object_get_member (object, "log_history")))
    return add_value (rows, json_object_get_member (object, "log_history"), name, error);
  for (guint field = 0; field < FS_LOG_N_FIELDS; field++)
    {
      const char *member = find_member (object, (FsLogField) field);
      JsonNode *node = member ? json_object_get_member (object, member) : NULL;
      if (!node || !JSON_NODE_HOLDS_ARRAY (node))
        continue;
      has_array = TRUE;
      if (!add_array (rows, (FsLogField) field, member, json_node_get_array (node), name, error))
        return FALSE;
    }
  /* A single line of a log of lines is an object of numbers. */
  return has_array || add_object (rows, object, 0, name, error);
}

static gboolean
add_value (GArray *rows, JsonNode *root, const char *name, GError **error)
{
  if (JSON_NODE_HOLDS_OBJECT (root))
    return add_arrays (rows, json_node_get_object (root), name, error);
  JsonArray *array = json_node_get_array (root);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *node = json_array_get_element (array, i);
      if (!JSON_NODE_HOLDS_OBJECT (node))
        return fail_at (error, name, 0, "an array of objects, one an epoch, belongs here");
      if (!add_object (rows, json_node_get_object (node), 0, name, error))
        return FALSE;
    }
  return TRUE;
}

static JsonNode *
parse (const char *text, gsize line, const char *name, GError **error)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) problem = NULL;
  if (json_parser_load_from_data (parser, text, -1, &problem) && json_parser_get_root (parser))
    return json_parser_steal_root (parser);
  gsize at = line > 0 ? line : json_parser_get_current_line (parser);
  fail_at (error, name, at, "this is not JSON");
  return NULL;
}

static gboolean
add_lines (GArray *rows, const char *text, const char *name, GError **error)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (gsize i = 0; lines[i]; i++)
    {
      if (*g_strstrip (lines[i]) == '\0')
        continue;
      g_autoptr (JsonNode) root = parse (lines[i], i + 1, name, error);
      if (!root)
        return FALSE;
      if (!JSON_NODE_HOLDS_OBJECT (root))
        return fail_at (error, name, i + 1, "an object, one a line, belongs here");
      if (!add_object (rows, json_node_get_object (root), i + 1, name, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
fs_log_parse_json (FsLog *log, const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (FsLogRow));
  gboolean is_lines = FALSE;
  g_autofree char *strict = make_strict (text, length, &is_lines);
  if (!strict)
    return fail_at (error, name, 0, "this is nested too deeply for a log");
  if (is_lines)
    return add_lines (rows, strict, name, error) && fs_log_merge (log, rows, name, error);
  g_autoptr (JsonNode) root = parse (strict, 0, name, error);
  return root && add_value (rows, root, name, error) && fs_log_merge (log, rows, name, error);
}
