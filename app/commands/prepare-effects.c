/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The effect table on the command line; see prepare-effects.h. */

#include "app/commands/prepare-effects.h"

#include <stdio.h>
#include <unistd.h>
#include "app/commands/verb.h"
#include "engine/experiment/schema.h"
#include "engine/lab/effect.h"
#include "engine/lab/json-text.h"

static void
progress_cb (FsEffects *effects, void *data)
{
  fprintf (stderr, "\r%3.0f %%", 100 * fs_effects_progress (effects));
  fflush (stderr);
}

static void
append_numbers (GString *json, const char *key, const double *numbers, guint n)
{
  g_string_append_printf (json, ",\"%s\":[", key);
  for (guint i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (json, ',');
      fs_json_append_number (json, numbers[i]);
    }
  g_string_append_c (json, ']');
}

static void
append_number (GString *json, const char *key, double number)
{
  g_string_append_printf (json, ",\"%s\":", key);
  fs_json_append_number (json, number);
}

static void
print_json (FsEffects *effects)
{
  g_autoptr (GString) json = g_string_new (NULL);

  g_string_append_printf (
      json, "{\"seeds\":%u,\"error\":\"%s\",\"part\":\"validation\",\"effects\":[",
      fs_effects_n_seeds (effects), fs_effects_are_of_classes (effects) ? "cross-entropy" : "rmse");
  for (guint i = 0; i < fs_effects_n (effects); i++)
    {
      FsEffect effect = fs_effects_get (effects, i);
      g_autofree char *words = fs_effect_describe (&effect, fs_effects_n_seeds (effects));

      g_string_append_printf (json, "%s{\"step\":\"%s\",\"path\":\"prepare.%zu\",\"state\":\"%s\"",
                              i ? "," : "", fs_step_kind (effect.kind)->word, effect.step,
                              fs_effect_state_word (effect.state));
      append_numbers (json, "with", effect.with, effect.n);
      append_numbers (json, "without", effect.without, effect.n);
      append_number (json, "change", effect.change);
      append_number (json, "low", effect.low);
      append_number (json, "high", effect.high);
      append_number (json, "share", effect.share);
      g_string_append (json, ",\"sentence\":");
      fs_json_append_string (json, words);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "]}\n");
  fputs (json->str, stdout);
}

static void
print_table (FsEffects *effects)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s, %u seeds; 95 %% intervals.\n",
                          fs_effects_are_of_classes (effects)
                              ? "Cross-entropy on the validation part"
                              : "Root mean squared error on the validation part, original units",
                          fs_effects_n_seeds (effects));
  for (guint i = 0; i < fs_effects_n (effects); i++)
    {
      FsEffect effect = fs_effects_get (effects, i);
      g_autofree char *words = fs_effect_describe (&effect, fs_effects_n_seeds (effects));

      g_string_append_printf (text, "%zu %-14s %s\n", effect.step,
                              fs_step_kind (effect.kind)->label, words);
    }
  fs_print_text (text->str);
}

int
fs_prepare_effects (const FsExperiment *experiment, const char *base, int n_seeds, gboolean is_json)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (FsEffects) effects = fs_effects_new (experiment, base, (guint) n_seeds,
                                                  g_get_num_processors (), NULL, NULL, &error);
  gboolean shows_progress = isatty (STDERR_FILENO);

  if (!effects)
    return fs_report_error (g_steal_pointer (&error));
  fs_effects_wait (effects, shows_progress ? progress_cb : NULL, NULL);
  if (shows_progress)
    fprintf (stderr, "\r     \r");
  if (fs_effects_get (effects, 0).state == FS_EFFECT_FAILED)
    {
      FsEffect effect = fs_effects_get (effects, 0);
      g_set_error_literal (&error, FS_LAB_ERROR, FS_MALFORMED, effect.problem);
      return fs_report_error (g_steal_pointer (&error));
    }
  if (is_json)
    print_json (effects);
  else
    print_table (effects);
  return FS_EXIT_DONE;
}
