/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One block of memory a role (parameters, gradients, each moment), sliced by one table. The same
 * table names tensors in the window, in weight files and in messages. Names are those PyTorch's
 * ModuleList gives: "layers.0.weight_ih_l0". Offsets count FsReal; each tensor starts on a 64-byte
 * boundary and the padding between tensors stays 0. */

#include <stddef.h>
#include <stdint.h>

#define FS_MAX_TENSORS 128

typedef enum
{
  FS_TENSOR_KERNEL,    /* acts on a layer's input; l1 and l2 apply */
  FS_TENSOR_RECURRENT, /* acts on the previous state; l1 and l2 apply */
  FS_TENSOR_BIAS
} FsTensorRole;

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
