//! Whom to call: before any form, without data, one tap to dial.

use wasm_bindgen::JsCast;

use super::form::CallMade;
use crate::domain::aduan::intake;
use crate::domain::aduan::own::{form, local_text};
use crate::domain::intent::aduan::CALLS;
use crate::domain::view;
use crate::domain::view::aduan::{Call, Card, Query, Sms, View};
use crate::i18n::aduan as kata;
use crate::messages::Request;
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Icon, Page, TopBar};
use crate::ui::context::{Desk, use_desk};
use crate::ui::prelude::*;
use crate::ui::router;

/// Every number, one tap away from the tab.
#[component]
pub fn EmergencyPage() -> impl IntoView {
    let desk = use_desk();
    let calls = RwSignal::new(Vec::<CallMade>::new());
    let record = Callback::new(move |()| {
        spawn_local(async move {
            let id = super::new_id();
            let mut draft = intake::Draft::default();
            draft.extra.insert(CALLS.into(), CallMade::to_json(&calls.get_untracked()));
            let body = draft.to_json().into_bytes();
            // Where it could not be kept the form opens empty; the calls are asked again on the complaint.
            let _ = desk.ask(Request::KeepDraft { form: form(&id), body }).await;
            router::go(&format!("/aduan/baru?draf={id}&langkah=1"));
        });
    });
    view! {
        <TopBar title=kata::CALL_NOW line=kata::CALL_HOW back="/aduan" />
        <EmergencyCard kategori=String::new() near=String::new() calls=calls on_done=record />
    }
}

