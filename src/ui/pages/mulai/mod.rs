//! The first minutes: how to begin, founding a posyandu, and the recovery code.

use crate::domain::area::Tempat;
use crate::domain::json::{self, Value, object};
use crate::i18n::{self, kirim, mulai as kata, umum};
use crate::messages::{FOUNDING, Failure, Founding, Reply, Request};
use crate::ui::app::{gate, practise, start_again};
use crate::ui::components::{
    Dock, FormPage, Icon, Line, Page, PinField, TextField, TopBar, focus_first_error, free_line, line,
};
use crate::ui::context::{Desk, use_desk};
use crate::ui::drafts::{self, Keeper};
use crate::ui::lazily::lazily;
use crate::ui::pages::kirim::aktif::ConnectPage;
use crate::ui::pages::kirim::gabung::JoinPage;
use crate::ui::pages::place::{Place, PlaceFields, PlaceForm, missing};
use crate::ui::pages::pulih::RestorePage;
use crate::ui::prelude::*;
use crate::ui::router;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    How,
    Link,
    Join,
    Restore,
    Posyandu,
    Place,
    Kader,
    Phones,
    Pin,
    Making,
    Code,
}

impl Step {
    /// Those that the back key and a reload know, with their words in the address.
    const NAMED: [(Self, &str); 8] = [
        (Self::Link, "tautan"),
        (Self::Join, "gabung"),
        (Self::Restore, "pulihkan"),
        (Self::Posyandu, "posyandu"),
        (Self::Place, "tempat"),
        (Self::Kader, "kader"),
        (Self::Phones, "telepon"),
        (Self::Pin, "pin"),
    ];

    fn word(self) -> Option<&'static str> {
        Self::NAMED.iter().find(|it| it.0 == self).map(|it| it.1)
    }

    fn of(word: Option<&str>) -> Self {
        Self::NAMED.iter().find(|it| Some(it.1) == word).map_or(Self::How, |it| it.0)
    }
}

/// The back key goes a step back, and a reload shows the step again.
fn follow_address(step: RwSignal<Step>) {
    let word = router::query("mulai");
    Effect::new(move |_| {
        let named = Step::of(word.get().as_deref());
        // What is being made has no way back.
        let now = step.get_untracked();
        if now != named && !matches!(now, Step::Making | Step::Code) {
            step.set(named);
        }
    });
    Effect::new(move |old: Option<Step>| {
        let now = step.get();
        let is_named = matches!(now, Step::How) || now.word().is_some();
        if old.is_some_and(|it| it != now) && is_named && Step::of(word.get_untracked().as_deref()) != now {
            router::turn(&now.word().map_or("/".to_owned(), |it| format!("/?mulai={it}")), false);
        }
        now
    });
}

/// Nothing is on this phone yet.
#[component]
pub fn Start() -> impl IntoView {
    let desk = use_desk();
    let is_link = crate::ui::pages::kirim::aktif::is_link();
    let step = RwSignal::new(if is_link { Step::Link } else { Step::How });
    let form = Form::new();
    form.keep(desk);
    if !is_link {
        follow_address(step);
    }
    view! {
        {move || match step.get() {
            Step::How => view! { <How step=step /> },
            Step::Link => lazily(move || {
                view! { <ConnectPage on_back=move |()| step.set(Step::How) on_join=move |()| step.set(Step::Join) /> }
            }),
            Step::Join => lazily(move || view! { <JoinPage on_back=move |()| step.set(Step::How) /> }),
            Step::Restore => view! { <RestorePage on_back=move |()| step.set(Step::How) /> },
            Step::Posyandu => view! { <PosyanduStep step=step form=form /> },
            Step::Place => view! { <PlaceStep step=step form=form /> },
            Step::Kader => view! { <KaderStep step=step form=form /> },
            Step::Phones => view! { <PhonesStep step=step form=form /> },
            Step::Pin => view! { <PinStep step=step form=form /> },
            Step::Making => {
                view! {
                    <TopBar title=kata::MAKING />
                    <Page>
                        <p role="status">{kata::MAKING}</p>
                    </Page>
                }
            }
            Step::Code => view! { <Code code=form.code /> },
        }}
    }
}

#[derive(Clone, Copy)]
struct Form {
    nama: RwSignal<String>,
    nomor: RwSignal<String>,
    place: Place,
    kader: RwSignal<String>,
    phones: [RwSignal<String>; 4],
    pin: RwSignal<String>,
    again: RwSignal<String>,
    pin_error: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
    code: RwSignal<Option<(Vec<String>, u8)>>,
}

