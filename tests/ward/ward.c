/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The bench of planted faults. Every case of every host is run with a few seeds and all that a verdict is
 * made from is kept (evidence.h), so that a bench that was interrupted goes on where it was, and a
 * changed rule is tried on all runs in a second. The report judges what is kept: false alarms first,
 * then detection, the order of findings, calibration, and the published rules on the same runs.
 *
 *   ward --out FILE [--seeds N] [--jobs N] [--host NAME] [--gross]    run what is missing
 *   ward --report FILE [--host NAME] [--misses] [--rates FILE.csv]    judge, print, write the rates
 *        [--calibration FILE.h]                                       and the curves of confidence
 *   ward --proofs FILE [--host NAME] [--every N]                      prove first prescriptions
 *   … --tuned                                                         without the hosts held out
 *   ward --check                                                      a small bench with fixed limits
 */

#include <glib.h>
#include "tests/ward/bench.h"
#include "tests/ward/calibrate.h"
#include "tests/ward/check.h"
#include "tests/ward/proofs.h"

int
main (int argc, char **argv)
{
  char *out = NULL, *report = NULL, *rates = NULL, *calibration = NULL, *proofs = NULL,
       *host = NULL;
  int n_seeds = 3, n_jobs = 0, every = 1;
  gboolean only_gross = FALSE, only_tuned = FALSE, shows_misses = FALSE, checks = FALSE;
  const GOptionEntry entries[] = {
    { "out", 0, 0, G_OPTION_ARG_FILENAME, &out, "Run what this file lacks", "FILE" },
    { "report", 0, 0, G_OPTION_ARG_FILENAME, &report, "Judge what this file holds", "FILE" },
    { "misses", 0, 0, G_OPTION_ARG_NONE, &shows_misses,
      "List the misjudged runs of hosts that are not held out", NULL },
    { "rates", 0, 0, G_OPTION_ARG_FILENAME, &rates, "Write the help's rates", "FILE.csv" },
    { "calibration", 0, 0, G_OPTION_ARG_FILENAME, &calibration, "Write the curves of confidence",
      "FILE.h" },
    { "proofs", 0, 0, G_OPTION_ARG_FILENAME, &proofs, "Prove prescriptions", "FILE" },
    { "every", 0, 0, G_OPTION_ARG_INT, &every, "Of each so many-th plant (1)", "N" },
    { "host", 0, 0, G_OPTION_ARG_STRING, &host, "This host alone", "NAME" },
    { "tuned", 0, 0, G_OPTION_ARG_NONE, &only_tuned, "Leave out the hosts that are held out",
      NULL },
    { "seeds", 0, 0, G_OPTION_ARG_INT, &n_seeds, "Runs of each case (3)", "N" },
    { "jobs", 0, 0, G_OPTION_ARG_INT, &n_jobs, "Runs at once", "N" },
    { "gross", 0, 0, G_OPTION_ARG_NONE, &only_gross, "Gross faults alone", NULL },
    { "check", 0, 0, G_OPTION_ARG_NONE, &checks, "A small bench with limits", NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_set_ignore_unknown_options (context, TRUE);
  if (!g_option_context_parse (context, &argc, &argv, &error))
    g_error ("%s", error->message);
  const WardChoice choice = { host, only_tuned };
  if (checks)
    return ward_check (argc, argv);
  if (out)
    {
      g_autoptr (WardStore) store = ward_store_open (out, TRUE);
      ward_bench_run (store,
                      &(WardBench){ choice, (guint) n_seeds, (guint) n_jobs, only_gross, TRUE });
    }
  if (report)
    {
      g_autoptr (WardStore) store = ward_store_open (report, FALSE);
      g_autoptr (WardScores) scores = ward_scores_new (store, &choice);
      if (shows_misses)
        ward_print_misses (scores, WARD_TUNED_HOSTS);
      ward_print_report (scores);
      if (rates)
        ward_write_rates (scores, rates);
      if (calibration)
        ward_write_calibration (scores, calibration);
    }
  if (proofs)
    {
      g_autoptr (WardStore) store = ward_store_open (proofs, FALSE);
      ward_prove (store, &choice, (guint) MAX (every, 1), (guint) n_jobs);
    }
  return 0;
}
