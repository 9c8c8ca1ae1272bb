//! A model of the server: write-once documents, `_local`, opaque sequences, refusals. Knows what the protocol may see.

use std::collections::{BTreeMap, BTreeSet};

use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::EventId;
use posyandu::domain::ledger::roster;
use posyandu::sync::protocol::{Request, Verb, raw};

/// Refused alone, with a receipt for the others.
pub const REFUSED: &str = "tolak";
/// Makes the whole batch refused (400), as a document that is no document does.
pub const INVALID: &str = "rusak";
/// Makes the whole batch refused (413).
pub const HUGE: &str = "besar";

/// Whether the server never takes it.
pub fn is_refusable(text: &str) -> bool {
    [REFUSED, INVALID, HUGE].iter().any(|it| text.contains(it))
}

#[derive(Clone)]
pub struct Doc {
    pub seq: u64,
    pub text: String,
    pub is_deleted: bool,
    /// The event behind a strange revision.
    pub behind: Option<String>,
}

#[derive(Clone, Default)]
pub struct Database {
    pub docs: BTreeMap<String, Doc>,
    locals: BTreeMap<String, (u64, String)>,
    erased: BTreeSet<String>,
    seq: u64,
}

#[derive(Clone)]
pub struct Server {
    pub uuid: String,
    /// `instance_start_time`.
    pub epoch: u64,
    pub databases: BTreeMap<String, Database>,
    /// Says in `_changes` how much is still to come.
    pub says_pending: bool,
    /// Names what it took too (the protocol's text allows it).
    pub says_ok: bool,
    pub most_bytes: usize,
}

impl Server {
    pub fn new(number: u64, databases: &[&str]) -> Self {
        Self {
            uuid: format!("{number:032x}"),
            epoch: 1_700_000_000 + number,
            databases: databases.iter().map(|it| ((*it).to_owned(), Database::default())).collect(),
            says_pending: true,
            says_ok: false,
            most_bytes: 1 << 20,
        }
    }

    pub fn answer(&mut self, request: &Request) -> (u16, String) {
        let (path, query) = request.path.split_once('?').unwrap_or((&request.path, ""));
        let mut parts = path.trim_start_matches('/').split('/');
        let name = parts.next().unwrap_or_default().to_owned();
        let rest: Vec<&str> = parts.collect();
        let body = request.body.as_deref().unwrap_or_default();
        let Self { says_pending, says_ok, most_bytes, epoch, .. } = *self;
        let Some(database) = self.databases.get_mut(&name) else { return error(404, "not_found", "no_db_file") };
        match (request.verb, rest.as_slice()) {
            (Verb::Get, []) => (200, format!("{{\"db_name\":\"{name}\",\"instance_start_time\":\"{epoch}\"}}")),
            (Verb::Get, ["_changes"]) => database.changes(query, says_pending),
            (Verb::Get, ["_local", id]) => match database.locals.get(*id) {
                Some((rev, text)) => (200, with_rev(text, *rev)),
                None => error(404, "not_found", "missing"),
            },
            (Verb::Put, ["_local", id]) => database.put_local(id, body),
            (Verb::Post, ["_revs_diff"]) => database.revs_diff(body),
            (Verb::Post, ["_bulk_get"]) => database.bulk_get(body),
            (Verb::Post, ["_bulk_docs"]) => database.bulk_docs(body, says_ok, most_bytes),
            _ => error(405, "method_not_allowed", "only"),
        }
    }

    /// Puts a document there that no phone sent.
    pub fn plant(&mut self, database: &str, id: &str, text: String, is_deleted: bool) {
        self.databases.get_mut(database).unwrap().put(id, text, is_deleted);
    }

    pub fn has(&self, database: &str, id: EventId) -> bool {
        self.databases[database].docs.contains_key(&id.to_string())
    }
}

impl Database {
    fn put(&mut self, id: &str, text: String, is_deleted: bool) {
        self.seq += 1;
        let old = self.docs.remove(id);
        let behind = old.and_then(|it| it.behind.or(Some(it.text)));
        self.docs.insert(id.to_owned(), Doc { seq: self.seq, text, is_deleted, behind });
    }

    fn changes(&self, query: &str, says_pending: bool) -> (u16, String) {
        let field = |name: &str| query.split('&').find_map(|it| it.strip_prefix(name)?.strip_prefix('='));
        let since = field("since").unwrap_or("0");
        let since = if since == "0" {
            Some(0)
        } else {
            since.strip_suffix("-g1%2BAA%2FA%3D%3D").and_then(|it| it.parse::<u64>().ok())
        };
        let Some(since) = since else { return error(400, "bad_request", "Malformed sequence supplied") };
        let limit: usize = field("limit").unwrap().parse().unwrap();
        let mut rows: Vec<(&String, &Doc)> = self.docs.iter().filter(|(_, it)| it.seq > since).collect();
        rows.sort_by_key(|(_, it)| it.seq);
        let pending = rows.len().saturating_sub(limit);
        rows.truncate(limit);
        let last = rows.last().map_or(since, |(_, it)| it.seq);
        let row = |(id, doc): &(&String, &Doc)| {
            let rev = raw::member(&doc.text, "_rev").unwrap_or("\"1-0\"");
            let deleted = if doc.is_deleted { ",\"deleted\":true" } else { "" };
            let (seq, text) = (seq(doc.seq), &doc.text);
            format!("{{\"seq\":{seq},\"id\":\"{id}\",\"changes\":[{{\"rev\":{rev}}}]{deleted},\"doc\":{text}}}")
        };
        let rows: Vec<String> = rows.iter().map(row).collect();
        let pending = if says_pending { format!(",\"pending\":{pending}") } else { String::new() };
        (200, format!("{{\"results\":[\n{}\n],\n\"last_seq\":{}{pending}}}\n", rows.join(",\n"), seq(last)))
    }

