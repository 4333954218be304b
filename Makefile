# crieur: every target works on a machine with Go and make alone, unless it says otherwise.
GO       ?= go
LINT     := github.com/golangci/golangci-lint/v2/cmd/golangci-lint@v2.15.0
ARCHES   ?= amd64 arm64
VERSION  ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo devel)
FUZZTIME ?= 10s
KILLS    ?= 10000
LOADTIME ?= 5s
LDFLAGS  := -s -w -X main.version=$(VERSION)

.DEFAULT_GOAL := help
.PHONY: help demo build test race lint fuzz e2e e2e-vps soak bench bench-pages deb release

help: ## show the targets
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: build ## post a real article to both platforms of the built-in sandbox; Ctrl-C ends it
	./bin/crieur demo

build: ## build bin/crieur, a static binary
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/crieur ./cmd/crieur

test: ## run all tests
	$(GO) test -timeout 30m ./...

# The detector would wait a second at the end of each of the thousand commands that the tests run.
race: ## run all tests with the race detector (needs a C compiler)
	GORACE=atexit_sleep_ms=0 CGO_ENABLED=1 $(GO) test -race -timeout 30m ./...

lint: ## vet, format check and golangci-lint (fetched by the go command)
	@test -z "$$(gofmt -l . | tee /dev/stderr)" || { echo "gofmt: the files above are not formatted"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(LINT) run

# A run that ends while the engine misses its own deadline fails without an input
# (go.dev/issue/75804), hence once more: what a true failure found is kept and fails again.
fuzz: ## run each fuzz target for FUZZTIME (10s)
	@set -e; for pkg in $$($(GO) list ./...); do \
		for target in $$($(GO) test -list '^Fuzz' $$pkg | grep '^Fuzz' || true); do \
			echo "$$pkg $$target"; \
			$(GO) test -run '^$$' -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg || \
			$(GO) test -run "^$$target$$" -fuzz "^$$target$$" -fuzztime $(FUZZTIME) $$pkg; \
		done; \
	done

e2e: build ## kill the real daemon at random moments and count what the platforms saw
	$(GO) test -count=1 -run 'Kill' -v ./cmd/crieur

soak: ## kill the daemon KILLS times (10,000: about 20 minutes), at every failpoint and at random
	CRIEUR_KILLS=$(KILLS) $(GO) test -count=1 -timeout 3h -run '^TestCrash' -v ./cmd/crieur

bench: ## measure what the README promises
	$(GO) test -run '^$$' -bench . -benchmem ./...

# Needs nginx and wrk: apt-get install --no-install-recommends nginx wrk
bench-pages: ## measure the pages beside nginx (60 runs of LOADTIME, 5s), memory, and receipt to page
	CRIEUR_BENCH_PAGES=$(LOADTIME) $(GO) test -count=1 -timeout 1h -run '^TestBenchPages$$' -v ./cmd/crieur
	$(GO) test -run '^$$' -bench '^BenchmarkReceiptToPage$$' -benchtime 200x ./internal/daemon

deb: ## build the Debian packages for ARCHES (amd64 arm64) in dist/
	GO="$(GO)" VERSION="$(VERSION)" deploy/deb/build $(ARCHES)

e2e-vps: ## the package on a real Debian with systemd, in a container (needs root, debootstrap, systemd-container)
	deploy/vps

release: ## packages, archives, list of components (CycloneDX) and checksums in dist/; the same bytes on each run
	GO="$(GO)" VERSION="$(VERSION)" deploy/release $(ARCHES)
