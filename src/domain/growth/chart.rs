//! The growth charts as geometry: bands, lines, the child's line and ticks, in the units of an SVG view box.
//!
//! It draws nothing and words nothing: the page puts the strings into `points` and `d` and chooses the colors.
//! The KMS is BB/U with the red line at -3 SD and the orange line at +1 SD; a test holds both to the classes.

use chrono::NaiveDate;

use super::Sex;
use super::age::days_between;
use super::assess::Stature;
use super::gain::{Gain, GainMissing, Nt, SessionMonth};
use super::zscore::{Curve, DAYS_PER_MONTH, sd_value};
use crate::domain::order;

/// Which chart, and which part of its x axis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Axis {
    /// KMS: kg by months of age, within 0 to 60.
    WeightByMonths {
        /// First month shown.
        from: f64,
        /// Last month shown.
        to: f64,
    },
    /// PB/U or TB/U: cm by months of age, within 0 to 60.
    LengthByMonths {
        /// First month shown.
        from: f64,
        /// Last month shown.
        to: f64,
    },
    /// BB/PB or BB/TB: kg by cm, within 45 to 110 lying or 65 to 120 standing.
    WeightByLength {
        /// Length or height.
        stature: Stature,
        /// First cm shown.
        from: f64,
        /// Last cm shown.
        to: f64,
    },
}

impl Axis {
    /// The parts of the KMS and of the length chart: 0-12, 12-24 and 24-60 months; the one that holds an age.
    pub fn months_around(age_months: f64) -> (f64, f64) {
        if age_months < 12.0 {
            (0.0, 12.0)
        } else if age_months < 24.0 {
            (12.0, 24.0)
        } else {
            (24.0, 60.0)
        }
    }

    /// The 25 cm of BB/PB or BB/TB in whose middle a length lies best.
    pub fn weight_by_length_around(stature: Stature, length_mm: u32) -> Self {
        let starts = match stature {
            Stature::Panjang => [45.0, 65.0, 85.0],
            Stature::Tinggi => [65.0, 85.0, 95.0],
        };
        let cm = f64::from(length_mm) / 10.0;
        let from = starts.into_iter().rev().find(|start| cm >= start + 2.5).unwrap_or(starts[0]);
        Self::WeightByLength { stature, from, to: from + 25.0 }
    }

    fn span(self) -> (f64, f64) {
        match self {
            Self::WeightByMonths { from, to }
            | Self::LengthByMonths { from, to }
            | Self::WeightByLength { from, to, .. } => (from, to),
        }
    }

    /// The measurement at `k` SD; the last day of a part belongs to it, so that lengths end lying at 24 months.
    fn value(self, sex: Sex, x: f64, k: f64) -> Option<f64> {
        let (_, to) = self.span();
        let days = x * DAYS_PER_MONTH;
        let days = if x >= to { days.floor() } else { days };
        match self {
            Self::WeightByMonths { .. } => sd_value(Curve::WeightForAge, sex, days, k),
            Self::LengthByMonths { .. } => sd_value(Curve::LengthForAge, sex, days, k),
            Self::WeightByLength { stature: Stature::Panjang, .. } => sd_value(Curve::WeightForLength, sex, x, k),
            Self::WeightByLength { stature: Stature::Tinggi, .. } => sd_value(Curve::WeightForHeight, sex, x, k),
        }
    }

    fn bands(self) -> &'static [(BandColor, f64, f64)] {
        match self {
            Self::WeightByMonths { .. } => &[
                (BandColor::Yellow, 1.0, 2.0),
                (BandColor::Mid, -1.0, 1.0),
                (BandColor::Green, -2.0, -1.0),
                (BandColor::Yellow, -3.0, -2.0),
            ],
            Self::LengthByMonths { .. } => {
                &[(BandColor::Green, 2.0, 3.0), (BandColor::Mid, -2.0, 2.0), (BandColor::Yellow, -3.0, -2.0)]
            }
            Self::WeightByLength { .. } => &[
                (BandColor::Yellow, 1.0, 2.0),
                (BandColor::Mid, -1.0, 1.0),
                (BandColor::Green, -2.0, -1.0),
                (BandColor::Yellow, -3.0, -2.0),
            ],
        }
    }

    fn has_orange_line(self) -> bool {
        !matches!(self, Self::LengthByMonths { .. })
    }

    /// Distance between points of a curve: half a month, a month in the long part, or half a cm.
    fn curve_step(self) -> f64 {
        let (from, to) = self.span();
        if to - from > 30.0 { 1.0 } else { 0.5 }
    }

    fn x_steps(self) -> Steps {
        let (from, to) = self.span();
        match self {
            Self::WeightByLength { .. } => Steps { grid: 5.0, label: 5.0 },
            _ if to - from > 30.0 => Steps { grid: 3.0, label: 6.0 },
            _ => Steps { grid: 1.0, label: 1.0 },
        }
    }
}

