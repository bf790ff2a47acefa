/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Rows from equations; see made-rows.h. */

#include "tests/ward/made-rows.h"

#include <math.h>

#define N_MADE 1500

static WardRows
new_rows (gsize n)
{
  return (WardRows){ .n = n, .target = g_new0 (double, n) };
}

/* ---- series ---- */

WardRows
ward_make_arma (FsRandom *random)
{
  WardRows rows = new_rows (N_MADE);
  double *y = rows.target;
  for (gsize t = 2; t < N_MADE; t++)
    y[t] = 1.1 * y[t - 1] - 0.5 * y[t - 2] + fs_random_normal (random);
  for (gsize t = 0; t < N_MADE; t++)
    y[t] += 2 * sin (2 * G_PI * (double) t / 12);
  return rows;
}

/* What is noisy is its reading. The draws that the map itself does not use are drawn nevertheless. */
WardRows
ward_make_henon (FsRandom *random)
{
  WardRows rows = new_rows (N_MADE);
  double *y = rows.target;
  for (gsize t = 2; t < N_MADE; t++)
    {
      fs_random_normal (random);
      y[t] = 1 - 1.4 * y[t - 1] * y[t - 1] + 0.3 * y[t - 2];
    }
  for (gsize t = 0; t < N_MADE; t++)
    y[t] += 0.1 * fs_random_normal (random);
  return rows;
}

WardRows
ward_make_regimes (FsRandom *random)
{
  WardRows rows = new_rows (N_MADE);
  double *y = rows.target;
  for (gsize t = 2; t < N_MADE; t++)
    {
      double noise = fs_random_normal (random);
      y[t] =
          y[t - 1] > 0 ? 1.5 - 0.9 * y[t - 1] + 0.5 * noise : -0.5 + 0.6 * y[t - 1] + 0.5 * noise;
    }
  return rows;
}

WardRows
ward_make_lagged (FsRandom *random)
{
  WardRows rows = new_rows (N_MADE);
  double *y = rows.target;
  for (gsize t = 2; t < N_MADE; t++)
    y[t] = (t >= 6 ? 0.9 * y[t - 6] : 0) + fs_random_normal (random);
  return rows;
}

WardRows
ward_make_beats (FsRandom *random)
{
  WardRows rows = new_rows (N_MADE);
  double *y = rows.target;
  for (gsize t = 2; t < N_MADE; t++)
    y[t] = 0.3 * y[t - 1] + 0.4 * fs_random_normal (random);
  for (gsize t = 0; t < N_MADE; t++)
    y[t] += sin (2 * G_PI * (double) t / 24) + sin (2 * G_PI * (double) t / 23.2 + 1);
  return rows;
}

/* dy/dt = 0.2 y(t − 17) / (1 + y(t − 17)¹⁰) − 0.1 y, by Euler's steps of a tenth; every third unit of time
 * is read, with an error of an eighth of its spread. */
WardRows
ward_make_glass (FsRandom *random)
{
  enum
  {
    STEPS = 10,
    DELAY = 17 * STEPS,
    EVERY = 3 * STEPS
  };
  WardRows rows = new_rows (N_MADE);
  const gsize n = (N_MADE + 100) * EVERY; /* the first 100 find the attractor */
  g_autofree double *y = g_new (double, n);
  for (gsize t = 0; t < n; t++)
    {
      double now = t > 0 ? y[t - 1] : 1.2, then = t > DELAY ? y[t - 1 - DELAY] : 1.2;
      y[t] = now + (0.2 * then / (1 + pow (then, 10)) - 0.1 * now) / STEPS;
    }
  for (gsize t = 0; t < N_MADE; t++)
    rows.target[t] = y[(t + 100) * EVERY] + 0.03 * fs_random_normal (random);
  return rows;
}

/* A level above 0 whose day is flatter on two days of seven. */
WardRows
ward_make_hours (FsRandom *random)
{
  WardRows rows = new_rows (14 * 168);
  double *y = rows.target, rest = 0;
  for (gsize t = 0; t < rows.n; t++)
    {
      double hour = 2 * G_PI * (double) (t % 24) / 24;
      double height = t / 24 % 7 < 5 ? 1 : 0.4;
      rest = 0.8 * rest + 0.15 * fs_random_normal (random);
      y[t] = 10 + 2 * (height * (sin (hour - 2) + 0.5 * sin (2 * hour)) + rest);
    }
  return rows;
}

WardRows
ward_make_shifts (FsRandom *random)
{
  WardRows rows = new_rows (N_MADE);
  double level = 0, rest = 0;
  for (gsize t = 0; t < N_MADE; t++)
    {
      if (fs_random_uniform (random) < 1 / 25.0)
        level = fs_random_normal (random);
      rest = -0.4 * rest + 0.5 * fs_random_normal (random);
      rows.target[t] = level + rest;
    }
  return rows;
}

