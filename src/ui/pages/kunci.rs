//! The lock screen: who, and her PIN.

use crate::i18n::{self, mulai as kata};
use crate::messages::{Failure, LockScreen, Request};
use crate::ui::app::gate;
use crate::ui::components::{Icon, Kembang, Line, PinField, PinPad, StageIcon, Submit, TextField, TopBar, line, sends};
use crate::ui::context::{Desk, use_desk};
use crate::ui::prelude::*;

const LONGEST_PIN: usize = 12;

/// How often the rest of a wait is said.
const WAIT_STEP_MS: u64 = 10_000;

/// Who is using the phone, and her PIN.
#[component]
pub fn LockPage(
    /// What may be seen without a PIN.
    screen: LockScreen,
) -> impl IntoView {
    let desk = use_desk();
    let people = StoredValue::new(screen.people.clone());
    let first = screen.people.first().map(|it| it.id.clone()).unwrap_or_default();
    let who = RwSignal::new(first);
    let secret = RwSignal::new(String::new());
    let say = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let forgot = RwSignal::new(false);
    let words = RwSignal::new(false);
    let person = move || who.with(|id| people.with_value(|all| all.iter().find(|it| it.id == *id).cloned()));
    let wait_ms = RwSignal::new(screen.people.first().map_or(0, |it| it.wait_ms));
    // In steps, for every change is read aloud.
    let waits = Memo::new(move |_| wait_ms.get().next_multiple_of(WAIT_STEP_MS));
    let said = Signal::derive(move || if waits.get() > 0 { Some(i18n::wait(waits.get())) } else { say.get() });
    count_down(desk, wait_ms);
    let open = move || {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        say.set(None);
        spawn_local(async move {
            let request = Request::Unlock { person: who.get_untracked(), secret: secret.get_untracked() };
            let reply = desk.ask(request).await;
            busy.set(false);
            match reply.and_then(gate) {
                Ok(open) => desk.gate.set(Some(Ok(open))),
                Err(failure) => {
                    if let Failure::WrongSecret { wait_ms: ms, .. } = failure {
                        secret.set(String::new());
                        wait_ms.set(ms);
                    }
                    say.set(Some(i18n::failure(&failure)));
                }
            }
        });
    };
    let faces = screen.people.into_iter().map(|it| {
        let (id, chosen) = (it.id.clone(), it.id);
        view! {
            <label class="who">
                <input
                    type="radio"
                    name="kader"
                    prop:checked=move || who.with(|who| *who == id)
                    on:change=move |_| {
                        who.set(chosen.clone());
                        secret.set(String::new());
                        say.set(None);
                        wait_ms.set(person().map_or(0, |it| it.wait_ms));
                    }
                />
                <span class="who__face">
                    <StageIcon name="dewasa" />
                    <span class="who__tick">
                        <Icon name="cek" size="s" />
                    </span>
                </span>
                <span class="who__name">{it.nama}</span>
            </label>
        }
    });
    view! {
        <Show
            when=move || !forgot.get()
            fallback=move || view! { <Forgot person=who on_back=move |()| forgot.set(false) /> }
        >
            <header class="lock__top">
                <Kembang size=30 />
                <span class="book">{i18n::umum::posyandu(&screen.posyandu)}</span>
            </header>
        </Show>
        <div class:unseen=move || forgot.get() class="lock" inert=move || forgot.get()>
            <main class="lock__page">
                <h1 class="unseen">{kata::OPEN_WITH_PIN}</h1>
                <fieldset class="lock__who">
                    <legend class="section__title">{kata::WHO}</legend>
                    <div class="lock__people">{faces.collect_view()}</div>
                </fieldset>
                <p class="lock__ask">
                    <b>{move || person().map(|it| kata::pin_of(&it.nama))}</b>
                    <span class="second">{move || person().map(|it| kata::unfinished(it.drafts))}</span>
                </p>
                <Show
                    when=move || !words.get()
                    fallback=move || {
                        view! {
                            <TextField
                                id="sandi"
                                label=kata::PASSPHRASE
                                value=secret
                                error=said
                                kind="password"
                            />
                        }
                    }
                >
                    <p
                        class="dots"
                        role="img"
                        aria-label=move || kata::digits_typed(secret.with(|it| it.chars().count()))
                        aria-describedby="pin-salah"
                    >
                        {move || {
                            let typed = secret.with(|it| it.chars().count());
                            (0..typed.max(6))
                                .map(|place| view! { <i class=if place < typed { "dots__on" } else { "" }></i> })
                                .collect_view()
                        }}
                    </p>
                </Show>
                <p class="lock__say" role="alert" id="pin-salah">
                    {move || said.get().filter(|_| !words.get())}
                </p>
            </main>
            <footer class="lock__bottom">
                <div class="lock__open">
                    <button
                        class="button"
                        type="button"
                        aria-busy=move || busy.get().to_string()
                        aria-describedby="pin-salah"
                        on:click=move |_| open()
                    >
                        {move || if busy.get() { kata::OPENING } else { kata::OPEN }}
                    </button>
                    <button class="textbutton" type="button" on:click=move |_| {
                        words.update(|it| *it = !*it);
                        secret.set(String::new());
                    }>
                        {move || if words.get() { kata::USE_DIGITS } else { kata::USE_WORDS }}
                    </button>
                </div>
                <Show when=move || !words.get()>
                    <PinPad
                        on_digit=move |digit: u8| {
                            secret.update(|it| {
                                if it.len() < LONGEST_PIN {
                                    it.push(char::from(b'0' + digit.min(9)));
                                }
                            });
                        }
                        on_delete=move |()| {
                            secret.update(|it| {
                                it.pop();
                            });
                        }
                        corner=kata::FORGOT
                        on_corner=Callback::new(move |()| forgot.set(true))
                    />
                </Show>
            </footer>
        </div>
    }
}

