//! `_local` documents: checkpoints of replications. An account sees its own alone.

use std::sync::Arc;

use serde_json::{Map, Value};

use super::reply::{ApiError, Reply};
use super::{Api, Asked, find};
use crate::server::office::now_ms;
use crate::server::store::docs;

/// The longest checkpoint: 50 sessions are less.
const MOST_BYTES: usize = 64 * 1024;

impl Api {
    pub(super) async fn get_local(self: &Arc<Self>, asked: &mut Asked, db: &str, id: &str) -> Result<Reply, ApiError> {
        let (name, id, account) = (db.to_owned(), id.to_owned(), asked.caller.name().to_owned());
        self.blocking(move |api| {
            let found = api.office.store.read(|connection| {
                let database = find(connection, &name)?;
                Ok::<_, ApiError>(docs::local(connection, database.id, &account, &id)?)
            })?;
            let (rev, body) = found.ok_or_else(|| ApiError::not_found("missing"))?;
            let mut members: Map<String, Value> = serde_json::from_str(&body).unwrap_or_default();
            members.insert("_id".into(), format!("_local/{id}").into());
            members.insert("_rev".into(), format!("0-{rev}").into());
            Ok(Reply::json(200, Value::from(members).to_string()))
        })
        .await
    }

    pub(super) async fn put_local(self: &Arc<Self>, asked: &mut Asked, db: &str, id: &str) -> Result<Reply, ApiError> {
        let text = asked.text(MOST_BYTES).await?;
        let Ok(Value::Object(mut members)) = serde_json::from_str(&text) else { return Err(ApiError::bad_json()) };
        members.remove("_id");
        members.remove("_revisions");
        let claimed = members.remove("_rev").and_then(|it| it.as_str()?.strip_prefix("0-")?.parse::<i64>().ok());
        let body = Value::from(members).to_string();
        if id.is_empty() || id.len() > 400 {
            return Err(ApiError::bad_request("invalid id"));
        }
        let (name, id, account) = (db.to_owned(), id.to_owned(), asked.caller.name().to_owned());
        self.blocking(move |api| {
            let rev = api.office.store.write(|connection| {
                let database = find(connection, &name)?;
                let known = docs::local(connection, database.id, &account, &id)?.map(|(rev, _)| rev);
                if known != claimed {
                    return Err(ApiError::conflict());
                }
                let rev = known.unwrap_or(0) + 1;
                docs::set_local(connection, (database.id, &account, &id), (rev, &body), now_ms())?;
                Ok(rev)
            })?;
            let id = super::quoted(&format!("_local/{id}"));
            Ok(Reply::json(201, format!(r#"{{"ok":true,"id":{id},"rev":"0-{rev}"}}"#)))
        })
        .await
    }
}
