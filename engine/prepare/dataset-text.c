/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts as numbers: a column of texts with a class each, and one long text whose every next word or
 * character is to be found. The vocabulary is that of the training part alone. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/prepare/augment.h"
#include "engine/prepare/dataset-private.h"
#include "engine/prepare/split.h"
#include "engine/prepare/step.h"
#include "engine/prepare/text-columns.h"
#include "engine/prepare/text-profile.h"

/* Of a text's beginning, as its name in tables. */
#define NAME_BYTES 160

_Static_assert((int) FS_TEXT_UNIT_WORDS == (int) FS_TOKENS_WORDS
                   && (int) FS_TEXT_UNIT_CHARACTERS == (int) FS_TOKENS_CHARACTERS
                   && (int) FS_TEXT_UNIT_KERAS == (int) FS_TOKENS_KERAS,
               "the setting's values are the tokeniser's");

static FsVocabularyRule
rule_of (const FsExperiment *experiment)
{
  return (FsVocabularyRule){ .rule = { .unit = (FsTokenUnit) experiment->text.unit,
                                       .keeps_capitals = experiment->text.keeps_capitals,
                                       .strips_markup = experiment->text.strips_markup },
                             .least_count = (size_t) experiment->text.least_count,
                             .max_size = (size_t) experiment->text.most_words };
}

/* ---- rows of numbers ---- */

/* `n_rows` rows of one token each, all padding at first, and the table that shows them. */
static FsStatus
make_rows (FsDataset *dataset, const char *name, size_t n_rows, FsProblem *problem)
{
  if (n_rows > UINT32_MAX - 1)
    return fs_problem (problem, FS_TOO_LARGE, "data.text", NULL,
                       "at most 4 billion words or characters can be read");
  dataset->n_rows = n_rows;
  dataset->n_channels = 1;
  dataset->raw = fs_table_new (n_rows, 1);
  dataset->inputs = calloc (n_rows + 1, sizeof *dataset->inputs);
  dataset->target_raw = malloc ((n_rows + 1) * sizeof *dataset->target_raw);
  dataset->target_prepared = malloc ((n_rows + 1) * sizeof *dataset->target_prepared);
  dataset->times = malloc ((n_rows + 1) * sizeof *dataset->times);
  if (!dataset->raw || !dataset->inputs || !dataset->target_raw || !dataset->target_prepared
      || !dataset->times)
    return fs_dataset_no_memory (problem);
  snprintf (dataset->raw->names[0], sizeof dataset->raw->names[0], "%s", name);
  for (size_t t = 0; t < n_rows; t++)
    {
      dataset->times[t] = (double) t;
      dataset->target_raw[t] = dataset->target_prepared[t] = NAN;
      dataset->raw->values[t] = FS_ID_PADDING;
    }
  return FS_OK;
}

static void
put_token (FsDataset *dataset, size_t row, int32_t id)
{
  dataset->inputs[row] = (FsReal) id;
  dataset->raw->values[row] = id;
}

/* No step works on the numbers of words. */
static FsStatus
make_empty_recipe (FsDataset *dataset, const FsExperiment *experiment, FsProblem *problem)
{
  FsExperiment *without = malloc (sizeof *without);
  if (!without)
    return fs_dataset_no_memory (problem);
  *without = *experiment;
  without->n_steps = 0;
  const FsStatus status =
      fs_recipe_fit (&dataset->recipe, without, dataset->raw, dataset->part_ends, problem);
  free (without);
  return status;
}

/* ---- classes of texts ---- */

typedef struct
{
  const FsColumn *text, *label;
  FsLabels classes;
  FsExamples examples;
  size_t *rows;       /* [examples.n] of the file */
  const char **texts; /* [examples.n], those of the training part first */
  size_t n_train;
  FsTokenTexts encoded; /* of `texts` */
} Work;

static void
clear_work (Work *work)
{
  fs_labels_clear (&work->classes);
  fs_examples_clear (&work->examples);
  fs_token_texts_clear (&work->encoded);
  free (work->rows);
  free (work->texts);
}

