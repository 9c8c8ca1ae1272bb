//! The two keys of this phone: they live in the browser and cannot be read, only used.
//!
//! One makes the HMAC in the way from PIN to [`super::keyring`]; the other seals what the lock screen
//! shows. The caller stores them; it works in a page and in a dedicated worker.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, AesKeyGenParams, Crypto, CryptoKey, HmacKeyGenParams, SubtleCrypto};

use super::kdf::DeviceMac;
use super::seal::Key;
use super::{CryptoError, Rng};

const HMAC: &str = "hmac";
const LOCK: &str = "lock";
const AES_GCM: &str = "AES-GCM";
const IV_BYTES: usize = 12;
const VERSION: u8 = 1;

/// The device's two non-extractable WebCrypto keys.
#[derive(Clone, Debug)]
pub struct DeviceKeys {
    hmac: CryptoKey,
    lock: CryptoKey,
}

impl DeviceKeys {
    /// Makes two new keys.
    pub async fn generate() -> Result<Self, CryptoError> {
        let subtle = subtle()?;
        let hmac = HmacKeyGenParams::new_with_str("HMAC", "SHA-256");
        let lock = AesKeyGenParams::new(AES_GCM, 256);
        Ok(Self {
            hmac: generate(&subtle, &hmac, &["sign"]).await?,
            lock: generate(&subtle, &lock, &["encrypt", "decrypt"]).await?,
        })
    }

    /// The value that is stored: an object with both keys.
    pub(crate) fn to_js(&self) -> Result<JsValue, CryptoError> {
        let object = Object::new();
        for (name, key) in [(HMAC, &self.hmac), (LOCK, &self.lock)] {
            Reflect::set(&object, &name.into(), key).map_err(unavailable)?;
        }
        Ok(object.into())
    }

    /// Reads what [`DeviceKeys::to_js`] made. Keys that could be read out are refused.
    pub(crate) fn from_js(value: &JsValue) -> Result<Self, CryptoError> {
        let key = |name: &str| -> Result<CryptoKey, CryptoError> {
            let key: CryptoKey =
                Reflect::get(value, &name.into()).map_err(unavailable)?.dyn_into().map_err(unavailable)?;
            if key.extractable() { Err(CryptoError::DeviceKey) } else { Ok(key) }
        };
        Ok(Self { hmac: key(HMAC)?, lock: key(LOCK)? })
    }

    /// Seals what the lock screen shows; it needs no PIN to open.
    pub async fn seal_lock_info(&self, plain: &[u8]) -> Result<Vec<u8>, CryptoError> {
        let mut iv = [0; IV_BYTES];
        getrandom::fill(&mut iv).map_err(|_| CryptoError::DeviceKey)?;
        let body = subtle()?
            .encrypt_with_object_and_js_u8_array(&gcm(&iv), &self.lock, &Uint8Array::from(plain))
            .map_err(unavailable)?;
        let body = bytes(JsFuture::from(body).await.map_err(unavailable)?);
        let mut sealed = vec![VERSION];
        sealed.extend_from_slice(&iv);
        sealed.extend_from_slice(&body);
        Ok(sealed)
    }

    /// Opens what [`DeviceKeys::seal_lock_info`] wrote on this device.
    pub async fn open_lock_info(&self, sealed: &[u8]) -> Result<Vec<u8>, CryptoError> {
        match sealed.split_first() {
            Some((&VERSION, rest)) => {
                let (iv, body) = rest.split_first_chunk::<IV_BYTES>().ok_or(CryptoError::Malformed)?;
                let plain = subtle()?
                    .decrypt_with_object_and_js_u8_array(&gcm(iv), &self.lock, &Uint8Array::from(body))
                    .map_err(unavailable)?;
                JsFuture::from(plain).await.map(bytes).map_err(|_| CryptoError::Tampered)
            }
            Some((&version, _)) if version > VERSION => Err(CryptoError::Newer { version }),
            _ => Err(CryptoError::Malformed),
        }
    }
}

impl DeviceMac for DeviceKeys {
    async fn hmac(&self, message: &[u8]) -> Result<[u8; 32], CryptoError> {
        let message = Uint8Array::from(message);
        let mac = subtle()?.sign_with_str_and_js_u8_array("HMAC", &self.hmac, &message).map_err(unavailable)?;
        let mac = JsFuture::from(mac).await.map_err(unavailable);
        message.fill(0, 0, message.length());
        bytes(mac?).try_into().map_err(|_| CryptoError::DeviceKey)
    }
}

/// Randomness for [`Rng`]: seeded once by the browser, so that failing is noticed before any use.
pub fn random_source() -> Result<impl FnMut(&mut [u8]), CryptoError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|_| CryptoError::DeviceKey)?;
    let seed = Key::from_bytes(seed);
    let mut block = 0u64;
    Ok(move |bytes: &mut [u8]| {
        for chunk in bytes.chunks_mut(32) {
            let random = seed.mac(&[b"posyandu6/random/1\n", &block.to_le_bytes()]);
            block = block.wrapping_add(1);
            for (to, from) in chunk.iter_mut().zip(random) {
                *to = from;
            }
        }
    })
}

/// Runs `work` with a fresh [`random_source`].
pub fn with_random<T>(work: impl FnOnce(Rng<'_>) -> T) -> Result<T, CryptoError> {
    let mut source = random_source()?;
    Ok(work(&mut source))
}

async fn generate(subtle: &SubtleCrypto, params: &Object, usages: &[&str]) -> Result<CryptoKey, CryptoError> {
    let usages: Array = usages.iter().map(|usage| JsValue::from_str(usage)).collect();
    let key = subtle.generate_key_with_object(params, false, &usages).map_err(unavailable)?;
    JsFuture::from(key).await.map_err(unavailable)?.dyn_into().map_err(unavailable)
}

fn gcm(iv: &[u8]) -> AesGcmParams {
    AesGcmParams::new_with_u8_array(AES_GCM, &Uint8Array::from(iv))
}

fn subtle() -> Result<SubtleCrypto, CryptoError> {
    // The same name in a page and in a worker; absent where the origin is not secure.
    let crypto: Crypto =
        Reflect::get(&js_sys::global(), &"crypto".into()).map_err(unavailable)?.dyn_into().map_err(unavailable)?;
    let subtle: JsValue = crypto.subtle().into();
    subtle.dyn_into().map_err(unavailable)
}

fn bytes(buffer: JsValue) -> Vec<u8> {
    Uint8Array::new(&buffer).to_vec()
}

fn unavailable(_: JsValue) -> CryptoError {
    CryptoError::DeviceKey
}
