//! The form of a person: registering and correcting. Everything typed is kept as it is typed; who may
//! be registered already is shown while she types.

use chrono::NaiveDate;

use super::shared::{SelectField, Unfinished, error_of, form_page};
use super::tab::FamilyLine;
use crate::domain::form::kept;
use crate::domain::form::warga::{
    FamilyText, MARRIAGES, NEW_FAMILY, NO_NIK, NikOffer, ONLY_YEAR, PersonText, REFUSES, RELATIONS, asks_birth_size,
    asks_marriage, check_person, is_spoken, nik_doubts, nik_offers, typed_age,
};
use crate::domain::form::{FieldError, Problem};
use crate::domain::intent::Intent;
use crate::domain::intent::warga::{FORM_NEW, Intent as Wish, form_edit};
use crate::domain::view::warga::{AlikeRow, FamilyRow, Query, View};
use crate::domain::view::{self};
use crate::i18n::{umum, waktu, warga as kata};
use crate::ui::components::{
    Choice, Choices, FormPage, Icon, Line, Page, PersonLine, TextField, TopBar, focus_first_error, line,
};
use crate::ui::context::{Desk, Watched, use_desk};
use crate::ui::drafts::{self, Keeper};
use crate::ui::pages::saving::Saving;
use crate::ui::prelude::*;
use crate::ui::router;

/// Somebody new. `?keluarga=` puts her into a family, `?sesi=` says to which open day she came.
#[component]
pub fn RegisterPage() -> impl IntoView {
    let desk = use_desk();
    let of_query = move |key| router::query(key).get_untracked().filter(|it| !it.is_empty());
    let sesi = of_query("sesi");
    let keluarga = of_query("keluarga");
    let typed = desk.search.get_untracked();
    if sesi.is_some() {
        // The way back leads to the open day, which has a search of its own.
        desk.search.set(String::new());
    }
    let start = PersonText {
        keluarga: keluarga.clone().unwrap_or_default(),
        ..if keluarga.is_some() { PersonText::default() } else { PersonText::from_search(&typed) }
    };
    let back = match (&keluarga, &sesi) {
        (Some(keluarga), _) => format!("/keluarga/{keluarga}"),
        (None, Some(sesi)) => format!("/sesi/{sesi}"),
        (None, None) => "/cari".to_owned(),
    };
    let draft = Watched::of(move || drafts::read(desk, FORM_NEW.to_owned()));
    let mode = Mode::New { sesi };
    view! {
        <TopBar title=kata::NEW_TITLE line=drafts::kept_line(desk) back=back />
        {draft
            .show(move |draft| {
                let draft = draft.and_then(|it| kept::from_draft(PersonText::default(), &it)).filter(|it| !it.is_blank());
                view! { <DraftOrForm mode=mode.clone() start=start.clone() draft=draft /> }
            })}
    }
}

/// Corrects somebody.
#[component]
pub fn EditPage() -> impl IntoView {
    form_page(
        form_edit,
        |id| Query::PersonForm { id },
        Box::new(|id, draft, view| {
            let View::PersonForm(text, asks_consent) = view else { return None };
            let draft = draft.and_then(|it| kept::from_draft((*text).clone(), &it)).filter(|it| *it != *text);
            let back = format!("/warga/{id}");
            let mode = Mode::Edit { id, asks_consent, filled: text.clone() };
            Some(view! {
                <TopBar title=kata::EDIT_PERSON line=text.nama.clone() back=back />
                <DraftOrForm mode=mode start=*text draft=draft />
            })
        }),
    )
}

#[derive(Clone, PartialEq)]
enum Mode {
    New { sesi: Option<String> },
    Edit { id: String, asks_consent: bool, filled: Box<PersonText> },
}

impl Mode {
    fn form(&self) -> String {
        match self {
            Self::New { .. } => FORM_NEW.to_owned(),
            Self::Edit { id, .. } => form_edit(id),
        }
    }

    fn asks_consent(&self) -> bool {
        matches!(self, Self::New { .. } | Self::Edit { asks_consent: true, .. })
    }

    fn own(&self) -> Option<String> {
        match self {
            Self::New { .. } => None,
            Self::Edit { id, .. } => Some(id.clone()),
        }
    }

    fn filled(&self) -> PersonText {
        match self {
            Self::New { .. } => PersonText::default(),
            Self::Edit { filled, .. } => (**filled).clone(),
        }
    }

