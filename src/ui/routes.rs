//! The table of routes. Tests visit every one of them; a route not visited fails the test.

/// A route and, for tests, how to get there.
pub const ROUTES: &[&str] = &["/", "/menu"];
