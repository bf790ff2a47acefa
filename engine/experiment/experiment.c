/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The experiment as a whole: its defaults, its two lists, and the checks that concern more than one
 * setting. Single settings are place.c's and place-value.c's. */

#include "engine/base/text.h"
#include "engine/experiment/schema.h"

#include <stdio.h>
#include <string.h>

/* A sum of shares written in decimals may be a rounding error above 1 (0.7 + 0.2 + 0.1). */
#define SHARE_TOLERANCE 1e-9

/* First the defaults of every kind, in table order, then those of this kind: settings that the kind
 * does not use are at a default too, so that two items compare field by field. */
static void
reset_item (const FsSchema *schema, void *item, int kind)
{
  for (int pass = 0; pass < 2; pass++)
    for (size_t i = 0; i < schema->n_settings; i++)
      if (pass == 0 || (schema->settings[i].kinds >> kind & 1))
        fs_place_reset (&(FsPlace){ .setting = &schema->settings[i], .object = item });
}

FsLayerSpec
fs_layer_spec_default (FsLayerKind kind)
{
  FsLayerSpec layer;
  memset (&layer, 0, sizeof layer);
  layer.kind = kind;
  reset_item (fs_schema_layer (), &layer, (int) kind);
  return layer;
}

FsStepSpec
fs_step_spec_default (FsStepKind kind)
{
  FsStepSpec step;
  memset (&step, 0, sizeof step);
  step.kind = kind;
  reset_item (fs_schema_step (), &step, (int) kind);
  return step;
}

FsExperiment
fs_experiment_default (void)
{
  FsExperiment experiment;
  memset (&experiment, 0, sizeof experiment);

  const FsSchema *schema = fs_schema_experiment ();
  for (size_t i = 0; i < schema->n_settings; i++)
    fs_place_reset (&(FsPlace){ .setting = &schema->settings[i], .object = &experiment });

  experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_IMPUTE);
  experiment.steps[experiment.n_steps++] = fs_step_spec_default (FS_STEP_SCALE);
  experiment.layers[experiment.n_layers++] = fs_layer_spec_default (FS_LAYER_LSTM);
  experiment.layers[experiment.n_layers++] = fs_layer_spec_default (FS_LAYER_DROPOUT);
  experiment.layers[experiment.n_layers++] = fs_layer_spec_default (FS_LAYER_DENSE);
  return experiment;
}

/* The two lists are arrays of different structs with the same behaviour: bytes are moved. */

static void
insert_bytes (void *items, size_t *n, size_t index, const void *item, size_t size)
{
  char *bytes = items;
  if (index > *n)
    index = *n;
  memmove (bytes + (index + 1) * size, bytes + index * size, (*n - index) * size);
  memcpy (bytes + index * size, item, size);
  (*n)++;
}

/* The vacated last place is zeroed, so that nothing of the removed item stays behind. */
static void
remove_bytes (void *items, size_t *n, size_t index, size_t size)
{
  char *bytes = items;
  if (index >= *n)
    return;
  (*n)--;
  memmove (bytes + index * size, bytes + (index + 1) * size, (*n - index) * size);
  memset (bytes + *n * size, 0, size);
}

FsStatus
fs_experiment_insert_layer (FsExperiment *experiment,
                            size_t index,
                            FsLayerKind kind,
                            FsProblem *problem)
{
  if (experiment->n_layers >= FS_MAX_LAYERS)
    return fs_problem_at (problem, FS_TOO_LARGE, "model.layers", 0, NULL,
                          "a network has at most %d layers", FS_MAX_LAYERS);
  const FsLayerSpec layer = fs_layer_spec_default (kind);
  insert_bytes (experiment->layers, &experiment->n_layers, index, &layer, sizeof layer);
  return FS_OK;
}

void
fs_experiment_remove_layer (FsExperiment *experiment, size_t index)
{
  remove_bytes (experiment->layers, &experiment->n_layers, index, sizeof (FsLayerSpec));
}

void
fs_experiment_move_layer (FsExperiment *experiment, size_t from, size_t to)
{
  if (from >= experiment->n_layers)
    return;
  const FsLayerSpec layer = experiment->layers[from];
  fs_experiment_remove_layer (experiment, from);
  insert_bytes (experiment->layers, &experiment->n_layers, to, &layer, sizeof layer);
}

