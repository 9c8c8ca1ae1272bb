//! Single cases, each in words.
