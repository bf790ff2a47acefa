/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Attention over time: one vector for the whole window, the mean of its steps weighed by how much each
 * matters. The question q is what the layer before yields last,
 *
 *   y = Σ_t a_t h_t,   a = softmax (s) over the steps that count,   q = h at the last of them
 *
 *   dot         s_t = q · h_t                       (Luong et al. 2015)
 *   scaled      s_t = q · h_t / √F                  (Vaswani et al. 2017)
 *   general     s_t = (W q) · h_t                   (Luong et al. 2015)
 *   additive    s_t = v · tanh (W_k h_t + W_q q)    (Bahdanau et al. 2015)
 *   learned     s_t = v · tanh (W_k h_t)            self-attention pooling: there is no question
 *   mean        s_t = 0
 *
 * and back, with da_t = dy · h_t and ds = a ⊙ (da − Σ a da),
 *
 *   dh_t = a_t dy + ∂s_t/∂h_t ds_t,   and q's part goes to the step it came from.
 *
 * Letters as in layer.h; F is the width of what comes in, A that of the scores' hidden layer. A row
 * without a step that counts gives 0. */

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "engine/base/size.h"
#include "engine/model/cell.h"
#include "engine/model/initialiser.h"
#include "engine/model/pack.h"

enum
{
  SLOT_A = FS_SLOT_OWN, /* [T][B]: the weights a */
  SLOT_DS,              /* [T][B] */
  SLOT_Q,               /* [B][Fp] */
  SLOT_DQ,              /* [B][Fp] */
  SLOT_P,               /* [B][Ap]: W q (with A = F) or W_q q */
  SLOT_DP,              /* [B][Ap] */
  SLOT_Z,               /* [T][B][Ap]: tanh (…) */
  SLOT_E,               /* [T][B][Ap]: the gradient by its argument */
  SLOT_DH,              /* [B][Fp]: W_kᵀ of that, of one step */
  SLOT_KEY,             /* panels of W_k, forward and back */
  SLOT_KEY_BACK,
  SLOT_QUERY, /* panels of W or W_q */
  SLOT_QUERY_BACK,
};

static bool
has_hidden (const FsLayer *layer)
{
  return layer->spec.score == FS_SCORE_ADDITIVE || layer->spec.score == FS_SCORE_LEARNED;
}

static bool
has_query_matrix (const FsLayer *layer)
{
  return layer->spec.score == FS_SCORE_ADDITIVE || layer->spec.score == FS_SCORE_GENERAL;
}

static bool
asks (const FsLayer *layer)
{
  return layer->spec.score != FS_SCORE_LEARNED && layer->spec.score != FS_SCORE_MEAN;
}

/* Lines of W_k, or of W: A or F. */
static size_t
n_lines_of (const FsLayer *layer)
{
  return has_hidden (layer) ? (size_t) layer->spec.units : layer->in.width;
}

/* Tensors in their order, counted from the layer's first. */
static size_t
key_tensor (void)
{
  return 0;
}

static size_t
query_tensor (const FsLayer *layer)
{
  return has_hidden (layer) ? 1 : 0;
}

static size_t
score_tensor (const FsLayer *layer)
{
  return has_query_matrix (layer) ? 2 : 1;
}

static FsStatus
plan_tensors (const FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  const size_t lines = n_lines_of (layer), width = layer->in.width;
  FsStatus status = FS_OK;
  if (has_hidden (layer))
    status =
        fs_layer_plan_tensor (layer, plan, "weight_key", lines, width, FS_TENSOR_KERNEL, problem);
  if (status == FS_OK && has_query_matrix (layer))
    status =
        fs_layer_plan_tensor (layer, plan, "weight_query", lines, width, FS_TENSOR_KERNEL, problem);
  if (status == FS_OK && has_hidden (layer))
    status =
        fs_layer_plan_tensor (layer, plan, "weight_score", 1, lines, FS_TENSOR_KERNEL, problem);
  return status;
}

