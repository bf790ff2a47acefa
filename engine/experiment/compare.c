/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Two experiments compared, and one experiment as a number. Both walk the schema, so a new setting
 * takes part without a line here. */

#include "engine/experiment/schema.h"

#include <stdio.h>
#include <string.h>
#include "engine/base/text.h"

#define DIFFERENCE_SIZE 1024 /* of the texts handed to a callback; longer ones are cut */

typedef struct
{
  FsDifferenceCallback report;
  void *data;
  size_t n;
} Comparison;

static void
report_difference (Comparison *comparison,
                   const char *path,
                   const char *label,
                   const char *left,
                   const char *right)
{
  comparison->n++;
  if (comparison->report)
    comparison->report (path, label, left, right, comparison->data);
}

/* Every row of one object pair that `kind` uses (every row if kind < 0). */
static void
compare_rows (Comparison *comparison,
              const FsSchema *schema,
              const void *left,
              const void *right,
              int kind,
              const char *prefix,
              const char *label_prefix)
{
  for (size_t i = 0; i < schema->n_settings; i++)
    {
      const FsSetting *setting = &schema->settings[i];
      if (kind >= 0 && !(setting->kinds >> kind & 1))
        continue;
      const FsPlace a = { .setting = setting, .object = (void *) left };
      const FsPlace b = { .setting = setting, .object = (void *) right };
      if (fs_place_is_equal (&a, &b))
        continue;

      char path[FS_TEXT_SIZE], label[128];
      char left_text[DIFFERENCE_SIZE], right_text[DIFFERENCE_SIZE];
      snprintf (path, sizeof path, "%s%s", prefix, setting->key);
      snprintf (label, sizeof label, "%s%s", label_prefix, fs_text (setting->label));
      fs_place_get_text (&a, left_text, sizeof left_text);
      fs_place_get_text (&b, right_text, sizeof right_text);
      report_difference (comparison, path, label, left_text, right_text);
    }
}

/* The layers and the steps have one form: kind words, an array of items, and a table of rows. */
typedef struct
{
  const FsSchema *schema;
  const char *prefix;
  const char *item_label;
  const void *items[2];
  size_t n[2];
  size_t item_size;
  int (*kind_of) (const void *item);
  const FsKind *(*describe_kind) (int kind);
} ListPair;

static int
layer_kind_of (const void *item)
{
  return (int) ((const FsLayerSpec *) item)->kind;
}

static int
step_kind_of (const void *item)
{
  return (int) ((const FsStepSpec *) item)->kind;
}

static const FsKind *
describe_layer_kind (int kind)
{
  return fs_layer_kind ((FsLayerKind) kind);
}

static const FsKind *
describe_step_kind (int kind)
{
  return fs_step_kind ((FsStepKind) kind);
}

static const void *
item_at (const ListPair *list, int side, size_t index)
{
  if (index >= list->n[side])
    return NULL;
  return (const char *) list->items[side] + index * list->item_size;
}

static bool
lists_same_kinds (const ListPair *list)
{
  if (list->n[0] != list->n[1])
    return false;
  for (size_t i = 0; i < list->n[0]; i++)
    if (list->kind_of (item_at (list, 0, i)) != list->kind_of (item_at (list, 1, i)))
      return false;
  return true;
}

/* "lstm units=50 direction=both": the setting that says most, and all that are not as usual. "" for an
 * absent item. */
static void
describe_item (const ListPair *list, const void *item, char *buffer, size_t size)
{
  buffer[0] = '\0';
  if (!item)
    return;
  const int kind = list->kind_of (item);
  bool has_main = false;
  snprintf (buffer, size, "%s", list->describe_kind (kind)->word);
  for (size_t i = 0; i < list->schema->n_settings; i++)
    {
      const FsSetting *setting = &list->schema->settings[i];
      if (!(setting->kinds >> kind & 1))
        continue;
      const FsPlace place = { .setting = setting, .object = (void *) item };
      char text[FS_TEXT_SIZE];
      const bool is_main = !has_main && setting->type != FS_TYPE_BOOLEAN;
      has_main = has_main || is_main;
      if (!is_main && fs_place_is_default (&place))
        continue;
      fs_place_get_text (&place, text, sizeof text);
      const size_t length = strlen (buffer);
      snprintf (buffer + length, size - length, " %s=%s", setting->key, text);
    }
}

