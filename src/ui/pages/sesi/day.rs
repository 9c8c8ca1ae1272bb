//! One open day: five stations, who waits, who came, who did not yet; and finding somebody else.

use super::meja::desks;
use super::{param, query, save};
use crate::domain::form::card::Station;
use crate::domain::intent::{Intent, sesi};
use crate::domain::sesi::SesiStatus;
use crate::domain::view::sesi::day::{Day, Found};
use crate::domain::view::sesi::{Came, Query, View};
use crate::domain::view::{PersonRow, Query as Asked, View as Answer};
use crate::i18n::{self, sesi as kata};
use crate::messages::Failure;
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Empty, Icon, Page, StageIcon, Tab, Tabs, TopBar};
use crate::ui::context::use_desk;
use crate::ui::pages::kirim::{NotSent, SentLine};
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;
use crate::ui::router;

/// One open day.
#[component]
pub fn DayPage() -> impl IntoView {
    let desk = use_desk();
    let sesi = param("sesi");
    // Without one she sees her own step.
    let station = query("langkah");
    let number = move || station.get().and_then(|it| it.parse().ok()).unwrap_or(0);
    let shows_came = RwSignal::new(None::<bool>);
    let answer = desk.watch(move || Asked::Sesi(Query::Day { sesi: sesi.get(), station: number() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    move |it| match it {
                        Answer::Sesi(View::Day(day)) => view! { <DayView day=day shows_came=shows_came /> },
                        _ => Node::Nothing,
                    },
                )
            })}
        <Tabs here=Tab::Sesi>
            <div class="dock dock--tabs">
                <UndoLine />
            </div>
            <SentLine />
        </Tabs>
    }
}

