/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Cutting a text into tokens: words, characters, or words as Keras' Tokenizer cuts them. The text is
 * first brought to one spelling (a letter and its mark become one character, capitals become small
 * unless they are kept), then cut; the same in every locale. One thread per tokeniser. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/status.h"

typedef enum
{
  /* Runs of letters and digits; an apostrophe, full stop or comma between two of them belongs to the
   * word (don't, 3.14). Chinese characters and emoji are a word each; other punctuation separates. */
  FS_TOKENS_WORDS,
  FS_TOKENS_CHARACTERS, /* every character, blanks too; a run of blanks is one */
  /* What is left when Keras' filters !"#$%&()*+,-./:;<=>?@[\]^_`{|}~, tab and newline separate. */
  FS_TOKENS_KERAS
} FsTokenUnit;

typedef struct
{
  FsTokenUnit unit;
  bool keeps_capitals;
  bool strips_markup; /* <br> and the like separate and are not tokens */
} FsTokenRule;

typedef struct
{
  FsTokenRule rule;
  char *text; /* the whole text in one spelling */
  size_t n, capacity;
  size_t at;
} FsTokeniser;

/* A token lies in the tokeniser's own text until the next begin(). */
typedef struct
{
  const char *text; /* not ended by NUL */
  size_t length;    /* bytes, > 0 */
} FsToken;

/* Start with a zeroed tokeniser and its rule; begin() may be called again and again. A NULL text has
 * no tokens. */
FsStatus fs_tokeniser_begin (FsTokeniser *tokeniser, const char *text, FsProblem *problem);
bool fs_tokeniser_next (FsTokeniser *tokeniser, FsToken *token);
void fs_tokeniser_clear (FsTokeniser *tokeniser);
