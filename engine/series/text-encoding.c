/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Telling encodings apart, and making UTF-8 of them; see text-encoding.h. */

#include "engine/series/text-encoding.h"

#include <errno.h>
#include <iconv.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/text.h"

/* What is looked at for the shape of an encoding without a mark. */
#define SAMPLE_BYTES 65536

/* Of the wide characters of Japanese text nearly all stand beside another one or are kana; in Western
 * text bytes that happen to look like one stand alone between Latin letters. */
#define LEAST_JAPANESE 0.7

const char *
fs_encoding_name (FsEncoding encoding)
{
  static const char *const names[] = {
    [FS_IMPORT_ENCODING_AUTO] = "unknown",
    [FS_IMPORT_ENCODING_UTF_8] = "UTF-8",
    [FS_IMPORT_ENCODING_UTF_16_LE] = "UTF-16 little-endian",
    [FS_IMPORT_ENCODING_UTF_16_BE] = "UTF-16 big-endian",
    [FS_IMPORT_ENCODING_UTF_32_LE] = "UTF-32 little-endian",
    [FS_IMPORT_ENCODING_UTF_32_BE] = "UTF-32 big-endian",
    [FS_IMPORT_ENCODING_WINDOWS_1252] = "Windows-1252",
    [FS_IMPORT_ENCODING_LATIN_1] = "Latin-1",
    [FS_IMPORT_ENCODING_SHIFT_JIS] = "Shift-JIS",
  };
  return names[encoding];
}

/* What Windows-1252 has from 0x80 to 0x9F; the holes become U+FFFD. */
static const uint16_t windows_1252[32] = {
  0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
  0x2039, 0x0152, 0xFFFD, 0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
  0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0xFFFD, 0x017E, 0x0178,
};

/* Length of the valid UTF-8 sequence at `u`, 0 if it is not one. */
static size_t
sequence_length (const unsigned char *u, size_t n)
{
  if (u[0] < 0x80)
    return 1;
  if (u[0] >= 0xC2 && u[0] <= 0xDF)
    return n >= 2 && (u[1] & 0xC0) == 0x80 ? 2 : 0;
  if (u[0] >= 0xE0 && u[0] <= 0xEF)
    {
      if (n < 3 || (u[1] & 0xC0) != 0x80 || (u[2] & 0xC0) != 0x80)
        return 0;
      bool is_overlong = u[0] == 0xE0 && u[1] < 0xA0;
      bool is_surrogate = u[0] == 0xED && u[1] >= 0xA0;
      return is_overlong || is_surrogate ? 0 : 3;
    }
  if (u[0] >= 0xF0 && u[0] <= 0xF4)
    {
      if (n < 4 || (u[1] & 0xC0) != 0x80 || (u[2] & 0xC0) != 0x80 || (u[3] & 0xC0) != 0x80)
        return 0;
      bool is_overlong = u[0] == 0xF0 && u[1] < 0x90;
      bool is_beyond = u[0] == 0xF4 && u[1] >= 0x90;
      return is_overlong || is_beyond ? 0 : 4;
    }
  return 0;
}

/* The first byte that is not valid UTF-8, n if all are. */
static size_t
find_invalid (const char *bytes, size_t n)
{
  const unsigned char *u = (const unsigned char *) bytes;
  size_t i = 0;
  while (i < n)
    {
      uint64_t word;
      if (n - i >= 8)
        {
          memcpy (&word, u + i, 8);
          if (!(word & UINT64_C (0x8080808080808080)))
            {
              i += 8;
              continue;
            }
        }
      size_t length = sequence_length (u + i, n - i);
      if (length == 0)
        return i;
      i += length;
    }
  return n;
}

