/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading files of word vectors, part by part: lines of text here, Google's binary format in
 * word-vectors-binary.c. See word-vectors.h. */

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/file-bytes.h"
#include "engine/base/number.h"
#include "engine/base/text.h"
#include "engine/prepare/word-vectors-private.h"

static size_t
line_length (const char *text, size_t n)
{
  const char *end = memchr (text, '\n', n);
  return end ? (size_t) (end - text) : n;
}

/* Where the last field before text[end] begins; a field is what stands between single blanks. */
static size_t
field_start (const char *text, size_t end)
{
  while (end > 0 && text[end - 1] != ' ' && text[end - 1] != '\t')
    end--;
  return end;
}

static size_t
count_fields (const char *text, size_t n)
{
  size_t n_fields = 0;
  for (size_t i = 0; i < n; i++)
    n_fields +=
        text[i] != ' ' && text[i] != '\t' && (i == 0 || text[i - 1] == ' ' || text[i - 1] == '\t');
  return n_fields;
}

static size_t
trimmed (const char *text, size_t n)
{
  while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\r' || text[n - 1] == '\t'))
    n--;
  return n;
}

/* The last n_dimensions fields of a line as numbers; *n_word is the length of the word before them. */
static bool
read_line (const char *text, size_t n, size_t n_dimensions, float *values, size_t *n_word)
{
  size_t end = trimmed (text, n);
  for (size_t d = n_dimensions; d-- > 0;)
    {
      const size_t start = field_start (text, end);
      double value;
      if (start == 0 || fs_number_read (text + start, end - start, &value) != end - start
          || start == end || !isfinite ((float) value))
        return false;
      values[d] = (float) value;
      end = start - 1;
    }
  *n_word = end;
  return end > 0;
}

/* Whether the first word's line, behind a line of two numbers or not, reads as a text. */
static bool
is_text (const char *bytes, size_t n_bytes)
{
  const size_t first = line_length (bytes, n_bytes);
  size_t begin = 0, n_word;
  float value;
  if (count_fields (bytes, trimmed (bytes, first)) == 2 && first < n_bytes)
    begin = first + 1;
  const size_t n = line_length (bytes + begin, n_bytes - begin);
  for (size_t i = 0; i < n; i++)
    if ((unsigned char) bytes[begin + i] < ' ' && bytes[begin + i] != '\t'
        && bytes[begin + i] != '\r')
      return false;
  return read_line (bytes + begin, n, 1, &value, &n_word);
}

/* Words without a vector get the mean of those with one. */
static void
fill_missing (FsWordVectors *vectors, const bool *is_found)
{
  const size_t n = vectors->n_dimensions;
  for (size_t d = 0; d < n; d++)
    {
      double sum = 0;
      for (size_t w = FS_ID_UNKNOWN; w < vectors->n_words; w++)
        sum += is_found[w] ? (double) vectors->values[w * n + d] : 0;
      for (size_t w = FS_ID_UNKNOWN; w < vectors->n_words; w++)
        if (!is_found[w])
          vectors->values[w * n + d] = (float) (sum / (double) vectors->n_found);
    }
}

/* What the layer that wants so many numbers makes of vectors of d; nothing has been taken for them yet. */
static FsStatus
check_width (const FsVectorWidth *width, size_t d, FsProblem *problem)
{
  char value[32];
  if (!width || width->n == d || (width->n < d && width->reduces))
    return FS_OK;
  snprintf (value, sizeof value, "%zu", width->n);
  return fs_problem_at (problem, FS_MISMATCH, width->where, 0, value,
                        width->n > d
                            ? "%zu or fewer: so many numbers has a vector of the file"
                            : FS_WORDS ("%zu, as many numbers as a vector of the file has; or let "
                                        "longer vectors be shortened (reduce)"),
                        d);
}

FsStatus
fs_vector_reader_make_room (FsVectorReader *reader, size_t d, FsProblem *problem)
{
  FsWordVectors *vectors = reader->vectors;
  const FsStatus status = check_width (reader->width, d, problem);
  if (status != FS_OK)
    return status;
  *vectors =
      (FsWordVectors){ .n_words = fs_vocabulary_size (reader->vocabulary), .n_dimensions = d };
  vectors->values = calloc (vectors->n_words * d, sizeof *vectors->values);
  reader->is_found = calloc (vectors->n_words, sizeof *reader->is_found);
  reader->values = malloc (d * sizeof *reader->values);
  if (!vectors->values || !reader->is_found || !reader->values)
    return fs_problem (problem, FS_OUT_OF_MEMORY, reader->name, NULL, NULL);
  return FS_OK;
}