static void
compare_lists (Comparison *comparison, const ListPair *list)
{
  const bool is_aligned = lists_same_kinds (list);
  const size_t n = list->n[0] > list->n[1] ? list->n[0] : list->n[1];
  for (size_t i = 0; i < n; i++)
    {
      char path[64], label[128];
      if (is_aligned)
        {
          const int kind = list->kind_of (item_at (list, 0, i));
          snprintf (path, sizeof path, "%s.%zu.", list->prefix, i);
          snprintf (label, sizeof label, "%s: ", fs_text (list->describe_kind (kind)->label));
          compare_rows (comparison, list->schema, item_at (list, 0, i), item_at (list, 1, i), kind,
                        path, label);
          continue;
        }

      char left[DIFFERENCE_SIZE], right[DIFFERENCE_SIZE];
      describe_item (list, item_at (list, 0, i), left, sizeof left);
      describe_item (list, item_at (list, 1, i), right, sizeof right);
      if (strcmp (left, right) == 0)
        continue;
      snprintf (path, sizeof path, "%s.%zu", list->prefix, i);
      snprintf (label, sizeof label, "%s %zu", fs_text (list->item_label), i + 1);
      report_difference (comparison, path, label, left, right);
    }
}

size_t
fs_experiment_compare (const FsExperiment *left,
                       const FsExperiment *right,
                       FsDifferenceCallback report,
                       void *data)
{
  Comparison comparison = { .report = report, .data = data };
  const ListPair steps = {
    .schema = fs_schema_step (),
    .prefix = "prepare",
    .item_label = FS_WORDS ("Step"),
    .items = { left->steps, right->steps },
    .n = { left->n_steps, right->n_steps },
    .item_size = sizeof (FsStepSpec),
    .kind_of = step_kind_of,
    .describe_kind = describe_step_kind,
  };
  const ListPair layers = {
    .schema = fs_schema_layer (),
    .prefix = "model.layers",
    .item_label = FS_WORDS ("Layer"),
    .items = { left->layers, right->layers },
    .n = { left->n_layers, right->n_layers },
    .item_size = sizeof (FsLayerSpec),
    .kind_of = layer_kind_of,
    .describe_kind = describe_layer_kind,
  };
  compare_rows (&comparison, fs_schema_experiment (), left, right, -1, "", "");
  compare_lists (&comparison, &steps);
  compare_lists (&comparison, &layers);
  return comparison.n;
}

/* FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/ */
static uint64_t
hash_text (uint64_t hash, const char *text)
{
  for (const unsigned char *byte = (const unsigned char *) text; *byte; byte++)
    hash = (hash ^ *byte) * UINT64_C (1099511628211);
  return hash;
}

static uint64_t
hash_line (uint64_t hash, const char *key, const char *value)
{
  hash = hash_text (hash, key);
  hash = hash_text (hash, "=");
  hash = hash_text (hash, value);
  return hash_text (hash, "\n");
}

uint64_t
fs_experiment_hash (const FsExperiment *experiment)
{
  /* Holds every text uncut: 64 names of which each byte may need an escape, and their commas. */
  char text[FS_MAX_INPUTS * (2 * FS_TEXT_SIZE + 1)];
  char path[64];
  uint64_t hash = UINT64_C (14695981039346656037);

  /* The kinds first: items at their defaults write no line of their own. */
  for (size_t i = 0; i < experiment->n_steps; i++)
    {
      snprintf (path, sizeof path, "prepare.%zu", i);
      hash = hash_line (hash, path, fs_step_kind (experiment->steps[i].kind)->word);
    }
  for (size_t i = 0; i < experiment->n_layers; i++)
    {
      snprintf (path, sizeof path, "model.layers.%zu", i);
      hash = hash_line (hash, path, fs_layer_kind (experiment->layers[i].kind)->word);
    }

  size_t index = 0;
  FsPlace place;
  while (fs_experiment_next ((FsExperiment *) experiment, &index, &place))
    {
      if (strcmp (place.path, "name") == 0 || fs_place_is_default (&place))
        continue;
      fs_place_get_text (&place, text, sizeof text);
      hash = hash_line (hash, place.path, text);
    }
  return hash;
}
