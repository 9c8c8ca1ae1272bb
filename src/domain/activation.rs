//! How a phone is connected: the link that a pengelola gives, and what phone and server then say to each other.
//!
//! The link carries a code that counts once and the fingerprint of the root, behind `#`, so that neither ever reaches
//! a server by being opened. Everything else the server tells. Pure: sending is somebody else's.

use sha2::{Digest, Sha256};

use super::base64::URL_SAFE;
use super::json::{self, Map, Value, object};
use super::ledger::id::{bytes_from_hex, hex};
use super::rights::Grant;
use super::scope::Class;

/// The address of the screen that reads a link.
pub const PATH: &str = "/aktifkan";
/// Where phones ask.
pub const ENDPOINT: &str = "/_activation";
/// What the root of a posyandu that worked alone signs begins with this line.
pub const PROOF_PREFIX: &str = "posyandu6/adopt/1\n";

const VERSION: &str = "1";
const FINGERPRINT: usize = 22;

/// What stands in a link. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Link {
    /// 16 random bytes, base64url: counts once.
    pub code: String,
    /// The beginning of the hash of the root's public key.
    pub fingerprint: String,
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Link(..)")
    }
}

impl Link {
    /// A link for a code.
    #[must_use]
    pub fn new(code: &[u8; 16], root: &[u8; 32]) -> Self {
        Self { code: URL_SAFE.encode(code), fingerprint: fingerprint(root) }
    }

    /// Reads what was opened, scanned or pasted: the whole address, or what stands behind its `#`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let mut parts = text.rsplit('#').next()?.split('.');
        let (version, code, fingerprint) = (parts.next()?, parts.next()?, parts.next()?);
        let is_whole = version == VERSION
            && parts.next().is_none()
            && URL_SAFE.decode(code).is_some_and(|it| it.len() == 16)
            && fingerprint.len() == FINGERPRINT;
        is_whole.then(|| Self { code: code.into(), fingerprint: fingerprint.into() })
    }

    /// The address, on the origin where the app lives.
    #[must_use]
    pub fn to_url(&self, origin: &str) -> String {
        format!("{}{PATH}#{VERSION}.{}.{}", origin.trim_end_matches('/'), self.code, self.fingerprint)
    }

    /// Whether this is the root that the link was made for.
    #[must_use]
    pub fn is_of(&self, root: &[u8; 32]) -> bool {
        self.fingerprint == fingerprint(root)
    }
}

fn fingerprint(root: &[u8; 32]) -> String {
    let mut text = URL_SAFE.encode(&Sha256::digest(root));
    text.truncate(FINGERPRINT);
    text
}

/// What the server tells of a code before it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// Who is meant.
    pub nama: String,
    /// Her roles.
    pub roles: Vec<String>,
    /// The posyandu: its name, and its database once it has one.
    pub posyandu: Option<(String, Option<String>)>,
    /// The server's root.
    pub root: [u8; 32],
    /// An invented kabupaten, to practise with.
    pub practice: bool,
    /// It was used already.
    pub used: bool,
}

impl Offer {
    /// Reads the answer to `{"code", "look": true}`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let told = json::parse_object(text).ok()?;
        Some(Self {
            nama: text_of(&told, "nama")?,
            roles: texts_of(&told, "roles"),
            posyandu: posyandu_of(&told),
            root: bytes_from_hex(told.get("root")?.as_text()?)?,
            practice: told.get("practice").and_then(Value::as_bool).unwrap_or(false),
            used: told.get("used").and_then(Value::as_bool).unwrap_or(false),
        })
    }

    /// As the server sends it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        object([
            ("nama", self.nama.as_str().into()),
            ("roles", words(&self.roles)),
            ("posyandu", posyandu_value(self.posyandu.as_ref())),
            ("root", hex(&self.root).into()),
            ("practice", self.practice.into()),
            ("used", self.used.into()),
        ])
        .into()
    }
}

/// What a phone says to be connected. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Redeem {
    /// The link's.
    pub code: String,
    /// This installation, 32 hex.
    pub device: String,
    /// The person's public key here.
    pub key: [u8; 32],
    /// The account's secret, base64url of 16 bytes, made on the phone.
    pub secret: String,
    /// Who she is already, where she has worked on this phone before.
    pub person: Option<String>,
    /// What is to be taken over from a posyandu that worked alone.
    pub alone: Option<Alone>,
}

impl std::fmt::Debug for Redeem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Redeem(..)")
    }
}

/// A posyandu that worked alone, and the word of its root.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// Its database, `posyandu-<32 hex>`.
    pub scope: String,
    /// Its root's public key.
    pub root: [u8; 32],
    /// Running numbers of its devices: `{device: n}`.
    pub until: Map,
    /// The root's signature over [`Alone::claim`].
    pub proof: [u8; 64],
}

impl Alone {
    /// What its root signs, so that nobody else hands it over.
    #[must_use]
    pub fn claim(code: &str, device: &str, server: &[u8; 32], scope: &str, until: &Map) -> String {
        let until = Value::Object(until.clone()).canonical();
        format!("{PROOF_PREFIX}{code}\n{device}\n{}\n{scope}\n{until}", hex(server))
    }

