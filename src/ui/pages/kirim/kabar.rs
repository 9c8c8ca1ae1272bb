//! Who has not sent for long, as the server last heard of each phone.

use crate::i18n::{kirim as kata, waktu};
use crate::messages::{Failure, KabarRow, Reply, Request};
use crate::ui::app::built_at;
use crate::ui::components::{Empty, Page, TopBar};
use crate::ui::context::{Watched, use_desk};
use crate::ui::prelude::*;

/// The list, longest silence first.
#[component]
pub fn KabarPage() -> impl IntoView {
    let desk = use_desk();
    let rows = Watched::of(move || async move {
        match desk.ask(Request::Kabar).await {
            Ok(Reply::Kabar(rows)) => Ok(rows),
            Ok(_) => Err(Failure::Worker),
            Err(failure) => Err(failure),
        }
    });
    view! {
        <TopBar title=kata::KABAR back="/kirim" />
        <Page>
            {rows.show(move |rows| {
                    match rows {
                        Ok(mut rows) => {
                            crate::domain::order::sort_by_key(&mut rows, |it| it.seen_ms.unwrap_or(0));
                            if rows.is_empty() {
                                return view! { <Empty say=kata::KABAR_NONE /> };
                            }
                            let now = desk.minute.get_untracked();
                            let rows = rows.into_iter().map(|it| row(it, now)).collect_view();
                            view! { <div class="rows">{rows}</div> }
                        }
                        Err(failure) => failure.into_view(),
                    }
                })}
        </Page>
    }
}

fn row(it: KabarRow, now_ms: f64) -> Node {
    let seen = it.seen_ms.map_or_else(
        || kata::NEVER.to_owned(),
        |at| kata::heard(&kata::ago((now_ms as u64).saturating_sub(at) / 60_000)),
    );
    let name = if it.posyandu.is_empty() { it.nama } else { format!("{} · {}", it.nama, it.posyandu) };
    let is_off = it.offset_s.abs() > 300;
    let day = |ms: u64| chrono::DateTime::from_timestamp_millis(i64::try_from(ms).ok()?).map(|it| it.date_naive());
    let built = it.built_at_ms.filter(|it| *it < built_at().saturating_mul(1000)).and_then(day);
    view! {
        <div class="row">
            <span class="row__body">
                <span class="row__name">{name}</span>
                <span class="row__line">{seen}</span>
                {(it.unsent > 0).then(|| view! { <span class="row__line">{kata::waiting(it.unsent)}</span> })}
                {it.oldest.map(|it| view! { <span class="row__line">{kata::waits_since(&waktu::date_long(it))}</span> })}
                {(it.refused > 0).then(|| view! { <span class="row__line">{kata::refused(it.refused)}</span> })}
                {(it.kept > 0).then(|| view! { <span class="row__line">{kata::kept_there(it.kept)}</span> })}
                {it.trouble.and_then(kata::their_trouble).map(|it| view! { <span class="row__line">{it}</span> })}
                {built.map(|it| view! { <span class="row__line">{kata::older_app(&waktu::date_long(it))}</span> })}
                {is_off.then(|| view! { <span class="row__line">{kata::clock(it.offset_s)}</span> })}
            </span>
        </div>
    }
}
