# What every script sources: which compiler, which tools, which browser. Changes nothing on disk.
#
# POSYANDU_TOOLCHAIN=debian forces Debian's compiler; POSYANDU_CACHE moves the folder of the tools.
# After it, $POSYANDU_WITH says "target" (the compiler has the WebAssembly target and the sources of its
# library, which the release builds anew), "debian" (the library is always built from Debian's sources)
# or "nothing" (run tools/setup.sh).

POSYANDU_ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
POSYANDU_CACHE="${POSYANDU_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/posyandu6}"
. "$POSYANDU_ROOT/tools/versions.sh"

posyandu_has_target() {
  local sysroot
  # rustup must not begin a download here, out of sight.
  sysroot="$(cd "$POSYANDU_ROOT" && RUSTUP_AUTO_INSTALL=0 rustc --print sysroot 2>/dev/null)" || return 1
  [ -d "$sysroot/lib/rustlib/wasm32-unknown-unknown/lib" ] && [ -f "$sysroot/lib/rustlib/src/rust/library/Cargo.lock" ]
}

# The five packages together: compiler, its library's sources, clippy, rustfmt, linker.
posyandu_has_debian() {
  [ -x /usr/bin/rustc ] && [ -x /usr/bin/cargo ] && [ -x /usr/bin/clippy-driver ] \
    && [ -x /usr/bin/rustfmt ] && [ -x /usr/bin/wasm-ld ] \
    && [ -f /usr/lib/rustlib/src/rust/library/Cargo.lock ]
}

POSYANDU_WITH=nothing
if [ "${POSYANDU_TOOLCHAIN:-}" != debian ] && posyandu_has_target; then
  POSYANDU_WITH=target
elif posyandu_has_debian; then
  POSYANDU_WITH=debian
  export PATH="/usr/bin:$PATH"
  export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=wasm-ld
fi

export PATH="$POSYANDU_CACHE/trunk-$POSYANDU_TRUNK_VERSION/bin:$POSYANDU_CACHE/wasm-bindgen-$POSYANDU_WASM_BINDGEN_VERSION/bin:$PATH"

posyandu_first() {
  local name
  for name in "$@"; do
    if command -v "$name"; then return 0; fi
  done
  return 1
}
if [ -z "${CHROME:-}" ]; then
  CHROME="$(posyandu_first chromium chromium-browser google-chrome google-chrome-stable)" || CHROME=
fi
if [ -z "${CHROMEDRIVER:-}" ]; then
  CHROMEDRIVER="$(posyandu_first chromedriver)" || CHROMEDRIVER=
fi
export CHROME CHROMEDRIVER

# Seconds for all tests of one file in the browser; by itself it is 20, and a small machine needs more.
export WASM_BINDGEN_TEST_TIMEOUT="${WASM_BINDGEN_TEST_TIMEOUT:-120}"

# Runs one command that compiles for WebAssembly: cargo ... --target wasm32-unknown-unknown, or trunk.
posyandu_wasm() {
  if [ "$POSYANDU_WITH" = debian ]; then
    RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort "$@"
  else
    "$@"
  fi
}

# Runs one command that compiles the release for WebAssembly, whichever the compiler: the library is built
# along with the app, small instead of fast, and a panic is a trap without a message, which nobody would read.
posyandu_release() {
  POSYANDU_LINKER="${CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER:-}" \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$POSYANDU_ROOT/tools/link.mjs" \
    RUSTC_BOOTSTRAP=1 CARGO_UNSTABLE_BUILD_STD=std,panic_abort CARGO_UNSTABLE_BUILD_STD_FEATURES=optimize_for_size \
    CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT=true CARGO_PROFILE_RELEASE_PANIC=immediate-abort \
    CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=-Zlocation-detail=none "$@"
}

# One line of progress, with the seconds since the script began.
posyandu_say() { printf '\n== %4ds  %s\n' "$SECONDS" "$*"; }