/// The red line of the KMS, SD: below it is BGM.
const RED_LINE: f64 = -3.0;
/// The orange line of the KMS, SD.
const ORANGE_LINE: f64 = 1.0;

/// One measurement of the child on a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartPoint {
    /// Date of the visit.
    pub measured_on: NaiveDate,
    /// Month it counts for; a gap of a month breaks the line.
    pub session_month: SessionMonth,
    /// Months of age, or cm.
    pub x: f64,
    /// kg, or cm.
    pub y: f64,
    /// What stands in the N/T row under it.
    pub letter: Option<Nt>,
    /// Flagged implausible: not drawn, marked in the row.
    pub is_excluded: bool,
}

impl ChartPoint {
    /// A weighing on the KMS, with its judgement.
    pub fn weighing(born_on: NaiveDate, gain: &Gain) -> Self {
        Self {
            session_month: gain.session_month,
            letter: gain.letter.ok(),
            is_excluded: gain.letter == Err(GainMissing::Excluded),
            ..Self::new(gain.measured_on, months(born_on, gain.measured_on), kilograms(gain.weight_grams))
        }
    }

    /// A length or height after the 0.7 cm rule, on PB/U or TB/U.
    pub fn length(born_on: NaiveDate, measured_on: NaiveDate, used_mm: u32) -> Self {
        Self::new(measured_on, months(born_on, measured_on), centimeters(used_mm))
    }

    /// A weight at a length after the 0.7 cm rule, on BB/PB or BB/TB.
    pub fn weight_at_length(measured_on: NaiveDate, used_mm: u32, weight_grams: u32) -> Self {
        Self::new(measured_on, centimeters(used_mm), kilograms(weight_grams))
    }

    fn new(measured_on: NaiveDate, x: f64, y: f64) -> Self {
        let session_month = SessionMonth::of(measured_on);
        Self { measured_on, session_month, x, y, letter: None, is_excluded: false }
    }
}

/// Where on the view box the chart lies.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frame {
    /// Width of the view box.
    pub width: f64,
    /// Height of the view box.
    pub height: f64,
    /// Left edge of the plot.
    pub left: f64,
    /// Right edge of the plot.
    pub right: f64,
    /// Top edge of the plot.
    pub top: f64,
    /// Bottom edge of the plot.
    pub bottom: f64,
}

impl Frame {
    /// The whole card, with room for the N/T row.
    pub const CARD: Self = Self { width: 360.0, height: 404.0, left: 50.0, right: 344.0, top: 8.0, bottom: 310.0 };
    /// The small picture under a result.
    pub const SMALL: Self = Self { width: 328.0, height: 176.0, left: 34.0, right: 312.0, top: 8.0, bottom: 152.0 };
}

/// Color of a band; the page's stylesheet knows it by the same word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BandColor {
    /// The middle, around the median.
    Mid,
    /// Beside the middle.
    Green,
    /// Watch.
    Yellow,
}

/// A band between two curves.
#[derive(Clone, Debug, PartialEq)]
pub struct Band {
    /// Its color.
    pub color: BandColor,
    /// Lower edge, SD.
    pub from_sd: f64,
    /// Upper edge, SD.
    pub to_sd: f64,
    /// `points` of a polygon.
    pub points: String,
}

/// A line with a name on the chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Where it runs, from left to right, to a tenth of a unit; never empty.
    pub places: Vec<(f64, f64)>,
}

impl Line {
    /// `points` of a polyline.
    #[must_use]
    pub fn points(&self) -> String {
        join(self.places.iter().copied())
    }

    /// Where it begins at the left edge.
    #[must_use]
    pub fn start(&self) -> (f64, f64) {
        self.places.first().copied().unwrap_or_default()
    }

    /// Where it meets the right edge, to name it there.
    #[must_use]
    pub fn end(&self) -> (f64, f64) {
        self.places.last().copied().unwrap_or_default()
    }

