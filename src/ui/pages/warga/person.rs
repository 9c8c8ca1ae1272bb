//! One person: who she is, what is disputed, her last visits; where she went, and whether she stands
//! in the book twice.

use super::cari::FindBar;
use super::shared::{id_of_path, page};
use super::tab::FamilyLine;
use crate::domain::form::warga::needs_since;
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{Intent as Wish, form_status};
use crate::domain::nik::Nik;
use crate::domain::sasaran::{Sasaran, Status};
use crate::domain::view::PersonRow;
use crate::domain::view::warga::more::More;
use crate::domain::view::warga::{ConsentLine, Dispute, JoinedPair, Person, Query, Said, Today, View};
use crate::domain::view::{self};
use crate::i18n::{self, kode, umum, waktu, warga as kata};
use crate::messages::Failure;
use crate::ui::components::{Choice, Choices, Dock, FormPage, Icon, Page, StageIcon, TextField, TopBar};
use crate::ui::context::use_desk;
use crate::ui::drafts::keep_lines;
use crate::ui::pages::kirim::NotSent;
use crate::ui::pages::kirim::kode::hand_over_href;
use crate::ui::pages::saving::{Saving, save_now};
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;

/// One person.
#[component]
pub fn PersonPage() -> impl IntoView {
    page(
        |id| Query::Person { id },
        |it| match it {
            View::Person(person) => Some(view! { <Shown person=*person /> }),
            _ => None,
        },
    )
}

#[component]
fn Shown(person: Person) -> impl IntoView {
    let desk = use_desk();
    let Person { row, sasaran, keluarga, more, disputes, consent, visits, joined, today, open, has_growth, .. } =
        person;
    let id = sasaran.id.clone();
    let back = if desk.search.with_untracked(|it| it.is_empty()) { "/warga" } else { "/cari" };
    let edit = format!("/warga/{id}/ubah");
    let growth_page = format!("/kms/{id}");
    let status = kata::status(&sasaran.status);
    let consent = consent_of(&consent);
    let unasked = more.iter().filter(|it| it.is_asked && matches!(it.said, Said::Nothing)).count();
    let is_withdrawn = sasaran.setuju == Some(false);
    let line = kata::row_line(&row);
    let may_hand_over = !desk.practice.get_untracked();
    let hand_over = open.as_ref().filter(|_| may_hand_over).map(|open| hand_over_href(&open.to_string(), &id));
    let weigh = open.filter(|_| today == Today::Weigh).map(|open| format!("/sesi/{open}/ukur/{id}"));
    let no_visits = visits.is_empty();
    let visits = visits.into_iter().map(|visit| {
        view! {
            <li class="row">
                <span class="row__body">
                    <span class="row__name">{kata::visit_line(&visit)}</span>
                    <span class="row__line">
                        {format!("{} · {}", waktu::date_long(visit.sesi.on), kata::visit_place(&visit.sesi))}
                    </span>
                </span>
            </li>
        }
    });
    let growth = has_growth && !no_visits;
    view! {
        <TopBar title=sasaran.nama.clone() line=line back=back>
            <a href=edit class="iconbutton" aria-label=kata::EDIT_PERSON>
                <Icon name="tulis" />
            </a>
        </TopBar>
        <Page>
            <NotSent id=id.clone() />
            {(!status.is_empty())
                .then(|| {
                    let line = kata::status_line(&sasaran.status, sasaran.status_sejak);
                    view! {
                        <p class="notice notice--plain">
                            <Icon name="bendera" />
                            <span>{line}</span>
                        </p>
                    }
                })}
            <Disputes disputes=disputes />
            <Facts sasaran=sasaran more=more consent=consent.clone() />
            <div class="rows">
                {(!is_withdrawn)
                    .then(|| {
                        view! {
                            <a href=format!("/warga/{id}/tambahan") class="row">
                                <span class="row__body">
                                    <span class="row__name">{kata::PARTICULARS}</span>
                                    <span class="row__line">{kata::unasked(unasked)}</span>
                                </span>
                                <Icon name="lanjut" />
                            </a>
                        }
                    })}
                {keluarga.map(|row| view! { <FamilyLine row=row /> })}
            </div>
            <div class="section">
                <h2 class="section__title">{kata::VISITS}</h2>
            </div>
            {no_visits.then(|| view! { <p class="second">{kata::NO_VISITS}</p> })}
            <ul class="rows">{visits.collect_view()}</ul>
            {growth
                .then(|| {
                    view! {
                        <a href=growth_page class="button button--plain">
                            <Icon name="naik" />
                            <span class="button__grow">{kata::GROWTH}</span>
                            <Icon name="lanjut" />
                        </a>
                    }
                })}
            {joined.into_iter().map(|pair| view! { <Joined pair=pair /> }).collect_view()}
            <div class="section">
                <h2 class="section__title">{kata::MORE_THINGS}</h2>
            </div>
            <div class="rows">
                {hand_over
                    .map(|href| {
                        view! {
                            <a href=href class="row">
                                <span class="row__body">
                                    <span class="row__name">{kode::HAND_OVER}</span>
                                    <span class="row__line">{kode::HAND_OVER_HOW}</span>
                                </span>
                                <Icon name="lanjut" />
                            </a>
                        }
                    })}
                <a href=format!("/warga/{id}/keadaan") class="row">
                    <span class="row__body">
                        <span class="row__name">{kata::CHANGE_STATUS}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
                <a href=format!("/warga/{id}/persetujuan") class="row">
                    <span class="row__body">
                        <span class="row__name">{kata::FACT_CONSENT}</span>
                        <span class="row__line">{consent}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
                <a href=format!("/warga/{id}/gabung") class="row">
                    <span class="row__body">
                        <span class="row__name">{kata::SAME_PERSON}</span>
                        <span class="row__line">{kata::SAME_PERSON_HOW}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
            </div>
        </Page>
        <footer class="dock">
            <UndoLine />
            {weigh
                .map(|href| {
                    view! {
                        <a href=href class="button">
                            <Icon name="timbang" />
                            <span class="button__grow">{kata::WEIGH_NOW}</span>
                            <Icon name="lanjut" />
                        </a>
                    }
                })}
        </footer>
    }
}

