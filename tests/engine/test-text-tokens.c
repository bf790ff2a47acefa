/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Tokens and vocabularies: by hand, against Keras' own example, and against Python's Unicode. */

#include <glib.h>
#include <string.h>
#include "engine/prepare/text-unicode.h"
#include "engine/prepare/text-vocabulary.h"
#include "tests/golden/text-golden.h"

/* All tokens joined by '|'. */
static char *
tokens_of (const char *text, FsTokenRule rule)
{
  FsTokeniser tokeniser = { .rule = rule };
  FsToken token;
  GString *all = g_string_new (NULL);
  g_assert_cmpint (fs_tokeniser_begin (&tokeniser, text, NULL), ==, FS_OK);
  while (fs_tokeniser_next (&tokeniser, &token))
    {
      if (all->len > 0)
        g_string_append_c (all, '|');
      g_string_append_len (all, token.text, (gssize) token.length);
    }
  fs_tokeniser_clear (&tokeniser);
  return g_string_free (all, FALSE);
}

static void
test_tokens (void)
{
  static const struct
  {
    FsTokenRule rule;
    const char *text, *tokens;
  } cases[] = {
    { { FS_TOKENS_WORDS, false, false }, "The cat, sat!", "the|cat|sat" },
    { { FS_TOKENS_WORDS, true, false }, "The cat, sat!", "The|cat|sat" },
    { { FS_TOKENS_WORDS, false, false },
      "Don't pay 3.14 or 1,204.Now. 'quoted' a_b",
      "don't|pay|3.14|or|1,204|now|quoted|a_b" },
    { { FS_TOKENS_WORDS, false, false }, "l’été — ÀÉ", "l’été|àé" },
    { { FS_TOKENS_WORDS, false, false }, "我爱北京 beer", "我|爱|北|京|beer" },
    { { FS_TOKENS_WORDS, false, false }, "good👍🏽☺️!", "good|👍🏽|☺️" },
    { { FS_TOKENS_WORDS, false, true }, "one<br />two <b>three</b> 3 < 4", "one|two|three|3|4" },
    { { FS_TOKENS_WORDS, false, false }, "one<br />two", "one|br|two" },
    { { FS_TOKENS_WORDS, false, false }, " \t.!?\n", "" },
    { { FS_TOKENS_WORDS, false, false }, "", "" },
    { { FS_TOKENS_WORDS, false, false }, NULL, "" },
    { { FS_TOKENS_CHARACTERS, false, false }, "Aé  \n b", "a|é| |b" },
    { { FS_TOKENS_KERAS, false, false }, "Don't stop-me_now (3.5)", "don't|stop|me|now|3|5" },
    { { FS_TOKENS_WORDS, false, false }, "a\xFF\xC0z", "a|\xEF\xBF\xBD|\xEF\xBF\xBD|z" },
  };
  for (size_t i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *tokens = tokens_of (cases[i].text, cases[i].rule);
      g_assert_cmpstr (tokens, ==, cases[i].tokens);
    }
}

static void
test_unicode (void)
{
  guint64 total = 0;
  for (guint32 c = 0; c < 0x20000; c++)
    if (c < 0xD800 || c >= 0xE000)
      total = total * G_GUINT64_CONSTANT (1099511628211) + fs_character_small (c);
  g_assert_cmpuint (total, ==, GOLDEN_SMALL);
  for (guint32 c = 1; c < 0x110000; c++)
    {
      char bytes[4];
      guint32 back;
      if (c >= 0xD800 && c < 0xE000)
        continue;
      size_t n = fs_character_write (c, bytes);
      g_assert_cmpuint (fs_character_read (bytes, n, &back), ==, n);
      g_assert_cmpuint (back, ==, c);
    }
  for (size_t i = 0; i < G_N_ELEMENTS (golden_spellings); i++)
    {
      FsTokeniser tokeniser = { .rule = { FS_TOKENS_CHARACTERS, false, false } };
      g_assert_cmpint (fs_tokeniser_begin (&tokeniser, golden_spellings[i][0], NULL), ==, FS_OK);
      g_autofree char *spelt = g_strndup (tokeniser.text, tokeniser.n);
      g_assert_cmpstr (spelt, ==, golden_spellings[i][1]);
      fs_tokeniser_clear (&tokeniser);
    }
}

