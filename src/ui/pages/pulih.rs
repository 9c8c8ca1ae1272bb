//! The recovery page: works without a readable database.

use leptos::prelude::*;

use crate::i18n::mulai as kata;
use crate::messages::Failure;
use crate::ui::app::start_again;
use crate::ui::components::{Page, TopBar, Trouble};
use crate::ui::context::use_desk;

/// The book does not open: what is safe, and what to do.
#[component]
pub fn Broken(
    /// What went wrong.
    failure: Failure,
) -> impl IntoView {
    let desk = use_desk();
    let again = move |_| {
        desk.gate.set(None);
        start_again(desk);
    };
    view! {
        <TopBar title=kata::BROKEN_TITLE.to_owned() />
        <Page>
            <Trouble failure=failure />
            <p class="second">{kata::BROKEN_HOW}</p>
            <button class="button" type="button" on:click=again>
                {kata::TRY_AGAIN}
            </button>
        </Page>
    }
}
