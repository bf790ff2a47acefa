/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What the glossary explains. See glossary-words.h. */

#include "ui/glossary-words.h"

#include <string.h>
#include "engine/experiment/schema.h"
#include "ui/text.h"

struct _FsGlossaryEntry
{
  GObject parent_instance;
  char *title, *text, *facts;
  char *key;     /* title for sorting */
  char **tokens; /* folded words of everything, for the search */
};

G_DEFINE_FINAL_TYPE (FsGlossaryEntry, fs_glossary_entry, G_TYPE_OBJECT);

typedef struct
{
  const char *title, *text;
} Word;

static const Word words[] = {
  { N_ ("Autocorrelation"),
    N_ ("How much a value tells about the one a given number of steps (the lag) later: 1 is "
        "everything, "
        "0 nothing. Residuals with autocorrelation hold something the network has not learned.") },
  { N_ ("Baseline"),
    N_ ("What a model without learning scores on the same windows, such as repeating the last "
        "value. A "
        "network that does not beat it has learned nothing of use, however low its loss looks.") },
  { N_ ("Batch"), N_ ("The windows whose gradients are averaged for one step of the optimiser.") },
  { N_ ("Best epoch"), N_ ("The epoch with the lowest validation loss. Its weights are kept, and "
                           "restored at the end if "
                           "the experiment asks for it.") },
  { N_ ("Checkpoint"),
    N_ ("The weights as they were at the end of one epoch; the slider goes back to them.") },
  { N_ ("Divergence"), N_ ("The loss grows instead of falling, often until it is no number any "
                           "more. A learning rate that "
                           "is too high is the usual cause.") },
  { N_ ("Epoch"), N_ ("One pass over all training windows.") },
  { N_ ("Exploding gradient"), N_ ("Going back through many steps, the gradient grows from step to "
                                   "step until one update destroys "
                                   "the weights. Clipping limits the damage.") },
  { N_ ("Forecast"),
    N_ ("What the network says for the rows after a window, back in original units.") },
  { N_ ("Gap"), N_ ("Validation loss minus train loss, the shaded ribbon. A growing gap while "
                    "train loss falls is "
                    "the mark of overfitting.") },
  { N_ ("Gate"),
    N_ ("A number between 0 and 1 that lets through, keeps or forgets. An LSTM has three for "
        "each unit: "
        "input, forget and output.") },
  { N_ ("Gradient"),
    N_ ("The direction in which the loss grows fastest; the optimiser walks against it.") },
  { N_ ("Horizon"), N_ ("How many steps ahead a window is asked to predict.") },
  { N_ ("Leak"),
    N_ ("Something in the inputs that would not be known when a real forecast is made: the future, "
        "the "
        "answer itself, statistics of later rows. Scores with a leak are worthless.") },
  { N_ ("Loss"), N_ ("The number that training makes small: how wrong the predictions are.") },
  { N_ ("No signal"), N_ ("The inputs do not foretell the target. No setting of any network helps; "
                          "other inputs may.") },
  { N_ ("Overfitting"),
    N_ ("The network learns the training windows by heart: train loss goes on falling while "
        "validation "
        "loss rises. Fewer units, dropout, weight decay, more data or stopping earlier help.") },
  { N_ ("Part"),
    N_ ("The rows are cut into train (learned from), validation (watched and chosen by) and "
        "test (asked "
        "once, at the end).") },
  { N_ ("Patience"),
    N_ ("How many epochs without a better validation loss are waited before stopping.") },
  { N_ ("Persistence"), N_ ("The forecast that repeats the last value. On random walks, such as "
                            "prices, hardly anything "
                            "beats it.") },
  { N_ ("Residual"), N_ ("What was measured minus what was predicted.") },
  { N_ ("Ridge"), N_ ("A straight-line model on the same window with a penalty on large weights: "
                      "the best a model "
                      "without memory and curves can do. It is fitted before the first epoch.") },
  { N_ ("Running loss"),
    N_ ("The average loss of the batches while the epoch was still learning, with dropout on. It "
        "lags "
        "behind the train loss, which is measured after the epoch, as the validation loss is.") },
  { N_ ("Saturation"), N_ ("A gate stuck near 0 or 1, or a cell near its limits: hardly any "
                           "gradient passes through.") },
  { N_ ("Seed"),
    N_ ("The number that all chance of a run comes from. The same seed gives the same curve.") },
  { N_ ("Skill"),
    N_ ("One minus the error divided by that of a baseline: 1 is perfect, 0 no better.") },
  { N_ ("Split"), N_ ("The borders between train, validation and test rows.") },
  { N_ ("Standardised"),
    N_ ("In units of the training part's standard deviation, from its mean. A loss of "
        "1 (squared) is as "
        "good as always saying the mean.") },
  { N_ ("Test part"), N_ ("Rows that nothing was learned from or chosen by. It stays hidden until "
                          "asked for, because it "
                          "is honest only once.") },
  { N_ ("Underfitting"), N_ ("Train and validation loss are both still high: the network is too "
                             "small, trained too shortly "
                             "or held back too much.") },
  { N_ ("Validation loss"), N_ ("The loss on rows that were not trained on. What it says about new "
                                "data is worth more than the "
                                "train loss.") },
  { N_ ("Vanishing gradient"), N_ ("Going back through many steps, the gradient shrinks to "
                                   "nothing, and what happened long ago "
                                   "cannot be learned from.") },
  { N_ ("Window"), N_ ("The rows the network looks at before it predicts.") },
};

