//! What may be changed about the posyandu itself: its name, where it is, whom to call, and how it judges a gain.

use serde::{Deserialize, Serialize};

use super::{FieldError, Plan};
use crate::domain::area::{DesaCode, KabupatenCode};
use crate::domain::form::Problem;
use crate::domain::growth::gain::{KbmAgeBasis, NtMode};
use crate::domain::json::Map;
use crate::domain::kinds;
use crate::domain::ledger::Draft;
use crate::domain::view::Desk;
use crate::domain::view::posyandu::{Facts, facts};

/// The draft of the facts.
pub const FORM: &str = "posyandu";

/// A wish.
#[derive(Clone, Serialize, Deserialize)]
pub enum Intent {
    /// Other facts about the posyandu.
    Change {
        /// What the form was filled with.
        filled: Box<Facts>,
        /// As typed; who has no number here keeps the one that is known.
        now: Box<Facts>,
    },
}

/// Turns a wish into drafts; only what changed is written.
///
/// # Errors
/// The fields to look at again.
pub fn plan(desk: &Desk<'_>, intent: &Intent) -> Result<Plan, Vec<FieldError>> {
    let Intent::Change { filled, now } = intent;
    let missing = |field: &str| vec![FieldError::new(field, Problem::Missing)];
    let posyandu = desk.book.posyandu_id().ok_or_else(|| missing("desa"))?;
    let known = facts(desk);
    let (known, filled) = (known.registers(), filled.registers());
    let mut data = Map::new();
    for (register, text) in now.registers() {
        let is = |all: &[(String, &str)]| all.iter().find(|it| it.0 == register).map_or("", |it| it.1) == text;
        // What was not touched stays as somebody else says meanwhile.
        if !is(&filled) && !is(&known) {
            data.insert(register, text.into());
        }
    }
    for (register, value) in &data {
        let text = value.as_text().unwrap_or_default();
        let is_right = match register.as_str() {
            "nama" | "kabupaten" | "desa" => !text.is_empty(),
            "wilayah" => text.is_empty() || KabupatenCode::parse(text).is_some() || DesaCode::parse(text).is_some(),
            "nt_mode" => NtMode::from_code(text).is_some(),
            "kbm_age_basis" => KbmAgeBasis::from_code(text).is_some(),
            _ => true,
        };
        if !is_right {
            return Err(missing(register));
        }
    }
    let kind = kinds::POSYANDU_CHANGED.into();
    let draft = Draft { kind, subject: posyandu.to_owned(), on: desk.today(), data };
    let drafts = if draft.data.is_empty() { Vec::new() } else { vec![draft] };
    Ok(Plan { drafts, ends_draft: Some(FORM.into()), ..Plan::default() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::intent::aduan::tests::{Phone, typed};
    use crate::domain::json::object;
    use crate::domain::kunjungan::gain_settings;

    const NOW: &str = "2026-11-20T12:00:00";
    const POSYANDU: &str = "0000000000000000000000000000f001";

    fn save(phone: &mut Phone, change: impl FnOnce(&mut Facts)) -> Result<usize, Vec<FieldError>> {
        let filled = Box::new(facts(&phone.desk()));
        let mut now = filled.clone();
        change(&mut now);
        let drafts = plan(&phone.desk(), &Intent::Change { filled, now })?.drafts;
        let written = drafts.iter().map(|it| it.data.len()).sum();
        for draft in drafts {
            phone.write(&draft.kind, &draft.subject, "2026-11-20", draft.data);
        }
        Ok(written)
    }

    /// Founded where the list was out of reach: names, no code.
    fn typed_place() -> Phone {
        let mut phone = Phone::new(NOW);
        let names = [("wilayah", ""), ("desa", "Misal"), ("kabupaten", "Kabupaten Umpama")];
        phone.write(kinds::POSYANDU_CHANGED, POSYANDU, "2026-11-19", object(names.map(|(key, it)| (key, it.into()))));
        phone
    }

    #[test]
    fn a_place_that_was_typed_gets_its_code_later_and_tickets_follow() {
        let mut phone = typed_place();
        assert!(!facts(&phone.desk()).tempat.is_whole());
        phone.send(1, &typed("PU-02"));
        let numbers = |phone: &Phone| -> Vec<String> {
            phone.pending.iter().filter_map(|it| Some(it.ticket.as_ref()?.nomor.to_string())).collect()
        };
        assert!(numbers(&phone)[0].starts_with("0000-Z"));
        save(&mut phone, |it| it.tempat.kode = "3325012001".into()).unwrap();
        assert!(facts(&phone.desk()).tempat.is_whole());
        phone.send(2, &typed("PU-02"));
        let numbers = numbers(&phone);
        assert!(numbers[0].starts_with("0000-Z"), "a number that was given stays");
        assert!(numbers[1].starts_with("3325-Z"));
    }

    #[test]
    fn it_says_to_which_puskesmas_and_pustu_it_belongs() {
        let mut phone = typed_place();
        let named = |it: &mut Facts| (it.puskesmas, it.pustu) = (" Contoh Timur ".into(), "Misal".into());
        assert_eq!(save(&mut phone, named), Ok(2));
        let now = facts(&phone.desk());
        assert_eq!((now.puskesmas.as_str(), now.pustu.as_str()), ("Contoh Timur", "Misal"));
        assert_eq!(save(&mut phone, |it| it.pustu.clear()), Ok(1));
        assert_eq!(facts(&phone.desk()).pustu, "");
    }

    #[test]
    fn what_a_newer_app_chose_is_in_nobodys_way() {
        let mut phone = typed_place();
        let data = object([("nt_mode", "kelak".into()), ("wilayah", "ID-33".into())]);
        phone.write(kinds::POSYANDU_CHANGED, POSYANDU, "2026-11-19", data);
        assert_eq!(save(&mut phone, |it| it.pustu = "Misal".into()), Ok(1));
        assert_eq!(facts(&phone.desk()).nt_mode, "kelak");
        let errors = save(&mut phone, |it| it.nt_mode = "apa saja".into()).unwrap_err();
        assert_eq!(errors, vec![FieldError::new("nt_mode", Problem::Missing)]);
    }

    #[test]
    fn only_what_changed_is_written() {
        let mut phone = typed_place();
        assert_eq!(save(&mut phone, |_| ()), Ok(0));
        assert_eq!(save(&mut phone, |it| it.tempat.kecamatan = " Andaikata ".into()), Ok(1));
        assert_eq!(facts(&phone.desk()).tempat.kecamatan, "Andaikata");
    }

    #[test]
    fn a_number_that_changed_is_the_one_to_call_and_one_without_digits_goes() {
        let mut phone = typed_place();
        assert_eq!(facts(&phone.desk()).telepon, [("Bidan desa".to_owned(), "0812 0000 0001".to_owned())]);
        let changed = |it: &mut Facts| {
            it.telepon[0].1 = " 0812 0000 0002 ".into();
            it.telepon.push(("Puskesmas".into(), " ".into()));
        };
        assert_eq!(save(&mut phone, changed), Ok(1));
        assert_eq!(facts(&phone.desk()).telepon, [("Bidan desa".to_owned(), "0812 0000 0002".to_owned())]);
        assert_eq!(save(&mut phone, |it| it.telepon[0].1.clear()), Ok(1));
        assert_eq!(facts(&phone.desk()).telepon, []);
    }

    #[test]
    fn a_place_needs_its_names_and_words_are_those_of_the_table() {
        let mut phone = typed_place();
        let refused = |field| Err(vec![FieldError::new(field, Problem::Missing)]);
        assert_eq!(save(&mut phone, |it| it.nama = " ".into()), refused("nama"));
        assert_eq!(save(&mut phone, |it| it.tempat.desa = " ".into()), refused("desa"));
        assert_eq!(save(&mut phone, |it| it.tempat.kabupaten.clear()), refused("kabupaten"));
        assert_eq!(save(&mut phone, |it| it.tempat.kode = "33250120".into()), refused("wilayah"));
        assert_eq!(save(&mut phone, |it| it.nt_mode = "kurva".into()), refused("nt_mode"));
        assert_eq!(save(&mut phone, |it| it.kbm_age_basis.clear()), refused("kbm_age_basis"));
    }

    #[test]
    fn how_a_gain_is_judged_is_chosen_here() {
        let mut phone = typed_place();
        assert_eq!(gain_settings(&phone.book).nt_mode, NtMode::KbmOnly, "as most reports do");
        save(&mut phone, |it| {
            it.nt_mode = "kbm_or_curve".into();
            it.kbm_age_basis = "kolom_kms".into();
        })
        .unwrap();
        let settings = gain_settings(&phone.book);
        assert_eq!((settings.nt_mode, settings.kbm_age_basis), (NtMode::KbmOrCurve, KbmAgeBasis::KmsColumn));
    }

    #[test]
    fn a_form_that_was_filled_before_leaves_what_somebody_else_changed() {
        let mut phone = typed_place();
        let filled = Box::new(facts(&phone.desk()));
        save(&mut phone, |it| it.puskesmas = "Contoh Timur".into()).unwrap();
        let now = Box::new(Facts { pustu: "Misal".into(), ..(*filled).clone() });
        let drafts = plan(&phone.desk(), &Intent::Change { filled, now }).unwrap().drafts;
        assert_eq!(drafts[0].data, object([("pustu", "Misal".into())]));
    }

    #[test]
    fn two_phones_keep_each_others_numbers_and_two_words_about_one_are_a_question() {
        use crate::domain::book::tests::Phone;
        use crate::domain::intent::warga;
        use crate::domain::view::warga::{Dispute, Head, Said};
        use crate::domain::view::{Query, View, answer};
        let today = chrono::NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
        let mut ani = Phone::new(1);
        let data = object([
            ("nama", "Contoh".into()),
            ("desa", "Misal".into()),
            ("kabupaten", "Kabupaten Umpama".into()),
            ("telepon:Bidan desa", "0812 0000 0001".into()),
        ]);
        let founded = kinds::POSYANDU_FOUNDED.into();
        ani.record(vec![Draft { kind: founded, subject: POSYANDU.into(), on: today, data }]);
        let mut dewi = Phone::new(2);
        dewi.receive(ani.events[0].clone());
        let call = |phone: &mut Phone, who: &str, number: &str| {
            let filled = Box::new(facts(&phone.desk(today)));
            let now = Box::new(Facts { telepon: vec![(who.into(), number.into())], ..(*filled).clone() });
            let drafts = plan(&phone.desk(today), &Intent::Change { filled, now }).unwrap().drafts;
            phone.record(drafts);
        };
        let disputes = |phone: &Phone| match answer(&phone.desk(today), &Query::Posyandu) {
            Some(View::Posyandu(_, disputes)) => disputes,
            _ => panic!("the posyandu is there"),
        };
        call(&mut ani, "Bidan desa", "0812 0000 0002");
        call(&mut dewi, "Puskesmas", "0812 0000 0003");
        ani.receive(dewi.events[1].clone());
        assert_eq!(facts(&ani.desk(today)).telepon.len(), 2);
        assert!(disputes(&ani).is_empty());
        call(&mut dewi, "Bidan desa", "0812 0000 0009");
        ani.receive(dewi.events[2].clone());
        let Dispute { subject, register, heads } = disputes(&ani).remove(0);
        assert_eq!((register.as_str(), heads.len()), ("telepon:Bidan desa", 2));
        let right = heads.iter().find(|it| it.said == Said::Text("0812 0000 0002".into())).unwrap();
        let Head { event, .. } = right.clone();
        let drafts = ani.save(today, warga::Intent::Settle { subject, register, event }).unwrap().drafts;
        assert_eq!(drafts[0].kind, kinds::POSYANDU_CHANGED);
        assert!(disputes(&ani).is_empty());
        assert!(facts(&ani.desk(today)).telepon.contains(&("Bidan desa".into(), "0812 0000 0002".into())));
        let moved = |phone: &mut Phone, desa: &str, code: &str| {
            let filled = Box::new(facts(&phone.desk(today)));
            let mut now = filled.clone();
            (now.tempat.desa, now.tempat.kode) = (desa.into(), code.into());
            let drafts = plan(&phone.desk(today), &Intent::Change { filled, now }).unwrap().drafts;
            phone.record(drafts);
        };
        moved(&mut ani, "Misal", "3325012001");
        moved(&mut dewi, "Umpama", "3325012002");
        ani.receive(dewi.events[3].clone());
        let [asked] = disputes(&ani).try_into().ok().expect("a place is asked once");
        let Dispute { subject, register, heads } = asked;
        let event = heads.iter().find(|it| it.said == Said::Text("3325012002".into())).unwrap().event.clone();
        assert_eq!(register, "wilayah");
        ani.save(today, warga::Intent::Settle { subject, register, event }).unwrap();
        assert!(disputes(&ani).is_empty());
        let place = facts(&ani.desk(today)).tempat;
        assert_eq!((place.desa.as_str(), place.kode.as_str()), ("Umpama", "3325012002"));
        call(&mut ani, "Puskesmas", "");
        call(&mut dewi, "Puskesmas", "0812 0000 0004");
        ani.receive(dewi.events[4].clone());
        assert!(disputes(&ani)[0].heads.iter().any(|it| it.said == Said::Nothing), "one says that there is none");
    }
}
