//! Handing over by codes: who is handed over, the codes to show, the camera that reads them, and how an empty phone
//! comes in. What these screens do lies in the second file.

use wasm_bindgen::JsCast;

use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::kode as kata;
use crate::later::{self, Here};
use crate::messages::codes::{Answered, Asked as Ask, Visit};
use crate::messages::{Failure, Reply, Request, by_hand, wire};
use crate::ui::components::{CodeCamera, CodeShow, Dock, Empty, Icon, Page, PersonLine, TopBar, bring};
use crate::ui::context::{Desk, use_desk};
use crate::ui::prelude::*;
use crate::ui::router::param;

/// Asks the worker about codes.
pub(super) async fn ask(here: Here, desk: Desk, asked: Ask) -> Result<Answered, Failure> {
    let bytes = here.call(move || wire::write(&by_hand::Asked::Code(asked)));
    match desk.ask(Request::ByHand(bytes)).await? {
        Reply::ByHand(bytes) => here.call(|| match wire::read(&bytes) {
            by_hand::Answered::Code(answered) => Ok(answered),
            _ => Err(Failure::Worker),
        }),
        _ => Err(Failure::Worker),
    }
}

/// What these screens need, once it came.
pub(super) type Ready = RwSignal<Option<Result<Here, Failure>>>;

/// Brings the second file and what draws and reads codes.
pub(super) fn ready() -> Ready {
    let ready = RwSignal::new(None);
    spawn_local(async move {
        let brought = match (later::load().await, bring().await) {
            (Ok(here), Ok(())) => Ok(here),
            _ => Err(Failure::Unreachable),
        };
        ready.set(Some(brought));
    });
    ready
}

/// What was read and begun is forgotten when the screen is left: keys, and on an empty phone a PIN that was typed.
pub(super) fn forget_when_left() {
    on_cleanup(|| {
        if let Some(here) = later::here() {
            let desk = use_desk();
            spawn_local(here.run(async move {
                let _ = ask(here, desk, Ask::Forget).await;
            }));
        }
    });
}

/// What is new on the screen is read from here on.
pub(super) fn focus(id: &'static str) {
    request_animation_frame(move || {
        let found = document().get_element_by_id(id).and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
        if let Some(found) = found {
            let _ = found.focus();
        }
    });
}

/// Practice has no other phone.
fn in_practice() -> Option<Node> {
    use_desk().practice.get_untracked().then(|| {
        view! {
            <TopBar title=kata::TITLE back="/menu" />
            <Page>
                <p>{kata::NOT_IN_PRACTICE}</p>
            </Page>
        }
    })
}

/// Where handing over by codes begins.
#[component]
pub fn CodePage() -> impl IntoView {
    if let Some(practice) = in_practice() {
        return practice;
    }
    let desk = use_desk();
    let days = desk.watch(|| Asked::Sesi(Query::Days));
    view! {
        <TopBar title=kata::TITLE back="/kirim" />
        <Page>
            <a href="/kirim/kode/pindai" class="choice choice--main">
                <Icon name="qr" />
                <span class="choice__body">
                    <span class="choice__what">{kata::SCAN}</span>
                    <span class="choice__more">{kata::SCAN_HOW}</span>
                </span>
                <Icon name="lanjut" />
            </a>
            <h2 class="section__title">{kata::WHO}</h2>
            {days
                .show(|days| match days {
                    Ok(Answer::Sesi(View::Days(days))) => {
                        match days.open.into_iter().find(|it| !it.is_stale) {
                            Some(day) => view! { <Present sesi=day.sesi.id.to_string() /> },
                            None => view! { <Empty say=kata::NOBODY /> },
                        }
                    }
                    Ok(_) => Node::Nothing,
                    Err(failure) => failure.into_view(),
                })}
        </Page>
    }
}

/// Who came to a day.
#[component]
fn Present(sesi: String) -> impl IntoView {
    let desk = use_desk();
    let asked = sesi.clone();
    let day = desk.watch(move || Asked::Sesi(Query::Day { sesi: asked.clone(), station: 0 }));
    day.show(move |day| match day {
        Ok(Answer::Sesi(View::Day(day))) if day.came.is_empty() => view! { <Empty say=kata::NOBODY /> },
        Ok(Answer::Sesi(View::Day(day))) => {
            let lines = day.came.into_iter().map(|it| {
                let href = hand_over_href(&sesi, &it.row.id);
                view! { <PersonLine row=it.row href=href /> }
            });
            view! { <div class="rows">{lines.collect_view()}</div> }
        }
        Ok(_) => Node::Nothing,
        Err(failure) => failure.into_view(),
    })
}

