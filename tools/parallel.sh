# parallel.sh - sourced by the check-* scripts that spread jobs over the processors with GNU parallel.
# shellcheck shell=sh

# in_parallel PART COMMAND ARGUMENT...: runs COMMAND once for each argument, which stands in it as {}, and
# makes build/results/PART.tap of what the jobs left in build/results/PART/ARGUMENT.tap, in the order given.
in_parallel() {
    part=$1
    command=$2
    shift 2
    directory=build/results/$part
    joblog=build/results/$part.joblog
    bar=
    [ -t 2 ] && bar=--bar

    HOME=${HOME:-/} PARALLEL_HOME=build/results/parallel PARALLEL_SHELL=/bin/sh \
        parallel --will-cite --keep-order --jobs "${JOBS:-2}" $bar --joblog "$joblog" "$command" ::: "$@"

    # A job may have failed without having written down a failed test. The log tells of an exit status in one
    # column and of a signal in another; a line's first column is the place of its argument.
    awk 'NR > 1 && ($7 != 0 || $8 != 0) { print $1, "ended with status " $7 ", signal " $8 }' "$joblog" |
        while read -r place how; do
            job=$(eval "echo \${$place}")
            grep -qs '^not ok' "$directory/$job.tap" || echo "not ok - $job $how"
        done | awk '{ sub(/^not ok/, "not ok " NR); print } END { print "1.." NR }' >"$directory/jobs.tap"

    for job; do
        set -- "$@" "$directory/$job.tap"
        shift
    done
    tools/tap-merge "$@" "$directory/jobs.tap" >"build/results/$part.tap"
}
