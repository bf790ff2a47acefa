/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Reading weights, also from files that somebody forged: nothing in the header is believed before it
 * has been checked against the file's size. Writing is in safetensors.c. */

#include "engine/base/text.h"
#include "engine/lab/exchange/safetensors.h"

#include <json-glib/json-glib.h>
#include <string.h>
#include "engine/lab/json-text.h"
#include "engine/lab/lab-error.h"

/* The format's own limit on the header. */
#define MAX_HEADER_BYTES 100000000

#define LENGTH_BYTES 8
#define MAX_DIMENSIONS 8

#define FIRST_BIAS ".bias_ih_l0"
#define SECOND_BIAS ".bias_hh_l0"

/* One tensor as its file describes it, checked. */
typedef struct
{
  const char *name; /* the JSON tree's */
  const char *type;
  gsize shape[MAX_DIMENSIONS];
  guint n_dimensions;
  gsize begin, end; /* bytes of the buffer */
} Description;

typedef struct
{
  const char *name; /* of the file, for messages */
  const guint8 *buffer;
  gsize n_buffer;
  GArray *descriptions; /* by place in the buffer */
  GError **error;
} Reader;

static const struct
{
  const char *word;
  gsize n_bytes;
} types[] = { { "F64", 8 }, { "F32", 4 }, { "F16", 2 }, { "BF16", 2 }, { "I64", 8 },
              { "I32", 4 }, { "I16", 2 }, { "I8", 1 },  { "U64", 8 },  { "U32", 4 },
              { "U16", 2 }, { "U8", 1 },  { "BOOL", 1 } };

static gboolean G_GNUC_PRINTF (3, 4)
    refuse (Reader *reader, FsStatus status, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *reason = g_strdup_vprintf (fs_text (format), arguments);
  va_end (arguments);
  g_set_error (reader->error, FS_LAB_ERROR, (int) status,
               fs_text ("%s is not a weights file for this model: %s."), reader->name, reason);
  return FALSE;
}

/* A whole number from 0 that fits a size. */
static gboolean
read_size (JsonNode *node, gsize *size)
{
  if (!JSON_NODE_HOLDS_VALUE (node) || json_node_get_value_type (node) != G_TYPE_INT64
      || json_node_get_int (node) < 0)
    return FALSE;
  *size = (gsize) json_node_get_int (node);
  return TRUE;
}

static JsonArray *
get_array (JsonObject *object, const char *member)
{
  JsonNode *node = json_object_get_member (object, member);
  return node && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/* Bytes of the tensor by its type and shape; FALSE if there is no such type or number. */
static gboolean
count_bytes (const Description *description, gsize *n_bytes)
{
  *n_bytes = 0;
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].word, description->type))
      *n_bytes = types[i].n_bytes;
  if (*n_bytes == 0)
    return FALSE;
  for (guint i = 0; i < description->n_dimensions; i++)
    if (!g_size_checked_mul (n_bytes, *n_bytes, description->shape[i]))
      return FALSE;
  return TRUE;
}

static gboolean
describe (Reader *reader, const char *name, JsonNode *node, Description *description)
{
  description->name = name;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (reader, FS_MALFORMED, "its tensor %s is not described", name);
  JsonObject *object = json_node_get_object (node);
  JsonNode *type = json_object_get_member (object, "dtype");
  JsonArray *shape = get_array (object, "shape");
  JsonArray *offsets = get_array (object, "data_offsets");
  if (!type || json_node_get_value_type (type) != G_TYPE_STRING || !shape || !offsets
      || json_array_get_length (shape) > MAX_DIMENSIONS || json_array_get_length (offsets) != 2)
    return refuse (reader, FS_MALFORMED, "its tensor %s is not fully described", name);

  description->type = json_node_get_string (type);
  description->n_dimensions = json_array_get_length (shape);
  gboolean is_good = read_size (json_array_get_element (offsets, 0), &description->begin)
                     && read_size (json_array_get_element (offsets, 1), &description->end)
                     && description->begin <= description->end
                     && description->end <= reader->n_buffer;
  for (guint i = 0; is_good && i < description->n_dimensions; i++)
    is_good = read_size (json_array_get_element (shape, i), &description->shape[i]);
  gsize n_bytes;
  if (!is_good || !count_bytes (description, &n_bytes)
      || n_bytes != description->end - description->begin)
    return refuse (reader, FS_MALFORMED, "type, shape and place of its tensor %s do not agree",
                   name);
  return TRUE;
}

static gboolean
check_metadata (Reader *reader, JsonNode *node)
{
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return refuse (reader, FS_MALFORMED, "its metadata are no object");
  JsonObjectIter iter;
  const char *key;
  JsonNode *value;
  json_object_iter_init (&iter, json_node_get_object (node));
  while (json_object_iter_next (&iter, &key, &value))
    if (json_node_get_value_type (value) != G_TYPE_STRING)
      return refuse (reader, FS_MALFORMED, "its metadata hold something other than text");
  return TRUE;
}

static int
compare_places (gconstpointer left, gconstpointer right)
{
  const Description *a = left, *b = right;
  if (a->begin != b->begin)
    return a->begin < b->begin ? -1 : 1;
  return (a->end > b->end) - (a->end < b->end);
}

