/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A fuzz target is one function over bytes. libFuzzer links it with its own main (./dev fuzz); the
 * ordinary build links it with replay.c, which feeds it the corpus, so that every crash ever found
 * stays a test. */

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t n_bytes);
