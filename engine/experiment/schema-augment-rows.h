/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The schema's rows of the step "augment": not a header but a part of the table in schema-steps.c. */

/* clang-format off */
  {
      .key = "method",
      .type = FS_TYPE_CHOICE,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, augment_method),
      .default_value = FS_AUGMENT_JITTER,
      .choices = augment_choices,
      .kinds = STEP_BIT (FS_STEP_AUGMENT),
      .label = "Vary by",
      .help = "What is changed in a window before the network learns from it.",
      .is_searchable = true,
  },
  {
      .key = "share",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, augment_share),
      .default_value = 0.5,
      .min = 0,
      .max = 1,
      .increment = 0.1,
      .kinds = STEP_BIT (FS_STEP_AUGMENT),
      .label = "Share",
      .help = "How many of the training windows are varied in an epoch; the others stay as they are.",
      .is_searchable = true,
  },
  {
      .key = "strength",
      .type = FS_TYPE_NUMBER,
      .group = FS_GROUP_PREPARE,
      .offset = offsetof (FsStepSpec, augment_strength),
      .default_value = FS_AUTO,
      .min = 0,
      .min_is_excluded = true,
      .max = 1,
      .special_word = "auto",
      .special_value = FS_AUTO,
      .increment = 0.05,
      .kinds = STEP_BIT (FS_STEP_AUGMENT),
      .label = "Strength",
      .help = "How far numbers are moved, or which share of the words is; auto is 0.03 for jitter, "
              "0.2 for warps and mixup, and 0.1 for the others.",
      .is_searchable = true,
  },