static FsStatus
plan_attention (FsLayer *layer, FsLayerPlan *plan, FsProblem *problem)
{
  if (plan->shape->is_stepwise)
    {
      char where[64];
      snprintf (where, sizeof where, "model.layers.%zu", layer->index);
      return fs_problem (problem, FS_MISMATCH, where, "attention",
                         "no attention in a network that answers after every step, since it looks "
                         "at the whole window");
    }
  size_t units;
  FsStatus status = has_hidden (layer) ? fs_layer_plan_units (layer, &units, problem) : FS_OK;
  if (status != FS_OK)
    return status;
  const size_t steps = layer->in.steps, width = layer->in.width, lines = n_lines_of (layer);
  const size_t max_rows = plan->shape->max_rows;
  const size_t padded = fs_size_round_up (width, FS_BLOCK);
  const size_t lines_padded = fs_size_round_up (lines, FS_BLOCK);
  const size_t row = fs_size_multiply (max_rows, padded);
  const size_t scores = fs_size_multiply (steps, max_rows);
  const size_t key = has_hidden (layer) ? fs_panels_size (width, lines) : 0;
  const size_t key_back = has_hidden (layer) ? fs_panels_size (lines, width) : 0;
  const bool asks_by_matrix = has_query_matrix (layer);
  layer->out = (FsValueShape){ .steps = 1, .width = width, .stride = padded };
  const double rows_of_products =
      (has_hidden (layer) ? (double) steps : 0) + (asks_by_matrix ? 1 : 0);
  layer->multiply_adds = rows_of_products * (double) lines * (double) width
                         + (double) steps * (double) (lines + width);
  status = plan_tensors (layer, plan, problem);
  const bool learns = has_hidden (layer) || asks_by_matrix;
  layer->n_refresh_items = learns ? lines_padded / FS_BLOCK : 0;
  layer->n_gradient_items = layer->n_refresh_items;
  const size_t sizes[] = {
    scores,                                                           /* A */
    scores,                                                           /* DS */
    row,                                                              /* Q */
    row,                                                              /* DQ */
    fs_size_multiply (max_rows, lines_padded),                        /* P */
    fs_size_multiply (max_rows, lines_padded),                        /* DP */
    has_hidden (layer) ? fs_size_multiply (scores, lines_padded) : 0, /* Z */
    has_hidden (layer) ? fs_size_multiply (scores, lines_padded) : 0, /* E */
    row,                                                              /* DH */
    key,                                                              /* KEY */
    key_back,                                                         /* KEY_BACK */
    asks_by_matrix ? fs_panels_size (width, lines) : 0,               /* QUERY */
    asks_by_matrix ? fs_panels_size (lines, width) : 0,               /* QUERY_BACK */
  };
  fs_layer_plan_values (layer, plan, 1);
  for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
    fs_layer_plan_slot (layer, plan, sizes[i]);
  return status;
}

static void
initialise_attention (const FsLayer *layer,
                      const FsTensorTable *table,
                      FsReal *parameters,
                      uint64_t seed)
{
  for (size_t i = 0; i < layer->n_tensors; i++)
    {
      const FsTensor *tensor = &table->tensors[layer->first_tensor + i];
      const FsFill fill = { .kind = FS_INIT_GLOROT_UNIFORM,
                            .fan_in = (double) tensor->cols,
                            .fan_out = (double) tensor->rows };
      fs_initialise (table, layer->first_tensor + i, parameters, seed, &fill);
    }
}

/* Lines first … end-1 of item `block`. */
static void
lines_of_block (const FsLayer *layer, size_t block, size_t *first, size_t *end)
{
  *first = block * FS_BLOCK;
  *end = *first + FS_BLOCK < n_lines_of (layer) ? *first + FS_BLOCK : n_lines_of (layer);
}

static void
pack (const FsLayer *layer, const FsReal *matrix, size_t slot, size_t block)
{
  const size_t width = layer->in.width, lines = n_lines_of (layer);
  size_t first, end;
  lines_of_block (layer, block, &first, &end);
  fs_panels_set_columns (layer->slots[slot], width, matrix, first, end, lines);
  for (size_t line = first; line < end; line++)
    fs_panels_set_row (layer->slots[slot + 1], lines, line, matrix + line * width, width);
}

static void
refresh_attention (const FsLayer *layer,
                   const FsTensorTable *table,
                   const FsReal *parameters,
                   size_t block)
{
  if (has_hidden (layer))
    pack (layer, fs_layer_parameter (layer, table, parameters, key_tensor ()), SLOT_KEY, block);
  if (has_query_matrix (layer))
    pack (layer, fs_layer_parameter (layer, table, parameters, query_tensor (layer)), SLOT_QUERY,
          block);
}

/* --- Passes --- */

static size_t
length_of (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  return pass->pass->lengths ? pass->pass->lengths[row] : layer->in.steps;
}

