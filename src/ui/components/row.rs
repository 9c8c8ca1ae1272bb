//! Rows ruled like the register, and what stands where there is nothing to show.

use super::icon::{Icon, StageIcon};
use crate::domain::view::PersonRow;
use crate::i18n;
use crate::messages::Failure;
use crate::ui::prelude::*;

/// A person in a list: silhouette, name, one line, what is due.
#[component]
pub fn PersonLine(
    /// Who.
    row: PersonRow,
    /// Where a tap leads.
    #[prop(into)]
    href: String,
    /// Something due, already in words and icon.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let line = i18n::warga::row_line(&row);
    view! {
        <a class="row" href=href>
            <StageIcon name=i18n::warga::stage_icon(&row) />
            <span class="row__body">
                <span class="row__name">{marked(&row)}</span>
                <span class="row__line">{line}</span>
                {children.map(|it| it())}
            </span>
            <Icon name="lanjut" />
        </a>
    }
}

/// The name with what was searched for marked in it.
fn marked(row: &PersonRow) -> Vec<Node> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (start, end) in &row.marks {
        let (start, end) = (*start as usize, *end as usize);
        if let (Some(before), Some(found)) = (row.nama.get(from..start), row.nama.get(start..end)) {
            parts.push(before.to_owned().into_view());
            parts.push(view! { <mark>{found.to_owned()}</mark> });
            from = end;
        }
    }
    parts.push(row.nama.get(from..).unwrap_or_default().to_owned().into_view());
    parts
}

/// A sentence where a list has nothing.
#[component]
pub fn Empty(
    /// The sentence.
    #[prop(into)]
    say: Signal<String>,
) -> impl IntoView {
    view! { <p class="empty second">{say}</p> }
}

/// Nothing yet; local answers come within a blink, so this stays blank for readers too.
#[component]
pub fn Loading() -> impl IntoView {
    view! { <p class="empty" aria-hidden="true"></p> }
}

/// What went wrong, in words, with what is safe.
impl IntoView for Failure {
    fn into_view(self) -> Node {
        view! {
            <div class="notice notice--danger" role="alert">
                <Icon name="awas" />
                <p>{i18n::failure(&self)}</p>
            </div>
        }
    }
}
