/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which reader a file needs; see read.h. */

#include "engine/series/read.h"

#include <stdlib.h>
#include <string.h>
#include "engine/base/file-bytes.h"
#include "engine/base/gunzip.h"
#include "engine/series/arff.h"
#include "engine/series/csv.h"
#include "engine/series/json-lines.h"
#include "engine/series/npy.h"
#include "engine/series/text-source.h"
#include "engine/series/ts-file.h"
#include "engine/series/tsf-file.h"

/* Shorter files are read whole, which is simpler; and so many bytes tell what kind a file is of. */
#define BYTES_WORTH_PARTS ((size_t) 4 << 20)
#define HEAD_BYTES ((size_t) 64 << 10)

/* Each kind of file says for itself whether a file is of it; whatever is nothing else is delimited
 * text, whose reader refuses what is no text. */
static const struct
{
  bool (*is) (const char *bytes, size_t n_bytes);
  FsStatus (*read) (FsFrameBuilder *builder,
                    const char *name,
                    const char *bytes,
                    size_t n_bytes,
                    const FsReadOptions *options,
                    FsProblem *problem);
} kinds[] = {
  { fs_npy_is, fs_npy_read },
  { fs_npz_is, fs_npz_read },
  { fs_json_lines_is, fs_json_lines_read },
  { fs_arff_is, fs_arff_read },
  { fs_ts_is, fs_ts_read },
  { fs_tsf_is, fs_tsf_read },
};
#define N_KINDS (sizeof kinds / sizeof kinds[0])

FsImport
fs_import_default (void)
{
  return (FsImport){ .skip_rows = FS_AUTO };
}

bool
fs_import_is_equal (const FsImport *left, const FsImport *right)
{
  return left->delimiter == right->delimiter && left->decimal == right->decimal
         && left->header == right->header && left->dates == right->dates
         && left->encoding == right->encoding && left->skip_rows == right->skip_rows
         && strcmp (left->missing, right->missing) == 0 && strcmp (left->table, right->table) == 0;
}

/* A packed file is read as what is in it. */
static FsStatus
unpack (FsFrameBuilder *builder,
        FsFileBytes *unpacked,
        const char *name,
        const char **bytes,
        size_t *n_bytes,
        FsProblem *problem)
{
  if (!fs_gunzip_is_packed (*bytes, *n_bytes))
    return FS_OK;
  FsStatus status = fs_gunzip (unpacked, name, *bytes, *n_bytes, problem);
  if (status)
    return status;
  fs_builder_decide (builder, "packing", "gzip", "%zu bytes hold %zu", *n_bytes, unpacked->n_bytes);
  *bytes = unpacked->bytes;
  *n_bytes = unpacked->n_bytes;
  return FS_OK;
}

FsStatus
fs_frame_read (FsFrame **frame,
               const char *name,
               const char *bytes,
               size_t n_bytes,
               const FsReadOptions *options,
               FsProblem *problem)
{
  static const FsReadOptions plain = { 0 };
  FsFrameBuilder builder = { .frame = calloc (1, sizeof *builder.frame) };
  FsFileBytes unpacked = { 0 };
  *frame = NULL;
  if (!builder.frame)
    return fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  FsStatus status = unpack (&builder, &unpacked, name, &bytes, &n_bytes, problem);
  size_t kind = 0;
  while (!status && kind < N_KINDS && !kinds[kind].is (bytes, n_bytes))
    kind++;
  options = options ? options : &plain;
  if (!status)
    status = kind < N_KINDS ? kinds[kind].read (&builder, name, bytes, n_bytes, options, problem)
                            : fs_csv_read (&builder, name, bytes, n_bytes, options, problem);
  if (!status && builder.is_out_of_memory)
    status = fs_problem (problem, FS_OUT_OF_MEMORY, name, NULL, NULL);
  if (!status)
    fs_builder_finish (&builder);
  fs_file_bytes_free (&unpacked);
  if (status)
    fs_frame_free (builder.frame);
  else
    *frame = builder.frame;
  return status;
}

/* Whether the file can be read part by part: it is long, and by its first bytes it is delimited text. */
static FsStatus
is_for_parts (const FsFileParts *file, const FsReadOptions *options, bool *is, FsProblem *problem)
{
  FsStatus status = FS_OK;
  *is = file->n_bytes >= (options->block_bytes ? options->block_bytes : BYTES_WORTH_PARTS);
  if (!*is)
    return FS_OK;
  char *head = malloc (HEAD_BYTES);
  size_t n_head = 0;
  if (!head)
    return fs_problem (problem, FS_OUT_OF_MEMORY, file->path, NULL, NULL);
  status = fs_file_parts_read (file, 0, head, HEAD_BYTES, &n_head, problem);
  *is = !fs_gunzip_is_packed (head, n_head)
        && fs_text_check_magic (file->path, head, n_head, NULL) == FS_OK;
  for (size_t kind = 0; kind < N_KINDS; kind++)
    *is = *is && !kinds[kind].is (head, n_head);
  free (head);
  return status;
}

/* *needs_whole: nothing has been read, and the file is to be read whole. */
static FsStatus
read_parts (FsFrame **frame,
            const char *path,
            const FsReadOptions *options,
            bool *needs_whole,
            FsProblem *problem)
{
  FsFileParts file;
  FsFrameBuilder builder = { 0 };
  bool is_fit = false;
  *needs_whole = true;
  FsStatus status = fs_file_parts_open (&file, path, problem);
  if (status)
    {
      *needs_whole = false;
      return status;
    }
  status = is_for_parts (&file, options, &is_fit, problem);
  if (!status && is_fit)
    {
      builder.frame = calloc (1, sizeof *builder.frame);
      status = builder.frame ? fs_csv_read_file (&builder, &file, options, needs_whole, problem)
                             : fs_problem (problem, FS_OUT_OF_MEMORY, path, NULL, NULL);
      if (status)
        fs_frame_free (builder.frame);
      else
        {
          *needs_whole = false;
          fs_builder_finish (&builder);
          *frame = builder.frame;
        }
    }
  *needs_whole = *needs_whole && status != FS_OUT_OF_MEMORY;
  fs_file_parts_close (&file);
  return status;
}

FsStatus
fs_frame_read_file (FsFrame **frame,
                    const char *path,
                    const FsReadOptions *options,
                    FsProblem *problem)
{
  static const FsReadOptions plain = { 0 };
  FsFileBytes file;
  bool needs_whole;
  *frame = NULL;
  FsStatus status = read_parts (frame, path, options ? options : &plain, &needs_whole, problem);
  if (!needs_whole)
    return status;
  status = fs_file_bytes_read (&file, path, problem);
  if (status)
    return status;
  status = fs_frame_read (frame, path, file.bytes, file.n_bytes, options, problem);
  fs_file_bytes_free (&file);
  return status;
}
