//! A phone becomes one of ours: a code is looked at, redeemed, and what a posyandu wrote alone is adopted.

use std::sync::Arc;

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use super::reply::{ApiError, Reply};
use super::session::is_same;
use super::{Api, Asked, object};
use crate::domain::activation::{self, Activated, Adoption, Posyandu, Redeem, Request, Seen};
use crate::domain::json::{Value, object as members};
use crate::domain::ledger::id::hex;
use crate::domain::ledger::roster;
use crate::domain::ledger::{DeviceId, Event};
use crate::domain::rights::Role;
use crate::server::limits;
use crate::server::office::{Office, now_ms};
use crate::server::readers;
use crate::server::root::{self, Pen};
use crate::server::store::docs;
use crate::server::store::people::{self, Account, User};

fn unknown() -> ApiError {
    ApiError::new(404, "not_found", "unknown_code")
}

fn refused(reason: &'static str) -> ApiError {
    ApiError::new(403, "forbidden", reason)
}

impl Api {
    pub(super) async fn activation(self: &Arc<Self>, asked: &mut Asked) -> Result<Reply, ApiError> {
        let text = asked.text(limits::MOST_STRANGERS_BODY).await?;
        let request = Request::from_members(&object(&text)?).map_err(ApiError::bad_request)?;
        let network = limits::network(asked.address);
        self.blocking(move |api| {
            let answer = match &request {
                Request::Look { code } => api.look(code),
                Request::Redeem(redeem) => api.redeem(redeem),
            };
            // A right code never waits behind wrong ones of the same network.
            if answer.as_ref().is_err_and(|it| it.status() == 404) {
                if let Some(wait) = api.codes.wait(&network) {
                    return Err(ApiError::too_many(wait));
                }
                api.codes.failed(&network);
            }
            answer
        })
        .await
    }

    fn look(&self, code: &str) -> Result<Reply, ApiError> {
        let seen = self.office.store.read(|connection| {
            let found = people::activation(connection, &hash(code))?.ok_or_else(unknown)?;
            if found.account.is_none() && found.until_ms < now_ms() {
                return Err(refused("expired"));
            }
            let user = people::user(connection, found.user)?.ok_or_else(unknown)?;
            Ok(Seen {
                nama: user.nama.clone(),
                roles: user.roles.clone(),
                posyandu: posyandu(&user),
                root: self.office.root(),
                practice: self.office.identity.practice,
                used: found.account.is_some(),
            })
        })?;
        Ok(Reply::json(200, seen.to_text()))
    }

    fn redeem(&self, redeem: &Redeem) -> Result<Reply, ApiError> {
        let now_ms = now_ms();
        let office = &self.office;
        let account = office.store.write(|connection| {
            let code = hash(&redeem.code);
            let found = people::activation(connection, &code)?.ok_or_else(unknown)?;
            if let Some(name) = &found.account {
                // Its answer may have been lost on the way.
                let known = people::account(connection, name)?;
                let is_hers = |it: &Account| {
                    it.device == redeem.device.to_string()
                        && it.key == hex(&redeem.key)
                        && is_same(&it.secret, &hash(&redeem.secret))
                };
                let used = || ApiError::new(409, "conflict", "used");
                return known.filter(|it| is_hers(it) && !it.is_struck).ok_or_else(used);
            }
            if found.until_ms < now_ms {
                return Err(refused("expired"));
            }
            let user = people::user(connection, found.user)?.ok_or_else(unknown)?;
            if !redeem.is_proven(&office.root()) {
                return Err(refused("possession"));
            }
            if let Some(adoption) = &redeem.adoption
                && !adoption.is_proven(&redeem.code, redeem.device, &office.root())
            {
                return Err(refused("proof"));
            }
            enroll(office, connection, redeem, user, now_ms)
        })?;
        self.tell(&account.user);
        let user = &account.user;
        let activated = Activated {
            name: account.name.clone(),
            person: crate::domain::ledger::PersonId::parse(&account.person).map_err(|_| ApiError::internal())?,
            nama: user.nama.clone(),
            roles: user.roles.clone(),
            root: office.root(),
            uuid: office.identity.uuid.clone(),
            practice: office.identity.practice,
            posyandu: posyandu(user),
            grants: account.grants(),
        };
        office.note(&account.name, "", "activate", 0);
        Ok(Reply::json(200, activated.to_text()))
    }

