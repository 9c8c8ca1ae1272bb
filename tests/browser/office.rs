//! A posyandu on this phone, asked as the page asks; and its disk, looked at with its own keys.

use posyandu::crypto::seal::{open, seal};
use posyandu::crypto::{Aad, KdfParams, Key, PersonVault, Secret, Unlocked};
use posyandu::domain::aduan::consent::{ConsentMethod, ConsentPurpose, ConsentRecord};
use posyandu::domain::aduan::intake;
use posyandu::domain::aduan::own::photo_form;
use posyandu::domain::form::warga::{FamilyText, NEW_FAMILY, ONLY_YEAR, PersonText};
use posyandu::domain::intent::{Intent, Saved, aduan, warga};
use posyandu::domain::json::{Map, object};
use posyandu::domain::kinds;
use posyandu::domain::ledger::event::Event;
use posyandu::domain::ledger::id::{DeviceId, EventId, PersonId};
use posyandu::domain::ledger::{Draft, Signer};
use posyandu::domain::view::{Query, View, warga as people};
use posyandu::messages::{Founding, Gate, Me, Reply, Request};
use posyandu::store::idb::{Db, MAIN};
use posyandu::store::{Author, Batch, EventRow, Ledger};
use posyandu::worker::Office;
use sha2::{Digest, Sha256};
use wasm_bindgen::prelude::*;

use crate::raw::Patch;

#[wasm_bindgen(module = "/tests/browser/raw.js")]
extern "C" {
    fn packs();
    fn throw_on_put_into(store: &str, name: &str) -> js_sys::Function;
    #[wasm_bindgen(catch)]
    async fn overwrite_body(name: &str, scope: &str, id: &str, body: &[u8]) -> Result<JsValue, JsValue>;
}

/// No event on the disk can be overwritten; a new one can be added.
pub fn overwriting_fails() -> Patch {
    putting_fails("events")
}

/// Nothing can be put into a store for want of room.
pub fn putting_fails(store: &str) -> Patch {
    Patch(throw_on_put_into(store, "QuotaExceededError"))
}

const PIN: &str = "493817";

/// Events behind which a snapshot is written while the worker rests, and some more.
const ENOUGH_FOR_A_SNAPSHOT: usize = 310;

/// One phone: the worker's half of the app over the database of the app.
pub struct Phone {
    pub office: Office,
    pub db: Db,
    pub scope: String,
    pub person: String,
    /// What stands on her paper.
    pub code: String,
    /// What her PIN opens.
    keys: Unlocked,
}

impl Phone {
    /// An empty phone on which a posyandu is founded.
    pub async fn founded() -> Self {
        packs();
        let mut office = Office::new(js_sys::global().unchecked_into());
        office.answer(start()).await.unwrap();
        let empty = office.answer(Request::StartAgain).await;
        assert!(matches!(empty, Ok(Reply::Gate(Gate::Fresh { doubtful: None }))), "an empty phone of today");
        let db = Db::open(MAIN, |_| {}).await.unwrap();
        let floor = postcard::to_allocvec(&KdfParams::FLOOR).unwrap();
        db.write(&Batch::strict().put_meta("kdf", floor)).await.unwrap();
        let founding = Founding {
            nama: "Melati Contoh".into(),
            kader: "Bu Ani Rekaan".into(),
            secret: PIN.into(),
            ..Founding::default()
        };
        let (person, code) = match office.answer(Request::Found(Box::new(founding))).await {
            Ok(Reply::Recovery { person, groups, .. }) => (person, groups.join(" ")),
            Ok(_) => panic!("not founded"),
            Err(failure) => panic!("not founded: {failure:?}"),
        };
        let scope = String::from_utf8(db.meta("scope").await.unwrap().unwrap()).unwrap();
        let vault = db.meta(&format!("vault:{person}")).await.unwrap().unwrap();
        let device = db.device_keys().await.unwrap();
        let keys = PersonVault::from_bytes(&vault).unwrap().unlock(&Secret::typed(PIN), &device).await.unwrap();
        Self { office, db, scope, person, code, keys }
    }

    /// The same phone in another tab, with the book open.
    pub async fn other_tab(&self) -> Self {
        let mut office = Office::new(js_sys::global().unchecked_into());
        office.answer(start()).await.unwrap();
        let unlock = Request::Unlock { person: self.person.clone(), secret: PIN.into() };
        assert!(matches!(office.answer(unlock).await, Ok(Reply::Gate(Gate::Open(_)))));
        let db = Db::open(MAIN, |_| {}).await.unwrap();
        let (scope, person, code) = (self.scope.clone(), self.person.clone(), self.code.clone());
        Self { office, db, scope, person, code, keys: self.keys.clone() }
    }

