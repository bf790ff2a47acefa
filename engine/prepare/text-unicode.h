/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What a tokeniser must know of characters, the same in every locale: which ones make words, which
 * letter is the small one of a capital, and which letter and mark are one character. Simple mappings
 * only (one character to one). Pure functions. */

#include <stddef.h>
#include <stdint.h>

typedef enum
{
  FS_CHARACTER_GAP,       /* blanks, punctuation, controls: between words */
  FS_CHARACTER_LETTER,    /* letters and digits: part of a word */
  FS_CHARACTER_MARK,      /* accents and joiners: part of the character before */
  FS_CHARACTER_IDEOGRAPH, /* Chinese characters, written without blanks: a word each */
  FS_CHARACTER_SIGN       /* ☺ and the like: a word each */
} FsCharacterKind;

FsCharacterKind fs_character_kind (uint32_t character);

/* The small letter of a capital; any other character itself. */
uint32_t fs_character_small (uint32_t character);

/* Both in one character (e and ´ to é), 0 if there is none. */
uint32_t fs_character_compose (uint32_t letter, uint32_t mark);

/* Reads one character of UTF-8 at text[0 … n), n > 0; returns how many bytes it took. What is no UTF-8
 * is U+FFFD, a byte at a time. */
size_t fs_character_read (const char *text, size_t n, uint32_t *character);

/* Writes it as UTF-8 (at most 4 bytes); returns how many. */
size_t fs_character_write (uint32_t character, char *text);
