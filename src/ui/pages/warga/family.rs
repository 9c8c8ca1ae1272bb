//! A family: everybody in it and what was asked about it; and correcting it.

use super::form::{FamilyFields, FamilySignals};
use super::person::{Disputes, told};
use super::shared::{Unfinished, error_of, form_page, page};
use crate::domain::form::kept;
use crate::domain::form::warga::{FamilyText, check_family};
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{Intent as Wish, form_edit};
use crate::domain::nik::NoKk;
use crate::domain::phone::Phone;
use crate::domain::view::warga::{Family, Member, Query, View};
use crate::i18n::{umum, warga as kata};
use crate::ui::components::{Dock, Empty, FormPage, Icon, Page, StageIcon, TopBar, focus_first_error};
use crate::ui::context::use_desk;
use crate::ui::drafts::{self, Keeper};
use crate::ui::pages::kirim::NotSent;
use crate::ui::pages::saving::Saving;
use crate::ui::pages::undo::UndoLine;
use crate::ui::prelude::*;

/// One family.
#[component]
pub fn FamilyPage() -> impl IntoView {
    page(
        |id| Query::Family { id },
        |it| match it {
            View::Family(family) => Some(view! { <Shown family=*family /> }),
            _ => None,
        },
    )
}

#[component]
fn Shown(family: Family) -> impl IntoView {
    let Family { keluarga, members, disputes, seen, around } = family;
    let id = keluarga.id.clone();
    let edit = format!("/keluarga/{id}/ubah");
    let count = kata::members(members.len());
    let is_empty = members.is_empty();
    let rows = members.into_iter().map(|it| view! { <MemberLine member=it /> });
    let [desa, puskesmas, pustu] = around.map(Some);
    let facts = told(vec![
        (kata::FACT_KK, keluarga.no_kk.as_deref().and_then(|it| NoKk::parse(it).ok()).map(NoKk::masked)),
        (kata::FACT_PHONE, keluarga.hp.as_deref().and_then(|it| Phone::parse(it).ok()).map(|it| it.grouped())),
        (kata::FACT_DESA, desa),
        (kata::FACT_PUSKESMAS, puskesmas),
        (kata::FACT_PUSTU, pustu),
    ]);
    view! {
        <TopBar
            title=kata::family(&keluarga.kepala)
            line=kata::place(&keluarga.alamat)
            back="/warga"
        >
            <a
                href=edit
                class="iconbutton"
                aria-label=kata::EDIT_FAMILY
            >
                <Icon name="tulis" />
            </a>
        </TopBar>
        <Page>
            <NotSent id=id />
            <Disputes disputes=disputes />
            <div class="sector bidang--kes">
                <span class="mark">
                    <Icon name="kes" />
                </span>
                <span>
                    <b>{kata::HEALTH}</b>
                    <span>{kata::seen_this_year(seen.kesehatan)}</span>
                </span>
            </div>
            {(!facts.is_empty()).then(|| view! { <dl class="facts">{facts}</dl> })}
            <div class="section">
                <h2 class="section__title">{count}</h2>
            </div>
            <div class="rows">{rows.collect_view()}</div>
            {is_empty.then(|| view! { <Empty say=kata::NO_MEMBERS /> })}
        </Page>
        <Dock ruled=true>
            <UndoLine />
            <a href=format!("/warga/baru?keluarga={}", keluarga.id) class="button button--plain">
                <Icon name="orangbaru" />
                <span class="button__grow">{kata::ADD_MEMBER}</span>
            </a>
        </Dock>
    }
}

#[component]
fn MemberLine(member: Member) -> impl IntoView {
    let Member { hit, hubungan } = member;
    let status = kata::status(&hit.status);
    let line = kata::member_line(&hit.row, &hubungan);
    view! {
        <a class="row" href=format!("/warga/{}", hit.row.id)>
            <StageIcon name=crate::i18n::warga::stage_icon(&hit.row) />
            <span class="row__body">
                <span class="row__name">{hit.row.nama.clone()}</span>
                <span class="row__line">{line}</span>
                {(!status.is_empty()).then(|| view! { <span class="row__due">{status}</span> })}
            </span>
            <Icon name="lanjut" />
        </a>
    }
}

/// Corrects a family.
#[component]
pub fn FamilyEditPage() -> impl IntoView {
    form_page(
        form_edit,
        |id| Query::FamilyForm { id },
        Box::new(|id, draft, view| {
            let View::FamilyForm(text) = view else { return None };
            let draft = draft.and_then(|it| kept::from_draft((*text).clone(), &it));
            Some(view! { <FamilyForm id=id text=*text draft=draft /> })
        }),
    )
}

#[component]
fn FamilyForm(id: String, text: FamilyText, draft: Option<FamilyText>) -> impl IntoView {
    let desk = use_desk();
    let fields = FamilySignals::new(&text);
    let form = StoredValue::new(form_edit(&id));
    let href = format!("/keluarga/{id}");
    let id = StoredValue::new(id);
    let submitted = RwSignal::new(false);
    let draft = RwSignal::new(draft.filter(|it| *it != text));
    let filled = StoredValue::new(text);
    let errors = Memo::new(move |_| {
        let errors = submitted.get().then(|| fields.with_text(|it| check_family(it).err())).flatten();
        errors.unwrap_or_default()
    });
    let keeper = Keeper::new(desk, form.get_value(), move || {
        fields.with_text(|it| kept::to_draft(filled.get_value(), it.clone()))
    });
    let saving = Saving::new(desk, keeper);
    let submit = move |()| {
        submitted.set(true);
        let text = untrack(|| fields.with_text(FamilyText::clone));
        if check_family(&text).is_err() {
            focus_first_error();
            return;
        }
        let what = kata::changed(&kata::family(&text.kepala));
        let filled = Box::new(filled.get_value());
        let wish = Wish::ChangeFamily { id: id.get_value(), filled, text: Box::new(text) };
        saving.save(Intent::Warga(wish), what, format!("/keluarga/{}", id.get_value()));
    };
    let go_on = move |()| {
        if let Some(text) = draft.get_untracked() {
            fields.set(&text);
        }
        draft.set(None);
    };
    let throw_away = move |()| {
        drafts::keep(desk, form.get_value(), Vec::new());
        draft.set(None);
    };
    view! {
        <TopBar title=kata::EDIT_FAMILY line=drafts::kept_line(desk) back=href />
        <FormPage on_submit=submit say=umum::SAVE>
            {saving.failure}
            {move || {
                draft
                    .get()
                    .map(|it| {
                        view! { <Unfinished nama=kata::family(&it.kepala) on_go=go_on on_drop=throw_away /> }
                    })
            }}
            <FamilyFields fields=fields error=move |field| error_of(errors, field) />
        </FormPage>
    }
}
