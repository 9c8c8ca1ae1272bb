//! One complaint: in whose hands, its history, its photos, a note, a call for help.

use super::photo::{Picture, Source};
use crate::domain::intent::{Intent, aduan as intent};
use crate::domain::view;
use crate::domain::view::aduan::{Call, Detail, Query, Sealing, Step, StepKind, StepPlace, View};
use crate::i18n::{self, aduan as kata, umum};
use crate::messages::Failure;
use crate::ui::app::or_trouble;
use crate::ui::components::{Dock, Icon, Line, Page, Submit, TextArea, TopBar, focus_first_error, free_line, sends};
use crate::ui::context::{Desk, use_desk};
use crate::ui::drafts::{self, Keeper, keep_lines};
use crate::ui::pages::kirim::NotSent;
use crate::ui::prelude::*;
use crate::ui::router;

/// `/aduan/:id`
#[component]
pub fn DetailPage() -> impl IntoView {
    let desk = use_desk();
    let id = router::param("id");
    let answer = desk.watch(move || view::Query::Aduan(Query::Detail { id: id.get() }));
    view! {
        {answer.show(move |answer| {
                match answer {
                    Err(failure) => {
                        view! {
                            <TopBar title=umum::TAB_ADUAN back="/aduan" />
                            <Page>
                                {failure}
                            </Page>
                        }
                    }
                    answer => {
                        or_trouble(
                            answer,
                            |it| match it {
                                view::View::Aduan(View::Detail(it)) => view! { <Shown it=*it /> },
                                _ => Node::Nothing,
                            },
                        )
                    }
                }
            })}
    }
}

#[component]
fn Shown(it: Detail) -> impl IntoView {
    let Detail { row, kategori, uraian, tempat, keluarga, steps, photos, pelapor, is_reporter_locked, calls, .. } = it;
    let id = row.id.clone();
    let receipt = format!("/aduan/{id}/tanda-terima");
    let place = kata::tempat(&tempat);
    let bidang = kata::bidang_name(&row.bidang);
    let line = [bidang, place.as_str()].into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
    let sealed = match row.sealing {
        Sealing::Waits => Some(kata::SEALED_DETAIL),
        Sealing::Handed => Some(kata::HANDED_DETAIL),
        Sealing::Open | Sealing::Entrusted => None,
    };
    let facts = [kategori, keluarga.map(kata::families).unwrap_or_default()];
    let facts = facts.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <TopBar title=row.nomor.clone() line=line back="/aduan" />
        <Page>
            <NotSent id=id.clone() />
            <h2 class="case__title book">{kata::row_name(&row)}</h2>
            {sealed
                .map(|says| {
                    view! {
                        <div class="notice notice--plain">
                            <Icon name="kunci" />
                            <p>{says}</p>
                        </div>
                    }
                })}
            {row
                .owner
                .clone()
                .filter(|_| sealed.is_none())
                .map(|owner| {
                    view! {
                        <section class="turn">
                            <p class="turn__who">{kata::IN_HANDS}</p>
                            <p class="turn__name book">
                                {if row.needs_call { kata::owner(&crate::domain::aduan::process::Owner::Kader) } else { kata::owner(&owner) }}
                            </p>
                            {row
                                .due
                                .map(|due| {
                                    view! {
                                        <p class="turn__due">
                                            <Icon name="jam" />
                                            <span>{format!("{}{}", kata::due(&due), kata::days_left(&due))}</span>
                                        </p>
                                    }
                                })}
                        </section>
                    }
                })}
            <ol class="line">{steps.into_iter().map(step).collect_view()}</ol>
            {(!uraian.is_empty())
                .then(|| {
                    view! {
                        <div class="section">
                            <h2 class="section__title">{kata::WHAT}</h2>
                        </div>
                        <p class="case__story">{uraian}</p>
                        <p class="second">{facts}</p>
                    }
                })}
            <div class="photos">
                {photos
                    .into_iter()
                    .map(|it| {
                        view! {
                            <figure class="photo">
                                <Picture source=Source::Kept(it.0, it.1) />
                            </figure>
                        }
                    })
                    .collect_view()}
            </div>
            {pelapor
                .filter(|it| !it.nama.is_empty())
                .map(|it| {
                    let how = kata::answer(&kata::REACH_CHOICES, &it.cara);
                    let more = [how, it.hp.as_str(), it.jam_aman.as_str()];
                    let more = more.into_iter().filter(|it| !it.is_empty()).collect::<Vec<_>>().join(" · ");
                    view! {
                        <div class="section">
                            <h2 class="section__title">{kata::REPORTER}</h2>
                        </div>
                        <p>
                            <b>{it.nama}</b>
                        </p>
                        <p class="second">{more}</p>
                        <p class="second">{if it.is_entrusted { kata::ONLY_OFFICERS_SEE } else { kata::ONLY_YOU_SEE }}</p>
                    }
                })}
            {is_reporter_locked
                .then(|| {
                    view! {
                        <div class="section">
                            <h2 class="section__title">{kata::REPORTER}</h2>
                        </div>
                        <p class="second">{kata::REPORTER_LOCKED}</p>
                    }
                })}
            <NoteForm id=row.id.clone() />
            <CallForm id=id calls=calls />
        </Page>
        <Dock ruled=true>
            <a href=receipt class="button button--plain">
                <Icon name="surat" />
                <span class="button__grow">{kata::SEE_RECEIPT}</span>
            </a>
        </Dock>
    }
}

