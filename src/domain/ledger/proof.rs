//! Signatures that were found good before an event is judged, so that the checks of many can run beside other work.
//!
//! Whoever checks them, the answer must be the one of [`Ed25519`], or two phones would believe different events. Other
//! checkers agree with it where key and signature are of the usual kind; what is not is checked here alone, and so is
//! what was not found good.

use curve25519_dalek::edwards::CompressedEdwardsY;

use super::event::Event;
use super::id::EventId;
use super::roster::{Ed25519, Roster, Verifier};
use crate::domain::sorted::{SortedMap, SortedSet};

/// What was found good: events, whose names hash their signatures, too, and the keys that signed them.
#[derive(Clone, Debug, Default)]
pub struct Proofs(SortedSet<(EventId, [u8; 32])>);

/// What another checker needs of one event and one key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Which event.
    pub id: EventId,
    /// Which key.
    pub key: [u8; 32],
    /// Ed25519 signature.
    pub signature: [u8; 64],
    /// What is signed.
    pub message: String,
}

/// The second coordinates of the eight points of small order, little-endian, without the sign: strict checking refuses
/// keys and signatures with them, for anybody can make those.
const WEAK: [[u8; 32]; 5] = [
    padded(0x01, 0x00, 0x00),
    padded(0xec, 0xff, 0x7f),
    padded(0x00, 0x00, 0x00),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

const fn padded(first: u8, between: u8, last: u8) -> [u8; 32] {
    let mut bytes = [between; 32];
    bytes[0] = first;
    bytes[31] = last;
    bytes
}

/// Whether a point is of small order, however its sign is written.
fn is_weak(point: &[u8]) -> bool {
    let Some((last, others)) = point.split_last() else { return true };
    WEAK.iter().any(|it| it.strip_prefix(others).is_some_and(|end| end == [last & 0x7f]))
}

/// Says what may be asked of another checker, and remembers which keys may.
#[derive(Clone, Debug, Default)]
pub struct Claims(SortedMap<[u8; 32], bool>);

impl Claims {
    /// What is asked of one event that some key of a roster may have signed.
    pub fn of(&mut self, event: &Event, roster: &Roster) -> Vec<Claim> {
        let Some((message, signature)) = event.signed().filter(|(_, it)| it.get(..32).is_some_and(|it| !is_weak(it)))
        else {
            return Vec::new();
        };
        let keys = roster.keys_of(event).filter(|it| *self.0.or_insert_with(**it, || is_plain(it)));
        keys.map(|key| Claim { id: event.id(), key: *key, signature, message: message.clone() }).collect()
    }
}

/// Whether every checker of Ed25519 says the same of a key: written in the one right way, and no weak point.
fn is_plain(key: &[u8; 32]) -> bool {
    !is_weak(key) && CompressedEdwardsY(*key).decompress().is_some_and(|it| it.compress().to_bytes() == *key)
}

impl Proofs {
    /// Takes note of what was found good.
    pub fn add(&mut self, claim: &Claim) {
        self.0.insert((claim.id, claim.key));
    }
}

impl Verifier for Proofs {
    fn is_signed_by(&self, event: &Event, key: &[u8; 32]) -> bool {
        self.0.contains(&(event.id(), *key)) || Ed25519.is_signed_by(event, key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::json::object;
    use crate::domain::ledger::event::{Draft, Stamp};
    use crate::domain::ledger::{DeviceId, Hlc, PersonId};

    fn event(seed: u8) -> (Event, [u8; 32]) {
        let key = ed25519_dalek::SigningKey::from_bytes(&[seed; 32]);
        (Event::sign(draft(), stamp(), &key), key.verifying_key().to_bytes())
    }

    fn stamp() -> Stamp {
        Stamp {
            at: Hlc::new(1_795_000_000_000, 0),
            by: PersonId([1; 16]),
            device: DeviceId([2; 16]),
            n: 1,
            after: vec![],
            replaces: Default::default(),
            salt: [3; 16],
        }
    }

    fn draft() -> Draft {
        Draft {
            kind: "sasaran.changed".into(),
            subject: "a".repeat(32),
            on: chrono::NaiveDate::from_ymd_opt(2026, 11, 18).unwrap(),
            data: object([("nama", "Ani Rekaan".into())]),
        }
    }

    #[test]
    fn a_claim_holds_what_was_signed() {
        let (event, key) = event(7);
        let founded = Draft { kind: "posyandu.founded".into(), ..draft() };
        let root = Event::sign(founded, stamp(), &ed25519_dalek::SigningKey::from_bytes(&[9; 32]));
        let mut claims = Claims::default();
        let roster = Roster::trusting(ed25519_dalek::SigningKey::from_bytes(&[9; 32]).verifying_key().to_bytes());
        assert_eq!(claims.of(&event, &roster), [], "nobody says that this is her key");
        let [claim] = &claims.of(&root, &roster)[..] else { panic!("one root") };
        let signature = ed25519_dalek::Signature::from_bytes(&claim.signature);
        let verifying = ed25519_dalek::VerifyingKey::from_bytes(&claim.key).unwrap();
        assert!(verifying.verify_strict(claim.message.as_bytes(), &signature).is_ok());
        assert_ne!(claim.key, key);
    }

    #[test]
    fn what_was_found_good_counts_for_its_event_and_key_alone() {
        let ((one, key), (two, other)) = (event(7), event(8));
        let mut proofs = Proofs::default();
        // Without any proof it is checked here.
        assert!(proofs.is_signed_by(&one, &key) && !proofs.is_signed_by(&one, &other));
        proofs.add(&Claim { id: one.id(), key: other, signature: [0; 64], message: String::new() });
        assert!(proofs.is_signed_by(&one, &other), "somebody else found it good");
        assert!(!proofs.is_signed_by(&two, &key));
    }

    #[test]
    fn weak_points_are_left_to_the_strict_check() {
        for point in curve25519_dalek::constants::EIGHT_TORSION.map(|it| it.compress().to_bytes()) {
            assert!(is_weak(&point) && !is_plain(&point));
        }
        // One, written with p added to it.
        let mut strange = [0xff; 32];
        (strange[0], strange[31]) = (0xee, 0x7f);
        assert!(!is_weak(&strange) && !is_plain(&strange));
        let (_, key) = event(7);
        assert!(!is_weak(&key) && is_plain(&key));
    }
}
