/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema itself as JSON, for scripts that generate or check experiments. */

#include "engine/lab/experiment-file.h"

#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"

static void
append_string_member (GString *json, const char *key, const char *text)
{
  g_string_append_printf (json, ", \"%s\": ", key);
  if (text)
    fs_json_append_string (json, text);
  else
    g_string_append (json, "null");
}

static void
append_boolean_member (GString *json, const char *key, gboolean value)
{
  g_string_append_printf (json, ", \"%s\": %s", key, value ? "true" : "false");
}

static void
append_number_member (GString *json, const char *key, double value)
{
  g_string_append_printf (json, ", \"%s\": ", key);
  fs_json_append_number (json, value);
}

static void
append_choices (GString *json, const FsChoice *choices)
{
  g_string_append (json, ", \"choices\": [");
  for (const FsChoice *choice = choices; choice->word; choice++)
    {
      g_string_append (json, choice == choices ? "{\"word\": " : ", {\"word\": ");
      fs_json_append_string (json, choice->word);
      append_string_member (json, "label", choice->label);
      append_string_member (json, "help", choice->help);
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}

/* The default in its JSON form: what fs_experiment_file_to_json() would write. */
static void
append_default (GString *json, const FsSetting *setting)
{
  g_string_append (json, ", \"default\": ");
  if (setting->type == FS_TYPE_TEXT)
    fs_json_append_string (json, setting->default_text);
  else if (setting->type == FS_TYPE_NAMES)
    g_string_append (json, "[]");
  else if (setting->type == FS_TYPE_BOOLEAN)
    g_string_append (json, setting->default_value != 0 ? "true" : "false");
  else if (setting->type == FS_TYPE_CHOICE)
    fs_json_append_string (json, setting->choices[(int) setting->default_value].word);
  else if (setting->special_word && setting->default_value == setting->special_value)
    fs_json_append_string (json, setting->special_word);
  else
    fs_json_append_number (json, setting->default_value);
}

static void
append_range (GString *json, const FsSetting *setting)
{
  append_number_member (json, "min", setting->min);
  append_number_member (json, "max", setting->max);
  append_boolean_member (json, "min_is_excluded", setting->min_is_excluded);
  append_boolean_member (json, "max_is_excluded", setting->max_is_excluded);
  append_string_member (json, "special", setting->special_word);
  append_string_member (json, "scale", setting->scale == FS_SCALE_OF_LOG ? "log" : "linear");
  append_number_member (json, "increment", setting->increment);
}

static const char *const type_words[] = {
  [FS_TYPE_NUMBER] = "number", [FS_TYPE_INTEGER] = "integer", [FS_TYPE_BOOLEAN] = "boolean",
  [FS_TYPE_CHOICE] = "choice", [FS_TYPE_TEXT] = "text",       [FS_TYPE_NAMES] = "names",
};

/* The row that this one depends on, in the same table. */
static const FsSetting *
condition_of (const FsSchema *schema, const FsSetting *setting)
{
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsSetting *other = &schema->settings[i];
      if (g_str_equal (other->key, setting->only_if_key)
          && (!setting->kinds || (other->kinds & setting->kinds)))
        return other;
    }
  return NULL;
}

/* One choice as a word, several as a list; a switch as true or false. */
static void
append_condition (GString *json, const FsSchema *schema, const FsSetting *setting)
{
  const FsSetting *other = condition_of (schema, setting);
  if (!other)
    return;
  if (other->type == FS_TYPE_BOOLEAN)
    {
      append_boolean_member (json, "only_if_choice", setting->only_if_choice != 0);
      return;
    }
  const FsChoice *choices = other->choices;
  if (!setting->only_if_choices)
    {
      append_string_member (json, "only_if_choice", choices[setting->only_if_choice].word);
      return;
    }
  const char *separator = ", \"only_if_choice\": [";
  for (int i = 0; choices[i].word; i++)
    if (setting->only_if_choices >> i & 1)
      {
        g_string_append (json, separator);
        fs_json_append_string (json, choices[i].word);
        separator = ", ";
      }
  g_string_append_c (json, ']');
}

static void
append_setting (GString *json, const FsSchema *schema, const FsSetting *setting)
{
  g_string_append (json, "{\"key\": ");
  fs_json_append_string (json, setting->key);
  append_string_member (json, "type", type_words[setting->type]);
  append_string_member (json, "group", fs_group_label (setting->group));
  append_string_member (json, "label", setting->label);
  append_string_member (json, "help", setting->help);
  append_default (json, setting);
  if (setting->type == FS_TYPE_NUMBER || setting->type == FS_TYPE_INTEGER)
    append_range (json, setting);
  if (setting->type == FS_TYPE_CHOICE)
    append_choices (json, setting->choices);
  append_string_member (json, "unit", setting->unit);
  append_boolean_member (json, "live", setting->is_live || setting->is_for_show);
  append_boolean_member (json, "searchable", setting->is_searchable);
  append_string_member (json, "pytorch", setting->pytorch_name);
  append_string_member (json, "keras", setting->keras_name);
  append_string_member (json, "only_if", setting->only_if_key);
  if (setting->only_if_key)
    append_condition (json, schema, setting);
  g_string_append_c (json, '}');
}

/* kind < 0 takes every row. */
static void
append_settings (GString *json, const FsSchema *schema, int kind, const char *indent)
{
  gboolean is_first = TRUE;
  g_string_append_c (json, '[');
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      if (kind >= 0 && !(schema->settings[i].kinds >> kind & 1))
        continue;
      g_string_append_printf (json, "%s\n%s", is_first ? "" : ",", indent);
      append_setting (json, schema, &schema->settings[i]);
      is_first = FALSE;
    }
  g_string_append_c (json, ']');
}

static void
append_kind (GString *json, const FsKind *kind, const FsSchema *schema, int number)
{
  g_string_append (json, number ? ",\n    {\"kind\": " : "\n    {\"kind\": ");
  fs_json_append_string (json, kind->word);
  append_string_member (json, "label", kind->label);
  append_string_member (json, "help", kind->help);
  g_string_append (json, ", \"settings\": ");
  append_settings (json, schema, number, "      ");
  g_string_append_c (json, '}');
}

char *
fs_schema_to_json (void)
{
  g_autoptr (GString) json = g_string_new ("{\n  \"fitscope\": 1,\n  \"settings\": ");
  append_settings (json, fs_schema_experiment (), -1, "    ");
  g_string_append (json, ",\n  \"layers\": [");
  for (int kind = 0; kind < FS_N_LAYER_KINDS; kind++)
    append_kind (json, fs_layer_kind ((FsLayerKind) kind), fs_schema_layer (), kind);
  g_string_append (json, "],\n  \"steps\": [");
  for (int kind = 0; kind < FS_N_STEP_KINDS; kind++)
    append_kind (json, fs_step_kind ((FsStepKind) kind), fs_schema_step (), kind);
  g_string_append (json, "]\n}\n");
  return g_string_free (g_steal_pointer (&json), FALSE);
}
