#!/usr/bin/env bash
# The release build of the app into dist/. Needs tools/setup.sh to have run.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

if [ "$POSYANDU_WITH" = nothing ]; then echo "build: run tools/setup.sh first" >&2; exit 1; fi
posyandu_say "release build of the app (7 to 12 minutes the first time on two cores)"
posyandu_release cargo fetch --locked --target wasm32-unknown-unknown
posyandu_release trunk build --release
posyandu_release cargo build --locked --release --target wasm32-unknown-unknown -p posyandu-kode
posyandu_say "smallest wasm, service worker's list, compressed copies"
node tools/finish.mjs
