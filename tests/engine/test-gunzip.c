/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Unpacking gzip: whole, in several members, cut at every byte, damaged, and far too large. */

#include <glib.h>
#include <string.h>
#include <zlib.h>
#include "engine/base/gunzip.h"

static GByteArray *
pack (const char *text, gsize length)
{
  z_stream stream = { .next_in = (Bytef *) text, .avail_in = (uInt) length };
  g_assert_cmpint (deflateInit2 (&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), ==,
                   Z_OK);
  GByteArray *packed = g_byte_array_new ();
  g_byte_array_set_size (packed, (guint) deflateBound (&stream, (uLong) length));
  stream.next_out = packed->data;
  stream.avail_out = packed->len;
  g_assert_cmpint (deflate (&stream, Z_FINISH), ==, Z_STREAM_END);
  g_byte_array_set_size (packed, (guint) stream.total_out);
  deflateEnd (&stream);
  return packed;
}

static const char text[] = "t,v\n1,2.5\n2,3.5\n3,4.5\n";

static void
test_whole (void)
{
  g_autoptr (GByteArray) packed = pack (text, strlen (text));
  FsFileBytes file;
  g_assert_true (fs_gunzip_is_packed ((char *) packed->data, packed->len));
  g_assert_false (fs_gunzip_is_packed (text, strlen (text)));
  g_assert_false (fs_gunzip_is_packed ((char *) packed->data, 1));
  g_assert_cmpint (fs_gunzip (&file, "a.gz", (char *) packed->data, packed->len, NULL), ==, FS_OK);
  g_assert_cmpmem (file.bytes, file.n_bytes, text, strlen (text));
  fs_file_bytes_free (&file);

  /* Two members and padding are one file. */
  g_autoptr (GByteArray) both = pack (text, 4);
  g_autoptr (GByteArray) rest = pack (text + 4, strlen (text) - 4);
  const guint8 zeros[100] = { 0 };
  g_byte_array_append (both, rest->data, rest->len);
  g_byte_array_append (both, zeros, sizeof zeros);
  g_assert_cmpint (fs_gunzip (&file, "a.gz", (char *) both->data, both->len, NULL), ==, FS_OK);
  g_assert_cmpmem (file.bytes, file.n_bytes, text, strlen (text));
  fs_file_bytes_free (&file);
}

static void
test_cut_and_damaged (void)
{
  g_autoptr (GByteArray) packed = pack (text, strlen (text));
  FsFileBytes file;
  FsProblem problem;
  for (guint n = 2; n < packed->len; n++)
    {
      g_assert_cmpint (fs_gunzip (&file, "a.gz", (char *) packed->data, n, &problem), ==,
                       FS_MALFORMED);
      g_assert_nonnull (strstr (problem.allowed, "cut short"));
      g_assert_null (file.bytes);
    }
  packed->data[packed->len - 6] ^= 1; /* in the checksum */
  g_assert_cmpint (fs_gunzip (&file, "a.gz", (char *) packed->data, packed->len, &problem), ==,
                   FS_MALFORMED);
  g_assert_nonnull (strstr (problem.allowed, "damaged"));
}

static void
test_bomb (void)
{
  const gsize size = FS_GUNZIP_FREE + 1;
  g_autofree char *blanks = g_strnfill (size, ' ');
  FsFileBytes file;
  FsProblem problem;
  g_autoptr (GByteArray) bomb = pack (blanks, size);
  g_assert_cmpint (fs_gunzip (&file, "a.gz", (char *) bomb->data, bomb->len, &problem), ==,
                   FS_TOO_LARGE);
  g_assert_nonnull (strstr (problem.allowed, "20 times"));
  g_assert_null (file.bytes);
  g_autoptr (GByteArray) most = pack (blanks, size - 1);
  g_assert_cmpint (fs_gunzip (&file, "a.gz", (char *) most->data, most->len, &problem), ==, FS_OK);
  g_assert_cmpuint (file.n_bytes, ==, size - 1);
  fs_file_bytes_free (&file);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gunzip/whole", test_whole);
  g_test_add_func ("/gunzip/cut-and-damaged", test_cut_and_damaged);
  g_test_add_func ("/gunzip/bomb", test_bomb);
  return g_test_run ();
}
