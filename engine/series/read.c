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
#include "engine/series/ts-file.h"
#include "engine/series/tsf-file.h"

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
