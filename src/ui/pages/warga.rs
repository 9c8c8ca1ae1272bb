//! The screens of warga.

use leptos::prelude::*;
use leptos_router::components::Route;
use leptos_router::{MatchNestedRoutes, path};

use crate::i18n::umum;
use crate::ui::components::{Page, Tab, Tabs, TopBar};

/// Routes of this task.
#[component(transparent)]
pub fn WargaRoutes() -> impl MatchNestedRoutes + Clone {
    view! { <Route path=path!("/warga") view=WargaPage /> }.into_inner()
}

/// The tab.
#[component]
pub fn WargaPage() -> impl IntoView {
    view! {
        <TopBar title=umum::TAB_WARGA.to_owned() />
        <Page>
            <p></p>
        </Page>
        <Tabs here=Tab::Warga />
    }
}