/* The beginning of a text, on one line, cut between two characters. */
static bool
set_name (FsExamples *examples, size_t i, const char *text)
{
  char name[NAME_BYTES + 1];
  size_t n = strlen (text);
  if (n > NAME_BYTES)
    for (n = NAME_BYTES; n > 0 && ((unsigned char) text[n] & 0xC0) == 0x80;)
      n--;
  for (size_t k = 0; k < n; k++)
    name[k] = (unsigned char) text[k] < ' ' ? ' ' : text[k];
  return fs_examples_set_name (examples, i, name, n);
}

/* Rows without a text are left out; one with a text and without a class is a problem. */
static FsStatus
take_examples (Work *work, const FsFrame *frame, FsProblem *problem)
{
  size_t n = 0;
  for (size_t t = 0; t < frame->n_rows; t++)
    n += fs_text_of_row (work->text, t) != NULL;
  FsStatus status = fs_examples_init (&work->examples, n, true, problem);
  work->rows = malloc ((n + 1) * sizeof *work->rows);
  work->texts = malloc ((n + 1) * sizeof *work->texts);
  if (status != FS_OK || !work->rows || !work->texts)
    return fs_dataset_no_memory (problem);
  n = 0;
  for (size_t t = 0; t < frame->n_rows; t++)
    {
      const char *text = fs_text_of_row (work->text, t);
      if (!text)
        continue;
      if (work->classes.codes[t] < 0)
        return fs_problem_at (problem, FS_MALFORMED, "data.target", 0, work->label->name,
                              "row %zu has a text and no class", t + 1);
      if (!set_name (&work->examples, n, text))
        return fs_dataset_no_memory (problem);
      work->examples.classes[n] = work->classes.codes[t];
      work->rows[n++] = t;
    }
  return FS_OK;
}

/* Which texts are equal, and, if the experiment says so, only the first of them. */
static FsStatus
take_hashes (Work *work, const FsExperiment *experiment, size_t **first, FsProblem *problem)
{
  FsExamples *examples = &work->examples;
  const FsVocabularyRule rule = rule_of (experiment);
  size_t n = 0;
  examples->hashes = malloc ((examples->n + 1) * sizeof *examples->hashes);
  *first = malloc ((examples->n + 1) * sizeof **first);
  if (!examples->hashes || !*first)
    return fs_dataset_no_memory (problem);
  for (size_t i = 0; i < examples->n; i++)
    work->texts[i] = fs_text_of_row (work->text, work->rows[i]);
  FsStatus status =
      fs_text_hashes (&rule.rule, work->texts, examples->n, examples->hashes, problem);
  if (status == FS_OK)
    status = fs_text_first_equals (examples->hashes, examples->n, *first, problem);
  if (status != FS_OK || experiment->text.duplicates != FS_DUPLICATES_REMOVED)
    return status;
  for (size_t i = 0; i < examples->n; i++)
    if ((*first)[i] < i)
      {
        free (examples->names[i]);
        examples->names[i] = NULL;
      }
    else
      {
        char *name = examples->names[i];
        examples->names[i] = NULL;
        examples->names[n] = name;
        examples->hashes[n] = examples->hashes[i];
        examples->classes[n] = examples->classes[i];
        work->rows[n++] = work->rows[i];
      }
  examples->n = n;
  return FS_OK;
}

/* Equal texts cannot be kept together where something else says what is. */
static FsStatus
check_duplicates (const FsExperiment *experiment, FsProblem *problem)
{
  const FsSplitMethod method = experiment->split.method;
  if (experiment->text.duplicates != FS_DUPLICATES_GROUPED
      || (method != FS_SPLIT_GIVEN && method != FS_SPLIT_GROUPED))
    return FS_OK;
  return fs_problem (problem, FS_MISMATCH, "text.duplicates", "group",
                     "keep or remove: the split goes by a column, which equal texts cannot leave");
}

