# Salesmap Mirror. `make help` lists what there is.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

# One set of build tags for builds, tests and lint: no loadable extensions, and
# nothing that would call into the C library's resolver or time zones, so that
# the binaries can be linked statically.
TAGS := sqlite_omit_load_extension,sqlite_math_functions,netgo,osusergo,timetzdata
export GOFLAGS := -buildvcs=false -tags=$(TAGS)
export CGO_ENABLED := 1

MODULES := ./api/... ./shared/... ./worker/...
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS := -s -w -linkmode external -extldflags "-static" -X github.com/salesmap-mirror/salesmap-mirror/shared/obs.version=$(VERSION)
GOLANGCI_VERSION := v2.15.0
TOOLS := $(CURDIR)/.tools
GOLANGCI := $(TOOLS)/golangci-lint-$(GOLANGCI_VERSION)
UI_SOURCES := $(shell find frontend/src frontend/public frontend/scripts -type f 2>/dev/null) $(wildcard frontend/*.json frontend/*.ts frontend/*.html)

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z0-9-]+:.*?## ' $(MAKEFILE_LIST) | sort | awk -F ':.*?## ' '{printf "  %-18s %s\n", $$1, $$2}'

# --- run ---------------------------------------------------------------------

.PHONY: demo
demo: build ## sandbox Salesmap → snapshot → API → dashboard on http://localhost:8000 (Ctrl-C stops all)
	@deploy/demo.sh

# --- build -------------------------------------------------------------------

.PHONY: build
build: bin/api bin/worker bin/sandbox ## static binaries in bin/, the dashboard inside the API

.PHONY: ui
ui: api/internal/webui/dist/index.html ## build the dashboard into the API's embed folder

frontend/node_modules/.installed: frontend/package-lock.json
	cd frontend && npm ci --no-audit --no-fund --loglevel=error && touch node_modules/.installed

api/internal/webui/dist/index.html: frontend/node_modules/.installed $(UI_SOURCES)
	cd frontend && npm run --silent build && npm run --silent build:single
	rm -rf api/internal/webui/dist && cp -r frontend/dist api/internal/webui/dist && touch $@

.PHONY: bin/api bin/worker bin/sandbox
bin/api: api/internal/webui/dist/index.html
	GOFLAGS='-buildvcs=false -tags=$(TAGS),embedui' go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./api/cmd/api
bin/worker bin/sandbox: bin/%:
	go build -trimpath -ldflags '$(LDFLAGS)' -o $@ ./worker/cmd/$*

.PHONY: images
images: ## container images of both services and the sandbox
	docker-compose --profile demo build

.PHONY: clean
clean: ## remove what was built and the demo's data
	rm -rf bin .demo frontend/dist frontend/dist-single frontend/test-results api/internal/webui/dist

# --- check -------------------------------------------------------------------

.PHONY: check
check: fmt-check lint gen-check types unit ## formatting, lint, types and unit tests

.PHONY: fmt
fmt: $(GOLANGCI) frontend/node_modules/.installed ## format Go and TypeScript
	$(GOLANGCI) fmt $(MODULES)
	cd frontend && npm run --silent format

.PHONY: fmt-check
fmt-check: $(GOLANGCI)
	$(GOLANGCI) fmt --diff $(MODULES)

.PHONY: lint
lint: $(GOLANGCI) frontend/node_modules/.installed ## linters of both languages
	$(GOLANGCI) run --uniq-by-line=false $(MODULES)
	cd frontend && npm run --silent lint

.PHONY: types
types: frontend/node_modules/.installed ## go vet and the TypeScript compiler
	go vet $(MODULES)
	cd frontend && npm run --silent typecheck

.PHONY: unit
unit: frontend/node_modules/.installed ## fast tests of both languages
	go test $(MODULES)
	cd frontend && npm run --silent test

$(GOLANGCI):
	mkdir -p $(TOOLS)
	GOFLAGS= GOBIN=$(TOOLS) go install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)
	mv $(TOOLS)/golangci-lint $@

.PHONY: gen
gen: frontend/node_modules/.installed ## regenerate configuration docs, .env.example and TypeScript types
	mkdir -p .tools
	go run ./api/internal/config/print > .tools/api-settings.json
	go run ./worker/internal/config/print > .tools/worker-settings.json
	go run ./shared/envdoc/envdocgen -md docs/configuration.md -env .env.example .tools/worker-settings.json .tools/api-settings.json
	cd frontend && npm run --silent gen

.PHONY: gen-check
gen-check: gen ## fail when a generated file is stale
	git diff --exit-code -- docs/configuration.md .env.example frontend/src/api

# --- test --------------------------------------------------------------------

.PHONY: test
test: fmt-check lint gen-check types frontend-unit race slow e2e ## everything
	@echo "all tests passed"

.PHONY: frontend-unit
frontend-unit: frontend/node_modules/.installed
	cd frontend && npm run --silent test

.PHONY: race
race: ## all Go tests under the race detector
	go test -race -timeout 20m $(MODULES)

# Files with the build tag `slow` hold tests that take minutes; only those run here.
SLOW_FILES = $(shell grep -rl --include='*_test.go' '^//go:build slow' api shared worker)

.PHONY: slow
slow: ## long Go tests: kill -9 and resume, swaps under load, leaks
	GOFLAGS='-buildvcs=false -tags=$(TAGS),slow' go test -count=1 -timeout 15m -v \
	  -run "^($$(grep -ho '^func Test[A-Za-z0-9_]*' $(SLOW_FILES) | sed 's/^func //' | paste -sd'|'))$$" \
	  $$(dirname $(SLOW_FILES) | sort -u | sed 's#^#./#') | grep -vE '^=== '

.PHONY: e2e
e2e: build chromium ## the demo in headless Chromium
	deploy/e2e.sh

.PHONY: e2e-containers
e2e-containers: ## docker-compose --profile demo on a real engine (needs one)
	deploy/e2e-containers.sh

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; }

.PHONY: fuzz
fuzz: ## every fuzz target for FUZZTIME (default 20s)
	deploy/fuzz.sh $${FUZZTIME:-20s}

.PHONY: bench
bench: ## benchmarks; figures are ratios within one run where they can be
	go test -run '^$$' -bench . -benchmem -timeout 30m ./api/... ./worker/... | grep -vE 'no test files|^ok |^PASS'
