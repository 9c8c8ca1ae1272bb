//! The five screens of a complaint.

use super::emergency::Alarm;
use super::form::Form;
use super::photo::PhotoField;
use crate::domain::aduan::category::{Bidang, Category, CategoryTable, CategoryTrait, suggest};
use crate::domain::aduan::consent::{self, ConsentPurpose};
use crate::domain::aduan::intake::{Field, Step};
use crate::domain::aduan::process::Jenis;
use crate::domain::aduan::secrecy::{Kerahasiaan, Offer, photo_offer};
use crate::domain::intent::{Intent, aduan as intent};
use crate::domain::view::aduan::Tempat;
use crate::i18n::aduan as kata;
use crate::messages::Failure;
use crate::ui::components::{
    Choice, Choices, FieldNote, FormPage, Icon, Line, TextArea, TopBar, focus_first_error, line,
};
use crate::ui::context::use_desk;
use crate::ui::prelude::*;
use crate::ui::router;

/// Where to, and what more stands in the address.
pub type Go = Callback<(usize, String)>;

fn choices(answers: &'static [kata::Answer]) -> Vec<Choice> {
    answers
        .iter()
        .map(|(value, label, more)| Choice { value, label: (*label).to_owned(), more: (*more).to_owned() })
        .collect()
}

/// The lines to type in, by the member of the draft.
static LINES: [(&str, Line); 13] = [
    ("judul", Line { id: "judul_aduan", label: kata::TITLE, hint: kata::TITLE_HINT, ..Line::ASKED }),
    (
        "waktu_kejadian",
        Line { id: "waktu_kejadian", label: kata::WHEN, hint: kata::WHEN_HINT, keys: "numeric", ..Line::MAY },
    ),
    ("rt", Line { id: "rt", label: kata::RT, keys: "numeric", ..Line::ASKED }),
    ("rw", Line { id: "rw", label: kata::RW, keys: "numeric", ..Line::MAY }),
    ("dusun", Line { id: "dusun", label: kata::DUSUN, ..Line::MAY }),
    ("patokan", Line { id: "patokan", label: kata::LANDMARK, hint: kata::LANDMARK_HINT, ..Line::MAY }),
    (
        "jumlah_terdampak_kk",
        Line {
            id: "jumlah_terdampak_kk",
            label: kata::FAMILIES,
            hint: kata::FAMILIES_HINT,
            keys: "numeric",
            ..Line::ASKED
        },
    ),
    ("nama", Line { id: "nama", label: kata::REPORTER_NAME, ..Line::ASKED }),
    ("hp", Line { id: "hp", label: kata::PHONE, keys: "tel", ..Line::ASKED }),
    ("jam_aman", Line { id: "jam_aman", label: kata::SAFE_HOUR, hint: kata::SAFE_HOUR_HINT, ..Line::MAY }),
    ("nik", Line { id: "nik", label: kata::NIK, keys: "numeric", ..Line::MAY }),
    ("wali_nama", Line { id: "wali_nama", label: kata::GUARDIAN, ..Line::ASKED }),
    ("wali_hubungan", Line { id: "wali_hubungan", label: kata::GUARDIAN_RELATION, ..Line::ASKED }),
];

/// One of the [`LINES`], with what is wrong with it.
fn told(form: Form, name: &'static str) -> impl IntoView {
    let found = LINES.iter().find(|it| it.0 == name).zip(form.text(name));
    found.map(|((_, asked), value)| line(asked, value, form.error(Field::from_code(name))))
}

/// A box to tick, of the same size as a choice.
#[component]
fn Tick(
    /// Field id.
    id: &'static str,
    /// What is agreed.
    #[prop(into)]
    label: String,
    /// A second line.
    #[prop(into, optional)]
    more: String,
    /// Whether it is ticked.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="pick">
            <input
                type="checkbox"
                id=id
                prop:checked=value
                on:change=move |event| value.set(event_target_checked(&event))
            />
            <span class="pick__ring"></span>
            <span class="pick__words">
                <b>{label}</b>
                {(!more.is_empty()).then(|| view! { <span class="second">{more}</span> })}
            </span>
        </label>
    }
}

