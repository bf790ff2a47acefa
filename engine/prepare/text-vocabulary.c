/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Words and their numbers; see text-vocabulary.h. Words live in one block and are found by an open
 * hash table of their places. */

#include "engine/prepare/text-vocabulary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Numbers are int32 and an embedding of this many rows would not fit anywhere. */
#define MAX_WORDS ((size_t) 1 << 26)

typedef struct
{
  size_t place; /* in `block`, ended by NUL */
  uint32_t length;
  uint32_t hash;
  uint64_t count;
} Word;

struct FsVocabulary
{
  FsVocabularyRule rule;
  char *block;
  size_t n_block, block_capacity;
  Word *words; /* [n_words]: the number of words[i] is FS_ID_FIRST_WORD + i */
  size_t n_words, word_capacity;
  uint32_t *slots; /* [n_slots], index + 1; n_slots is a power of two above 2 × n_words */
  size_t n_slots;
  size_t n_seen;
  uint64_t n_tokens;
};

static FsStatus
no_memory (FsProblem *problem)
{
  return fs_problem (problem, FS_OUT_OF_MEMORY, "the vocabulary", NULL, NULL);
}

static uint32_t
hash_word (const char *text, size_t length)
{
  uint32_t hash = 2166136261u;
  for (size_t i = 0; i < length; i++)
    hash = (hash ^ (unsigned char) text[i]) * 16777619u;
  return hash ^ hash >> 15;
}

/* The slot that has the word, or the free one where it belongs. */
static size_t
find_slot (const FsVocabulary *v, const char *text, size_t length, uint32_t hash)
{
  size_t slot = hash & (v->n_slots - 1);
  for (; v->slots[slot]; slot = (slot + 1) & (v->n_slots - 1))
    {
      const Word *word = &v->words[v->slots[slot] - 1];
      if (word->hash == hash && word->length == length
          && memcmp (v->block + word->place, text, length) == 0)
        break;
    }
  return slot;
}

static FsStatus
rehash (FsVocabulary *v, FsProblem *problem)
{
  size_t n_slots = 64;
  while (n_slots <= 2 * v->n_words)
    n_slots *= 2;
  uint32_t *slots = calloc (n_slots, sizeof *slots);
  if (!slots)
    return no_memory (problem);
  free (v->slots);
  v->slots = slots;
  v->n_slots = n_slots;
  for (size_t i = 0; i < v->n_words; i++)
    {
      size_t slot = v->words[i].hash & (n_slots - 1);
      while (slots[slot])
        slot = (slot + 1) & (n_slots - 1);
      slots[slot] = (uint32_t) i + 1;
    }
  return FS_OK;
}

/* Room for one more word of `length` bytes. */
static FsStatus
make_room (FsVocabulary *v, size_t length, FsProblem *problem)
{
  if (v->n_words == MAX_WORDS || length > UINT32_MAX - 1)
    return fs_problem (problem, FS_TOO_LARGE, "the vocabulary", NULL, NULL);
  if (v->n_words == v->word_capacity)
    {
      size_t capacity = v->word_capacity ? 2 * v->word_capacity : 256;
      Word *words = realloc (v->words, capacity * sizeof *words);
      if (!words)
        return no_memory (problem);
      v->words = words;
      v->word_capacity = capacity;
    }
  if (v->block_capacity - v->n_block < length + 1)
    {
      size_t capacity = 2 * v->block_capacity + length + 1024;
      char *block = realloc (v->block, capacity);
      if (!block)
        return no_memory (problem);
      v->block = block;
      v->block_capacity = capacity;
    }
  return 2 * (v->n_words + 1) >= v->n_slots ? rehash (v, problem) : FS_OK;
}

/* Counts `count` occurrences of a word; *is_new tells whether it is the first. */
static FsStatus
add_word (FsVocabulary *v,
          const char *text,
          size_t length,
          uint64_t count,
          bool *is_new,
          FsProblem *problem)
{
  FsStatus status = make_room (v, length, problem);
  if (status)
    return status;
  uint32_t hash = hash_word (text, length);
  size_t slot = find_slot (v, text, length, hash);
  *is_new = v->slots[slot] == 0;
  v->n_tokens += count;
  if (!*is_new)
    {
      v->words[v->slots[slot] - 1].count += count;
      return FS_OK;
    }
  v->words[v->n_words++] = (Word){ v->n_block, (uint32_t) length, hash, count };
  v->slots[slot] = (uint32_t) v->n_words;
  memcpy (v->block + v->n_block, text, length);
  v->block[v->n_block + length] = '\0';
  v->n_block += length + 1;
  return FS_OK;
}

/* Descending count; the block grows with each new word, so places are in order of occurrence. */
static int
compare_words (const void *left, const void *right)
{
  const Word *l = left, *r = right;
  if (l->count != r->count)
    return l->count > r->count ? -1 : 1;
  return l->place < r->place ? -1 : 1;
}

