/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The Prepare view. See prepare-view.h: this file only puts its pages beside each other and remembers
 * which one was open. */

#include "ui/views/prepare-view.h"

#include "ui/controls/page-help.h"
#include "ui/settings.h"
#include "ui/text.h"
#include "ui/views/prepare-effects.h"
#include "ui/views/prepare-import.h"
#include "ui/views/prepare-lens.h"
#include "ui/views/prepare-profile.h"
#include "ui/views/prepare-windows.h"

struct _FsPrepareView
{
  GtkWidget parent_instance;

  GtkWidget *box, *switcher;
  GtkStack *pages;
};

G_DEFINE_FINAL_TYPE (FsPrepareView, fs_prepare_view, GTK_TYPE_WIDGET);

static const struct
{
  const char *name, *title, *help;
  GtkWidget *(*make) (FsSession *session);
} pages[] = {
  { "import", N_ ("Import"), N_ ("How the file was read, and reading it otherwise"),
    fs_prepare_import_new },
  { "profile", N_ ("Profile"), N_ ("What is in each column, and what to do about it"),
    fs_prepare_profile_new },
  { "steps", N_ ("Steps"), N_ ("The series before and after a step"), fs_prepare_lens_new },
  { "windows", N_ ("Windows"), N_ ("Which rows train and judge, and the shapes on the way"),
    fs_prepare_windows_new },
  { "effects", N_ ("Effect"), N_ ("What each step is worth, measured"), fs_prepare_effects_new },
};

static void
page_cb (FsPrepareView *self)
{
  const char *name = gtk_stack_get_visible_child_name (self->pages);

  if (name)
    fs_settings_set_text ("prepare-page", name);
}

static void
show_page (GtkWidget *widget, const char *name, GVariant *parameter)
{
  FsPrepareView *self = FS_PREPARE_VIEW (widget);
  const char *page = g_variant_get_string (parameter, NULL);

  if (gtk_stack_get_child_by_name (self->pages, page))
    gtk_stack_set_visible_child_name (self->pages, page);
}

static void
fs_prepare_view_dispose (GObject *object)
{
  FsPrepareView *self = FS_PREPARE_VIEW (object);

  if (self->pages)
    g_signal_handlers_disconnect_by_data (self->pages, self);
  self->pages = NULL;
  g_clear_pointer (&self->box, gtk_widget_unparent);
  G_OBJECT_CLASS (fs_prepare_view_parent_class)->dispose (object);
}

static void
fs_prepare_view_class_init (FsPrepareViewClass *class)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (class);

  G_OBJECT_CLASS (class)->dispose = fs_prepare_view_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "prepareview");
  gtk_widget_class_install_action (widget_class, "prepare.page", "s", show_page);
}

static void
fs_prepare_view_init (FsPrepareView *self)
{
  GtkWidget *switcher = self->switcher = gtk_stack_switcher_new ();

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 8);
  self->pages = GTK_STACK (gtk_stack_new ());
  gtk_stack_set_vhomogeneous (self->pages, FALSE);
  gtk_widget_set_vexpand (GTK_WIDGET (self->pages), TRUE);
  gtk_stack_switcher_set_stack (GTK_STACK_SWITCHER (switcher), self->pages);
  gtk_widget_set_halign (switcher, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (switcher, "sub-switcher");
  gtk_box_append (GTK_BOX (self->box), switcher);
  gtk_box_append (GTK_BOX (self->box), GTK_WIDGET (self->pages));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
fs_prepare_view_new (FsSession *session)
{
  FsPrepareView *self = g_object_new (FS_TYPE_PREPARE_VIEW, NULL);
  g_autofree char *page = fs_settings_get_text ("prepare-page", "steps");

  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    gtk_stack_add_titled (self->pages, pages[i].make (session), pages[i].name, _ (pages[i].title));
  for (guint i = 0; i < G_N_ELEMENTS (pages); i++)
    fs_page_help_set (self->switcher, i, _ (pages[i].help));
  if (gtk_stack_get_child_by_name (self->pages, page))
    gtk_stack_set_visible_child_name (self->pages, page);
  g_signal_connect_swapped (self->pages, "notify::visible-child", G_CALLBACK (page_cb), self);
  return GTK_WIDGET (self);
}