/// What she said last about consent.
pub(super) fn consent_of(consent: &[ConsentLine]) -> String {
    match consent.last() {
        Some(it) if it.is_given => kata::CONSENTED.to_owned(),
        Some(it) => format!("{} {}", kata::CONSENT_WITHDRAWN, waktu::date_long(it.on)),
        None => kata::NOT_CONSENTED.to_owned(),
    }
}

/// Names with what is known; what is not known is left out.
pub(super) fn told(facts: Vec<(&'static str, Option<String>)>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for (name, said) in facts {
        if let Some(said) = said.filter(|it| !it.is_empty()) {
            nodes.push(view! { <dt>{name}</dt><dd>{said}</dd> });
        }
    }
    nodes
}

/// What is known of her; what is not known is left out.
#[component]
fn Facts(sasaran: Sasaran, more: Vec<More>, consent: String) -> impl IntoView {
    let shows_nik = RwSignal::new(false);
    let text = |value: &Option<String>| value.clone().filter(|it| !it.is_empty());
    let birth_size = [sasaran.bb_lahir_g.map(kata::kilograms), sasaran.pb_lahir_mm.map(kata::centimetres)];
    let birth_size = birth_size.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let mut facts = vec![
        (kata::FACT_BORN, sasaran.lahir.map(kata::birth)),
        (kata::FACT_SEX, sasaran.kelamin.map(|it| kata::sex(it).to_owned())),
        (kata::FACT_MOTHER, text(&sasaran.ibu)),
        (kata::FACT_RELATION, text(&sasaran.hubungan).map(|it| kata::word(&it))),
        (kata::FACT_MARRIAGE, text(&sasaran.status_kawin).map(|it| kata::word(&it))),
        (kata::FACT_BIRTH_SIZE, Some(birth_size)),
    ];
    for it in &more {
        let said = (!matches!(it.said, Said::Nothing)).then(|| kata::said(&it.key, &it.said));
        facts.push((i18n::sesi::particular(&it.key), said));
    }
    facts.push((kata::FACT_CONSENT, Some(consent)));
    let nik = sasaran.nik.as_deref().and_then(|it| Nik::parse(it).ok());
    let without = text(&sasaran.alasan_tanpa_nik).map(|it| kata::word(&it));
    let nik = match nik {
        Some(nik) => view! {
            <dt>{kata::FACT_NIK}</dt>
            <dd>
                <span>{move || if shows_nik.get() { nik.grouped() } else { nik.masked() }}</span>
                <button class="textbutton" type="button" on:click=move |_| shows_nik.update(|it| *it = !*it)>
                    {move || if shows_nik.get() { kata::HIDE } else { kata::SHOW }}
                </button>
            </dd>
        },
        None => without.map(|it| view! { <dt>{kata::FACT_NIK}</dt><dd>{it}</dd> }).into_view(),
    };
    view! {
        <dl class="facts">
            {nik} {told(facts)}
        </dl>
    }
}

