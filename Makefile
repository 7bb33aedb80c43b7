# Every job a person does; `make help` lists them. Nothing is listed here that the tree already says:
# a source file, a test or a scenario exists by existing.
#
# Variables to set on the command line: S (which scenarios), CC, CFLAGS, PREFIX, DESTDIR,
# JOBS (how many checks at once), V=1 (show the commands), WERROR= (a newer compiler's new warnings
# do not stop the build).

B      := build
JOBS   := $(shell nproc)
PREFIX := /usr/local
WERROR := -Werror
export JOBS

# All processors work unless -j says otherwise.
ifeq ($(MAKELEVEL),0)
MAKEFLAGS += -j$(JOBS)
endif
MAKEFLAGS += --no-builtin-rules --no-print-directory
ifndef V
.SILENT:
endif
.DELETE_ON_ERROR:

# S is taken from the command line alone: a stray variable must not narrow the checks.
ifeq ($(origin S),environment)
S :=
endif
export S
export LC_ALL := C.UTF-8

CC       := gcc
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow $(WERROR)
CFLAGS   :=

# The harness and its tools. SANITIZE is set by the `asan` target alone.
SANITIZE        :=
HARNESS_CFLAGS   = -std=c11 -D_GNU_SOURCE -O2 -g $(WARNINGS) -Wconversion -Iharness $(SANITIZE) \
                   $(shell pkg-config --cflags $(LIBRARIES)) $(CFLAGS)
HARNESS_LDLIBS   = -pthread $(shell pkg-config --libs $(LIBRARIES))
TEST_CFLAGS      = -DSOURCE_DIR='"$(CURDIR)"' -DBUILD_DIR='"$(CURDIR)/$B"'
# The programs that are judged, by themselves: some compilers check overflows unasked.
SCENARIO_CFLAGS  = -std=c11 -O1 -g -U_FORTIFY_SOURCE $(WARNINGS) -pthread $(CFLAGS)

LIBRARIES       := inih jansson libseccomp libdw libelf check

