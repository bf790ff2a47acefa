/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Reading files of word vectors: what the text reader (word-vectors-file.c) and the binary one
 * (word-vectors-binary.c) have in common. Private to the two. */

#include "engine/prepare/word-vectors.h"

/* More are no embedding that a network here could use. */
#define FS_MAX_VECTOR_DIMENSIONS 4096

/* A file that is read part by part; one thread. */
typedef struct
{
  FsWordVectors *vectors;
  const FsVocabulary *vocabulary;
  const char *name;
  const FsVectorWidth *width; /* NULL = any */
  const FsInterrupt *interrupt;
  size_t n_file_bytes;
  bool *is_found; /* [n_words] */
  float *values;  /* [n_dimensions] of the word at hand */
  size_t n_read;  /* lines of a text, words of a binary file */
  bool is_binary;
  size_t n_promised; /* binary: words that the first line tells of */
} FsVectorReader;

/* The file has vectors of d numbers: refused if the layer wants others, before there is memory for any. */
FsStatus fs_vector_reader_make_room (FsVectorReader *reader, size_t d, FsProblem *problem);
/* reader->values are those of this word; words that the texts do not have, and second ones, are left. */
void fs_vector_reader_keep (FsVectorReader *reader, const char *word, size_t n_word);

/* Google's format: a line "count numbers", then for each word its bytes, a blank, and the numbers as
 * little-endian floats; a line end may stand before a word. `bytes` begin with the file; whether its first
 * word is followed by what no text has. */
bool fs_vectors_are_binary (const char *bytes, size_t n_bytes);
FsStatus fs_binary_vectors_begin (FsVectorReader *reader,
                                  const char *bytes,
                                  size_t n_bytes,
                                  FsProblem *problem);
/* Takes the whole words; *n_taken bytes. */
FsStatus fs_binary_vectors_take (FsVectorReader *reader,
                                 const char *bytes,
                                 size_t n_bytes,
                                 bool is_last,
                                 size_t *n_taken,
                                 FsProblem *problem);
