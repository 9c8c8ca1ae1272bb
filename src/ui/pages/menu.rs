//! The menu: lock, kader, PIN, room on this phone, version.

use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{self, berkas, kirim, kode, menu as kata, mulai, umum, waktu};
use crate::messages::{Failure, Gate, Reply, Request, StorageState};
use crate::ui::app::{lock, or_trouble, practise};
use crate::ui::components::{
    Dock, Icon, Line, Page, PinField, StageIcon, Submit, TopBar, focus_first_error, line, sends,
};
use crate::ui::context::{Watched, use_desk};
use crate::ui::drafts::keep_lines;
use crate::ui::pages::kirim::BACKUP_HREF;
use crate::ui::pages::sesi::meja::desks;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;
use crate::ui::shell;

/// The menu.
#[component]
pub fn MenuPage() -> impl IntoView {
    let desk = use_desk();
    let damaged = desk.me().map_or(0, |me| me.damaged);
    let room = Watched::of(move || {
        desk.refused_to_stay.track();
        desk.version.track();
        async move {
            match desk.ask(Request::Storage).await {
                Ok(Reply::Storage(state)) => Ok(state),
                Ok(_) => Err(Failure::Worker),
                Err(failure) => Err(failure),
            }
        }
    });
    let persist = move |_| spawn_local(desk.ask_to_stay());
    let forget = move |_| {
        spawn_local(async move {
            match desk.ask(Request::ForgetPractice).await {
                Ok(_) => practise(desk, false),
                Err(failure) => desk.gate.set(Some(Err(failure))),
            }
        });
    };
    view! {
        <TopBar title=kata::TITLE back="/" />
        <Page>
            {(damaged > 0)
                .then(|| {
                    view! {
                        <div class="notice" role="status">
                            <Icon name="awas" />
                            <p>{kata::damaged(damaged)}</p>
                        </div>
                    }
                })}
            <div class="rows">
                <Show when=move || !desk.practice.get()>
                    <a href="/kirim" class="row">
                        <Icon name="kirim" />
                        <span class="row__body">
                            <span class="row__name">{kirim::TITLE}</span>
                            <span class="row__line">
                                {move || match desk.carriage.with(|it| it.counts.needs_person()) {
                                    0 => kirim::MENU_HOW.to_owned(),
                                    count => kirim::refused(count),
                                }}
                            </span>
                        </span>
                        <Icon name="lanjut" />
                    </a>
                </Show>
                <a href="/menu/posyandu" class="row">
                    <Icon name="tempat" />
                    <span class="row__body">
                        <span class="row__name">{kata::POSYANDU}</span>
                        <span class="row__line">{kata::POSYANDU_HOW}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
                <Show when=move || !desk.practice.get()>
                    <button class="row" type="button" on:click=move |_| lock(desk)>
                        <Icon name="kunci" />
                        <span class="row__body">
                            <span class="row__name">{kata::LOCK}</span>
                            <span class="row__line">{kata::LOCK_HOW}</span>
                        </span>
                    </button>
                    <a href="/menu/kader" class="row">
                        <Icon name="warga" />
                        <span class="row__body">
                            <span class="row__name">{kata::KADER}</span>
                            <span class="row__line">{kata::KADER_HOW}</span>
                        </span>
                        <Icon name="lanjut" />
                    </a>
                    <a href=BACKUP_HREF class="row">
                        <Icon name="pulih" />
                        <span class="row__body">
                            <span class="row__name">{berkas::BACKUP}</span>
                            <span class="row__line">{move || backup_line(room.now())}</span>
                        </span>
                        <Icon name="lanjut" />
                    </a>
                    <a href="/kirim/kosongkan" class="row">
                        <Icon name="hapus" />
                        <span class="row__body">
                            <span class="row__name">{kata::EMPTY}</span>
                            <span class="row__line">{kata::EMPTY_WHEN}</span>
                        </span>
                        <Icon name="lanjut" />
                    </a>
                    <Show when=move || room.now().is_some_and(|it| it.is_ok_and(|it| it.is_closed))>
                        <a href="/menu/kode-lama" class="row">
                            <Icon name="kunci" />
                            <span class="row__body">
                                <span class="row__name">{kata::OLD_CODE}</span>
                                <span class="row__line">{kata::OLD_CODE_WHY}</span>
                            </span>
                            <Icon name="lanjut" />
                        </a>
                    </Show>
                    <a href="/menu/pin" class="row">
                        <Icon name="kunci" />
                        <span class="row__body">
                            <span class="row__name">{kata::CHANGE_PIN}</span>
                        </span>
                        <Icon name="lanjut" />
                    </a>
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
            {room.show(move |room| {
                    match room {
                        Ok(state) => {
                            let persisted = state.persisted;
                            view! {
                                <div class="notice notice--plain">
                                    <Icon name="hp" />
                                    <div>
                                        <p>{if persisted { kata::STAYS } else { kata::MAY_GO }}</p>
                                        <p class="second">{kata::room(&state)}</p>
                                        {state.is_low().then(|| view! { <p role="status">{kata::LITTLE_ROOM}</p> })}
                                        {(!persisted)
                                            .then(|| {
                                                view! {
                                                    <button class="textbutton" type="button" on:click=persist>
                                                        {kata::ASK_TO_STAY}
                                                    </button>
                                                }
                                            })}
                                        <Show when=move || !persisted && desk.refused_to_stay.get()>
                                            <p class="second" role="status">
                                                {kata::STAY_REFUSED}
                                                {move || (!desk.shell.with(|it| it.installed)).then_some(kata::INSTALL_FIRST)}
                                            </p>
                                        </Show>
                                    </div>
                                </div>
                            }
                        }
                        Err(failure) => failure.into_view(),
                    }
                })}
            <p class="second" role="status">
                {move || if desk.shell.with(|it| it.ready) { kata::READY_OFFLINE } else { kata::NOT_READY }}
            </p>
            <InstallOffer always=true />
            <crate::ui::pages::pulih::CopyOut />
            <p class="second">{kata::version(&version(), &built_on())}</p>
        </Page>
        <Dock>
            <UndoLine />
        </Dock>
    }
}

