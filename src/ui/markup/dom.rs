//! Puts nodes into the document, and changes what stands there into what should.
//!
//! Invariant: every [`State`] has at least one node of the document, and all of its nodes are sisters in a row from
//! [`State::first`] to [`State::last`].

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{Owner, RenderEffect, document};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::{Element, Node as DomNode};

use super::template::{Kind, Template};
use super::value::{Slot, Value};
use super::{Gap, Handler, Node};

/// Shows a node in an element of the page for as long as the page lives.
pub fn mount(parent: &Element, root: impl FnOnce() -> Node) {
    // Fails only when it was done before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let state = owner.with(|| build(root(), &Place { parent: parent.clone().into(), before: None }));
    std::mem::forget((owner, state));
}

/// Where new nodes go.
struct Place {
    parent: DomNode,
    before: Option<DomNode>,
}

impl Place {
    fn put(&self, node: &DomNode) {
        // A parent that was taken out of the document by somebody else shows nothing; the data is not touched.
        let _ = self.parent.insert_before(node, self.before.as_ref());
    }

    fn comment(&self) -> DomNode {
        let node: DomNode = document().create_comment("").into();
        self.put(&node);
        node
    }
}

/// What stands in the document.
enum State {
    Nothing(DomNode),
    Text(DomNode, Cow<'static, str>),
    /// Never empty.
    Many(Vec<State>),
    Live(RenderEffect<State>),
    Made {
        of: &'static Template,
        first: DomNode,
        last: DomNode,
        gaps: Vec<Filled>,
    },
}

/// What stands in a gap.
enum Filled {
    Node(State),
    Value(Rc<Target>, Option<RenderEffect<()>>),
    Listens(Listener),
    Element(Element),
    Fixed,
}

/// A value on an element, and which it is now.
struct Target {
    element: Element,
    slot: Slot,
    name: &'static str,
    now: RefCell<Value>,
}

struct Listener {
    element: DomNode,
    event: &'static str,
    act: Rc<RefCell<Handler>>,
    heard: Closure<dyn FnMut(web_sys::Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        // An event that comes while its element goes must not call what is gone.
        let _ = self.element.remove_event_listener_with_callback(self.event, self.heard.as_ref().unchecked_ref());
    }
}

impl State {
    fn first(&self) -> DomNode {
        match self {
            Self::Nothing(node) | Self::Text(node, _) => node.clone(),
            Self::Many(all) => all.first().map_or_else(nowhere, Self::first),
            Self::Live(effect) => effect.with_value_mut(|it| it.first()).unwrap_or_else(nowhere),
            Self::Made { of, first, gaps, .. } => match gaps.first() {
                Some(Filled::Node(state)) if of.leads => state.first(),
                _ => first.clone(),
            },
        }
    }

    fn last(&self) -> DomNode {
        match self {
            Self::Nothing(node) | Self::Text(node, _) => node.clone(),
            Self::Many(all) => all.last().map_or_else(nowhere, Self::last),
            Self::Live(effect) => effect.with_value_mut(|it| it.last()).unwrap_or_else(nowhere),
            Self::Made { last, .. } => last.clone(),
        }
    }

    /// The place behind it.
    fn behind(&self) -> Option<Place> {
        let last = self.last();
        Some(Place { parent: last.parent_node()?, before: last.next_sibling() })
    }

