//! Activation: the link or QR that fills a phone's first screen, and what phone and server then say to each other.
//!
//! The link is `<origin>/aktifkan#1.<code>.<fingerprint>`: what stands behind `#` never reaches a server, and the
//! fingerprint binds the phone to the root key that it is going to hear. It does not know how anything is sent,
//! and makes no keys.

use sha2::{Digest, Sha256};

use super::base64::URL_SAFE;
use super::json::{Map, Value, object};
use super::ledger::Signer;
use super::ledger::id::{DeviceId, EventId, PersonId, bytes_from_hex, hex};
use super::scope::Class;
use super::sorted::{SortedMap, SortedSet};

/// The page of the app that reads a link.
pub const PATH: &str = "/aktifkan#";
/// What the signature of an adoption begins with.
pub const ADOPTION_PREFIX: &str = "posyandu6/adopt/2";
/// What the signature of a phone that wants an account begins with.
const REDEEM_PREFIX: &str = "posyandu6/activate/1";
/// Bytes of a code, and of a fingerprint.
const SIXTEEN: usize = 16;

/// What a link says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Where the server is: `https://example.invalid`, without a slash at the end.
    pub origin: String,
    /// 16 random bytes, base64url: good for one phone.
    pub code: String,
    /// The first 16 bytes of the SHA-256 of the root's public key, base64url.
    pub fingerprint: String,
}

impl Link {
    /// The link for a code and a root.
    #[must_use]
    pub fn new(origin: &str, code: &str, root: &[u8; 32]) -> Self {
        Self { origin: origin.trim_end_matches('/').into(), code: code.into(), fingerprint: fingerprint(root) }
    }

    /// Reads a link, as it was tapped, typed or scanned.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (origin, fragment) = text.trim().split_once(PATH)?;
        let (version, rest) = fragment.split_once('.')?;
        let (code, fingerprint) = rest.split_once('.')?;
        let is_whole = version == "1" && is_sixteen(code) && is_sixteen(fingerprint);
        is_whole.then(|| Self { origin: origin.into(), code: code.into(), fingerprint: fingerprint.into() })
    }

    /// Whether this root is the one that the link means.
    #[must_use]
    pub fn is_of(&self, root: &[u8; 32]) -> bool {
        self.fingerprint == fingerprint(root)
    }

    /// The link as text.
    #[must_use]
    pub fn to_text(&self) -> String {
        let Self { origin, code, fingerprint } = self;
        format!("{origin}{PATH}1.{code}.{fingerprint}")
    }
}

/// Whether a text is 16 bytes in base64url: a code, a fingerprint, a secret.
#[must_use]
pub fn is_sixteen(text: &str) -> bool {
    URL_SAFE.decode(text).is_some_and(|it| it.len() == SIXTEEN)
}

fn fingerprint(root: &[u8; 32]) -> String {
    URL_SAFE.encode(Sha256::digest(root).get(..SIXTEEN).unwrap_or_default())
}

/// Running numbers up to which what another root signed counts, for each device.
pub type Until = SortedMap<DeviceId, i64>;

/// A posyandu that worked alone gives itself to a server's root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Adoption {
    /// The database in which it worked alone.
    pub scope: String,
    /// The public key of its own root.
    pub local_root: [u8; 32],
    /// How far everything was written that was recorded alone.
    pub until: Until,
    /// The words of this root that count, each by its name.
    pub events: SortedSet<EventId>,
    /// Ed25519 by the local root over [`adoption_text`].
    pub proof: [u8; 64],
}

/// What the local root signs: the code (empty without one), the device, the server's root, scope, numbers and names.
#[must_use]
pub fn adoption_text(
    code: &str,
    device: DeviceId,
    server_root: &[u8; 32],
    scope: &str,
    (until, events): (&Until, &SortedSet<EventId>),
) -> String {
    let until = Value::Object(until_value(until)).canonical();
    let events = names(events).canonical();
    format!("{ADOPTION_PREFIX}\n{code}\n{device}\n{}\n{scope}\n{until}\n{events}", hex(server_root))
}

/// The value of [`Adoption::until`].
#[must_use]
pub fn until_value(until: &Until) -> Map {
    until.iter().map(|(device, n)| (device.to_string(), (*n).into())).collect()
}

