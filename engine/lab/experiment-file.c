/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Experiments from JSON. Reading walks the schema next to the JSON tree: a member is a setting, an
 * object on the way to settings, or one of the two lists; anything else is an error. Writing is
 * experiment-writer.c's. */

#include "engine/lab/experiment-file.h"

#include <gio/gio.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include "engine/base/nearest.h"
#include "engine/base/text.h"
#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"

#define FORMAT_VERSION 1
#define MAX_FILE_SIZE (1024 * 1024) /* 1 MiB: a complete experiment is about 2 kB */

typedef struct
{
  FsExperiment *experiment;
  const char *name;  /* of the file, for messages */
  GHashTable *marks; /* path → FsJsonMark */
  GError **error;
} Reader;

/* One of the two lists: what an item's kind is called, which kinds there are, and its rows. */
typedef struct
{
  const char *path;     /* "model.layers" */
  const char *kind_key; /* "type" */
  int n_kinds;
  const FsSchema *(*schema) (void);
} ListForm;

static const ListForm layers_form = { "model.layers", "type", FS_N_LAYER_KINDS, fs_schema_layer };
static const ListForm steps_form = { "prepare", "step", FS_N_STEP_KINDS, fs_schema_step };

static const FsKind *
kind_of_form (const ListForm *form, int kind)
{
  return form == &layers_form ? fs_layer_kind ((FsLayerKind) kind)
                              : fs_step_kind ((FsStepKind) kind);
}

/* Puts the file and the line of `path` before the problem's sentence. */
static gboolean
fail (const Reader *reader, const char *path, const FsProblem *problem)
{
  char sentence[1024];
  fs_problem_sentence (problem, sentence, sizeof sentence);
  const FsJsonMark *mark = g_hash_table_lookup (reader->marks, path);
  if (mark)
    g_set_error (reader->error, FS_LAB_ERROR, (int) problem->status, fs_text ("%s, line %zu: %s"),
                 reader->name, mark->line, sentence);
  else
    g_set_error (reader->error, FS_LAB_ERROR, (int) problem->status, "%s: %s", reader->name,
                 sentence);
  return FALSE;
}

static gboolean
fail_at (const Reader *reader,
         const char *path,
         FsStatus status,
         const char *value,
         const char *allowed)
{
  FsProblem problem;
  fs_problem (&problem, status, path, value, allowed);
  return fail (reader, path, &problem);
}

/* What a value is, for messages: as written if it is short, else its kind. */
static char *
describe_node (const Reader *reader, const char *path, JsonNode *node)
{
  const FsJsonMark *mark = g_hash_table_lookup (reader->marks, path);
  if (mark && mark->number)
    return g_strdup (mark->number);
  switch (json_node_get_node_type (node))
    {
    case JSON_NODE_OBJECT:
      return g_strdup ("{ … }");
    case JSON_NODE_ARRAY:
      return g_strdup ("[ … ]");
    case JSON_NODE_NULL:
      return g_strdup ("null");
    default:
      break;
    }
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  return json_node_dup_string (node);
}

static gboolean
fail_type (const Reader *reader, const char *path, JsonNode *node, const char *allowed)
{
  g_autofree char *value = describe_node (reader, path, node);
  if (json_node_get_node_type (node) == JSON_NODE_NULL)
    {
      g_autofree char *advice =
          g_strdup_printf (fs_text ("%s; leave the key out to get the default"), fs_text (allowed));
      return fail_at (reader, path, FS_WRONG_TYPE, value, advice);
    }
  return fail_at (reader, path, FS_WRONG_TYPE, value, allowed);
}

static gboolean
is_string (JsonNode *node)
{
  return json_node_get_node_type (node) == JSON_NODE_VALUE
         && json_node_get_value_type (node) == G_TYPE_STRING;
}

static gboolean
is_boolean (JsonNode *node)
{
  return json_node_get_node_type (node) == JSON_NODE_VALUE
         && json_node_get_value_type (node) == G_TYPE_BOOLEAN;
}

/* The list of names as one text in which commas separate; NULL if an element is no text. */
static char *
join_names (JsonArray *array)
{
  g_autoptr (GString) joined = g_string_new (NULL);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode *element = json_array_get_element (array, i);
      if (!is_string (element))
        return NULL;
      if (i > 0)
        g_string_append_c (joined, ',');
      for (const char *c = json_node_get_string (element); *c; c++)
        {
          if (*c == ',' || *c == '\\')
            g_string_append_c (joined, '\\');
          g_string_append_c (joined, *c);
        }
    }
  return g_string_free (g_steal_pointer (&joined), FALSE);
}

/* The text that fs_place_set_text() takes, if the JSON value is of the row's kind; else NULL.
 * Numbers are handed on as they are written, so that reading them is exact in every locale. */
