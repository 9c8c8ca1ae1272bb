//! The first tab: find, and what is going on now.

use crate::domain::intent::{Intent, sesi};
use crate::domain::view::{Query, View, beranda};
use crate::i18n::{beranda as kata, berkas, kirim, sesi as sesi_kata, umum, waktu};
use crate::messages::{Reply, Request};
use crate::ui::app::or_trouble;
use crate::ui::components::{Empty, Icon, Kembang, Page, Tab, Tabs};
use crate::ui::context::{Watched, use_desk};
use crate::ui::pages::kirim::{BACKUP_HREF, Reminder, SentLine};
use crate::ui::prelude::*;
use crate::ui::router;

/// The first tab.
#[component]
pub fn Beranda() -> impl IntoView {
    let desk = use_desk();
    let answer = desk.watch(|| Query::Beranda);
    let me = desk.me();
    let damaged = me.as_ref().map_or(0, |me| me.damaged);
    let line = me.as_ref().map(|me| format!("{} · {}", waktu::day_and_date(me.today), me.nama)).unwrap_or_default();
    let is_posyandu = me.as_ref().is_none_or(|me| me.is_posyandu);
    let name = me.map(|me| umum::posyandu(&me.posyandu)).unwrap_or_default();
    view! {
        <header class="topbar topbar--home">
            <Kembang size=36 />
            <div class="topbar__title">
                <h1 class="topbar__name">{name}</h1>
                <p class="topbar__line">{line}</p>
            </div>
            <a href="/menu" class="iconbutton" aria-label=umum::MENU>
                <Icon name="menu" />
            </a>
        </header>
        <Page>
            {is_posyandu
                .then(|| {
                    view! {
                        <a href="/cari" class="find">
                            <Icon name="cari" />
                            <span class="find__what">
                                {kata::FIND} <span class="find__how">{kata::FIND_HOW}</span>
                            </span>
                        </a>
                    }
                })}
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        move |it| match it {
                            View::Beranda(it) => {
                                let has_records = it.has_records;
                                let questions = it.open_questions;
                                // On a connected phone the line says it.
                                let asks = move || questions > 0 && !desk.carriage.with(|it| it.is_connected);
                                let is_clock_wrong = move || desk.carriage.with(|it| it.clock_off_s.is_some());
                                let asks_place = is_posyandu && !it.is_placed && !desk.practice.get_untracked();
                                view! {
                                    {if is_posyandu {
                                        view! { <Slab it=it /> }
                                    } else {
                                        view! { <Empty say=kata::OFFICE /> }
                                    }}
                                    <Reminder />
                                    <Show when=asks>
                                        <a href="/kirim" class="textbutton">{kirim::refused(questions)}</a>
                                    </Show>
                                    <Show when=is_clock_wrong>
                                        <a href="/kirim" class="textbutton">{kirim::CLOCK_WRONG}</a>
                                    </Show>
                                    {(damaged > 0)
                                        .then(|| view! { <a href="/menu" class="textbutton">{kata::damaged(damaged)}</a> })}
                                    {asks_place
                                        .then(|| view! { <a href="/menu/posyandu" class="textbutton">{kata::NOT_PLACED}</a> })}
                                    <BackupDue />
                                    <Show when=move || has_records>
                                        <crate::ui::pages::menu::InstallOffer />
                                    </Show>
                                }
                            }
                            _ => Node::Nothing,
                        },
                    )
                })}
        </Page>
        <Tabs here=Tab::Beranda>
            <SentLine />
        </Tabs>
    }
}

/// Reminds of a backup, where nobody else has what this phone holds.
#[component]
pub fn BackupDue() -> impl IntoView {
    let desk = use_desk();
    let room = Watched::of(move || {
        desk.version.track();
        async move { matches!(desk.ask(Request::Storage).await, Ok(Reply::Storage(it)) if it.is_backup_due) }
    });
    room.show(|is_due| {
        if is_due {
            view! { <a href=BACKUP_HREF class="textbutton">{berkas::BACKUP_DUE}</a> }
        } else {
            Node::Nothing
        }
    })
}

#[component]
fn Slab(it: beranda::Beranda) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None);
    let open = move |_| {
        spawn_local(async move {
            match desk.save(Intent::Sesi(sesi::Intent::Open)).await {
                Ok(saved) => router::go(&format!("/sesi/{}", saved.subject)),
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let content = match it.open {
        Some(ongoing) => {
            let href = format!("/sesi/{}", ongoing.sesi.id);
            let count = kata::came(ongoing.came, ongoing.expected);
            view! {
                <div class="slab__head">
                    <p class="slab__count">
                        <b>{ongoing.came}</b>
                        {kata::of_expected(ongoing.expected)}
                    </p>
                </div>
                <Tally on=ongoing.came of=ongoing.expected label=count />
                <a href=href class="button button--mango">
                    <span class="button__grow">
                        {if ongoing.is_stale { kata::CLOSE_YESTERDAY } else { kata::GO_ON }}
                    </span>
                    <Icon name="lanjut" />
                </a>
            }
        }
        None => {
            let next = it.next.map_or(kata::NOT_PLANNED.to_owned(), |it| sesi_kata::day_line(&it));
            view! {
                <p class="slab__line">{next}</p>
                <button
                    class="button button--mango"
                    type="button"
                    on:click=open
                >
                    <span class="button__grow">{kata::OPEN_TODAY}</span>
                    <Icon name="lanjut" />
                </button>
            }
        }
    };
    view! {
        <section class="slab home__slab" aria-label=kata::OPEN_DAY>
            {content}
        </section>
        {failure}
    }
}

/// Strokes as on the attendance sheet: four and one across; up to 100 are drawn.
#[component]
pub fn Tally(
    /// Strokes that count.
    on: u32,
    /// All strokes.
    of: u32,
    /// For screen readers.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    const PER_ROW: u32 = 40;
    let of = of.clamp(1, 100);
    let on = on.min(of);
    let stroke = |index: u32| {
        let (row, place) = (index / PER_ROW, index % PER_ROW);
        let (group, within) = (place / 5, place % 5);
        let (x, y) = (4 + group * 38, 3 + row * 28);
        if within == 4 {
            format!("M{} {}L{} {}", x - 3, y + 18, x + 24, y + 4)
        } else {
            format!("M{} {}v22", x + within * 7, y)
        }
    };
    let path = |range: std::ops::Range<u32>| range.map(stroke).collect::<String>();
    let rows = of.div_ceil(PER_ROW);
    view! {
        <svg class="tally" viewBox=format!("0 0 304 {}", rows * 28) role="img" aria-label=label>
            <path class="tally__off" d=path(on..of)></path>
            <path class="tally__on" d=path(0..on)></path>
        </svg>
    }
}
