//! Families: all of them by RT, and one with everybody in it.

use serde::{Deserialize, Serialize};

use super::dispute::disputes;
use super::{Dispute, HITS, HitRow, open_day, year_begins};
use crate::domain::form::warga::{NEW_FAMILY, PersonText, is_head, same_family};
use crate::domain::names::fold_words;
use crate::domain::order;
use crate::domain::sasaran::{Alamat, Keluarga};
use crate::domain::sorted::SortedMap;
use crate::domain::view::posyandu::facts;
use crate::domain::view::{Desk, PersonRow};

/// A family in a line.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct FamilyRow {
    /// Which.
    pub id: String,
    /// Its head.
    pub kepala: String,
    /// Where.
    pub alamat: Alamat,
    /// How many are in it.
    pub members: u32,
}

/// The families of one RT.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Rt {
    /// Three digits; blank for families whose RT is not known.
    pub rt: String,
    /// Three digits.
    pub rw: String,
    /// Its families, by head; the last group of an answer may lack some.
    pub families: Vec<FamilyRow>,
    /// How many families there are.
    pub count: usize,
    /// How many people.
    pub people: u32,
}

/// One family.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Family {
    /// All that is known.
    pub keluarga: Keluarga,
    /// Who is in it: the head first, then by age.
    pub members: Vec<Member>,
    /// What two people answered differently.
    pub disputes: Vec<Dispute>,
    /// What was asked about it this year.
    pub seen: FamilySeen,
    /// Desa and kecamatan, Puskesmas, Pustu: those of the posyandu; blank where it does not say.
    pub around: [String; 3],
}

/// Somebody in a family.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// Who, and what matters today.
    pub hit: HitRow,
    /// Relation to the head.
    pub hubungan: String,
}

/// What was asked about a family this year. Only health has cards so far.
#[derive(Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FamilySeen {
    /// Members with a visit this year.
    pub kesehatan: u32,
}

impl FamilyRow {
    /// The line of a family.
    #[must_use]
    pub fn of(desk: &Desk<'_>, keluarga: &Keluarga) -> Self {
        Self {
            id: keluarga.id.clone(),
            kepala: keluarga.kepala.clone(),
            alamat: keluarga.alamat.clone(),
            members: count(desk.shelf().members(&keluarga.id).count()),
        }
    }
}

/// The first families by RT, those without one last; and whether there are more.
pub(super) fn by_rt(desk: &Desk<'_>, most: usize) -> (Vec<Rt>, bool) {
    let mut by_rt: SortedMap<(bool, String, String), Vec<FamilyRow>> = SortedMap::new();
    for keluarga in desk.book.keluarga_list() {
        let row = FamilyRow::of(desk, &keluarga);
        let Alamat { rt, rw, .. } = keluarga.alamat;
        by_rt.or_default((rt.is_empty(), rw, rt)).push(row);
    }
    let group = |((_, rw, rt), mut families): ((bool, String, String), Vec<FamilyRow>)| {
        families.sort_by_cached_key(|it| it.kepala.to_lowercase());
        let people = families.iter().map(|it| it.members).sum();
        Rt { rt, rw, count: families.len(), families, people }
    };
    let mut groups: Vec<Rt> = by_rt.into_iter().map(group).collect();
    let all: usize = groups.iter().map(|it| it.count).sum();
    let mut left = most;
    for group in &mut groups {
        group.families.truncate(left);
        left -= group.families.len();
    }
    groups.retain(|it| !it.families.is_empty());
    (groups, all > most)
}

/// Families that fit what was typed: by any of their people, or by the head, who need not be registered.
pub(super) fn find(desk: &Desk<'_>, text: &str) -> Vec<FamilyRow> {
    const MOST: usize = 6;
    let typed = fold_words(text);
    if typed.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Keluarga> = Vec::new();
    let has_all = |keluarga: &Keluarga| {
        let head = fold_words(&keluarga.kepala);
        typed.split_whitespace().all(|word| head.split_whitespace().any(|it| it.starts_with(word)))
    };
    found.extend(desk.book.keluarga_list().filter(has_all).take(MOST));
    for hit in desk.shelf().search(text, HITS) {
        let keluarga = desk.book.person(hit.key).and_then(|it| desk.book.keluarga(&it.keluarga?));
        if let Some(keluarga) = keluarga.filter(|it| found.iter().all(|known| known.id != it.id)) {
            found.push(keluarga);
        }
    }
    found.iter().take(MOST).map(|it| FamilyRow::of(desk, it)).collect()
}

/// Families that the new one may be, and of which nobody said "keluarga lain".
pub(super) fn alike(desk: &Desk<'_>, text: &PersonText) -> Vec<FamilyRow> {
    const MOST: usize = 3;
    if text.keluarga != NEW_FAMILY {
        return Vec::new();
    }
    let known = desk.book.keluarga_list().filter(|it| same_family(&text.rumah, it) && !text.bukan.contains(&it.id));
    known.take(MOST).map(|it| FamilyRow::of(desk, &it)).collect()
}

/// One family.
pub(super) fn family(desk: &Desk<'_>, id: &str) -> Option<Family> {
    let keluarga = desk.book.keluarga(id)?;
    let open = open_day(desk);
    let year = year_begins(desk.today());
    let mut members: Vec<Member> = Vec::new();
    let mut kesehatan = 0;
    for sasaran in desk.shelf().members(id).filter_map(|it| desk.book.person(it)) {
        if desk.book.visits(&sasaran.id).last().is_some_and(|(sesi, _)| sesi.on >= year) {
            kesehatan += 1;
        }
        let hit = HitRow::of(desk, &sasaran, open.as_ref());
        members.push(Member { hit, hubungan: sasaran.hubungan.unwrap_or_default() });
    }
    let days = |row: &PersonRow| row.age.map_or(0, |it| it.days());
    order::sort_by_key(&mut members, |it| {
        let is_here = it.hit.status.is_expected();
        (!is_here, !is_head(&it.hubungan), std::cmp::Reverse(days(&it.hit.row)))
    });
    let seen = FamilySeen { kesehatan };
    let posyandu = facts(desk);
    let desa = [posyandu.tempat.desa, posyandu.tempat.kecamatan];
    let desa = desa.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(", ");
    let around = [desa, posyandu.puskesmas, posyandu.pustu];
    Some(Family { disputes: disputes(desk, id), keluarga, members, seen, around })
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