# What there is.
LIBRARY   := $B/libbrokenpipe.a
COMMAND   := $B/brokenpipe
SUITE     := $B/check_scenarios
POINTS    := $B/points.so
LIBOBJS   := $(patsubst %.c,$B/obj/%.o,$(filter-out harness/check_scenarios.c,$(wildcard harness/*.c)))
TOOLOBJS  := $(patsubst %.c,$B/obj/%.o,$(wildcard tools/*.c))
TESTS     := $(patsubst harness/%.c,$B/%,$(wildcard $(addprefix harness/tests/,check_*.c soak.c bench.c bench_explore.c)))
SUBJECTS  := $(patsubst harness/%.c,$B/%,$(wildcard harness/tests/*/*.c))
RUNTIME   := $(patsubst %.c,$B/obj/%.o,$(wildcard scenarios/csp/runtime/*.c))
HELPERS   := $(filter-out $(TESTS:$B/%=$B/obj/harness/%.o),$(patsubst %.c,$B/obj/%.o,$(wildcard harness/tests/*.c))) \
               $(RUNTIME)
SCENARIOS := $(patsubst %.c,$B/%,$(filter-out scenarios/csp/runtime/%,$(wildcard scenarios/*/*/*.c)))
# Where an expectation names the knob O0 or O2, the scenario's programs are built so too.
built_so   = $(addsuffix .$1,$(filter $(patsubst expected/%.ini,$B/scenarios/%/%,$(shell grep -ls 'under $1\]' expected/*/*.ini)),$(SCENARIOS)))
OPTIMIZED := $(call built_so,O0) $(call built_so,O2)
C_FILES   := $(wildcard harness/*.[ch] harness/preload/*.[ch] harness/tests/*.[ch] harness/tests/*/*.[ch] \
               tools/*.[ch] scenarios/*/*/*.[ch])

say = printf '  %-6s %s\n' $1 $@

## Build and run

.PHONY: all setup demo help
all: $(LIBRARY) $(COMMAND) $(SUITE) $(POINTS) $(TESTS) $(SUBJECTS) $(SCENARIOS) $(OPTIMIZED) ## build everything into build/ (the default)

setup: ## install the Debian packages that are missing
	tools/setup

demo: setup ## run broken and fixed of every scenario and show what happened
	$(MAKE) all
	$(COMMAND) demo $(if $S,'$S')

help: ## this list
	awk -F ':.*## ' '/^## / { printf "\n%s\n", substr($$0, 4) } \
	    /^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

## Test

# To build every program by other compilers and at other levels takes long: for all scenarios it is a check of its own.
PARTS := $(if $S,vet corpus explore pages valgrind,lint harness corpus explore pages valgrind)

.PHONY: check check-harness check-vet check-corpus check-explore check-pages check-valgrind lint vet soak bench bench-explore
check: setup ## all tests; S=pipe, S=pipe/wait-before-drain or S='*/missing-*': those scenarios alone
	rm -rf build/results
	+tools/check build $(PARTS)

check-harness: ## the harness's own tests: as they are, under memcheck, with ASan and UBSan
	+tools/check build harness

check-vet: ## what each scenario still needs, as far as its files and compilers tell (S= as above)
	+tools/check build vet

check-corpus: ## every variant of every scenario against its expectation (S= as above)
	+tools/check build corpus

check-explore: ## every fixed variant in schedule after schedule, and the failures that only some schedules show (S= as above)
	+tools/check build explore

check-pages: ## the output in README.md and the scenarios' pages against what the harness says today (S= as above)
	+tools/check build pages

check-valgrind: ## every fixed variant under memcheck: no error, no leak, no open descriptor (S= as above)
	+tools/check build valgrind

lint: ## formatting, static analysis, clang's warnings, shell scripts, the tables in README.md
	+tools/check build lint

vet: ## the author's gate, all of it: each program 50 times as well, idle and under load (S= as above)
	+VET_RUNS=50 tools/check build vet

soak: all ## prove and refute deadlocks for a long time, on an idle and on a busy machine
	$B/tests/soak
	$B/tests/soak --load

bench: all ## what a judged run costs, as ratios to a plain posix_spawn loop
	$B/tests/bench

bench-explore: all ## what the explorer promises: speed, the same run again, failures found, none invented
	$B/tests/bench_explore

## Look after the tree

.PHONY: format table pages install clean
format: ## bring all C into the project's look
	clang-format -i $(C_FILES)

table: all ## rewrite the tables of scenarios in README.md
	tools/scenario-table --write README.md

pages: all ## rewrite the output in README.md and the scenarios' pages (S= as above)
	tools/scenario-runs --write

install: all ## copy the command, the corpus and its programs below PREFIX (/usr/local)
	install -d '$(DESTDIR)$(PREFIX)/bin' '$(DESTDIR)$(PREFIX)/share/brokenpipe' \
	    '$(DESTDIR)$(PREFIX)/lib/brokenpipe'
	install -m 755 $(COMMAND) '$(DESTDIR)$(PREFIX)/bin/brokenpipe'
	install -m 644 $(POINTS) '$(DESTDIR)$(PREFIX)/lib/brokenpipe/points.so'
	cp -R scenarios expected '$(DESTDIR)$(PREFIX)/share/brokenpipe/'
	cp -R $B/scenarios '$(DESTDIR)$(PREFIX)/lib/brokenpipe/'
	find '$(DESTDIR)$(PREFIX)/lib/brokenpipe' -name '*.d' -delete

clean: ## remove build/
	rm -rf build

# How it is built from here on.

# A missing package is said in one sentence, not by the compiler's error about a header.
build/packages-found: tools/packages.txt tools/setup
	tools/setup --check
	mkdir -p $(@D)
	touch $@

$(LIBRARY): $(LIBOBJS)
	$(call say,AR)
	rm -f $@
	$(AR) rcs $@ $^

$(COMMAND): $(TOOLOBJS) $(LIBRARY)
	$(call say,LINK)
	$(CC) $(SANITIZE) -o $@ $^ $(HARNESS_LDLIBS)

$(SUITE): $B/obj/harness/check_scenarios.o $(LIBRARY)
	$(call say,LINK)
	$(CC) $(SANITIZE) -o $@ $^ $(HARNESS_LDLIBS)

# The library that is preloaded into the programs that are explored. They are not sanitized, and so neither is it.
$(POINTS): override SANITIZE :=
$(POINTS): harness/preload/points.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) $(HARNESS_CFLAGS) -fPIC -shared -MMD -MP -MF $@.d -o $@ $<

