//! Who may read and write which database: one table of roles.
//!
//! A duty is a role in an area, as the roster of the server names it; what follows from it is computed here, for the
//! server, which holds to it, and for the phone, which asks for nothing else. Pure: it knows no accounts.

use serde::{Deserialize, Serialize};

use super::scope::Class;
use crate::domain::sorted::SortedMap;

/// A role in its area. What an area does not name stays empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Duty {
    /// `kader`, `bidan`, `pengurus`, `pemdes`, `pengendali`, `opd`, `pembina`, `pengelola`.
    pub role: String,
    /// Database of the posyandu, `posyandu-<32 hex>`.
    pub posyandu: String,
    /// Codes of desa, 10 digits each.
    pub desa: Vec<String>,
    /// Code of the kabupaten, 4 digits.
    pub kabupaten: String,
    /// Word of the office, `dinas_pu` say.
    pub opd: String,
}

/// What may be done with one database.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// Its name.
    pub db: String,
    /// What it is for.
    pub class: Class,
    /// Its documents may be read.
    pub read: bool,
    /// Documents may be added. Without `read`: dropped in, and not seen again.
    pub write: bool,
}

/// What a role may with a class: (read, write).
#[must_use]
pub fn of_role(role: &str, class: Class) -> (bool, bool) {
    const READ: (bool, bool) = (true, false);
    const DROP: (bool, bool) = (false, true);
    const BOTH: (bool, bool) = (true, true);
    const NONE: (bool, bool) = (false, false);
    match (class, role) {
        (Class::Posyandu, "kader" | "bidan") => BOTH,
        (Class::Aduan, "kader" | "pengurus" | "pemdes" | "pengendali") => BOTH,
        (Class::Opd, "opd") => BOTH,
        (Class::Titipan, "pengendali") => BOTH,
        (Class::Titipan, "kader") => DROP,
        (Class::Rekap, "kader") => DROP,
        (Class::Rekap, "pembina" | "pengelola") => READ,
        (Class::Tabel, "kader" | "bidan" | "pengurus" | "pemdes" | "pengendali" | "opd" | "pembina" | "pengelola") => {
            READ
        }
        _ => NONE,
    }
}

/// Everything that follows from somebody's duties, each database once, by name.
#[must_use]
pub fn grants(duties: &[Duty]) -> Vec<Grant> {
    let mut found: SortedMap<String, Grant> = SortedMap::new();
    for duty in duties {
        for class in Class::ALL {
            let (read, write) = of_role(&duty.role, class);
            for db in databases(duty, class).into_iter().filter(|db| (read || write) && Class::of(db) == Some(class)) {
                let grant = found.or_insert_with(db.clone(), || Grant { db, class, read: false, write: false });
                grant.read |= read;
                grant.write |= write;
            }
        }
    }
    found.into_values().collect()
}

fn databases(duty: &Duty, class: Class) -> Vec<String> {
    let word = class.word();
    match class {
        Class::Posyandu => vec![duty.posyandu.clone()],
        Class::Aduan => duty.desa.iter().map(|it| format!("{word}-{it}")).collect(),
        Class::Opd => vec![format!("{word}-{}-{}", duty.kabupaten, duty.opd)],
        Class::Titipan | Class::Tabel | Class::Rekap => vec![format!("{word}-{}", duty.kabupaten)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCOPE: &str = "posyandu-00000000000000000000000000000001";

    fn duty(role: &str) -> Duty {
        let (posyandu, desa) = (SCOPE.to_owned(), vec!["3328012001".to_owned()]);
        Duty { role: role.into(), posyandu, desa, kabupaten: "3328".into(), opd: "dinas_pu".into() }
    }

    /// `+` reads, `>` drops, `*` both.
    #[track_caller]
    fn check(role: &str, expected: &[&str]) {
        let sign = |it: &Grant| match (it.read, it.write) {
            (true, true) => '*',
            (true, false) => '+',
            (false, _) => '>',
        };
        let found: Vec<String> = grants(&[duty(role)]).iter().map(|it| format!("{}{}", sign(it), it.db)).collect();
        assert_eq!(found, expected, "{role}");
    }

    #[test]
    fn each_role_has_its_databases_and_no_other() {
        let kader = ["*aduan-3328012001", &format!("*{SCOPE}"), ">rekap-3328", "+tabel-3328", ">titipan-3328"];
        check("kader", &kader);
        check("bidan", &[&format!("*{SCOPE}"), "+tabel-3328"]);
        check("pengurus", &["*aduan-3328012001", "+tabel-3328"]);
        check("pemdes", &["*aduan-3328012001", "+tabel-3328"]);
        check("pengendali", &["*aduan-3328012001", "+tabel-3328", "*titipan-3328"]);
        check("opd", &["*opd-3328-dinas_pu", "+tabel-3328"]);
        check("pembina", &["+rekap-3328", "+tabel-3328"]);
        check("pengelola", &["+rekap-3328", "+tabel-3328"]);
        check("tamu", &[]);
    }

    #[test]
    fn nobody_but_the_kader_and_her_bidan_reads_health() {
        for role in ["pengurus", "pemdes", "pengendali", "opd", "pembina", "pengelola", "sistem", ""] {
            assert_eq!(of_role(role, Class::Posyandu), (false, false), "{role}");
        }
    }

    #[test]
    fn an_area_that_is_not_named_gives_nothing() {
        let nowhere = Duty { role: "kader".into(), ..Duty::default() };
        assert_eq!(grants(&[nowhere]), []);
    }

    #[test]
    fn two_duties_join() {
        let both = grants(&[duty("kader"), duty("pembina")]);
        assert!(both.iter().any(|it| it.class == Class::Rekap && it.read && it.write));
    }
}
