//! `_changes`: what came into a database, in the order in which it came; at once, or when there is something.
//!
//! A sequence carries the epoch: one of another epoch, or beyond the newest, begins again from the start, so that a
//! server that went back in time hides nothing from anybody.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use http_body_util::channel::{Channel, Sender};
use tokio::time::Instant;

use super::reply::{ApiError, Reply};
use super::{Api, Asked, find};
use crate::server::limits::{self, Place};
use crate::server::store::docs;
use crate::server::wire::{Extras, revision, write_doc};

/// What of the changes is asked for.
#[derive(Clone, Debug)]
struct Question {
    db: String,
    account: String,
    since: Since,
    limit: i64,
    docs: Option<Extras>,
}

/// How long whoever asks waits for news.
struct Patience {
    wait: Duration,
    /// Instead of an end an empty line from time to time.
    heartbeat: Option<Duration>,
}

impl Question {
    fn read(asked: &Asked, db: &str) -> Result<(Self, Option<Patience>), ApiError> {
        if asked.query("filter").is_some() || asked.is_true("descending") {
            return Err(ApiError::bad_request("filters and descending order are not supported"));
        }
        let is_long = match asked.query("feed").as_deref() {
            None | Some("normal") => false,
            Some("longpoll") => true,
            Some(_) => return Err(ApiError::bad_request("feed is normal or longpoll")),
        };
        let malformed = || ApiError::bad_request("Malformed sequence supplied in 'since' parameter.");
        let since = match asked.query("since").as_deref().or(last_event_id(asked).as_deref()) {
            None => Since::At { seq: 0, epoch: None },
            Some(text) => Since::read(text).ok_or_else(malformed)?,
        };
        let number = |name: &'static str| match asked.query(name) {
            None => Ok(None),
            Some(text) => text.parse::<u64>().map(Some).map_err(|_| ApiError::bad_request("not a number")),
        };
        let limit = number("limit")?.map_or(limits::MOST_ROWS, |it| i64::try_from(it).unwrap_or(i64::MAX));
        let heartbeat = match asked.query("heartbeat").as_deref() {
            Some("true") => Some(Duration::from_secs(60)),
            Some("false") => None,
            _ => number("heartbeat")?.filter(|it| *it > 0).map(|it| Duration::from_millis(it.max(1000))),
        };
        let wait = number("timeout")?.map_or(limits::LONGEST_WAIT, Duration::from_millis).min(limits::LONGEST_WAIT);
        let docs = asked
            .is_true("include_docs")
            .then(|| Extras { revs: asked.is_true("revs"), attachments: asked.is_true("attachments") });
        let account = asked.caller.name().to_owned();
        let question = Self { db: db.to_owned(), account, since, limit: limit.min(limits::MOST_ROWS), docs };
        Ok((question, is_long.then_some(Patience { wait, heartbeat })))
    }
}

/// What may be asked of a CouchDB's changes; it knows more.
const PARAMETERS: [&str; 9] =
    ["since", "limit", "include_docs", "feed", "timeout", "style", "attachments", "conflicts", "seq_interval"];

/// Whether the changes may be asked of a CouchDB: as of this server, and with an end, because rights are looked at only
/// where a request begins. Each parameter once and in plain letters, or CouchDB would read another than we do.
pub(super) fn fits_a_door(asked: &Asked, db: &str) -> Result<(), ApiError> {
    let mut known = HashSet::new();
    for pair in asked.parts.uri.query().unwrap_or_default().split('&').filter(|it| !it.is_empty()) {
        let name = pair.split_once('=').map_or(pair, |(name, _)| name);
        if !PARAMETERS.contains(&name) || !known.insert(name) {
            return Err(ApiError::bad_request("a parameter that is not supported, or given twice"));
        }
    }
    Question::read(asked, db).map(drop)
}

/// Behind what.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Since {
    Now,
    At { seq: i64, epoch: Option<String> },
}

