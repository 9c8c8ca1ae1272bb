//! Text to modules, after ISO/IEC 18004: codes up to version 20 that mend the least (level L), all their letters said
//! in one way, either two in 11 bits or each in 8.

/// Of each version, from 1: the blocks, and in each of them the bytes that mend it.
const BLOCKS: [(u8, u8); super::LARGEST] = [
    (1, 7),
    (1, 10),
    (1, 15),
    (1, 20),
    (1, 26),
    (2, 18),
    (2, 20),
    (2, 24),
    (2, 30),
    (4, 18),
    (4, 20),
    (4, 24),
    (4, 26),
    (4, 30),
    (6, 22),
    (6, 24),
    (6, 28),
    (6, 30),
    (7, 28),
    (8, 28),
];
/// What two in 11 bits can say.
const LETTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";

/// The smallest code for a text: its modules, and how many are in a row.
pub fn draw(text: &[u8]) -> Option<(usize, Vec<bool>)> {
    let letters: Option<Vec<usize>> = text.iter().map(|it| LETTERS.iter().position(|letter| letter == it)).collect();
    (1..).zip(BLOCKS).find_map(|(version, blocks)| {
        let bytes = content(text, letters.as_deref(), version, blocks)?;
        let canvas = Canvas::filled(version, &mended(&bytes, blocks));
        let best = (0..8).map(|mask| canvas.masked(mask)).min_by_key(Canvas::burden)?;
        Some((best.size, best.dark))
    })
}

// ---- Bytes --------------------------------------------------------------------------------------

/// In how many rows and columns the small squares of a version stand.
fn lines(version: usize) -> usize {
    if version == 1 { 0 } else { version / 7 + 2 }
}

/// Bytes of a version, with those that mend.
fn room(version: usize) -> usize {
    let lines = lines(version);
    let squares = if lines == 0 { 0 } else { (25 * lines - 10) * lines - 55 };
    ((16 * version + 128) * version + 64 - squares - if version < 7 { 0 } else { 36 }) / 8
}

/// The text as the bytes of this version; nothing when it is too long. `letters` where two go into 11 bits.
fn content(text: &[u8], letters: Option<&[usize]>, version: usize, (blocks, mending): (u8, u8)) -> Option<Vec<u8>> {
    let room = room(version) - usize::from(blocks) * usize::from(mending);
    let (kind, length, long) = match letters {
        Some(_) => (2, if version < 10 { 9 } else { 11 }, (text.len() * 11).div_ceil(2)),
        None => (4, if version < 10 { 8 } else { 16 }, text.len() * 8),
    };
    if 4 + length + long > room * 8 {
        return None;
    }
    let mut bytes: Vec<u8> = Vec::new();
    let mut bits = 0;
    let mut put = |value: usize, count: usize| {
        for bit in (0..count).rev() {
            if bits % 8 == 0 {
                bytes.push(0);
            }
            bits += 1;
            if let Some(last) = bytes.last_mut() {
                *last = *last << 1 | (value >> bit & 1) as u8;
            }
        }
    };
    put(kind, 4);
    put(text.len(), length);
    match letters {
        Some(letters) => letters.chunks(2).for_each(|it| match it {
            [one, two] => put(one * 45 + two, 11),
            _ => it.iter().for_each(|one| put(*one, 6)),
        }),
        None => text.iter().for_each(|it| put((*it).into(), 8)),
    }
    let end = (room * 8).min(4 + length + long + 4).next_multiple_of(8);
    put(0, end - 4 - length - long);
    while bytes.len() < room {
        bytes.push(if (bytes.len() - end / 8).is_multiple_of(2) { 0xec } else { 0x11 });
    }
    Some(bytes)
}

/// A product in the field of 256 elements.
fn product(one: u8, other: u8) -> u8 {
    (0..8).rev().fold(0, |sum, bit| (sum << 1) ^ ((sum >> 7) * 0x1d) ^ ((other >> bit & 1) * one))
}

/// The bytes that mend a block: what is left when it is divided by (x - 1)(x - 2)(x - 4)...
fn mending(block: &[u8], count: usize) -> Vec<u8> {
    let mut divisor = vec![0; count - 1];
    divisor.push(1);
    let mut root = 1;
    for _ in 0..count {
        let mut next = divisor.clone().into_iter().skip(1);
        divisor.iter_mut().for_each(|it| *it = product(*it, root) ^ next.next().unwrap_or(0));
        root = product(root, 2);
    }
    let mut left = vec![0; count];
    for byte in block {
        let factor = left.remove(0) ^ byte;
        left.push(0);
        left.iter_mut().zip(&divisor).for_each(|(it, of)| *it ^= product(*of, factor));
    }
    left
}

