/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The mailbox under a poster that never pauses: few deliveries, the last payload always arrives, each
 * payload is freed exactly once, and nobody is called after the mailbox is gone. */

#include <glib.h>
#include <stdatomic.h>
#include "engine/lab/mailbox.h"

#ifdef __SANITIZE_THREAD__
#define N_POSTS 100000 /* each post is many times dearer there */
#else
#define N_POSTS 1000000
#endif

typedef struct
{
  int64_t number; /* -1 once freed: a second free is caught, if the memory is not reused at once */
} Payload;

typedef struct
{
  FsMailbox *mailbox;
  int64_t n_posts;      /* at least so many … */
  unsigned n_wanted;    /* … and until so many were received */
  atomic_int is_posted; /* all of them */
  GThread *owner;
  int64_t last;
  atomic_uint n_received;
  gboolean frees_mailbox;
} Scene;

static atomic_llong n_freed;

static void
payload_free (void *data)
{
  Payload *payload = data;
  g_assert_cmpint (payload->number, >=, 0);
  payload->number = -1;
  atomic_fetch_add (&n_freed, 1);
  g_free (payload);
}

static void
receive_cb (void *data, void *user_data)
{
  Scene *scene = user_data;
  Payload *payload = data;
  g_assert_true (g_thread_self () == scene->owner);
  g_assert_cmpint (payload->number, >, scene->last); /* never an older one after a newer one */
  scene->last = payload->number;
  scene->n_received++;
  payload_free (payload);
  if (scene->frees_mailbox)
    g_clear_pointer (&scene->mailbox, fs_mailbox_free);
}

static void
post_number (FsMailbox *mailbox, int64_t number)
{
  Payload *payload = g_new (Payload, 1);
  payload->number = number;
  fs_mailbox_post (mailbox, payload);
}

static gpointer
post_thread (gpointer data)
{
  Scene *scene = data;
  int64_t n = 0;
  while (n < scene->n_posts || atomic_load (&scene->n_received) < scene->n_wanted)
    post_number (scene->mailbox, n++);
  scene->n_posts = n; /* read after the join */
  atomic_store (&scene->is_posted, 1);
  return NULL;
}

static void
scene_open (Scene *scene, int64_t n_posts)
{
  atomic_store (&n_freed, 0);
  *scene = (Scene){ .n_posts = n_posts, .owner = g_thread_self (), .last = -1 };
  scene->mailbox = fs_mailbox_new (receive_cb, payload_free, scene);
}

static void
test_flood (void)
{
  Scene scene;
  scene_open (&scene, N_POSTS);
  scene.n_wanted = 20;
  int64_t begin = g_get_monotonic_time ();
  GThread *thread = g_thread_new ("poster", post_thread, &scene);
  while (!atomic_load (&scene.is_posted))
    g_main_context_iteration (NULL, FALSE);
  g_thread_join (thread);
  /* Paced, and never drained by hand: the last payload must arrive by itself. */
  while (scene.last < scene.n_posts - 1)
    g_main_context_iteration (NULL, TRUE);
  double seconds = (g_get_monotonic_time () - begin) / (double) G_USEC_PER_SEC;

  g_assert_cmpuint (scene.n_received, <=, (unsigned) (seconds * 30) + 2);
  g_assert_cmpint (atomic_load (&n_freed), ==, scene.n_posts);
  g_test_message ("%" G_GINT64_FORMAT " posts, %u deliveries in %.2f s", scene.n_posts,
                  scene.n_received, seconds);
  fs_mailbox_free (scene.mailbox);
}

/* A poster that posts once and then waits for the delivery cannot go on if one wake-up is lost. */
static void
test_no_wake_up_is_lost (void)
{
  Scene scene;
  scene_open (&scene, 1);
  for (int64_t i = 0; i < 30; i++)
    {
      post_number (scene.mailbox, i);
      while (scene.last < i)
        g_main_context_iteration (NULL, TRUE);
    }
  g_assert_cmpuint (scene.n_received, ==, 30);
  fs_mailbox_free (scene.mailbox);
}

static void
test_drain_after_join (void)
{
  Scene scene;
  scene_open (&scene, 1000);
  GThread *thread = g_thread_new ("poster", post_thread, &scene);
  g_thread_join (thread);
  g_assert_true (fs_mailbox_drain (scene.mailbox));
  g_assert_cmpint (scene.last, ==, 999);
  g_assert_false (fs_mailbox_drain (scene.mailbox));
  fs_mailbox_free (scene.mailbox);
  g_assert_cmpint (atomic_load (&n_freed), ==, 1000);
}

static void
test_wait_without_main_loop (void)
{
  Scene scene;
  scene_open (&scene, 1000);
  GThread *thread = g_thread_new ("poster", post_thread, &scene);
  while (scene.last < 999)
    fs_mailbox_wait (scene.mailbox);
  g_thread_join (thread);
  fs_mailbox_free (scene.mailbox);
  g_assert_cmpint (atomic_load (&n_freed), ==, 1000);
}

static void
test_free_with_a_full_slot (void)
{
  Scene scene;
  scene_open (&scene, 1);
  post_number (scene.mailbox, 0);
  fs_mailbox_free (scene.mailbox);
  g_assert_cmpint (atomic_load (&n_freed), ==, 1);
  for (int i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (scene.n_received, ==, 0);
}

/* The poster outlives the interest in it. */
static void
test_closed (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  Scene scene;
  scene_open (&scene, 100000);
  g_main_context_pop_thread_default (context);
  GThread *thread = g_thread_new ("poster", post_thread, &scene);
  fs_mailbox_close (scene.mailbox);
  g_clear_pointer (&context, g_main_context_unref);
  g_thread_join (thread);
  fs_mailbox_free (scene.mailbox);
  g_assert_cmpuint (scene.n_received, ==, 0);
  g_assert_cmpint (atomic_load (&n_freed), ==, 100000);
}

static void
test_free_inside_receive (void)
{
  Scene scene;
  scene_open (&scene, 1);
  scene.frees_mailbox = TRUE;
  post_number (scene.mailbox, 0);
  while (scene.n_received == 0)
    g_main_context_iteration (NULL, TRUE);
  for (int i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (scene.n_received, ==, 1);
  g_assert_null (scene.mailbox);
}

/* Deliveries go to the context of the maker, not to the default one. */
static void
test_thread_default_context (void)
{
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_main_context_push_thread_default (context);
  Scene scene;
  scene_open (&scene, 1);
  g_main_context_pop_thread_default (context);
  post_number (scene.mailbox, 0);
  for (int i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (scene.n_received, ==, 0);
  while (scene.n_received == 0)
    g_main_context_iteration (context, TRUE);
  fs_mailbox_free (scene.mailbox);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mailbox/flood", test_flood);
  g_test_add_func ("/mailbox/no-wake-up-is-lost", test_no_wake_up_is_lost);
  g_test_add_func ("/mailbox/drain-after-join", test_drain_after_join);
  g_test_add_func ("/mailbox/wait-without-main-loop", test_wait_without_main_loop);
  g_test_add_func ("/mailbox/free-with-a-full-slot", test_free_with_a_full_slot);
  g_test_add_func ("/mailbox/closed", test_closed);
  g_test_add_func ("/mailbox/free-inside-receive", test_free_inside_receive);
  g_test_add_func ("/mailbox/thread-default-context", test_thread_default_context);
  return g_test_run ();
}