static const FsReal *
h_of (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t row)
{
  return pass->x + (t * pass->n_rows + row) * layer->in.stride;
}

static size_t
stride_of_lines (const FsLayer *layer)
{
  return fs_size_round_up (n_lines_of (layer), FS_BLOCK);
}

/* A product with W_k at step t, or with W or W_q; forward. */
static FsCellProduct
product_of (const FsLayer *layer, const FsLayerPass *pass, bool is_key)
{
  const size_t number = is_key ? key_tensor () : query_tensor (layer);
  return (FsCellProduct){
    .layer = layer,
    .matrix = fs_layer_parameter (layer, pass->table, pass->parameters, number),
    .panels = layer->slots[is_key ? SLOT_KEY : SLOT_QUERY],
    .panels_rows = layer->in.width,
    .n_lines = n_lines_of (layer),
    .n_columns = layer->in.width,
  };
}

/* The same back. */
static FsCellProduct
product_back_of (const FsLayer *layer, const FsLayerPass *pass, bool is_key)
{
  FsCellProduct job = product_of (layer, pass, is_key);
  job.panels = layer->slots[is_key ? SLOT_KEY_BACK : SLOT_QUERY_BACK];
  job.panels_rows = job.n_lines;
  return job;
}

static FsReal
dot (const FsReal *a, const FsReal *b, size_t n)
{
  FsReal sum = 0;
  for (size_t k = 0; k < n; k++)
    sum += a[k] * b[k];
  return sum;
}

/* q of all rows, and W q or W_q q. */
static void
ask (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  const size_t fp = layer->out.stride;
  for (size_t row = first; row < end; row++)
    {
      const size_t length = length_of (layer, pass, row);
      FsReal *q = layer->slots[SLOT_Q] + row * fp;
      if (length > 0)
        memcpy (q, h_of (layer, pass, length - 1, row), layer->in.width * sizeof *q);
      else
        memset (q, 0, layer->in.width * sizeof *q);
    }
  if (!has_query_matrix (layer))
    return;
  FsCellProduct job = product_of (layer, pass, false);
  job.in = layer->slots[SLOT_Q];
  job.in_stride = fp;
  job.out = layer->slots[SLOT_P];
  job.out_stride = stride_of_lines (layer);
  fs_cell_product (&job, first, end);
}

/* 1, or 1/√F */
static FsReal
scale_of (const FsLayer *layer)
{
  return layer->spec.score == FS_SCORE_SCALED ? (FsReal) (1 / sqrt ((double) layer->in.width)) : 1;
}

/* What h_t is multiplied with where the score is a plain product: q or W q. */
static const FsReal *
question_of (const FsLayer *layer, size_t row)
{
  return layer->spec.score == FS_SCORE_GENERAL
             ? layer->slots[SLOT_P] + row * stride_of_lines (layer)
             : layer->slots[SLOT_Q] + row * layer->out.stride;
}

/* tanh (W_k h_t + W_q q) of a row, in its place. */
static FsReal *
hidden_of (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t row)
{
  return layer->slots[SLOT_Z] + (t * pass->n_rows + row) * stride_of_lines (layer);
}

/* s_t of rows first … end-1, into the slot of a. */
static void
score (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t first, size_t end)
{
  const size_t lines = n_lines_of (layer);
  FsReal *s = layer->slots[SLOT_A] + t * pass->n_rows;
  if (has_hidden (layer))
    {
      FsCellProduct job = product_of (layer, pass, true);
      job.in = h_of (layer, pass, t, 0);
      job.in_stride = layer->in.stride;
      job.out = hidden_of (layer, pass, t, 0);
      job.out_stride = stride_of_lines (layer);
      fs_cell_product (&job, first, end);
    }
  for (size_t row = first; row < end; row++)
    {
      if (layer->spec.score == FS_SCORE_MEAN)
        s[row] = 0;
      else if (!has_hidden (layer))
        s[row] = scale_of (layer)
                 * dot (question_of (layer, row), h_of (layer, pass, t, row), layer->in.width);
      else
        {
          const FsReal *v =
              fs_layer_parameter (layer, pass->table, pass->parameters, score_tensor (layer));
          const FsReal *p = layer->slots[SLOT_P] + row * stride_of_lines (layer);
          FsReal *z = hidden_of (layer, pass, t, row);
          for (size_t k = 0; has_query_matrix (layer) && k < lines; k++)
            z[k] += p[k];
          fs_curve_apply ((FsCurve){ .kind = FS_ACTIVATION_TANH }, layer->kernels, z, lines);
          s[row] = dot (v, z, lines);
        }
    }
}

