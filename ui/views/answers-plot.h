/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* In the forecast's place, for the tasks that are none: of classes the probability that each sequence's
 * or text's right class was given (the loudest errors lie at the bottom), of numbers what is true and
 * what was found, of a text what the network writes. Nothing of the test part until it is asked for. */

#include "engine/lab/run.h"
#include "ui/chart/chart-plot.h"

/* Whether this snapshot's task has answers instead of a forecast. */
gboolean fs_answers_plot_serves (const FsSnapshot *snapshot);

/* Both transfer full; the second is the same in words, with who was taken for whom. */
FsPlot *fs_answers_plot_make (const FsSnapshot *snapshot, gboolean shows_test);
char *fs_answers_plot_describe (const FsSnapshot *snapshot, gboolean shows_test);