static FsStatus
share_out (Work *work, const FsFrame *frame, const FsExperiment *experiment, FsProblem *problem)
{
  FsStatus status = check_duplicates (experiment, problem);
  if (status != FS_OK)
    return status;
  const FsExampleRows source = { .frame = frame,
                                 .examples =
                                     malloc ((frame->n_rows + 1) * sizeof *source.examples) };
  if (!source.examples)
    return fs_dataset_no_memory (problem);
  for (size_t t = 0; t < frame->n_rows; t++)
    source.examples[t] = FS_NO_EXAMPLE;
  for (size_t i = 0; i < work->examples.n; i++)
    source.examples[work->rows[i]] = (uint32_t) i;
  status = fs_examples_share_out (&work->examples, &source, experiment, &work->classes, problem);
  free (source.examples);
  return status;
}

/* Equal texts into the part of the first of them, which keeps its place. */
static void
group_equals (FsExamples *examples, const size_t *first)
{
  for (size_t i = 0; i < examples->n; i++)
    examples->parts[i] = examples->parts[first[i]];
}

static FsStatus
encode (FsDataset *dataset, Work *work, const FsExperiment *experiment, FsProblem *problem)
{
  const FsVocabularyRule rule = rule_of (experiment);
  FsExamples *examples = &work->examples;
  size_t n = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      for (size_t i = 0; i < examples->n; i++)
        if (examples->parts[i] == (FsPart) part)
          work->texts[n++] = fs_text_of_row (work->text, work->rows[i]);
      if (part == FS_PART_TRAIN)
        work->n_train = n;
    }
  FsStatus status =
      fs_vocabulary_build (&dataset->vocabulary, &rule, work->texts, work->n_train, NULL, problem);
  if (status == FS_OK)
    status = fs_vocabulary_encode (dataset->vocabulary, work->texts, examples->n, &work->encoded,
                                   NULL, problem);
  return status;
}

/* Where the examples' tokens lie among the data set's rows: as fs_dataset_lay_examples() will have it. */
static FsStatus
put_texts (FsDataset *dataset, Work *work, FsProblem *problem)
{
  FsExamples *examples = &work->examples;
  const size_t *starts = work->encoded.starts;
  size_t n_rows = 0, row = 0, place = 0;
  for (size_t i = 0; i < examples->n; i++)
    n_rows += starts[i + 1] > starts[i] ? starts[i + 1] - starts[i] : 1;
  const FsStatus status = make_rows (dataset, work->text->name, n_rows, problem);
  if (status != FS_OK)
    return status;
  for (int part = 0; part < FS_N_PARTS; part++)
    for (size_t i = 0; i < examples->n; i++)
      {
        if (examples->parts[i] != (FsPart) part)
          continue;
        const size_t n = starts[place + 1] - starts[place];
        examples->n_rows[i] = (uint32_t) n;
        for (size_t k = 0; k < (n > 0 ? n : 1); k++, row++)
          {
            if (n > 0)
              put_token (dataset, row, work->encoded.ids[starts[place] + k]);
            dataset->target_raw[row] = dataset->target_prepared[row] = examples->classes[i];
          }
        place++;
      }
  return FS_OK;
}

/* Words that are put in need a place, in the longest text too. */
static void
leave_room (FsDataset *dataset, const FsExperiment *experiment)
{
  const size_t came_back = dataset->back_translations.longest;
  if (experiment->window.longest == FS_AUTO && came_back > dataset->length)
    dataset->length = came_back;
  const size_t longest = dataset->length;
  for (size_t i = 0; i < experiment->n_steps; i++)
    {
      const FsStepSpec *step = &experiment->steps[i];
      if (step->kind != FS_STEP_AUGMENT || !step->is_enabled
          || step->augment_method != FS_AUGMENT_INSERT || experiment->window.longest != FS_AUTO)
        continue;
      const size_t n = (size_t) (fs_augment_strength (step) * (double) longest);
      dataset->length += n > 0 ? n : 1;
    }
}

