//! The keys that live in the browser.

use posyandu::crypto::device::{DeviceKeys, random_source};
use posyandu::crypto::{CryptoError, DeviceMac, KdfParams, Key, PersonVault, RecoveryCode, Secret};
use posyandu::store::idb::{Db, delete_database};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::raw;

#[wasm_bindgen_test]
async fn the_device_key_stays_the_same_in_one_database() {
    delete_database("device-keys").await.unwrap();
    let db = Db::open("device-keys", |_| {}).await.unwrap();
    let mac = db.device_keys().await.unwrap().hmac(b"message").await.unwrap();
    db.close();
    let db = Db::open("device-keys", |_| {}).await.unwrap();
    assert_eq!(db.device_keys().await.unwrap().hmac(b"message").await.unwrap(), mac);
    assert!(db.meta_with_prefix("").await.unwrap().is_empty(), "no value of a caller stands there");
    assert_ne!(DeviceKeys::generate().await.unwrap().hmac(b"message").await.unwrap(), mac);
    // A CryptoKey shows nothing of itself.
    assert!(raw::dumped("device-keys").await.contains("{}"));
}

#[wasm_bindgen_test]
async fn a_vault_opens_with_pin_and_device_only() {
    let device = DeviceKeys::generate().await.unwrap();
    let mut random = random_source().unwrap();
    let secret = Secret::chosen("593817", None).unwrap();
    let code = RecoveryCode::random(&mut random);
    let (mut vault, mut made) =
        PersonVault::create("ani", &secret, &code, KdfParams::FLOOR, &device, &mut random).await.unwrap();
    vault.add_scope(&mut made, "posyandu-1", Key::random(&mut random), &mut random).unwrap();
    let vault = PersonVault::from_bytes(&vault.to_bytes().unwrap()).unwrap();
    let unlocked = vault.unlock(&secret, &device).await.unwrap();
    assert_eq!(unlocked.scope_key("posyandu-1").unwrap(), made.scope_key("posyandu-1").unwrap());
    let wrong = Secret::typed("593818");
    assert_eq!(vault.unlock(&wrong, &device).await.unwrap_err(), CryptoError::WrongSecret);
    let other = DeviceKeys::generate().await.unwrap();
    assert_eq!(vault.unlock(&secret, &other).await.unwrap_err(), CryptoError::WrongSecret);
    assert_eq!(vault.recover(&code).unwrap().person_key(), made.person_key());
}

#[wasm_bindgen_test]
async fn the_lock_screen_opens_without_pin_on_this_device_only() {
    let device = DeviceKeys::generate().await.unwrap();
    let plain = "Posyandu Melati 3 · Ani".as_bytes();
    let sealed = device.seal_lock_info(plain).await.unwrap();
    assert!(!sealed.windows(4).any(|part| part == b"Mela"));
    assert_eq!(device.open_lock_info(&sealed).await.unwrap(), plain);
    let other = DeviceKeys::generate().await.unwrap();
    assert_eq!(other.open_lock_info(&sealed).await, Err(CryptoError::Tampered));
    let mut changed = sealed.clone();
    *changed.last_mut().unwrap() ^= 1;
    assert_eq!(device.open_lock_info(&changed).await, Err(CryptoError::Tampered));
    changed[0] = 2;
    assert_eq!(device.open_lock_info(&changed).await, Err(CryptoError::Newer { version: 2 }));
    assert_eq!(device.open_lock_info(&[]).await, Err(CryptoError::Malformed));
}

#[wasm_bindgen_test]
fn randomness_is_fresh() {
    let mut bytes = [[0; 40]; 2];
    random_source().unwrap()(&mut bytes[0]);
    random_source().unwrap()(&mut bytes[1]);
    assert_ne!(bytes[0], bytes[1]);
    assert_ne!(bytes[0][..8], bytes[0][32..]);
}