static char *
put_character (char *out, uint32_t c)
{
  if (c < 0x80)
    *out++ = (char) c;
  else if (c < 0x800)
    {
      *out++ = (char) (0xC0 | c >> 6);
      *out++ = (char) (0x80 | (c & 0x3F));
    }
  else if (c < 0x10000)
    {
      *out++ = (char) (0xE0 | c >> 12);
      *out++ = (char) (0x80 | (c >> 6 & 0x3F));
      *out++ = (char) (0x80 | (c & 0x3F));
    }
  else
    {
      *out++ = (char) (0xF0 | c >> 18);
      *out++ = (char) (0x80 | (c >> 12 & 0x3F));
      *out++ = (char) (0x80 | (c >> 6 & 0x3F));
      *out++ = (char) (0x80 | (c & 0x3F));
    }
  return out;
}

static size_t
unit_size (FsEncoding encoding)
{
  switch (encoding)
    {
    case FS_IMPORT_ENCODING_UTF_16_LE:
    case FS_IMPORT_ENCODING_UTF_16_BE:
      return 2;
    case FS_IMPORT_ENCODING_UTF_32_LE:
    case FS_IMPORT_ENCODING_UTF_32_BE:
      return 4;
    case FS_IMPORT_ENCODING_AUTO:
    case FS_IMPORT_ENCODING_UTF_8:
    case FS_IMPORT_ENCODING_WINDOWS_1252:
    case FS_IMPORT_ENCODING_LATIN_1:
    case FS_IMPORT_ENCODING_SHIFT_JIS:
      break;
    }
  return 1;
}

static uint32_t
unit_at (const unsigned char *u, FsEncoding encoding)
{
  switch (encoding)
    {
    case FS_IMPORT_ENCODING_UTF_16_LE:
      return (uint32_t) (u[0] | u[1] << 8);
    case FS_IMPORT_ENCODING_UTF_16_BE:
      return (uint32_t) (u[1] | u[0] << 8);
    case FS_IMPORT_ENCODING_UTF_32_LE:
      return (uint32_t) u[0] | (uint32_t) u[1] << 8 | (uint32_t) u[2] << 16 | (uint32_t) u[3] << 24;
    case FS_IMPORT_ENCODING_UTF_32_BE:
      return (uint32_t) u[3] | (uint32_t) u[2] << 8 | (uint32_t) u[1] << 16 | (uint32_t) u[0] << 24;
    case FS_IMPORT_ENCODING_WINDOWS_1252:
      return *u < 0x80 || *u >= 0xA0 ? *u : windows_1252[*u - 0x80];
    case FS_IMPORT_ENCODING_AUTO:
    case FS_IMPORT_ENCODING_UTF_8:
    case FS_IMPORT_ENCODING_LATIN_1:
    case FS_IMPORT_ENCODING_SHIFT_JIS:
      break;
    }
  return *u;
}

/* One character of a fixed-width or UTF-16 encoding; *n_taken bytes. Halves of pairs without their
 * other half are characters that UTF-8 has none of. */
static uint32_t
character_at (const unsigned char *u, size_t n, FsEncoding encoding, size_t *n_taken)
{
  const size_t unit = unit_size (encoding);
  uint32_t c = unit_at (u, encoding);
  *n_taken = unit;
  if (unit == 2 && c >= 0xD800 && c < 0xDC00 && n >= 4)
    {
      uint32_t low = unit_at (u + 2, encoding);
      if (low >= 0xDC00 && low < 0xE000)
        {
          *n_taken = 4;
          return 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
        }
    }
  return c;
}

static bool
is_character (uint32_t c)
{
  return c <= 0x10FFFF && !(c >= 0xD800 && c < 0xE000);
}