    fn wish(&self, text: PersonText) -> Intent {
        let text = Box::new(text);
        Intent::Warga(match self {
            Self::New { sesi } => Wish::Register { text, sesi: sesi.clone() },
            Self::Edit { id, filled, .. } => Wish::Change { id: id.clone(), filled: filled.clone(), text },
        })
    }
}

/// An unfinished form first asks what becomes of it; then the form.
#[component]
fn DraftOrForm(mode: Mode, start: PersonText, draft: Option<PersonText>) -> impl IntoView {
    let desk = use_desk();
    let begun = RwSignal::new(draft.is_none().then(|| start.clone()));
    let form = StoredValue::new(mode.form());
    let mode = StoredValue::new(mode);
    let draft = StoredValue::new(draft.unwrap_or_default());
    let start = StoredValue::new(start);
    move || match begun.get() {
        Some(text) => view! { <PersonForm mode=mode.get_value() start=text /> },
        None => {
            let go_on = move |()| begun.set(Some(draft.get_value()));
            let throw_away = move |()| {
                drafts::keep(desk, form.get_value(), Vec::new());
                begun.set(Some(start.get_value()));
            };
            view! {
                <Page>
                    <Unfinished nama=draft.with_value(|it| it.nama.clone()) on_go=go_on on_drop=throw_away />
                </Page>
            }
        }
    }
}

/// The fields as signals.
#[derive(Clone, Copy)]
struct Fields {
    nama: RwSignal<String>,
    kelamin: RwSignal<String>,
    lahir_cara: RwSignal<String>,
    lahir: RwSignal<String>,
    tahun: RwSignal<String>,
    nik: RwSignal<String>,
    alasan: RwSignal<String>,
    ibu: RwSignal<String>,
    keluarga: RwSignal<String>,
    hubungan: RwSignal<String>,
    kawin: RwSignal<String>,
    bb_lahir: RwSignal<String>,
    pb_lahir: RwSignal<String>,
    setuju: RwSignal<String>,
    saksi: RwSignal<String>,
    rumah: FamilySignals,
    nik_biar: RwSignal<String>,
    bukan: RwSignal<Vec<String>>,
}

impl Fields {
    fn new(text: PersonText) -> Self {
        let rumah = FamilySignals::new(&text.rumah);
        let lahir_cara = if text.lahir_cara.is_empty() { "tanggal".to_owned() } else { text.lahir_cara };
        Self {
            nama: RwSignal::new(text.nama),
            kelamin: RwSignal::new(text.kelamin),
            lahir_cara: RwSignal::new(lahir_cara),
            lahir: RwSignal::new(text.lahir),
            tahun: RwSignal::new(text.tahun),
            nik: RwSignal::new(text.nik),
            alasan: RwSignal::new(text.alasan),
            ibu: RwSignal::new(text.ibu),
            keluarga: RwSignal::new(text.keluarga),
            hubungan: RwSignal::new(text.hubungan),
            kawin: RwSignal::new(text.kawin),
            bb_lahir: RwSignal::new(text.bb_lahir),
            pb_lahir: RwSignal::new(text.pb_lahir),
            setuju: RwSignal::new(text.setuju),
            saksi: RwSignal::new(text.saksi),
            rumah,
            nik_biar: RwSignal::new(text.nik_biar),
            bukan: RwSignal::new(text.bukan),
        }
    }

    fn text(self) -> PersonText {
        PersonText {
            nama: self.nama.get(),
            kelamin: self.kelamin.get(),
            lahir_cara: self.lahir_cara.get(),
            lahir: self.lahir.get(),
            tahun: self.tahun.get(),
            nik: self.nik.get(),
            alasan: self.alasan.get(),
            ibu: self.ibu.get(),
            keluarga: self.keluarga.get(),
            hubungan: self.hubungan.get(),
            kawin: self.kawin.get(),
            bb_lahir: self.bb_lahir.get(),
            pb_lahir: self.pb_lahir.get(),
            setuju: self.setuju.get(),
            saksi: self.saksi.get(),
            rumah: self.rumah.with_text(FamilyText::clone),
            nik_biar: self.nik_biar.get(),
            bukan: self.bukan.get(),
        }
    }
}

/// The fields of a family as signals.
#[derive(Clone, Copy)]
pub struct FamilySignals {
    kepala: RwSignal<String>,
    rt: RwSignal<String>,
    rw: RwSignal<String>,
    dusun: RwSignal<String>,
    patokan: RwSignal<String>,
    no_kk: RwSignal<String>,
    hp: RwSignal<String>,
}