/* Scores become weights; steps that do not count have none. */
static void
weigh (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  FsReal *a = layer->slots[SLOT_A] + row;
  const size_t length = length_of (layer, pass, row), step = pass->n_rows;
  FsReal largest = 0, sum = 0;
  for (size_t t = 0; t < length; t++)
    if (t == 0 || a[t * step] > largest)
      largest = a[t * step];
  for (size_t t = 0; t < length; t++)
    {
      a[t * step] = (FsReal) exp ((double) (a[t * step] - largest));
      sum += a[t * step];
    }
  for (size_t t = 0; t < layer->in.steps; t++)
    a[t * step] = t < length ? a[t * step] / sum : 0;
}

static void
forward_attention (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  if (asks (layer))
    ask (layer, pass, first, end);
  for (size_t t = 0; t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    score (layer, pass, t, first, end);
  for (size_t row = first; row < end; row++)
    {
      FsReal *y = pass->y + row * layer->out.stride;
      weigh (layer, pass, row);
      memset (y, 0, layer->out.width * sizeof *y);
      for (size_t t = 0; t < length_of (layer, pass, row); t++)
        {
          const FsReal a = layer->slots[SLOT_A][t * pass->n_rows + row];
          const FsReal *h = h_of (layer, pass, t, row);
          for (size_t k = 0; k < layer->out.width; k++)
            y[k] += a * h[k];
        }
    }
}

/* ds = a ⊙ (da − Σ a da), da_t = dy · h_t */
static void
weigh_back (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  const size_t length = length_of (layer, pass, row), step = pass->n_rows;
  const FsReal *a = layer->slots[SLOT_A] + row;
  FsReal *ds = layer->slots[SLOT_DS] + row;
  FsReal sum = 0;
  for (size_t t = 0; t < length; t++)
    {
      ds[t * step] =
          dot (pass->dy + row * layer->out.stride, h_of (layer, pass, t, row), layer->out.width);
      sum += a[t * step] * ds[t * step];
    }
  for (size_t t = 0; t < layer->in.steps; t++)
    ds[t * step] = t < length ? a[t * step] * (ds[t * step] - sum) : 0;
}

/* The gradients by the hidden layer's argument and by W q or W_q q, or by q itself. */
static void
score_back (const FsLayer *layer, const FsLayerPass *pass, size_t row)
{
  const size_t lines = n_lines_of (layer), width = layer->in.width;
  const size_t stride = stride_of_lines (layer);
  const bool is_general = layer->spec.score == FS_SCORE_GENERAL;
  FsReal *dp = layer->slots[SLOT_DP] + row * stride;
  FsReal *dq = is_general ? dp : layer->slots[SLOT_DQ] + row * layer->out.stride;
  memset (dq, 0, width * sizeof *dq);
  for (size_t t = 0; !has_hidden (layer) && t < length_of (layer, pass, row); t++)
    {
      const FsReal ds = layer->slots[SLOT_DS][t * pass->n_rows + row] * scale_of (layer);
      const FsReal *h = h_of (layer, pass, t, row);
      for (size_t k = 0; k < width; k++)
        dq[k] += ds * h[k];
    }
  if (!has_hidden (layer))
    return;
  const FsReal *v = fs_layer_parameter (layer, pass->table, pass->parameters, score_tensor (layer));
  memset (dp, 0, lines * sizeof *dp);
  for (size_t t = 0; t < layer->in.steps; t++)
    {
      const FsReal ds = layer->slots[SLOT_DS][t * pass->n_rows + row];
      const FsReal *z = hidden_of (layer, pass, t, row);
      FsReal *e = layer->slots[SLOT_E] + (t * pass->n_rows + row) * stride;
      for (size_t k = 0; k < lines; k++)
        {
          e[k] = ds * v[k] * (1 - z[k] * z[k]);
          dp[k] += e[k];
        }
    }
}

/* dh_t = a_t dy + what the score adds */
static void
backward_to_step (const FsLayer *layer, const FsLayerPass *pass, size_t t, size_t first, size_t end)
{
  const size_t fp = layer->out.stride, width = layer->in.width;
  if (has_hidden (layer))
    {
      FsCellProduct job = product_back_of (layer, pass, true);
      job.in_stride = stride_of_lines (layer);
      job.in = layer->slots[SLOT_E] + t * pass->n_rows * job.in_stride;
      job.out = layer->slots[SLOT_DH];
      job.out_stride = fp;
      fs_cell_product_back (&job, first, end);
    }
  for (size_t row = first; row < end; row++)
    {
      const size_t at = t * pass->n_rows + row, length = length_of (layer, pass, row);
      const FsReal a = layer->slots[SLOT_A][at], *dy = pass->dy + row * fp;
      const FsReal ds = layer->slots[SLOT_DS][at] * scale_of (layer);
      const FsReal *by_score =
          has_hidden (layer) ? layer->slots[SLOT_DH] + row * fp : question_of (layer, row);
      const FsReal factor = has_hidden (layer) ? 1 : layer->spec.score == FS_SCORE_MEAN ? 0 : ds;
      const FsReal *dq = layer->slots[SLOT_DQ] + row * fp;
      const bool is_asked = asks (layer) && t + 1 == length;
      FsReal *dx = pass->dx + at * layer->in.stride;
      for (size_t k = 0; k < width; k++)
        dx[k] = t < length ? a * dy[k] + factor * by_score[k] + (is_asked ? dq[k] : 0) : 0;
    }
}

static void
backward_attention (const FsLayer *layer, const FsLayerPass *pass, size_t first, size_t end)
{
  for (size_t row = first; row < end; row++)
    {
      weigh_back (layer, pass, row);
      score_back (layer, pass, row);
    }
  if (pass->dx && has_query_matrix (layer))
    {
      FsCellProduct job = product_back_of (layer, pass, false);
      job.in = layer->slots[SLOT_DP];
      job.in_stride = stride_of_lines (layer);
      job.out = layer->slots[SLOT_DQ];
      job.out_stride = layer->out.stride;
      fs_cell_product_back (&job, first, end);
    }
  for (size_t t = 0; pass->dx && t < layer->in.steps && !fs_layer_pass_is_interrupted (pass); t++)
    backward_to_step (layer, pass, t, first, end);
}

/* dv = Σ ds_t z_t, for lines first … end-1 */
static void
gradient_of_score (const FsLayer *layer,
                   const FsLayerPass *pass,
                   size_t first,
                   size_t end,
                   FsReal *dv)
{
  memset (dv + first, 0, (end - first) * sizeof *dv);
  for (size_t t = 0; t < layer->in.steps; t++)
    for (size_t row = 0; row < pass->n_rows; row++)
      {
        const FsReal ds = layer->slots[SLOT_DS][t * pass->n_rows + row];
        const FsReal *z = hidden_of (layer, pass, t, row);
        for (size_t k = first; k < end; k++)
          dv[k] += ds * z[k];
      }
}

/* dW_k = Σ e_t h_tᵀ, dW = Σ dp qᵀ, and so W_q's; for 16 lines. */
static void
gradient_attention (const FsLayer *layer, const FsLayerPass *pass, size_t block)
{
  const FsTensor *tensors = &pass->table->tensors[layer->first_tensor];
  const size_t stride = stride_of_lines (layer), width = layer->in.width;
  FsReal *gradients = pass->gradients;
  size_t first, end;
  lines_of_block (layer, block, &first, &end);
  if (has_hidden (layer))
    {
      fs_cell_sum_outer (layer, layer->slots[SLOT_E], stride, pass->x, layer->in.stride, width,
                         layer->in.steps * pass->n_rows, first, end,
                         gradients + tensors[key_tensor ()].offset);
      gradient_of_score (layer, pass, first, end, gradients + tensors[score_tensor (layer)].offset);
    }
  if (has_query_matrix (layer))
    fs_cell_sum_outer (layer, layer->slots[SLOT_DP], stride, layer->slots[SLOT_Q],
                       layer->out.stride, width, pass->n_rows, first, end,
                       gradients + tensors[query_tensor (layer)].offset);
}

static void
read_weights (const FsLayer *layer, size_t n_rows, size_t row, FsReal *weights)
{
  for (size_t t = 0; t < layer->in.steps; t++)
    weights[t] = layer->slots[SLOT_A][t * n_rows + row];
}

const FsLayerKindOps fs_attention_ops = {
  .name = "Attention",
  .is_pooling = true,
  .plan = plan_attention,
  .initialise = initialise_attention,
  .refresh = refresh_attention,
  .forward = forward_attention,
  .backward = backward_attention,
  .gradient = gradient_attention,
  .read_weights = read_weights,
};
