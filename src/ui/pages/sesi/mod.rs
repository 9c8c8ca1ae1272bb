//! Open days: the tab, the stations, measuring, its answer, the charts, closing.
//!
//! Addresses hold ids and steps only. What is typed lives in drafts, what it means in `domain`.

mod chart;
pub mod day;
pub mod days;
pub mod elsewhere;
pub mod hasil;
pub mod kartu;
pub mod kms;
pub mod meja;
pub mod rencana;
pub mod tutup;
pub mod ukur;

use crate::domain::form::card::{self, Answers};
use crate::domain::intent::Intent;
use crate::domain::view::PersonRow;
use crate::i18n::{self, umum};
use crate::messages::{Failure, Reply, Request};
use crate::ui::components::{Icon, StageIcon};
use crate::ui::context::Desk;
use crate::ui::pages::undo::offer_undo;
use crate::ui::prelude::*;
use crate::ui::router::{param, query};

pub use days::SesiPage;

/// The station in the address; measuring without one.
fn station_query() -> Memo<u8> {
    let word = query("langkah");
    Memo::new(move |_| word.get().and_then(|it| it.parse().ok()).filter(|it| (1..=5).contains(it)).unwrap_or(2))
}

/// The page of an open day, or the charts of a person visited elsewhere.
fn home_of(sesi: &str, orang: &str) -> String {
    let is_open_day = crate::domain::sesi::SesiId::parse(sesi).is_some_and(|it| it.is_open_day());
    if is_open_day { format!("/sesi/{sesi}") } else { format!("/kms/{orang}") }
}

/// Saves, offers to take it back, and goes on; what went wrong is shown by the page.
fn save(
    desk: Desk,
    intent: Intent,
    what: String,
    failure: RwSignal<Option<Failure>>,
    then: impl FnOnce(String) + 'static,
) {
    spawn_local(async move {
        match desk.save(intent).await {
            Ok(saved) => {
                failure.set(None);
                let subject = saved.subject.clone();
                offer_undo(desk, what, saved);
                then(subject);
            }
            Err(error) => failure.set(Some(error)),
        }
    });
}

/// The head of a screen about one person.
#[component]
fn PersonHead(
    /// Who.
    row: PersonRow,
    /// Under the name.
    #[prop(into)]
    line: String,
    /// Where back leads.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let icon = i18n::warga::stage_icon(&row);
    view! {
        <header class="person">
            <a href=back class="iconbutton" aria-label=umum::BACK>
                <Icon name="kembali" />
            </a>
            <StageIcon name=icon />
            <div>
                <h1 class="person__name" tabindex="-1" id="judul">
                    {row.nama}
                </h1>
                <p class="person__line">{line}</p>
            </div>
        </header>
    }
}

/// A form that is kept on every change.
#[derive(Clone, Copy)]
struct Draft {
    desk: Desk,
    form: StoredValue<String>,
    /// Number of the last change.
    last: StoredValue<u32>,
    /// When the last change was confirmed, hour and minute.
    kept: RwSignal<Option<(u32, u32)>>,
    failure: RwSignal<Option<Failure>>,
}

impl Draft {
    fn new(desk: Desk, form: String, failure: RwSignal<Option<Failure>>) -> Self {
        Self { desk, form: StoredValue::new(form), last: StoredValue::new(0), kept: RwSignal::new(None), failure }
    }

    fn form(self) -> String {
        self.form.get_value()
    }

    fn keep(self, answers: &Answers) {
        let number = self.last.get_value().wrapping_add(1);
        self.last.set_value(number);
        self.kept.set(None);
        let body = card::to_draft(answers);
        let form = self.form();
        spawn_local(async move {
            let reply = self.desk.ask(Request::KeepDraft { form, body }).await;
            self.desk.unkept.set(reply.is_err());
            // Only the confirmation of the last change says that everything is there.
            if self.last.try_get_value() != Some(number) {
                return;
            }
            match reply {
                Ok(_) => {
                    self.failure.set(None);
                    let now = js_sys::Date::new_0();
                    self.kept.set(Some((now.get_hours(), now.get_minutes())));
                }
                Err(failure) => self.failure.set(Some(failure)),
            }
        });
    }
}

/// When what is typed was kept, or that it was found again.
#[component]
fn KeptLine(keeper: Draft, had_draft: bool) -> impl IntoView {
    view! {
        <p class="entry__saved" role="status">
            {move || match keeper.kept.get() {
                Some(at) => {
                    view! {
                        <Icon name="cek" size="s" />
                        {i18n::sesi::kept_at(at)}
                    }
                }
                None if had_draft => i18n::umum::DRAFT_FOUND.into_view(),
                None => "\u{a0}".into_view(),
            }}
        </p>
    }
}

/// What was being typed into a form.
async fn read_draft(desk: Desk, form: String) -> Option<Answers> {
    match desk.ask(Request::ReadDraft { form }).await {
        Ok(Reply::Draft(Some(body))) => card::from_draft(&body),
        _ => None,
    }
}

/// Name of the form of a station.
fn form_name(station: u8, sesi: &str, orang: &str) -> String {
    format!("kartu{station}:{sesi}:{orang}")
}