/// Names of events as a list.
#[must_use]
pub fn names(events: &SortedSet<EventId>) -> Value {
    Value::List(events.iter().map(|it| it.to_string().into()).collect())
}

fn device_of(text: &str) -> Option<DeviceId> {
    // A blank one is nobody's: tombstones have blanks where somebody was.
    DeviceId::parse(text).ok().filter(|it| *it != DeviceId::default())
}

impl Adoption {
    /// The members of it in a request; none where the phone never worked alone.
    ///
    /// # Errors
    /// The name of the member that is missing or malformed.
    pub fn from_members(members: &Map) -> Result<Option<Self>, &'static str> {
        if !members.contains_key("local_root") {
            return Ok(None);
        }
        let text = |name: &'static str| members.get(name).and_then(Value::as_text).ok_or(name);
        let until = members.get("until").and_then(Value::as_object).ok_or("until")?.iter();
        let until: Option<Until> =
            until.map(|(device, n)| Some((device_of(device)?, n.as_int().filter(|it| *it >= 0)?))).collect();
        let events = members.get("events").and_then(Value::as_list).ok_or("events")?.iter();
        let events: Option<_> = events.map(|it| EventId::parse(it.as_text()?).ok()).collect();
        let scope = text("scope").ok().filter(|it| Class::of(it) == Some(Class::Posyandu)).ok_or("scope")?;
        Ok(Some(Self {
            scope: scope.to_owned(),
            local_root: bytes_from_hex(text("local_root")?).ok_or("local_root")?,
            until: until.ok_or("until")?,
            events: events.ok_or("events")?,
            proof: URL_SAFE.decode(text("proof")?).and_then(|it| it.try_into().ok()).ok_or("proof")?,
        }))
    }

    /// Adds it to a request.
    pub fn write(&self, members: &mut Map) {
        members.extend(object([
            ("scope", self.scope.as_str().into()),
            ("local_root", hex(&self.local_root).into()),
            ("until", until_value(&self.until).into()),
            ("events", names(&self.events)),
            ("proof", URL_SAFE.encode(&self.proof).into()),
        ]));
    }

    /// Whether the local root said so, to this server.
    #[must_use]
    pub fn is_proven(&self, code: &str, device: DeviceId, server_root: &[u8; 32]) -> bool {
        let text = adoption_text(code, device, server_root, &self.scope, (&self.until, &self.events));
        is_signed(&text, &self.proof, &self.local_root)
    }
}

fn is_signed(text: &str, signature: &[u8; 64], key: &[u8; 32]) -> bool {
    let signature = ed25519_dalek::Signature::from_bytes(signature);
    ed25519_dalek::VerifyingKey::from_bytes(key).is_ok_and(|key| key.verify_strict(text.as_bytes(), &signature).is_ok())
}

/// What a phone asks with a code.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// For whom the code is; does not use it up.
    Look {
        /// The code.
        code: String,
    },
    /// Makes the account of this phone.
    Redeem(Box<Redeem>),
}

/// The account that a phone wants.
#[derive(Clone, PartialEq, Eq)]
pub struct Redeem {
    /// The code of the link.
    pub code: String,
    /// This installation.
    pub device: DeviceId,
    /// Her public key here.
    pub key: [u8; 32],
    /// 16 random bytes, base64url: what the account signs in with.
    pub secret: String,
    /// Who she is already on this phone.
    pub person: Option<PersonId>,
    /// The posyandu that this phone holds already.
    pub scope: Option<String>,
    /// The root under which it worked alone.
    pub adoption: Option<Adoption>,
    /// Ed25519 by her key over everything else and the server's root: nobody brings a key that she does not hold.
    pub possession: [u8; 64],
}

impl Redeem {
    /// Signs it with her key, for the server of this root.
    #[must_use]
    pub fn signed(mut self, key: &dyn Signer, server_root: &[u8; 32]) -> Self {
        self.possession = key.sign(self.text(server_root).as_bytes());
        self
    }

    /// Whether whoever asks holds the key.
    #[must_use]
    pub fn is_proven(&self, server_root: &[u8; 32]) -> bool {
        is_signed(&self.text(server_root), &self.possession, &self.key)
    }

