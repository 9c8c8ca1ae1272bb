//! Who asks: cookies, Basic, and signing in and out.
//!
//! A session is its cookie: name and end, signed with the server's session key and the hash of the account's secret.
//! So nothing is written when somebody signs in, and a restore ends every session. Names that do not exist cost the
//! same as those that do.

use std::net::IpAddr;
use std::sync::Arc;

use axum::http::Method;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, COOKIE, HeaderMap};
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use super::reply::{ApiError, Reply};
use super::{Api, Asked, decoded, quoted};
use crate::domain::activation::grants_value;
use crate::domain::base64::{STANDARD, URL_SAFE};
use crate::server::limits;
use crate::server::office::now_ms;
use crate::server::store::people::{self, Account};

const NAME: &str = "AuthSession";

/// Whoever asks; nobody by default.
#[derive(Debug, Default)]
pub(super) struct Caller {
    pub(super) account: Option<Account>,
    /// How she was recognized.
    handler: &'static str,
    /// A cookie that lasts longer, because this one is no longer new.
    pub(super) renewed: Option<String>,
}

impl Caller {
    /// The name of the account; empty for nobody.
    pub(super) fn name(&self) -> &str {
        self.account.as_ref().map_or("", |it| it.name.as_str())
    }
}

/// What a request says of who asks.
#[derive(Debug, Default)]
pub(super) struct Claim {
    cookie: Option<String>,
    basic: Option<(String, String)>,
}

impl Claim {
    pub(super) fn of(headers: &HeaderMap) -> Self {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|it| it.to_str().ok()).flat_map(|it| it.split(';'));
        let mut cookies = cookies.filter_map(|it| it.trim().split_once('='));
        let cookie =
            cookies.find(|(name, value)| *name == NAME && !value.is_empty()).map(|(_, value)| value.to_owned());
        let basic = headers.get(AUTHORIZATION).and_then(|it| it.to_str().ok()?.strip_prefix("Basic "));
        let basic = basic.and_then(|it| String::from_utf8(STANDARD.decode(it.trim())?).ok());
        let basic = basic.and_then(|it| it.split_once(':').map(|(name, secret)| (name.to_owned(), secret.to_owned())));
        Self { cookie, basic }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.cookie.is_none() && self.basic.is_none()
    }
}

impl Api {
    /// The account of a claim. A cookie that is over is nobody; a wrong secret is refused.
    pub(super) fn recognize(&self, claim: &Claim, address: IpAddr) -> Result<Caller, ApiError> {
        if let Some((name, secret)) = &claim.basic {
            let account = self.sign_in(name, secret, address)?;
            return Ok(Caller { account: Some(account), handler: "default", renewed: None });
        }
        let Some(cookie) = &claim.cookie else { return Ok(Caller::default()) };
        let now = now_ms();
        let known = URL_SAFE.decode(cookie).and_then(|it| String::from_utf8(it).ok());
        let known = known.as_deref().and_then(|it| {
            let mut parts = it.splitn(3, ':');
            let (name, end, mac) = (parts.next()?, parts.next()?, parts.next()?);
            Some((name, i64::from_str_radix(end, 16).ok()?, URL_SAFE.decode(mac)?))
        });
        let Some((name, end, mac)) = known.filter(|(_, end, _)| *end > now) else { return Ok(Caller::default()) };
        let account = self.office.store.read(|connection| people::account(connection, name))?;
        let account = account.filter(|it| self.mac(it, end).verify_slice(&mac).is_ok());
        let Some(account) = account else { return Ok(Caller::default()) };
        let is_old = end - now < self.settings.session_seconds * 900;
        let renewed = is_old.then(|| self.cookie(&account));
        Ok(Caller { account: Some(account), handler: "cookie", renewed })
    }

    /// The account of a name and a secret. The right secret never waits behind others' wrong ones: looking costs one
    /// hash, and nobody guesses 128 random bits.
    fn sign_in(&self, name: &str, secret: &str, address: IpAddr) -> Result<Account, ApiError> {
        let network = limits::network(address);
        let account = self.office.store.read(|connection| people::account(connection, name))?;
        let hash: [u8; 32] = Sha256::digest(secret.as_bytes()).into();
        let known = account.as_ref().map_or([0; 32], |it| it.secret);
        if is_same(&hash, &known)
            && let Some(account) = account
        {
            return Ok(account);
        }
        // Counted by what was asked for: a name that is nobody's is answered like one that is somebody's.
        if let Some(wait) = self.sign_in_names.wait(name).or_else(|| self.sign_in_addresses.wait(&network)) {
            return Err(ApiError::too_many(wait));
        }
        self.sign_in_names.failed(name);
        self.sign_in_addresses.failed(&network);
        self.office.note("", "", "wrong-secret", 0);
        Err(ApiError::new(401, "unauthorized", "Name or password is incorrect."))
    }

