//! The form engine: draws the fields of a card at a station, whatever they are, and saves what was said.

use futures_util::future::join;

use super::{Draft, KeptLine, PersonHead, form_name, home_of, param, read_draft, station_query};
use crate::domain::form::Problem;
use crate::domain::form::card::{self, Answers, CardField, Judged, Kind, Station, Typed, card_at, validate};
use crate::domain::form::cards::SEEN_REASONS;
use crate::domain::form::pilihan;
use crate::domain::intent::{Intent, sesi};
use crate::domain::view::sesi::ukur::Form;
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{self, sesi as kata, umum};
use crate::messages::Failure;
use crate::ui::components::{Choice, Choices, FieldNote, FormPage, Page, TextArea, TextField, focus_first_error};
use crate::ui::context::{Watched, use_desk};
use crate::ui::pages::undo::offer_undo;
use crate::ui::pages::warga::shared::SelectField;
use crate::ui::prelude::*;
use crate::ui::router;

/// The fields of one station.
#[component]
pub fn KartuPage() -> impl IntoView {
    let desk = use_desk();
    let (sesi, orang) = (param("sesi"), param("orang"));
    let station = station_query();
    let answer = Watched::of(move || {
        let (sesi, orang, station) = (sesi.get(), orang.get(), station.get());
        async move {
            let form = form_name(station, &sesi, &orang);
            let view = desk.answer(Asked::Sesi(Query::Form { sesi, sasaran: orang }));
            let (view, draft) = join(view, read_draft(desk, form)).await;
            (view, draft, station)
        }
    });
    view! {
        {answer.show(move |answer| {
                let (view, draft, station) = answer;
                let station = Station::from_number(station).filter(|it| *it > Station::Ukur);
                match view.read() {
                    Ok(Answer::Sesi(View::Form(form))) => {
                        let station = station.unwrap_or(Station::Catat);
                        view! { <CardForm form=*form draft=draft station=station /> }
                    }
                    Ok(_) => Node::Nothing,
                    Err(failure) => {
                        view! {
                            <Page>
                                {failure}
                            </Page>
                        }
                    }
                }
            })}
    }
}

/// What is typed into one field, in the shapes that inputs hold.
#[derive(Clone, Copy)]
pub struct Held {
    /// Which.
    pub field: &'static CardField,
    word: RwSignal<String>,
    text: RwSignal<String>,
    picks: RwSignal<Vec<String>>,
    place: RwSignal<String>,
    /// What is wrong, in words.
    pub error: RwSignal<Option<String>>,
}

impl Held {
    /// Inputs that hold what was typed before.
    pub fn new(field: &'static CardField, typed: Typed) -> Self {
        Self {
            field,
            word: RwSignal::new(typed.word),
            text: RwSignal::new(typed.text),
            picks: RwSignal::new(typed.picks),
            place: RwSignal::new(typed.place),
            error: RwSignal::new(None),
        }
    }

    /// What they hold now.
    pub fn typed(self) -> Typed {
        Typed {
            text: self.text.get(),
            word: self.word.get(),
            picks: self.picks.get(),
            place: self.place.get(),
            ..Typed::default()
        }
    }

    /// As it is to be saved: suggested reasons count only once she said yes.
    fn told(self) -> Typed {
        let mut typed = untrack(|| self.typed());
        if matches!(self.field.kind, Kind::Referral { .. }) && typed.word != "ya" {
            typed.picks.clear();
            typed.place.clear();
        }
        typed
    }
}

/// What the inputs hold that differs from what they were filled with.
pub fn touched(filled: &Answers, held: Vec<Held>) -> Answers {
    card::touched(filled, held.into_iter().map(|it| (it.field.key.to_owned(), it.typed())).collect())
}