FsStatus
fs_experiment_insert_step (FsExperiment *experiment,
                           size_t index,
                           FsStepKind kind,
                           FsProblem *problem)
{
  if (experiment->n_steps >= FS_MAX_STEPS)
    return fs_problem_at (problem, FS_TOO_LARGE, "prepare", 0, NULL,
                          "there are at most %d preparation steps", FS_MAX_STEPS);
  FsStepSpec step = fs_step_spec_default (kind);
  if (kind == FS_STEP_AUGMENT && experiment->data.task == FS_TASK_TEXT)
    step.augment_method = FS_AUGMENT_SWAP; /* needs no file, and the default is of numbers */
  insert_bytes (experiment->steps, &experiment->n_steps, index, &step, sizeof step);
  return FS_OK;
}

void
fs_experiment_remove_step (FsExperiment *experiment, size_t index)
{
  remove_bytes (experiment->steps, &experiment->n_steps, index, sizeof (FsStepSpec));
}

void
fs_experiment_move_step (FsExperiment *experiment, size_t from, size_t to)
{
  if (from >= experiment->n_steps)
    return;
  const FsStepSpec step = experiment->steps[from];
  fs_experiment_remove_step (experiment, from);
  insert_bytes (experiment->steps, &experiment->n_steps, to, &step, sizeof step);
}

void
fs_experiment_suit_loss (FsExperiment *experiment)
{
  const bool is_of_classes = fs_task_is_of_classes (experiment->data.task);
  if (is_of_classes != fs_loss_is_of_classes (experiment->train.loss))
    experiment->train.loss = is_of_classes ? FS_LOSS_CROSS_ENTROPY : FS_LOSS_MSE;
}

void
fs_experiment_suit_layers (FsExperiment *experiment)
{
  const bool is_embedded =
      experiment->n_layers > 0 && experiment->layers[0].kind == FS_LAYER_EMBEDDING;
  const bool is_of_tokens = fs_task_is_of_tokens (experiment->data.task);
  if (is_of_tokens && !is_embedded)
    fs_experiment_insert_layer (experiment, 0, FS_LAYER_EMBEDDING, NULL);
  else if (!is_of_tokens && is_embedded)
    fs_experiment_remove_layer (experiment, 0);
}

void
fs_experiment_suit_task (FsExperiment *experiment)
{
  fs_experiment_suit_loss (experiment);
  fs_experiment_suit_layers (experiment);
  experiment->split.method =
      fs_task_is_of_sequences (experiment->data.task) ? FS_SPLIT_SHUFFLED : FS_SPLIT_CHRONOLOGICAL;
  if (experiment->data.task != FS_TASK_FORECAST && experiment->data.task != FS_TASK_NEXT)
    experiment->train.stateful = FS_STATEFUL_OFF;
}

static FsStatus
validate_data (const FsExperiment *experiment, FsProblem *problem)
{
  if (!experiment->data.source[0])
    return fs_problem (problem, FS_NOT_FOUND, "data.source", NULL,
                       "a file, or builtin: and the name of a series that comes with the program");
  for (size_t i = 0; i < experiment->data.n_inputs; i++)
    {
      const char *name = experiment->data.inputs[i];
      if (strcmp (name, experiment->data.target) == 0)
        return fs_problem (problem, FS_MISMATCH, "data.inputs", name,
                           "the target's own past is an input already");
      for (size_t j = 0; j < i; j++)
        if (strcmp (name, experiment->data.inputs[j]) == 0)
          return fs_problem (problem, FS_MISMATCH, "data.inputs", name, "name each column once");
    }

  const double shares = experiment->split.train + experiment->split.validation;
  if (experiment->split.method != FS_SPLIT_GIVEN && shares > 1 + SHARE_TOLERANCE)
    return fs_problem (problem, FS_MISMATCH, "split.validation", NULL,
                       "split.train and split.validation together are at most 1");
  return FS_OK;
}

/* Whose variants a step can make depends on what a window is, and on whether its target would still be
 * right. */