    /// Takes its nodes out of the document.
    fn remove(self) {
        let (first, last) = (self.first(), self.last());
        // What listens is gone before its elements are, so that no event of the removal is heard.
        drop(self);
        let mut next = Some(first);
        while let Some(node) = next {
            let is_last = node.is_same_node(Some(&last));
            next = if is_last { None } else { node.next_sibling() };
            if let Some(parent) = node.parent_node() {
                let _ = parent.remove_child(&node);
            }
        }
    }
}

fn nowhere() -> DomNode {
    document().create_comment("").into()
}

fn build(node: Node, place: &Place) -> State {
    match node {
        Node::Nothing => State::Nothing(place.comment()),
        Node::Text(text) => {
            let node: DomNode = document().create_text_node(&text).into();
            place.put(&node);
            State::Text(node, text)
        }
        Node::Many(all) if all.is_empty() => State::Nothing(place.comment()),
        Node::Many(all) => State::Many(all.into_iter().map(|it| build(it, place)).collect()),
        Node::Live(make) => {
            let place = Place { parent: place.parent.clone(), before: place.before.clone() };
            State::Live(live(make, None, Some(place)))
        }
        Node::Fresh(node) => build(*node, place),
        Node::Made(of, gaps) => made(of, gaps, place),
    }
}

/// Makes its node now and whenever what it read changes.
fn live(make: Box<dyn Fn() -> Node>, old: Option<State>, mut place: Option<Place>) -> RenderEffect<State> {
    RenderEffect::new_with_value(
        move |old| {
            let node = make();
            match (old, place.take()) {
                (Some(old), _) => patch(old, node),
                (None, Some(place)) => build(node, &place),
                (None, None) => State::Nothing(nowhere()),
            }
        },
        old,
    )
}

fn made(of: &'static Template, gaps: Vec<Gap>, place: &Place) -> State {
    let Some((top, nodes)) = of.copy() else { return State::Nothing(place.comment()) };
    let first = top.first_child().unwrap_or_else(nowhere);
    let last = top.last_child().unwrap_or_else(nowhere);
    let gaps = gaps.into_iter().zip(nodes).map(|(gap, (node, kind))| fill(gap, node, kind)).collect();
    place.put(&top);
    State::Made { of, first, last, gaps }
}

fn fill(gap: Gap, node: DomNode, kind: Kind) -> Filled {
    match (gap, kind) {
        (Gap::Node(inner), _) => {
            let Some(parent) = node.parent_node() else { return Filled::Fixed };
            Filled::Node(build(inner, &Place { parent, before: Some(node) }))
        }
        (Gap::Value(value), Kind::Value(slot, name)) => valued(node, slot, name, value),
        (Gap::On(act), Kind::On(event)) => Filled::Listens(listen(node, event, act)),
        (Gap::Html(html), _) => {
            node.unchecked_ref::<Element>().set_inner_html(html);
            Filled::Fixed
        }
        (Gap::Element(wanted), _) => {
            let element: Element = node.unchecked_into();
            wanted.set(element.clone());
            Filled::Element(element)
        }
        // `view!` writes the template and fills it.
        _ => Filled::Fixed,
    }
}

fn valued(node: DomNode, slot: Slot, name: &'static str, value: Value) -> Filled {
    let target = Rc::new(Target { element: node.unchecked_into(), slot, name, now: RefCell::new(Value::Absent) });
    match value {
        Value::Live(make) => {
            let effect = follow(target.clone(), make);
            Filled::Value(target, Some(effect))
        }
        // What is absent in the template needs nothing; a property may have another beginning.
        value => {
            target.set(value);
            Filled::Value(target, None)
        }
    }
}

fn follow(target: Rc<Target>, make: Box<dyn Fn() -> Value>) -> RenderEffect<()> {
    RenderEffect::new(move |_| target.set(make()))
}

impl Target {
    fn set(&self, value: Value) {
        let mut value = value;
        while let Value::Live(make) = value {
            value = make();
        }
        value.apply(&self.element, self.slot, self.name, Some(&self.now.borrow()));
        *self.now.borrow_mut() = value;
    }
}

fn listen(element: DomNode, event: &'static str, act: Handler) -> Listener {
    let act = Rc::new(RefCell::new(act));
    let called = act.clone();
    let heard = Closure::<dyn FnMut(web_sys::Event)>::new(move |event: web_sys::Event| {
        // Only an event caused by its own handler finds it taken.
        if let Ok(mut act) = called.try_borrow_mut() {
            act(event);
        }
    });
    let _ = element.add_event_listener_with_callback(event, heard.as_ref().unchecked_ref());
    Listener { element, event, act, heard }
}

/// Changes what stands there into `node`, keeping every element that can stay.
fn patch(old: State, node: Node) -> State {
    match (old, node) {
        (old, Node::Fresh(node)) => replaced(old, *node),
        (State::Live(effect), Node::Live(make)) => State::Live(live(make, taken(&effect), None)),
        (State::Live(effect), node) => match taken(&effect) {
            Some(inner) => patch(inner, node),
            None => State::Nothing(nowhere()),
        },
        (old, Node::Live(make)) => State::Live(live(make, Some(old), None)),
        (State::Nothing(place), Node::Nothing) => State::Nothing(place),
        (State::Text(place, old), Node::Text(text)) => {
            if old != text {
                place.set_node_value(Some(&text));
            }
            State::Text(place, text)
        }
        (State::Many(old), Node::Many(new)) if !new.is_empty() => State::Many(patch_all(old, new)),
        (State::Made { of, first, last, gaps: old }, Node::Made(now, new)) if of.is(now) => {
            let gaps = old.into_iter().zip(new).map(|(old, new)| refill(old, new)).collect();
            State::Made { of, first, last, gaps }
        }
        (old, node) => replaced(old, node),
    }
}

fn replaced(old: State, node: Node) -> State {
    let Some(place) = old.behind() else { return old };
    let state = build(node, &place);
    old.remove();
    state
}

/// What an effect made; the effect itself ends.
fn taken(effect: &RenderEffect<State>) -> Option<State> {
    effect.take_value()
}

fn patch_all(old: Vec<State>, new: Vec<Node>) -> Vec<State> {
    let mut new = new.into_iter();
    let mut all = Vec::with_capacity(new.len());
    for state in old {
        match new.next() {
            Some(node) => all.push(patch(state, node)),
            None => state.remove(),
        }
    }
    let place = all.last().and_then(State::behind);
    if let Some(place) = place {
        all.extend(new.map(|it| build(it, &place)));
    }
    all
}

fn refill(old: Filled, new: Gap) -> Filled {
    match (old, new) {
        (Filled::Node(state), Gap::Node(node)) => Filled::Node(patch(state, node)),
        (Filled::Value(target, followed), Gap::Value(value)) => {
            drop(followed);
            let followed = match value {
                Value::Live(make) => Some(follow(target.clone(), make)),
                value => {
                    target.set(value);
                    None
                }
            };
            Filled::Value(target, followed)
        }
        (Filled::Listens(listener), Gap::On(act)) => {
            *listener.act.borrow_mut() = act;
            Filled::Listens(listener)
        }
        (Filled::Element(element), Gap::Element(wanted)) => {
            wanted.set(element.clone());
            Filled::Element(element)
        }
        (old, _) => old,
    }
}
