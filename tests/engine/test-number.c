/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading and writing numbers, against the C library in the C locale. */

#include <glib.h>
#include <locale.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "engine/base/number.h"
#include "engine/base/random.h"

static guint64
bits_of (double value)
{
  guint64 bits;
  memcpy (&bits, &value, sizeof bits);
  return bits;
}

static double
from_bits (guint64 bits)
{
  double value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static void
assert_reads_like_strtod (const char *text)
{
  double value = -1;
  size_t n = fs_number_read (text, strlen (text), &value);
  double expected = g_ascii_strtod (text, NULL);
  if (n != strlen (text) || bits_of (value) != bits_of (expected))
    g_error ("%.60s… read as %.17g, %zu of %zu bytes, instead of %.17g", text, value, n,
             strlen (text), expected);
}

static void
test_hard_cases (void)
{
  static const char *const cases[] = {
    "0",
    "-0",
    "1",
    "0.1",
    "123456789012345678",
    "9007199254740993",
    "9007199254740992.5",
    "9007199254740993.0000000000000000000000000000000000000000000000000001",
    "2.2250738585072011e-308", /* the number that once hung two interpreters */
    "2.2250738585072012e-308",
    "2.2250738585072014e-308",
    "4.9406564584124654e-324",
    "2.4703282292062327208e-324",
    "2.4703282292062328e-324",
    "1.7976931348623157e308",
    "1.7976931348623158e308",
    "1.7976931348623159e308",
    "1e309",
    "1e400",
    "1e-400",
    "1e23",
    "8.5e22",
    "5e-324",
    "3e-324",
    "1e-323",
    "6.02214076e23",
    "7.2057594037927933e16",
    ".5",
    "5.",
    "00000000000000000000000000000000001",
    "1e00000000000000000001",
    "1e99999999999999999999",
    "1e-99999999999999999999",
    "0e99999999999999999999",
    "0.000000000000000000000000000000000012",
    "179769313486231580793728971405301e276",
    "12345678901234567890123456789e-10",
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_reads_like_strtod (cases[i]);
}

/* Borders between two doubles, written out in full and nudged in the last of up to 1,100 digits. */
static void
test_borders (void)
{
  FsRandom random = fs_random (1, FS_STREAM_GENERATOR, 0, 0);
  for (int i = 0; i < 3000; i++)
    {
      guint64 bits = fs_random_next (&random) & G_MAXINT64;
      if (i % 4 == 0)
        bits &= (G_GUINT64_CONSTANT (1) << 53) - 1; /* subnormals */
      double value = from_bits (bits);
      double above = nextafter (value, INFINITY);
      if (!isfinite (above))
        continue;
      /* The border has one binary digit more than the doubles; long double holds it exactly. */
      g_autofree char *text = g_strdup_printf ("%.1100Le", ((long double) value + above) / 2);
      assert_reads_like_strtod (text);
      char *last = strchr (text, 'e') - 1;
      *last = '1';
      assert_reads_like_strtod (text);
      g_autofree char *cut = g_strdup_printf ("%.*s%s", 780, text, last + 1);
      assert_reads_like_strtod (cut);
    }
}

static void
test_random_decimals (void)
{
  FsRandom random = fs_random (2, FS_STREAM_GENERATOR, 0, 0);
  for (int i = 0; i < 200000; i++)
    {
      GString *text = g_string_new (fs_random_below (&random, 2) ? "-" : "");
      guint64 n_digits = 1 + fs_random_below (&random, 24);
      guint64 mark = fs_random_below (&random, n_digits + 1);
      for (guint64 j = 0; j < n_digits; j++)
        {
          if (j == mark)
            g_string_append_c (text, '.');
          g_string_append_c (text, (char) ('0' + fs_random_below (&random, 10)));
        }
      if (fs_random_below (&random, 2))
        g_string_append_printf (text, "e%d", (int) fs_random_below (&random, 700) - 350);
      assert_reads_like_strtod (text->str);
      g_string_free (text, TRUE);
    }
}

/* Short numbers with one byte that does not belong there, each as far as the C library reads it. */
static void
test_short_with_fault (void)
{
  static const char faults[] = { '/', ':', '.', ';', 'g', '-', '+', '\x10', '\xB5', '0', 'e' };
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 0, 0);
  for (int i = 0; i < 50000; i++)
    {
      char text[24], *end;
      const size_t length = 1 + fs_random_below (&random, 21);
      const size_t mark = fs_random_below (&random, length + 1);
      for (size_t c = 0; c < length; c++)
        text[c] = (char) (c == mark ? '.' : '0' + fs_random_below (&random, 10));
      text[length] = '\0';
      if (i % 2)
        text[0] = '-';
      if (i % 4 > 1)
        text[fs_random_below (&random, length)] = faults[fs_random_below (&random, sizeof faults)];
      double value = 0;
      const size_t n = fs_number_read (text, length, &value);
      const double expected = g_ascii_strtod (text, &end);
      g_assert_cmpuint (n, ==, (size_t) (end - text));
      if (n > 0)
        g_assert_cmpuint (bits_of (value), ==, bits_of (expected));
    }
}

/* Every written number reads back to the same bits, and nothing shorter does. */
static void
test_round_trip (void)
{
  FsRandom random = fs_random (3, FS_STREAM_GENERATOR, 0, 0);
  char buffer[FS_NUMBER_SIZE], shorter[64];
  for (int i = 0; i < 200000; i++)
    {
      double value = i % 2 ? from_bits (fs_random_next (&random))
                           : (double) (gint64) fs_random_below (&random, 1000000) / 1000.0;
      double back = 0;
      if (!isfinite (value))
        continue;
      fs_number_write (value, buffer);
      g_assert_cmpuint (strlen (buffer), <, FS_NUMBER_SIZE);
      g_assert_cmpuint (fs_number_read (buffer, strlen (buffer), &back), ==, strlen (buffer));
      g_assert_cmpuint (bits_of (back), ==, bits_of (value));
      int n_digits = 0;
      gboolean is_leading = TRUE;
      for (const char *c = buffer; *c && *c != 'e'; c++)
        if (g_ascii_isdigit (*c) && (*c != '0' || !is_leading))
          {
            is_leading = FALSE;
            n_digits++;
          }
      /* Trailing zeros of whole numbers are not digits of the shortest form. */
      if (!strpbrk (buffer, ".e"))
        for (const char *c = buffer + strlen (buffer) - 1; c > buffer && *c == '0'; c--)
          n_digits--;
      if (n_digits < 2)
        continue;
      char *format = g_strdup_printf ("%%.%de", n_digits - 2);
      g_ascii_formatd (shorter, sizeof shorter, format, value);
      g_free (format);
      if (g_ascii_strtod (shorter, NULL) == value)
        g_error ("%s is shorter than %s", shorter, buffer);
    }
}

static void
test_written_forms (void)
{
  static const struct
  {
    double value;
    const char *text;
  } cases[] = {
    { 0.1, "0.1" },
    { 1e-5, "1e-05" },
    { 1e16, "1e+16" },
    { 1e15, "1000000000000000" },
    { 0, "0" },
    { -0.0, "-0" },
    { 123456.789, "123456.789" },
    { 5e-324, "5e-324" },
    { 100, "100" },
    { 1.7976931348623157e308, "1.7976931348623157e+308" },
    { 0.0001, "0.0001" },
    { 2.2250738585072014e-308, "2.2250738585072014e-308" },
    { 9007199254740993, "9007199254740992" },
    { INFINITY, "inf" },
    { -INFINITY, "-inf" },
    { NAN, "nan" },
    { 1e100, "1e+100" },
    { 5.684341886080802e-14, "5.684341886080802e-14" },
  };
  char buffer[FS_NUMBER_SIZE];
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpstr (fs_number_write (cases[i].value, buffer), ==, cases[i].text);
  g_assert_cmpstr (fs_number_write_float (0.1f, buffer), ==, "0.1");
  g_assert_cmpstr (fs_number_write_float (16777216.0f, buffer), ==, "16777216");
  g_assert_cmpstr (fs_number_write_float (1e-45f, buffer), ==, "1e-45");
  g_assert_cmpstr (fs_number_write_float (3.4028235e38f, buffer), ==, "3.4028235e+38");
}

static void
test_floats_round_trip (void)
{
  FsRandom random = fs_random (4, FS_STREAM_GENERATOR, 0, 0);
  char buffer[FS_NUMBER_SIZE];
  for (int i = 0; i < 100000; i++)
    {
      guint32 bits = (guint32) fs_random_next (&random);
      float value, back;
      double read = 0;
      memcpy (&value, &bits, sizeof value);
      if (!isfinite (value))
        continue;
      fs_number_write_float (value, buffer);
      fs_number_read (buffer, strlen (buffer), &read);
      back = (float) read;
      g_assert_cmpmem (&back, sizeof back, &value, sizeof value);
      g_assert_cmpuint (strlen (buffer), <=, 17);
    }
}

static void
test_what_is_no_number (void)
{
  static const char *const words[] = { "",
                                       "-",
                                       "+",
                                       ".",
                                       "e5",
                                       "nan",
                                       "inf",
                                       "abc",
                                       "-.",
                                       ".e1",
                                       "+-1",
                                       "\xC2\xA0"
                                       "1" };
  double value;
  gint64 integer;
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_assert_cmpuint (fs_number_read (words[i], strlen (words[i]), &value), ==, 0);
      g_assert_false (fs_number_parse (words[i], &value));
    }
  g_assert_cmpuint (fs_number_read ("1e", 2, &value), ==, 1);
  g_assert_cmpuint (fs_number_read ("1e+x", 4, &value), ==, 1);
  g_assert_cmpuint (fs_number_read ("1.2.3", 5, &value), ==, 3);
  g_assert_cmpuint (fs_number_read ("12345", 3, &value), ==, 3);
  g_assert_cmpfloat (value, ==, 123);
  g_assert_false (fs_number_parse ("1 2", &value));
  g_assert_false (fs_number_parse ("1e400", &value));
  g_assert_true (fs_number_parse (" 1.5\n", &value));
  g_assert_true (fs_number_parse_integer ("-9223372036854775808", &integer));
  g_assert_cmpint (integer, ==, G_MININT64);
  g_assert_false (fs_number_parse_integer ("9223372036854775808", &integer));
  g_assert_false (fs_number_parse_integer ("1.0", &integer));
  g_assert_false (fs_number_parse_integer ("-", &integer));
}

