//! Being connected: the link is read, what it offers is shown, and one press takes it up.

use super::gabung::ScanLink;
use crate::i18n::{self, kirim as kata, kode, mulai, umum};
use crate::messages::{Failure, OfferShown, Reply, Request};
use crate::ui::app::gate;
use crate::ui::components::{FormPage, Icon, Line, PinField, TopBar, focus_first_error, line};
use crate::ui::context::use_desk;
use crate::ui::pages::mulai::Code;
use crate::ui::prelude::*;
use crate::ui::router;

/// The link in the address, if there is one; it does not stay there.
fn link_in_address() -> String {
    let location = window().location();
    if location.hash().unwrap_or_default().len() < 2 {
        return String::new();
    }
    let link = location.href().unwrap_or_default();
    // Nor does the back key know it.
    router::forget_hash();
    link
}

/// Whether the page was opened by a link.
#[must_use]
pub fn is_link() -> bool {
    window().location().pathname().is_ok_and(|it| it == "/aktifkan")
}

/// Reads a link and connects.
#[component]
pub fn ConnectPage(
    /// Back to the beginning, on an empty phone.
    #[prop(into, optional)]
    on_back: Option<Callback<()>>,
    /// Without a link, on an empty phone: by codes, into the posyandu of a colleague.
    #[prop(into, optional)]
    on_join: Option<Callback<()>>,
) -> impl IntoView {
    let desk = use_desk();
    let link = RwSignal::new(link_in_address());
    let (pin, again) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let link_error = RwSignal::new(None::<String>);
    let pin_error = RwSignal::new(None::<String>);
    let again_error = RwSignal::new(None::<String>);
    let offer = RwSignal::new(None::<OfferShown>);
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let code = RwSignal::new(None::<(Vec<String>, u8)>);
    let look = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        link_error.set(None);
        spawn_local(async move {
            let reply = desk.ask(Request::Offer { link: link.get_untracked() }).await;
            busy.set(false);
            match reply {
                Ok(Reply::Offer(it)) => offer.set(Some(it)),
                Ok(_) => {}
                Err(error) => {
                    link_error.set(Some(i18n::failure(&error)));
                    focus_first_error();
                }
            }
        });
    };
    let connect = move |is_new: bool| {
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        pin_error.set(None);
        let differs = is_new && pin.get_untracked() != again.get_untracked();
        again_error.set(differs.then(|| mulai::PIN_DIFFERS.to_owned()));
        if differs {
            focus_first_error();
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let secret = is_new.then(|| pin.get_untracked());
            let reply = desk.ask(Request::Connect { pin: secret }).await;
            busy.set(false);
            match reply {
                Ok(Reply::Recovery { groups, ask, .. }) => {
                    router::turn("/", true);
                    code.set(Some((groups, ask)));
                }
                Ok(reply) => {
                    if let Ok(open) = gate(reply) {
                        desk.gate.set(Some(Ok(open)));
                        router::go_instead("/kirim");
                    }
                }
                Err(error @ Failure::WeakSecret(_)) => {
                    pin_error.set(Some(i18n::failure(&error)));
                    focus_first_error();
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    let submit = move |()| match offer.get_untracked() {
        None => look(),
        Some(it) => connect(it.is_new),
    };
    if !link.with_untracked(String::is_empty) {
        look();
    }
    let say = Signal::derive(move || {
        let word = match (busy.get(), offer.with(Option::is_some)) {
            (true, _) => kata::CONNECTING,
            (false, true) => kata::CONNECT,
            (false, false) => kata::LOOK_UP,
        };
        word.to_owned()
    });
    view! {
        {move || {
            if code.with(Option::is_some) {
                return view! { <Code code=code /> };
            }
            let bar = match on_back {
                Some(on_back) => view! {
                    <TopBar title=kata::CONNECT_TITLE>
                        <button
                            class="iconbutton"
                            type="button"
                            aria-label=umum::CLOSE
                            on:click=move |_| on_back.run(())
                        >
                            <Icon name="tutup" />
                        </button>
                    </TopBar>
                },
                None => view! { <TopBar title=kata::CONNECT_TITLE back="/kirim" /> },
            };
            view! {
                {bar}
                <FormPage on_submit=submit say=say icon="lanjut">
                    {failure}
                    {move || match offer.get() {
                        None => {
                            let asked = line(
                                &Line { id: "tautan", label: kata::LINK_LABEL, hint: kata::LINK_HINT, ..Line::ASKED },
                                link,
                                link_error,
                            );
                            view! {
                                {asked}
                                <div class="choices">
                                <ScanLink link=link on_found=move |()| look() />
                                {on_join
                                    .map(|on_join| {
                                        view! {
                                            <button
                                                class="choice"
                                                type="button"
                                                on:click=move |_| on_join.run(())
                                            >
                                                <Icon name="hp" />
                                                <span class="choice__body">
                                                    <span class="choice__what">{kode::JOIN}</span>
                                                    <span class="choice__more">{kode::JOIN_HOW}</span>
                                                </span>
                                                <Icon name="lanjut" />
                                            </button>
                                        }
                                    })}
                                </div>
                            }
                        }
                        Some(it) => {
                            let place = if it.posyandu.is_empty() { String::new() } else { umum::posyandu(&it.posyandu) };
                            let is_new = it.is_new;
                            view! {
                                <section class="fix">
                                    <p class="second">{kata::IS_THIS_YOU}</p>
                                    <h2 class="fix__title book">{it.nama}</h2>
                                    <p>{kata::roles(&it.roles)} <br /> {place}</p>
                                    {(!it.here.is_empty()).then(|| view! { <p>{kata::other_name(&it.here)}</p> })}
                                    {it.practice.then(|| view! { <p class="second">{kata::PRACTICE_PLACE}</p> })}
                                </section>
                                {(!is_new).then(|| view! { <p>{kata::CONNECT_ALL}</p> })}
                                {is_new
                                    .then(|| {
                                        view! {
                                            <p class="second">{kata::PIN_HOW}</p>
                                            <PinField
                                                id="pin"
                                                label=mulai::PIN_LABEL
                                                hint=mulai::PIN_HINT
                                                value=pin
                                                error=pin_error
                                            />
                                            <PinField
                                                id="pin-lagi"
                                                label=mulai::PIN_AGAIN
                                                value=again
                                                error=again_error
                                            />
                                        }
                                    })}
                            }
                        }
                    }}
                </FormPage>
            }
        }}
    }
}
