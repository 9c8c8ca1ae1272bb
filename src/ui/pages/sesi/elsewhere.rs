//! Visits outside an open day: at home, or later from paper. First who, then how and when.

use super::day::{Finder, NotFound};
use super::{param, query};
use crate::domain::calendar::parse_date;
use crate::domain::form::Problem;
use crate::domain::sesi::{RUMAH, SUSULAN, SesiId};
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{self, sesi as kata, umum, waktu};
use crate::ui::app::or_trouble;
use crate::ui::components::{Choice, Choices, FormPage, Line, Page, PersonLine, TopBar, focus_first_error, line};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;
use crate::ui::router;

/// Who was it?
#[component]
pub fn WhoPage() -> impl IntoView {
    let desk = use_desk();
    let text = RwSignal::new(String::new());
    let answer = desk.watch(move || {
        let on = desk.me().map(|it| it.today).unwrap_or_default();
        let sesi = SesiId { on, place: SUSULAN.to_owned() }.to_string();
        Asked::Sesi(Query::Find { sesi, text: text.get() })
    });
    view! {
        <TopBar title=kata::WHO_WAS_IT back="/sesi" />
        <Page>
            <Finder text=text />
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        |it| match it {
                            Answer::Sesi(View::Found(found)) => {
                                found
                                    .into_iter()
                                    .map(|it| {
                                        let href = format!("/warga/{}/ukur", it.row.id);
                                        view! { <PersonLine row=it.row href=href /> }
                                    })
                                    .collect_view()
                            }
                            _ => Node::Nothing,
                        },
                    )
                })}
            <NotFound text=text />
        </Page>
    }
}

/// How and when?
#[component]
pub fn WhenPage() -> impl IntoView {
    let desk = use_desk();
    let orang = param("orang");
    let given = query("tanggal").get_untracked();
    let given = given.and_then(|it| crate::domain::iso::day(&it));
    let kind = RwSignal::new(String::new());
    let date = RwSignal::new(given.map(waktu::date_short).unwrap_or_default());
    let kind_error = RwSignal::new(None::<String>);
    let date_error = RwSignal::new(None::<String>);
    let answer = desk.watch(move || Asked::Sesi(Query::Kms { sasaran: orang.get() }));
    let submit = move |()| {
        let Some(today) = desk.me().map(|it| it.today) else { return };
        let is_chosen = kind.with_untracked(|it| !it.is_empty());
        kind_error.set((!is_chosen).then(|| i18n::problem(&Problem::Missing)));
        let on = date.with_untracked(|it| parse_date(it, today));
        date_error.set(on.as_ref().err().map(|it| i18n::problem(&Problem::Date(*it))));
        let (true, Ok(on)) = (is_chosen, on) else {
            focus_first_error();
            return;
        };
        let sesi = SesiId { on, place: kind.get_untracked() };
        router::go(&format!("/sesi/{sesi}/ukur/{}", orang.get_untracked()));
    };
    let kinds = vec![Choice::new(RUMAH, kata::AT_HOME), Choice::new(SUSULAN, kata::FROM_PAPER)];
    view! {
        <TopBar title=kata::ELSEWHERE_TITLE back="/sesi" />
        <FormPage on_submit=submit say=umum::NEXT icon="lanjut">
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        |it| match it {
                            Answer::Sesi(View::Kms(it)) => {
                                let href = format!("/warga/{}", it.row.id);
                                view! { <PersonLine row=it.row href=href /> }
                            }
                            _ => Node::Nothing,
                        },
                    )
                })}
            <Choices
                id="asal"
                label=kata::ELSEWHERE_KIND
                value=kind
                choices=kinds
                error=kind_error
            />
            {line(
                &Line { id: "tanggal", label: kata::MEASURED_ON, hint: kata::PLAN_ON_HINT, ..Line::ASKED },
                date,
                date_error,
            )}
        </FormPage>
    }
}
