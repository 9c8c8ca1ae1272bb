//! The tab: families by RT, or everybody by name, a screenful at a time.

use super::shared::HitLine;
use crate::domain::view::warga::{FamilyRow, Query, Rt, View};
use crate::domain::view::{self};
use crate::i18n::{beranda, umum, warga as kata};
use crate::ui::app::or_trouble;
use crate::ui::components::{Empty, Icon, Page, Tab, Tabs, TopBar};
use crate::ui::context::use_desk;
use crate::ui::pages::kirim::SentLine;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;
use crate::ui::router;

/// Rows added at a time.
const STEP: u32 = 100;
/// The query that lists people instead of families.
const PEOPLE: &str = "orang";
/// The query that lists those whose NIK is still to be asked for.
const NO_NIK: &str = "nik";

/// The tab.
#[component]
pub fn WargaPage() -> impl IntoView {
    let desk = use_desk();
    let view_of = router::query("lihat");
    let seen = Memo::new(move |_| view_of.get().unwrap_or_default());
    let most = RwSignal::new(STEP);
    let answer = desk.watch(move || {
        let seen = seen.get();
        let no_nik = seen == NO_NIK;
        let is_people = no_nik || seen == PEOPLE;
        let most = most.get();
        view::Query::Warga(if is_people { Query::People { most, no_nik } } else { Query::Families { most } })
    });
    let without = desk.watch(|| view::Query::Warga(Query::People { most: 0, no_nik: true }));
    let segment = move |href: &'static str, word: &'static str, view: &'static str| {
        view! {
            <a
                href=href
                class="segments__one"
                aria-current=move || seen.with(|it| it == view).then_some("true")
            >
                {word}
            </a>
        }
    };
    view! {
        <TopBar title=umum::TAB_WARGA />
        <Page>
            <a href="/cari" class="find">
                <Icon name="cari" />
                <span class="find__what">
                    {beranda::FIND} <span class="find__how">{beranda::FIND_HOW}</span>
                </span>
            </a>
            <nav class="segments segments--links" aria-label=kata::HOW_TO_LIST>
                {segment("/warga", kata::BY_FAMILY, "")}
                {segment("/warga?lihat=orang", kata::BY_PERSON, PEOPLE)}
            </nav>
            {without
                .show(move |answer| {
                    match answer {
                        Ok(view::View::Warga(View::People(_, count))) if count > 0 => {
                            view! {
                                <a
                                    href="/warga?lihat=nik"
                                    class="row"
                                    aria-current=move || seen.with(|it| it == NO_NIK).then_some("true")
                                >
                                    <Icon name="tulis" />
                                    <span class="row__body">
                                        <span class="row__name">{kata::NO_NIK}</span>
                                        <span class="row__line">{kata::people(count)}</span>
                                    </span>
                                    <Icon name="lanjut" />
                                </a>
                            }
                        }
                        _ => Node::Nothing,
                    }
                })}
            {answer.show(move |answer| {
                    or_trouble(
                        answer,
                        move |it| match it {
                            view::View::Warga(View::Families(groups, has_more)) => {
                                view! {
                                    <ByRt groups=groups />
                                    {has_more.then(|| more(most))}
                                }
                            }
                            view::View::Warga(View::People(_, 0)) if seen.with_untracked(|it| it == NO_NIK) => {
                                view! { <Empty say=kata::ALL_HAVE_NIK /> }
                            }
                            view::View::Warga(View::People(rows, all)) => {
                                let has_more = all > most.get_untracked();
                                let rows = rows.into_iter().map(|hit| view! { <HitLine hit=hit /> });
                                view! {
                                    <div class="section">
                                        <h2 class="section__title">{kata::people(all)}</h2>
                                    </div>
                                    <div class="rows">{rows.collect_view()}</div>
                                    {has_more.then(|| more(most))}
                                }
                            }
                            _ => Node::Nothing,
                        },
                    )
                })}
        </Page>
        <Tabs here=Tab::Warga>
            <div class="dock dock--tabs">
                <UndoLine />
            </div>
            <SentLine />
        </Tabs>
    }
}

/// The way to the next rows.
fn more(most: RwSignal<u32>) -> Node {
    view! {
        <button class="button button--plain" type="button" on:click=move |_| most.update(|it| *it += STEP)>
            {kata::MORE}
        </button>
    }
}

/// Families under the title of their RT.
#[component]
fn ByRt(groups: Vec<Rt>) -> impl IntoView {
    if groups.is_empty() {
        return view! {
            <Empty say=kata::NOBODY_YET />
            <a href="/cari" class="button">
                <Icon name="orangbaru" />
                <span class="button__grow">{kata::REGISTER}</span>
            </a>
        };
    }
    let groups = groups.into_iter().map(|group| {
        let title = kata::rt_title(&group.rt, &group.rw);
        let count = kata::families_and_people(group.count, group.people);
        let rows = group.families.into_iter().map(|it| view! { <FamilyLine row=it /> });
        view! {
            <section>
                <div class="section">
                    <h2 class="section__title">{title}</h2>
                    <span class="section__count">{count}</span>
                </div>
                <div class="rows">{rows.collect_view()}</div>
            </section>
        }
    });
    groups.collect_view()
}

/// A family in a list.
#[component]
pub(super) fn FamilyLine(
    /// Which.
    row: FamilyRow,
) -> impl IntoView {
    let place = kata::place(&row.alamat);
    let line =
        [place, kata::people(row.members)].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <a class="row" href=format!("/keluarga/{}", row.id)>
            <span class="row__body">
                <span class="row__name">{kata::family(&row.kepala)}</span>
                <span class="row__line">{line}</span>
            </span>
            <Icon name="lanjut" />
        </a>
    }
}
