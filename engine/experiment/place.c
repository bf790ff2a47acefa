/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Finding settings: by key, one after the other, and the one that was probably meant. Their values are
 * place-value.c's. */

#include "engine/experiment/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/nearest.h"
#include "engine/base/text.h"

#define LAYERS_PREFIX "model.layers."
#define STEPS_PREFIX "prepare."

/* A walk goes through sections: the rows before the steps (section 0), each step, the rows between,
 * each layer, the rows after. The opaque index is section × ROWS + row. */
#define ROWS ((size_t) 1024)

typedef struct
{
  const FsSchema *schema;
  void *object;
  char prefix[40];    /* "model.layers.0." or "" */
  uint32_t kind_bit;  /* rows without it are skipped; 0 = take every row */
  FsGroup from, upto; /* rows of the experiment's table: groups from ≤ group < upto */
} Section;

static bool
get_section (FsExperiment *experiment, size_t number, Section *section)
{
  *section = (Section){ .schema = fs_schema_experiment (),
                        .object = experiment,
                        .from = FS_GROUP_DATA,
                        .upto = FS_GROUP_PREPARE };
  if (number == 0)
    return true;
  number -= 1;
  if (number < experiment->n_steps)
    {
      FsStepSpec *step = &experiment->steps[number];
      *section = (Section){ .schema = fs_schema_step (),
                            .object = step,
                            .kind_bit = UINT32_C (1) << step->kind,
                            .upto = FS_N_GROUPS };
      snprintf (section->prefix, sizeof section->prefix, STEPS_PREFIX "%zu.", number);
      return true;
    }
  number -= experiment->n_steps;
  section->from = FS_GROUP_WINDOW;
  section->upto = FS_GROUP_MODEL;
  if (number == 0)
    return true;
  number -= 1;
  if (number < experiment->n_layers)
    {
      FsLayerSpec *layer = &experiment->layers[number];
      *section = (Section){ .schema = fs_schema_layer (),
                            .object = layer,
                            .kind_bit = UINT32_C (1) << layer->kind,
                            .upto = FS_N_GROUPS };
      snprintf (section->prefix, sizeof section->prefix, LAYERS_PREFIX "%zu.", number);
      return true;
    }
  number -= experiment->n_layers;
  section->from = FS_GROUP_MODEL;
  section->upto = FS_N_GROUPS;
  return number == 0;
}

static void
fill_place (FsPlace *place, const FsSetting *setting, void *object, const char *prefix)
{
  place->setting = setting;
  place->object = object;
  snprintf (place->path, sizeof place->path, "%s%s", prefix, setting->key);
}

bool
fs_experiment_next (FsExperiment *experiment, size_t *index, FsPlace *place)
{
  size_t number = *index / ROWS;
  size_t row = *index % ROWS;
  Section section;
  for (; get_section (experiment, number, &section); number++, row = 0)
    for (; row < section.schema->n_settings; row++)
      {
        const FsSetting *setting = &section.schema->settings[row];
        if (setting->group < section.from || setting->group >= section.upto)
          continue;
        if (section.kind_bit && !(setting->kinds & section.kind_bit))
          continue;
        fill_place (place, setting, section.object, section.prefix);
        *index = number * ROWS + row + 1;
        return true;
      }
  *index = number * ROWS;
  return false;
}

static const char *
last_word (const char *path)
{
  const char *dot = strrchr (path, '.');
  return dot ? dot + 1 : path;
}

/* 0 = certainly meant; larger = further away. */
static size_t
distance_to_place (const FsPlace *place, const char *path)
{
  const FsSetting *setting = place->setting;
  const char *word = last_word (path);
  if (strcmp (word, last_word (place->path)) == 0
      || (setting->pytorch_name && strcmp (word, setting->pytorch_name) == 0)
      || (setting->keras_name && strcmp (word, setting->keras_name) == 0))
    return 0;

  /* A slip in the last word of a key whose first words were left out is as good as a slip in all. */
  const size_t whole = fs_nearest_distance (path, place->path);
  if (strchr (path, '.'))
    return whole;
  const size_t end = fs_nearest_distance (word, last_word (place->path));
  return end < whole ? end : whole;
}

bool
fs_experiment_nearest_key (FsExperiment *experiment, const char *path, char *buffer, size_t size)
{
  size_t best = SIZE_MAX, best_whole = SIZE_MAX;
  size_t index = 0;
  FsPlace place;
  while (fs_experiment_next (experiment, &index, &place))
    {
      const size_t distance = distance_to_place (&place, path);
      const size_t whole = fs_nearest_distance (path, place.path);
      if (distance > best || (distance == best && whole >= best_whole))
        continue;
      best = distance;
      best_whole = whole;
      snprintf (buffer, size, "%s", place.path);
    }
  const char *measure = strchr (path, '.') ? path : last_word (path);
  return best == 0 || fs_nearest_is_near (measure, best);
}

