//! The screens of sesi.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{MatchNestedRoutes, path};

use crate::i18n::umum;
use crate::ui::components::{Page, Tab, Tabs, TopBar};

/// Routes of this task.
#[component(transparent)]
pub fn SesiRoutes() -> impl MatchNestedRoutes + Clone {
    view! { <Route path=path!("/sesi") view=SesiPage /> }.into_inner()
}

/// The tab.
#[component]
pub fn SesiPage() -> impl IntoView {
    view! {
        <TopBar title=umum::TAB_SESI.to_owned() />
        <Page>
            <p></p>
        </Page>
        <Tabs here=Tab::Sesi />
    }
}