static char *
text_of_node (const Reader *reader, const FsPlace *place, JsonNode *node)
{
  const FsJsonMark *mark = g_hash_table_lookup (reader->marks, place->path);
  switch (place->setting->type)
    {
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
      if (mark && mark->number)
        return g_strdup (mark->number);
      if (is_string (node)
          && g_strcmp0 (json_node_get_string (node), place->setting->special_word) == 0)
        return json_node_dup_string (node);
      return NULL;
    case FS_TYPE_BOOLEAN:
      return is_boolean (node) ? g_strdup (json_node_get_boolean (node) ? "true" : "false") : NULL;
    case FS_TYPE_CHOICE:
    case FS_TYPE_TEXT:
      return is_string (node) ? json_node_dup_string (node) : NULL;
    case FS_TYPE_NAMES:
      return JSON_NODE_HOLDS_ARRAY (node) ? join_names (json_node_get_array (node)) : NULL;
    }
  return NULL;
}

static gboolean
read_setting (const Reader *reader, const FsPlace *place, JsonNode *node)
{
  FsProblem problem;
  g_autofree char *text = text_of_node (reader, place, node);
  if (!text)
    {
      char allowed[256];
      fs_setting_describe_allowed (place->setting, allowed, sizeof allowed);
      return fail_type (reader, place->path, node, allowed);
    }
  if (fs_place_set_text (place, text, &problem) != FS_OK)
    return fail (reader, place->path, &problem);
  return TRUE;
}

/* Keeps the nearest of the words it is shown. */
typedef struct
{
  const char *word;
  size_t distance;
  char nearest[FS_TEXT_SIZE];
} Nearest;

static void
consider (Nearest *nearest, const char *candidate, gsize length)
{
  g_autofree char *word = g_strndup (candidate, length);
  const size_t distance = fs_nearest_distance (nearest->word, word);
  if (distance < nearest->distance)
    {
      nearest->distance = distance;
      g_strlcpy (nearest->nearest, word, sizeof nearest->nearest);
    }
}

/* For a word that is certainly meant. */
static void
suggest (Nearest *nearest, const char *word)
{
  nearest->distance = 0;
  g_strlcpy (nearest->nearest, word, sizeof nearest->nearest);
}

/* A known key of the same object if one is near, else the likeliest setting anywhere. */
static gboolean
fail_unknown (const Reader *reader, const char *prefix, const char *member)
{
  static const char *const others[] = { "fitscope", "prepare", "model.layers", NULL };
  const gsize prefix_length = strlen (prefix);
  const FsSchema *schema = fs_schema_experiment ();
  g_autofree char *path = g_strconcat (prefix, member, NULL);
  g_autofree char *allowed = NULL;
  Nearest nearest = { .word = member, .distance = G_MAXSIZE };
  char key[FS_TEXT_SIZE];

  for (size_t i = 0; i < schema->n_settings; i++)
    if (g_str_has_prefix (schema->settings[i].key, prefix))
      {
        const FsSetting *setting = &schema->settings[i];
        const char *rest = setting->key + prefix_length;
        consider (&nearest, rest, strcspn (rest, "."));
        if (g_strcmp0 (setting->pytorch_name, member) == 0
            || g_strcmp0 (setting->keras_name, member) == 0)
          suggest (&nearest, rest);
      }
  for (size_t i = 0; others[i]; i++)
    if (g_str_has_prefix (others[i], prefix))
      {
        const char *rest = others[i] + prefix_length;
        const char *dot = strrchr (rest, '.');
        consider (&nearest, rest, strcspn (rest, "."));
        if (dot && strcmp (dot + 1, member) == 0)
          suggest (&nearest, rest);
      }

  if (strchr (member, '.'))
    allowed = g_strdup (fs_text ("in a file, keys are nested: \"train\": { \"epochs\": 100 }"));
  else if (fs_nearest_is_near (member, nearest.distance))
    allowed = g_strdup_printf (fs_text ("the nearest known key is %s%s"), prefix, nearest.nearest);
  else if (fs_experiment_nearest_key (reader->experiment, prefix_length ? path : member, key,
                                      sizeof key))
    allowed = g_strdup_printf (fs_text ("the nearest known key is %s"), key);
  else
    allowed = g_strdup (fs_text ("fitscope schema lists them all"));
  return fail_at (reader, path, FS_UNKNOWN_KEY, NULL, allowed);
}

