//! The slip: number, code, promise; share or copy. Nothing on it names what a neutral one must not.

use wasm_bindgen_futures::JsFuture;

use crate::domain::view;
use crate::domain::view::aduan::{Query, Receipt, View};
use crate::i18n::{aduan as kata, umum, waktu};
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Icon, Page};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;
use crate::ui::router;

/// `/aduan/:id/tanda-terima`
#[component]
pub fn ReceiptPage() -> impl IntoView {
    let desk = use_desk();
    let id = router::param("id");
    let answer = desk.watch(move || view::Query::Aduan(Query::Receipt { id: id.get() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    |it| match it {
                        view::View::Aduan(View::Receipt(it)) => view! { <Slip it=*it /> },
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn Slip(it: Receipt) -> impl IntoView {
    let said = RwSignal::new(None::<&'static str>);
    let text = kata::share_text(&it);
    let share = move |_| {
        let text = text.clone();
        spawn_local(async move { said.set(share_text(&text).await) });
    };
    let is_neutral = it.tentang.is_none();
    let (title, bidang) = it.tentang.unwrap_or((kata::NEUTRAL.to_owned(), String::new()));
    let [first, second] = it.nomor;
    let time = format!("{}, {}", waktu::date_short(it.submitted.date()), waktu::time(it.submitted));
    view! {
        <Page>
            <h1 class="receipt__done" tabindex="-1" id="judul">
                <Icon name="cek" />
                {if is_neutral { kata::TAKEN_NEUTRAL } else { kata::TAKEN }}
            </h1>
            <section class="receipt" aria-label=kata::RECEIPT>
                <p class=format!("receipt__head {}", kata::bidang_class(&bidang))>
                    <span class="mark mark--s">
                        <Icon name=kata::bidang_icon(&bidang) />
                    </span>
                    <span>
                        <b>{title}</b>
                        <span class="second">{umum::posyandu(&it.posyandu)} <br /> {time}</span>
                    </span>
                </p>
                <p class="receipt__label">{if is_neutral { kata::NUMBER_NEUTRAL } else { kata::NUMBER }}</p>
                <p class="receipt__no">
                    <span>{first}</span>
                    <span>{format!("-{second}")}</span>
                </p>
                {it
                    .kode
                    .map(|kode| {
                        view! {
                            <div class="receipt__two">
                                <div>
                                    <p class="receipt__label">{kata::CODE}</p>
                                    <p class="receipt__code">{kode}</p>
                                    <p class="second">{kata::CODE_ONLY}</p>
                                </div>
                            </div>
                        }
                    })}
                {it
                    .urgent
                    .map(|(minutes, call)| {
                        view! {
                            <div class="notice notice--danger">
                                <Icon name="awas" />
                                <p>
                                    <b>{kata::connect_within(minutes)}</b>
                                </p>
                            </div>
                            {call
                                .map(|call| {
                                    view! {
                                        <a class="button button--danger" href=format!("tel:{}", call.nomor)>
                                            <Icon name="telepon" />
                                            <span class="button__grow">{kata::call_button(&call)}</span>
                                        </a>
                                    }
                                })}
                        }
                    })}
                {it
                    .due
                    .map(|due| {
                        view! {
                            <p class="receipt__due">
                                <Icon name="jam" />
                                <span>
                                    {kata::CHECKED_BY} <b>{kata::due_day(&due)}</b> {kata::BY_PENGURUS}
                                </span>
                            </p>
                        }
                    })}
            </section>
            {it.has_no_answer.then(|| view! { <p class="second">{kata::NOBODY_WARNING}</p> })}
        </Page>
        <Dock>
            <p class="second" role="status">
                {move || said.get()}
            </p>
            <button class="button button--plain" type="button" on:click=share>
                <Icon name="bagi" />
                <span class="button__grow">{kata::SHARE}</span>
            </button>
            <a href="/aduan" class="button">
                <span class="button__grow">{umum::FINISH}</span>
                <Icon name="lanjut" />
            </a>
        </Dock>
    }
}

/// The share sheet, else the clipboard; what to say afterwards.
async fn share_text(text: &str) -> Option<&'static str> {
    let navigator = window().navigator();
    let can = |name: &str| js_sys::Reflect::has(&navigator, &name.into()).unwrap_or(false);
    if can("share") {
        let data = web_sys::ShareData::new();
        data.set_text(text);
        // Closing the sheet is no failure.
        let _ = JsFuture::from(navigator.share_with_data(&data)).await;
        return None;
    }
    if can("clipboard") && JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok() {
        return Some(kata::COPIED);
    }
    Some(kata::NOT_SHARED)
}
