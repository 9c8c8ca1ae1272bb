//! The tab: today's open day, what was forgotten, what is planned, what was.

use super::save;
use crate::domain::intent::{Intent, sesi};
use crate::domain::sesi::Sesi;
use crate::domain::view::sesi::day::{DayRow, Days};
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{sesi as kata, umum, waktu};
use crate::messages::Failure;
use crate::ui::app::or_trouble;
use crate::ui::components::{Empty, Icon, Page, Tab, Tabs, TopBar};
use crate::ui::context::use_desk;
use crate::ui::pages::kirim::SentLine;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;
use crate::ui::router;

/// The tab.
#[component]
pub fn SesiPage() -> impl IntoView {
    let desk = use_desk();
    let answer = desk.watch(|| Asked::Sesi(Query::Days));
    view! {
        <TopBar title=umum::TAB_SESI />
        <Page>
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        |it| match it {
                            Answer::Sesi(View::Days(days)) => view! { <DayList days=days /> },
                            _ => Node::Nothing,
                        },
                    )
                })}
        </Page>
        <Tabs here=Tab::Sesi>
            <UndoLine />
            <SentLine />
        </Tabs>
    }
}

#[component]
fn DayList(days: Days) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let is_open_today = days.open.iter().any(|it| !it.is_stale);
    let was_today = days.past.iter().any(|it| it.sesi.id.on == days.today);
    let open = move |_| {
        save(desk, Intent::Sesi(sesi::Intent::Open), kata::DAY_OPENED.to_owned(), failure, move |id| {
            router::go(&format!("/sesi/{id}"));
        });
    };
    let nothing = days.open.is_empty() && days.past.is_empty() && days.planned.is_empty();
    view! {
        {failure}
        {days.open.into_iter().map(|row| view! { <OpenSlab row=row /> }).collect_view()}
        {(!is_open_today)
            .then(|| {
                view! {
                    <button class="button" type="button" on:click=open>
                        <Icon name="sesi" />
                        <span class="button__grow">
                            {if was_today { kata::OPEN_AGAIN } else { kata::OPEN_TODAY }}
                            <span class="button__next">{waktu::day_and_date_long(days.today)}</span>
                        </span>
                        <Icon name="lanjut" />
                    </button>
                }
            })}
        <div class="rows">
            <a href="/sesi/rencana" class="row">
                <Icon name="tambah" />
                <span class="row__body">
                    <span class="row__name">{kata::PLAN}</span>
                </span>
                <Icon name="lanjut" />
            </a>
            <a href="/sesi/luar" class="row">
                <Icon name="tulis" />
                <span class="row__body">
                    <span class="row__name">{kata::ELSEWHERE}</span>
                    <span class="row__line">{kata::ELSEWHERE_HOW}</span>
                </span>
                <Icon name="lanjut" />
            </a>
        </div>
        {(!days.planned.is_empty())
            .then(|| {
                let rows = days.planned.into_iter().map(|it| view! { <Planned sesi=it /> }).collect_view();
                view! {
                    <div class="section">
                        <h2 class="section__title">{kata::PLANNED}</h2>
                    </div>
                    <div class="rows">{rows}</div>
                }
            })}
        {(!days.past.is_empty())
            .then(|| {
                let rows = days.past.into_iter().map(|it| view! { <Past row=it /> }).collect_view();
                view! {
                    <div class="section">
                        <h2 class="section__title">{kata::PAST}</h2>
                    </div>
                    <div class="rows">{rows}</div>
                }
            })}
        {nothing.then(|| view! { <Empty say=kata::NO_DAYS /> })}
    }
}

#[component]
fn OpenSlab(row: DayRow) -> impl IntoView {
    let href = if row.is_stale { format!("/sesi/{}/tutup", row.sesi.id) } else { format!("/sesi/{}", row.sesi.id) };
    view! {
        <section class="slab days__slab" aria-label=kata::OPEN_DAY>
            <p class="slab__line">{kata::day_line(&row.sesi)}</p>
            <p class="slab__count">{kata::people_came(row.came)}</p>
            {row.is_stale.then(|| view! { <p class="slab__line">{kata::CLOSE_OLD_HOW}</p> })}
            <a href=href class="button button--mango">
                <span class="button__grow">{if row.is_stale { kata::CLOSE_OLD } else { kata::GO_ON }}</span>
                <Icon name="lanjut" />
            </a>
        </section>
    }
}

#[component]
fn Planned(sesi: Sesi) -> impl IntoView {
    view! {
        <a href=format!("/sesi/rencana?ubah={}", sesi.id) class="row">
            <Icon name="sesi" />
            <span class="row__body">
                <span class="row__name">{waktu::day_and_date_long(sesi.id.on)}</span>
                <span class="row__line">{kata::plan_line(&sesi)}</span>
            </span>
            <Icon name="lanjut" />
        </a>
    }
}

#[component]
fn Past(row: DayRow) -> impl IntoView {
    view! {
        <a href=format!("/sesi/{}?langkah=1", row.sesi.id) class="row">
            <Icon name="sesi" />
            <span class="row__body">
                <span class="row__name">{waktu::day_and_date_long(row.sesi.id.on)}</span>
                <span class="row__line">{kata::people_came(row.came)}</span>
            </span>
            <Icon name="lanjut" />
        </a>
    }
}
