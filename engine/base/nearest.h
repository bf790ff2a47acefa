/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* "Did you mean …?": how far two words are apart, and whether that is near enough to be a slip. */

#include <stdbool.h>
#include <stddef.h>

/* The number of inserted, deleted, replaced or swapped neighbouring bytes (optimal string alignment)
 * that turn one word into the other. Only the first 255 bytes of each count. */
size_t fs_nearest_distance (const char *left, const char *right);

/* True when `distance` is small enough for `word` to have been meant: a third of its length, two at
 * least, and not all of it. Further away, a suggestion would only be noise. */
bool fs_nearest_is_near (const char *word, size_t distance);
