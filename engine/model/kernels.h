/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Which arithmetic the layers use: the plain loops that say what is computed, or the kernels, which
 * are one source compiled for several instruction sets and chosen once at run time. */

#include <stdbool.h>

typedef enum
{
  FS_ISA_PLAIN,    /* readable loops and libm: the reference of the others */
  FS_ISA_PORTABLE, /* what every processor of the architecture has (SSE2, NEON) */
  FS_ISA_AVX2,     /* AVX2 and FMA */
  FS_ISA_AVX512,   /* AVX-512 F */
  FS_N_ISAS
} FsIsa;

typedef struct FsKernels FsKernels;

/* "plain", "portable", "avx2", "avx512". */
const char *fs_isa_name (FsIsa isa);
bool fs_isa_from_name (const char *name, FsIsa *isa);

/* Whether this build has it and this processor runs it. */
bool fs_isa_is_available (FsIsa isa);

/* The one that networks made from now on use: the best available, unless overridden. */
FsIsa fs_isa_current (void);

/* For tests, measurements and users in trouble; false if it is not available. Call before threads. */
bool fs_isa_override (FsIsa isa);

/* Its table of kernels (simd/kernel-table.h); NULL for FS_ISA_PLAIN. */
const FsKernels *fs_isa_kernels (FsIsa isa);
