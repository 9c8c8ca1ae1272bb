//! Signals with one type inside: what is told, what is shared, and what is left when the owner goes.

use std::cell::Cell;
use std::rc::Rc;

use posyandu::ui::prelude::Owner;
use posyandu::ui::signals::{Callback, Memo, RwSignal, Signal, StoredValue};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
fn a_memo_is_computed_once_for_each_change() {
    let owner = Owner::new();
    owner.with(|| {
        let times = Rc::new(Cell::new(0));
        let counted = times.clone();
        let number = RwSignal::new(1_u32);
        let is_odd = Memo::new(move |_| {
            counted.set(counted.get() + 1);
            number.get() % 2 == 1
        });
        let word = Memo::new(move |last: Option<&String>| {
            let word = if is_odd.get() { "odd" } else { "even" };
            last.map_or_else(|| word.to_owned(), |last| format!("{last} {word}"))
        });
        assert_eq!((word.get(), is_odd.get()), ("odd".to_owned(), true));
        number.set(3);
        assert_eq!(word.get(), "odd");
        number.update(|it| *it += 1);
        assert_eq!(word.get(), "odd even");
        assert_eq!(times.get(), 3);
    });
}

#[wasm_bindgen_test]
fn a_derived_signal_follows_and_a_stored_one_stays() {
    let owner = Owner::new();
    owner.with(|| {
        let name = RwSignal::new("Siti".to_owned());
        let shown = Signal::derive(move || name.with(|it| format!("Ibu {it}")));
        let given: Signal<String> = name.into();
        let fixed: Signal<String> = "Siti".into();
        let kept = StoredValue::new(name.get_untracked());
        name.set("Rekaan".into());
        assert_eq!([shown.get(), given.get(), fixed.get()], ["Ibu Rekaan", "Rekaan", "Siti"]);
        assert_eq!(kept.get_value(), "Siti");
        let heard = RwSignal::new(0);
        Callback::from(move |more: u32| heard.update(|it| *it += more)).run(7);
        assert_eq!(heard.get_untracked(), 7);
    });
}

#[wasm_bindgen_test]
fn what_comes_after_its_owner_went_is_dropped() {
    let owner = Owner::new();
    let signal = owner.with(|| RwSignal::new(String::from("typed")));
    assert_eq!(signal.try_get_untracked().as_deref(), Some("typed"));
    owner.cleanup();
    assert!(!signal.try_set("late".to_owned()));
    signal.set("later".to_owned());
    assert_eq!(signal.try_get_untracked(), None);
}
