//! The phone's clock is doubtful: she says what day it is.

use crate::domain::calendar::parse_planned_date;
use crate::domain::form::Problem;
use crate::i18n::{self, mulai as kata, waktu};
use crate::messages::Request;
use crate::ui::app::gate;
use crate::ui::components::{Line, Page, Submit, TopBar, focus_first_error, line, sends};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;

/// Asks for today's date; nothing is saved before.
#[component]
pub fn ClockPage(
    /// What the phone shows.
    shown: chrono::NaiveDate,
) -> impl IntoView {
    let desk = use_desk();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let send = move |day: chrono::NaiveDate| {
        spawn_local(async move {
            let reply = desk.ask(Request::SetToday { day }).await;
            desk.gate.set(Some(reply.and_then(gate)));
        });
    };
    let submit = move |()| {
        let earliest = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap_or(shown);
        match parse_planned_date(&typed.get_untracked(), earliest) {
            Ok(day) => send(day),
            Err(problem) => {
                error.set(Some(i18n::problem(&Problem::Date(problem))));
                focus_first_error();
            }
        }
    };
    view! {
        <TopBar title=kata::CLOCK_TITLE />
        <Page>
            <p>{kata::clock_says(&waktu::day_and_date_long(shown))}</p>
            <div class="choices">
                <button class="button button--plain" type="button" on:click=move |_| send(shown)>
                    {kata::CLOCK_RIGHT}
                </button>
            </div>
            <form on:submit=sends(submit) novalidate>
                {line(
                    &Line { id: "hari-ini", label: kata::CLOCK_TODAY, hint: kata::DATE_HINT, ..Line::ASKED },
                    typed,
                    error,
                )}
                <Submit say=i18n::umum::NEXT />
            </form>
        </Page>
    }
}
