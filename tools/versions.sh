# Versions of the tools that setup.sh installs. wasm-bindgen must be the one in Cargo.lock.
POSYANDU_TRUNK_VERSION=0.21.14
POSYANDU_WASM_BINDGEN_VERSION=0.2.130