    /// The lowest place (the greatest `y`) right of `x`.
    #[must_use]
    pub fn lowest_after(&self, x: f64) -> f64 {
        let places = self.places.iter().filter(|it| it.0 >= x);
        places.map(|it| it.1).fold(self.end().1, f64::max)
    }
}

/// A measurement as drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Across.
    pub x: f64,
    /// Down.
    pub y: f64,
    /// kg, or cm.
    pub value: f64,
    /// Date of the visit.
    pub measured_on: NaiveDate,
    /// The last one, drawn larger with its number.
    pub is_latest: bool,
}

/// A number on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tick {
    /// Whole months, cm or kg.
    pub value: i32,
    /// Place along its axis, in tenths of a unit of the view box; see [`Tick::position`].
    tenths: i32,
}

impl Tick {
    /// Place along its axis, view box units.
    pub fn position(self) -> f64 {
        f64::from(self.tenths) / 10.0
    }
}

/// What stands in the N/T row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowMark {
    /// N, T, O or B.
    Letter(Nt),
    /// No weighing in this month.
    Missed,
    /// Measure again: no letter.
    Recheck,
}

/// A chart, ready for SVG.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// Where the plot lies.
    pub frame: Frame,
    /// The four numbers of `viewBox`.
    pub view_box: String,
    /// Bands from top to bottom; what is above them is the ground.
    pub bands: Vec<Band>,
    /// `points` of the polygon below the red line, drawn hatched.
    pub below: String,
    /// -3 SD.
    pub red: Line,
    /// +1 SD, where the chart has it.
    pub orange: Option<Line>,
    /// `d` of the grid.
    pub grid: String,
    /// Numbers of the x axis.
    pub x_ticks: Vec<Tick>,
    /// Numbers of the y axis.
    pub y_ticks: Vec<Tick>,
    /// `points` of each unbroken piece of the child's line.
    pub segments: Vec<String>,
    /// The child's measurements within the part shown.
    pub dots: Vec<Dot>,
    /// The N/T row: place across, and mark. Empty but for the KMS.
    pub row: Vec<(f64, RowMark)>,
}

/// Draws a chart of a child. Points may come in any order and may lie outside the part shown.
///
/// `None` when the part shown is empty or off the tables.
pub fn chart(sex: Sex, axis: Axis, frame: Frame, points: &[ChartPoint]) -> Option<Chart> {
    let (from, to) = axis.span();
    if !(to - from >= 1.0 && to - from <= 100.0) {
        return None;
    }
    let mut points = points.to_vec();
    order::sort_by_key(&mut points, |point| (point.session_month, point.measured_on));
    let drawn: Vec<&ChartPoint> = points.iter().filter(|point| !point.is_excluded).collect();
    let shown = |point: &&&ChartPoint| (from..=to).contains(&point.x);

    let plot = Plot::new(sex, axis, frame, drawn.iter().filter(shown).map(|point| point.y))?;
    let latest = drawn.last().copied();
    Some(Chart {
        frame,
        view_box: [0.0, 0.0, frame.width, frame.height].map(tenths).join(" "),
        bands: axis
            .bands()
            .iter()
            .map(|(color, from_sd, to_sd)| {
                let points = plot.band(*from_sd, *to_sd)?;
                Some(Band { color: *color, from_sd: *from_sd, to_sd: *to_sd, points })
            })
            .collect::<Option<_>>()?,
        below: plot.below()?,
        red: plot.line(RED_LINE)?,
        orange: if axis.has_orange_line() { Some(plot.line(ORANGE_LINE)?) } else { None },
        grid: plot.grid(),
        x_ticks: plot.x_ticks(),
        y_ticks: plot.y_ticks(),
        segments: segments(&plot, &drawn),
        dots: drawn
            .iter()
            .filter(shown)
            .map(|point| Dot {
                x: rounded(plot.x(point.x)),
                y: rounded(plot.y(point.y)),
                value: point.y,
                measured_on: point.measured_on,
                is_latest: latest == Some(*point),
            })
            .collect(),
        row: if matches!(axis, Axis::WeightByMonths { .. }) { row(&plot, &points) } else { Vec::new() },
    })
}

/// Steps of an axis.
#[derive(Clone, Copy)]
struct Steps {
    grid: f64,
    label: f64,
}

/// From measurements to places.
struct Plot {
    sex: Sex,
    axis: Axis,
    frame: Frame,
    lowest: f64,
    highest: f64,
}

