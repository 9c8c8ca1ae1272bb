//! The menu: lock, kader, PIN, room on this phone, version.

use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;

use crate::i18n::{self, menu as kata, mulai, umum};
use crate::messages::{Failure, Reply, Request};
use crate::ui::app::{lock, practise};
use crate::ui::components::{Icon, Page, TextField, TopBar, Trouble, focus_first_error};
use crate::ui::context::use_desk;

/// The menu.
#[component]
pub fn MenuPage() -> impl IntoView {
    let desk = use_desk();
    let room = LocalResource::new(move || {
        desk.version.track();
        async move { desk.ask(Request::Storage).await }
    });
    let refused = RwSignal::new(false);
    let persist = move |_| {
        spawn_local(async move {
            let reply = desk.ask(Request::Persist).await;
            refused.set(matches!(&reply, Ok(Reply::Storage(state)) if !state.persisted));
            room.refetch();
        });
    };
    let forget = move |_| {
        spawn_local(async move {
            match desk.ask(Request::ForgetPractice).await {
                Ok(_) => practise(desk, false),
                Err(failure) => desk.gate.set(Some(Err(failure))),
            }
        });
    };
    view! {
        <TopBar title=kata::TITLE.to_owned() back="/" />
        <Page>
            <div class="rows">
                <Show when=move || !desk.practice.get()>
                    <button class="row" type="button" on:click=move |_| lock(desk)>
                        <Icon name="kunci" />
                        <span class="row__body">
                            <span class="row__name">{kata::LOCK}</span>
                            <span class="row__line">{kata::LOCK_HOW}</span>
                        </span>
                    </button>
                    <A href="/menu/kader" attr:class="row">
                        <Icon name="warga" />
                        <span class="row__body">
                            <span class="row__name">{kata::KADER}</span>
                            <span class="row__line">{kata::KADER_HOW}</span>
                        </span>
                        <Icon name="lanjut" />
                    </A>
                    <A href="/menu/pin" attr:class="row">
                        <Icon name="kunci" />
                        <span class="row__body">
                            <span class="row__name">{kata::CHANGE_PIN}</span>
                        </span>
                        <Icon name="lanjut" />
                    </A>
                </Show>
                <Show when=move || desk.practice.get()>
                    <button class="row" type="button" on:click=move |_| practise(desk, false)>
                        <Icon name="latih" />
                        <span class="row__body">
                            <span class="row__name">{mulai::LEAVE_PRACTICE}</span>
                        </span>
                    </button>
                    <button class="row" type="button" on:click=forget>
                        <Icon name="hapus" />
                        <span class="row__body">
                            <span class="row__name">{mulai::FORGET_PRACTICE}</span>
                            <span class="row__line">{mulai::FORGET_PRACTICE_HOW}</span>
                        </span>
                    </button>
                </Show>
            </div>
            <Transition>
                {move || Suspend::new(async move {
                    match room.await {
                        Ok(Reply::Storage(state)) => {
                            let persisted = state.persisted;
                            view! {
                                <div class="notice notice--plain">
                                    <Icon name="hp" />
                                    <div>
                                        <p>{if persisted { kata::STAYS } else { kata::MAY_GO }}</p>
                                        <p class="second">{kata::room(&state)}</p>
                                        {(!persisted)
                                            .then(|| {
                                                view! {
                                                    <button class="textbutton" type="button" on:click=persist>
                                                        {kata::ASK_TO_STAY}
                                                    </button>
                                                }
                                            })}
                                        <Show when=move || refused.get()>
                                            <p class="second" role="status">{kata::STAY_REFUSED}</p>
                                        </Show>
                                    </div>
                                </div>
                            }
                                .into_any()
                        }
                        Ok(_) => ().into_any(),
                        Err(failure) => view! { <Trouble failure=failure /> }.into_any(),
                    }
                })}
            </Transition>
        </Page>
    }
}

