/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Word vectors as word2vec writes them in binary (the news vectors of Google are such a file). Nothing in
 * it marks where a word ends but the count of its numbers, so whatever does not add up is refused: a wrong
 * count, numbers cut off, a word that never ends, a number that is none. */

#include "engine/prepare/word-vectors-private.h"

#include <string.h>

/* word2vec itself cuts words at 100 bytes; other programs join phrases to longer ones. Beyond this, what
 * is read as a word is numbers. */
#define MAX_WORD_BYTES 1024

/* A count of more digits than a file could ever hold words. */
#define MAX_COUNT_DIGITS 15

/* The number of `n_digits` digits at text[*at], passing over blanks before; false if there is none. */
static bool
read_count (const char *text, size_t n, size_t *at, size_t *count)
{
  size_t n_digits = 0;
  while (*at < n && text[*at] == ' ')
    ++*at;
  *count = 0;
  for (; *at < n && text[*at] >= '0' && text[*at] <= '9'; ++*at, n_digits++)
    *count = n_digits < MAX_COUNT_DIGITS ? 10 * *count + (size_t) (text[*at] - '0') : SIZE_MAX;
  return n_digits > 0;
}

/* "count numbers"; *length with the line's end. */
static bool
read_head (const char *bytes, size_t n_bytes, size_t *n_words, size_t *d, size_t *length)
{
  size_t at = 0;
  if (!read_count (bytes, n_bytes, &at, n_words) || at == n_bytes || bytes[at] != ' '
      || !read_count (bytes, n_bytes, &at, d))
    return false;
  while (at < n_bytes && (bytes[at] == ' ' || bytes[at] == '\r'))
    at++;
  *length = at + 1;
  return at < n_bytes && bytes[at] == '\n';
}

bool
fs_vectors_are_binary (const char *bytes, size_t n_bytes)
{
  size_t n_words, d, at;
  if (!read_head (bytes, n_bytes, &n_words, &d, &at))
    return false;
  const char *blank = memchr (bytes + at, ' ', n_bytes - at);
  if (!blank)
    return false;
  at = (size_t) (blank - bytes) + 1;
  const size_t n_left = n_bytes - at;
  const size_t n_looked = d > n_left / 4 ? n_left : 4 * d;
  for (size_t i = 0; i < n_looked; i++)
    {
      const unsigned char byte = (unsigned char) bytes[at + i];
      if (byte >= 0x7F || (byte < ' ' && byte != '\t' && byte != '\r' && byte != '\n'))
        return true;
    }
  return false;
}

FsStatus
fs_binary_vectors_begin (FsVectorReader *reader,
                         const char *bytes,
                         size_t n_bytes,
                         FsProblem *problem)
{
  size_t d, n_head;
  reader->is_binary = true;
  if (!read_head (bytes, n_bytes, &reader->n_promised, &d, &n_head) || d == 0
      || d > FS_MAX_VECTOR_DIMENSIONS || reader->n_promised == 0)
    return fs_problem_at (problem, FS_MALFORMED, reader->name, 1, NULL,
                          "the number of words and of their 1 to %d numbers is expected",
                          FS_MAX_VECTOR_DIMENSIONS);
  /* A word is a byte at least, and has a blank behind it. The file may have grown since it was opened. */
  const size_t n_left = (reader->n_file_bytes > n_bytes ? reader->n_file_bytes : n_bytes) - n_head;
  if (reader->n_promised > n_left / (4 * d + 2))
    return fs_problem_at (problem, FS_MALFORMED, reader->name, 1, NULL,
                          "at most %zu words of %zu numbers fit into the rest of the file, which "
                          "tells of more: it was cut off, or is no file of word vectors",
                          n_left / (4 * d + 2), d);
  return fs_vector_reader_make_room (reader, d, problem);
}

