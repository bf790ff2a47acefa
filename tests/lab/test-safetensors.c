/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Weights files: the exact layout, the way back, and the refusal of everything malformed. */

#include <glib.h>
#include <json-glib/json-glib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/exchange/safetensors.h"
#include "engine/lab/lab-error.h"

/* An LSTM of one unit on two inputs and a dense layer: 4×2, 4×1, 4; 1×1, 1. */
static FsTensorTable
small_table (void)
{
  FsTensorTable table = { .n_tensors = 5, .size = 5 * 16, .n_parameters = 18 };
  const struct
  {
    const char *name;
    size_t rows, cols;
    FsTensorRole role;
  } rows[] = { { "layers.0.weight_ih_l0", 4, 2, FS_TENSOR_KERNEL },
               { "layers.0.weight_hh_l0", 4, 1, FS_TENSOR_RECURRENT },
               { "layers.0.bias_ih_l0", 4, 1, FS_TENSOR_BIAS },
               { "layers.1.weight", 1, 1, FS_TENSOR_KERNEL },
               { "layers.1.bias", 1, 1, FS_TENSOR_BIAS } };
  for (size_t i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      FsTensor *tensor = &table.tensors[i];
      g_strlcpy (tensor->name, rows[i].name, sizeof tensor->name);
      tensor->rows = rows[i].rows;
      tensor->cols = rows[i].cols;
      tensor->role = rows[i].role;
      tensor->offset = 16 * i;
    }
  return table;
}

static void
fill_values (FsReal values[80], const FsTensorTable *table)
{
  memset (values, 0, 80 * sizeof values[0]);
  for (size_t i = 0; i < table->n_tensors; i++)
    for (size_t k = 0; k < table->tensors[i].rows * table->tensors[i].cols; k++)
      values[table->tensors[i].offset + k] = (FsReal) (0.1 * (double) (i + 1) - (double) k / 3);
}

static GBytes *
small_file (void)
{
  FsTensorTable table = small_table ();
  FsReal values[80];
  fill_values (values, &table);
  FsExperiment experiment = fs_experiment_default ();
  GBytes *bytes = fs_safetensors_to_bytes (&table, values, &experiment, NULL);
  g_assert_nonnull (bytes);
  return bytes;
}

static JsonNode *
header_of (GBytes *bytes, gsize *n_header)
{
  gsize n_bytes;
  const char *data = g_bytes_get_data (bytes, &n_bytes);
  guint64 length;
  memcpy (&length, data, 8);
  *n_header = (gsize) GUINT64_FROM_LE (length);
  g_assert_cmpuint (8 + *n_header, <=, n_bytes);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_assert_true (json_parser_load_from_data (parser, data + 8, (gssize) *n_header, NULL));
  return json_parser_steal_root (parser);
}

static void
test_layout (void)
{
  g_autoptr (GBytes) bytes = small_file ();
  gsize n_header;
  g_autoptr (JsonNode) root = header_of (bytes, &n_header);
  g_assert_cmpuint (n_header % 8, ==, 0);
  /* 18 parameters and the four zeros of the second bias. */
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 8 + n_header + 4 * 22);

  static const struct
  {
    const char *name;
    const char *json;
  } expected[] = {
    { "layers.0.bias_hh_l0", "{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[0,16]}" },
    { "layers.0.bias_ih_l0", "{\"dtype\":\"F32\",\"shape\":[4],\"data_offsets\":[16,32]}" },
    { "layers.0.weight_hh_l0", "{\"dtype\":\"F32\",\"shape\":[4,1],\"data_offsets\":[32,48]}" },
    { "layers.0.weight_ih_l0", "{\"dtype\":\"F32\",\"shape\":[4,2],\"data_offsets\":[48,80]}" },
    { "layers.1.bias", "{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[80,84]}" },
    { "layers.1.weight", "{\"dtype\":\"F32\",\"shape\":[1,1],\"data_offsets\":[84,88]}" },
  };
  JsonObject *header = json_node_get_object (root);
  g_assert_cmpuint (json_object_get_size (header), ==, G_N_ELEMENTS (expected) + 1);
  for (size_t i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      JsonNode *node = json_object_get_member (header, expected[i].name);
      g_assert_nonnull (node);
      g_autofree char *json = json_to_string (node, FALSE);
      g_assert_cmpstr (json, ==, expected[i].json);
    }
  JsonObject *metadata = json_object_get_object_member (header, "__metadata__");
  g_assert_cmpstr (json_object_get_string_member (metadata, "format"), ==, "pt");
  const char *architecture = json_object_get_string_member (metadata, "architecture");
  g_assert_nonnull (strstr (architecture, "\"layers\""));

  const guint8 *zeros = (const guint8 *) g_bytes_get_data (bytes, NULL) + 8 + n_header;
  for (int i = 0; i < 16; i++)
    g_assert_cmpuint (zeros[i], ==, 0);
  /* layers.1.weight: 0.4 in IEEE single, little endian. */
  static const guint8 last[4] = { 0xcd, 0xcc, 0xcc, 0x3e };
  g_assert_cmpmem (zeros + 84, 4, last, 4);
}

static void
test_there_and_back (void)
{
  g_autoptr (GBytes) bytes = small_file ();
  FsTensorTable table = small_table ();
  FsReal expected[80], values[80];
  fill_values (expected, &table);
  for (size_t i = 0; i < 80; i++)
    values[i] = 77;
  gsize n;
  const void *data = g_bytes_get_data (bytes, &n);
  g_autoptr (GError) error = NULL;
  g_assert_true (fs_safetensors_parse (&table, values, data, n, "a.safetensors", &error));
  g_assert_no_error (error);
  g_assert_cmpmem (values, sizeof values, expected, sizeof expected);
}

