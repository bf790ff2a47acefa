/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The table that slices a block of parameters into named tensors; see tensor-table.h. */

#include "engine/model/tensor-table.h"

#include <stdio.h>
#include <string.h>
#include "engine/base/size.h"

/* 64 bytes of float; of double it is 128, which serves as well and keeps one set of offsets. */
#define ALIGNMENT 16

FsStatus
fs_tensor_table_add (FsTensorTable *table,
                     size_t layer,
                     const char *suffix,
                     size_t rows,
                     size_t cols,
                     FsTensorRole role,
                     FsProblem *problem)
{
  if (table->n_tensors == FS_MAX_TENSORS)
    return fs_problem (problem, FS_TOO_LARGE, "model.layers", NULL, "fewer layers");
  FsTensor *tensor = &table->tensors[table->n_tensors++];
  *tensor =
      (FsTensor){ .rows = rows, .cols = cols, .offset = table->size, .role = role, .layer = layer };
  snprintf (tensor->name, sizeof tensor->name, "layers.%zu.%s", layer, suffix);
  size_t n = fs_size_multiply (rows, cols);
  table->n_parameters = fs_size_add (table->n_parameters, n);
  table->size = fs_size_add (table->size, fs_size_round_up (n, ALIGNMENT));
  return FS_OK;
}

const FsTensor *
fs_tensor_table_find (const FsTensorTable *table, const char *name)
{
  for (size_t i = 0; i < table->n_tensors; i++)
    if (strcmp (table->tensors[i].name, name) == 0)
      return &table->tensors[i];
  return NULL;
}
