//! Views as one type: [`Node`] is what a page wants to show, [`dom`] puts it into the document and keeps it right.
//!
//! Leptos' own views have a type each, and code is made for each type: eight tenths of the app's weight.
//! Here a `view!` is a template that the browser parses once, and a list of what stands in its gaps. When a closure
//! gives the same template again, only the gaps are compared, so that focus, caret and scrolling stay.
//! Signals, effects, owners and `#[component]` are those of Leptos.

mod dom;
mod template;
mod value;

use std::borrow::Cow;

use wasm_bindgen::JsCast;

use super::signals::{Memo, RwSignal, Signal, StoredValue, untrack};

pub use dom::mount;
pub use posyandu_markup::view;
pub use template::Template;
pub use value::{IntoValue, Value};

/// What is to be shown.
pub enum Node {
    /// Nothing.
    Nothing,
    /// Words.
    Text(Cow<'static, str>),
    /// One after the other.
    Many(Vec<Node>),
    /// Made anew when a signal that was read in it changes.
    Live(Box<dyn Fn() -> Node>),
    /// Never what stood there before, changed: another page, another person.
    Fresh(Box<Node>),
    /// A template and what stands in its gaps, in their order.
    Made(&'static Template, Vec<Gap>),
}

/// What stands in the gap of a template.
pub enum Gap {
    /// Between tags.
    Node(Node),
    /// The value of an attribute, of a property of the element, or whether a class is there.
    Value(Value),
    /// What is done on an event.
    On(Handler),
    /// Markup of the app itself, never of anybody's text.
    Html(&'static str),
    /// Where the element is wanted.
    Element(ElementRef),
}

/// The gaps of a template while they are filled. Each method is one small call where a page is made.
pub struct Gaps(Vec<Gap>);

impl Gaps {
    /// None filled.
    #[must_use]
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// All filled.
    #[inline(never)]
    #[must_use]
    pub fn of(self, template: &'static Template) -> Node {
        Node::Made(template, self.0)
    }

    /// Something between tags.
    #[inline(never)]
    pub fn node(&mut self, node: Node) {
        self.0.push(Gap::Node(node));
    }

    /// Fixed words between tags.
    #[inline(never)]
    pub fn words(&mut self, words: &'static str) {
        self.node(Node::Text(Cow::Borrowed(words)));
    }

    /// Something between tags that is made anew.
    #[inline(never)]
    pub fn live(&mut self, make: Box<dyn Fn() -> Node>) {
        self.node(Node::Live(make));
    }

    /// The value of an attribute, a property or a class.
    #[inline(never)]
    pub fn value(&mut self, value: Value) {
        self.0.push(Gap::Value(value));
    }

    /// A fixed value.
    #[inline(never)]
    pub fn word(&mut self, word: &'static str) {
        self.value(Value::Text(Cow::Borrowed(word)));
    }

    /// A value that is made anew.
    #[inline(never)]
    pub fn live_value(&mut self, make: Box<dyn Fn() -> Value>) {
        self.value(Value::Live(make));
    }

    /// What is done on an event.
    #[inline(never)]
    pub fn on(&mut self, act: Handler) {
        self.0.push(Gap::On(act));
    }

    /// Markup of the app itself.
    #[inline(never)]
    pub fn html(&mut self, html: &'static str) {
        self.0.push(Gap::Html(html));
    }

    /// Where the element is wanted.
    #[inline(never)]
    pub fn element(&mut self, wanted: ElementRef) {
        self.0.push(Gap::Element(wanted));
    }

    /// `bind:value`: from the field to the signal, and from the signal to the field.
    #[inline(never)]
    pub fn bind(&mut self, signal: RwSignal<String>) {
        self.on(types_into(signal));
        self.value(shows(signal));
    }
}

impl Default for Gaps {
    fn default() -> Self {
        Self::new()
    }
}

/// What is done on an event.
pub type Handler = Box<dyn FnMut(web_sys::Event)>;
/// What stands between a component's tags.
pub type Children = Box<dyn FnOnce() -> Node>;

/// The element of a template, once it is in the document.
#[derive(Clone, Copy)]
pub struct ElementRef(RwSignal<Option<web_sys::Element>>);

impl ElementRef {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    /// The element as what it is; an effect that asks runs again when it comes.
    #[must_use]
    pub fn get<T: JsCast>(self) -> Option<T> {
        self.0.get()?.dyn_into().ok()
    }

    /// The element as what it is, without a promise to be told.
    #[must_use]
    pub fn now<T: JsCast>(self) -> Option<T> {
        self.0.get_untracked()?.dyn_into().ok()
    }

    fn set(self, element: web_sys::Element) {
        self.0.set(Some(element));
    }
}

impl Default for ElementRef {
    fn default() -> Self {
        Self::new()
    }
}

/// What can stand between tags.
pub trait IntoView: Sized {
    /// As a node.
    fn into_view(self) -> Node;

    /// Into the next gap.
    fn fill(self, gaps: &mut Gaps) {
        gaps.node(self.into_view());
    }
}

impl IntoView for Node {
    fn into_view(self) -> Node {
        self
    }
}

impl IntoView for () {
    fn into_view(self) -> Node {
        Node::Nothing
    }
}

impl IntoView for &'static str {
    fn into_view(self) -> Node {
        Node::Text(Cow::Borrowed(self))
    }

    fn fill(self, gaps: &mut Gaps) {
        gaps.words(self);
    }
}

impl IntoView for String {
    fn into_view(self) -> Node {
        Node::Text(Cow::Owned(self))
    }
}

impl IntoView for Cow<'static, str> {
    fn into_view(self) -> Node {
        Node::Text(self)
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl IntoView for $number {
            fn into_view(self) -> Node {
                Node::Text(Cow::Owned(self.to_string()))
            }
        })+
    };
}
numbers!(u8, u16, u32, u64, usize, i32, i64);