void
fs_vector_reader_keep (FsVectorReader *reader, const char *word, size_t n_word)
{
  FsWordVectors *vectors = reader->vectors;
  const int32_t id = fs_vocabulary_find (reader->vocabulary, word, n_word);
  if (id == FS_ID_UNKNOWN || reader->is_found[id])
    return;
  memcpy (vectors->values + (size_t) id * vectors->n_dimensions, reader->values,
          vectors->n_dimensions * sizeof *reader->values);
  reader->is_found[id] = true;
  vectors->n_found++;
}

/* The first lines say how many numbers a vector has. */
static FsStatus
begin_text (FsVectorReader *reader, const char *bytes, size_t n_bytes, FsProblem *problem)
{
  const size_t first = line_length (bytes, n_bytes);
  size_t n_fields = count_fields (bytes, trimmed (bytes, first));
  if (n_fields == 2 && first < n_bytes)
    {
      const size_t second = line_length (bytes + first + 1, n_bytes - first - 1);
      n_fields = count_fields (bytes + first + 1, trimmed (bytes + first + 1, second));
    }
  if (n_fields < 2 || n_fields - 1 > FS_MAX_VECTOR_DIMENSIONS)
    return fs_problem_at (problem, FS_MALFORMED, reader->name, 1, NULL,
                          "lines of a word and its 1 to %d numbers are expected",
                          FS_MAX_VECTOR_DIMENSIONS);
  return fs_vector_reader_make_room (reader, n_fields - 1, problem);
}

static FsStatus
take_line (FsVectorReader *reader, const char *text, size_t length, FsProblem *problem)
{
  const size_t d = reader->vectors->n_dimensions;
  size_t n_word;
  const bool is_head = reader->n_read == 1 && count_fields (text, trimmed (text, length)) == 2;
  if (is_head || trimmed (text, length) == 0)
    return FS_OK;
  if (!read_line (text, length, d, reader->values, &n_word))
    return fs_problem_at (problem, FS_MALFORMED, reader->name, reader->n_read, NULL,
                          "a word and %zu numbers are expected", d);
  fs_vector_reader_keep (reader, text, n_word);
  return FS_OK;
}

/* Takes the whole lines, and the rest too if it is the last; *n_taken bytes. */
static FsStatus
take_lines (FsVectorReader *reader,
            const char *bytes,
            size_t n_bytes,
            bool is_last,
            size_t *n_taken,
            FsProblem *problem)
{
  *n_taken = 0;
  while (*n_taken < n_bytes)
    {
      const size_t length = line_length (bytes + *n_taken, n_bytes - *n_taken);
      if (*n_taken + length == n_bytes && !is_last)
        break;
      reader->n_read++;
      if ((reader->n_read & 0xFFF) == 0 && fs_interrupt_is_requested (reader->interrupt))
        return fs_problem (problem, FS_INTERRUPTED, reader->name, NULL, NULL);
      const FsStatus status = take_line (reader, bytes + *n_taken, length, problem);
      if (status != FS_OK)
        return status;
      *n_taken += length + (*n_taken + length < n_bytes);
    }
  return FS_OK;
}

/* A file of either kind. */
static FsStatus
begin_reading (FsVectorReader *reader, const char *bytes, size_t n_bytes, FsProblem *problem)
{
  return is_text (bytes, n_bytes) || !fs_vectors_are_binary (bytes, n_bytes)
             ? begin_text (reader, bytes, n_bytes, problem)
             : fs_binary_vectors_begin (reader, bytes, n_bytes, problem);
}

static FsStatus
take_part (FsVectorReader *reader,
           const char *bytes,
           size_t n_bytes,
           bool is_last,
           size_t *n_taken,
           FsProblem *problem)
{
  return (reader->is_binary ? fs_binary_vectors_take : take_lines) (reader, bytes, n_bytes, is_last,
                                                                    n_taken, problem);
}

