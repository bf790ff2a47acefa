/* SPDX-License-Identifier: GPL-3.0-or-later */

/* TensorBoard event files: records of a protocol buffer each, from which the scalars with the names of
 * losses are taken; see logs.h. Read by hand, for four fields of three messages are all there is to
 * know: Event {step = 2, summary = 5}, Summary {value = 1}, Value {tag = 1, simple_value = 2,
 * tensor = 8}, TensorProto {dtype = 1, tensor_content = 4, float_val = 5, double_val = 6}. */

#include <math.h>
#include <string.h>
#include "engine/lab/exchange/log-rows.h"

/* A record: length (8 bytes), its masked CRC-32C (4), the event, its masked CRC-32C (4). */
#define RECORD_HEAD 12
#define RECORD_TAIL 4

typedef struct
{
  const guchar *at, *end;
} Bytes;

/* One field of a message: a varint or fixed number in `number`, or a part of the bytes. */
typedef struct
{
  guint id, wire;
  guint64 number;
  Bytes bytes;
} Field;

static guint32
masked_crc (const guchar *bytes, gsize length)
{
  guint32 crc = 0xffffffffu;
  for (gsize i = 0; i < length; i++)
    {
      crc ^= bytes[i];
      for (int bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? 0x82f63b78u : 0);
    }
  crc = ~crc;
  return (crc >> 15 | crc << 17) + 0xa282ead8u;
}

static guint64
read_little_endian (const guchar *bytes, guint n)
{
  guint64 number = 0;
  for (guint i = n; i-- > 0;)
    number = number << 8 | bytes[i];
  return number;
}

static gboolean
read_varint (Bytes *bytes, guint64 *number)
{
  *number = 0;
  for (guint shift = 0; shift < 64 && bytes->at < bytes->end; shift += 7)
    {
      guchar byte = *bytes->at++;
      *number |= (guint64) (byte & 0x7f) << shift;
      if (byte < 0x80)
        return TRUE;
    }
  return FALSE;
}

/* FALSE at the end and at what is no field. */
static gboolean
next_field (Bytes *message, Field *field)
{
  guint64 key, length = 0;
  if (!read_varint (message, &key))
    return FALSE;
  field->id = (guint) (key >> 3);
  field->wire = (guint) (key & 7);
  if (field->wire == 0)
    return read_varint (message, &field->number);
  if (field->wire == 2 && !read_varint (message, &length))
    return FALSE;
  if (field->wire == 1 || field->wire == 5)
    length = field->wire == 1 ? 8 : 4;
  else if (field->wire != 2)
    return FALSE;
  if (length > (guint64) (message->end - message->at))
    return FALSE;
  field->bytes = (Bytes){ message->at, message->at + length };
  if (field->wire != 2)
    field->number = read_little_endian (message->at, (guint) length);
  message->at += length;
  return TRUE;
}

static double
as_float (guint64 number)
{
  guint32 bits = (guint32) number;
  float value;
  memcpy (&value, &bits, sizeof value);
  return value;
}

static double
as_double (guint64 number)
{
  double value;
  memcpy (&value, &number, sizeof value);
  return value;
}

/* The single number of a tensor; NaN-free: FALSE when it holds none. */
static gboolean
read_tensor (Bytes tensor, double *value)
{
  gboolean is_double = FALSE, found = FALSE;
  Field field;
  while (next_field (&tensor, &field))
    {
      gsize length = field.wire == 2 ? (gsize) (field.bytes.end - field.bytes.at) : 0;
      if (field.id == 1 && field.wire == 0)
        is_double = field.number == 2;
      else if (field.id == 4 || field.id == 5 || field.id == 6)
        {
          gboolean is_wide = field.id == 6 || (field.id == 4 && is_double);
          guint64 number = field.number;
          if (field.wire == 2 && length != (is_wide ? 8 : 4))
            continue;
          if (field.wire == 2)
            number = read_little_endian (field.bytes.at, is_wide ? 8 : 4);
          *value = is_wide ? as_double (number) : as_float (number);
          found = TRUE;
        }
    }
  return found;
}

