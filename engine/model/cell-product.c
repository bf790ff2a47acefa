/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The products of recurrent layers, by kernels or one number at a time; see cell.h. */

#include <string.h>
#include "engine/base/size.h"
#include "engine/model/cell.h"
#include "engine/model/pack.h"
#include "engine/model/simd/kernel-table.h"

void
fs_cell_product (const FsCellProduct *job, size_t first, size_t end)
{
  if (job->layer->kernels)
    {
      const FsProduct product = {
        .a = { .a = job->in,
               .row_stride = job->in_stride,
               .n_full_blocks = 1,
               .block_length = job->n_columns },
        .panels = job->panels,
        .panels_rows = job->panels_rows,
        .n_columns = fs_size_round_up (job->n_lines, FS_BLOCK),
        .initial = job->initial,
        .out = job->out,
        .out_stride = job->out_stride,
      };
      job->layer->kernels->product (&product, first, end);
      return;
    }
  for (size_t row = first; row < end; row++)
    for (size_t line = 0; line < job->n_lines; line++)
      {
        FsReal sum = job->initial ? job->initial[line] : 0;
        for (size_t k = 0; k < job->n_columns; k++)
          sum += job->matrix[line * job->n_columns + k] * job->in[row * job->in_stride + k];
        job->out[row * job->out_stride + line] = sum;
      }
}

void
fs_cell_product_back (const FsCellProduct *job, size_t first, size_t end)
{
  if (job->layer->kernels)
    {
      const FsProduct product = {
        .a = { .a = job->in,
               .row_stride = job->in_stride,
               .n_full_blocks = 1,
               .block_length = job->n_lines },
        .panels = job->panels,
        .panels_rows = job->panels_rows,
        .n_columns = fs_size_round_up (job->n_columns, FS_BLOCK),
        .out = job->out,
        .out_stride = job->out_stride,
      };
      job->layer->kernels->product (&product, first, end);
      return;
    }
  for (size_t row = first; row < end; row++)
    for (size_t k = 0; k < job->n_columns; k++)
      {
        FsReal sum = 0;
        for (size_t line = 0; line < job->n_lines; line++)
          sum += job->matrix[line * job->n_columns + k] * job->in[row * job->in_stride + line];
        job->out[row * job->out_stride + k] = sum;
      }
}

void
fs_cell_sum_outer (const FsLayer *layer,
                   const FsReal *d,
                   size_t d_stride,
                   const FsReal *in,
                   size_t in_stride,
                   size_t n_columns,
                   size_t n_rows,
                   size_t first_line,
                   size_t end_line,
                   FsReal *d_matrix)
{
  FsReal panel[FS_BLOCK * FS_PANEL];
  for (size_t column = 0; layer->kernels && column < n_columns; column += FS_PANEL)
    {
      const size_t n = n_columns - column < FS_PANEL ? n_columns - column : FS_PANEL;
      const FsOuter job = { .a = d + first_line,
                            .a_stride = d_stride,
                            .n_i = end_line - first_line,
                            .b = in + column,
                            .b_stride = in_stride,
                            .n_j = fs_size_round_up (n, FS_BLOCK),
                            .n_rows = n_rows,
                            .out = panel };
      layer->kernels->outer (&job);
      for (size_t line = first_line; line < end_line; line++)
        memcpy (d_matrix + line * n_columns + column, panel + (line - first_line) * FS_PANEL,
                n * sizeof *d_matrix);
    }
  for (size_t line = first_line; !layer->kernels && line < end_line; line++)
    for (size_t k = 0; k < n_columns; k++)
      {
        FsReal sum = 0;
        for (size_t row = 0; row < n_rows; row++)
          sum += d[row * d_stride + line] * in[row * in_stride + k];
        d_matrix[line * n_columns + k] = sum;
      }
}

void
fs_cell_sum_rows (const FsReal *d,
                  size_t d_stride,
                  size_t n_rows,
                  size_t first_line,
                  size_t end_line,
                  FsReal *d_bias)
{
  memset (d_bias + first_line, 0, (end_line - first_line) * sizeof *d_bias);
  for (size_t row = 0; row < n_rows; row++)
    for (size_t line = first_line; line < end_line; line++)
      d_bias[line] += d[row * d_stride + line];
}
