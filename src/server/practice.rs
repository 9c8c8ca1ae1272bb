//! A server to practice with: an invented posyandu and a person for every role, behind the same entrance as all else.

use std::path::Path;

use ed25519_dalek::SigningKey;
use rusqlite::Connection;
use serde_json::value::RawValue;

use super::commands::{self, CommandError};
use super::office::{Office, now_ms};
use super::root;
use super::store::{self, Store, StoreError, people};
use crate::domain::json::object;
use crate::domain::kinds;
use crate::domain::latihan::{self, Act, Kader, Latihan};
use crate::domain::ledger::roster::{self, Ed25519, Trust};
use crate::domain::ledger::{DeviceId, Draft, Event, PersonId};
use crate::domain::scope::Class;
use crate::store::{Author, Ledger};

/// The root's word that everything here is invented; `{latihan: true}`.
pub const MARK: &str = "tabel.latihan";
/// Acts that come in together.
const BATCH: usize = 250;
/// Set last: a folder that was cut off before is made anew.
const COMPLETE: &str = "practice_complete";

/// Whether a folder holds a whole server to practice with.
///
/// # Errors
/// [`CommandError`], when it holds something else.
pub fn is_whole(folder: &Path) -> Result<bool, CommandError> {
    let store = Store::open(folder)?;
    let read = store.read(|connection| {
        Ok::<_, StoreError>((store::meta(connection, "practice")?, store::meta(connection, COMPLETE)?))
    })?;
    match read {
        (_, Some(_)) => Ok(true),
        (Some(practice), None) if practice == "1" => {
            drop(store);
            std::fs::remove_dir_all(folder)
                .map_err(|source| CommandError::System { what: folder.display().to_string(), source })?;
            Ok(false)
        }
        _ => Err(StoreError::Exists(folder.into()).into()),
    }
}

/// Makes it.
///
/// # Errors
/// [`CommandError`].
pub fn make(folder: &Path) -> Result<(), CommandError> {
    make_with(folder, latihan::FAMILIES, latihan::MONTHS)
}

/// Makes one with so many families and open days.
///
/// # Errors
/// [`CommandError`].
pub fn make_with(folder: &Path, families: u32, months: u32) -> Result<(), CommandError> {
    let office = Office::create(folder, true)?;
    let kabupaten = latihan::WILAYAH.get(..4).unwrap_or_default();
    let now_ms = now_ms();
    let invented = latihan::generate(latihan::SEED, root::local_day(now_ms), families, months);
    let scope = format!("posyandu-{}", root::random_id());
    let keys: Vec<SigningKey> = invented.kader.iter().map(|_| SigningKey::from_bytes(&root::random())).collect();
    let device = DeviceId(root::random());
    office.store.write(|connection| {
        people_of_all_roles(connection, kabupaten, &invented, &scope)?;
        let pen = office.pen(now_ms);
        let tabel = format!("tabel-{kabupaten}");
        pen.write(connection, &tabel, pen.draft(MARK, "tabel:latihan".into(), object([("latihan", true.into())])))?;
        for (kader, key) in invented.kader.iter().zip(&keys) {
            pen.write(connection, &tabel, key_added(&invented, kader, key, device, &scope))?;
        }
        if let Some(posyandu) = people::posyandu_of_scope(connection, &scope)? {
            let founded = Draft { on: invented.from, ..pen.founded(&posyandu, &scope) };
            pen.write(connection, &scope, founded)?;
        }
        Ok::<_, CommandError>(())
    })?;
    record(&office, &invented, &keys, device, &scope)?;
    Ok(office.store.write(|connection| store::set_meta(connection, COMPLETE, "1"))?)
}

