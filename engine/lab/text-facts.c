/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sentences on texts, and nearest words; see text-facts.h. */

#include "engine/lab/text-facts.h"

#include <math.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/experiment/schema.h"
#include "engine/lab/json-text.h"
#include "engine/lab/lab-error.h"
#include "engine/lab/source.h"
#include "engine/prepare/augment.h"

/* Vectors that are trained for looking at alone; 50 suit short texts. */
#define LOOKED_AT_DIMENSIONS 50

/* Classes that are told of one by one. */
#define MAX_CLASSES_TOLD 12

static void add (GPtrArray *facts, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
add (GPtrArray *facts, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_ptr_array_add (facts, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

static double
known_share (const FsTextProfile *profile)
{
  if (profile->n_later_tokens == 0)
    return NAN;
  return 1 - (double) profile->n_later_unknown / (double) profile->n_later_tokens;
}

GPtrArray *
fs_text_facts (const FsTextProfile *profile, const FsDataset *dataset)
{
  GPtrArray *facts = g_ptr_array_new_with_free_func (g_free);
  add (
      facts,
      fs_text ("%zu texts of %zu to %zu words; half have at most %.0f, and 95 of 100 at most %.0f"),
      profile->n_texts, profile->shortest, profile->longest, profile->median, profile->q95);
  if (profile->n_empty > 0)
    add (facts, fs_text ("%zu without a single word: the network can only guess there"),
         profile->n_empty);
  add (facts, fs_text ("%zu different words in training, %zu of them once"), profile->n_words,
       profile->n_words_once);
  if (isfinite (known_share (profile)))
    add (facts, fs_text ("training knows %d of 100 words of the later texts"),
         (int) (100 * known_share (profile)));
  for (size_t k = 0; k < profile->n_classes && k < MAX_CLASSES_TOLD; k++)
    add (facts, fs_text ("class %s: %zu texts in training, %zu in validation, %zu in the test"),
         dataset->class_names[k], profile->classes[k][FS_PART_TRAIN],
         profile->classes[k][FS_PART_VALIDATION], profile->classes[k][FS_PART_TEST]);
  if (profile->n_classes > MAX_CLASSES_TOLD)
    add (facts, fs_text ("%zu more classes"), profile->n_classes - MAX_CLASSES_TOLD);
  if (profile->n_repeated > 0)
    add (facts, fs_text ("%zu texts equal another one before them"), profile->n_repeated);
  if (profile->n_disputed > 0)
    add (facts, fs_text ("%zu texts equal another one that has a different class"),
         profile->n_disputed);
  return facts;
}

char *
fs_text_leak (const FsTextProfile *profile)
{
  if (profile->n_leaked == 0)
    return NULL;
  return g_strdup_printf (
      fs_text ("%zu texts of validation and test are in training too, such as \u201c%s\u201d: "
               "what is learned by heart there looks like understanding here"),
      profile->n_leaked, profile->leaked);
}

/* ---- variants ---- */

static char *
spell (const FsDataset *dataset, const FsReal *words, size_t length)
{
  const gboolean has_blanks =
      fs_vocabulary_rule (dataset->vocabulary)->rule.unit != FS_TOKENS_CHARACTERS;
  GString *text = g_string_new (NULL);
  for (size_t t = 0; t < length; t++)
    {
      if (t > 0 && has_blanks)
        g_string_append_c (text, ' ');
      g_string_append (text, fs_vocabulary_word (dataset->vocabulary, (int32_t) words[t]));
    }
  return g_string_free (text, FALSE);
}

/* Where the words of a padded text of `length` begin. */
static size_t
first_word (const FsDataset *dataset, size_t length)
{
  return dataset->padding == FS_AT_START && !dataset->is_masked ? dataset->length - length : 0;
}

GPtrArray *
fs_text_variants (const FsDataset *dataset, const FsExperiment *experiment, guint n)
{
  GPtrArray *texts = g_ptr_array_new_with_free_func (g_free);
  FsAugmentRoom room;
  if (dataset->task != FS_TASK_TEXT || !fs_experiment_augments (experiment)
      || fs_augment_room_init (&room, dataset->length, 1, 1, NULL) != FS_OK)
    return texts;
  g_autofree FsReal *x = g_new (FsReal, dataset->length);
  for (uint32_t i = 0; i < dataset->windows[FS_PART_TRAIN].n && texts->len < 2 * n; i++)
    {
      uint32_t length;
      FsReal y;
      fs_dataset_gather (dataset, FS_PART_TRAIN, &i, 1, x, &y);
      if (!fs_dataset_lengths (dataset, FS_PART_TRAIN, &i, 1, &length))
        length = (uint32_t) fs_window_length (dataset, FS_PART_TRAIN, i);
      g_autofree char *before = spell (dataset, x + first_word (dataset, length), length);
      fs_dataset_vary (dataset, experiment, &room, 0, &i, 1, x, &y, &length);
      g_autofree char *after = spell (dataset, x + first_word (dataset, length), length);
      if (strcmp (before, after) == 0)
        continue;
      g_ptr_array_add (texts, g_steal_pointer (&before));
      g_ptr_array_add (texts, g_steal_pointer (&after));
    }
  fs_augment_room_clear (&room);
  return texts;
}

/* ---- from text to numbers ---- */

/* Words that are shown of one text. */
#define MAX_TOKENS_SHOWN 16

static const char *
units_of (const FsDataset *dataset)
{
  return fs_vocabulary_rule (dataset->vocabulary)->rule.unit == FS_TOKENS_CHARACTERS
             ? fs_text ("characters")
             : fs_text ("words");
}

char *
fs_text_stages (const FsDataset *dataset, const FsExperiment *experiment)
{
  const FsLayerSpec *first = experiment->n_layers > 0 ? &experiment->layers[0] : NULL;
  const size_t n_train = dataset->windows[FS_PART_TRAIN].n;
  GString *text = g_string_new (NULL);
  size_t n_all = 0;
  for (int part = 0; part < FS_N_PARTS; part++)
    n_all += dataset->windows[part].n;
  if (dataset->task == FS_TASK_TEXT)
    g_string_append_printf (text, fs_text ("%zu texts, %zu of them for training"), n_all, n_train);
  else
    g_string_append_printf (text, fs_text ("one text in %zu windows, %zu of them for training"),
                            n_all, n_train);
  g_string_append_printf (text, " → %s", units_of (dataset));
  g_string_append_printf (text, fs_text (" → %zu numbers, 0 for padding and 1 for unknown"),
                          fs_vocabulary_size (dataset->vocabulary));
  g_string_append_printf (text, fs_text (" → (%zu windows, %zu steps)"), n_all, dataset->length);
  if (first && first->kind == FS_LAYER_EMBEDDING)
    g_string_append_printf (text, fs_text (" → (%zu, %zu, %d) by the embedding"), n_all,
                            dataset->length, (int) first->units);
  return g_string_free (text, FALSE);
}

GPtrArray *
fs_text_tokens (const FsDataset *dataset, guint n)
{
  const FsWindows *windows = &dataset->windows[FS_PART_TRAIN];
  GPtrArray *rows = g_ptr_array_new_with_free_func (g_free);
  g_autofree FsReal *x = g_new (FsReal, dataset->length + 1);
  for (uint32_t i = 0; i < windows->n && rows->len < 2 * n; i++)
    {
      const size_t length = fs_window_length (dataset, FS_PART_TRAIN, i);
      const size_t n_own = windows->lengths ? windows->lengths[i] : length;
      g_autoptr (GString) text = g_string_new (NULL);
      if (length == 0)
        continue;
      fs_dataset_gather (dataset, FS_PART_TRAIN, &i, 1, x, NULL);
      const FsReal *words = x + first_word (dataset, length);
      for (size_t t = 0; t < length && t < MAX_TOKENS_SHOWN; t++)
        {
          const char *word = fs_vocabulary_word (dataset->vocabulary, (int32_t) words[t]);
          g_string_append_printf (text, "%s%s\u202F%d", t ? " · " : "",
                                  g_str_equal (word, " ") ? "␣" : word, (int) words[t]);
        }
      if (length > MAX_TOKENS_SHOWN)
        g_string_append (text, " …");
      if (n_own > length)
        g_string_append_printf (text, fs_text (" (%zu cut off)"), n_own - length);
      else if (dataset->length > length)
        g_string_append_printf (text, fs_text (" (and %zu of padding)"), dataset->length - length);
      g_ptr_array_add (rows, windows->names
                                 ? g_strdup (windows->names[i])
                                 : spell (dataset, words, MIN (length, MAX_TOKENS_SHOWN)));
      g_ptr_array_add (rows, g_string_free (g_steal_pointer (&text), FALSE));
    }
  return rows;
}

GPtrArray *
fs_text_words (const FsDataset *dataset, guint n)
{
  const size_t size = fs_vocabulary_size (dataset->vocabulary);
  GPtrArray *cells = g_ptr_array_new_with_free_func (g_free);
  for (size_t id = FS_ID_FIRST_WORD; id < size && cells->len < 3 * n; id++)
    {
      const char *word = fs_vocabulary_word (dataset->vocabulary, (int32_t) id);
      g_ptr_array_add (cells, g_strdup (g_str_equal (word, " ") ? "␣" : word));
      g_ptr_array_add (cells, g_strdup_printf ("%zu", id));
      g_ptr_array_add (cells,
                       g_strdup_printf ("%" G_GUINT64_FORMAT,
                                        fs_vocabulary_count (dataset->vocabulary, (int32_t) id)));
    }
  return cells;
}

/* ---- JSON ---- */

static void
append_count (GString *json, const char *key, size_t n)
{
  g_string_append_printf (json, "%s\"%s\":%" G_GSIZE_FORMAT,
                          g_str_has_suffix (json->str, "{") ? "" : ",", key, n);
}

static void
append_value (GString *json, const char *key, double value)
{
  g_string_append_printf (json, "%s\"%s\":", g_str_has_suffix (json->str, "{") ? "" : ",", key);
  fs_json_append_number (json, value);
}

void
fs_text_profile_append_json (GString *json, const FsTextProfile *profile, const FsDataset *dataset)
{
  g_string_append_c (json, '{');
  append_count (json, "texts", profile->n_texts);
  append_count (json, "empty", profile->n_empty);
  g_string_append (json, ",\"length\":{");
  append_count (json, "min", profile->shortest);
  append_value (json, "q25", profile->q25);
  append_value (json, "median", profile->median);
  append_value (json, "q75", profile->q75);
  append_value (json, "q95", profile->q95);
  append_count (json, "max", profile->longest);
  append_value (json, "mean", profile->mean);
  append_count (json, "bin_width", profile->bin_width);
  g_string_append (json, ",\"bins\":[");
  for (int i = 0; i < FS_TEXT_PROFILE_BINS; i++)
    g_string_append_printf (json, "%s%" G_GSIZE_FORMAT, i ? "," : "", profile->bins[i]);
  g_string_append (json, "]},\"vocabulary\":{");
  append_count (json, "words", profile->n_words);
  append_count (json, "once", profile->n_words_once);
  append_count (json, "tokens", profile->n_tokens);
  append_value (json, "coverage", known_share (profile));
  g_string_append (json, "},\"classes\":[");
  for (size_t k = 0; k < profile->n_classes; k++)
    {
      g_string_append (json, k ? ",{\"name\":" : "{\"name\":");
      fs_json_append_string (json, dataset->class_names[k]);
      append_count (json, "train", profile->classes[k][FS_PART_TRAIN]);
      append_count (json, "validation", profile->classes[k][FS_PART_VALIDATION]);
      append_count (json, "test", profile->classes[k][FS_PART_TEST]);
      g_string_append_c (json, '}');
    }
  g_string_append (json, "],\"duplicates\":{");
  append_count (json, "texts", profile->n_repeated);
  append_count (json, "across_split", profile->n_leaked);
  append_count (json, "different_class", profile->n_disputed);
  g_string_append (json, "}}");
}

/* ---- words ---- */

FsExperiment
fs_text_experiment (const FsExperiment *experiment)
{
  FsExperiment texts = *experiment;
  if (texts.data.task != FS_TASK_TEXT)
    {
      texts.data.task = FS_TASK_TEXT;
      fs_experiment_suit_task (&texts);
      texts.n_steps = 0;
    }
  texts.layers[0].vector_source = FS_VECTORS_DRAWN;
  return texts;
}

void
fs_neighbour_free (FsNeighbour *neighbour)
{
  g_free (neighbour->word);
  g_free (neighbour);
}

/* As it is written, or in small letters. */
static int32_t
find_word (const FsVocabulary *vocabulary, const char *word)
{
  const int32_t id = fs_vocabulary_find (vocabulary, word, strlen (word));
  g_autofree char *small = g_utf8_strdown (word, -1);
  return id != FS_ID_UNKNOWN ? id : fs_vocabulary_find (vocabulary, small, strlen (small));
}

static GPtrArray *
nearest_of (const FsDataset *dataset, const char *word, guint n, FsProblem *problem)
{
  const int32_t id = find_word (dataset->vocabulary, word);
  if (id < FS_ID_FIRST_WORD)
    {
      fs_problem (problem, FS_NOT_FOUND, "the word", word,
                  "a word that the training texts have, often enough to be known");
      return NULL;
    }
  g_autofree int32_t *ids = g_new (int32_t, n);
  g_autofree double *cosines = g_new (double, n);
  const size_t n_found = fs_word_vectors_nearest (&dataset->vectors, id, n, ids, cosines);
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) fs_neighbour_free);
  for (size_t i = 0; i < n_found; i++)
    {
      FsNeighbour *neighbour = g_new (FsNeighbour, 1);
      neighbour->word = g_strdup (fs_vocabulary_word (dataset->vocabulary, ids[i]));
      neighbour->cosine = cosines[i];
      g_ptr_array_add (found, neighbour);
    }
  return found;
}

GPtrArray *
fs_words_nearest (const FsFrame *frame,
                  const FsExperiment *experiment,
                  const char *base,
                  const char *word,
                  guint n,
                  GError **error)
{
  FsProblem problem = { 0 };
  FsDataset *dataset = NULL;
  GPtrArray *found = NULL;
  FsExperiment asked = *experiment;
  if (!fs_task_is_of_tokens (asked.data.task))
    asked = fs_text_experiment (experiment);
  asked.n_steps = 0;
  if (asked.n_layers > 0 && asked.layers[0].vector_source == FS_VECTORS_DRAWN)
    {
      asked.layers[0].vector_source = FS_VECTORS_WORD2VEC;
      asked.layers[0].units = LOOKED_AT_DIMENSIONS;
    }
  if (fs_source_prepare (&dataset, frame, &asked, base, &problem) == FS_OK)
    found = nearest_of (dataset, word, n, &problem);
  fs_dataset_free (dataset);
  if (!found)
    fs_lab_error_take (error, &problem);
  return found;
}
