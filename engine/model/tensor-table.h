/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One block of memory a role (parameters, gradients, each moment), sliced by one table. The same
 * table names tensors in the window, in weight files and in messages. Names are those PyTorch's
 * ModuleList gives: "layers.0.weight_ih_l0". Offsets count FsReal; each tensor starts on a 64-byte
 * boundary and the padding between tensors stays 0. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "engine/base/status.h"

#define FS_MAX_TENSORS 128

typedef enum
{
  FS_TENSOR_KERNEL,    /* acts on a layer's input; l1 and l2 apply */
  FS_TENSOR_RECURRENT, /* acts on the previous state; l1 and l2 apply */
  FS_TENSOR_BIAS,
  FS_TENSOR_EMBEDDING, /* a row a word; no penalty applies */
  FS_TENSOR_FIXED      /* never changes */
} FsTensorRole;

/* Whether penalties and the limit of norms apply. */
static inline bool
fs_tensor_role_is_kernel (FsTensorRole role)
{
  return role == FS_TENSOR_KERNEL || role == FS_TENSOR_RECURRENT;
}

typedef struct
{
  char name[64];
  size_t rows, cols; /* a vector has cols = 1 */
  size_t offset;
  FsTensorRole role;
  size_t layer; /* index into the experiment's layers */
} FsTensor;

typedef struct
{
  FsTensor tensors[FS_MAX_TENSORS];
  size_t n_tensors;
  size_t size;         /* FsReal in a block, padding included */
  size_t n_parameters; /* without padding */
} FsTensorTable;

/* Appends a tensor "layers.LAYER.SUFFIX" at the next free 64-byte boundary. A size that overflows is
 * stored as SIZE_MAX, for the caller to find in table->size. */
FsStatus fs_tensor_table_add (FsTensorTable *table,
                              size_t layer,
                              const char *suffix,
                              size_t rows,
                              size_t cols,
                              FsTensorRole role,
                              FsProblem *problem);

/* NULL if there is no tensor of that name. */
const FsTensor *fs_tensor_table_find (const FsTensorTable *table, const char *name);