/* The same in a locale with decimal commas, where the machine has one. */
static void
test_comma_locale (void)
{
  static const char *const locales[] = { "de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8",
                                         "ru_RU.UTF-8" };
  gboolean was_set = FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (locales) && !was_set; i++)
    was_set = setlocale (LC_NUMERIC, locales[i]) != NULL;
  if (!was_set)
    {
      g_test_skip ("no locale with a decimal comma is installed");
      return;
    }
  double value;
  char buffer[FS_NUMBER_SIZE];
  g_assert_cmpfloat (strtod ("1,5", NULL), ==, 1.5);
  g_assert_cmpuint (fs_number_read ("1.5", 3, &value), ==, 3);
  g_assert_cmpfloat (value, ==, 1.5);
  g_assert_cmpuint (fs_number_read ("1,5", 3, &value), ==, 1);
  g_assert_cmpstr (fs_number_write (1.5, buffer), ==, "1.5");
  setlocale (LC_NUMERIC, "C");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/number/hard-cases", test_hard_cases);
  g_test_add_func ("/number/borders", test_borders);
  g_test_add_func ("/number/random-decimals", test_random_decimals);
  g_test_add_func ("/number/short-with-fault", test_short_with_fault);
  g_test_add_func ("/number/round-trip", test_round_trip);
  g_test_add_func ("/number/written-forms", test_written_forms);
  g_test_add_func ("/number/floats", test_floats_round_trip);
  g_test_add_func ("/number/no-number", test_what_is_no_number);
  g_test_add_func ("/number/comma-locale", test_comma_locale);
  return g_test_run ();
}