impl FamilySignals {
    /// Fields that hold a text.
    pub(super) fn new(text: &FamilyText) -> Self {
        let text_of = |text: &str| RwSignal::new(text.to_owned());
        Self {
            kepala: text_of(&text.kepala),
            rt: text_of(&text.rt),
            rw: text_of(&text.rw),
            dusun: text_of(&text.dusun),
            patokan: text_of(&text.patokan),
            no_kk: text_of(&text.no_kk),
            hp: text_of(&text.hp),
        }
    }

    /// Puts a text into them.
    pub(super) fn set(self, text: &FamilyText) {
        let pairs = [
            (self.kepala, &text.kepala),
            (self.rt, &text.rt),
            (self.rw, &text.rw),
            (self.dusun, &text.dusun),
            (self.patokan, &text.patokan),
            (self.no_kk, &text.no_kk),
            (self.hp, &text.hp),
        ];
        for (signal, text) in pairs {
            signal.set(text.clone());
        }
    }

    /// Reads them.
    pub(super) fn with_text<T>(self, read: impl FnOnce(&FamilyText) -> T) -> T {
        read(&FamilyText {
            kepala: self.kepala.get(),
            rt: self.rt.get(),
            rw: self.rw.get(),
            dusun: self.dusun.get(),
            patokan: self.patokan.get(),
            no_kk: self.no_kk.get(),
            hp: self.hp.get(),
        })
    }
}

fn today(desk: Desk) -> NaiveDate {
    desk.me().map(|it| it.today).unwrap_or_default()
}

