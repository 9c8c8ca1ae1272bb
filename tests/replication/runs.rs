//! Thousands of runs, and the same runs with something done wrong.

use super::phone::Fault;
use super::world::{Figures, Plan, play};

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|it| it.parse().ok())
}

/// Plays runs of these seeds on every core; the figures together, and why those that are wrong are.
fn play_all(seeds: std::ops::Range<u64>, plan: impl Fn(u64) -> Plan + Sync) -> (Figures, Vec<String>) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let plan = &plan;
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..cores)
            .map(|core| {
                let seeds = seeds.clone().skip(core as usize).step_by(cores as usize);
                scope.spawn(move || {
                    let (mut all, mut wrong) = (Figures::default(), Vec::new());
                    for seed in seeds {
                        match play(plan(seed)) {
                            Ok(figures) => all.add(&figures),
                            Err(why) => wrong.push(why),
                        }
                    }
                    (all, wrong)
                })
            })
            .collect();
        let (mut all, mut wrong) = (Figures::default(), Vec::new());
        for part in parts {
            match part.join() {
                Ok((figures, more)) => {
                    all.add(&figures);
                    wrong.extend(more);
                }
                Err(_) => wrong.push("a run panicked".to_owned()),
            }
        }
        (all, wrong)
    })
}

/// Two phones, and five in one run of ten.
fn small(seed: u64) -> Plan {
    let phones = if seed.is_multiple_of(10) { 5 } else { 2 };
    Plan { seed, phones, steps: 40, is_real: false, fault: Fault::None, tells: false }
}

#[track_caller]
fn check(few: u64, plan: impl Fn(u64) -> Plan + Sync) {
    if let Some(seed) = number("POSYANDU_SEED") {
        if let Err(why) = play(Plan { tells: true, ..plan(seed) }) {
            panic!("{why}");
        }
        return;
    }
    // Unoptimized it takes a tenth of a second each; more are asked for by hand, with the test optimized.
    let count = number("POSYANDU_RUNS").map_or(few, |it| it * few / FEW);
    let began = std::time::Instant::now();
    let (figures, wrong) = play_all(0..count, &plan);
    eprintln!("\n{count} runs in {} ms: {figures:?}", began.elapsed().as_millis());
    let said: Vec<&str> = wrong.iter().filter_map(|it| it.lines().next()).take(20).collect();
    assert!(wrong.is_empty(), "{} wrong; repeat one with POSYANDU_SEED\n{}", wrong.len(), said.join("\n"));
    let rare = figures.tally.rarer_than((count / OFTEN) as usize);
    assert!(rare.is_empty() || count < OFTEN, "hardly ever: {rare:?}");
}

/// Every trouble comes at least once in so many runs, on average.
const OFTEN: u64 = 100;

/// Runs of a plain `cargo test`; `POSYANDU_RUNS` wants another number, and the same share of real signatures.
const FEW: u64 = 200;

#[test]
fn phones_and_server_end_equal_and_lose_nothing() {
    check(200, small);
}

#[test]
fn so_they_do_with_real_signatures() {
    check(4, |seed| Plan { is_real: true, ..small(1_000_000 + seed % 1_000_000) });
}

/// The laws must fall when this is done wrong.
#[track_caller]
fn falls_with(fault: Fault) {
    falls_in(40, fault);
}

#[track_caller]
fn falls_in(steps: usize, fault: Fault) {
    let found =
        (0..number("POSYANDU_RUNS").unwrap_or(1_000)).find(|seed| play(Plan { fault, steps, ..small(*seed) }).is_err());
    assert!(found.is_some(), "nobody notices {fault:?}");
    eprintln!("{fault:?} is noticed with seed {}", found.unwrap_or_default());
}

#[test]
fn a_checkpoint_before_its_events_is_noticed() {
    // The phone must go out in one step of a run: longer runs have more of them.
    falls_in(160, Fault::CheckpointFirst);
}

#[test]
fn logs_that_agree_by_session_alone_are_noticed() {
    falls_in(160, Fault::SessionOnly);
}

#[test]
fn refused_events_passed_over_are_noticed() {
    falls_with(Fault::RefusedForgotten);
}

#[test]
fn a_debt_that_is_forgotten_is_noticed() {
    // It takes a phone that is lost, a server that is set back and no longer has what came from it, and another phone
    // that has it: longer runs have more of them.
    falls_in(160, Fault::OwedForgotten);
}

#[test]
fn damaged_events_that_nobody_asks_for_again_are_noticed() {
    falls_with(Fault::DamagedForgotten);
}

#[test]
fn a_receipt_that_was_never_given_is_noticed() {
    falls_with(Fault::ReceiptsGuessed);
}
