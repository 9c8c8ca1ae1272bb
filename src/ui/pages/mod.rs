//! One folder or file per task of a kader.

pub mod beranda;
pub mod jam;
pub mod kunci;
pub mod menu;
pub mod mulai;
pub mod pulih;
