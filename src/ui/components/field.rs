//! Fields: a label, the text as typed, and beside it what is wrong. Nothing typed is ever cleared.

use wasm_bindgen::JsCast;

use super::icon::Icon;
use crate::ui::prelude::*;

/// Error and hint lines of a field, tied to it by their ids.
#[component]
pub fn FieldNote(
    /// Id of the field.
    id: &'static str,
    /// A quiet hint.
    #[prop(into)]
    hint: Signal<String>,
    /// What is wrong, in words.
    #[prop(into)]
    error: Signal<Option<String>>,
) -> impl IntoView {
    view! {
        <Show when=move || hint.with(|it| !it.is_empty())>
            <p class="field__hint" id=format!("{id}-petunjuk")>
                {hint}
            </p>
        </Show>
        <p class="field__error" id=format!("{id}-salah") aria-live="polite">
            {move || {
                error
                    .get()
                    .map(|text| {
                        view! {
                            <Icon name="awas" size="s" />
                            <span>{text}</span>
                        }
                    })
            }}
        </p>
    }
}

fn described_by(id: &'static str, hint: Signal<String>, error: Signal<Option<String>>) -> impl Fn() -> Option<String> {
    move || {
        let mut ids = Vec::new();
        if hint.with(|it| !it.is_empty()) {
            ids.push(format!("{id}-petunjuk"));
        }
        if error.with(Option::is_some) {
            ids.push(format!("{id}-salah"));
        }
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// One line of text.
#[component]
pub fn TextField(
    /// Field name and input id.
    id: &'static str,
    /// The question, as a person would ask it.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// A quiet hint under the question.
    #[prop(into, default = Signal::stored(String::new()))]
    hint: Signal<String>,
    /// What is wrong, in words.
    #[prop(into, default = Signal::stored(None))]
    error: Signal<Option<String>>,
    /// `numeric`, `decimal`, `tel`, `text`.
    #[prop(default = "text")]
    inputmode: &'static str,
    /// `off`, `name` and so on.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// `password` hides.
    #[prop(default = "text")]
    kind: &'static str,
    /// May stay empty: said, not starred.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let described = described_by(id, hint, error);
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
                {optional.then(|| view! { <span class="field__optional">{crate::i18n::umum::MAY_STAY_EMPTY}</span> })}
            </label>
            <input
                class="field__input"
                id=id
                name=id
                type=kind
                inputmode=inputmode
                autocomplete=autocomplete
                autocapitalize=if inputmode == "text" { "words" } else { "off" }
                spellcheck="false"
                bind:value=value
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
            />
            <FieldNote id=id hint=hint error=error />
        </div>
    }
}

/// What is the same of a line of text whenever it is asked.
pub struct Line {
    /// Field name and input id.
    pub id: &'static str,
    /// The question, as a person would ask it.
    pub label: &'static str,
    /// A quiet hint under the question, or nothing.
    pub hint: &'static str,
    /// Which keys the phone shows.
    pub keys: &'static str,
    /// May stay empty.
    pub optional: bool,
}

impl Line {
    /// Words, no hint; the rest is to be told.
    pub const ASKED: Self = Self { id: "", label: "", hint: "", keys: "text", optional: false };
    /// The same, and it may stay empty.
    pub const MAY: Self = Self { optional: true, ..Self::ASKED };
}

/// One line of text, and what is wrong with it.
pub fn line(asked: &'static Line, value: RwSignal<String>, error: impl Into<Signal<Option<String>>>) -> Node {
    shown(asked, value, error.into())
}

/// One line of text with which nothing can be wrong.
pub fn free_line(asked: &'static Line, value: RwSignal<String>) -> Node {
    shown(asked, value, Signal::stored(None))
}

#[inline(never)]
fn shown(asked: &'static Line, value: RwSignal<String>, error: Signal<Option<String>>) -> Node {
    let Line { id, label, hint, keys, optional } = *asked;
    view! { <TextField id=id label=label hint=hint value=value error=error inputmode=keys optional=optional /> }
}

/// A PIN or a passphrase, hidden.
#[component]
pub fn PinField(
    /// Field name and input id.
    id: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// A quiet hint.
    #[prop(optional)]
    hint: &'static str,
    /// What is wrong.
    error: RwSignal<Option<String>>,
    /// The one in use, not a new one.
    #[prop(optional)]
    in_use: bool,
    /// Which keys the phone shows.
    #[prop(default = "numeric")]
    inputmode: &'static str,
) -> impl IntoView {
    let autocomplete = if in_use { "current-password" } else { "new-password" };
    view! {
        <TextField
            id=id
            label=label
            value=value
            hint=hint.to_owned()
            error=error
            inputmode=inputmode
            kind="password"
            autocomplete=autocomplete
        />
    }
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// Field name and input id.
    id: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// A quiet hint.
    #[prop(into, default = Signal::stored(String::new()))]
    hint: Signal<String>,
    /// What is wrong.
    #[prop(into, default = Signal::stored(None))]
    error: Signal<Option<String>>,
    /// Lines shown.
    #[prop(default = 4)]
    rows: u32,
) -> impl IntoView {
    let described = described_by(id, hint, error);
    view! {
        <div class="field">
            <label class="field__label" for=id>
                {label}
            </label>
            <textarea
                class="field__input field__input--area"
                autocomplete="off"
                id=id
                name=id
                rows=rows
                bind:value=value
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                aria-describedby=described
            ></textarea>
            <FieldNote id=id hint=hint error=error />
        </div>
    }
}

/// One answer of a choice.
#[derive(Clone, PartialEq)]
pub struct Choice {
    /// Stored word.
    pub value: &'static str,
    /// Shown word.
    pub label: String,
    /// A second line.
    pub more: String,
}

impl Choice {
    /// A choice with one line.
    #[must_use]
    pub fn new(value: &'static str, label: &str) -> Self {
        Self { value, label: label.to_owned(), more: String::new() }
    }
}

/// Radio buttons in one column; nothing is chosen for her.
#[component]
pub fn Choices(
    /// Field name; the fieldset's id.
    id: &'static str,
    /// The question.
    #[prop(into)]
    label: Signal<String>,
    /// Stored word of the chosen one.
    value: RwSignal<String>,
    /// The answers.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// A quiet hint.
    #[prop(into, default = Signal::stored(String::new()))]
    hint: Signal<String>,
    /// What is wrong.
    #[prop(into, default = Signal::stored(None))]
    error: Signal<Option<String>>,
    /// Side by side when they are few and short.
    #[prop(optional)]
    inline: bool,
    /// Pressed again, the chosen one is chosen no more.
    #[prop(optional)]
    can_clear: bool,
) -> impl IntoView {
    /// Milliseconds within which a second press belongs to the first.
    const ONE_PRESS: f64 = 700.0;
    let described = described_by(id, hint, error);
    let since = StoredValue::new(0.0);
    let choose = move |word: &str| {
        since.set_value(js_sys::Date::now());
        value.set(word.to_owned());
    };
    // The browser clicks first, and changes then: what is chosen here was chosen before this press.
    let press = move |word: &str| {
        let is_again = js_sys::Date::now() - since.get_value() > ONE_PRESS;
        if can_clear && is_again && value.with_untracked(|it| it == word) {
            value.set(String::new());
        }
    };
    view! {
            <fieldset
                class="field field--choices"
                class:field--inline=inline
                id=id
                aria-describedby=described
                aria-invalid=move || error.with(Option::is_some).then_some("true")
            >
                <legend class="field__label">{label}</legend>
                {move || {
    choices.get().into_iter()
    .map(|choice| view! {
                    <label class="pick">
                        <input
                            type="radio"
                            name=id
                            value=choice.value
                            prop:checked=move || value.with(|it| it == choice.value)
                            on:change=move |_| choose(choice.value)
                            on:click=move |_| press(choice.value)
                        />
                        <span class="pick__ring"></span>
                        <span class="pick__words">
                            <b>{choice.label.clone()}</b>
                            {(!choice.more.is_empty())
                                .then(|| view! { <span class="second">{choice.more.clone()}</span> })}
                        </span>
                    </label>
                })
    .collect_view()
    }}
                <FieldNote id=id hint=hint error=error />
            </fieldset>
        }
}

/// After a refused save the eye goes to the first field that is wrong.
pub fn focus_first_error() {
    request_animation_frame(|| {
        let found = document().query_selector("[aria-invalid=true]").ok().flatten();
        if let Some(field) = found {
            let inner = field.query_selector("input").ok().flatten().unwrap_or(field);
            if let Ok(field) = inner.dyn_into::<web_sys::HtmlElement>() {
                field.scroll_into_view();
                let _ = field.focus();
            }
        }
    });
}