/// Bytes in the order in which they are drawn: the first of each block, the second of each... then likewise what mends.
fn mended(bytes: &[u8], (blocks, count): (u8, u8)) -> Vec<u8> {
    let (blocks, count) = (usize::from(blocks), usize::from(count));
    let (short, long) = (bytes.len() / blocks, bytes.len() % blocks);
    let (first, last) = bytes.split_at(short * (blocks - long));
    let all: Vec<&[u8]> = first.chunks(short).chain(last.chunks(short + 1)).collect();
    let mending: Vec<Vec<u8>> = all.iter().map(|it| mending(it, count)).collect();
    let mut drawn = Vec::new();
    for at in 0..=short {
        all.iter().for_each(|it| drawn.extend(it.get(at)));
    }
    for at in 0..count {
        mending.iter().for_each(|it| drawn.extend(it.get(at)));
    }
    drawn
}

// ---- Modules ------------------------------------------------------------------------------------

#[derive(Clone)]
struct Canvas {
    size: usize,
    dark: Vec<bool>,
    /// What stands in every code of this version, whatever it says.
    fixed: Vec<bool>,
}

impl Canvas {
    fn place(&self, x: usize, y: usize) -> usize {
        if x.max(y) < self.size { y * self.size + x } else { usize::MAX }
    }

    fn is_dark(&self, x: usize, y: usize) -> bool {
        self.dark.get(self.place(x, y)) == Some(&true)
    }

    fn set(&mut self, x: usize, y: usize, is_dark: bool) {
        let place = self.place(x, y);
        if let Some(it) = self.dark.get_mut(place) {
            *it = is_dark;
        }
    }

    fn fix(&mut self, x: usize, y: usize, is_dark: bool) {
        self.set(x, y, is_dark);
        let place = self.place(x, y);
        if let Some(it) = self.fixed.get_mut(place) {
            *it = true;
        }
    }

    /// Squares around a point, one in the other, those of the `light` distances light.
    fn square(&mut self, x: usize, y: usize, far: usize, light: [usize; 2]) {
        for dx in 0..=2 * far {
            for dy in 0..=2 * far {
                let ring = dx.abs_diff(far).max(dy.abs_diff(far));
                self.fix((x + dx).wrapping_sub(far), (y + dy).wrapping_sub(far), !light.contains(&ring));
            }
        }
    }

    /// A code of this version with these bytes, before a mask.
    fn filled(version: usize, bytes: &[u8]) -> Self {
        let size = version * 4 + 17;
        let mut canvas = Self { size, dark: vec![false; size * size], fixed: vec![false; size * size] };
        for at in 0..size {
            canvas.fix(6, at, at % 2 == 0);
            canvas.fix(at, 6, at % 2 == 0);
        }
        for (x, y) in [(3, 3), (size - 4, 3), (3, size - 4)] {
            canvas.square(x, y, 4, [2, 4]);
        }
        let lines = lines(version);
        let step = (version * 8 + lines * 3 + 5) / (lines * 4).saturating_sub(4).max(1) * 2;
        let at = |line| if line == 0 { 6 } else { size - 7 - (lines - 1 - line) * step };
        for row in 0..lines {
            for column in 0..lines {
                // Not over the three large ones.
                if ![(0, 0), (0, lines - 1), (lines - 1, 0)].contains(&(row, column)) {
                    canvas.square(at(column), at(row), 2, [1, 1]);
                }
            }
        }
        if version > 6 {
            let bits = version << 12 | remainder(version, 12, 0x1f25);
            for bit in 0..18 {
                canvas.fix(size - 11 + bit % 3, bit / 3, bits >> bit & 1 == 1);
                canvas.fix(bit / 3, size - 11 + bit % 3, bits >> bit & 1 == 1);
            }
        }
        canvas.name(0);
        canvas.fill(bytes);
        canvas
    }

    /// Says twice which mask it has.
    fn name(&mut self, mask: usize) {
        // Level L is 1.
        let word = 1 << 3 | mask;
        let bits = (word << 10 | remainder(word, 10, 0x537)) ^ 0x5412;
        let size = self.size;
        for bit in 0..15 {
            let is_dark = bits >> bit & 1 == 1;
            match bit {
                0..6 => self.fix(8, bit, is_dark),
                6..8 => self.fix(8, bit + 1, is_dark),
                8 => self.fix(7, 8, is_dark),
                _ => self.fix(14 - bit, 8, is_dark),
            }
            if bit < 8 { self.fix(size - 1 - bit, 8, is_dark) } else { self.fix(8, size - 15 + bit, is_dark) }
        }
        self.fix(8, size - 8, true);
    }