#[component]
fn DayView(day: Day, shows_came: RwSignal<Option<bool>>) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let id = StoredValue::new(day.sesi.id.to_string());
    let station = day.station;
    let is_open = day.sesi.status == SesiStatus::Open;
    let was_opened = matches!(day.sesi.status, SesiStatus::Open | SesiStatus::Closed);
    let join = move |_| {
        let intent = Intent::Sesi(sesi::Intent::Join { sesi: id.get_value() });
        save(desk, intent, kata::JOIN.to_owned(), failure, |_| ());
    };
    let attend = Callback::new(move |(row, came): (PersonRow, bool)| {
        let what = if came { kata::marked_present(&row.nama) } else { kata::marked_absent(&row.nama) };
        let intent = Intent::Sesi(sesi::Intent::Attend { sesi: id.get_value(), sasaran: row.id, came });
        save(desk, intent, what, failure, |_| ());
    });
    // At the first station the list of who came is the work; else who is still expected.
    let shows_came_now = move || shows_came.get().unwrap_or(station == Station::Daftar && !is_open);
    let (number_came, number_absent) = (day.came.len(), day.absent.len());
    let came = StoredValue::new(day.came);
    let absent = StoredValue::new(day.absent);
    let list = move || {
        if shows_came_now() {
            let rows = came.get_value();
            if rows.is_empty() {
                return view! { <Empty say=kata::NOBODY_CAME /> };
            }
            rows.into_iter().map(|it| view! { <CameRow it=it sesi=id.get_value() on_absent=attend /> }).collect_view()
        } else {
            let rows = absent.get_value();
            if rows.is_empty() {
                return view! { <Empty say=kata::ALL_PRESENT /> };
            }
            rows.into_iter().map(|row| view! { <AbsentRow row=row on_present=attend /> }).collect_view()
        }
    };
    let choose = move |it: Station| {
        let href = format!("/sesi/{}?langkah={}", id.get_value(), it.number());
        router::turn(&href, true);
    };
    let notice = if day.is_stale {
        Some((kata::CLOSE_OLD_HOW, true))
    } else if day.sesi.status == SesiStatus::Closed {
        Some((kata::IS_CLOSED, false))
    } else {
        None
    };
    view! {
        <TopBar title=kata::OPEN_DAY line=kata::day_line(&day.sesi) back="/sesi" />
        <Page>
            {failure}
            {notice
                .map(|(words, is_stale)| {
                    view! {
                        <div class="notice">
                            <Icon name="jam" />
                            <div>
                                <p>{words}</p>
                                {is_stale
                                    .then(|| {
                                        view! {
                                            <a
                                                href=format!("/sesi/{}/tutup", id.get_value())
                                                class="textbutton"
                                            >
                                                {kata::CLOSE_OLD}
                                            </a>
                                        }
                                    })}
                            </div>
                        </div>
                    }
                })}
            <ol class="steps" aria-label=kata::FIVE_STEPS>
                {Station::ALL
                    .into_iter()
                    .zip(day.counts)
                    .map(|(it, count)| {
                        view! {
                            <li class="steps__one" aria-current=(it == station).then_some("step")>
                                <button class="steps__link" type="button" on:click=move |_| choose(it)>
                                    <b>{it.number()}</b>
                                    <span>{kata::station(it)}</span>
                                    <em>{count}</em>
                                </button>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
            <p class="steps__say" role="status">
                <b>
                    {kata::waiting(
                        station,
                        day.counts.get(usize::from(station.number()).saturating_sub(1)).copied().unwrap_or(0),
                    )}
                </b>
            </p>
            <p class="second">{kata::sits_at(station, &day.staff)}</p>
            {(!day.waiting.is_empty())
                .then(|| {
                    let rows = day.waiting.into_iter();
                    let rows = rows
                        .map(|it| view! { <WaitingRow it=it station=station sesi=id.get_value() /> })
                        .collect_view();
                    view! { <div class="rows rows--wait">{rows}</div> }
                })}
            <a href=format!("/sesi/{}/cari", id.get_value()) class="find day__find">
                <Icon name="cari" />
                <span class="find__what">{kata::FIND_OTHER}</span>
            </a>
            <div class="segments" role="group" aria-label=kata::WHO_LIST>
                <button
                    class="segments__one"
                    type="button"
                    aria-pressed=move || if shows_came_now() { "true" } else { "false" }
                    on:click=move |_| shows_came.set(Some(true))
                >
                    {kata::came(number_came)}
                </button>
                <button
                    class="segments__one"
                    type="button"
                    aria-pressed=move || if shows_came_now() { "false" } else { "true" }
                    on:click=move |_| shows_came.set(Some(false))
                >
                    {kata::not_yet(number_absent)}
                </button>
            </div>
            <div class="rows">{list}</div>
            <div class="day__foot">
                {if is_open {
                    view! {
                        <h2 class="section__title">{kata::STAFF}</h2>
                        {desks(desk, id.get_value(), day.staff, failure)}
                    }
                } else {
                    view! { <p class="second">{kata::staff(&day.staff)}</p> }
                }}
                {(is_open && !day.am_on_duty)
                    .then(|| {
                        view! {
                            <button class="textbutton" type="button" on:click=join>
                                {kata::JOIN}
                            </button>
                        }
                    })}
                {was_opened
                    .then(|| {
                        view! {
                            <a
                                href=format!("/sesi/{}/tutup", id.get_value())
                                class="button button--plain"
                            >
                                <span class="button__grow">{if is_open { kata::CLOSE_DAY } else { kata::SUMMARY }}</span>
                                <Icon name="lanjut" />
                            </a>
                        }
                    })}
            </div>
        </Page>
    }
}

/// Where the work of a station is done.
pub(super) fn work_href(sesi: &str, orang: &str, station: Station) -> String {
    match station {
        Station::Daftar | Station::Ukur => format!("/sesi/{sesi}/ukur/{orang}"),
        other => format!("/sesi/{sesi}/kartu/{orang}?langkah={}", other.number()),
    }
}

#[component]
fn WaitingRow(it: Came, station: Station, sesi: String) -> impl IntoView {
    let href = work_href(&sesi, &it.row.id, station);
    let age = it.row.age.map(i18n::waktu::age);
    let line = [age, it.since.map(kata::since)].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let icon = if station == Station::Ukur { "timbang" } else { "tulis" };
    view! {
        <a href=href class="row">
            <StageIcon name=i18n::warga::stage_icon(&it.row) here=true />
            <span class="row__body">
                <span class="row__name">{it.row.nama}</span>
                <span class="row__line">{line}</span>
            </span>
            <span class="button button--small row__end">
                <Icon name=icon />
                {kata::station_work(station)}
            </span>
        </a>
    }
}

#[component]
fn CameRow(it: Came, sesi: String, #[prop(into)] on_absent: Callback<(PersonRow, bool)>) -> impl IntoView {
    let stands = kata::stands(it.waits_at, it.has_card);
    let line = [it.row.age.map(i18n::waktu::age), it.since.map(kata::came_at), Some(stands.to_owned())];
    let line = line.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let href = match it.waits_at {
        Some(station) => work_href(&sesi, &it.row.id, station),
        None if it.has_card => format!("/sesi/{sesi}/hasil/{}", it.row.id),
        None => format!("/warga/{}", it.row.id),
    };
    let row = StoredValue::new(it.row.clone());
    // Whoever was measured is here; only a name ticked by mistake can be unticked.
    let may_untick = it.waits_at == Some(Station::Ukur) || !it.has_card;
    view! {
        <div class="row">
            <StageIcon name=i18n::warga::stage_icon(&it.row) />
            <a href=href class="row__body row__link">
                <span class="row__name">{it.row.nama}</span>
                <span class="row__line">{line}</span>
                <NotSent id=it.row.id.clone() />
            </a>
            {may_untick
                .then(|| {
                    view! {
                        <button
                            class="textbutton row__end"
                            type="button"
                            on:click=move |_| on_absent.run((row.get_value(), false))
                        >
                            {kata::NOT_PRESENT}
                        </button>
                    }
                })}
        </div>
    }
}

#[component]
fn AbsentRow(row: PersonRow, #[prop(into)] on_present: Callback<(PersonRow, bool)>) -> impl IntoView {
    let line = i18n::warga::row_line(&row);
    let label = kata::marked_present(&row.nama);
    let icon = i18n::warga::stage_icon(&row);
    let nama = row.nama.clone();
    let row = StoredValue::new(row);
    view! {
        <div class="row">
            <StageIcon name=icon />
            <span class="row__body">
                <span class="row__name">{nama}</span>
                <span class="row__line">{line}</span>
            </span>
            <button
                class="button button--plain button--small row__end"
                type="button"
                aria-label=label
                on:click=move |_| on_present.run((row.get_value(), true))
            >
                {kata::PRESENT}
            </button>
        </div>
    }
}

/// Finds anybody and marks her present.
#[component]
pub fn FindPage() -> impl IntoView {
    let desk = use_desk();
    let sesi = param("sesi");
    let text = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Failure>);
    let answer = desk.watch(move || Asked::Sesi(Query::Find { sesi: sesi.get(), text: text.get() }));
    let attend = Callback::new(move |(row, came): (PersonRow, bool)| {
        let what = kata::marked_present(&row.nama);
        let intent = Intent::Sesi(sesi::Intent::Attend { sesi: sesi.get_untracked(), sasaran: row.id, came });
        save(desk, intent, what, failure, |_| ());
    });
    view! {
        <TopBar
            title=kata::FIND_TITLE
            back=format!("/sesi/{}", sesi.get_untracked())
        />
        <Page>
            <Finder text=text />
            {failure}
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        move |it| match it {
                            Answer::Sesi(View::Found(found)) => {
                                found
                                    .into_iter()
                                    .map(|it| view! { <FoundRow it=it on_present=attend /> })
                                    .collect_view()
                            }
                            _ => Node::Nothing,
                        },
                    )
                })}
            <NotFound text=text />
        </Page>
        <Dock>
            <UndoLine />
        </Dock>
    }
}