/* The tensors fill the buffer without gap or overlap. */
static gboolean
check_places (Reader *reader)
{
  gsize end = 0;
  for (guint i = 0; i < reader->descriptions->len; i++)
    {
      const Description *description = &g_array_index (reader->descriptions, Description, i);
      if (description->begin != end)
        return refuse (reader, FS_MALFORMED, "its tensor %s leaves a gap or overlaps another",
                       description->name);
      end = description->end;
    }
  if (end != reader->n_buffer)
    return refuse (reader, FS_MALFORMED, "it ends with bytes that belong to no tensor");
  return TRUE;
}

static gboolean
read_header (Reader *reader, JsonNode *root)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;
  json_object_iter_init (&iter, json_node_get_object (root));
  while (json_object_iter_next (&iter, &name, &node))
    {
      Description description = { 0 };
      if (g_str_equal (name, "__metadata__"))
        {
          if (!check_metadata (reader, node))
            return FALSE;
          continue;
        }
      if (!describe (reader, name, node, &description))
        return FALSE;
      g_array_append_val (reader->descriptions, description);
    }
  g_array_sort (reader->descriptions, compare_places);
  return check_places (reader);
}

/* ---- into the block ---- */

static const FsTensor *
find_tensor (const FsTensorTable *tensors, const char *name)
{
  for (gsize i = 0; i < tensors->n_tensors; i++)
    if (g_str_equal (tensors->tensors[i].name, name))
      return &tensors->tensors[i];
  return NULL;
}

/* The first bias a second one adds to; NULL if `name` is none. */
static const FsTensor *
find_first_bias (const FsTensorTable *tensors, const char *name)
{
  const char *bias = strstr (name, SECOND_BIAS);
  if (!bias)
    return NULL;
  g_autofree char *first = g_strdup_printf ("%.*s" FIRST_BIAS "%s", (int) (bias - name), name,
                                            bias + strlen (SECOND_BIAS));
  return find_tensor (tensors, first);
}

static gboolean
has_shape_of (const Description *description, const FsTensor *tensor)
{
  if (tensor->role == FS_TENSOR_BIAS)
    return description->n_dimensions == 1 && description->shape[0] == tensor->rows;
  return description->n_dimensions == 2 && description->shape[0] == tensor->rows
         && description->shape[1] == tensor->cols;
}

static void
add_values (FsReal *values, const guint8 *bytes, gsize n)
{
  for (gsize k = 0; k < n; k++)
    {
      guint32 bits;
      float number;
      memcpy (&bits, bytes + 4 * k, sizeof bits);
      bits = GUINT32_FROM_LE (bits);
      memcpy (&number, &bits, sizeof number);
      values[k] += (FsReal) number;
    }
}

static gboolean
fill (Reader *reader, const FsTensorTable *tensors, FsReal *values)
{
  memset (values, 0, tensors->size * sizeof *values);
  gsize n_found = 0;
  for (guint i = 0; i < reader->descriptions->len; i++)
    {
      const Description *description = &g_array_index (reader->descriptions, Description, i);
      const FsTensor *tensor = find_tensor (tensors, description->name);
      n_found += tensor != NULL;
      if (!tensor)
        tensor = find_first_bias (tensors, description->name);
      if (!tensor)
        return refuse (reader, FS_MISMATCH, "the model has no tensor %s", description->name);
      if (!g_str_equal (description->type, "F32"))
        return refuse (reader, FS_MISMATCH, "its tensor %s is %s, and only F32 is read",
                       description->name, description->type);
      if (!has_shape_of (description, tensor))
        return refuse (reader, FS_MISMATCH,
                       "its tensor %s has another shape than the model's, %zu by %zu",
                       description->name, tensor->rows, tensor->cols);
      add_values (values + tensor->offset, reader->buffer + description->begin,
                  tensor->rows * tensor->cols);
    }
  if (n_found < tensors->n_tensors)
    return refuse (reader, FS_MISMATCH, "it holds %zu of the model's %zu tensors", n_found,
                   tensors->n_tensors);
  return TRUE;
}

gboolean
fs_safetensors_parse (const FsTensorTable *tensors,
                      FsReal *values,
                      const void *bytes,
                      gsize n_bytes,
                      const char *name,
                      GError **error)
{
  Reader reader = { .name = name, .error = error };
  guint64 length;
  if (n_bytes < LENGTH_BYTES)
    return refuse (&reader, FS_MALFORMED, "it is shorter than its own header");
  memcpy (&length, bytes, sizeof length);
  length = GUINT64_FROM_LE (length);
  if (length > MAX_HEADER_BYTES || length > n_bytes - LENGTH_BYTES)
    return refuse (&reader, FS_MALFORMED, "it is shorter than its own header");
  const char *header = (const char *) bytes + LENGTH_BYTES;
  if (length == 0 || header[0] != '{' || !g_utf8_validate (header, (gssize) length, NULL))
    return refuse (&reader, FS_MALFORMED, "its header is no JSON");

  /* Strict first: json-glib takes a name twice, and any depth. */
  g_autoptr (GHashTable) marks = fs_json_check (header, (gsize) length, name, error);
  if (!marks)
    return FALSE;
  g_autoptr (JsonParser) parser = json_parser_new ();
  if (!json_parser_load_from_data (parser, header, (gssize) length, NULL))
    return refuse (&reader, FS_MALFORMED, "its header is no JSON");

  reader.buffer = (const guint8 *) header + length;
  reader.n_buffer = n_bytes - LENGTH_BYTES - (gsize) length;
  g_autoptr (GArray) descriptions = g_array_new (FALSE, TRUE, sizeof (Description));
  reader.descriptions = descriptions;
  return read_header (&reader, json_parser_get_root (parser)) && fill (&reader, tensors, values);
}