    /// More words of a root that an activation brought count: her colleagues were added without a signal.
    pub(super) async fn adopt(self: &Arc<Self>, asked: &mut Asked) -> Result<Reply, ApiError> {
        let account = asked.caller.account.clone().ok_or_else(ApiError::unauthorized)?;
        let text = asked.text(limits::MOST_STRANGERS_BODY).await?;
        let adoption = Adoption::from_members(&object(&text)?).map_err(ApiError::bad_request)?;
        let adoption = adoption.ok_or_else(|| ApiError::bad_request("local_root"))?;
        self.blocking(move |api| {
            let office = &api.office;
            let device = DeviceId::parse(&account.device).map_err(|_| ApiError::internal())?;
            let works_there = account.user.duties().iter().any(|it| it.role == Role::Kader);
            let into = account.user.posyandu.as_ref().and_then(|it| it.scope.clone());
            let into = into.filter(|_| !account.is_struck && works_there);
            let into = into.ok_or_else(ApiError::forbidden)?;
            if !adoption.is_proven("", device, &office.root()) {
                return Err(refused("proof"));
            }
            office.store.write(|connection| {
                if !was_brought(connection, &account.user, &adoption, &into)? {
                    return Err(refused("scope"));
                }
                adopt(office, &office.pen(now_ms()), connection, &account.user, &adoption, &into)
            })?;
            api.tell(&account.user);
            Ok(Reply::json(201, r#"{"ok":true}"#))
        })
        .await
    }

    /// Wakes whoever waits where the root wrote.
    fn tell(&self, user: &User) {
        for kabupaten in user.kabupaten() {
            self.office.wake(&format!("tabel-{kabupaten}"));
        }
        if let Some(scope) = user.posyandu.as_ref().and_then(|it| it.scope.as_deref()) {
            self.office.wake(scope);
        }
    }
}

fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

fn posyandu(user: &User) -> Option<Posyandu> {
    user.posyandu.as_ref().map(|it| Posyandu { nama: it.nama.clone(), scope: it.scope.clone() })
}

/// Makes the account, the posyandu's database if it is the first phone there, and says so in the roster.
fn enroll(
    office: &Office,
    connection: &Connection,
    redeem: &Redeem,
    mut user: User,
    now_ms: i64,
) -> Result<Account, ApiError> {
    let pen = office.pen(now_ms);
    if user.posyandu.as_ref().is_some_and(|it| it.scope.is_none()) {
        settle(&pen, connection, redeem, &user)?;
        user = people::user(connection, user.id)?.ok_or_else(unknown)?;
    }
    Office::make_databases(connection, &user)?;
    let own = redeem.person.map(|it| it.to_string());
    if let Some(own) = &own
        && people::accounts(connection)?.iter().any(|it| it.person == *own && it.user.id != user.id)
    {
        // Or one person could sign as another.
        return Err(refused("person"));
    }
    if let Some(own) = &own
        && is_anothers(connection, &user, own, &hex(&redeem.key))?
    {
        return Err(refused("person"));
    }
    let person = user.person.clone().filter(|_| own.is_none()).or(own).unwrap_or_else(root::random_id);
    if user.person.is_none() {
        people::set_person(connection, user.id, &person)?;
        user.person = Some(person.clone());
    }
    let account = Account {
        name: root::random_id(),
        person,
        device: redeem.device.to_string(),
        key: hex(&redeem.key),
        secret: hash(&redeem.secret),
        is_struck: false,
        user,
    };
    people::add_account(connection, &account, now_ms)?;
    people::use_activation(connection, &hash(&redeem.code), &account.name)?;
    for tabel in rosters(&account.user)? {
        readers::announce(&pen, connection, &tabel)?;
        for draft in pen.key_added(&account) {
            pen.write(connection, &tabel, draft)?;
        }
    }
    if let (Some(adoption), Some(into)) =
        (&redeem.adoption, account.user.posyandu.as_ref().and_then(|it| it.scope.clone()))
    {
        is_free(connection, &adoption.scope, &account.user)?;
        adopt(office, &pen, connection, &account.user, adoption, &into)?;
    }
    Ok(account)
}

/// Whether roots named this person, and never with this key: a colleague who has no account here yet.
fn is_anothers(connection: &Connection, user: &User, person: &str, key: &str) -> Result<bool, ApiError> {
    let subject = format!("roster:{person}:");
    let scope = user.posyandu.as_ref().and_then(|it| it.scope.clone());
    let mut is_named = false;
    for db in rosters(user)?.into_iter().chain(scope) {
        for word in words(connection, &db)? {
            if word.kind() == roster::KEY_ADDED && word.subject().starts_with(&subject) {
                if word.data().get("key").and_then(Value::as_text) == Some(key) {
                    return Ok(false);
                }
                is_named = true;
            }
        }
    }
    Ok(is_named)
}

/// The first phone of a posyandu gives it its database: the one that it worked in alone, or a new one.
fn settle(pen: &Pen<'_>, connection: &Connection, redeem: &Redeem, user: &User) -> Result<(), ApiError> {
    let Some(posyandu) = &user.posyandu else { return Ok(()) };
    let own = redeem.adoption.as_ref().map(|it| it.scope.clone()).or_else(|| redeem.scope.clone());
    let scope = match &own {
        Some(scope) => {
            is_free(connection, scope, user)?;
            scope.clone()
        }
        None => format!("posyandu-{}", root::random_id()),
    };
    people::set_scope(connection, posyandu.id, &scope)?;
    docs::database_or_new(connection, &scope)?;
    if own.is_none() {
        pen.write(connection, &scope, pen.founded(posyandu, &scope))?;
    }
    Ok(())
}

/// Whether a scope that a phone brings is no other posyandu's.
fn is_free(connection: &Connection, scope: &str, user: &User) -> Result<(), ApiError> {
    let taken_by = people::posyandu_of_scope(connection, scope)?.map(|it| it.id);
    let own = user.posyandu.as_ref().map(|it| it.id);
    let is_new = || Ok::<_, ApiError>(docs::database(connection, scope)?.is_none());
    let is_free = match taken_by {
        Some(id) => Some(id) == own,
        None => is_new()?,
    };
    if is_free { Ok(()) } else { Err(refused("scope")) }
}

/// Whether an activation brought this root and scope into this posyandu before.
fn was_brought(connection: &Connection, user: &User, adoption: &Adoption, into: &str) -> Result<bool, ApiError> {
    let local = hex(&adoption.local_root);
    let is_it = |event: &Event| {
        let data = event.data();
        let is = |name: &str, value: &str| data.get(name).and_then(Value::as_text) == Some(value);
        event.kind() == roster::ADOPTED && is("root", &local) && is("scope", &adoption.scope) && is("into", into)
    };
    let tabel = own_roster(user)?;
    Ok(words(connection, &tabel)?.iter().any(is_it))
}

/// What roots said in a database.
fn words(connection: &Connection, db: &str) -> Result<Vec<Event>, ApiError> {
    let database = docs::database(connection, db)?;
    let texts = database.map_or(Ok(Vec::new()), |it| docs::roots(connection, it.id))?;
    Ok(texts.iter().filter_map(|it| Event::parse(it).ok()).collect())
}

/// Whether a scope may have this root: the first that it brought, and none where this server founded it.
fn is_its_root(
    connection: &Connection,
    adoption: &Adoption,
    tabel: &str,
    (into, pen): (&str, &Pen<'_>),
) -> Result<(), ApiError> {
    let local = hex(&adoption.local_root);
    let is_other = |event: &Event| {
        let data = event.data();
        let is = |name: &str, value: &str| data.get(name).and_then(Value::as_text) == Some(value);
        event.kind() == roster::ADOPTED && is("scope", &adoption.scope) && !is("root", &local)
    };
    let is_ours = |event: &Event| event.kind() == roster::FOUNDED && event.by() == pen.person;
    let is_founded_here = adoption.scope == into && words(connection, into)?.iter().any(is_ours);
    let is_server = adoption.local_root == pen.key.verifying_key().to_bytes();
    if is_server || is_founded_here || words(connection, tabel)?.iter().any(is_other) {
        return Err(refused("root"));
    }
    Ok(())
}

/// The root says which words of another root count, in the roster and in the posyandu.
fn adopt(
    office: &Office,
    pen: &Pen<'_>,
    connection: &Connection,
    user: &User,
    adoption: &Adoption,
    into: &str,
) -> Result<(), ApiError> {
    let local = hex(&adoption.local_root);
    let tabel = own_roster(user)?;
    is_its_root(connection, adoption, &tabel, (into, pen))?;
    // Our own words stay ours: named here they would count for less.
    let mut events = adoption.events.clone();
    for name in docs::names(connection)?.iter().filter(|it| *it == into || it.starts_with("tabel-")) {
        for word in words(connection, name)?.iter().filter(|it| it.by() == office.identity.person) {
            events.remove(&word.id());
        }
    }
    let data = members([
        ("root", local.as_str().into()),
        ("until", activation::until_value(&adoption.until).into()),
        ("events", activation::names(&events)),
        ("scope", adoption.scope.as_str().into()),
        ("into", into.into()),
        ("desa", user.posyandu.as_ref().map(|it| Value::from(it.desa.as_str())).into()),
    ]);
    let event = pen.write(connection, &tabel, pen.draft(roster::ADOPTED, format!("roster:{local}"), data))?;
    root::keep(connection, into, &event)?;
    Ok(())
}

/// The rosters that name a person: one for each kabupaten in which she does something.
fn rosters(user: &User) -> Result<Vec<String>, ApiError> {
    let all: Vec<String> = user.kabupaten().iter().map(|it| format!("tabel-{it}")).collect();
    if all.is_empty() { Err(ApiError::internal()) } else { Ok(all) }
}

/// The roster of the kabupaten of her posyandu.
fn own_roster(user: &User) -> Result<String, ApiError> {
    let kabupaten = user.posyandu.as_ref().and_then(|it| it.desa.get(..4));
    kabupaten.map(|it| format!("tabel-{it}")).ok_or_else(ApiError::internal)
}
