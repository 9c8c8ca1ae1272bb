//! Own number pads: the system keyboard never covers the question.

use super::icon::Icon;
use crate::domain::number::PadKey;
use crate::i18n::umum as kata;
use crate::ui::prelude::*;

const DIGITS: [[u8; 3]; 3] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];

/// The pad of a measure: digits, a wide mango comma, delete, "Tidak diukur", and on.
#[component]
pub fn NumberPad(
    /// A key was pressed.
    #[prop(into)]
    on_key: Callback<PadKey>,
    /// She could not measure.
    #[prop(into)]
    on_skip: Callback<()>,
    /// On to the next.
    #[prop(into)]
    on_next: Callback<()>,
    /// The word on the green key.
    #[prop(into)]
    next: Signal<String>,
) -> impl IntoView {
    let digit = move |value: u8| {
        view! {
            <button class="pad__key" type="button" on:click=move |_| on_key.run(PadKey::Digit(value))>
                {value.to_string()}
            </button>
        }
    };
    let row = move |digits: [u8; 3]| digits.map(digit).collect_view();
    let [first, second, third] = DIGITS;
    view! {
        <div class="pad" role="group" aria-label=kata::NUMBERS>
            {row(first)}
            <button
                class="pad__key pad__key--soft"
                type="button"
                aria-label=kata::DELETE_ONE
                on:click=move |_| on_key.run(PadKey::Backspace)
            >
                <Icon name="hapus" />
            </button>
            {row(second)}
            <button class="pad__key pad__key--soft" type="button" on:click=move |_| on_skip.run(())>
                {kata::NOT_MEASURED}
            </button>
            {row(third)}
            <button class="pad__key pad__key--go" type="button" on:click=move |_| on_next.run(())>
                <Icon name="lanjut" />
                {next}
            </button>
            {digit(0)}
            <button class="pad__key pad__key--comma" type="button" on:click=move |_| on_key.run(PadKey::Comma)>
                <b aria-hidden="true">","</b>
                {kata::COMMA}
            </button>
        </div>
    }
}

/// The pad of a PIN; the corner key is given by the screen.
#[component]
pub fn PinPad(
    /// A digit.
    #[prop(into)]
    on_digit: Callback<u8>,
    /// Delete one.
    #[prop(into)]
    on_delete: Callback<()>,
    /// Word of the corner key; none leaves it out.
    #[prop(into, optional)]
    corner: Option<String>,
    /// Corner pressed.
    #[prop(into, optional)]
    on_corner: Option<Callback<()>>,
) -> impl IntoView {
    let digit = move |value: u8| {
        view! {
            <button class="pad__key" type="button" on:click=move |_| on_digit.run(value)>
                {value.to_string()}
            </button>
        }
    };
    view! {
        <div class="pad pad--pin" role="group" aria-label=kata::NUMBERS>
            {DIGITS.into_iter().flatten().map(digit).collect_view()}
            {match (corner, on_corner) {
                (Some(word), Some(pressed)) => {
                    view! {
                        <button class="pad__key pad__key--soft" type="button" on:click=move |_| pressed.run(())>
                            {word}
                        </button>
                    }
                }
                _ => view! { <span></span> },
            }}
            {digit(0)}
            <button
                class="pad__key pad__key--soft"
                type="button"
                aria-label=kata::DELETE_ONE
                on:click=move |_| on_delete.run(())
            >
                <Icon name="hapus" />
            </button>
        </div>
    }
}