/* Shift-JIS has pairs of bytes and letters of Japan alone; the C library has the table. */
static FsStatus
convert_shift_jis (char **text,
                   size_t *n_text,
                   const char *name,
                   const char *bytes,
                   size_t n_bytes,
                   FsProblem *problem)
{
  iconv_t converter = iconv_open ("UTF-8", "CP932");
  if (converter == (iconv_t) -1)
    return fs_problem (problem, FS_UNREADABLE, name, "Shift-JIS",
                       "an encoding that this system knows; save the file as UTF-8");
  /* At most 3 bytes come from one (a half-width letter, or U+FFFD for a byte that is none). */
  char *in = (char *) bytes, *out = *text = malloc (3 * n_bytes + 1);
  size_t n_in = n_bytes, n_out = 3 * n_bytes;
  if (!out)
    {
      iconv_close (converter);
      return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
    }
  while (n_in > 0 && iconv (converter, &in, &n_in, &out, &n_out) == (size_t) -1)
    {
      if (n_in == 0 || n_out < 3)
        break;
      out = put_character (out, 0xFFFD);
      n_out -= 3;
      in++;
      n_in--;
    }
  iconv_close (converter);
  *out = '\0';
  *n_text = (size_t) (out - *text);
  return FS_OK;
}

FsStatus
fs_encoding_convert (char **text,
                     size_t *n_text,
                     const char *name,
                     const char *bytes,
                     size_t n_bytes,
                     FsEncoding encoding,
                     FsProblem *problem)
{
  const unsigned char *u = (const unsigned char *) bytes;
  const size_t unit = unit_size (encoding);
  *text = NULL;
  if (n_bytes > SIZE_MAX / 8)
    return fs_problem (problem, FS_TOO_LARGE, name, NULL, NULL);
  if (encoding == FS_IMPORT_ENCODING_SHIFT_JIS)
    return convert_shift_jis (text, n_text, name, bytes, n_bytes, problem);
  /* At most 3 bytes come from one, 3 from two and 4 from four; UTF-8 is read for its faults, each of
   * which is one byte and becomes three. */
  char *out = *text = malloc (n_bytes / unit * (unit == 4 ? 4 : 3) + 1);
  if (!out)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  for (size_t i = 0; i + unit <= n_bytes;)
    {
      size_t n_taken;
      if (encoding == FS_IMPORT_ENCODING_UTF_8)
        {
          n_taken = sequence_length (u + i, n_bytes - i);
          if (n_taken > 0)
            {
              memcpy (out, u + i, n_taken);
              out += n_taken;
              i += n_taken;
              continue;
            }
          out = put_character (out, 0xFFFD);
          i++;
          continue;
        }
      uint32_t c = character_at (u + i, n_bytes - i, encoding, &n_taken);
      out = put_character (out, is_character (c) ? c : 0xFFFD);
      i += n_taken;
    }
  *out = '\0';
  *n_text = (size_t) (out - *text);
  return FS_OK;
}

size_t
fs_encoding_find_invalid (const char *bytes, size_t n)
{
  return find_invalid (bytes, n);
}

/* Whether the bytes read as text of this encoding: no half pairs, no controls, and Latin digits, blanks
 * or line ends among them, which every table has. */
static bool
reads_as (const char *bytes, size_t n, FsEncoding encoding)
{
  const unsigned char *u = (const unsigned char *) bytes;
  const size_t unit = unit_size (encoding);
  size_t n_plain = 0, n_all = 0;
  n = n < SAMPLE_BYTES ? n : SAMPLE_BYTES;
  for (size_t i = 0; i + unit <= n; n_all++)
    {
      size_t n_taken;
      uint32_t c = character_at (u + i, n - i, encoding, &n_taken);
      bool is_control = c < 0x20 && c != '\t' && c != '\n' && c != '\r';
      bool is_cut = unit == 2 && i + 4 > n; /* half a pair at the end of the sample */
      if (is_control || c == 0xFFFE || (!is_character (c) && !is_cut))
        return false;
      n_plain += c < 0x80;
      i += n_taken;
    }
  return 10 * n_plain >= n_all;
}

/* Text without a mark whose characters take two or four bytes. Plain text has no NUL byte and theirs
 * has many, on one side of each unit. */