impl Plot {
    /// Leaves a unit of room below the red line and above the highest band, and holds every point.
    fn new(sex: Sex, axis: Axis, frame: Frame, values: impl Iterator<Item = f64>) -> Option<Self> {
        let (from, to) = axis.span();
        let top_sd = axis.bands().first()?.2;
        let lowest = axis.value(sex, from, RED_LINE)?.min(axis.value(sex, to, RED_LINE)?).floor() - 1.0;
        let highest = axis.value(sex, to, top_sd)?.max(axis.value(sex, from, top_sd)?).ceil() + 1.0;
        let (lowest, highest) =
            values.fold((lowest, highest), |(low, high), value| (low.min(value.floor()), high.max(value.ceil())));
        Some(Self { sex, axis, frame, lowest, highest })
    }

    fn x(&self, value: f64) -> f64 {
        let (from, to) = self.axis.span();
        self.frame.left + (value - from) / (to - from) * (self.frame.right - self.frame.left)
    }

    fn y(&self, value: f64) -> f64 {
        let part = (value - self.lowest) / (self.highest - self.lowest);
        self.frame.bottom - part * (self.frame.bottom - self.frame.top)
    }

    fn curve(&self, k: f64) -> Option<Vec<(f64, f64)>> {
        let (from, to) = self.axis.span();
        every(from, to, self.axis.curve_step())
            .map(|x| Some((self.x(x), self.y(self.axis.value(self.sex, x, k)?))))
            .collect()
    }

    fn line(&self, k: f64) -> Option<Line> {
        let places: Vec<_> = self.curve(k)?.into_iter().map(|(x, y)| (rounded(x), rounded(y))).collect();
        (!places.is_empty()).then_some(Line { places })
    }

    fn band(&self, from_sd: f64, to_sd: f64) -> Option<String> {
        let upper = self.curve(to_sd)?.into_iter().rev();
        Some(join(self.curve(from_sd)?.into_iter().chain(upper)))
    }

    fn below(&self) -> Option<String> {
        let Frame { left, right, bottom, .. } = self.frame;
        Some(join(self.curve(RED_LINE)?.into_iter().chain([(right, bottom), (left, bottom)])))
    }

    /// At most seven numbers.
    fn y_steps(&self) -> Steps {
        let range = self.highest - self.lowest;
        [(1.0, 1.0), (1.0, 2.0), (5.0, 5.0), (5.0, 10.0), (10.0, 20.0)]
            .map(|(grid, label)| Steps { grid, label })
            .into_iter()
            .find(|steps| range / steps.label <= 7.0)
            .unwrap_or(Steps { grid: 50.0, label: 50.0 })
    }

    fn grid(&self) -> String {
        let Frame { left, right, top, bottom, .. } = self.frame;
        let (from, to) = self.axis.span();
        let mut path = String::new();
        for y in every_multiple(self.lowest, self.highest, self.y_steps().grid).map(|value| tenths(self.y(value))) {
            path += &["M", &tenths(left), " ", &y, "H", &tenths(right)].concat();
        }
        for x in every(from, to, self.axis.x_steps().grid).map(|value| tenths(self.x(value))) {
            path += &["M", &x, " ", &tenths(top), "V", &tenths(bottom)].concat();
        }
        path
    }

    fn x_ticks(&self) -> Vec<Tick> {
        let (from, to) = self.axis.span();
        every(from, to, self.axis.x_steps().label).map(|value| tick(value, self.x(value))).collect()
    }

    /// None on the very edge, where a number would be cut.
    fn y_ticks(&self) -> Vec<Tick> {
        every_multiple(self.lowest, self.highest, self.y_steps().label)
            .filter(|value| *value > self.lowest && *value < self.highest)
            .map(|value| tick(value, self.y(value)))
            .collect()
    }
}

/// Unbroken pieces; a month without a weighing breaks. Pieces that run out of the part shown are cut by the page.
fn segments(plot: &Plot, points: &[&ChartPoint]) -> Vec<String> {
    let (from, to) = plot.axis.span();
    points
        .chunk_by(|earlier, later| later.session_month.since(earlier.session_month) <= 1)
        .filter(|piece| piece.len() > 1 && piece.iter().any(|point| (from..=to).contains(&point.x)))
        .map(|piece| join(piece.iter().map(|point| (plot.x(point.x), plot.y(point.y)))))
        .collect()
}

