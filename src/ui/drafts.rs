//! Keeps what is being typed, on every change, also when the page is left while a write still runs.
//!
//! One write at a time, in the order of typing; of several changes of one form that wait, the last. The queue belongs
//! to the app, not to a page: the letters typed just before the back key are kept like all others.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

use super::context::Desk;
use super::prelude::*;
use crate::i18n::warga as kata;
use crate::messages::{Reply, Request};

thread_local! {
    /// Form and body, sealed by the worker.
    static WAITING: RefCell<VecDeque<(String, Vec<u8>)>> = const { RefCell::new(VecDeque::new()) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
}

/// Keeps the body of a form; an empty one throws the draft away.
///
/// What could not be kept is still on the screen, above which it is said ([`Desk::unkept`]), and the next letter tries
/// again.
pub fn keep(desk: Desk, form: String, body: Vec<u8>) {
    WAITING.with_borrow_mut(|waiting| {
        waiting.retain(|it| it.0 != form);
        waiting.push_back((form, body));
    });
    if BUSY.replace(true) {
        return;
    }
    spawn_local(async move {
        while let Some((form, body)) = WAITING.with_borrow_mut(VecDeque::pop_front) {
            let is_lost = desk.ask(Request::KeepDraft { form, body }).await.is_err();
            desk.unkept.set(is_lost);
        }
        BUSY.set(false);
    });
}

/// That what is typed stays when the page is left; not said where it could not be kept.
#[must_use]
pub fn kept_line(desk: Desk) -> Signal<String> {
    Signal::derive(move || if desk.unkept.get() { String::new() } else { kata::KEPT.to_owned() })
}

/// Keeps all that waits and all that is being written, before the book closes or the page goes.
pub async fn finish(desk: Desk) {
    loop {
        while let Some((form, body)) = WAITING.with_borrow_mut(VecDeque::pop_front) {
            let is_lost = desk.ask(Request::KeepDraft { form, body }).await.is_err();
            desk.unkept.set(is_lost);
        }
        // The worker answers in the order of the questions: behind this answer nothing is being written, here or by a
        // page that keeps its own.
        if desk.ask(Request::Look).await.is_err() || !BUSY.get() {
            return;
        }
    }
}

/// The book is closed: what still waits is not for whoever opens it next.
pub fn forget() {
    WAITING.with_borrow_mut(VecDeque::clear);
}

/// Keeps one form whenever what `body` reads changes, until it is saved.
#[derive(Clone, Copy)]
pub struct Keeper {
    desk: Desk,
    form: StoredValue<String>,
    last: StoredValue<Vec<u8>>,
    stopped: StoredValue<bool>,
    /// What was typed before stands there again.
    pub found: RwSignal<bool>,
}

impl Keeper {
    /// Begins with the first change: what is shown at the start is kept already, or empty.
    pub fn new(desk: Desk, form: String, body: impl Fn() -> Vec<u8> + 'static) -> Self {
        let keeper = Self {
            desk,
            form: StoredValue::new(form),
            last: StoredValue::new(untrack(&body)),
            stopped: StoredValue::new(false),
            found: RwSignal::new(false),
        };
        Effect::new(move |_| {
            let body = body();
            if keeper.last.with_value(|it| *it != body) {
                keeper.last.set_value(body);
                keeper.keep();
            }
        });
        keeper
    }

    fn keep(self) {
        // A page that was left keeps nothing more: what it had is in the queue.
        if self.stopped.try_get_value() == Some(false)
            && let (Some(form), Some(body)) = (self.form.try_get_value(), self.last.try_get_value())
        {
            keep(self.desk, form, body);
        }
    }

    /// It is being saved: nothing may bring the draft back.
    pub fn stop(self) {
        self.stopped.set_value(true);
        self.form.with_value(|form| WAITING.with_borrow_mut(|waiting| waiting.retain(|it| it.0 != *form)));
    }

    /// It could not be saved: what is typed is a draft again.
    pub fn go_on(self) {
        self.stopped.set_value(false);
        self.keep();
    }

    /// Throws the draft away; nothing brings it back.
    pub fn drop_draft(self) {
        self.stop();
        keep(self.desk, self.form.get_value(), Vec::new());
    }
}

/// Stands in a draft for a line that is as it was: what the book says of it later is not undone by the draft.
const SAME: &str = "\u{1}";

/// Keeps a small form of single lines, and shows what was typed into it before, unless she types already. What stood
/// there from the beginning is no draft.
pub fn keep_lines(desk: Desk, form: String, lines: Vec<RwSignal<String>>) -> Keeper {
    let first: Vec<String> = lines.iter().map(|it| it.get_untracked()).collect();
    let lines = StoredValue::new(lines);
    let body = move || {
        let mut is_same = true;
        let mut body = Vec::new();
        for (line, first) in lines.get_value().into_iter().zip(&first) {
            let now = line.get();
            let is_first = now == *first;
            is_same &= is_first;
            body.push(if is_first { SAME.to_owned() } else { now });
        }
        if is_same { Vec::new() } else { body.join("\n").into_bytes() }
    };
    let keeper = Keeper::new(desk, form.clone(), body);
    spawn_local(async move {
        let kept = read(desk, form).await.and_then(|it| String::from_utf8(it).ok());
        // Unless she types already, or the page was left by now.
        let is_untouched = keeper.last.try_get_value().is_some_and(|it| it.is_empty());
        if let (true, Some(kept), Some(all)) = (is_untouched, kept, lines.try_get_value()) {
            for (line, kept) in all.into_iter().zip(kept.split('\n')) {
                if kept != SAME {
                    line.set(kept.to_owned());
                }
            }
            keeper.found.set(true);
        }
    });
    keeper
}

/// What was being typed into a form; `None` also where it could not be read.
pub async fn read(desk: Desk, form: String) -> Option<Vec<u8>> {
    match desk.ask(Request::ReadDraft { form }).await {
        Ok(Reply::Draft(draft)) => draft,
        _ => None,
    }
}
