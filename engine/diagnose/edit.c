/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Edits applied and told; see edit.h. */

#include "engine/diagnose/edit.h"

#include <stdio.h>
#include <string.h>
#include "engine/diagnose/words.h"
#include "engine/experiment/schema.h"

FsEdit
fs_edit_set (const char *key, const char *value)
{
  FsEdit edit = { .kind = FS_EDIT_SET };
  FS_SAY (edit.key, "%s", key);
  FS_SAY (edit.value, "%s", value);
  return edit;
}

FsEdit
fs_edit_set_number (const char *key, double value)
{
  char number[FS_NUMBER_SIZE];
  return fs_edit_set (key, fs_words_plain_number (value, number));
}

static FsEdit
insert (FsEditKind kind, size_t index, int item, const char *settings)
{
  FsEdit edit = { .kind = kind, .index = index, .item = item };
  FS_SAY (edit.value, "%s", settings);
  return edit;
}

FsEdit
fs_edit_insert_step (size_t index, FsStepKind item, const char *settings)
{
  return insert (FS_EDIT_INSERT_STEP, index, (int) item, settings);
}

FsEdit
fs_edit_insert_layer (size_t index, FsLayerKind item, const char *settings)
{
  return insert (FS_EDIT_INSERT_LAYER, index, (int) item, settings);
}

static FsStatus
set_text (FsExperiment *experiment, const char *path, const char *value, FsProblem *problem)
{
  FsPlace place;
  FsStatus status = fs_experiment_find (experiment, path, &place, problem);
  return status == FS_OK ? fs_place_set_text (&place, value, problem) : status;
}

/* "method=mad action=missing" of the item at `path`. */
static FsStatus
set_all (FsExperiment *experiment, const char *path, const char *settings, FsProblem *problem)
{
  FsStatus status = FS_OK;
  while (*settings && status == FS_OK)
    {
      size_t length = strcspn (settings, " "), name = strcspn (settings, "=");
      char key[128], value[64];
      if (name >= length)
        return fs_problem (problem, FS_MALFORMED, path, settings, "KEY=VALUE");
      FS_SAY (key, "%s.%.*s", path, (int) name, settings);
      FS_SAY (value, "%.*s", (int) (length - name - 1), settings + name + 1);
      status = set_text (experiment, key, value, problem);
      settings += length + strspn (settings + length, " ");
    }
  return status;
}

static FsStatus
out_of_list (const char *list, FsProblem *problem)
{
  return fs_problem (problem, FS_OUT_OF_RANGE, list, NULL, "an item that is there");
}

static FsStatus
remove_input (FsExperiment *experiment, size_t index, FsProblem *problem)
{
  if (index >= experiment->data.n_inputs)
    return out_of_list ("data.inputs", problem);
  experiment->data.n_inputs--;
  memmove (experiment->data.inputs[index], experiment->data.inputs[index + 1],
           (experiment->data.n_inputs - index) * sizeof *experiment->data.inputs);
  memset (experiment->data.inputs[experiment->data.n_inputs], 0, sizeof *experiment->data.inputs);
  return FS_OK;
}

static FsStatus
apply (const FsEdit *edit, FsExperiment *experiment, FsProblem *problem)
{
  const bool is_step = edit->kind == FS_EDIT_INSERT_STEP;
  char path[128];
  FsStatus status = FS_OK;
  switch (edit->kind)
    {
    case FS_EDIT_SET:
      return set_text (experiment, edit->key, edit->value, problem);
    case FS_EDIT_INSERT_STEP:
    case FS_EDIT_INSERT_LAYER:
      status = is_step ? fs_experiment_insert_step (experiment, edit->index,
                                                    (FsStepKind) edit->item, problem)
                       : fs_experiment_insert_layer (experiment, edit->index,
                                                     (FsLayerKind) edit->item, problem);
      FS_SAY (path, "%s.%zu", is_step ? "prepare" : "model.layers", edit->index);
      return status == FS_OK ? set_all (experiment, path, edit->value, problem) : status;
    case FS_EDIT_REMOVE_STEP:
      if (edit->index >= experiment->n_steps)
        return out_of_list ("prepare", problem);
      fs_experiment_remove_step (experiment, edit->index);
      return FS_OK;
    case FS_EDIT_REMOVE_LAYER:
      if (edit->index >= experiment->n_layers)
        return out_of_list ("model.layers", problem);
      fs_experiment_remove_layer (experiment, edit->index);
      return FS_OK;
    case FS_EDIT_REMOVE_INPUT:
      return remove_input (experiment, edit->index, problem);
    case FS_EDIT_NONE:
      break;
    }
  return fs_problem (problem, FS_NOT_FOUND, "the change", NULL, "there is none to apply");
}

