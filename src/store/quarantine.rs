//! Under which names documents lie that are not folded.

/// What came from elsewhere: `masuk:<hash of the text>`.
pub const INCOMING: &str = "masuk:";
/// The same, when a person looked at it and lets it lie.
pub const PARKED: &str = "diam:";
/// What a server did not take: `keluar:<event>`.
pub const OUTGOING: &str = "keluar:";

/// By what something that came is named, whether somebody looked at it or not.
#[must_use]
pub fn came(id: &str) -> Option<&str> {
    id.strip_prefix(INCOMING).or(id.strip_prefix(PARKED))
}