/// A mark under every weighing, and one for each missed month, evenly between its neighbours.
fn row(plot: &Plot, points: &[ChartPoint]) -> Vec<(f64, RowMark)> {
    let (from, to) = plot.axis.span();
    let mut marks: Vec<(f64, RowMark)> = Vec::new();
    let mut previous: Option<&ChartPoint> = None;
    for point in points {
        if let Some(previous) = previous {
            let months = point.session_month.since(previous.session_month);
            let step = (point.x - previous.x) / f64::from(months.max(1));
            marks.extend((1..months).map(|month| (previous.x + step * f64::from(month), RowMark::Missed)));
        }
        if point.is_excluded {
            marks.push((point.x, RowMark::Recheck));
        } else if let Some(letter) = point.letter {
            marks.push((point.x, RowMark::Letter(letter)));
        }
        previous = Some(point);
    }
    marks.retain(|(x, _)| (from..=to).contains(x));
    marks.into_iter().map(|(x, mark)| (rounded(plot.x(x)), mark)).collect()
}

fn months(born_on: NaiveDate, on: NaiveDate) -> f64 {
    days_between(born_on, on) as f64 / DAYS_PER_MONTH
}

fn kilograms(grams: u32) -> f64 {
    f64::from(grams) / 1000.0
}

fn centimeters(mm: u32) -> f64 {
    f64::from(mm) / 10.0
}

/// `from`, then every `step`, and always `to`.
fn every(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let count = ((to - from) / step).ceil() as u32;
    (0..=count).map(move |index| (from + f64::from(index) * step).min(to))
}

fn every_multiple(from: f64, to: f64, step: f64) -> impl Iterator<Item = f64> {
    let (first, last) = ((from / step).ceil() as i32, (to / step).floor() as i32);
    (first..=last).map(move |index| f64::from(index) * step)
}

fn tick(value: f64, position: f64) -> Tick {
    Tick { value: value.round() as i32, tenths: (position * 10.0).round() as i32 }
}

