/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A language in which every word is another one: what it changes in a file, a person's language would. */

#include <glib.h>
#include "engine/base/text.h"
#include "ui/chart/chart-export.h"

static const char *
in_another_tongue (const char *context, const char *one, const char *many, size_t n)
{
  g_autofree char *other = g_strconcat ("ö", many && n != 1 ? many : one, NULL);
  return g_intern_string (other);
}

static const FsTranslator other_tongue = { in_another_tongue, ",", "." };

/* `make` makes a plot; its numbers are the same file in every language. */
#define ASSERT_SAME_FILE(make)                             \
  do                                                       \
    {                                                      \
      g_autoptr (FsPlot) english = make;                   \
      g_autofree char *csv = fs_plot_to_csv (english);     \
      fs_text_set_translator (&other_tongue);              \
      g_autoptr (FsPlot) other = make;                     \
      g_autofree char *other_csv = fs_plot_to_csv (other); \
      fs_text_set_translator (NULL);                       \
      g_assert_cmpstr (other_csv, ==, csv);                \
    }                                                      \
  while (0)