static FsVocabulary *
vocabulary_new (const FsVocabularyRule *rule, FsProblem *problem)
{
  FsVocabulary *v = calloc (1, sizeof *v);
  if (v)
    v->rule = *rule;
  if (v && rehash (v, NULL) == FS_OK)
    return v;
  fs_vocabulary_free (v);
  no_memory (problem);
  return NULL;
}

static FsStatus
count_words (FsVocabulary *v,
             const char *const *texts,
             size_t n_texts,
             const FsInterrupt *interrupt,
             FsProblem *problem)
{
  FsTokeniser tokeniser = { .rule = v->rule.rule };
  FsStatus status = FS_OK;
  for (size_t i = 0; i < n_texts && !status; i++)
    {
      FsToken token;
      bool is_new;
      if (fs_interrupt_is_requested (interrupt))
        status = fs_problem (problem, FS_INTERRUPTED, NULL, NULL, NULL);
      if (!status)
        status = fs_tokeniser_begin (&tokeniser, texts[i], problem);
      while (!status && fs_tokeniser_next (&tokeniser, &token))
        status = add_word (v, token.text, token.length, 1, &is_new, problem);
    }
  fs_tokeniser_clear (&tokeniser);
  return status;
}

FsStatus
fs_vocabulary_build (FsVocabulary **vocabulary,
                     const FsVocabularyRule *rule,
                     const char *const *texts,
                     size_t n_texts,
                     const FsInterrupt *interrupt,
                     FsProblem *problem)
{
  *vocabulary = NULL;
  FsVocabulary *v = vocabulary_new (rule, problem);
  if (!v)
    return FS_OUT_OF_MEMORY;
  FsStatus status = count_words (v, texts, n_texts, interrupt, problem);
  if (!status && v->n_words == 0)
    status = fs_problem (problem, FS_TOO_LITTLE, "the training texts", NULL,
                         "none of them has a word, only marks or blanks");
  if (!status)
    {
      v->n_seen = v->n_words;
      qsort (v->words, v->n_words, sizeof *v->words, compare_words);
      while (v->n_words > 0 && v->words[v->n_words - 1].count < rule->least_count)
        v->n_words--;
      if (rule->max_size > 0 && v->n_words + FS_ID_FIRST_WORD > rule->max_size)
        v->n_words = rule->max_size > FS_ID_FIRST_WORD ? rule->max_size - FS_ID_FIRST_WORD : 0;
      if (v->n_words == 0)
        status = fs_problem (problem, FS_TOO_LITTLE, "the training texts", NULL,
                             "a vocabulary that leaves at least one word");
    }
  if (!status)
    status = rehash (v, problem);
  if (status)
    fs_vocabulary_free (v);
  else
    *vocabulary = v;
  return status;
}

FsStatus
fs_vocabulary_new (FsVocabulary **vocabulary,
                   const FsVocabularyRule *rule,
                   const char *const *words,
                   const uint64_t *counts,
                   size_t n_words,
                   FsProblem *problem)
{
  FsStatus status = FS_OK;
  *vocabulary = NULL;
  FsVocabulary *v = vocabulary_new (rule, problem);
  if (!v)
    return FS_OUT_OF_MEMORY;
  for (size_t i = 0; i < n_words && !status; i++)
    {
      bool is_new;
      status = add_word (v, words[i], strlen (words[i]), counts ? counts[i] : 0, &is_new, problem);
      if (!status && !is_new)
        status = fs_problem (problem, FS_MALFORMED, "the vocabulary", words[i], "each word once");
    }
  v->n_seen = v->n_words;
  if (status)
    fs_vocabulary_free (v);
  else
    *vocabulary = v;
  return status;
}

void
fs_vocabulary_free (FsVocabulary *vocabulary)
{
  if (!vocabulary)
    return;
  free (vocabulary->block);
  free (vocabulary->words);
  free (vocabulary->slots);
  free (vocabulary);
}

size_t
fs_vocabulary_size (const FsVocabulary *vocabulary)
{
  return FS_ID_FIRST_WORD + vocabulary->n_words;
}

static const Word *
word_of (const FsVocabulary *vocabulary, int32_t id)
{
  if (id < FS_ID_FIRST_WORD || (size_t) id - FS_ID_FIRST_WORD >= vocabulary->n_words)
    return NULL;
  return &vocabulary->words[id - FS_ID_FIRST_WORD];
}

const char *
fs_vocabulary_word (const FsVocabulary *vocabulary, int32_t id)
{
  const Word *word = word_of (vocabulary, id);
  return word ? vocabulary->block + word->place : id == FS_ID_PADDING ? "" : "<unknown>";
}

uint64_t
fs_vocabulary_count (const FsVocabulary *vocabulary, int32_t id)
{
  const Word *word = word_of (vocabulary, id);
  return word ? word->count : 0;
}

