//! How a form that is kept while it is typed is saved, and how what is wrong stands beside its fields.

use super::undo::offer_undo;
use crate::domain::form::FieldError;
use crate::domain::intent::Intent;
use crate::i18n::{self, umum as kata};
use crate::messages::Failure;
use crate::ui::components::focus_first_error;
use crate::ui::context::Desk;
use crate::ui::drafts::Keeper;
use crate::ui::prelude::*;
use crate::ui::router;

/// Saves what is no form, offers to take `what` was saved back, and goes on to an address, if there is one.
pub fn save_now(desk: Desk, wish: Intent, what: String, failure: RwSignal<Option<Failure>>, to: Option<String>) {
    spawn_local(async move {
        match desk.save(wish).await {
            Ok(saved) => {
                offer_undo(desk, what, saved);
                if let Some(to) = to {
                    router::go_instead(&to);
                }
            }
            Err(error) => failure.set(Some(error)),
        }
    });
}

/// A form on its way to the worker.
#[derive(Clone, Copy)]
pub struct Saving {
    desk: Desk,
    keeper: Keeper,
    is_saved: StoredValue<bool>,
    refused: RwSignal<Vec<FieldError>>,
    /// What else went wrong.
    pub failure: RwSignal<Option<Failure>>,
}

impl Saving {
    /// Nothing was saved yet.
    pub fn new(desk: Desk, keeper: Keeper) -> Self {
        let is_saved = StoredValue::new(false);
        Self { desk, keeper, is_saved, refused: RwSignal::new(Vec::new()), failure: RwSignal::new(None) }
    }

    /// Saves, offers to take `what` was saved back, and goes on `to` an address. One that ends with a slash is that of
    /// something new: its id comes behind it, and what was searched for before is done.
    pub fn save(self, wish: Intent, what: String, to: String) {
        // A press while the browser goes on to the next page.
        if self.is_saved.get_value() {
            return;
        }
        self.keeper.stop();
        self.failure.set(None);
        self.refused.set(Vec::new());
        spawn_local(async move {
            match self.desk.save(wish).await {
                Ok(saved) => {
                    self.is_saved.set_value(true);
                    let mut to = to;
                    if to.ends_with('/') {
                        to.push_str(&saved.subject);
                        self.desk.search.set(String::new());
                    }
                    offer_undo(self.desk, what, saved);
                    router::go_instead(&to);
                }
                Err(error) => {
                    self.keeper.go_on();
                    match error {
                        Failure::Refused(errors) => self.refuse(errors),
                        error => self.failure.set(Some(error)),
                    }
                }
            }
        });
    }

    /// Everything that the worker found wrong.
    pub fn errors(self) -> Vec<FieldError> {
        self.refused.get()
    }

    /// Says what is wrong, and goes to the first field of it; what is wrong with no field of the page is said above.
    pub fn refuse(self, errors: Vec<FieldError>) {
        let is_shown = |it: &FieldError| document().get_element_by_id(&it.field).is_some();
        self.failure.set((!errors.iter().any(is_shown)).then(|| Failure::Refused(errors.clone())));
        self.refused.set(errors);
        focus_first_error();
    }

    /// That what was typed before stands there again, and the way to throw it away and leave.
    pub fn found(self, back: &str) -> Node {
        let back = StoredValue::new(back.to_owned());
        let throw_away = move |_| {
            self.keeper.drop_draft();
            router::go_instead(&back.get_value());
        };
        view! {
            <Show when=move || self.keeper.found.get()>
                <p class="second" role="status">
                    {kata::DRAFT_FOUND}
                    <button class="textbutton" type="button" on:click=throw_away>
                        {kata::DROP_DRAFT}
                    </button>
                </p>
            </Show>
        }
    }

    /// What is wrong with a field, in words.
    pub fn problem(self, field: &str) -> Option<String> {
        self.refused.with(|all| all.iter().find(|it| it.field == field).map(|it| i18n::problem(&it.problem)))
    }

    /// [`Saving::problem`] for an input.
    pub fn error(self, field: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || self.problem(field))
    }
}
