/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* What the settings of reading a file can be. Part of schema-experiment.c. */

#include "engine/experiment/schema-choices.h"

static const FsChoice import_delimiter_choices[] = {
  [FS_IMPORT_DELIMITER_AUTO] = { "auto", "Automatic",
                                 "The one that cuts the rows into equal numbers of cells." },
  [FS_IMPORT_DELIMITER_COMMA] = { "comma", "Comma", "Cells end at commas." },
  [FS_IMPORT_DELIMITER_SEMICOLON] = { "semicolon", "Semicolon", "Cells end at semicolons." },
  [FS_IMPORT_DELIMITER_TAB] = { "tab", "Tab", "Cells end at tabs." },
  [FS_IMPORT_DELIMITER_BAR] = { "bar", "Vertical bar", "Cells end at vertical bars." },
  [FS_IMPORT_DELIMITER_BLANKS] = { "blanks", "Blanks", "Cells end at any run of blanks." },
  [FS_IMPORT_DELIMITER_NONE] = { "none", "None", "Every line is one cell, for plain texts." },
  { NULL },
};
CHOICES_AGREE (import_delimiter_choices, FS_IMPORT_DELIMITER_NONE);

static const FsChoice import_decimal_choices[] = {
  [FS_IMPORT_DECIMAL_AUTO] = { "auto", "Automatic", "Decided for each column by all its values." },
  [FS_IMPORT_DECIMAL_POINT] = { "point", "Point", "1,234.5 is a thousand and some." },
  [FS_IMPORT_DECIMAL_COMMA] = { "comma", "Comma", "1.234,5 is a thousand and some." },
  { NULL },
};
CHOICES_AGREE (import_decimal_choices, FS_IMPORT_DECIMAL_COMMA);

static const FsChoice import_header_choices[] = {
  [FS_IMPORT_HEADER_AUTO] = { "auto", "Automatic",
                              "By how the first row differs from the others." },
  [FS_IMPORT_HEADER_YES] = { "yes", "Yes", "The first row names the columns." },
  [FS_IMPORT_HEADER_NO] = { "no", "No", "The first row is data." },
  { NULL },
};
CHOICES_AGREE (import_header_choices, FS_IMPORT_HEADER_NO);

static const FsChoice import_dates_choices[] = {
  [FS_IMPORT_DATES_AUTO] = { "auto", "Automatic", "Decided by the whole column." },
  [FS_IMPORT_DATES_DAY_FIRST] = { "day-first", "Day first", "3/4/2020 is in April." },
  [FS_IMPORT_DATES_MONTH_FIRST] = { "month-first", "Month first", "3/4/2020 is in March." },
  { NULL },
};
CHOICES_AGREE (import_dates_choices, FS_IMPORT_DATES_MONTH_FIRST);

static const FsChoice import_encoding_choices[] = {
  [FS_IMPORT_ENCODING_AUTO] = { "auto", "Automatic", "By the file's mark or its bytes." },
  [FS_IMPORT_ENCODING_UTF_8] = { "utf-8", "UTF-8", "What most programs write today." },
  [FS_IMPORT_ENCODING_UTF_16_LE] = { "utf-16le", "UTF-16, little-endian",
                                     "\"Unicode\" of Windows." },
  [FS_IMPORT_ENCODING_UTF_16_BE] = { "utf-16be", "UTF-16, big-endian",
                                     "The other order of bytes." },
  [FS_IMPORT_ENCODING_UTF_32_LE] = { "utf-32le", "UTF-32, little-endian",
                                     "Four bytes a character." },
  [FS_IMPORT_ENCODING_UTF_32_BE] = { "utf-32be", "UTF-32, big-endian",
                                     "The other order of bytes." },
  [FS_IMPORT_ENCODING_WINDOWS_1252] = { "windows-1252", "Windows-1252",
                                        "Western Europe on older Windows." },
  [FS_IMPORT_ENCODING_LATIN_1] = { "latin-1", "Latin-1", "Western Europe on older systems." },
  [FS_IMPORT_ENCODING_SHIFT_JIS] = { "shift-jis", "Shift-JIS", "Japanese on older Windows." },
  { NULL },
};
CHOICES_AGREE (import_encoding_choices, FS_IMPORT_ENCODING_SHIFT_JIS);
