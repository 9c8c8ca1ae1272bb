//! Start-up only: the page's half or the worker's half.

#[cfg(target_arch = "wasm32")]
fn main() {
    use leptos::prelude::*;
    use wasm_bindgen::{JsCast, prelude::Closure};

    console_error_panic_hook::set_once();
    if let Ok(scope) = js_sys::global().dyn_into::<web_sys::DedicatedWorkerGlobalScope>() {
        let reply = scope.clone();
        let answer = Closure::<dyn FnMut(web_sys::MessageEvent)>::new(
            move |message: web_sys::MessageEvent| {
                // A message that cannot be cloned back is not one of ours.
                let _ = reply.post_message(&message.data());
            },
        );
        scope.set_onmessage(Some(answer.as_ref().unchecked_ref()));
        answer.forget();
        return;
    }
    if let Some(outline) = document().get_element_by_id("awal") {
        outline.remove();
    }
    mount_to_body(
        || view! { <main id="app" class="page"><h1 class="book">"Posyandu 6 SPM"</h1></main> },
    );
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the browser app: build it with `make build`, serve it with `make run`.");
}