FsStatus
fs_dataset_make_texts (FsDataset *dataset,
                       const FsFrame *frame,
                       const FsExperiment *experiment,
                       FsProblem *problem)
{
  Work work = { 0 };
  size_t *first = NULL;
  FsStatus status = fs_text_column (&work.text, frame, experiment, problem);
  if (status == FS_OK)
    status = fs_text_label_column (&work.label, work.text, frame, experiment, problem);
  if (status == FS_OK)
    {
      snprintf (dataset->target_name, sizeof dataset->target_name, "%s", work.label->name);
      status = fs_labels_init (&work.classes, work.label, frame->n_rows, problem);
    }
  if (status == FS_OK)
    status = take_examples (&work, frame, problem);
  if (status == FS_OK)
    status = take_hashes (&work, experiment, &first, problem);
  if (status == FS_OK)
    status = share_out (&work, frame, experiment, problem);
  if (status == FS_OK && experiment->text.duplicates == FS_DUPLICATES_GROUPED)
    group_equals (&work.examples, first);
  free (first);
  if (status == FS_OK)
    status = encode (dataset, &work, experiment, problem);
  if (status == FS_OK)
    status = fs_dataset_make_synonyms (dataset, experiment, problem);
  if (status == FS_OK)
    status = fs_dataset_make_vectors (dataset, &work.encoded, work.n_train, experiment, problem);
  if (status == FS_OK)
    status = put_texts (dataset, &work, problem);
  if (status == FS_OK)
    status = fs_dataset_lay_examples (dataset, &work.examples, experiment, &work.classes, problem);
  if (status == FS_OK)
    status = fs_dataset_make_back_translations (dataset, experiment, problem);
  if (status == FS_OK)
    leave_room (dataset, experiment);
  if (status == FS_OK)
    status = make_empty_recipe (dataset, experiment, problem);
  clear_work (&work);
  return status;
}

/* ---- the next one ---- */

/* All rows' texts as one, a line each. */
static char *
join_texts (const FsColumn *column, size_t n_rows, size_t *length)
{
  size_t n = 0;
  for (size_t t = 0; t < n_rows; t++)
    if (fs_text_of_row (column, t))
      n += strlen (fs_text_of_row (column, t)) + 1;
  char *joined = malloc (n + 1), *end = joined;
  for (size_t t = 0; joined && t < n_rows; t++)
    {
      const char *text = fs_text_of_row (column, t);
      if (!text)
        continue;
      const size_t size = strlen (text);
      memcpy (end, text, size);
      end += size;
      *end++ = '\n';
    }
  if (joined)
    *end = '\0';
  *length = joined ? (size_t) (end - joined) : 0;
  return joined;
}

/* Cuts the text at the borders of its parts, between two characters: the byte there becomes a NUL, after
 * what it was has been kept in the part that begins there. */
static FsStatus
cut_parts (const char *text,
           size_t length,
           const FsExperiment *experiment,
           char *parts[FS_N_PARTS],
           FsProblem *problem)
{
  size_t ends[FS_N_PARTS], begin = 0;
  fs_split_borders (experiment, length, ends);
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      size_t end = ends[part];
      while (end < length && ((unsigned char) text[end] & 0xC0) == 0x80)
        end++;
      parts[part] = malloc (end - begin + 1);
      if (!parts[part])
        return fs_dataset_no_memory (problem);
      memcpy (parts[part], text + begin, end - begin);
      parts[part][end - begin] = '\0';
      begin = end;
    }
  return FS_OK;
}

/* Windows lie end to end in each part; the last one may be shorter. A window aims at the token after each
 * of its own, so the part's last token is an aim alone. */
