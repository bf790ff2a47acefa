/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Columns of words into numbers: an input of 0 and 1 for each word, or each word's place in an order.
 * Only words of the training rows count; a later row's unknown word is all zeros, or −1, and so is a
 * missing one. Learned embeddings are the model's. */

#include "engine/prepare/step.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"

/* One-hot inputs beyond this are told: each costs a weight in every unit of the first layer. */
#define MANY_INPUTS 50

#define UNKNOWN (-1)

/* numbers: for each channel of words in turn the places of its words (UNKNOWN = not known), [n words]
 * each; then how many inputs come of how many columns. */

static size_t
count_words (const FsTable *table)
{
  size_t n = 0;
  for (size_t c = 0; c < table->n_channels; c++)
    n += fs_table_n_words (table, c);
  return n;
}

static void
count_rows (const FsStep *step, const FsTable *table, size_t channel, size_t *counts)
{
  for (size_t t = 0; t < step->n_train; t++)
    {
      const double x = table->values[t * table->n_channels + channel];
      if (!isnan (x))
        counts[(size_t) x]++;
    }
}

/* Words are sorted already, so by letter the next place is the next known word's. */
static size_t
place_by_letter (double *places, const size_t *counts, size_t n, size_t least)
{
  size_t place = 0;
  for (size_t i = 0; i < n; i++)
    places[i] = counts[i] >= least ? (double) place++ : UNKNOWN;
  return place;
}

/* The most frequent word first, those equally frequent by letter. */
static size_t
place_by_frequency (double *places, const size_t *counts, size_t n, size_t least)
{
  size_t n_known = 0;
  for (size_t i = 0; i < n; i++)
    {
      size_t n_before = 0;
      places[i] = UNKNOWN;
      if (counts[i] < least)
        continue;
      n_known++;
      for (size_t j = 0; j < n; j++)
        n_before += counts[j] > counts[i] || (counts[j] == counts[i] && j < i);
      places[i] = (double) n_before;
    }
  return n_known;
}

/* As listed, "low, middle, high"; every word of the training rows must be there. */
static FsStatus
place_as_given (const FsStep *step,
                const FsTable *table,
                size_t channel,
                double *places,
                const size_t *counts,
                size_t *n_known,
                FsProblem *problem)
{
  const FsChannelWords *words = &table->words[channel];
  const char *at = step->spec.encode_words;
  *n_known = 0;
  for (size_t i = 0; i < words->n; i++)
    places[i] = UNKNOWN;
  while (*at)
    {
      while (*at == ' ' || *at == ',')
        at++;
      size_t length = strcspn (at, ",");
      const char *word = at;
      at += length;
      while (length > 0 && word[length - 1] == ' ')
        length--;
      for (size_t i = 0; i < words->n && length > 0; i++)
        if (strlen (words->words[i]) == length && memcmp (words->words[i], word, length) == 0)
          places[i] = (double) *n_known;
      *n_known += length > 0;
    }
  for (size_t i = 0; i < words->n; i++)
    if (counts[i] > 0 && places[i] == UNKNOWN)
      return fs_problem_at (problem, FS_NOT_FOUND, "prepare", 0, words->words[i],
                            "the words in order must list every word of \u201c%.60s\u201d",
                            table->names[channel]);
  return FS_OK;
}

static FsStatus
fit_channel (FsStep *step,
             const FsTable *table,
             size_t channel,
             double *places,
             size_t *n_inputs,
             FsProblem *problem)
{
  const size_t n = table->words[channel].n, least = (size_t) step->spec.encode_least;
  const bool is_one_hot = step->spec.encode_method == FS_ENCODE_ONE_HOT;
  size_t *counts = calloc (n, sizeof *counts), n_known = 0;
  FsStatus status = FS_OK;
  if (!counts)
    return fs_problem (problem, FS_OUT_OF_MEMORY, "prepare", NULL, NULL);
  count_rows (step, table, channel, counts);
  if (is_one_hot || step->spec.encode_order == FS_ENCODE_ALPHABETICAL)
    n_known = place_by_letter (places, counts, n, least);
  else if (step->spec.encode_order == FS_ENCODE_FREQUENCY)
    n_known = place_by_frequency (places, counts, n, least);
  else
    status = place_as_given (step, table, channel, places, counts, &n_known, problem);
  free (counts);
  if (!status && n_known == 0)
    status = fs_problem (problem, FS_TOO_LITTLE, table->names[channel], NULL,
                         "this column has no word in the training part that is frequent enough");
  /* A column of one word says nothing, but it is a column still. */
  *n_inputs = !is_one_hot ? 1 : step->spec.drops_first && n_known > 1 ? n_known - 1 : n_known;
  return status;
}

