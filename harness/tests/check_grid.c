/* check_grid.c - tests of `brokenpipe grid`: where a scenario stands, and the formats. */
#include "command.h"
#include "suite.h"

static void make_scenario(const char *id, const char *title, const char *shape)
{
    char *expectation;
    ck_assert_int_ne(asprintf(&expectation,
                              "[scenario]\ntitle = %s\nculprit = main\nshape = %s\n"
                              "references = pipe(7)\n[run]\nargs =\n"
                              "[broken]\noutcome = livelock\n[fixed]\noutcome = exit 0\n",
                              title, shape),
                     -1);
    temporary_write_text(temporary_path("root/expected/%s.ini", id), expectation);
    temporary_write_text(temporary_path("root/scenarios/%s/broken.c", id), "");
    free(expectation);
}

static void make_tree(void)
{
    temporary_make();
    ck_assert_int_eq(setenv("BROKENPIPE_ROOT", temporary_path("root"), 1), 0);
    ck_assert_int_eq(setenv("BROKENPIPE_BUILD", temporary_path("root"), 1), 0);
    make_scenario("pipe/one", "The first", "leak");
    make_scenario("pipe/two", "A \"title\" of <&> and |", "leak");
    make_scenario("pipe/three", "The third", "end kept open");
    make_scenario("sysv-msg/four", "The fourth", "leak");
}

/* Prints the grid; the caller releases it. */
static struct call grid(const char *format)
{
    struct call call = CALL(S("grid"), S("--format"), S(format));
    expect_status(call, 0);
    ck_assert_str_eq(call.err, "");
    return call;
}

START_TEST(text_counts_and_names)
{
    struct call call = CALL(S("grid"));
    expect_status(call, 0);
    ck_assert_int_eq(strncmp(call.out,
                             "                       pipe  sysv-msg\n"
                             "end kept open             1         .\n"
                             "order inversion           .         .\n",
                             3 * 38),
                     0);
    expect_in(call.out, "\nleak                      2         1\n");
    expect_in(
        call.out,
        "\n\nleak: something is left behind, each time\n  pipe/one\n  pipe/two\n  sysv-msg/four\n");
    expect_in(call.out, "\n\nno peer: the other end is gone, or never came\n  (in no scenario)\n");
    release(call);
}
END_TEST

/* The longest line of the text, in bytes. */
static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (; *text != '\0'; text += strcspn(text, "\n") + 1)
        if (strcspn(text, "\n") > longest)
            longest = strcspn(text, "\n");
    return longest;
}

START_TEST(text_of_many_mechanisms_stands_upright)
{
    for (int i = 0; i < 17; i++) {
        char id[32];
        snprintf(id, sizeof id, "mechanism%c/x", 'a' + i);
        make_scenario(id, "Another", "exhaustion");
    }
    struct call call = grid("text");
    ck_assert_uint_le(longest_line(call.out), 160);
    expect_in(call.out, "  m  m  m  m  m  m  m  m  m  m  m  m  m  m  m  m  m      \n");
    expect_in(call.out, "  a  b  c  d  e  f  g  h  i  j  k  l  m  n  o  p  q  e  g\n");
    expect_in(call.out, "\nleak                   .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  .  "
                        ".  2  1\n");
    release(call);
}
END_TEST

START_TEST(csv_names)
{
    struct call call = grid("csv");
    ck_assert_int_eq(strncmp(call.out, "shape,pipe,sysv-msg\r\nend kept open,three,\r\n", 42), 0);
    expect_in(call.out, "\r\nleak,one two,four\r\n");
    expect_in(call.out, "\r\nresult misread,,\r\n");
    release(call);
}
END_TEST

START_TEST(markdown_links)
{
    struct call call = grid("markdown");
    expect_in(call.out, "| | [pipe](scenarios/pipe/) | [sysv-msg](scenarios/sysv-msg/) |\n"
                        "|---|:-:|:-:|\n"
                        "|end kept open|[1](scenarios/pipe/three/ \"The third\")||\n");
    expect_in(call.out, "|leak|[1](scenarios/pipe/one/ \"The first\") [2](scenarios/pipe/two/ \"A "
                        "\\\"title\\\" of <&> and \\|\")|[1](scenarios/sysv-msg/four/ \"The "
                        "fourth\")|\n");
    release(call);
}
END_TEST

START_TEST(html_links_and_escapes)
{
    struct call call = grid("html");
    ck_assert_int_eq(strncmp(call.out, "<!DOCTYPE html>\n", 16), 0);
    expect_in(call.out, "<meta charset=\"utf-8\">");
    expect_in(call.out,
              "<tr><th scope=\"row\" title=\"something is left behind, each time\">leak</th>"
              "<td><a href=\"scenarios/pipe/one/\" title=\"one: The first\">1</a> <a "
              "href=\"scenarios/pipe/two/\" title=\"two: A &quot;title&quot; of "
              "&lt;&amp;&gt; and |\">2</a></td><td><a ");
    expect_in(call.out, "<td></td></tr>\n");
    ck_assert_ptr_null(strstr(call.out, "<&>"));
    ck_assert_ptr_null(strstr(call.out, "http"));
    release(call);
}
END_TEST

START_TEST(scenario_without_a_shape_is_told)
{
    temporary_write_text(temporary_path("root/expected/pipe/two.ini"), "[scenario]\n");
    struct call call = CALL(S("grid"));
    expect_status(call, 1);
    expect_in(call.out, "\nleak                      1         1\n");
    expect_in(call.err, "brokenpipe grid: pipe/two is in no cell: ");
    release(call);
}
END_TEST

START_TEST(wrong_usage)
{
    expect_refusal(CALL(S("grid"), S("pipe")), "it takes no argument, and not 'pipe'");
    expect_refusal(CALL(S("grid"), S("--format"), S("pdf")),
                   "'pdf' is no format: right are text, csv, markdown and html");
    expect_refusal(CALL(S("grid"), S("--format")), "'--format' needs a value");
}
END_TEST

int main(void)
{
    const TTest *const tests[] = {
        text_counts_and_names,  text_of_many_mechanisms_stands_upright, csv_names,   markdown_links,
        html_links_and_escapes, scenario_without_a_shape_is_told,       wrong_usage, NULL,
    };
    return suite_run("grid", make_tree, temporary_remove, 20, tests);
}
