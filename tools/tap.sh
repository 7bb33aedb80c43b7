# tap.sh - sourced by the check-* scripts: makes a test of a command, and a TAP file of several tests.
# shellcheck shell=sh

# tap_begin PART: from here on, results go to PART.tap
tap_begin() {
    tap=build/results/$1.tap
    tests=0
    mkdir -p "$(dirname "$tap")" && : >"$tap" || exit 2
}

# tap_try NAME COMMAND [ARGUMENT...]: the test is passed if the command succeeds; else
# its output is kept with the result.
tap_try() {
    name=$1
    shift
    tests=$((tests + 1))
    if output=$("$@" 2>&1); then
        echo "ok $tests - $name" >>"$tap"
    else
        echo "not ok $tests - $name" >>"$tap"
        printf '%s\n' "$output" | sed 's/^/# /' >>"$tap"
    fi
}

tap_skip() {
    tests=$((tests + 1))
    echo "ok $tests - $1 # SKIP $2" >>"$tap"
}

tap_end() {
    echo "1..$tests" >>"$tap"
}