impl Since {
    /// `now`, a number, or what we said before; none for anything else.
    fn read(text: &str) -> Option<Self> {
        let text = text.trim_matches('"');
        if text == "now" {
            return Some(Self::Now);
        }
        let (number, epoch) = text.split_once('-').map_or((text, None), |(number, epoch)| (number, Some(epoch)));
        let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
        let seq = number.parse().ok().filter(|_| is_number)?;
        Some(Self::At { seq, epoch: epoch.map(str::to_owned) })
    }
}

/// A page of changes.
struct Page {
    text: String,
    is_empty: bool,
    /// Where it ends, for the next question.
    last: Since,
}

/// How long a request with a heartbeat may wait.
const LONGEST_BEATING: Duration = Duration::from_secs(300);

/// How long to look away: other programs write into the same file, too.
const GLANCE: Duration = Duration::from_secs(2);

impl Api {
    pub(super) async fn changes(self: &Arc<Self>, asked: &mut Asked, db: &str) -> Result<Reply, ApiError> {
        if !asked.is_get() {
            // `doc_ids` and `selector` stand there; we have neither.
            asked.text(limits::MOST_STRANGERS_BODY).await?;
        }
        let (mut question, patience) = Question::read(asked, db)?;
        let Some(Patience { wait, heartbeat }) = patience else {
            return Ok(Reply::json(200, self.page(&question).await?.text));
        };
        // Listening begins before looking, or what comes in between would be slept through.
        let listener = self.office.listen(db);
        let page = self.page(&question).await?;
        if !page.is_empty || question.limit == 0 {
            return Ok(Reply::json(200, page.text));
        }
        question.since = page.last;
        let place = self.waiting.enter(&question.account).ok_or_else(ApiError::stopping)?;
        match heartbeat {
            None => Ok(Reply::json(200, self.clone().news(question, listener, place, wait, None).await?)),
            Some(beat) => Ok(self.beating(question, listener, place, beat)),
        }
    }

    /// Waits for something to tell, a time, or the end of the server.
    async fn news(
        self: Arc<Self>,
        question: Question,
        mut listener: tokio::sync::watch::Receiver<()>,
        _place: Place,
        wait: Duration,
        mut beat: Option<(Duration, &mut Sender<Bytes>)>,
    ) -> Result<String, ApiError> {
        let mut stop = self.stop.clone();
        let end = Instant::now() + wait;
        // What came after the empty page was read is news already.
        let mut seen = match question.since {
            Since::At { seq, .. } => seq,
            Since::Now => self.last_seq(&question).await?,
        };
        let mut next_beat = beat.as_ref().map_or(end, |(pause, _)| Instant::now() + *pause);
        loop {
            let is_over = tokio::select! {
                _ = stop.wait_for(|it| *it) => true,
                () = tokio::time::sleep_until(end), if beat.is_none() => true,
                _ = listener.changed() => false,
                () = tokio::time::sleep(GLANCE) => false,
            };
            if let Some((pause, sender)) = &mut beat
                && Instant::now() >= next_beat
            {
                next_beat = Instant::now() + *pause;
                if sender.send_data(Bytes::from_static(b"\n")).await.is_err() {
                    // Nobody listens any more.
                    return Ok(String::new());
                }
            }
            if !is_over && Instant::now() < end {
                let now = self.last_seq(&question).await?;
                if now == seen {
                    continue;
                }
                seen = now;
            }
            let page = self.page(&question).await?;
            if is_over || !page.is_empty || Instant::now() >= end {
                return Ok(page.text);
            }
        }
    }