/// Where somebody is handed over.
#[must_use]
pub fn hand_over_href(sesi: &str, sasaran: &str) -> String {
    format!("/kirim/kode/serah/{sesi}/{sasaran}")
}

/// The codes of one person's visit.
#[component]
pub fn GivePage() -> impl IntoView {
    if let Some(practice) = in_practice() {
        return practice;
    }
    let desk = use_desk();
    let ready = ready();
    let (sesi, orang) = (param("sesi"), param("orang"));
    let shown = RwSignal::new(None::<Result<Answered, Failure>>);
    Effect::new(move |_| {
        if let Some(Ok(here)) = ready.get() {
            let asked = Ask::HandOver { sesi: sesi.get_untracked(), sasaran: orang.get_untracked() };
            spawn_local(here.run(async move { shown.set(Some(ask(here, desk, asked).await)) }));
        }
    });
    let back = move || format!("/sesi/{}", sesi.get_untracked());
    view! {
        <TopBar title=kata::GIVE back=back() />
        <Page>
            {move || match (ready.get(), shown.get()) {
                (Some(Err(failure)), _) | (_, Some(Err(failure))) => failure.into_view(),
                (Some(Ok(here)), Some(Ok(answered))) => here.call(|| given(answered)),
                _ => Node::Nothing,
            }}
        </Page>
        <Dock>
            <a href=back() class="button">
                <span class="button__grow">{kata::DONE}</span>
                <Icon name="cek" />
            </a>
        </Dock>
    }
}

fn given(answered: Answered) -> Node {
    match answered {
        Answered::Codes(codes) => view! {
            <CodeShow codes=codes />
            <p class="second">{kata::GIVE_HOW}</p>
        },
        Answered::Not(trouble) => notice(kata::trouble(trouble)),
        _ => Node::Nothing,
    }
}

fn notice(words: &'static str) -> Node {
    view! {
        <div class="notice" role="alert">
            <Icon name="awas" />
            <p>{words}</p>
        </div>
    }
}

/// What the camera has found.
#[derive(Clone, Copy)]
struct Found {
    here: Here,
    desk: Desk,
    /// What fills the screen instead of the camera.
    shown: RwSignal<Option<Answered>>,
    say: RwSignal<String>,
    /// She is being let in.
    accepted: RwSignal<bool>,
    /// What both screens show while somebody comes in.
    number: RwSignal<Option<u16>>,
}

/// Where what was found is read from.
const FOUND: &str = "temuan";

/// The camera for visits, and for somebody who asks to come in.
#[component]
pub fn ScanPage() -> impl IntoView {
    if let Some(practice) = in_practice() {
        return practice;
    }
    let ready = ready();
    view! {
        <TopBar title=kata::SCAN back="/kirim/kode" />
        <Page>
            {move || match ready.get() {
                None => Node::Nothing,
                Some(Err(failure)) => failure.into_view(),
                Some(Ok(here)) => here.call(|| scan(here)),
            }}
        </Page>
    }
}

fn scan(here: Here) -> Node {
    let desk = use_desk();
    let say = RwSignal::new(String::new());
    let (accepted, number) = (RwSignal::new(false), RwSignal::new(None));
    let found = Found { here, desk, shown: RwSignal::new(None), say, accepted, number };
    spawn_local(here.run(async move {
        let _ = ask(here, desk, Ask::Forget).await;
    }));
    forget_when_left();
    let hear = Callback::new(move |text: String| spawn_local(here.run(found.hear(text))));
    view! {
        <div role="status">
            <p class="strong">{say}</p>
            {move || number.get().map(|it| view! { <p class="codes__number">{kata::number(it)}</p> })}
        </div>
        {move || match found.shown.get() {
            None => view! { <CodeCamera on_code=hear /> },
            Some(answered) => here.call(|| found.show(answered)),
        }}
    }
}

impl Found {
    async fn hear(self, text: String) {
        if text.contains(LINK) {
            self.say.set(kata::LINK_HERE.to_owned());
            return;
        }
        match ask(self.here, self.desk, Ask::Read { text }).await {
            Ok(Answered::Part { have, of }) => self.say.set(kata::part(have, of)),
            Ok(Answered::Not(trouble)) => self.say.set(kata::trouble(trouble).to_owned()),
            Ok(answered) => self.found(answered),
            Err(failure) => self.say.set(crate::i18n::failure(&failure)),
        }
    }

