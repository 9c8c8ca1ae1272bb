//! This posyandu: its name, its place, completed once the list can be fetched, whom to call, and how it judges a gain.

use super::mulai::phone_fields;
use super::place::{Place, PlaceFields, PlaceForm, missing};
use super::saving::Saving;
use super::undo::UndoLine;
use super::warga::person::Disputes;
use crate::domain::growth::gain::{KbmAgeBasis, NtMode};
use crate::domain::intent::{Intent, posyandu};
use crate::domain::view::posyandu::Facts;
use crate::domain::view::warga::Dispute;
use crate::domain::view::{Query, View};
use crate::i18n::{menu as kata, mulai, umum};
use crate::ui::app::or_trouble;
use crate::ui::components::{Choice, Choices, FormPage, Line, TopBar, free_line, line};
use crate::ui::context::{Watched, use_desk};
use crate::ui::drafts::keep_lines;
use crate::ui::prelude::*;

/// `/menu/posyandu`
#[component]
pub fn PosyanduPage() -> impl IntoView {
    let desk = use_desk();
    let now = desk.watch(|| Query::Posyandu);
    let asked = Memo::new(move |_| match now.now() {
        Some(Ok(View::Posyandu(_, disputes))) => disputes,
        _ => Vec::new(),
    });
    // Not asked again when the book moves, but when there is another question: what is being typed stays.
    let answer = Watched::of(move || {
        asked.track();
        desk.answer(Query::Posyandu)
    });
    view! {
        <TopBar title=kata::POSYANDU back="/menu" />
        {answer.show(move |answer| {
                or_trouble(
                    answer.read(),
                    |it| match it {
                        View::Posyandu(facts, disputes) => view! { <FactsForm facts=*facts disputes=disputes /> },
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn FactsForm(facts: Facts, disputes: Vec<Dispute>) -> impl IntoView {
    let desk = use_desk();
    let filled = StoredValue::new(facts.clone());
    let is_whole = facts.tempat.is_whole();
    let place = Place::new(facts.tempat);
    let form = PlaceForm::new(place);
    let nama = RwSignal::new(facts.nama);
    let name_error = RwSignal::new(None);
    let nomor = RwSignal::new(facts.nomor_registrasi);
    let number_of = |who: &str| facts.telepon.iter().find(|it| it.0 == who).map(|it| it.1.clone()).unwrap_or_default();
    let phones = mulai::PHONES.map(|who| RwSignal::new(number_of(who)));
    let puskesmas = RwSignal::new(facts.puskesmas);
    let pustu = RwSignal::new(facts.pustu);
    let nt_mode = RwSignal::new(facts.nt_mode);
    let basis = RwSignal::new(facts.kbm_age_basis);
    let Place { provinsi, kabupaten, kecamatan, desa, kode } = place;
    let mut lines = vec![nama, nomor, provinsi, kabupaten, kecamatan, desa, kode, puskesmas, pustu, nt_mode, basis];
    lines.extend(phones);
    let saving = Saving::new(desk, keep_lines(desk, posyandu::FORM.to_owned(), lines));
    let choice = |value, (label, more): (&str, &str)| Choice { more: more.to_owned(), ..Choice::new(value, label) };
    let modes =
        vec![choice(NtMode::KbmOnly.code(), kata::KBM_ONLY), choice(NtMode::KbmOrCurve.code(), kata::KBM_OR_CURVE)];
    let ages = vec![
        choice(KbmAgeBasis::CompletedMonths.code(), kata::WHOLE_MONTHS),
        choice(KbmAgeBasis::KmsColumn.code(), kata::KMS_COLUMN),
    ];
    let submit = move |()| {
        let is_named = !missing(nama, name_error);
        if !form.is_done() || !is_named {
            return;
        }
        let telepon = mulai::PHONES.into_iter().map(str::to_owned).zip(phones.map(|it| it.get_untracked())).collect();
        let now = Facts {
            nama: nama.get_untracked(),
            nomor_registrasi: nomor.get_untracked(),
            telepon,
            tempat: place.tempat(),
            puskesmas: puskesmas.get_untracked(),
            pustu: pustu.get_untracked(),
            nt_mode: nt_mode.get_untracked(),
            kbm_age_basis: basis.get_untracked(),
        };
        let filled = Box::new(filled.get_value());
        let wish = Intent::Posyandu(posyandu::Intent::Change { filled, now: Box::new(now) });
        saving.save(wish, kata::POSYANDU_SAVED.to_owned(), "/menu".to_owned());
    };
    view! {
        <FormPage on_submit=submit say=umum::SAVE above=view! { <UndoLine /> }>
            {saving.failure}
            <Disputes disputes=disputes />
            {saving.found("/menu")}
            {(!is_whole).then(|| view! { <p class="second field">{kata::PLACE_WHY}</p> })}
            {line(
                &Line { id: "nama", label: mulai::POSYANDU_NAME, hint: mulai::POSYANDU_NAME_HINT, ..Line::ASKED },
                nama,
                name_error,
            )}
            {free_line(
                &Line { id: "nomor", label: mulai::REGISTRATION, hint: mulai::REGISTRATION_HINT, ..Line::MAY },
                nomor,
            )}
            <PlaceFields form=form />
            {free_line(&Line { id: "nama-puskesmas", label: kata::PUSKESMAS, ..Line::MAY }, puskesmas)}
            {free_line(&Line { id: "nama-pustu", label: kata::PUSTU, ..Line::MAY }, pustu)}
            <Choices id="naik" label=kata::JUDGED_BY hint=kata::ASK_BIDAN value=nt_mode choices=modes />
            <Choices id="umur-kbm" label=kata::KBM_AGE value=basis choices=ages />
            <h2 class="section__title">{mulai::PHONES_TITLE}</h2>
            <p class="second">{mulai::PHONES_LINE}</p>
            {phone_fields(phones)}
        </FormPage>
    }
}
