//! After a colleague gave her a new PIN: the old recovery code opens what was sealed before.

use crate::i18n::{self, menu as kata, mulai};
use crate::messages::{Failure, Request};
use crate::ui::components::{Line, Page, Submit, TopBar, focus_first_error, line, sends};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;

/// The code, and what comes of it.
#[component]
pub fn OldCodePage() -> impl IntoView {
    let desk = use_desk();
    let code = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let is_open = RwSignal::new(false);
    let submit = move |()| {
        error.set(None);
        failure.set(None);
        spawn_local(async move {
            match desk.ask(Request::Redeem { code: code.get_untracked() }).await {
                Ok(_) => is_open.set(true),
                Err(why @ Failure::WrongRecovery) => {
                    error.set(Some(i18n::failure(&why)));
                    focus_first_error();
                }
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    view! {
        <TopBar title=kata::OLD_CODE back="/menu" />
        <Page>
            <Show when=move || is_open.get()>
                <p role="status">{kata::OLD_CODE_OPENED}</p>
            </Show>
            <Show when=move || !is_open.get()>
                <form on:submit=sends(submit) novalidate>
                    <p class="second">{kata::OLD_CODE_HOW}</p>
                    {line(&Line { id: "kode", label: mulai::RECOVERY_CODE, ..Line::ASKED }, code, error)}
                    {failure}
                    <Submit say=kata::OPEN_OLD />
                </form>
            </Show>
        </Page>
    }
}
