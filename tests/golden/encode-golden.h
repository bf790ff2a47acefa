/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Made by make_encode.py with scikit-learn. */
/* clang-format off */
static const char *const encode_words[] = { "b", "a", "d", "b", "a", "b", "c", "b", "e", "a", "d", "e" };
static const double encode_one_hot[12][4] = {
  { 0, 1, 0, 0 },
  { 1, 0, 0, 0 },
  { 0, 0, 0, 1 },
  { 0, 1, 0, 0 },
  { 1, 0, 0, 0 },
  { 0, 1, 0, 0 },
  { 0, 0, 1, 0 },
  { 0, 1, 0, 0 },
  { 0, 0, 0, 0 },
  { 1, 0, 0, 0 },
  { 0, 0, 0, 1 },
  { 0, 0, 0, 0 },
};
static const double encode_drop_first[12][3] = {
  { 1, 0, 0 },
  { 0, 0, 0 },
  { 0, 0, 1 },
  { 1, 0, 0 },
  { 0, 0, 0 },
  { 1, 0, 0 },
  { 0, 1, 0 },
  { 1, 0, 0 },
  { 0, 0, 0 },
  { 0, 0, 0 },
  { 0, 0, 1 },
  { 0, 0, 0 },
};
static const double encode_alphabetical[12][1] = {
  { 1 },
  { 0 },
  { 3 },
  { 1 },
  { 0 },
  { 1 },
  { 2 },
  { 1 },
  { -1 },
  { 0 },
  { 3 },
  { -1 },
};
static const double encode_frequency[12][1] = {
  { 0 },
  { 1 },
  { 3 },
  { 0 },
  { 1 },
  { 0 },
  { 2 },
  { 0 },
  { -1 },
  { 1 },
  { 3 },
  { -1 },
};
static const double encode_given[12][1] = {
  { 2 },
  { 3 },
  { 0 },
  { 2 },
  { 3 },
  { 2 },
  { 1 },
  { 2 },
  { -1 },
  { 3 },
  { 0 },
  { -1 },
};
/* clang-format on */
