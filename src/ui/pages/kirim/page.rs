//! How sending stands, what needs a person, and what helps whoever helps.

use wasm_bindgen_futures::JsFuture;

use super::line::{Reminder, state};
use crate::domain::kirim::Trouble;
use crate::domain::view::warga::{self, Open, Place};
use crate::domain::view::{Query, View};
use crate::i18n::{berkas, kirim as kata, kode, umum};
use crate::messages::{Failure, Reply, Request, TrayItem};
use crate::ui::components::{Icon, Page, TopBar};
use crate::ui::context::{Desk, Watched, use_desk};
use crate::ui::pages::pulih::{dated, download};
use crate::ui::prelude::*;

/// The page behind the line.
#[component]
pub fn SendPage() -> impl IntoView {
    let desk = use_desk();
    let said = RwSignal::new(String::new());
    let refused = Memo::new(move |_| desk.carriage.with(|it| it.counts.refused));
    let is_connected = Memo::new(move |_| desk.carriage.with(|it| it.is_connected));
    let tray = Watched::of(move || {
        desk.version.track();
        refused.track();
        needs_person(desk, is_connected.get())
    });
    let go = move |_| desk.tell(Request::Carry);
    let toggle = move |_| {
        let wifi_only = !desk.carriage.with_untracked(|it| it.wifi_only);
        desk.tell(Request::PhotoNet { wifi_only });
    };
    let report = move |_| {
        let now = desk.carriage.get_untracked();
        let none = || "-".to_owned();
        let when = |at: Option<u64>| at.map_or_else(none, |at| ago(at, desk.minute.get_untracked()));
        let text = format!(
            "posyandu {} · menunggu {} · foto {} · diperbaiki {} · hanya di HP {} · dipilih {} · diterima {} · terdengar {} · kendala {} · jam {}",
            super::super::menu::version(),
            now.counts.waiting,
            now.photos,
            now.counts.refused,
            now.counts.kept,
            now.counts.open_questions,
            when(now.counts.received_at_ms),
            when(now.heard_at_ms),
            now.counts.trouble.map_or("-", Trouble::word),
            now.clock_off_s.map_or_else(none, |it| it.to_string())
        );
        copy(text, said);
    };
    view! {
        <TopBar title=kata::TITLE back="/" />
        <Page>
            {move || {
                let now = desk.carriage.get();
                if !now.is_connected {
                    return view! {
                        <div class="notice notice--plain">
                            <Icon name="hp" />
                            <div>
                                <p>{kata::ALONE}</p>
                                <p class="second">{kata::ALONE_HOW}</p>
                                <a class="textbutton" href="/aktifkan">{kata::CONNECT_TITLE}</a>
                            </div>
                        </div>
                    };
                }
                let (icon, say) = state(&now.counts, desk.minute.get());
                let ago = now.heard_at_ms.map(|at| ago(at, desk.minute.get()));
                view! {
                    <div class="notice notice--plain">
                        <Icon name=icon />
                        <div>
                            <p role="status">
                                <b>{say}</b>
                            </p>
                            {ago.map(|it| view! { <p class="second">{kata::heard(&it)}</p> })}
                            {now.counts.trouble.map(|it| view! { <p>{kata::trouble(it)}</p> })}
                            {(now.sealed > 0).then(|| view! { <p>{kata::sealed(now.sealed)}</p> })}
                            {now.clock_off_s.map(|it| view! { <p>{kata::clock(it)}</p> })}
                            {(now.photos > 0)
                                .then(|| view! { <p class="second">{kata::photos(now.photos, now.photo_bytes)}</p> })}
                        </div>
                    </div>
                    <Reminder />
                    <button class="button" type="button" on:click=go>
                        <Icon name="kirim" />
                        <span>{kata::SEND_NOW}</span>
                    </button>
                }
            }}
            {tray.show(move |found| {
                    match found {
                        Ok((questions, items)) => {
                            let questions = questions.into_iter().map(|it| view! { <Question open=it /> });
                            let (kept, refused): (Vec<_>, Vec<_>) = items.into_iter().partition(|it| it.parked);
                            view! {
                                {titled(kata::TRAY, questions.collect(), refused, said)}
                                {titled(kata::KEPT, Vec::new(), kept, said)}
                            }
                        }
                        Err(failure) => failure.into_view(),
                    }
                })}
            <div class="rows">
                <a href="/kirim/kode" class="row">
                    <Icon name="qr" />
                    <span class="row__body">
                        <span class="row__name">{kode::TITLE}</span>
                        <span class="row__line">{kode::HOW}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
                <a href="/kirim/berkas" class="row">
                    <Icon name="surat" />
                    <span class="row__body">
                        <span class="row__name">{berkas::TITLE}</span>
                        <span class="row__line">{berkas::HOW}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
            </div>
            <Show when=move || desk.carriage.with(|it| it.is_connected)>
                <label class="pick">
                        <input type="checkbox" prop:checked=move || desk.carriage.with(|it| it.wifi_only) on:change=toggle />
                        <span class="pick__ring"></span>
                        <span class="pick__words">
                            <b>{kata::WIFI_ONLY}</b>
                            <span class="second">
                                {move || {
                                    let is_vain = desk.carriage.with(|it| it.wifi_only && !it.knows_network);
                                    if is_vain { kata::WIFI_UNKNOWN } else { kata::WIFI_ONLY_HOW }
                                }}
                            </span>
                        </span>
                    </label>
                <div class="rows">
                    <Show when=move || desk.carriage.with(|it| it.sees_kabar)>
                        <a href="/kirim/kabar" class="row">
                            <Icon name="warga" />
                            <span class="row__body">
                                <span class="row__name">{kata::KABAR}</span>
                            </span>
                            <Icon name="lanjut" />
                        </a>
                    </Show>
                    <button class="row" type="button" on:click=report>
                        <Icon name="surat" />
                        <span class="row__body">
                            <span class="row__name">{kata::REPORT}</span>
                            <span class="row__line">{kata::REPORT_HOW}</span>
                        </span>
                    </button>
                </div>
            </Show>
            <p class="second" role="status">{said}</p>
        </Page>
    }
}