fn rounded(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// One decimal at most, without the float printer, which would weigh more than all of this file.
#[must_use]
pub fn tenths(value: f64) -> String {
    let tenths = (value * 10.0).round() as i32;
    let sign = if tenths < 0 { "-" } else { "" };
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    if rest == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

fn join(points: impl IntoIterator<Item = (f64, f64)>) -> String {
    let pairs: Vec<String> = points.into_iter().map(|(x, y)| [tenths(x), tenths(y)].join(",")).collect();
    pairs.join(" ")
}

#[cfg(test)]
mod tests {
    use super::super::gain::{GainSettings, Weighing, judge_all};
    use super::*;

    const FIRST_YEAR: Axis = Axis::WeightByMonths { from: 0.0, to: 12.0 };

    fn date(year: i32, month: u32, day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(year, month, day).unwrap()
    }

    /// A boy born on 5 January, weighed each month but October.
    fn kms() -> Chart {
        let born_on = date(2025, 1, 5);
        let grams = [4200, 5200, 6000, 6600, 7100, 7200, 7600, 7900, 0, 8200, 8600];
        let weighings: Vec<_> = (2..)
            .zip(grams)
            .filter(|(_, grams)| *grams > 0)
            .map(|(month, grams)| Weighing::new(date(2025, month, 5), grams))
            .collect();
        let gains = judge_all(Some(Sex::Male), Some(born_on), &weighings, GainSettings::default());
        let points: Vec<_> = gains.iter().map(|gain| ChartPoint::weighing(born_on, gain)).collect();
        chart(Sex::Male, FIRST_YEAR, Frame::CARD, &points).unwrap()
    }

    #[test]
    fn bands_begin_and_end_on_the_published_curves() {
        let chart = kms();
        assert_eq!(chart.view_box, "0 0 360 404");
        // WHO 2006, boys, -3 SD: 2.1 kg at birth, 6.9 kg at 12 months; the axis runs from 1 to 13 kg.
        assert!(chart.red.points().starts_with("50,282.8 62.3,27"), "{}", chart.red.points());
        assert_eq!(chart.red.end().0, 344.0);
        assert!((chart.red.end().1 - 160.9).abs() < 0.6, "{:?}", chart.red.end());
        assert!(chart.below.ends_with("344,310 50,310"));
        let edges: Vec<_> = chart.bands.iter().map(|band| (band.from_sd, band.to_sd)).collect();
        assert_eq!(edges, [(1.0, 2.0), (-1.0, 1.0), (-2.0, -1.0), (-3.0, -2.0)]);
    }

    #[test]
    fn a_missed_month_breaks_the_line_and_stands_in_the_row() {
        let chart = kms();
        assert_eq!(chart.segments.len(), 2);
        assert_eq!(chart.dots.len(), 10);
        assert_eq!(chart.dots.iter().filter(|dot| dot.is_latest).count(), 1);
        let row: String = chart
            .row
            .iter()
            .map(|(_, mark)| match mark {
                RowMark::Letter(letter) => letter.code(),
                RowMark::Missed => "-",
                RowMark::Recheck => "?",
            })
            .collect();
        assert_eq!(row, "BNNNNTNN-ON");
        assert!(chart.row.is_sorted_by(|(left, _), (right, _)| right - left > 15.0));
    }

    #[test]
    fn an_excluded_weight_neither_bends_the_line_nor_the_scale() {
        let born_on = date(2025, 1, 5);
        let mut odd = Weighing::new(date(2025, 3, 5), 52_000);
        odd.is_excluded = true;
        let weighings = [Weighing::new(date(2025, 2, 5), 4200), odd];
        let gains = judge_all(Some(Sex::Male), Some(born_on), &weighings, GainSettings::default());
        let points: Vec<_> = gains.iter().map(|gain| ChartPoint::weighing(born_on, gain)).collect();
        let chart = chart(Sex::Male, FIRST_YEAR, Frame::CARD, &points).unwrap();
        assert_eq!(chart.dots.len(), 1);
        assert_eq!(chart.row.last().map(|(_, mark)| *mark), Some(RowMark::Recheck));
        assert_eq!(chart.y_ticks.last().map(|tick| tick.value), Some(12));
    }

    #[test]
    fn ticks_are_whole_numbers_few_enough_to_read() {
        let values = |ticks: &[Tick]| ticks.iter().map(|tick| tick.value).collect::<Vec<_>>();
        let chart = kms();
        assert_eq!(values(&chart.x_ticks), (0..=12).collect::<Vec<_>>());
        assert_eq!(values(&chart.y_ticks), [2, 4, 6, 8, 10, 12]);
        let long = super::chart(Sex::Female, Axis::LengthByMonths { from: 24.0, to: 60.0 }, Frame::CARD, &[]).unwrap();
        assert_eq!(values(&long.x_ticks), [24, 30, 36, 42, 48, 54, 60]);
        assert_eq!(long.orange, None);
    }

    #[test]
    fn every_part_of_every_chart_can_be_drawn() {
        for sex in [Sex::Male, Sex::Female] {
            for (from, to) in [(0.0, 12.0), (12.0, 24.0), (24.0, 60.0), (5.0, 12.0)] {
                for axis in [Axis::WeightByMonths { from, to }, Axis::LengthByMonths { from, to }] {
                    for frame in [Frame::CARD, Frame::SMALL] {
                        assert!(chart(sex, axis, frame, &[]).is_some());
                    }
                }
            }
            for (stature, lengths) in [(Stature::Panjang, 450..=1100), (Stature::Tinggi, 650..=1200)] {
                for mm in lengths {
                    let axis = Axis::weight_by_length_around(stature, mm);
                    let point = ChartPoint::weight_at_length(date(2026, 1, 1), mm, 10_000);
                    assert_eq!(chart(sex, axis, Frame::CARD, &[point]).unwrap().dots.len(), 1, "{stature:?} {mm}");
                }
            }
        }
        assert_eq!(chart(Sex::Male, Axis::WeightByMonths { from: 0.0, to: 61.0 }, Frame::CARD, &[]), None);
        assert_eq!(chart(Sex::Male, Axis::WeightByMonths { from: 3.0, to: 3.0 }, Frame::CARD, &[]), None);
    }

    #[test]
    fn the_lines_are_the_limits_of_the_classes() {
        use super::super::rules::{Category, status_rows};
        let rows = &status_rows(date(2026, 9, 1)).rows;
        let row = |category| rows.iter().find(|row| row.category == category).unwrap();
        assert_eq!(row(Category::BbSangatKurang).upper, Some(RED_LINE as i64 * 100));
        assert_eq!(row(Category::RisikoBbLebih).lower, Some(ORANGE_LINE as i64 * 100));
    }

    #[test]
    fn numbers_have_one_decimal_at_most() {
        assert_eq!([0.0, -0.04, -3.25, 12.04, 12.06].map(tenths), ["0", "0", "-3.3", "12", "12.1"]);
    }
}
