//! Answers read without being believed: members and items as slices of the text.
