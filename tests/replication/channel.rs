//! What lies between: it delays, repeats, reorders, truncates, cuts, and answers for the server.

use posyandu::sync::protocol::{Answer, Request, Told, Verb};

use super::dice::Dice;
use super::server::Server;

pub struct Channel {
    /// So many requests of a hundred go wrong.
    pub trouble: u64,
    /// The server may seem to refuse its half of the logs.
    pub shuts_logs: bool,
    /// Given up by the phone, and still on their way.
    late: Vec<Request>,
}

impl Channel {
    pub fn new(trouble: u64, shuts_logs: bool) -> Self {
        Self { trouble, shuts_logs, late: Vec::new() }
    }

    /// The server's process ends: connections end with it.
    pub fn cut(&mut self) {
        self.late.clear();
    }

    pub fn send(&mut self, server: &mut Server, request: Request, dice: &mut Dice) -> Told {
        if !self.late.is_empty() && dice.is(40) {
            let late = self.late.remove(dice.below(self.late.len()));
            server.answer(&late);
        }
        if !dice.is(self.trouble) {
            return answer(server.answer(&request), dice);
        }
        match dice.below(9) {
            0 => Told::Failed,
            1 => {
                server.answer(&request);
                Told::Failed
            }
            2 => {
                self.late.push(request);
                Told::Failed
            }
            3 => {
                server.answer(&request);
                answer(server.answer(&request), dice)
            }
            4 => {
                let (status, mut body) = server.answer(&request);
                body.truncate(dice.below(body.trim_end().len()));
                answer((status, body), dice)
            }
            5 => {
                if dice.is(50) {
                    server.answer(&request);
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
                answer((all[dice.below(all.len())], body.to_owned()), dice)
            }
        }
    }
}

fn answer((status, body): (u16, String), dice: &mut Dice) -> Told {
    let retry_after_s = (status == 503 && dice.is(50)).then_some(30);
    let took_ms = if dice.is(10) { 30_000 } else { 100 };
    Told::Answer(Answer { status, retry_after_s, took_ms, body })
}
