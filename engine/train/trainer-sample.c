/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Sampling; see trainer-sample.h. Each step is a pass over the window of the newest words, so that the
 * network sees what it saw in training: as many steps, from a state of zero. */

#include "engine/train/trainer-sample.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/prepare/text-prompt.h"
#include "engine/train/trainer-private.h"

#define PROMPT_TOKENS 20
#define MOST_PROMPT_TOKENS FS_TEXT_SIZE /* of the words that are given: no more than bytes */

/* Draws a token from a row of logits z: p ∝ exp (z / temperature), the likeliest at 0. */
static int32_t
draw (const FsReal *z, size_t n, double temperature, FsRandom *random)
{
  size_t best = FS_ID_FIRST_WORD;
  double sum = 0;
  for (size_t k = FS_ID_FIRST_WORD; k < n; k++)
    if (z[k] > z[best])
      best = k;
  const double at = fs_random_uniform (random);
  if (temperature <= 0 || !isfinite (z[best]))
    return (int32_t) best;
  for (size_t k = FS_ID_FIRST_WORD; k < n; k++)
    sum += exp (((double) z[k] - (double) z[best]) / temperature);
  double left = at * sum;
  for (size_t k = FS_ID_FIRST_WORD; k < n; k++)
    {
      left -= exp (((double) z[k] - (double) z[best]) / temperature);
      if (left < 0)
        return (int32_t) k;
    }
  return (int32_t) best;
}

/* The next token after the newest of `tokens`. */
static FsStatus
next_token (FsTrainer *trainer,
            const int32_t *tokens,
            size_t n,
            FsRandom *random,
            int32_t *next,
            const FsInterrupt *interrupt)
{
  const FsDataset *dataset = trainer->dataset;
  const size_t n_read = n < dataset->length ? n : dataset->length;
  const uint32_t length = (uint32_t) n_read;
  const FsPass pass = { .n_rows = 1, .lengths = &length, .interrupt = interrupt };
  FsReal *x = fs_network_inputs (trainer->network);
  for (size_t t = 0; t < dataset->length; t++)
    x[t] = t < n_read ? (FsReal) tokens[n - n_read + t] : FS_ID_PADDING;
  if (fs_network_forward (trainer->network, &pass) != FS_OK)
    return FS_INTERRUPTED;
  *next = draw (fs_network_outputs (trainer->network) + (n_read - 1) * dataset->n_outputs,
                dataset->n_outputs, trainer->experiment.text.temperature, random);
  return FS_OK;
}

/* Characters follow each other, words have blanks between them. */
static char *
spell (const FsDataset *dataset, const int32_t *tokens, size_t n, bool has_blanks)
{
  size_t size = 1;
  for (size_t i = 0; i < n; i++)
    size += strlen (fs_vocabulary_word (dataset->vocabulary, tokens[i])) + 1;
  char *text = malloc (size), *end = text;
  for (size_t i = 0; text && i < n; i++)
    {
      const char *word = fs_vocabulary_word (dataset->vocabulary, tokens[i]);
      if (i > 0 && has_blanks)
        *end++ = ' ';
      memcpy (end, word, strlen (word));
      end += strlen (word);
    }
  if (text)
    *end = '\0';
  return text;
}

/* What the sample goes on from: the words that it was given, else the first ones of the validation part. */
static FsStatus
begin_with (const FsTrainer *trainer, int32_t tokens[MOST_PROMPT_TOKENS], size_t *n, bool *is_given)
{
  const FsDataset *dataset = trainer->dataset;
  const FsStatus status = fs_prompt_read (dataset->vocabulary, trainer->experiment.text.prompt,
                                          tokens, MOST_PROMPT_TOKENS, n);
  *is_given = *n > 0;
  if (status != FS_OK || *is_given)
    return status;
  const FsPart part =
      dataset->windows[FS_PART_VALIDATION].n > 0 ? FS_PART_VALIDATION : FS_PART_TRAIN;
  const FsWindows *windows = &dataset->windows[part];
  *n = windows->lengths[0] < PROMPT_TOKENS ? windows->lengths[0] : PROMPT_TOKENS;
  for (size_t i = 0; i < *n; i++)
    tokens[i] = (int32_t) dataset->inputs[windows->starts[0] + i];
  return FS_OK;
}

static FsStatus
write_sample (FsTrainer *trainer, uint32_t epoch, char **text, const FsInterrupt *interrupt)
{
  const FsDataset *dataset = trainer->dataset;
  const bool is_spelled = trainer->experiment.text.unit == FS_TEXT_UNIT_CHARACTERS;
  const size_t n_wanted = is_spelled ? FS_SAMPLE_CHARACTERS : FS_SAMPLE_WORDS;
  FsRandom random =
      fs_random ((uint64_t) trainer->experiment.train.seed, FS_STREAM_SAMPLE, epoch, 0);
  int32_t tokens[MOST_PROMPT_TOKENS + FS_SAMPLE_CHARACTERS];
  size_t n_prompt;
  bool is_given;
  FsStatus status = begin_with (trainer, tokens, &n_prompt, &is_given);
  if (status != FS_OK)
    return status;
  for (size_t i = 0; i < n_wanted; i++)
    {
      status =
          next_token (trainer, tokens, n_prompt + i, &random, &tokens[n_prompt + i], interrupt);
      if (status != FS_OK)
        return status;
    }
  const size_t n_unwritten = is_given ? 0 : n_prompt;
  *text = spell (dataset, tokens + n_unwritten, n_prompt + n_wanted - n_unwritten, !is_spelled);
  return *text ? FS_OK : FS_OUT_OF_MEMORY;
}

FsStatus
fs_trainer_sample (FsTrainer *trainer,
                   const FsReal *weights,
                   uint32_t epoch,
                   char **text,
                   const FsInterrupt *interrupt)
{
  *text = NULL;
  if (trainer->dataset->task != FS_TASK_NEXT)
    return FS_OK;
  /* What the windows of an interrupted batch begin with is not the sample's. */
  fs_network_reset_state (trainer->network);
  if (!weights)
    return write_sample (trainer, epoch, text, interrupt);
  FsReal *kept;
  FsStatus status = fs_trainer_lend_weights (trainer, weights, &kept);
  if (status != FS_OK)
    return status;
  status = write_sample (trainer, epoch, text, interrupt);
  fs_trainer_return_weights (trainer, kept);
  return status;
}