/// (1) Kind and category: typed words suggest at most five; or picture, then list.
#[component]
pub fn CategoryStep(form: Form, bidang: String, go: Go) -> impl IntoView {
    let choose = Callback::new(move |category: &'static Category| {
        form.choose(category);
        let more = if category.is_urgent { "&darurat=1" } else { "" };
        go.run((1, more.to_owned()));
    });
    if !bidang.is_empty() {
        let list = CategoryTable::bundled().all().iter().filter(move |it| it.bidang == Bidang::from_code(&bidang));
        return view! {
            <h2 class="wizard__ask book">{kata::ABOUT}</h2>
            <div class="choices">{list.map(move |it| category_button(it, choose)).collect_view()}</div>
        };
    }
    let found = Memo::new(move |_| {
        form.cari.with(|it| suggest(it)).into_iter().map(|it| it.code.clone()).collect::<Vec<String>>()
    });
    let is_chosen = move || form.category().is_some();
    view! {
        <Alarm href="/aduan/darurat" />
        <h2 class="wizard__ask book">{kata::ABOUT}</h2>
        <Show
            when=is_chosen
            fallback=move || {
                view! {
                    {line(
                        &Line { id: "kategori", label: kata::TYPE_ABOUT, hint: kata::TYPE_ABOUT_HINT, ..Line::ASKED },
                        form.cari,
                        form.error(Field::Kategori),
                    )}
                    <div class="choices" aria-live="polite">
                        {move || {
                            let categories = found.get();
                            let categories = categories.iter().filter_map(|it| CategoryTable::bundled().find(it));
                            categories.map(|it| category_button(it, choose)).collect_view()
                        }}
                    </div>
                    <div class="section">
                        <h3 class="section__title">{kata::OR_CHOOSE}</h3>
                    </div>
                    <div class="bidangs">
                        {kata::BIDANG
                            .into_iter()
                            .map(|(code, name, what, icon)| {
                                view! {
                                    <button
                                        class=format!("bidangpick {}", kata::bidang_class(code))
                                        type="button"
                                        on:click=move |_| go.run((1, format!("&bidang={code}")))
                                    >
                                        <span class="mark">
                                            <Icon name=icon />
                                        </span>
                                        <span>
                                            <b>{name}</b>
                                            <small>{what}</small>
                                        </span>
                                        <Icon name="lanjut" />
                                    </button>
                                }
                            })
                            .collect_view()}
                    </div>
                }
            }
        >
            {move || {
                form.category()
                    .map(|it| {
                        let icon = kata::bidang_icon(it.bidang.code());
                        view! {
                            <div class=format!("row {}", kata::bidang_class(it.bidang.code()))>
                                <span class="mark">
                                    <Icon name=icon />
                                </span>
                                <span class="row__body">
                                    <span class="row__name">{it.name.clone()}</span>
                                    <span class="row__line">{kata::bidang_name(it.bidang.code())}</span>
                                </span>
                                <button
                                    class="textbutton"
                                    type="button"
                                    on:click=move |_| form.kategori.set(String::new())
                                >
                                    {kata::CHANGE}
                                </button>
                            </div>
                            {it.is_urgent
                                .then(|| {
                                    view! {
                                        <button
                                            class="textbutton textbutton--wide say--refer"
                                            type="button"
                                            on:click=move |_| go.run((1, "&darurat=1".to_owned()))
                                        >
                                            <Icon name="telepon" />
                                            {kata::CALL_FIRST}
                                        </button>
                                    }
                                })}
                        }
                    })
            }}
            <Choices
                id="jenis"
                label=kata::KIND
                value=form.jenis
                choices=choices(&kata::KINDS)
                error=form.error(Field::Jenis)
            />
        </Show>
    }
}

fn category_button(category: &'static Category, choose: Callback<&'static Category>) -> impl IntoView {
    let class = format!("bidangpick {}", kata::bidang_class(category.bidang.code()));
    view! {
        <button class=class type="button" on:click=move |_| choose.run(category)>
            <span class="mark">
                <Icon name=kata::bidang_icon(category.bidang.code()) />
            </span>
            <span>
                <b>{category.name.clone()}</b>
            </span>
            <Icon name="lanjut" />
        </button>
    }
}

