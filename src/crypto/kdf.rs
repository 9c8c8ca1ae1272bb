//! From a PIN to the key that opens a person's vault.
//!
//! Argon2id makes a guess expensive; the HMAC by the device key, which cannot leave the phone, makes
//! a copied database useless without it. How the device key is kept is not known here.

use std::future::Future;

use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, Zeroizing};

use super::seal::Key;
use super::{CryptoError, Secret};

/// Bytes of salt.
pub const SALT_BYTES: usize = 16;

/// Least memory, in KiB (OWASP password storage: 19 MiB with two passes).
pub const FLOOR_MEMORY_KIB: u32 = 19 * 1024;
/// Least passes.
pub const FLOOR_PASSES: u32 = 2;
/// Most memory taken when calibrating: more would close other apps on a phone with 2 GB.
pub const CALIBRATED_MEMORY_KIB: u32 = 64 * 1024;

const MOST_MEMORY_KIB: u32 = 256 * 1024;
const MOST_PASSES: u32 = 64;
const SHORTEST_MS: f64 = 500.0;
const LONGEST_MS: f64 = 1000.0;
const AIM_MS: f64 = 700.0;

/// How hard Argon2id works on this phone. Stored beside what it protects, never below the floor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)", into = "(u32, u32)")]
pub struct KdfParams {
    memory_kib: u32,
    passes: u32,
}

impl KdfParams {
    /// The least that is accepted.
    pub const FLOOR: Self = Self { memory_kib: FLOOR_MEMORY_KIB, passes: FLOOR_PASSES };

    /// Parameters within the floor and what a phone can do.
    pub const fn new(memory_kib: u32, passes: u32) -> Result<Self, CryptoError> {
        if memory_kib < FLOOR_MEMORY_KIB
            || memory_kib > MOST_MEMORY_KIB
            || passes < FLOOR_PASSES
            || passes > MOST_PASSES
        {
            return Err(CryptoError::Parameters);
        }
        Ok(Self { memory_kib, passes })
    }

    /// Memory in KiB.
    pub const fn memory_kib(self) -> u32 {
        self.memory_kib
    }

    /// Passes over the memory.
    pub const fn passes(self) -> u32 {
        self.passes
    }
}

impl TryFrom<(u32, u32)> for KdfParams {
    type Error = CryptoError;

    fn try_from((memory_kib, passes): (u32, u32)) -> Result<Self, CryptoError> {
        Self::new(memory_kib, passes)
    }
}

impl From<KdfParams> for (u32, u32) {
    fn from(params: KdfParams) -> Self {
        (params.memory_kib, params.passes)
    }
}

/// A key that makes HMAC-SHA-256 and cannot be read: in the browser a non-extractable WebCrypto key.
pub trait DeviceMac {
    /// HMAC-SHA-256 of `message` under the device key.
    fn hmac(&self, message: &[u8]) -> impl Future<Output = Result<[u8; 32], CryptoError>>;
}

/// Argon2id over the PIN or passphrase.
pub fn stretch(secret: &Secret, salt: &[u8; SALT_BYTES], params: KdfParams) -> Result<Key, CryptoError> {
    let inner = Params::new(params.memory_kib, params.passes, 1, Some(32)).map_err(|_| CryptoError::Parameters)?;
    let count = inner.block_count();
    let mut memory: Vec<Block> = Vec::new();
    memory.try_reserve_exact(count).map_err(|_| CryptoError::Memory)?;
    memory.resize(count, Block::default());
    let mut stretched = Zeroizing::new([0; 32]);
    let result = Argon2::new(Algorithm::Argon2id, Version::V0x13, inner).hash_password_into_with_memory(
        secret.as_bytes(),
        salt,
        &mut *stretched,
        &mut memory,
    );
    memory.iter_mut().for_each(Zeroize::zeroize);
    result.map_err(|_| CryptoError::Parameters)?;
    Ok(Key::from_bytes(*stretched))
}

/// The key that wraps a person key: HMAC by the device key over the stretched secret.
pub async fn kek(
    mac: &impl DeviceMac,
    secret: &Secret,
    salt: &[u8; SALT_BYTES],
    params: KdfParams,
) -> Result<Key, CryptoError> {
    let stretched = stretch(secret, salt, params)?;
    let mut message = Zeroizing::new(Vec::with_capacity(64));
    message.extend_from_slice(b"posyandu6/kek/1\n");
    message.extend_from_slice(stretched.as_bytes());
    mac.hmac(&message).await.map(Key::from_bytes)
}