static FsStatus
end_reading (FsVectorReader *reader, FsStatus status, FsProblem *problem)
{
  if (status == FS_OK && reader->vectors->n_found == 0)
    status = fs_problem (problem, FS_MISMATCH, reader->name, NULL,
                         "the file has a vector for none of the words of the texts");
  if (status == FS_OK)
    fill_missing (reader->vectors, reader->is_found);
  else
    fs_word_vectors_clear (reader->vectors);
  free (reader->is_found);
  free (reader->values);
  return status;
}

FsStatus
fs_word_vectors_read (FsWordVectors *vectors,
                      const FsVocabulary *vocabulary,
                      const char *name,
                      const char *bytes,
                      size_t n_bytes,
                      const FsInterrupt *interrupt,
                      FsProblem *problem)
{
  FsVectorReader reader = {
    .vectors = vectors,
    .vocabulary = vocabulary,
    .name = name,
    .interrupt = interrupt,
    .n_file_bytes = n_bytes,
  };
  *vectors = (FsWordVectors){ 0 };
  size_t n_taken;
  FsStatus status = begin_reading (&reader, bytes, n_bytes, problem);
  if (status == FS_OK)
    status = take_part (&reader, bytes, n_bytes, true, &n_taken, problem);
  return end_reading (&reader, status, problem);
}

/* Files of vectors are larger than most memories: they are read in parts of this size, in which the
 * longest line has to fit. */
#define PART_BYTES ((size_t) 1 << 20)

static FsStatus
read_parts (FsVectorReader *reader, const FsFileParts *file, char *part, FsProblem *problem)
{
  FsStatus status = FS_OK;
  bool is_last = false;
  size_t n_kept = 0; /* of the part before: the beginning of a line */
  for (size_t offset = 0; status == FS_OK && !is_last;)
    {
      size_t n_read, n_taken;
      status =
          fs_file_parts_read (file, offset, part + n_kept, PART_BYTES - n_kept, &n_read, problem);
      if (status != FS_OK)
        return status;
      is_last = n_kept + n_read < PART_BYTES;
      if (offset == 0)
        status = begin_reading (reader, part, n_read, problem);
      offset += n_read;
      if (status == FS_OK)
        status = take_part (reader, part, n_kept + n_read, is_last, &n_taken, problem);
      if (status != FS_OK)
        return status;
      if (n_taken == 0 && !is_last)
        return fs_problem_at (problem, FS_MALFORMED, reader->name, reader->n_read + 1, NULL,
                              "the line is longer than any vector of words");
      n_kept = n_kept + n_read - n_taken;
      memmove (part, part + n_taken, n_kept);
    }
  return status;
}

FsStatus
fs_word_vectors_read_file (FsWordVectors *vectors,
                           const FsVocabulary *vocabulary,
                           const char *path,
                           const FsVectorWidth *width,
                           const FsInterrupt *interrupt,
                           FsProblem *problem)
{
  FsVectorReader reader = { .vectors = vectors,
                            .vocabulary = vocabulary,
                            .name = path,
                            .width = width,
                            .interrupt = interrupt };
  FsFileParts file;
  *vectors = (FsWordVectors){ 0 };
  FsStatus status = fs_file_parts_open (&file, path, problem);
  if (status != FS_OK)
    return status;
  reader.n_file_bytes = file.n_bytes;
  char *part = malloc (PART_BYTES);
  status = part ? read_parts (&reader, &file, part, problem)
                : fs_problem (problem, FS_OUT_OF_MEMORY, path, NULL, NULL);
  free (part);
  fs_file_parts_close (&file);
  status = end_reading (&reader, status, problem);
  if (status != FS_OK || !width || width->n == vectors->n_dimensions)
    return status;
  const size_t n_words = vectors->n_words - 1, d = vectors->n_dimensions;
  const size_t most = n_words < d ? n_words : d;
  char value[32];
  snprintf (value, sizeof value, "%zu", width->n);
  status = width->n > most
               ? fs_problem_at (problem, FS_MISMATCH, width->where, 0, value,
                                "at most %zu: the texts have %zu words, and so few vectors cannot "
                                "be shortened to more numbers",
                                most, n_words)
               : fs_word_vectors_reduce (vectors, width->n, NULL, problem);
  if (status != FS_OK)
    fs_word_vectors_clear (vectors);
  return status;
}