/// (2) What happened.
#[component]
pub fn EventStep(form: Form) -> impl IntoView {
    // Offered, never put under her fingers.
    let offered = Memo::new(move |_| form.title_from_story().filter(|it| form.judul.with(|title| title != it)));
    view! {
        <TextArea
            id="uraian"
            label=kata::WHAT
            hint=kata::WHAT_HINT
            value=form.uraian
            error=form.error(Field::Uraian)
        />
        {told(form, "judul")}
        {move || {
            offered
                .get()
                .map(|title| {
                    let label = kata::use_title(&title);
                    view! {
                        <button
                            class="button button--plain button--small field"
                            type="button"
                            on:click=move |_| form.judul.set(title.clone())
                        >
                            {label}
                        </button>
                    }
                })
        }}
        {told(form, "waktu_kejadian")}
        <Show when=move || form.waktu_kejadian.with(|it| !it.trim().is_empty())>
            <Tick id="waktu_perkiraan" label=kata::ABOUT_WHEN value=form.waktu_perkiraan />
        </Show>
    }
}

/// (3) Where, who, how many families.
#[component]
pub fn PlaceStep(form: Form) -> impl IntoView {
    view! {
        <h2 class="wizard__ask book">{kata::WHERE}</h2>
        <div class="dock__pair pair--fields">
            {told(form, "rt")}
            {told(form, "rw")}
        </div>
        {told(form, "dusun")}
        {told(form, "patokan")}
        <Choices
            id="sifat"
            label=kata::HOW_MANY
            value=form.sifat
            choices=choices(&kata::HOW_MANY_CHOICES)
            error=form.error(Field::Sifat)
        />
        <Show when=move || form.sifat.with(|it| it == "komunal")>
            {told(form, "jumlah_terdampak_kk")}
        </Show>
        <Choices
            id="untuk_diri"
            label=kata::FOR_WHOM
            value=form.untuk_diri
            choices=choices(&kata::FOR)
            error=form.error(Field::UntukDiri)
        />
    }
}

/// (4) Secrecy with its safe default, reporter, consent.
#[component]
pub fn ReporterStep(form: Form) -> impl IntoView {
    if form.kerahasiaan.with_untracked(String::is_empty) {
        form.kerahasiaan.set(untrack(|| form.level()).code().to_owned());
    }
    let level = Memo::new(move |_| form.level());
    let default = Memo::new(move |_| form.category().map_or(Kerahasiaan::Terbuka, |it| it.default_kerahasiaan.clone()));
    let lowers = move || level.get().strictness() < default.get().strictness();
    let hint = Signal::derive(move || {
        if default.get() == Kerahasiaan::Terbuka { String::new() } else { kata::SECRECY_DEFAULT.to_owned() }
    });
    let protects = move || form.category().is_some_and(|it| it.has(&CategoryTrait::Anak));
    view! {
        <Choices
            id="kerahasiaan"
            label=kata::SECRECY
            hint=hint
            value=form.kerahasiaan
            choices=choices(&kata::SECRECY_CHOICES)
            error=form.error(Field::Kerahasiaan)
        />
        <Show when=lowers>
            <Tick id="minta_diturunkan" label=kata::LOWER value=form.minta_diturunkan />
        </Show>
        <Show
            when=move || level.get().asks_reporter()
            fallback=move || {
                view! {
                    <div class="notice" role="status">
                        <Icon name="awas" />
                        <p>{kata::NOBODY_WARNING}</p>
                    </div>
                }
            }
        >
            <Reporter form=form />
        </Show>
        <Show when=protects>
            <Tick id="dasar_pemrosesan" label=kata::PROTECT_CHILD value=form.protects_child />
        </Show>
        <Show when=move || !form.protects_child.get()>
            <Consent form=form level=level />
        </Show>
    }
}

