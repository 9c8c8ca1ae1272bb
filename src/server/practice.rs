//! A server to practice with: an invented posyandu and a person for every role, behind the same entrance as all else.

use std::path::Path;

use super::commands::{self, CommandError};
use super::office::{Office, now_ms};
use super::store::{self, Store, StoreError, people};
use crate::domain::latihan;

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
    let office = Office::create(folder, true)?;
    let kabupaten = latihan::WILAYAH.get(..4).unwrap_or_default();
    let now_ms = now_ms();
    let places = ["Contoh", "Umpama", "Kabupaten Rekaan", "Provinsi Rekaan"].map(str::to_owned);
    office.store.write(|connection| {
        let posyandu = people::add_posyandu(connection, latihan::POSYANDU, latihan::WILAYAH, &places)?;
        for (nama, role, areas, posyandu) in [
            ("Ani Contoh", "kader", vec![], Some(posyandu)),
            ("Dewi Umpama", "kader", vec![], Some(posyandu)),
            ("Sari Misal", "bidan", vec![], Some(posyandu)),
            ("Wayan Rekaan", "pengurus", vec![latihan::WILAYAH], None),
            ("Budi Umpama", "pemdes", vec![latihan::WILAYAH], None),
            ("Rina Contoh", "pengendali", vec![kabupaten, latihan::WILAYAH], None),
            ("Agus Misal", "opd", vec!["9901-dinas_kesehatan"], None),
            ("Tuti Rekaan", "pembina", vec![kabupaten], None),
            ("Joko Umpama", "pengelola", vec![kabupaten], None),
        ] {
            let areas: Vec<String> = areas.into_iter().map(str::to_owned).collect();
            let id = people::add_user(connection, nama, &[role.to_owned()], &areas, posyandu)?;
            if let Some(user) = people::user(connection, id)? {
                Office::make_databases(connection, &user)?;
            }
        }
        office.mark_practice(connection, kabupaten, now_ms)?;
        store::set_meta(connection, COMPLETE, "1")
    })?;
    Ok(())
}

/// Prints an activation link for each role.
///
/// # Errors
/// [`CommandError`].
pub fn print_links(office: &Office, origin: &str) -> Result<(), CommandError> {
    for user in office.store.read(people::users)? {
        let link = commands::new_link(office, user.id, origin)?;
        println!("posyandu-server: {}, {}: {}", user.nama, user.roles.join(" "), link.to_text());
    }
    Ok(())
}
