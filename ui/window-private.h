/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/* The inside of FsWindow, for its source files only. */

#include "ui/window.h"

typedef struct FsWindowExport FsWindowExport;

struct _FsWindow
{
  AdwApplicationWindow parent_instance;

  FsSession *session;
  AdwToastOverlay *toasts;
  AdwWindowTitle *heading;
  GtkWidget *train_button;
  AdwButtonContent *train_content;
  GtkWidget *step_button, *reset_button, *undo_button, *redo_button, *menu_button;
  AdwFlap *left_flap, *right_flap;
  GtkWidget *experiment_button, *diagnosis_button; /* of a column that is folded */
  guint fold_id;                                   /* 0 = they are as they should be */
  AdwBin *left_bin, *right_bin, *strip_bin;
  GtkWidget *switcher;
  GtkStack *views;
  GtkWidget *panel; /* FsExperimentPanel */
  GtkWidget *watch; /* FsWatchView */
  GMenu *recent_menu;
  gboolean is_presenting;

  FsWindowExport *export; /* NULL = nothing is written at present */
  GtkRevealer *export_revealer;
  GtkWidget *export_progress;
};

/* window.c: a page of the centre, by its name or by its place from 0; no such page is no change. */
void fs_window_show_view (FsWindow *window, const char *name);
void fs_window_show_view_at (FsWindow *window, guint index);

/* window-actions.c */
void fs_window_install_actions (GtkWidgetClass *class);
void fs_window_update_actions (FsWindow *window);

/* window-share.c */
void fs_window_copy_experiment (FsWindow *window);
void fs_window_paste_experiment (FsWindow *window);

/* window-runs.c */
void fs_window_install_run_actions (GtkWidgetClass *class);

/* window-files.c */
void fs_window_choose_file (FsWindow *window);
void fs_window_choose_experiment_target (FsWindow *window);
void fs_window_choose_results_folder (FsWindow *window);
void fs_window_accept_drops (FsWindow *window);

/* window-export.c: results into a folder, in the background; dropping it is for the window's end. */
void fs_window_export_to (FsWindow *window, const char *folder);
void fs_window_cancel_export (FsWindow *window);
void fs_window_drop_export (FsWindow *window);

/* window-recent.c: the files opened last. */
void fs_window_show_recent (FsWindow *window);
void fs_window_remember_file (FsWindow *window, const char *path);
void fs_window_open_recent (FsWindow *window, const char *path);
void fs_window_clear_recent (FsWindow *window);

/* window-report.c: the shown run on one page; it has epochs. */
void fs_window_choose_report_target (FsWindow *window);
void fs_window_print_report (FsWindow *window);