static const char *const keras_texts[] = { "the cat sat", "the dog, sat!", "a" };

/* Keras: {oov:1, the:2, sat:3, cat:4, dog:5, a:6}; with num_words=4 "the zebra dog sat" is 2 1 1 3. */
static void
test_vocabulary (void)
{
  static const char *const words[] = { "the", "sat", "cat", "dog", "a" };
  static const char *const text[] = { "the zebra dog sat", NULL };
  static const gint32 expected[] = { 2, 1, 1, 3 };
  FsVocabularyRule rule = { .rule.unit = FS_TOKENS_KERAS };
  FsVocabulary *vocabulary;
  FsTokenTexts encoded;
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, keras_texts, 3, NULL, NULL), ==, FS_OK);
  g_assert_cmpuint (fs_vocabulary_size (vocabulary), ==, 7);
  for (int i = 0; i < 5; i++)
    {
      g_assert_cmpstr (fs_vocabulary_word (vocabulary, i + 2), ==, words[i]);
      g_assert_cmpint (fs_vocabulary_find (vocabulary, words[i], strlen (words[i])), ==, i + 2);
      g_assert_cmpuint (fs_vocabulary_count (vocabulary, i + 2), ==, i < 2 ? 2 : 1);
    }
  g_assert_cmpuint (fs_vocabulary_n_tokens (vocabulary), ==, 7);
  fs_vocabulary_free (vocabulary);

  rule.max_size = 4;
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, keras_texts, 3, NULL, NULL), ==, FS_OK);
  g_assert_cmpuint (fs_vocabulary_size (vocabulary), ==, 4);
  g_assert_cmpuint (fs_vocabulary_n_seen (vocabulary), ==, 5);
  g_assert_cmpint (fs_vocabulary_encode (vocabulary, text, 2, &encoded, NULL, NULL), ==, FS_OK);
  g_assert_cmpuint (encoded.starts[1], ==, 4);
  g_assert_cmpuint (encoded.starts[2], ==, 4);
  g_assert_cmpuint (encoded.n_unknown, ==, 2);
  g_assert_cmpmem (encoded.ids, 4 * sizeof (gint32), expected, sizeof expected);
  fs_token_texts_clear (&encoded);
  fs_vocabulary_free (vocabulary);

  rule = (FsVocabularyRule){ .rule.unit = FS_TOKENS_KERAS, .least_count = 2 };
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, keras_texts, 3, NULL, NULL), ==, FS_OK);
  g_assert_cmpuint (fs_vocabulary_size (vocabulary), ==, 4);
  fs_vocabulary_free (vocabulary);
  rule.least_count = 3;
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, keras_texts, 3, NULL, NULL), ==,
                   FS_TOO_LITTLE);
  g_assert_null (vocabulary);
}

static void
test_stored (void)
{
  static const char *const words[] = { "b", "a" }, *const twice[] = { "b", "b" };
  static const guint64 counts[] = { 9, 4 };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsVocabulary *vocabulary;
  FsProblem problem;
  g_assert_cmpint (fs_vocabulary_new (&vocabulary, &rule, words, counts, 2, NULL), ==, FS_OK);
  g_assert_cmpint (fs_vocabulary_find (vocabulary, "a", 1), ==, 3);
  g_assert_cmpuint (fs_vocabulary_count (vocabulary, 2), ==, 9);
  g_assert_cmpstr (fs_vocabulary_word (vocabulary, 0), ==, "");
  g_assert_cmpstr (fs_vocabulary_word (vocabulary, 1), ==, "<unknown>");
  g_assert_cmpstr (fs_vocabulary_word (vocabulary, 4), ==, "<unknown>");
  fs_vocabulary_free (vocabulary);
  g_assert_cmpint (fs_vocabulary_new (&vocabulary, &rule, twice, NULL, 2, &problem), ==,
                   FS_MALFORMED);
  g_assert_null (vocabulary);
}

