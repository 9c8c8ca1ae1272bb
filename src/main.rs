//! Start-up only: the page's half or the worker's half.

#[cfg(target_arch = "wasm32")]
fn main() {
    use wasm_bindgen::JsCast;

    // A release traps without a word.
    #[cfg(debug_assertions)]
    console_error_panic_hook::set_once();
    match js_sys::global().dyn_into::<web_sys::DedicatedWorkerGlobalScope>() {
        Ok(scope) => posyandu::worker::start(scope),
        Err(_) => posyandu::ui::app::mount(),
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("This is the browser app: build it with `make build`, serve it with `make run`.");
}