FsStatus
fs_edit_apply (const FsEdit *edit, FsExperiment *experiment, FsProblem *problem)
{
  FsExperiment changed = *experiment;
  FsStatus status = apply (edit, &changed, problem);
  if (status == FS_OK)
    status = fs_experiment_validate (&changed, problem);
  if (status == FS_OK)
    *experiment = changed;
  return status;
}

/* The choice's label where the setting is one, else the value with its unit. */
static void
describe_value (const FsPlace *place, char *buffer, size_t size)
{
  fs_place_get_text (place, buffer, size);
  if (place->setting->type == FS_TYPE_BOOLEAN)
    fs_words_say (buffer, size, "%s",
                  fs_place_get_number (place) != 0 ? fs_text ("on") : fs_text ("off"));
  if (place->setting->type == FS_TYPE_NUMBER)
    fs_text_mark_number (buffer, size);
}

static void
describe_set (const FsEdit *edit, const FsExperiment *experiment, FsEditWords *words)
{
  FsExperiment copy = *experiment;
  FsPlace place;
  if (fs_experiment_find (&copy, edit->key, &place, NULL) != FS_OK)
    {
      FS_SAY (words->label, "%s", edit->key);
      FS_SAY (words->right, "%s", edit->value);
      return;
    }
  FS_SAY (words->label, "%s", fs_text (place.setting->label));
  describe_value (&place, words->left, sizeof words->left);
  if (fs_place_set_text (&place, edit->value, NULL) == FS_OK)
    describe_value (&place, words->right, sizeof words->right);
  else
    FS_SAY (words->right, "%s", edit->value);
}

void
fs_edit_describe (const FsEdit *edit, const FsExperiment *experiment, FsEditWords *words)
{
  *words = (FsEditWords){ 0 };
  const char *item = "";
  switch (edit->kind)
    {
    case FS_EDIT_SET:
      describe_set (edit, experiment, words);
      break;
    case FS_EDIT_INSERT_STEP:
    case FS_EDIT_INSERT_LAYER:
      item = edit->kind == FS_EDIT_INSERT_STEP
                 ? fs_text (fs_step_kind ((FsStepKind) edit->item)->label)
                 : fs_text (fs_layer_kind ((FsLayerKind) edit->item)->label);
      FS_SAY (words->label, "%s",
              edit->kind == FS_EDIT_INSERT_STEP ? fs_text ("Prepare") : fs_text ("Model"));
      if (edit->value[0])
        FS_SAY (words->right, "+ %s (%s)", item, edit->value);
      else
        FS_SAY (words->right, "+ %s", item);
      for (char *c = words->right; *c; c++)
        if (*c == '=')
          *c = ' ';
      break;
    case FS_EDIT_REMOVE_STEP:
      FS_SAY (words->label, "Prepare");
      if (edit->index < experiment->n_steps)
        FS_SAY (words->left, "%s",
                fs_text (fs_step_kind (experiment->steps[edit->index].kind)->label));
      FS_SAY (words->right, "removed");
      break;
    case FS_EDIT_REMOVE_LAYER:
      FS_SAY (words->label, "Model");
      if (edit->index < experiment->n_layers)
        FS_SAY (words->left, "%s",
                fs_text (fs_layer_kind (experiment->layers[edit->index].kind)->label));
      FS_SAY (words->right, "removed");
      break;
    case FS_EDIT_REMOVE_INPUT:
      FS_SAY (words->label, "Further inputs");
      if (edit->index < experiment->data.n_inputs)
        FS_SAY (words->left, "%.60s", experiment->data.inputs[edit->index]);
      FS_SAY (words->right, "removed");
      break;
    case FS_EDIT_NONE:
      break;
    }
}