# What tests share, and the runtime of the csp scenarios, which is tested too.
$B/obj/libtests.a: $(HELPERS)
	$(call say,AR)
	rm -f $@
	$(AR) rcs $@ $^

$(TESTS): $B/tests/%: $B/obj/harness/tests/%.o $B/obj/libtests.a $(LIBRARY)
	$(call say,LINK)
	mkdir -p $(@D)
	$(CC) $(SANITIZE) -o $@ $^ $(HARNESS_LDLIBS)

$(SUBJECTS): $B/tests/%: harness/tests/%.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) -D_GNU_SOURCE $(SCENARIO_CFLAGS) -MMD -MP -MF $@.d -o $@ $<

# The csp scenarios share one runtime.
CSP := $(filter $B/scenarios/csp/%,$(SCENARIOS))
CSP += $(filter $B/scenarios/csp/%,$(OPTIMIZED))
$(CSP): $(RUNTIME)
$(CSP): SCENARIO_CFLAGS += -Iscenarios/csp/runtime

$(SCENARIOS): $B/%: %.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) $(SCENARIO_CFLAGS) -MMD -MP -MF $@.d -o $@ $(filter %.c %.o,$^)

$(filter %.O0,$(OPTIMIZED)): $B/%.O0: %.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) $(SCENARIO_CFLAGS) -O0 -MMD -MP -MF $@.d -o $@ $(filter %.c %.o,$^)

$(filter %.O2,$(OPTIMIZED)): $B/%.O2: %.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) $(SCENARIO_CFLAGS) -O2 -MMD -MP -MF $@.d -o $@ $(filter %.c %.o,$^)

$B/obj/scenarios/%.o: scenarios/%.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) $(SCENARIO_CFLAGS) $(SANITIZE) -MMD -MP -c -o $@ $<

$B/obj/harness/tests/%.o $B/obj/harness/check_scenarios.o: HARNESS_CFLAGS += $(TEST_CFLAGS)
$B/obj/%.o: %.c | build/packages-found
	$(call say,CC)
	mkdir -p $(@D)
	$(CC) $(HARNESS_CFLAGS) -MMD -MP -c -o $@ $<

.SECONDARY:
-include $(LIBOBJS:.o=.d) $(TOOLOBJS:.o=.d) $(HELPERS:.o=.d) $(TESTS:$B/%=$B/obj/harness/%.d) \
    $B/obj/harness/check_scenarios.d $(POINTS).d $(SUBJECTS:=.d) $(SCENARIOS:=.d) $(OPTIMIZED:=.d)

# The same tree by another compiler, and the harness with sanitizers, each in a directory of its own. What
# the sanitized harness runs is not sanitized itself.
.PHONY: clang asan
clang:
	$(MAKE) B=build/clang CC=clang all
asan:
	mkdir -p build/asan/tests
	for programs in scenarios $(sort $(patsubst $B/%/,%,$(dir $(SUBJECTS)))); do ln -sfn "$(CURDIR)/build/$$programs" build/asan/$$programs; done
	$(MAKE) B=build/asan SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=all' asan-programs
asan-programs: $(COMMAND) $(SUITE) $(POINTS) $(TESTS)