    /// What the page knows of the book that is open.
    pub async fn look(&mut self) -> Me {
        match self.office.answer(Request::Look).await {
            Ok(Reply::Gate(Gate::Open(me))) => me,
            _ => panic!("not open"),
        }
    }

    /// Closes the book and opens it from the disk; what was only in memory is gone.
    pub async fn reopen(&mut self) -> Me {
        self.office.answer(start()).await.unwrap();
        let unlock = Request::Unlock { person: self.person.clone(), secret: PIN.into() };
        match self.office.answer(unlock).await {
            Ok(Reply::Gate(Gate::Open(me))) => me,
            _ => panic!("not open"),
        }
    }

    /// Throws the phone away, so that the next one finds nothing open.
    pub async fn end(mut self) {
        self.db.close();
        self.office.answer(Request::StartAgain).await.unwrap();
    }

    pub async fn save(&mut self, intent: Intent) -> Saved {
        match self.office.answer(Request::Do(Box::new(intent))).await {
            Ok(Reply::Saved(saved)) => saved,
            Ok(_) => panic!("not saved"),
            Err(failure) => panic!("not saved: {failure:?}"),
        }
    }

    /// Registers somebody grown up, in a family of her own.
    pub async fn register(&mut self, nama: &str) -> Saved {
        let rumah = FamilyText { kepala: "Hendra Rekaan".into(), rt: "3".into(), ..FamilyText::default() };
        let text = PersonText {
            nama: nama.into(),
            kelamin: "P".into(),
            lahir_cara: ONLY_YEAR.into(),
            tahun: "1985".into(),
            alasan: "tidak_dibawa".into(),
            keluarga: NEW_FAMILY.into(),
            hubungan: "istri".into(),
            kawin: "kawin".into(),
            setuju: ConsentMethod::LisanDisaksikan.code().into(),
            saksi: "Bu Dewi Contoh".into(),
            rumah,
            ..PersonText::default()
        };
        self.save(Intent::Warga(warga::Intent::Register { text: Box::new(text), sesi: None })).await
    }

    /// Sends a complaint with a photo; answers what was saved, and the hash of the photo.
    pub async fn complain(&mut self, uraian: &str, photo: &[u8]) -> (Saved, String) {
        self.complain_as("00000000000000000000000000000a17", uraian, photo).await
    }

    /// The same under an id.
    pub async fn complain_as(&mut self, id: &str, uraian: &str, photo: &[u8]) -> (Saved, String) {
        let id = id.to_owned();
        let sha256: String = Sha256::digest(photo).iter().map(|it| format!("{it:02x}")).collect();
        let keep = Request::KeepDraft { form: photo_form(&id, &sha256), body: photo.to_vec() };
        self.office.answer(keep).await.unwrap();
        let consent = |purpose| ConsentRecord {
            witness: Some("Bu Dewi Contoh".into()),
            ..ConsentRecord::new("aduan-catat-1", purpose, ConsentMethod::LisanDisaksikan)
        };
        let draft = intake::Draft {
            jenis: "pengaduan".into(),
            kategori: "PU-02".into(),
            judul: "Air keruh di sumur bersama".into(),
            uraian: uraian.into(),
            sifat: "komunal".into(),
            jumlah_terdampak_kk: "14".into(),
            rt: "3".into(),
            nama: "Warga Rekaan".into(),
            hp: "0812 3456 7890".into(),
            cara_hubung: "wa".into(),
            persetujuan: vec![consent(ConsentPurpose::Catat), consent(ConsentPurpose::Foto)],
            foto: vec![intake::Photo { sha256: sha256.clone(), byte: photo.len() as u32 }],
            ..intake::Draft::default()
        };
        let saved = self.save(Intent::Aduan(aduan::Intent::Send { id, draft: draft.to_json() })).await;
        (saved, sha256)
    }

