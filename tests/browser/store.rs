//! The store: round trip, upgrades, and every way a browser can fail it.

use std::cell::RefCell;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;

use posyandu::crypto::seal::{Aad, Key, open, seal};
use posyandu::store::idb::{Db, Notice, SCHEMA_VERSION, delete_database, is_persisted, persist, space};
use posyandu::store::{Batch, EventRow, StoreError};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::raw::{self, Fault, OtherTab, Patch, with};

const SCOPE: &str = "posyandu-00112233445566778899aabbccddeeff";
const OTHER: &str = "aduan-3201012001";

async fn fresh(name: &str) -> Db {
    delete_database(name).await.unwrap();
    Db::open(name, |_| {}).await.unwrap()
}

fn row(scope: &str, seq: u64) -> EventRow {
    EventRow {
        scope: scope.to_owned(),
        id: format!("{seq:032x}"),
        seq,
        tag: vec![(seq % 3) as u8; 16],
        body: format!("body {seq}").into_bytes(),
    }
}

fn notices() -> (Rc<RefCell<Vec<Notice>>>, impl Fn(Notice) + 'static) {
    let seen = Rc::new(RefCell::new(Vec::new()));
    let heard = seen.clone();
    (seen, move |notice| heard.borrow_mut().push(notice))
}

