//! Measuring one person: one question, one number, own pad; every key is kept at once.

use futures_util::future::join;
use wasm_bindgen::JsCast;

use super::{Draft, KeptLine, PersonHead, form_name, home_of, param, query, read_draft};
use crate::domain::form::card::{
    Answers, CardField, Judged, Kind, Measure, Soft, Station, Typed, card_at, touched, validate,
};
use crate::domain::growth::Position;
use crate::domain::intent::{Intent, sesi};
use crate::domain::number::{PadKey, parse_decimal, press};
use crate::domain::view::sesi::ukur::Form;
use crate::domain::view::sesi::{Query, View};
use crate::domain::view::{Query as Asked, View as Answer};
use crate::i18n::{self, sesi as kata, umum};
use crate::messages::Failure;
use crate::ui::components::{Icon, NumberPad, Page};
use crate::ui::context::{Watched, use_desk};
use crate::ui::pages::undo::offer_undo;
use crate::ui::prelude::*;
use crate::ui::router;

/// Measuring one person.
#[component]
pub fn UkurPage() -> impl IntoView {
    let desk = use_desk();
    let sesi = param("sesi");
    let orang = param("orang");
    // Not asked again when the book moves: what is being typed must stay under the fingers.
    let answer = Watched::of(move || {
        let (sesi, orang) = (sesi.get(), orang.get());
        async move {
            let form = form_name(2, &sesi, &orang);
            let view = desk.answer(Asked::Sesi(Query::Form { sesi, sasaran: orang }));
            join(view, read_draft(desk, form)).await
        }
    });
    view! {
        {answer.show(move |answer| {
                let (view, draft) = answer;
                match view.read() {
                    Ok(Answer::Sesi(View::Form(form))) => view! { <Measuring form=*form draft=draft /> },
                    Ok(_) => Node::Nothing,
                    Err(failure) => {
                        view! {
                            <Page>
                                {failure}
                                <p class="second">{kata::NO_CARD}</p>
                                <a
                                    href=home_of(&sesi.get_untracked(), &orang.get_untracked())
                                    class="button"
                                >
                                    {umum::BACK}
                                </a>
                            </Page>
                        }
                    }
                }
            })}
    }
}

/// What the last press of Lanjut found.
#[derive(Clone, PartialEq, Default)]
struct Said {
    error: Option<String>,
    asks: Vec<Soft>,
}

