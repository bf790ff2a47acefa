/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A growing curve, reduced as it grows. See curve.h. */

#include "ui/views/curve.h"

#include <math.h>

#define MAX_BUCKETS (FS_CURVE_MAX_POINTS / 2)

/* low and high are points of the bucket, in the order of their x when drawn. A bucket that holds
 * nothing but NaN has NaN in both. */
typedef struct
{
  double low_x, low_y;
  double high_x, high_y;
} Bucket;

struct FsCurve
{
  GArray *buckets;   /* Bucket */
  gsize bucket_size; /* points in a full bucket: a power of two */
  gsize n_in_last;   /* points in the last bucket */
  GArray *x, *y;     /* double: the points as last asked for */
  gboolean is_stale; /* x and y do not show the buckets as they are */
};

FsCurve *
fs_curve_new (void)
{
  FsCurve *curve = g_new0 (FsCurve, 1);

  curve->buckets = g_array_new (FALSE, FALSE, sizeof (Bucket));
  curve->x = g_array_new (FALSE, FALSE, sizeof (double));
  curve->y = g_array_new (FALSE, FALSE, sizeof (double));
  curve->bucket_size = 1;
  return curve;
}

void
fs_curve_free (FsCurve *curve)
{
  if (!curve)
    return;
  g_array_unref (curve->buckets);
  g_array_unref (curve->x);
  g_array_unref (curve->y);
  g_free (curve);
}

void
fs_curve_clear (FsCurve *curve)
{
  g_array_set_size (curve->buckets, 0);
  curve->bucket_size = 1;
  curve->n_in_last = 0;
  curve->is_stale = TRUE;
}

/* What both have seen. NaN loses against any number. */
static Bucket
join (Bucket a, Bucket b)
{
  if (isnan (a.low_y))
    return b;
  if (isnan (b.low_y))
    return a;
  if (b.low_y < a.low_y)
    {
      a.low_x = b.low_x;
      a.low_y = b.low_y;
    }
  if (b.high_y > a.high_y)
    {
      a.high_x = b.high_x;
      a.high_y = b.high_y;
    }
  return a;
}

static void
halve (FsCurve *curve)
{
  guint n = curve->buckets->len;

  for (guint i = 0; i < n / 2; i++)
    g_array_index (curve->buckets, Bucket, i) =
        join (g_array_index (curve->buckets, Bucket, 2 * i),
              g_array_index (curve->buckets, Bucket, 2 * i + 1));
  g_array_set_size (curve->buckets, n / 2);
  curve->bucket_size *= 2;
  curve->n_in_last = curve->bucket_size;
}

void
fs_curve_add (FsCurve *curve, double x, double y)
{
  Bucket point = { x, y, x, y };

  curve->is_stale = TRUE;
  if (curve->buckets->len > 0 && curve->n_in_last < curve->bucket_size)
    {
      Bucket *last = &g_array_index (curve->buckets, Bucket, curve->buckets->len - 1);
      *last = join (*last, point);
      curve->n_in_last++;
      return;
    }
  /* MAX_BUCKETS is even and every bucket is full here, so pairs are whole. */
  if (curve->buckets->len == MAX_BUCKETS)
    halve (curve);
  g_array_append_val (curve->buckets, point);
  curve->n_in_last = 1;
}

static void
append_point (FsCurve *curve, double x, double y)
{
  g_array_append_val (curve->x, x);
  g_array_append_val (curve->y, y);
}

gsize
fs_curve_points (FsCurve *curve, const double **x, const double **y)
{
  if (curve->is_stale)
    {
      g_array_set_size (curve->x, 0);
      g_array_set_size (curve->y, 0);
      for (guint i = 0; i < curve->buckets->len; i++)
        {
          const Bucket *bucket = &g_array_index (curve->buckets, Bucket, i);

          if (bucket->low_x == bucket->high_x)
            append_point (curve, bucket->low_x, bucket->low_y);
          else if (bucket->low_x < bucket->high_x)
            {
              append_point (curve, bucket->low_x, bucket->low_y);
              append_point (curve, bucket->high_x, bucket->high_y);
            }
          else
            {
              append_point (curve, bucket->high_x, bucket->high_y);
              append_point (curve, bucket->low_x, bucket->low_y);
            }
        }
      curve->is_stale = FALSE;
    }
  *x = (const double *) curve->x->data;
  *y = (const double *) curve->y->data;
  return curve->x->len;
}
