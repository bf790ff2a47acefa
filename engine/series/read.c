/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Which reader a file needs; see read.h. */

#include "engine/series/read.h"

#include <stdlib.h>
#include <string.h>
#include "engine/base/file-bytes.h"
#include "engine/base/gunzip.h"
#include "engine/series/csv.h"

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
  if (!status)
    status = fs_csv_read (&builder, name, bytes, n_bytes, options ? options : &plain, problem);
  if (!status)
    fs_builder_finish (&builder);
  fs_file_bytes_free (&unpacked);
  if (status)
    fs_frame_free (builder.frame);
  else
    *frame = builder.frame;
  return status;
}

FsStatus
fs_frame_read_file (FsFrame **frame,
                    const char *path,
                    const FsReadOptions *options,
                    FsProblem *problem)
{
  FsFileBytes file;
  *frame = NULL;
  FsStatus status = fs_file_bytes_read (&file, path, problem);
  if (status)
    return status;
  status = fs_frame_read (frame, path, file.bytes, file.n_bytes, options, problem);
  fs_file_bytes_free (&file);
  return status;
}
