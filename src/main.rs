//! Start-up only: the page's half or the worker's half.

fn main() {}