/// The box to type a name into.
#[component]
pub(super) fn Finder(text: RwSignal<String>) -> impl IntoView {
    view! {
        <label class="find" for="cari-warga">
            <Icon name="cari" />
            <span class="unseen">{kata::FIND_LABEL}</span>
            <input class="find__input" id="cari-warga" type="search" autocomplete="off" bind:value=text />
        </label>
        <p class="second">{kata::FIND_LABEL}</p>
    }
}

/// The way to register somebody, once something was typed.
#[component]
pub(super) fn NotFound(text: RwSignal<String>) -> impl IntoView {
    let desk = use_desk();
    // From an open day she has come with it, and the form leads back there.
    let sesi = Some(router::param("sesi").get_untracked()).filter(|it| !it.is_empty());
    let href = StoredValue::new(sesi.map_or("/warga/baru".to_owned(), |it| format!("/warga/baru?sesi={it}")));
    view! {
        <Show when=move || text.with(|it| !it.trim().is_empty())>
            <div class="section">
                <p>{kata::NOT_FOUND}</p>
            </div>
            <a
                href=href.get_value()
                class="button button--plain"
                on:click=move |_| desk.search.set(text.get_untracked())
            >
                <Icon name="orangbaru" />
                <span class="button__grow">{kata::REGISTER}</span>
                <Icon name="lanjut" />
            </a>
        </Show>
    }
}

#[component]
fn FoundRow(it: Found, #[prop(into)] on_present: Callback<(PersonRow, bool)>) -> impl IntoView {
    if !it.is_present {
        return view! { <AbsentRow row=it.row on_present=on_present /> };
    }
    view! {
        <div class="row">
            <StageIcon name=i18n::warga::stage_icon(&it.row) here=true />
            <span class="row__body">
                <span class="row__name">{it.row.nama.clone()}</span>
                <span class="row__line">{i18n::warga::row_line(&it.row)}</span>
            </span>
            <span class="pill pill--good row__end">
                <Icon name="cek" size="s" />
                {kata::IS_HERE}
            </span>
        </div>
    }
}
