//! The browser's Unicode answers as the tables of the host do.

use posyandu::domain::names::{clean_name, fold_words};
use posyandu::unicode::{composed, decomposed, is_mark, plain};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn accents_come_apart_and_together() {
    let mut parts = String::new();
    decomposed('é', |part| parts.push(part));
    assert_eq!(parts, "e\u{301}");
    assert_eq!(composed(&parts), "é");
    assert_eq!(plain("ﬁnal Ａ"), "final A");
    assert!(is_mark('\u{301}') && !is_mark('ん'));
}

#[wasm_bindgen_test]
fn a_name_is_one_however_it_is_typed() {
    assert_eq!(clean_name("Rene\u{301}  Contoh"), "René Contoh");
    assert_eq!(fold_words("Rene\u{301}"), fold_words("rene"));
}
