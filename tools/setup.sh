#!/usr/bin/env bash
# Installs what the build needs and is missing; a second run finds everything and ends at once.
set -euo pipefail
cd "$(dirname "$0")/.."
. tools/env.sh

stop() { printf 'setup: %s\n' "$*" >&2; exit 1; }

toolchain="$(sed -n 's/^channel = "\(.*\)"$/\1/p' rust-toolchain.toml)"
packages='rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web lld'

# Debian's package manager, as root or through sudo without a question.
apt_install() {
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    sudo -n true 2>/dev/null || return 1
    as_root=(sudo -n)
  fi
  command -v apt-get >/dev/null || return 1
  posyandu_say "installing $*"
  "${as_root[@]}" apt-get update -qq || return 1
  DEBIAN_FRONTEND=noninteractive "${as_root[@]}" apt-get install -y -qq --no-install-recommends "$@"
}

# A linker for the host, which cargo needs for every build script.
command -v cc >/dev/null || apt_install build-essential || stop "no C compiler: install gcc or clang."

# 1. The compiler and its WebAssembly target: taken as it is, else Debian's where rustup may not download or fails.
if [ "$POSYANDU_WITH" = nothing ]; then
  added=no
  if [ "${POSYANDU_TOOLCHAIN:-}" != debian ] && [ "${RUSTUP_AUTO_INSTALL:-1}" != 0 ] && command -v rustup >/dev/null; then
    posyandu_say "compiler $toolchain and its WebAssembly target, with rustup"
    if rustup toolchain install "$toolchain" --profile minimal --component clippy --component rustfmt --component rust-src --target wasm32-unknown-unknown; then added=yes; fi
  fi
  if [ "$added" = no ]; then
    # shellcheck disable=SC2086
    apt_install $packages || stop "no WebAssembly target. Install rustup (https://rustup.rs) and run 'rustup target add wasm32-unknown-unknown' and 'rustup component add rust-src', or on Debian 'apt-get install $packages'."
  fi
  . tools/env.sh
  [ "$POSYANDU_WITH" != nothing ] || stop "the compiler still lacks wasm32-unknown-unknown or its library's sources after the installation; run 'rustup target add wasm32-unknown-unknown' and 'rustup component add rust-src'."
fi

# 2. Node, for wasm-opt and the browser tests.
command -v node >/dev/null && command -v npm >/dev/null || apt_install nodejs npm || stop "no Node: install Node 20 or newer."
node -e 'process.exit(Number(process.versions.node.split(".")[0]) >= 20 ? 0 : 1)' || stop "Node $(node --version) is too old: install Node 20 or newer."
if ! cmp -s tests/package-lock.json tests/node_modules/.installed-lock; then
  posyandu_say "npm packages of tests/"
  (cd tests && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp tests/package-lock.json tests/node_modules/.installed-lock
fi

# 3. A browser.
if [ -z "$CHROME" ] || [ -z "$CHROMEDRIVER" ]; then
  apt_install chromium chromium-driver || stop "no browser: install Chromium and chromedriver, or name them in CHROME and CHROMEDRIVER."
  . tools/env.sh
fi

# 4. trunk and wasm-bindgen, outside the checkout, so that a fresh clone does not build them again.
cargo_tool() { # name version [cargo install options]
  local name="$1" version="$2" root="$POSYANDU_CACHE/$1-$2"
  shift 2
  [ -x "$root/bin/$name" ] && return 0
  posyandu_say "building $name $version (5 to 10 minutes on two cores, once)"
  local crate="$name"
  if [ "$name" = wasm-bindgen ]; then crate=wasm-bindgen-cli; fi
  # Outside the checkout, so that neither its settings nor its toolchain file apply by accident.
  (cd "$POSYANDU_CACHE" \
    && CARGO_TARGET_DIR="$POSYANDU_CACHE/tools-target" RUSTUP_TOOLCHAIN="${RUSTUP_TOOLCHAIN:-$toolchain}" \
      CARGO_PROFILE_RELEASE_OPT_LEVEL=1 CARGO_PROFILE_RELEASE_LTO=off \
      CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_DEBUG=0 \
      cargo install "$crate" --version "$version" --root "$root.part" "$@")
  rm -rf "$root"
  mv "$root.part" "$root"
}
mkdir -p "$POSYANDU_CACHE"
# Not --locked: its lock file names a crate version that is not published.
cargo_tool wasm-bindgen "$POSYANDU_WASM_BINDGEN_VERSION"
cargo_tool trunk "$POSYANDU_TRUNK_VERSION" --locked --no-default-features --features rustls
if [ -d "$POSYANDU_CACHE/tools-target" ]; then rm -rf "$POSYANDU_CACHE/tools-target"; fi

locked="$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)"
[ "$locked" = "$POSYANDU_WASM_BINDGEN_VERSION" ] \
  || stop "tools/versions.sh names wasm-bindgen $POSYANDU_WASM_BINDGEN_VERSION, Cargo.lock $locked."
echo "setup: ready (${POSYANDU_WITH} compiler, $(rustc --version))"