    fn text(&self, server_root: &[u8; 32]) -> String {
        format!("{REDEEM_PREFIX}\n{}\n{}", hex(server_root), Value::Object(self.members()).canonical())
    }

    /// Everything but the signature.
    fn members(&self) -> Map {
        let mut members = object([
            ("code", self.code.as_str().into()),
            ("device", self.device.to_string().into()),
            ("key", hex(&self.key).into()),
            ("secret", self.secret.as_str().into()),
        ]);
        if let Some(person) = self.person {
            members.insert("person".into(), person.to_string().into());
        }
        if let Some(scope) = &self.scope {
            members.insert("scope".into(), scope.as_str().into());
        }
        if let Some(adoption) = &self.adoption {
            adoption.write(&mut members);
        }
        members
    }
}

impl Request {
    /// Reads the body of a request.
    ///
    /// # Errors
    /// The name of the member that is missing or malformed.
    pub fn from_members(members: &Map) -> Result<Self, &'static str> {
        let text = |name: &'static str| members.get(name).and_then(Value::as_text).ok_or(name);
        let code = text("code").ok().filter(|it| is_sixteen(it)).ok_or("code")?.to_owned();
        if members.get("look").and_then(Value::as_bool) == Some(true) {
            return Ok(Self::Look { code });
        }
        let person = match members.get("person") {
            None | Some(Value::Null) => None,
            Some(it) => Some(it.as_text().and_then(|it| PersonId::parse(it).ok()).ok_or("person")?),
        };
        if person == Some(PersonId::default()) {
            return Err("person");
        }
        let possession = || URL_SAFE.decode(text("possession").ok()?)?.try_into().ok();
        let scope = match members.get("scope") {
            None | Some(Value::Null) => None,
            Some(it) => Some(it.as_text().filter(|it| Class::of(it) == Some(Class::Posyandu)).ok_or("scope")?),
        };
        Ok(Self::Redeem(Box::new(Redeem {
            code,
            device: device_of(text("device")?).ok_or("device")?,
            key: bytes_from_hex(text("key")?).ok_or("key")?,
            secret: text("secret").ok().filter(|it| is_sixteen(it)).ok_or("secret")?.to_owned(),
            person,
            scope: scope.map(str::to_owned),
            adoption: Adoption::from_members(members)?,
            possession: possession().ok_or("possession")?,
        })))
    }

    /// The body of a request.
    #[must_use]
    pub fn to_text(&self) -> String {
        let members = match self {
            Self::Look { code } => object([("code", code.as_str().into()), ("look", true.into())]),
            Self::Redeem(redeem) => {
                let mut members = redeem.members();
                members.insert("possession".into(), URL_SAFE.encode(&redeem.possession).into());
                members
            }
        };
        Value::Object(members).canonical()
    }
}

/// For whom a code is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Who she is to the server.
    pub nama: String,
    /// What she does.
    pub roles: Vec<String>,
    /// Where, if it is one posyandu.
    pub posyandu: Option<Posyandu>,
    /// The server's root.
    pub root: [u8; 32],
    /// Whether everything there is invented.
    pub practice: bool,
    /// Whether a phone has used it already.
    pub used: bool,
}

/// A posyandu as the server knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posyandu {
    /// What it is called.
    pub nama: String,
    /// Its database, once there is one.
    pub scope: Option<String>,
}

impl Posyandu {
    fn from_value(value: &Value) -> Option<Self> {
        let scope = value.get("scope").and_then(Value::as_text).map(str::to_owned);
        Some(Self { nama: value.get("nama")?.as_text()?.to_owned(), scope })
    }

    fn value(posyandu: Option<&Self>) -> Value {
        let value = |it: &Self| {
            let scope = it.scope.as_deref().map(Value::from);
            Value::Object(object([("nama", it.nama.as_str().into()), ("scope", scope.into())]))
        };
        posyandu.map(value).into()
    }
}

impl Seen {
    /// Reads the answer of a server.
    #[must_use]
    pub fn from_members(members: &Map) -> Option<Self> {
        Some(Self {
            nama: members.get("nama")?.as_text()?.to_owned(),
            roles: texts(members.get("roles")?)?,
            posyandu: members.get("posyandu").and_then(Posyandu::from_value),
            root: bytes_from_hex(members.get("root")?.as_text()?)?,
            practice: members.get("practice")?.as_bool()?,
            used: members.get("used")?.as_bool()?,
        })
    }

