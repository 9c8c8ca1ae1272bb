//! This month in numbers, each opening its names.

use super::aduan::line;
use crate::domain::view;
use crate::domain::view::laporan::{Measure, Month, Names, Query, View, month_word};
use crate::i18n::{laporan as kata, umum};
use crate::ui::app::or_trouble;
use crate::ui::components::{Empty, Icon, Page, PersonLine, Tab, Tabs, TopBar};
use crate::ui::context::use_desk;
use crate::ui::pages::kirim::SentLine;
use crate::ui::prelude::*;
use crate::ui::router;

fn asked_month() -> Memo<String> {
    let bulan = router::query("bulan");
    Memo::new(move |_| bulan.get().unwrap_or_default())
}

/// The tab.
#[component]
pub fn LaporanPage() -> impl IntoView {
    let desk = use_desk();
    let bulan = asked_month();
    let answer = desk.watch(move || view::Query::Laporan(Query::Month { bulan: bulan.get() }));
    view! {
        {answer.show(move |answer| {
                or_trouble(
                    answer,
                    |it| match it {
                        view::View::Laporan(View::Month(month)) => view! { <MonthShown month=month /> },
                        _ => Node::Nothing,
                    },
                )
            })}
        <Tabs here=Tab::Laporan>
            <SentLine />
        </Tabs>
    }
}

#[component]
fn MonthShown(month: Month) -> impl IntoView {
    let bulan = month_word(month.first);
    let href = move |measure: Measure| format!("/laporan/{}?bulan={bulan}", measure.word());
    let whole = [Measure::S, Measure::D].into_iter().map(|it| month.count(it)).max().unwrap_or(0);
    let bars = [Measure::S, Measure::D, Measure::N, Measure::T, Measure::O, Measure::B]
        .map(|it| bar(it, month.count(it), whole, href(it)));
    let (s, d, n) = (month.count(Measure::S), month.count(Measure::D), month.count(Measure::N));
    // Without the months that cannot be compared: both are asked for, so both are labelled.
    let compared = d.saturating_sub(month.count(Measure::O) + month.count(Measure::B));
    let attention = [Measure::DuaT, Measure::Bgm, Measure::Rujuk, Measure::TimbangUlang, Measure::TidakDitimbang];
    let attention: Vec<_> = attention
        .into_iter()
        .filter(|it| month.count(*it) > 0 || matches!(it, Measure::DuaT | Measure::Bgm | Measure::Rujuk))
        .map(|it| count_row(it, month.count(it), href(it)))
        .collect();
    let others = [Measure::Datang, Measure::Aduan].map(|it| count_row(it, month.count(it), href(it)));
    view! {
        <TopBar title=kata::title(month.first) line=kata::WEIGHING>
            <a
                href=format!("/laporan?bulan={}", month.before)
                class="iconbutton"
                aria-label=kata::EARLIER
            >
                <Icon name="kembali" />
            </a>
            {month
                .after
                .map(|after| {
                    view! {
                        <a
                            href=format!("/laporan?bulan={after}")
                            class="iconbutton"
                            aria-label=kata::LATER
                        >
                            <Icon name="lanjut" />
                        </a>
                    }
                })}
        </TopBar>
        <Page>
            <p class="second">{kata::TAP}</p>
            <div class="skdn">{bars.collect_view()}</div>
            {(s > 0 && d > 0)
                .then(|| {
                    view! {
                        <div class="ratio">
                            <p>
                                <b>{kata::of(d, s)}</b>
                                {kata::WEIGHED}
                                <br />
                                {kata::ratio(kata::D_S, d, s)}
                            </p>
                            <p>
                                <b>{kata::of(n, d)}</b>
                                {kata::GAINED}
                                <br />
                                {kata::ratio(kata::N_D, n, d)}
                                {(compared > 0 && compared != d)
                                    .then(|| view! { <br /> {kata::ratio(kata::N_COMPARED, n, compared)} })}
                            </p>
                        </div>
                    }
                })}
            <div class="section">
                <h2 class="section__title">{kata::ATTENTION}</h2>
            </div>
            <div class="rows">{attention}</div>
            <div class="section">
                <h2 class="section__title">{kata::OTHERS}</h2>
            </div>
            <div class="rows">{others.collect_view()}</div>
        </Page>
    }
}

fn bar(measure: Measure, count: u32, whole: u32, href: String) -> impl IntoView {
    let width = (u64::from(count) * 1000).checked_div(u64::from(whole)).unwrap_or(0).min(1000);
    view! {
        <a href=href class="skdn__row">
            <span class="skdn__letter">{kata::letter(measure)}</span>
            <span class="skdn__word">{kata::measure(measure)}</span>
            <span class="skdn__no">{count}</span>
            <Icon name="lanjut" />
            <svg class="skdn__svg" viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true">
                <rect width=width height="10" rx="2"></rect>
            </svg>
        </a>
    }
}

fn count_row(measure: Measure, count: u32, href: String) -> impl IntoView {
    let is_danger = count > 0 && matches!(measure, Measure::DuaT | Measure::Bgm | Measure::Rujuk);
    let icon = match measure {
        Measure::DuaT | Measure::Rujuk => "rujuk",
        Measure::Bgm => "awas",
        Measure::TimbangUlang => "timbang",
        Measure::TidakDitimbang => "jam",
        Measure::Aduan => "aduan",
        _ => "warga",
    };
    view! {
        <a href=href class="row">
            <span class="row__body">
                <span class="row__due" class:say--refer=is_danger>
                    <Icon name=icon size="s" />
                    {kata::measure(measure)}
                </span>
            </span>
            <span class="skdn__no">{count}</span>
            <Icon name="lanjut" />
        </a>
    }
}

/// The names behind a number.
#[component]
pub fn NamesPage() -> impl IntoView {
    let desk = use_desk();
    let bulan = asked_month();
    let ukuran = router::param("ukuran");
    let answer = desk.watch(move || view::Query::Laporan(Query::Names { bulan: bulan.get(), ukuran: ukuran.get() }));
    let back = move || format!("/laporan?bulan={}", bulan.get());
    let title = move || Measure::from_word(&ukuran.get()).map_or(umum::TAB_LAPORAN, kata::measure).to_owned();
    let line = RwSignal::new(String::new());
    view! {
        <TopBar title=Signal::derive(title) line=line back=back() />
        <Page>
            {answer.show(move |answer| {
                    if let Ok(view::View::Laporan(View::Names(names))) = &answer {
                        line.set(kata::names_line(names));
                    }
                    or_trouble(
                        answer,
                        |it| match it {
                            view::View::Laporan(View::Names(names)) => view! { <NamesShown names=*names /> },
                            _ => Node::Nothing,
                        },
                    )
                })}
        </Page>
    }
}

#[component]
fn NamesShown(names: Names) -> impl IntoView {
    if names.people.is_empty() && names.aduan.is_empty() {
        return view! { <Empty say=kata::NOBODY /> };
    }
    let people = names.people.into_iter().map(|row| {
        let href = format!("/warga/{}", row.id);
        view! { <PersonLine row=row href=href /> }
    });
    view! { <div class="rows">{people.collect_view()} {names.aduan.into_iter().map(line).collect_view()}</div> }
}
