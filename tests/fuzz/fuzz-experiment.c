/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Any bytes as an experiment file: the reader gives a sentence, or an experiment that is valid and
 * reads back equal from what is written of it. */

#include <stdlib.h>
#include <string.h>
#include "engine/experiment/schema.h"
#include "engine/lab/experiment-file.h"
#include "tests/fuzz/target.h"

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes)
{
  g_autoptr (GError) error = NULL;
  FsExperiment experiment, back;
  if (!fs_experiment_file_parse (&experiment, (const char *) bytes, (gssize) n_bytes,
                                 "fuzz.fit.json", &error))
    {
      if (!error || !g_utf8_validate (error->message, -1, NULL) || strchr (error->message, '\n'))
        abort ();
      return 0;
    }
  if (error || fs_experiment_validate (&experiment, NULL) != FS_OK)
    abort ();
  g_autofree char *json = fs_experiment_file_to_json (&experiment);
  if (!fs_experiment_file_parse (&back, json, -1, "again", NULL)
      || fs_experiment_compare (&experiment, &back, NULL, NULL) != 0)
    abort ();
  return 0;
}
