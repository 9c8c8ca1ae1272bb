//! Handing over by codes on screens, and coming into a posyandu that has no server.
//!
//! What is read is kept until another screen is opened. Only the second file has this ([`crate::later`]).

use chrono::Days;
use ed25519_dalek::SigningKey;

use super::book::OpenBook;
use super::gate::{LOCK, LockInfo, key_added, signing_key};
use super::office::{Office, crypto, random};
use super::own::Own;
use super::parcel::{deflate, inflate};
use crate::crypto::{Ephemeral, Key, PersonVault, RecoveryCode, Secret, Shared};
use crate::domain::file::FileError;
use crate::domain::form::card::Station;
use crate::domain::intent::Plan;
use crate::domain::json::object;
use crate::domain::kinds;
use crate::domain::ledger::id::{DeviceId, PersonId};
use crate::domain::ledger::roster::{self, Ed25519};
use crate::domain::ledger::{Draft, Event, Signer};
use crate::domain::sesi::SesiId;
use crate::domain::view::sesi::came;
use crate::messages::codes::{Answered, Asked, Trouble, Visit};
use crate::messages::{FOUNDING, Failure, Reply, StoreFailure};
use crate::store::{Batch, Ledger};
use crate::sync::codes::join::{self, Ask, Greet, JoinError};
use crate::sync::codes::visit::{self, Head};
use crate::sync::codes::welcome::{self, Newcomer, Unwelcome, Welcome};
use crate::sync::codes::{Collector, FrameError, Heard, Purpose, frames};
use crate::sync::parcel::{self, Parcel};

/// So many codes nobody minds; what is only useful comes along while it does not make more.
const FEW: usize = 3;

/// What was read and begun on the screens of codes.
#[derive(Default)]
pub(super) struct Codes {
    collector: Collector,
    joining: Option<Joining>,
    hosting: Option<Hosting>,
}

/// This phone asks to come in.
struct Joining {
    ask: Vec<u8>,
    meeting: Ephemeral,
    pin: Secret,
    signing: SigningKey,
    device: DeviceId,
    person: PersonId,
    nama: String,
    greeted: Option<Shared>,
    invited: Option<Invited>,
}

/// The answer came, and a person has not said yes yet.
struct Invited {
    welcome: Welcome,
    texts: Vec<String>,
    /// What it is called.
    posyandu: String,
}

/// Somebody asks this phone.
struct Hosting {
    ask: Vec<u8>,
    who: Ask,
    shared: Shared,
}

/// Ends a question early with what is not a failure of the phone.
type Answer = Result<Answered, Failure>;

fn not(trouble: Trouble) -> Answer {
    Ok(Answered::Not(trouble))
}

impl Office {
    /// Answers a question about codes.
    pub(super) async fn answer_code(&mut self, asked: Asked) -> Answer {
        match asked {
            Asked::HandOver { sesi, sasaran } => self.hand_over(sesi, sasaran).await,
            Asked::Read { text } => self.read_code(&text).await,
            Asked::Forget => {
                self.codes = Codes::default();
                Ok(Answered::Done)
            }
            Asked::Join { nama, pin } => self.ask_in(&nama, &pin).await,
            Asked::Accept => self.accept().await,
            Asked::ComeIn => self.come_in_by_code().await,
        }
    }

    /// The codes of a visit.
    async fn hand_over(&mut self, sesi: String, sasaran: String) -> Answer {
        let Some(day) = SesiId::parse(&sesi) else { return Err(Failure::NotFound) };
        if !self.book()?.is_posyandu() {
            return not(Trouble::NoPosyandu);
        }
        // It may have to be made first, and is then an event like any other.
        let key = self.sealing_key().await?;
        let (db, book) = (self.db()?, self.book()?);
        let scope = self.transfer_scopes()?.first().cloned().unwrap_or_default();
        let Some(chosen) = visit::chosen(&book.ledger.book, &day, &sasaran) else { return not(Trouble::Nothing) };
        let by = PersonId::parse(book.me()).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        let head = Head { by, sesi, sasaran };
        let mut events: Vec<Event> = Vec::new();
        let mut best: Option<Vec<String>> = None;
        for more in [chosen.day, chosen.authors, chosen.before] {
            for id in more {
                events.extend(book.stored(db, id).await?);
            }
            let (plain, is_deflated) = deflate(head.before(&parcel::pack(events.iter(), &[]))).await;
            let sealed = parcel::seal(&key, &scope, is_deflated, &mut random, &plain);
            let codes = frames(Purpose::Visit, &visit::wrap(&scope, &sealed));
            match (&best, codes) {
                (None, None) => return not(Trouble::TooMuch),
                (Some(_), None) => break,
                (Some(before), Some(codes)) if codes.len() > FEW.max(before.len()) => break,
                (_, codes) => best = codes,
            }
        }
        best.map_or_else(|| not(Trouble::TooMuch), |codes| Ok(Answered::Codes(codes)))
    }