    /// Takes in so many notes that the worker, while it rests, writes a snapshot.
    pub async fn grow(&mut self, aduan: &str) {
        let texts: Vec<String> = (0..ENOUGH_FOR_A_SNAPSHOT).map(|it| format!("Catatan ke-{it}")).collect();
        let notes = texts.iter().map(|it| draft(kinds::ADUAN_NOTED, aduan, object([("isi", it.as_str().into())])));
        let texts = self.signed_elsewhere(notes.collect(), false).await;
        assert_eq!(self.office.receive(&texts).await.unwrap().1, 0);
        self.office.rest().await;
        assert!(self.has_snapshot().await);
    }

    /// Documents that this phone did not record itself, signed by its kader; by the root what only the root may say.
    pub async fn signed_elsewhere(&self, drafts: Vec<Draft>, has_root: bool) -> Vec<String> {
        let root = self.keys.root_key().unwrap();
        let device = DeviceId(self.db.meta("device").await.unwrap().unwrap().try_into().unwrap());
        let author = Author { by: PersonId::parse(&self.person).unwrap(), device, signer: self.keys.signing_key() };
        let mut number = 0_u128;
        let mut salts = || {
            number += 1;
            number.to_be_bytes()
        };
        let nothing = Ledger::trusting(root.verifying_key().to_bytes());
        let root = has_root.then_some(root as &dyn Signer);
        let events = nothing.record(drafts, &author, root, js_sys::Date::now() as u64, &mut salts);
        events.iter().map(Event::to_text).collect()
    }

    /// Names that a search finds.
    pub async fn found(&mut self, text: &str) -> Vec<String> {
        let query = Query::Warga(people::Query::Search { text: text.into() });
        match self.office.answer(Request::Ask(query)).await {
            Ok(Reply::View(view)) => match *view {
                View::Warga(people::View::Hits(hits)) => hits.into_iter().map(|it| it.row.nama).collect(),
                _ => panic!("no hits"),
            },
            _ => panic!("no answer"),
        }
    }

    /// The disk forgets one bit of an event.
    pub async fn damage(&self, id: &str) {
        let mut body = self.db.event(&self.scope, id).await.unwrap().unwrap().body;
        *body.last_mut().unwrap() ^= 1;
        self.overwrite(id, &body).await;
    }

    /// Something that is no event, but sealed as one.
    pub async fn overwrite_sealed(&self, id: &str, plain: &[u8]) {
        let aad = Aad { store: "events", scope: &self.scope, id };
        self.overwrite(id, &seal(self.key(), [7; 24], aad, plain)).await;
    }

    async fn overwrite(&self, id: &str, body: &[u8]) {
        overwrite_body(MAIN, &self.scope, id, body).await.unwrap();
    }

    pub async fn rows(&self) -> Vec<EventRow> {
        self.db.events_after(&self.scope, 0, 10_000).await.unwrap()
    }

    fn key(&self) -> &Key {
        self.keys.scope_key(&self.scope).unwrap()
    }

    pub fn event(&self, row: &EventRow) -> Event {
        Event::unpack(EventId::parse(&row.id).unwrap(), &self.body(row).unwrap()[1..]).unwrap()
    }

    /// Everything that stands in the events and in the snapshot, as far as it opens.
    pub async fn disk(&self) -> String {
        let mut plain = Vec::new();
        for row in self.rows().await {
            plain.extend(self.body(&row).unwrap_or_default());
        }
        let mut id = String::new();
        for at in 0.. {
            let Some(sealed) = self.db.snapshot_chunk(&self.scope, at).await.unwrap() else { break };
            plain.extend(open(self.key(), Aad { store: "snapshots", scope: &self.scope, id: &id }, &sealed).unwrap());
            id = sealed[sealed.len() - 16..].iter().map(|it| format!("{it:02x}")).collect();
        }
        String::from_utf8_lossy(&plain).into_owned()
    }

    fn body(&self, row: &EventRow) -> Option<Vec<u8>> {
        open(self.key(), Aad { store: "events", scope: &self.scope, id: &row.id }, &row.body).ok()
    }

    pub async fn throw_snapshot_away(&self) {
        self.db.write(&Batch::strict().delete_snapshot(&self.scope)).await.unwrap();
    }

    pub async fn has_snapshot(&self) -> bool {
        self.db.snapshot_chunk(&self.scope, 0).await.unwrap().is_some()
    }
}

/// A draft of 20 November 2026.
pub fn draft(kind: &str, subject: &str, data: Map) -> Draft {
    let on = chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap();
    Draft { kind: kind.into(), subject: subject.into(), on, data }
}

fn start() -> Request {
    Request::Start { practice: None, built_at: (js_sys::Date::now() / 1000.0) as u64 }
}
