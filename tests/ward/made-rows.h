/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Series and sequences that are made for the bench, each of a different nature. */

#include "engine/base/random.h"
#include "tests/ward/hosts.h"

typedef WardRows (*WardMake) (FsRandom *random);

/* Series. */
WardRows ward_make_arma (FsRandom *random);  /* an autoregression with a season */
WardRows ward_make_henon (FsRandom *random); /* the Hénon map, which no straight line can foresee */
WardRows ward_make_regimes (FsRandom *random); /* an autoregression with two regimes */
WardRows ward_make_lagged (FsRandom *random);  /* remembers six rows */
WardRows ward_make_beats (FsRandom *random);   /* two seasons that beat */
WardRows ward_make_glass (FsRandom *random);   /* Mackey and Glass's equation, read with noise */
WardRows ward_make_hours (FsRandom *random);   /* hours with a day and a week */
WardRows ward_make_shifts (FsRandom *random);  /* a level that jumps now and then */

/* Sequences. */
WardRows ward_make_adding (FsRandom *random); /* the sum of two marked numbers among fifty */
WardRows ward_make_waves (FsRandom *random);  /* three forms of wave, of 8 to 30 steps */
WardRows ward_make_order (FsRandom *random);  /* which of two bumps comes first */
WardRows ward_make_slopes (FsRandom *random); /* how steep a noisy line is */
