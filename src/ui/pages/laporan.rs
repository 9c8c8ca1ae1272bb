//! The screens of laporan.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{MatchNestedRoutes, path};

use crate::i18n::umum;
use crate::ui::components::{Page, Tab, Tabs, TopBar};

/// Routes of this task.
#[component(transparent)]
pub fn LaporanRoutes() -> impl MatchNestedRoutes + Clone {
    view! { <Route path=path!("/laporan") view=LaporanPage /> }.into_inner()
}

/// The tab.
#[component]
pub fn LaporanPage() -> impl IntoView {
    view! {
        <TopBar title=umum::TAB_LAPORAN.to_owned() />
        <Page>
            <p></p>
        </Page>
        <Tabs here=Tab::Laporan />
    }
}