    /// Whether its root signed that it may be taken over by this server.
    #[must_use]
    pub fn is_proven(&self, code: &str, device: &str, server: &[u8; 32]) -> bool {
        let claim = Self::claim(code, device, server, &self.scope, &self.until);
        let signature = ed25519_dalek::Signature::from_bytes(&self.proof);
        ed25519_dalek::VerifyingKey::from_bytes(&self.root)
            .is_ok_and(|key| key.verify_strict(claim.as_bytes(), &signature).is_ok())
    }
}

impl Redeem {
    /// The body of the request.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut told = object([
            ("code", self.code.as_str().into()),
            ("device", self.device.as_str().into()),
            ("key", hex(&self.key).into()),
            ("secret", self.secret.as_str().into()),
        ]);
        if let Some(person) = &self.person {
            told.insert("person".into(), person.as_str().into());
        }
        if let Some(alone) = &self.alone {
            told.extend(object([
                ("scope", alone.scope.as_str().into()),
                ("local_root", hex(&alone.root).into()),
                ("until", Value::Object(alone.until.clone())),
                ("proof", URL_SAFE.encode(&alone.proof).into()),
            ]));
        }
        Value::Object(told).canonical()
    }

    /// Reads the body; half a takeover is none.
    #[must_use]
    pub fn parse(told: &Map) -> Option<Self> {
        let is_id = |it: &String| bytes_from_hex::<16>(it).is_some();
        let alone = match told.get("local_root") {
            None => None,
            Some(root) => Some(Alone {
                scope: text_of(told, "scope").filter(|it| Class::of(it) == Some(Class::Posyandu))?,
                root: bytes_from_hex(root.as_text()?)?,
                until: told.get("until").and_then(Value::as_object)?.clone(),
                proof: URL_SAFE.decode(told.get("proof")?.as_text()?)?.try_into().ok()?,
            }),
        };
        Some(Self {
            code: text_of(told, "code")?,
            device: text_of(told, "device").filter(is_id)?,
            key: bytes_from_hex(told.get("key")?.as_text()?)?,
            secret: text_of(told, "secret").filter(|it| URL_SAFE.decode(it).is_some_and(|it| it.len() == 16))?,
            person: match text_of(told, "person") {
                Some(person) => Some(Some(person).filter(is_id)?),
                None => None,
            },
            alone,
        })
    }
}

/// What a connected phone knows of its place. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Connected {
    /// Name of the account.
    pub name: String,
    /// Whose it is, 32 hex.
    pub person: String,
    /// What people call her.
    pub nama: String,
    /// Her roles.
    pub roles: Vec<String>,
    /// The server's root.
    pub root: [u8; 32],
    /// The server itself.
    pub uuid: String,
    /// An invented kabupaten.
    pub practice: bool,
    /// The posyandu: its name and its database.
    pub posyandu: Option<(String, Option<String>)>,
    /// What she may with which database.
    pub grants: Vec<Grant>,
}

impl std::fmt::Debug for Connected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Connected(..)")
    }
}

impl Connected {
    /// Reads the answer to a [`Redeem`].
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let told = json::parse_object(text).ok()?;
        Some(Self {
            name: text_of(&told, "name")?,
            person: text_of(&told, "person").filter(|it| bytes_from_hex::<16>(it).is_some())?,
            nama: text_of(&told, "nama")?,
            roles: texts_of(&told, "roles"),
            root: bytes_from_hex(told.get("root")?.as_text()?)?,
            uuid: text_of(&told, "uuid")?,
            practice: told.get("practice").and_then(Value::as_bool).unwrap_or(false),
            posyandu: posyandu_of(&told),
            grants: grants_of(told.get("grants")),
        })
    }

    /// As the server sends it, and as a phone keeps it.
    #[must_use]
    pub fn to_value(&self) -> Value {
        object([
            ("ok", true.into()),
            ("name", self.name.as_str().into()),
            ("person", self.person.as_str().into()),
            ("nama", self.nama.as_str().into()),
            ("roles", words(&self.roles)),
            ("root", hex(&self.root).into()),
            ("uuid", self.uuid.as_str().into()),
            ("practice", self.practice.into()),
            ("posyandu", posyandu_value(self.posyandu.as_ref())),
            ("grants", grants_value(&self.grants)),
        ])
        .into()
    }
}

/// Grants as they are sent. Databases of a class that only a newer app knows are left out.
#[must_use]
pub fn grants_of(value: Option<&Value>) -> Vec<Grant> {
    let grant = |it: &Value| {
        let it = it.as_object()?;
        let db = text_of(it, "db")?;
        let may = |name: &str| it.get(name).and_then(Value::as_bool).unwrap_or(false);
        Some(Grant { class: Class::of(&db)?, db, read: may("read"), write: may("write") })
    };
    value.and_then(Value::as_list).unwrap_or_default().iter().filter_map(grant).collect()
}