static FsStatus
lay_next_windows (FsDataset *dataset, const FsExperiment *experiment, FsProblem *problem)
{
  static const char *const names[FS_N_PARTS] = { "training", "validation", "test" };
  static const char *const keys[FS_N_PARTS] = { "split.train", "split.validation", "split" };
  for (int part = 0; part < FS_N_PARTS; part++)
    {
      FsWindows *windows = &dataset->windows[part];
      const size_t begin = fs_part_begin (dataset->part_ends, (FsPart) part);
      const size_t end = dataset->part_ends[part], n = end > begin ? end - begin - 1 : 0;
      const size_t n_windows = n / dataset->length + (n % dataset->length != 0);
      const bool is_wanted =
          part == FS_PART_TRAIN || (part == FS_PART_VALIDATION && experiment->split.validation > 0);
      if (is_wanted && n == 0)
        return fs_problem_at (problem, FS_TOO_LITTLE, keys[part], 0, NULL,
                              "the %s part of the text has less than two words or characters",
                              names[part]);
      windows->starts = malloc ((n_windows + 1) * sizeof *windows->starts);
      windows->lengths = malloc ((n_windows + 1) * sizeof *windows->lengths);
      if (!windows->starts || !windows->lengths)
        return fs_dataset_no_memory (problem);
      for (; windows->n < n_windows; windows->n++)
        {
          const size_t at = windows->n * dataset->length;
          windows->starts[windows->n] = (uint32_t) (begin + at);
          windows->lengths[windows->n] =
              (uint32_t) (n - at < dataset->length ? n - at : dataset->length);
        }
    }
  return FS_OK;
}

static FsStatus
fill_next (FsDataset *dataset,
           const FsTokenTexts *encoded,
           const FsColumn *column,
           const FsExperiment *experiment,
           FsProblem *problem)
{
  FsStatus status = make_rows (dataset, column->name, encoded->starts[FS_N_PARTS], problem);
  if (status != FS_OK)
    return status;
  for (size_t t = 0; t < dataset->n_rows; t++)
    put_token (dataset, t, encoded->ids[t]);
  for (int part = 0; part < FS_N_PARTS; part++)
    dataset->part_ends[part] = encoded->starts[part + 1];
  const uint64_t length = (uint64_t) experiment->window.length;
  dataset->length = length < dataset->n_rows ? (size_t) length : dataset->n_rows;
  dataset->horizon = 1;
  dataset->n_targets = dataset->length;
  dataset->n_classes = dataset->n_outputs = fs_vocabulary_size (dataset->vocabulary);
  dataset->is_masked = dataset->is_stepwise = true;
  snprintf (dataset->target_name, sizeof dataset->target_name, "%s", column->name);
  status = lay_next_windows (dataset, experiment, problem);
  return status == FS_OK ? make_empty_recipe (dataset, experiment, problem) : status;
}

FsStatus
fs_dataset_make_next (FsDataset *dataset,
                      const FsFrame *frame,
                      const FsExperiment *experiment,
                      FsProblem *problem)
{
  const FsColumn *column;
  char *parts[FS_N_PARTS] = { NULL };
  size_t length;
  FsTokenTexts encoded = { 0 };
  FsStatus status = fs_text_column (&column, frame, experiment, problem);
  if (status != FS_OK)
    return status;
  if (experiment->split.method != FS_SPLIT_CHRONOLOGICAL)
    return fs_problem (problem, FS_MISMATCH, "split.method", NULL,
                       "chronological: one text is read from its beginning to its end");
  if (experiment->train.loss != FS_LOSS_CROSS_ENTROPY)
    return fs_problem (problem, FS_MISMATCH, "train.loss", NULL,
                       "cross-entropy: the next one is one of many");
  char *joined = join_texts (column, frame->n_rows, &length);
  if (!joined)
    return fs_dataset_no_memory (problem);
  const FsVocabularyRule rule = rule_of (experiment);
  status = cut_parts (joined, length, experiment, parts, problem);
  if (status == FS_OK)
    status = fs_vocabulary_build (&dataset->vocabulary, &rule, (const char *const *) parts, 1, NULL,
                                  problem);
  if (status == FS_OK)
    status = fs_vocabulary_encode (dataset->vocabulary, (const char *const *) parts, FS_N_PARTS,
                                   &encoded, NULL, problem);
  if (status == FS_OK)
    status = fs_dataset_make_vectors (dataset, &encoded, 1, experiment, problem);
  if (status == FS_OK)
    status = fill_next (dataset, &encoded, column, experiment, problem);
  fs_token_texts_clear (&encoded);
  for (int part = 0; part < FS_N_PARTS; part++)
    free (parts[part]);
  free (joined);
  return status;
}