/// Shows how a wait runs down; the worker counts for itself.
fn count_down(desk: Desk, wait_ms: RwSignal<u64>) {
    const STEP_MS: u64 = 1000;
    const LOOK_MS: u64 = 5000;
    let tick = leptos::prelude::set_interval_with_handle(
        move || {
            if wait_ms.get_untracked() > 0 {
                wait_ms.update(|it| *it = it.saturating_sub(STEP_MS));
                if wait_ms.get_untracked() % LOOK_MS < STEP_MS {
                    spawn_local(async move {
                        let _ = desk.ask(Request::Look).await;
                    });
                }
            }
        },
        std::time::Duration::from_millis(STEP_MS),
    );
    on_cleanup(move || {
        if let Ok(tick) = tick {
            tick.clear();
        }
    });
}

/// A forgotten PIN: the code on paper, or a colleague.
#[component]
fn Forgot(
    /// Who forgot.
    person: RwSignal<String>,
    /// Back to the PIN.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let desk = use_desk();
    let code = RwSignal::new(String::new());
    let secret = RwSignal::new(String::new());
    let code_error = RwSignal::new(None::<String>);
    let secret_error = RwSignal::new(None::<String>);
    let busy = RwSignal::new(false);
    let submit = move |()| {
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        code_error.set(None);
        secret_error.set(None);
        spawn_local(async move {
            let request = Request::Recover {
                person: person.get_untracked(),
                code: code.get_untracked(),
                secret: secret.get_untracked(),
            };
            let reply = desk.ask(request).await;
            busy.set(false);
            match reply.and_then(gate) {
                Ok(open) => desk.gate.set(Some(Ok(open))),
                Err(failure @ Failure::WeakSecret(_)) => secret_error.set(Some(i18n::failure(&failure))),
                Err(failure) => code_error.set(Some(i18n::failure(&failure))),
            }
        });
    };
    view! {
        <TopBar title=kata::FORGOT_TITLE>
            <button class="iconbutton" type="button" aria-label=i18n::umum::CLOSE on:click=move |_| on_back.run(())>
                <Icon name="tutup" />
            </button>
        </TopBar>
        <main class="page">
            <form on:submit=sends(submit) novalidate>
                <p class="second">{kata::FORGOT_HOW}</p>
                {line(&Line { id: "kode", label: kata::RECOVERY_CODE, ..Line::ASKED }, code, code_error)}
                <PinField
                    id="pin-baru"
                    label=kata::NEW_PIN
                    hint=kata::PIN_HINT
                    value=secret
                    error=secret_error
                />
                <Submit say=Signal::derive(move || if busy.get() { kata::OPENING } else { kata::OPEN_WITH_CODE }.to_owned()) />
            </form>
        </main>
    }
}
