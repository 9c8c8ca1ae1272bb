//! Values of attributes and properties.

use std::borrow::Cow;

use wasm_bindgen::{JsCast, JsValue};

use super::Gaps;
use crate::ui::signals::{Memo, RwSignal, Signal};

/// The value of an attribute or a property.
pub enum Value {
    /// The attribute is not there; the property is `false`.
    Absent,
    /// The attribute is there, without a value; the property is `true`.
    Present,
    /// A text.
    Text(Cow<'static, str>),
    /// Made anew when a signal that was read in it changes.
    Live(Box<dyn Fn() -> Value>),
}

/// What can be the value of an attribute or a property.
pub trait IntoValue: Sized {
    /// As a value.
    fn into_value(self) -> Value;

    /// Into the next gap.
    fn fill(self, gaps: &mut Gaps) {
        gaps.value(self.into_value());
    }
}

impl IntoValue for &'static str {
    fn into_value(self) -> Value {
        Value::Text(Cow::Borrowed(self))
    }

    fn fill(self, gaps: &mut Gaps) {
        gaps.word(self);
    }
}

impl IntoValue for String {
    fn into_value(self) -> Value {
        Value::Text(Cow::Owned(self))
    }
}

impl IntoValue for Cow<'static, str> {
    fn into_value(self) -> Value {
        Value::Text(self)
    }
}

impl IntoValue for bool {
    fn into_value(self) -> Value {
        if self { Value::Present } else { Value::Absent }
    }
}

macro_rules! numbers {
    ($($number:ty),+) => {
        $(impl IntoValue for $number {
            fn into_value(self) -> Value {
                Value::Text(Cow::Owned(self.to_string()))
            }
        })+
    };
}
numbers!(u8, u32, u64, usize, i32, i64);

impl<T: IntoValue> IntoValue for Option<T> {
    fn into_value(self) -> Value {
        self.map_or(Value::Absent, T::into_value)
    }
}

impl<T: IntoValue, F: Fn() -> T + 'static> IntoValue for F {
    fn into_value(self) -> Value {
        Value::Live(Box::new(move || self().into_value()))
    }

    fn fill(self, gaps: &mut Gaps) {
        gaps.live_value(Box::new(move || self().into_value()));
    }
}

macro_rules! signals {
    ($($signal:ident),+) => {
        $(impl<T: IntoValue + Clone + 'static> IntoValue for $signal<T> {
            fn into_value(self) -> Value {
                Value::Live(Box::new(move || self.get().into_value()))
            }

            fn fill(self, gaps: &mut Gaps) {
                gaps.live_value(Box::new(move || self.get().into_value()));
            }
        })+
    };
}
signals!(Signal, RwSignal, Memo);

/// Where a value goes.
#[derive(Clone, Copy)]
pub(super) enum Slot {
    Attribute,
    Property,
    Class,
}

impl Value {
    /// Puts it onto the element, if it is another than `old`.
    pub(super) fn apply(&self, element: &web_sys::Element, slot: Slot, name: &str, old: Option<&Self>) {
        let is_same = match (self, old) {
            (Self::Absent, Some(Self::Absent)) | (Self::Present, Some(Self::Present)) => true,
            (Self::Text(new), Some(Self::Text(old))) => new == old,
            _ => false,
        };
        // None of these fails for the app's own names; a property may have been changed by a finger meanwhile.
        match slot {
            Slot::Attribute if is_same => {}
            Slot::Attribute => {
                let _ = match self {
                    Self::Absent | Self::Live(_) => element.remove_attribute(name),
                    Self::Present => element.set_attribute(name, ""),
                    Self::Text(text) => element.set_attribute(name, text),
                };
            }
            Slot::Property => {
                let value = match self {
                    Self::Absent | Self::Live(_) => JsValue::FALSE,
                    Self::Present => JsValue::TRUE,
                    Self::Text(text) => JsValue::from_str(text),
                };
                let _ = js_sys::Reflect::set(element.unchecked_ref(), &JsValue::from_str(name), &value);
            }
            Slot::Class => {
                let is_there = matches!(self, Self::Present | Self::Text(_));
                let _ = element.class_list().toggle_with_force(name, is_there);
            }
        }
    }
}
