//! The frame of a screen: bar above, action and tabs below, the line that takes a save back.

use super::icon::Icon;
use crate::i18n::umum as kata;
use crate::ui::context::use_desk;
use crate::ui::prelude::*;

/// The bar above a screen, with a way back.
#[component]
pub fn TopBar(
    /// The screen's name, its only `h1`.
    #[prop(into)]
    title: Signal<String>,
    /// A second line.
    #[prop(into, default = Signal::stored(String::new()))]
    line: Signal<String>,
    /// Where back leads; none on the five tabs.
    #[prop(into, optional)]
    back: Option<String>,
    /// Icons at the end.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let has_back = back.is_some();
    view! {
        <header class="topbar" class:topbar--home=!has_back>
            {back
                .map(|href| {
                    view! {
                        <a href=href class="iconbutton" aria-label=kata::BACK>
                            <Icon name="kembali" />
                        </a>
                    }
                })}
            <div class="topbar__title">
                <h1 class="topbar__name" tabindex="-1" id="judul">{title}</h1>
                <Show when=move || line.with(|it| !it.is_empty())>
                    <p class="topbar__line">{line}</p>
                </Show>
            </div>
            {children.map(|it| it())}
        </header>
    }
}

/// The content between the bars.
#[component]
pub fn Page(
    /// More class names.
    #[prop(optional)]
    class: &'static str,
    /// The content.
    children: Children,
) -> impl IntoView {
    view! { <main class=format!("page {class}")>{children()}</main> }
}

/// The main action, in the last 80 px.
#[component]
pub fn Dock(
    /// A rule above it.
    #[prop(optional)]
    ruled: bool,
    /// Buttons; the lowest is the main one.
    children: Children,
) -> impl IntoView {
    view! {
        <footer class="dock" class:dock--ruled=ruled>
            {children()}
        </footer>
    }
}

/// The five tabs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// Home.
    Beranda,
    /// Open days.
    Sesi,
    /// People.
    Warga,
    /// Complaints.
    Aduan,
    /// Reports.
    Laporan,
}

/// The tab bar; a tab page puts its action between content and tabs.
#[component]
pub fn Tabs(
    /// The open one.
    here: Tab,
    /// What stands above the tabs.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    // An office has no open days, nobody to weigh and nothing to count.
    let is_posyandu = use_desk().me().is_none_or(|it| it.is_posyandu);
    let tabs = [
        (Tab::Beranda, "/", "kembang", kata::TAB_BERANDA),
        (Tab::Sesi, "/sesi", "sesi", kata::TAB_SESI),
        (Tab::Warga, "/warga", "warga", kata::TAB_WARGA),
        (Tab::Aduan, "/aduan", "aduan", kata::TAB_ADUAN),
        (Tab::Laporan, "/laporan", "laporan", kata::TAB_LAPORAN),
    ];
    let shown = tabs.into_iter().filter(|it| is_posyandu || matches!(it.0, Tab::Beranda | Tab::Aduan));
    let tabs = shown.map(|(tab, href, icon, word)| {
        view! {
            <a class="tabs__tab" href=href aria-current=(tab == here).then_some("page")>
                <Icon name=icon />
                {word}
            </a>
        }
    });
    view! {
        <footer class="bottom">
            {children.map(|it| it())} <nav class="tabs" aria-label=kata::MAIN_PAGES>
                {tabs.collect_view()}
            </nav>
        </footer>
    }
}

/// Eight seconds to take a save back.
#[component]
pub fn UndoBar(
    /// What was saved.
    #[prop(into)]
    what: Signal<String>,
    /// She pressed it.
    #[prop(into)]
    on_undo: Callback<()>,
) -> impl IntoView {
    view! {
        <div class="undo" role="status">
            <span class="undo__what">{what}</span>
            <button class="undo__do" type="button" on:click=move |_| on_undo.run(())>
                <Icon name="urung" size="s" />
                {kata::UNDO}
            </button>
        </div>
    }
}