#[component]
fn PersonForm(mode: Mode, start: PersonText) -> impl IntoView {
    let desk = use_desk();
    let today = today(desk);
    let fields = Fields::new(start);
    let text = Memo::new(move |_| fields.text());
    let asks_consent = mode.asks_consent();
    let own = mode.own();
    let submitted = RwSignal::new(false);
    // What the worker refused holds for the text it was asked with, not for a corrected one.
    let asked = RwSignal::new(PersonText::default());
    let looks = RwSignal::new(false);
    let filled = mode.filled();
    let keeper = Keeper::new(desk, mode.form(), move || kept::to_draft(filled.clone(), text.get()));
    let saving = Saving::new(desk, keeper);
    let errors = Memo::new(move |_| {
        if !submitted.get() {
            return Vec::new();
        }
        text.with(|text| match check_person(text, asks_consent, today) {
            Err(errors) => errors,
            Ok(_) if asked.with(|it| it == text) => saving.errors(),
            Ok(_) => Vec::new(),
        })
    });
    Effect::new(move |_| {
        let is_known = |it: &FieldError| matches!(it.problem, Problem::Alike { .. } | Problem::Taken { .. });
        looks.set(saving.errors().iter().any(is_known));
    });
    let mode = StoredValue::new(mode);
    let save = Callback::new(move |()| {
        submitted.set(true);
        let typed = text.get_untracked();
        if check_person(&typed, asks_consent, today).is_err() {
            focus_first_error();
            return;
        }
        asked.set(typed.clone());
        let mode = mode.get_value();
        let (what, to) = match &mode {
            Mode::New { sesi: Some(sesi) } => (kata::registered(&typed.nama), format!("/sesi/{sesi}")),
            Mode::New { sesi: None } => (kata::registered(&typed.nama), "/warga/".to_owned()),
            Mode::Edit { id, .. } => (kata::changed(&typed.nama), format!("/warga/{id}")),
        };
        saving.save(mode.wish(typed), what, to);
    });
    let submit = move |()| {
        save.run(());
    };
    let error = move |field| error_of(errors, field);
    let age = Memo::new(move |_| text.with(|it| typed_age(it, today)));
    let age_line = Signal::derive(move || match age.get() {
        Some(age) => waktu::age(age),
        None => kata::BORN_ON_HINT.to_owned(),
    });
    let year_line = Signal::derive(move || match age.get() {
        Some(age) => waktu::about(age),
        None => kata::BORN_YEAR_HINT.to_owned(),
    });
    let sexes = vec![Choice::new("L", kata::MALE), Choice::new("P", kata::FEMALE)];
    let hows = vec![Choice::new("tanggal", kata::WHOLE_DATE), Choice::new(ONLY_YEAR, kata::YEAR_ONLY)];
    let choices =
        |words: &[&'static str]| -> Vec<Choice> { words.iter().map(|it| Choice::new(it, &kata::word(it))).collect() };
    let reasons = StoredValue::new(choices(&NO_NIK));
    let marriages = StoredValue::new(choices(&MARRIAGES));
    let relations = choices(&RELATIONS);
    let doubts = Memo::new(move |_| text.with(|it| nik_doubts(it, today)).first().copied());
    // In the dock, where it moves nothing that she is typing in.
    let known = view! { <Known text=text fields=fields own=own is_open=looks /> };
    view! {
        <FormPage on_submit=submit say=umum::SAVE above=known>
            {saving.failure}
            {line(&Line { id: "nama", label: kata::NAME, ..Line::ASKED }, fields.nama, error("nama"))}
            <Choices
                id="kelamin"
                label=kata::SEX
                value=fields.kelamin
                choices=sexes
                error=error("kelamin")
                inline=true
            />
            <Choices id="lahir-cara" label=kata::BORN_HOW value=fields.lahir_cara choices=hows inline=true />
            <Show
                when=move || fields.lahir_cara.with(|it| it == ONLY_YEAR)
                fallback=move || {
                    view! {
                        <TextField
                            id="lahir"
                            label=kata::BORN_ON
                            hint=age_line
                            value=fields.lahir
                            error=error("lahir")
                        />
                    }
                }
            >
                <TextField
                    id="tahun"
                    label=kata::BORN_YEAR
                    hint=year_line
                    value=fields.tahun
                    error=error("tahun")
                    inputmode="numeric"
                />
            </Show>
            {line(&Line { id: "ibu", label: kata::MOTHER, ..Line::MAY }, fields.ibu, error("ibu"))}
            {line(&Line { id: "nik", label: kata::NIK, keys: "numeric", ..Line::MAY }, fields.nik, error("nik"))}
            <FromNik text=text fields=fields today=today />
            {move || {
                doubts
                    .get()
                    .map(|doubt| {
                        let leave = move |_| fields.nik_biar.set(fields.nik.get_untracked());
                        view! {
                            <div class="notice known">
                                <Icon name="awas" />
                                <div>
                                    <p>{kata::nik_doubt(doubt)}</p>
                                    <button class="textbutton" type="button" on:click=leave>
                                        {kata::LEAVE_NIK}
                                    </button>
                                </div>
                            </div>
                        }
                    })
            }}
            <Show when=move || fields.nik.with(|it| it.trim().is_empty())>
                <Choices
                    id="alasan"
                    label=kata::WHY_NO_NIK
                    value=fields.alasan
                    choices=reasons.get_value()
                    error=error("alasan")
                />
            </Show>
            <Show when=move || asks_birth_size(age.get())>
                {line(
                    &Line { id: "bb-lahir", label: kata::BIRTH_WEIGHT, keys: "decimal", ..Line::MAY },
                    fields.bb_lahir,
                    error("bb-lahir"),
                )}
                {line(
                    &Line { id: "pb-lahir", label: kata::BIRTH_LENGTH, keys: "decimal", ..Line::MAY },
                    fields.pb_lahir,
                    error("pb-lahir"),
                )}
            </Show>
            <Show when=move || asks_marriage(age.get())>
                <Choices
                    id="kawin"
                    label=kata::MARRIAGE
                    value=fields.kawin
                    choices=marriages.get_value()
                    error=error("kawin")
                />
            </Show>
            <FamilyChoice fields=fields errors=errors />
            <SelectField
                id="hubungan"
                label=kata::RELATION
                value=fields.hubungan
                choices=relations
                error=error("hubungan")
            />
            {asks_consent.then(|| view! { <Consent fields=fields errors=errors /> })}
        </FormPage>
    }
}

/// Who, and which family, may be registered already: one line, opened by a tap.
#[component]
fn Known(text: Memo<PersonText>, fields: Fields, own: Option<String>, is_open: RwSignal<bool>) -> impl IntoView {
    let desk = use_desk();
    let answer = desk.watch(move || view::Query::Warga(Query::Alike { text: Box::new(text.get()), own: own.clone() }));
    view! {
        <div aria-live="polite">
            {answer.show(move |answer| {
                    let Ok(view::View::Warga(View::Alike(people, families))) = answer else { return Node::Nothing };
                    let heads = families.iter().map(|it| kata::family(&it.kepala));
                    let names: Vec<String> = people.iter().map(|it| it.row.nama.clone()).chain(heads).collect();
                    if names.is_empty() {
                        return Node::Nothing;
                    }
                    let line = kata::maybe_known(&names);
                    let found = StoredValue::new((people, families));
                    view! {
                        <button
                            class="known__say"
                            type="button"
                            aria-expanded=move || is_open.get().to_string()
                            on:click=move |_| is_open.update(|it| *it = !*it)
                        >
                            <Icon name="awas" />
                            <span>{line}</span>
                            <Icon name="bawah" />
                        </button>
                        {move || {
                            let (people, families) = if is_open.get() { found.get_value() } else { Default::default() };
                            let people = people.into_iter().map(|it| known_one(it, fields));
                            let families = families.into_iter().map(|it| known_family(it, fields));
                            view! {
                                <div class="known__all">{people.collect_view()} {families.collect_view()}</div>
                            }
                        }}
                    }
                })}
        </div>
    }
}

fn known_one(AlikeRow { row, reasons, .. }: AlikeRow, fields: Fields) -> Node {
    let id = row.id.clone();
    let href = format!("/warga/{id}");
    view! {
        <div class="known__one">
            <PersonLine row=row href=href.clone()>
                <span class="row__due">{kata::reasons(&reasons)}</span>
            </PersonLine>
            <div class="dock__pair">
                <a class="button button--small button--plain" href=href>
                    {kata::IT_IS_HER}
                </a>
                <button
                    class="button button--small button--plain"
                    type="button"
                    on:click=move |_| fields.bukan.update(|it| it.push(id.clone()))
                >
                    {kata::SOMEBODY_ELSE}
                </button>
            </div>
        </div>
    }
}

fn known_family(row: FamilyRow, fields: Fields) -> Node {
    let (id, other) = (row.id.clone(), row.id.clone());
    view! {
        <div class="known__one">
            <FamilyLine row=row />
            <div class="dock__pair">
                <button
                    class="button button--small button--plain"
                    type="button"
                    on:click=move |_| fields.keluarga.set(id.clone())
                >
                    {kata::IT_IS_THEM}
                </button>
                <button
                    class="button button--small button--plain"
                    type="button"
                    on:click=move |_| fields.bukan.update(|it| it.push(other.clone()))
                >
                    {kata::OTHER_FAMILY_THAN}
                </button>
            </div>
        </div>
    }
}

/// Offers what the NIK says of what is blank.
#[component]
fn FromNik(text: Memo<PersonText>, fields: Fields, today: NaiveDate) -> impl IntoView {
    let fill = move |NikOffer { lahir, kelamin }: NikOffer| {
        if let Some(date) = lahir {
            fields.lahir.set(waktu::date_short(date));
            fields.lahir_cara.set("tanggal".to_owned());
        }
        if let Some(sex) = kelamin {
            fields.kelamin.set(sex.code().to_owned());
        }
    };
    move || {
        let mut offers = Vec::new();
        for offer in text.with(|it| nik_offers(it, today)) {
            offers.push(view! {
                <button class="choice" type="button" on:click=move |_| fill(offer)>
                    <Icon name="cek" />
                    <span class="choice__body">
                        <span class="choice__what">{kata::fill_from_nik(offer.lahir, offer.kelamin)}</span>
                    </span>
                </button>
            });
        }
        (!offers.is_empty()).then(|| view! { <div class="known">{offers}</div> })
    }
}

/// Which family: found by typing, or a new one.
#[component]
fn FamilyChoice(fields: Fields, errors: Memo<Vec<FieldError>>) -> impl IntoView {
    let desk = use_desk();
    let typed = RwSignal::new(String::new());
    let choose = move |id: String| fields.keluarga.set(id);
    let found = desk.watch(move || view::Query::Warga(Query::FindFamilies { text: typed.get() }));
    let chosen = desk.watch(move || view::Query::Warga(Query::FamilyLine { id: fields.keluarga.get() }));
    let kind = Memo::new(move |_| {
        fields.keluarga.with(|it| match it.as_str() {
            "" => 0,
            NEW_FAMILY => 1,
            _ => 2,
        })
    });
    let other = move || {
        view! {
            <button class="textbutton" type="button" on:click=move |_| choose(String::new())>
                <Icon name="cari" size="s" />
                {kata::OTHER_FAMILY}
            </button>
        }
    };
    view! {
        <div class="section known">
            <h2 class="section__title">{kata::PART_FAMILY}</h2>
        </div>
        {move || match kind.get() {
            0 => {
                view! {
                    {line(
                        &Line { id: "keluarga", label: kata::WHICH_FAMILY, hint: kata::WHICH_FAMILY_HINT, ..Line::ASKED },
                        typed,
                        error_of(errors, "keluarga"),
                    )}
                    <div class="known">
                        {found.show(move |found| {
                                let Ok(view::View::Warga(View::FindFamilies(rows))) = found else {
                                    return Node::Nothing;
                                };
                                let rows = rows
                                    .into_iter()
                                    .map(|row| {
                                        let id = row.id.clone();
                                        view! {
                                            <button
                                                class="choice"
                                                type="button"
                                                on:click=move |_| choose(id.clone())
                                            >
                                                <span class="choice__body">
                                                    <span class="choice__what">{kata::family(&row.kepala)}</span>
                                                    <span class="choice__more">{kata::place(&row.alamat)}</span>
                                                </span>
                                            </button>
                                        }
                                    });
                                rows.collect_view()
                            })}
                        <button class="choice" type="button" on:click=move |_| choose(NEW_FAMILY.to_owned())>
                            <Icon name="tambah" />
                            <span class="choice__body">
                                <span class="choice__what">{kata::NEW_FAMILY}</span>
                            </span>
                        </button>
                    </div>
                }
            }
            1 => {
                view! {
                    <FamilyFields fields=fields.rumah error=move |field| error_of(errors, field) />
                    {other()}
                }
            }
            _ => {
                view! {
                    {chosen.show(move |chosen| {
                            match chosen {
                                Ok(view::View::Warga(View::FamilyLine(row))) => {
                                    view! { <FamilyLine row=row /> }
                                }
                                _ => Node::Nothing,
                            }
                        })}
                    {other()}
                }
            }
        }}
    }
}

/// The fields of a family.
#[component]
pub(super) fn FamilyFields(
    /// The fields.
    fields: FamilySignals,
    /// What is wrong with a field.
    error: impl Fn(&'static str) -> Signal<Option<String>> + 'static,
) -> impl IntoView {
    view! {
        {line(&Line { id: "nama-kepala", label: kata::HEAD, ..Line::ASKED }, fields.kepala, error("nama-kepala"))}
        <div class="dock__pair">
            {line(&Line { id: "rt", label: kata::RT, keys: "numeric", ..Line::ASKED }, fields.rt, error("rt"))}
            {line(&Line { id: "rw", label: kata::RW, keys: "numeric", ..Line::MAY }, fields.rw, error("rw"))}
        </div>
        {line(&Line { id: "dusun", label: kata::DUSUN, ..Line::MAY }, fields.dusun, error("dusun"))}
        {line(
            &Line { id: "patokan", label: kata::LANDMARK, hint: kata::LANDMARK_HINT, ..Line::MAY },
            fields.patokan,
            error("patokan"),
        )}
        {line(&Line { id: "no-kk", label: kata::NO_KK, keys: "numeric", ..Line::MAY }, fields.no_kk, error("no-kk"))}
        {line(&Line { id: "no-hp", label: kata::PHONE, keys: "tel", ..Line::MAY }, fields.hp, error("no-hp"))}
    }
}

/// The sentence to be read aloud, and what she said to it.
#[component]
fn Consent(fields: Fields, errors: Memo<Vec<FieldError>>) -> impl IntoView {
    let spoken = Choice {
        value: "lisan_disaksikan",
        label: kata::AGREES_SPOKEN.to_owned(),
        more: kata::AGREES_SPOKEN_HOW.to_owned(),
    };
    let choices = vec![
        spoken,
        Choice::new("tanda_tangan", kata::AGREES_SIGNED),
        Choice::new("cap_jempol", kata::AGREES_THUMB),
        Choice::new(REFUSES, kata::REFUSES),
    ];
    view! {
        <div class="section known">
            <h2 class="section__title">{kata::PART_CONSENT}</h2>
        </div>
        <div class="voice known">
            <p class="voice__who">{kata::CONSENT_HOW}</p>
            <p class="voice__say">{kata::CONSENT}</p>
        </div>
        <Choices
            id="setuju"
            label=kata::AGREES
            value=fields.setuju
            choices=choices
            error=error_of(errors, "setuju")
        />
        <Show when=move || fields.setuju.with(|it| is_spoken(it))>
            {line(&Line { id: "saksi", label: kata::WITNESS, ..Line::ASKED }, fields.saksi, error_of(errors, "saksi"))}
        </Show>
    }
}
