//! What every page needs: Leptos' signals and components, and the app's own views.

pub use leptos::prelude::{
    Callable, Callback, Effect, Get, GetUntracked, GetValue, Memo, Owner, RwSignal, Set, SetValue, Signal, StoredValue,
    Track, Update, UpdateValue, With, WithUntracked, WithValue, component, document, event_target_checked,
    event_target_value, on_cleanup, provide_context, request_animation_frame, set_timeout, untrack, use_context,
    window, window_event_listener_untyped,
};

pub use super::markup::{Children, CollectView, ElementRef, IntoView, Node, content, fresh, view};
