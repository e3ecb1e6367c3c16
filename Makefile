# Kickbench. `make help` lists what there is; `make run` and `make test` bring
# what they need onto the machine themselves.

# Bash by name also makes old versions of make (macOS has 3.81) look commands up
# on the PATH exported below.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# ---- One set of flags for every build --------------------------------------
# Compiling Fyne's OpenGL binding takes two minutes once, and once more for every
# change of cgo's flags, of -trimpath or -race. Tags and -ldflags are cheap.
TAGS    := migrated_fynedo
VERSION := $(shell sed -n 's/^ *Version *= *"\(.*\)"/\1/p' FyneApp.toml)
# As long whatever else the repository holds, and marked where the tree is not the commit.
COMMIT  := $(shell git describe --always --dirty --exclude '*' --abbrev=12 2>/dev/null)
LDFLAGS := -X main.version=$(VERSION) -X main.commit=$(COMMIT)
# -buildvcs=false: Go's own stamping fails where git distrusts the folder's owner.
# -trimpath here, too, so that a package compiles nothing that a build has not.
BUILD   := go build -trimpath -buildvcs=false -tags '$(TAGS)' -ldflags '$(LDFLAGS)'
LEAN    := CGO_ENABLED=0 go build -trimpath -buildvcs=false -tags headless -ldflags '-s -w $(LDFLAGS)'

# ---- Environment -----------------------------------------------------------
# .cache/go and .cache/node exist only where the system's own are too old.
export PATH := $(CURDIR)/.cache/go/bin:$(CURDIR)/.cache/node/bin:$(PATH)
export GOTOOLCHAIN ?= auto
# Go wants a home for its caches even where a CI system gives none.
ifeq ($(HOME),)
export HOME := $(CURDIR)/.cache/home
endif

# ---- Tests -----------------------------------------------------------------
# CORE and COMMANDS have no Fyne: the race detector is cheap there. SCREENS imports
# Fyne, but not its driver: compiled without cgo, in seconds instead of minutes.
CORE       := ./client/... ./storage/... ./assets/...
COMMANDS   := . ./app
SCREENS     = $$(go list ./app/... ./screens/... | grep -v -e '/app$$' -e '/app/desktop' -e '/app/e2e$$')
TESTFLAGS  ?=
GOTEST     := go test -timeout 15m $(TESTFLAGS)

# Peers that the tests run against; with KICKBENCH_REQUIRE_PEERS a missing one
# fails a test instead of skipping it.
PEERS = KICKBENCH_NPM='$(CURDIR)/.cache/npm' KICKBENCH_CHROMIUM="$$(.make/chromium.sh)" KICKBENCH_REQUIRE_PEERS="$$(.make/required.sh)"
# Without a bus of their own, tests would start one dbus-daemon each and leave it.
NOBUS := DBUS_SESSION_BUS_ADDRESS=disabled:
# Or it starts anew when the program, its only client, ends: a start just then finds no display.
XVFB  := dbus-run-session -- xvfb-run -a -s '-screen 0 1400x1000x24 +extension GLX -noreset'

# ---- What the longer checks run; override on the command line --------------
ROUNDS       ?= 10000
STRESS_PKG   ?= ./client
STRESS_TEST  ?= TestEightConcurrentLoginsNeverExceedTheLimit
CRASH_ROUNDS ?= 1000
CRASH_PKG    ?= ./storage
CRASH_TEST   ?= Kill9
BENCH_PKGS   ?= ./client/... ./storage/...
BENCH        ?= .
BENCHFLAGS   ?=
FUZZ_PKGS    ?= ./app ./client ./screens ./storage
FUZZTIME     ?= 20s

##@ Run
.PHONY: run build headless
run: ## Set up, build and open the window
	@.make/setup.sh build
	@[ -e bin/kickbench ] || echo 'building; the first time takes two to four minutes'
	@$(BUILD) -o bin/kickbench .
	@.make/run.sh bin/kickbench

build: ## Build bin/kickbench: the window and the command line
	@.make/setup.sh build
	$(BUILD) -o bin/kickbench .

headless: ## Build bin/kickbench-headless: the command line only, without cgo and Fyne
	@.make/setup.sh headless
	$(LEAN) -o bin/kickbench-headless .

##@ Check
.PHONY: test test-core test-screens test-window window
test: ## Run every test; the real window too, on a display of its own
	@.make/setup.sh test
	@$(MAKE) --no-print-directory -j2 test-screens window
	@$(MAKE) --no-print-directory test-window

# The window's binary is compiled beside these, and go build prints nothing. The
# race detector has a limit of goroutines below what 2,000 clients need.
test-core:
	@$(PEERS) $(NOBUS) $(GOTEST) -race $(CORE)
	@$(NOBUS) $(GOTEST) -race -tags headless $(COMMANDS)
	@$(NOBUS) $(GOTEST) -run TwoThousand ./client

test-screens: test-core
	@CGO_ENABLED=0 $(NOBUS) $(GOTEST) -tags '$(TAGS),test' $(SCREENS)

window:
	@$(BUILD) -o bin/kickbench .

