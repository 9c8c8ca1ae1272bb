//! How long the search among 15,000 invented people takes: `cargo run --release --example search_timing`.
#![allow(clippy::indexing_slicing)]

use std::hint::black_box;
use std::time::{Duration, Instant};

use chrono::{Days, NaiveDate};
use posyandu::domain::duplicates::{Comparable, KnownBirth, find_duplicates};
use posyandu::domain::nik::Nik;
use posyandu::domain::search::{PersonIndex, PersonWords};

const PEOPLE: u64 = 15_000;
const ROUNDS: usize = 100;
const STARTS: [&str; 16] =
    ["Su", "Soe", "Dja", "Wi", "Ra", "Nur", "Mu", "An", "Si", "Tja", "Ka", "Re", "Mar", "Yu", "Fa", "Khoi"];
const MIDDLES: [&str; 12] = ["ti", "ka", "har", "ma", "ni", "wa", "di", "la", "ris", "to", "yan", "mi"];
const ENDS: [&str; 14] = ["ti", "no", "na", "yah", "man", "di", "ningsih", "to", "wati", "h", "rul", "sari", "jo", ""];
const QUERIES: [&str; 14] = [
    "s",
    "si",
    "an",
    "siti",
    "sukar",
    "soekarno",
    "ningsih wati",
    "su ma ra",
    "muhamad",
    "zzzz",
    "a i u",
    "rt 3",
    "5001",
    "3328045001907777",
];

fn main() {
    let mut random = Random(42);
    let people: Vec<(String, String)> = (0..PEOPLE).map(|_| (random.name(), random.name())).collect();

    let started = Instant::now();
    let mut index = PersonIndex::new();
    for (key, (name, mother)) in (0..).zip(&people) {
        let nik = Nik::parse(&format!("33280450019{key:05}")).ok();
        let (rt, phone) = (format!("{:03}", key % 12 + 1), format!("08120{key:07}"));
        index.insert(key, PersonWords { name, others: &[mother], rt: &rt, nik, no_kk: None, phone: &phone });
    }
    println!("build: {:?} for {PEOPLE} people", started.elapsed());

    let mut all = Vec::new();
    for query in QUERIES {
        let mut times: Vec<Duration> = (0..ROUNDS)
            .map(|_| {
                let started = Instant::now();
                black_box(index.search(black_box(query), 30));
                started.elapsed()
            })
            .collect();
        times.sort_unstable();
        let found = index.search(query, PEOPLE as usize).len();
        println!(
            "{query:>18}: median {:>10?}  p95 {:>10?}  found {found}",
            times[ROUNDS / 2],
            times[ROUNDS * 95 / 100]
        );
        all.extend(times);
    }
    all.sort_unstable();
    print_duplicates(&people);
    println!("all queries: p95 {:?}  slowest {:?}", all[all.len() * 95 / 100], all[all.len() - 1]);
}

/// Looks for candidates for one new person among all, as happens while a form is filled in.
fn print_duplicates(people: &[(String, String)]) {
    let birth =
        |key: u64| NaiveDate::from_ymd_opt(1940, 1, 1).map(|first| KnownBirth::Exact(first + Days::new(key * 2)));
    let comparable: Vec<(u64, Comparable)> = (0..)
        .zip(people)
        .filter_map(|(key, (name, mother))| Some((key, Comparable::new(name, birth(key)?, None, mother, None))))
        .collect();
    for known in [KnownBirth::Unknown, birth(7_000).unwrap_or(KnownBirth::Unknown)] {
        let new = Comparable::new("Suharti Wilasari", known, None, "Marlano", None);
        let started = Instant::now();
        let found = find_duplicates(&new, comparable.iter().map(|(key, person)| (key, person)), 5);
        println!("duplicates with {known:?}: {:?}, found {}", started.elapsed(), found.len());
    }
}

/// A small linear congruential generator: the same people on every run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn name(&mut self) -> String {
        let count = 1 + self.below(3);
        let words: Vec<String> = (0..count)
            .map(|_| {
                let (start, middle, end) =
                    (self.below(STARTS.len()), self.below(MIDDLES.len()), self.below(ENDS.len()));
                format!("{}{}{}", STARTS[start], MIDDLES[middle], ENDS[end])
            })
            .collect();
        words.join(" ")
    }
}
