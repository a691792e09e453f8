# kcdtrace: everything a developer or an administrator does, as commands.
# `make help` lists them.

SHELL := /bin/bash
PREFIX ?= /usr/local
CONFIGURATION := release
PRODUCT := .build/$(CONFIGURATION)/kcdtrace
DEMO := SamplePcaps/event-13019-delegation-denied/capture.pcapng

# The system packages, in this one place: what building needs, and what testing needs beside it.
BUILD_PACKAGES := pkg-config libpcap-dev zlib1g-dev libzstd-dev libssl-dev
BENCH_PACKAGES := valgrind gcc libc6-dev
TEST_PACKAGES := $(BENCH_PACKAGES) tshark tcpdump iproute2 python3 python3-venv python3-jsonschema mandoc gzip zstd

.PHONY: help demo build test fuzz threads bench guard compare lint deps test-deps install uninstall lab toolchain clean

help: ## list these commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

demo: deps build ## build, then read a sample capture of a failing sign-on
	@$(PRODUCT) analyze $(DEMO)

build: toolchain ## build the executable in release mode
	@swift build -c $(CONFIGURATION) --product kcdtrace

test: deps test-deps ## install what is missing and run every test
	@.ci/test

fuzz: deps ## fuzz each target, two at a time (SECONDS_EACH=60, TARGETS="HTTP Kerberos ...")
	@Tests/Fuzz/run $(or $(SECONDS_EACH),60) $(TARGETS)

threads: deps ## read captures on several threads under the thread sanitizer
	@python3 Tests/Sanitizers/threads.py

bench: toolchain deps ## measure beside other programs (QUICK=1: under five minutes; SIZE= octets; README=1)
	@swift build -c release --static-swift-stdlib --scratch-path .build/static
	@KCDTRACE=$(CURDIR)/.build/static/release/kcdtrace KCDTRACE_STAGES=$(CURDIR)/.build/static/release/Stages \
		Benchmarks/bench --install $(if $(QUICK),--quick) $(if $(README),--readme) $(if $(SIZE),--size $(SIZE))

guard: toolchain deps ## compare instructions and allocations per packet with the checked-in thresholds
	@.ci/install-packages $(BENCH_PACKAGES)
	@swift build -c release
	@Benchmarks/guard

compare: build ## show what this build says otherwise than another one (OLD=path of that binary)
	@Tests/Compare/compare.py $(OLD) $(PRODUCT)

lint: toolchain ## check imports, arrows between modules, unsafe code, names and sizes
	@python3 Tests/Lint/lint.py

deps: toolchain ## install the system packages that building needs
	@.ci/install-packages $(BUILD_PACKAGES)

test-deps:
	@.ci/install-packages $(TEST_PACKAGES)

install: deps ## install the program and its manual page below PREFIX (default /usr/local)
	@swift build -c release --product kcdtrace --static-swift-stdlib --scratch-path .build/static
	@install -D -m 755 .build/static/release/kcdtrace $(DESTDIR)$(PREFIX)/bin/kcdtrace
	@install -d $(DESTDIR)$(PREFIX)/share/man/man1
	@.build/static/release/kcdtrace man > $(DESTDIR)$(PREFIX)/share/man/man1/kcdtrace.1
	@install -d $(DESTDIR)$(PREFIX)/share/bash-completion/completions $(DESTDIR)$(PREFIX)/share/zsh/site-functions \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d
	@.build/static/release/kcdtrace completions bash > $(DESTDIR)$(PREFIX)/share/bash-completion/completions/kcdtrace
	@.build/static/release/kcdtrace completions zsh > $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kcdtrace
	@.build/static/release/kcdtrace completions fish > $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kcdtrace.fish
	@echo "installed $(DESTDIR)$(PREFIX)/bin/kcdtrace"

uninstall: ## remove what `make install` installed
	@rm -f $(DESTDIR)$(PREFIX)/bin/kcdtrace $(DESTDIR)$(PREFIX)/share/man/man1/kcdtrace.1 \
		$(DESTDIR)$(PREFIX)/share/bash-completion/completions/kcdtrace \
		$(DESTDIR)$(PREFIX)/share/zsh/site-functions/_kcdtrace \
		$(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/kcdtrace.fish

lab: ## record the sample captures anew with real software (root; SCENARIO=name for one)
	@SamplePcaps/lab/run $(SCENARIO)

clean: ## remove everything that was built
	@rm -rf .build

toolchain:
	@command -v swift >/dev/null || { \
	  echo "kcdtrace needs a Swift 6.3 toolchain, and there is no 'swift' on the PATH." >&2; \
	  echo "Install one from https://www.swift.org/install/linux/ and open a new shell." >&2; exit 1; }
