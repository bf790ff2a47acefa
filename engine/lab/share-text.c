/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Experiments as short texts; see share-text.h. Inside is a line for each setting that is not at its
 * default, after two lines with the kinds of the steps and layers. */

#include "engine/lab/share-text.h"

#include <string.h>
#include <zlib.h>
#include "engine/base/text.h"
#include "engine/experiment/schema.h"
#include "engine/lab/lab-error.h"

#define VERSION "1"

/* Far more than any experiment has; a text that claims more is none. */
#define MAX_PLAIN ((gsize) 256 << 10)
#define MAX_TEXT ((gsize) 64 << 10)

static guint32
checksum (const char *text, gsize length)
{
  guint32 hash = 2166136261u; /* FNV-1a */
  for (gsize i = 0; i < length; i++)
    hash = (hash ^ (guchar) text[i]) * 16777619u;
  return hash;
}

/* ---- lines ---- */

static void
append_kinds (GString *lines, const FsExperiment *experiment)
{
  g_string_append (lines, "steps=");
  for (size_t i = 0; i < experiment->n_steps; i++)
    g_string_append_printf (lines, "%s%s", i ? "," : "",
                            fs_step_kind (experiment->steps[i].kind)->word);
  g_string_append (lines, "\nlayers=");
  for (size_t i = 0; i < experiment->n_layers; i++)
    g_string_append_printf (lines, "%s%s", i ? "," : "",
                            fs_layer_kind (experiment->layers[i].kind)->word);
  g_string_append_c (lines, '\n');
}

static char *
to_lines (const FsExperiment *experiment)
{
  GString *lines = g_string_new (NULL);
  FsExperiment copy = *experiment;
  static char text[FS_MAX_INPUTS * (2 * FS_TEXT_SIZE + 1)];
  size_t index = 0;
  FsPlace place;
  if (!g_str_has_prefix (copy.data.source, "builtin:"))
    {
      g_autofree char *name = g_path_get_basename (copy.data.source);
      g_strlcpy (copy.data.source, name, sizeof copy.data.source);
    }
  append_kinds (lines, &copy);
  while (fs_experiment_next (&copy, &index, &place))
    {
      if (fs_place_is_default (&place))
        continue;
      fs_place_get_text (&place, text, sizeof text);
      g_autofree char *escaped = g_strescape (text, NULL);
      g_string_append_printf (lines, "%s=%s\n", place.path, escaped);
    }
  return g_string_free (lines, FALSE);
}

static gboolean
refuse (GError **error, const char *why)
{
  g_set_error (error, FS_LAB_ERROR, FS_MALFORMED, fs_text ("This text is no whole experiment: %s."),
               fs_text (why));
  return FALSE;
}

static gboolean
insert_step (FsExperiment *experiment, const char *word)
{
  for (int kind = 0; kind < FS_N_STEP_KINDS; kind++)
    if (g_str_equal (word, fs_step_kind ((FsStepKind) kind)->word))
      return fs_experiment_insert_step (experiment, FS_MAX_STEPS, (FsStepKind) kind, NULL) == FS_OK;
  return FALSE;
}

static gboolean
insert_layer (FsExperiment *experiment, const char *word)
{
  for (int kind = 0; kind < FS_N_LAYER_KINDS; kind++)
    if (g_str_equal (word, fs_layer_kind ((FsLayerKind) kind)->word))
      return fs_experiment_insert_layer (experiment, FS_MAX_LAYERS, (FsLayerKind) kind, NULL)
             == FS_OK;
  return FALSE;
}

static gboolean
insert_all (FsExperiment *experiment,
            const char *words,
            gboolean (*insert) (FsExperiment *experiment, const char *word))
{
  g_auto (GStrv) each = g_strsplit (words, ",", -1);
  for (guint i = 0; each[i]; i++)
    if (each[i][0] && !insert (experiment, each[i]))
      return FALSE;
  return TRUE;
}