static FsStatus
fit (FsStep *step, const FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_words = count_words (table);
  FsStatus status = fs_step_allocate (step, n_words + 2, problem);
  size_t at = 0;
  for (size_t c = 0; c < table->n_channels && !status; c++)
    {
      size_t n_inputs = 0;
      if (fs_table_n_words (table, c) == 0)
        continue;
      status = fit_channel (step, table, c, step->numbers + at, &n_inputs, problem);
      at += table->words[c].n;
      step->numbers[n_words] += (double) n_inputs;
      step->numbers[n_words + 1]++;
    }
  return status;
}

static void
apply_ordinal (FsTable *table, size_t channel, const double *places)
{
  for (size_t t = 0; t < table->n_rows; t++)
    {
      double *x = &table->values[t * table->n_channels + channel];
      *x = isnan (*x) ? UNKNOWN : places[(size_t) *x];
    }
}

/* The channel becomes its first word's, the others' come behind all channels. */
static FsStatus
apply_one_hot (const FsStep *step,
               FsTable *table,
               size_t channel,
               const double *places,
               FsProblem *problem)
{
  const FsChannelWords words = table->words[channel];
  size_t n_known = 0;
  char column[FS_TEXT_SIZE];
  memcpy (column, table->names[channel], sizeof column);
  for (size_t i = 0; i < words.n; i++)
    n_known += places[i] != UNKNOWN;
  const size_t n_dropped = step->spec.drops_first && n_known > 1 ? 1 : 0;
  const size_t n_inputs = n_known - n_dropped, first = table->n_channels;
  FsStatus status = n_inputs > 1 ? fs_table_add_channels (table, n_inputs - 1, problem) : FS_OK;
  if (status)
    return status;
  for (size_t i = 0; i < words.n; i++)
    if (places[i] >= (double) n_dropped)
      {
        const size_t k = (size_t) places[i] - n_dropped;
        fs_table_name_channel (table, k == 0 ? channel : first + k - 1, "%.120s = %.120s", column,
                               words.words[i]);
      }
  for (size_t t = 0; t < table->n_rows; t++)
    {
      double *row = table->values + t * table->n_channels;
      const double place = isnan (row[channel]) ? UNKNOWN : places[(size_t) row[channel]];
      for (size_t k = 0; k < n_inputs; k++)
        row[k == 0 ? channel : first + k - 1] = place == (double) (k + n_dropped);
    }
  return FS_OK;
}

static FsStatus
apply (FsStep *step, FsTable *table, const size_t part_ends[FS_N_PARTS], FsProblem *problem)
{
  const size_t n_channels = table->n_channels;
  const double *places = step->numbers;
  FsStatus status = FS_OK;
  for (size_t c = 0; c < n_channels && !status; c++)
    {
      const size_t n = fs_table_n_words (table, c);
      if (n == 0)
        continue;
      if (step->spec.encode_method == FS_ENCODE_ORDINAL)
        apply_ordinal (table, c, places);
      else
        status = apply_one_hot (step, table, c, places, problem);
      places += n;
      fs_table_forget_words (table, c);
    }
  return status;
}

static void
describe (const FsStep *step, char *buffer, size_t size)
{
  const size_t n_inputs = (size_t) step->numbers[step->n_numbers - 2],
               n_columns = (size_t) step->numbers[step->n_numbers - 1];
  if (n_columns == 0)
    snprintf (buffer, size, fs_text ("encode: no column has words"));
  else if (step->spec.encode_method == FS_ENCODE_ORDINAL)
    snprintf (buffer, size, fs_text ("ordinal: %zu %s of words, one input each"), n_columns,
              fs_text_count ("column", "columns", n_columns));
  else
    snprintf (
        buffer, size,
        fs_text (
            "one-hot: %zu %s of words to %zu inputs, each 4 weights more in every unit of a first "
            "LSTM%s"),
        n_columns, fs_text_count ("column", "columns", n_columns), n_inputs,
        n_inputs > MANY_INPUTS
            ? fs_text ("; that is wide, one number or fewer words would be narrower")
            : "");
}

const FsStepOperations fs_step_encode = {
  .fit = fit,
  .apply = apply,
  .invert = NULL,
  .describe = describe,
};
