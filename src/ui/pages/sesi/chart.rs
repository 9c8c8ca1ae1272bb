//! A growth chart as SVG: bands, lines, the child's line. Geometry comes from `domain::growth::chart`.

use crate::domain::growth::chart::{BandColor, Chart, Line, RowMark, tenths};
use crate::domain::number::{Decimals, format_decimal};
use crate::domain::view::sesi::kms::Which;
use crate::i18n::sesi as kata;
use crate::ui::prelude::*;

/// One chart.
#[component]
pub fn GrowthChart(
    /// Geometry.
    chart: Chart,
    /// Which; chooses the words of the axes.
    which: Which,
    /// Below two years: panjang, not tinggi.
    young: bool,
    /// The chart in words.
    #[prop(into)]
    label: String,
    /// Unlike any other chart of the page.
    id: &'static str,
) -> impl IntoView {
    let frame = chart.frame;
    let is_card = !chart.row.is_empty() || frame.height > 300.0;
    let clip = format!("c-{id}");
    let hatch = format!("h-{id}");
    let width = frame.right - frame.left;
    let height = frame.bottom - frame.top;
    let band = |color: BandColor| match color {
        BandColor::Mid => "mid",
        BandColor::Green => "green",
        BandColor::Yellow => "yellow",
    };
    let bands = chart.bands.into_iter().map(|it| view! { <polygon class=band(it.color) points=it.points></polygon> });
    let bands = bands.collect_view();
    let orange_at = chart.orange.as_ref().map(|it| label_of_orange(it, is_card, frame.top));
    let red_at = (frame.right - 8.0, below_red(&chart.red, frame.bottom));
    let dots = chart.dots.iter().map(|it| {
        let (class, r) = if it.is_latest { ("now", "8") } else { ("dot", "5") };
        view! { <circle class=class cx=tenths(it.x) cy=tenths(it.y) r=r></circle> }
    });
    let dots = dots.collect_view();
    let tag = chart.dots.iter().find(|it| it.is_latest).map(|it| {
        let x = it.x.clamp(frame.left + 23.0, frame.right - 15.0);
        // Above the dot, or below it where there is no room.
        let y = if it.y - 38.0 < frame.top { it.y + 14.0 } else { it.y - 38.0 };
        let value = format_decimal((it.value * 10.0).round() as u32, 1, Decimals::Fixed(1));
        view! {
            <rect class="tag" x=tenths(x - 23.0) y=tenths(y) width="46" height="24" rx="6"></rect>
            <text class="t-tag" x=tenths(x) y=tenths(y + 18.0) text-anchor="middle">
                {value}
            </text>
        }
    });
    let left = tenths(frame.left - 6.0);
    let y_ticks = chart.y_ticks.iter().map(|it| {
        view! {
            <text x=left.clone() y=tenths(it.position() + 5.0) text-anchor="end">
                {it.value}
            </text>
        }
    });
    let y_ticks = y_ticks.collect_view();
    let below = tenths(frame.bottom + 18.0);
    let x_ticks = chart.x_ticks.iter().map(|it| {
        view! {
            <text x=tenths(it.position()) y=below.clone() text-anchor="middle">
                {it.value}
            </text>
        }
    });
    let x_ticks = x_ticks.collect_view();
    let row = (!chart.row.is_empty() && is_card).then(|| {
        let marks = chart.row.iter().map(|(x, mark)| {
            let word = match mark {
                RowMark::Letter(letter) => letter.code(),
                RowMark::Missed => "–",
                RowMark::Recheck => "?",
            };
            view! {
                <text class="strong" x=tenths(*x) y="359" text-anchor="middle">
                    {word}
                </text>
            }
        });
        view! {
            <path class="grid grid--strong" d="M50 336H354M50 370H354"></path>
            <text class="strong" x="6" y="359">
                "N/T"
            </text>
            {marks.collect_view()}
        }
    });
    let segments = chart.segments.into_iter().map(|points| {
        view! {
            <polyline class="halo" points=points.clone()></polyline>
            <polyline class="child" points=points></polyline>
        }
    });
    let segments = segments.collect_view();
    view! {
        <svg class="kms" viewBox=chart.view_box role="img" aria-label=label>
            <defs>
                <clipPath id=clip.clone()>
                    <rect
                        x=tenths(frame.left)
                        y=tenths(frame.top)
                        width=tenths(width)
                        height=tenths(height)
                    ></rect>
                </clipPath>
                <pattern
                    id=hatch.clone()
                    width="8"
                    height="8"
                    patternUnits="userSpaceOnUse"
                    patternTransform="rotate(45)"
                >
                    <path class="hatch" d="M0 0v8"></path>
                </pattern>
            </defs>
            <rect
                class="above"
                x=tenths(frame.left)
                y=tenths(frame.top)
                width=tenths(width)
                height=tenths(height)
            ></rect>
            <g clip-path=format!("url(#{clip})")>
                {bands} <polygon class="below" points=chart.below.clone()></polygon>
                <polygon fill=format!("url(#{hatch})") points=chart.below></polygon>
                <path class="grid" d=chart.grid></path>
                {chart.orange.map(|it| view! { <polyline class="orange" points=it.points()></polyline> })}
                <polyline class="red" points=chart.red.points()></polyline> {segments}
            </g>
            {dots}
            {y_ticks}
            {orange_at
                .map(|(x, y, anchor)| {
                    view! {
                        <text class="t-orange" x=tenths(x) y=tenths(y) text-anchor=anchor>
                            {kata::ORANGE_LINE}
                        </text>
                    }
                })}
            <text class="t-red" x=tenths(red_at.0) y=tenths(red_at.1) text-anchor="end">
                {kata::RED_LINE}
            </text>
            {tag}
            {x_ticks}
            {row}
            {is_card
                .then(|| {
                    view! {
                        <text x="50" y="392">
                            {kata::axes(which, young)}
                        </text>
                    }
                })}
        </svg>
    }
}

/// On the card at the right end, on the small picture at the left, away from the last number.
fn label_of_orange(line: &Line, is_card: bool, top: f64) -> (f64, f64, &'static str) {
    if is_card {
        let (x, y) = line.end();
        return (x - 8.0, (y - 4.0).max(top + 16.0), "end");
    }
    let (x, y) = line.start();
    (x + 8.0, (y - 24.0).max(top + 16.0), "start")
}

/// Below the red line along the whole of its name, also where the line climbs.
fn below_red(line: &Line, bottom: f64) -> f64 {
    const NAME_WIDTH: f64 = 112.0;
    (line.lowest_after(line.end().0 - NAME_WIDTH) + 18.0).min(bottom - 8.0)
}