/* Many words: nothing is lost when the tables grow, and the order is the stable sort's. */
static void
test_many (void)
{
  enum
  {
    N = 5000
  };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  FsVocabulary *vocabulary;
  GString *text = g_string_new (NULL);
  for (int i = 0; i < N; i++)
    for (int times = 0; times <= i % 3; times++)
      g_string_append_printf (text, "w%d ", i);
  const char *texts[] = { text->str };
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, texts, 1, NULL, NULL), ==, FS_OK);
  g_assert_cmpuint (fs_vocabulary_size (vocabulary), ==, N + 2);
  guint64 before = 4;
  int index_before = -1;
  for (gint32 id = 2; id < N + 2; id++)
    {
      const int index = (int) g_ascii_strtoll (fs_vocabulary_word (vocabulary, id) + 1, NULL, 10);
      const guint64 count = fs_vocabulary_count (vocabulary, id);
      g_assert_cmpuint (count, ==, (guint64) index % 3 + 1);
      g_assert_true (count < before || (count == before && index > index_before));
      before = count;
      index_before = index;
    }
  fs_vocabulary_free (vocabulary);
  g_string_free (text, TRUE);
}

static void
test_padding (void)
{
  static const char *const texts[] = { "a b c d", "b", "" };
  static const gint32 expected[2][2][3] = { { { 2, 3, 4 }, { 3, 4, 5 } },
                                            { { 3, 0, 0 }, { 0, 0, 3 } } };
  const FsVocabularyRule rule = { .rule.unit = FS_TOKENS_WORDS };
  static const char *const order[] = { "a b c d a b c a b a" };
  FsVocabulary *vocabulary;
  FsTokenTexts encoded;
  gint32 ids[3];
  size_t length;
  g_assert_cmpint (fs_vocabulary_build (&vocabulary, &rule, order, 1, NULL, NULL), ==, FS_OK);
  g_assert_cmpint (fs_vocabulary_encode (vocabulary, texts, 3, &encoded, NULL, NULL), ==, FS_OK);
  for (int i = 0; i < 2; i++)
    for (int side = 0; side < 2; side++)
      {
        const size_t n =
            fs_token_texts_pad (&encoded, (size_t) i, 3, (FsSide) side, (FsSide) side, ids);
        g_assert_cmpuint (n, ==, i == 0 ? 3 : 1);
        g_assert_cmpmem (ids, sizeof ids, expected[i][side], sizeof ids);
      }
  g_assert_cmpuint (fs_token_texts_pad (&encoded, 2, 3, FS_SIDE_END, FS_SIDE_END, ids), ==, 0);
  g_assert_cmpint (ids[0] | ids[1] | ids[2], ==, 0);
  g_assert_cmpint (fs_token_texts_length (&encoded, 1, &length, NULL), ==, FS_OK);
  g_assert_cmpuint (length, ==, 4);
  g_assert_cmpint (fs_token_texts_length (&encoded, 0.5, &length, NULL), ==, FS_OK);
  g_assert_cmpuint (length, ==, 1);
  fs_token_texts_clear (&encoded);
  fs_vocabulary_free (vocabulary);
}

/* Each wrong byte becomes the sign for one, which is three bytes long: there is room for all of them. */
static void
test_wrong_bytes (void)
{
  g_autofree char *text = g_strnfill (1000, '\xff');
  FsTokeniser tokeniser = { .rule.unit = FS_TOKENS_CHARACTERS };
  FsToken token;
  gsize n = 0;
  g_assert_cmpint (fs_tokeniser_begin (&tokeniser, text, NULL), ==, FS_OK);
  g_assert_cmpuint (tokeniser.n, <, tokeniser.capacity);
  for (; fs_tokeniser_next (&tokeniser, &token); n++)
    g_assert_cmpmem (token.text, token.length, "\xEF\xBF\xBD", 3);
  g_assert_cmpuint (n, ==, 1000);
  fs_tokeniser_clear (&tokeniser);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/text-tokens/tokens", test_tokens);
  g_test_add_func ("/text-tokens/unicode", test_unicode);
  g_test_add_func ("/text-tokens/vocabulary", test_vocabulary);
  g_test_add_func ("/text-tokens/stored", test_stored);
  g_test_add_func ("/text-tokens/many", test_many);
  g_test_add_func ("/text-tokens/padding", test_padding);
  g_test_add_func ("/text-tokens/wrong-bytes", test_wrong_bytes);
  return g_test_run ();
}