impl<T: IntoView> IntoView for Option<T> {
    fn into_view(self) -> Node {
        self.map_or(Node::Nothing, T::into_view)
    }
}

impl<T: IntoView> IntoView for Vec<T> {
    fn into_view(self) -> Node {
        Node::Many(self.into_iter().map(T::into_view).collect())
    }
}

impl<T: IntoView, F: Fn() -> T + 'static> IntoView for F {
    fn into_view(self) -> Node {
        Node::Live(Box::new(move || self().into_view()))
    }

    fn fill(self, gaps: &mut Gaps) {
        gaps.live(Box::new(move || self().into_view()));
    }
}

macro_rules! signals {
    ($($signal:ident),+) => {
        $(impl<T: IntoView + Clone + 'static> IntoView for $signal<T> {
            fn into_view(self) -> Node {
                Node::Live(Box::new(move || self.get().into_view()))
            }

            fn fill(self, gaps: &mut Gaps) {
                gaps.live(Box::new(move || self.get().into_view()));
            }
        })+
    };
}
signals!(Signal, RwSignal, Memo);

/// Views one after the other.
pub trait CollectView {
    /// As one node.
    fn collect_view(self) -> Node;
}

impl<T: IntoView, I: IntoIterator<Item = T>> CollectView for I {
    fn collect_view(self) -> Node {
        Node::Many(self.into_iter().map(T::into_view).collect())
    }
}

/// Content that may be made more than once.
pub fn content<T: IntoView>(content: impl Fn() -> T + 'static) -> Box<dyn Fn() -> Node> {
    Box::new(move || content().into_view())
}

/// `<Show>`: content while something holds, made anew only when that changes.
#[must_use]
pub fn show(
    when: Box<dyn Fn() -> bool>,
    content: Box<dyn Fn() -> Node>,
    fallback: Option<Box<dyn Fn() -> Node>>,
) -> Node {
    let when = StoredValue::new(when);
    let holds = Memo::new(move |_| when.with_value(|when| when()));
    Node::Live(Box::new(move || {
        let holds = holds.get();
        untrack(|| match (&fallback, holds) {
            (_, true) => content(),
            (Some(fallback), false) => fallback(),
            (None, false) => Node::Nothing,
        })
    }))
}

/// A node that never takes over what stood in its place.
#[must_use]
pub fn fresh(node: Node) -> Node {
    Node::Fresh(Box::new(node))
}

/// What is done on an event, whatever it takes.
pub fn handler(act: impl FnMut(web_sys::Event) + 'static) -> Handler {
    Box::new(act)
}

/// From the field to the signal.
fn types_into(signal: RwSignal<String>) -> Handler {
    Box::new(move |event| {
        let text = leptos::prelude::event_target_value(&event);
        if signal.try_get_untracked().as_ref() != Some(&text) {
            signal.set(text);
        }
    })
}

/// From the signal to the field.
fn shows(signal: RwSignal<String>) -> Value {
    Value::Live(Box::new(move || Value::Text(Cow::Owned(signal.with(String::clone)))))
}
