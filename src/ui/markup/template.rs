//! Templates: parsed by the browser once, copied for each use.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlTemplateElement, Node as DomNode};

use super::value::Slot;
use crate::domain::sorted::SortedMap;

/// HTML with gaps, written by `view!`.
pub struct Template {
    /// The HTML; a gap between tags is an empty comment.
    pub html: &'static str,
    /// One word for each gap, in their order: the way to its node from the top, a letter from `A` for each place among
    /// sisters, then what is there: nothing for a node, or [`Kind`]'s sign and a name.
    pub gaps: &'static str,
    /// Its roots are SVG.
    pub is_svg: bool,
    /// Its first root is a gap.
    pub leads: bool,
}

/// What a gap is, as far as the template says it.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    /// Something between tags, or the whole element: its inside, or where it is wanted.
    Node,
    /// A value of the element: `=` an attribute, `.` a property, `+` a class.
    Value(Slot, &'static str),
    /// `!` and the name of an event.
    On(&'static str),
}

/// A template as it was parsed.
pub(super) struct Parsed {
    content: DomNode,
    gaps: Vec<(&'static [u8], Kind)>,
}

thread_local! {
    /// What was parsed, by the place of the template in memory.
    static PARSED: RefCell<SortedMap<usize, Rc<Parsed>>> = const { RefCell::new(SortedMap::new()) };
}

impl Template {
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    /// A copy: its top, and for each gap its node and what it is.
    pub(super) fn copy(&'static self) -> Option<(DomNode, Vec<(DomNode, Kind)>)> {
        let key = std::ptr::from_ref(self).addr();
        let known = PARSED.with_borrow(|all| all.get(&key).cloned());
        let parsed = match known {
            Some(parsed) => parsed,
            None => {
                let parsed = Rc::new(Parsed {
                    content: self.parse()?,
                    gaps: self.gaps.split_terminator(' ').map(gap).collect(),
                });
                PARSED.with_borrow_mut(|all| all.insert(key, parsed.clone()));
                parsed
            }
        };
        let top = document().import_node_with_deep(&parsed.content, true).ok()?;
        let mut nodes = Vec::with_capacity(parsed.gaps.len());
        for (way, kind) in &parsed.gaps {
            let mut node = top.clone();
            for place in *way {
                node = node.child_nodes().get(u32::from(place - b'A'))?;
            }
            nodes.push((node, *kind));
        }
        Some((top, nodes))
    }

    fn parse(&self) -> Option<DomNode> {
        let element: HtmlTemplateElement = document().create_element("template").ok()?.unchecked_into();
        if !self.is_svg {
            element.set_inner_html(self.html);
            return Some(element.content().into());
        }
        element.set_inner_html(&["<svg>", self.html, "</svg>"].concat());
        let (content, svg) = (element.content(), element.content().first_child()?);
        while let Some(child) = svg.first_child() {
            content.insert_before(&child, Some(&svg)).ok()?;
        }
        content.remove_child(&svg).ok()?;
        Some(content.into())
    }
}

/// Way and kind, from the word of a gap.
fn gap(word: &'static str) -> (&'static [u8], Kind) {
    let Some((way, sign, name)) = word.find(|it| it < 'A').and_then(|at| {
        let (way, rest) = word.split_at(at);
        Some((way, rest.chars().next()?, rest.get(1..)?))
    }) else {
        return (word.as_bytes(), Kind::Node);
    };
    let kind = match sign {
        '=' => Kind::Value(Slot::Attribute, name),
        '.' => Kind::Value(Slot::Property, name),
        '+' => Kind::Value(Slot::Class, name),
        _ => Kind::On(name),
    };
    (way.as_bytes(), kind)
}
