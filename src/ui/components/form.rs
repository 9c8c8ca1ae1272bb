//! A form: Enter in a field and the main button do the same.

use super::bars::{Dock, Page};
use super::icon::Icon;
use crate::ui::prelude::*;

/// A form that fills the screen: what is asked scrolls, the main button stays.
#[component]
pub fn FormPage(
    /// What the main button does.
    #[prop(into)]
    on_submit: Callback<()>,
    /// The main button in a word or two.
    #[prop(into)]
    say: Signal<String>,
    /// A picture behind the words; without one a rule stands above the button.
    #[prop(optional)]
    icon: &'static str,
    /// Another look of the main button.
    #[prop(optional)]
    class: &'static str,
    /// What stands above the main button.
    #[prop(optional)]
    above: Option<Node>,
    /// What is asked.
    children: Children,
) -> impl IntoView {
    view! {
        <form class="wizard" on:submit=sends(move |()| on_submit.run(())) novalidate>
            <Page>{children()}</Page>
            <Dock ruled=icon.is_empty()>
                {above}
                <Submit say=say icon=icon class=class />
            </Dock>
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
    /// Another look.
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

/// What a form does instead of asking the server for another page.
pub fn sends(mut act: impl FnMut(()) + 'static) -> impl FnMut(web_sys::Event) {
    move |event| {
        event.prevent_default();
        act(());
    }
}
