/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading a table of back-translations; see back-translations.h. */

#include "engine/prepare/back-translations.h"

#include <stdlib.h>
#include <string.h>
#include "engine/prepare/text-profile.h"

/* A variant, and the text of which it is one. */
typedef struct
{
  uint64_t hash; /* of the text */
  size_t order;  /* in the table */
} Place;

typedef struct
{
  char *bytes;           /* the table's own, tabs and line ends become NUL */
  const char **texts;    /* [n] */
  const char **variants; /* [n] */
  uint64_t *text_hashes, *variant_hashes;
  Place *places; /* [n_kept], of variants that are taken, by hash, then by order */
  size_t n, n_kept;
} Work;

void
fs_back_translations_clear (FsBackTranslations *translations)
{
  free (translations->first);
  free (translations->n_of);
  fs_token_texts_clear (&translations->variants);
  *translations = (FsBackTranslations){ 0 };
}

static void
clear_work (Work *work)
{
  free (work->bytes);
  free (work->texts);
  free (work->variants);
  free (work->text_hashes);
  free (work->variant_hashes);
  free (work->places);
}

static FsStatus
no_memory (FsProblem *problem)
{
  return fs_problem (problem, FS_OUT_OF_MEMORY, "text.back_translations", NULL, NULL);
}

/* As many variants as there are tabs, at most. */
static FsStatus
make_room (Work *work, const char *bytes, size_t n_bytes, FsProblem *problem)
{
  size_t n = 1;
  for (size_t i = 0; i < n_bytes; i++)
    n += bytes[i] == '\t';
  work->bytes = malloc (n_bytes + 1);
  work->texts = malloc (n * sizeof *work->texts);
  work->variants = malloc (n * sizeof *work->variants);
  work->text_hashes = malloc (n * sizeof *work->text_hashes);
  work->variant_hashes = malloc (n * sizeof *work->variant_hashes);
  work->places = malloc (n * sizeof *work->places);
  if (!work->bytes || !work->texts || !work->variants || !work->text_hashes || !work->variant_hashes
      || !work->places)
    return no_memory (problem);
  for (size_t i = 0; i < n_bytes; i++)
    work->bytes[i] = bytes[i] ? bytes[i] : ' ';
  work->bytes[n_bytes] = '\0';
  return FS_OK;
}

/* A line as its fields; one that has a word and no tab is none of this table's. */
static bool
take_line (Work *work, char *line)
{
  char *tab = strchr (line, '\t');
  if (!tab)
    return line[strspn (line, " \r")] == '\0';
  for (char *field = tab; field; field = tab)
    {
      *field++ = '\0';
      tab = strchr (field, '\t');
      work->texts[work->n] = line;
      work->variants[work->n++] = field;
    }
  return true;
}

static FsStatus
take_lines (Work *work, const char *name, size_t n_bytes, FsProblem *problem)
{
  static const char mark[] = "\xEF\xBB\xBF";
  char *line = work->bytes;
  if (n_bytes >= 3 && memcmp (line, mark, 3) == 0)
    line += 3;
  for (size_t number = 1; line; number++)
    {
      char *end = strchr (line, '\n');
      if (end)
        *end = '\0';
      if (!take_line (work, line))
        return fs_problem_at (problem, FS_MALFORMED, name, number, NULL,
                              "a text, a tab and the text as it came back are expected");
      line = end ? end + 1 : NULL;
    }
  return FS_OK;
}

static int
compare_hashes (const void *a, const void *b)
{
  const uint64_t x = *(const uint64_t *) a, y = *(const uint64_t *) b;
  return (x > y) - (x < y);
}

static int
compare_places (const void *a, const void *b)
{
  const Place *x = a, *y = b;
  const int by_hash = compare_hashes (&x->hash, &y->hash);
  return by_hash != 0 ? by_hash : (x->order > y->order) - (x->order < y->order);
}

