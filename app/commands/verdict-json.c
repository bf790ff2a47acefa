/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A verdict as JSON; see verdict-json.h. */

#include "app/commands/verdict-json.h"

#include <math.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"

static void
append_setting (GString *json, const char *key, const char *text)
{
  char *end;
  g_string_append_c (json, '{');
  fs_json_append_string (json, key);
  g_string_append_c (json, ':');
  g_ascii_strtod (text, &end);
  if (*text && !*end)
    g_string_append (json, text);
  else if (g_str_equal (text, "true") || g_str_equal (text, "false"))
    g_string_append (json, text);
  else
    fs_json_append_string (json, text);
  g_string_append_c (json, '}');
}

/* A step or layer to come, as an experiment file has it. */
static void
append_item (GString *json, const char *word, const char *kind, const char *settings)
{
  g_auto (GStrv) assignments = g_strsplit (settings, " ", -1);
  g_string_append_c (json, '{');
  fs_json_append_string (json, word);
  g_string_append_c (json, ':');
  fs_json_append_string (json, kind);
  for (char **a = assignments; *a; a++)
    {
      char *value = strchr (*a, '='), *end;
      if (!value)
        continue;
      *value++ = '\0';
      g_string_append_c (json, ',');
      fs_json_append_string (json, *a);
      g_string_append_c (json, ':');
      g_ascii_strtod (value, &end);
      if (*end)
        fs_json_append_string (json, value);
      else
        g_string_append (json, value);
    }
  g_string_append_c (json, '}');
}

void
fs_verdict_append_edit (GString *json, const FsEdit *edit)
{
  switch (edit->kind)
    {
    case FS_EDIT_SET:
      g_string_append (json, "\"set\":");
      append_setting (json, edit->key, edit->value);
      break;
    case FS_EDIT_INSERT_STEP:
      g_string_append_printf (
          json, "\"insert\":{\"at\":\"prepare.%" G_GSIZE_FORMAT "\",\"item\":", edit->index);
      append_item (json, "step", fs_step_kind ((FsStepKind) edit->item)->word, edit->value);
      g_string_append_c (json, '}');
      break;
    case FS_EDIT_INSERT_LAYER:
      g_string_append_printf (
          json, "\"insert\":{\"at\":\"model.layers.%" G_GSIZE_FORMAT "\",\"item\":", edit->index);
      append_item (json, "type", fs_layer_kind ((FsLayerKind) edit->item)->word, edit->value);
      g_string_append_c (json, '}');
      break;
    case FS_EDIT_REMOVE_STEP:
      g_string_append_printf (json, "\"remove\":\"prepare.%" G_GSIZE_FORMAT "\"", edit->index);
      break;
    case FS_EDIT_REMOVE_LAYER:
      g_string_append_printf (json, "\"remove\":\"model.layers.%" G_GSIZE_FORMAT "\"", edit->index);
      break;
    case FS_EDIT_REMOVE_INPUT:
      g_string_append_printf (json, "\"remove\":\"data.inputs.%" G_GSIZE_FORMAT "\"", edit->index);
      break;
    case FS_EDIT_NONE:
      break;
    }
}

static void
append_remedy (GString *json, const FsFinding *finding)
{
  if (!finding->advice[0])
    {
      g_string_append (json, "null");
      return;
    }
  g_string_append (json, "{\"advice\":");
  fs_json_append_string (json, finding->advice);
  if (finding->edit.kind != FS_EDIT_NONE)
    {
      g_string_append_c (json, ',');
      fs_verdict_append_edit (json, &finding->edit);
    }
  g_string_append_c (json, '}');
}

static void
append_sign (GString *json, const FsSign *sign)
{
  g_string_append (json, "{\"what\":");
  fs_json_append_string (json, sign->label);
  g_string_append (json, ",\"text\":");
  fs_json_append_string (json, sign->text);
  g_string_append (json, ",\"value\":");
  fs_json_append_number (json, sign->value);
  g_string_append (json, ",\"healthy\":[");
  fs_json_append_number (json, sign->low);
  g_string_append_c (json, ',');
  fs_json_append_number (json, sign->high);
  g_string_append_printf (json, "],\"speaks\":\"%s\"}", sign->speaks_against ? "against" : "for");
}

static void
append_finding (GString *json, const FsFinding *finding)
{
  static const char *const levels[] = { "note", "warning", "bad" };
  g_string_append (json, "{\"id\":");
  fs_json_append_string (json, fs_finding_info (finding->id)->word);
  g_string_append_printf (json, ",\"level\":\"%s\",\"confidence\":", levels[finding->level]);
  fs_json_append_number (json, finding->confidence);
  if (finding->since_epoch > 0)
    g_string_append_printf (json, ",\"since_epoch\":%" G_GUINT32_FORMAT, finding->since_epoch);
  g_string_append (json, ",\"claim\":");
  fs_json_append_string (json, finding->headline);
  g_string_append (json, ",\"detail\":");
  fs_json_append_string (json, finding->detail);
  g_string_append (json, ",\"cause\":");
  fs_json_append_string (json, finding->cause);
  g_string_append (json, ",\"evidence\":[");
  for (gsize i = 0; i < finding->n_signs; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_sign (json, &finding->signs[i]);
    }
  g_string_append (json, "],\"remedy\":");
  append_remedy (json, finding);
  g_string_append_c (json, '}');
}

void
fs_verdict_append_findings (GString *json, const FsVerdict *verdict)
{
  g_string_append_c (json, '[');
  for (gsize i = 0; i < verdict->n_findings; i++)
    {
      g_string_append (json, i > 0 ? "," : "");
      append_finding (json, &verdict->findings[i]);
    }
  g_string_append_c (json, ']');
}

/* ---- for people ---- */

void
fs_verdict_append_sentence (GString *text, const char *clause)
{
  if (clause[0] == '\0')
    return;
  g_string_append_c (text, g_ascii_toupper (clause[0]));
  g_string_append (text, clause + 1);
  g_string_append (text, strchr (".!?", clause[strlen (clause) - 1]) ? "\n" : ".\n");
}

void
fs_verdict_append_card (GString *text, const FsFinding *finding)
{
  char range[FS_RANGE_SIZE];
  fs_verdict_append_sentence (text, finding->headline);
  fs_verdict_append_sentence (text, finding->detail);
  for (gsize i = 0; i < finding->n_signs; i++)
    {
      const FsSign *sign = &finding->signs[i];
      g_string_append_printf (text, "  %s: %s: %s", sign->speaks_against ? "against" : "for",
                              sign->label, sign->text);
      fs_sign_range (sign, range);
      if (range[0])
        g_string_append_printf (text, " (healthy: %s)", range);
      g_string_append_c (text, '\n');
    }
  fs_verdict_append_sentence (text, finding->cause);
  fs_verdict_append_sentence (text, finding->advice);
}