/// When the last backup was made.
fn backup_line(room: Option<Result<StorageState, Failure>>) -> String {
    room.and_then(Result::ok).map(|it| berkas::backup_made(it.backup_on)).unwrap_or_default()
}

/// The version of this app, as the build stamped it.
pub fn version() -> String {
    let meta = document().query_selector("meta[name=posyandu-version]").ok().flatten();
    meta.and_then(|it| it.get_attribute("content")).unwrap_or_default().chars().take(8).collect()
}

fn built_on() -> String {
    let seconds = crate::ui::app::built_at();
    let day = chrono::DateTime::from_timestamp(i64::try_from(seconds).unwrap_or(0), 0);
    day.map(|it| waktu::date_long(it.date_naive())).unwrap_or_default()
}

/// Offers to put the app on the home screen, the benefit first.
#[component]
pub fn InstallOffer(
    /// In the menu it is always offered; elsewhere a refusal is remembered for two weeks.
    #[prop(optional)]
    always: bool,
) -> impl IntoView {
    let desk = use_desk();
    let refused = RwSignal::new(!always && !shell::may_offer());
    let may = move || desk.shell.with(|it| it.install && !it.installed) && !refused.get();
    let refuse = move |_| {
        shell::refuse();
        refused.set(true);
    };
    // Whatever she answers in the browser's dialog: she was asked, and is not asked again at the next start.
    let install = move |_| {
        shell::refuse();
        shell::act(shell::Act::Install);
    };
    view! {
        <InApp />
        <Show when=may>
            <div class="notice">
                <crate::ui::components::Kembang size=40 />
                <div>
                    <p>
                        <b>{kata::INSTALL}</b>
                    </p>
                    <p class="second">{kata::INSTALL_WHY}</p>
                    <button class="textbutton" type="button" on:click=install>
                        {kata::INSTALL}
                    </button>
                    {(!always)
                        .then(|| {
                            view! {
                                <button class="textbutton" type="button" on:click=refuse>
                                    {kata::NOT_NOW}
                                </button>
                            }
                        })}
                </div>
            </div>
        </Show>
    }
}

/// Inside WhatsApp or Facebook: the way out, before anything is written there. What is kept there, Chrome does not have.
#[component]
pub fn InApp() -> impl IntoView {
    use_desk().shell.with_untracked(|it| it.in_app).then(|| {
        view! {
            <div class="notice">
                <Icon name="hp" />
                <div>
                    <p>{kata::IN_APP}</p>
                    <a class="textbutton" href=chrome_link()>
                        {kata::OPEN_IN_CHROME}
                    </a>
                </div>
            </div>
        }
    })
}