/* Little-endian numbers of one word; false if one of them is not finite. */
static bool
read_values (const char *bytes, size_t d, float *values)
{
  uint32_t n_wrong = 0;
  for (size_t i = 0; i < d; i++)
    {
      const unsigned char *b = (const unsigned char *) bytes + 4 * i;
      const uint32_t bits =
          (uint32_t) b[0] | (uint32_t) b[1] << 8 | (uint32_t) b[2] << 16 | (uint32_t) b[3] << 24;
      memcpy (values + i, &bits, sizeof bits);
      n_wrong += (bits & 0x7F800000U) == 0x7F800000U;
    }
  return n_wrong == 0;
}

static FsStatus
check_end (const FsVectorReader *reader, const char *bytes, size_t n_bytes, FsProblem *problem)
{
  for (size_t i = 0; i < n_bytes; i++)
    if (bytes[i] != '\n' && bytes[i] != '\r')
      return fs_problem_at (problem, FS_MALFORMED, reader->name, 0, NULL,
                            "the file goes on behind the last of its %zu words",
                            reader->n_promised);
  return FS_OK;
}

/* One word from bytes[*at] on, which is left where it is if the word is not whole. */
static FsStatus
take_word (FsVectorReader *reader,
           const char *bytes,
           size_t n_bytes,
           bool is_last,
           size_t *at,
           bool *is_whole,
           FsProblem *problem)
{
  const size_t d = reader->vectors->n_dimensions;
  size_t first = *at;
  while (first < n_bytes && (bytes[first] == '\n' || bytes[first] == '\r'))
    first++;
  const size_t n_left = n_bytes - first;
  const char *blank =
      memchr (bytes + first, ' ', n_left > MAX_WORD_BYTES ? MAX_WORD_BYTES : n_left);
  *is_whole = false;
  if (!blank && n_left >= MAX_WORD_BYTES)
    return fs_problem_at (
        problem, FS_MALFORMED, reader->name, 0, NULL,
        "word %zu is longer than %d bytes: numbers are missing before it, or have "
        "another size",
        reader->n_read + 1, MAX_WORD_BYTES);
  const size_t n_word = blank ? (size_t) (blank - bytes) - first : 0;
  if (!blank || n_left - n_word - 1 < 4 * d)
    return !is_last ? FS_OK
                    : fs_problem_at (problem, FS_MALFORMED, reader->name, 0, NULL,
                                     "the file ends within word %zu of the %zu that it tells of",
                                     reader->n_read + 1, reader->n_promised);
  reader->n_read++;
  if (n_word == 0)
    return fs_problem_at (problem, FS_MALFORMED, reader->name, 0, NULL,
                          "word %zu has no letters: numbers before it have another size",
                          reader->n_read);
  if (!read_values (blank + 1, d, reader->values))
    return fs_problem_at (problem, FS_MALFORMED, reader->name, 0, NULL,
                          "word %zu has a number that is none or infinite", reader->n_read);
  fs_vector_reader_keep (reader, bytes + first, n_word);
  *at = first + n_word + 1 + 4 * d;
  *is_whole = true;
  return FS_OK;
}

FsStatus
fs_binary_vectors_take (FsVectorReader *reader,
                        const char *bytes,
                        size_t n_bytes,
                        bool is_last,
                        size_t *n_taken,
                        FsProblem *problem)
{
  FsStatus status = FS_OK;
  bool is_whole = true;
  *n_taken = 0;
  if (reader->n_read == 0)
    {
      const char *end = memchr (bytes, '\n', n_bytes);
      *n_taken = end ? (size_t) (end - bytes) + 1 : n_bytes;
    }
  while (status == FS_OK && is_whole && reader->n_read < reader->n_promised)
    {
      if ((reader->n_read & 0xFFF) == 0 && fs_interrupt_is_requested (reader->interrupt))
        return fs_problem (problem, FS_INTERRUPTED, reader->name, NULL, NULL);
      status = take_word (reader, bytes, n_bytes, is_last, n_taken, &is_whole, problem);
    }
  if (status == FS_OK && reader->n_read == reader->n_promised)
    {
      status = check_end (reader, bytes + *n_taken, n_bytes - *n_taken, problem);
      *n_taken = n_bytes;
    }
  return status;
}
