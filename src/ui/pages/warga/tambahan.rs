//! What else is known of a person: a form as data, filled whenever there is time. All of it may stay empty.

use futures_util::future::join;

use super::shared::{found, id_of_path};
use crate::domain::form::FieldError;
use crate::domain::form::card::{Answers, Who, from_draft, to_draft, validate};
use crate::domain::form::cards::TAMBAHAN;
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{Intent as Wish, form_more};
use crate::domain::view::warga::{More, Query, View};
use crate::domain::view::{self};
use crate::i18n::{self, umum, warga as kata};
use crate::messages::Failure;
use crate::ui::components::{Dock, Page, TopBar, Trouble, focus_first_error};
use crate::ui::context::{Watched, use_desk};
use crate::ui::drafts::{self, Keeper};
use crate::ui::pages::sesi::kartu::{CardInput, Held};
use crate::ui::pages::undo::offer_undo;
use crate::ui::prelude::*;
use crate::ui::router;

/// The fields of her age.
#[component]
pub fn MorePage() -> impl IntoView {
    let desk = use_desk();
    let id = id_of_path();
    let start = Watched::of(move || {
        let id = id.get();
        async move {
            let answer = desk.answer(view::Query::Warga(Query::More { id: id.clone() }));
            let (draft, answer) = join(drafts::read(desk, form_more(&id)), answer).await;
            (id, draft.and_then(|it| from_draft(&it)), answer)
        }
    });
    view! {
        {start.show(move |start| {
                let (id, draft, answer) = start;
                found(
                    answer.read(),
                    |it| match it {
                        View::More(more) => Some(view! { <MoreForm id=id more=*more draft=draft /> }),
                        _ => None,
                    },
                )
            })}
    }
}

#[component]
fn MoreForm(id: String, more: More, draft: Option<Answers>) -> impl IntoView {
    let desk = use_desk();
    let draft = draft.unwrap_or_default();
    let age = more.row.age.map_or(0, |it| it.months());
    let of_key = |key: &String| {
        let field = TAMBAHAN.field(key)?;
        Some(Held::new(field, draft.get(key).or_else(|| more.saved.get(key)).cloned().unwrap_or_default()))
    };
    let held: Vec<Held> = more.asked.iter().filter_map(of_key).collect();
    let all = StoredValue::new(held.clone());
    let answers =
        move || -> Answers { all.get_value().into_iter().map(|it| (it.field.key.to_owned(), it.typed())).collect() };
    let keeper = Keeper::new(desk, form_more(&id), move || to_draft(&answers()));
    let failure = RwSignal::new(None::<Failure>);
    let nama = StoredValue::new(more.row.nama.clone());
    let back = format!("/warga/{id}");
    let id = StoredValue::new(id);
    let refuse = move |errors: Vec<FieldError>| {
        for held in all.get_value() {
            let problem = errors.iter().find(|it| it.field == held.field.key);
            held.error.set(problem.map(|it| i18n::problem(&it.problem)));
        }
        focus_first_error();
    };
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        let told = untrack(answers);
        let problem = |it: Held| {
            let problem = validate(it.field, told.get(it.field.key)?, &Who::default()).err()?;
            Some(FieldError::new(it.field.key, problem))
        };
        let errors: Vec<FieldError> = all.get_value().into_iter().filter_map(problem).collect();
        let is_right = errors.is_empty();
        refuse(errors);
        if !is_right {
            return;
        }
        keeper.stop();
        spawn_local(async move {
            match desk.save(Intent::Warga(Wish::Tell { id: id.get_value(), answers: told })).await {
                Ok(saved) => {
                    offer_undo(desk, kata::changed(&nama.get_value()), saved);
                    router::go_instead(&format!("/warga/{}", id.get_value()));
                }
                Err(error) => {
                    keeper.go_on();
                    match error {
                        Failure::Refused(errors) => refuse(errors),
                        error => failure.set(Some(error)),
                    }
                }
            }
        });
    };
    let inputs = held.into_iter().map(move |held| view! { <CardInput held=held age=age suggested=Vec::new() /> });
    view! {
        <TopBar title=kata::PARTICULARS.to_owned() line=drafts::kept_line(desk, more.row.nama) back=back />
        <form class="wizard" on:submit=submit novalidate>
            <Page>
                {move || failure.get().map(|failure| view! { <Trouble failure=failure /> })}
                <p class="second field">{kata::PARTICULARS_HOW}</p>
                {inputs.collect_view()}
            </Page>
            <Dock ruled=true>
                <button class="button" type="submit">
                    {umum::SAVE}
                </button>
            </Dock>
        </form>
    }
}
