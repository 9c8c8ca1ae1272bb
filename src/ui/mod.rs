//! The page's half: screens that show state and report what a person did.
//!
//! Rules never live here. A page asks the worker through [`client::Client`], shows the answer in the
//! words of `i18n`, and sends back what was typed. Read [`app`] first, then [`routes`].

pub mod app;
pub mod client;
pub mod components;
pub mod context;
pub mod drafts;
pub mod lazily;
pub mod markup;
pub mod pages;
pub mod prelude;
pub mod router;
pub mod routes;
pub mod shell;
pub mod signals;