    async fn read_code(&mut self, text: &str) -> Answer {
        match self.codes.collector.hear(text) {
            Ok(Heard::Part { have, of }) => Ok(Answered::Part { have, of }),
            Ok(Heard::Whole { purpose: Purpose::Visit, bytes }) => self.take_visit(&bytes).await,
            Ok(Heard::Whole { purpose: Purpose::Ask, bytes }) => self.hear_ask(bytes),
            Ok(Heard::Whole { purpose: Purpose::Greet, bytes }) => Ok(self.hear_greeting(&bytes)),
            Ok(Heard::Whole { purpose: Purpose::Answer, bytes }) => self.hear_answer(&bytes).await,
            Err(FrameError::Foreign) => not(Trouble::Foreign),
            Err(FrameError::Newer) => not(Trouble::Newer),
            Err(FrameError::Damaged) => not(Trouble::Damaged),
        }
    }

    async fn take_visit(&mut self, bytes: &[u8]) -> Answer {
        if self.open.is_none() {
            return not(Trouble::Elsewhere);
        }
        let (head, parcel) = match self.open_visit(bytes).await? {
            Ok(opened) => opened,
            Err(FileError::Newer) => return not(Trouble::Newer),
            Err(error) => return not(Trouble::Sealed(error)),
        };
        let brought = self.bring(&parcel, Batch::strict()).await?;
        let own = Own::default();
        let desk = self.book()?.desk(self.local_now(), &own);
        let book = desk.book;
        let sasaran = book.representative(&head.sasaran);
        let sesi = SesiId::parse(&head.sesi);
        let nama = book.sasaran(&sasaran).map(|it| it.nama).unwrap_or_default();
        let is_present = |sesi: &SesiId| book.same_person(&sasaran).iter().any(|who| book.is_present(sesi, who));
        let came = sesi.as_ref().map(|it| came(&desk, it)).unwrap_or_default();
        let waits_at = came.iter().find(|it| it.row.id == sasaran).and_then(|it| it.waits_at);
        Ok(Answered::Visit(Visit {
            waits_at: waits_at.map(Station::number),
            is_in_list: !nama.is_empty() && sesi.as_ref().is_some_and(is_present),
            from: book.kader(&head.by.to_string()).and_then(|it| it.text("nama")).unwrap_or_default(),
            new: brought.new,
            unverified: brought.unverified,
            refused: brought.refused(),
            sesi: head.sesi,
            sasaran,
            nama,
        }))
    }

    async fn open_visit(&self, bytes: &[u8]) -> Result<Result<(Head, Parcel), FileError>, Failure> {
        let (keys, scopes) = (self.transfer_keys()?, self.transfer_scopes()?);
        let unwrapped = visit::unwrap(&scopes, bytes);
        let sealed = match unwrapped.and_then(|(scope, it)| parcel::open(&keys, scope, it)) {
            Ok(it) => it,
            Err(error) => return Ok(Err(error)),
        };
        let plain = match inflate(sealed.0, sealed.1).await {
            Ok(it) => it,
            Err(error) => return Ok(Err(error)),
        };
        Ok(Head::split(&plain).and_then(|(head, packed)| Ok((head, parcel::unpack(packed)?))))
    }

    /// Begins to ask; answers the code to show.
    async fn ask_in(&mut self, nama: &str, pin: &str) -> Answer {
        if self.open.is_some() || self.lock_info().await?.is_some() {
            return Err(Failure::Locked);
        }
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let pin = Secret::chosen(pin, None).map_err(Failure::WeakSecret)?;
        let (signing, meeting) = (signing_key(), Ephemeral::random(&mut random));
        let (mut device, mut person) = (DeviceId([0; 16]), PersonId([0; 16]));
        random(&mut device.0);
        random(&mut person.0);
        let key = signing.verifying_key().to_bytes();
        let nama = nama.trim().to_owned();
        let ask = Ask { meeting: meeting.public(), key, device, person, nama: nama.clone() };
        let ask = ask.to_bytes(&signing as &dyn Signer);
        let codes = frames(Purpose::Ask, &ask).unwrap_or_default();
        self.codes = Codes::default();
        self.codes.joining =
            Some(Joining { ask, meeting, pin, signing, device, person, nama, greeted: None, invited: None });
        Ok(Answered::Codes(codes))
    }

