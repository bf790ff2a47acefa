/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Measured rates from the resource; see rates.h. */

#include "ui/verdict/rates.h"

#include "ui/text.h"
#include <gio/gio.h>

#define RESOURCE "/org/fitscope/Fitscope/ward-rates.csv"

/* Lines of "word,planted,found,healthy,alarms": how many runs had the fault and how many of those were
 * found, how many healthy runs there were and in how many it was raised. The word "all" is the whole. */
char *
fs_rates_describe (FsFindingId id)
{
  g_autoptr (GBytes) bytes = g_resources_lookup_data (RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
  g_autofree char *content = NULL;
  g_auto (GStrv) lines = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  if (!bytes)
    return NULL;
  content = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  lines = g_strsplit (content, "\n", -1);
  for (char **line = lines; *line; line++)
    {
      g_auto (GStrv) cells = g_strsplit (*line, ",", -1);
      if (g_strv_length (cells) != 5)
        continue;
      if (g_str_equal (cells[0], fs_finding_info (id)->word))
        {
          if (!g_str_equal (cells[1], "0"))
            g_string_append_printf (text,
                                    _ ("Of %s bench runs with this fault planted %s were found. "),
                                    cells[1], cells[2]);
          g_string_append_printf (text, _ ("It was raised in %s of %s certified healthy runs. "),
                                  cells[4], cells[3]);
        }
      else if (g_str_equal (cells[0], "all"))
        g_string_append_printf (
            text,
            _ ("Over all findings: %s of %s planted faults found; an alarm in %s of "
               "%s healthy runs."),
            cells[2], cells[1], cells[4], cells[3]);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