/// The card of a category, or every number; what was tapped is noted.
#[component]
pub fn EmergencyCard(
    /// Code of the category; empty for every number.
    kategori: String,
    /// Dusun and RT, as far as they were told already.
    near: String,
    /// Calls noted so far.
    calls: RwSignal<Vec<CallMade>>,
    /// She called, or goes on without.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let desk = use_desk();
    let is_safe = RwSignal::new(false);
    let near = StoredValue::new(near);
    let answer = desk.watch(move || view::Query::Aduan(Query::Emergency { kategori: kategori.clone() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    move |it| match it {
                        view::View::Aduan(View::Emergency(card)) => {
                            let card = StoredValue::new(card);
                            view! {
                                <Show
                                    when=move || !card.with_value(|it| it.asks_safe) || is_safe.get()
                                    fallback=move || view! { <SafeToTalk is_safe=is_safe /> }
                                >
                                    <Numbers card=card.get_value() near=near calls=calls on_done=on_done />
                                </Show>
                            }
                        }
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn SafeToTalk(is_safe: RwSignal<bool>) -> impl IntoView {
    view! {
        <Page>
            <h2 class="wizard__ask book">{kata::SAFE_TITLE}</h2>
            <p>{kata::SAFE_LINE}</p>
        </Page>
        <Dock ruled=true>
            <a href="/" class="button button--plain">
                {kata::SAFE_NO}
            </a>
            <button class="button" type="button" on:click=move |_| is_safe.set(true)>
                <span class="button__grow">{kata::SAFE_YES}</span>
                <Icon name="lanjut" />
            </button>
        </Dock>
    }
}

/// Id of what is said without a signal.
const ALONE: &str = "sendiri";

#[component]
fn Numbers(
    card: Card,
    near: StoredValue<String>,
    calls: RwSignal<Vec<CallMade>>,
    on_done: Callback<()>,
) -> impl IntoView {
    let desk = use_desk();
    let Card { asks_safe, calls: numbers, local, sms } = card;
    let has_sms = sms.is_some();
    let sms = StoredValue::new(sms);
    // The browser knows when there is nothing at all; when it thinks that there is, she may know better.
    let says_so = RwSignal::new(false);
    let is_cut = RwSignal::new(!window().navigator().on_line());
    for event in ["offline", "online"] {
        let heard = window_event_listener_untyped(event, move |_| {
            let _ = is_cut.try_set(!window().navigator().on_line());
        });
        on_cleanup(move || heard.remove());
    }
    let is_alone = move || says_so.get() || is_cut.get();
    let say_so = move |_| {
        says_so.set(true);
        request_animation_frame(|| {
            let notice = document().get_element_by_id(ALONE).and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
            if let Some(notice) = notice {
                notice.scroll_into_view();
                let _ = notice.focus();
            }
        });
    };
    let list = move |numbers: Vec<Call>| {
        numbers.into_iter().map(move |it| view! { <li>{number(desk, it, calls)}</li> }).collect_view()
    };
    let has_local = !local.is_empty();
    view! {
        <Page>
            <Show when=move || has_sms && is_alone()>
                {sms.get_value().map(|it| view! { <Alone sms=*it near=near.get_value() /> })}
            </Show>
            <ul class="calls">{list(numbers)}</ul>
            {has_local
                .then(move || {
                    view! {
                        <div class="section">
                            <h2 class="section__title">{kata::LOCAL}</h2>
                        </div>
                        <ul class="calls">{list(local)}</ul>
                    }
                })}
        </Page>
        <Dock ruled=true>
            {if asks_safe {
                view! { <p class="second">{kata::NO_SIGNAL_QUIET}</p> }
            } else if has_sms {
                view! {
                    <Show when=move || !is_alone()>
                        <button class="textbutton" type="button" on:click=say_so>
                            {kata::NO_SIGNAL}
                        </button>
                    </Show>
                }
            } else {
                view! { <p class="second">{kata::NO_SIGNAL} " " {kata::BY_FOOT}</p> }
            }}
            <button class="button button--plain" type="button" on:click=move |_| on_done.run(())>
                <Icon name="tulis" />
                <span class="button__grow">{kata::CALLED}</span>
            </button>
        </Dock>
    }
}

/// Without a signal: a ready SMS, which needs less of one, and what needs none.
#[component]
fn Alone(sms: Sms, near: String) -> impl IntoView {
    let button = sms.to.as_ref().map(|to| {
        let text = String::from(js_sys::encode_uri_component(&kata::sms_text(&sms, &near)));
        let href = format!("sms:{}?body={text}", to.nomor);
        view! {
            <a class="button button--plain" href=href>
                <Icon name="pesan" />
                <span class="button__grow">{kata::sms_button(to)}</span>
            </a>
            <p class="second">{kata::CHECK_SMS}</p>
        }
    });
    view! {
        <div class="notice notice--danger alone" id=ALONE tabindex="-1">
            <Icon name="awas" />
            <div>
                <div role="status">
                    <p>
                        <b>{kata::ALONE}</b>
                    </p>
                    <p>{kata::BY_FOOT}</p>
                </div>
                {button}
            </div>
        </div>
    }
}

fn number(desk: Desk, call: Call, calls: RwSignal<Vec<CallMade>>) -> impl IntoView {
    let (name, more) = kata::call_words(&call);
    let href = if call.is_wa {
        format!("https://wa.me/62{}", call.nomor.trim_start_matches('0'))
    } else {
        format!("tel:{}", call.nomor)
    };
    // A long number stands under its name, where it has room.
    let is_long = call.nomor.len() > 5;
    let (under, beside) =
        if is_long { (Some(kata::grouped(&call.nomor)), None) } else { (None, Some(call.nomor.clone())) };
    let made = StoredValue::new((name.clone(), call.nomor.clone()));
    let tapped = move |_| {
        spawn_local(async move {
            // The corrected time of the posyandu, not the phone's.
            let query = view::Query::Aduan(Query::Form { id: String::new() });
            if let Ok(view::View::Aduan(View::Form(info))) = desk.view(query).await {
                let (kepada, nomor) = made.get_value();
                let waktu = local_text(info.now);
                calls.update(|it| {
                    it.retain(|known| known.nomor != nomor);
                    it.push(CallMade { kepada, nomor, waktu });
                });
            }
        });
    };
    view! {
        <a class="call" href=href on:click=tapped>
            <span class="call__mark">
                <Icon name=kata::call_icon(&call.id) size="l" />
            </span>
            <span class="call__body">
                <b>{name}</b>
                {under.map(|it| view! { <b>{it}</b> })}
                {(!more.is_empty()).then(|| view! { <span>{more}</span> })}
            </span>
            <span class="call__no">
                <Icon name=if call.is_wa { "pesan" } else { "telepon" } />
                {beside}
            </span>
        </a>
    }
}

/// The red entry that stands above every form.
#[component]
pub fn Alarm(
    /// Where it leads.
    #[prop(into)]
    href: String,
) -> impl IntoView {
    view! {
        <a href=href class="alarm">
            <Icon name="awas" size="l" />
            <span class="alarm__body">
                <b>{kata::DANGER_NOW}</b>
                <span>{kata::DANGER_HOW}</span>
            </span>
            <Icon name="lanjut" />
        </a>
    }
}
