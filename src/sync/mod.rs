//! How the work travels. Read [`protocol`] first: it decides, and knows neither a network nor a store.

pub mod bundle;
pub mod codes;
pub mod parcel;
pub mod protocol;
#[cfg(target_arch = "wasm32")]
pub mod transport;
