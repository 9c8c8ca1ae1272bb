//! `view!`: the HTML that never changes becomes one template, what changes becomes its gaps.
//!
//! The syntax is that of Leptos' own macro. It expands to `::posyandu::ui::markup::Node`, one type for every view,
//! where Leptos makes code anew for each. What a gap holds is said by the runtime in `src/ui/markup`.

use proc_macro::TokenStream;
use proc_macro2::TokenStream as Tokens;
use quote::{ToTokens, quote};
use rstml::node::{KeyedAttribute, Node, NodeAttribute, NodeElement, NodeName};
use rstml::{Infallible, Parser, ParserConfig};
use syn::spanned::Spanned;

/// Elements without a closing tag.
const VOID: &[&str] = &["area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// Elements that are SVG when they stand alone.
const SVG: &[&str] = &["circle", "g", "line", "path", "polygon", "polyline", "rect", "text", "tspan", "use"];

/// A view: elements, components, text in quotes, and Rust in braces.
#[proc_macro]
pub fn view(input: TokenStream) -> TokenStream {
    let config =
        ParserConfig::default().recover_block(true).always_self_closed_elements(VOID.iter().copied().collect());
    let (nodes, problems) = Parser::new(config).parse_recoverable(Tokens::from(input)).split_vec();
    let problems = problems.into_iter().map(|it| it.emit_as_expr_tokens());
    let node = fragment(&nodes);
    quote! {{ #(#problems;)* #node }}.into()
}

/// What stands between two tags, as an expression of type `Node`.
fn fragment(nodes: &[Node]) -> Tokens {
    let has_markup = nodes.iter().any(|it| match it {
        Node::Element(element) => !is_special(element),
        Node::Text(_) | Node::RawText(_) => nodes.len() > 1,
        Node::Fragment(_) => true,
        _ => false,
    });
    if has_markup {
        return Template::of(nodes);
    }
    let parts: Vec<Tokens> = nodes.iter().filter_map(part).collect();
    match parts.as_slice() {
        [] => quote!(::posyandu::ui::markup::Node::Nothing),
        [only] => only.clone(),
        _ => quote!(::posyandu::ui::markup::Node::Many(vec![#(#parts),*])),
    }
}

/// A node that is not markup, as an expression of type `Node`.
fn part(node: &Node) -> Option<Tokens> {
    Some(match node {
        Node::Block(block) => {
            let inner = unwrapped(
                block.try_block().map_or_else(|| block.to_token_stream(), ToTokens::to_token_stream),
                block.try_block(),
            );
            quote!(::posyandu::ui::markup::IntoView::into_view(#inner))
        }
        Node::Element(element) => special(element),
        Node::Text(text) => {
            let text = text.value_string();
            quote!(::posyandu::ui::markup::IntoView::into_view(#text))
        }
        Node::RawText(text) => {
            let text = text.to_string_best();
            quote!(::posyandu::ui::markup::IntoView::into_view(#text))
        }
        Node::Fragment(inner) => fragment(&inner.children),
        Node::Comment(_) | Node::Doctype(_) | Node::Custom(_) => return None,
    })
}

/// `{x}` is `x`: a block would only make a second scope.
fn unwrapped(all: Tokens, block: Option<&syn::Block>) -> Tokens {
    match block.map(|it| it.stmts.as_slice()) {
        Some([syn::Stmt::Expr(only, None)]) => only.to_token_stream(),
        _ => all,
    }
}

/// Components are written with a capital; `Show` is built in.
fn is_special(element: &NodeElement<Infallible>) -> bool {
    match element.name() {
        NodeName::Path(path) => {
            let last = path.path.segments.last().map(|it| it.ident.to_string()).unwrap_or_default();
            path.path.segments.len() > 1 || last.starts_with(char::is_uppercase)
        }
        _ => false,
    }
}

fn special(element: &NodeElement<Infallible>) -> Tokens {
    let name = element.name();
    let children = &element.children;
    let given = element.attributes().iter().filter_map(|it| match it {
        NodeAttribute::Attribute(it) => Some(it),
        NodeAttribute::Block(_) => None,
    });
    let value = |it: &KeyedAttribute| it.value().map_or_else(|| quote!(true), ToTokens::to_token_stream);
    if name.to_string() == "Show" {
        let named = |key: &str| given.clone().find(|it| it.key.to_string() == key).map(value);
        let when = named("when").unwrap_or_else(|| quote!(compile_error!("<Show> needs when")));
        let content = fragment(children);
        let fallback =
            named("fallback").map_or_else(|| quote!(None), |it| quote!(Some(::posyandu::ui::markup::content(#it))));
        return quote! {
            ::posyandu::ui::markup::show(::std::boxed::Box::new(#when), ::posyandu::ui::markup::content(move || #content), #fallback)
        };
    }
    let props = given.map(|it| {
        let (key, value) = (&it.key, value(it));
        quote!(.#key(#value))
    });
    let children = (!children.is_empty()).then(|| {
        let content = fragment(children);
        quote!(.children(::std::boxed::Box::new(move || #content) as ::posyandu::ui::markup::Children))
    });
    quote! {
        ::posyandu::ui::markup::IntoView::into_view(::leptos::component::component_view(
            #[allow(clippy::needless_borrows_for_generic_args)]
            &#name,
            ::leptos::component::component_props_builder(&#name) #(#props)* #children .build(),
        ))
    }
}

/// HTML with gaps, while it is written.
#[derive(Default)]
struct Template {
    html: String,
    /// For each gap a word: the way to its node, and what is there.
    words: String,
    /// What fills them.
    gaps: Vec<Tokens>,
}

impl Template {
    fn of(nodes: &[Node]) -> Tokens {
        let mut template = Self::default();
        let mut way = Vec::new();
        let leads = template.nodes(nodes, &mut way);
        let is_svg =
            nodes.iter().any(|it| matches!(it, Node::Element(it) if SVG.contains(&it.name().to_string().as_str())));
        let Self { html, words, gaps } = template;
        let into = into();
        quote! {{
            static TEMPLATE: ::posyandu::ui::markup::Template =
                ::posyandu::ui::markup::Template { html: #html, gaps: #words, is_svg: #is_svg, leads: #leads };
            #[allow(unused_mut)]
            let mut #into = ::posyandu::ui::markup::Gaps::new();
            #(#gaps;)*
            #into.of(&TEMPLATE)
        }}
    }

    /// Writes sisters; says whether the first one is a gap.
    fn nodes(&mut self, nodes: &[Node], way: &mut Vec<u8>) -> bool {
        let mut place = 0_u8;
        let mut was_text = false;
        let mut leads = false;
        for node in flat(nodes) {
            let text = match node {
                Node::Text(text) => Some(text.value_string()),
                Node::RawText(text) => Some(text.to_string_best()),
                _ => None,
            };
            if let Some(text) = text {
                if text.is_empty() {
                    continue;
                }
                if !was_text {
                    place += 1;
                }
                was_text = true;
                self.html.push_str(&escaped(&text));
                continue;
            }
            match node {
                Node::Element(element) if !is_special(element) => {
                    way.push(place);
                    self.element(element, way);
                    way.pop();
                }
                other => {
                    let Some(part) = filling(other) else { continue };
                    leads |= place == 0;
                    self.html.push_str("<!>");
                    way.push(place);
                    self.gap(way, "", part);
                    way.pop();
                }
            }
            was_text = false;
            place += 1;
        }
        leads
    }

    fn gap(&mut self, way: &[u8], what: &str, gap: Tokens) {
        self.words.extend(way.iter().map(|place| char::from(b'A' + place)));
        self.words.push_str(what);
        self.words.push(' ');
        self.gaps.push(gap);
    }

    fn element(&mut self, element: &NodeElement<Infallible>, way: &mut Vec<u8>) {
        let tag = element.name().to_string();
        self.html.push('<');
        self.html.push_str(&tag);
        for attribute in element.attributes() {
            match attribute {
                NodeAttribute::Attribute(it) => self.attribute(it, way),
                NodeAttribute::Block(it) => {
                    let error = syn::Error::new(it.span(), "no attributes in braces").to_compile_error();
                    self.gap(way, "", error);
                }
            }
        }
        self.html.push('>');
        if VOID.contains(&tag.as_str()) {
            return;
        }
        self.nodes(&element.children, way);
        self.html.push_str("</");
        self.html.push_str(&tag);
        self.html.push('>');
    }

    fn attribute(&mut self, attribute: &KeyedAttribute, way: &[u8]) {
        let key = attribute.key.to_string();
        let Some(value) = attribute.value() else {
            self.html.push(' ');
            self.html.push_str(&key);
            return;
        };
        let into = into();
        let (what, gap) = match key.split_once(':') {
            Some(("on", event)) => (format!("!{event}"), quote!(#into.on(::posyandu::ui::markup::handler(#value)))),
            Some(("prop", name)) => (format!(".{name}"), put_value(value)),
            Some(("class", name)) => (format!("+{name}"), put_value(value)),
            Some(("bind", "value")) => {
                // One call fills two gaps.
                self.gap(way, "!input", quote!(#into.bind(#value)));
                (".value".to_owned(), Tokens::new())
            }
            Some(_) => {
                (String::new(), syn::Error::new(attribute.key.span(), "no such kind of attribute").to_compile_error())
            }
            None if key == "inner_html" => (String::new(), quote!(#into.html(#value))),
            None if key == "node_ref" => (String::new(), quote!(#into.element(#value))),
            None => {
                if let syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Bool(is_there), .. }) = value {
                    if is_there.value {
                        self.html.push(' ');
                        self.html.push_str(&key);
                    }
                    return;
                }
                if let Some(text) = attribute.value_literal_string() {
                    self.html.push_str(&format!(" {key}=\"{}\"", escaped(&text).replace('"', "&quot;")));
                    return;
                }
                (format!("={key}"), put_value(value))
            }
        };
        self.gap(way, &what, gap);
    }
}

/// The gaps that are being filled, under a name that no page can mean.
fn into() -> proc_macro2::Ident {
    proc_macro2::Ident::new("gaps", proc_macro2::Span::mixed_site())
}

/// A statement that fills the next gap with a value.
fn put_value(value: &syn::Expr) -> Tokens {
    let into = into();
    quote!(::posyandu::ui::markup::IntoValue::fill(#value, &mut #into))
}

/// A statement that fills the next gap with what stands between tags.
fn filling(node: &Node) -> Option<Tokens> {
    let view = match node {
        Node::Block(block) => unwrapped(
            block.try_block().map_or_else(|| block.to_token_stream(), ToTokens::to_token_stream),
            block.try_block(),
        ),
        other => part(other)?,
    };
    let into = into();
    Some(quote!(::posyandu::ui::markup::IntoView::fill(#view, &mut #into)))
}

/// Fragments stand for their children.
fn flat(nodes: &[Node]) -> Vec<&Node> {
    let mut all = Vec::new();
    for node in nodes {
        match node {
            Node::Fragment(inner) => all.extend(flat(&inner.children)),
            Node::Comment(_) | Node::Doctype(_) => {}
            other => all.push(other),
        }
    }
    all
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
