/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The system's word for cores; see core.h. */

#define _GNU_SOURCE /* sched_getcpu() and sets of cores are Linux's */

#include "engine/base/core.h"

#if defined(__linux__)
#include <sched.h>

int
fs_core_current (void)
{
  return sched_getcpu ();
}

void
fs_core_leave (int core)
{
  cpu_set_t allowed, others;
  if (core < 0 || core >= CPU_SETSIZE || sched_getaffinity (0, sizeof allowed, &allowed) != 0)
    return;
  others = allowed;
  CPU_CLR ((size_t) core, &others);
  /* The system moves the thread at once when it must; after that it may run anywhere again. */
  if (CPU_COUNT (&others) > 0 && sched_setaffinity (0, sizeof others, &others) == 0)
    sched_setaffinity (0, sizeof allowed, &allowed);
}

#else

int
fs_core_current (void)
{
  return -1;
}

void
fs_core_leave (int core)
{
  (void) core;
}

#endif