    /// The answer.
    #[must_use]
    pub fn to_text(&self) -> String {
        let members = object([
            ("nama", self.nama.as_str().into()),
            ("roles", list(&self.roles)),
            ("posyandu", Posyandu::value(self.posyandu.as_ref())),
            ("root", hex(&self.root).into()),
            ("practice", self.practice.into()),
            ("used", self.used.into()),
        ]);
        Value::Object(members).canonical()
    }
}

/// The account that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activated {
    /// What it signs in as.
    pub name: String,
    /// Who she is from now on.
    pub person: PersonId,
    /// Who she is to the server.
    pub nama: String,
    /// What she does.
    pub roles: Vec<String>,
    /// The server's root.
    pub root: [u8; 32],
    /// Which server it is, wherever it stands.
    pub uuid: String,
    /// Whether everything there is invented.
    pub practice: bool,
    /// Where, if it is one posyandu.
    pub posyandu: Option<Posyandu>,
    /// What she may read and write.
    pub grants: Vec<super::rights::Grant>,
}

impl Activated {
    /// Reads the answer of a server.
    #[must_use]
    pub fn from_members(members: &Map) -> Option<Self> {
        let text = |name: &str| members.get(name)?.as_text();
        let grants = members.get("grants")?.as_list()?;
        Some(Self {
            name: text("name")?.to_owned(),
            person: PersonId::parse(text("person")?).ok()?,
            nama: text("nama")?.to_owned(),
            roles: texts(members.get("roles")?)?,
            root: bytes_from_hex(text("root")?)?,
            uuid: text("uuid")?.to_owned(),
            practice: members.get("practice")?.as_bool()?,
            posyandu: members.get("posyandu").and_then(Posyandu::from_value),
            // A class that only a newer server knows opens nothing here.
            grants: grants.iter().filter_map(grant_from).collect(),
        })
    }

    /// The answer.
    #[must_use]
    pub fn to_text(&self) -> String {
        let members = object([
            ("ok", true.into()),
            ("name", self.name.as_str().into()),
            ("person", self.person.to_string().into()),
            ("nama", self.nama.as_str().into()),
            ("roles", list(&self.roles)),
            ("root", hex(&self.root).into()),
            ("uuid", self.uuid.as_str().into()),
            ("practice", self.practice.into()),
            ("posyandu", Posyandu::value(self.posyandu.as_ref())),
            ("grants", grants_value(&self.grants)),
        ]);
        Value::Object(members).canonical()
    }
}

/// Grants as an answer carries them.
#[must_use]
pub fn grants_value(grants: &[super::rights::Grant]) -> Value {
    let value = |it: &super::rights::Grant| {
        Value::Object(object([
            ("db", it.db.as_str().into()),
            ("class", it.class.word().into()),
            ("read", it.read.into()),
            ("write", it.write.into()),
        ]))
    };
    Value::List(grants.iter().map(value).collect())
}

/// Grants as a server sends them; those of a class that only a newer app knows are left out.
#[must_use]
pub fn grants_from(value: Option<&Value>) -> Vec<super::rights::Grant> {
    value.and_then(Value::as_list).unwrap_or_default().iter().filter_map(grant_from).collect()
}

fn grant_from(value: &Value) -> Option<super::rights::Grant> {
    let db = value.get("db")?.as_text()?.to_owned();
    let class = Class::of(&db)?;
    Some(super::rights::Grant { class, read: value.get("read")?.as_bool()?, write: value.get("write")?.as_bool()?, db })
}

fn texts(value: &Value) -> Option<Vec<String>> {
    value.as_list()?.iter().map(|it| it.as_text().map(str::to_owned)).collect()
}