/// What two people answered differently: one tap says which is right.
#[component]
pub(in crate::ui::pages) fn Disputes(
    /// The registers with several answers.
    disputes: Vec<Dispute>,
) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let settle = move |dispute: &Dispute, event: &str| {
        let wish = Wish::Settle {
            subject: dispute.subject.clone(),
            register: dispute.register.clone(),
            event: event.to_owned(),
        };
        save_now(desk, Intent::Warga(wish), kata::changed(&kata::register(&dispute.register)), failure, None);
    };
    let disputes = disputes.into_iter().map(|dispute| {
        let title = kata::dispute(&dispute);
        let register = dispute.register.clone();
        let dispute = StoredValue::new(dispute);
        let heads = dispute.with_value(|it| it.heads.clone()).into_iter().map(|head| {
            let said = kata::said(&register, &head.said);
            let by = head.by.clone();
            view! {
                <button
                    class="choice"
                    type="button"
                    on:click=move |_| dispute.with_value(|it| settle(it, &head.event))
                >
                    <span class="choice__body">
                        <span class="choice__what">{said}</span>
                        <span class="choice__more">{by}</span>
                    </span>
                </button>
            }
        });
        view! {
            <section class="fix">
                <h2 class="fix__title book">{title}</h2>
                {heads.collect_view()}
            </section>
        }
    });
    view! {
        {disputes.collect_view()}
        {failure}
    }
}

#[component]
fn Joined(pair: JoinedPair) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let line = kata::joined_pair(&pair);
    let part = move |_| {
        let wish = Wish::Join { one: pair.one.id.clone(), other: pair.other.id.clone(), together: false };
        save_now(desk, Intent::Warga(wish), kata::parted(&pair.one.nama), failure, None);
    };
    view! {
        <div class="notice notice--plain known">
            <Icon name="warga" />
            <div>
                <p>{line}</p>
                <button class="textbutton" type="button" on:click=part>
                    {kata::PART}
                </button>
            </div>
        </div>
        {failure}
    }
}

/// Where she is: here, away, moved, died, not known.
#[component]
pub fn StatusPage() -> impl IntoView {
    let desk = use_desk();
    let id = id_of_path();
    let status = RwSignal::new(String::new());
    let since = RwSignal::new(String::new());
    let keeper = keep_lines(desk, form_status(&id.get_untracked()), vec![status, since]);
    let saving = Saving::new(desk, keeper);
    let answer = desk.watch(move || view::Query::Warga(Query::Person { id: id.get() }));
    let choices = vec![
        Choice::new("aktif", kata::STATUS_HERE),
        Choice::new("pergi", kata::STATUS_AWAY),
        Choice::new("pindah", kata::STATUS_MOVED),
        Choice::new("meninggal", kata::STATUS_DIED),
        Choice::new("tidak_dikenal", kata::STATUS_UNKNOWN),
    ];
    let name = Memo::new(move |_| match answer.now() {
        Some(Ok(view::View::Warga(View::Person(person)))) => person.sasaran.nama,
        _ => String::new(),
    });
    let asks_since = Memo::new(move |_| status.with(|it| !it.is_empty() && needs_since(&Status::parse(it))));
    let submit = move |()| {
        let id = id.get_untracked();
        let word = status.get_untracked();
        let what = kata::status_saved(&name.get_untracked(), &Status::parse(&word));
        let to = format!("/warga/{id}");
        saving.save(Intent::Warga(Wish::SetStatus { id, status: word, since: since.get_untracked() }), what, to);
    };
    view! {
        <TopBar
            title=kata::STATUS_TITLE
            line=name
            back=format!("/warga/{}", id.get_untracked())
        />
        <FormPage on_submit=submit say=umum::SAVE>
            {saving.failure}
            {saving.found(&format!("/warga/{}", id.get_untracked()))}
            <Choices
                id="status"
                label=kata::STATUS_ASK
                value=status
                choices=choices
                error=saving.error("status")
            />
            <Show when=move || asks_since.get()>
                <TextField
                    id="sejak"
                    label=Signal::derive(move || status.with(|it| kata::since(it).to_owned()))
                    hint=kata::BORN_ON_HINT
                    value=since
                    error=saving.error("sejak")
                />
            </Show>
        </FormPage>
    }
}

