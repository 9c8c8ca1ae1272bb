//! The answer after measuring: one headline with its reason, every index, what to do, who is next.

use serde::{Deserialize, Serialize};

use super::kms::{ChartData, Class, IndexRow, chart_data, indices};
use super::{Desk, Next, PersonRow, card_of, next, recordable, row_on, visit_of};
use crate::domain::form::card::Station;
use crate::domain::growth::assess::{Index, PositionNote};
use crate::domain::growth::gain::GainMissing;
use crate::domain::growth::{Category, Gain, Missing, Nt, Urgency};
use crate::domain::kunjungan::{Growth, Kunjungan, Suggestion};
use crate::domain::sasaran::Sasaran;
use crate::domain::sesi::{Sesi, SesiId};

/// The one thing to say first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Headline {
    /// Danger signs: the Puskesmas now.
    Danger,
    /// The Puskesmas today.
    GoToday,
    /// Measure again: these are hard to believe.
    Recheck(Vec<Index>),
    /// Below the red line.
    Bgm,
    /// Two months without gain.
    DuaT,
    /// No gain.
    TidakNaik,
    /// Above the orange line.
    AboveOrange,
    /// Gained.
    Naik,
    /// Not weighed last month.
    NotCompared,
    /// First weighing here.
    First,
    /// Weighed at home, which makes no letter: BB/U speaks.
    AtHome(Category),
    /// From five years: IMT/U speaks.
    Bmi(Category),
    /// Nothing can be said, for want of these.
    Missing(Vec<Missing>),
}

/// The result of a visit.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub struct Hasil {
    /// The day.
    pub sesi: Sesi,
    /// Who.
    pub row: PersonRow,
    /// What was recorded.
    pub visit: Kunjungan,
    /// The one thing to say first.
    pub headline: Headline,
    /// The judgement of the weight.
    pub gain: Option<Gain>,
    /// Every index.
    pub indices: Vec<IndexRow>,
    /// What the 0.7 cm rule did.
    pub position: Option<PositionNote>,
    /// What to do.
    pub suggestion: Suggestion,
    /// For the small chart.
    pub chart: ChartData,
    /// Completed months that day.
    pub age_months: Option<u32>,
    /// Names of who recorded something, by the step it belongs to.
    pub by: Vec<(Station, Vec<String>)>,
    /// Who comes next.
    pub next: Option<Next>,
}

/// Answers the result; `None` when there is no such day or person.
#[must_use]
pub fn hasil(desk: &Desk<'_>, id: &SesiId, sasaran: &str, station: u8) -> Option<Hasil> {
    let sesi = recordable(desk, id)?;
    let sasaran = desk.book.sasaran(&desk.book.representative(sasaran))?;
    let row = row_on(desk, &sasaran, id);
    let growth = Growth::of(desk.book, sasaran);
    let visit = growth.visit(id);
    let assessment = growth.assessment(id, &visit);
    let gain = growth.gain(id);
    let suggestion = growth.suggestion(id);
    let indices = indices(&assessment);
    let station = Station::from_number(station).unwrap_or(Station::Ukur);
    Some(Hasil {
        headline: headline(&suggestion, gain.as_ref(), &indices),
        next: next(desk, id, station, &row.id),
        position: assessment.length.map(|it| it.note),
        chart: chart_data(&growth),
        by: recorded_by(desk, id, &growth.sasaran),
        age_months: assessment.age_months,
        sesi,
        row,
        visit,
        gain,
        indices,
        suggestion,
    })
}

fn recorded_by(desk: &Desk<'_>, id: &SesiId, sasaran: &Sasaran) -> Vec<(Station, Vec<String>)> {
    let (Some(visit), Some((card, age))) = (visit_of(desk, id, &sasaran.id), card_of(sasaran, id.on)) else {
        return Vec::new();
    };
    let names = |station: Station| {
        let mut names: Vec<String> = Vec::new();
        for field in card.at(station, age).filter(|it| !visit.value(it.key).is_blank()) {
            let by = visit.write(field.key).and_then(|it| desk.book.subject(&it.by.to_string())?.text("nama"));
            if let Some(nama) = by.filter(|it| !names.contains(it)) {
                names.push(nama);
            }
        }
        names
    };
    Station::ALL.into_iter().map(|it| (it, names(it))).filter(|(_, names)| !names.is_empty()).collect()
}

/// Chooses the headline: what cannot wait, what must be measured again, then the weight.
#[must_use]
pub fn headline(suggestion: &Suggestion, gain: Option<&Gain>, indices: &[IndexRow]) -> Headline {
    let class = |index: Index| indices.iter().find(|it| it.index == index).map(|it| it.class);
    let letter = gain.map(|it| it.letter);
    if !suggestion.danger.is_empty() {
        return Headline::Danger;
    }
    if suggestion.follow.urgency == Some(Urgency::SameDay) {
        return Headline::GoToday;
    }
    if !suggestion.follow.rechecks.is_empty() {
        return Headline::Recheck(suggestion.follow.rechecks.clone());
    }
    match (class(Index::WeightForAge), letter) {
        (Some(Class::Known(Category::BbSangatKurang)), _) => Headline::Bgm,
        (_, Some(Ok(Nt::T))) if gain.is_some_and(|it| it.is_2t) => Headline::DuaT,
        (_, Some(Ok(Nt::T))) => Headline::TidakNaik,
        (Some(Class::Known(Category::RisikoBbLebih)), _) => Headline::AboveOrange,
        (_, Some(Ok(Nt::N))) => Headline::Naik,
        (_, Some(Ok(Nt::O))) => Headline::NotCompared,
        (_, Some(Ok(Nt::B))) => Headline::First,
        (Some(Class::Known(category)), None) => Headline::AtHome(category),
        (_, letter) => match class(Index::BmiForAge) {
            Some(Class::Known(category)) if letter != Some(Err(GainMissing::Sex)) => Headline::Bmi(category),
            _ => Headline::Missing(missing(letter, indices)),
        },
    }
}

fn missing(letter: Option<Result<Nt, GainMissing>>, indices: &[IndexRow]) -> Vec<Missing> {
    let of_letter = match letter {
        Some(Err(GainMissing::Sex)) => Some(Missing::Sex),
        Some(Err(GainMissing::BirthDate)) => Some(Missing::Age),
        _ => None,
    };
    let mut all: Vec<Missing> = of_letter.into_iter().collect();
    // Weight and height first; head and arm alone are no reason to say that nothing can be computed.
    for row in indices.iter().filter(|it| !matches!(it.index, Index::HeadForAge | Index::Lila)) {
        if let Class::Missing(missing) = row.class
            && !all.contains(&missing)
        {
            all.push(missing);
        }
    }
    all
}