const FsVocabularyRule *
fs_vocabulary_rule (const FsVocabulary *vocabulary)
{
  return &vocabulary->rule;
}

int32_t
fs_vocabulary_find (const FsVocabulary *vocabulary, const char *word, size_t length)
{
  size_t slot = find_slot (vocabulary, word, length, hash_word (word, length));
  uint32_t found = vocabulary->slots[slot];
  return found ? (int32_t) (found - 1) + FS_ID_FIRST_WORD : FS_ID_UNKNOWN;
}

size_t
fs_vocabulary_n_seen (const FsVocabulary *vocabulary)
{
  return vocabulary->n_seen;
}

uint64_t
fs_vocabulary_n_tokens (const FsVocabulary *vocabulary)
{
  return vocabulary->n_tokens;
}

static FsStatus
encode_text (const FsVocabulary *vocabulary,
             FsTokeniser *tokeniser,
             FsTokenTexts *encoded,
             size_t *capacity,
             size_t *n,
             FsProblem *problem)
{
  FsToken token;
  while (fs_tokeniser_next (tokeniser, &token))
    {
      if (*n == *capacity)
        {
          size_t larger = *capacity ? 2 * *capacity : 1024;
          int32_t *ids = realloc (encoded->ids, larger * sizeof *ids);
          if (!ids)
            return no_memory (problem);
          encoded->ids = ids;
          *capacity = larger;
        }
      int32_t id = fs_vocabulary_find (vocabulary, token.text, token.length);
      encoded->n_unknown += id == FS_ID_UNKNOWN;
      encoded->ids[(*n)++] = id;
    }
  return FS_OK;
}

FsStatus
fs_vocabulary_encode (const FsVocabulary *vocabulary,
                      const char *const *texts,
                      size_t n_texts,
                      FsTokenTexts *encoded,
                      const FsInterrupt *interrupt,
                      FsProblem *problem)
{
  FsTokeniser tokeniser = { .rule = vocabulary->rule.rule };
  FsStatus status = FS_OK;
  size_t capacity = 0, n = 0;
  *encoded = (FsTokenTexts){ .n = n_texts };
  encoded->starts = calloc (n_texts + 1, sizeof *encoded->starts);
  if (!encoded->starts)
    status = no_memory (problem);
  for (size_t i = 0; i < n_texts && !status; i++)
    {
      if (fs_interrupt_is_requested (interrupt))
        status = fs_problem (problem, FS_INTERRUPTED, NULL, NULL, NULL);
      if (!status)
        status = fs_tokeniser_begin (&tokeniser, texts[i], problem);
      if (!status)
        status = encode_text (vocabulary, &tokeniser, encoded, &capacity, &n, problem);
      if (!status)
        encoded->starts[i + 1] = n;
    }
  fs_tokeniser_clear (&tokeniser);
  if (status)
    fs_token_texts_clear (encoded);
  return status;
}

void
fs_token_texts_clear (FsTokenTexts *encoded)
{
  free (encoded->ids);
  free (encoded->starts);
  *encoded = (FsTokenTexts){ 0 };
}

static int
compare_sizes (const void *left, const void *right)
{
  size_t l = *(const size_t *) left, r = *(const size_t *) right;
  return (l > r) - (l < r);
}

FsStatus
fs_token_texts_length (const FsTokenTexts *encoded, double p, size_t *length, FsProblem *problem)
{
  size_t *lengths = malloc ((encoded->n + 1) * sizeof *lengths);
  *length = 1;
  if (!lengths)
    return no_memory (problem);
  for (size_t i = 0; i < encoded->n; i++)
    lengths[i] = encoded->starts[i + 1] - encoded->starts[i];
  qsort (lengths, encoded->n, sizeof *lengths, compare_sizes);
  size_t place = (size_t) ceil (p * (double) encoded->n);
  if (encoded->n > 0 && place > 0)
    *length = lengths[(place < encoded->n ? place : encoded->n) - 1];
  *length = *length > 0 ? *length : 1;
  free (lengths);
  return FS_OK;
}

size_t
fs_token_texts_pad (const FsTokenTexts *encoded,
                    size_t i,
                    size_t length,
                    FsSide padding,
                    FsSide cut,
                    int32_t *ids)
{
  const size_t n = encoded->starts[i + 1] - encoded->starts[i];
  const size_t kept = n < length ? n : length;
  const size_t first = encoded->starts[i] + (cut == FS_SIDE_START ? n - kept : 0);
  for (size_t t = 0; t < length; t++)
    ids[t] = FS_ID_PADDING;
  /* An encoding without any token has no block to copy from. */
  if (kept > 0)
    memcpy (ids + (padding == FS_SIDE_START ? length - kept : 0), encoded->ids + first,
            kept * sizeof *ids);
  return kept;
}