    /// It takes the camera's place, is read aloud, and read on from its title.
    fn found(self, answered: Answered) {
        self.say.set(match &answered {
            Answered::Visit(visit) => kata::brought(visit),
            Answered::Newcomer { .. } => kata::LET_HER_READ.to_owned(),
            Answered::Codes(_) => kata::ACCEPTED.to_owned(),
            _ => String::new(),
        });
        if let Answered::Newcomer { number, .. } = &answered {
            self.number.set(Some(*number));
        }
        self.shown.set(Some(answered));
        focus(FOUND);
    }

    /// Back to the camera.
    fn again(self) {
        self.say.set(String::new());
        self.number.set(None);
        self.shown.set(None);
    }

    fn show(self, answered: Answered) -> Node {
        match answered {
            Answered::Visit(visit) => self.visit(&visit),
            Answered::Newcomer { nama, codes, .. } => self.newcomer(&nama, codes),
            Answered::Codes(codes) => view! {
                <h2 class="section__title" id=FOUND tabindex="-1">
                    {kata::SHOW_ANSWER}
                </h2>
                <CodeShow codes=codes />
                <a href="/menu/kader" class="button">
                    <span class="button__grow">{kata::DONE}</span>
                    <Icon name="cek" />
                </a>
            },
            _ => Node::Nothing,
        }
    }

    fn visit(self, visit: &Visit) -> Node {
        let again = move |_| self.here.call(|| self.again());
        // At the desk where she waits now, she stands in sight.
        let step = visit.waits_at.map(|it| format!("?langkah={it}")).unwrap_or_default();
        let (day, back) = (format!("/sesi/{}{step}", visit.sesi), hand_over_href(&visit.sesi, &visit.sasaran));
        let person = (!visit.nama.is_empty()).then(|| {
            view! {
                <a href=format!("/warga/{}", visit.sasaran) class="row">
                    <span class="row__body">
                        <span class="row__name">{visit.nama.clone()}</span>
                        <span class="row__line">{kata::place(visit)}</span>
                    </span>
                    <Icon name="lanjut" />
                </a>
            }
        });
        view! {
            <section class="fix">
                <h2 class="section__title" id=FOUND tabindex="-1">
                    {kata::VISIT}
                </h2>
                {visit.nama.is_empty().then(|| view! { <p>{kata::place(visit)}</p> })}
                {(visit.unverified > 0).then(|| view! { <p class="second">{kata::unverified(visit.unverified)}</p> })}
                {kata::refused(visit).map(|it| view! { <p class="second">{it}</p> })}
            </section>
            <div class="rows">{person}</div>
            <div class="choices">
                <a href=day class="button">
                    <span class="button__grow">{kata::OPEN_LIST}</span>
                    <Icon name="lanjut" />
                </a>
                <button class="button button--plain" type="button" on:click=again>
                    <Icon name="qr" />
                    <span>{kata::SCAN_AGAIN}</span>
                </button>
            </div>
            <a href=back class="textbutton textbutton--wide">{kata::HAND_BACK}</a>
        }
    }

    /// Somebody asks to come in: the numbers are compared before anything of the posyandu is shown.
    fn newcomer(self, nama: &str, codes: Vec<String>) -> Node {
        let accept = move |_| {
            // Once.
            if !self.accepted.get_untracked() {
                self.accepted.set(true);
                spawn_local(self.here.run(self.accept()));
            }
        };
        let refuse = move |_| {
            self.here.call(|| self.again());
            spawn_local(self.here.run(async move {
                let _ = ask(self.here, self.desk, Ask::Forget).await;
            }));
        };
        view! {
            <h2 class="section__title" id=FOUND tabindex="-1">
                {kata::wants_in(nama)}
            </h2>
            <CodeShow codes=codes />
            <div class="choices">
                <button class="button" type="button" on:click=accept>
                    <span class="button__grow">{kata::ACCEPT}</span>
                    <Icon name="cek" />
                </button>
                <button class="button button--plain" type="button" on:click=refuse>
                    {kata::REFUSE}
                </button>
            </div>
        }
    }

    async fn accept(self) {
        match ask(self.here, self.desk, Ask::Accept).await {
            Ok(Answered::Not(trouble)) => self.say.set(kata::trouble(trouble).to_owned()),
            Ok(answered) => self.found(answered),
            Err(failure) => self.say.set(crate::i18n::failure(&failure)),
        }
        self.accepted.set(false);
    }
}

/// By which a link that connects a phone is known.
pub(super) const LINK: &str = "/aktifkan#";
