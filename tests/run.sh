#!/usr/bin/env bash
# Everything `make test` proves, from an empty cache if need be. Stops at the first part that fails.
set -euo pipefail
cd "$(dirname "$0")/.."
tools/setup.sh
. tools/env.sh

log="$(mktemp -d)"
trap 'rm -rf "$log"' EXIT

# Runs a part, shows it, and keeps its words for the closing line.
part() { # name command...
  local name="$1"
  shift
  posyandu_say "$name"
  "$@" 2>&1 | tee "$log/$name"
}

# Sums "N passed" of cargo, or "pass N" of node.
count() { # file pattern
  sed -nE "s/$2/\1/p" "$log/$1" | awk '{ sum += $1 } END { print sum + 0 }'
}

part "host tests" cargo test --locked --features server
# Thousands of runs want the library optimized, and nothing of the server: a build of its own beside the host tests'.
part "seeded runs" env POSYANDU_RUNS=10000 cargo test --locked --test replication \
  --config 'profile.test.package.posyandu.opt-level=2' --config 'profile.test.package.posyandu.debug=0' \
  -- --nocapture phones_and_server_end_equal so_they_do_with_real_signatures
part "browser tests" posyandu_wasm cargo test --locked --target wasm32-unknown-unknown --test browser --test worker
part "server" cargo build --locked --profile server --features server --bin posyandu-server
part "conformance" node --test --test-concurrency=1 --test-reporter=spec tests/conformance/*.test.mjs
part "release build" tools/build.sh
part "size budget" node tools/sizes.mjs
part "end to end" node --test --test-concurrency=1 --test-reporter=spec tests/e2e/*.test.mjs

host="$(count 'host tests' '^test result: ok\. ([0-9]+) passed.*')"
runs="$(count 'seeded runs' '^([0-9]+) runs in .*')"
peers="$(count 'conformance' '^.* pass ([0-9]+)$')"
browser="$(count 'browser tests' '^test result: ok\. ([0-9]+) passed.*')"
e2e="$(count 'end to end' '^.* pass ([0-9]+)$')"
for number in "$host" "$runs" "$peers" "$browser" "$e2e"; do
  if [ "$number" -eq 0 ]; then echo "test: a part ran no test at all" >&2; exit 1; fi
done
printf '\ntest: all passed in %d s: %d on the host, %d seeded runs, %d between servers, %d in the browser, %d end to end\n' \
  "$SECONDS" "$host" "$runs" "$peers" "$browser" "$e2e"
