//! What these pages share: rows, an unfinished form, a list of choices.

use futures_util::future::join;

use crate::domain::form::FieldError;
use crate::domain::view;
use crate::domain::view::warga::{HitRow, Query, Today, View};
use crate::i18n::{self, umum, warga as kata};
use crate::messages::Failure;
use crate::ui::components::{Choice, FieldNote, Icon, Page, PersonLine, TopBar};
use crate::ui::context::{Watched, use_desk};
use crate::ui::drafts;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;
use crate::ui::router;

/// The `:id` of the address.
pub(super) fn id_of_path() -> Memo<String> {
    router::param("id")
}

/// A person in a list, with what the open day wants of her.
#[component]
pub(super) fn HitLine(
    /// Who.
    hit: HitRow,
) -> impl IntoView {
    let href = format!("/warga/{}", hit.row.id);
    let status = kata::status(&hit.status);
    let today = match hit.today {
        Today::Nothing => None,
        Today::Weigh => Some(("row__due say--good", "timbang", kata::TODAY_WEIGH.to_owned())),
        Today::Came(at) => Some(("row__due", "cek", kata::came_at(at))),
    };
    view! {
        <PersonLine row=hit.row href=href>
            {(!status.is_empty()).then(|| view! { <span class="row__due">{status}</span> })}
            {(!hit.no_nik.is_empty()).then(|| view! { <span class="row__due">{kata::word(&hit.no_nik)}</span> })}
            {today
                .map(|(class, icon, word)| {
                    view! {
                        <span class=class>
                            <Icon name=icon size="s" />
                            {word}
                        </span>
                    }
                })}
        </PersonLine>
    }
}

/// What a form page draws from: whose it is, what was typed before, what the book knows.
type ShowForm = Box<dyn Fn(String, Option<Vec<u8>>, View) -> Option<Node>>;

/// A form about the `:id` of the address, with what was typed into it before.
pub(super) fn form_page(form: fn(&str) -> String, query: fn(String) -> Query, show: ShowForm) -> Node {
    let desk = use_desk();
    let id = id_of_path();
    let start = Watched::of(move || {
        let id = id.get();
        async move {
            let answer = desk.answer(view::Query::Warga(query(id.clone())));
            let (draft, answer) = join(drafts::read(desk, form(&id)), answer).await;
            (id, draft, answer)
        }
    });
    start.show(move |(id, draft, answer)| found(answer.read(), |it| show(id, draft, it)))
}

/// A page about the `:id` of the address.
pub(super) fn page(query: fn(String) -> Query, show: fn(View) -> Option<Node>) -> Node {
    let desk = use_desk();
    let id = id_of_path();
    let answer = desk.watch(move || view::Query::Warga(query(id.get())));
    answer.show(move |answer| found(answer, show))
}

/// Somebody or something that is not, or no longer, in the book.
#[component]
fn Gone() -> impl IntoView {
    view! {
        <TopBar title=umum::TAB_WARGA back="/warga" />
        <Page>
            <p>{kata::GONE}</p>
        </Page>
        <footer class="dock">
            <UndoLine />
            <a href="/warga" class="button button--plain">
                <span class="button__grow">{kata::TO_WARGA}</span>
                <Icon name="lanjut" />
            </a>
        </footer>
    }
}

/// The screen of what the worker found, that it is gone, or what went wrong.
pub(super) fn found(answer: Result<view::View, Failure>, show: impl FnOnce(View) -> Option<Node>) -> Node {
    let shown = match answer {
        Ok(view::View::Warga(it)) => show(it),
        Ok(_) | Err(Failure::NotFound) => None,
        Err(failure) => return view! { <Page>{failure}</Page> },
    };
    shown.unwrap_or_else(|| view! { <Gone /> })
}

/// An unfinished form found again.
#[component]
pub(super) fn Unfinished(
    /// Whose.
    nama: String,
    /// Goes on with it.
    #[prop(into)]
    on_go: Callback<()>,
    /// Throws it away.
    #[prop(into)]
    on_drop: Callback<()>,
) -> impl IntoView {
    view! {
        <section class="notice" role="status">
            <Icon name="tulis" />
            <p>{kata::unfinished(&nama)}</p>
        </section>
        <div class="dock__pair">
            <button class="button" type="button" on:click=move |_| on_go.run(())>
                {kata::GO_ON}
            </button>
            <button class="button button--plain" type="button" on:click=move |_| on_drop.run(())>
                {kata::THROW_AWAY}
            </button>
        </div>
    }
}

/// The sentence of a field among those of a form.
pub(super) fn error_of(errors: Memo<Vec<FieldError>>, field: &'static str) -> Signal<Option<String>> {
    Signal::derive(move || {
        errors.with(|all| all.iter().find(|it| it.field == field).map(|it| i18n::problem(&it.problem)))
    })
}

/// A drop-down, for seven choices and more.
#[component]
pub(in crate::ui::pages) fn SelectField(
    /// Field name and input id.
    id: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// Stored word.
    value: RwSignal<String>,
    /// The choices in order.
    choices: Vec<Choice>,
    /// What is wrong.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    let words: Vec<&'static str> = choices.iter().map(|it| it.value).collect();
    let options = choices.into_iter().map(|it| {
        let word = it.value;
        view! {
            <option value=word prop:selected=move || value.with(|it| it == word)>
                {it.label}
            </option>
        }
    });
    let other = move || {
        let word = value.get();
        let is_known = word.is_empty() || words.contains(&word.as_str());
        (!is_known).then(|| view! { <option value=word.clone() prop:selected=true>{kata::word(&word)}</option> })
    };
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <select
                class="field__input"
                id=id
                name=id
                on:change=move |event| value.set(event_target_value(&event))
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=move || error.with(Option::is_some).then(|| format!("{id}-salah"))
            >
                <option value="" prop:selected=move || value.with(String::is_empty)>
                    {kata::CHOOSE}
                </option>
                {options.collect_view()}
                {other}
            </select>
            <FieldNote id=id hint=Signal::stored(String::new()) error=error />
        </div>
    }
}
