/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The glossary's entries: everything is explained, found by its beginnings and by what others call
 * it; and its window comes and goes without a trace. */

#include "tests/ui/ui-test.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "ui/glossary-words.h"
#include "ui/glossary.h"

static FsGlossaryEntry *
find (GPtrArray *entries, const char *title)
{
  for (guint i = 0; i < entries->len; i++)
    if (g_str_equal (fs_glossary_entry_get_title (entries->pdata[i]), title))
      return entries->pdata[i];
  return NULL;
}

static void
test_everything_is_explained (void)
{
  g_autoptr (GPtrArray) entries = fs_glossary_entries ();
  const FsSchema *schema = fs_schema_experiment ();

  for (guint i = 0; i < entries->len; i++)
    {
      FsGlossaryEntry *entry = entries->pdata[i];
      gsize length = strlen (fs_glossary_entry_get_text (entry));

      g_assert_cmpuint (strlen (fs_glossary_entry_get_title (entry)), >, 0);
      g_assert_cmpuint (length, >, 10);
      if (i > 0)
        {
          g_autofree char *before =
              g_utf8_casefold (fs_glossary_entry_get_title (entries->pdata[i - 1]), -1);
          g_autofree char *here = g_utf8_casefold (fs_glossary_entry_get_title (entry), -1);

          g_assert_cmpint (g_utf8_collate (before, here), <=, 0);
        }
    }
  for (size_t i = 0; i < schema->n_settings; i++)
    g_assert_nonnull (find (entries, schema->settings[i].label));
  for (int kind = 0; kind < FS_N_LAYER_KINDS; kind++)
    g_assert_nonnull (find (entries, fs_layer_kind ((FsLayerKind) kind)->label));
}

static void
test_search (void)
{
  g_autoptr (GPtrArray) entries = fs_glossary_entries ();
  FsGlossaryEntry *rate = find (entries, "Learning rate");
  FsGlossaryEntry *epoch = find (entries, "Epoch");

  g_assert_nonnull (strstr (fs_glossary_entry_get_facts (rate), "train.learning_rate"));
  g_assert_null (fs_glossary_entry_get_facts (epoch));
  g_assert_true (fs_glossary_entry_fits (rate, ""));
  g_assert_true (fs_glossary_entry_fits (rate, "LEARN"));
  g_assert_true (fs_glossary_entry_fits (rate, "lr")); /* PyTorch's name */
  g_assert_true (fs_glossary_entry_fits (rate, "rate learn"));
  g_assert_false (fs_glossary_entry_fits (rate, "earning"));
  g_assert_false (fs_glossary_entry_fits (epoch, "learn"));
}

static void
test_window (void)
{
  GtkWidget *glossary = fs_glossary_new (NULL, "learning rate");

  g_object_add_weak_pointer (G_OBJECT (glossary), (void **) &glossary);
  gtk_window_present (GTK_WINDOW (glossary));
  for (int i = 0; i < 50; i++)
    g_main_context_iteration (NULL, FALSE);
  gtk_window_destroy (GTK_WINDOW (glossary));
  wait_until (glossary == NULL);
}

int
main (int argc, char **argv)
{
  gtk_test_init (&argc, &argv, NULL);
  adw_init ();
  g_test_add_func ("/glossary/everything-is-explained", test_everything_is_explained);
  g_test_add_func ("/glossary/search", test_search);
  g_test_add_func ("/glossary/window", test_window);
  return g_test_run ();
}