#[component]
fn Reporter(form: Form) -> impl IntoView {
    let needs_phone = move || form.cara_hubung.with(|it| matches!(it.as_str(), "wa" | "sms" | "telepon"));
    let asks_nik = move || form.jenis.with(|it| Jenis::from_code(it) == Jenis::PermohonanLayanan);
    view! {
        <div class="section">
            <h2 class="section__title">{kata::REPORTER}</h2>
        </div>
        {told(form, "nama")}
        <Choices
            id="cara_hubung"
            label=kata::REACH
            value=form.cara_hubung
            choices=choices(&kata::REACH_CHOICES)
            error=form.error(Field::CaraHubung)
        />
        <Show when=needs_phone>
            {told(form, "hp")}
            {told(form, "jam_aman")}
        </Show>
        <Show when=asks_nik>
            {told(form, "nik")}
        </Show>
        <Tick id="kelompok" label=kata::IS_CHILD value=form.is_child />
        <Show when=move || form.is_child.get() && !form.protects_child.get()>
            {told(form, "wali_nama")}
            {told(form, "wali_hubungan")}
        </Show>
    }
}

fn sentence(form: Form, purpose: &ConsentPurpose) -> String {
    let today = form.info.with_value(|it| it.now.date());
    consent::current(purpose, today).map(|it| it.text.clone()).unwrap_or_default()
}

#[component]
fn Consent(form: Form, level: Memo<Kerahasiaan>) -> impl IntoView {
    // Somebody always says yes in some way; spoken before a witness is the usual one at the desk.
    if form.cara_setuju.with_untracked(String::is_empty) {
        form.cara_setuju.set("lisan_disaksikan".into());
    }
    let error = form.error(Field::Persetujuan);
    let is_tick = Signal::derive(move || error.get().filter(|_| !form.agrees_catat.get()));
    let is_witness = Signal::derive(move || error.get().filter(|_| form.agrees_catat.get()));
    view! {
        <fieldset
            class="field field--choices"
            id="persetujuan"
            aria-describedby="persetujuan-petunjuk persetujuan-salah"
            aria-invalid=move || is_tick.with(Option::is_some).then_some("true")
        >
            <legend class="field__label">{kata::CONSENT}</legend>
            <Tick id="agrees_catat" label=sentence(form, &ConsentPurpose::Catat) value=form.agrees_catat />
            <Show when=move || level.get().may_release_identity()>
                <Tick
                    id="agrees_bagikan"
                    label=sentence(form, &ConsentPurpose::BagikanOpd)
                    value=form.agrees_bagikan
                />
            </Show>
            <FieldNote id="persetujuan" hint=kata::CONSENT_NOTE error=is_tick />
        </fieldset>
        <Choices
            id="cara_setuju"
            label=kata::CONSENT_HOW
            value=form.cara_setuju
            choices=choices(&kata::CONSENT_CHOICES)
        />
        <Show when=move || form.cara_setuju.with(|it| it == "lisan_disaksikan")>
            {line(&Line { id: "saksi", label: kata::WITNESS, ..Line::ASKED }, form.saksi, is_witness)}
        </Show>
    }
}

