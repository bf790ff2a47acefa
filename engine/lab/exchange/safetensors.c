/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Writing weights; see safetensors.h. What the tensors mean is their table's matter. */

#include "engine/lab/exchange/safetensors.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include "engine/base/text.h"
#include "engine/lab/experiment-file.h"
#include "engine/lab/lab-error.h"

#define LENGTH_BYTES 8

#define FIRST_BIAS ".bias_ih_l0"
#define SECOND_BIAS ".bias_hh_l0"

/* One tensor of a file. */
typedef struct
{
  char name[sizeof ((FsTensor *) 0)->name];
  const FsTensor *tensor;  /* the table's */
  gboolean is_second_bias; /* zeros of the tensor's shape */
} Entry;

static guint32
float_to_little_endian (FsReal value)
{
  float number = (float) value;
  guint32 bits;
  memcpy (&bits, &number, sizeof bits);
  return GUINT32_TO_LE (bits);
}

static gsize
tensor_n (const FsTensor *tensor)
{
  return tensor->rows * tensor->cols;
}

static int
compare_entries (gconstpointer left, gconstpointer right)
{
  return strcmp (((const Entry *) left)->name, ((const Entry *) right)->name);
}

/* What a file of this table holds, in the file's order: by name, since all are of one type. */
static GArray *
list_entries (const FsTensorTable *tensors)
{
  GArray *entries = g_array_new (FALSE, TRUE, sizeof (Entry));
  for (gsize i = 0; i < tensors->n_tensors; i++)
    {
      Entry entry = { .tensor = &tensors->tensors[i] };
      g_strlcpy (entry.name, entry.tensor->name, sizeof entry.name);
      g_array_append_val (entries, entry);
      char *bias = strstr (entry.name, FIRST_BIAS);
      if (!bias)
        continue;
      memcpy (bias, SECOND_BIAS, strlen (SECOND_BIAS)); /* "_reverse" may follow */
      if (fs_tensor_table_find (tensors, entry.name))
        continue; /* a GRU has a second bias of its own */
      entry.is_second_bias = TRUE;
      g_array_append_val (entries, entry);
    }
  g_array_sort (entries, compare_entries);
  return entries;
}

/* ---- writing ---- */

/* The "model" object of the experiment file. */
static char *
architecture_json (const char *experiment_json)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, experiment_json, -1, NULL))
    return g_strdup ("{}");
  JsonObject *root = json_node_get_object (json_parser_get_root (parser));
  JsonNode *model = json_object_get_member (root, "model");
  return model ? json_to_string (model, FALSE) : g_strdup ("{}");
}

static void
build_metadata (JsonBuilder *builder, const FsExperiment *experiment)
{
  g_autofree char *experiment_json = fs_experiment_file_to_json (experiment);
  g_autofree char *architecture = architecture_json (experiment_json);
  json_builder_set_member_name (builder, "__metadata__");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "format");
  json_builder_add_string_value (builder, "pt");
  json_builder_set_member_name (builder, "fitscope");
  json_builder_add_string_value (builder, "1");
  json_builder_set_member_name (builder, "architecture");
  json_builder_add_string_value (builder, architecture);
  json_builder_set_member_name (builder, "experiment");
  json_builder_add_string_value (builder, experiment_json);
  json_builder_end_object (builder);
}

/* A vector has one dimension there, whatever its table says; a matrix of one column keeps two. */
static void
build_tensor (JsonBuilder *builder, const Entry *entry, gsize begin)
{
  const FsTensor *tensor = entry->tensor;
  json_builder_set_member_name (builder, entry->name);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "dtype");
  json_builder_add_string_value (builder, "F32");
  json_builder_set_member_name (builder, "shape");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64) tensor->rows);
  if (tensor->role != FS_TENSOR_BIAS)
    json_builder_add_int_value (builder, (gint64) tensor->cols);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "data_offsets");
  json_builder_begin_array (builder);
  json_builder_add_int_value (builder, (gint64) begin);
  json_builder_add_int_value (builder, (gint64) (begin + 4 * tensor_n (tensor)));
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* Rows × columns in table order, without the block's padding. */
static guint8 *
put_values (guint8 *to, const Entry *entry, const FsReal *values)
{
  for (gsize k = 0; k < tensor_n (entry->tensor); k++, to += 4)
    {
      FsReal value = entry->is_second_bias ? 0 : values[entry->tensor->offset + k];
      guint32 bits = float_to_little_endian (value);
      memcpy (to, &bits, sizeof bits);
    }
  return to;
}

static char *
make_header (const GArray *entries, const FsExperiment *experiment, gsize *n_data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  build_metadata (builder, experiment);
  *n_data = 0;
  for (guint i = 0; i < entries->len; i++)
    {
      const Entry *entry = &g_array_index (entries, Entry, i);
      build_tensor (builder, entry, *n_data);
      *n_data += 4 * tensor_n (entry->tensor);
    }
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

GBytes *
fs_safetensors_to_bytes (const FsTensorTable *tensors,
                         const FsReal *values,
                         const FsExperiment *experiment,
                         GError **error)
{
  g_autoptr (GArray) entries = list_entries (tensors);
  gsize n_data;
  g_autofree char *header = make_header (entries, experiment, &n_data);
  gsize n_header = strlen (header), n_padded = (n_header + 7) / 8 * 8;
  gsize n_bytes = LENGTH_BYTES + n_padded + n_data;
  guint8 *file = g_try_malloc (n_bytes);
  if (!file)
    {
      g_set_error (error, FS_LAB_ERROR, FS_OUT_OF_MEMORY,
                   fs_text ("There is not enough memory to write the weights (%zu bytes)."),
                   n_bytes);
      return NULL;
    }
  guint64 length = GUINT64_TO_LE ((guint64) n_padded);
  memcpy (file, &length, LENGTH_BYTES);
  memset (file + LENGTH_BYTES, ' ', n_padded);
  memcpy (file + LENGTH_BYTES, header, n_header);
  guint8 *to = file + LENGTH_BYTES + n_padded;
  for (guint i = 0; i < entries->len; i++)
    to = put_values (to, &g_array_index (entries, Entry, i), values);
  return g_bytes_new_take (file, n_bytes);
}
