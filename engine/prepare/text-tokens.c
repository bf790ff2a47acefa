/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Cutting texts into tokens; see text-tokens.h. */

#include "engine/prepare/text-tokens.h"

#include <stdlib.h>
#include <string.h>
#include "engine/prepare/text-unicode.h"

/* Longer "tags" are text that happens to have a < in it. */
#define LONGEST_TAG 200

/* A byte that is no UTF-8 becomes the sign for that, of three bytes; nothing grows more. */
#define GROWTH 3

/* Bytes of the tag that begins at text[0], 0 if none does. */
static size_t
tag_length (const char *text, size_t n)
{
  if (n < 3 || text[0] != '<')
    return 0;
  bool is_tag =
      text[1] == '/' || text[1] == '!' || fs_character_small ((unsigned char) text[1]) - 'a' < 26;
  for (size_t i = 2; is_tag && i < n && i < LONGEST_TAG && text[i] != '<'; i++)
    if (text[i] == '>')
      return i + 1;
  return 0;
}

/* Copies the text in one spelling. */
static void
spell (FsTokeniser *tokeniser, const char *text, size_t n)
{
  char *out = tokeniser->text;
  size_t previous_length = 0; /* bytes of the character written last, 0 if none may be joined */
  uint32_t previous = 0;
  for (size_t i = 0; i < n;)
    {
      uint32_t c;
      size_t tag = tokeniser->rule.strips_markup ? tag_length (text + i, n - i) : 0;
      if (tag > 0)
        {
          i += tag;
          *out++ = ' ';
          previous_length = 0;
          continue;
        }
      i += fs_character_read (text + i, n - i, &c);
      uint32_t both = previous_length > 0 ? fs_character_compose (previous, c) : 0;
      if (both)
        {
          out -= previous_length;
          c = both;
        }
      if (!tokeniser->rule.keeps_capitals)
        c = fs_character_small (c);
      previous_length = fs_character_write (c, out);
      previous = c;
      out += previous_length;
    }
  tokeniser->n = (size_t) (out - tokeniser->text);
}

FsStatus
fs_tokeniser_begin (FsTokeniser *tokeniser, const char *text, FsProblem *problem)
{
  size_t n = text ? strlen (text) : 0;
  tokeniser->n = tokeniser->at = 0;
  if (n > SIZE_MAX / GROWTH - 1)
    return fs_problem (problem, FS_TOO_LARGE, NULL, NULL, NULL);
  if (tokeniser->capacity < GROWTH * n + 1)
    {
      char *larger = realloc (tokeniser->text, GROWTH * n + 1);
      if (!larger)
        return fs_problem (problem, FS_OUT_OF_MEMORY, NULL, NULL, NULL);
      tokeniser->text = larger;
      tokeniser->capacity = GROWTH * n + 1;
    }
  if (n > 0)
    spell (tokeniser, text, n);
  return FS_OK;
}

static FsCharacterKind
kind_at (const FsTokeniser *tokeniser, size_t at, size_t *length)
{
  uint32_t c;
  *length = fs_character_read (tokeniser->text + at, tokeniser->n - at, &c);
  return fs_character_kind (c);
}

/* What may stand between two letters of one word. The curly apostrophe is three bytes. */
static size_t
joint_length (const FsTokeniser *tokeniser, size_t at)
{
  const char *text = tokeniser->text + at;
  size_t n = tokeniser->n - at;
  if (n >= 1 && (text[0] == '\'' || text[0] == '_'))
    return 1;
  if (n >= 3 && memcmp (text, "\xE2\x80\x99", 3) == 0)
    return 3;
  /* 3.14 and 1,204, but not "end.Begin". */
  if (at > 0 && n >= 2 && (text[0] == '.' || text[0] == ',') && text[-1] >= '0' && text[-1] <= '9'
      && text[1] >= '0' && text[1] <= '9')
    return 1;
  return 0;
}

/* The end of the word that begins at `at` with a letter. */
static size_t
word_end (const FsTokeniser *tokeniser, size_t at)
{
  while (at < tokeniser->n)
    {
      size_t length, after, joint;
      FsCharacterKind kind = kind_at (tokeniser, at, &length);
      if (kind == FS_CHARACTER_LETTER || kind == FS_CHARACTER_MARK)
        {
          at += length;
          continue;
        }
      joint = joint_length (tokeniser, at);
      if (joint == 0 || at + joint >= tokeniser->n
          || kind_at (tokeniser, at + joint, &after) != FS_CHARACTER_LETTER)
        break;
      at += joint + after;
    }
  return at;
}

static bool
next_word (FsTokeniser *tokeniser, FsToken *token)
{
  while (tokeniser->at < tokeniser->n)
    {
      size_t start = tokeniser->at, length, mark;
      FsCharacterKind kind = kind_at (tokeniser, start, &length);
      tokeniser->at += length;
      if (kind == FS_CHARACTER_GAP || kind == FS_CHARACTER_MARK)
        continue;
      if (kind == FS_CHARACTER_LETTER)
        tokeniser->at = word_end (tokeniser, start);
      else
        /* Joiners and skin tones belong to the sign; what they join begins a token of its own. */
        while (tokeniser->at < tokeniser->n
               && kind_at (tokeniser, tokeniser->at, &mark) == FS_CHARACTER_MARK)
          tokeniser->at += mark;
      *token = (FsToken){ tokeniser->text + start, tokeniser->at - start };
      return true;
    }
  return false;
}

static bool
is_keras_gap (char c)
{
  return c == ' ' || (c != '\0' && strchr ("!\"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n", c));
}

static bool
next_keras (FsTokeniser *tokeniser, FsToken *token)
{
  size_t at = tokeniser->at;
  while (at < tokeniser->n && is_keras_gap (tokeniser->text[at]))
    at++;
  size_t start = at;
  while (at < tokeniser->n && !is_keras_gap (tokeniser->text[at]))
    at++;
  tokeniser->at = at;
  *token = (FsToken){ tokeniser->text + start, at - start };
  return at > start;
}

static bool
is_blank (char c)
{
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

static bool
next_character (FsTokeniser *tokeniser, FsToken *token)
{
  size_t start = tokeniser->at, at = start, length;
  if (at >= tokeniser->n)
    return false;
  if (is_blank (tokeniser->text[at]))
    {
      while (at < tokeniser->n && is_blank (tokeniser->text[at]))
        at++;
      tokeniser->at = at;
      *token = (FsToken){ " ", 1 };
      return true;
    }
  kind_at (tokeniser, at, &length);
  tokeniser->at = at + length;
  *token = (FsToken){ tokeniser->text + start, length };
  return true;
}

bool
fs_tokeniser_next (FsTokeniser *tokeniser, FsToken *token)
{
  switch (tokeniser->rule.unit)
    {
    case FS_TOKENS_WORDS:
      return next_word (tokeniser, token);
    case FS_TOKENS_CHARACTERS:
      return next_character (tokeniser, token);
    case FS_TOKENS_KERAS:
      break;
    }
  return next_keras (tokeniser, token);
}

void
fs_tokeniser_clear (FsTokeniser *tokeniser)
{
  free (tokeniser->text);
  *tokeniser = (FsTokeniser){ .rule = tokeniser->rule };
}
