/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choice of the instruction set; see kernels.h. */

#include "engine/model/kernels.h"

#include <string.h>
#include "engine/model/simd/kernel-table.h"

static const char *const isa_names[FS_N_ISAS] = {
  [FS_ISA_PLAIN] = "plain",
  [FS_ISA_PORTABLE] = "portable",
  [FS_ISA_AVX2] = "avx2",
  [FS_ISA_AVX512] = "avx512",
};

static FsIsa overridden = FS_N_ISAS;

const char *
fs_isa_name (FsIsa isa)
{
  return isa_names[isa];
}

bool
fs_isa_from_name (const char *name, FsIsa *isa)
{
  for (int i = 0; i < FS_N_ISAS; i++)
    if (strcmp (isa_names[i], name) == 0)
      {
        *isa = (FsIsa) i;
        return true;
      }
  return false;
}

const FsKernels *
fs_isa_kernels (FsIsa isa)
{
  static const FsKernels *const tables[FS_N_ISAS] = {
    [FS_ISA_PORTABLE] = &fs_kernels_portable,
#ifdef __x86_64__
    [FS_ISA_AVX2] = &fs_kernels_avx2,
    [FS_ISA_AVX512] = &fs_kernels_avx512,
#endif
  };
  return tables[isa];
}

bool
fs_isa_is_available (FsIsa isa)
{
  switch (isa)
    {
#ifdef __x86_64__
    case FS_ISA_AVX2:
      return __builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma");
    case FS_ISA_AVX512:
      return __builtin_cpu_supports ("avx512f") && __builtin_cpu_supports ("avx512dq")
             && __builtin_cpu_supports ("avx512bw") && __builtin_cpu_supports ("avx512vl");
#endif
    case FS_ISA_PLAIN:
    case FS_ISA_PORTABLE:
      return true;
    default:
      return false;
    }
}

FsIsa
fs_isa_current (void)
{
  if (overridden != FS_N_ISAS)
    return overridden;
  FsIsa best = FS_ISA_PLAIN;
  for (int i = 0; i < FS_N_ISAS; i++)
    if (fs_isa_is_available ((FsIsa) i))
      best = (FsIsa) i;
  return best;
}

bool
fs_isa_override (FsIsa isa)
{
  if (!fs_isa_is_available (isa))
    return false;
  overridden = isa;
  return true;
}
