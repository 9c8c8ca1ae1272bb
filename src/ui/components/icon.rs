//! All pictures: symbols of one sprite, put into the page once. One picture, one meaning.

use std::borrow::Cow;

use crate::ui::prelude::*;

/// The sprite; once a page, before any icon.
#[component]
pub fn Sprite() -> impl IntoView {
    view! { <div class="sprite" hidden inner_html=include_str!("../icons.svg")></div> }
}

/// One icon of the 24 grid, always beside a word.
#[component]
pub fn Icon(
    /// Name of the symbol.
    name: &'static str,
    /// `s`, `l` or `xl`.
    #[prop(optional)]
    size: &'static str,
) -> impl IntoView {
    let class = if size.is_empty() { Cow::Borrowed("icon") } else { Cow::Owned(["icon icon--", size].concat()) };
    view! {
        <svg class=class viewBox="0 0 24 24" aria-hidden="true">
            <use href=["#ikon-", name].concat()></use>
        </svg>
    }
}

/// The silhouette of a life stage on its petal: `bayi`, `balita`, `bumil`, `dewasa`, `bapak`, `lansia`.
#[component]
pub fn StageIcon(
    /// Name of the stage.
    name: &'static str,
    /// The one at this station, the kader chosen.
    #[prop(optional)]
    here: bool,
) -> impl IntoView {
    let class = if here { "stage stage--here" } else { "stage" };
    view! {
        <span class=class>
            <svg viewBox="0 0 40 40" aria-hidden="true">
                <use href=["#stage-", name].concat()></use>
            </svg>
        </span>
    }
}

/// The flower of six petals, one a bidang.
#[component]
pub fn Kembang(
    /// Width and height in px.
    size: u32,
) -> impl IntoView {
    let petals = ["kes", "pend", "pu", "perkim", "trantib", "sos"].into_iter().enumerate().map(|(place, bidang)| {
        view! {
            <path
                class=format!("petal bidang--{bidang}")
                transform=format!("rotate({} 32 32)", place * 60)
                d="M32 29C24.5 23.5 24.5 11 32 3.5c7.5 7.5 7.5 20 0 25.5z"
            ></path>
        }
    });
    view! {
        <svg class="kembang" width=size height=size viewBox="0 0 64 64" aria-hidden="true">
            {petals.collect_view()}
        </svg>
    }
}
