//! Consent: what was said about it so far, and taking it back.

use super::person::consent_of;
use super::shared::page;
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{Intent as Wish, form_withdrawal};
use crate::domain::view::warga::{Person, Query, View};
use crate::i18n::{waktu, warga as kata};
use crate::ui::components::{FormPage, Icon, Line, Page, TopBar, line};
use crate::ui::context::use_desk;
use crate::ui::drafts::keep_lines;
use crate::ui::pages::saving::Saving;
use crate::ui::prelude::*;

/// What was said, and the form that takes it back; what is typed outlasts a new answer, for it is kept.
#[component]
pub fn ConsentPage() -> impl IntoView {
    page(
        |id| Query::Person { id },
        |it| match it {
            View::Person(person) => Some(view! { <Shown person=*person /> }),
            _ => None,
        },
    )
}

#[component]
fn Shown(person: Person) -> impl IntoView {
    let desk = use_desk();
    let Person { sasaran, consent, .. } = person;
    let today = desk.me().map(|it| waktu::date_short(it.today)).unwrap_or_default();
    let tanggal = RwSignal::new(today);
    let oleh = RwSignal::new(String::new());
    let id = sasaran.id.clone();
    let saving = Saving::new(desk, keep_lines(desk, form_withdrawal(&id), vec![tanggal, oleh]));
    let may_withdraw = consent.last().is_some_and(|it| it.is_given);
    let now = consent_of(&consent);
    let to = format!("/warga/{id}");
    let back = to.clone();
    let submit = move |()| {
        let (tanggal, oleh) = (tanggal.get_untracked(), oleh.get_untracked());
        let wish = Wish::Withdraw { id: id.clone(), tanggal, oleh };
        saving.save(Intent::Warga(wish), kata::CONSENT_WITHDRAWN.to_owned(), to.clone());
    };
    let lines = consent.into_iter().rev().map(|line| {
        let (what, more) = kata::consent_line(&line);
        view! {
            <li class="row">
                <span class="row__body">
                    <span class="row__name">{what}</span>
                    <span class="row__line">{more}</span>
                </span>
            </li>
        }
    });
    let known = view! {
        <p>
            <b>{now}</b>
        </p>
        <ul class="rows">{lines.collect_view()}</ul>
    };
    let found = saving.found(&back);
    let asks = if may_withdraw {
        view! {
            <FormPage on_submit=submit say=kata::WITHDRAW class="button--plain">
                {saving.failure}
                {found}
                {known}
                <div class="section">
                    <h2 class="section__title">{kata::WITHDRAW}</h2>
                </div>
                <p class="notice">
                    <Icon name="awas" />
                    <span>{kata::WITHDRAW_MEANS}</span>
                </p>
                {line(
                    &Line { id: "tanggal", label: kata::WITHDRAWN_ON, ..Line::ASKED },
                    tanggal,
                    saving.error("tanggal"),
                )}
                {line(
                    &Line { id: "oleh", label: kata::WITHDRAWN_BY, hint: kata::WITHDRAWN_BY_HINT, ..Line::ASKED },
                    oleh,
                    saving.error("oleh"),
                )}
            </FormPage>
        }
    } else {
        view! {
            <Page>
                {known}
                <p class="second">{kata::AGREE_AGAIN}</p>
            </Page>
        }
    };
    view! {
        <TopBar title=kata::FACT_CONSENT line=sasaran.nama.clone() back=back />
        {asks}
    }
}