fn list(texts: &[String]) -> Value {
    Value::List(texts.iter().map(|it| it.as_str().into()).collect())
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::SigningKey;

    use super::*;
    use crate::domain::json;
    use crate::domain::rights::Grant;

    fn code() -> String {
        URL_SAFE.encode(&[7; 16])
    }

    fn scope() -> String {
        format!("posyandu-{}", "0a".repeat(16))
    }

    #[test]
    fn a_link_reads_back_and_knows_its_root() {
        let link = Link::new("https://example.invalid/", &code(), &[1; 32]);
        assert_eq!(link.to_text().len(), "https://example.invalid/aktifkan#1..".len() + 44);
        assert_eq!(Link::parse(&format!(" {}\n", link.to_text())), Some(link.clone()));
        assert!(link.is_of(&[1; 32]) && !link.is_of(&[2; 32]));
        let text = link.to_text();
        for wrong in ["", &text.replace("#1.", "#2."), &text.replace("aktifkan", "masuk"), &text[..text.len() - 1]] {
            assert_eq!(Link::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_a_phone_asks_reads_back() {
        let key = SigningKey::from_bytes(&[3; 32]);
        let device = DeviceId([9; 16]);
        let until: Until = [(device, 412)].into_iter().collect();
        let events: SortedSet<EventId> = [EventId([6; 16])].into_iter().collect();
        let text = adoption_text(&code(), device, &[1; 32], &scope(), (&until, &events));
        assert_eq!(text.lines().count(), 7);
        let adoption = Adoption {
            scope: scope(),
            local_root: key.verifying_key().to_bytes(),
            until,
            events,
            proof: Signer::sign(&key, text.as_bytes()),
        };
        assert!(adoption.is_proven(&code(), device, &[1; 32]));
        assert!(!adoption.is_proven(&code(), device, &[2; 32]), "said to another server");
        assert!(!adoption.is_proven("", device, &[1; 32]), "with another code");
        let mut more = adoption.clone();
        more.events.insert(EventId([7; 16]));
        assert!(!more.is_proven(&code(), device, &[1; 32]), "with another word");
        let redeem = Redeem {
            code: code(),
            device,
            key: key.verifying_key().to_bytes(),
            secret: code(),
            person: Some(PersonId([5; 16])),
            scope: Some(scope()),
            adoption: Some(adoption),
            possession: [0; 64],
        };
        assert!(!redeem.is_proven(&[1; 32]));
        let redeem = redeem.signed(&key, &[1; 32]);
        assert!(redeem.is_proven(&[1; 32]) && !redeem.is_proven(&[2; 32]));
        assert!(!Redeem { secret: URL_SAFE.encode(&[8; 16]), ..redeem.clone() }.is_proven(&[1; 32]));
        for (name, blank) in [("device", DeviceId::default().to_string()), ("person", PersonId::default().to_string())]
        {
            let mut members = json::parse_object(&Request::Redeem(Box::new(redeem.clone())).to_text()).unwrap();
            members.insert(name.into(), blank.into());
            assert!(Request::from_members(&members) == Err(name), "a blank {name}");
        }
        for request in [Request::Look { code: code() }, Request::Redeem(Box::new(redeem))] {
            let members = json::parse_object(&request.to_text()).unwrap();
            assert!(Request::from_members(&members) == Ok(request));
        }
        let wrong = json::parse_object(r#"{"code":"short"}"#).unwrap();
        assert!(Request::from_members(&wrong) == Err("code"));
    }

    #[test]
    fn what_a_server_answers_reads_back() {
        let posyandu = Some(Posyandu { nama: "Contoh Melati".into(), scope: Some(scope()) });
        let seen = Seen {
            nama: "Ani Contoh".into(),
            roles: vec!["kader".into()],
            posyandu: posyandu.clone(),
            root: [1; 32],
            practice: false,
            used: true,
        };
        assert_eq!(Seen::from_members(&json::parse_object(&seen.to_text()).unwrap()), Some(seen));
        let grant = Grant { db: scope(), class: Class::Posyandu, read: true, write: true };
        let activated = Activated {
            name: "0b".repeat(16),
            person: PersonId([5; 16]),
            nama: "Ani Contoh".into(),
            roles: vec!["kader".into()],
            root: [1; 32],
            uuid: "0c".repeat(16),
            practice: true,
            posyandu,
            grants: vec![grant],
        };
        assert_eq!(Activated::from_members(&json::parse_object(&activated.to_text()).unwrap()), Some(activated));
    }
}
