//! "Siapa belum kirim": what phones say of themselves, and who may read it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use super::reply::{ApiError, Reply};
use super::{Api, Asked, object, quoted};
use crate::domain::iso;
use crate::domain::json::{Map, Value};
use crate::domain::kirim::Trouble;
use crate::domain::rights::Role;
use crate::server::limits;
use crate::server::office::now_ms;
use crate::server::store::people::{self, Account, Kabar, User};

impl Api {
    pub(super) async fn set_kabar(self: &Arc<Self>, asked: &mut Asked) -> Result<Reply, ApiError> {
        let account = asked.caller.account.clone().ok_or_else(ApiError::unauthorized)?;
        if account.is_struck {
            return Err(ApiError::forbidden());
        }
        let text = asked.text(limits::MOST_STRANGERS_BODY).await?;
        let kabar = kabar(&object(&text)?).ok_or_else(|| ApiError::bad_request("malformed"))?;
        self.blocking(move |api| {
            api.office.store.write(|connection| people::set_kabar(connection, &account.name, &kabar))?;
            Ok(Reply::json(201, r#"{"ok":true}"#))
        })
        .await
    }

    pub(super) async fn all_kabar(self: &Arc<Self>, asked: &mut Asked) -> Result<Reply, ApiError> {
        let account = asked.caller.account.clone().ok_or_else(ApiError::unauthorized)?;
        if account.is_struck {
            return Err(ApiError::forbidden());
        }
        self.blocking(move |api| {
            let rows = api.office.store.read(|connection| {
                let mut rows = BTreeMap::new();
                for it in people::accounts(connection)? {
                    if !it.is_struck && may_see(&account, &it.user) {
                        rows.insert(it.name.clone(), (it.user, people::kabar(connection, &it.name)?));
                    }
                }
                // Who was given a code and has no phone yet has sent nothing either.
                let with_phone: Vec<i64> = rows.values().map(|(user, _)| user.id).collect();
                for user in people::users(connection)? {
                    if user.person.is_none() && !with_phone.contains(&user.id) && may_see(&account, &user) {
                        rows.insert(format!("user {}", user.id), (user, None));
                    }
                }
                Ok::<_, ApiError>(rows)
            })?;
            let rows: Vec<String> = rows.values().map(|(user, kabar)| row(user, kabar.as_ref())).collect();
            Ok(Reply::json(200, format!(r#"{{"rows":[{}]}}"#, rows.join(","))))
        })
        .await
    }
}

fn kabar(members: &Map) -> Option<Kabar> {
    let count = |name: &str| members.get(name)?.as_int().filter(|it| *it >= 0);
    let oldest = match members.get("oldest") {
        None | Some(Value::Null) => None,
        Some(it) => Some(it.as_text().filter(|it| iso::day(it).is_some())?.to_owned()),
    };
    let version: String = members.get("version")?.as_text()?.chars().take(40).collect();
    Some(Kabar {
        seen_ms: now_ms(),
        unsent: count("unsent")?,
        oldest,
        offset_s: members.get("offset_s")?.as_int()?,
        refused: count("refused")?,
        version,
        // Younger than the rest: left out where it is missing, or says what only another app knows.
        kept: count("kept"),
        trouble: members.get("trouble").and_then(|it| Trouble::of(it.as_text()?)).map(|it| it.word().to_owned()),
    })
}

/// Kader see those of their own posyandu, officers those of their desa, the kabupaten's people everybody there.
fn may_see(account: &Account, other: &User) -> bool {
    let is_health = other.roles.iter().any(|it| matches!(Role::of(it), Some(Role::Kader | Role::Bidan)));
    let Some(posyandu) = other.posyandu.as_ref().filter(|_| is_health) else { return false };
    let user = &account.user;
    user.duties().into_iter().any(|duty| {
        let is_in = |area: &str| duty.areas.iter().any(|it| it == area);
        match duty.role {
            Role::Kader => user.posyandu.as_ref().is_some_and(|it| it.id == posyandu.id),
            Role::Pengurus | Role::Pemdes => is_in(&posyandu.desa),
            Role::Pengendali | Role::Pengelola => posyandu.desa.get(..4).is_some_and(is_in),
            Role::Bidan | Role::Opd | Role::Pembina => false,
        }
    })
}

fn row(user: &User, kabar: Option<&Kabar>) -> String {
    let text = |it: Option<&str>| it.map_or_else(|| "null".to_owned(), quoted);
    let number = |it: Option<i64>| it.map_or_else(|| "null".to_owned(), |it| it.to_string());
    let mut out = String::from("{");
    let posyandu = user.posyandu.as_ref().map(|it| it.nama.as_str());
    let _ = write!(out, r#""nama":{},"posyandu":{},"#, quoted(&user.nama), text(posyandu));
    let seen = kabar.map(|it| it.seen_ms.to_string());
    let _ = write!(out, r#""seen":{},"unsent":{},"#, text(seen.as_deref()), number(kabar.map(|it| it.unsent)));
    let oldest = kabar.and_then(|it| it.oldest.as_deref());
    let _ = write!(out, r#""oldest":{},"offset_s":{},"#, text(oldest), number(kabar.map(|it| it.offset_s)));
    let version = kabar.map(|it| it.version.as_str());
    let _ = write!(out, r#""refused":{},"version":{},"#, number(kabar.map(|it| it.refused)), text(version));
    let trouble = kabar.and_then(|it| it.trouble.as_deref());
    let _ = write!(out, r#""kept":{},"trouble":{}}}"#, number(kabar.and_then(|it| it.kept)), text(trouble));
    out
}
