//! How much one stranger may ask: sizes, times, tries. In memory; a restart forgets them.

use std::collections::HashMap;
use std::hash::{BuildHasher as _, RandomState};
use std::net::IpAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::store::locked;

/// The longest body of a request, packed and unpacked.
pub const MOST_BODY: usize = 8 * 1024 * 1024;
/// The longest body of a request that nobody signed in for.
pub const MOST_STRANGERS_BODY: usize = 64 * 1024;
/// About how long an answer with many documents grows before it says "the rest later".
pub const MOST_ANSWER: usize = 32 * 1024 * 1024;
/// Documents in one answer.
pub const MOST_ROWS: i64 = 10_000;
/// Between two pieces of a body.
pub const BODY_IDLE: Duration = Duration::from_secs(30);
/// For a whole body: a megabyte over the slowest link.
pub const BODY_TOTAL: Duration = Duration::from_secs(300);
/// For the lines before a body, also between two requests of one connection.
pub const HEAD: Duration = Duration::from_secs(75);
/// Of these lines together.
pub const MOST_HEAD: usize = 32 * 1024;
/// Connections at once.
pub const MOST_CONNECTIONS: usize = 2048;
/// Requests that wait for news at once, all together and of one account.
pub const MOST_WAITING: usize = 1024;
/// As [`MOST_WAITING`], of one account.
pub const MOST_WAITING_EACH: usize = 8;
/// The longest wait for news.
pub const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// Documents in one body.
pub const MOST_DOCUMENTS: usize = 10_000;
/// Of a document there are two revisions at most; whoever asks for more than a few is no phone.
pub const MOST_REVISIONS: usize = 100;
/// Without a piece of a body that nobody wants to read any more.
pub const DRAIN_IDLE: Duration = Duration::from_secs(5);
/// For all of it.
pub const DRAIN_TOTAL: Duration = Duration::from_secs(30);
/// How much of it is waited for: a body that is a little too long ends, one that is announced longer does not.
pub const MOST_DRAINED: usize = 2 * MOST_BODY;

/// Where somebody comes from, for counting: whoever has one address of IPv6 has all of its /64.
#[must_use]
pub fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}")
        }
    }
}

/// Places in which tries are counted: half a megabyte, however many strangers come with however many names.
const PLACES: usize = 1 << 16;

/// Counts failed tries of a name or an address: so many at once, then one after each pause.
///
/// Whoever is counted has a place by a hash that strangers do not know, and no place is ever given up: so nobody gets
/// new tries by filling the table, and a name that is nobody's is counted like any other. Who shares a place with
/// others' wrong tries waits a little sooner with her own wrong ones; a right secret waits for nothing.
#[derive(Debug)]
pub struct Tries {
    at_once: u32,
    pause: Duration,
    since: Instant,
    key: RandomState,
    /// When all tries are given back, milliseconds after `since`.
    given_back: Mutex<Box<[u64]>>,
}

impl Tries {
    /// Tries at once, and after which pause one more is given.
    #[must_use]
    pub fn new(at_once: u32, pause: Duration) -> Self {
        Self::with_places(at_once, pause, PLACES)
    }

    fn with_places(at_once: u32, pause: Duration, places: usize) -> Self {
        let given_back = Mutex::new(vec![0; places.max(1)].into());
        Self { at_once, pause, since: Instant::now(), key: RandomState::new(), given_back }
    }

    /// How long this one must wait before the next try; none when it may try now.
    #[must_use]
    pub fn wait(&self, who: &str) -> Option<Duration> {
        let now = self.now();
        let owed = self.with(who, |it| it.saturating_sub(now));
        let most = self.pause_ms() * u64::from(self.at_once.saturating_sub(1));
        owed.checked_sub(most).filter(|it| *it > 0).map(Duration::from_millis)
    }

    /// A try failed.
    pub fn failed(&self, who: &str) {
        let now = self.now();
        let longest = now + self.pause_ms() * u64::from(self.at_once);
        self.with(who, |it| *it = ((*it).max(now) + self.pause_ms()).min(longest));
    }

    fn with<T: Default>(&self, who: &str, f: impl FnOnce(&mut u64) -> T) -> T {
        let mut all = locked(&self.given_back);
        let places = u64::try_from(all.len()).unwrap_or(1).max(1);
        let place = usize::try_from(self.key.hash_one(who) % places).unwrap_or(0);
        all.get_mut(place).map(f).unwrap_or_default()
    }

    fn now(&self) -> u64 {
        u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX / 2)
    }

    fn pause_ms(&self) -> u64 {
        u64::try_from(self.pause.as_millis()).unwrap_or(u64::MAX >> 32)
    }
}

/// How many wait, by account.
#[derive(Debug, Default)]
pub struct Waiting(Mutex<HashMap<String, usize>>);

impl Waiting {
    /// A place, given back when it is dropped; none when there are too many.
    pub fn enter(self: &std::sync::Arc<Self>, account: &str) -> Option<Place> {
        let mut all = locked(&self.0);
        let hers = all.get(account).copied().unwrap_or(0);
        if hers >= MOST_WAITING_EACH || all.values().sum::<usize>() >= MOST_WAITING {
            return None;
        }
        all.insert(account.to_owned(), hers + 1);
        Some(Place { waiting: self.clone(), account: account.to_owned() })
    }
}

/// A place among those who wait.
#[derive(Debug)]
pub struct Place {
    waiting: std::sync::Arc<Waiting>,
    account: String,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = locked(&self.waiting.0);
        match all.get_mut(&self.account) {
            Some(count) if *count > 1 => *count -= 1,
            _ => {
                all.remove(&self.account);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tries_run_out_and_come_back() {
        let tries = Tries::new(2, Duration::from_millis(40));
        assert_eq!(tries.wait("a"), None);
        tries.failed("a");
        tries.failed("a");
        assert!(tries.wait("a").is_some());
        assert_eq!(tries.wait("b"), None, "another one is not held back");
        std::thread::sleep(Duration::from_millis(50));
        assert_eq!(tries.wait("a"), None);
    }

    #[test]
    fn a_full_table_frees_nobody_and_takes_no_more_room() {
        let tries = Tries::with_places(2, Duration::from_secs(3600), 64);
        for _ in 0..2 {
            tries.failed("ani");
        }
        for stranger in 0..10_000 {
            tries.failed(&format!("stranger {stranger}"));
        }
        assert!(tries.wait("ani").is_some(), "as before they came");
        assert_eq!(locked(&tries.given_back).len(), 64);
        // However often somebody fails, she waits for one pause and no longer.
        assert!(tries.wait("ani").is_some_and(|it| it <= Duration::from_secs(3600)));
    }

    #[test]
    fn neighbors_in_one_network_of_ipv6_are_counted_together() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::1"), of("2001:db8:1:2:ffff::9"));
        assert_ne!(of("2001:db8:1:2::1"), of("2001:db8:1:3::1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
    }

    #[test]
    fn one_account_cannot_take_every_place() {
        let waiting = std::sync::Arc::new(Waiting::default());
        let places: Vec<_> = (0..MOST_WAITING_EACH).map(|_| waiting.enter("a").unwrap()).collect();
        assert!(waiting.enter("a").is_none());
        assert!(waiting.enter("b").is_some());
        drop(places);
        assert!(waiting.enter("a").is_some());
    }
}
