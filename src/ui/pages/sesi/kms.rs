//! The charts of a child: KMS, length for age, weight for length; and the same as a table.

use super::chart::GrowthChart;
use super::{param, query};
use crate::domain::growth::chart::Frame;
use crate::domain::view::sesi::kms::{Class, Kms, PARTS, Point, Which, draw, part_of};
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{sesi as kata, waktu};
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Empty, Icon, TopBar};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;
use crate::ui::router;

/// The charts of a child.
#[component]
pub fn KmsPage() -> impl IntoView {
    let desk = use_desk();
    let orang = param("orang");
    let answer = desk.watch(move || Asked::Sesi(Query::Kms { sasaran: orang.get() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    |it| match it {
                        Answer::Sesi(View::Kms(kms)) => view! { <Charts kms=*kms /> },
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn Charts(kms: Kms) -> impl IntoView {
    let (grafik, umur) = (query("grafik"), query("umur"));
    let which = Memo::new(move |_| grafik.get().and_then(|it| Which::from_code(&it)).unwrap_or_default());
    let age = kms.row.age.map_or(0, |it| it.months());
    let part = Memo::new(move |_| {
        let named = umur.get().and_then(|it| PARTS.into_iter().find(|(from, to)| it == format!("{from}-{to}")));
        named.unwrap_or_else(|| part_of(age))
    });
    let id = StoredValue::new(kms.row.id.clone());
    let show = move |which: Which, (from, to): (u32, u32)| {
        let href = format!("/kms/{}?grafik={}&umur={from}-{to}", id.get_value(), which.code());
        router::turn(&href, true);
    };
    let line = kata::kms_line(&kms.row);
    let nama = StoredValue::new(kms.row.nama.clone());
    let data = StoredValue::new(kms.data);
    let last = StoredValue::new(kms.points.last().cloned());
    let is_empty = kms.points.is_empty();
    let points = StoredValue::new(kms.points.clone());
    let picture = move || {
        let (which, part) = (which.get(), part.get());
        let young = part.0 < 24;
        let chart = data.with_value(|data| draw(data, which, part, Frame::CARD));
        let Some(chart) = chart else {
            return view! { <Empty say=kata::NO_CHART /> };
        };
        let is_shown = |it: &&Point| it.age_months.is_some_and(|age| (part.0..=part.1).contains(&age));
        let words = points.with_value(|it| it.iter().rfind(is_shown).map(|it| kata::last_words(it, which)));
        let label = kata::chart_text(&nama.get_value(), which, part, words.as_deref());
        view! { <GrowthChart chart=chart which=which young=young label=label id="kartu" /> }
    };
    let pressed = |is: bool| if is { "true" } else { "false" };
    view! {
        <TopBar title=kms.row.nama line=line back=format!("/warga/{}", id.get_value()) />
        <main class="kmspage">
            {last
                .with_value(|it| {
                    it.as_ref()
                        .and_then(|it| it.gain.clone()?.letter.ok())
                        .map(|letter| {
                            let (word, class, icon) = kata::letter(letter);
                            view! {
                                <p class="kmspage__say">
                                    <span class=format!("pill {class}")>
                                        <Icon name=icon size="s" />
                                        {word}
                                    </span>
                                    {last.with_value(|it| it.as_ref().map(kata::weight_words))}
                                </p>
                            }
                        })
                })}
            {is_empty.then(|| view! { <Empty say=kata::NOTHING_MEASURED /> })}
            {(age >= 60).then(|| view! { <p class="kmspage__key">{kata::BEYOND_KMS}</p> })}
            {picture}
            <Show when=move || which.get() == Which::Bbu>
                <p class="kmspage__key">
                    {kata::KMS_KEY
                        .iter()
                        .enumerate()
                        .map(|(place, (letter, word))| {
                            view! {
                                {(place > 0).then_some(" · ")}
                                <b>{*letter}</b>
                                " "
                                {*word}
                            }
                        })
                        .collect_view()}
                </p>
            </Show>
            <details class="kmspage__table">
                <summary>{kata::TABLE}</summary>
                <Table points=kms.points />
            </details>
        </main>
        <Dock ruled=true>
            <div class="segments" role="group" aria-label=kata::WHICH_CHART>
                {Which::ALL
                    .into_iter()
                    .map(|it| {
                        view! {
                            <button
                                class="segments__one"
                                type="button"
                                aria-pressed=move || pressed(which.get() == it)
                                on:click=move |_| show(it, part.get_untracked())
                            >
                                {move || kata::chart_name(it, part.get().0 < 24)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
            <div class="segments" role="group" aria-label=kata::WHICH_PART>
                {PARTS
                    .into_iter()
                    .map(|it| {
                        view! {
                            <button
                                class="segments__one"
                                type="button"
                                aria-pressed=move || pressed(part.get() == it)
                                on:click=move |_| show(which.get_untracked(), it)
                            >
                                {kata::part(it)}
                            </button>
                        }
                    })
                    .collect_view()}
            </div>
        </Dock>
    }
}

#[component]
fn Table(points: Vec<Point>) -> impl IntoView {
    let rows = points.into_iter().rev().map(|it| {
        let letter = it.gain.as_ref().and_then(|it| it.letter.ok()).map(|it| it.code()).unwrap_or("–");
        let classes = it
            .indices
            .iter()
            .filter_map(|row| match row.class {
                Class::Known(_) | Class::Recheck => {
                    let z = row.z.map(|it| format!(" ({})", kata::z_score(it))).unwrap_or_default();
                    Some(format!("{} {}{z}", kata::index(row.index, row.stature).0, kata::class(&row.class).0))
                }
                Class::Missing(_) => None,
            })
            .collect::<Vec<_>>()
            .join(" · ");
        view! {
            <tr>
                <th scope="row">{waktu::date_short(it.sesi.on)}</th>
                <td>{it.age_months.map(kata::months)}</td>
                <td>{it.grams.map(kata::kilograms)}</td>
                <td>{it.read_mm.map(kata::length)}</td>
                <td>{letter}</td>
            </tr>
            <tr class="datatable__more">
                <td colspan="5">{classes}</td>
            </tr>
        }
    });
    view! {
        <table class="datatable">
            <thead>
                <tr>{kata::TABLE_HEADS.map(|it| view! { <th scope="col">{it}</th> }).collect_view()}</tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
}
