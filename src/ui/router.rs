//! Addresses and pages: which page an address shows, and how a tap leads to another.
//!
//! Links are plain `<a href="/…">`; one listener on the document takes them. Addresses hold ids and steps only,
//! never anything that was typed.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use leptos::prelude::{document, provide_context, set_timeout, take_context, use_context, window};
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};

use super::markup::{Node, fresh};
use super::signals::{Memo, RwSignal, untrack};

/// A route: its pattern, where `:name` stands for a part, and its page.
pub type Route = (&'static str, fn() -> Node);

/// Where the page is.
#[derive(Clone, PartialEq, Eq, Default)]
struct Address {
    path: String,
    /// Behind the question mark, without it.
    query: String,
}

impl Address {
    fn here() -> Self {
        let location = window().location();
        let query = location.search().unwrap_or_default();
        Self {
            path: location.pathname().unwrap_or_default(),
            query: query.strip_prefix('?').unwrap_or(&query).to_owned(),
        }
    }

    fn whole(&self) -> String {
        if self.query.is_empty() { self.path.clone() } else { format!("{}?{}", self.path, self.query) }
    }
}

thread_local! {
    static ADDRESS: Cell<Option<RwSignal<Address>>> = const { Cell::new(None) };
    /// Where to, once the browser has gone back to where the steps were begun.
    static LEAVING: RefCell<Option<String>> = const { RefCell::new(None) };
    /// The browser was asked to go back, and has not done it yet.
    static GOING_BACK: Cell<bool> = const { Cell::new(false) };
}

/// Where an entry of the browser's history stands: kept in the entry, so that a reload does not lose it.
#[derive(Clone, Default)]
struct Mark {
    /// Entries of the app before this one.
    depth: u32,
    /// Depth at which the steps of this path began.
    entry: u32,
    /// Address of the entry before; empty for the first.
    from: String,
}

impl Mark {
    fn here() -> Self {
        let state = window().history().and_then(|it| it.state()).unwrap_or(JsValue::NULL);
        let number = |name: &str| {
            let found = js_sys::Reflect::get(&state, &JsValue::from_str(name)).ok()?.as_f64()?;
            Some(found as u32)
        };
        let from = js_sys::Reflect::get(&state, &JsValue::from_str("from")).ok().and_then(|it| it.as_string());
        Self {
            depth: number("depth").unwrap_or(0),
            entry: number("entry").unwrap_or(0),
            from: from.unwrap_or_default(),
        }
    }

    /// Of the entry that comes: steps of one path count from where the path was come to.
    fn after(self, to: &str, instead: bool) -> Self {
        let depth = if instead { self.depth } else { self.depth + 1 };
        let path = to.split('?').next().unwrap_or_default();
        let here = Address::here();
        let entry = if here.path == path { self.entry } else { depth };
        Self { depth, entry, from: if instead { self.from } else { here.whole() } }
    }

    fn to_js(&self) -> JsValue {
        let state = js_sys::Object::new();
        for (name, value) in
            [("depth", self.depth.into()), ("entry", self.entry.into()), ("from", self.from.as_str().into())]
        {
            // Fails only for objects that are sealed.
            let _ = js_sys::Reflect::set(&state, &JsValue::from_str(name), &value);
        }
        state.into()
    }
}

/// Begins to follow links and the back key. Call once, inside the owner of the whole page.
pub fn start() {
    let address = RwSignal::new(Address::here());
    ADDRESS.set(Some(address));
    let on_pop = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
        GOING_BACK.set(false);
        if let Some(to) = LEAVING.take() {
            go_instead(&to);
            return;
        }
        address.set(Address::here());
        focus_title();
    });
    let on_click = Closure::<dyn FnMut(web_sys::MouseEvent)>::new(|event: web_sys::MouseEvent| {
        if let Some(to) = followed(&event) {
            event.prevent_default();
            go(&to);
        }
    });
    // Neither fails: both names are events.
    let _ = window().add_event_listener_with_callback("popstate", on_pop.as_ref().unchecked_ref());
    let _ = document().add_event_listener_with_callback("click", on_click.as_ref().unchecked_ref());
    on_pop.forget();
    on_click.forget();
}

/// Where a tap leads inside the app.
fn followed(event: &web_sys::MouseEvent) -> Option<String> {
    let is_plain = event.button() == 0
        && !event.default_prevented()
        && !(event.ctrl_key() || event.meta_key() || event.shift_key() || event.alt_key());
    let tapped: web_sys::Element = event.target()?.dyn_into().ok()?;
    let link = tapped.closest("a[href]").ok()??;
    let href = link.get_attribute("href")?;
    let is_ours = href.starts_with('/')
        && !href.starts_with("//")
        && !link.has_attribute("download")
        && !link.has_attribute("target");
    (is_plain && is_ours).then_some(href)
}

/// From the last step of a page to the page that follows it: the back key leads to where the steps were begun, and
/// never into a form that is done.
pub fn leave_to(to: &str) {
    let mark = Mark::here();
    let steps = mark.depth.saturating_sub(mark.entry);
    let Some(back) = i32::try_from(steps).ok().filter(|it| *it > 0) else {
        go_instead(to);
        return;
    };
    LEAVING.set(Some(to.to_owned()));
    let gone = window().history().is_ok_and(|it| it.go_with_delta(-back).is_ok());
    if !gone && let Some(to) = LEAVING.take() {
        go_instead(&to);
    }
}

/// To another page, which the back key leaves again.
pub fn go(to: &str) {
    turn(to, false);
    window().scroll_to_with_x_and_y(0.0, 0.0);
    focus_title();
}

