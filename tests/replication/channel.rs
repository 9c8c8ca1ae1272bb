//! What lies between: it delays, repeats, reorders, truncates, damages, cuts, and answers for the server.

use posyandu::sync::protocol::{Answer, Request, Told, Verb, raw};

use super::dice::Dice;
use super::server::Server;
use super::tally::Tally;

pub struct Channel {
    /// So many requests of a hundred go wrong.
    pub trouble: u64,
    /// The server may seem to refuse its half of the logs.
    pub shuts_logs: bool,
    /// What happened.
    pub tally: Tally,
    /// Given up by the phone and still on their way, with how many were sent before.
    late: Vec<(u64, Request)>,
    sent: u64,
}

impl Channel {
    pub fn new(trouble: u64, shuts_logs: bool) -> Self {
        Self { trouble, shuts_logs, tally: Tally::default(), late: Vec::new(), sent: 0 }
    }

    /// The server's process ends: connections end with it.
    pub fn cut(&mut self) {
        self.late.clear();
    }

    /// What the server itself says to it.
    fn ask(&mut self, server: &mut Server, request: &Request) -> (u16, String) {
        let (status, body) = server.answer(request);
        if matches!(status, 400 | 413) {
            self.tally.note(&format!("the server says {status}"));
        }
        (status, body)
    }

    pub fn send(&mut self, server: &mut Server, request: Request, dice: &mut Dice) -> Told {
        if !self.late.is_empty() && dice.is(40) {
            let (number, late) = self.late.remove(dice.below(self.late.len()));
            self.tally.note(if number < self.sent { "reordered" } else { "delayed" });
            self.ask(server, &late);
        }
        self.sent += 1;
        let brings = request.path.contains("/_changes?") || request.path.ends_with("/_bulk_get");
        if brings && dice.is(self.trouble) {
            let (status, body) = self.ask(server, &request);
            let altered = altered(&body, dice);
            if altered.is_some() {
                self.tally.note("damaged on the way");
            }
            return answer((status, altered.unwrap_or(body)), dice);
        }
        if !dice.is(self.trouble) {
            return answer(self.ask(server, &request), dice);
        }
        match dice.below(9) {
            0 => {
                self.tally.note("cut on the way there");
                Told::Failed
            }
            1 => {
                self.tally.note("cut on the way back");
                self.ask(server, &request);
                Told::Failed
            }
            2 => {
                self.late.push((self.sent, request));
                Told::Failed
            }
            3 => {
                self.tally.note("repeated");
                self.ask(server, &request);
                answer(self.ask(server, &request), dice)
            }
            4 => {
                self.tally.note("truncated");
                let (status, mut body) = self.ask(server, &request);
                body.truncate(dice.below(body.trim_end().len()));
                answer((status, body), dice)
            }
            5 => {
                self.tally.note("garbage");
                if dice.is(50) {
                    self.ask(server, &request);
                }
                let garbage =
                    ["<html>Masuk</html>", "", "{\"ok\":true}", "{\"results\":[", "[1,", "null", "\u{fffd}\0", "{}}"];
                answer((200, garbage[dice.below(garbage.len())].to_owned()), dice)
            }
            _ => {
                let is_log = request.path.contains("/_local/");
                let mut all = vec![401, 404, 408, 409, 412, 413, 429, 500, 502, 503];
                if !is_log || self.shuts_logs {
                    all.extend([403, 405]);
                }
                if request.verb == Verb::Get {
                    all.retain(|it| !matches!(it, 412 | 413));
                }
                let body = if dice.is(50) { "{\"error\":\"kata\",\"reason\":\"kata\"}" } else { "<html></html>" };
                let status = all[dice.below(all.len())];
                self.tally.note(&status.to_string());
                answer((status, body.to_owned()), dice)
            }
        }
    }
}

/// An answer in which a letter or digit of one document is another one; all around it is as it was.
fn altered(body: &str, dice: &mut Dice) -> Option<String> {
    let results = raw::items(raw::member(raw::whole(body)?, "results")?)?;
    let documents: Vec<&str> = results.into_iter().flat_map(documents_of).collect();
    let document = documents.get(dice.below(documents.len()))?;
    let letters: Vec<usize> =
        document.bytes().enumerate().filter(|it| it.1.is_ascii_alphanumeric()).map(|it| it.0).collect();
    let at = document.as_ptr() as usize - body.as_ptr() as usize + letters.get(dice.below(letters.len()))?;
    let mut bytes = body.as_bytes().to_vec();
    bytes[at] = match bytes[at] {
        b'9' => b'0',
        digit @ b'0'..=b'8' => digit + 1,
        b'a' => b'b',
        _ => b'a',
    };
    String::from_utf8(bytes).ok()
}

/// The documents of one item of `_changes` or `_bulk_get`.
fn documents_of(item: &str) -> impl Iterator<Item = &str> {
    let docs = raw::member(item, "docs").and_then(raw::items).unwrap_or_default();
    raw::member(item, "doc").into_iter().chain(docs.into_iter().filter_map(|it| raw::member(it, "ok")))
}

fn answer((status, body): (u16, String), dice: &mut Dice) -> Told {
    let retry_after_s = (status == 503 && dice.is(50)).then_some(30);
    let took_ms = if dice.is(10) { 30_000 } else { 100 };
    Told::Answer(Answer { status, retry_after_s, took_ms, body })
}
