/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Word vectors: the gradient of one update, texts with planted topics, files of vectors, principal
 * components against scikit-learn, and nearest words. */

#include <glib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>
#include "engine/base/random.h"
#include "engine/prepare/word-vectors.h"
#include "tests/golden/vectors-golden.h"

#define D 6
#define K 4

static double
loss_of (const double *input, double (*outputs)[D])
{
  double loss = 0;
  for (int k = 0; k < K; k++)
    {
      double product = 0;
      for (int d = 0; d < D; d++)
        product += input[d] * outputs[k][d];
      loss += log1p (exp (k == 0 ? -product : product)); /* −ln σ (± product) */
    }
  return loss;
}

/* At rate 1 an update takes the gradient away. */
static void
test_gradient (void)
{
  FsRandom random = fs_random (5, FS_STREAM_GENERATOR, 0, 0);
  double input[D], outputs[K][D];
  float moved[D], rows[K][D], work[D], *pointers[K];
  for (int d = 0; d < D; d++)
    moved[d] = (float) (input[d] = (float) fs_random_normal (&random));
  for (int k = 0; k < K; k++)
    {
      pointers[k] = rows[k];
      for (int d = 0; d < D; d++)
        rows[k][d] = (float) (outputs[k][d] = (float) fs_random_normal (&random));
    }
  fs_skip_gram_update (moved, pointers, K, D, 1, work);
  for (int k = -1; k < K; k++)
    for (int d = 0; d < D; d++)
      {
        double *x = k < 0 ? &input[d] : &outputs[k][d], h = 1e-5, kept = *x;
        *x = kept + h;
        const double above = loss_of (input, outputs);
        *x = kept - h;
        const double below = loss_of (input, outputs);
        *x = kept;
        const double step = (double) (k < 0 ? moved[d] : rows[k][d]) - kept;
        g_assert_cmpfloat_with_epsilon (step, -(above - below) / (2 * h), 2e-6);
      }
}

#define TOPICS 4
#define WORDS 12 /* of each topic */
#define TEXTS 1200

/* Each text has words of one topic: a word's nearest ones must be of its own. */
static void
make_texts (GPtrArray *texts)
{
  FsRandom random = fs_random (11, FS_STREAM_GENERATOR, 0, 0);
  for (int i = 0; i < TEXTS; i++)
    {
      GString *text = g_string_new (NULL);
      for (int n = 0; n < 12; n++)
        g_string_append_printf (text, "t%dw%d ", i % TOPICS,
                                (int) fs_random_below (&random, WORDS));
      g_ptr_array_add (texts, g_string_free (text, FALSE));
    }
}

static void
test_topics (void)
{
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsSkipGram settings = fs_skip_gram_default ();
  FsVocabulary *vocabulary;
  FsTokenTexts encoded;
  FsWordVectors vectors, again;
  int n_same = 0, n_all = 0;
  make_texts (texts);
  settings.n_dimensions = 16;
  settings.sample = 0;
  settings.n_epochs = 8;
  const char *const *list = (const char *const *) texts->pdata;
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, list, TEXTS, NULL, NULL), ==, FS_OK);
  g_assert_cmpint (fs_vocabulary_encode (vocabulary, list, TEXTS, &encoded, NULL, NULL), ==, FS_OK);
  g_assert_cmpint (fs_word_vectors_train (&vectors, vocabulary, &encoded, &settings, NULL, NULL),
                   ==, FS_OK);
  for (gint32 w = FS_ID_FIRST_WORD; w < (gint32) vectors.n_words; w++)
    {
      gint32 ids[5];
      double cosines[5];
      g_assert_cmpuint (fs_word_vectors_nearest (&vectors, w, 5, ids, cosines), ==, 5);
      for (int i = 0; i < 5; i++, n_all++)
        n_same +=
            fs_vocabulary_word (vocabulary, ids[i])[1] == fs_vocabulary_word (vocabulary, w)[1];
    }
  g_test_message ("%d of %d nearest words are of the same topic", n_same, n_all);
  g_assert_cmpint (n_same, >=, n_all * 98 / 100);

  g_assert_cmpint (fs_word_vectors_train (&again, vocabulary, &encoded, &settings, NULL, NULL), ==,
                   FS_OK);
  const gsize n = vectors.n_words * vectors.n_dimensions * sizeof (float);
  g_assert_cmpmem (vectors.values, n, again.values, n);
  fs_word_vectors_clear (&again);
  settings.seed = 2;
  g_assert_cmpint (fs_word_vectors_train (&again, vocabulary, &encoded, &settings, NULL, NULL), ==,
                   FS_OK);
  g_assert_true (memcmp (vectors.values, again.values, n) != 0);
  for (gsize d = 0; d < vectors.n_dimensions; d++)
    g_assert_cmpfloat ((double) vectors.values[d], ==, 0);
  fs_word_vectors_clear (&again);
  fs_word_vectors_clear (&vectors);
  fs_token_texts_clear (&encoded);
  fs_vocabulary_free (vocabulary);
}