/* A file with this header and so many bytes of buffer, all of value 1. */
static gboolean
parse_header (const char *header, gsize n_buffer, GError **error)
{
  gsize n_header = strlen (header);
  g_autofree guint8 *file = g_malloc (8 + n_header + n_buffer);
  guint64 length = GUINT64_TO_LE ((guint64) n_header);
  memcpy (file, &length, 8);
  memcpy (file + 8, header, n_header);
  memset (file + 8 + n_header, 1, n_buffer);
  FsTensorTable table = small_table ();
  table.n_tensors = 1;
  table.tensors[0] = table.tensors[3]; /* layers.1.weight, 1×1 */
  table.tensors[0].offset = 0;
  FsReal values[80];
  return fs_safetensors_parse (&table, values, file, 8 + n_header + n_buffer, "x", error);
}

#define ONE(dtype, shape, offsets) \
  "{\"layers.1.weight\":{\"dtype\":" dtype ",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void
test_malformed (void)
{
  static const struct
  {
    const char *header;
    gsize n_buffer;
    gboolean is_good;
  } cases[] = {
    { ONE ("\"F32\"", "[1,1]", "[0,4]") "}", 4, TRUE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") "}   ", 4, TRUE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") ",\"__metadata__\":{\"a\":\"b\"}}", 4, TRUE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") ",\"__metadata__\":{\"a\":1}}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") ",\"__metadata__\":7}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") "}", 3, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") "}", 5, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[1,5]") "}", 5, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[4,0]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,4,4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,-4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,4.0]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[1]", "[0,4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[2,1]", "[0,4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[2,1]", "[0,8]") "}", 8, FALSE },
    { ONE ("\"F32\"", "[4294967296,4294967296]", "[0,4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, FALSE },
    { ONE ("\"F16\"", "[1,1]", "[0,2]") "}", 2, FALSE },
    { ONE ("\"X32\"", "[1,1]", "[0,4]") "}", 4, FALSE },
    { ONE ("32", "[1,1]", "[0,4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "{}", "[0,4]") "}", 4, FALSE },
    { ONE ("\"F32\"", "[1,1]", "[0,4]") ",\"layers.1.weight\":{\"dtype\":\"F32\",\"shape\":[1,1],"
                                        "\"data_offsets\":[4,8]}}",
      8, FALSE },
    { ONE ("\"F32\"", "[1,1]",
           "[0,4]") ",\"extra\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
      8, FALSE },
    { ONE ("\"F32\"", "[1,1]",
           "[0,4]") ",\"extra\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[2,6]}}",
      6, FALSE },
    { "{\"layers.1.weight\":{\"dtype\":\"F32\",\"shape\":[1,1]}}", 4, FALSE },
    { "{\"layers.1.weight\":null}", 0, FALSE },
    { "{}", 0, FALSE },
    { "[]", 0, FALSE },
    { "", 0, FALSE },
    { " {}", 0, FALSE },
    { "{\"\xff\":1}", 0, FALSE },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean is_good = parse_header (cases[i].header, cases[i].n_buffer, &error);
      if (is_good != cases[i].is_good)
        g_error ("case %zu: %s", i, cases[i].header);
      g_assert_true (is_good == (error == NULL));
      if (error)
        g_assert_true (g_str_has_suffix (error->message, "."));
    }
}

static void
test_forged_lengths (void)
{
  FsTensorTable table = small_table ();
  FsReal values[80];
  const guint64 lengths[] = { 0, 1, 9, 100000001, G_MAXUINT64, G_MAXUINT64 - 7 };
  for (size_t i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      guint8 file[16] = { 0 };
      guint64 length = GUINT64_TO_LE (lengths[i]);
      memcpy (file, &length, 8);
      memcpy (file + 8, "{}      ", 8);
      g_autoptr (GError) error = NULL;
      g_assert_false (fs_safetensors_parse (&table, values, file, sizeof file, "x", &error));
      g_assert_nonnull (error);
    }
}

/* Cut anywhere, or with any byte of the header changed, a file is read or refused, nothing else. */
static void
test_cut_and_flipped (void)
{
  g_autoptr (GBytes) bytes = small_file ();
  gsize n, n_header;
  const guint8 *data = g_bytes_get_data (bytes, &n);
  g_autoptr (JsonNode) root = header_of (bytes, &n_header);
  FsTensorTable table = small_table ();
  FsReal values[80];
  for (gsize length = 0; length < n; length++)
    {
      g_autofree guint8 *cut = g_memdup2 (data, length);
      g_autoptr (GError) error = NULL;
      g_assert_false (fs_safetensors_parse (&table, values, cut, length, "x", &error));
      g_assert_nonnull (error);
    }
  for (gsize at = 0; at < 8 + n_header; at++)
    {
      g_autofree guint8 *flipped = g_memdup2 (data, n);
      flipped[at] ^= (guint8) (1u << at % 8);
      g_autoptr (GError) error = NULL;
      gboolean is_good = fs_safetensors_parse (&table, values, flipped, n, "x", &error);
      g_assert_true (is_good == (error == NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/safetensors/layout", test_layout);
  g_test_add_func ("/safetensors/there-and-back", test_there_and_back);
  g_test_add_func ("/safetensors/malformed", test_malformed);
  g_test_add_func ("/safetensors/forged-lengths", test_forged_lengths);
  g_test_add_func ("/safetensors/cut-and-flipped", test_cut_and_flipped);
  return g_test_run ();
}
