//! One folder or file per task of a kader.

pub mod aduan;
pub mod beranda;
pub mod jam;
pub mod kirim;
pub mod kode_lama;
pub mod kunci;
pub mod laporan;
pub mod menu;
pub mod mulai;
pub mod place;
pub mod posyandu;
pub mod pulih;
pub mod saving;
pub mod sesi;
pub mod undo;
pub mod warga;