static void
fs_glossary_entry_finalize (GObject *object)
{
  FsGlossaryEntry *self = FS_GLOSSARY_ENTRY (object);

  g_free (self->title);
  g_free (self->text);
  g_free (self->facts);
  g_free (self->key);
  g_strfreev (self->tokens);
  G_OBJECT_CLASS (fs_glossary_entry_parent_class)->finalize (object);
}

static void
fs_glossary_entry_class_init (FsGlossaryEntryClass *class)
{
  G_OBJECT_CLASS (class)->finalize = fs_glossary_entry_finalize;
}

static void
fs_glossary_entry_init (FsGlossaryEntry *self)
{
}

static void
add (GPtrArray *entries, const char *title, const char *text, char *facts)
{
  FsGlossaryEntry *entry = g_object_new (FS_TYPE_GLOSSARY_ENTRY, NULL);
  g_autofree char *everything = g_strjoin (" ", title, text, facts, NULL);

  entry->title = g_strdup (title);
  entry->text = g_strdup (text);
  entry->facts = facts;
  entry->key = g_utf8_casefold (title, -1);
  entry->tokens = g_str_tokenize_and_fold (everything, NULL, NULL);
  g_ptr_array_add (entries, entry);
}

/* `object` is what the row belongs to: "train" is in its key already, layers and steps say theirs. */
static void
add_setting (GPtrArray *entries, const FsSetting *setting, const char *object)
{
  GString *facts = g_string_new (object);
  char allowed[512];

  g_string_append (facts, setting->key);
  if (setting->pytorch_name && *setting->pytorch_name)
    g_string_append_printf (facts, _ (" · PyTorch %s"), setting->pytorch_name);
  if (setting->keras_name && *setting->keras_name)
    g_string_append_printf (facts, _ (" · Keras %s"), setting->keras_name);
  if (setting->type == FS_TYPE_NUMBER || setting->type == FS_TYPE_INTEGER)
    {
      fs_setting_describe_allowed (setting, allowed, sizeof allowed);
      g_string_append_printf (facts, " · %s", allowed);
    }
  add (entries, _ (setting->label), _ (setting->help), g_string_free (facts, FALSE));
  for (const FsChoice *choice = setting->choices; choice && choice->word; choice++)
    if (choice->help && *choice->help)
      add (entries, _ (choice->label), _ (choice->help),
           g_strdup_printf (_ ("a choice of %s%s: %s"), object, setting->key, choice->word));
}

static void
add_schema (GPtrArray *entries, const FsSchema *schema, const char *object)
{
  for (size_t i = 0; i < schema->n_settings; i++)
    add_setting (entries, &schema->settings[i], object);
}

static void
add_kinds (GPtrArray *entries, const FsKind *(*kind_of) (int), int n_kinds, const char *what)
{
  for (int i = 0; i < n_kinds; i++)
    {
      const FsKind *kind = kind_of (i);

      add (entries, _ (kind->label), _ (kind->help), g_strdup_printf ("%s: %s", what, kind->word));
    }
}

static const FsKind *
layer_kind (int kind)
{
  return fs_layer_kind ((FsLayerKind) kind);
}

static const FsKind *
step_kind (int kind)
{
  return fs_step_kind ((FsStepKind) kind);
}

static int
compare_cb (const void *left, const void *right)
{
  FsGlossaryEntry *const *a = left, *const *b = right;
  int order = g_utf8_collate ((*a)->key, (*b)->key);

  return order ? order : g_strcmp0 ((*a)->facts, (*b)->facts);
}

/* The same row may serve several kinds of layers under one key and explanation. */
static gboolean
is_repeated (const FsGlossaryEntry *entry, const FsGlossaryEntry *before)
{
  return g_str_equal (entry->title, before->title) && g_str_equal (entry->text, before->text)
         && g_strcmp0 (entry->facts, before->facts) == 0;
}

GPtrArray *
fs_glossary_entries (void)
{
  GPtrArray *entries = g_ptr_array_new_with_free_func (g_object_unref);

  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    add (entries, _ (words[i].title), _ (words[i].text), NULL);
  add_schema (entries, fs_schema_experiment (), "");
  add_schema (entries, fs_schema_layer (), "model.layers.");
  add_schema (entries, fs_schema_step (), "prepare.");
  add_kinds (entries, layer_kind, FS_N_LAYER_KINDS, _ ("a layer"));
  add_kinds (entries, step_kind, FS_N_STEP_KINDS, _ ("a preparation step"));
  g_ptr_array_sort (entries, compare_cb);
  for (guint i = entries->len; i-- > 1;)
    if (is_repeated (entries->pdata[i], entries->pdata[i - 1]))
      g_ptr_array_remove_index (entries, i);
  return entries;
}

const char *
fs_glossary_entry_get_title (FsGlossaryEntry *self)
{
  return self->title;
}

const char *
fs_glossary_entry_get_text (FsGlossaryEntry *self)
{
  return self->text;
}

const char *
fs_glossary_entry_get_facts (FsGlossaryEntry *self)
{
  return self->facts;
}

gboolean
fs_glossary_entry_fits (FsGlossaryEntry *self, const char *query)
{
  g_auto (GStrv) wanted = g_str_tokenize_and_fold (query, NULL, NULL);

  for (char **want = wanted; *want; want++)
    {
      gboolean is_there = FALSE;

      for (char **token = self->tokens; *token && !is_there; token++)
        is_there = g_str_has_prefix (*token, *want);
      if (!is_there)
        return FALSE;
    }
  return TRUE;
}