/// How long ago it was.
fn ago(at_ms: u64, now_ms: f64) -> String {
    kata::ago((now_ms as u64).saturating_sub(at_ms) / 60_000)
}

/// What waits for a person: what two phones say differently, and what was refused. A phone that works alone has no tray,
/// and nothing that would open one.
async fn needs_person(desk: Desk, is_connected: bool) -> Result<(Vec<Open>, Vec<TrayItem>), Failure> {
    let View::Warga(warga::View::Open(questions)) = desk.view(Query::Warga(warga::Query::Open)).await? else {
        return Err(Failure::Worker);
    };
    if !is_connected {
        return Ok((questions, Vec::new()));
    }
    match desk.ask(Request::Tray).await? {
        Reply::Tray(items) => Ok((questions, items)),
        _ => Err(Failure::Worker),
    }
}

/// Something that two phones say differently: what each says, and the way to the page where one is chosen.
#[component]
fn Question(open: Open) -> impl IntoView {
    let title = kata::different(&open);
    let Open { place, dispute, .. } = open;
    let href = match place {
        Place::Person(id) => format!("/warga/{id}"),
        Place::Family(id) => format!("/keluarga/{id}"),
        Place::Posyandu => "/menu/posyandu".to_owned(),
    };
    let answers = dispute.heads.iter().map(|it| view! { <p>{kata::answered(&dispute.register, it)}</p> });
    view! {
        <section class="fix">
            <h3 class="fix__title book">{title}</h3>
            {answers.collect_view()}
            <a class="button" href=href>
                {kata::CHOOSE}
            </a>
        </section>
    }
}

/// A heading over cards; nothing without any.
fn titled(title: &'static str, mut cards: Vec<Node>, items: Vec<TrayItem>, said: RwSignal<String>) -> Node {
    cards.extend((!items.is_empty()).then(|| view! { <Refused items=items said=said /> }));
    if cards.is_empty() {
        return Node::Nothing;
    }
    view! {
        <div class="section">
            <h2 class="section__title">{title}</h2>
        </div>
        {cards}
    }
}

/// What was refused, and a way to hand all of it to somebody who can help.
#[component]
fn Refused(items: Vec<TrayItem>, said: RwSignal<String>) -> impl IntoView {
    let all = kata::export(items.iter().map(|it| it.text.as_str()));
    let save = move |_| {
        let _ = download(&dated(kata::SAVED_FILE), all.as_bytes());
    };
    let cards = items.into_iter().map(|it| view! { <Card item=it said=said /> }).collect_view();
    view! {
        {cards}
        <button class="button button--plain" type="button" on:click=save>
            {kata::SAVE_ALL}
        </button>
        <p class="second">{kata::SAVE_ALL_HOW}</p>
    }
}

/// One thing that was refused: what, why, and what can be done.
#[component]
fn Card(item: TrayItem, said: RwSignal<String>) -> impl IntoView {
    let desk = use_desk();
    let TrayItem { id, is_own, kind, subject, nama, reason, again, parked, text, .. } = item;
    let name = subject.rsplit(':').next().unwrap_or_default().to_owned();
    let what = kata::kind(&kind);
    let title = match (is_own, nama.is_empty()) {
        (false, _) => kata::NOT_TAKEN.to_owned(),
        (true, true) => what.to_owned(),
        (true, false) => format!("{what}: {nama}"),
    };
    let place = match kind.split('.').next().unwrap_or_default() {
        "sasaran" | "hadir" | "kunjungan" if is_own => Some(format!("/warga/{name}")),
        "keluarga" if is_own => Some(format!("/keluarga/{name}")),
        "aduan" | "foto" if is_own => Some(format!("/aduan/{name}")),
        "sesi" if is_own => subject.split_once(':').map(|(_, id)| format!("/sesi/{id}")),
        "posyandu" if is_own => Some("/menu/posyandu".to_owned()),
        "kader" if is_own => Some("/menu/kader".to_owned()),
        _ => None,
    };
    let (resent, left) = (id.clone(), id);
    let send_again = move |_| desk.tell(Request::SendAgain { id: resent.clone() });
    let park = move |_| desk.tell(Request::Park { id: left.clone() });
    let take = move |_| copy(text.clone(), said);
    view! {
        <section class="fix">
            <h3 class="fix__title book">{title}</h3>
            <p>{kata::reason(&reason)}</p>
            {again.then(|| view! { <p class="second" role="status">{kata::GOES_AGAIN}</p> })}
            {place.map(|href| view! { <a class="button" href=href>{kata::LOOK}</a> })}
            {(is_own && !again)
                .then(|| {
                    view! {
                        <button class="button button--plain" type="button" on:click=send_again>
                            {kata::SEND_AGAIN}
                        </button>
                    }
                })}
            <button class="textbutton" type="button" on:click=take>
                {kata::COPY}
            </button>
            {(!parked)
                .then(|| {
                    view! {
                        <button class="textbutton" type="button" on:click=park>
                            {kata::PARK}
                        </button>
                    }
                })}
        </section>
    }
}

/// Puts a text where it can be pasted from.
pub fn copy(text: String, said: RwSignal<String>) {
    spawn_local(async move {
        let done = JsFuture::from(window().navigator().clipboard().write_text(&text)).await;
        said.set(if done.is_ok() { kata::COPIED } else { umum::NOT_COPIED }.to_owned());
    });
}
