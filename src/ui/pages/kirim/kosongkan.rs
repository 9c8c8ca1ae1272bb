//! Emptying a phone that goes to another posyandu, or to somebody else: only what is somewhere else, too, is thrown away.

use crate::i18n::{menu as kata, mulai, umum};
use crate::messages::Request;
use crate::ui::app::gate;
use crate::ui::components::{Icon, Line, Page, Submit, TopBar, focus_first_error, line, sends};
use crate::ui::context::use_desk;
use crate::ui::pages::pulih::CopyOut;
use crate::ui::prelude::*;
use crate::ui::router;

/// What would be lost, a backup, and the word to type.
#[component]
pub fn EmptyPage() -> impl IntoView {
    let desk = use_desk();
    let typed = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None);
    let book = desk.me().map(|it| umum::posyandu(&it.posyandu)).unwrap_or_default();
    let stands = move || {
        desk.carriage.with(|it| match it.counts.waiting + it.counts.needs_person() + it.counts.kept {
            _ if !it.is_connected => (kata::EMPTY_ALONE.to_owned(), "hp"),
            0 => (kata::EMPTY_SENT.to_owned(), "cek"),
            count => (kata::empty_waits(count), "hp"),
        })
    };
    let submit = move |()| {
        failure.set(None);
        if typed.with_untracked(|it| it.trim() != mulai::START_AGAIN_WORD) {
            error.set(Some(mulai::START_AGAIN_DIFFERS.to_owned()));
            focus_first_error();
            return;
        }
        spawn_local(async move {
            match desk.ask(Request::Leave).await {
                Ok(reply) => {
                    router::go("/");
                    desk.carriage.set(Default::default());
                    desk.gate.set(Some(gate(reply)));
                }
                Err(why) => failure.set(Some(why)),
            }
        });
    };
    view! {
        <TopBar title=kata::EMPTY back="/menu" />
        <Page>
            <p>{kata::empties(&book)}</p>
            {move || {
                let (say, icon) = stands();
                view! {
                    <div class="notice notice--plain" role="status">
                        <Icon name=icon />
                        <p>{say}</p>
                    </div>
                }
            }}
            <CopyOut />
            <form on:submit=sends(submit) novalidate>
                {line(&Line { id: "hapus", label: kata::EMPTY_SURE, ..Line::ASKED }, typed, error)}
                {failure}
                <Submit say=mulai::START_AGAIN_DO class="button--danger" />
            </form>
        </Page>
    }
}
