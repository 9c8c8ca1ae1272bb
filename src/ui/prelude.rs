//! What every page needs: Leptos' components, its signals with one type inside, and the app's own views.

pub use leptos::prelude::{
    Owner, component, document, event_target_checked, event_target_value, on_cleanup, provide_context,
    request_animation_frame, set_timeout, use_context, window, window_event_listener_untyped,
};

pub use super::markup::{Children, CollectView, ElementRef, IntoView, Node, content, fresh, view};
pub use super::signals::{Callback, Effect, Memo, RwSignal, Signal, StoredValue, spawn_local, untrack};
