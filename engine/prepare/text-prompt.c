/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Typed words; see text-prompt.h. They are cut as the texts of the vocabulary were. */

#include "engine/prepare/text-prompt.h"

#include <stdlib.h>
#include <string.h>

FsStatus
fs_prompt_read (const FsVocabulary *vocabulary,
                const char *text,
                int32_t *ids,
                size_t n_most,
                size_t *n)
{
  FsTokeniser tokeniser = { .rule = fs_vocabulary_rule (vocabulary)->rule };
  FsToken token;
  *n = 0;
  const FsStatus status = fs_tokeniser_begin (&tokeniser, text, NULL);
  while (status == FS_OK && *n < n_most && fs_tokeniser_next (&tokeniser, &token))
    {
      const int32_t id = fs_vocabulary_find (vocabulary, token.text, token.length);
      if (id != FS_ID_UNKNOWN)
        ids[(*n)++] = id;
    }
  fs_tokeniser_clear (&tokeniser);
  return status;
}

/* Whether the list "a, b" has the word. */
static bool
lists (const char *list, const FsToken *token)
{
  for (const char *item = list; *item;)
    {
      const char *end = strstr (item, ", ");
      const size_t length = end ? (size_t) (end - item) : strlen (item);
      if (length == token->length && memcmp (item, token->text, length) == 0)
        return true;
      item += end ? length + 2 : length;
    }
  return false;
}

FsStatus
fs_prompt_unknown (const FsVocabulary *vocabulary, const char *text, char **unknown)
{
  FsTokeniser tokeniser = { .rule = fs_vocabulary_rule (vocabulary)->rule };
  FsToken token;
  size_t n = 0;
  *unknown = NULL;
  FsStatus status = fs_tokeniser_begin (&tokeniser, text, NULL);
  while (status == FS_OK && fs_tokeniser_next (&tokeniser, &token))
    {
      if (fs_vocabulary_find (vocabulary, token.text, token.length) != FS_ID_UNKNOWN
          || (*unknown && lists (*unknown, &token)))
        continue;
      char *longer = realloc (*unknown, n + token.length + 3);
      if (!longer)
        {
          status = FS_OUT_OF_MEMORY;
          break;
        }
      *unknown = longer;
      if (n > 0)
        {
          memcpy (longer + n, ", ", 2);
          n += 2;
        }
      memcpy (longer + n, token.text, token.length);
      n += token.length;
      longer[n] = '\0';
    }
  fs_tokeniser_clear (&tokeniser);
  if (status != FS_OK)
    {
      free (*unknown);
      *unknown = NULL;
    }
  return status;
}
