//! The screens of aduan.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{MatchNestedRoutes, path};

use crate::i18n::umum;
use crate::ui::components::{Page, Tab, Tabs, TopBar};

/// Routes of this task.
#[component(transparent)]
pub fn AduanRoutes() -> impl MatchNestedRoutes + Clone {
    view! { <Route path=path!("/aduan") view=AduanPage /> }.into_inner()
}

/// The tab.
#[component]
pub fn AduanPage() -> impl IntoView {
    view! {
        <TopBar title=umum::TAB_ADUAN.to_owned() />
        <Page>
            <p></p>
        </Page>
        <Tabs here=Tab::Aduan />
    }
}
