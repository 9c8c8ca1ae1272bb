//! Templates: parsed by the browser once, copied for each use.

use std::cell::RefCell;
use std::collections::BTreeMap;

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{HtmlTemplateElement, Node as DomNode};

/// HTML with gaps, written by `view!`.
pub struct Template {
    /// The HTML; a gap between tags is an empty comment.
    pub html: &'static str,
    /// For each gap: the number of steps to its node from the top, then the steps, each a place among sisters.
    pub ways: &'static [u8],
    /// Its roots are SVG.
    pub is_svg: bool,
    /// Its first root is a gap.
    pub leads: bool,
}

thread_local! {
    /// What was parsed, by the place of the template in memory.
    static PARSED: RefCell<BTreeMap<usize, DomNode>> = const { RefCell::new(BTreeMap::new()) };
}

impl Template {
    pub(super) fn is(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }

    /// A copy: its top, and the node of each gap.
    pub(super) fn copy(&'static self) -> Option<(DomNode, Vec<DomNode>)> {
        let key = std::ptr::from_ref(self).addr();
        let known = PARSED.with_borrow(|all| all.get(&key).cloned());
        let parsed = match known {
            Some(parsed) => parsed,
            None => {
                let parsed = self.parse()?;
                PARSED.with_borrow_mut(|all| all.insert(key, parsed.clone()));
                parsed
            }
        };
        let top = document().import_node_with_deep(&parsed, true).ok()?;
        let mut nodes = Vec::new();
        let mut rest = self.ways;
        while let Some((length, more)) = rest.split_first() {
            let (way, more) = more.split_at_checked(usize::from(*length))?;
            let mut node = top.clone();
            for place in way {
                node = node.child_nodes().get(u32::from(*place))?;
            }
            nodes.push(node);
            rest = more;
        }
        Some((top, nodes))
    }

    fn parse(&self) -> Option<DomNode> {
        let element: HtmlTemplateElement = document().create_element("template").ok()?.unchecked_into();
        if !self.is_svg {
            element.set_inner_html(self.html);
            return Some(element.content().into());
        }
        element.set_inner_html(&format!("<svg>{}</svg>", self.html));
        let (content, svg) = (element.content(), element.content().first_child()?);
        while let Some(child) = svg.first_child() {
            content.insert_before(&child, Some(&svg)).ok()?;
        }
        content.remove_child(&svg).ok()?;
        Some(content.into())
    }
}
