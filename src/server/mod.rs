//! The server's half: gives the built app to browsers, and nothing that the app does not need.
//!
//! It knows nothing of what is recorded. Read [`files`] for what is served, [`http`] for how.

pub mod files;
pub mod http;
pub mod options;

#[cfg(test)]
mod tests;
