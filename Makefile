# kpid: the commands of every day. `make` or `make help` lists them.

# One set of build tags everywhere, so that nothing is compiled twice and what is
# tested is what runs: SQL sees the maths functions, and no SQL can load a library.
TAGS    := sqlite_math_functions,sqlite_omit_load_extension
VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo unknown)

export TAGS
export GOFLAGS := -tags=$(TAGS)
export CGO_ENABLED := 1
BUILD_CGO_CFLAGS := -O2 -g0
# Tests spend more time compiling SQLite than running it.
TEST_CGO_CFLAGS  := -O1 -g0

.DEFAULT_GOAL := help
.PHONY: help run build assets test lint bench soak clean

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile

run: build sample/data ## build, make the sample company, serve it on http://127.0.0.1:8080
	bin/kpid serve

build: assets ## build bin/kpid
	CGO_CFLAGS="$(BUILD_CGO_CFLAGS)" go build -trimpath -ldflags "-s -w -X main.version=$(VERSION)" -o bin/kpid ./cmd/kpid

assets: ## fetch the chart library (needs npm; without it pages show tables)
	@scripts/assets

# under another name until it is whole, so that an interrupt leaves no half company
sample/data: | build
	rm -rf sample/data.new
	bin/kpid sample --dir sample/data.new
	mv sample/data.new sample/data

test: assets ## run everything, on SQLite and PostgreSQL, installing what is missing if it may
	@CGO_CFLAGS="$(TEST_CGO_CFLAGS)" scripts/test

lint: ## gofmt, vet, staticcheck, govulncheck
	@CGO_CFLAGS="$(TEST_CGO_CFLAGS)" scripts/lint

bench: assets ## benchmarks; times are printed, never asserted
	CGO_CFLAGS="$(BUILD_CGO_CFLAGS)" go test -run '^$$' -bench . -benchmem -timeout 0 ./...

soak: assets ## end-to-end, kill and fault tests over and over: make soak ROUNDS=20
	@CGO_CFLAGS="$(TEST_CGO_CFLAGS)" scripts/soak $(or $(ROUNDS),20)

clean: ## remove what was built, the sample and its database
	rm -rf bin node_modules sample/data sample/data.new var
	find dashboards/assets/vendor -type f ! -name README.md -delete
