/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Learning word vectors from texts; see word-vectors.h. One thread and one pass after the other, so
 * that the same seed gives the same bits; each text of each epoch has random numbers of its own. */

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/prepare/word-vectors.h"

#define MAX_NEGATIVES 64

typedef struct
{
  const FsSkipGram *settings;
  const FsTokenTexts *texts;
  size_t n_words, n_dimensions;
  float *input, *output;  /* [n_words][n_dimensions] */
  float *work;            /* [n_dimensions] */
  double *cumulative;     /* [n_words]: shares of negatives up to each word, the last is 1 */
  double *keep;           /* [n_words]: chance that a word of the text is looked at */
  int32_t *kept;          /* the words of one text that are */
  double n_total, n_done; /* words of all epochs */
} Learner;

FsSkipGram
fs_skip_gram_default (void)
{
  return (FsSkipGram){ .n_dimensions = 50,
                       .window = 5,
                       .n_negatives = 5,
                       .n_epochs = 5,
                       .rate = 0.025,
                       .last_rate = 1e-4,
                       .sample = 1e-3,
                       .exponent = 0.75,
                       .seed = 1 };
}

void
fs_skip_gram_update (float *input,
                     float *const *outputs,
                     size_t n_outputs,
                     size_t n_dimensions,
                     float rate,
                     float *work)
{
  memset (work, 0, n_dimensions * sizeof *work);
  for (size_t k = 0; k < n_outputs; k++)
    {
      float *output = outputs[k], product = 0;
      for (size_t d = 0; d < n_dimensions; d++)
        product += input[d] * output[d];
      /* −∂loss/∂(input · output) = label − σ */
      const float step = rate * ((k == 0 ? 1.0f : 0.0f) - 1.0f / (1.0f + expf (-product)));
      for (size_t d = 0; d < n_dimensions; d++)
        {
          work[d] += step * output[d];
          output[d] += step * input[d];
        }
    }
  for (size_t d = 0; d < n_dimensions; d++)
    input[d] += work[d];
}

