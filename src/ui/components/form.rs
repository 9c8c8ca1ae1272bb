//! A form: Enter in a field and the main button do the same.

use super::icon::Icon;
use crate::ui::prelude::*;

/// A form; one that fills the screen unless it has another class.
#[component]
pub fn Form(
    /// What the main button does.
    #[prop(into)]
    on_submit: Callback<()>,
    /// Another class, or none for a form inside a page.
    #[prop(default = "wizard")]
    class: &'static str,
    /// A page and a dock; or what stands in a page, and the button.
    children: Children,
) -> impl IntoView {
    let submit = move |event: web_sys::Event| {
        event.prevent_default();
        on_submit.run(());
    };
    view! {
        <form class=class on:submit=submit novalidate>
            {children()}
        </form>
    }
}

/// The main button of a form.
#[component]
pub fn Submit(
    /// What it does, in a word or two.
    #[prop(into)]
    say: Signal<String>,
    /// A picture behind the words.
    #[prop(optional)]
    icon: &'static str,
    /// More class names.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    view! {
        <button class=format!("button {class}") type="submit">
            <span class:button__grow=!icon.is_empty()>{say}</span>
            {(!icon.is_empty()).then(|| view! { <Icon name=icon /> })}
        </button>
    }
}
