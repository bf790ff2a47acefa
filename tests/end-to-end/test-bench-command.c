/* SPDX-License-Identifier: GPL-3.0-or-later */

/* `fitscope bench` from outside: the form of what it says, and that it counts no more work than there is.
 * How fast the machine is has no part in it. argv[1] is the program. */

#include <json-glib/json-glib.h>
#include "tests/end-to-end/command.h"

/* Operations of training on one window, worked out by hand: 2 for a multiply-add, three passes (forward,
 * gradient of activations, gradient of weights), of which the first layer has two for its inputs; nothing
 * is counted for a state that is 0 before the first step. */
static const struct
{
  const char *job;
  double flops;
} jobs[] = {
  /* LSTM 50, 10 steps of 1: 16·50·1·10 + 24·50·50·9 + 6·50 */
  { "J1", 8000 + 540000 + 300 },
  /* LSTM 128, 10 steps of 1: 16·128·10 + 24·128²·9 + 6·128 */
  { "J2", 20480 + 3538944 + 768 },
  /* The same with 20 steps; dropout multiplies nothing: 16·128·20 + 24·128²·19 + 6·128 */
  { "J3", 40960 + 7471104 + 768 },
  /* LSTM 256, 5 steps of 3: 16·256·3·5 + 24·256²·4 + 6·256 */
  { "J4", 61440 + 6291456 + 1536 },
  /* LSTM 128, 20 steps of 8, dense 64, dense 1: 16·128·8·20 + 24·128²·19 + 6·128·64 + 6·64 */
  { "J5", 327680 + 7471104 + 49152 + 384 },
  /* LSTM 128 and 64, 50 steps of 8: 16·128·8·50 + 24·128²·49 + 24·64·128·50 + 24·64²·49 + 6·64 */
  { "J6", 819200 + 19267584 + 9830400 + 4816896 + 384 },
  /* GRU 128, 50 steps of 8: 12·128·8·50 + 18·128²·49 + 6·128 */
  { "J8", 614400 + 14450688 + 768 },
};

static double
number_of (JsonObject *object, const char *name)
{
  g_assert_true (json_object_has_member (object, name));
  return json_object_get_double_member (object, name);
}

/* One result, whose numbers must fit each other. */
static void
check_result (JsonObject *report, JsonObject *result, size_t job, gint64 n_threads)
{
  g_assert_cmpstr (json_object_get_string_member (result, "job"), ==, jobs[job].job);
  g_assert_cmpint (json_object_get_int_member (result, "threads"), ==, n_threads);
  const double flops = number_of (result, "flops_per_sample");
  g_assert_cmpfloat (flops, ==, jobs[job].flops);
  const double rate = number_of (result, "samples_per_second");
  const double cpu_rate = number_of (result, "cpu_samples_per_second");
  const double cpu_gflops = number_of (result, "cpu_gflops");
  g_assert_cmpfloat (rate, >, 0);
  g_assert_cmpfloat (cpu_rate, >, 0);
  g_assert_cmpfloat_with_epsilon (number_of (result, "gflops") / (1e-9 * flops * rate), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (cpu_gflops / (1e-9 * flops * cpu_rate), 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (
      number_of (result, "share_of_fma") * number_of (report, "fma_gflops") / cpu_gflops, 1, 1e-9);
  g_assert_cmpfloat_with_epsilon (number_of (result, "share_of_sgemm")
                                      * number_of (report, "sgemm_gflops") / cpu_gflops,
                                  1, 1e-9);
  g_assert_cmpfloat (number_of (result, "last_loss"), <, number_of (result, "first_loss"));
}

static JsonObject *
report_of (Command *command, JsonParser *parser)
{
  g_autoptr (GError) error = NULL;
  command_assert_done (command);
  g_assert_true (json_parser_load_from_data (parser, command->out, -1, &error));
  g_assert_no_error (error);
  JsonObject *report = json_node_get_object (json_parser_get_root (parser));
  g_assert_cmpstr (json_object_get_string_member (report, "core"), !=, "");
  g_assert_cmpstr (json_object_get_string_member (report, "isa"), !=, "");
  g_assert_cmpfloat (number_of (report, "fma_gflops"), >, 0);
  g_assert_cmpfloat (number_of (report, "sgemm_gflops"), >, 0);
  return report;
}

static void
test_jobs (Command *command, gconstpointer data)
{
  for (size_t job = 0; job < G_N_ELEMENTS (jobs); job++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      RUN (command, command_locales[0], "bench", "--json", "--job", jobs[job].job, "--rounds", "1",
           "--seconds", "0", "--threads", "1");
      JsonObject *report = report_of (command, parser);
      JsonArray *results = json_object_get_array_member (report, "jobs");
      g_assert_cmpuint (json_array_get_length (results), ==, 1);
      check_result (report, json_array_get_object_element (results, 0), job, 1);
    }
}

/* One thread, then two, then all there are; the losses are the same. */
static void
test_threads (Command *command, gconstpointer data)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  RUN (command, command_locales[0], "bench", "--json", "--job", "j1", "--rounds", "1", "--seconds",
       "0");
  JsonObject *report = report_of (command, parser);
  JsonArray *results = json_object_get_array_member (report, "jobs");
  const guint n_processors = g_get_num_processors (), expected[] = { 1, 2, n_processors };
  g_assert_cmpuint (json_array_get_length (results), ==, MIN (n_processors, 3));
  for (guint i = 0; i < json_array_get_length (results); i++)
    {
      JsonObject *result = json_array_get_object_element (results, i);
      check_result (report, result, 0, expected[i]);
      g_assert_cmpfloat (number_of (result, "last_loss"), ==,
                         number_of (json_array_get_object_element (results, 0), "last_loss"));
    }
}

/* An epoch of fewer windows is another epoch. */
static void
test_windows (Command *command, gconstpointer data)
{
  double first_loss[2];
  for (size_t i = 0; i < 2; i++)
    {
      g_autoptr (JsonParser) parser = json_parser_new ();
      RUN (command, command_locales[0], "bench", "--json", "--job", "J1", "--rounds", "1",
           "--seconds", "0", "--threads", "1", "--windows", i == 0 ? "64" : "100000");
      JsonArray *results = json_object_get_array_member (report_of (command, parser), "jobs");
      first_loss[i] = number_of (json_array_get_object_element (results, 0), "first_loss");
    }
  g_assert_cmpfloat (first_loss[0], !=, first_loss[1]);
}

static void
test_refusals (Command *command, gconstpointer data)
{
  RUN (command, command_locales[0], "bench", "--job", "J9");
  command_assert_refused (command, "J1, J2, J3, J4, J5, J6, J7, J8");
  RUN (command, command_locales[0], "bench", "--windows", "-1");
  command_assert_refused (command, "from 1 on");
  RUN (command, command_locales[0], "bench", "--rounds", "0");
  command_assert_refused (command, "1 to 1000");
  RUN (command, command_locales[0], "bench", "J1");
  command_assert_refused (command, "J1");
}

int
main (int argc, char **argv)
{
  command_init (&argc, &argv);
  command_add ("bench/jobs", NULL, test_jobs);
  command_add ("bench/threads", NULL, test_threads);
  command_add ("bench/windows", NULL, test_windows);
  command_add ("bench/refusals", NULL, test_refusals);
  return g_test_run ();
}
