//! Find first: the search is the check for duplicates, and the way to register.

use super::shared::HitLine;
use crate::domain::view::warga::{HITS, Query, View};
use crate::domain::view::{self};
use crate::i18n::{umum, warga as kata};
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Icon, Page};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;

/// The search field in the bar, as in the pictures.
#[component]
pub(super) fn FindBar(
    /// What is typed.
    text: RwSignal<String>,
    /// Where back leads.
    #[prop(into)]
    back: String,
) -> impl IntoView {
    let field = ElementRef::new();
    Effect::new(move |_| {
        if let Some(field) = field.get::<web_sys::HtmlElement>() {
            let _ = field.focus();
        }
    });
    let clear = move |_| {
        text.set(String::new());
        if let Some(field) = field.now::<web_sys::HtmlElement>() {
            let _ = field.focus();
        }
    };
    view! {
        <header class="topbar search__bar">
            <a href=back class="iconbutton" aria-label=umum::BACK>
                <Icon name="kembali" />
            </a>
            <div class="find">
                <input
                    class="find__input"
                    id="cari-warga"
                    node_ref=field
                    type="text"
                    inputmode="search"
                    enterkeyhint="search"
                    autocomplete="off"
                    autocapitalize="off"
                    spellcheck="false"
                    aria-label=kata::FIND_LABEL
                    bind:value=text
                />
                <Show when=move || text.with(|it| !it.is_empty())>
                    <button class="iconbutton" type="button" aria-label=kata::CLEAR on:click=clear>
                        <Icon name="tutup" />
                    </button>
                </Show>
            </div>
        </header>
    }
}

/// Find, or register.
#[component]
pub fn FindPage() -> impl IntoView {
    let desk = use_desk();
    let text = desk.search;
    let answer = desk.watch(move || view::Query::Warga(Query::Search { text: text.get() }));
    view! {
        <FindBar text=text back="/" />
        <Page>
            <h1 class="unseen">{kata::FIND_TITLE}</h1>
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        move |it| {
                            let view::View::Warga(View::Hits(hits)) = it else { return Node::Nothing };
                            if text.with_untracked(|it| it.trim().is_empty()) {
                                return view! { <p class="second">{kata::FIND_HOW}</p> };
                            }
                            let count = kata::found(hits.len(), HITS);
                            let rows = hits.into_iter().map(|hit| view! { <HitLine hit=hit /> });
                            view! {
                                <div class="section search__count">
                                    <p class="section__title" role="status">
                                        {count}
                                    </p>
                                </div>
                                <div class="rows">{rows.collect_view()}</div>
                            }
                        },
                    )
                })}
        </Page>
        <Dock ruled=true>
            <p class="strong">{kata::NOT_FOUND}</p>
            <a href="/warga/baru" class="button button--plain">
                <Icon name="orangbaru" />
                <span class="button__grow">{kata::REGISTER}</span>
            </a>
        </Dock>
    }
}
