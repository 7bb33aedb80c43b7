/* The parent puts questions to a calculator, which runs as a coprocess: it reads the questions from
 * its standard input and writes the answers to its standard output, and both are pipes.
 *
 *     fixed [QUESTIONS [BAD]]
 *
 * Question number BAD, if that is given, is not about a number; the answer says so.
 *
 * The calculator flushes its standard output when an answer is complete, whatever that output is.
 * Compare with broken.c. */
#define _GNU_SOURCE
#include <err.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static long check(long result, const char *call)
{
    if (result < 0)
        err(EXIT_FAILURE, "%s", call);
    return result;
}

static void calculate(void)
{
    char line[64];
    long number;

    while (fgets(line, sizeof line, stdin) != NULL) {
        if (sscanf(line, "What is the square of %ld?", &number) == 1)
            check(printf("The square of %ld is %ld.\n", number, number * number), "printf");
        else
            check(printf("That is no number.\n"), "printf");
        check(fflush(stdout), "fflush");
    }
}

static void start_calculator(const int to[2], const int from[2])
{
    if (check(fork(), "fork") == 0) {
        check(prctl(PR_SET_NAME, "calculator"), "prctl");
        check(dup2(to[0], STDIN_FILENO), "dup2");
        check(dup2(from[1], STDOUT_FILENO), "dup2");
        for (int i = 0; i < 2; i++) {
            check(close(to[i]), "close");
            check(close(from[i]), "close");
        }
        calculate();
        exit(EXIT_SUCCESS);
    }
    check(close(to[0]), "close");
    check(close(from[1]), "close");
}

static void ask(FILE *questions, long number, long bad)
{
    if (number == bad)
        check(fprintf(questions, "What is the square of x?\n"), "fprintf");
    else
        check(fprintf(questions, "What is the square of %ld?\n", number), "fprintf");
    check(fflush(questions), "fflush");
}

int main(int argc, char *argv[])
{
    long count = argc > 1 ? strtol(argv[1], NULL, 10) : 3;
    long bad = argc > 2 ? strtol(argv[2], NULL, 10) : 0;
    long results = 0, errors = 0, square;
    int to[2], from[2], status;
    char line[64];

    check(prctl(PR_SET_NAME, "parent"), "prctl");
    check(pipe(to), "pipe");
    check(pipe(from), "pipe");
    start_calculator(to, from);
    FILE *questions = fdopen(to[1], "w"), *answers = fdopen(from[0], "r");
    if (questions == NULL || answers == NULL)
        err(EXIT_FAILURE, "fdopen");

    for (long number = 1; number <= count; number++) {
        ask(questions, number, bad);
        if (fgets(line, sizeof line, answers) == NULL)
            errx(EXIT_FAILURE, "no answer to question %ld", number);
        if (sscanf(line, "The square of %*d is %ld", &square) == 1 && square == number * number)
            results++;
        else
            errors++;
    }
    check(fclose(questions), "fclose");
    check(fclose(answers), "fclose");
    check(wait(&status), "wait");
    if (status != 0)
        errx(EXIT_FAILURE, "the calculator failed");
    check(printf("%ld results, %ld errors\n", results, errors), "printf");
    return EXIT_SUCCESS;
}
