//! Who works at which of the five steps: one line a kader, one tap a step.

use super::save;
use crate::domain::form::card::Station;
use crate::domain::intent::{Intent, sesi};
use crate::domain::view::sesi::Staff;
use crate::i18n::sesi as kata;
use crate::messages::Failure;
use crate::ui::context::Desk;
use crate::ui::prelude::*;

/// Kader with their steps; of a day, or of every day where `sesi` is empty.
pub fn desks(desk: Desk, sesi: String, staff: Vec<Staff>, failure: RwSignal<Option<Failure>>) -> Vec<Node> {
    let sesi = StoredValue::new(sesi);
    let line = |it: Staff| {
        let who = StoredValue::new(it.id);
        let steps = Station::ALL.map(|at| {
            let choose = move |_| {
                let (sesi, kader) = (sesi.get_value(), who.get_value());
                let intent = sesi::Intent::Desk { sesi, kader, station: at.number() };
                save(desk, Intent::Sesi(intent), kata::STEP_SAVED.to_owned(), failure, |_| ());
            };
            view! {
                <button
                    class="segments__one"
                    type="button"
                    aria-label=kata::step(at)
                    aria-pressed=if it.station == Some(at) { "true" } else { "false" }
                    on:click=choose
                >
                    {at.number()}
                </button>
            }
        });
        view! {
            <div class="field">
                <p>
                    <b>{it.nama.clone()}</b>
                </p>
                <p class="second">{it.station.map_or(kata::NO_STEP, kata::step)}</p>
                <div class="segments" role="group" aria-label=it.nama>
                    {steps.collect_view()}
                </div>
            </div>
        }
    };
    staff.into_iter().map(line).collect()
}
