//! People and families: finding, registering, looking at and correcting them.

mod cari;
mod family;
mod form;
mod person;
mod shared;
mod tab;

use leptos::prelude::*;
use leptos_router::any_nested_route::IntoAnyNestedRoute;
use leptos_router::components::Route;
use leptos_router::path;

/// Routes of this task.
#[component(transparent)]
pub fn WargaRoutes() -> impl MatchNestedRoutes + Clone {
    view! {
        <Route path=path!("/cari") view=cari::FindPage />
        <Route path=path!("/warga") view=tab::WargaPage />
        <Route path=path!("/warga/baru") view=form::RegisterPage />
        <Route path=path!("/warga/:id") view=person::PersonPage />
        <Route path=path!("/warga/:id/ubah") view=form::EditPage />
        <Route path=path!("/warga/:id/keadaan") view=person::StatusPage />
        <Route path=path!("/warga/:id/gabung") view=person::JoinPage />
        <Route path=path!("/keluarga/:id") view=family::FamilyPage />
        <Route path=path!("/keluarga/:id/ubah") view=family::FamilyEditPage />
    }
    .into_inner()
    .into_any_nested_route()
}
