//! Consent: what was said about it so far, and taking it back.

use super::person::consent_of;
use super::shared::{error_of, found, id_of_path};
use crate::domain::form::FieldError;
use crate::domain::form::warga::WithdrawalText;
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{Intent as Wish, form_withdrawal};
use crate::domain::view::warga::{Person, Query, View};
use crate::domain::view::{self};
use crate::i18n::{waktu, warga as kata};
use crate::messages::Failure;
use crate::ui::components::{Dock, Icon, Page, TextField, TopBar, Trouble, focus_first_error};
use crate::ui::context::{Watched, use_desk};
use crate::ui::drafts::keep_lines;
use crate::ui::pages::undo::{UndoLine, offer_undo};
use crate::ui::prelude::*;
use crate::ui::router;

/// What was said, and the form that takes it back.
#[component]
pub fn ConsentPage() -> impl IntoView {
    let desk = use_desk();
    let id = id_of_path();
    // Not asked again when the book moves: what is being typed stays.
    let answer = Watched::of(move || desk.answer(view::Query::Warga(Query::Person { id: id.get() })));
    view! {
        {answer.show(move |answer| {
                found(
                    answer.read(),
                    |it| match it {
                        View::Person(person) => Some(view! { <Shown person=*person /> }),
                        _ => None,
                    },
                )
            })}
    }
}

#[component]
fn Shown(person: Person) -> impl IntoView {
    let desk = use_desk();
    let Person { sasaran, consent, .. } = person;
    let today = desk.me().map(|it| waktu::date_short(it.today)).unwrap_or_default();
    let tanggal = RwSignal::new(today);
    let oleh = RwSignal::new(String::new());
    let refused = RwSignal::new(Vec::<FieldError>::new());
    let errors = Memo::new(move |_| refused.get());
    let failure = RwSignal::new(None::<Failure>);
    let may_withdraw = sasaran.setuju == Some(true);
    let keeper = keep_lines(desk, form_withdrawal(&sasaran.id), vec![tanggal, oleh], None);
    let back = format!("/warga/{}", sasaran.id);
    let id = StoredValue::new(sasaran.id.clone());
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        keeper.stop();
        let text = WithdrawalText { tanggal: tanggal.get_untracked(), oleh: oleh.get_untracked() };
        spawn_local(async move {
            match desk.save(Intent::Warga(Wish::Withdraw { id: id.get_value(), text })).await {
                Ok(saved) => {
                    offer_undo(desk, kata::CONSENT_WITHDRAWN.to_owned(), saved);
                    router::go_instead(&format!("/warga/{}", id.get_value()));
                }
                Err(error) => {
                    keeper.go_on();
                    match error {
                        Failure::Refused(errors) => {
                            refused.set(errors);
                            focus_first_error();
                        }
                        error => failure.set(Some(error)),
                    }
                }
            }
        });
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
    view! {
        <TopBar title=kata::FACT_CONSENT.to_owned() line=sasaran.nama.clone() back=back />
        <form class="wizard" on:submit=submit novalidate>
            <Page>
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <p>
                    <b>{consent_of(&sasaran)}</b>
                </p>
                <ul class="rows">{lines.collect_view()}</ul>
                {if may_withdraw {
                    view! {
                        <div class="section">
                            <h2 class="section__title">{kata::WITHDRAW}</h2>
                        </div>
                        <p class="notice">
                            <Icon name="awas" />
                            <span>{kata::WITHDRAW_MEANS}</span>
                        </p>
                        <TextField
                            id="tanggal"
                            label=kata::WITHDRAWN_ON.to_owned()
                            hint=kata::BORN_ON_HINT.to_owned()
                            value=tanggal
                            error=error_of(errors, "tanggal")
                        />
                        <TextField
                            id="oleh"
                            label=kata::WITHDRAWN_BY.to_owned()
                            hint=kata::WITHDRAWN_BY_HINT.to_owned()
                            value=oleh
                            error=error_of(errors, "oleh")
                        />
                    }
                } else {
                    view! { <p class="second">{kata::AGREE_AGAIN}</p> }
                }}
            </Page>
            <Dock ruled=true>
                <UndoLine />
                {may_withdraw
                    .then(|| {
                        view! {
                            <button class="button button--plain" type="submit">
                                {kata::WITHDRAW}
                            </button>
                        }
                    })}
            </Dock>
        </form>
    }
}
