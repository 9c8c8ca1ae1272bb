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

use leptos::prelude::{Get, GetUntracked, Memo, ReadSignal, RwSignal, Set, Signal, StoredValue, With, WithValue};
use leptos::reactive::owner::LocalStorage;
use wasm_bindgen::JsCast;

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
    /// Name and value of an attribute.
    Attribute(&'static str, Value),
    /// Name and value of a property of the element.
    Property(&'static str, Value),
    /// A class that is there or not.
    Class(&'static str, Value),
    /// Name of an event, and what is done.
    On(&'static str, Handler),
    /// Markup of the app itself, never of anybody's text.
    Html(&'static str),
    /// Where the element is wanted.
    Element(ElementRef),
}

/// What is done on an event.
pub type Handler = Box<dyn FnMut(web_sys::Event)>;
/// What stands between a component's tags.
pub type Children = Box<dyn FnOnce() -> Node>;

/// The element of a template, once it is in the document.
#[derive(Clone, Copy)]
pub struct ElementRef(RwSignal<Option<web_sys::Element>, LocalStorage>);

impl ElementRef {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self(RwSignal::new_local(None))
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
}

macro_rules! signals {
    ($($signal:ident),+) => {
        $(impl<T: IntoView + Clone + Send + Sync + 'static> IntoView for $signal<T> {
            fn into_view(self) -> Node {
                Node::Live(Box::new(move || self.get().into_view()))
            }
        })+
    };
}
signals!(Signal, RwSignal, ReadSignal, Memo);

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
    let when = StoredValue::new_local(when);
    let holds = Memo::new(move |_| when.with_value(|when| when()));
    Node::Live(Box::new(move || {
        let holds = holds.get();
        leptos::prelude::untrack(|| match (&fallback, holds) {
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

/// `bind:value`, from the field to the signal.
#[must_use]
pub fn types_into(signal: RwSignal<String>) -> Handler {
    Box::new(move |event| {
        let text = leptos::prelude::event_target_value(&event);
        if signal.try_get_untracked().as_ref() != Some(&text) {
            signal.set(text);
        }
    })
}

/// `bind:value`, from the signal to the field.
#[must_use]
pub fn shows(signal: RwSignal<String>) -> Value {
    Value::Live(Box::new(move || Value::Text(Cow::Owned(signal.with(String::clone)))))
}
