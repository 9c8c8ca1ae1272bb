//! People and families: finding, registering, looking at and correcting them.

pub mod cari;
pub mod family;
pub mod form;
pub mod person;
mod shared;
pub mod tab;
