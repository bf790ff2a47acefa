/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts in stretches; see csv-stream.h. */

#include "engine/series/csv-stream.h"

#include <stdlib.h>
#include <string.h>
#include "engine/series/csv-block.h"
#include "engine/series/text-encoding.h"
#include "engine/series/text-source.h"

void
fs_csv_stream_init_text (FsCsvStream *stream, const char *text, size_t n_bytes, size_t block_bytes)
{
  *stream = (FsCsvStream){
    .text = text, .n_bytes = n_bytes, .n_total = n_bytes, .block_bytes = block_bytes
  };
}

FsStatus
fs_csv_stream_init_file (FsCsvStream *stream,
                         const FsFileParts *file,
                         size_t block_bytes,
                         FsProblem *problem)
{
  *stream = (FsCsvStream){ .file = file,
                           .name = file->path,
                           .n_total = file->n_bytes,
                           .block_bytes = block_bytes,
                           .is_at_end = file->n_bytes == 0,
                           .problem = problem };
  FsStatus status = fs_csv_stream_next (stream, 4, 0);
  const bool has_mark =
      !status && stream->n_bytes >= 3 && memcmp (stream->text, "\xEF\xBB\xBF", 3) == 0;
  stream->begin = has_mark ? 3 : 0;
  return status;
}

/* Moves what is not yet cut to the front of the buffer and fills it up. A file that has become
 * shorter since it was opened is refused: its last row may be half of one. */
static FsStatus
fill_buffer (FsCsvStream *s, size_t wanted)
{
  size_t n_read = 0;
  const size_t n_left = s->n_bytes - s->begin;
  if (wanted <= n_left || s->is_at_end)
    return FS_OK;
  if (wanted > FS_CSV_MAX_BYTES) /* places of cells are numbers of 32 bits */
    return fs_problem (s->problem, FS_TOO_LARGE, s->name, NULL,
                       "a line or a quoted cell of 4 GB and more cannot be read");
  if (s->begin > 0)
    memmove (s->buffer, s->buffer + s->begin, n_left);
  s->n_passed += s->begin;
  s->n_checked -= s->begin < s->n_checked ? s->begin : s->n_checked;
  s->n_bytes = n_left;
  s->begin = 0;
  if (wanted > s->capacity)
    {
      char *buffer = realloc (s->buffer, wanted);
      if (!buffer)
        return fs_problem (s->problem, FS_OUT_OF_MEMORY, s->name, NULL, NULL);
      s->buffer = buffer;
      s->capacity = wanted;
    }
  s->text = s->buffer;
  const size_t at = s->n_passed + n_left, n_more = s->n_total - at;
  const size_t n = wanted - n_left < n_more ? wanted - n_left : n_more;
  FsStatus status = fs_file_parts_read (s->file, at, s->buffer + n_left, n, &n_read, s->problem);
  s->n_bytes += n_read;
  s->is_at_end = n_read < n || n == n_more;
  return !status && n_read < n ? fs_file_parts_shrank (s->file, s->problem) : status;
}

/* The bytes of the stretch that have not been looked at: whether they are text, and UTF-8. */
static FsStatus
check (FsCsvStream *s, size_t n_lines)
{
  const size_t from = s->n_checked > s->begin ? s->n_checked : s->begin;
  if (!s->file || from >= s->end)
    return FS_OK;
  const char *text = s->text + from;
  const size_t n = s->end - from;
  if (memchr (text, '\0', n) || fs_encoding_find_invalid (text, n) < n)
    {
      s->needs_whole = true;
      return FS_MALFORMED;
    }
  size_t first = 0, n_controls = fs_text_count_controls (text, n, &first);
  if (n_controls > 0 && s->n_control_bytes == 0)
    s->control_line = n_lines + fs_text_line_of (s->text + s->begin, from - s->begin + first);
  s->n_control_bytes += n_controls;
  s->n_checked = s->end;
  if (fs_text_has_too_many_controls (s->n_control_bytes, s->n_passed + s->end))
    {
      s->needs_whole = true;
      return FS_MALFORMED;
    }
  return FS_OK;
}

FsStatus
fs_csv_stream_next (FsCsvStream *s, size_t least, size_t n_lines)
{
  FsStatus status = FS_OK;
  size_t wanted = s->block_bytes > least ? s->block_bytes : least;
  for (;;)
    {
      const size_t n_behind = s->n_total - s->n_passed - s->begin;
      if (n_behind < wanted + wanted / 2) /* no short rest for the last stretch */
        wanted = n_behind;
      if (s->file && (status = fill_buffer (s, wanted)) != FS_OK)
        return status;
      s->end = s->begin + wanted < s->n_bytes ? s->begin + wanted : s->n_bytes;
      s->is_partial = s->end < s->n_bytes || (s->file && !s->is_at_end);
      if (!s->is_partial)
        break;
      const size_t end = fs_csv_block_whole_lines (s->text, s->begin, s->end);
      if (end > s->begin)
        {
          s->end = end;
          break;
        }
      wanted = 2 * (wanted > s->end - s->begin ? wanted : s->end - s->begin) + 1;
    }
  return check (s, n_lines);
}

void
fs_csv_stream_clear (FsCsvStream *stream)
{
  free (stream->buffer);
}
