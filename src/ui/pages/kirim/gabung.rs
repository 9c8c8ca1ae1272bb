//! An empty phone and the camera: into the posyandu of a colleague, or to the link that was sent.

use super::kode::{LINK, ask, focus, forget_when_left, ready};
use crate::domain::form::Problem;
use crate::i18n::{self, kode as kata, mulai, umum};
use crate::later::Here;
use crate::messages::Failure;
use crate::messages::codes::{Answered, Asked as Ask};
use crate::ui::components::{
    CodeCamera, CodeShow, FormPage, Icon, Line, Page, PinField, TopBar, focus_first_error, line,
};
use crate::ui::context::{Desk, use_desk};
use crate::ui::pages::mulai::Code;
use crate::ui::prelude::*;

/// A button that looks for the link that was sent with the camera.
#[component]
pub fn ScanLink(
    /// Where it is put.
    link: RwSignal<String>,
    /// It is there.
    #[prop(into)]
    on_found: Callback<()>,
) -> impl IntoView {
    let looks = RwSignal::new(false);
    let say = RwSignal::new("");
    let hear = Callback::new(move |text: String| {
        if text.contains(LINK) {
            looks.set(false);
            link.set(text);
            on_found.run(());
        } else {
            say.set(kata::trouble(crate::messages::codes::Trouble::Foreign));
        }
    });
    view! {
        {move || {
            if !looks.get() {
                return view! {
                    <button class="button button--plain" type="button" on:click=move |_| looks.set(true)>
                        <Icon name="qr" />
                        <span>{kata::SCAN_LINK}</span>
                    </button>
                };
            }
            let ready = ready();
            view! {
                {move || match ready.get() {
                    None => Node::Nothing,
                    Some(Err(failure)) => failure.into_view(),
                    Some(Ok(_)) => view! { <CodeCamera on_code=hear /> },
                }}
                <p role="status">{say}</p>
            }
        }}
    }
}

/// Into the posyandu of a colleague whose phone is beside this one.
#[component]
pub fn JoinPage(
    /// Back to the beginning.
    #[prop(into)]
    on_back: Callback<()>,
) -> impl IntoView {
    let ready = ready();
    forget_when_left();
    let code = RwSignal::new(None::<(Vec<String>, u8)>);
    let bar = move || {
        view! {
            <TopBar title=kata::JOIN>
                <button class="iconbutton" type="button" aria-label=umum::CLOSE on:click=move |_| on_back.run(())>
                    <Icon name="tutup" />
                </button>
            </TopBar>
        }
    };
    view! {
        {move || {
            if code.with(Option::is_some) {
                return view! { <Code code=code /> };
            }
            match ready.get() {
                None => bar(),
                Some(Err(failure)) => view! {
                    {bar()}
                    <Page>{failure}</Page>
                },
                Some(Ok(here)) => view! {
                    {bar()}
                    {here.call(|| Join::new(here, code).view())}
                },
            }
        }}
    }
}

/// What stands on the screen once her code is made.
#[derive(Clone, PartialEq, Eq)]
enum Step {
    /// Her code.
    Code,
    /// The camera, for what the colleague's phone shows.
    Camera,
    /// Into this posyandu?
    Question(String),
}

/// Where a step is read from.
const STEP: &str = "langkah";

#[derive(Clone, Copy)]
struct Join {
    here: Here,
    desk: Desk,
    nama: RwSignal<String>,
    pin: RwSignal<String>,
    again: RwSignal<String>,
    nama_error: RwSignal<Option<String>>,
    pin_error: RwSignal<Option<String>>,
    again_error: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
    /// Her code, once it is made.
    codes: RwSignal<Vec<String>>,
    step: RwSignal<Step>,
    number: RwSignal<Option<u16>>,
    say: RwSignal<String>,
    done: RwSignal<Option<(Vec<String>, u8)>>,
}

impl Join {
    fn new(here: Here, done: RwSignal<Option<(Vec<String>, u8)>>) -> Self {
        let text = || RwSignal::new(String::new());
        let error = || RwSignal::new(None);
        Self {
            here,
            desk: use_desk(),
            nama: text(),
            pin: text(),
            again: text(),
            nama_error: error(),
            pin_error: error(),
            again_error: error(),
            failure: RwSignal::new(None),
            codes: RwSignal::new(Vec::new()),
            step: RwSignal::new(Step::Code),
            number: RwSignal::new(None),
            say: text(),
            done,
        }
    }

    fn view(self) -> Node {
        view! {
            {move || {
                let here = self.here;
                match self.codes.get() {
                    codes if codes.is_empty() => here.call(|| self.form()),
                    codes => here.call(|| self.meeting(codes)),
                }
            }}
        }
    }

    fn form(self) -> Node {
        let submit = move |()| self.here.call(|| self.submit());
        view! {
            <FormPage on_submit=submit say=kata::MAKE_CODE icon="lanjut">
                {self.failure}
                {line(
                    &Line { id: "kader", label: kata::JOIN_NAME, hint: kata::JOIN_NAME_HINT, ..Line::ASKED },
                    self.nama,
                    self.nama_error,
                )}
                <PinField
                    id="pin"
                    label=mulai::PIN_LABEL
                    hint=mulai::PIN_HINT
                    value=self.pin
                    error=self.pin_error
                />
                <PinField id="pin-lagi" label=mulai::PIN_AGAIN value=self.again error=self.again_error />
            </FormPage>
        }
    }