/// One person for each role, two kader, and what they work with.
fn people_of_all_roles(
    connection: &Connection,
    kabupaten: &str,
    invented: &Latihan,
    scope: &str,
) -> Result<(), CommandError> {
    let places = ["Contoh", "Umpama", "Kabupaten Rekaan", "Provinsi Rekaan"].map(str::to_owned);
    let posyandu = people::add_posyandu(connection, latihan::POSYANDU, latihan::WILAYAH, &places)?;
    people::set_scope(connection, posyandu, scope)?;
    let add = |nama: &str, role: &str, areas: &[&str], posyandu| {
        let areas: Vec<String> = areas.iter().map(|it| (*it).to_owned()).collect();
        let id = people::add_user(connection, nama, &[role.to_owned()], &areas, posyandu)?;
        if let Some(user) = people::user(connection, id)? {
            Office::make_databases(connection, &user)?;
        }
        Ok::<_, StoreError>(id)
    };
    for kader in &invented.kader {
        let id = add(&kader.nama, "kader", &[], Some(posyandu))?;
        people::set_person(connection, id, &kader.id)?;
    }
    add("Sari Misal", "bidan", &[], Some(posyandu))?;
    add("Wayan Rekaan", "pengurus", &[latihan::WILAYAH], None)?;
    add("Budi Umpama", "pemdes", &[latihan::WILAYAH], None)?;
    add("Rina Contoh", "pengendali", &[kabupaten, latihan::WILAYAH], None)?;
    add("Agus Misal", "opd", &[&format!("{kabupaten}-dinas_kesehatan")], None)?;
    add("Tuti Rekaan", "pembina", &[kabupaten], None)?;
    add("Joko Umpama", "pengelola", &[kabupaten], None)?;
    Ok(())
}

/// The key of an invented kader, on the phone that she recorded everything with.
fn key_added(invented: &Latihan, kader: &Kader, key: &SigningKey, device: DeviceId, scope: &str) -> Draft {
    let data = object([
        ("person", kader.id.as_str().into()),
        ("device", device.to_string().into()),
        ("key", root::public(key).into()),
        ("roles", vec!["kader".into()].into()),
        ("areas", vec![scope.into(), latihan::WILAYAH.into()].into()),
        ("from", invented.from.to_string().into()),
    ]);
    let subject = format!("roster:{}:{device}", kader.id);
    Draft { kind: roster::KEY_ADDED.into(), subject, on: invented.from, data }
}

/// What they saved comes in as from a phone: stamped by a ledger, pushed in batches.
fn record(
    office: &Office,
    invented: &Latihan,
    keys: &[SigningKey],
    device: DeviceId,
    scope: &str,
) -> Result<(), CommandError> {
    let mut ledger = Ledger::trusting(office.root());
    let first = invented.acts.first().map_or(0, |it| it.at_unix_ms).saturating_sub(3_600_000);
    let registered = invented.kader.iter().enumerate().map(|(by, kader)| {
        let data = object([("nama", kader.nama.as_str().into())]);
        let draft = Draft { kind: kinds::KADER_REGISTERED.into(), subject: kader.id.clone(), on: invented.from, data };
        Act { at_unix_ms: first, by, drafts: vec![draft] }
    });
    let acts: Vec<Act> = registered.chain(invented.acts.iter().cloned()).collect();
    for acts in acts.chunks(BATCH) {
        let mut recorder = ledger.recorder();
        let mut events = Vec::new();
        for act in acts {
            let by = invented.kader.get(act.by).and_then(|it| PersonId::parse(&it.id).ok());
            let (Some(by), Some(signer)) = (by, keys.get(act.by)) else { continue };
            let author = Author { by, device, signer };
            events.extend(recorder.record(act.drafts.clone(), &author, None, act.at_unix_ms, &mut root::random));
        }
        for (class, name) in
            [(Class::Posyandu, scope.to_owned()), (Class::Aduan, format!("aduan-{}", latihan::WILAYAH))]
        {
            let texts = events.iter().filter(|it| it.home() == class).map(Event::to_text);
            let raw: Result<Vec<_>, _> = texts.map(RawValue::from_string).collect();
            let pushed = office.push(&name, class, &raw.unwrap_or_default())?;
            if !pushed.refused.is_empty() {
                return Err(CommandError::Practice(pushed.refused.len()));
            }
        }
        let believed: Vec<_> = events.into_iter().map(|it| (it, Trust::Verified)).collect();
        let _ = ledger.apply(&believed, u64::try_from(now_ms()).unwrap_or(0), &Ed25519);
    }
    Ok(())
}

/// Prints an activation link for each person, the first one as a QR code too.
///
/// # Errors
/// [`CommandError`].
pub fn print_links(office: &Office, origin: &str) -> Result<(), CommandError> {
    for (number, user) in office.store.read(people::users)?.into_iter().enumerate() {
        let link = commands::new_link(office, user.id, origin)?.to_text();
        if number == 0 {
            println!("{}", commands::qr(&link)?);
        }
        println!("posyandu-server: {}, {}: {link}", user.nama, user.roles.join(" "));
    }
    Ok(())
}