static FsEncoding
find_wide (const char *bytes, size_t n)
{
  static const FsEncoding wide[] = { FS_IMPORT_ENCODING_UTF_32_LE, FS_IMPORT_ENCODING_UTF_32_BE,
                                     FS_IMPORT_ENCODING_UTF_16_LE, FS_IMPORT_ENCODING_UTF_16_BE };
  if (n < 8 || !memchr (bytes, 0, n < SAMPLE_BYTES ? n : SAMPLE_BYTES))
    return FS_IMPORT_ENCODING_AUTO;
  for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++)
    if ((unit_size (wide[i]) == 2 || n % 4 == 0) && reads_as (bytes, n, wide[i]))
      return wide[i];
  return FS_IMPORT_ENCODING_AUTO;
}

static bool
is_lead (unsigned char c)
{
  return (c >= 0x81 && c <= 0x9F) || (c >= 0xE0 && c <= 0xFC);
}

static bool
is_trail (unsigned char c)
{
  return c >= 0x40 && c <= 0xFC && c != 0x7F;
}

static bool
is_kana (unsigned char lead, unsigned char trail)
{
  return (lead == 0x82 && trail >= 0x9F && trail <= 0xF1)
         || (lead == 0x83 && trail >= 0x40 && trail <= 0x96);
}

bool
fs_encoding_is_shift_jis (const char *bytes, size_t n)
{
  const unsigned char *u = (const unsigned char *) bytes;
  size_t n_pairs = 0, n_japanese = 0;
  bool is_after_pair = false, was_counted = false;
  for (size_t i = 0; i < n;)
    {
      if (is_lead (u[i]))
        {
          if (i + 1 >= n || !is_trail (u[i + 1]))
            return false;
          bool is_japanese = is_after_pair || is_kana (u[i], u[i + 1]);
          n_pairs++;
          n_japanese += is_japanese;
          n_japanese += is_after_pair && !was_counted; /* the one before has a neighbour too */
          was_counted = is_japanese;
          is_after_pair = true;
          i += 2;
          continue;
        }
      bool is_half_width = u[i] >= 0xA1 && u[i] <= 0xDF;
      if (u[i] >= 0x80 && !is_half_width)
        return false;
      is_after_pair = false;
      i++;
    }
  return n_pairs >= 2 && (double) n_japanese >= LEAST_JAPANESE * (double) n_pairs;
}

FsEncoding
fs_encoding_find (const char *bytes, size_t n, size_t *n_mark, const char **reason)
{
  static const struct
  {
    const char *mark;
    size_t n;
    FsEncoding encoding;
  } marks[] = {
    { "\xFF\xFE\0\0", 4, FS_IMPORT_ENCODING_UTF_32_LE },
    { "\0\0\xFE\xFF", 4, FS_IMPORT_ENCODING_UTF_32_BE },
    { "\xEF\xBB\xBF", 3, FS_IMPORT_ENCODING_UTF_8 },
    { "\xFF\xFE", 2, FS_IMPORT_ENCODING_UTF_16_LE },
    { "\xFE\xFF", 2, FS_IMPORT_ENCODING_UTF_16_BE },
  };
  *reason = FS_WORDS ("the file begins with its mark");
  for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
    if (n >= marks[i].n && memcmp (bytes, marks[i].mark, marks[i].n) == 0)
      {
        *n_mark = marks[i].n;
        return marks[i].encoding;
      }
  *n_mark = 0;
  FsEncoding wide = find_wide (bytes, n);
  *reason = FS_WORDS ("without a mark, but it reads as text in nothing else");
  if (wide != FS_IMPORT_ENCODING_AUTO)
    return wide;
  *reason = FS_WORDS ("every byte is valid in it");
  if (find_invalid (bytes, n) == n)
    return FS_IMPORT_ENCODING_UTF_8;
  *reason = FS_WORDS ("the bytes are not valid UTF-8 and pair up as Japanese characters");
  if (fs_encoding_is_shift_jis (bytes, n))
    return FS_IMPORT_ENCODING_SHIFT_JIS;
  *reason = FS_WORDS ("the bytes are not valid UTF-8");
  /* Latin-1 is the same but for 0x80 … 0x9F, which are no letters in it: Windows-1252 reads both. */
  return FS_IMPORT_ENCODING_WINDOWS_1252;
}