/// Kader on this phone: add one, or give one a new PIN.
#[component]
pub fn KaderPage() -> impl IntoView {
    let desk = use_desk();
    let nama = RwSignal::new(String::new());
    let pin = RwSignal::new(String::new());
    let nama_error = RwSignal::new(None::<String>);
    let pin_error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let code = RwSignal::new(None::<Vec<String>>);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        pin_error.set(None);
        let is_missing = nama.with_untracked(|it| it.trim().is_empty());
        nama_error.set(is_missing.then(|| i18n::problem(&crate::domain::form::Problem::Missing)));
        if is_missing {
            focus_first_error();
            return;
        }
        spawn_local(async move {
            let request = Request::AddKader { nama: nama.get_untracked(), secret: pin.get_untracked() };
            match desk.ask(request).await {
                Ok(Reply::Recovery { groups, .. }) => {
                    code.set(Some(groups));
                    nama.set(String::new());
                    pin.set(String::new());
                }
                Ok(_) => {}
                Err(error @ Failure::WeakSecret(_)) => {
                    pin_error.set(Some(i18n::failure(&error)));
                    focus_first_error();
                }
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        <TopBar title=kata::KADER.to_owned() back="/menu" />
        <Page>
            {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
            {move || {
                code.get()
                    .map(|groups| {
                        view! {
                            <section class="notice" role="status">
                                <Icon name="kunci" />
                                <div>
                                    <p>{mulai::CODE_TITLE}</p>
                                    <ol class="code">
                                        {groups
                                            .into_iter()
                                            .map(|it| view! { <li class="code__group">{it}</li> })
                                            .collect_view()}
                                    </ol>
                                    <p class="second">{mulai::CODE_WHY}</p>
                                </div>
                            </section>
                        }
                    })
            }}
            <h2 class="section__title">{kata::ADD_KADER}</h2>
            <form on:submit=submit novalidate>
                <TextField
                    id="kader"
                    label=mulai::KADER_NAME.to_owned()
                    hint=mulai::KADER_NAME_HINT.to_owned()
                    value=nama
                    error=nama_error
                />
                <TextField
                    id="pin"
                    label=mulai::PIN_LABEL.to_owned()
                    hint=mulai::PIN_HINT.to_owned()
                    value=pin
                    error=pin_error
                    inputmode="numeric"
                    kind="password"
                    autocomplete="new-password"
                />
                <button class="button" type="submit">
                    {kata::ADD}
                </button>
            </form>
        </Page>
    }
}

/// Another PIN.
#[component]
pub fn PinPage() -> impl IntoView {
    let desk = use_desk();
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(String::new());
    let old_error = RwSignal::new(None::<String>);
    let new_error = RwSignal::new(None::<String>);
    let done = RwSignal::new(false);
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        old_error.set(None);
        new_error.set(None);
        spawn_local(async move {
            let request = Request::ChangeSecret { old: old.get_untracked(), new: new.get_untracked() };
            match desk.ask(request).await {
                Ok(_) => {
                    done.set(true);
                    old.set(String::new());
                    new.set(String::new());
                }
                Err(error @ Failure::WeakSecret(_)) => new_error.set(Some(i18n::failure(&error))),
                Err(error) => old_error.set(Some(i18n::failure(&error))),
            }
            focus_first_error();
        });
    };
    view! {
        <TopBar title=kata::CHANGE_PIN.to_owned() back="/menu" />
        <Page>
            <p role="status">{move || done.get().then_some(kata::CHANGED)}</p>
            <form on:submit=submit novalidate>
                <TextField
                    id="pin-lama"
                    label=kata::OLD_PIN.to_owned()
                    value=old
                    error=old_error
                    inputmode="numeric"
                    kind="password"
                    autocomplete="current-password"
                />
                <TextField
                    id="pin-baru"
                    label=mulai::NEW_PIN.to_owned()
                    hint=mulai::PIN_HINT.to_owned()
                    value=new
                    error=new_error
                    inputmode="numeric"
                    kind="password"
                    autocomplete="new-password"
                />
                <button class="button" type="submit">
                    {umum::SAVE}
                </button>
            </form>
        </Page>
    }
}