/* The word whose share of negatives a number of [0, 1) falls into. */
static size_t
draw_negative (const Learner *l, FsRandom *random)
{
  const double x = fs_random_uniform (random);
  size_t low = FS_ID_FIRST_WORD, high = l->n_words - 1;
  while (low < high)
    {
      const size_t middle = low + (high - low) / 2;
      if (l->cumulative[middle] > x)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

/* The word at `centre` is what the word at `context` shall foretell. A negative that happens to be the
 * centre is left out, not drawn again. */
static void
learn_pair (Learner *l, size_t context, size_t centre, float rate, FsRandom *random)
{
  float *outputs[MAX_NEGATIVES + 1];
  const size_t n_dimensions = l->n_dimensions;
  size_t n = 0;
  outputs[n++] = l->output + centre * n_dimensions;
  for (size_t k = 0; k < l->settings->n_negatives; k++)
    {
      const size_t negative = draw_negative (l, random);
      if (negative != centre)
        outputs[n++] = l->output + negative * n_dimensions;
    }
  fs_skip_gram_update (l->input + context * n_dimensions, outputs, n, n_dimensions, rate, l->work);
}

static void
learn_text (Learner *l, size_t text, size_t epoch)
{
  FsRandom random = fs_random (l->settings->seed, FS_STREAM_WORDS, epoch, text);
  const int32_t *ids = l->texts->ids + l->texts->starts[text];
  const size_t length = l->texts->starts[text + 1] - l->texts->starts[text];
  const double share = l->n_done / l->n_total;
  const double rate = l->settings->rate + (l->settings->last_rate - l->settings->rate) * share;
  size_t n = 0;
  for (size_t i = 0; i < length; i++)
    if (ids[i] >= FS_ID_FIRST_WORD && fs_random_uniform (&random) < l->keep[ids[i]])
      l->kept[n++] = ids[i];
  for (size_t i = 0; i < n; i++)
    {
      const size_t reach = 1 + (size_t) fs_random_below (&random, l->settings->window);
      const size_t begin = i > reach ? i - reach : 0, end = i + reach < n ? i + reach : n - 1;
      for (size_t j = begin; j <= end; j++)
        if (j != i)
          learn_pair (l, (size_t) l->kept[j], (size_t) l->kept[i], (float) rate, &random);
    }
  l->n_done += (double) length;
}

/* Chances from the words' frequencies among the texts. */
static void
weigh_words (Learner *l)
{
  double total = 0, sum = 0;
  for (size_t i = 0; i < l->texts->starts[l->texts->n]; i++)
    if (l->texts->ids[i] >= FS_ID_FIRST_WORD)
      {
        l->keep[l->texts->ids[i]]++;
        total++;
      }
  for (size_t w = FS_ID_FIRST_WORD; w < l->n_words; w++)
    sum += pow (l->keep[w], l->settings->exponent);
  double so_far = 0;
  for (size_t w = FS_ID_FIRST_WORD; w < l->n_words; w++)
    {
      so_far += pow (l->keep[w], l->settings->exponent);
      l->cumulative[w] = so_far / sum;
      const double threshold = l->settings->sample * total;
      const double ratio = l->keep[w] > 0 ? threshold / l->keep[w] : 1;
      l->keep[w] = threshold > 0 ? fmin (1, sqrt (ratio) + ratio) : 1;
    }
}

static FsStatus
learn (Learner *l, const FsInterrupt *interrupt, FsProblem *problem)
{
  for (size_t w = FS_ID_UNKNOWN; w < l->n_words; w++)
    {
      FsRandom random = fs_random (l->settings->seed, FS_STREAM_INITIALISER, w, 0);
      for (size_t d = 0; d < l->n_dimensions; d++)
        l->input[w * l->n_dimensions + d] =
            (float) ((fs_random_uniform (&random) - 0.5) / (double) l->n_dimensions);
    }
  weigh_words (l);
  for (size_t epoch = 0; epoch < l->settings->n_epochs; epoch++)
    for (size_t text = 0; text < l->texts->n; text++)
      {
        if (fs_interrupt_is_requested (interrupt))
          return fs_problem (problem, FS_INTERRUPTED, NULL, NULL, NULL);
        learn_text (l, text, epoch);
      }
  return FS_OK;
}

FsStatus
fs_word_vectors_train (FsWordVectors *vectors,
                       const FsVocabulary *vocabulary,
                       const FsTokenTexts *texts,
                       const FsSkipGram *settings,
                       const FsInterrupt *interrupt,
                       FsProblem *problem)
{
  const size_t n_words = fs_vocabulary_size (vocabulary), d = settings->n_dimensions;
  const size_t n_tokens = texts->starts[texts->n];
  size_t longest = 0;
  *vectors = (FsWordVectors){ .n_words = n_words, .n_dimensions = d };
  if (d < 1 || d > 4096 || settings->window < 1 || settings->n_negatives > MAX_NEGATIVES)
    return fs_problem_at (problem, FS_OUT_OF_RANGE, "the word vectors", 0, NULL,
                          "1 to 4096 dimensions, a window of 1 or more and at most %d negatives",
                          MAX_NEGATIVES);
  if (n_tokens == texts->n_unknown)
    return fs_problem (problem, FS_TOO_LITTLE, "the word vectors", NULL,
                       "texts with at least one known word");
  for (size_t i = 0; i < texts->n; i++)
    if (texts->starts[i + 1] - texts->starts[i] > longest)
      longest = texts->starts[i + 1] - texts->starts[i];
  Learner l = { .settings = settings,
                .texts = texts,
                .n_words = n_words,
                .n_dimensions = d,
                .n_total = (double) n_tokens * (double) settings->n_epochs };
  l.input = vectors->values = calloc (n_words * d, sizeof *l.input);
  l.output = calloc (n_words * d, sizeof *l.output);
  l.work = malloc (d * sizeof *l.work);
  l.cumulative = calloc (n_words, sizeof *l.cumulative);
  l.keep = calloc (n_words, sizeof *l.keep);
  l.kept = malloc ((longest + 1) * sizeof *l.kept);
  FsStatus status = FS_OK;
  if (!l.input || !l.output || !l.work || !l.cumulative || !l.keep || !l.kept)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, "the word vectors", NULL, NULL);
  if (!status)
    status = learn (&l, interrupt, problem);
  vectors->n_found = n_words - FS_ID_FIRST_WORD;
  free (l.output);
  free (l.work);
  free (l.cumulative);
  free (l.keep);
  free (l.kept);
  if (status)
    fs_word_vectors_clear (vectors);
  return status;
}
