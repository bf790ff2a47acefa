/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* Tests of the bench itself: labels from errors that are known, and a small bench with fixed limits. */

int ward_check (int argc, char **argv);