#[component]
fn CardForm(form: Form, draft: Option<Answers>, station: Station) -> impl IntoView {
    let desk = use_desk();
    let failure = RwSignal::new(None::<Failure>);
    let sesi = form.sesi.to_string();
    let orang = form.row.id.clone();
    let keeper = Draft::new(desk, form_name(station.number(), &sesi, &orang), failure);
    let had_draft = draft.is_some();
    let draft = draft.unwrap_or_default();
    let card = card_at(form.age_months);
    let fields: Vec<&'static CardField> = card.map(|it| it.at(station, form.age_months).collect()).unwrap_or_default();
    let codes = form.suggestion.codes();
    let suggested_place = form.suggestion.place();
    let (mut held, mut filled) = (Vec::new(), Answers::new());
    for field in fields {
        let is_referral = matches!(field.kind, Kind::Referral { .. });
        let suggested = Typed { picks: codes.clone(), place: suggested_place.to_owned(), ..Typed::default() };
        let known = form.saved.get(field.key).cloned();
        let known = known.unwrap_or(if is_referral { suggested } else { Typed::default() });
        held.push(Held::new(field, draft.get(field.key).unwrap_or(&known).clone()));
        filled.insert(field.key.to_owned(), known);
    }
    let all = StoredValue::new(held.clone());
    let filled = StoredValue::new(filled);
    let answers = move || touched(&filled.get_value(), all.get_value());
    Effect::new(move |before: Option<Answers>| {
        let now = answers();
        if before.is_some_and(|before| before != now) {
            keeper.keep(&now);
        }
        now
    });
    let who = StoredValue::new(form.who.clone());
    let nama = StoredValue::new(form.row.nama.clone());
    let at = StoredValue::new((sesi.clone(), orang.clone()));
    let submit = move |()| {
        let mut is_right = true;
        for held in all.get_value() {
            let problem = who.with_value(|who| validate(held.field, &held.told(), who)).err();
            is_right &= problem.is_none();
            held.error.set(problem.as_ref().map(i18n::problem));
        }
        let is_blank =
            |it: &Held| matches!(who.with_value(|who| validate(it.field, &it.told(), who)), Ok(Judged::Blank));
        let is_untouched = untrack(answers).is_empty();
        let blank = all.with_value(|all| all.iter().all(is_blank).then(|| all.first().copied()).flatten());
        if let Some(first) = blank.filter(|_| is_untouched) {
            first.error.set(Some(i18n::problem(&Problem::Missing)));
            is_right = false;
        }
        if !is_right {
            focus_first_error();
            return;
        }
        let (sesi, orang) = at.get_value();
        let href = format!("/sesi/{sesi}/hasil/{orang}?langkah={}", station.number());
        let mut answers = untrack(answers);
        for held in all.get_value() {
            if let Some(typed) = answers.get_mut(held.field.key) {
                *typed = held.told();
            }
        }
        let intent =
            Intent::Sesi(sesi::Intent::Visit { sesi, sasaran: orang, answers, form: keeper.form(), took_s: None });
        spawn_local(async move {
            match desk.save(intent).await {
                Ok(saved) => {
                    offer_undo(desk, kata::result_saved(&nama.get_value()), saved);
                    router::go_instead(&href);
                }
                Err(Failure::Refused(errors)) => {
                    for error in &errors {
                        let words = i18n::problem(&error.problem);
                        if let Some(held) =
                            all.with_value(|all| all.iter().find(|it| it.field.key == error.field).copied())
                        {
                            held.error.set(Some(words));
                        } else {
                            failure.set(Some(Failure::Refused(vec![error.clone()])));
                        }
                    }
                    focus_first_error();
                }
                Err(other) => failure.set(Some(other)),
            }
        });
    };
    let age = form.age_months;
    let inputs = held
        .into_iter()
        .map(|held| {
            let codes = codes.clone();
            view! { <CardInput held=held age=age suggested=codes /> }
        })
        .collect_view();
    let line = {
        let age = form.row.age.map(i18n::waktu::age).unwrap_or_default();
        format!("{} · {age}", kata::station_title(station))
    };
    view! {
        <PersonHead row=form.row line=line back=home_of(&sesi, &orang) />
        <FormPage on_submit=submit say=umum::SAVE icon="cek">
            {failure} {inputs}
            <p class="second">{umum::PRESS_AGAIN}</p>
            <KeptLine keeper=keeper had_draft=had_draft />
        </FormPage>
    }
}

