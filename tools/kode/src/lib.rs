//! Two-dimensional codes: text to modules, and a grey picture to the texts of the codes in it.
//!
//! A wasm file of its own, beside the app's: it knows nothing of the app, and nothing of it stands in the files that
//! every phone needs from the start. `public/kode.js` calls it, in a worker of its own. Input and output are bytes in
//! two places of the memory, [`room`] and [`out`], which stay until the next call.

use std::cell::RefCell;

mod draw;

/// The largest code that a cheap camera reads from the screen of another phone: 97 modules wide.
pub const LARGEST: usize = 20;

/// The modules of the smallest code for a text, row by row, dark is true, with their number in a row.
/// `None` for a text that is too long for [`LARGEST`].
#[must_use]
pub fn draw(text: &str) -> Option<(usize, Vec<bool>)> {
    draw::draw(text.as_bytes())
}

/// The texts of the codes in a picture of grey values, row by row.
#[must_use]
pub fn read(width: usize, height: usize, grey: &[u8]) -> Vec<String> {
    let at = |x: usize, y: usize| grey.get(y * width + x).copied().unwrap_or(255);
    let mut picture = rqrr::PreparedImage::prepare_from_greyscale(width, height, at);
    picture.detect_grids().iter().filter_map(|it| it.decode().ok()).map(|(_, text)| text).collect()
}

thread_local! {
    static IN: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    static OUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn answer(bytes: Vec<u8>) -> usize {
    let length = bytes.len();
    OUT.set(bytes);
    length
}

/// Makes room for so many bytes of input; where they are to be written.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *const u8 {
    IN.with_borrow_mut(|it| {
        it.clear();
        it.resize(bytes, 0);
        it.as_ptr()
    })
}

/// Where the output of the last call begins.
#[unsafe(no_mangle)]
pub extern "C" fn out() -> *const u8 {
    OUT.with_borrow(|it| it.as_ptr())
}

/// The input is a text; the output is a byte for each module, 1 is dark. How many are in a row, 0 for none.
#[unsafe(no_mangle)]
pub extern "C" fn draw_code() -> usize {
    let drawn = IN.with_borrow(|it| draw::draw(it));
    drawn.map_or(0, |(width, dark)| {
        answer(dark.into_iter().map(u8::from).collect());
        width
    })
}

/// The input is a picture, red, green, blue and another byte for each point; the output is the texts of its codes, a
/// zero between two. How many bytes that are.
#[unsafe(no_mangle)]
pub extern "C" fn read_codes(width: usize, height: usize) -> usize {
    let grey = IN.with_borrow(|it| {
        let points = it.chunks_exact(4);
        points
            .map(|it| it.iter().zip([77, 150, 29]).map(|(light, part)| u32::from(*light) * part).sum::<u32>() >> 8)
            .map(|it| it as u8)
            .collect::<Vec<u8>>()
    });
    answer(read(width, height, &grey).join("\0").into_bytes())
}

/// A tenth of the usual one, which is made for more than a few calls with a few things each.
#[cfg(target_arch = "wasm32")]
#[global_allocator]
static MEMORY: lol_alloc::AssumeSingleThreaded<lol_alloc::FreeListAllocator> =
    // SAFETY: the module is run by one worker, in its own memory.
    unsafe { lol_alloc::AssumeSingleThreaded::new(lol_alloc::FreeListAllocator::new()) };

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing)]
mod tests {
    use super::*;

    /// As on a screen: so many points a module, four modules of white around.
    fn picture(text: &str, scale: usize) -> (usize, Vec<u8>) {
        let (width, dark) = draw(text).unwrap();
        let side = (width + 8) * scale;
        let at = |place: usize| (place / scale).checked_sub(4).filter(|it| *it < width);
        let point = |it: usize| match (at(it % side), at(it / side)) {
            (Some(x), Some(y)) if dark[y * width + x] => 20,
            _ => 240,
        };
        (side, (0..side * side).map(point).collect())
    }

    #[test]
    fn what_is_drawn_is_read() {
        let longest = "P6+A5 %$*./:-".repeat(96);
        for text in ["P6", "https://posyandu.example.invalid/aktifkan#abcDEF_-", &longest] {
            for scale in [3, 5] {
                let (side, grey) = picture(text, scale);
                assert_eq!(read(side, side, &grey), [text], "{scale}");
            }
        }
    }

    #[test]
    fn a_text_beyond_the_largest_code_is_not_drawn() {
        assert_eq!(draw(&"A".repeat(1249)).unwrap().0, 97);
        assert!(draw(&"A".repeat(1250)).is_none());
    }

    #[test]
    fn nothing_is_read_where_nothing_is() {
        assert!(read(200, 200, &[255; 40_000]).is_empty());
        let noise: Vec<u8> = (0..40_000_u32).map(|it| (it.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
        assert!(read(200, 200, &noise).is_empty());
    }

    #[test]
    fn what_is_dirty_is_mended() {
        let text = "P6+A5 %$*./:-".repeat(40);
        let (side, mut grey) = picture(&text, 4);
        for place in 0..20 {
            let (x, y) = (side / 2 + place % 5, side / 2 + place / 5);
            grey[y * side + x] = 255 - grey[y * side + x];
        }
        for x in 0..12 {
            for y in 0..12 {
                grey[(side / 2 + y) * side + side / 3 + x] = 20;
            }
        }
        assert_eq!(read(side, side, &grey), [text]);
    }

    #[test]
    fn a_half_is_not_read() {
        let (side, mut grey) = picture("P6 CONTOH", 4);
        let half = grey.len() / 2;
        grey[half..].fill(240);
        assert!(read(side, side, &grey).is_empty());
    }
}