/// Finds parameters that take 0.5 to 1 second on this phone.
///
/// `measure` runs [`stretch`] once and answers its milliseconds. A slow phone stays at the floor,
/// even if that takes longer; memory grows before passes, because it costs a guesser more.
pub fn calibrate(mut measure: impl FnMut(KdfParams) -> f64) -> KdfParams {
    let mut params = KdfParams::FLOOR;
    for _ in 0..6 {
        let taken_ms = measure(params);
        // A clock made coarse by the browser may answer 0.
        let factor = AIM_MS / taken_ms.max(5.0);
        let is_floor = params == KdfParams::FLOOR;
        if (SHORTEST_MS..=LONGEST_MS).contains(&taken_ms) || (taken_ms > LONGEST_MS && is_floor) || taken_ms.is_nan() {
            break;
        }
        let next = scale(params, factor);
        if next == params {
            break;
        }
        params = next;
    }
    params
}

fn scale(params: KdfParams, factor: f64) -> KdfParams {
    let work = f64::from(params.memory_kib) * f64::from(params.passes) * factor;
    let at_two_passes = work / f64::from(FLOOR_PASSES);
    let (memory, passes) = if at_two_passes <= f64::from(CALIBRATED_MEMORY_KIB) {
        (at_two_passes, f64::from(FLOOR_PASSES))
    } else {
        (f64::from(CALIBRATED_MEMORY_KIB), work / f64::from(CALIBRATED_MEMORY_KIB))
    };
    // A float beyond the range of u32 saturates.
    KdfParams {
        memory_kib: (memory as u32).clamp(FLOOR_MEMORY_KIB, CALIBRATED_MEMORY_KIB),
        passes: (passes as u32).clamp(FLOOR_PASSES, MOST_PASSES),
    }
}

/// A device key held in memory: for tests and generators on the host. It protects nothing.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Clone, Debug)]
pub struct MemoryMac(pub Key);

#[cfg(not(target_arch = "wasm32"))]
impl DeviceMac for MemoryMac {
    async fn hmac(&self, message: &[u8]) -> Result<[u8; 32], CryptoError> {
        Ok(self.0.mac(&[message]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phone(ms_per_mib_pass: f64) -> (KdfParams, f64) {
        let cost =
            |params: KdfParams| f64::from(params.memory_kib) / 1024.0 * f64::from(params.passes) * ms_per_mib_pass;
        let params = calibrate(cost);
        (params, cost(params))
    }

    #[test]
    fn a_usual_phone_takes_half_a_second_to_one() {
        for ms in [0.2, 0.5, 1.0, 2.0, 5.0, 9.0, 13.0, 20.0] {
            let (params, taken) = phone(ms);
            assert!((500.0..=1000.0).contains(&taken), "{ms}: {params:?} takes {taken}");
        }
    }

    #[test]
    fn a_slow_phone_stays_at_the_floor() {
        assert_eq!(phone(100.0).0, KdfParams::FLOOR);
    }

    #[test]
    fn a_silly_clock_stays_within_bounds() {
        for ms in [0.0, f64::NAN, f64::INFINITY, -5.0] {
            let params = calibrate(|_| ms);
            assert!(KdfParams::new(params.memory_kib, params.passes).is_ok());
        }
    }

    #[test]
    fn stored_parameters_below_the_floor_are_refused() {
        assert_eq!(KdfParams::new(19 * 1024 - 1, 2), Err(CryptoError::Parameters));
        assert_eq!(KdfParams::new(19 * 1024, 1), Err(CryptoError::Parameters));
        let weak = postcard::to_allocvec(&(1024u32, 1u32)).unwrap();
        assert!(postcard::from_bytes::<KdfParams>(&weak).is_err());
    }

    #[test]
    fn stretching_is_the_published_argon2id() {
        // argon2-cffi: hash_secret_raw(b"593817", b"\x01"*16, 2, 19456, 1, 32, Type.ID)
        let stretched = stretch(&Secret::typed("593817"), &[1; 16], KdfParams::FLOOR).unwrap();
        let hex: String = stretched.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(hex, ARGON2);
    }

    const ARGON2: &str = "b9b398dbffdb9830904fcd93fa64414bf8e40f70171fdc99a0e8a1ca95904b48";
}
