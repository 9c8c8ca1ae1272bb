# make run      build the app and serve it on http://127.0.0.1:8686, with an invented posyandu to sync with
# make test     every test, from an empty cache if need be
# make bench    measure against the budgets
# make soak     the long runs: a server killed a hundred times, and the end-to-end tests
# make build    the app alone, into dist/
# make fmt      format the code

SHELL := /usr/bin/env bash
.SHELLFLAGS := -euo pipefail -c
.PHONY: run test bench soak build fmt setup

run: build
	. tools/env.sh; cargo build --locked --profile server --features server --bin posyandu-server; \
	server="$${CARGO_TARGET_DIR:-target}/server/posyandu-server"; \
	"$$server" init --practice --once --data target/practice; \
	exec "$$server" serve --data target/practice $(ARGS)

test:
	tests/run.sh

bench: build
	. tools/env.sh; cargo build --locked --profile server --features server --bin posyandu-server --example events; node tests/bench/run.mjs

soak: build
	. tools/env.sh; cargo build --locked --profile server --features server --bin posyandu-server --example events; \
	POSYANDU_SOAK=1 cargo test --locked --features server --lib server::tests::kept:: -- --nocapture; \
	POSYANDU_SOAK=1 node --test --test-concurrency=1 --test-reporter=spec tests/e2e/*.test.mjs tests/conformance/pouchdb.test.mjs

build: setup
	tools/build.sh

fmt: setup
	. tools/env.sh; cargo fmt --all

setup:
	tools/setup.sh