static FsStatus
validate_augmentation (const FsExperiment *experiment, size_t i, FsProblem *problem)
{
  const FsAugmentMethod method = experiment->steps[i].augment_method;
  const FsTask task = experiment->data.task;
  char path[64];
  snprintf (path, sizeof path, "prepare.%zu.method", i);
  const FsSetting *setting = fs_schema_find (fs_schema_step (), "method", FS_STEP_AUGMENT);
  const char *word = setting->choices[method].word;
  if (task == FS_TASK_NEXT)
    return fs_problem (
        problem, FS_MISMATCH, path, word,
        "no step that varies: each window of this task is an answer to the one before");
  if ((task == FS_TASK_TEXT) != (method >= FS_AUGMENT_SYNONYM))
    return fs_problem (problem, FS_MISMATCH, path, word,
                       task == FS_TASK_TEXT
                           ? "synonym, insert, swap, delete or back-translation: these windows are "
                             "texts"
                           : FS_WORDS ("a way to vary numbers, such as jitter: these windows "
                                       "are no texts"));
  if (task == FS_TASK_FORECAST
      && (method == FS_AUGMENT_TIME_WARP || method == FS_AUGMENT_SLICE
          || method == FS_AUGMENT_WINDOW_WARP))
    return fs_problem (
        problem, FS_MISMATCH, path, word,
        "jitter, scaling, magnitude-warp or mixup: when time runs faster or slower, a "
        "forecast's target is no longer what follows");
  if (method == FS_AUGMENT_SYNONYM && !experiment->text.synonyms[0])
    return fs_problem (problem, FS_NOT_FOUND, "text.synonyms", NULL,
                       "a file whose every line has words that mean the same");
  if (method == FS_AUGMENT_BACK_TRANSLATION && !experiment->text.back_translations[0])
    return fs_problem (
        problem, FS_NOT_FOUND, "text.back_translations", NULL,
        "a file whose every line has a text, a tab, and the text as it came back from "
        "another language");
  return FS_OK;
}

static FsStatus
validate_steps (const FsExperiment *experiment, FsProblem *problem)
{
  FsStatus status = FS_OK;
  for (size_t i = 0; i < experiment->n_steps && status == FS_OK; i++)
    if (experiment->steps[i].kind == FS_STEP_AUGMENT && experiment->steps[i].is_enabled)
      status = validate_augmentation (experiment, i, problem);
  return status;
}

/* What the task asks of the last layer is known here; whether the shapes in between fit, and how much
 * memory they take, is found by planning the network. */
static FsStatus
validate_layers (const FsExperiment *experiment, FsProblem *problem)
{
  char path[64];
  const size_t n = experiment->n_layers;
  if (n == 0)
    return fs_problem (problem, FS_TOO_LITTLE, "model.layers", NULL,
                       "a network has at least one layer, the last one dense");

  for (size_t i = 0; i < n; i++)
    {
      const FsLayerSpec *layer = &experiment->layers[i];
      snprintf (path, sizeof path, "model.layers.%zu.units", i);
      if (layer->kind == FS_LAYER_DENSE && layer->units == FS_AUTO && i + 1 < n)
        return fs_problem (problem, FS_MISMATCH, path, "auto",
                           "only the last layer can be as large as the task needs; write a number");
    }

  const bool is_embedded = experiment->layers[0].kind == FS_LAYER_EMBEDDING;
  if (fs_task_is_of_tokens (experiment->data.task) && !is_embedded)
    return fs_problem (problem, FS_MISMATCH, "model.layers.0",
                       fs_layer_kind (experiment->layers[0].kind)->word,
                       "an embedding: words and characters are numbers that mean nothing until one "
                       "has been learned");
  for (size_t i = 0; i < n; i++)
    if (experiment->layers[i].kind == FS_LAYER_EMBEDDING
        && (i > 0 || !fs_task_is_of_tokens (experiment->data.task)))
      {
        snprintf (path, sizeof path, "model.layers.%zu", i);
        return fs_problem (problem, FS_MISMATCH, path, "embedding",
                           "it is the first layer, and of the tasks text and next alone");
      }

  if (is_embedded && experiment->layers[0].vector_source == FS_VECTORS_FILE
      && !experiment->text.vectors[0])
    return fs_problem (problem, FS_NOT_FOUND, "text.vectors", NULL,
                       "a file of word vectors, since model.layers.0.start is \u201cfile\u201d");

  const FsLayerSpec *last = &experiment->layers[n - 1];
  snprintf (path, sizeof path, "model.layers.%zu", n - 1);
  if (last->kind != FS_LAYER_DENSE)
    return fs_problem (problem, FS_MISMATCH, path, fs_layer_kind (last->kind)->word,
                       "the last layer is dense, so that it can give any number");
  if (experiment->data.task == FS_TASK_FORECAST && last->units != FS_AUTO
      && last->units != experiment->window.horizon)
    {
      char units[32];
      snprintf (path, sizeof path, "model.layers.%zu.units", n - 1);
      snprintf (units, sizeof units, "%lld", (long long) last->units);
      return fs_problem_at (problem, FS_MISMATCH, path, 0, units,
                            "a forecast of %lld rows (window.horizon) needs %lld outputs; "
                            "auto fits always",
                            (long long) experiment->window.horizon,
                            (long long) experiment->window.horizon);
    }
  return FS_OK;
}