static FsStatus
read_text (FsWordVectors *vectors, const char *text, FsProblem *problem)
{
  static const char *const words[] = { "sun", "new york", "rain" };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsVocabulary *vocabulary;
  g_assert_cmpint (fs_vocabulary_new (&vocabulary, &rule, words, NULL, 3, NULL), ==, FS_OK);
  const FsStatus status =
      fs_word_vectors_read (vectors, vocabulary, "v.txt", text, strlen (text), NULL, problem);
  fs_vocabulary_free (vocabulary);
  return status;
}

static void
test_files (void)
{
  static const char *const good[] = { "other 9 9\nsun 1.5 -2e-1\nnew york 0.5 4\r\n",
                                      "3 2\nsun 1.5 -0.2\nnew york 0.5 4\nsun 7 7" };
  static const float expected[5][2] = {
    { 0, 0 }, { 1, 1.9f }, { 1.5f, -0.2f }, { 0.5f, 4 }, { 1, 1.9f }
  };
  FsWordVectors vectors;
  FsProblem problem;
  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    {
      g_assert_cmpint (read_text (&vectors, good[i], &problem), ==, FS_OK);
      g_assert_cmpuint (vectors.n_words, ==, 5);
      g_assert_cmpuint (vectors.n_dimensions, ==, 2);
      g_assert_cmpuint (vectors.n_found, ==, 2);
      for (int w = 0; w < 5; w++)
        for (int d = 0; d < 2; d++)
          g_assert_cmpfloat_with_epsilon (vectors.values[w * 2 + d], expected[w][d], 1e-6);
      fs_word_vectors_clear (&vectors);
    }
  g_assert_cmpint (read_text (&vectors, "a 1 2 3\nsun 1 2 x\n", &problem), ==, FS_MALFORMED);
  g_assert_cmpuint (problem.line, ==, 2);
  g_assert_cmpint (read_text (&vectors, "a 1 2 3\nb 1 2 3\n", &problem), ==, FS_MISMATCH);
  g_assert_cmpint (read_text (&vectors, "", &problem), ==, FS_MALFORMED);
  g_assert_cmpint (read_text (&vectors, "word\n", &problem), ==, FS_MALFORMED);
  g_assert_null (vectors.values);
}

/* A word of two numbers, as word2vec writes it. */
static void
append_binary (GString *bytes, const char *word, float a, float b)
{
  const float values[] = { a, b };
  g_string_append_printf (bytes, "%s ", word);
  for (int i = 0; i < 2; i++)
    {
      guint32 bits;
      memcpy (&bits, values + i, sizeof bits);
      bits = GUINT32_TO_LE (bits);
      g_string_append_len (bytes, (const char *) &bits, sizeof bits);
    }
}

