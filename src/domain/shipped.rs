//! Tables as they go to the phone: their files also say where each number comes from, which whoever checks them reads
//! there. Only the notes that the app reads go along.

#![expect(clippy::indexing_slicing, reason = "it runs in the build, where an index too far is an error of the build")]

/// What a note begins with that the app reads.
const READ: [&[u8]; 3] = [b"# berlaku: ", b"# versi: ", b"# effective_from: "];

/// The text of a data file without the notes that only people read.
macro_rules! shipped {
    ($path:literal) => {{
        const WHOLE: &[u8] = include_str!($path).as_bytes();
        const KEPT: [u8; $crate::domain::shipped::length(WHOLE)] = $crate::domain::shipped::kept(WHOLE);
        // Whole lines of a text are a text.
        const TEXT: &str = match core::str::from_utf8(&KEPT) {
            Ok(text) => text,
            Err(_) => "",
        };
        TEXT
    }};
}
pub(crate) use shipped;

/// How long [`kept`] is.
pub(crate) const fn length(text: &[u8]) -> usize {
    let mut sum = 0;
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        if is_kept(text, at) {
            sum += end - at;
        }
        at = end;
    }
    sum
}

/// The lines that go along.
pub(crate) const fn kept<const LENGTH: usize>(text: &[u8]) -> [u8; LENGTH] {
    let mut all = [0; LENGTH];
    let mut to = 0;
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let goes = is_kept(text, at);
        while at < end {
            if goes {
                all[to] = text[at];
                to += 1;
            }
            at += 1;
        }
    }
    all
}

/// Behind the line that begins here.
const fn line_end(text: &[u8], from: usize) -> usize {
    let mut end = from;
    while end < text.len() && text[end] != b'\n' {
        end += 1;
    }
    if end < text.len() { end + 1 } else { end }
}

const fn is_kept(text: &[u8], from: usize) -> bool {
    if text[from] != b'#' {
        return true;
    }
    let mut which = 0;
    while which < READ.len() {
        let note = READ[which];
        let mut same = 0;
        while same < note.len() && from + same < text.len() && text[from + same] == note[same] {
            same += 1;
        }
        if same == note.len() {
            return true;
        }
        which += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_notes_that_nobody_reads_stay_behind() {
        const TEXT: &[u8] = "# tabel: uji\n# versi: 3\n# sumber: é\na,b\n# berlaku: 2026-01-01\n\nx,#y".as_bytes();
        const KEPT: [u8; length(TEXT)] = kept(TEXT);
        assert_eq!(str::from_utf8(&KEPT), Ok("# versi: 3\na,b\n# berlaku: 2026-01-01\n\nx,#y"));
    }
}
