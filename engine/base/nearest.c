/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Edit distance for "did you mean"; see nearest.h. Words here are setting names and column names, so
 * the plain quadratic table of three rows is fast enough. */

#include "engine/base/nearest.h"

#include <string.h>

#define MAX_LENGTH 255

static size_t
minimum (size_t a, size_t b)
{
  return a < b ? a : b;
}

size_t
fs_nearest_distance (const char *left, const char *right)
{
  const size_t n = minimum (strlen (left), MAX_LENGTH);
  const size_t m = minimum (strlen (right), MAX_LENGTH);
  /* rows[i % 3][j] = distance between the first i bytes of left and the first j of right. */
  size_t rows[3][MAX_LENGTH + 1];

  for (size_t j = 0; j <= m; j++)
    rows[0][j] = j;
  for (size_t i = 1; i <= n; i++)
    {
      size_t *row = rows[i % 3];
      const size_t *above = rows[(i - 1) % 3];
      row[0] = i;
      for (size_t j = 1; j <= m; j++)
        {
          const size_t replaced = above[j - 1] + (left[i - 1] != right[j - 1]);
          row[j] = minimum (replaced, minimum (above[j], row[j - 1]) + 1);
          if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
            row[j] = minimum (row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
  return rows[n % 3][m];
}

bool
fs_nearest_is_near (const char *word, size_t distance)
{
  const size_t length = minimum (strlen (word), MAX_LENGTH);
  return distance < length && distance <= (length > 6 ? length / 3 : 2);
}