static gboolean
take_line (FsExperiment *experiment, char *line, GError **error)
{
  if (g_str_has_prefix (line, "steps="))
    return insert_all (experiment, line + strlen ("steps="), insert_step)
           || refuse (error, "it has a step that this Fitscope does not know");
  if (g_str_has_prefix (line, "layers="))
    return insert_all (experiment, line + strlen ("layers="), insert_layer)
           || refuse (error, "it has a layer that this Fitscope does not know");
  FsProblem problem = { 0 };
  g_autofree char *plain = g_strcompress (line);
  if (fs_experiment_set (experiment, plain, &problem) == FS_OK)
    return TRUE;
  return fs_lab_error_take (error, &problem);
}

static gboolean
from_lines (FsExperiment *experiment, const char *lines, GError **error)
{
  g_auto (GStrv) each = g_strsplit (lines, "\n", -1);
  FsExperiment made = fs_experiment_default ();
  size_t index = 0;
  FsPlace place;
  FsProblem problem = { 0 };
  made.n_steps = made.n_layers = 0;
  while (fs_experiment_next (&made, &index, &place))
    fs_place_reset (&place);
  for (guint i = 0; each[i]; i++)
    if (each[i][0] && !take_line (&made, each[i], error))
      return FALSE;
  if (fs_experiment_validate (&made, &problem) != FS_OK)
    return fs_lab_error_take (error, &problem);
  *experiment = made;
  return TRUE;
}

/* ---- text ---- */

char *
fs_share_text_write (const FsExperiment *experiment)
{
  g_autofree char *lines = to_lines (experiment);
  uLongf n_bytes = compressBound ((uLong) strlen (lines));
  g_autofree Bytef *bytes = g_malloc (n_bytes);
  compress2 (bytes, &n_bytes, (const Bytef *) lines, (uLong) strlen (lines), Z_BEST_COMPRESSION);
  g_autofree char *letters = g_base64_encode (bytes, n_bytes);
  g_strdelimit (letters, "+", '-');
  g_strdelimit (letters, "/", '_');
  g_strdelimit (letters, "=", ' ');
  g_strchomp (letters);
  return g_strdup_printf (FS_SHARE_TEXT_PREFIX VERSION ":%s:%08x", letters,
                          checksum (letters, strlen (letters)));
}

gboolean
fs_share_text_is_one (const char *text)
{
  while (g_ascii_isspace (*text))
    text++;
  return g_str_has_prefix (text, FS_SHARE_TEXT_PREFIX);
}

static char *
without_blanks (const char *text)
{
  GString *rest = g_string_new (NULL);
  for (; *text; text++)
    if (!g_ascii_isspace (*text))
      g_string_append_c (rest, *text);
  return g_string_free (rest, FALSE);
}

static char *
unpack (const char *letters)
{
  GString *padded = g_string_new (letters);
  g_strdelimit (padded->str, "-", '+');
  g_strdelimit (padded->str, "_", '/');
  while (padded->len % 4)
    g_string_append_c (padded, '=');
  gsize n_bytes;
  g_autofree guchar *bytes = g_base64_decode (padded->str, &n_bytes);
  g_string_free (padded, TRUE);
  uLongf n = MAX_PLAIN;
  char *lines = g_malloc (MAX_PLAIN + 1);
  if (uncompress ((Bytef *) lines, &n, bytes, (uLong) n_bytes) != Z_OK)
    {
      g_free (lines);
      return NULL;
    }
  lines[n] = '\0';
  return lines;
}

gboolean
fs_share_text_read (FsExperiment *experiment, const char *text, GError **error)
{
  if (strlen (text) > MAX_TEXT)
    return refuse (error, "it is too long");
  g_autofree char *whole = without_blanks (text);
  g_auto (GStrv) parts = g_strsplit (whole, ":", -1);
  if (g_strv_length (parts) != 4 || !g_str_equal (parts[0], "fitscope"))
    return refuse (error, "it should look like fitscope:1:…:…");
  if (!g_str_equal (parts[1], VERSION))
    return refuse (error, "it was written by a newer Fitscope");
  g_autofree char *sum = g_strdup_printf ("%08x", checksum (parts[2], strlen (parts[2])));
  if (g_ascii_strcasecmp (sum, parts[3]) != 0)
    return refuse (error, "some of it was changed or is missing; copy it again");
  g_autofree char *lines = unpack (parts[2]);
  if (!lines || !g_utf8_validate (lines, -1, NULL))
    return refuse (error, "what is in it cannot be read");
  return from_lines (experiment, lines, error);
}