test-window:
ifeq ($(shell uname -s),Linux)
	@KICKBENCH_KEYRING_TEST=1 dbus-run-session -- $(GOTEST) -race -count=1 -run TheRealKeyring ./storage
	@KICKBENCH_BIN='$(CURDIR)/bin/kickbench' LC_ALL=C.UTF-8 $(XVFB) $(GOTEST) -count=1 ./app/e2e
else
	@echo 'skipped: the tests of the real window need Xvfb and a Secret Service, which this system lacks'
endif

.PHONY: lint bench bench-peers bench-window fuzz stress-kick crash
lint: ## gofumpt, vet, staticcheck, govulncheck
	@.make/setup.sh build
	@TAGS='$(TAGS)' .make/lint.sh

bench: ## Measure logins, kicks, UserSig, codec, idle sessions (BENCH=regexp, BENCH_PKGS=…)
	@.make/setup.sh headless
	$(NOBUS) go test -run '^$$' -bench '$(BENCH)' -benchmem $(BENCH_PKGS)

# A module of its own: the servers compared with are no part of the product.
bench-peers: ## The sandbox beside nats-server, mochi-mqtt, centrifuge and a bare gorilla server, 3 minutes
	@.make/setup.sh headless
	@cd client/sandbox/bench && CGO_ENABLED=0 go run -buildvcs=false . $(BENCHFLAGS)

# Xvfb's picture in a file tells when something is painted.
bench-window: build ## The window's first paint, idle processor time, memory, also with a million events, beside a bare Fyne window's, 5 minutes
	@.make/setup.sh test
	@$(BUILD) -o bin/bare ./app/desktop/bare
	@fb=$$(mktemp -d); trap 'rm -rf "$$fb"' EXIT; \
		KICKBENCH_FB="$$fb" KICKBENCH_BARE='$(CURDIR)/bin/bare' KICKBENCH_BIN='$(CURDIR)/bin/kickbench' LC_ALL=C.UTF-8 \
		xvfb-run -a -s "-screen 0 1400x1000x24 +extension GLX -fbdir $$fb" $(GOTEST) -count=1 -v -run 'BesideABareOne|WithAMillion' ./app/e2e

fuzz: ## Run every fuzz target for FUZZTIME (20s)
	@.make/setup.sh headless
	@.make/fuzz.sh '$(FUZZTIME)' $(FUZZ_PKGS)

stress-kick: ## 8 concurrent logins of one user, 10,000 rounds, under the race detector (ROUNDS=…)
	@.make/setup.sh build
	KICKBENCH_ROUNDS=$(ROUNDS) $(NOBUS) go test -race -count=1 -timeout 120m -v -run '^$(STRESS_TEST)$$' $(STRESS_PKG)

crash: ## kill -9 while the history is written, 1,000 rounds (CRASH_ROUNDS=…)
	@.make/setup.sh build
	KICKBENCH_CRASH_ROUNDS=$(CRASH_ROUNDS) $(NOBUS) go test -count=1 -timeout 120m -v -run '$(CRASH_TEST)' $(CRASH_PKG)

##@ Ship
.PHONY: package package-windows test-package test-windows
package: ## Package for this system, into dist/
	@.make/setup.sh package
	@TAGS='$(TAGS)' LDFLAGS='$(LDFLAGS)' VERSION='$(VERSION)' .make/package.sh

package-windows: ## Cross-compile and package for Windows, into dist/
	@.make/setup.sh windows
	@TAGS='$(TAGS)' LDFLAGS='$(LDFLAGS)' VERSION='$(VERSION)' .make/package-windows.sh

test-package: package package-windows ## Package for Linux and Windows, and look at what is in it
	@KICKBENCH_DIST='$(CURDIR)/dist' $(GOTEST) -count=1 -run '^TestPackage' ./app/e2e

test-windows: package-windows ## Start dist/Kickbench.exe under wine: its window, its console, its message box
	@.make/setup.sh wine
	@.make/test-windows.sh

##@ Other
.PHONY: setup screenshots font icon clean help print-version print-ldflags
# For the release's workflow.
print-version:
	@echo '$(VERSION)'
print-ldflags:
	@echo '$(LDFLAGS)'

setup: ## Only bring what run and test need onto this machine
	@.make/setup.sh test

screenshots: build ## Take the pictures in assets/screenshots from the real window
	@.make/setup.sh test
	KICKBENCH_SHOTS='$(CURDIR)/assets/screenshots' $(MAKE) --no-print-directory test-window

font: ## Make the CJK fonts in assets/fonts again (Debian: fonttools, fonts-noto-cjk)
	@.make/font.sh

icon: ## Make assets/icon.png and icon.ico again from the SVG (Debian: librsvg2-bin, icoutils)
	rsvg-convert --width 512 --height 512 --output assets/icon.png assets/icon.svg
	for n in 16 24 32 48 64 256; do rsvg-convert --width $$n --height $$n --output .cache/icon-$$n.png assets/icon.svg; done
	icotool --create --output=assets/icon.ico $$(for n in 16 24 32 48 64; do echo .cache/icon-$$n.png; done) --raw=.cache/icon-256.png
	rm .cache/icon-*.png

clean: ## Remove bin/ and dist/; .cache/ stays
	rm -rf bin dist

help: ## This list
	@awk 'BEGIN { FS = ":.*## " } \
		/^##@ / { printf "\n%s\n", substr($$0, 5) } \
		/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
