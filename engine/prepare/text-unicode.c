/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Characters looked up in sorted tables; see text-unicode.h. */

#include "engine/prepare/text-unicode.h"

#include <stdbool.h>
#include "engine/prepare/text-unicode-table.h"

#define N_KINDS (sizeof kinds / sizeof kinds[0])
#define N_CAPITALS (sizeof capitals / sizeof capitals[0])
#define N_PAIRS (sizeof pairs / sizeof pairs[0])

#define REPLACEMENT 0xFFFD

/* Hangul is composed by arithmetic (Unicode Standard, section 3.12). */
#define HANGUL_LEAD 0x1100
#define HANGUL_VOWEL 0x1161
#define HANGUL_TAIL 0x11A7
#define HANGUL_SYLLABLE 0xAC00
#define N_LEADS 19
#define N_VOWELS 21
#define N_TAILS 28

FsCharacterKind
fs_character_kind (uint32_t character)
{
  if (character < 0x80)
    {
      uint32_t small = character | 0x20;
      bool is_word = (small >= 'a' && small <= 'z') || (character >= '0' && character <= '9');
      return is_word ? FS_CHARACTER_LETTER : FS_CHARACTER_GAP;
    }
  size_t low = 0, high = N_KINDS;
  while (high - low > 1)
    {
      size_t middle = low + (high - low) / 2;
      if (kinds[middle].first <= character)
        low = middle;
      else
        high = middle;
    }
  return (FsCharacterKind) kinds[low].kind;
}

uint32_t
fs_character_small (uint32_t character)
{
  if (character < 0x80)
    return character >= 'A' && character <= 'Z' ? character + 32 : character;
  size_t low = 0, high = N_CAPITALS;
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      if (capitals[middle].last < character)
        low = middle + 1;
      else
        high = middle;
    }
  if (low == N_CAPITALS || capitals[low].first > character
      || (character - capitals[low].first) % capitals[low].stride != 0)
    return character;
  return (uint32_t) ((int32_t) character + capitals[low].difference);
}

static uint32_t
compose_hangul (uint32_t letter, uint32_t mark)
{
  if (letter >= HANGUL_LEAD && letter < HANGUL_LEAD + N_LEADS && mark >= HANGUL_VOWEL
      && mark < HANGUL_VOWEL + N_VOWELS)
    return HANGUL_SYLLABLE + ((letter - HANGUL_LEAD) * N_VOWELS + (mark - HANGUL_VOWEL)) * N_TAILS;
  if (letter >= HANGUL_SYLLABLE && letter < HANGUL_SYLLABLE + N_LEADS * N_VOWELS * N_TAILS
      && (letter - HANGUL_SYLLABLE) % N_TAILS == 0 && mark > HANGUL_TAIL
      && mark < HANGUL_TAIL + N_TAILS)
    return letter + (mark - HANGUL_TAIL);
  return 0;
}

uint32_t
fs_character_compose (uint32_t letter, uint32_t mark)
{
  if (mark < 0x300) /* no mark comes before U+0300 */
    return 0;
  size_t low = 0, high = N_PAIRS;
  while (low < high)
    {
      size_t middle = low + (high - low) / 2;
      bool is_before = pairs[middle].letter != letter ? pairs[middle].letter < letter
                                                      : pairs[middle].mark < mark;
      if (is_before)
        low = middle + 1;
      else
        high = middle;
    }
  if (low < N_PAIRS && pairs[low].letter == letter && pairs[low].mark == mark)
    return pairs[low].both;
  return compose_hangul (letter, mark);
}

size_t
fs_character_read (const char *text, size_t n, uint32_t *character)
{
  const unsigned char *u = (const unsigned char *) text;
  size_t length = u[0] < 0x80 ? 1 : u[0] < 0xC2 ? 0 : u[0] < 0xE0 ? 2 : u[0] < 0xF0 ? 3 : 4;
  *character = length == 1 ? u[0] : REPLACEMENT;
  if (length < 2 || length > n || u[0] > 0xF4)
    return 1;
  static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
  uint32_t c = u[0] & (0xFFu >> (length + 1));
  for (size_t i = 1; i < length; i++)
    {
      if ((u[i] & 0xC0) != 0x80)
        return 1;
      c = c << 6 | (u[i] & 0x3F);
    }
  if (c < least[length] || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
    return 1;
  *character = c;
  return length;
}

size_t
fs_character_write (uint32_t character, char *text)
{
  if (character < 0x80)
    {
      text[0] = (char) character;
      return 1;
    }
  size_t length = character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
  static const uint32_t leads[5] = { 0, 0, 0xC0, 0xE0, 0xF0 };
  for (size_t i = length; i-- > 1; character >>= 6)
    text[i] = (char) (0x80 | (character & 0x3F));
  text[0] = (char) (leads[length] | character);
  return length;
}