fn step(step: Step) -> impl IntoView {
    let (word, more) = kata::step_words(&step);
    let (class, icon) = match step.place {
        StepPlace::Done => ("line__one line__one--done", Some("cek")),
        StepPlace::Now => ("line__one line__one--now", Some("lanjut")),
        StepPlace::Ahead => ("line__one", None),
    };
    let icon = match step.what {
        StepKind::Call { .. } => Some("telepon"),
        StepKind::Note(_) => Some("tulis"),
        _ => icon,
    };
    view! {
        <li class=class aria-current=(step.place == StepPlace::Now).then_some("step")>
            <span class="line__dot">{icon.map(|it| view! { <Icon name=it size="s" /> })}</span>
            <div>
                <b>{word}</b>
                {(!more.is_empty()).then(|| view! { <p class="second">{more}</p> })}
            </div>
        </li>
    }
}

/// Form name of a note that is not saved yet.
fn draft_of(id: &str) -> String {
    format!("catatan:{id}")
}

/// A note, opened by a press.
#[component]
fn NoteForm(id: String) -> impl IntoView {
    let desk = use_desk();
    let open = RwSignal::new(false);
    let isi = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let form = draft_of(&id);
    let id = StoredValue::new(id);
    let keeper = Keeper::new(desk, form.clone(), move || isi.with(|it| it.clone().into_bytes()));
    spawn_local(async move {
        let kept = drafts::read(desk, form).await.and_then(|it| String::from_utf8(it).ok());
        if let Some(kept) = kept.filter(|_| isi.try_with_untracked(String::is_empty) == Some(true)) {
            isi.set(kept);
            open.set(true);
        }
    });
    let save = move |()| {
        keeper.stop();
        spawn_local(async move {
            let note = intent::Intent::Note { id: id.get_value(), isi: isi.get_untracked() };
            if record(desk, note, error, failure).await {
                drafts::keep(desk, draft_of(&id.get_value()), Vec::new());
                let _ = isi.try_set(String::new());
                let _ = open.try_set(false);
            } else {
                keeper.go_on();
            }
        });
    };
    let fields = content(move || {
        view! {
            <TextArea id="isi" label=kata::NOTE hint=kata::NOTE_HINT value=isi error=error rows=3 />
        }
    });
    let words = ("tulis", kata::ADD_NOTE, kata::SAVE_NOTE);
    view! { <Unfolds words=words open=open failure=failure on_save=save fields=fields /> }
}

