//! Views in the document: what a change may touch, and what must stay.

use std::cell::RefCell;
use std::rc::Rc;

use posyandu::ui::markup::{CollectView, ElementRef, IntoView, Node, fresh, mount, view};
use posyandu::ui::signals::{Effect, RwSignal};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// An empty element of the page.
fn place() -> Element {
    let document = web_sys::window().unwrap().document().unwrap();
    let place = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&place).unwrap();
    place
}

/// Shows a view made by `root`, and gives its place.
fn shown(root: impl FnOnce() -> Node) -> Element {
    let place = place();
    mount(&place, root);
    place
}

/// Lets effects run.
async fn settle() {
    let waited = js_sys::Promise::new(&mut |done, _| {
        let window = web_sys::window().unwrap();
        window.set_timeout_with_callback_and_timeout_and_arguments_0(&done, 5).unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(waited).await.unwrap();
}

/// HTML without the comments that mark gaps.
fn html(place: &Element) -> String {
    let mut html = place.inner_html();
    while let Some((before, rest)) = html.clone().split_once("<!--") {
        html = format!("{before}{}", rest.split_once("-->").unwrap().1);
    }
    html
}

fn find<T: JsCast>(place: &Element, selector: &str) -> T {
    place.query_selector(selector).unwrap().unwrap().dyn_into().unwrap()
}

#[wasm_bindgen_test]
fn text_is_text_wherever_it_comes_from() {
    let name = "<b>Ani & \"Ina\"</b>".to_owned();
    let place = shown(move || view! { <p title=name.clone()>"1 < 2 & " {name} {3_u32}</p> });
    assert_eq!(find::<Element>(&place, "p").text_content().unwrap(), "1 < 2 & <b>Ani & \"Ina\"</b>3");
    assert_eq!(find::<Element>(&place, "p").get_attribute("title").unwrap(), "<b>Ani & \"Ina\"</b>");
    assert!(place.query_selector("b").unwrap().is_none());
}

#[wasm_bindgen_test]
async fn an_attribute_follows_its_signal_and_goes_with_none() {
    let error = RwSignal::new(None::<&'static str>);
    let place = shown(move || view! { <input class="field" aria-invalid=move || error.get() hidden=false /> });
    let field: Element = find(&place, "input");
    assert_eq!((field.get_attribute("aria-invalid"), field.has_attribute("hidden")), (None, false));
    error.set(Some("true"));
    settle().await;
    assert_eq!(field.get_attribute("aria-invalid").as_deref(), Some("true"));
    error.set(None);
    settle().await;
    assert!(!field.has_attribute("aria-invalid"));
}

#[wasm_bindgen_test]
async fn the_same_template_keeps_its_elements_with_focus_and_text() {
    let count = RwSignal::new(0_u32);
    let place = shown(move || {
        (move || {
            let now = count.get();
            view! { <label><input name="n" /> <b>{now}</b></label> }
        })
        .into_view()
    });
    let field: HtmlInputElement = find(&place, "input");
    field.focus().unwrap();
    field.set_value("8,6");
    count.set(1);
    settle().await;
    assert_eq!(find::<Element>(&place, "b").text_content().unwrap(), "1");
    assert!(field.is_same_node(Some(&find::<Element>(&place, "input"))), "the field was made anew");
    assert_eq!(field.value(), "8,6");
    let focused = web_sys::window().unwrap().document().unwrap().active_element().unwrap();
    assert!(focused.is_same_node(Some(&field)), "the focus went");
}

#[wasm_bindgen_test]
async fn an_element_that_stays_is_known_to_the_view_that_wants_it_now() {
    let round = RwSignal::new(0_u32);
    let wanted: Rc<RefCell<Vec<ElementRef>>> = Rc::default();
    let all = wanted.clone();
    let _place = shown(move || {
        (move || {
            let _ = round.get();
            let field = ElementRef::new();
            all.borrow_mut().push(field);
            view! { <input node_ref=field /> }
        })
        .into_view()
    });
    round.set(1);
    settle().await;
    let last = *wanted.borrow().last().unwrap();
    assert_eq!(wanted.borrow().len(), 2);
    assert!(last.now::<HtmlInputElement>().is_some());
}

#[wasm_bindgen_test]
async fn what_is_fresh_takes_nothing_over() {
    let person = RwSignal::new(0_u32);
    let place = shown(move || {
        (move || {
            let _ = person.get();
            fresh(view! { <input /> })
        })
        .into_view()
    });
    find::<HtmlInputElement>(&place, "input").set_value("of the one before");
    person.set(1);
    settle().await;
    assert_eq!(find::<HtmlInputElement>(&place, "input").value(), "");
    assert_eq!(place.query_selector_all("input").unwrap().length(), 1);
}

#[wasm_bindgen_test]
async fn lists_grow_shrink_and_empty_in_their_place() {
    let rows = RwSignal::new(vec!["a", "b"]);
    let place = shown(move || {
        view! { <ul>{move || rows.get().into_iter().map(|it| view! { <li>{it}</li> }).collect_view()}<li>"end"</li></ul> }
    });
    let list = |html: &str| html.replace("<ul>", "").replace("</ul>", "").replace("<li>", "").replace("</li>", " ");
    assert_eq!(list(&html(&place)), "a b end ");
    for (next, wanted) in [
        (vec!["x", "b", "c", "d"], "x b c d end "),
        (vec!["c"], "c end "),
        (vec![], "end "),
        (vec!["a", "z"], "a z end "),
    ] {
        rows.set(next);
        settle().await;
        assert_eq!(list(&html(&place)), wanted);
    }
}

#[wasm_bindgen_test]
async fn roots_of_changing_kinds_keep_their_order() {
    let kind = RwSignal::new(0_u32);
    let place = shown(move || {
        view! {
            {move || match kind.get() {
                0 => ().into_view(),
                1 => "one".into_view(),
                2 => view! { <i>"two"</i> <b>"2"</b> },
                _ => view! { {"three"} <u>"3"</u> },
            }}
            <hr/>
            {move || (kind.get() > 1).then(|| view! { <s>"tail"</s> })}
        }
    });
    for (next, wanted) in [
        (1, "one<hr>"),
        (2, "<i>two</i><b>2</b><hr><s>tail</s>"),
        (3, "three<u>3</u><hr><s>tail</s>"),
        (0, "<hr>"),
        (3, "three<u>3</u><hr><s>tail</s>"),
        (2, "<i>two</i><b>2</b><hr><s>tail</s>"),
    ] {
        kind.set(next);
        settle().await;
        assert_eq!(html(&place), wanted);
    }
}

#[wasm_bindgen_test]
async fn a_listener_does_what_the_last_view_says_and_nothing_once_gone() {
    let round = RwSignal::new(1_u32);
    let there = RwSignal::new(true);
    let sum = RwSignal::new(0_u32);
    let place = shown(move || {
        (move || {
            let now = round.get();
            there.get().then(|| view! { <button on:click=move |_| sum.update(|it| *it += now)>"+"</button> })
        })
        .into_view()
    });
    let button: HtmlElement = find(&place, "button");
    button.click();
    round.set(10);
    settle().await;
    button.click();
    assert_eq!(sum.get(), 11);
    there.set(false);
    settle().await;
    button.click();
    assert_eq!(sum.get(), 11);
}

#[wasm_bindgen_test]
async fn a_bound_field_and_its_signal_say_the_same() {
    let typed = RwSignal::new("awal".to_owned());
    let place = shown(move || view! { <input bind:value=typed /> });
    let field: HtmlInputElement = find(&place, "input");
    assert_eq!(field.value(), "awal");
    field.set_value("diketik");
    field.dispatch_event(&web_sys::Event::new("input").unwrap()).unwrap();
    assert_eq!(typed.get(), "diketik");
    typed.set("dihapus".to_owned());
    settle().await;
    assert_eq!(field.value(), "dihapus");
}

#[wasm_bindgen_test]
fn pictures_are_svg_also_in_parts() {
    let place = shown(|| {
        let dots = (0..2_u32).map(|x| view! { <circle cx=x r="1"></circle> });
        view! { <svg viewBox="0 0 2 2">{dots.collect_view()}</svg> }
    });
    let dots = place.query_selector_all("svg > circle").unwrap();
    assert_eq!(dots.length(), 2);
    let dot: Element = dots.get(1).unwrap().dyn_into().unwrap();
    assert_eq!(dot.namespace_uri().as_deref(), Some("http://www.w3.org/2000/svg"));
    assert_eq!(dot.get_attribute("cx").as_deref(), Some("1"));
}

#[wasm_bindgen_test]
async fn effects_of_what_went_are_silent() {
    let there = RwSignal::new(true);
    let beat = RwSignal::new(0_u32);
    let heard = RwSignal::new(0_u32);
    let _place = shown(move || {
        (move || {
            there.get().then(|| {
                Effect::new(move |_| {
                    let _ = beat.get();
                    heard.update(|it| *it += 1);
                });
                view! { <p>{beat}</p> }
            })
        })
        .into_view()
    });
    settle().await;
    beat.set(1);
    settle().await;
    assert_eq!(heard.get(), 2);
    there.set(false);
    settle().await;
    beat.set(2);
    settle().await;
    assert_eq!(heard.get(), 2);
}
