//! People and families: finding, registering, looking at and correcting them.

pub mod cari;
pub mod family;
pub mod form;
pub mod persetujuan;
pub mod person;
pub(super) mod shared;
pub mod tab;
pub mod tambahan;
