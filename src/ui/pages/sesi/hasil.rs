//! The answer: one verdict with its reason, what to do, what to say, every index, and who is next.

use super::chart::GrowthChart;
use super::day::work_href;
use super::{PersonHead, home_of, param, save, station_query};
use crate::domain::form::card::{Answers, Station, Typed};
use crate::domain::growth::chart::Frame;
use crate::domain::intent::{Intent, sesi};
use crate::domain::view::sesi::hasil::Hasil;
use crate::domain::view::sesi::kms::{Which, draw, part_of};
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{self, kode, sesi as kata};
use crate::messages::Failure;
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Icon};
use crate::ui::context::use_desk;
use crate::ui::pages::kirim::kode::hand_over_href;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;

/// The answer after measuring.
#[component]
pub fn HasilPage() -> impl IntoView {
    let desk = use_desk();
    let (sesi, orang) = (param("sesi"), param("orang"));
    let station = station_query();
    let answer = desk
        .watch(move || Asked::Sesi(Query::Hasil { sesi: sesi.get(), sasaran: orang.get(), station: station.get() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    move |it| match it {
                        Answer::Sesi(View::Hasil(it)) => {
                            view! { <Verdict it=*it station=station.get_untracked() /> }
                        }
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn Verdict(it: Hasil, station: u8) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let station = Station::from_number(station).unwrap_or(Station::Ukur);
    let sesi = it.sesi.id.to_string();
    let orang = it.row.id.clone();
    let (word, class, icon) = kata::headline(&it.headline);
    let why = kata::reason(&it.headline, it.gain.as_ref());
    let doubts = it.gain.as_ref().map(|it| it.doubts.clone()).unwrap_or_default();
    let counsel = format!("“{}”", kata::counsel(&it.suggestion, &it.row.nama));
    let young_child = it.age_months.is_some_and(|it| it < 72);
    let asks_curve = it.visit.garis.is_none() && it.gain.as_ref().is_some_and(|it| it.asks_about_curve);

    let at = StoredValue::new((sesi.clone(), orang.clone()));
    let curve = move |follows: bool| {
        let (sesi, sasaran) = at.get_value();
        let intent = Intent::Sesi(sesi::Intent::Curve { sesi, sasaran, follows });
        let what = if follows { kata::CURVE_YES } else { kata::CURVE_NOT };
        save(desk, intent, what.to_owned(), failure, |_| ());
    };
    let confirm = move |_| {
        let (sesi, sasaran) = at.get_value();
        let intent = Intent::Sesi(sesi::Intent::Confirm { sesi, sasaran });
        save(desk, intent, kata::CONFIRMED.to_owned(), failure, |_| ());
    };
    let rechecks = (!it.suggestion.follow.rechecks.is_empty()).then(|| {
        view! {
            <div class="dock__lead">
                <a href=format!("/sesi/{sesi}/ukur/{orang}") class="button button--plain button--small">
                    {kata::MEASURE_ONCE_MORE}
                </a>
                <button class="button button--plain button--small" type="button" on:click=confirm>
                    {kata::MEASURED_AGAIN}
                </button>
            </div>
        }
    });
    let confirmed =
        it.indices.iter().any(|it| it.is_confirmed).then(|| view! { <p class="second">{kata::CONFIRMED}</p> });
    let nama = StoredValue::new(it.row.nama.clone());
    let (codes, place) = (it.suggestion.codes(), it.suggestion.place());
    let suggested = StoredValue::new(codes.clone());
    let refer = move |refers: bool| {
        let (sesi, sasaran) = at.get_value();
        let typed = Typed {
            word: if refers { "ya" } else { "tidak" }.to_owned(),
            picks: suggested.get_value(),
            place: place.to_owned(),
            ..Typed::default()
        };
        let answers = Answers::from([("rujuk".to_owned(), typed)]);
        let intent = Intent::Sesi(sesi::Intent::Visit { sesi, sasaran, answers, form: String::new(), took_s: None });
        save(desk, intent, kata::referral_saved(&nama.get_value()), failure, |_| ());
    };
    let edit_href = format!("/sesi/{sesi}/kartu/{orang}?langkah=4");
    let undecided = it.visit.rujuk.is_none() && it.suggestion.is_referral();
    let referral = referral_box(&it, &edit_href, undecided, move |_| refer(false));

    let part = it.age_months.map(part_of);
    let chart = part.and_then(|part| draw(&it.chart, Which::Bbu, part, Frame::SMALL));
    let has_chart = chart.is_some() && it.age_months.is_some_and(|it| it < 60) && !it.chart.gains.is_empty();
    let chart_label =
        kata::chart_text(&it.row.nama, Which::Bbu, part.unwrap_or_default(), Some(&format!("{word}. {why}")));
    let kms_href = format!("/kms/{orang}");
    let chart = chart.filter(|_| has_chart).map(|chart| {
        view! {
            <a href=kms_href.clone() class="frame">
                <span class="unseen">{kata::OPEN_KMS}</span>
                <GrowthChart chart=chart which=Which::Bbu young=true label=chart_label id="kecil" />
            </a>
        }
    });
    let indices = it.indices.iter().map(|row| {
        let (short, long) = kata::index(row.index, row.stature);
        let (words, class) = kata::class(&row.class);
        view! {
            <div class="indices__one">
                <dt>
                    <b>{short}</b>
                    <span class="second">{long}</span>
                </dt>
                <dd>
                    <span class=class>{words}</span>
                    {row.z.map(|z| view! { <span class="second">{kata::z_score(z)}</span> })}
                    {row.is_confirmed.then(|| view! { <span class="second">{kata::CONFIRMED}</span> })}
                </dd>
            </div>
        }
    });
    let indices = indices.collect_view();
    let may_hand_over = it.sesi.id.is_open_day() && !desk.practice.get_untracked();
    let hand_over = may_hand_over.then(|| hand_over_href(&sesi, &orang));
    let note = it.position.map(kata::position_note).filter(|it| !it.is_empty());
    let back = home_of(&sesi, &orang);
    let next = match &it.next {
        Some(next) => {
            let age = next.row.age.map(i18n::waktu::age).unwrap_or_default();
            let line = format!("{}, {age}", next.row.nama);
            (work_href(&sesi, &next.row.id, station), kata::NEXT_ONE, Some(line))
        }
        None if it.sesi.id.is_open_day() => (format!("{back}?langkah={}", station.number()), kata::BACK_TO_DAY, None),
        None => (back.clone(), kata::TO_PERSON, None),
    };
    let (next_href, next_word, next_line) = next;
    let next_button = move |class: &'static str, with_line: bool| {
        view! {
            <a href=next_href.clone() class=class>
                <span class="button__grow">
                    {next_word}
                    {next_line
                        .clone()
                        .filter(|_| with_line)
                        .map(|line| view! { <span class="button__next">{line}</span> })}
                </span>
                <Icon name="lanjut" />
            </a>
        }
    };
    let line = head_line(&it);
    view! {
        <PersonHead row=it.row line=line back=back />
        <main class="page result">
            <section class=format!("verdict {class}") role="status">
                <Icon name=icon size="xl" />
                <h2 class="verdict__word">{word}</h2>
                <p class="verdict__why">{why}</p>
            </section>
            {failure}
            {rechecks}
            {confirmed}
            {doubts.iter().map(|it| view! { <p class="second">{kata::doubt(it)}</p> }).collect_view()}
            {asks_curve
                .then(|| {
                    view! {
                        <div class="notice">
                            <Icon name="naik" />
                            <div>
                                <p class="strong">{kata::CURVE_ASK}</p>
                                <div class="dock__lead">
                                    <button
                                        class="button button--plain button--small"
                                        type="button"
                                        on:click=move |_| curve(true)
                                    >
                                        {kata::CURVE_YES}
                                    </button>
                                    <button
                                        class="button button--plain button--small"
                                        type="button"
                                        on:click=move |_| curve(false)
                                    >
                                        {kata::CURVE_NO}
                                    </button>
                                </div>
                            </div>
                        </div>
                    }
                })}
            {referral}
            <section class="voice">
                <p class="voice__who">
                    <Icon name="suara" size="s" />
                    {if young_child { kata::TELL_MOTHER } else { kata::TELL_CHILD }}
                </p>
                <p class="voice__say">{counsel}</p>
            </section>
            {chart}
            <section>
                <h2 class="section__title">{kata::ALL_INDICES}</h2>
                <dl class="indices">{indices}</dl>
                {note.map(|it| view! { <p class="second">{it}</p> })}
                <p class="second">{kata::SOURCE}</p>
                <p class="second">{kata::done_by(&it.by)}</p>
            </section>
            <div class="dock__lead">
                <a href=format!("/sesi/{sesi}/ukur/{orang}") class="textbutton">
                    {kata::CORRECT}
                </a>
                {hand_over.map(|href| view! { <a href=href class="textbutton">{kode::HAND_OVER}</a> })}
                <a href=format!("/sesi/{sesi}/kartu/{orang}?langkah=3") class="textbutton">
                    {kata::REST_OF_CARD}
                </a>
            </div>
        </main>
        <Dock>
            <UndoLine />
            {if undecided {
                view! {
                    <div class="dock__lead">
                        <button class="button button--danger" type="button" on:click=move |_| refer(true)>
                            <Icon name="rujuk" />
                            {kata::REFER_YES}
                        </button>
                        {next_button("button button--plain", false)}
                    </div>
                }
            } else {
                next_button("button", true).into_view()
            }}
        </Dock>
    }
}

/// What is decided, or what is suggested; the kader has the last word.
fn referral_box(it: &Hasil, edit: &str, undecided: bool, on_refuse: impl Fn(web_sys::Event) + 'static) -> Node {
    let edit = edit.to_owned();
    if let Some(rujuk) = it.visit.rujuk.as_ref() {
        let title = if rujuk.refers { kata::REFERRED } else { kata::REFER_NO };
        let line = kata::refer_line(&rujuk.place, &rujuk.reasons);
        let class = if rujuk.refers { "refer" } else { "refer refer--plain" };
        return view! {
            <section class=class>
                <Icon name="rujuk" size="l" />
                <div>
                    <p class="strong">{title}</p>
                    <p class="second">{line}</p>
                    {(!rujuk.text.is_empty()).then(|| view! { <p class="second">{rujuk.text.clone()}</p> })}
                    <a href=edit class="textbutton">
                        {kata::REFER_EDIT}
                    </a>
                </div>
            </section>
        };
    }
    if undecided {
        let signs = it.suggestion.follow.hospital_signs.clone();
        let line = kata::refer_line(it.suggestion.place(), &it.suggestion.codes());
        return view! {
            <section class="refer">
                <Icon name="rujuk" size="l" />
                <div>
                    <p class="strong">{kata::urgency(it.suggestion.urgency())}</p>
                    <p class="second">{line}</p>
                    {signs
                        .into_iter()
                        .map(|it| view! { <p class="second">{kata::hospital_sign(it)}</p> })
                        .collect_view()}
                    <a href=edit class="textbutton">
                        {kata::REFER_EDIT}
                    </a>
                    <button class="textbutton" type="button" on:click=on_refuse>
                        {kata::REFER_NO}
                    </button>
                </div>
            </section>
        };
    }
    let again = it.suggestion.follow.evaluate_days.map(kata::look_again);
    view! {
        <p class="second">
            {again} " "
            <a href=edit class="textbutton">
                {kata::REFER_ADD}
            </a>
        </p>
    }
}

fn head_line(it: &Hasil) -> String {
    let mut parts = Vec::new();
    parts.extend(it.row.age.map(i18n::waktu::age));
    parts.extend(it.visit.bb.value().map(kata::kilograms));
    let length = it.visit.tb.value();
    parts.extend(length.map(kata::length));
    if !it.sesi.id.is_open_day() {
        parts.push(kata::place_line(&it.sesi.id));
    }
    parts.join(" · ")
}
