//! What is true of the work: pure types and rules.
//!
//! Nothing here reads a clock, makes a random number, or knows of a browser, a store or a network:
//! today's date, new ids and randomness are arguments.

pub mod area;