static gboolean
fail_unknown_in_item (const Reader *reader,
                      const ListForm *form,
                      int kind,
                      const char *path,
                      const char *member)
{
  const FsSchema *schema = form->schema ();
  Nearest nearest = { .word = member, .distance = G_MAXSIZE };
  g_autoptr (GString) allowed = g_string_new (NULL);

  g_string_append_printf (allowed, fs_text ("%s has "), kind_of_form (form, kind)->word);
  for (size_t i = 0, n = 0; i < schema->n_settings; i++)
    if (schema->settings[i].kinds >> kind & 1)
      {
        consider (&nearest, schema->settings[i].key, strlen (schema->settings[i].key));
        g_string_append_printf (allowed, "%s%s", n++ ? ", " : "", schema->settings[i].key);
      }
  if (fs_nearest_is_near (member, nearest.distance))
    g_string_append_printf (allowed, fs_text ("; the nearest known key is %s"), nearest.nearest);
  return fail_at (reader, path, FS_UNKNOWN_KEY, NULL, allowed->str);
}

/* The number of the kind that the item names; -1 after an error. */
static int
read_kind (const Reader *reader, const ListForm *form, const char *path, JsonObject *object)
{
  g_autofree char *kind_path = g_strdup_printf ("%s.%s", path, form->kind_key);
  JsonNode *node = json_object_get_member (object, form->kind_key);
  const char *word = node && is_string (node) ? json_node_get_string (node) : NULL;
  Nearest nearest = { .word = word ? word : "", .distance = G_MAXSIZE };
  g_autoptr (GString) allowed = g_string_new (NULL);

  for (int kind = 0; kind < form->n_kinds; kind++)
    {
      const char *known = kind_of_form (form, kind)->word;
      if (g_strcmp0 (known, word) == 0)
        return kind;
      consider (&nearest, known, strlen (known));
      g_string_append_printf (allowed, "%s%s",
                              kind == 0                  ? ""
                              : kind + 1 < form->n_kinds ? ", "
                                                         : fs_text (" or "),
                              known);
    }

  if (word && fs_nearest_is_near (word, nearest.distance))
    g_string_append_printf (allowed, fs_text ("; the nearest is %s"), nearest.nearest);
  if (word)
    fail_at (reader, kind_path, FS_UNKNOWN_CHOICE, word, allowed->str);
  else if (node)
    {
      g_autofree char *value = describe_node (reader, kind_path, node);
      fail_at (reader, kind_path, FS_WRONG_TYPE, value, allowed->str);
    }
  else
    {
      g_autofree char *needed =
          g_strdup_printf (fs_text ("the item needs \"%s\": %s"), form->kind_key, allowed->str);
      fail_at (reader, path, FS_NOT_FOUND, NULL, needed);
    }
  return -1;
}

static gboolean
read_item (const Reader *reader, const ListForm *form, const char *path, JsonNode *node)
{
  FsExperiment *experiment = reader->experiment;
  FsProblem problem;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return fail_type (reader, path, node, "an object in curly brackets");

  JsonObject *object = json_node_get_object (node);
  const int kind = read_kind (reader, form, path, object);
  if (kind < 0)
    return FALSE;
  const FsStatus status =
      form == &layers_form
          ? fs_experiment_insert_layer (experiment, G_MAXSIZE, (FsLayerKind) kind, &problem)
          : fs_experiment_insert_step (experiment, G_MAXSIZE, (FsStepKind) kind, &problem);
  if (status != FS_OK)
    return fail (reader, path, &problem);

  JsonObjectIter iter;
  const char *member;
  JsonNode *value;
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &member, &value))
    {
      if (strcmp (member, form->kind_key) == 0)
        continue;
      g_autofree char *full = g_strdup_printf ("%s.%s", path, member);
      FsPlace place;
      if (!fs_schema_find (form->schema (), member, kind))
        return fail_unknown_in_item (reader, form, kind, full, member);
      if (fs_experiment_find (experiment, full, &place, &problem) != FS_OK)
        return fail (reader, full, &problem);
      if (!read_setting (reader, &place, value))
        return FALSE;
    }
  return TRUE;
}

