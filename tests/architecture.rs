//! Who may know whom, read from the sources: `ui → i18n → messages → domain` and
//! `worker → sync → store → crypto → domain`; an arrow may skip a step, never turn round.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::fs;
use std::path::{Path, PathBuf};

/// A part of the app and the parts it may name.
const ARROWS: [(&str, &[&str]); 11] = [
    ("unicode", &["unicode"]),
    ("domain", &["domain", "unicode"]),
    ("messages", &["messages", "domain"]),
    ("i18n", &["i18n", "messages", "domain"]),
    ("later", &["later"]),
    ("ui", &["ui", "i18n", "messages", "domain", "later"]),
    ("crypto", &["crypto", "domain", "unicode"]),
    ("store", &["store", "crypto", "domain"]),
    ("sync", &["sync", "store", "crypto", "domain"]),
    ("worker", &["worker", "sync", "store", "crypto", "messages", "domain", "later"]),
    ("server", &["server", "store", "domain"]),
];

/// What the pure part never says, in code or in `use`.
const IMPURE: [&str; 16] = [
    "leptos",
    "gloo",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "indexed_db",
    "getrandom",
    "tokio",
    "axum",
    "SystemTime",
    "Instant::now",
    "Date::now",
    "Utc::now",
    "Local::now",
    "std::fs",
    "std::net",
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()) {
        if entry.is_dir() {
            found.extend(files(&entry, ending));
        } else if entry.extension().is_some_and(|it| it == ending) {
            found.push(entry);
        }
    }
    found.sort();
    found
}

/// The part a file belongs to; `lib.rs` and the binaries tie everything together and belong to none.
fn part(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Lines of code with their numbers: no comments.
fn code(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let lines = text.lines().enumerate().map(|(number, line)| (number + 1, line));
    lines.map(|(number, line)| (number, line.split("//").next().unwrap_or_default()))
}

/// Parts named after `crate::`, also in `use crate::{a, b}`.
fn named(line: &str) -> Vec<String> {
    let word = |text: &str| -> String { text.chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect() };
    let mut parts = Vec::new();
    for after in line.split("crate::").skip(1) {
        match after.strip_prefix('{') {
            Some(group) => parts.extend(group.split(['}', ',']).map(|it| word(it.trim()))),
            None => parts.push(word(after)),
        }
    }
    parts.retain(|it| !it.is_empty());
    parts
}

#[test]
fn arrows_point_one_way() {
    let mut wrong = Vec::new();
    for file in files(&root().join("src"), "rs") {
        let part = part(&file);
        let Some((_, may)) = ARROWS.iter().find(|(from, _)| *from == part) else { continue };
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in code(&text) {
            for other in named(line) {
                let is_part = ARROWS.iter().any(|(from, _)| *from == other);
                if is_part && !may.contains(&other.as_str()) {
                    wrong.push(format!("{}:{number}: {part} names {other}", file.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_part_is_in_the_table() {
    let text = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    for (_, line) in code(&text) {
        if let Some(part) = line.trim().strip_prefix("pub mod ") {
            let part = part.trim_end_matches(';');
            assert!(ARROWS.iter().any(|(from, _)| *from == part), "which arrows has {part}?");
        }
    }
}

#[test]
fn the_pure_part_reads_no_clock_and_knows_no_browser() {
    let mut wrong = Vec::new();
    for folder in ["src/domain", "src/sync/protocol"] {
        let folder = root().join(folder);
        for file in if folder.exists() { files(&folder, "rs") } else { Vec::new() } {
            let text = fs::read_to_string(&file).unwrap();
            // Tests stand last, and may read a file.
            let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
            for (number, line) in code(text) {
                wrong.extend(
                    IMPURE
                        .iter()
                        .filter(|it| line.contains(**it))
                        .map(|it| format!("{}:{number}: {it}", file.display())),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn sentences_and_rules_do_not_stand_in_markup() {
    for file in files(&root().join("src/ui"), "rs") {
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in code(&text) {
            assert!(!line.contains("style="), "{}:{number}: inline styles are refused by the CSP", file.display());
        }
    }
}

#[test]
fn raw_colors_and_sizes_stand_in_tokens_alone() {
    let mut wrong = Vec::new();
    for file in files(&root().join("style"), "css") {
        if file.ends_with("tokens.css") {
            continue;
        }
        let text = fs::read_to_string(&file).unwrap();
        for (number, line) in text.lines().enumerate() {
            // A media query cannot read a token.
            if line.trim_start().starts_with("@media") {
                continue;
            }
            let raw = raw_color(line).or_else(|| raw_size(line));
            wrong.extend(raw.map(|it| format!("{}:{}: {it}", file.display(), number + 1)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn raw_color(line: &str) -> Option<String> {
    let declared = line.split_once(':')?.1;
    let hex = declared.split('#').skip(1).find(|it| {
        let digits = it.chars().take_while(char::is_ascii_hexdigit).count();
        matches!(digits, 3 | 4 | 6 | 8)
    });
    let function = ["rgb(", "rgba(", "hsl(", "oklch("].into_iter().find(|it| declared.contains(it));
    hex.map(|it| format!("#{}", it.split([';', ' ']).next().unwrap_or_default())).or(function.map(str::to_owned))
}

/// Sizes from 4 px on; hairlines and outlines are drawn in place.
fn raw_size(line: &str) -> Option<String> {
    let is_length = |word: &str| {
        let number = word.strip_suffix("px").or(word.strip_suffix("rem"))?;
        let number: f64 = number.parse().ok()?;
        let px = if word.ends_with("rem") { number * 16.0 } else { number };
        (px.abs() >= 4.0).then(|| word.to_owned())
    };
    line.split(|it: char| !(it.is_alphanumeric() || it == '.' || it == '-')).find_map(is_length)
}