static FsStatus
validate_schedule (const FsExperiment *experiment, FsProblem *problem)
{
  const FsSchedule type = experiment->train.schedule.type;
  const bool has_length =
      type == FS_SCHEDULE_COSINE || type == FS_SCHEDULE_WARM_UP || type == FS_SCHEDULE_ONE_CYCLE;
  if (has_length && experiment->train.schedule.length == FS_AUTO && experiment->train.epochs == 0)
    return fs_problem (problem, FS_TOO_LITTLE, "train.schedule.length", "auto",
                       "a schedule over the whole run needs a run of at least one epoch; write a "
                       "length");
  return FS_OK;
}

/* Classes have losses of their own, and only they. */
static FsStatus
validate_loss (const FsExperiment *experiment, FsProblem *problem)
{
  const FsLoss loss = experiment->train.loss;
  const char *word = NULL;
  FsPlace place;
  if (fs_experiment_find ((FsExperiment *) experiment, "train.loss", &place, NULL) == FS_OK)
    word = place.setting->choices[loss].word;
  if (fs_task_is_of_classes (experiment->data.task) == fs_loss_is_of_classes (loss))
    return FS_OK;
  if (fs_loss_is_of_classes (loss))
    return fs_problem (problem, FS_MISMATCH, "train.loss", word,
                       "a loss of numbers, such as mse: this task has no classes");
  return fs_problem (problem, FS_MISMATCH, "train.loss", word,
                     "cross-entropy, or binary-cross-entropy for two classes: this task is to find "
                     "classes");
}

/* What is carried over must come in the order that it happened in. */
static FsStatus
validate_stateful (const FsExperiment *experiment, FsProblem *problem)
{
  const FsTask task = experiment->data.task;
  if (experiment->train.stateful == FS_STATEFUL_OFF)
    return FS_OK;
  if (task != FS_TASK_FORECAST && task != FS_TASK_NEXT)
    return fs_problem (problem, FS_MISMATCH, "train.stateful", NULL,
                       "off: here every window is an example of its own, and remembers none of "
                       "the others");
  if (experiment->train.is_shuffled)
    return fs_problem (problem, FS_MISMATCH, "train.shuffle", "true",
                       "false: a memory that is kept (train.stateful) has to read the windows in "
                       "order");
  return FS_OK;
}

static FsStatus
validate_training (const FsExperiment *experiment, FsProblem *problem)
{
  FsStatus status = validate_loss (experiment, problem);
  if (status == FS_OK)
    status = validate_stateful (experiment, problem);
  if (status != FS_OK)
    return status;
  if (experiment->train.optimiser == FS_OPTIMISER_SGD && experiment->train.is_nesterov
      && !(experiment->train.momentum > 0))
    return fs_problem (problem, FS_MISMATCH, "train.momentum", "0",
                       "Nesterov's way needs a momentum greater than 0");
  return validate_schedule (experiment, problem);
}

FsStatus
fs_experiment_validate (const FsExperiment *experiment, FsProblem *problem)
{
  if (experiment->n_layers > FS_MAX_LAYERS || experiment->n_steps > FS_MAX_STEPS
      || experiment->data.n_inputs > FS_MAX_INPUTS)
    return fs_problem (problem, FS_TOO_LARGE, NULL, NULL, "fewer layers, steps or inputs");

  /* Nothing is written through the place: fs_experiment_next() serves readers and writers alike. */
  size_t index = 0;
  FsPlace place;
  while (fs_experiment_next ((FsExperiment *) experiment, &index, &place))
    {
      const FsStatus status = fs_place_check (&place, problem);
      if (status != FS_OK)
        return status;
    }

  FsStatus status = validate_data (experiment, problem);
  if (status == FS_OK)
    status = validate_steps (experiment, problem);
  if (status == FS_OK)
    status = validate_training (experiment, problem);
  return status == FS_OK ? validate_layers (experiment, problem) : status;
}