/* The list in the file replaces the default list. */
static gboolean
read_list (const Reader *reader, const ListForm *form, JsonNode *node)
{
  FsExperiment *experiment = reader->experiment;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return fail_type (reader, form->path, node, "a list in square brackets");
  if (form == &layers_form)
    while (experiment->n_layers > 0)
      fs_experiment_remove_layer (experiment, experiment->n_layers - 1);
  else
    while (experiment->n_steps > 0)
      fs_experiment_remove_step (experiment, experiment->n_steps - 1);

  JsonArray *array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      g_autofree char *path = g_strdup_printf ("%s.%u", form->path, i);
      if (!read_item (reader, form, path, json_array_get_element (array, i)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_version (const Reader *reader, JsonNode *node)
{
  const FsJsonMark *mark = g_hash_table_lookup (reader->marks, "fitscope");
  if (!mark || !mark->number)
    return fail_type (reader, "fitscope", node, "the number of the format, 1");
  if (strcmp (mark->number, G_STRINGIFY (FORMAT_VERSION)) != 0)
    {
      g_autofree char *allowed =
          g_strdup_printf (fs_text ("this program reads format %d"), FORMAT_VERSION);
      return fail_at (reader, "fitscope", FS_OUT_OF_RANGE, mark->number, allowed);
    }
  return TRUE;
}

static gboolean
leads_to_settings (const char *prefix)
{
  const FsSchema *schema = fs_schema_experiment ();
  for (size_t i = 0; i < schema->n_settings; i++)
    if (g_str_has_prefix (schema->settings[i].key, prefix))
      return TRUE;
  return g_str_has_prefix (layers_form.path, prefix);
}

/* `prefix` is "" or the object's path and a dot. */
static gboolean
read_object (const Reader *reader, JsonObject *object, const char *prefix)
{
  JsonObjectIter iter;
  const char *member;
  JsonNode *node;
  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &member, &node))
    {
      g_autofree char *path = g_strconcat (prefix, member, NULL);
      g_autofree char *inner = g_strconcat (path, ".", NULL);
      gboolean is_read;
      FsPlace place;

      if (!member[0] || strchr (member, '.'))
        is_read = fail_unknown (reader, prefix, member);
      else if (strcmp (path, "fitscope") == 0)
        is_read = read_version (reader, node);
      else if (strcmp (path, steps_form.path) == 0)
        is_read = read_list (reader, &steps_form, node);
      else if (strcmp (path, layers_form.path) == 0)
        is_read = read_list (reader, &layers_form, node);
      else if (fs_experiment_find (reader->experiment, path, &place, NULL) == FS_OK)
        is_read = read_setting (reader, &place, node);
      else if (!leads_to_settings (inner))
        is_read = fail_unknown (reader, prefix, member);
      else if (!JSON_NODE_HOLDS_OBJECT (node))
        is_read = fail_type (reader, path, node, "an object in curly brackets");
      else
        is_read = read_object (reader, json_node_get_object (node), inner);
      if (!is_read)
        return FALSE;
    }
  return TRUE;
}

gboolean
fs_experiment_file_parse (FsExperiment *experiment,
                          const char *json,
                          gssize length,
                          const char *name,
                          GError **error)
{
  const gsize size = length < 0 ? strlen (json) : (gsize) length;
  g_autoptr (GHashTable) marks = fs_json_check (json, size, name, error);
  if (!marks)
    return FALSE;

  /* The text is known to be JSON: a refusal here would be a disagreement between two parsers. */
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) disagreement = NULL;
  FsProblem problem;
  if (!json_parser_load_from_data (parser, json, (gssize) size, &disagreement))
    {
      fs_problem (&problem, FS_MALFORMED, name, NULL, disagreement->message);
      return fs_lab_error_take (error, &problem);
    }

  /* Read into a copy, so that a failure leaves the caller's experiment as it was. */
  FsExperiment read = fs_experiment_default ();
  const Reader reader = { .experiment = &read, .name = name, .marks = marks, .error = error };
  if (!read_object (&reader, json_node_get_object (json_parser_get_root (parser)), ""))
    return FALSE;
  /* What the file leaves out is what suits its task. */
  if (!g_hash_table_contains (marks, "train.loss"))
    fs_experiment_suit_loss (&read);
  if (!g_hash_table_contains (marks, "model.layers"))
    fs_experiment_suit_layers (&read);
  if (fs_experiment_validate (&read, &problem) != FS_OK)
    return fail (&reader, problem.where, &problem);
  *experiment = read;
  return TRUE;
}

/* At most MAX_FILE_SIZE bytes: a path may name a device that never ends. */
static char *
read_file (const char *path, gsize *length, GError **error)
{
  FsProblem problem;
  g_autoptr (GError) cause = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, &cause);
  g_autofree char *bytes = g_malloc (MAX_FILE_SIZE + 1);
  if (!stream
      || !g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, MAX_FILE_SIZE + 1, length, NULL,
                                   &cause))
    {
      const gboolean is_absent = g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
      fs_problem (&problem, is_absent ? FS_NOT_FOUND : FS_UNREADABLE, path, NULL,
                  is_absent ? "an experiment file (*.fit.json) was expected" : cause->message);
      fs_lab_error_take (error, &problem);
      return NULL;
    }
  if (*length > MAX_FILE_SIZE)
    {
      fs_problem (&problem, FS_TOO_LARGE, path, NULL, "an experiment file has at most 1 MiB");
      fs_lab_error_take (error, &problem);
      return NULL;
    }
  return g_steal_pointer (&bytes);
}

gboolean
fs_experiment_file_load (FsExperiment *experiment, const char *path, GError **error)
{
  gsize length;
  g_autofree char *bytes = read_file (path, &length, error);
  return bytes && fs_experiment_file_parse (experiment, bytes, (gssize) length, path, error);
}
