//! Stamps the time of the build: no phone clock can be earlier than that.

use std::time::{SystemTime, UNIX_EPOCH};

fn main() {
    println!("cargo:rerun-if-env-changed=SOURCE_DATE_EPOCH");
    println!("cargo:rerun-if-changed=Cargo.lock");
    let given = std::env::var("SOURCE_DATE_EPOCH").ok();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |it| it.as_secs());
    println!("cargo:rustc-env=POSYANDU_BUILT_AT={}", given.unwrap_or_else(|| now.to_string()));
}
