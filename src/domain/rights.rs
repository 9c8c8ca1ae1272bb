//! Who may read and write which database: one pure table of role and class.
//!
//! A device derives its databases from what the roster says of its person, a server refuses by the same table. It
//! does not know who asks, nor whether a database exists. Names of databases: see [`super::scope`].

use super::scope::Class;

/// What a person does for the programme, as the roster names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Works at the open day of one posyandu.
    Kader,
    /// The midwife of one posyandu.
    Bidan,
    /// Looks after the posyandu of a desa, and verifies complaints.
    Pengurus,
    /// Tim Pengurus Harian of a kabupaten.
    Pengendali,
    /// The village government.
    Pemdes,
    /// An officer of one dinas.
    Opd,
    /// Tim Pembina of a kabupaten.
    Pembina,
    /// Runs the server.
    Pengelola,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Kader,
        Self::Bidan,
        Self::Pengurus,
        Self::Pengendali,
        Self::Pemdes,
        Self::Opd,
        Self::Pembina,
        Self::Pengelola,
    ];

    /// As the roster writes it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Kader => "kader",
            Self::Bidan => "bidan",
            Self::Pengurus => "pengurus",
            Self::Pengendali => "pengendali",
            Self::Pemdes => "pemdes",
            Self::Opd => "opd",
            Self::Pembina => "pembina",
            Self::Pengelola => "pengelola",
        }
    }

    /// From the word of the roster.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.word() == word)
    }

    /// What it may do with a database of a class in its own area: read, write.
    #[must_use]
    pub fn may(self, class: Class) -> (bool, bool) {
        match (self, class) {
            (Self::Kader | Self::Bidan, Class::Posyandu)
            | (Self::Kader | Self::Pengurus | Self::Pemdes | Self::Pengendali, Class::Aduan)
            | (Self::Pengendali, Class::Titipan)
            | (Self::Opd, Class::Opd) => (true, true),
            (Self::Kader | Self::Pengurus | Self::Pemdes, Class::Titipan) | (Self::Kader, Class::Rekap) => {
                (false, true)
            }
            (_, Class::Tabel) | (Self::Pembina | Self::Pengelola, Class::Rekap) => (true, false),
            _ => (false, false),
        }
    }

    /// Whether what it signs may stand in a database of a class, whoever carries it there.
    #[must_use]
    pub fn may_sign(self, class: Class) -> bool {
        // Between a desa and an office events are copied unchanged.
        let is_about_aduan = |class| matches!(class, Class::Aduan | Class::Opd);
        self.may(class).1 || (is_about_aduan(class) && (self.may(Class::Aduan).1 || self.may(Class::Opd).1))
    }

    /// Whether what it does in an area concerns a database, whoever carries it there: an office answers complaints of
    /// every desa of its kabupaten, and has copies of them; everybody else stays in her own area.
    fn reaches(self, area: &str, class: Class, database: &str) -> bool {
        let of = database.split_once('-').map_or("", |(_, of)| of);
        let is_near = || area.get(..4).is_some_and(|it| of.starts_with(it));
        match class {
            Class::Posyandu => area == database,
            Class::Aduan if self == Self::Opd => area.get(4..5) == Some("-") && is_near(),
            Class::Aduan => area == of,
            Class::Opd | Class::Titipan | Class::Tabel | Class::Rekap => is_near(),
        }
    }
}

/// Whether the signature of a key with these roles in these areas may stand in a database. Of a key that has only
/// roles of a newer program the areas alone are judged; one without areas holds wherever the root counts that named it.
#[must_use]
pub fn may_sign(roles: &[String], areas: &[String], database: &str) -> bool {
    let Some(class) = Class::of(database) else { return false };
    let reaches = |role: Role| areas.is_empty() || areas.iter().any(|it| role.reaches(it, class, database));
    let mut known = roles.iter().filter_map(|it| Role::of(it)).peekable();
    if known.peek().is_none() {
        return Role::ALL.into_iter().any(reaches);
    }
    known.any(|it| it.may_sign(class) && reaches(it))
}

/// A role and where it holds: `posyandu-<id>`, a desa of 10 digits, a kabupaten of 4, `<kabupaten>-<opd>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// What she does.
    pub role: Role,
    /// Where; what does not fit the role grants nothing.
    pub areas: Vec<String>,
}

/// What may be done with one database.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its name.
    pub db: String,
    /// What it is for.
    pub class: Class,
    /// Whether it may be read.
    pub read: bool,
    /// Whether events may be put into it.
    pub write: bool,
}

/// Every database that these duties open, each once, sorted by name.
#[must_use]
pub fn grants(duties: &[Duty]) -> Vec<Grant> {
    let mut found: Vec<Grant> = Vec::new();
    for Duty { role, areas } in duties {
        for area in areas {
            for class in Class::ALL {
                let (read, write) = role.may(class);
                let Some(db) = database(class, area).filter(|_| read || write) else { continue };
                match found.iter_mut().find(|it| it.db == db) {
                    Some(known) => {
                        known.read |= read;
                        known.write |= write;
                    }
                    None => found.push(Grant { db, class, read, write }),
                }
            }
        }
    }
    super::order::sort_by_key(&mut found, |it| it.db.clone());
    found
}