    fn submit(self) {
        let is_missing = self.nama.with_untracked(|it| it.trim().is_empty());
        let differs = self.pin.get_untracked() != self.again.get_untracked();
        self.failure.set(None);
        self.pin_error.set(None);
        self.nama_error.set(is_missing.then(|| i18n::problem(&Problem::Missing)));
        self.again_error.set(differs.then(|| mulai::PIN_DIFFERS.to_owned()));
        if is_missing || differs {
            focus_first_error();
            return;
        }
        let asked = Ask::Join { nama: self.nama.get_untracked(), pin: self.pin.get_untracked() };
        spawn_local(self.here.run(async move {
            match ask(self.here, self.desk, asked).await {
                Ok(Answered::Codes(codes)) => {
                    self.number.set(None);
                    self.say.set(String::new());
                    self.codes.set(codes);
                    self.go(Step::Code);
                }
                Ok(_) => {}
                Err(error @ Failure::WeakSecret(_)) => {
                    self.pin_error.set(Some(i18n::failure(&error)));
                    focus_first_error();
                }
                Err(error) => self.failure.set(Some(error)),
            }
        }));
    }

    fn go(self, step: Step) {
        self.step.set(step);
        focus(STEP);
    }

    /// From her code on. What is said, and the number, stand in one place that is read aloud when it changes.
    fn meeting(self, codes: Vec<String>) -> Node {
        let here = self.here;
        let title = move || {
            here.call(|| match self.step.get() {
                Step::Code => kata::SHOW_THIS.to_owned(),
                Step::Camera => kata::SCAN_THEIRS.to_owned(),
                Step::Question(posyandu) => kata::into_which(&posyandu),
            })
        };
        let number = move || {
            here.call(|| {
                let how =
                    if matches!(self.step.get(), Step::Question(_)) { kata::LOOK_AGAIN } else { kata::SAME_NUMBER };
                self.number.get().map(|number| {
                    view! {
                        <p class="codes__number">{kata::number(number)}</p>
                        <p>{how}</p>
                    }
                })
            })
        };
        view! {
            <Page>
                <h2 class="section__title" id=STEP tabindex="-1">
                    {title}
                </h2>
                <div role="status">
                    {number}
                    <p class="strong">{self.say}</p>
                </div>
                {self.failure}
                {move || {
                    here.call(|| match self.step.get() {
                        Step::Code => self.code(codes.clone()),
                        Step::Camera => self.camera(),
                        Step::Question(_) => self.question(),
                    })
                }}
            </Page>
        }
    }

    fn code(self, codes: Vec<String>) -> Node {
        let here = self.here;
        let look = move |_| here.call(|| self.go(Step::Camera));
        view! {
            <CodeShow codes=codes />
            <p class="second">{kata::SHOW_THIS_HOW}</p>
            <button class="button" type="button" on:click=look>
                <span class="button__grow">{kata::SHOWN}</span>
                <Icon name="lanjut" />
            </button>
        }
    }

    fn camera(self) -> Node {
        let here = self.here;
        let hear = Callback::new(move |text: String| spawn_local(here.run(self.hear(text))));
        let back = move |_| here.call(|| self.go(Step::Code));
        view! {
            <CodeCamera on_code=hear />
            <button class="textbutton textbutton--wide" type="button" on:click=back>
                {umum::BACK}
            </button>
        }
    }

    /// Everything has come, and nothing is written: she says whether it is hers.
    fn question(self) -> Node {
        let here = self.here;
        let enter = move |_| spawn_local(here.run(self.enter()));
        let leave = move |_| {
            here.call(|| {
                self.codes.set(Vec::new());
                spawn_local(here.run(async move {
                    let _ = ask(here, self.desk, Ask::Forget).await;
                }));
            });
        };
        view! {
            <div class="choices">
                <button class="button" type="button" on:click=enter>
                    <span class="button__grow">{kata::COME_IN}</span>
                    <Icon name="cek" />
                </button>
                <button class="button button--plain" type="button" on:click=leave>
                    {kata::NOT_THIS}
                </button>
            </div>
        }
    }

    async fn hear(self, text: String) {
        self.failure.set(None);
        match ask(self.here, self.desk, Ask::Read { text }).await {
            Ok(Answered::Number(number)) => {
                self.say.set(String::new());
                self.number.set(Some(number));
            }
            Ok(Answered::Part { have, of }) => self.say.set(kata::part(have, of)),
            Ok(Answered::Invited { posyandu, number }) => {
                self.say.set(String::new());
                self.number.set(Some(number));
                self.go(Step::Question(posyandu));
            }
            Ok(Answered::Not(trouble)) => self.say.set(kata::trouble(trouble).to_owned()),
            Ok(_) => {}
            Err(Failure::Clock) => self.say.set(kata::CLOCK_BEHIND.to_owned()),
            Err(error) => self.failure.set(Some(error)),
        }
    }

    async fn enter(self) {
        self.failure.set(None);
        self.say.set(kata::COMING_IN.to_owned());
        match ask(self.here, self.desk, Ask::ComeIn).await {
            Ok(Answered::Recovery { groups, ask }) => {
                self.pin.set(String::new());
                self.again.set(String::new());
                self.done.set(Some((groups, ask)));
            }
            Ok(Answered::Not(trouble)) => self.say.set(kata::trouble(trouble).to_owned()),
            Ok(_) => {}
            Err(error) => {
                self.say.set(String::new());
                self.failure.set(Some(error));
            }
        }
    }
}
