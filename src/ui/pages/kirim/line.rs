//! One quiet line, always in the same place: what was received, what waits, what needs a person.

use crate::domain::kirim::{Counts, State, waits_too_long};
use crate::i18n::{kirim as kata, waktu};
use crate::ui::components::Icon;
use crate::ui::context::use_desk;
use crate::ui::prelude::*;

/// One of the states, as icon and words.
pub fn state(now: &Counts, now_ms: f64) -> (&'static str, String) {
    match now.state() {
        State::Stopped { waiting: 0 } => ("awas", kata::TRAY.to_owned()),
        State::Stopped { waiting } => ("awas", kata::waiting(waiting)),
        State::NeedsPerson { count } => ("awas", kata::refused(count)),
        State::Sending { done, all } => ("kirim", kata::sending(done, all)),
        State::Fetching { done, pending } => ("kirim", kata::fetching(done, pending)),
        State::Waiting { waiting } => ("hp", kata::waiting(waiting)),
        State::Kept { count } => ("hp", kata::kept(count)),
        State::AllReceived { at_ms } => {
            let ago = |at: u64| kata::ago((now_ms as u64).saturating_sub(at) / 60_000);
            ("cek", at_ms.map_or_else(|| kata::NOTHING_YET.to_owned(), |at| kata::all_received(&ago(at))))
        }
    }
}

/// A calm word when something waits for days; nothing otherwise.
#[component]
pub fn Reminder() -> impl IntoView {
    let desk = use_desk();
    let say = move || {
        let (waiting, oldest) = desk.carriage.with(|it| (it.counts.waiting, it.oldest));
        let since = waits_too_long(oldest, desk.me()?.today)?;
        Some(kata::reminder(waiting, &waktu::date_long(since)))
    };
    view! {
        <Show when=move || say().is_some()>
            <a href="/kirim" class="notice notice--plain" role="status">
                <Icon name="hp" />
                <span>{say}</span>
            </a>
        </Show>
    }
}

/// The line; nothing on a phone that works alone.
#[component]
pub fn SentLine() -> impl IntoView {
    let desk = use_desk();
    let is_shown = move || desk.carriage.with(|it| it.is_connected);
    view! {
        <Show when=is_shown>
            <a href="/kirim" class="sent" class:sent--person=move || desk.carriage.with(|it| it.counts.needs_person() > 0)>
                {move || {
                    let (icon, say) = desk.carriage.with(|it| state(&it.counts, desk.minute.get()));
                    view! {
                        <Icon name=icon />
                        <span role="status">{say}</span>
                        <Icon name="lanjut" />
                    }
                }}
            </a>
        </Show>
    }
}

/// A mark on a record of which something waits, or needs a person.
#[component]
pub fn NotSent(
    /// Its id.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let desk = use_desk();
    let mark = move || {
        let is_refused = desk.carriage.with(|it| it.refused.contains(&id));
        is_refused
            .then_some(("awas", kata::TRAY))
            .or_else(|| desk.carriage.with(|it| it.unsent.contains(&id)).then_some(("hp", kata::NOT_SENT)))
    };
    view! {
        {move || {
            mark()
                .map(|(icon, say)| {
                    view! {
                        <span class="second unsent">
                            <Icon name=icon size="s" />
                            <span>{say}</span>
                        </span>
                    }
                })
        }}
    }
}
