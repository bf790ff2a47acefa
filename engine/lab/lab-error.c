/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Problems of the engine become GErrors; see lab-error.h. */

#include "engine/lab/lab-error.h"

GQuark
fs_lab_error_quark (void)
{
  return g_quark_from_static_string ("fs-lab-error-quark");
}

gboolean
fs_lab_error_take (GError **error, const FsProblem *problem)
{
  char sentence[1024];
  g_set_error_literal (error, FS_LAB_ERROR, (int) problem->status,
                       fs_problem_sentence (problem, sentence, sizeof sentence));
  return FALSE;
}