/// Another record of the same person: found by name, looked at beside, joined.
#[component]
pub fn JoinPage() -> impl IntoView {
    let desk = use_desk();
    let id = id_of_path();
    let text = RwSignal::new(String::new());
    let other = RwSignal::new(None::<String>);
    let back = format!("/warga/{}", id.get_untracked());
    move || match other.get() {
        Some(found) => view! { <Beside one=id.get() other=found chosen=other /> },
        None => {
            let answer = desk.watch(move || view::Query::Warga(Query::Search { text: text.get() }));
            view! {
                <FindBar text=text back=back.clone() />
                <Page>
                    <h1 class="section__title">{kata::JOIN_WHO}</h1>
                    {answer.show(move |answer| {
                            let Ok(view::View::Warga(View::Hits(hits))) = answer else { return Node::Nothing };
                            let hits = hits.into_iter().filter(|it| it.row.id != id.get_untracked());
                            let rows = hits
                                .map(|it| {
                                    let row = it.row;
                                    let chosen = row.id.clone();
                                    view! {
                                        <button
                                            class="row"
                                            type="button"
                                            on:click=move |_| other.set(Some(chosen.clone()))
                                        >
                                            <StageIcon name=i18n::warga::stage_icon(&row) />
                                            <span class="row__body">
                                                <span class="row__name">{row.nama.clone()}</span>
                                                <span class="row__line">{kata::row_line(&row)}</span>
                                            </span>
                                            <Icon name="lanjut" />
                                        </button>
                                    }
                                });
                            view! { <div class="rows">{rows.collect_view()}</div> }
                        })}
                </Page>
            }
        }
    }
}

#[component]
fn Beside(one: String, other: String, chosen: RwSignal<Option<String>>) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let pair = StoredValue::new((one.clone(), other.clone()));
    let query = move || {
        let (one, other) = pair.get_value();
        view::Query::Warga(Query::Pair { one, other })
    };
    let answer = desk.watch(query);
    let join = move |nama: String| {
        let (one, other) = pair.get_value();
        let to = Some(format!("/warga/{one}"));
        let wish = Wish::Join { one, other, together: true };
        save_now(desk, Intent::Warga(wish), kata::joined(&nama), failure, to);
    };
    view! {
        <TopBar title=kata::JOIN_TITLE back=format!("/warga/{one}") />
        {answer.show(move |answer| {
                let (one, other) = match answer {
                    Ok(view::View::Warga(View::Pair(pair))) => *pair,
                    Ok(_) => return Node::Nothing,
                    Err(failure) => return view! { <Page>{failure}</Page> },
                };
                let nama = one.sasaran.nama.clone();
                view! {
                    <Page>
                        {failure}
                        <div class="beside">
                            <Side person=one />
                            <Side person=other />
                        </div>
                        <p class="second">{kata::JOIN_WHAT}</p>
                    </Page>
                    <Dock ruled=true>
                        <button
                            class="textbutton textbutton--wide"
                            type="button"
                            on:click=move |_| chosen.set(None)
                        >
                            {kata::JOIN_OTHER}
                        </button>
                        <button class="button" type="button" on:click=move |_| join(nama.clone())>
                            {kata::JOIN}
                        </button>
                    </Dock>
                }
            })}
    }
}

#[component]
fn Side(person: Person) -> impl IntoView {
    let Person { row, sasaran, more, consent, visits, .. } = person;
    let row: PersonRow = row;
    view! {
        <section class="known__one">
            <div class="person">
                <StageIcon name=i18n::warga::stage_icon(&row) />
                <div>
                    <h2 class="person__name">{sasaran.nama.clone()}</h2>
                    <p class="person__line">{kata::row_line(&row)}</p>
                </div>
            </div>
            <Facts sasaran=sasaran more=more consent=consent_of(&consent) />
            <p class="second">{kata::visit_count(visits.len())}</p>
        </section>
    }
}
