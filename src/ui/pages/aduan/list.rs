//! The tab: what runs, sorted by what is due, and what has ended.

use super::emergency::Alarm;
use crate::domain::aduan::own::{form, photo_form};
use crate::domain::view;
use crate::domain::view::aduan::{DraftRow, List, Query, Row, Sealing, View};
use crate::i18n::{aduan as kata, umum};
use crate::messages::Request;
use crate::ui::app::or_trouble;
use crate::ui::components::{Empty, Icon, Page, Tab, Tabs, TopBar};
use crate::ui::context::use_desk;
use crate::ui::pages::kirim::{NotSent, SentLine};
use crate::ui::prelude::*;
use crate::ui::router;

/// The tab.
#[component]
pub fn ListPage() -> impl IntoView {
    let desk = use_desk();
    let answer = desk.watch(|| view::Query::Aduan(Query::List));
    let is_posyandu = desk.me().is_none_or(|it| it.is_posyandu);
    let may_take = move || desk.carriage.with(|it| if it.is_connected { it.takes_complaints } else { is_posyandu });
    let shown = router::query("tampil");
    let shows_ended = Memo::new(move |_| shown.with(|it| it.as_deref() == Some("selesai")));
    view! {
        <TopBar title=umum::TAB_ADUAN />
        <Page>
            <Alarm href="/aduan/darurat" />
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        move |it| match it {
                            view::View::Aduan(View::List(list)) => {
                                view! { <Lists list=list shows_ended=shows_ended /> }
                            }
                            _ => Node::Nothing,
                        },
                    )
                })}
        </Page>
        <Tabs here=Tab::Aduan>
            <Show when=may_take>
                <div class="dock dock--tabs">
                    <a href="/aduan/baru" class="button">
                        <Icon name="tambah" />
                        {kata::NEW}
                    </a>
                </div>
            </Show>
            <SentLine />
        </Tabs>
    }
}

#[component]
fn Lists(list: List, shows_ended: Memo<bool>) -> impl IntoView {
    let show = Callback::new(move |ended: bool| {
        let to = if ended { "/aduan?tampil=selesai" } else { "/aduan" };
        router::turn(to, true);
    });
    let (open, ended) = (list.open.len() + list.drafts.len(), list.ended.len());
    let list = StoredValue::new(list);
    view! {
        <div class="segments home__slab" role="group" aria-label=kata::FILTER>
            <button
                class="segments__one"
                type="button"
                aria-pressed=move || (!shows_ended.get()).to_string()
                on:click=move |_| show.run(false)
            >
                {format!("{} {open}", kata::OPEN)}
            </button>
            <button
                class="segments__one"
                type="button"
                aria-pressed=move || shows_ended.get().to_string()
                on:click=move |_| show.run(true)
            >
                {format!("{} {ended}", kata::ENDED)}
            </button>
        </div>
        {move || {
            let list = list.get_value();
            if shows_ended.get() {
                if list.ended.is_empty() {
                    return view! { <Empty say=kata::NONE_ENDED /> };
                }
                return view! { <div class="rows">{list.ended.into_iter().map(line).collect_view()}</div> };
            }
            if list.open.is_empty() && list.drafts.is_empty() {
                return view! { <Empty say=kata::NONE_OPEN /> };
            }
            let (mine, others): (Vec<Row>, Vec<Row>) = list.open.into_iter().partition(|it| it.is_mine);
            view! {
                {section(kata::BEGUN, list.drafts.into_iter().map(|it| view! { <Begun row=it /> }).collect())}
                {section(kata::WAITS_FOR_ME, mine.into_iter().map(|it| line(it).into_view()).collect())}
                {section(kata::WAITS_FOR_OTHERS, others.into_iter().map(|it| line(it).into_view()).collect())}
            }
        }}
    }
}

/// Rows under a title with their count; nothing without rows.
pub(in crate::ui::pages) fn section(title: &'static str, rows: Vec<Node>) -> Option<Node> {
    let count = rows.len();
    (count > 0).then(|| {
        view! {
            <div class="section">
                <h2 class="section__title">{title}</h2>
                <span class="section__count">{count}</span>
            </div>
            <div class="rows">{rows}</div>
        }
    })
}

/// A complaint in a list.
pub(in crate::ui::pages) fn line(row: Row) -> impl IntoView {
    let icon = if row.sealing == Sealing::Open { kata::bidang_icon(&row.bidang) } else { "kunci" };
    let class = format!("row {}", kata::bidang_class(&row.bidang));
    let late = row.due.is_some_and(|it| it.is_late);
    let due = row.due.as_ref().map(|it| if row.needs_call { kata::CALL_NOW.to_owned() } else { kata::due(it) });
    view! {
        <a href=format!("/aduan/{}", row.id) class=class>
            <span class="mark">
                <Icon name=icon />
            </span>
            <span class="row__body">
                <span class="row__name">{kata::row_name(&row)}</span>
                <span class="row__line">{kata::row_line(&row)}</span>
                <NotSent id=row.id.clone() />
                {due
                    .map(|it| {
                        view! {
                            <span class="row__due" class:say--refer=late || row.needs_call>
                                <Icon name=if late || row.needs_call { "awas" } else { "jam" } size="s" />
                                {it}
                            </span>
                        }
                    })}
            </span>
            <Icon name="lanjut" />
        </a>
    }
}

/// A complaint that was begun.
#[component]
pub(in crate::ui::pages) fn Begun(row: DraftRow) -> impl IntoView {
    let desk = use_desk();
    let asks = RwSignal::new(false);
    let id = StoredValue::new(row.id.clone());
    let photos = StoredValue::new(row.photos.clone());
    let discard = move |_| {
        spawn_local(async move {
            let id = id.get_value();
            let photos = photos.get_value().into_iter().map(|it| photo_form(&id, &it));
            for form in photos.chain([form(&id)]) {
                // What could not be thrown away is still offered.
                let _ = desk.ask(Request::KeepDraft { form, body: Vec::new() }).await;
            }
            desk.version.update(|it| *it += 1);
        });
    };
    let name = row.judul.clone().unwrap_or_else(|| kata::NEUTRAL.to_owned());
    let name = if name.is_empty() { kata::NO_TITLE_YET.to_owned() } else { name };
    view! {
        <div class="row">
            <Icon name="tulis" />
            <span class="row__body">
                <span class="row__name">{name}</span>
                <span class="row__line">{kata::step(row.langkah as usize)}</span>
                <span>
                    <a
                        href=format!("/aduan/baru?draf={}&langkah={}", row.id, row.langkah)
                        class="textbutton"
                    >
                        {kata::GO_ON}
                    </a>
                    <Show
                        when=move || asks.get()
                        fallback=move || {
                            view! {
                                <button class="textbutton" type="button" on:click=move |_| asks.set(true)>
                                    {kata::DISCARD}
                                </button>
                            }
                        }
                    >
                        <button class="textbutton say--refer" type="button" on:click=discard>
                            {kata::DISCARD_SURE}
                        </button>
                    </Show>
                </span>
            </span>
        </div>
    }
}