    /// As `news`, with an empty line from time to time, which keeps what lies between from cutting the line.
    fn beating(
        self: &Arc<Self>,
        question: Question,
        listener: tokio::sync::watch::Receiver<()>,
        place: Place,
        pause: Duration,
    ) -> Reply {
        let (mut sender, body) = Channel::<Bytes>::new(4);
        let api = self.clone();
        tokio::spawn(async move {
            // Whoever asks for a heartbeat asks for no end; but rights are looked at only where a request begins.
            let wait = LONGEST_BEATING;
            if let Ok(text) = api.news(question, listener, place, wait, Some((pause, &mut sender))).await {
                let _ = sender.send_data(Bytes::from(text + "\n")).await;
            }
        });
        Reply::stream(Body::new(body))
    }

    /// The newest sequence: cheaper than a page.
    async fn last_seq(self: &Arc<Self>, question: &Question) -> Result<i64, ApiError> {
        let name = question.db.clone();
        self.blocking(move |api| api.office.store.read(|connection| Ok(find(connection, &name)?.last_seq))).await
    }

    async fn page(self: &Arc<Self>, question: &Question) -> Result<Page, ApiError> {
        let question = question.clone();
        self.blocking(move |api| {
            let (page, count) = api.office.store.read(|connection| api.read_page(connection, &question))?;
            if count > 0 || question.docs.is_some() {
                api.office.note(&question.account, &question.db, "read", count);
            }
            Ok(page)
        })
        .await
    }

    fn read_page(&self, connection: &rusqlite::Connection, question: &Question) -> Result<(Page, i64), ApiError> {
        let database = find(connection, &question.db)?;
        let ours = self.office.identity.epoch.get(..12).unwrap_or_default();
        let mut last = match &question.since {
            Since::Now => database.last_seq,
            Since::At { seq, epoch } if epoch.as_deref().is_some_and(|it| it != ours) || *seq > database.last_seq => 0,
            Since::At { seq, .. } => *seq,
        };
        let mut text = String::from("{\"results\":[\n");
        let mut count = 0;
        let mut is_full = false;
        // Bodies are read row by row, so an answer that is long enough reads no more of them.
        let range = (last, question.limit);
        let read = docs::changes(connection, database.id, range, question.docs.is_some(), |doc| {
            if text.len() > limits::MOST_ANSWER {
                is_full = true;
                return Err(ApiError::too_large());
            }
            last = doc.seq;
            let comma = if count > 0 { ",\n" } else { "" };
            count += 1;
            let seq = self.seq(doc.seq);
            let rev = revision(&doc);
            let _ = write!(text, r#"{comma}{{"seq":"{seq}","id":"{}","changes":[{{"rev":"{rev}"}}]"#, doc.id);
            if doc.is_erased {
                text.push_str(r#","deleted":true"#);
            }
            if let Some(extras) = question.docs {
                text.push_str(r#","doc":"#);
                write_doc(connection, database.id, &doc, extras, &mut text)?;
            }
            text.push('}');
            Ok(())
        });
        if !is_full {
            read?;
        }
        let pending = docs::pending(connection, &database, last)?;
        let _ = write!(text, "\n],\n\"last_seq\":\"{}\",\"pending\":{pending}}}", self.seq(last));
        let last = Since::At { seq: last, epoch: Some(ours.to_owned()) };
        Ok((Page { text, is_empty: count == 0, last }, count))
    }
}

fn last_event_id(asked: &Asked) -> Option<String> {
    Some(asked.parts.headers.get("last-event-id")?.to_str().ok()?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sequence_is_ours_or_refused() {
        let at = |seq, epoch: Option<&str>| Some(Since::At { seq, epoch: epoch.map(str::to_owned) });
        assert_eq!(Since::read("now"), Some(Since::Now));
        assert_eq!(Since::read("0"), at(0, None));
        assert_eq!(Since::read("12-abcdef"), at(12, Some("abcdef")));
        assert_eq!(Since::read("\"12-abcdef\""), at(12, Some("abcdef")));
        for odd in ["", "x", "-1", "1.5", "+1", "null", "99999999999999999999", "abc-1"] {
            assert_eq!(Since::read(odd), None, "{odd}");
        }
    }
}