/// To another page instead of this one: the back key does not return here, nor twice to where she came from.
pub fn go_instead(to: &str) {
    if GOING_BACK.get() {
        return;
    }
    if Mark::here().from == to && window().history().is_ok_and(|it| it.back().is_ok()) {
        GOING_BACK.set(true);
        set_timeout(|| GOING_BACK.set(false), Duration::from_millis(500));
        return;
    }
    turn(to, true);
    window().scroll_to_with_x_and_y(0.0, 0.0);
    focus_title();
}

/// Another state of the same page: nothing scrolls, the focus stays.
pub fn turn(to: &str, instead: bool) {
    let Ok(history) = window().history() else { return };
    // Where she is already needs no second entry.
    let (path, query) = to.split_once('?').unwrap_or((to, ""));
    if (Address { path: path.to_owned(), query: query.to_owned() }) != Address::here() {
        let mark = Mark::here().after(to, instead).to_js();
        // Refused only for addresses of other origins, which never come here.
        let _ = if instead {
            history.replace_state_with_url(&mark, "", Some(to))
        } else {
            history.push_state_with_url(&mark, "", Some(to))
        };
    }
    // The browser may be there already, by the back key, and the screen not yet.
    if let Some(address) = ADDRESS.get()
        && address.with_untracked(|it| *it != Address::here())
    {
        address.set(Address::here());
    }
}

/// Takes what stands behind `#` out of the address and out of what the back key knows.
pub fn forget_hash() {
    let path = window().location().pathname().unwrap_or_default();
    if let Ok(history) = window().history() {
        let _ = history.replace_state_with_url(&Mark::here().to_js(), "", Some(&path));
    }
}

/// A new page is read from its title on; who is typing already is left alone.
fn focus_title() {
    fn again(frames: u8) {
        leptos::prelude::request_animation_frame(move || {
            let focused = document().active_element();
            let is_idle = focused.is_none_or(|it| !it.matches("input, textarea, select").unwrap_or(false));
            let title = document().get_element_by_id("judul").and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
            match title {
                Some(title) if is_idle => {
                    let options = web_sys::FocusOptions::new();
                    options.set_prevent_scroll(true);
                    let _ = title.focus_with_options(&options);
                }
                None if frames > 0 => again(frames - 1),
                _ => {}
            }
        });
    }
    again(20);
}

fn address() -> Address {
    ADDRESS.get().map(|it| it.get()).unwrap_or_default()
}

/// What the parts of an address' pattern stand for.
type Parts = Vec<(&'static str, String)>;

/// The page in the table that fits the address, and its parts.
#[derive(Clone, Copy)]
struct Matched(Memo<Option<(usize, Parts)>>);

/// A part of the address; empty on a page without it.
#[must_use]
pub fn param(name: &'static str) -> Memo<String> {
    let matched = use_context::<Matched>();
    let page = matched.and_then(|it| it.0.with_untracked(|it| it.as_ref().map(|it| it.0)));
    Memo::new(move |old: Option<&String>| {
        let of_page = |(place, parts): &(usize, Parts)| {
            let found = parts.iter().find(|it| it.0 == name).map(|it| it.1.clone());
            found.filter(|_| Some(*place) == page)
        };
        let found = matched.and_then(|it| it.0.with(|it| it.as_ref().and_then(of_page)));
        // While the page gives way to another, its own part stays what it was.
        found.or_else(|| old.cloned()).unwrap_or_default()
    })
}

/// A word behind the question mark.
#[must_use]
pub fn query(name: &'static str) -> Memo<Option<String>> {
    let matched = use_context::<Matched>();
    let place = move || matched.and_then(|it| it.0.with(|it| it.as_ref().map(|it| it.0)));
    let page = untrack(place);
    Memo::new(move |old: Option<&Option<String>>| {
        let address = address();
        // While the page gives way to another, its own words stay what they were.
        if place() != page {
            return old.cloned().flatten();
        }
        web_sys::UrlSearchParams::new_with_str(&address.query).ok()?.get(name)
    })
}

/// Forgets which page fits the address: another screen stands where the pages stood, and what they followed is gone.
pub fn leave() {
    let _ = take_context::<Matched>();
}

/// The page of the address; `none` where no pattern fits.
pub fn routes(table: &'static [Route], none: fn() -> Node) -> Node {
    let matched = Memo::new(move |_| {
        let path = address().path;
        table.iter().enumerate().find_map(|(place, (pattern, _))| Some((place, parts(pattern, &path)?)))
    });
    let place = Memo::new(move |_| matched.with(|it| it.as_ref().map(|it| it.0)));
    provide_context(Matched(matched));
    Node::Live(Box::new(move || {
        let page = place.get().and_then(|it| table.get(it)).map_or(none, |it| it.1);
        untrack(|| fresh(page()))
    }))
}

/// The parts of a path that a pattern names; `None` when it does not fit.
fn parts(pattern: &'static str, path: &str) -> Option<Parts> {
    let mut found = Parts::new();
    let mut given = path.split('/').filter(|it| !it.is_empty());
    for wanted in pattern.split('/').filter(|it| !it.is_empty()) {
        let part = given.next()?;
        match wanted.strip_prefix(':') {
            Some(name) => {
                let part = js_sys::decode_uri_component(part).ok()?;
                found.push((name, part.into()));
            }
            None if wanted == part => {}
            None => return None,
        }
    }
    given.next().is_none().then_some(found)
}