#[component]
fn Measuring(form: Form, draft: Option<Answers>) -> impl IntoView {
    let desk = use_desk();
    let step = query("langkah");
    let failure = RwSignal::new(None::<Failure>);
    let said = RwSignal::new(Said::default());
    let began_ms = js_sys::Date::now();
    let took_s = move || ((js_sys::Date::now() - began_ms) / 1000.0) as u32;
    let sesi = form.sesi.to_string();
    let orang = form.row.id.clone();
    let back = home_of(&sesi, &orang);
    let fields: Vec<&'static CardField> =
        card_at(form.age_months).map(|it| it.at(Station::Ukur, form.age_months).collect()).unwrap_or_default();
    let fields = StoredValue::new(fields);
    let keeper = Draft::new(desk, form_name(2, &sesi, &orang), failure);
    let had_draft = draft.is_some();
    let mut start = form.saved.clone();
    start.extend(draft.unwrap_or_default());
    let answers = RwSignal::new(start);
    let saved = StoredValue::new(form.saved.clone());
    let typed = move || touched(&saved.get_value(), answers.get_untracked());
    let age = form.age_months;
    let head_line = head_line(&form);
    let who = StoredValue::new(form.who.clone());
    let row = form.row.clone();
    let nama = StoredValue::new(row.nama.clone());
    let place = StoredValue::new((sesi, orang));

    let current = Memo::new(move |_| {
        let word = step.get();
        fields.with_value(|all| {
            let named = all.iter().find(|it| Some(it.key) == word.as_deref());
            named.or_else(|| all.first()).map(|it| it.key).unwrap_or_default()
        })
    });
    let field_of = move |key: &str| fields.with_value(|all| all.iter().find(|it| it.key == key).copied());
    let typed_of = move |key: &str| answers.with(|it| it.get(key).cloned().unwrap_or_default());
    let change = move |key: &'static str, edit: &dyn Fn(&mut Typed)| {
        answers.update(|it| edit(it.or_default(key.to_owned())));
        said.set(Said::default());
        keeper.keep(&typed());
    };

    let to_step = move |key: &str, replace: bool| {
        let (sesi, orang) = place.get_value();
        let href = format!("/sesi/{sesi}/ukur/{orang}?langkah={key}");
        said.set(Said::default());
        router::turn(&href, replace);
    };
    let finish = move || {
        let (sesi, orang) = place.get_value();
        let href = format!("/sesi/{sesi}/hasil/{orang}");
        let mut told = typed();
        told.retain(|key, _| field_of(key).is_some());
        let intent = Intent::Sesi(sesi::Intent::Visit {
            sesi,
            sasaran: orang,
            answers: told,
            form: keeper.form(),
            took_s: Some(took_s()),
        });
        spawn_local(async move {
            match desk.save(intent).await {
                Ok(saved) => {
                    offer_undo(desk, kata::result_saved(&nama.get_value()), saved);
                    // Back leads to the queue, not into a form that is done.
                    router::leave_to(&href);
                }
                Err(Failure::Refused(errors)) => {
                    let Some(first) = errors.first() else { return };
                    if field_of(&first.field).is_some() {
                        to_step(&first.field, true);
                    }
                    let is_empty = answers.with_untracked(|it| it.values().all(Typed::is_blank));
                    let error = if is_empty { kata::NOTHING_AT_ALL.into() } else { i18n::problem(&first.problem) };
                    said.set(Said { error: Some(error), asks: Vec::new() });
                }
                Err(other) => failure.set(Some(other)),
            }
        });
    };
    let onward = move |key: &str| {
        let next = fields.with_value(|all| {
            let place = all.iter().position(|it| it.key == key);
            place.and_then(|it| all.get(it + 1)).map(|it| it.key)
        });
        match next {
            Some(key) => to_step(key, false),
            None => finish(),
        }
    };
    let try_next = move |()| {
        let key = current.get_untracked();
        let Some(field) = field_of(key) else { return };
        let typed = answers.with_untracked(|it| it.get(key).cloned().unwrap_or_default());
        match who.with_value(|who| validate(field, &typed, who)) {
            Ok(Judged::Value(_)) => onward(key),
            Ok(Judged::Blank) => {
                said.set(Said { error: Some(kata::NOTHING_TYPED.to_owned()), asks: Vec::new() });
            }
            Ok(Judged::Ask(asks)) => said.set(Said { error: None, asks }),
            Err(problem) => said.set(Said { error: Some(i18n::problem(&problem)), asks: Vec::new() }),
        }
    };
    let sure = move |_| {
        let key = current.get_untracked();
        change(key, &|it| it.sure = true);
        onward(key);
    };
    let skip = move |()| {
        let key = current.get_untracked();
        change(key, &|it| *it = Typed { skipped: true, ..Typed::default() });
        onward(key);
    };
    let press_key = move |key: PadKey| {
        let field = current.get_untracked();
        if let Some(CardField { kind: Kind::Measure(measure), .. }) = field_of(field) {
            change(field, &|it| {
                it.text = press(&it.text, key, measure.pad());
                it.skipped = false;
                it.sure = false;
            });
        }
    };

    let question = move || {
        let field = field_of(current.get())?;
        let Kind::Measure(measure) = field.kind else { return None };
        let key = field.key;
        let last = who.with_value(|it| it.last.get(key).copied());
        let on = who.with_value(|it| it.on);
        let last_line = last.map_or_else(
            || view! { <span>{kata::FIRST_TIME}</span> },
            |last| {
                view! {
                    <span>
                        {kata::last_time(on, last.on)} " " <b>{kata::amount(measure, last.value)}</b>
                    </span>
                    {move || pill(measure, &typed_of(key).text, last.value)}
                }
            },
        );
        Some(view! {
            <div class="reading">
                <h2 class="reading__ask">
                    <label for=key>{kata::ask(field, age)}</label>
                    <small>{kata::letters(key, age)}</small>
                </h2>
                <p class="reading__value">
                    <span class="reading__field">
                        <span class="reading__mirror" aria-hidden="true">
                            {move || {
                                let text = typed_of(key).text;
                                // Hidden: it holds the line open while nothing is typed.
                                if text.is_empty() { "0".to_owned() } else { text }
                            }}
                        </span>
                    <input
                        class="reading__input"
                        id=key
                        inputmode="none"
                        autocomplete="off"
                        prop:value=move || typed_of(key).text
                        on:input=move |event| {
                            let text = event_target_value(&event);
                            change(
                                key,
                                &|it| {
                                    it.text.clone_from(&text);
                                    it.skipped = false;
                                    it.sure = false;
                                },
                            );
                        }
                        on:keydown=move |event| {
                            if event.dyn_ref::<web_sys::KeyboardEvent>().is_some_and(|it| it.key() == "Enter") {
                                event.prevent_default();
                                try_next(());
                            }
                        }
                        aria-invalid=move || said.with(|it| it.error.is_some()).then_some("true")
                        aria-describedby=format!("{key}-salah")
                    />
                    </span>
                    <i class="reading__caret"></i>
                    <span class="reading__unit">{kata::unit(measure.unit)}</span>
                    {move || {
                        typed_of(key)
                            .skipped
                            .then(|| view! { <span class="pill">{umum::NOT_MEASURED}</span> })
                    }}
                </p>
                <p class="reading__last">{last_line}</p>
                {measure
                    .has_position
                    .then(|| {
                        let usual = who.with_value(|it| it.usual_position());
                        let one = move |position: Position| {
                            let is_chosen = move || {
                                let word = typed_of(key).word;
                                if word.is_empty() { usual == position } else { word == position.code() }
                            };
                            view! {
                                <button
                                    class="segments__one"
                                    type="button"
                                    aria-pressed=move || if is_chosen() { "true" } else { "false" }
                                    on:click=move |_| {
                                        change(
                                            key,
                                            &|it| {
                                                position.code().clone_into(&mut it.word);
                                                it.sure = false;
                                            },
                                        )
                                    }
                                >
                                    {kata::position(position)}
                                </button>
                            }
                        };
                        view! {
                            <div class="segments reading__position" role="group" aria-label=kata::HOW_HELD>
                                {one(Position::Lying)}
                                {one(Position::Standing)}
                            </div>
                        }
                    })}
            </div>
        })
    };
    let doubts = move || {
        let asks = said.with(|it| it.asks.clone());
        let field = field_of(current.get())?;
        (!asks.is_empty()).then(|| {
            let is_position = asks.iter().all(|it| matches!(it, Soft::Position(_)));
            // On a small screen this stands over the number it is about.
            let written = match field.kind {
                Kind::Measure(measure) => format!("{}\u{a0}{}", typed_of(field.key).text, kata::unit(measure.unit)),
                _ => String::new(),
            };
            view! {
                <div class="notice" role="alert">
                    <Icon name="awas" />
                    <div>
                        <p class="strong">
                            {if is_position { kata::HOW_HELD } else { kata::again(field.kind) }} " " <b>{written}</b>
                        </p>
                        {asks.iter().map(|it| view! { <p>{kata::soft(it)}</p> }).collect_view()}
                        <button class="button button--plain button--small" type="button" on:click=sure>
                            <Icon name="cek" />
                            {kata::IS_RIGHT}
                        </button>
                    </div>
                </div>
            }
        })
    };
    let others = move || {
        let now = current.get();
        let others = fields.with_value(|all| all.iter().copied().filter(|it| it.key != now).collect::<Vec<_>>());
        let (sesi, orang) = place.get_value();
        others
            .into_iter()
            .filter_map(|field| {
                let Kind::Measure(measure) = field.kind else { return None };
                let key = field.key;
                let last = who.with_value(|it| it.last.get(key).copied());
                let typed = typed_of(key);
                let value = if typed.skipped {
                    view! { <b>{umum::NOT_MEASURED}</b> }
                } else if !typed.text.is_empty() {
                    view! { <b>{format!("{}\u{a0}{}", typed.text, kata::unit(measure.unit))}</b> }
                } else {
                    match last {
                        Some(last) => view! { {kata::BEFORE} <b>{kata::amount(measure, last.value)}</b> },
                        None => kata::NOT_MEASURED_YET.into_view(),
                    }
                };
                Some(view! {
                    <a
                        href=format!("/sesi/{sesi}/ukur/{orang}?langkah={key}")
                        class="later"
                        scroll=false
                    >
                        <Icon name=kata::measure_icon(key) />
                        <span>{kata::measure_name(key, age)}</span>
                        <span>{value}</span>
                    </a>
                })
            })
            .collect_view()
    };
    view! {
        <PersonHead row=row line=head_line back=back />
        <main class="page entry">
            {failure}
            {question}
            <div class="entry__next">{others}</div>
        </main>
        <footer class="entry__bottom">
            // Above the pad, where they are seen on the smallest screen.
            <div class="entry__said">
                <p class="field__error" id=move || format!("{}-salah", current.get()) aria-live="polite">
                    {move || {
                        said.with(|it| it.error.clone())
                            .map(|text| {
                                view! {
                                    <Icon name="awas" size="s" />
                                    <span>{text}</span>
                                }
                            })
                    }}
                </p>
                {doubts}
            </div>
            // While she is asked, the room is for the question.
            <Show when=move || said.with(|it| it.asks.is_empty())>
                <KeptLine keeper=keeper had_draft=had_draft />
            </Show>
            <NumberPad on_key=press_key on_skip=skip on_next=try_next next=umum::NEXT.to_owned() />
        </footer>
    }
}

fn head_line(form: &Form) -> String {
    let mut parts = Vec::new();
    parts.extend(form.row.age.map(i18n::waktu::age));
    parts.extend(form.row.sex.map(|it| i18n::warga::sex(it).to_owned()));
    if !form.row.ibu.is_empty() {
        parts.push(kata::child_of(&form.row.ibu));
    }
    if !form.sesi.is_open_day() {
        parts.push(kata::place_line(&form.sesi));
    }
    parts.join(" · ")
}

/// The change since last time, once a number stands there.
fn pill(measure: Measure, text: &str, last: u32) -> Option<impl IntoView + use<>> {
    let now = parse_decimal(text, measure.format()).ok()?;
    let (class, icon) = match now.cmp(&last) {
        std::cmp::Ordering::Less => ("pill pill--watch", "turun"),
        std::cmp::Ordering::Equal => ("pill pill--watch", "tetap"),
        std::cmp::Ordering::Greater => ("pill pill--good", "naik"),
    };
    Some(view! {
        <span class=class>
            <Icon name=icon size="s" />
            {kata::change(measure, now, last)}
        </span>
    })
}
