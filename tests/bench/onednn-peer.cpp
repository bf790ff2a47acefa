/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What a framework could reach that hands its recurrent layers to oneDNN whole: the LSTM or GRU layers of
 * a job trained by oneDNN's primitives, forward, backward and weight gradient, then Adam. Nothing else is
 * done: no batch is gathered, and the head, its loss, dropout and penalties are left out, in the peer's
 * favour. Weights live in plain ldigo; the layouts the primitives choose ("any") are made from them once a
 * step; version 2.6 asks for ldigo on the way forward and ldgoi on the way back.
 *
 *     onednn-peer lstm|gru UNITS[,UNITS…] STEPS INPUTS BATCH THREADS SECONDS
 *
 * prints {"wall": samples/s, "cpu": samples/s, "version": "…"}. Made by against-peers.py. */

#include <oneapi/dnnl/dnnl.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <omp.h>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>
#include <xmmintrin.h>

using namespace dnnl;
using Desc = memory::desc;
using Arguments = std::unordered_map<int, memory>;

static const auto real = memory::data_type::f32;
static const auto any = memory::format_tag::any;
static const auto tnc = memory::format_tag::tnc;

static memory
zeros (const Desc &desc, const engine &where)
{
  memory made (desc, where);
  std::memset (made.get_data_handle (), 0, desc.get_size ());
  return made;
}

static size_t
count (const memory &values)
{
  return values.get_desc ().get_size () / sizeof (float);
}

/* A parameter: its plain values, their gradient as the primitive leaves it, and Adam's moments. */
struct Parameter
{
  memory plain, packed_forward, packed_backward, d_packed, d_plain;
  std::vector<float> m, v;
  reorder to_forward, to_backward, from_gradient;

  Parameter (const Desc &desc, const Desc &forward, const Desc &backward, const Desc &gradient,
             const engine &where, float bound)
      : plain (zeros (desc, where)), packed_forward (forward == desc ? plain : zeros (forward, where)),
        packed_backward (backward == desc ? plain : zeros (backward, where)),
        d_packed (zeros (gradient, where)), d_plain (gradient == desc ? d_packed : zeros (desc, where)),
        m (count (plain)), v (count (plain)), to_forward (plain, packed_forward),
        to_backward (plain, packed_backward), from_gradient (d_packed, d_plain)
  {
    float *values = static_cast<float *> (plain.get_data_handle ());
    for (size_t i = 0; i < m.size (); i++)
      values[i] = bound * (2 * float (std::rand ()) / float (RAND_MAX) - 1);
  }

  void
  pack (stream &s)
  {
    if (packed_forward != plain)
      to_forward.execute (s, plain, packed_forward);
    if (packed_backward != plain)
      to_backward.execute (s, plain, packed_backward);
  }

  void
  clear_gradient ()
  {
    std::memset (d_packed.get_data_handle (), 0, d_packed.get_desc ().get_size ());
  }

  void
  update (stream &s, double t)
  {
    if (d_plain != d_packed)
      from_gradient.execute (s, d_packed, d_plain);
    s.wait ();
    const float *g = static_cast<float *> (d_plain.get_data_handle ());
    float *p = static_cast<float *> (plain.get_data_handle ()), *m1 = m.data (), *v1 = v.data ();
    const float step = float (0.001 / (1 - std::pow (0.9, t)));
    const float scale = float (1 / std::sqrt (1 - std::pow (0.999, t)));
    const size_t n = m.size ();
#pragma omp parallel for simd if (n > 20000) schedule(static)
    for (size_t i = 0; i < n; i++)
      {
        m1[i] = 0.9f * m1[i] + 0.1f * g[i];
        v1[i] = 0.999f * v1[i] + 0.001f * g[i] * g[i];
        p[i] -= step * m1[i] / (std::sqrt (v1[i]) * scale + 1e-8f);
      }
  }
};

/* One layer: its two primitives with everything they read and write. */
struct Layer
{
  primitive forward, backward;
  Arguments forward_arguments, backward_arguments;
  std::vector<Parameter> parameters;
  memory x, y, dx, dy;

