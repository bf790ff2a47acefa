/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Recurrent layers of every kind and setting, made of products and a pointwise cell; the LSTM and the GRU
 * in their usual forms have kernels of their own (lstm.c, gru.c). Each step does
 *
 *   a = W x_t + b_ih,   r = U h_{t-1} + b_hh        (L = gates × H lines, in PyTorch's order)
 *   (h_t, c_t) = cell (a, r, h_{t-1}, c_{t-1})
 *
 *   LSTM  i f o = γ(a + r),  g = φ(a + r),  c_t = f ⊙ c_{t-1} + i ⊙ g,  h_t = o ⊙ φ(c_t)
 *   GRU   ρ z = γ(a + r),  n = φ(a_n + ρ ⊙ r_n),  h_t = (1 − z) ⊙ n + z ⊙ h_{t-1}
 *         or, with the reset before the product,  n = φ(a_n + U_n (ρ ⊙ h_{t-1}))
 *   RNN   h_t = φ(a + r)
 *
 * An LSTM may have peepholes (Gers & Schmidhuber 2000), by which the gates see the cell,
 *
 *   i += p_i ⊙ c_{t-1},   f += p_f ⊙ c_{t-1},   o += p_o ⊙ c_t      (before their curves)
 *
 * and layer normalisation (Ba et al. 2016): LN(a) and LN(r) over all gates take the place of a and r,
 * which have no bias then, and LN(f ⊙ c_{t-1} + i ⊙ g) is c_t. With recurrent dropout the product reads
 * m ⊙ h_{t-1}.
 *
 * Cho et al. 2014 (GRU), Elman 1990 (RNN). Letters as in layer.h; Hp and Lp are H and L padded to whole
 * blocks of 16. The products are kernels or, as the reference, plain loops (cell-product.c). */

#include "engine/model/activation.h"
#include "engine/model/layer.h"
#include "engine/model/norm.h"

enum
{
  FS_CELL_SLOT_A = FS_SLOT_OWN, /* [T][B][Lp]: a, then the gates, then ∂L/∂a */
  FS_CELL_SLOT_R,               /* [T][B][Lp]: r, then ∂L/∂r */
  FS_CELL_SLOT_C,               /* LSTM: c[T][B][Hp] */
  FS_CELL_SLOT_H_BEFORE,        /* [T][B][Hp]: h_{t-1} as the product reads it */
  FS_CELL_SLOT_RESET,           /* GRU, reset before: ρ ⊙ h_{t-1}, [T][B][Hp] */
  FS_CELL_SLOT_DH,              /* [B][Hp]: ∂L/∂h of the step in work */
  FS_CELL_SLOT_DC,              /* LSTM: [B][Hp] */
  FS_CELL_SLOT_PRODUCT,         /* [B][Hp]: what comes back through U */
  FS_CELL_SLOT_D_RESET,         /* GRU, reset before: [B][Hp] */
  FS_CELL_SLOT_BIAS,            /* [2][Lp] */
  FS_CELL_SLOT_W,               /* panels of Wᵀ: I rows × L columns */
  FS_CELL_SLOT_U,               /* panels of Uᵀ: H rows × L columns */
  FS_CELL_SLOT_W_BACK,          /* panels of W: L rows × I columns; only with dx */
  FS_CELL_SLOT_U_BACK,          /* panels of U: L rows × H columns */
  FS_CELL_SLOT_UN,              /* GRU, reset before: the same two of U_n alone */
  FS_CELL_SLOT_UN_BACK,
  FS_CELL_SLOT_MASK,     /* recurrent dropout: [T or 1][B][Hp] */
  FS_CELL_SLOT_NORMAL_A, /* with layer normalisation: x̂ of a, r and c … */
  FS_CELL_SLOT_NORMAL_R,
  FS_CELL_SLOT_NORMAL_C,
  FS_CELL_SLOT_SCALE,   /* … [T][B][3]: their 1/√(var + ε) … */
  FS_CELL_SLOT_D_GATES, /* … ∂L/∂(LN(a)) = ∂L/∂(LN(r)), [T][B][Lp] … */
  FS_CELL_SLOT_D_CELL,  /* … and ∂L/∂c_t, [T][B][Hp] */
};

/* Tensors in their order; a layer has some of them: see fs_cell_tensor(). */
typedef enum
{
  FS_CELL_WEIGHT_IH, /* (L, I) */
  FS_CELL_WEIGHT_HH, /* (L, H) */
  FS_CELL_BIAS_IH,   /* (L); not with layer normalisation, which has its own */
  FS_CELL_BIAS_HH,   /* (L); only a GRU whose reset acts on it */
  FS_CELL_PEEPHOLE,  /* (3, H): i f o */
  FS_CELL_GAIN_A,    /* (L): γ and β of each normalisation */
  FS_CELL_SHIFT_A,
  FS_CELL_GAIN_R,
  FS_CELL_SHIFT_R,
  FS_CELL_GAIN_C, /* (H) */
  FS_CELL_SHIFT_C,
  FS_CELL_N_TENSORS
} FsCellTensor;

static inline size_t
fs_cell_n_gates (const FsLayer *layer)
{
  return layer->spec.kind == FS_LAYER_LSTM ? 4 : layer->spec.kind == FS_LAYER_GRU ? 3 : 1;
}

static inline bool
fs_cell_resets_before (const FsLayer *layer)
{
  return layer->spec.kind == FS_LAYER_GRU && layer->spec.reset == FS_RESET_BEFORE;
}

static inline bool
fs_cell_has_second_bias (const FsLayer *layer)
{
  return layer->spec.kind == FS_LAYER_GRU && layer->spec.reset == FS_RESET_AFTER;
}

/* Checks the units, sets the shape of what the layer yields and its work, and counts its tensors. */
FsStatus fs_cell_plan_shape (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem);

bool fs_cell_has_tensor (const FsLayer *layer, FsCellTensor tensor);

/* Its number, counted from the layer's first, for fs_layer_parameter(). */
size_t fs_cell_tensor (const FsLayer *layer, FsCellTensor tensor);

/* One row of one step; pointers to its first number. */
typedef struct
{
  const FsLayer *layer;
  FsReal *a, *r;
  FsReal *h, *c;
  const FsReal *h_before; /* NULL at the first step: 0 */
  const FsReal *c_before; /* likewise */
  const FsReal *h_read;   /* h_{t-1} as the product reads it */
  FsReal *reset;          /* ρ ⊙ h_read */
  FsReal *d_reset;        /* ∂L/∂(ρ ⊙ h_read) */
  const FsReal *peephole; /* (3, H), or NULL */
  FsNorm norm_a, norm_r, norm_c;
  FsReal *d_gates; /* with normalisation */
  FsReal *d_cell;  /* with normalisation */
  FsReal *dh;      /* in: ∂L/∂h_t; out: what of it goes to h_{t-1} past the product */
  FsReal *dc;
} FsCellRow;

/* The cell, forward and back. A GRU whose reset comes before has a product in the middle, and so a first
 * half: the gates, and on the way back everything but the reset gate. */
void fs_cell_forward_gates (const FsCellRow *row);
void fs_cell_forward (const FsCellRow *row);
void fs_cell_backward_value (const FsCellRow *row);
void fs_cell_backward (const FsCellRow *row);

/* A product over the rows first … end-1 of a step. */
typedef struct
{
  const FsLayer *layer;
  const FsReal *matrix; /* (n_lines, n_columns) */
  const FsReal *panels; /* the same for the kernels */
  size_t panels_rows;
  size_t n_lines, n_columns;
  const FsReal *initial; /* [n_lines] or NULL; forward only */
  const FsReal *in;
  size_t in_stride;
  FsReal *out;
  size_t out_stride;
} FsCellProduct;

/* out = initial + M in */
void fs_cell_product (const FsCellProduct *job, size_t first, size_t end);
/* out = Mᵀ in */
void fs_cell_product_back (const FsCellProduct *job, size_t first, size_t end);
/* dM[first_line … end_line-1] = Σ_row d[row][line] in[row], and db likewise unless it is NULL. */
void fs_cell_sum_outer (const FsLayer *layer,
                        const FsReal *d,
                        size_t d_stride,
                        const FsReal *in,
                        size_t in_stride,
                        size_t n_columns,
                        size_t n_rows,
                        size_t first_line,
                        size_t end_line,
                        FsReal *d_matrix);
void fs_cell_sum_rows (const FsReal *d,
                       size_t d_stride,
                       size_t n_rows,
                       size_t first_line,
                       size_t end_line,
                       FsReal *d_bias);

/* See FsLayerKindOps. */
bool fs_cell_read_state (const FsLayer *layer,
                         const FsLayerPass *pass,
                         FsState state,
                         size_t t,
                         size_t row,
                         FsReal *values);
