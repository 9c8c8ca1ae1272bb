//! Signals of Leptos with one type inside.
//!
//! Leptos makes its signals, memos and effects anew for each type that stands in them. Here all of them hold an
//! `Rc<dyn Any>`: what is generic is only the way in and the way out, and pages are written as they always were.
//! What is read subscribes, what is disposed with its owner, and when effects run, is all said by Leptos.

use std::any::Any;
use std::cell::RefCell;
use std::marker::PhantomData;
use std::ops::Deref;
use std::rc::Rc;

use leptos::prelude::{
    ArcMemo, ArcTrigger, Effect as LeptosEffect, Get as _, GetUntracked as _, GetValue as _, Notify as _,
    StoredValue as Stored, Track as _,
};
use leptos::reactive::owner::LocalStorage;

/// A value of any type; `Rc` so that whoever reads it does not hold the signal.
type Shared = Rc<dyn Any>;
/// Where something is kept until its owner goes.
type Place = Stored<Rc<Source>, LocalStorage>;
/// Makes the next value from the last one; none if it would be the same.
type Make = Box<dyn Fn(Option<&dyn Any>) -> Option<Shared>>;

/// Where a value comes from.
enum Source {
    /// It was put there; nobody is told of a change without `changed`.
    Kept { changed: Option<ArcTrigger>, now: RefCell<Shared> },
    /// Computed when something that it read has changed; the memo only counts the changes.
    Memo { count: ArcMemo<u32>, computed: Rc<Computed> },
    /// Computed whenever it is read.
    Derived(Box<dyn Fn() -> Shared>),
}

/// How a memo's value is made, and which it is now.
struct Computed {
    make: Make,
    now: RefCell<Option<Shared>>,
}

impl Computed {
    /// Whether it became another.
    fn renew(&self) -> bool {
        let old = self.now.borrow().clone();
        let new = (self.make)(old.as_deref());
        let is_new = new.is_some();
        if is_new {
            self.now.replace(new);
        }
        is_new
    }
}

#[inline(never)]
fn keep(changed: Option<ArcTrigger>, first: Shared) -> Place {
    Place::new_local(Rc::new(Source::Kept { changed, now: RefCell::new(first) }))
}

#[inline(never)]
fn keep_signal(first: Shared) -> Place {
    keep(Some(ArcTrigger::new()), first)
}

#[inline(never)]
fn derive(make: Box<dyn Fn() -> Shared>) -> Place {
    Place::new_local(Rc::new(Source::Derived(make)))
}

#[inline(never)]
fn memo(make: Make) -> Place {
    let computed = Rc::new(Computed { make, now: RefCell::new(None) });
    let place: Stored<_, LocalStorage> = Stored::new_local(computed.clone());
    let count = ArcMemo::new_owning(move |count: Option<u32>| {
        let is_new = place.try_get_value().is_some_and(|it| it.renew());
        (count.unwrap_or_default().wrapping_add(is_new.into()), is_new)
    });
    Place::new_local(Rc::new(Source::Memo { count, computed }))
}

#[inline(never)]
fn read(place: Place) -> Option<Shared> {
    Some(match &*place.try_get_value()? {
        Source::Kept { changed, now } => {
            if let Some(changed) = changed {
                changed.track();
            }
            now.borrow().clone()
        }
        Source::Memo { count, computed } => {
            count.get();
            computed.now.borrow().clone()?
        }
        Source::Derived(make) => make(),
    })
}

#[inline(never)]
fn read_untracked(place: Place) -> Option<Shared> {
    Some(match &*place.try_get_value()? {
        Source::Kept { now, .. } => now.borrow().clone(),
        Source::Memo { count, computed } => {
            count.get_untracked();
            computed.now.borrow().clone()?
        }
        Source::Derived(make) => untrack(make),
    })
}

