//! The table of kinds: what may be saved, under which name, and how it folds.
//!
//! A name here never changes: events written years ago still sit on phones. A kind that is not in this
//! table comes from a newer app; it is carried, folded as registers and shown to nobody.

use super::ledger::roster;
use super::ledger::subject::{Fold, UNDONE};

/// A posyandu begins; `{nama, wilayah, desa, kecamatan, kabupaten, provinsi, root}`. Signed by the root.
pub const POSYANDU_FOUNDED: &str = "posyandu.founded";
/// Any of its registers changes, `nomor_registrasi`, `puskesmas`, `pustu`, `nt_mode` and `kbm_age_basis` among them, and
/// `telepon:<who>`, a register for each number. The first builds wrote all numbers into `telepon`,
/// `[{siapa, nomor}]`: it is still read, where a number has no register of its own.
pub const POSYANDU_CHANGED: &str = "posyandu.changed";
/// A person who works here; subject is her person id; `{nama, meja}`, where `meja` is the step she usually works at.
pub const KADER_REGISTERED: &str = "kader.registered";
/// Any of her registers changes.
pub const KADER_CHANGED: &str = "kader.changed";
/// A family begins; `{kepala, alamat, no_kk, hp}`.
pub const KELUARGA_REGISTERED: &str = "keluarga.registered";
/// Any of its registers changes.
pub const KELUARGA_CHANGED: &str = "keluarga.changed";
/// A sasaran begins; see [`super::sasaran`].
pub const SASARAN_REGISTERED: &str = "sasaran.registered";
/// Any of its registers changes; those of [`super::form::cards::TAMBAHAN`] are written by it alone.
pub const SASARAN_CHANGED: &str = "sasaran.changed";
/// Two subjects are one person; subject `gabung:<smaller>:<greater>`, `{gabung: true}`; false parts them.
pub const GABUNG_RECORDED: &str = "gabung.recorded";
/// An open day is planned, or its plan changed; subject `sesi:<date>:<place>`; `{mulai, selesai, tempat, kader}`.
pub const SESI_PLANNED: &str = "sesi.planned";
/// The plan is given up, or moved to another day.
pub const SESI_CANCELLED: &str = "sesi.cancelled";
/// It opens, or a kader joins or takes another step; `{kader, meja}`, where `meja` has a step for each person id.
pub const SESI_OPENED: &str = "sesi.opened";
/// It closes; `{belum}` carries what stayed open on the checklist.
pub const SESI_CLOSED: &str = "sesi.closed";
/// It opens again.
pub const SESI_REOPENED: &str = "sesi.reopened";
/// Somebody came; subject `hadir:<sesi>:<sasaran>`; `{hadir}`.
pub const HADIR_RECORDED: &str = "hadir.recorded";
/// A card was filled, one register a field, and `detik`, see [`super::pace`]; subject `kunjungan:<sesi>:<sasaran>`.
pub const KUNJUNGAN_RECORDED: &str = "kunjungan.recorded";
/// A complaint is sent (T2).
pub const ADUAN_SENT: &str = "aduan.t2";
/// Help was called for it (T22); `{kepada, nomor, waktu, hasil}`.
pub const ADUAN_CALLED: &str = "aduan.t22";
/// The reporter of a complaint; never in the open, see [`super::aduan::own`].
pub const ADUAN_IDENTITAS: &str = "aduan.identitas";
/// The tracking code of a complaint; never in the open.
pub const ADUAN_KODE: &str = "aduan.kode";
/// A note on a complaint; `{isi, waktu}`.
pub const ADUAN_NOTED: &str = "aduan.noted";
/// A picture that goes with a complaint, as an attachment beside the event; `{sha256, bytes, media}`.
pub const FOTO_ADDED: &str = "foto.added";
/// The key under which phones of one posyandu hand each other files and codes; subject `kirim:<scope id>`, see
/// [`super::transfer`]; `{kunci, tanpa}`.
pub const KIRIM_KEY_SET: &str = "kirim.key_set";
/// Takes back one event of the same subject.
pub const CATATAN_UNDONE: &str = UNDONE;

/// Events are gone for good; see [`roster::ERASED`].
pub const DATA_ERASED: &str = roster::ERASED;

/// How events of a subject fold, by the first word of the kind; an undo folds like its subject, and
/// natural names of processes say what they are.
#[must_use]
pub fn fold_of(kind: &str, subject: &str) -> Fold {
    let is_process = |word: &str| matches!(word, "aduan" | "foto" | "sesi" | "data");
    let word = kind.split('.').next().unwrap_or_default();
    let named = subject.split(':').next().unwrap_or_default();
    if is_process(word) || (kind == CATATAN_UNDONE && is_process(named)) { Fold::Process } else { Fold::Registers }
}
