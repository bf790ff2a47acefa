/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* One register of FsReal, for the kernels only: GCC's vector extension, with the processor's own
 * instruction where C has no word for it (fused multiply-add, maximum). Which registers there are
 * comes from the flags this file is compiled with; it is included in one source per instruction set.
 *
 * Lanes are independent of each other in everything here, and a fused multiply-add rounds once, so that
 * AVX2 and AVX-512 give the same bits. The portable set has no such instruction on x86-64 and rounds
 * twice: it gives close numbers, not the same. */

#include <stddef.h>
#include <string.h>
#include "engine/base/real.h"
#if defined(__AVX2__) || defined(__AVX512F__)
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define VECTOR_BYTES 64
#define TILE_ROWS 6 /* 6 rows × 4 registers of sums, 4 of weights, 1 of inputs, of 32 */
#elif defined(__AVX2__)
#define VECTOR_BYTES 32
#define TILE_ROWS 3 /* 3 × 4 sums, 1 of weights, 3 of inputs, of 16; 2 or 4 rows were slower */
#elif defined(__aarch64__)
#define VECTOR_BYTES 16
#define TILE_ROWS 6
#else
#define VECTOR_BYTES 16
#define TILE_ROWS 3
#endif

#ifdef FS_REAL_IS_DOUBLE
#define N_LANES (VECTOR_BYTES / 8)
typedef long long VectorMask __attribute__ ((vector_size (VECTOR_BYTES)));
#else
#define N_LANES (VECTOR_BYTES / 4)
typedef int VectorMask __attribute__ ((vector_size (VECTOR_BYTES)));
#endif
#define LANES ((size_t) N_LANES)

/* Lanes of two registers taken in turns: a0 b0 a1 b1 …, from the lower and from the upper half. */
#if N_LANES == 16
#define INTERLEAVE_LOW                                     \
  {                                                        \
    0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23 \
  }
#define INTERLEAVE_HIGH                                          \
  {                                                              \
    8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31 \
  }
#elif N_LANES == 8
#define INTERLEAVE_LOW       \
  {                          \
    0, 8, 1, 9, 2, 10, 3, 11 \
  }
#define INTERLEAVE_HIGH        \
  {                            \
    4, 12, 5, 13, 6, 14, 7, 15 \
  }
#elif N_LANES == 4
#define INTERLEAVE_LOW \
  {                    \
    0, 4, 1, 5         \
  }
#define INTERLEAVE_HIGH \
  {                     \
    2, 6, 3, 7          \
  }
#else
#define INTERLEAVE_LOW \
  {                    \
    0, 2               \
  }
#define INTERLEAVE_HIGH \
  {                     \
    1, 3                \
  }
#endif

typedef FsReal Vector __attribute__ ((vector_size (VECTOR_BYTES)));
typedef FsReal UnalignedVector
    __attribute__ ((vector_size (VECTOR_BYTES), aligned (sizeof (FsReal)), may_alias));

#define KERNEL_INLINE static inline __attribute__ ((always_inline))

KERNEL_INLINE Vector
vector_load (const FsReal *p)
{
  return *(const UnalignedVector *) p;
}

KERNEL_INLINE void
vector_store (FsReal *p, Vector v)
{
  *(UnalignedVector *) p = v;
}

KERNEL_INLINE Vector
vector_all (FsReal x)
{
  return x - (Vector){ 0 };
}

/* a × b + c */
KERNEL_INLINE Vector
vector_fma (Vector a, Vector b, Vector c)
{
#if defined(__AVX512F__) && defined(FS_REAL_IS_DOUBLE)
  return (Vector) _mm512_fmadd_pd ((__m512d) a, (__m512d) b, (__m512d) c);
#elif defined(__AVX512F__)
  return (Vector) _mm512_fmadd_ps ((__m512) a, (__m512) b, (__m512) c);
#elif defined(__AVX2__) && defined(FS_REAL_IS_DOUBLE)
  return (Vector) _mm256_fmadd_pd ((__m256d) a, (__m256d) b, (__m256d) c);
#elif defined(__AVX2__)
  return (Vector) _mm256_fmadd_ps ((__m256) a, (__m256) b, (__m256) c);
#elif defined(__aarch64__) && defined(FS_REAL_IS_DOUBLE)
  return (Vector) vfmaq_f64 ((float64x2_t) c, (float64x2_t) a, (float64x2_t) b);
#elif defined(__aarch64__)
  return (Vector) vfmaq_f32 ((float32x4_t) c, (float32x4_t) a, (float32x4_t) b);
#else
  return a * b + c;
#endif
}

/* x within ±limit. A NaN stays: x86's minimum and maximum yield their second operand if one of the two
 * is a NaN, so the variable stands second. */
KERNEL_INLINE Vector
vector_clamp (Vector x, FsReal limit)
{
#if defined(__AVX512F__) && !defined(FS_REAL_IS_DOUBLE)
  return (Vector) _mm512_max_ps (_mm512_set1_ps (-limit),
                                 _mm512_min_ps (_mm512_set1_ps (limit), (__m512) x));
#elif defined(__AVX2__) && !defined(FS_REAL_IS_DOUBLE)
  return (Vector) _mm256_max_ps (_mm256_set1_ps (-limit),
                                 _mm256_min_ps (_mm256_set1_ps (limit), (__m256) x));
#else
  for (size_t i = 0; i < LANES; i++)
    x[i] = x[i] > limit ? limit : x[i] < -limit ? -limit : x[i];
  return x;
#endif
}