  template <class Forward, class Backward>
  void
  make (const typename Forward::primitive_desc &f, const typename Backward::primitive_desc &b,
        const Desc &x_desc, const Desc &y_desc, const Desc &w, const Desc &u, const Desc &bias,
        const memory *below, float bound, const engine &where)
  {
    x = below ? *below : zeros (x_desc, where);
    y = zeros (y_desc, where);
    dx = zeros (x_desc, where);
    dy = zeros (y_desc, where);
    parameters.emplace_back (w, f.weights_layer_desc (), b.weights_layer_desc (),
                             b.diff_weights_layer_desc (), where, bound);
    parameters.emplace_back (u, f.weights_iter_desc (), b.weights_iter_desc (),
                             b.diff_weights_iter_desc (), where, bound);
    parameters.emplace_back (bias, bias, bias, bias, where, bound);
    memory workspace = zeros (f.workspace_desc (), where);
    const int names[] = { DNNL_ARG_WEIGHTS_LAYER, DNNL_ARG_WEIGHTS_ITER, DNNL_ARG_BIAS };
    const int d_names[]
        = { DNNL_ARG_DIFF_WEIGHTS_LAYER, DNNL_ARG_DIFF_WEIGHTS_ITER, DNNL_ARG_DIFF_BIAS };
    forward_arguments = { { DNNL_ARG_SRC_LAYER, x },
                          { DNNL_ARG_DST_LAYER, y },
                          { DNNL_ARG_WORKSPACE, workspace } };
    backward_arguments = forward_arguments;
    backward_arguments[DNNL_ARG_DIFF_SRC_LAYER] = dx;
    backward_arguments[DNNL_ARG_DIFF_DST_LAYER] = dy;
    for (int i = 0; i < 3; i++)
      {
        forward_arguments[names[i]] = parameters[i].packed_forward;
        backward_arguments[names[i]] = parameters[i].packed_backward;
        backward_arguments[d_names[i]] = parameters[i].d_packed;
      }
    forward = Forward (f);
    backward = Backward (b);
  }

  Layer (bool is_gru, memory::dim t, memory::dim n, memory::dim inputs, memory::dim units,
         const memory *below, const engine &where)
  {
    const memory::dim gates = is_gru ? 3 : 4, biases = 4; /* the GRU's as PyTorch's: n has two */
    const auto way = rnn_direction::unidirectional_left2right;
    const Desc x_desc ({ t, n, inputs }, real, tnc), y_desc ({ t, n, units }, real, tnc), none;
    const memory::dims w_dims = { 1, 1, inputs, gates, units }, u_dims = { 1, 1, units, gates, units };
    const Desc w_any (w_dims, real, any), u_any (u_dims, real, any);
    const Desc w (w_dims, real, memory::format_tag::ldigo), u (u_dims, real, memory::format_tag::ldigo);
    const Desc bias ({ 1, 1, biases, units }, real, memory::format_tag::ldgo);
    const float bound = 1 / std::sqrt (float (units));
    if (is_gru)
      {
        const lbr_gru_forward::primitive_desc f (
            { prop_kind::forward_training, way, x_desc, none, w_any, u_any, bias, y_desc, none },
            where);
        const lbr_gru_backward::primitive_desc b (
            { prop_kind::backward, way, x_desc, none, w_any, u_any, bias, y_desc, none, x_desc,
              none, w_any, u_any, bias, y_desc, none },
            where, f);
        make<lbr_gru_forward, lbr_gru_backward> (f, b, x_desc, y_desc, w, u, bias, below, bound,
                                                 where);
        return;
      }
    const lstm_forward::primitive_desc f ({ prop_kind::forward_training, way, x_desc, none, none,
                                            w_any, u_any, bias, y_desc, none, none },
                                          where);
    const lstm_backward::primitive_desc b (
        { prop_kind::backward, way,   x_desc, none, none,   w_any, u_any, bias,   y_desc, none,
          none,                x_desc, none,  none,  w_any, u_any, bias,  y_desc, none,   none },
        where, f);
    make<lstm_forward, lstm_backward> (f, b, x_desc, y_desc, w, u, bias, below, bound, where);
  }
};