/// The database of a class to which an area belongs; none when it says too little, or names another class.
fn database(class: Class, area: &str) -> Option<String> {
    let db = match class {
        Class::Posyandu => area.to_owned(),
        Class::Aduan | Class::Opd => format!("{}-{area}", class.word()),
        // Everybody's area begins with the kabupaten, but for the scope of a posyandu.
        Class::Titipan | Class::Tabel | Class::Rekap => format!("{}-{}", class.word(), area.get(..4)?),
    };
    (Class::of(&db) == Some(class)).then_some(db)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posyandu() -> String {
        format!("posyandu-{}", "0a".repeat(16))
    }

    #[track_caller]
    fn check(role: Role, areas: &[&str], expected: &[(&str, &str)]) {
        let duty = Duty { role, areas: areas.iter().map(|it| (*it).to_owned()).collect() };
        let found = grants(&[duty]);
        let word = |it: &Grant| match (it.read, it.write) {
            (true, true) => "rw",
            (true, false) => "r",
            (false, true) => "w",
            (false, false) => "-",
        };
        let found: Vec<(&str, &str)> = found.iter().map(|it| (it.db.as_str(), word(it))).collect();
        assert_eq!(found, expected, "{role:?}");
    }

    #[test]
    fn each_role_opens_these_databases_and_no_other() {
        let posyandu = posyandu();
        let desa = "9901012001";
        check(
            Role::Kader,
            &[&posyandu, desa],
            &[
                ("aduan-9901012001", "rw"),
                (&posyandu, "rw"),
                ("rekap-9901", "w"),
                ("tabel-9901", "r"),
                ("titipan-9901", "w"),
            ],
        );
        check(Role::Bidan, &[&posyandu, desa], &[(&posyandu, "rw"), ("tabel-9901", "r")]);
        for role in [Role::Pengurus, Role::Pemdes] {
            check(role, &[desa], &[("aduan-9901012001", "rw"), ("tabel-9901", "r"), ("titipan-9901", "w")]);
        }
        check(
            Role::Pengendali,
            &["9901", desa, "9901012002"],
            &[("aduan-9901012001", "rw"), ("aduan-9901012002", "rw"), ("tabel-9901", "r"), ("titipan-9901", "rw")],
        );
        check(Role::Opd, &["9901-dinas_pu"], &[("opd-9901-dinas_pu", "rw"), ("tabel-9901", "r")]);
        for role in [Role::Pembina, Role::Pengelola] {
            check(role, &["9901"], &[("rekap-9901", "r"), ("tabel-9901", "r")]);
        }
    }

    #[test]
    fn an_area_that_does_not_fit_opens_nothing() {
        for role in Role::ALL {
            check(role, &["", "x", "posyandu-0", "../etc", "99é1"], &[]);
        }
        check(Role::Opd, &["9901012001"], &[("tabel-9901", "r")]);
        check(Role::Opd, &[&posyandu()], &[]);
    }

    #[test]
    fn two_duties_of_one_person_add_up() {
        let duty = |role, area: &str| Duty { role, areas: vec![area.to_owned()] };
        let found = grants(&[duty(Role::Kader, "9901012001"), duty(Role::Pembina, "9901")]);
        let rekap = found.iter().find(|it| it.class == Class::Rekap).unwrap();
        assert!(rekap.read && rekap.write);
        assert_eq!(found.iter().filter(|it| it.class == Class::Tabel).count(), 1);
    }

    #[test]
    fn only_those_of_a_posyandu_sign_what_stands_in_it() {
        let signers: Vec<Role> = Role::ALL.into_iter().filter(|it| it.may_sign(Class::Posyandu)).collect();
        assert_eq!(signers, [Role::Kader, Role::Bidan]);
        assert!(Role::Opd.may_sign(Class::Aduan) && Role::Pengurus.may_sign(Class::Opd));
        assert!(!Role::Pembina.may_sign(Class::Aduan));
        assert!(Role::ALL.into_iter().all(|it| !it.may_sign(Class::Tabel)), "only the root does");
    }

    #[test]
    fn a_signature_counts_in_the_area_of_its_role_alone() {
        let list = |it: &[&str]| it.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        let posyandu = posyandu();
        let other = format!("posyandu-{}", "0b".repeat(16));
        let kader = [posyandu.as_str(), "9901012001"];
        let (here, there, office) = ("aduan-9901012001", "aduan-9901012002", "opd-9901-dinas_pu");
        for (role, areas, database, may) in [
            ("kader", &kader[..], posyandu.as_str(), true),
            ("kader", &kader, &other, false),
            ("kader", &kader, here, true),
            ("kader", &kader, there, false),
            ("kader", &kader, office, true),
            ("kader", &kader, "opd-9902-dinas_pu", false),
            ("kader", &kader, "rekap-9901", true),
            ("kader", &kader, "rekap-9902", false),
            ("bidan", &kader, here, false),
            ("pengurus", &["9901012001"], there, false),
            ("pengurus", &["9901-dinas_pu"], there, false),
            ("opd", &["9901-dinas_pu"], there, true),
            ("opd", &["9902-dinas_pu"], there, false),
            ("opd", &["9901-dinas_sosial"], office, true),
            // Without areas: of a posyandu that works alone.
            ("kader", &[], &other, true),
            // Of a newer program.
            ("ketua", &["9901012001"], here, true),
            ("ketua", &["9901012001"], there, false),
            ("kader", &kader, "_users", false),
        ] {
            assert_eq!(may_sign(&list(&[role]), &list(areas), database), may, "{role} {areas:?} {database}");
        }
    }

    #[test]
    fn words_read_back() {
        for role in Role::ALL {
            assert_eq!(Role::of(role.word()), Some(role));
        }
        assert_eq!(Role::of("sistem"), None);
    }
}
