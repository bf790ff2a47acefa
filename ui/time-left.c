/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Time left. See time-left.h. What is to come takes as long as what has been, which is as good as any
 * better guess: the parts of a proof, a file's rows and the rates of a test are all much alike. */

#include "ui/time-left.h"

#include "ui/facts.h"
#include "ui/text.h"

/* Before this there is too little to go by: a guess that jumps is worse than none. */
#define LEAST_SECONDS 0.7
#define LEAST_SHARE 0.03

#define WHOLE_SECONDS 99.5

void
fs_time_left_begin (FsTimeLeft *self)
{
  self->begun_us = g_get_monotonic_time ();
}

char *
fs_time_left_say (const FsTimeLeft *self, double share)
{
  return fs_time_left_describe (
      self->begun_us > 0 ? (double) (g_get_monotonic_time () - self->begun_us) / G_USEC_PER_SEC : 0,
      share);
}

char *
fs_time_left_describe (double seconds, double share)
{
  g_autofree char *left = NULL;
  double to_come;

  if (seconds < LEAST_SECONDS || share < LEAST_SHARE || share >= 1)
    return g_strdup_printf (_ ("%.0f %%"), 100 * CLAMP (share, 0, 1));
  to_come = MAX (seconds * (1 - share) / share, 1);
  /* Whole seconds: tenths would flicker. */
  left = to_come < WHOLE_SECONDS ? g_strdup_printf (_ ("%.0f s"), to_come)
                                 : fs_facts_duration (to_come);
  return g_strdup_printf (_ ("%.0f %% · %s left"), 100 * share, left);
}

/* GTK 4.8 tells of a bar's fraction and not of the words on it. */
void
fs_time_left_show (GtkWidget *bar, double share, const char *words)
{
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (bar), share);
  gtk_progress_bar_set_text (GTK_PROGRESS_BAR (bar), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (bar), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, words,
                                  -1);
}