    fn mac(&self, account: &Account, end: i64) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as hmac::digest::KeyInit>::new(&self.office.session_key.into());
        mac.update(format!("{}:{end:x}:", account.name).as_bytes());
        mac.update(&account.secret);
        mac
    }

    fn cookie(&self, account: &Account) -> String {
        let seconds = self.settings.session_seconds;
        let end = now_ms() + seconds * 1000;
        let mac = URL_SAFE.encode(&self.mac(account, end).finalize().into_bytes());
        let value = URL_SAFE.encode(format!("{}:{end:x}:{mac}", account.name).as_bytes());
        self.set_cookie(&value, seconds)
    }

    fn set_cookie(&self, value: &str, seconds: i64) -> String {
        let secure = if self.settings.is_https { "; Secure" } else { "" };
        format!("{NAME}={value}; Version=1; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}")
    }

    /// `/_session`: who am I, sign in, sign out.
    pub(super) async fn session(self: &Arc<Self>, asked: &mut Asked) -> Result<Reply, ApiError> {
        match asked.parts.method {
            Method::GET | Method::HEAD => Ok(Reply::json(200, who(&asked.caller))),
            Method::DELETE => Ok(Reply::json(200, r#"{"ok":true}"#).with_cookie(self.set_cookie("", 0))),
            Method::POST => {
                let is_form = asked
                    .parts
                    .headers
                    .get(CONTENT_TYPE)
                    .is_some_and(|it| it.as_bytes().starts_with(b"application/x-www-form-urlencoded"));
                let text = asked.text(limits::MOST_STRANGERS_BODY).await?;
                let (name, secret) =
                    if is_form && !text.trim_start().starts_with('{') { from_form(&text) } else { from_json(&text)? };
                let address = asked.address;
                self.blocking(move |api| {
                    let account = api.sign_in(&name, &secret, address)?;
                    api.office.note(&account.name, "", "sign-in", 0);
                    let (name, roles) = (quoted(&account.name), roles(&account));
                    let body = format!(r#"{{"ok":true,"name":{name},"roles":{roles}}}"#);
                    Ok(Reply::json(200, body).with_cookie(api.cookie(&account)))
                })
                .await
            }
            _ => Err(ApiError::method("GET,HEAD,POST,DELETE")),
        }
    }
}

fn from_json(text: &str) -> Result<(String, String), ApiError> {
    #[derive(serde::Deserialize)]
    struct SignIn {
        #[serde(alias = "username", default)]
        name: String,
        #[serde(default)]
        password: String,
    }
    let SignIn { name, password } = serde_json::from_str(text).map_err(|_| ApiError::bad_json())?;
    Ok((name, password))
}

fn from_form(text: &str) -> (String, String) {
    let value = |wanted: &str| {
        let mut pairs = text.split('&').filter_map(|it| it.split_once('='));
        pairs
            .find(|(name, _)| *name == wanted)
            .and_then(|(_, value)| decoded(&value.replace('+', " ")))
            .unwrap_or_default()
    };
    (value("name"), value("password"))
}

fn who(caller: &Caller) -> String {
    let (name, roles, grants, is_struck) = match &caller.account {
        Some(account) => {
            (quoted(&account.name), roles(account), grants_value(&account.grants()).canonical(), account.is_struck)
        }
        None => ("null".into(), "[]".into(), "[]".into(), false),
    };
    let authenticated =
        if caller.account.is_some() { format!(r#","authenticated":"{}""#, caller.handler) } else { String::new() };
    format!(
        concat!(
            r#"{{"ok":true,"userCtx":{{"name":{name},"roles":{roles}}},"#,
            r#""info":{{"authentication_handlers":["cookie","default"]{authenticated}}},"#,
            r#""posyandu6":{{"grants":{grants},"struck":{struck}}}}}"#
        ),
        name = name,
        roles = roles,
        authenticated = authenticated,
        grants = grants,
        struck = is_struck
    )
}

fn roles(account: &Account) -> String {
    let roles: Vec<String> = account.user.roles.iter().map(|it| quoted(it)).collect();
    format!("[{}]", roles.join(","))
}

/// Compares without telling by its time where the first difference is.
pub(super) fn is_same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    let different = a.iter().zip(b).fold(0, |all, (a, b)| all | (a ^ b));
    std::hint::black_box(different) == 0
}