impl Form {
    fn new() -> Self {
        let text = || RwSignal::new(String::new());
        Self {
            nama: text(),
            nomor: text(),
            place: Place::new(Tempat::default()),
            kader: text(),
            phones: [text(), text(), text(), text()],
            pin: text(),
            again: text(),
            pin_error: RwSignal::new(None),
            failure: RwSignal::new(None),
            code: RwSignal::new(None),
        }
    }

    /// What is kept between visits; the PIN is not.
    fn texts(self) -> [(&'static str, RwSignal<String>); 12] {
        let [bidan, puskesmas, desa, bpbd] = self.phones;
        [
            ("nama", self.nama),
            ("nomor", self.nomor),
            ("provinsi", self.place.provinsi),
            ("kabupaten", self.place.kabupaten),
            ("kecamatan", self.place.kecamatan),
            ("desa", self.place.desa),
            ("kode", self.place.kode),
            ("kader", self.kader),
            ("telepon_bidan", bidan),
            ("telepon_puskesmas", puskesmas),
            ("telepon_desa", desa),
            ("telepon_bpbd", bpbd),
        ]
    }

    /// Shows what was typed before, and keeps every change.
    fn keep(self, desk: Desk) {
        Keeper::new(desk, FOUNDING.to_owned(), move || {
            let typed = object(self.texts().map(|(name, text)| (name, text.with(|it| it.as_str().into()))));
            Value::Object(typed).canonical().into_bytes()
        });
        spawn_local(async move {
            let kept = drafts::read(desk, FOUNDING.to_owned()).await;
            let Some(kept) = kept.and_then(|it| json::parse(&String::from_utf8(it).ok()?).ok()) else { return };
            for (name, signal) in self.texts() {
                if let Some(text) = kept.get(name).and_then(Value::as_text)
                    && signal.try_with_untracked(String::is_empty) == Some(true)
                {
                    signal.set(text.to_owned());
                }
            }
        });
    }

    fn founding(self) -> Founding {
        let clean = |signal: RwSignal<String>| signal.with_untracked(|it| it.trim().to_owned());
        Founding {
            nama: clean(self.nama),
            tempat: self.place.tempat(),
            nomor_registrasi: clean(self.nomor),
            kader: clean(self.kader),
            secret: self.pin.get_untracked(),
            telepon: kata::PHONES.into_iter().map(str::to_owned).zip(self.phones.map(clean)).collect(),
        }
    }
}

#[component]
fn How(step: RwSignal<Step>) -> impl IntoView {
    let desk = use_desk();
    let begin = move |_| {
        if desk.practice.get_untracked() {
            practise(desk, false);
        }
        step.set(Step::Posyandu);
    };
    let is_inside = desk.shell.with_untracked(|it| it.in_app);
    let link = || {
        view! {
            <button class="choice choice--main" type="button" on:click=move |_| step.set(Step::Link)>
                <Icon name="tautan" />
                <span class="choice__body">
                    <span class="choice__what">{kirim::HAVE_LINK}</span>
                    <span class="choice__more">{kirim::HAVE_LINK_HOW}</span>
                </span>
                <Icon name="lanjut" />
            </button>
        }
    };
    view! {
        <header class="start__top">
            <crate::ui::components::Kembang size=250 />
            <h1 class="start__title book">{kata::TITLE_1} <br /> {kata::TITLE_2}</h1>
            // The way out needs the room, or the first button would lie under the dock.
            {(!is_inside).then(|| view! { <p class="start__line">{kata::LINE}</p> })}
        </header>
        <main class="page start__page">
            <crate::ui::pages::menu::InApp />
            <h2 class="section__title start__ask">{kata::HOW}</h2>
            <div class="choices">
                {(!is_inside).then(link)}
                <button class="choice" type="button" on:click=begin>
                    <Icon name="hp" />
                    <span class="choice__body">
                        <span class="choice__what">{kata::USE_HERE}</span>
                        <span class="choice__more">{kata::USE_HERE_HOW}</span>
                    </span>
                    <Icon name="lanjut" />
                </button>
                {is_inside.then(link)}
                <button class="choice choice--practice" type="button" on:click=move |_| practise(desk, true)>
                    <Icon name="latih" />
                    <span class="choice__body">
                        <span class="choice__what">{kata::PRACTISE}</span>
                    </span>
                    <Icon name="lanjut" />
                </button>
            </div>
        </main>
        <footer class="dock">
            <button class="textbutton textbutton--wide" type="button" on:click=move |_| step.set(Step::Restore)>
                {kata::RESTORE}
            </button>
        </footer>
    }
}

/// The practice is not on this phone yet, and there is no network to bring it.
#[component]
pub fn NoPractice() -> impl IntoView {
    let desk = use_desk();
    let again = move |_| {
        desk.gate.set(None);
        start_again(desk);
    };
    view! {
        <TopBar title=kata::PRACTISE />
        <Page>
            {Failure::Unreachable}
            <button class="button" type="button" on:click=again>
                {kata::TRY_AGAIN}
            </button>
            <button class="textbutton textbutton--wide" type="button" on:click=move |_| practise(desk, false)>
                {umum::BACK}
            </button>
        </Page>
    }
}

/// A step with a question, a way back and one green button.
#[component]
fn StepPage(
    #[prop(into)] title: String,
    number: u32,
    #[prop(into)] on_back: Callback<()>,
    #[prop(into)] on_next: Callback<()>,
    #[prop(into)] next: String,
    children: Children,
) -> impl IntoView {
    let submit = move |()| {
        on_next.run(());
    };
    view! {
        <header class="topbar">
            <button class="iconbutton" type="button" aria-label=umum::BACK on:click=move |_| on_back.run(())>
                <Icon name="kembali" />
            </button>
            <div class="topbar__title">
                <h1 class="topbar__name">{title}</h1>
                <p class="topbar__line">{kata::step(number, 5)}</p>
            </div>
        </header>
        <FormPage on_submit=submit say=next icon="lanjut">{children()}</FormPage>
    }
}

#[component]
fn PosyanduStep(step: RwSignal<Step>, form: Form) -> impl IntoView {
    let error = RwSignal::new(None);
    view! {
        <StepPage
            title=kata::POSYANDU_TITLE
            number=1
            on_back=move |()| step.set(Step::How)
            on_next=move |()| {
                if !missing(form.nama, error) {
                    step.set(Step::Place);
                }
            }
            next=umum::NEXT
        >
            {line(
                &Line { id: "nama", label: kata::POSYANDU_NAME, hint: kata::POSYANDU_NAME_HINT, ..Line::ASKED },
                form.nama,
                error,
            )}
            {free_line(
                &Line { id: "nomor", label: kata::REGISTRATION, hint: kata::REGISTRATION_HINT, ..Line::MAY },
                form.nomor,
            )}
        </StepPage>
    }
}

#[component]
fn PlaceStep(step: RwSignal<Step>, form: Form) -> impl IntoView {
    let place = PlaceForm::new(form.place);
    view! {
        <StepPage
            title=kata::PLACE_TITLE
            number=2
            on_back=move |()| step.set(Step::Posyandu)
            on_next=move |()| {
                if place.is_done() {
                    step.set(Step::Kader);
                }
            }
            next=umum::NEXT
        >
            <PlaceFields form=place />
        </StepPage>
    }
}

#[component]
fn KaderStep(step: RwSignal<Step>, form: Form) -> impl IntoView {
    let error = RwSignal::new(None);
    view! {
        <StepPage
            title=kata::KADER_TITLE
            number=3
            on_back=move |()| step.set(Step::Place)
            on_next=move |()| {
                if !missing(form.kader, error) {
                    step.set(Step::Phones);
                }
            }
            next=umum::NEXT
        >
            {line(
                &Line { id: "kader", label: kata::KADER_NAME, hint: kata::KADER_NAME_HINT, ..Line::ASKED },
                form.kader,
                error,
            )}
        </StepPage>
    }
}

#[component]
fn PhonesStep(step: RwSignal<Step>, form: Form) -> impl IntoView {
    view! {
        <StepPage
            title=kata::PHONES_TITLE
            number=4
            on_back=move |()| step.set(Step::Kader)
            on_next=move |()| step.set(Step::Pin)
            next=umum::NEXT
        >
            <p class="second">{kata::PHONES_LINE}</p>
            {phone_fields(form.phones)}
        </StepPage>
    }
}

/// The numbers to call in need, in the order of [`kata::PHONES`].
pub(super) fn phone_fields(phones: [RwSignal<String>; 4]) -> Node {
    let ids = ["bidan", "puskesmas", "kantor-desa", "bpbd"];
    let fields = ids.into_iter().zip(kata::PHONES).zip(phones).map(|((id, label), value)| {
        view! { <TextField id=id label=label.to_owned() value=value inputmode="tel" /> }
    });
    fields.collect_view().into_view()
}

#[component]
fn PinStep(step: RwSignal<Step>, form: Form) -> impl IntoView {
    let desk = use_desk();
    let again_error = RwSignal::new(None::<String>);
    let next = move |()| {
        form.failure.set(None);
        form.pin_error.set(None);
        let differs = form.pin.get_untracked() != form.again.get_untracked();
        again_error.set(differs.then(|| kata::PIN_DIFFERS.to_owned()));
        if differs {
            focus_first_error();
            return;
        }
        step.set(Step::Making);
        spawn_local(async move {
            match desk.ask(Request::Found(Box::new(form.founding()))).await {
                Ok(Reply::Recovery { groups, ask, .. }) => {
                    form.code.set(Some((groups, ask)));
                    step.set(Step::Code);
                }
                Ok(_) => step.set(Step::Pin),
                Err(failure) => {
                    if matches!(failure, Failure::WeakSecret(_)) {
                        form.pin_error.set(Some(i18n::failure(&failure)));
                        focus_first_error();
                    } else {
                        form.failure.set(Some(failure));
                    }
                    step.set(Step::Pin);
                }
            }
        });
    };
    view! {
        <StepPage
            title=kata::PIN_TITLE
            number=5
            on_back=move |()| step.set(Step::Phones)
            on_next=next
            next=kata::BEGIN
        >
            {form.failure}
            <PinField
                id="pin"
                label=kata::PIN_LABEL
                hint=kata::PIN_HINT
                value=form.pin
                error=form.pin_error
            />
            <PinField
                id="pin-lagi"
                label=kata::PIN_AGAIN
                value=form.again
                error=again_error
            />
        </StepPage>
    }
}

/// The recovery code, shown once, then four characters typed back.
#[component]
pub fn Code(
    /// Groups and which one to type back.
    code: RwSignal<Option<(Vec<String>, u8)>>,
) -> impl IntoView {
    let desk = use_desk();
    let checking = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let ask = move || code.with(|it| it.as_ref().map_or(0, |(_, ask)| *ask));
    let groups = move || code.with(|it| it.as_ref().map(|(groups, _)| groups.clone()).unwrap_or_default());
    let submit = move |()| {
        spawn_local(async move {
            let request = Request::ConfirmRecovery { group: ask(), typed: typed.get_untracked() };
            match desk.ask(request).await.and_then(gate) {
                Ok(open) => desk.gate.set(Some(Ok(open))),
                Err(failure) => {
                    error.set(Some(i18n::failure(&failure)));
                    focus_first_error();
                }
            }
        });
    };
    let back = move || {
        view! {
            <button class="textbutton textbutton--wide" type="button" on:click=move |_| checking.set(false)>
                {umum::BACK}
            </button>
        }
    };
    view! {
            <Show
                when=move || checking.get()
                fallback=move || {
                    view! {
                        <TopBar title=kata::CODE_TITLE />
                        <Page>
                            <ol class="code">
                                {move || {
    groups().into_iter()
    .map(|group| view! {
                                    <li class="code__group">{group}</li>
                                })
    .collect_view()
    }}
                            </ol>
                            <p class="second">{kata::CODE_WHY}</p>
                        </Page>
                        <Dock>
                            <button class="button" type="button" on:click=move |_| checking.set(true)>
                                <span class="button__grow">{kata::CODE_DONE}</span>
                                <Icon name="lanjut" />
                            </button>
                        </Dock>
                    }
                }
            >
                <TopBar title=kata::CODE_CHECK_TITLE />
                <FormPage on_submit=submit say=umum::NEXT icon="lanjut" above=back()>
                        <TextField
                            id="kotak"
                            label=Signal::derive(move || kata::which_group(ask()))
                            value=typed
                            error=error
                        />
        </FormPage>
            </Show>
        }
}

/// The code was shown and never typed back: make a new one.
#[component]
pub fn OwedCode() -> impl IntoView {
    let desk = use_desk();
    let code = RwSignal::new(None);
    let failure = RwSignal::new(None);
    let make = move |_| {
        spawn_local(async move {
            match desk.ask(Request::NewRecovery).await {
                Ok(Reply::Recovery { groups, ask, .. }) => code.set(Some((groups, ask))),
                Ok(_) => {}
                Err(error) => failure.set(Some(error)),
            }
        });
    };
    view! {
        <Show
            when=move || code.with(Option::is_some)
            fallback=move || {
                view! {
                    <TopBar title=kata::OWED_TITLE />
                    <Page>
                        <p>{kata::OWED_LINE}</p>
                        {failure}
                    </Page>
                    <Dock>
                        <button class="button" type="button" on:click=make>
                            {kata::OWED_MAKE}
                        </button>
                    </Dock>
                }
            }
        >
            <Code code=code />
        </Show>
    }
}
