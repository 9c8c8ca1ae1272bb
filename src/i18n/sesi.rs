//! Words of open days, measuring and its answers.

/// Refused until somebody looked again.
pub const UNSURE: &str = "Angka ini tidak biasa. Timbang atau ukur sekali lagi, atau tekan Sudah benar.";

/// `0,86` for 86 cm.
#[must_use]
pub fn in_metres(mm: i64) -> String {
    format!("Itu ditulis dalam meter. Tulis dalam sentimeter: {}?", mm)
}