#[inline(never)]
fn write(place: Place, new: Shared) -> bool {
    let Some(source) = place.try_get_value() else { return false };
    if let Source::Kept { changed, now } = &*source {
        // The old value goes when nothing is borrowed any more.
        let old = now.replace(new);
        if let Some(changed) = changed {
            changed.notify();
        }
        drop(old);
    }
    true
}

/// What is read after its owner went, by a closure that should have gone with it.
#[cold]
#[inline(never)]
fn gone() -> ! {
    unreachable!("a signal was read after its owner went")
}

/// Runs something that subscribes to nothing.
pub fn untrack<R>(work: impl FnOnce() -> R) -> R {
    leptos::prelude::untrack(work)
}

/// A value that is read, and read again when it changes.
pub struct Signal<T: 'static> {
    place: Place,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Signal<T> {}

impl<T: 'static> Signal<T> {
    fn at(place: Place) -> Self {
        Self { place, of: PhantomData }
    }

    /// One that never changes.
    #[must_use]
    pub fn stored(value: T) -> Self {
        Self::at(keep(None, Rc::new(value)))
    }

    /// One that is computed whenever it is read.
    pub fn derive(make: impl Fn() -> T + 'static) -> Self {
        Self::at(derive(Box::new(move || Rc::new(make()))))
    }

    /// The value, shared; whoever reads it runs again when it changes.
    #[must_use]
    pub fn shared(self) -> Rc<T> {
        typed(read(self.place)).unwrap_or_else(|| gone())
    }

    fn shared_untracked(self) -> Rc<T> {
        typed(read_untracked(self.place)).unwrap_or_else(|| gone())
    }

    /// Does something with the value, and runs again when it changes.
    pub fn with<R>(self, act: impl FnOnce(&T) -> R) -> R {
        act(&self.shared())
    }

    /// Does something with the value as it is now.
    pub fn with_untracked<R>(self, act: impl FnOnce(&T) -> R) -> R {
        act(&self.shared_untracked())
    }

    /// Runs again when the value changes.
    pub fn track(self) {
        let _ = read(self.place);
    }
}

impl<T: Clone + 'static> Signal<T> {
    /// The value; whoever reads it runs again when it changes.
    #[must_use]
    pub fn get(self) -> T {
        T::clone(&self.shared())
    }

    /// The value as it is now.
    #[must_use]
    pub fn get_untracked(self) -> T {
        T::clone(&self.shared_untracked())
    }

    /// Does something with the value as it is now, unless its owner went.
    pub fn try_with_untracked<R>(self, act: impl FnOnce(&T) -> R) -> Option<R> {
        typed::<T>(read_untracked(self.place)).map(|it| act(&it))
    }

    /// The value as it is now, unless its owner went.
    #[must_use]
    pub fn try_get_untracked(self) -> Option<T> {
        typed::<T>(read_untracked(self.place)).map(|it| T::clone(&it))
    }
}

#[inline(never)]
fn typed<T: 'static>(value: Option<Shared>) -> Option<Rc<T>> {
    value?.downcast().ok()
}

macro_rules! readable {
    ($($handle:ident),+) => {
        $(
            impl<T> Clone for $handle<T> {
                fn clone(&self) -> Self {
                    *self
                }
            }

            impl<T> Copy for $handle<T> {}

            impl<T> Deref for $handle<T> {
                type Target = Signal<T>;

                fn deref(&self) -> &Signal<T> {
                    &self.0
                }
            }

            impl<T> From<$handle<T>> for Signal<T> {
                fn from(it: $handle<T>) -> Self {
                    it.0
                }
            }
        )+
    };
}
readable!(RwSignal, Memo);

impl<T: 'static> From<T> for Signal<T> {
    fn from(value: T) -> Self {
        Self::stored(value)
    }
}

impl From<&str> for Signal<String> {
    #[inline(never)]
    fn from(value: &str) -> Self {
        Self::stored(value.to_owned())
    }
}

/// A value that may be changed.
pub struct RwSignal<T: 'static>(Signal<T>);