    /// Somebody asks to come in: says hello, and waits until a person has compared the numbers.
    fn hear_ask(&mut self, ask: Vec<u8>) -> Answer {
        let Some(book) = &self.open else { return not(Trouble::Elsewhere) };
        if book.unlocked.root_key().is_none() || !book.is_posyandu() {
            return not(Trouble::MayNot);
        }
        let who = match Ask::parse(&ask) {
            Ok(it) => it,
            Err(JoinError::Newer) => return not(Trouble::Newer),
            Err(_) => return not(Trouble::Damaged),
        };
        let id = who.person.to_string();
        if book.ledger.book.subject(&id).is_some() && !newcomer(&who).is_in(&book.ledger.roster) {
            return not(Trouble::Taken);
        }
        let meeting = Ephemeral::random(&mut random);
        let greet = Greet { to: join::name_of(&ask), meeting: meeting.public() }.to_bytes();
        let Some(shared) = meeting.shared(who.meeting, &[&ask, &greet]) else { return not(Trouble::Damaged) };
        let codes = frames(Purpose::Greet, &greet).unwrap_or_default();
        let (nama, number) = (who.nama.clone(), shared.number);
        self.codes.hosting = Some(Hosting { ask, who, shared });
        Ok(Answered::Newcomer { nama, number, codes })
    }

    fn hear_greeting(&mut self, greet: &[u8]) -> Answered {
        let Some(joining) = &mut self.codes.joining else { return Answered::Not(Trouble::Elsewhere) };
        let greeting = match Greet::parse(greet, &joining.ask) {
            Ok(it) => it,
            Err(JoinError::Newer) => return Answered::Not(Trouble::Newer),
            Err(JoinError::Other) => return Answered::Not(Trouble::Other),
            Err(JoinError::Malformed) => return Answered::Not(Trouble::Damaged),
        };
        match joining.meeting.shared(greeting.meeting, &[&joining.ask, greet]) {
            Some(shared) => {
                let number = shared.number;
                joining.greeted = Some(shared);
                Answered::Number(number)
            }
            None => Answered::Not(Trouble::Damaged),
        }
    }

    /// Lets in who asked, and may be repeated: she asks again, or it failed half-way.
    async fn accept(&mut self) -> Answer {
        let Some(hosting) = self.codes.hosting.take() else { return Err(Failure::NotFound) };
        let answer = self.let_in(&hosting).await;
        self.codes.hosting = Some(hosting);
        answer
    }

    /// The roster names her, and the codes bring what a phone of this posyandu knows.
    async fn let_in(&mut self, Hosting { ask, who, shared }: &Hosting) -> Answer {
        if self.doubts_clock() {
            return Err(Failure::Clock);
        }
        let today = self.local_now().date();
        let book = self.book()?;
        let root = book.unlocked.root_key().ok_or(Failure::NotFound)?.verifying_key().to_bytes();
        if !newcomer(who).is_in(&book.ledger.roster) {
            let key = ed25519_dalek::VerifyingKey::from_bytes(&who.key).map_err(|_| Failure::NotFound)?;
            let person = who.person.to_string();
            // Her clock may be some hours behind this one, and it is still yesterday there.
            let from = today.checked_sub_days(Days::new(1)).unwrap_or(today);
            let draft = |kind: &str, subject: String, data| Draft { kind: kind.into(), subject, on: today, data };
            let plan = Plan {
                drafts: vec![
                    draft(
                        roster::KEY_ADDED,
                        format!("roster:{person}:{}", who.device),
                        key_added(&person, &key, who.device, from, &["kader"]),
                    ),
                    draft(kinds::KADER_REGISTERED, person, object([("nama", who.nama.as_str().into())])),
                ],
                ..Plan::default()
            };
            self.write(plan, &Own::default()).await?;
        }
        let scope = self.transfer_scopes()?.first().cloned().unwrap_or_default();
        let welcome = Welcome { scope, root };
        let mut events = self.for_newcomers(&welcome).await?;
        if !welcome.has_transfer_key(&events, &Ed25519) {
            // There is none, or only such as she cannot believe yet.
            self.new_transfer_key().await?;
            events = self.for_newcomers(&welcome).await?;
        }
        let mut plain = postcard::to_allocvec(&welcome).map_err(|_| Failure::Store(StoreFailure::Broken))?;
        plain.extend(parcel::pack(events.iter(), &[]));
        let (mut plain, is_deflated) = deflate(plain).await;
        plain.insert(0, is_deflated.into());
        let answer = join::seal_answer(ask, &shared.key, &mut random, &plain);
        frames(Purpose::Answer, &answer).map_or_else(|| not(Trouble::TooMany), |codes| Ok(Answered::Codes(codes)))
    }

