/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Weights as safetensors files: eight bytes of header length (little endian), a JSON header, the
 * numbers. Tensors carry the names of PyTorch's ModuleList, so that
 *   torch.nn.ModuleList ([torch.nn.LSTM (1, 50), torch.nn.Dropout (), torch.nn.Linear (50, 1)])
 * loads them under the prefix "layers."; PyTorch's second LSTM bias, which is not learned here, is
 * written as zeros.
 *
 * The metadata hold "format" ("pt"), "fitscope" (the format's version), "architecture" (the layers, as
 * in the experiment file) and "experiment" (all of it). */

#include <glib.h>
#include "engine/experiment/experiment.h"
#include "engine/model/tensor-table.h"
#include "engine/base/real.h"

/* The whole file; free with g_bytes_unref(). `values` is a block of [tensors->size]. NULL when memory
 * is short. */
GBytes *fs_safetensors_to_bytes (const FsTensorTable *tensors,
                                 const FsReal *values,
                                 const FsExperiment *experiment,
                                 GError **error);

/* Fills `values` (a block of the table's size, padding 0) from a file that must hold exactly the
 * table's tensors in their shapes, as F32. A second LSTM bias may be absent, and is added to the first
 * where there is one. Anything malformed is refused with a sentence that names `name`; `values` is
 * undefined then. */
gboolean fs_safetensors_parse (const FsTensorTable *tensors,
                               FsReal *values,
                               const void *bytes,
                               gsize n_bytes,
                               const char *name,
                               GError **error);