    fn put_local(&mut self, id: &str, body: &str) -> (u16, String) {
        let rev = raw::member_text(body, "_rev");
        let known = self.locals.get(id).map(|(rev, _)| format!("0-{rev}"));
        if rev != known {
            return error(409, "conflict", "Document update conflict.");
        }
        let rev = self.locals.get(id).map_or(1, |(rev, _)| rev + 1);
        self.locals.insert(id.to_owned(), (rev, body.to_owned()));
        (201, format!("{{\"ok\":true,\"id\":\"_local/{id}\",\"rev\":\"0-{rev}\"}}"))
    }

    fn revs_diff(&self, body: &str) -> (u16, String) {
        let lacks = |id: &str, rev: &str| match self.docs.get(id) {
            Some(doc) => !(doc.text.contains(&format!("\"_rev\":\"{rev}\"")) || rev.starts_with("1-")),
            None => true,
        };
        let asked = raw::members(body).unwrap();
        let missing = asked.into_iter().filter_map(|(id, revs)| {
            let rev = raw::text(raw::items(revs)?.first()?)?;
            lacks(id, &rev).then(|| format!("\"{id}\":{{\"missing\":[\"{rev}\"]}}"))
        });
        (200, format!("{{{}}}", missing.collect::<Vec<_>>().join(",")))
    }

    fn bulk_get(&self, body: &str) -> (u16, String) {
        let asked = raw::items(raw::member(body, "docs").unwrap()).unwrap();
        let result = |it: &&str| {
            let (id, rev) = (raw::member_text(it, "id").unwrap(), raw::member_text(it, "rev").unwrap());
            let held = self.docs.get(&id).into_iter().flat_map(|it| [Some(&it.text), it.behind.as_ref()]).flatten();
            match held.into_iter().find(|it| raw::member_text(it, "_rev").as_ref() == Some(&rev)) {
                Some(text) => format!("{{\"id\":\"{id}\",\"docs\":[{{\"ok\":{text}}}]}}"),
                None => {
                    format!("{{\"id\":\"{id}\",\"docs\":[{{\"error\":{{\"id\":\"{id}\",\"error\":\"not_found\"}}}}]}}")
                }
            }
        };
        (200, format!("{{\"results\":[{}]}}", asked.iter().map(result).collect::<Vec<_>>().join(",")))
    }

    fn bulk_docs(&mut self, body: &str, says_ok: bool, most_bytes: usize) -> (u16, String) {
        if body.len() > most_bytes || body.contains(HUGE) {
            return error(413, "document_too_large", "too large");
        }
        if body.contains(INVALID) {
            return error(400, "doc_validation", "Bad special document member");
        }
        assert_eq!(raw::member(body, "new_edits"), Some("false"));
        let mut items = Vec::new();
        for text in raw::items(raw::member(body, "docs").unwrap()).unwrap() {
            let id = raw::member(text, "_id").unwrap_or("null");
            match self.take(text) {
                Ok(()) if says_ok => items.push(format!("{{\"ok\":true,\"id\":{id},\"rev\":\"1-x\"}}")),
                Ok(()) => {}
                Err(reason) => {
                    items.push(format!(
                        "{{\"id\":{id},\"rev\":\"1-x\",\"error\":\"forbidden\",\"reason\":\"{reason}\"}}"
                    ));
                }
            }
        }
        (201, format!("[{}]", items.join(",")))
    }

    fn take(&mut self, text: &str) -> Result<(), &'static str> {
        let event = Event::parse(text).map_err(|_| "not_event")?;
        if text.contains(REFUSED) {
            return Err("class");
        }
        if event.kind() == "foto.added" && raw::member(text, "_attachments").is_none() {
            return Err("attachment");
        }
        let id = event.id().to_string();
        let is_named = self.erased.contains(&roster::name_of(&event));
        if event.is_erased() && !is_named {
            return Err("not_erased");
        }
        let is_known = self.docs.get(&id).is_some_and(|it| {
            let is_strange = !it.is_deleted && !it.text.contains(&format!("\"_rev\":\"1-{id}\""));
            !is_strange && (it.is_deleted || !event.is_erased())
        });
        if is_known {
            return Ok(());
        }
        if event.is_erased() || is_named {
            self.put(&id, event.erased().to_text(), true);
            return Ok(());
        }
        self.put(&id, text.replace("\"data\":\"AAAA\"", "\"stub\":true"), false);
        if event.kind() == roster::ERASED {
            for line in roster::named_in(&event) {
                self.erase(&line);
                self.erased.insert(line);
            }
        }
        Ok(())
    }

    fn erase(&mut self, line: &str) {
        let Some(doc) = self.docs.get(&line[..32]).filter(|it| !it.is_deleted) else { return };
        if let Ok(event) = Event::parse(&doc.text)
            && roster::name_of(&event) == line
        {
            self.put(&line[..32], event.erased().to_text(), true);
        }
    }
}

/// Not a number, with letters that an address must not hold as they are.
fn seq(number: u64) -> String {
    if number == 0 { "0".to_owned() } else { format!("\"{number}-g1+AA\\/A==\"") }
}

fn with_rev(text: &str, rev: u64) -> String {
    let mut members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).unwrap();
    members.insert("_rev".into(), format!("0-{rev}").into());
    serde_json::to_string(&members).unwrap()
}

fn error(status: u16, error: &str, reason: &str) -> (u16, String) {
    (status, format!("{{\"error\":\"{error}\",\"reason\":\"{reason}\"}}"))
}
