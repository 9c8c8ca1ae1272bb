//! Documents in and out: `_bulk_docs`, `_revs_diff`, `_bulk_get`, one document, its photo.
//!
//! There are two revisions at most, `1-<id>` and the tombstone that may follow it, so what CouchDB answers from a
//! tree of revisions is said here from one bit.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::marker::PhantomData;
use std::sync::Arc;

use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, ETAG, HeaderMap, IF_NONE_MATCH, IF_RANGE, RANGE};
use rusqlite::Connection;
use serde::de::{Error as _, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::reply::{ApiError, Reply};
use super::{Api, Asked, find, quoted};
use crate::domain::ledger::EventId;
use crate::domain::rights::Grant;
use crate::server::check::{PHOTO, PHOTO_TYPE};
use crate::server::limits;
use crate::server::store::StoreError;
use crate::server::store::docs::{self, Doc};
use crate::server::wire::{Extras, revision, tombstone, write_doc};

/// What a longer list than allowed is refused with, before the rest of it is read.
const TOO_MANY: &str = "too many";

/// A list that ends at a number: a few megabytes hold millions of empty documents.
struct Few<T, const MOST: usize>(Vec<T>);

impl<'de, T: Deserialize<'de>, const MOST: usize> Deserialize<'de> for Few<T, MOST> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading<T, const MOST: usize>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>, const MOST: usize> Visitor<'de> for Reading<T, MOST> {
            type Value = Few<T, MOST>;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut all = Vec::new();
                while let Some(it) = list.next_element()? {
                    if all.len() == MOST {
                        return Err(A::Error::custom(TOO_MANY));
                    }
                    all.push(it);
                }
                Ok(Few(all))
            }
        }
        deserializer.deserialize_seq(Reading(PhantomData))
    }
}

/// As [`Few`], of ids with their revisions.
struct FewIds(BTreeMap<String, Vec<String>>);

impl<'de> Deserialize<'de> for FewIds {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reading;
        impl<'de> Visitor<'de> for Reading {
            type Value = FewIds;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("ids with their revisions")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<FewIds, A::Error> {
                let mut all = BTreeMap::new();
                while let Some((id, Few(revs))) = map.next_entry::<_, Few<String, { limits::MOST_REVISIONS }>>()? {
                    if all.len() == limits::MOST_DOCUMENTS {
                        return Err(A::Error::custom(TOO_MANY));
                    }
                    all.insert(id, revs);
                }
                Ok(FewIds(all))
            }
        }
        deserializer.deserialize_map(Reading)
    }
}

/// Reads a body; `says` where it is JSON of another shape.
fn read<'a, T: Deserialize<'a>>(text: &'a str, says: &'static str) -> Result<T, ApiError> {
    serde_json::from_str(text).map_err(|error| match error.classify() {
        _ if error.to_string().starts_with(TOO_MANY) => ApiError::too_large(),
        serde_json::error::Category::Data => ApiError::bad_request(says),
        _ => ApiError::bad_json(),
    })
}

