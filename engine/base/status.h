/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* How anything below lab/ says that it failed: a status that code can test, and a problem that a
 * person can read. A problem has a fixed size, so that reporting "out of memory" needs no memory.
 * Nothing here prints or allocates; what is allowed is looked up in the person's language (text.h),
 * before formatting. fs_problem_sentence() is what lab/ and the window show. User input never ends in an assertion: it ends here. */

#include <stdbool.h>
#include <stddef.h>

typedef enum
{
  FS_OK = 0,
  FS_OUT_OF_MEMORY,  /* the allocator said no */
  FS_TOO_LARGE,      /* a size that cannot be served, found before any memory was taken */
  FS_NOT_FOUND,      /* a file, column or name that is not there */
  FS_UNREADABLE,     /* there, but the system would not let us read or write it */
  FS_MALFORMED,      /* content that cannot be understood */
  FS_OUT_OF_RANGE,   /* a number outside what is allowed */
  FS_UNKNOWN_KEY,    /* a setting that does not exist */
  FS_UNKNOWN_CHOICE, /* a word that is not among the choices */
  FS_WRONG_TYPE,     /* a word where a number belongs, and the like */
  FS_MISMATCH,       /* two parts that do not fit each other (shapes, lengths) */
  FS_TOO_LITTLE,     /* data that does not suffice for what was asked */
  FS_CONSTANT,       /* a target that never changes */
  FS_INTERRUPTED,    /* stopped on request; nothing is wrong */
  FS_N_STATUSES
} FsStatus;

typedef struct
{
  FsStatus status;
  char where[256];   /* file, key or layer, as the user wrote it: "model.layers.0.units" */
  char value[128];   /* the value found, as the user wrote it */
  char allowed[384]; /* what would be right, or what to do: a clause, no full stop */
  size_t line;       /* 1-based line of a file, 0 when there is none */
} FsProblem;

/* Fills `problem` (which may be NULL) and returns `status`, so that failing is one statement:
 *   return fs_problem (problem, FS_OUT_OF_RANGE, "train.batch", "-3", "a whole number from 1");
 * `where`, `value` and `allowed` may be NULL; longer texts are cut at a UTF-8 boundary. */
FsStatus fs_problem (FsProblem *problem,
                     FsStatus status,
                     const char *where,
                     const char *value,
                     const char *allowed);

/* The same with a line number, and with printf-style `allowed`. */
FsStatus fs_problem_at (FsProblem *problem,
                        FsStatus status,
                        const char *where,
                        size_t line,
                        const char *value,
                        const char *allowed_format,
                        ...) __attribute__ ((format (printf, 6, 7)));

/* One English sentence, ended by a full stop: where, what, which value, what is allowed. Always
 * NUL-terminated; `size` of 1024 holds any problem. Returns `buffer`. */
char *fs_problem_sentence (const FsProblem *problem, char *buffer, size_t size);

/* The bare sentence of a status ("Not enough memory"), from one table. */
const char *fs_status_text (FsStatus status);