/// (5) Photos, check, send.
#[component]
pub fn CheckStep(form: Form, back: String, go: Go) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let busy = RwSignal::new(false);
    let photos_anyway = RwSignal::new(form.foto.with_untracked(|it| !it.is_empty()));
    let lacking =
        move || Step::ALL.iter().position(|step| !untrack(|| form.draft()).validate(*step, &form.context()).is_empty());
    let send = move |()| {
        if busy.get_untracked() {
            return;
        }
        failure.set(None);
        // The first screen that lacks something is shown, with its sentences; nothing typed is touched.
        if let Some(place) = lacking() {
            if let Some(step) = Step::ALL.get(place) {
                form.may_leave(*step);
            }
            if place < 4 {
                go.run((place + 1, String::new()));
            }
            focus_first_error();
            return;
        }
        busy.set(true);
        spawn_local(async move {
            let id = form.id.get_value();
            let draft = untrack(|| form.draft()).to_json();
            form.keeps(false);
            match desk.save(Intent::Aduan(intent::Intent::Send { id: id.clone(), draft })).await {
                Ok(_) => {
                    let to = format!("/aduan/{id}/tanda-terima");
                    router::leave_to(&to);
                }
                Err(error) => {
                    form.keeps(true);
                    failure.set(Some(error));
                    busy.set(false);
                }
            }
        });
    };
    let offer = Memo::new(move |_| form.category().map(|it| photo_offer(it, &form.level()) == Offer::On) == Some(true));
    let shows_photos = move || offer.get() || photos_anyway.get();
    let busy_line = view! { <p class="second" role="status">{move || busy.get().then_some(kata::SENDING)}</p> };
    view! {
        <TopBar title=kata::CHECK line=kata::step(5) back=back />
        <FormPage on_submit=send say=kata::SEND icon="kirim" above=busy_line>
            {failure}
            <Summary form=form go=go />
            <div class="section">
                <h2 class="section__title">{kata::PHOTOS}</h2>
            </div>
            <Show
                when=shows_photos
                fallback=move || {
                    view! {
                        <p class="second">{kata::PHOTO_OFF}</p>
                        <button class="textbutton" type="button" on:click=move |_| photos_anyway.set(true)>
                            {kata::PHOTO_ANYWAY}
                        </button>
                    }
                }
            >
                <PhotoField form=form />
                <Show when=move || form.foto.with(|it| !it.is_empty()) && !form.protects_child.get()>
                    <fieldset
                        class="field field--choices"
                        id="persetujuan"
                        aria-describedby="persetujuan-salah"
                        aria-invalid=move || {
                            form.error(Field::Persetujuan).with(Option::is_some).then_some("true")
                        }
                    >
                        <legend class="field__label">{kata::CONSENT}</legend>
                        <Tick
                            id="agrees_foto"
                            label=sentence(form, &ConsentPurpose::Foto)
                            value=form.agrees_foto
                        />
                        <FieldNote
                            id="persetujuan"
                            hint=String::new()
                            error=form.error(Field::Persetujuan)
                        />
                    </fieldset>
                </Show>
            </Show>
            {move || {
                form.draft()
                    .warnings(&form.context())
                    .into_iter()
                    .map(|it| {
                        view! {
                            <div class="notice">
                                <Icon name="awas" />
                                <p>{kata::warning(it)}</p>
                            </div>
                        }
                    })
                    .collect_view()
            }}
        </FormPage>
    }
}

/// What will be sent, each part with the way back to its screen.
#[component]
fn Summary(form: Form, go: Go) -> impl IntoView {
    let part = move |step: usize, name: String, more: String| {
        view! {
            <div class="row">
                <span class="row__body">
                    <span class="row__name">{name}</span>
                    <span class="row__line">{more}</span>
                </span>
                <button class="textbutton" type="button" on:click=move |_| go.run((step, String::new()))>
                    {crate::i18n::umum::EDIT}
                </button>
            </div>
        }
    };
    move || {
        let draft = form.draft();
        let place = kata::tempat(&Tempat {
            dusun: draft.dusun.clone(),
            rt: draft.rt.clone(),
            rw: draft.rw.clone(),
            patokan: draft.patokan.clone(),
        });
        let families = if draft.sifat == "komunal" {
            draft.jumlah_terdampak_kk.parse().map(kata::families).unwrap_or_default()
        } else {
            kata::answer(&kata::HOW_MANY_CHOICES, &draft.sifat).to_owned()
        };
        let category = form.category().map(|it| it.name.clone()).unwrap_or_default();
        let level = form.level();
        let who = if level.asks_reporter() { draft.nama.clone() } else { String::new() };
        let secrecy = kata::answer(&kata::SECRECY_CHOICES, level.code()).to_owned();
        view! {
            <div class="rows">
                {part(1, category, kata::answer(&kata::KINDS, &draft.jenis).to_owned())}
                {part(2, draft.judul.clone(), draft.uraian.clone())}
                {part(3, place, families)}
                {part(4, secrecy, who)}
            </div>
        }
    }
}