/// One field, by its kind.
#[component]
pub fn CardInput(
    /// Its inputs.
    held: Held,
    /// Completed months.
    age: u32,
    /// Codes of reasons that the answers suggest.
    suggested: Vec<String>,
) -> impl IntoView {
    let field = held.field;
    let key = field.key;
    let label = kata::ask(field, age).to_owned();
    let hint = kata::hint(key).to_owned();
    let of_words =
        |words: &[&'static str]| -> Vec<Choice> { words.iter().map(|it| Choice::new(it, kata::word(it))).collect() };
    let is_yes_no = matches!(field.kind, Kind::YesNo | Kind::Referral { .. });
    let choices = match field.kind {
        Kind::OneOf(words) => of_words(words),
        Kind::Listed => pilihan::choices(key).iter().map(|it| Choice::new(it.0, it.1)).collect(),
        _ => of_words(&["ya", "tidak"]),
    };
    let first = match field.kind {
        Kind::Listed if choices.len() >= MANY => {
            view! { <SelectField id=key label=label value=held.word choices=choices error=held.error /> }
        }
        Kind::YesNo | Kind::Referral { .. } | Kind::OneOf(_) | Kind::Listed => view! {
            <Choices
                id=key
                label=label
                hint=hint
                value=held.word
                choices=choices
                error=held.error
                inline=is_yes_no
                can_clear=true
            />
        },
        Kind::Name | Kind::Count(..) => {
            let inputmode = if matches!(field.kind, Kind::Name) { "text" } else { "numeric" };
            view! { <TextField id=key label=label hint=hint value=held.text error=held.error inputmode=inputmode /> }
        }
        Kind::AnyOf { words, .. } => view! {
            <Checks id=key label=label hint=hint picks=held.picks words=pairs(words) error=held.error />
        },
        // Numbers have their own screen with a pad.
        Kind::Measure(_) => Node::Nothing,
    };
    let more = match field.kind {
        Kind::Referral { reasons, places } => {
            let mut shown = reasons.to_vec();
            shown.retain(|it| {
                SEEN_REASONS.contains(it)
                    || suggested.iter().any(|code| code == it)
                    || held.picks.with_untracked(|picks| picks.iter().any(|code| code == it))
            });
            view! {
                <Show when=move || held.word.with(|it| it == "ya")>
                    <Choices id="tempat" label=kata::PLACE value=held.place choices=of_words(places) />
                    <Checks
                        id="alasan"
                        label=kata::REASONS.to_owned()
                        hint=String::new()
                        picks=held.picks
                        words=pairs(&shown)
                        error=RwSignal::new(None)
                    />
                </Show>
            }
        }
        _ => Node::Nothing,
    };
    let text = matches!(field.kind, Kind::AnyOf { .. } | Kind::Referral { .. }).then(|| {
        view! { <TextArea id=free_id(key) label=kata::free_text(key).to_owned() value=held.text rows=2 /> }
    });
    view! { {first} {more} {text} }
}

/// Words of a card, as they are kept and as people say them.
fn pairs(words: &[&str]) -> Vec<(String, String)> {
    words.iter().map(|it| ((*it).to_owned(), kata::word(it).to_owned())).collect()
}

/// From so many choices on they stand in a drop-down.
const MANY: usize = 7;

/// Id of the free text of a field.
fn free_id(key: &str) -> &'static str {
    match key {
        "gejala" => "gejala-teks",
        "edukasi" => "edukasi-teks",
        "rujuk" => "rujuk-teks",
        _ => "teks",
    }
}

/// Any of some words.
#[component]
pub(super) fn Checks(
    id: &'static str,
    label: String,
    hint: String,
    picks: RwSignal<Vec<String>>,
    /// What is kept, and what is read.
    words: Vec<(String, String)>,
    error: RwSignal<Option<String>>,
) -> impl IntoView {
    let boxes = words.into_iter().map(|(value, label)| {
        let word = StoredValue::new(value.clone());
        let is = move |it: &String| word.with_value(|word| it == word);
        let toggle = move |_| {
            picks.update(|all| {
                if let Some(place) = all.iter().position(is) {
                    all.remove(place);
                } else {
                    all.push(word.get_value());
                }
            });
        };
        view! {
            <label class="pick pick--check">
                <input
                    type="checkbox"
                    name=id
                    value=value
                    prop:checked=move || picks.with(|it| it.iter().any(is))
                    on:change=toggle
                />
                <span class="pick__ring"></span>
                <span class="pick__words">{label}</span>
            </label>
        }
    });
    view! {
        <fieldset
            class="field field--choices"
            id=id
            aria-invalid=move || error.with(Option::is_some).then_some("true")
            aria-describedby=format!("{id}-salah")
        >
            <legend class="field__label">{label}</legend>
            {boxes.collect_view()}
            <FieldNote id=id hint=hint error=error />
        </fieldset>
    }
}
