/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope schema`: every setting there is, for people, or as JSON for scripts. */

#include "app/commands/verb.h"

#include <stdio.h>
#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"

static void
append_setting (GString *text, const FsSetting *setting, const char *default_text)
{
  char allowed[256];
  fs_setting_describe_allowed (setting, allowed, sizeof allowed);
  g_string_append_printf (text, "  %-22s %s\n", setting->key, setting->help);
  g_string_append_printf (text, "  %-22s %s", "", allowed);
  if (setting->unit)
    g_string_append_printf (text, " (%s)", setting->unit);
  if (default_text[0])
    g_string_append_printf (text, "; default %s", default_text);
  if (setting->only_if_key)
    g_string_append_printf (text, "; depends on %s", setting->only_if_key);
  if (setting->is_live || setting->is_for_show)
    g_string_append (text, "; may change while training");
  g_string_append_c (text, '\n');
}

static void
append_object (GString *text, const FsSchema *schema, void *object, int kind, FsGroup *group)
{
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsPlace place = { .setting = &schema->settings[i], .object = object };
      char default_text[FS_PATH_SIZE];
      if (kind >= 0 && !(place.setting->kinds >> kind & 1))
        continue;
      if (group && place.setting->group != *group)
        {
          *group = place.setting->group;
          g_string_append_printf (text, "\n%s\n", fs_group_label (*group));
        }
      fs_place_get_text (&place, default_text, sizeof default_text);
      append_setting (text, place.setting, default_text);
    }
}

static void
append_kind (GString *text, const FsKind *kind, const char *example)
{
  g_string_append_printf (text, "\n%s (%s): %s\n", kind->label, example, kind->help);
}

static char *
describe_schema (void)
{
  GString *text = g_string_new ("Every setting of an experiment. In a file, keys are nested; with "
                                "--set they are written as here.\n");
  FsExperiment experiment = fs_experiment_default ();
  FsGroup group = FS_N_GROUPS;
  append_object (text, fs_schema_experiment (), &experiment, -1, &group);

  for (int kind = 0; kind < FS_N_STEP_KINDS; kind++)
    {
      FsStepSpec step = fs_step_spec_default ((FsStepKind) kind);
      const FsKind *described = fs_step_kind ((FsStepKind) kind);
      g_autofree char *example =
          g_strdup_printf ("\"prepare\": [{\"step\": \"%s\"}], prepare.0.KEY", described->word);
      append_kind (text, described, example);
      append_object (text, fs_schema_step (), &step, kind, NULL);
    }
  for (int kind = 0; kind < FS_N_LAYER_KINDS; kind++)
    {
      FsLayerSpec layer = fs_layer_spec_default ((FsLayerKind) kind);
      const FsKind *described = fs_layer_kind ((FsLayerKind) kind);
      g_autofree char *example = g_strdup_printf (
          "\"model\": {\"layers\": [{\"type\": \"%s\"}]}, model.layers.0.KEY", described->word);
      append_kind (text, described, example);
      append_object (text, fs_schema_layer (), &layer, kind, NULL);
    }
  return g_string_free (text, FALSE);
}

static int
run_schema (int argc, char **argv)
{
  gboolean is_json = FALSE;
  const GOptionEntry entries[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &is_json, "Write JSON", NULL },
    { NULL },
  };
  int exit_code;
  if (!fs_verb_parse_options (&fs_verb_schema, entries, NULL, &argc, &argv, &exit_code))
    return exit_code;
  if (argc > 1)
    return fs_report_usage ("fitscope schema takes no argument, not “%s”.", argv[1]);

  if (is_json)
    {
      g_autofree char *json = fs_schema_to_json ();
      fputs (json, stdout);
    }
  else
    {
      g_autofree char *text = describe_schema ();
      fs_print_text (text);
    }
  return FS_EXIT_DONE;
}

const FsVerb fs_verb_schema = {
  .name = "schema",
  .summary = "list every setting of an experiment",
  .usage = "[--json]",
  .run = run_schema,
};
