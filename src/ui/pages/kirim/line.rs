//! One quiet line, always in the same place: what was received, what waits, what needs a person.

use crate::i18n::kirim as kata;
use crate::messages::{Carriage, CarryTrouble};
use crate::ui::components::Icon;
use crate::ui::context::use_desk;
use crate::ui::prelude::*;

/// One of the states, as icon and words.
pub fn state(now: &Carriage, now_ms: f64) -> (&'static str, String) {
    if now.refused > 0 {
        return ("awas", kata::refused(now.refused));
    }
    if let Some(CarryTrouble::SignedOut | CarryTrouble::NoAccess | CarryTrouble::Full) = now.trouble {
        let say = if now.waiting > 0 { kata::waiting(now.waiting) } else { kata::TRAY.to_owned() };
        return ("awas", say);
    }
    if let Some((done, all)) = now.sending {
        return ("kirim", kata::sending(done, all));
    }
    if let Some((done, pending)) = now.fetching.filter(|it| it.0 > 0) {
        return ("kirim", kata::fetching(done, pending));
    }
    if now.waiting > 0 {
        return ("hp", kata::waiting(now.waiting));
    }
    let ago = |at: u64| kata::ago((now_ms as u64).saturating_sub(at) / 60_000);
    ("cek", now.received_at_ms.map_or_else(|| kata::NOTHING_YET.to_owned(), |at| kata::all_received(&ago(at))))
}

/// The line; nothing on a phone that works alone.
#[component]
pub fn SentLine() -> impl IntoView {
    let desk = use_desk();
    let is_shown = move || desk.carriage.with(|it| it.is_connected);
    view! {
        <Show when=is_shown>
            <a href="/kirim" class="sent" class:sent--person=move || desk.carriage.with(|it| it.refused > 0)>
                {move || {
                    let (icon, say) = desk.carriage.with(|it| state(it, desk.minute.get()));
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

/// A mark on a record of which something waits.
#[component]
pub fn NotSent(
    /// Its id.
    #[prop(into)]
    id: String,
) -> impl IntoView {
    let desk = use_desk();
    view! {
        <Show when=move || desk.carriage.with(|it| it.unsent.contains(&id))>
            <p class="second unsent">
                <Icon name="hp" size="s" />
                <span>{kata::NOT_SENT}</span>
            </p>
        </Show>
    }
}
