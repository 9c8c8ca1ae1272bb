//! The server: serves the built app.

fn main() {}
