//! `Time.Format` and `Time.String`.

use evenkeel_value::{MONTHS, WEEKDAYS};

use super::calendar::{weekday, year_day};
use super::layout::{Element, OffsetForm, Pad, next_chunk};
use super::time::Time;

/// `Time.String`, with the reading of the monotonic clock where there is one.
pub(crate) fn format_text(time: &Time) -> Vec<u8> {
    let mut text = format_layout(time, b"2006-01-02 15:04:05.999999999 -0700 MST");
    if let Some(reading) = time.monotonic {
        let sign = if reading < 0 { '-' } else { '+' };
        let size = reading.unsigned_abs();
        let clock = format!(
            " m={sign}{}.{:09}",
            size / 1_000_000_000,
            size % 1_000_000_000
        );
        text.extend_from_slice(clock.as_bytes());
    }
    text
}

/// `Time.Format`: elements are replaced, everything else stands as it is.
pub(crate) fn format_layout(time: &Time, layout: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(layout.len() + 10);
    let mut rest = layout;
    loop {
        let chunk = next_chunk(rest);
        out.extend_from_slice(chunk.prefix);
        let Some((element, _)) = chunk.element else {
            return out;
        };
        push_element(&mut out, time, element);
        rest = chunk.rest;
    }
}

fn push_element(out: &mut Vec<u8>, time: &Time, element: Element) {
    let wall = time.wall();
    match element {
        Element::LongMonth => out.extend_from_slice(month_name(wall.date.month).as_bytes()),
        Element::Month => out.extend_from_slice(&month_name(wall.date.month).as_bytes()[..3]),
        Element::NumMonth { padded } => push_padded(out, wall.date.month, padded),
        Element::LongWeekday => out.extend_from_slice(day_name(time).as_bytes()),
        Element::Weekday => out.extend_from_slice(&day_name(time).as_bytes()[..3]),
        Element::Day(Pad::None) => push_int(out, wall.date.day, 0),
        Element::Day(Pad::Zero) => push_int(out, wall.date.day, 2),
        Element::Day(Pad::Space) => push_spaced(out, wall.date.day, 2),
        Element::YearDay { zeros: true } => push_int(out, year_day(time.day_number()), 3),
        Element::YearDay { zeros: false } => push_spaced(out, year_day(time.day_number()), 3),
        Element::Hour => push_int(out, wall.hour, 2),
        Element::Hour12 { padded } => push_padded(out, (wall.hour + 11) % 12 + 1, padded),
        Element::Minute { padded } => push_padded(out, wall.minute, padded),
        Element::Second { padded } => push_padded(out, wall.second, padded),
        Element::LongYear => push_int(out, wall.date.year, 4),
        Element::Year => push_int(out, wall.date.year.abs() % 100, 2),
        Element::Noon { upper } => out.extend_from_slice(match (upper, wall.hour >= 12) {
            (true, true) => b"PM",
            (true, false) => b"AM",
            (false, true) => b"pm",
            (false, false) => b"am",
        }),
        Element::ZoneName => {
            let zone = time.zone.lookup(time.seconds);
            if zone.name.is_empty() {
                push_offset(out, zone.offset, OffsetForm::Minutes);
            } else {
                out.extend_from_slice(zone.name.as_bytes());
            }
        }
        Element::Offset { z, form } => match time.zone.lookup(time.seconds).offset {
            0 if z => out.push(b'Z'),
            offset => push_offset(out, offset, form),
        },
        Element::Fraction {
            digits,
            trim,
            separator,
        } => {
            push_fraction(out, time.nanos, digits, trim, separator);
        }
    }
}

fn month_name(month: i64) -> &'static str {
    MONTHS[month.clamp(1, 12) as usize - 1]
}

fn day_name(time: &Time) -> &'static str {
    WEEKDAYS[weekday(time.day_number()) as usize]
}

/// `time.appendInt`: the sign does not count to the width.
fn push_int(out: &mut Vec<u8>, number: i64, width: usize) {
    if number < 0 {
        out.push(b'-');
    }
    out.extend_from_slice(format!("{:0width$}", number.unsigned_abs()).as_bytes());
}

fn push_padded(out: &mut Vec<u8>, number: i64, padded: bool) {
    push_int(out, number, if padded { 2 } else { 0 });
}

fn push_spaced(out: &mut Vec<u8>, number: i64, width: usize) {
    out.extend_from_slice(format!("{number:width$}").as_bytes());
}

fn push_offset(out: &mut Vec<u8>, offset: i64, form: OffsetForm) {
    // The sign is that of the whole minutes: -30 seconds show as `+0000`, as Go does.
    let minutes = offset / 60;
    out.push(if minutes < 0 { b'-' } else { b'+' });
    push_int(out, minutes.abs() / 60, 2);
    if form.has_colons() {
        out.push(b':');
    }
    if form.has_minutes() {
        push_int(out, minutes.abs() % 60, 2);
    }
    if form.has_seconds() {
        if form == OffsetForm::ColonSeconds {
            out.push(b':');
        }
        // Go takes the size only where it writes a minus.
        let size = if minutes < 0 { -offset } else { offset };
        push_int(out, size % 60, 2);
    }
}

/// `time.appendNano`.
fn push_fraction(out: &mut Vec<u8>, nanos: u32, digits: usize, trim: bool, separator: u8) {
    let all = format!("{nanos:09}");
    let shown = &all[..digits.min(9)];
    let shown = if trim {
        shown.trim_end_matches('0')
    } else {
        shown
    };
    if !(trim && shown.is_empty()) {
        out.push(separator);
        out.extend_from_slice(shown.as_bytes());
    }
}
