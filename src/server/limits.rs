//! How much one stranger may ask: sizes, times, tries. In memory; a restart forgets them.

use std::collections::HashMap;
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

/// Names remembered before old ones are dropped.
const MOST_NAMES: usize = 50_000;

/// Counts failed tries of a name or an address: so many at once, then one after each pause.
#[derive(Debug)]
pub struct Tries {
    at_once: f64,
    pause: Duration,
    left: Mutex<HashMap<String, (f64, Instant)>>,
}

impl Tries {
    /// Tries at once, and after which pause one more is given.
    #[must_use]
    pub fn new(at_once: u32, pause: Duration) -> Self {
        Self { at_once: at_once.into(), pause, left: Mutex::default() }
    }

    /// How long this one must wait before the next try; none when it may try now.
    #[must_use]
    pub fn wait(&self, who: &str) -> Option<Duration> {
        let left = self.left(who, &locked(&self.left));
        (left < 1.0).then(|| self.pause.mul_f64(1.0 - left))
    }

    /// A try failed.
    pub fn failed(&self, who: &str) {
        let mut all = locked(&self.left);
        let left = self.left(who, &all) - 1.0;
        if all.len() >= MOST_NAMES {
            let forgotten = self.pause.mul_f64(self.at_once);
            all.retain(|_, (_, at)| at.elapsed() < forgotten);
        }
        // Still too many: strangers with many names; an address is counted, too.
        if all.len() < MOST_NAMES {
            all.insert(who.to_owned(), (left.max(0.0), Instant::now()));
        }
    }

    fn left(&self, who: &str, all: &HashMap<String, (f64, Instant)>) -> f64 {
        let Some((left, at)) = all.get(who) else { return self.at_once };
        (left + at.elapsed().as_secs_f64() / self.pause.as_secs_f64()).min(self.at_once)
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