/// Android's way to hand an address to Chrome.
fn chrome_link() -> String {
    let host = window().location().host().unwrap_or_default();
    format!("intent://{host}/#Intent;scheme=https;package=com.android.chrome;end")
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
    // The name; the PIN is not kept.
    keep_lines(desk, "kader-baru".to_owned(), vec![nama]);
    let code = RwSignal::new(None::<Vec<String>>);
    let helped = RwSignal::new(None::<(String, String)>);
    let me = desk.me().map(|it| it.id).unwrap_or_default();
    let people = move || {
        desk.gate.with(|it| match it {
            Some(Ok(Gate::Open(me))) => me.people.clone(),
            _ => Vec::new(),
        })
    };
    let steps = desk.watch(|| Asked::Sesi(Query::Kader));
    // The gate holds the list of people: ask where things stand after every change.
    let look = move || async move {
        if let Ok(Reply::Gate(now)) = desk.ask(Request::Look).await {
            desk.gate.set(Some(Ok(now)));
        }
    };
    let submit = move |()| {
        pin_error.set(None);
        failure.set(None);
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
                    look().await;
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
            <TopBar title=kata::KADER back="/menu" />
            <Page>
                {failure}
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
                <div class="rows">
                    {move || {
    people().into_iter()
    .map(|person| view! {
                        <div class="row">
                            <StageIcon name="dewasa" />
                            <span class="row__body">
                                <span class="row__name">{person.1.clone()}</span>
                            </span>
                            {(person.0 != me)
                                .then(|| {
                                    let person = person.clone();
                                    let label = kata::help_whom(&person.1);
                                    view! {
                                        <button
                                            class="button button--plain button--small row__end"
                                            type="button"
                                            aria-label=label
                                            on:click=move |_| helped.set(Some(person.clone()))
                                        >
                                            {kata::HELP}
                                        </button>
                                    }
                                })}
                        </div>
                    })
    .collect_view()
    }}
                </div>
                {move || {
                    helped
                        .get()
                        .map(|(person, nama)| {
                            let done = move |groups: Vec<String>| {
                                helped.set(None);
                                code.set(Some(groups));
                            };
                            view! {
                                <HelpForm
                                    person=person
                                    nama=nama
                                    on_done=done
                                />
                            }
                        })
                }}
                <div class="section">
                    <h2 class="section__title">{kata::STEPS}</h2>
                </div>
                <p class="second">{kata::STEPS_HOW}</p>
                {steps.show(move |answer| {
                    or_trouble(
                        answer,
                        |it| match it {
                            Answer::Sesi(View::Kader(staff)) => desks(desk, String::new(), staff, failure).into_view(),
                            _ => Node::Nothing,
                        },
                    )
                })}
                <h2 class="section__title">{kata::ADD_KADER}</h2>
                <form on:submit=sends(submit) novalidate>
                    {line(
                        &Line { id: "kader", label: mulai::KADER_NAME, hint: mulai::KADER_NAME_HINT, ..Line::ASKED },
                        nama,
                        nama_error,
                    )}
                    <PinField
                        id="pin"
                        label=mulai::PIN_LABEL
                        hint=mulai::PIN_HINT
                        value=pin
                        error=pin_error
                    />
                    <Submit say=kata::ADD />
                </form>
                <a href="/kirim/kode/pindai" class="choice">
                    <Icon name="qr" />
                    <span class="choice__body">
                        <span class="choice__what">{kode::ADD_PHONE}</span>
                        <span class="choice__more">{kode::ADD_PHONE_HOW}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
            </Page>
            <Dock>
                <UndoLine />
            </Dock>
        }
}

/// A colleague forgot her PIN and her paper: a new PIN from an unlocked one.
#[component]
fn HelpForm(person: String, nama: String, #[prop(into)] on_done: Callback<Vec<String>>) -> impl IntoView {
    let desk = use_desk();
    let pin = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let person = StoredValue::new(person);
    let submit = move |()| {
        error.set(None);
        spawn_local(async move {
            let request = Request::HelpColleague { person: person.get_value(), secret: pin.get_untracked() };
            match desk.ask(request).await {
                Ok(Reply::Recovery { groups, .. }) => on_done.run(groups),
                Ok(_) => {}
                Err(failure) => {
                    error.set(Some(i18n::failure(&failure)));
                    focus_first_error();
                }
            }
        });
    };
    view! {
        <form on:submit=sends(submit) novalidate>
            <p class="second">{kata::HELP_HOW}</p>
            <PinField
                id="pin-teman"
                label=kata::new_pin_of(&nama)
                hint=mulai::PIN_HINT
                value=pin
                error=error
            />
            <Submit say=kata::HELP class="button--plain" />
        </form>
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
    let words = RwSignal::new(false);
    let done = RwSignal::new(false);
    let submit = move |()| {
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
        <TopBar title=kata::CHANGE_PIN back="/menu" />
        <Page>
            <p role="status">{move || done.get().then_some(kata::CHANGED)}</p>
            <form on:submit=sends(submit) novalidate>
                {move || {
                    let (inputmode, other, new_label, hint) = if words.get() {
                        ("text", mulai::USE_DIGITS, mulai::NEW_WORDS, mulai::WORDS_HINT)
                    } else {
                        ("numeric", mulai::USE_WORDS, mulai::NEW_PIN, mulai::PIN_HINT)
                    };
                    view! {
                        <PinField
                            id="pin-lama"
                            label=kata::OLD_PIN
                            value=old
                            error=old_error
                            in_use=true
                            inputmode=inputmode
                        />
                        <PinField
                            id="pin-baru"
                            label=new_label
                            hint=hint
                            value=new
                            error=new_error
                            inputmode=inputmode
                        />
                        <button class="textbutton" type="button" on:click=move |_| words.update(|it| *it = !*it)>
                            {other}
                        </button>
                    }
                }}
                <Submit say=umum::SAVE />
            </form>
        </Page>
    }
}