static FsStatus
read_bytes (FsWordVectors *vectors, const GString *bytes, gsize n, FsProblem *problem)
{
  static const char *const words[] = { "sun", "moon", "rain" };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsVocabulary *vocabulary;
  char sentence[512];
  g_assert_cmpint (fs_vocabulary_new (&vocabulary, &rule, words, NULL, 3, NULL), ==, FS_OK);
  /* Of exactly this size, so that a sanitizer sees a byte too far. */
  g_autofree char *exact = g_memdup2 (bytes->str, n);
  const FsStatus status =
      fs_word_vectors_read (vectors, vocabulary, "v.bin", exact, n, NULL, problem);
  fs_vocabulary_free (vocabulary);
  if (status != FS_OK)
    {
      g_assert_null (vectors->values);
      g_test_message ("%s", fs_problem_sentence (problem, sentence, sizeof sentence));
    }
  return status;
}

/* With a line end before each word and without, and cut off at every byte. */
static void
test_binary (void)
{
  FsWordVectors vectors;
  FsProblem problem;
  for (int with_lines = 0; with_lines < 2; with_lines++)
    {
      g_autoptr (GString) bytes = g_string_new ("3 2\n");
      append_binary (bytes, "other", 9, 1e-30f);
      g_string_append (bytes, with_lines ? "\n" : "");
      append_binary (bytes, "sun", 1.5f, -0.2f);
      g_string_append (bytes, with_lines ? "\n" : "");
      append_binary (bytes, "moon", 0.5f, 4);
      const gsize n_whole = bytes->len;
      g_string_append (bytes, with_lines ? "\n" : "");
      g_assert_cmpint (read_bytes (&vectors, bytes, bytes->len, &problem), ==, FS_OK);
      g_assert_cmpuint (vectors.n_words, ==, 5);
      g_assert_cmpuint (vectors.n_dimensions, ==, 2);
      g_assert_cmpuint (vectors.n_found, ==, 2);
      g_assert_cmpfloat (vectors.values[4], ==, 1.5f);
      g_assert_cmpfloat (vectors.values[5], ==, -0.2f);
      g_assert_cmpfloat (vectors.values[7], ==, 4);
      g_assert_cmpfloat_with_epsilon (vectors.values[9], 1.9f, 1e-6); /* rain: the mean */
      fs_word_vectors_clear (&vectors);
      for (gsize n = 4; n < n_whole; n++)
        g_assert_cmpint (read_bytes (&vectors, bytes, n, &problem), ==, FS_MALFORMED);
      g_string_append (bytes, "x");
      g_assert_cmpint (read_bytes (&vectors, bytes, bytes->len, &problem), ==, FS_MALFORMED);
    }
}

static void
test_binary_refused (void)
{
  static const char *const heads[] = { "4 2\n",    "999999999999999999999 2\n", "0 2\n",   "1 0\n",
                                       "1 5000\n", "2 99999999999999\n",        "3 4000\n" };
  FsWordVectors vectors;
  FsProblem problem;
  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (GString) bytes = g_string_new (heads[i]);
      append_binary (bytes, "sun", 1.5f, -0.2f);
      append_binary (bytes, "moon", 1.5f, -0.2f);
      append_binary (bytes, "rain", 1.5f, -0.2f);
      g_assert_cmpint (read_bytes (&vectors, bytes, bytes->len, &problem), ==, FS_MALFORMED);
    }
  /* A word that never ends, one without letters, numbers that are none. */
  for (int fault = 0; fault < 4; fault++)
    {
      g_autofree char *letters = g_strnfill (2000, 'x');
      g_autoptr (GString) bytes = g_string_new ("2 2\n");
      append_binary (bytes, "sun", 1.5f,
                     fault == 0   ? (float) NAN
                     : fault == 1 ? (float) INFINITY
                                  : 1);
      append_binary (bytes, fault == 2 ? letters : fault == 3 ? "" : "moon", 1.5f, -0.2f);
      g_assert_cmpint (read_bytes (&vectors, bytes, bytes->len, &problem), ==, FS_MALFORMED);
    }
}

