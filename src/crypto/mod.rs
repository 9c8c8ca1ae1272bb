//! Encryption at rest: sealing records, PIN and recovery code, and the keys they open.
//!
//! It knows no store, no clock and, but for [`device`], no browser: randomness is an argument.
//! Read [`keyring`] first: it shows which key opens which.
//!
//! What is claimed: a lost, locked phone against curious hands. A PIN of six digits does not stop
//! someone who copies the phone's memory and its device key.

pub mod envelope;
pub mod handshake;
pub mod kdf;
pub mod keyring;
pub mod pin;
pub mod recovery;
pub mod seal;

#[cfg(target_arch = "wasm32")]
pub mod device;

pub use handshake::{Ephemeral, Shared};
pub use kdf::{DeviceMac, KdfParams};
pub use keyring::{PersonVault, Unlocked};
pub use pin::{Attempts, Secret};
pub use recovery::{RecoveryCode, RecoveryError};
pub use seal::{Aad, Key};

/// Fills a buffer with randomness; tests pass a counter.
pub type Rng<'a> = &'a mut dyn FnMut(&mut [u8]);

/// Why something could not be sealed, opened or read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CryptoError {
    /// The PIN, passphrase or recovery code does not open this vault.
    #[error("wrong pin, passphrase or recovery code")]
    WrongSecret,
    /// The bytes were altered, cut, moved from another record, or sealed with another key.
    #[error("the sealed bytes do not open with this key in this place")]
    Tampered,
    /// Written by a newer version of the app: kept as it is, never overwritten.
    #[error("written by a newer version ({version})")]
    Newer {
        /// The version found in the first byte.
        version: u8,
    },
    /// Not in the form of any version.
    #[error("malformed bytes")]
    Malformed,
    /// Parameters weaker than the floor, or beyond what a phone can do.
    #[error("key stretching parameters out of range")]
    Parameters,
    /// The phone has no memory left for stretching the PIN.
    #[error("not enough memory")]
    Memory,
    /// The device key is missing or the browser refused to use it.
    #[error("device key unavailable")]
    DeviceKey,
    /// The person who should give access does not have it.
    #[error("no access to this scope")]
    NoAccess,
}
