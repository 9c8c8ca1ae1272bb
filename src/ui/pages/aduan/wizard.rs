//! A new complaint: which of the five screens, and what moves between them. The address holds ids and steps only.

use super::emergency::EmergencyCard;
use super::form::Form;
use super::steps::{CategoryStep, CheckStep, EventStep, PlaceStep, ReporterStep};
use crate::domain::aduan::intake::{Draft, Step};
use crate::domain::aduan::own;
use crate::domain::view;
use crate::domain::view::aduan::{FormInfo, Query, Tempat, View};
use crate::i18n::{aduan as kata, umum};
use crate::messages::{Failure, Reply, Request};
use crate::ui::components::{FormPage, Page, TopBar, focus_first_error};
use crate::ui::context::{Desk, use_desk};
use crate::ui::prelude::*;
use crate::ui::router;

/// The form; without a draft in the address a new one begins.
#[component]
pub fn NewPage() -> impl IntoView {
    let draft = router::query("draf");
    let id = Memo::new(move |_| draft.get().filter(|it| it.len() == 32));
    Effect::new(move |_| {
        if id.get().is_none() {
            router::go_instead(&address(&super::new_id(), 1, ""));
        }
    });
    move || id.get().map(|id| view! { <Opening id=id /> })
}

/// `/aduan/baru?draf=…&langkah=2`
fn address(id: &str, step: usize, more: &str) -> String {
    format!("/aduan/baru?draf={id}&langkah={step}{more}")
}

/// Reads what was kept, then shows the form.
#[component]
fn Opening(id: String) -> impl IntoView {
    let desk = use_desk();
    let opened = RwSignal::new(None::<Result<Form, Failure>>);
    let owner = Owner::current();
    spawn_local(async move {
        let found = open(desk, id.clone()).await;
        if matches!(&found, Ok((info, _)) if info.is_sent) {
            router::go_instead(&format!("/aduan/{id}"));
            return;
        }
        let make = || {
            found.map(|(info, draft)| {
                let form = Form::new(id, info);
                form.keep(desk);
                if let Some(draft) = draft {
                    form.fill(draft);
                }
                form
            })
        };
        let form = match owner {
            Some(owner) => owner.with(make),
            None => make(),
        };
        opened.set(Some(form));
    });
    move || match opened.get() {
        None => view! { <TopBar title=kata::NEW back="/aduan" /> },
        Some(Err(failure)) => view! {
            <TopBar title=kata::NEW back="/aduan" />
            <Page>
                {failure}
            </Page>
        },
        Some(Ok(form)) => view! { <Wizard form=form /> },
    }
}

async fn open(desk: Desk, id: String) -> Result<(FormInfo, Option<Draft>), Failure> {
    let form = own::form(&id);
    let info = match desk.view(view::Query::Aduan(Query::Form { id })).await? {
        view::View::Aduan(View::Form(info)) => info,
        _ => return Err(Failure::Worker),
    };
    let draft = match desk.ask(Request::ReadDraft { form }).await? {
        Reply::Draft(Some(body)) => core::str::from_utf8(&body).ok().and_then(Draft::from_json),
        _ => None,
    };
    Ok((info, draft))
}

/// Where in the form she is.
#[derive(Clone, PartialEq)]
struct Place {
    step: usize,
    bidang: String,
    emergency: bool,
}

#[component]
fn Wizard(form: Form) -> impl IntoView {
    let (step, bidang, emergency) = (router::query("langkah"), router::query("bidang"), router::query("darurat"));
    let place = Memo::new(move |_| Place {
        step: step.get().and_then(|it| it.parse().ok()).unwrap_or(1).clamp(1, 5),
        bidang: bidang.get().unwrap_or_default(),
        emergency: emergency.get().is_some(),
    });
    let go = Callback::new(move |(step, more): (usize, String)| {
        router::go(&address(&form.id.get_value(), step, &more));
    });
    move || {
        let Place { step, bidang, emergency } = place.get();
        let back = match (step, emergency || !bidang.is_empty()) {
            (1, false) => "/aduan".to_owned(),
            (_, true) => address(&form.id.get_value(), step, ""),
            (step, false) => address(&form.id.get_value(), step - 1, ""),
        };
        if emergency {
            let kategori = form.kategori.get_untracked();
            let near = kata::tempat(&Tempat {
                dusun: form.dusun.get_untracked(),
                rt: form.rt.get_untracked(),
                rw: form.rw.get_untracked(),
                patokan: String::new(),
            });
            return view! {
                <TopBar title=kata::CALL_NOW line=kata::CALL_HOW back=back />
                <EmergencyCard
                    kategori=kategori.clone()
                    near=near
                    calls=form.calls
                    on_done=move |()| go.run((if form.jenis.with_untracked(String::is_empty) { 1 } else { 2 }, String::new()))
                />
            };
        }
        let on_next = Callback::new(move |()| {
            let Some(current) = Step::ALL.get(step - 1).copied() else {
                return;
            };
            if form.may_leave(current) {
                go.run((step + 1, String::new()));
            } else {
                focus_first_error();
            }
        });
        let content = match step {
            1 => view! { <CategoryStep form=form bidang=bidang go=go /> },
            2 => view! { <EventStep form=form /> },
            3 => view! { <PlaceStep form=form /> },
            4 => view! { <ReporterStep form=form /> },
            _ => return view! { <CheckStep form=form back=back go=go /> },
        };
        let submit = move |()| {
            on_next.run(());
        };
        view! {
            <TopBar title=kata::NEW line=kata::step(step) back=back />
            <FormPage on_submit=submit say=umum::NEXT icon="lanjut">{content}</FormPage>
        }
    }
}
