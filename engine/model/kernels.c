/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The choice of the instruction set; see kernels.h. */

#include "engine/model/kernels.h"

#include <string.h>

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

bool
fs_isa_is_available (FsIsa isa)
{
  return isa == FS_ISA_PLAIN;
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