#[derive(Deserialize)]
struct BulkDocs {
    docs: Few<Box<RawValue>, { limits::MOST_DOCUMENTS }>,
    #[serde(default = "yes")]
    new_edits: bool,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
struct BulkGet {
    docs: Few<Wanted, { limits::MOST_DOCUMENTS }>,
}

#[derive(Deserialize)]
struct Wanted {
    id: String,
    rev: Option<String>,
}

impl Api {
    pub(super) async fn bulk_docs(self: &Arc<Self>, asked: &mut Asked, grant: &Grant) -> Result<Reply, ApiError> {
        let text = asked.text(limits::MOST_BODY).await?;
        let (name, class, account) = (grant.db.clone(), grant.class, asked.caller.name().to_owned());
        self.blocking(move |api| {
            let bulk: BulkDocs = read(&text, "POST body must include `docs` parameter.")?;
            if bulk.new_edits {
                return Err(ApiError::bad_request("documents are written once: new_edits must be false"));
            }
            let pushed = api.office.push(&name, class, &bulk.docs.0)?;
            api.office.note(&account, &name, "write", pushed.kept);
            let mut out = String::from("[");
            for (label, refusal) in &pushed.refused {
                let comma = if out.len() > 1 { "," } else { "" };
                let rev = label.rev.as_deref().map_or_else(|| "null".to_owned(), quoted);
                let (id, code) = (quoted(&label.id), refusal.code());
                let _ = write!(out, r#"{comma}{{"id":{id},"rev":{rev},"error":"forbidden","reason":"{code}"}}"#);
            }
            out.push(']');
            Ok(Reply::json(201, out))
        })
        .await
    }

    pub(super) async fn revs_diff(self: &Arc<Self>, asked: &mut Asked, db: &str) -> Result<Reply, ApiError> {
        let text = asked.text(limits::MOST_BODY).await?;
        let name = db.to_owned();
        self.blocking(move |api| {
            let FewIds(wanted) = read(&text, "ids with lists of revisions")?;
            let out = api.office.store.read(|connection| {
                let database = find(connection, &name)?;
                let mut out = String::from("{");
                for (id, revs) in &wanted {
                    let event = EventId::parse(id).ok();
                    let known = match event {
                        Some(event) => docs::known(connection, database.id, event)?.map(|it| (event, it)),
                        None => None,
                    };
                    let is_known = |rev: &String| {
                        known.is_some_and(|(id, is_erased)| {
                            *rev == format!("1-{id}") || (is_erased && *rev == tombstone(id))
                        })
                    };
                    let missing: Vec<String> = revs.iter().filter(|it| !is_known(it)).map(|it| quoted(it)).collect();
                    if missing.is_empty() {
                        continue;
                    }
                    let comma = if out.len() > 1 { "," } else { "" };
                    let _ = write!(out, r#"{comma}{}:{{"missing":[{}]"#, quoted(id), missing.join(","));
                    if let Some((id, false)) = known {
                        let _ = write!(out, r#","possible_ancestors":["1-{id}"]"#);
                    }
                    out.push('}');
                }
                out.push('}');
                Ok::<_, ApiError>(out)
            })?;
            Ok(Reply::json(200, out))
        })
        .await
    }

    pub(super) async fn bulk_get(self: &Arc<Self>, asked: &mut Asked, db: &str) -> Result<Reply, ApiError> {
        let text = asked.text(limits::MOST_BODY).await?;
        let extras = Extras { revs: asked.is_true("revs"), attachments: asked.is_true("attachments") };
        let is_latest = asked.is_true("latest");
        let (name, account) = (db.to_owned(), asked.caller.name().to_owned());
        self.blocking(move |api| {
            let BulkGet { docs: Few(all) } = read(&text, "Missing JSON list of 'docs'.")?;
            let mut out = String::from(r#"{"results":["#);
            api.office.store.read(|connection| {
                let database = find(connection, &name)?;
                for (index, wanted) in all.iter().enumerate() {
                    if out.len() > limits::MOST_ANSWER {
                        return Err(ApiError::too_large());
                    }
                    let comma = if index > 0 { "," } else { "" };
                    let id = quoted(&wanted.id);
                    let _ = write!(out, r#"{comma}{{"id":{id},"docs":[{{"#);
                    match found(connection, database.id, &wanted.id, wanted.rev.as_deref(), is_latest)? {
                        Some(doc) => {
                            out.push_str(r#""ok":"#);
                            write_doc(connection, database.id, &doc, extras, &mut out)?;
                        }
                        None => {
                            let rev = quoted(wanted.rev.as_deref().unwrap_or("undefined"));
                            let _ = write!(
                                out,
                                r#""error":{{"id":{id},"rev":{rev},"error":"not_found","reason":"missing"}}"#
                            );
                        }
                    }
                    out.push_str("}]}");
                }
                Ok::<_, ApiError>(())
            })?;
            out.push_str("]}");
            api.office.note(&account, &name, "read", i64::try_from(all.len()).unwrap_or(i64::MAX));
            Ok(Reply::json(200, out))
        })
        .await
    }

    pub(super) async fn document(self: &Arc<Self>, asked: &mut Asked, db: &str, id: &str) -> Result<Reply, ApiError> {
        let extras = Extras { revs: asked.is_true("revs"), attachments: asked.is_true("attachments") };
        let (rev, open_revs, is_latest) = (asked.query("rev"), asked.query("open_revs"), asked.is_true("latest"));
        let (name, id, account) = (db.to_owned(), id.to_owned(), asked.caller.name().to_owned());
        self.blocking(move |api| {
            let reply = api.office.store.read(|connection| {
                let database = find(connection, &name)?;
                if let Some(open_revs) = open_revs {
                    return leaves(connection, database.id, &id, &open_revs, is_latest, extras);
                }
                let missing = || ApiError::not_found("missing");
                let doc = found(connection, database.id, &id, rev.as_deref(), is_latest)?.ok_or_else(missing)?;
                if doc.is_erased && rev.is_none() {
                    return Err(ApiError::not_found("deleted"));
                }
                let mut out = String::new();
                write_doc(connection, database.id, &doc, extras, &mut out)?;
                Ok(Reply::json(200, out).with(ETAG, &format!("\"{}\"", revision(&doc))))
            })?;
            api.office.note(&account, &name, "read", 1);
            Ok(reply)
        })
        .await
    }

    pub(super) async fn attachment(
        self: &Arc<Self>,
        asked: &mut Asked,
        db: &str,
        id: &str,
        attachment: &str,
    ) -> Result<Reply, ApiError> {
        let missing = || ApiError::not_found("Document is missing attachment");
        if attachment != PHOTO {
            return Err(missing());
        }
        let rev = asked.query("rev");
        let headers = asked.parts.headers.clone();
        let (name, id, account) = (db.to_owned(), id.to_owned(), asked.caller.name().to_owned());
        self.blocking(move |api| {
            let found = api.office.store.read(|connection| {
                let database = find(connection, &name)?;
                let Some(doc) = found(connection, database.id, &id, rev.as_deref(), false)? else {
                    return Err(ApiError::not_found("missing"));
                };
                let md5 = doc.photo.map(|(md5, _)| md5);
                Ok(md5.zip(docs::photo(connection, database.id, doc.id)?))
            })?;
            let (md5, bytes) = found.ok_or_else(missing)?;
            api.office.note(&account, &name, "photo", 1);
            ranged(&headers, &format!("\"{md5}\""), bytes)
        })
        .await
    }
}

/// The document under one of its revisions, or under the newest. `latest` asks for what followed a revision.
fn found(
    connection: &Connection,
    db: i64,
    id: &str,
    rev: Option<&str>,
    is_latest: bool,
) -> Result<Option<Doc>, StoreError> {
    let Ok(id) = EventId::parse(id) else { return Ok(None) };
    let is_asked = |doc: &Doc| match rev {
        None => true,
        Some(rev) => rev == revision(doc) || (is_latest && rev == format!("1-{id}")),
    };
    Ok(docs::doc(connection, db, id)?.filter(is_asked))
}

/// The answer to `open_revs`.
fn leaves(
    connection: &Connection,
    db: i64,
    id: &str,
    open_revs: &str,
    is_latest: bool,
    extras: Extras,
) -> Result<Reply, ApiError> {
    let mut out = String::from("[");
    let mut write = |rev: Option<&str>| {
        let comma = if out.len() > 1 { "," } else { "" };
        match found(connection, db, id, rev, is_latest)? {
            Some(doc) => {
                let _ = write!(out, r#"{comma}{{"ok":"#);
                write_doc(connection, db, &doc, extras, &mut out)?;
                out.push('}');
            }
            None => {
                if let Some(rev) = rev {
                    let _ = write!(out, r#"{comma}{{"missing":{}}}"#, quoted(rev));
                }
            }
        }
        Ok::<_, ApiError>(())
    };
    if open_revs == "all" {
        if found(connection, db, id, None, false)?.is_none() {
            return Err(ApiError::not_found("missing"));
        }
        write(None)?;
    } else {
        let revs: Vec<String> =
            serde_json::from_str(open_revs).map_err(|_| ApiError::bad_request("invalid open_revs"))?;
        // Named again it is answered once: a photo may be in it.
        let mut told = BTreeSet::new();
        for rev in revs.iter().take(1000).filter(|it| told.insert(*it)) {
            write(Some(rev))?;
        }
    }
    out.push(']');
    Ok(Reply::json(200, out))
}

/// Bytes, or the part of them that is asked for: what a phone has of a photo it does not fetch again. A part of what
/// has another tag than is named by `If-Range` fits to nothing: then everything is sent.
fn ranged(headers: &HeaderMap, tag: &str, bytes: Vec<u8>) -> Result<Reply, ApiError> {
    let text = |name| headers.get(name).and_then(|it| it.to_str().ok());
    let all = bytes.len();
    let reply = |status, bytes| Reply::bytes(status, PHOTO_TYPE, bytes).with(ETAG, tag).with(ACCEPT_RANGES, "bytes");
    if text(IF_NONE_MATCH).is_some_and(|it| it.split(',').any(|it| it.trim() == tag)) {
        return Ok(reply(304, Vec::new()));
    }
    let asked = text(RANGE).filter(|_| text(IF_RANGE).is_none_or(|it| it.trim() == tag));
    match asked.and_then(|it| range(it, all)) {
        None => Ok(reply(200, bytes)),
        Some(None) => Err(ApiError::range(all)),
        Some(Some((from, to))) => {
            let part = bytes.get(from..=to).unwrap_or_default().to_vec();
            Ok(reply(206, part).with(CONTENT_RANGE, &format!("bytes {from}-{to}/{all}")))
        }
    }
}

/// First and last byte of a single range; none for what is not one, and for all from the first byte on, and then
/// everything is sent, as CouchDB does; none inside where it lies outside or ends before it begins.
fn range(text: &str, all: usize) -> Option<Option<(usize, usize)>> {
    let (from, to) = text.trim().strip_prefix("bytes=")?.split_once('-')?;
    let last = all.checked_sub(1);
    if from.is_empty() {
        let count: usize = to.parse().ok()?;
        return Some(last.filter(|_| count > 0).map(|last| (all.saturating_sub(count), last)));
    }
    let from: usize = from.parse().ok()?;
    if from == 0 && to.is_empty() {
        return None;
    }
    let to: usize = if to.is_empty() { usize::MAX } else { to.parse().ok()? };
    Some(last.filter(|last| from <= *last && from <= to).map(|last| (from, to.min(last))))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_range_is_understood() {
        assert_eq!(range("bytes=0-4", 10), Some(Some((0, 4))));
        assert_eq!(range("bytes=4-", 10), Some(Some((4, 9))));
        assert_eq!(range("bytes=4-99", 10), Some(Some((4, 9))));
        assert_eq!(range("bytes=-3", 10), Some(Some((7, 9))));
        assert_eq!(range("bytes=10-", 10), Some(None));
        assert_eq!(range("bytes=5-4", 10), Some(None));
        assert_eq!(range("bytes=0-4", 0), Some(None));
        for odd in ["", "bytes=", "bytes=a-b", "lines=0-1", "bytes=0-1,3-4", "bytes=0-"] {
            assert_eq!(range(odd, 10), None, "{odd}");
        }
    }
}
