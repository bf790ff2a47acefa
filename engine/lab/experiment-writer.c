/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Experiments as JSON, complete and always in the same order. Walks the schema; knows no key. */

#include "engine/lab/experiment-file.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"

static void
append_indent (GString *json, guint depth)
{
  g_string_append_printf (json, "%*s", (int) (2 * depth), "");
}

static void
append_names (GString *json, const FsPlace *place)
{
  const char *names = (const char *) place->object + place->setting->offset;
  const size_t *n =
      (const size_t *) (const void *) ((const char *) place->object + place->setting->count_offset);
  g_string_append_c (json, '[');
  for (size_t i = 0; i < *n; i++)
    {
      g_string_append (json, i ? ", " : "");
      fs_json_append_string (json, names + i * FS_TEXT_SIZE);
    }
  g_string_append_c (json, ']');
}

static void
append_value (GString *json, const FsPlace *place)
{
  const FsSetting *setting = place->setting;
  const double value = fs_place_get_number (place);
  char text[FS_PATH_SIZE];
  fs_place_get_text (place, text, sizeof text);
  switch (setting->type)
    {
    case FS_TYPE_NUMBER:
    case FS_TYPE_INTEGER:
      if (setting->special_word && value == setting->special_value)
        fs_json_append_string (json, text);
      else
        g_string_append (json, text);
      break;
    case FS_TYPE_BOOLEAN:
      g_string_append (json, text);
      break;
    case FS_TYPE_CHOICE:
    case FS_TYPE_TEXT:
      fs_json_append_string (json, text);
      break;
    case FS_TYPE_NAMES:
      append_names (json, place);
      break;
    }
}

/* { "type": "lstm", "units": 50 } on one line */
static void
append_item (GString *json,
             const char *kind_key,
             const char *kind_word,
             const FsSchema *schema,
             void *item,
             guint kind)
{
  g_string_append_printf (json, "{ \"%s\": ", kind_key);
  fs_json_append_string (json, kind_word);
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsPlace place = { .setting = &schema->settings[i], .object = item };
      if (!(place.setting->kinds >> kind & 1))
        continue;
      g_string_append_printf (json, ", \"%s\": ", place.setting->key);
      append_value (json, &place);
    }
  g_string_append (json, " }");
}

static void
append_layers (GString *json, FsExperiment *experiment, guint depth)
{
  g_string_append (json, "[");
  for (size_t i = 0; i < experiment->n_layers; i++)
    {
      FsLayerSpec *layer = &experiment->layers[i];
      g_string_append (json, i ? ",\n" : "\n");
      append_indent (json, depth + 1);
      append_item (json, "type", fs_layer_kind (layer->kind)->word, fs_schema_layer (), layer,
                   layer->kind);
    }
  g_string_append_c (json, '\n');
  append_indent (json, depth);
  g_string_append_c (json, ']');
}

static void
append_steps (GString *json, FsExperiment *experiment, guint depth)
{
  g_string_append (json, "[");
  for (size_t i = 0; i < experiment->n_steps; i++)
    {
      FsStepSpec *step = &experiment->steps[i];
      g_string_append (json, i ? ",\n" : "\n");
      append_indent (json, depth + 1);
      append_item (json, "step", fs_step_kind (step->kind)->word, fs_schema_step (), step,
                   step->kind);
    }
  g_string_append_c (json, '\n');
  append_indent (json, depth);
  g_string_append_c (json, ']');
}

/* Nested objects are opened and closed as the rows' keys change: the table keeps rows of one object
 * together (a test reads back what is written here, and no key may stand twice). */
typedef struct
{
  GString *json;
  char **open; /* names of the objects that are open */
  gboolean is_first;
} Writer;

static void
close_objects (Writer *writer, guint keep)
{
  guint depth = g_strv_length (writer->open);
  while (depth > keep)
    {
      g_string_append_c (writer->json, '\n');
      append_indent (writer->json, depth);
      g_string_append_c (writer->json, '}');
      g_clear_pointer (&writer->open[--depth], g_free);
      writer->is_first = FALSE;
    }
}

/* Leaves the text after `"key": `, ready for the value; returns its depth. */
static guint
begin_member (Writer *writer, const char *path)
{
  g_auto (GStrv) words = g_strsplit (path, ".", -1);
  const guint n = g_strv_length (words) - 1; /* objects above the value */
  guint n_common = 0;
  while (n_common < n && writer->open[n_common]
         && strcmp (writer->open[n_common], words[n_common]) == 0)
    n_common++;
  close_objects (writer, n_common);
  for (guint i = n_common; i <= n; i++)
    {
      g_string_append (writer->json, writer->is_first ? "\n" : ",\n");
      append_indent (writer->json, i + 1);
      g_string_append_printf (writer->json, "\"%s\": ", words[i]);
      if (i < n)
        {
          g_string_append_c (writer->json, '{');
          writer->open[i] = g_strdup (words[i]);
        }
      writer->is_first = i < n;
    }
  return n + 1;
}

char *
fs_experiment_file_to_json (const FsExperiment *experiment)
{
  g_autoptr (GString) json = g_string_new ("{\n  \"fitscope\": 1");
  char *open[8] = { NULL };
  Writer writer = { .json = json, .open = open };
  FsExperiment copy = *experiment;
  gboolean has_steps = FALSE, has_layers = FALSE;
  size_t index = 0;
  FsPlace place;

  while (fs_experiment_next (&copy, &index, &place))
    {
      if (!has_steps && place.setting->group >= FS_GROUP_PREPARE)
        {
          append_steps (json, &copy, begin_member (&writer, "prepare"));
          has_steps = TRUE;
        }
      if (!has_layers && place.setting->group >= FS_GROUP_MODEL)
        {
          append_layers (json, &copy, begin_member (&writer, "model.layers"));
          has_layers = TRUE;
        }
      /* Settings of items are written with their lists. */
      if (place.object != &copy)
        continue;
      begin_member (&writer, place.path);
      append_value (json, &place);
    }
  close_objects (&writer, 0);
  g_string_append (json, "\n}\n");
  return g_string_free (g_steal_pointer (&json), FALSE);
}

gboolean
fs_experiment_file_save (const FsExperiment *experiment, const char *path, GError **error)
{
  g_autofree char *json = fs_experiment_file_to_json (experiment);
  return g_file_set_contents_full (
      path, json, -1, G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0644, error);
}
