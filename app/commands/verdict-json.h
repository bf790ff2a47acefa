/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* A verdict as JSON and as sentences, the same wherever the command line writes one. */

#include <glib.h>
#include "engine/diagnose/verdict.h"

/* [{"id":…,"level":…,"confidence":…,"claim":…,"detail":…,"cause":…,"evidence":[{"what":…,"text":…,
 * "value":…,"healthy":[low,high],"speaks":"for|against"}],"remedy":{"advice":…,"set":{KEY:VALUE}}}],
 * [] while there is nothing to find. */
void fs_verdict_append_findings (GString *json, const FsVerdict *verdict);

/* The members of a change: "set":{KEY:VALUE}, "insert":{…} or "remove":"…". */
void fs_verdict_append_edit (GString *json, const FsEdit *edit);

/* A clause as a sentence on a line of its own, with a capital and a full stop. */
void fs_verdict_append_sentence (GString *text, const char *clause);

/* A finding's claim, numbers, cause and remedy, some lines. */
void fs_verdict_append_card (GString *text, const FsFinding *finding);
