//! What travels as pictures from one screen to another: bytes as a few codes that a camera reads in any order.
//!
//! [`frames`] makes the texts of the codes, [`Collector`] puts them together again, [`join`] is what two phones say to
//! each other when one of them comes into a posyandu. Pure: knows neither camera nor picture; what the bytes of a
//! visit are, says [`crate::sync::parcel`].

pub mod base45;
mod collect;
mod frame;
pub mod join;
pub mod visit;
pub mod welcome;

pub use collect::{Collector, Heard};
pub use frame::{Frame, FrameError, MOST, MOST_BYTES, Purpose, frames};