static void
add_value (GArray *rows, double step, Bytes message)
{
  g_autofree char *tag = NULL;
  double value = 0;
  gboolean has_value = FALSE;
  FsLogRow row = { .has = { [FS_LOG_EPOCH] = TRUE }, .values = { [FS_LOG_EPOCH] = step } };
  Field field;
  while (next_field (&message, &field))
    if (field.id == 1 && field.wire == 2 && !tag)
      tag = g_strndup ((const char *) field.bytes.at, (gsize) (field.bytes.end - field.bytes.at));
    else if (field.id == 2 && field.wire == 5)
      {
        value = as_float (field.number);
        has_value = TRUE;
      }
    else if (field.id == 8 && field.wire == 2)
      has_value = read_tensor (field.bytes, &value);
  for (guint i = FS_LOG_TRAIN; tag && has_value && i < FS_LOG_N_FIELDS; i++)
    if (fs_log_field_fit ((FsLogField) i, tag) > 0)
      {
        row.has[i] = TRUE;
        row.values[i] = value;
      }
  g_array_append_val (rows, row);
}

static void
add_event (GArray *rows, Bytes event)
{
  Bytes summary = { NULL, NULL };
  double step = 0;
  Field field;
  while (next_field (&event, &field))
    if (field.id == 2 && field.wire == 0)
      step = (double) (gint64) field.number;
    else if (field.id == 5 && field.wire == 2)
      summary = field.bytes;
  while (summary.at && next_field (&summary, &field))
    if (field.id == 1 && field.wire == 2)
      add_value (rows, step, field.bytes);
}

gboolean
fs_log_is_events (const char *text, gsize length)
{
  const guchar *bytes = (const guchar *) text;
  return length >= RECORD_HEAD && read_little_endian (bytes + 8, 4) == masked_crc (bytes, 8);
}

static int
compare_steps (gconstpointer a, gconstpointer b)
{
  double first = ((const FsLogRow *) a)->values[FS_LOG_EPOCH];
  double second = ((const FsLogRow *) b)->values[FS_LOG_EPOCH];
  return (first > second) - (first < second);
}

/* Steps are epochs where each is next to the one before. Where the validation loss comes every so many
 * steps, an epoch is what lies between two of them, and is counted. */
static void
number_epochs (GArray *rows)
{
  double epoch = 1, last = NAN;
  gboolean has_validation = FALSE, is_epochs = TRUE;
  for (guint i = 0; i < rows->len; i++)
    has_validation |= g_array_index (rows, FsLogRow, i).has[FS_LOG_VALIDATION];
  for (guint i = 0; i < rows->len; i++)
    {
      const FsLogRow *row = &g_array_index (rows, FsLogRow, i);
      if (!row->has[has_validation ? FS_LOG_VALIDATION : FS_LOG_TRAIN])
        continue;
      is_epochs &= isnan (last) || row->values[FS_LOG_EPOCH] - last <= 1;
      last = row->values[FS_LOG_EPOCH];
    }
  last = NAN;
  for (guint i = 0; !is_epochs && i < rows->len; i++)
    {
      FsLogRow *row = &g_array_index (rows, FsLogRow, i);
      double step = row->values[FS_LOG_EPOCH];
      if (!isnan (last) && step > last)
        {
          epoch++;
          last = NAN;
        }
      if (row->has[has_validation ? FS_LOG_VALIDATION : FS_LOG_TRAIN])
        last = step;
      row->values[FS_LOG_EPOCH] = epoch;
    }
}

gboolean
fs_log_parse_events (FsLog *log, const char *text, gsize length, const char *name, GError **error)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (FsLogRow));
  const guchar *at = (const guchar *) text, *end = at + length;
  while (end - at >= RECORD_HEAD + RECORD_TAIL)
    {
      guint64 size = read_little_endian (at, 8);
      /* The last record of a program that is still writing, or that was killed, may be cut short. */
      if (size > (guint64) (end - at - RECORD_HEAD - RECORD_TAIL))
        break;
      const guchar *event = at + RECORD_HEAD;
      if (read_little_endian (at + 8, 4) != masked_crc (at, 8)
          || read_little_endian (event + size, 4) != masked_crc (event, size))
        {
          FsProblem problem;
          fs_problem (&problem, FS_MALFORMED, name, NULL, "the events are damaged");
          return fs_lab_error_take (error, &problem);
        }
      add_event (rows, (Bytes){ event, event + size });
      at = event + size + RECORD_TAIL;
    }
  g_array_sort (rows, compare_steps);
  number_epochs (rows);
  return fs_log_merge (log, rows, name, error);
}
