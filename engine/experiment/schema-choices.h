/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What all tables of choices have in common. Private to the schema. */

#include "engine/experiment/schema.h"

#define CHOICES_AGREE(choices, last)                                          \
  _Static_assert(sizeof (choices) / sizeof *(choices) == (size_t) (last) + 2, \
                 "a choice table lists every value of its enum and ends with an empty row")
