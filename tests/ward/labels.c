/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Labels; see labels.h. */

#include "tests/ward/labels.h"

#include <math.h>
#include "engine/lab/run-load.h"

/* ---- harm ---- */

/* What left the numbers is worse than anything that did not. */
static double
bounded_error (const WardRun *run)
{
  return isfinite (run->error) ? fmin (run->error, 100) : 100;
}

static double
mean_error (const GPtrArray *runs)
{
  double sum = 0;
  for (guint i = 0; i < runs->len; i++)
    sum += bounded_error (g_ptr_array_index (runs, i));
  return sum / runs->len;
}

/* Whether runs of `key` are worse than those of `other`, beyond chance. Runs of one seed begin alike: their
 * differences are what varies. */
static gboolean
is_worse (WardStore *store, const char *key, const char *other)
{
  const GPtrArray *ours = ward_store_runs (store, key), *theirs = ward_store_runs (store, other);
  double sum = 0, squares = 0, level = 0;
  if (!ours || !theirs || ours->len == 0 || ours->len != theirs->len)
    return FALSE;
  const double n = ours->len;
  for (guint i = 0; i < ours->len; i++)
    {
      double a = bounded_error (g_ptr_array_index (ours, i));
      double b = bounded_error (g_ptr_array_index (theirs, i));
      sum += a - b;
      squares += (a - b) * (a - b);
      level += b / n;
    }
  double mean = sum / n;
  double deviation = n > 1 ? sqrt (fmax (0, squares / n - mean * mean) / (n - 1)) : 0;
  return mean > fmax (WARD_LEAST_HARM * level, 2 * deviation);
}

static void
calm_key (const WardCase *ward, char key[WARD_KEY_SIZE])
{
  g_snprintf (key, WARD_KEY_SIZE, "%s/calm/healthy", ward_host_name (ward->host));
}

gboolean
ward_is_certified (WardStore *store, const WardCase *ward)
{
  g_autofree char *last = g_strdup_printf ("%s+keep-last", ward->key);
  const GPtrArray *runs = ward_store_runs (store, ward->key);
  if (!runs || runs->len == 0 || mean_error (runs) >= 1)
    return FALSE;
  if (is_worse (store, last, ward->key))
    return FALSE;
  for (guint e = 0; e < WARD_N_EDITS; e++)
    {
      g_autofree char *key = g_strdup_printf ("%s+%s", ward->key, ward_edit_name (e));
      if (is_worse (store, ward->key, key))
        return FALSE;
    }
  return TRUE;
}

/* Two plants: neither is as well alone. */
static gboolean
do_both_harm (WardStore *store, const WardCase *ward)
{
  for (guint p = 0; p < 2; p++)
    {
      char other[WARD_KEY_SIZE];
      ward_case_part_key (ward, 1 - p, other);
      if (!ward->plants[p]->harms_by_nature && !is_worse (store, ward->key, other))
        return FALSE;
    }
  return TRUE;
}

gboolean
ward_is_harmful (WardStore *store, const WardCase *ward)
{
  char calm[WARD_KEY_SIZE];
  calm_key (ward, calm);
  if (ward->n_plants == 2)
    return do_both_harm (store, ward);
  return ward->plants[0]->harms_by_nature || is_worse (store, ward->key, calm);
}

/* ---- verdicts ---- */

void
ward_renew_facts (const WardCase *ward, const GPtrArray *runs)
{
  FsLoaded loaded = { 0 };
  g_autoptr (GError) error = NULL;
  if (!((const WardRun *) g_ptr_array_index (runs, 0))->has_old_facts)
    return;
  if (!fs_loaded_make (&loaded, &ward->experiment, NULL, 1, NULL, &error))
    g_error ("%s: %s", ward->key, error->message);
  for (guint k = 0; k < runs->len; k++)
    ((WardRun *) g_ptr_array_index (runs, k))->facts = loaded.prepared->facts;
  fs_loaded_clear (&loaded);
}

FsVerdict
ward_run_verdict (const WardCase *ward, const WardRun *run)
{
  FsExperiment experiment = ward->experiment;
  experiment.train.seed += run->seed;
  const FsCase subject = ward_run_case (run, &experiment);
  return fs_verdict_judge (&subject);
}

gboolean
ward_pair_is_met (const WardPlant *const plants[2], const FsFindingId *found, guint n)
{
  for (guint i = 0; i < MIN (n, WARD_N_FIRST); i++)
    for (guint k = 0; k < MIN (n, WARD_N_FIRST); k++)
      if (i != k && ward_plant_accepts (plants[0], found[i])
          && ward_plant_accepts (plants[1], found[k]))
        return TRUE;
  return FALSE;
}

/* ---- cures ---- */

guint
ward_findings_in_doubt (const WardCase *ward, const FsVerdict *verdict)
{
  const guint n = (guint) MIN (verdict->n_warnings, WARD_N_FIRST);
  guint right = 0;
  if (ward->n_plants != 1 || ward->plants[0]->harms_by_nature)
    return 0;
  for (guint i = 0; i < n; i++)
    if (ward_plant_accepts (ward->plants[0], verdict->findings[i].id))
      right |= 1u << i;
  const guint all = (1u << n) - 1;
  return right ? all & ~right & 1u : all;
}

gboolean
ward_cure_make (const WardCase *ward,
                const FsFinding *finding,
                FsExperiment *cured,
                char key[WARD_KEY_SIZE])
{
  const FsEdit *edit = &finding->edit;
  g_autofree char *change = g_strdup_printf ("%d %" G_GSIZE_FORMAT " %d %s=%s", (int) edit->kind,
                                             edit->index, edit->item, edit->key, edit->value);
  *cured = ward->experiment;
  g_snprintf (key, WARD_KEY_SIZE, "%s+cure-%08x", ward->key, g_str_hash (change));
  return edit->kind != FS_EDIT_NONE && fs_edit_apply (edit, cured, NULL) == FS_OK;
}

WardCure
ward_cure_look (WardStore *store, const WardCase *ward, const FsFinding *finding)
{
  FsExperiment cured;
  char key[WARD_KEY_SIZE], calm[WARD_KEY_SIZE];
  const GPtrArray *planted = ward_store_runs (store, ward->key);
  if (!ward_cure_make (ward, finding, &cured, key))
    return WARD_CURE_NONE;
  if (!planted || !ward_store_has (store, key, &cured, planted->len))
    return WARD_CURE_UNTRIED;
  calm_key (ward, calm);
  return is_worse (store, ward->key, key) && !is_worse (store, key, calm) ? WARD_CURE_WORKS
                                                                          : WARD_CURE_FAILS;
}