/* ---- sequences ---- */

static WardRows
new_sequences (guint n_sequences, guint most_steps, guint n_inputs)
{
  WardRows rows = new_rows ((gsize) n_sequences * most_steps);
  rows.n = 0;
  rows.sequence = g_new0 (guint, (gsize) n_sequences * most_steps);
  rows.n_inputs = n_inputs;
  for (guint i = 0; i < n_inputs; i++)
    rows.inputs[i] = g_new0 (double, (gsize) n_sequences *most_steps);
  return rows;
}

/* The sum can be told no better than its noise. */
WardRows
ward_make_adding (FsRandom *random)
{
  enum
  {
    N = 600,
    STEPS = 50
  };
  WardRows rows = new_sequences (N, STEPS, 2);
  for (guint s = 0; s < N; s++)
    {
      guint first = (guint) fs_random_below (random, STEPS / 2);
      guint second = STEPS / 2 + (guint) fs_random_below (random, STEPS / 2);
      double sum = 0.15 * fs_random_normal (random);
      for (guint step = 0; step < STEPS; step++)
        {
          gsize row = rows.n + step;
          rows.sequence[row] = s;
          rows.inputs[0][row] = fs_random_uniform (random);
          rows.inputs[1][row] = step == first || step == second;
          sum += rows.inputs[1][row] * rows.inputs[0][row];
        }
      for (guint step = 0; step < STEPS; step++)
        rows.target[rows.n++] = sum;
    }
  return rows;
}

static double
wave (guint form, double cycles)
{
  double part = cycles - floor (cycles);
  return form == 0 ? sin (2 * G_PI * part) : form == 1 ? (part < 0.5 ? 1 : -1) : 2 * part - 1;
}

WardRows
ward_make_waves (FsRandom *random)
{
  enum
  {
    N = 500,
    LEAST = 8,
    MOST = 30
  };
  WardRows rows = new_sequences (N, MOST, 2);
  rows.is_of_classes = TRUE;
  for (guint s = 0; s < N; s++)
    {
      guint form = (guint) fs_random_below (random, 3);
      guint n = LEAST + (guint) fs_random_below (random, MOST - LEAST + 1);
      double cycles = fs_random_uniform (random);
      for (guint step = 0; step < n; step++, rows.n++)
        {
          rows.sequence[rows.n] = s;
          rows.target[rows.n] = form;
          rows.inputs[0][rows.n] =
              wave (form, cycles + step / 8.0) + 0.5 * fs_random_normal (random);
          rows.inputs[1][rows.n] = fs_random_normal (random);
        }
    }
  return rows;
}

/* Bumps of two channels, in the noise of both. */
WardRows
ward_make_order (FsRandom *random)
{
  enum
  {
    N = 500,
    STEPS = 24
  };
  WardRows rows = new_sequences (N, STEPS, 2);
  rows.is_of_classes = TRUE;
  for (guint s = 0; s < N; s++)
    {
      double first = 4 + 7 * fs_random_uniform (random);
      double second = first + 2 + 9 * fs_random_uniform (random);
      guint leader = (guint) fs_random_below (random, 2);
      for (guint step = 0; step < STEPS; step++, rows.n++)
        {
          rows.sequence[rows.n] = s;
          rows.target[rows.n] = leader;
          for (guint i = 0; i < 2; i++)
            {
              double from = step - (i == leader ? first : second);
              rows.inputs[i][rows.n] =
                  1.5 * exp (-from * from / 2) + 0.5 * fs_random_normal (random);
            }
        }
    }
  return rows;
}

/* How steep a noisy line is: of 5 to 20 steps, and told with an error. */
WardRows
ward_make_slopes (FsRandom *random)
{
  enum
  {
    N = 500,
    LEAST = 5,
    MOST = 20
  };
  WardRows rows = new_sequences (N, MOST, 2);
  for (guint s = 0; s < N; s++)
    {
      double slope = fs_random_normal (random), level = 2 * fs_random_normal (random);
      double told = slope + 0.4 * fs_random_normal (random);
      guint n = LEAST + (guint) fs_random_below (random, MOST - LEAST + 1);
      for (guint step = 0; step < n; step++, rows.n++)
        {
          rows.sequence[rows.n] = s;
          rows.target[rows.n] = told;
          rows.inputs[0][rows.n] = level + 0.3 * slope * step + 0.3 * fs_random_normal (random);
          rows.inputs[1][rows.n] = fs_random_normal (random);
        }
    }
  return rows;
}
