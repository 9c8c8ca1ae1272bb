//! Pages that come with the second wasm file: shown as soon as it is here, and until then what they wait for.
//!
//! A page whose only way in is [`lazily`] moves there with all that only it needs: views, closures, sentences.

use super::components::{Page, TopBar};
use super::prelude::*;
use crate::i18n::{kirim, mulai};
use crate::later::{self, Here, Unreachable};
use crate::messages::Failure;

/// A page of the second file. `make` must stand here as it is, not behind a pointer: what anybody else can call stays
/// in the first file.
pub fn lazily(make: impl Fn() -> Node + 'static) -> Node {
    let here = RwSignal::new(later::here().map(Ok));
    bring(here);
    Node::Live(Box::new(move || match here.get() {
        None => Node::Nothing,
        Some(Ok(here)) => untrack(|| here.call(&make)),
        Some(Err(_)) => absent(here),
    }))
}

fn bring(here: RwSignal<Option<Result<Here, Unreachable>>>) {
    if here.with_untracked(|it| !matches!(it, Some(Ok(_)))) {
        spawn_local(async move {
            let came = later::load().await;
            // Or the page was left meanwhile.
            here.try_set(Some(came));
        });
    }
}

/// It is not on this phone yet, and there is no network to bring it.
fn absent(here: RwSignal<Option<Result<Here, Unreachable>>>) -> Node {
    let again = move |_| {
        here.set(None);
        bring(here);
    };
    view! {
        <TopBar title=kirim::TITLE back="/" />
        <Page>
            {Failure::Unreachable}
            <button class="button" type="button" on:click=again>
                {mulai::TRY_AGAIN}
            </button>
        </Page>
    }
}