async fn join<A, B>(a: impl Future<Output = A>, b: impl Future<Output = B>) -> (A, B) {
    let (mut a, mut b) = (pin!(a), pin!(b));
    let (mut first, mut second) = (None, None);
    std::future::poll_fn(|context| {
        if first.is_none()
            && let Poll::Ready(value) = a.as_mut().poll(context)
        {
            first = Some(value);
        }
        if second.is_none()
            && let Poll::Ready(value) = b.as_mut().poll(context)
        {
            second = Some(value);
        }
        if first.is_some() && second.is_some() { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    (first.unwrap(), second.unwrap())
}

async fn until(condition: impl Fn() -> bool) {
    for _ in 0..10_000 {
        if condition() {
            return;
        }
        // Any answer of the browser lets its other events pass.
        space().await.unwrap();
    }
    panic!("it never happened");
}

/// One of everything the first version can hold.
fn everything_of_version_1() -> Batch {
    Batch::strict()
        .add_event(row(SCOPE, 1))
        .add_event(row(SCOPE, 2))
        .add_event(row(OTHER, 1))
        .put_meta("seq/a", [0, 1, 254, 255])
        .put_meta("vault/ani", b"wrapped")
        .put_draft("ani", "weighing", b"sealed draft".to_vec())
        .put_quarantine(SCOPE, "ff", b"kept".to_vec())
        .put_blob(SCOPE, "aa", vec![7; 300])
        .put_snapshot(SCOPE, vec![vec![1, 2], vec![3], vec![]])
}

async fn check_everything_of_version_1(db: &Db) {
    assert_eq!(db.events_after(SCOPE, 0, 10).await.unwrap(), [row(SCOPE, 1), row(SCOPE, 2)]);
    assert_eq!(db.event(OTHER, &row(OTHER, 1).id).await.unwrap(), Some(row(OTHER, 1)));
    assert_eq!(db.meta("seq/a").await.unwrap().unwrap(), [0, 1, 254, 255]);
    assert_eq!(db.meta_with_prefix("vault/").await.unwrap(), [("vault/ani".to_owned(), b"wrapped".to_vec())]);
    assert_eq!(db.drafts("ani").await.unwrap(), [("weighing".to_owned(), b"sealed draft".to_vec())]);
    assert_eq!(db.quarantine(SCOPE).await.unwrap(), [("ff".to_owned(), b"kept".to_vec())]);
    assert_eq!(db.quarantine_of(SCOPE, "f").await.unwrap().len(), 1);
    assert!(db.quarantine_of(SCOPE, "fff").await.unwrap().is_empty());
    assert!(db.quarantine_of(OTHER, "f").await.unwrap().is_empty());
    assert_eq!(db.blob(SCOPE, "aa").await.unwrap(), Some(vec![7; 300]));
    assert_eq!(chunks(db, SCOPE).await, [vec![1, 2], vec![3], vec![]]);
}

async fn chunks(db: &Db, scope: &str) -> Vec<Vec<u8>> {
    let mut chunks = Vec::new();
    for at in 0.. {
        let Some(chunk) = db.snapshot_chunk(scope, at).await.unwrap() else { break };
        chunks.push(chunk);
    }
    chunks
}

#[wasm_bindgen_test]
async fn everything_written_is_read_back_after_closing() {
    let db = fresh("round-trip").await;
    let batch = everything_of_version_1().put_pending("ani", "z1", b"secret".to_vec());
    assert_eq!(db.write(&batch).await.unwrap().duplicates, 0);
    db.close();
    let db = Db::open("round-trip", |_| {}).await.unwrap();
    check_everything_of_version_1(&db).await;
    assert_eq!(db.pending("ani").await.unwrap(), [("z1".to_owned(), b"secret".to_vec())]);
    assert_eq!(db.draft("ani", "weighing").await.unwrap(), Some(b"sealed draft".to_vec()));
}

#[wasm_bindgen_test]
async fn what_is_absent_is_nothing() {
    let db = fresh("absent").await;
    assert_eq!(db.meta("x").await.unwrap(), None);
    assert_eq!(db.event(SCOPE, "x").await.unwrap(), None);
    assert_eq!(db.events_after(SCOPE, 0, 10).await.unwrap(), []);
    assert_eq!(db.events_by_tag(&[1; 16]).await.unwrap(), []);
    assert_eq!(db.count_events(SCOPE).await.unwrap(), 0);
    assert!(db.drafts("ani").await.unwrap().is_empty());
    assert!(db.pending("ani").await.unwrap().is_empty());
    assert!(db.quarantine(SCOPE).await.unwrap().is_empty());
    assert!(chunks(&db, SCOPE).await.is_empty());
    assert_eq!(db.blob(SCOPE, "x").await.unwrap(), None);
    assert_eq!(db.write(&Batch::strict()).await.unwrap().duplicates, 0);
}

#[wasm_bindgen_test]
async fn what_is_deleted_is_gone_and_its_neighbours_stay() {
    let db = fresh("deletes").await;
    let batch = everything_of_version_1()
        .put_draft("ani", "other", b"o".to_vec())
        .put_draft("anita", "weighing", b"a".to_vec())
        .put_pending("ani", "z1", b"p".to_vec())
        .put_snapshot(OTHER, vec![vec![9]]);
    db.write(&batch).await.unwrap();
    db.write(
        &Batch::strict()
            .delete_draft("ani", "weighing")
            .delete_pending("ani", "z1")
            .delete_meta("seq/a")
            .delete_quarantine(SCOPE, "ff")
            .delete_blob(SCOPE, "aa")
            .put_snapshot(SCOPE, vec![vec![5]])
            .delete_snapshot(OTHER),
    )
    .await
    .unwrap();
    assert_eq!(db.drafts("ani").await.unwrap(), [("other".to_owned(), b"o".to_vec())]);
    assert_eq!(db.drafts("anita").await.unwrap().len(), 1);
    assert!(db.pending("ani").await.unwrap().is_empty());
    assert_eq!(db.meta("seq/a").await.unwrap(), None);
    assert!(db.quarantine(SCOPE).await.unwrap().is_empty());
    assert_eq!(db.blob(SCOPE, "aa").await.unwrap(), None);
    assert_eq!(chunks(&db, SCOPE).await, [vec![5]], "no chunk of the longer one is left");
    assert!(chunks(&db, OTHER).await.is_empty());
}

#[wasm_bindgen_test]
async fn events_are_read_in_pages_by_sequence() {
    let db = fresh("pages").await;
    let batch = (1..=25).rev().fold(Batch::relaxed(), |batch, seq| batch.add_event(row(SCOPE, seq)));
    db.write(&batch.add_event(row(OTHER, 3))).await.unwrap();
    let (mut after, mut seen) = (0, Vec::new());
    loop {
        let page = db.events_after(SCOPE, after, 10).await.unwrap();
        seen.extend(page.iter().map(|row| row.seq));
        match page.last() {
            Some(last) if page.len() == 10 => after = last.seq,
            _ => break,
        }
    }
    assert_eq!(seen, (1..=25).collect::<Vec<_>>());
    assert!(db.events_after(SCOPE, 0, 0).await.unwrap().is_empty());
    assert_eq!(db.count_events(SCOPE).await.unwrap(), 25);
    assert_eq!(db.count_events(OTHER).await.unwrap(), 1);
    let tagged: Vec<u64> = db.events_by_tag(&[1; 16]).await.unwrap().iter().map(|row| row.seq).collect();
    assert_eq!(tagged, [1, 4, 7, 10, 13, 16, 19, 22, 25]);
}

#[wasm_bindgen_test]
async fn a_sequence_beyond_what_javascript_counts_is_refused() {
    let db = fresh("large-seq").await;
    let largest = 1 << 53;
    db.write(&Batch::strict().add_event(row(SCOPE, largest))).await.unwrap();
    assert_eq!(db.events_after(SCOPE, largest - 1, 9).await.unwrap()[0].seq, largest);
    let result = db.write(&Batch::strict().put_meta("a", b"1").add_event(row(SCOPE, largest + 1))).await;
    assert_eq!(result, Err(StoreError::Malformed));
    assert_eq!(db.meta("a").await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn an_event_received_twice_is_received_once() {
    let db = fresh("duplicates").await;
    db.write(&Batch::strict().add_event(row(SCOPE, 1))).await.unwrap();
    let again = EventRow { seq: 7, body: b"other sealing".to_vec(), ..row(SCOPE, 1) };
    let batch =
        Batch::strict().add_event(again.clone()).add_event(row(SCOPE, 2)).add_event(again).put_meta("seq", b"2");
    assert_eq!(db.write(&batch).await.unwrap().duplicates, 2);
    assert_eq!(db.events_after(SCOPE, 0, 9).await.unwrap(), [row(SCOPE, 1), row(SCOPE, 2)]);
    assert_eq!(db.meta("seq").await.unwrap(), Some(b"2".to_vec()));
    // Even when the duplicate is the last thing in the transaction.
    assert_eq!(db.write(&Batch::strict().add_event(row(SCOPE, 2))).await.unwrap().duplicates, 1);
}

#[wasm_bindgen_test]
async fn an_erased_event_replaces_its_body() {
    let db = fresh("erased").await;
    db.write(&Batch::strict().add_event(row(SCOPE, 1))).await.unwrap();
    let erased = EventRow { body: b"erased".to_vec(), ..row(SCOPE, 1) };
    db.write(&Batch::strict().replace_event(erased.clone())).await.unwrap();
    assert_eq!(db.events_after(SCOPE, 0, 9).await.unwrap(), [erased]);
    assert!(!raw::dumped("erased").await.contains(&hex(b"body 1")));
}

#[wasm_bindgen_test]
async fn version_1_upgrades_and_keeps_what_it_wrote() {
    let fixture = include_str!("../fixtures/store_v1.json");

    // What today's code writes into version 1 is, byte for byte, what was written then.
    delete_database("writes-v1").await.unwrap();
    let old = Db::open_with("writes-v1", 1, |_| {}).await.unwrap();
    old.write(&everything_of_version_1()).await.unwrap();
    let written = raw::dumped("writes-v1").await;
    assert_eq!(written, fixture);

    // The bytes of then, in a database of then, opened by the app of today.
    delete_database("upgrade").await.unwrap();
    Db::open_with("upgrade", 1, |_| {}).await.unwrap().close();
    assert_eq!(raw::described("upgrade").await, "1: blobs drafts events meta quarantine snapshots");
    raw::restored("upgrade", fixture).await;
    let db = Db::open("upgrade", |_| {}).await.unwrap();
    check_everything_of_version_1(&db).await;
    db.write(&Batch::strict().put_pending("ani", "z1", b"p".to_vec())).await.unwrap();
    assert_eq!(db.pending("ani").await.unwrap().len(), 1);
    db.write(&Batch::strict().delete_pending("ani", "z1")).await.unwrap();
    assert_eq!(raw::dumped("upgrade").await, fixture);
    assert_eq!(raw::described("upgrade").await, "2: blobs drafts events meta pending quarantine snapshots");
}

#[wasm_bindgen_test]
async fn a_new_database_has_the_same_stores_as_an_upgraded_one() {
    fresh("new").await.close();
    assert_eq!(
        raw::described("new").await,
        format!("{SCHEMA_VERSION}: blobs drafts events meta pending quarantine snapshots")
    );
}

#[wasm_bindgen_test]
async fn a_value_that_moved_stops_the_whole_batch() {
    let db = fresh("expectations").await;
    let first = Batch::strict().expect_meta("seq", None).put_meta("seq", b"1").add_event(row(SCOPE, 1));
    db.write(&first).await.unwrap();
    let before = raw::dumped("expectations").await;
    for expected in [None, Some(b"0".to_vec()), Some(Vec::new())] {
        let batch = everything_of_version_1()
            .expect_meta("n", None)
            .expect_meta("seq", expected)
            .put_pending("ani", "z", vec![1])
            .delete_meta("seq");
        assert_eq!(db.write(&batch).await, Err(StoreError::Moved { key: "seq".to_owned() }));
    }
    assert_eq!(raw::dumped("expectations").await, before);
    let second = Batch::strict().expect_meta("seq", Some(b"1".to_vec())).put_meta("seq", b"2").add_event(row(SCOPE, 2));
    db.write(&second).await.unwrap();
    assert_eq!(db.count_events(SCOPE).await.unwrap(), 2);
}

async fn number_20_events(db: &Db, id_prefix: u64) {
    for at in 0..20 {
        loop {
            let current = db.meta("seq").await.unwrap();
            let seq = current.as_ref().map_or(0, |bytes| u64::from(bytes[0])) + 1;
            let event = EventRow { id: format!("{:032x}", id_prefix + at), ..row(SCOPE, seq) };
            let batch = Batch::strict().expect_meta("seq", current).put_meta("seq", [seq as u8]).add_event(event);
            match db.write(&batch).await {
                Ok(_) => break,
                Err(StoreError::Moved { .. }) => {}
                Err(error) => panic!("{error}"),
            }
        }
    }
}

#[wasm_bindgen_test]
async fn two_tabs_number_their_events_without_a_gap_or_a_clash() {
    let one = fresh("two-tabs").await;
    let two = Db::open("two-tabs", |_| {}).await.unwrap();
    join(number_20_events(&one, 1000), number_20_events(&two, 2000)).await;
    let seqs: Vec<u64> = one.events_after(SCOPE, 0, 100).await.unwrap().iter().map(|row| row.seq).collect();
    assert_eq!(seqs, (1..=40).collect::<Vec<_>>());
}

#[wasm_bindgen_test]
async fn a_save_is_strict_and_a_pull_is_relaxed() {
    let db = fresh("durability").await;
    let _watching = raw::watching_durability();
    db.write(&Batch::strict().put_meta("a", b"1")).await.unwrap();
    db.write(&Batch::relaxed().put_meta("a", b"2")).await.unwrap();
    assert_eq!(raw::durabilities_seen(), "strict relaxed");
}

async fn check_full(fault: Patch, name: &str) {
    let db = {
        let _after = fault;
        let db = Db::open(name, |_| {}).await.unwrap();
        let batch = Batch::strict().add_event(row(SCOPE, 2)).delete_draft("ani", "weighing").put_meta("seq", b"2");
        assert_eq!(db.write(&batch).await, Err(StoreError::QuotaExceeded));
        db
    };
    assert_eq!(db.count_events(SCOPE).await.unwrap(), 1, "nothing of the batch is there");
    assert_eq!(db.drafts("ani").await.unwrap().len(), 1, "the draft is still there");
    db.write(&Batch::strict().add_event(row(SCOPE, 2)).put_meta("seq", b"2")).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_full_phone_is_recognised_and_loses_nothing() {
    for (name, fault) in [
        ("full-throws", Fault::PutThrows("QuotaExceededError")),
        ("full-aborts", Fault::PutAborts("QuotaExceededError")),
    ] {
        let db = fresh(name).await;
        let before = Batch::strict().add_event(row(SCOPE, 1)).put_draft("ani", "weighing", b"d".to_vec());
        db.write(&before).await.unwrap();
        db.close();
        check_full(with(fault), name).await;
    }
}

#[wasm_bindgen_test]
async fn a_dead_connection_is_opened_again() {
    delete_database("dead").await.unwrap();
    let (seen, notify) = notices();
    let _watching = raw::watching_connections();
    let db = Db::open("dead", notify).await.unwrap();
    db.write(&Batch::strict().put_meta("a", b"1")).await.unwrap();
    raw::close_watched();
    assert_eq!(db.meta("a").await.unwrap(), Some(b"1".to_vec()));
    raw::close_watched();
    db.write(&Batch::strict().put_meta("a", b"2")).await.unwrap();
    assert_eq!(raw::watched_count(), 3);
    raw::end_watched();
    until(|| seen.borrow().contains(&Notice::Lost)).await;
    let (one, two) = join(db.meta("a"), db.meta("a")).await;
    assert_eq!((one.unwrap(), two.unwrap()), (Some(b"2".to_vec()), Some(b"2".to_vec())));
    assert_eq!(*seen.borrow(), [Notice::Lost]);
}

#[wasm_bindgen_test]
async fn a_connection_that_dies_within_a_save_is_tried_once_more() {
    let db = fresh("dies-within").await;
    {
        let _fault = with(Fault::FirstPutThrows("UnknownError"));
        let batch = Batch::strict().expect_meta("n", None).put_meta("n", b"1").add_event(row(SCOPE, 1));
        db.write(&batch).await.unwrap();
    }
    assert_eq!(db.count_events(SCOPE).await.unwrap(), 1);
    let _fault = with(Fault::PutThrows("UnknownError"));
    let result = db.write(&Batch::strict().put_meta("n", b"2").add_event(row(SCOPE, 2))).await;
    assert_eq!(result, Err(StoreError::ConnectionLost));
    assert_eq!(db.meta("n").await.unwrap(), Some(b"1".to_vec()));
    assert_eq!(db.count_events(SCOPE).await.unwrap(), 1);
}

#[wasm_bindgen_test]
async fn the_connection_is_given_up_for_a_newer_tab() {
    delete_database("released").await.unwrap();
    let (seen, notify) = notices();
    let db = Db::open("released", notify).await.unwrap();
    db.write(&Batch::strict().put_meta("a", b"1")).await.unwrap();
    let newer = OtherTab::open("released", SCHEMA_VERSION + 1).await;
    assert_eq!(*seen.borrow(), [Notice::Released]);
    assert_eq!(db.meta("a").await, Err(StoreError::Released));
    assert_eq!(db.write(&Batch::strict().put_meta("a", b"2")).await, Err(StoreError::Released));
    assert_eq!(db.reopen().await, Err(StoreError::Newer));
    newer.close();
    assert_eq!(Db::open("released", |_| {}).await.unwrap_err(), StoreError::Newer);
}

#[wasm_bindgen_test]
async fn a_released_connection_comes_back_when_asked() {
    delete_database("comes-back").await.unwrap();
    let (seen, notify) = notices();
    let db = Db::open_with("comes-back", 1, notify).await.unwrap();
    let newer = Db::open("comes-back", |_| {}).await.unwrap();
    newer.close();
    assert_eq!(*seen.borrow(), [Notice::Released]);
    assert_eq!(db.reopen().await, Err(StoreError::Newer));
    delete_database("comes-back").await.unwrap();
    db.reopen().await.unwrap();
    assert_eq!(db.meta("a").await.unwrap(), None);
}

#[wasm_bindgen_test]
async fn a_blocked_upgrade_is_said_and_works_after_the_other_tab_closed() {
    delete_database("blocked").await.unwrap();
    Db::open_with("blocked", 1, |_| {}).await.unwrap().close();
    let old = OtherTab::open("blocked", 1).await;
    let (seen, notify) = notices();
    assert_eq!(Db::open("blocked", notify).await.unwrap_err(), StoreError::Blocked);
    assert!(seen.borrow().is_empty());
    old.close();
    until(|| seen.borrow().contains(&Notice::Unblocked)).await;
    let db = Db::open("blocked", |_| {}).await.unwrap();
    db.write(&Batch::strict().put_pending("ani", "z", vec![1])).await.unwrap();
    assert_eq!(raw::described("blocked").await, "2: blobs drafts events meta pending quarantine snapshots");
}

#[wasm_bindgen_test]
async fn a_blocked_deletion_is_said() {
    fresh("blocked-deletion").await.close();
    let other = OtherTab::open("blocked-deletion", SCHEMA_VERSION).await;
    assert_eq!(delete_database("blocked-deletion").await, Err(StoreError::Blocked));
    other.close();
    delete_database("blocked-deletion").await.unwrap();
}

#[wasm_bindgen_test]
async fn a_database_that_will_not_open_says_why() {
    fresh("will-not-open").await.close();
    for (fault, expected) in [
        (Fault::OpenThrows("SecurityError"), StoreError::NotAllowed),
        (Fault::OpenFails("InvalidStateError"), StoreError::NotAllowed),
        (Fault::OpenFails("UnknownError"), StoreError::Corrupt),
        (Fault::OpenFails("QuotaExceededError"), StoreError::QuotaExceeded),
        (Fault::OpenFails("VersionError"), StoreError::Newer),
    ] {
        let _fault = with(fault);
        assert_eq!(Db::open("will-not-open", |_| {}).await.unwrap_err(), expected);
    }
    Db::open("will-not-open", |_| {}).await.unwrap();
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[wasm_bindgen_test]
async fn only_ciphertext_is_stored() {
    let db = fresh("ciphertext").await;
    let key = Key::from_bytes([9; 32]);
    let plain = br#"{"nama":"Ani Lestari","nik":"3201014501200001"}"#;
    let id = "00ff00ff00ff00ff00ff00ff00ff00ff";
    let aad = Aad { store: "events", scope: SCOPE, id };
    let body = seal(&key, [1; 24], aad, plain);
    let draft = seal(&key, [2; 24], Aad { store: "drafts", scope: "ani", id: "f" }, plain);
    let event = EventRow { id: id.to_owned(), body, ..row(SCOPE, 1) };
    db.write(&Batch::strict().add_event(event).put_draft("ani", "f", draft)).await.unwrap();
    let stored = raw::dumped("ciphertext").await;
    for text in ["Ani Lestari", "3201014501200001", "nama"] {
        assert!(!stored.contains(text) && !stored.contains(&hex(text.as_bytes())), "{text}");
    }
    let found = db.event(SCOPE, id).await.unwrap().unwrap();
    assert_eq!(open(&key, aad, &found.body).unwrap(), plain);
}

#[wasm_bindgen_test]
async fn space_and_persistence_are_answered() {
    let space = space().await.unwrap();
    assert!(space.quota > 0.0 && space.free() > 0.0);
    is_persisted().await.unwrap();
    match persist().await {
        Ok(_) => {}
        // In a worker nobody can ask.
        Err(error) => assert_eq!(error, StoreError::NotAllowed),
    }
}
