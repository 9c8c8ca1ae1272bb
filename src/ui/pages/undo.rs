//! A save may be taken back for eight seconds, on whichever page she is by then.

use std::time::Duration;

use crate::domain::intent::Saved;
use crate::i18n;
use crate::messages::Request;
use crate::ui::components::UndoBar;
use crate::ui::context::{Desk, Undo, use_desk};
use crate::ui::prelude::*;

const OFFERED: Duration = Duration::from_secs(8);

/// Offers to take a save back for eight seconds; `what` says what was saved.
pub fn offer_undo(desk: Desk, what: String, saved: Saved) {
    if saved.events.is_empty() {
        return;
    }
    let undo = Undo { what, events: saved.events };
    desk.undo.set(Some(undo.clone()));
    let forget = move || {
        if desk.undo.with_untracked(|it| it.as_ref() == Some(&undo)) {
            desk.undo.set(None);
        }
    };
    set_timeout(forget, OFFERED);
}

/// The line that takes the last save back, while it is offered.
#[component]
pub fn UndoLine() -> impl IntoView {
    let desk = use_desk();
    let take_back = move |()| {
        let Some(undo) = desk.undo.get_untracked() else { return };
        desk.undo.set(None);
        spawn_local(async move {
            if let Err(failure) = desk.ask(Request::Undo { events: undo.events.clone() }).await {
                // Still there to be pressed again; the words say what happened.
                desk.undo.set(Some(Undo { what: i18n::failure(&failure), ..undo }));
            }
        });
    };
    let what = move || desk.undo.with(|it| it.as_ref().map(|it| it.what.clone()).unwrap_or_default());
    view! {
        <Show when=move || desk.undo.with(Option::is_some)>
            <UndoBar what=Signal::derive(what) on_undo=take_back />
        </Show>
    }
}