static void
test_components (void)
{
  const gsize n = G_N_ELEMENTS (golden_vectors), d = G_N_ELEMENTS (golden_vectors[0]),
              k = G_N_ELEMENTS (golden_components[0]);
  FsWordVectors vectors = { g_new0 (float, (n + 1) * d), n + 1, d, n };
  double shares[3];
  for (gsize i = 0; i < n; i++)
    for (gsize c = 0; c < d; c++)
      vectors.values[(i + 1) * d + c] = (float) golden_vectors[i][c];
  g_assert_cmpint (fs_word_vectors_reduce (&vectors, d + 1, NULL, NULL), ==, FS_OUT_OF_RANGE);
  g_assert_cmpint (fs_word_vectors_reduce (&vectors, k, shares, NULL), ==, FS_OK);
  g_assert_cmpuint (vectors.n_dimensions, ==, k);
  for (gsize c = 0; c < k; c++)
    {
      const double sign =
          ((double) vectors.values[k + c] > 0) == (golden_components[0][c] > 0) ? 1 : -1;
      g_assert_cmpfloat_with_epsilon (shares[c], golden_shares[0][c], 1e-6);
      for (gsize i = 0; i < n; i++)
        g_assert_cmpfloat_with_epsilon (sign * (double) vectors.values[(i + 1) * k + c],
                                        golden_components[i][c], 1e-5);
    }
  fs_word_vectors_clear (&vectors);
}

static void
test_nearest (void)
{
  static float values[] = { 0, 0, 9, 9, 1, 0, 0, 2, 3, 1, -1, 0, 0, 0 };
  const FsWordVectors vectors = { values, 7, 2, 5 };
  gint32 ids[4];
  double cosines[4];
  g_assert_cmpuint (fs_word_vectors_nearest (&vectors, 2, 2, ids, cosines), ==, 2);
  g_assert_cmpint (ids[0], ==, 4);
  g_assert_cmpint (ids[1], ==, 3);
  g_assert_cmpfloat_with_epsilon (cosines[0], 3 / sqrt (10), 1e-12);
  g_assert_cmpuint (fs_word_vectors_nearest (&vectors, 2, 4, ids, cosines), ==, 3);
  g_assert_cmpint (ids[2], ==, 5);
  g_assert_cmpfloat (cosines[2], ==, -1);
}

static FsStatus
read_file_for (FsWordVectors *vectors, const char *path, size_t n, bool reduces, FsProblem *problem)
{
  static const char *const texts[] = { "one two three four five" };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  const FsVectorWidth width = { .n = n, .reduces = reduces, .where = "model.layers.0.units" };
  FsVocabulary *vocabulary;
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, texts, 1, NULL, NULL), ==, FS_OK);
  const FsStatus status =
      fs_word_vectors_read_file (vectors, vocabulary, path, &width, NULL, problem);
  fs_vocabulary_free (vocabulary);
  return status;
}

