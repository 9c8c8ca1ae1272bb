//! Closing: what is still open, with names. Nothing here forbids closing.

use super::{form_name, param, read_draft, save};
use crate::domain::form::card::Station;
use crate::domain::intent::{Intent, sesi};
use crate::domain::sesi::SesiStatus;
use crate::domain::view::sesi::tutup::Tutup;
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{PersonRow, Query as Asked, View as Answer};
use crate::i18n::{self, aduan, sesi as kata};
use crate::messages::Failure;
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Icon, Page, TopBar};
use crate::ui::context::{Watched, use_desk};
use crate::ui::pages::aduan::{Begun, line, section};
use crate::ui::pages::beranda::BackupDue;
use crate::ui::pages::kirim::SentLine;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;
use crate::ui::router;

/// The checklist.
#[component]
pub fn ClosePage() -> impl IntoView {
    let desk = use_desk();
    let sesi = param("sesi");
    let answer = desk.watch(move || Asked::Sesi(Query::Tutup { sesi: sesi.get() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    |it| match it {
                        Answer::Sesi(View::Tutup(it)) => view! { <Checklist it=*it /> },
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn Checklist(it: Tutup) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let id = it.sesi.id.to_string();
    let sesi = StoredValue::new(id.clone());
    let present = StoredValue::new(it.present.clone());
    let drafts = Watched::of(move || async move {
        let mut open = Vec::new();
        for row in present.get_value() {
            for station in Station::ALL.into_iter().filter(|it| *it != Station::Daftar) {
                let form = form_name(station.number(), &sesi.get_value(), &row.id);
                if read_draft(desk, form).await.is_some() {
                    open.push((row.clone(), station));
                }
            }
        }
        open
    });
    let close = move |_| {
        let intent = Intent::Sesi(sesi::Intent::Close { sesi: sesi.get_value() });
        save(desk, intent, kata::DAY_CLOSED.to_owned(), failure, move |_| {
            router::go_instead("/sesi");
        });
    };
    let reopen = move |_| {
        let intent = Intent::Sesi(sesi::Intent::Reopen { sesi: sesi.get_value() });
        let day = format!("/sesi/{}", sesi.get_value());
        save(desk, intent, kata::OPENED_AGAIN.to_owned(), failure, move |_| router::go_instead(&day));
    };
    let is_open = it.sesi.status == SesiStatus::Open;
    let is_empty = it.came == 0;
    let is_whole = it.unfilled.is_empty() && it.undecided.is_empty() && it.rechecks.is_empty();
    let measure = |key: &'static str| {
        let id = id.clone();
        move |row: &PersonRow| format!("/sesi/{id}/ukur/{}?langkah={key}", row.id)
    };
    let unfilled = it.unfilled.iter().map(|(key, rows)| {
        // Keys of measures are few and fixed; others lead to the first question.
        let key: &'static str = ["bb", "tb", "lk", "lila"].into_iter().find(|it| it == key).unwrap_or("bb");
        list(kata::not_filled(key), rows, measure(key))
    });
    let unfilled = unfilled.collect_view();
    let result = {
        let id = id.clone();
        move |row: &PersonRow| format!("/sesi/{id}/hasil/{}", row.id)
    };
    let undecided = list(kata::UNDECIDED.to_owned(), &it.undecided, result.clone());
    let rechecks = list(kata::RECHECKS.to_owned(), &it.rechecks, measure("bb"));
    let referred: Vec<PersonRow> = it.referred.iter().map(|(row, _)| row.clone()).collect();
    let referred = list(kata::REFERRED.to_owned(), &referred, result);
    let absent = list(kata::ABSENT.to_owned(), &it.absent, |row: &PersonRow| format!("/warga/{}", row.id));
    let begun = it.begun.into_iter().map(|it| view! { <Begun row=it /> }).collect();
    let complaints: Vec<Node> = it.aduan.into_iter().map(|it| line(it).into_view()).collect();
    let names = StoredValue::new(id.clone());
    view! {
        <TopBar
            title=if is_open { kata::CLOSE_TITLE } else { kata::SUMMARY }.to_owned()
            line=kata::day_line(&it.sesi)
            back=format!("/sesi/{id}")
        />
        <Page>
            {failure}
            <p class="tutup__count book">{kata::people_came(it.came)}</p>
            {(!is_open)
                .then(|| {
                    view! {
                        <div class="notice">
                            <Icon name="jam" />
                            <p>{kata::IS_CLOSED}</p>
                        </div>
                    }
                })}
            {(is_open && is_empty)
                .then(|| {
                    view! {
                        <div class="notice notice--plain">
                            <Icon name="sesi" />
                            <p>{kata::EMPTY_DAY}</p>
                        </div>
                    }
                })}
            {(is_whole && !is_empty)
                .then(|| {
                    view! {
                        <p>
                            <span class="pill pill--good">
                                <Icon name="cek" size="s" />
                                {kata::ALL_FILLED}
                            </span>
                        </p>
                    }
                })}
            {it.pace.map(|it| view! { <p class="second">{kata::pace(it)}</p> })}
            {unfilled}
            {undecided}
            {rechecks}
            {drafts.show(move |drafts| {
                    (!drafts.is_empty())
                        .then(|| {
                            let rows = drafts
                                .into_iter()
                                .map(|(row, station)| {
                                    let (id, orang) = (names.get_value(), row.id);
                                    let href = if station == Station::Ukur {
                                        format!("/sesi/{id}/ukur/{orang}")
                                    } else {
                                        format!("/sesi/{id}/kartu/{orang}?langkah={}", station.number())
                                    };
                                    view! {
                                        <a href=href class="row">
                                            <Icon name="tulis" />
                                            <span class="row__body">
                                                <span class="row__name">{row.nama}</span>
                                                <span class="row__line">{kata::station(station)}</span>
                                            </span>
                                            <Icon name="lanjut" />
                                        </a>
                                    }
                                })
                                .collect_view();
                            view! {
                                <div class="section">
                                    <h2 class="section__title">{kata::DRAFTS}</h2>
                                </div>
                                <div class="rows">{rows}</div>
                            }
                        })
                })}
            {referred}
            {section(aduan::BEGUN, begun)}
            {complaints.is_empty().then(|| view! { <p class="section second">{kata::NO_COMPLAINTS}</p> })}
            {section(kata::COMPLAINTS, complaints)}
            {absent}
        </Page>
        <Dock ruled=true>
            <UndoLine />
            <SentLine />
            {if is_open {
                view! {
                    {(!is_whole && !is_empty).then(|| view! { <p class="second">{kata::CLOSE_ANYWAY}</p> })}
                    <button class="button" type="button" on:click=close>
                        <span class="button__grow">{kata::CLOSE_DAY}</span>
                        <Icon name="cek" />
                    </button>
                }
            } else {
                view! {
                    <BackupDue />
                    <div class="dock__pair">
                        <button class="button button--plain" type="button" on:click=reopen>
                            {kata::OPEN_AGAIN}
                        </button>
                        <a href=format!("/sesi/{id}?langkah=1") class="button button--plain">
                            {kata::ADD_LATE}
                        </a>
                    </div>
                }
            }}
        </Dock>
    }
}

/// A list with its count; none when it is empty.
fn list(title: String, rows: &[PersonRow], href: impl Fn(&PersonRow) -> String) -> Option<Node> {
    if rows.is_empty() {
        return None;
    }
    let count = rows.len();
    let lines = rows.iter().map(|row| {
        let (href, nama, line) = (href(row), row.nama.clone(), i18n::warga::row_line(row));
        view! {
            <a href=href class="row">
                <span class="row__body">
                    <span class="row__name">{nama}</span>
                    <span class="row__line">{line}</span>
                </span>
                <Icon name="lanjut" />
            </a>
        }
    });
    let lines = lines.collect_view();
    let list = view! {
        <div class="section">
            <h2 class="section__title">{title}</h2>
            <span class="section__count">{count}</span>
        </div>
        <div class="rows">{lines}</div>
    };
    Some(list.into_view())
}
