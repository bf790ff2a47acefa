/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A verdict as JSON; see verdict-json.h. */

#include "app/commands/verdict-json.h"

#include "engine/lab/json-text.h"

/* The remedy as settings that an experiment can be given, where it is a setting at all. */
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
  if (finding->remedy_key[0])
    {
      g_string_append (json, ",\"set\":{");
      fs_json_append_string (json, finding->remedy_key);
      g_string_append_printf (json, ":%s}", finding->remedy_value);
    }
  g_string_append_c (json, '}');
}

static void
append_finding (GString *json, const FsFinding *finding, const FsVerdict *verdict)
{
  g_string_append (json, "{\"id\":");
  fs_json_append_string (json, fs_verdict_word (finding->kind));
  g_string_append (json, ",\"confidence\":");
  fs_json_append_number (json, finding->confidence);
  g_string_append (json, ",\"claim\":");
  fs_json_append_string (json, finding->headline);
  g_string_append (json, ",\"evidence\":[");
  fs_json_append_string (json, finding->detail);
  if (verdict->state[0])
    {
      g_string_append_c (json, ',');
      fs_json_append_string (json, verdict->state);
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
      append_finding (json, &verdict->findings[i], verdict);
    }
  g_string_append_c (json, ']');
}
