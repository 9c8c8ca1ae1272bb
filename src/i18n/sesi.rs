//! Words of open days, measuring and its answers.