static FsStatus
unknown_key (FsExperiment *experiment, const char *path, FsProblem *problem)
{
  char nearest[FS_TEXT_SIZE];
  if (fs_experiment_nearest_key (experiment, path, nearest, sizeof nearest))
    return fs_problem_at (problem, FS_UNKNOWN_KEY, path, 0, NULL, "the nearest known key is %s",
                          nearest);
  return fs_problem (problem, FS_UNKNOWN_KEY, path, NULL, "fitscope schema lists them all");
}

/* Reads the "3." of "model.layers.3.units"; false if there is no such number. */
static bool
read_item_number (const char **rest, size_t *number)
{
  const char *text = *rest;
  size_t value = 0, n_digits = 0;
  for (; text[n_digits] >= '0' && text[n_digits] <= '9' && n_digits < 9; n_digits++)
    value = value * 10 + (size_t) (text[n_digits] - '0');
  if (n_digits == 0 || text[n_digits] != '.')
    return false;
  *rest = text + n_digits + 1;
  *number = value;
  return true;
}

/* What is left of the path after the number names a row that the item's kind uses. */
static FsStatus
find_in_item (FsExperiment *experiment, const char *path, FsPlace *place, FsProblem *problem)
{
  const bool is_layer = strncmp (path, LAYERS_PREFIX, strlen (LAYERS_PREFIX)) == 0;
  const char *prefix = is_layer ? LAYERS_PREFIX : STEPS_PREFIX;
  const size_t n = is_layer ? experiment->n_layers : experiment->n_steps;
  const char *rest = path + strlen (prefix);
  size_t number;
  if (!read_item_number (&rest, &number))
    return unknown_key (experiment, path, problem);
  if (number >= n)
    return fs_problem_at (problem, FS_OUT_OF_RANGE, path, 0, NULL,
                          "there are %zu %s, counted from 0", n,
                          is_layer ? fs_text ("layers") : fs_text ("preparation steps"));

  FsLayerSpec *layer = &experiment->layers[is_layer ? number : 0];
  FsStepSpec *step = &experiment->steps[is_layer ? 0 : number];
  const FsSetting *setting = is_layer ? fs_schema_find (fs_schema_layer (), rest, (int) layer->kind)
                                      : fs_schema_find (fs_schema_step (), rest, (int) step->kind);
  if (!setting)
    return unknown_key (experiment, path, problem);

  char start[64];
  snprintf (start, sizeof start, "%s%zu.", prefix, number);
  fill_place (place, setting, is_layer ? (void *) layer : (void *) step, start);
  return FS_OK;
}

FsStatus
fs_experiment_find (FsExperiment *experiment, const char *path, FsPlace *place, FsProblem *problem)
{
  if (strncmp (path, LAYERS_PREFIX, strlen (LAYERS_PREFIX)) == 0
      || strncmp (path, STEPS_PREFIX, strlen (STEPS_PREFIX)) == 0)
    return find_in_item (experiment, path, place, problem);

  const FsSchema *schema = fs_schema_experiment ();
  for (size_t i = 0; i < schema->n_settings; i++)
    if (strcmp (schema->settings[i].key, path) == 0)
      {
        fill_place (place, &schema->settings[i], experiment, "");
        return FS_OK;
      }
  return unknown_key (experiment, path, problem);
}

FsStatus
fs_experiment_set (FsExperiment *experiment, const char *assignment, FsProblem *problem)
{
  const char *equals = strchr (assignment, '=');
  char key[FS_TEXT_SIZE];
  if (!equals || equals == assignment)
    return fs_problem (problem, FS_MALFORMED, NULL, assignment,
                       "KEY=VALUE, as in train.learning_rate=0.01");
  if ((size_t) (equals - assignment) >= sizeof key)
    return fs_problem (problem, FS_UNKNOWN_KEY, NULL, assignment, "fitscope schema lists them all");
  memcpy (key, assignment, (size_t) (equals - assignment));
  key[equals - assignment] = '\0';

  FsPlace place;
  const FsStatus status = fs_experiment_find (experiment, key, &place, problem);
  return status == FS_OK ? fs_place_set_text (&place, equals + 1, problem) : status;
}

bool
fs_place_is_used (const FsPlace *place, const FsExperiment *experiment)
{
  const FsSetting *setting = place->setting;
  if (!setting->only_if_key)
    return true;
  /* The other setting's path begins as this one's. Nothing is written through the place. */
  const size_t start = strlen (place->path) - strlen (setting->key);
  char path[FS_TEXT_SIZE];
  FsPlace other;
  snprintf (path, sizeof path, "%.*s%s", (int) start, place->path, setting->only_if_key);
  if (fs_experiment_find ((FsExperiment *) experiment, path, &other, NULL) != FS_OK)
    return true;
  const int choice = (int) fs_place_get_number (&other);
  if (setting->only_if_choices)
    return setting->only_if_choices >> choice & 1;
  return choice == setting->only_if_choice;
}
