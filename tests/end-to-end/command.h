/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The program run from outside, in a folder of its own and without a display: what the end-to-end
 * tests of the command line share. */

#include <gio/gio.h>

typedef struct
{
  char *folder;    /* the working directory of the program */
  char *out, *err; /* of the last run, never NULL after one */
  int exit_code;
} Command;

/* A plain locale without UTF-8, one with, and one with decimal commas. */
#define N_LOCALES 3
extern const char *const command_locales[N_LOCALES];

/* The program is the first argument of the test. */
void command_init (int *argc, char ***argv);

void command_set_up (Command *command, gconstpointer data);
void command_tear_down (Command *command, gconstpointer data);

/* Adds "/commands/NAME", and "/commands/NAME/LOCALE" for each locale (the test's data). */
typedef void (*CommandTest) (Command *command, gconstpointer data);
void command_add (const char *name, gconstpointer data, CommandTest test);
void command_add_for_locales (const char *name, CommandTest test);

/* Starts it with the NULL-terminated `arguments`; runs it to its end. */
GSubprocess *command_start (Command *command, const char *locale, const char *const *arguments);
void command_run (Command *command, const char *locale, const char *const *arguments);
#define RUN(command, locale, ...) \
  command_run (command, locale, (const char *const[]){ __VA_ARGS__, NULL })

/* Files in the folder. */
void command_write_text (Command *command, const char *name, const char *text);
char *command_read_text (Command *command, const char *name);

/* Exit code 0 and nothing on stderr. */
void command_assert_done (Command *command);
/* Exactly one sentence on stderr that has `part` in it, nothing on stdout, exit code 2. */
void command_assert_refused (Command *command, const char *part);