    /// Writes from the right to the left, two columns at a time, up and down in turn.
    fn fill(&mut self, bytes: &[u8]) {
        let mut bits = bytes.iter().flat_map(|it| (0..8).rev().map(move |bit| it >> bit & 1 == 1));
        for pair in (0..self.size / 2).rev() {
            // The column of the dots between the squares counts with nobody.
            let left = if pair < 3 { pair * 2 } else { pair * 2 + 1 };
            for at in 0..self.size {
                let y = if (self.size / 2 - pair) % 2 == 1 { self.size - 1 - at } else { at };
                for x in [left + 1, left] {
                    if self.fixed.get(self.place(x, y)) == Some(&false) {
                        self.set(x, y, bits.next().unwrap_or(false));
                    }
                }
            }
        }
    }

    fn masked(&self, mask: usize) -> Self {
        let mut canvas = self.clone();
        for (at, is_fixed) in self.fixed.iter().enumerate() {
            let (x, y) = (at % self.size, at / self.size);
            let (two, three) = (x * y % 2, x * y % 3);
            let rest = match mask {
                0 => (x + y) % 2,
                1 => y % 2,
                2 => x % 3,
                3 => (x + y) % 3,
                4 => (x / 3 + y / 2) % 2,
                5 => two + three,
                6 => (two + three) % 2,
                _ => ((x + y) % 2 + three) % 2,
            };
            if rest == 0 && !is_fixed {
                canvas.set(x, y, !self.is_dark(x, y));
            }
        }
        canvas.name(mask);
        canvas
    }

    /// How hard it is to read: long runs, blocks, what looks like the large squares, much more of one than the other.
    fn burden(&self) -> usize {
        let size = self.size;
        let mut sum = 0;
        for is_row in [true, false] {
            for line in 0..size {
                let is_dark = |at| if is_row { self.is_dark(at, line) } else { self.is_dark(line, at) };
                let mut run = 0;
                for at in 0..size {
                    run = if at > 0 && is_dark(at) == is_dark(at - 1) { run + 1 } else { 1 };
                    let is_last = at + 1 == size || is_dark(at) != is_dark(at + 1);
                    sum += if is_last && run >= 5 { run - 2 } else { 0 };
                    // Dark, light, three dark, light, dark; and four light on one side.
                    let is_square = at + 6 < size && (0..7).all(|it| is_dark(at + it) == (it != 1 && it != 5));
                    let is_quiet = |from: usize| (from..from + 4).all(|it| !is_dark(it.wrapping_sub(4)));
                    if is_square && (is_quiet(at) || is_quiet(at + 11)) {
                        sum += 40;
                    }
                }
            }
        }
        for at in 0..size * (size - 1) {
            let (x, y) = (at % size, at / size);
            let one = self.is_dark(x, y);
            if x + 1 < size && [(x + 1, y), (x, y + 1), (x + 1, y + 1)].iter().all(|(x, y)| self.is_dark(*x, *y) == one)
            {
                sum += 3;
            }
        }
        let dark = self.dark.iter().filter(|it| **it).count();
        sum + (dark * 200 / self.dark.len()).abs_diff(100)
    }
}

/// What is left of a word, moved up by so many bits, when it is divided without carry.
fn remainder(word: usize, bits: usize, divisor: usize) -> usize {
    (0..bits).fold(word, |left, _| (left << 1) ^ ((left >> (bits - 1)) * divisor))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use qrcode::{Color, EcLevel, QrCode};

    use super::draw;

    /// As another library draws it.
    fn other(text: &str) -> Vec<bool> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).unwrap();
        code.to_colors().into_iter().map(|it| it == Color::Dark).collect()
    }

    #[test]
    fn every_version_is_drawn_as_others_do() {
        for length in (1..1249).step_by(52).chain([1249]) {
            let text: String = "P6+A5 %$*./:-".chars().cycle().take(length).collect();
            assert!(draw(text.as_bytes()).unwrap().1 == other(&text), "{length}");
        }
        for length in (1..858).step_by(61).chain([858]) {
            let text: String = "bukan-huruf_besar".chars().cycle().take(length).collect();
            assert!(draw(text.as_bytes()).unwrap().1 == other(&text), "{length}");
        }
        assert_eq!(draw(&[b'a'; 859]), None);
    }
}