/* The variants of the texts of `sorted`, a text's together. */
static FsStatus
keep_variants (Work *work,
               const FsVocabulary *vocabulary,
               const uint64_t *sorted,
               size_t n_texts,
               FsProblem *problem)
{
  const FsTokenRule *rule = &fs_vocabulary_rule (vocabulary)->rule;
  static const char *const nothing[] = { "" };
  uint64_t empty;
  FsStatus status = fs_text_hashes (rule, work->texts, work->n, work->text_hashes, problem);
  if (status == FS_OK)
    status = fs_text_hashes (rule, work->variants, work->n, work->variant_hashes, problem);
  if (status == FS_OK)
    status = fs_text_hashes (rule, nothing, 1, &empty, problem);
  for (size_t i = 0; i < work->n && status == FS_OK; i++)
    if (work->variant_hashes[i] != empty && work->variant_hashes[i] != work->text_hashes[i]
        && bsearch (work->text_hashes + i, sorted, n_texts, sizeof *sorted, compare_hashes))
      work->places[work->n_kept++] = (Place){ work->text_hashes[i], i };
  if (status == FS_OK)
    qsort (work->places, work->n_kept, sizeof *work->places, compare_places);
  return status;
}

/* Where the variants of each training text lie among the kept ones. */
static void
lay_variants (FsBackTranslations *translations, const Work *work, const uint64_t *hashes)
{
  for (size_t i = 0; i < translations->n_texts; i++)
    {
      size_t low = 0, high = work->n_kept;
      while (low < high)
        {
          const size_t middle = low + (high - low) / 2;
          if (work->places[middle].hash < hashes[i])
            low = middle + 1;
          else
            high = middle;
        }
      translations->first[i] = low;
      while (low < work->n_kept && work->places[low].hash == hashes[i])
        low++;
      translations->n_of[i] = low - translations->first[i];
      translations->n_found += translations->n_of[i] > 0;
    }
}

static FsStatus
encode (FsBackTranslations *translations,
        Work *work,
        const FsVocabulary *vocabulary,
        const uint64_t *hashes,
        FsProblem *problem)
{
  const char **kept = work->texts; /* its work is done */
  translations->first = malloc ((translations->n_texts + 1) * sizeof *translations->first);
  translations->n_of = malloc ((translations->n_texts + 1) * sizeof *translations->n_of);
  if (!translations->first || !translations->n_of)
    return no_memory (problem);
  for (size_t k = 0; k < work->n_kept; k++)
    kept[k] = work->variants[work->places[k].order];
  FsStatus status =
      fs_vocabulary_encode (vocabulary, kept, work->n_kept, &translations->variants, NULL, problem);
  if (status != FS_OK)
    return status;
  lay_variants (translations, work, hashes);
  for (size_t k = 0; k < work->n_kept; k++)
    {
      const size_t *starts = translations->variants.starts;
      const size_t length = starts[k + 1] - starts[k];
      translations->longest = length > translations->longest ? length : translations->longest;
    }
  return FS_OK;
}

FsStatus
fs_back_translations_read (FsBackTranslations *translations,
                           const FsVocabulary *vocabulary,
                           const uint64_t *hashes,
                           size_t n_texts,
                           const char *name,
                           const char *bytes,
                           size_t n_bytes,
                           FsProblem *problem)
{
  Work work = { 0 };
  *translations = (FsBackTranslations){ .n_texts = n_texts };
  uint64_t *sorted = malloc ((n_texts + 1) * sizeof *sorted);
  FsStatus status = sorted ? make_room (&work, bytes, n_bytes, problem) : no_memory (problem);
  if (status == FS_OK)
    status = take_lines (&work, name, n_bytes, problem);
  if (status == FS_OK)
    {
      memcpy (sorted, hashes, n_texts * sizeof *sorted);
      qsort (sorted, n_texts, sizeof *sorted, compare_hashes);
      status = keep_variants (&work, vocabulary, sorted, n_texts, problem);
    }
  if (status == FS_OK && work.n_kept == 0)
    status =
        fs_problem (problem, FS_MISMATCH, name, NULL,
                    "lines of a training text, a tab and the text as it came back: there is no "
                    "such line, or what came back has the same words");
  if (status == FS_OK)
    status = encode (translations, &work, vocabulary, hashes, problem);
  free (sorted);
  clear_work (&work);
  if (status != FS_OK)
    fs_back_translations_clear (translations);
  return status;
}
