//! Single cases, each in words: a protocol, and what it is told one answer after the other.

use posyandu::domain::json::object;
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::EventId;
use posyandu::sync::protocol::{
    Answer, Aside, Command, Freight, OutOfStep, Outcome, Owed, Pause, Place, Pull, Push, Row, StoreTrouble, Told, Verb,
    Why, log, pull, push,
};

use super::phone::{ADUAN, Fault, Phone};
use super::support::{draft, key};

fn place() -> Place {
    Place { store: "a".into(), server: "b".into(), database: ADUAN.into() }
}

fn a_pull() -> Pull {
    Pull::new(place(), [1; 16], pull::Pace::default())
}

fn a_push(with_photos: bool) -> Push {
    Push::new(place(), [1; 16], push::Load::default(), with_photos)
}

fn says(status: u16, body: &str) -> Told {
    Told::Answer(Answer { status, retry_after_s: None, took_ms: 100, body: body.into() })
}

fn loaded() -> Told {
    Told::Loaded { log: None, owed: Owed::default(), head: 0, has_again: false, aside: Vec::new() }
}

fn no_log() -> Told {
    says(404, r#"{"error":"not_found","reason":"missing"}"#)
}

fn epoch() -> Told {
    says(200, r#"{"instance_start_time":"1700000000"}"#)
}

/// Tells them one after the other; the last command, and the outcome.
fn pulled(pull: &mut Pull, told: Vec<Told>) -> (Option<Command>, Option<Outcome>) {
    for it in told {
        assert!(pull.poll().is_some());
        pull.handle(it).unwrap();
    }
    (pull.poll(), pull.outcome())
}

fn pushed(push: &mut Push, told: Vec<Told>) -> (Option<Command>, Option<Outcome>) {
    for it in told {
        assert!(push.poll().is_some());
        push.handle(it).unwrap();
    }
    (push.poll(), push.outcome())
}

fn rows(count: usize) -> Vec<Row> {
    let mut phone = Phone::new(1, &key(100), false, Fault::None);
    let drafts = (0..count).map(|it| draft("aduan.noted", &format!("{it:032x}"), object([("isi", "Contoh".into())])));
    let events = phone.record(drafts.collect());
    let row = |(seq, it): (usize, &Event)| Row {
        seq: seq as u64 + 1,
        id: it.id(),
        text: it.to_text(),
        is_given: false,
        freight: Freight::Events,
    };
    events.iter().enumerate().map(row).collect()
}

/// Up to the first batch.
fn to_the_batch(push: &mut Push, count: usize) -> (Vec<Row>, Option<Command>) {
    let rows = rows(count);
    let read = Told::Rows { rows: rows.clone(), until: count as u64, is_end: true };
    let (command, _) = pushed(push, vec![loaded(), no_log(), read]);
    (rows, command)
}

#[track_caller]
fn page_ends(told: Told, expected: Outcome) {
    let mut pull = a_pull();
    assert_eq!(pulled(&mut pull, vec![loaded(), epoch(), no_log(), told]), (None, Some(expected)));
}

#[test]
fn each_answer_to_a_page_has_its_end() {
    let pause = |why| Outcome::Paused(Pause { why, retry_after_s: None });
    page_ends(says(401, "{}"), Outcome::SignedOut);
    page_ends(says(403, "{}"), Outcome::NoAccess);
    page_ends(says(404, "{}"), Outcome::NoDatabase);
    page_ends(says(500, "{}"), pause(Why::Server));
    page_ends(says(429, "{}"), pause(Why::Busy));
    page_ends(says(400, "{}"), pause(Why::Server));
    page_ends(Told::Failed, pause(Why::Network));
    page_ends(says(200, "<html>Masuk</html>"), pause(Why::Network));
    page_ends(says(200, r#"{"results":[{"seq":1,"id":"a","doc":{}"#), pause(Why::Network));
    page_ends(says(200, r#"{"ok":true}"#), pause(Why::Network));
    let wait = Answer { status: 503, retry_after_s: Some(90), took_ms: 1, body: String::new() };
    let expected = Outcome::Paused(Pause { why: Why::Busy, retry_after_s: Some(90) });
    page_ends(Told::Answer(wait), expected);
}

#[test]
fn a_page_that_was_cut_is_asked_for_in_halves() {
    let mut pull = a_pull();
    pulled(&mut pull, vec![loaded(), epoch(), no_log(), says(200, "{\"results\":[")]);
    assert_eq!(pull.pace().limit, 250);
    let mut next = Pull::new(place(), [2; 16], pull.pace());
    let (command, _) = pulled(&mut next, vec![loaded(), epoch(), no_log()]);
    assert!(matches!(command, Some(Command::Send(it)) if it.path.contains("limit=250&since=0")));
}

#[test]
fn a_document_that_is_none_of_ours_does_not_stop_the_others() {
    let page = r#"{"results":[
        {"seq":1,"id":"_design/contoh","changes":[{"rev":"1-a"}],"doc":{"_id":"_design/contoh"}},
        {"seq":2,"id":"contoh","changes":[{"rev":"1-a"}],"doc":{"_id":"contoh","_rev":"1-a","n":1.5,"n":2}},
        {"seq":3,"id":"lagi","changes":[{"rev":"2-b"}],"deleted":true,"doc":{"_id":"lagi","_rev":"2-b","s":"\ud800"}}
        ],"last_seq":"3-x","pending":0}"#;
    let mut pull = a_pull();
    let (command, _) = pulled(&mut pull, vec![loaded(), epoch(), no_log(), says(200, page)]);
    let Some(Command::WriteBatch { texts, log }) = command else { panic!("{command:?}") };
    assert_eq!(texts.len(), 2);
    assert!(texts[0].contains("\"n\":1.5,\"n\":2"));
    assert!(log.contains(r#"\"3-x\""#));
}

#[test]
fn what_will_be_asked_after_a_page_is_foreseen_while_it_is_stored() {
    let page = |pending: u32| {
        let row = r#"{"seq":7,"id":"contoh","changes":[{"rev":"1-a"}],"doc":{"_id":"contoh","_rev":"1-a"}}"#;
        says(200, &format!(r#"{{"results":[{row}],"last_seq":"7-x","pending":{pending}}}"#))
    };
    let mut pull = a_pull();
    pulled(&mut pull, vec![loaded(), epoch(), no_log(), page(0)]);
    assert_eq!(pull.foreseen(), None);

    let mut pull = a_pull();
    let (command, _) = pulled(&mut pull, vec![loaded(), epoch(), no_log(), page(5)]);
    assert!(matches!(command, Some(Command::WriteBatch { .. })));
    let foreseen = pull.foreseen().unwrap();
    assert!(foreseen.path.ends_with("since=7-x"), "{}", foreseen.path);
    // The server's half of the log comes between.
    let mut told = Told::Stored { head: 1 };
    loop {
        pull.handle(told).unwrap();
        told = match pull.poll().unwrap() {
            Command::Send(it) if it.path.contains("/_changes?") => break assert_eq!(it, foreseen),
            Command::Send(it) if it.verb == Verb::Put => says(201, r#"{"ok":true,"rev":"0-1"}"#),
            Command::Send(it) if it.path.ends_with("/_revs_diff") => says(200, "{}"),
            Command::Send(_) => epoch(),
            _ => Told::Stored { head: 1 },
        };
    }
}

#[test]
fn behind_a_strange_revision_the_event_itself_is_asked_for() {
    let row = rows(1).remove(0);
    let id = row.id;
    let page = format!(
        r#"{{"results":[{{"seq":1,"id":"{id}","changes":[{{"rev":"3-f"}}],"doc":{{"_id":"{id}","_rev":"3-f"}}}}],"last_seq":1}}"#
    );
    let mut pull = a_pull();
    let (command, _) = pulled(&mut pull, vec![loaded(), epoch(), no_log(), says(200, &page)]);
    let Some(Command::Send(request)) = command else { panic!("{command:?}") };
    assert!(request.path.ends_with("/_bulk_get") && request.body.unwrap().contains(&format!("1-{id}")));
    let found = format!(r#"{{"results":[{{"id":"{id}","docs":[{{"ok":{}}}]}}]}}"#, row.text);
    pull.handle(says(200, &found)).unwrap();
    let Some(Command::WriteBatch { texts, .. }) = pull.poll() else { panic!() };
    assert_eq!(texts, [format!(r#"{{"_id":"{id}","_rev":"3-f"}}"#), row.text]);
}

#[test]
fn an_event_behind_a_strange_revision_is_not_passed_over() {
    let id = rows(1).remove(0).id;
    let page = format!(
        r#"{{"results":[{{"seq":1,"id":"{id}","changes":[{{"rev":"3-f"}}],"doc":{{"_id":"{id}","_rev":"3-f"}}}}],"last_seq":1}}"#
    );
    let end = |status, body: &str| {
        let told = vec![loaded(), epoch(), no_log(), says(200, &page), says(status, body)];
        pulled(&mut a_pull(), told)
    };
    for (status, body) in [(400, "{}"), (403, "{}"), (404, "{}"), (413, "{}"), (200, "null"), (200, r#"{"ok":true}"#)] {
        let (command, outcome) = end(status, body);
        assert!(command.is_none() && outcome.is_some(), "{status} {body}: {command:?}");
    }
    let (_, outcome) = end(200, r#"{"results":[]}"#);
    assert!(matches!(outcome, Some(Outcome::Paused(_))));
    let missing = format!(r#"{{"results":[{{"id":"{id}","docs":[{{"error":{{"error":"not_found"}}}}]}}]}}"#);
    assert!(matches!(end(200, &missing).0, Some(Command::WriteBatch { .. })));
}

/// A pull of a phone on which these lie aside, up to its first request after the logs.
fn pulled_with(aside: Vec<Aside>) -> (Pull, Option<Command>) {
    let mut pull = a_pull();
    let loaded = Told::Loaded { log: None, owed: Owed::default(), head: 0, has_again: false, aside };
    let (command, _) = pulled(&mut pull, vec![loaded, epoch(), no_log()]);
    (pull, command)
}

#[test]
fn what_came_damaged_is_asked_for_before_the_first_page() {
    let rows = rows(3);
    let aside = |row: &Row, tries, ago_s| Aside { id: row.id, tries, ago_s };
    let all = vec![aside(&rows[0], 0, None), aside(&rows[1], 3, Some(10)), aside(&rows[2], 3, Some(86_400))];
    let (mut pull, command) = pulled_with(all);
    let Some(Command::Send(request)) = command else { panic!("{command:?}") };
    let body = request.body.unwrap();
    assert!(request.path.ends_with("/_bulk_get"));
    for (row, is_due) in rows.iter().zip([true, false, true]) {
        let [written, erased] = Event::revisions(row.id);
        assert_eq!((body.contains(&written), body.contains(&erased)), (is_due, is_due), "{body}");
    }
    let missing = format!(r#"{{"id":"{}","docs":[{{"error":{{"error":"not_found"}}}}]}}"#, rows[2].id);
    let found = format!(r#"{{"id":"{}","docs":[{{"ok":{}}}]}}"#, rows[0].id, rows[0].text);
    pull.handle(says(200, &format!(r#"{{"results":[{found},{missing}]}}"#))).unwrap();
    let (texts, asked) = (vec![rows[0].text.clone()], vec![rows[0].id, rows[2].id]);
    assert_eq!(pull.poll(), Some(Command::Mend { texts, asked }));
    pull.handle(Told::Stored { head: 1 }).unwrap();
    assert!(matches!(pull.poll(), Some(Command::Send(it)) if it.path.contains("/_changes?")));
}

#[test]
fn a_server_that_cannot_be_asked_again_stops_no_pull() {
    let id = rows(1).remove(0).id;
    let answers = [(400, "{}"), (404, "{}"), (500, "{}"), (200, "<html>Masuk</html>"), (200, r#"{"results":[{"id":"#)];
    for told in answers.map(|(status, body)| says(status, body)).into_iter().chain([Told::Failed]) {
        let (mut pull, _) = pulled_with(vec![Aside { id, tries: 0, ago_s: None }]);
        pull.handle(told).unwrap();
        assert_eq!(pull.poll(), Some(Command::Mend { texts: Vec::new(), asked: vec![id] }));
        pull.handle(Told::Stored { head: 0 }).unwrap();
        assert!(matches!(pull.poll(), Some(Command::Send(it)) if it.path.contains("/_changes?")));
    }
}

#[test]
fn many_are_asked_for_in_parts_and_each_once() {
    let aside = |number: u8| Aside { id: EventId([number; 16]), tries: 0, ago_s: None };
    let (mut pull, mut next) = pulled_with((0..120).map(aside).collect());
    let mut counts = Vec::new();
    while let Some(Command::Send(request)) = next.filter(|it| !matches!(it, Command::Send(it) if it.body.is_none())) {
        assert!(request.path.ends_with("/_bulk_get"));
        pull.handle(says(200, r#"{"results":[]}"#)).unwrap();
        let Some(Command::Mend { asked, .. }) = pull.poll() else { panic!() };
        counts.push(asked.len());
        pull.handle(Told::Stored { head: 0 }).unwrap();
        next = pull.poll();
    }
    assert_eq!(counts, [50, 50, 20]);
}

#[test]
fn what_lost_its_name_on_the_way_is_asked_for_by_the_name_beside_it() {
    let row = rows(1).remove(0);
    let (id, other) = (row.id.to_string(), EventId([7; 16]).to_string());
    let nameless = row.text.replace(&format!(r#""_id":"{id}""#), &format!(r#""_id":"{other}""#));
    let page = format!(
        r#"{{"results":[{{"seq":1,"id":"{id}","changes":[{{"rev":"1-{id}"}}],"doc":{nameless}}}],"last_seq":1}}"#
    );
    let mut pull = a_pull();
    let (command, _) = pulled(&mut pull, vec![loaded(), epoch(), no_log(), says(200, &page)]);
    assert!(matches!(command, Some(Command::Send(it)) if it.path.ends_with("/_bulk_get")));
    // And again.
    pull.handle(says(200, &format!(r#"{{"results":[{{"id":"{id}","docs":[{{"ok":{nameless}}}]}}]}}"#))).unwrap();
    let Some(Command::WriteBatch { texts, .. }) = pull.poll() else { panic!() };
    assert_eq!(texts, [nameless.clone(), nameless, format!(r#"{{"_id":"{id}"}}"#)]);
}

#[test]
fn a_full_phone_stops_pulling() {
    let mut pull = a_pull();
    let page = says(200, r#"{"results":[],"last_seq":0}"#);
    let told = vec![loaded(), epoch(), no_log(), page, Told::StoreFailed(StoreTrouble::Full)];
    assert_eq!(pulled(&mut pull, told).1, Some(Outcome::Store(StoreTrouble::Full)));
}

#[test]
fn a_long_poll_that_does_not_wait_is_not_asked_again() {
    let mut pull = a_pull().live(50_000);
    let empty = || says(200, r#"{"results":[],"last_seq":0}"#);
    let written = says(201, r#"{"ok":true,"id":"_local/x","rev":"0-1"}"#);
    let stored = || Told::Stored { head: 0 };
    let told = vec![loaded(), epoch(), no_log(), empty(), stored(), written, epoch(), stored()];
    let (command, _) = pulled(&mut pull, told);
    let Some(Command::Send(request)) = command else { panic!("{command:?}") };
    assert!(request.path.ends_with("&feed=longpoll&timeout=50000"), "{request:?}");
    pull.handle(empty()).unwrap();
    assert_eq!(pull.outcome(), Some(Outcome::Done));
}

#[test]
fn nobody_is_told_what_was_not_asked() {
    let mut pull = a_pull();
    pull.poll();
    assert_eq!(pull.handle(Told::NoBytes { is_own: true }), Err(OutOfStep));
    let mut push = a_push(true);
    push.poll();
    assert_eq!(push.handle(Told::Stored { head: 1 }), Err(OutOfStep));
}

#[test]
fn what_is_no_receipt_receives_nothing() {
    for body in ["<html>Masuk</html>", r#"{"ok":true}"#, "", "[", "null", r#"[{"error":"forbidden"}"#] {
        let mut push = a_push(true);
        to_the_batch(&mut push, 3);
        push.handle(says(201, body)).unwrap();
        assert!(matches!(push.outcome(), Some(Outcome::Paused(_))), "{body}");
        assert_eq!(push.progress().received, 0);
    }
}

#[test]
fn a_session_that_ended_on_the_way_refuses_nobody() {
    let mut push = a_push(true);
    let (rows, _) = to_the_batch(&mut push, 3);
    let body = format!(r#"[{{"id":"{}","error":"unauthorized","reason":"You are not logged in."}}]"#, rows[1].id);
    push.handle(says(201, &body)).unwrap();
    assert_eq!(push.outcome(), Some(Outcome::SignedOut));
    assert_eq!(push.progress(), push::Progress::default());
}

#[test]
fn what_failed_on_the_server_is_not_refused() {
    let mut push = a_push(true);
    let (rows, _) = to_the_batch(&mut push, 2);
    let body = format!(r#"[{{"id":"{}","error":"internal_server_error","reason":"x"}}]"#, rows[0].id);
    push.handle(says(201, &body)).unwrap();
    assert!(matches!(push.outcome(), Some(Outcome::Paused(_))));
}

#[test]
fn the_offender_is_found_by_halves_and_the_others_go() {
    let mut push = a_push(true);
    let (rows, mut next) = to_the_batch(&mut push, 8);
    let bad = rows[5].id;
    let mut refused = Vec::new();
    let mut requests = 0;
    while let Some(command) = next {
        let told = match command {
            Command::Send(it) if it.path.ends_with("_bulk_docs") => {
                requests += 1;
                let is_bad = it.body.unwrap().contains(&bad.to_string());
                says(if is_bad { 413 } else { 201 }, if is_bad { "<html></html>" } else { "[]" })
            }
            Command::Send(it) if it.path.ends_with("_revs_diff") => says(200, "{}"),
            Command::Send(_) => says(201, r#"{"rev":"0-1"}"#),
            Command::ReadRows(_) => Told::Rows { rows: Vec::new(), until: 8, is_end: true },
            Command::Settle(it) => {
                refused.extend(it.refused);
                Told::Stored { head: 8 }
            }
            _ => Told::Stored { head: 8 },
        };
        push.handle(told).unwrap();
        next = push.poll();
    }
    assert_eq!(push.outcome(), Some(Outcome::Done));
    assert_eq!(refused.iter().map(|it| (it.id, it.reason.as_str())).collect::<Vec<_>>(), [(bad, "too_large")]);
    assert_eq!(push.progress(), push::Progress { received: 7, refused: 1 });
    assert!(requests <= 8, "{requests}");
}

#[test]
fn a_page_to_sign_in_is_not_taken_for_a_refusal() {
    for status in [400, 412] {
        let mut push = a_push(true);
        to_the_batch(&mut push, 1);
        push.handle(says(status, "<html>Masuk</html>")).unwrap();
        assert!(matches!(push.outcome(), Some(Outcome::Paused(_))));
        assert_eq!(push.progress().refused, 0);
    }
}

#[test]
fn photos_travel_last_and_only_when_they_may() {
    let freights = |with_photos: bool| {
        let mut push = a_push(with_photos);
        let (mut command, _) = pushed(&mut push, vec![loaded(), no_log()]);
        let mut seen = Vec::new();
        while let Some(Command::ReadRows(reading)) = command {
            seen.push(reading.freight);
            push.handle(Told::Rows { rows: Vec::new(), until: 0, is_end: true }).unwrap();
            command = push.poll();
        }
        seen
    };
    assert_eq!(freights(false), [Freight::Events, Freight::Erased]);
    assert_eq!(freights(true), Freight::ALL);
}

/// A run over three batches of one on a phone where nothing can be written; what was sent, and how it ended.
fn pushed_on_a_full_phone(loaded: Told) -> (Vec<String>, Option<Outcome>) {
    let all = rows(3);
    let load = push::Load { count: 1, log_every: 1, ..push::Load::default() };
    let mut push = Push::new(place(), [1; 16], load, true);
    let (mut next, _) = pushed(&mut push, vec![loaded, no_log()]);
    let mut paths = Vec::new();
    while let Some(command) = next {
        let told = match command {
            Command::Owe { .. } => Told::StoreFailed(StoreTrouble::Full),
            Command::Send(it) if it.path.ends_with("/_revs_diff") => {
                let asked = it.body.unwrap();
                let missing = all.iter().filter(|row| asked.contains(&row.id.to_string()));
                let missing: Vec<String> =
                    missing.map(|row| format!(r#""{0}":{{"missing":["1-{0}"]}}"#, row.id)).collect();
                says(200, &format!("{{{}}}", missing.join(",")))
            }
            Command::Send(it) => {
                paths.push(it.path);
                says(201, "[]")
            }
            Command::ReadRows(it) if it.freight == Freight::Events => {
                let found = all.iter().find(|row| row.seq > it.after);
                Told::Rows {
                    rows: found.cloned().into_iter().collect(),
                    until: found.map_or(it.after, |row| row.seq),
                    is_end: found.is_none(),
                }
            }
            Command::ReadRows(it) => Told::Rows { rows: Vec::new(), until: it.after, is_end: true },
            Command::Settle(_) => Told::StoreFailed(StoreTrouble::Full),
            other => panic!("{other:?}"),
        };
        push.handle(told).unwrap();
        next = push.poll();
    }
    (paths, push.outcome())
}

#[test]
fn a_full_phone_goes_on_pushing_and_claims_nothing() {
    let (paths, outcome) = pushed_on_a_full_phone(loaded());
    let bulk = format!("/{ADUAN}/_bulk_docs");
    // Every event goes; nothing is written into the server's log that the phone's half does not say.
    assert_eq!(paths, [bulk.as_str(); 3]);
    assert_eq!(outcome, Some(Outcome::Store(StoreTrouble::Full)));
}

#[test]
fn a_full_phone_gives_back_what_a_server_lost() {
    // The phone's half says that everything was received, and the server's is gone.
    let entry = log::Entry { session: "a".into(), seq: "3-3-3".into(), head: 3, is_seen: true };
    let text = log::Log { entries: vec![entry], ..log::Log::default() }.to_text(None, None);
    let Told::Loaded { owed, has_again, aside, .. } = loaded() else { panic!() };
    let (paths, outcome) = pushed_on_a_full_phone(Told::Loaded { log: Some(text), owed, head: 3, has_again, aside });
    let sent = paths.iter().filter(|it| it.ends_with("/_bulk_docs")).count();
    assert_eq!(sent, 3, "{paths:?}");
    assert_eq!(outcome, Some(Outcome::Store(StoreTrouble::Full)));
}

/// In the tray, to be sent again: an event and a photo.
fn tray_to_be_sent(with_photos: bool) -> (Push, Vec<Row>, Option<Command>) {
    let mut rows = rows(2);
    rows[1].freight = Freight::Photos;
    let mut push = a_push(with_photos);
    let loaded = Told::Loaded { log: None, owed: Owed::default(), head: 0, has_again: true, aside: Vec::new() };
    let tray = Told::Rows { rows: rows.clone(), until: 0, is_end: true };
    let (command, _) = pushed(&mut push, vec![loaded, no_log(), tray]);
    (push, rows, command)
}

#[test]
fn a_photo_in_the_tray_goes_with_its_bytes_and_by_itself() {
    let (mut push, rows, command) = tray_to_be_sent(true);
    let Some(Command::Send(first)) = command else { panic!("{command:?}") };
    let body = first.body.unwrap();
    assert!(body.contains(&rows[0].id.to_string()) && !body.contains(&rows[1].id.to_string()));
    let (command, _) = pushed_on(&mut push, vec![says(201, "[]"), Told::Stored { head: 2 }]);
    assert!(matches!(command, Some(Command::SendPhoto { id, .. }) if id == rows[1].id), "{command:?}");
    push.handle(Told::NoBytes { is_own: false }).unwrap();
    // It is refused with that reason, so that it is not asked for again by itself.
    let Some(Command::Settle(settled)) = push.poll() else { panic!() };
    assert_eq!(
        settled.refused.iter().map(|it| (it.id, it.reason.as_str())).collect::<Vec<_>>(),
        [(rows[1].id, "no_bytes")]
    );
}

#[test]
fn a_photo_in_the_tray_waits_for_the_network_that_it_may_use() {
    let (mut push, _, command) = tray_to_be_sent(false);
    assert!(matches!(command, Some(Command::Send(_))));
    let (command, _) = pushed_on(&mut push, vec![says(201, "[]"), Told::Stored { head: 2 }]);
    assert!(matches!(command, Some(Command::ReadRows(_))), "{command:?}");
}

/// As [`pushed`], where the last command was taken already.
fn pushed_on(push: &mut Push, told: Vec<Told>) -> (Option<Command>, Option<Outcome>) {
    let mut next = None;
    for it in told {
        push.handle(it).unwrap();
        next = push.poll();
    }
    (next, push.outcome())
}