/* A file of several parts: the words that count stand far apart, and at its very end without a line's. */
static void
test_file_in_parts (void)
{
  g_autoptr (GString) text = g_string_new ("one 1 2 3\n");
  g_autofree char *path = NULL;
  FsWordVectors vectors;
  FsProblem problem = { 0 };
  char sentence[512];
  for (int i = 0; i < 160000; i++)
    g_string_append_printf (text, "other%d 0.5 -1 %d\n%s", i, i % 7,
                            i == 80000 ? "three -1 0.25 9\n" : "");
  g_string_append (text, "four 4 5 6");
  g_assert_cmpuint (text->len, >, 3 << 20);
  const int fd = g_file_open_tmp ("vectors-XXXXXX.txt", &path, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, text->str, (gssize) text->len, NULL));

  g_assert_cmpint (read_file_for (&vectors, path, 3, false, NULL), ==, FS_OK);
  g_assert_cmpuint (vectors.n_found, ==, 3);
  const float *rows = vectors.values;
  g_assert_cmpfloat (rows[2 * 3 + 1], ==, 2);                /* one */
  g_assert_cmpfloat (rows[4 * 3 + 2], ==, 9);                /* three */
  g_assert_cmpfloat (rows[5 * 3], ==, 4);                    /* four */
  g_assert_cmpfloat_with_epsilon (rows[3 * 3 + 2], 6, 1e-6); /* two: the mean of those three */
  fs_word_vectors_clear (&vectors);

  g_assert_cmpint (read_file_for (&vectors, path, 2, true, NULL), ==, FS_OK);
  g_assert_cmpuint (vectors.n_dimensions, ==, 2);
  fs_word_vectors_clear (&vectors);

  /* Neither is possible: the layer and what it asks for are named. */
  const struct
  {
    size_t n;
    bool reduces;
  } wrong[] = { { 4, true }, { 4, false }, { 2, false } };
  for (size_t i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_assert_cmpint (read_file_for (&vectors, path, wrong[i].n, wrong[i].reduces, &problem), ==,
                       FS_MISMATCH);
      fs_problem_sentence (&problem, sentence, sizeof sentence);
      g_test_message ("%s", sentence);
      g_assert_nonnull (strstr (sentence, "model.layers.0.units"));
      g_assert_nonnull (strstr (sentence, "3"));
      g_assert_null (vectors.values);
    }
  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_cmpint (read_file_for (&vectors, path, 3, true, NULL), ==, FS_NOT_FOUND);
}

/* The same from a file of several parts, which words lie across. */
static void
test_binary_in_parts (void)
{
  g_autoptr (GString) bytes = g_string_new ("160003 2\n");
  g_autofree char *path = NULL;
  FsWordVectors vectors;
  append_binary (bytes, "one", 1, 2);
  for (int i = 0; i < 160000; i++)
    {
      char word[16];
      g_snprintf (word, sizeof word, "other%d", i);
      append_binary (bytes, word, (float) i, -1);
      if (i == 80000)
        append_binary (bytes, "three", -1, 0.25f);
    }
  append_binary (bytes, "four", 4, 5);
  g_assert_cmpuint (bytes->len, >, 2 << 20);
  const int fd = g_file_open_tmp ("vectors-XXXXXX.bin", &path, NULL);
  g_assert_cmpint (fd, >=, 0);
  g_assert_true (g_close (fd, NULL));
  g_assert_true (g_file_set_contents (path, bytes->str, (gssize) bytes->len, NULL));
  g_assert_cmpint (read_file_for (&vectors, path, 2, false, NULL), ==, FS_OK);
  g_assert_cmpuint (vectors.n_found, ==, 3);
  g_assert_cmpfloat (vectors.values[2 * 2 + 1], ==, 2);    /* one */
  g_assert_cmpfloat (vectors.values[4 * 2 + 1], ==, 0.25); /* three */
  g_assert_cmpfloat (vectors.values[5 * 2], ==, 4);        /* four */
  fs_word_vectors_clear (&vectors);
  g_assert_true (g_file_set_contents (path, bytes->str, (gssize) bytes->len - 1, NULL));
  g_assert_cmpint (read_file_for (&vectors, path, 2, false, NULL), ==, FS_MALFORMED);
  g_assert_cmpint (g_unlink (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/word-vectors/gradient", test_gradient);
  g_test_add_func ("/word-vectors/topics", test_topics);
  g_test_add_func ("/word-vectors/files", test_files);
  g_test_add_func ("/word-vectors/binary", test_binary);
  g_test_add_func ("/word-vectors/binary-refused", test_binary_refused);
  g_test_add_func ("/word-vectors/binary-in-parts", test_binary_in_parts);
  g_test_add_func ("/word-vectors/components", test_components);
  g_test_add_func ("/word-vectors/nearest", test_nearest);
  g_test_add_func ("/word-vectors/file-in-parts", test_file_in_parts);
  return g_test_run ();
}