/// Grants to be sent.
#[must_use]
pub fn grants_value(grants: &[Grant]) -> Value {
    let grant = |it: &Grant| {
        object([
            ("db", it.db.as_str().into()),
            ("class", it.class.word().into()),
            ("read", it.read.into()),
            ("write", it.write.into()),
        ])
        .into()
    };
    Value::List(grants.iter().map(grant).collect())
}

fn text_of(told: &Map, name: &str) -> Option<String> {
    told.get(name)?.as_text().map(str::to_owned)
}

fn texts_of(told: &Map, name: &str) -> Vec<String> {
    let list = told.get(name).and_then(Value::as_list).unwrap_or_default();
    list.iter().filter_map(Value::as_text).map(str::to_owned).collect()
}

fn words(words: &[String]) -> Value {
    Value::List(words.iter().map(|it| it.as_str().into()).collect())
}

fn posyandu_of(told: &Map) -> Option<(String, Option<String>)> {
    let it = told.get("posyandu")?.as_object()?;
    let scope = text_of(it, "scope").filter(|it| Class::of(it) == Some(Class::Posyandu));
    Some((text_of(it, "nama")?, scope))
}

fn posyandu_value(posyandu: Option<&(String, Option<String>)>) -> Value {
    let Some((nama, scope)) = posyandu else { return Value::Null };
    let scope = scope.as_deref().map_or(Value::Null, Value::from);
    object([("nama", nama.as_str().into()), ("scope", scope)]).into()
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signer, SigningKey};

    use super::*;

    const SCOPE: &str = "posyandu-00000000000000000000000000000001";

    #[test]
    fn a_link_is_read_however_it_was_handed_over() {
        let link = Link::new(&[7; 16], &[9; 32]);
        let url = link.to_url("https://posyandu.example/");
        assert_eq!(url.split_once('#').map(|it| it.0), Some("https://posyandu.example/aktifkan"));
        let behind = url.split_once('#').map(|it| it.1).unwrap_or_default();
        for text in [url.clone(), format!("  {url}\n"), behind.to_owned(), format!("#{behind}")] {
            assert_eq!(Link::parse(&text), Some(link.clone()), "{text}");
        }
        assert!(link.is_of(&[9; 32]) && !link.is_of(&[8; 32]));
        for text in ["", "https://posyandu.example/aktifkan", "#2.a.b", &url[..url.len() - 1], &format!("{url}.x")] {
            assert_eq!(Link::parse(text), None, "{text}");
        }
    }

    #[test]
    fn what_is_said_is_understood() {
        let server = [3; 32];
        let root = SigningKey::from_bytes(&[5; 32]);
        let until: Map = object([(&*"0b".repeat(16), 412.into())]);
        let (code, device) = (URL_SAFE.encode(&[7; 16]), "0a".repeat(16));
        let proof = root.sign(Alone::claim(&code, &device, &server, SCOPE, &until).as_bytes()).to_bytes();
        let alone = Alone { scope: SCOPE.into(), root: root.verifying_key().to_bytes(), until, proof };
        assert!(alone.is_proven(&code, &device, &server));
        assert!(!alone.is_proven(&code, &device, &[4; 32]), "for another server");
        assert!(!alone.is_proven("other", &device, &server));
        let secret = URL_SAFE.encode(&[1; 16]);
        let person = Some("0c".repeat(16));
        let redeem = Redeem { code, device, key: [2; 32], secret, person, alone: Some(alone) };
        for redeem in [Redeem { person: None, alone: None, ..redeem.clone() }, redeem.clone()] {
            assert_eq!(Redeem::parse(&json::parse_object(&redeem.to_text()).unwrap()), Some(redeem));
        }
        let mut half = json::parse_object(&redeem.to_text()).unwrap();
        half.remove("proof");
        assert_eq!(Redeem::parse(&half), None);
        assert!(!format!("{redeem:?}").contains("AQEB"));

        let grants = vec![Grant { db: SCOPE.into(), class: Class::Posyandu, read: true, write: true }];
        let connected = Connected {
            name: "0d".repeat(16),
            person: "0c".repeat(16),
            nama: "Dewi Rekaan".into(),
            roles: vec!["kader".into()],
            root: server,
            uuid: "0e".repeat(16),
            practice: false,
            posyandu: Some(("Contoh Melati".into(), Some(SCOPE.into()))),
            grants,
        };
        assert_eq!(Connected::parse(&connected.to_value().canonical()), Some(connected.clone()));
        let officer = Connected { posyandu: None, ..connected };
        assert_eq!(Connected::parse(&officer.to_value().canonical()), Some(officer));
        let offer = Offer {
            nama: "Dewi Rekaan".into(),
            roles: vec![],
            posyandu: Some(("Contoh Melati".into(), None)),
            root: server,
            practice: true,
            used: false,
        };
        assert_eq!(Offer::parse(&offer.to_value().canonical()), Some(offer));
    }
}