impl<T: 'static> RwSignal<T> {
    /// With its first value.
    #[must_use]
    pub fn new(first: T) -> Self {
        Self(Signal::at(keep_signal(Rc::new(first))))
    }

    /// Another value; what read the old one runs again. Nothing, when its owner went.
    pub fn set(self, value: T) {
        self.try_set(value);
    }

    /// Another value; says whether there is still somebody who could see it.
    pub fn try_set(self, value: T) -> bool {
        write(self.0.place, Rc::new(value))
    }
}

impl<T: Clone + 'static> RwSignal<T> {
    /// Changes the value; what read it runs again.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        let mut value = self.get_untracked();
        change(&mut value);
        self.set(value);
    }
}

impl<T: Default + 'static> Default for RwSignal<T> {
    fn default() -> Self {
        Self::new(T::default())
    }
}

/// A value that is computed once for each change of what it was computed from.
pub struct Memo<T: 'static>(Signal<T>);

impl<T: PartialEq + 'static> Memo<T> {
    /// Computes it from the last one; whoever reads it runs again when it becomes another.
    pub fn new(make: impl Fn(Option<&T>) -> T + 'static) -> Self {
        Self(Signal::at(memo(Box::new(move |old| {
            let old = old.and_then(|it| it.downcast_ref());
            let new = make(old);
            if old == Some(&new) { None } else { Some(Rc::new(new)) }
        }))))
    }
}

/// A value that nobody is told about, as long as its owner.
pub struct StoredValue<T: 'static>(Signal<T>);

impl<T> Clone for StoredValue<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for StoredValue<T> {}

impl<T: 'static> StoredValue<T> {
    /// With its first value.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Signal::stored(value))
    }

    /// Does something with the value.
    pub fn with_value<R>(self, act: impl FnOnce(&T) -> R) -> R {
        self.0.with_untracked(act)
    }

    /// Another value.
    pub fn set_value(self, value: T) {
        write(self.0.place, Rc::new(value));
    }
}

impl<T: Clone + 'static> StoredValue<T> {
    /// The value.
    #[must_use]
    pub fn get_value(self) -> T {
        self.0.get_untracked()
    }

    /// The value, unless its owner went.
    #[must_use]
    pub fn try_get_value(self) -> Option<T> {
        self.0.try_get_untracked()
    }
}

/// What happens, as its owner wants it.
pub struct Callback<T: 'static>(StoredValue<Box<dyn Fn(T)>>);

impl<T> Clone for Callback<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Callback<T> {}

impl<T: 'static> Callback<T> {
    /// Does this.
    pub fn new(act: impl Fn(T) + 'static) -> Self {
        Self::kept(Box::new(act))
    }

    #[inline(never)]
    fn kept(act: Box<dyn Fn(T)>) -> Self {
        Self(StoredValue::new(act))
    }

    /// It happened.
    pub fn run(self, what: T) {
        self.0.with_value(|act| act(what));
    }
}

impl<T: 'static, F: Fn(T) + 'static> From<F> for Callback<T> {
    fn from(act: F) -> Self {
        Self::new(act)
    }
}

/// What is done outside of the page's views when a signal changes.
pub struct Effect;

impl Effect {
    /// Does it after this, and again whenever what it read has changed; it is given what it returned before.
    #[expect(clippy::new_ret_no_self, reason = "an effect is never asked anything")]
    pub fn new<R: 'static>(mut act: impl FnMut(Option<R>) -> R + 'static) {
        let mut last = None;
        effect(Box::new(move || last = Some(act(last.take()))));
    }
}

#[inline(never)]
fn effect(act: Box<dyn FnMut()>) {
    LeptosEffect::new(act);
}

/// Begins work that waits for answers.
pub fn spawn_local(work: impl Future<Output = ()> + 'static) {
    spawn(Box::pin(work));
}

#[inline(never)]
fn spawn(work: std::pin::Pin<Box<dyn Future<Output = ()>>>) {
    leptos::task::spawn_local(work);
}