/// Saves what was added to a complaint; what is wrong is said.
async fn record(
    desk: Desk,
    wish: intent::Intent,
    error: RwSignal<Option<String>>,
    failure: RwSignal<Option<Failure>>,
) -> bool {
    error.set(None);
    match desk.save(Intent::Aduan(wish)).await {
        Ok(_) => return true,
        Err(Failure::Refused(errors)) => {
            error.set(errors.first().map(|it| i18n::problem(&it.problem)));
            focus_first_error();
        }
        Err(other) => failure.set(Some(other)),
    }
    false
}

/// A small form behind a press; its icon, the word that opens it, the word that saves.
#[component]
fn Unfolds(
    words: (&'static str, &'static str, &'static str),
    open: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    #[prop(into)] on_save: Callback<()>,
    fields: Box<dyn Fn() -> Node>,
) -> impl IntoView {
    let (icon, ask, save) = words;
    let fields = StoredValue::new(fields);
    view! {
        {failure}
        <Show
            when=move || open.get()
            fallback=move || {
                view! {
                    <button class="textbutton" type="button" on:click=move |_| open.set(true)>
                        <Icon name=icon />
                        {ask}
                    </button>
                }
            }
        >
            <form on:submit=sends(move |()| on_save.run(())) novalidate>
                {fields.with_value(|it| it())}
                <Submit say=save class="button--plain" />
            </form>
        </Show>
    }
}

/// A call for help that was made (T22).
#[component]
fn CallForm(id: String, calls: Vec<Call>) -> impl IntoView {
    let desk = use_desk();
    let open = RwSignal::new(false);
    let chosen = RwSignal::new(String::new());
    let hasil = RwSignal::new(String::new());
    let error = RwSignal::new(None::<String>);
    let failure = RwSignal::new(None::<Failure>);
    let keeper = keep_lines(desk, intent::form_call(&id), vec![chosen, hasil]);
    Effect::new(move |_| {
        if keeper.found.get() {
            open.set(true);
        }
    });
    let id = StoredValue::new(id);
    let calls = StoredValue::new(calls);
    let save = move |()| {
        keeper.stop();
        spawn_local(async move {
            let call = calls.with_value(|it| it.iter().find(|it| it.id == chosen.get_untracked()).cloned());
            let call = intent::Intent::Call {
                id: id.get_value(),
                kepada: call.as_ref().map(|it| kata::call_words(it).0).unwrap_or_default(),
                nomor: call.map(|it| it.nomor).unwrap_or_default(),
                hasil: hasil.get_untracked(),
            };
            if record(desk, call, error, failure).await {
                let _ = open.try_set(false);
            } else {
                keeper.go_on();
            }
        });
    };
    let options = calls.with_value(|it| it.iter().map(|it| (it.id.clone(), kata::call_button(it))).collect::<Vec<_>>());
    let options = StoredValue::new(options);
    let fields = content(move || {
        view! {
                <div class="field">
                    <label class="field__label" for="nomor">
                        {kata::WHO_WAS_CALLED}
                    </label>
                    <select
                        class="field__input"
                        id="nomor"
                        aria-invalid=move || error.with(Option::is_some).then_some("true")
                        aria-describedby="nomor-salah"
                        on:change=move |event| chosen.set(event_target_value(&event))
                    >
                        <option value=""></option>
                        {options
                            .get_value()
                            .into_iter()
                            .map(|(id, words)| {
                                let value = id.clone();
                                view! {
                                    <option value=value prop:selected=move || chosen.with(|it| *it == id)>
                                        {words}
                                    </option>
                                }
                            })
                            .collect_view()}
                    </select>
                    <p class="field__error" id="nomor-salah" aria-live="polite">
                        {move || error.get()}
                    </p>
                </div>
                {free_line(&Line { id: "hasil", label: kata::CALL_RESULT, ..Line::MAY }, hasil)}
        }
    });
    let words = ("telepon", kata::RECORD_CALL, kata::SAVE_CALL);
    view! { <Unfolds words=words open=open failure=failure on_save=save fields=fields /> }
}
