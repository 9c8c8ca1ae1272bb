//! The plan of an open day: made, moved to another day, or given up.

use futures_util::future::join;

use super::kartu::Checks;
use super::query;
use crate::domain::form::kept;
use crate::domain::form::rencana::{PlanText, form_plan};
use crate::domain::intent::{Intent, sesi};
use crate::domain::view::sesi::rencana::Plan;
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::sesi as kata;
use crate::ui::app::or_trouble;
use crate::ui::components::{FormPage, Line, TopBar, free_line, line};
use crate::ui::context::{Watched, use_desk};
use crate::ui::drafts::{self, Keeper};
use crate::ui::pages::saving::Saving;
use crate::ui::prelude::*;

/// `/sesi/rencana`; `?ubah=` names the plan that changes.
#[component]
pub fn PlanPage() -> impl IntoView {
    let desk = use_desk();
    let changed = query("ubah").get_untracked().unwrap_or_default();
    let title = if changed.is_empty() { kata::PLAN } else { kata::CHANGE_PLAN };
    let start = Watched::of(move || {
        let sesi = changed.clone();
        async move {
            let draft = drafts::read(desk, form_plan(&sesi));
            let (view, draft) = join(desk.answer(Asked::Sesi(Query::Plan { sesi: sesi.clone() })), draft).await;
            (sesi, view, draft)
        }
    });
    view! {
        <TopBar title=title.to_owned() back="/sesi" />
        {start.show(|(sesi, view, draft)| {
                or_trouble(
                    view.read(),
                    |it| match it {
                        Answer::Sesi(View::Plan(plan)) => {
                            let draft = draft.and_then(|it| kept::from_draft(plan.text.clone(), &it));
                            view! { <PlanForm sesi=sesi plan=plan draft=draft /> }
                        }
                        _ => Node::Nothing,
                    },
                )
            })}
    }
}

#[component]
fn PlanForm(sesi: String, plan: Plan, draft: Option<PlanText>) -> impl IntoView {
    let desk = use_desk();
    let had_draft = draft.is_some();
    let filled = StoredValue::new(plan.text.clone());
    let text = draft.unwrap_or(plan.text);
    let [date, starts, ends, place] = [text.tanggal, text.mulai, text.selesai, text.tempat].map(RwSignal::new);
    let kader = RwSignal::new(text.kader);
    let typed = move || PlanText {
        tanggal: date.get(),
        mulai: starts.get(),
        selesai: ends.get(),
        tempat: place.get(),
        kader: kader.get(),
    };
    let keeper = Keeper::new(desk, form_plan(&sesi), move || kept::to_draft(filled.get_value(), typed()));
    let sesi = StoredValue::new(sesi);
    keeper.found.set(had_draft);
    let saving = Saving::new(desk, keeper);
    let send = move |wish, what: &str| saving.save(Intent::Sesi(wish), what.to_owned(), "/sesi".to_owned());
    let submit = move |()| {
        let wish = sesi::Intent::Plan { sesi: sesi.get_value(), filled: filled.get_value(), text: untrack(typed) };
        send(wish, kata::PLAN_SAVED);
    };
    let cancel = move |_| send(sesi::Intent::Cancel { sesi: sesi.get_value() }, kata::PLAN_CANCELLED);
    let is_change = sesi.with_value(|it| !it.is_empty());
    view! {
        <FormPage on_submit=submit say=kata::SAVE_PLAN icon="cek">
            {saving.failure}
            {saving.found("/sesi")}
            {line(
                &Line { id: "tanggal", label: kata::PLAN_ON, hint: kata::PLAN_ON_HINT, ..Line::ASKED },
                date,
                saving.error("tanggal"),
            )}
            {free_line(&Line { id: "mulai", label: kata::STARTS, hint: kata::HOUR_HINT, ..Line::MAY }, starts)}
            {free_line(&Line { id: "selesai", label: kata::ENDS, ..Line::MAY }, ends)}
            {free_line(&Line { id: "tempat", label: kata::PLAN_WHERE, ..Line::MAY }, place)}
            <Checks
                id="kader"
                label=kata::PLAN_WHO.to_owned()
                hint=String::new()
                picks=kader
                words=plan.people.into_iter().map(|it| (it.id, it.nama)).collect()
                error=RwSignal::new(None)
            />
            {is_change
                .then(|| {
                    view! {
                        <button class="textbutton" type="button" on:click=cancel>
                            {kata::CANCEL_PLAN}
                        </button>
                    }
                })}
        </FormPage>
    }
}
