/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A verdict as JSON; see verdict-json.h. */

#include "app/commands/verdict-json.h"

#include "engine/lab/json-text.h"

void
fs_verdict_append_findings (GString *json, const FsVerdict *verdict)
{
  const char *const evidence[] = { verdict->detail, verdict->state };
  gboolean is_first = TRUE;

  g_string_append_c (json, '[');
  if (verdict->tone == FS_TONE_WARNING || verdict->tone == FS_TONE_BAD)
    {
      g_string_append (json, "{\"id\":");
      fs_json_append_string (json, fs_verdict_word (verdict->kind));
      g_string_append (json, ",\"confidence\":");
      fs_json_append_number (json, verdict->confidence);
      g_string_append (json, ",\"claim\":");
      fs_json_append_string (json, verdict->headline);
      g_string_append (json, ",\"evidence\":[");
      for (gsize i = 0; i < G_N_ELEMENTS (evidence); i++)
        if (evidence[i][0])
          {
            g_string_append (json, is_first ? "" : ",");
            fs_json_append_string (json, evidence[i]);
            is_first = FALSE;
          }
      g_string_append (json, "],\"remedy\":");
      if (verdict->advice[0])
        {
          g_string_append (json, "{\"advice\":");
          fs_json_append_string (json, verdict->advice);
          g_string_append_c (json, '}');
        }
      else
        g_string_append (json, "null");
      g_string_append_c (json, '}');
    }
  g_string_append_c (json, ']');
}
