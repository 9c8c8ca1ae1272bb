//! A file from one phone to another, and a backup: made, looked into, taken in, restored onto a new phone.

use posyandu::domain::file::{FileError, Kind, armour, unarmour};
use posyandu::messages::by_hand::{Answered, Asked, What};
use posyandu::messages::{BackupShown, Failure, Gate, Reply, Request};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::office::Phone;

const NEW_PIN: &str = "740281";

impl Phone {
    /// This phone is lost; a new one is restored from a backup and opened with the code on paper.
    async fn replaced(&mut self, backup: &[u8]) {
        self.office.answer(Request::StartAgain).await.unwrap();
        let restore = Request::Restore { bytes: backup.to_vec(), is_sure: true };
        assert!(matches!(self.office.answer(restore).await, Ok(Reply::Gate(Gate::Locked(_)))));
        let (person, code) = (self.person.clone(), self.code.clone());
        let recover = Request::Recover { person, code, secret: NEW_PIN.into() };
        assert!(matches!(self.office.answer(recover).await, Ok(Reply::Gate(Gate::Open(_)))));
    }
}

#[wasm_bindgen_test]
async fn what_a_backup_does_not_have_yet_comes_from_a_file_with_its_photo_and_once_only() {
    let mut phone = Phone::founded().await;
    // The first file makes the key; the backup has it.
    phone.make(What::All).await.unwrap();
    let backup = phone.backup().await;
    phone.register("Sari Rekaan").await;
    let photo = [&[0xff, 0xd8, 0xff, 0xe0][..], &[7; 5000], &[0xff, 0xd9]].concat();
    phone.complain("Air sumur keruh.", &photo).await;
    let made = phone.make(What::All).await.unwrap();
    assert_eq!(made.photos, 1);
    assert!(made.name.starts_with("posyandu-kiriman-20") && made.name.ends_with(".txt"));
    assert!(!String::from_utf8_lossy(&unarmour(&made.bytes).unwrap().1).contains("Sari"));

    phone.replaced(&backup).await;
    assert!(phone.found("Sari").await.is_empty());
    let shown = phone.preview(&made.bytes).await.unwrap();
    assert_eq!(shown.from, "Bu Ani Rekaan", "her key vouches for her");
    assert!(!shown.is_backup && shown.made_on.is_some());
    assert!(shown.brought.new > 0 && shown.brought.known > 0);
    assert_eq!((shown.brought.refused(), shown.brought.people.len(), shown.brought.photos), (0, 1, 1));
    assert!(phone.found("Sari").await.is_empty(), "looking writes nothing");

    assert_eq!(phone.take_in().await, shown.brought);
    assert_eq!(phone.found("Sari").await, ["Sari Rekaan"]);
    assert!(matches!(phone.by_hand(Asked::TakeIn).await, Err(Failure::NotFound)));
    let again = phone.preview(&made.bytes).await.unwrap().brought;
    assert_eq!((again.new, again.photos, again.refused()), (0, 0, 0));
    assert_eq!(again.known, shown.brought.new + shown.brought.known);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn a_later_backup_of_the_same_phone_adds_what_the_restored_one_lacks() {
    let mut phone = Phone::founded().await;
    let first = phone.backup().await;
    phone.register("Sari Rekaan").await;
    let second = phone.backup().await;
    phone.replaced(&first).await;
    phone.register("Dewi Contoh").await;
    let shown = phone.preview(&second).await.unwrap();
    assert!(shown.is_backup && shown.brought.new > 0);
    phone.take_in().await;
    assert_eq!(phone.found("Sari").await, ["Sari Rekaan"]);
    assert_eq!(phone.found("Dewi").await, ["Dewi Contoh"], "what came after the backup stays");
    phone.end().await;
}

#[wasm_bindgen_test]
async fn files_that_are_not_for_this_phone_are_refused_with_their_reason_and_change_nothing() {
    let mut phone = Phone::founded().await;
    phone.register("Sari Rekaan").await;
    let made = phone.make(What::All).await.unwrap().bytes;
    let backup = phone.backup().await;
    phone.end().await;

    let mut other = Phone::founded().await;
    let rows = other.rows().await.len();
    let text = String::from_utf8(made.clone()).unwrap();
    let (kind, mut bytes) = unarmour(&made).unwrap();
    let at = bytes.windows(9).position(|it| it == b"posyandu-").unwrap();
    bytes[at..at + other.scope.len()].copy_from_slice(other.scope.as_bytes());
    let mut changed = made.clone();
    let middle = changed.len() / 2;
    changed[middle] = if changed[middle] == b'A' { b'B' } else { b'A' };
    for (what, file, reason) in [
        ("another posyandu", made.clone(), FileError::Foreign),
        ("another posyandu's backup", backup, FileError::OtherPhone),
        ("a key nobody here knows", armour(kind, &bytes).into_bytes(), FileError::UnknownKey),
        ("cut", text[..text.len() / 2].into(), FileError::Cut),
        ("newer", text.replacen("KIRIMAN 1", "KIRIMAN 2", 1).into(), FileError::Newer),
        ("another file", b"halo".to_vec(), FileError::NotOurs),
        ("an armour of nothing", armour(Kind::Kiriman, &[]).into(), FileError::Damaged),
        ("changed", changed, FileError::Damaged),
    ] {
        assert_eq!(other.preview(&file).await, Err(Failure::Backup(reason)), "{what}");
        assert!(matches!(other.by_hand(Asked::TakeIn).await, Err(Failure::NotFound)), "{what}");
    }
    assert_eq!(other.rows().await.len(), rows);
    other.end().await;
}

#[wasm_bindgen_test]
async fn the_choices_say_how_much_and_a_file_is_remembered_and_nothing_is_called_sent() {
    let mut phone = Phone::founded().await;
    phone.register("Sari Rekaan").await;
    let it = phone.choices().await;
    assert_eq!((it.unsent, it.handed_on), (None, None), "a phone that works alone has nothing to send");
    assert!(it.all.events > 0 && it.today.events > 0 && it.today.bytes > 0);
    assert!(matches!(phone.by_hand(Asked::Handed).await, Ok(Answered::Done)));
    assert!(phone.choices().await.handed_on.is_some());
    // The book is closed: nothing of it is left in reach.
    let made = phone.make(What::Today).await.unwrap();
    assert_eq!(made.events, it.today.events);
    phone.preview(&made.bytes).await.unwrap();
    phone.office.answer(Request::Lock).await.unwrap();
    phone.reopen().await;
    assert!(matches!(phone.by_hand(Asked::TakeIn).await, Err(Failure::NotFound)));
    phone.end().await;
}

#[wasm_bindgen_test]
async fn a_backup_says_what_it_holds_before_anything_is_written_and_its_date_is_remembered() {
    let mut phone = Phone::founded().await;
    phone.register("Sari Rekaan").await;
    let rows = phone.rows().await.len() as u64;
    let Ok(Reply::Storage(before)) = phone.office.answer(Request::Storage).await else { panic!("no room") };
    assert_eq!((before.backup_on, before.is_backup_due), (None, false));
    let backup = phone.backup().await;
    let Ok(Reply::Storage(after)) = phone.office.answer(Request::Storage).await else { panic!("no room") };
    assert!(after.backup_on.is_some());

    phone.office.answer(Request::StartAgain).await.unwrap();
    let look = Request::Restore { bytes: backup.clone(), is_sure: false };
    let Ok(Reply::Backup(BackupShown { records, people, made_on })) = phone.office.answer(look).await else {
        panic!("no preview")
    };
    assert_eq!((records, people, made_on), (rows, 1, after.backup_on));
    assert!(matches!(phone.office.answer(Request::Look).await, Ok(Reply::Gate(Gate::Fresh { .. }))));
    let cut = Request::Restore { bytes: backup[..backup.len() / 2].to_vec(), is_sure: true };
    assert_eq!(phone.office.answer(cut).await.err(), Some(Failure::Backup(FileError::Cut)));
    phone.replaced(&backup).await;
    assert_eq!(phone.found("Sari").await, ["Sari Rekaan"]);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn what_was_sealed_before_a_colleagues_reset_opens_with_the_old_recovery_code() {
    let mut phone = Phone::founded().await;
    let (ani, code) = (phone.person.clone(), phone.code.clone());
    let draft = || Request::ReadDraft { form: "warga-baru".into() };
    let keep = Request::KeepDraft { form: "warga-baru".into(), body: b"Kencana".to_vec() };
    assert!(matches!(phone.office.answer(keep).await, Ok(Reply::Done)));
    let add = Request::AddKader { nama: "Dewi Umpama".into(), secret: "860413".into() };
    let Ok(Reply::Recovery { person: dewi, .. }) = phone.office.answer(add).await else { panic!("not added") };
    phone.office.answer(Request::Lock).await.unwrap();
    let open = |person: &str, secret: &str| Request::Unlock { person: person.into(), secret: secret.into() };
    phone.office.answer(open(&dewi, "860413")).await.unwrap();
    let help = Request::HelpColleague { person: ani.clone(), secret: "271904".into() };
    assert!(matches!(phone.office.answer(help).await, Ok(Reply::Recovery { .. })));
    phone.office.answer(Request::Lock).await.unwrap();
    phone.office.answer(open(&ani, "271904")).await.unwrap();
    assert!(matches!(phone.office.answer(draft()).await, Ok(Reply::Draft(None))));
    let Ok(Reply::Storage(room)) = phone.office.answer(Request::Storage).await else { panic!("no room") };
    assert!(room.is_closed);
    let wrong = phone.office.redeem("0000-0000-0000-0000-0000-0000-0000").await;
    assert_eq!(wrong.err(), Some(Failure::WrongRecovery));
    assert!(matches!(phone.office.redeem(&code).await, Ok(Reply::Done)));
    let Ok(Reply::Draft(Some(body))) = phone.office.answer(draft()).await else { panic!("not hers") };
    assert_eq!(body, b"Kencana");
    let Ok(Reply::Storage(room)) = phone.office.answer(Request::Storage).await else { panic!("no room") };
    assert!(!room.is_closed);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn a_backup_made_before_another_tab_wrote_does_not_let_a_phone_be_emptied() {
    let mut phone = Phone::founded().await;
    phone.register("Sari Rekaan").await;
    let mut tab = phone.other_tab().await;
    phone.backup().await;
    // No event, so the book is as long as it was; and what opens the backup counts no more.
    tab.office.answer(Request::NewRecovery).await.unwrap();
    phone.office.follow_other_tab().await;
    assert!(matches!(phone.office.leave().await, Err(Failure::OnlyHere)));
    tab.db.close();
    drop(tab);
    phone.end().await;
}

#[wasm_bindgen_test]
async fn a_phone_is_emptied_only_when_all_that_is_on_it_is_in_a_backup_made_just_now() {
    let mut phone = Phone::founded().await;
    phone.register("Sari Rekaan").await;
    assert!(matches!(phone.office.leave().await, Err(Failure::OnlyHere)));
    phone.backup().await;
    phone.register("Dewi Contoh").await;
    assert!(matches!(phone.office.leave().await, Err(Failure::OnlyHere)), "she is not in it");
    assert_eq!(phone.found("Sari").await, ["Sari Rekaan"]);
    let backup = phone.backup().await;
    phone.db.close();
    assert!(matches!(phone.office.leave().await, Ok(Reply::Gate(Gate::Fresh { .. }))));
    assert!(phone.rows().await.is_empty());
    phone.db.close();
    phone.replaced(&backup).await;
    assert_eq!(phone.found("Dewi").await, ["Dewi Contoh"]);
    phone.end().await;
}