static double
now (clockid_t clock)
{
  timespec time;
  clock_gettime (clock, &time);
  return double (time.tv_sec) + 1e-9 * double (time.tv_nsec);
}

int
main (int n_arguments, char **arguments)
{
  if (n_arguments != 8)
    return 2;
  const bool is_gru = std::string (arguments[1]) == "gru";
  const memory::dim steps = std::atoi (arguments[3]), inputs = std::atoi (arguments[4]);
  const memory::dim batch = std::atoi (arguments[5]);
  const int n_threads = std::atoi (arguments[6]);
  const double seconds = std::atof (arguments[7]);
  omp_set_num_threads (n_threads);
#pragma omp parallel
  _mm_setcsr (_mm_getcsr () | 0x8040); /* denormals make Adam slow */
  engine where (engine::kind::cpu, 0);
  stream s (where);

  std::vector<Layer> layers;
  std::stringstream units (arguments[2]);
  memory::dim width = inputs;
  layers.reserve (8);
  for (std::string word; std::getline (units, word, ','); width = std::stoi (word))
    layers.emplace_back (is_gru, steps, batch, width, std::stoi (word),
                         layers.empty () ? nullptr : &layers.back ().y, where);
  for (size_t i = 0; i < layers.size (); i++)
    {
      float *x = static_cast<float *> (layers[0].x.get_data_handle ());
      for (size_t k = 0; i == 0 && k < count (layers[0].x); k++)
        x[k] = 2 * float (std::rand ()) / float (RAND_MAX) - 1;
      if (i + 1 < layers.size ())
        layers[i].backward_arguments[DNNL_ARG_DIFF_DST_LAYER] = layers[i + 1].dx;
    }
  /* The last step's output is drawn towards the mean of the first input. */
  Layer &last = layers.back ();
  const float *y = static_cast<float *> (last.y.get_data_handle ());
  float *dy = static_cast<float *> (last.dy.get_data_handle ());
  const size_t n_last = size_t (batch * width), skip = count (last.y) - n_last;

  double done = 0, start = 0, start_cpu = 0;
  for (int step = -2; step < 0 || now (CLOCK_MONOTONIC) - start < seconds || done == 0; step++)
    {
      if (step == 0)
        {
          start = now (CLOCK_MONOTONIC);
          start_cpu = now (CLOCK_PROCESS_CPUTIME_ID);
        }
      for (Layer &layer : layers)
        for (Parameter &parameter : layer.parameters)
          {
            parameter.pack (s);
            parameter.clear_gradient ();
          }
      for (Layer &layer : layers)
        layer.forward.execute (s, layer.forward_arguments);
      s.wait ();
      for (size_t k = 0; k < n_last; k++)
        dy[skip + k] = (y[skip + k] - 0.1f) / float (n_last);
      for (size_t i = layers.size (); i-- > 0;)
        layers[i].backward.execute (s, layers[i].backward_arguments);
      for (Layer &layer : layers)
        for (Parameter &parameter : layer.parameters)
          parameter.update (s, step + 3);
      done += step >= 0 ? double (batch) : 0;
    }
  const double wall = now (CLOCK_MONOTONIC) - start, cpu = now (CLOCK_PROCESS_CPUTIME_ID) - start_cpu;
  double error = 0;
  for (size_t k = 0; k < n_last; k++)
    error += (y[skip + k] - 0.1) * (y[skip + k] - 0.1) / double (n_last);
  const dnnl_version_t *v = dnnl_version ();
  std::printf ("{\"wall\": %.6g, \"cpu\": %.6g, \"error\": %.4g, \"version\": \"oneDNN %d.%d.%d\"}\n",
               done / wall, done / cpu, error, v->major, v->minor, v->patch);
  return 0;
}
