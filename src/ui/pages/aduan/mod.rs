//! The screens of complaints: the tab, a new one in five short screens, emergency numbers, receipt and history.

mod detail;
mod emergency;
mod form;
mod list;
mod photo;
mod receipt;
mod steps;
mod wizard;

pub(in crate::ui::pages) use list::line;

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::Route;
use leptos_router::path;

/// Routes of this task.
#[component(transparent)]
pub fn AduanRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/aduan") view=list::ListPage />
        <Route path=path!("/aduan/baru") view=wizard::NewPage />
        <Route path=path!("/aduan/darurat") view=emergency::EmergencyPage />
        <Route path=path!("/aduan/:id/tanda-terima") view=receipt::ReceiptPage />
        <Route path=path!("/aduan/:id") view=detail::DetailPage />
    }
    .into_inner()
    .into_any_nested_route()
}

/// A new id of 32 hex.
fn new_id() -> String {
    let mut bytes = [0; 16];
    // Where there is no randomness the app could not have started.
    let _ = getrandom::fill(&mut bytes);
    crate::domain::ledger::EventId(bytes).to_string()
}
