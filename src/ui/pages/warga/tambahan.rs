//! What else is known of a person: a form as data, filled whenever there is time. All of it may stay empty.

use super::person::consent_of;
use super::shared::form_page;
use crate::domain::form::FieldError;
use crate::domain::form::card::{Answers, Kind, Typed, Who, from_draft, to_draft, validate};
use crate::domain::form::cards::TAMBAHAN;
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{Intent as Wish, form_more};
use crate::domain::view::warga::{Person, Query, Said, View};
use crate::i18n::{umum, warga as kata};
use crate::ui::components::{FormPage, Page, TopBar};
use crate::ui::context::use_desk;
use crate::ui::drafts::Keeper;
use crate::ui::pages::saving::Saving;
use crate::ui::pages::sesi::kartu::{CardInput, Held, touched};
use crate::ui::prelude::*;

/// The fields of her age.
#[component]
pub fn MorePage() -> impl IntoView {
    form_page(
        form_more,
        |id| Query::Person { id },
        Box::new(|id, draft, view| {
            let View::Person(person) = view else { return None };
            if person.sasaran.setuju == Some(false) {
                return Some(view! {
                    <TopBar title=kata::PARTICULARS line=person.row.nama.clone() back=format!("/warga/{id}") />
                    <Page>
                        <p>
                            <b>{consent_of(&person.consent)}</b>
                        </p>
                        <p class="second">{kata::AGREE_AGAIN}</p>
                    </Page>
                });
            }
            let draft = draft.and_then(|it| from_draft(&it)).unwrap_or_default();
            Some(view! { <MoreForm id=id person=*person draft=draft /> })
        }),
    )
}

#[component]
fn MoreForm(id: String, person: Person, draft: Answers) -> impl IntoView {
    let desk = use_desk();
    let Person { row, more, .. } = person;
    let age = row.age.map_or(0, |it| it.months());
    let (mut held, mut filled) = (Vec::new(), Answers::new());
    for it in more.into_iter().filter(|it| it.is_asked) {
        let Some(field) = TAMBAHAN.field(&it.key) else { continue };
        let said = if let Said::Text(text) = it.said { text } else { String::new() };
        let known = match field.kind {
            Kind::Name | Kind::Count(..) => Typed { text: said, ..Typed::default() },
            _ => Typed { word: said, ..Typed::default() },
        };
        held.push(Held::new(field, draft.get(field.key).unwrap_or(&known).clone()));
        filled.insert(field.key.to_owned(), known);
    }
    let all = StoredValue::new(held.clone());
    let filled = StoredValue::new(filled);
    let answers = move || touched(&filled.get_value(), all.get_value());
    let keeper = Keeper::new(desk, form_more(&id), move || to_draft(&answers()));
    keeper.found.set(!draft.is_empty());
    let saving = Saving::new(desk, keeper);
    Effect::new(move |_| all.get_value().into_iter().for_each(|it| it.error.set(saving.problem(it.field.key))));
    let what = kata::changed(&row.nama);
    let to = format!("/warga/{id}");
    let back = to.clone();
    let submit = move |()| {
        let told = untrack(answers);
        let problem = |it: Held| {
            let problem = validate(it.field, told.get(it.field.key)?, &Who::default()).err()?;
            Some(FieldError::new(it.field.key, problem))
        };
        let errors: Vec<FieldError> = all.get_value().into_iter().filter_map(problem).collect();
        if errors.is_empty() {
            let wish = Wish::Tell { id: id.clone(), answers: told };
            saving.save(Intent::Warga(wish), what.clone(), to.clone());
        } else {
            saving.refuse(errors);
        }
    };
    let found = saving.found(&back);
    let inputs = held.into_iter().map(move |held| view! { <CardInput held=held age=age suggested=Vec::new() /> });
    view! {
        <TopBar title=kata::PARTICULARS line=row.nama back=back />
        <FormPage on_submit=submit say=umum::SAVE>
            {saving.failure}
            {found}
            <p class="second field">{kata::PARTICULARS_HOW} " " {umum::PRESS_AGAIN}</p>
            {inputs.collect_view()}
        </FormPage>
    }
}