    /// What a new phone of the posyandu is told.
    async fn for_newcomers(&self, welcome: &Welcome) -> Result<Vec<Event>, Failure> {
        let (db, book, scopes) = (self.db()?, self.book()?, self.transfer_scopes()?);
        let mut events = Vec::new();
        for id in welcome::chosen(&book.ledger.book, &book.ledger.roster, &scopes) {
            events.extend(book.stored(db, id).await?);
        }
        Ok(welcome::believed_by(welcome.root, &events, &Ed25519))
    }

    /// The answer came: into which posyandu, says a person's yes or no. Nothing is written before.
    async fn hear_answer(&mut self, answer: &[u8]) -> Answer {
        let now_ms = self.now_ms();
        let Some(joining) = &mut self.codes.joining else { return not(Trouble::Elsewhere) };
        let Some(greeted) = &joining.greeted else { return not(Trouble::Other) };
        let number = greeted.number;
        let plain = match join::open_answer(answer, &joining.ask, &greeted.key) {
            Ok(it) => it,
            Err(JoinError::Newer) => return not(Trouble::Newer),
            Err(JoinError::Other) => return not(Trouble::Other),
            Err(JoinError::Malformed) => return not(Trouble::Damaged),
        };
        let Some((welcome, texts)) = opened(plain).await else { return not(Trouble::Damaged) };
        let key = joining.signing.verifying_key().to_bytes();
        let who = Newcomer { person: joining.person, device: joining.device, key };
        match welcome.invites(&texts, &who, now_ms, &Ed25519) {
            Ok(posyandu) => {
                joining.invited = Some(Invited { welcome, texts, posyandu: posyandu.clone() });
                Ok(Answered::Invited { posyandu, number })
            }
            Err(Unwelcome::Clock) => Err(Failure::Clock),
            Err(Unwelcome::Damaged) => not(Trouble::Damaged),
        }
    }

    /// She said yes: this phone belongs to the posyandu from now on. All of it in one transaction, or nothing.
    async fn come_in_by_code(&mut self) -> Answer {
        let params = self.kdf_params().await?;
        let keys = self.device()?.clone();
        let code = RecoveryCode::random(&mut random);
        let Some(joining) = &self.codes.joining else { return not(Trouble::Elsewhere) };
        let Some(Invited { welcome, texts, posyandu }) = &joining.invited else { return not(Trouble::Other) };
        let person = joining.person.to_string();
        let signing = joining.signing.clone();
        let created = PersonVault::create_with(&person, &joining.pin, &code, params, signing, &keys, &mut random).await;
        let (mut vault, mut unlocked) = created.map_err(crypto)?;
        let Welcome { scope, root } = welcome.clone();
        vault.add_scope(&mut unlocked, &scope, Key::random(&mut random), &mut random).map_err(crypto)?;
        let (device, nama) = (joining.device, joining.nama.clone());
        let mut book = OpenBook::new(scope.clone(), device, unlocked, Ledger::trusting(root));
        let info = LockInfo { posyandu: posyandu.clone(), people: vec![(person.clone(), nama.clone())] };
        let batch = Batch::strict()
            // Another tab may have begun something else meanwhile.
            .expect_meta(LOCK, None)
            .put_meta(format!("vault:{person}"), vault.to_bytes().map_err(crypto)?)
            .put_meta("scope", scope.into_bytes())
            .put_meta("device", device.0)
            .put_meta("root", root)
            .put_meta(format!("owes:{person}"), [1])
            .put_meta(LOCK, self.sealed_lock_info(&info).await?)
            .delete_meta(FOUNDING);
        book.nama = nama;
        book.owes_recovery = true;
        let now_ms = self.now_ms();
        book.take_in(self.db()?, now_ms, texts, None, batch).await?;
        self.open = Some(book);
        self.epoch += 1;
        self.codes = Codes::default();
        self.moved();
        match self.show_recovery(person, code) {
            Reply::Recovery { groups, ask, .. } => Ok(Answered::Recovery { groups, ask }),
            _ => Err(Failure::Worker),
        }
    }
}

fn newcomer(who: &Ask) -> Newcomer {
    Newcomer { person: who.person, device: who.device, key: who.key }
}

async fn opened(plain: Vec<u8>) -> Option<(Welcome, Vec<String>)> {
    let (is_deflated, body) = plain.split_first()?;
    let body = inflate(body.to_vec(), *is_deflated == 1).await.ok()?;
    let (welcome, packed) = postcard::take_from_bytes(&body).ok()?;
    Some((welcome, parcel::unpack(packed).ok()?.texts))
}
