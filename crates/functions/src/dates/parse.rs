//! `time.ParseInLocation`.

use evenkeel_value::{MONTHS, WEEKDAYS};

use super::calendar::{Date, Wall, days_in, is_leap};
use super::layout::{Element, OffsetForm, Pad, next_chunk};
use super::time::Time;
use super::zone::Zone;
use crate::durations::quote_plain;

/// What an element made of the text: `Bad` where it does not fit, `Range` where a number is too large.
enum Problem {
    Bad,
    Range(&'static str),
}

type Parsed<'a, T> = Result<(T, &'a [u8]), Problem>;

/// What the elements of the layout said.
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    year_day: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanos: u32,
    noon: Option<Noon>,
    utc: bool,
    /// Go marks "not seen" by -1, and so takes an offset of minus one second for none.
    offset: i64,
    zone_name: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq)]
enum Noon {
    Am,
    Pm,
}

/// Reads `value` by `layout`; a text that names no zone is in `local`.
///
/// # Errors
/// The text of Go's `time.ParseError`.
pub(crate) fn parse_in(layout: &[u8], value: &[u8], local: &Zone) -> Result<Time, String> {
    let mut fields = Fields {
        year: 0,
        month: None,
        day: None,
        year_day: None,
        hour: 0,
        minute: 0,
        second: 0,
        nanos: 0,
        noon: None,
        utc: false,
        offset: -1,
        zone_name: Vec::new(),
    };
    let failed = |message: &str| format!("parsing time {}{message}", quote_plain(value));
    let mismatch = |text: &[u8], element: &[u8]| {
        failed(&format!(
            " as {}: cannot parse {} as {}",
            quote_plain(layout),
            quote_plain(text),
            quote_plain(element)
        ))
    };
    let (mut pattern, mut text) = (layout, value);
    loop {
        let chunk = next_chunk(pattern);
        text = match skip(text, chunk.prefix) {
            Ok(rest) => rest,
            Err(rest) => return Err(mismatch(rest, chunk.prefix)),
        };
        let Some((element, name)) = chunk.element else {
            break;
        };
        pattern = chunk.rest;
        text = match fields.read(element, text, pattern) {
            Ok(rest) => rest,
            Err(Problem::Bad) => return Err(mismatch(text, name)),
            Err(Problem::Range(what)) => return Err(failed(&format!(": {what} out of range"))),
        };
    }
    if !text.is_empty() {
        return Err(failed(&format!(": extra text: {}", quote_plain(text))));
    }
    let wall = fields.wall().map_err(failed)?;
    Ok(fields.locate(wall, local))
}

impl Fields {
    /// Reads one element; `pattern` is the layout after it.
    fn read<'a>(
        &mut self,
        element: Element,
        text: &'a [u8],
        pattern: &[u8],
    ) -> Result<&'a [u8], Problem> {
        let rest;
        match element {
            Element::Year => {
                let year;
                (year, rest) = exactly(text, 2)?;
                self.year = atoi(year)?;
                // Unix time starts on 1969-12-31 in some zones.
                self.year += if self.year >= 69 { 1900 } else { 2000 };
            }
            Element::LongYear => {
                let year;
                (year, rest) = exactly(text, 4)?;
                if !year.first().is_some_and(u8::is_ascii_digit) {
                    return Err(Problem::Bad);
                }
                self.year = atoi(year)?;
            }
            Element::Month => rest = self.read_month(text, 3)?,
            Element::LongMonth => rest = self.read_month(text, usize::MAX)?,
            Element::NumMonth { padded } => {
                let month;
                (month, rest) = two_digits(text, padded)?;
                self.month = Some(in_range(month, 1..=12, "month")?);
            }
            Element::Weekday => (_, rest) = name_in(&WEEKDAYS, text, 3)?,
            Element::LongWeekday => (_, rest) = name_in(&WEEKDAYS, text, usize::MAX)?,
            Element::Day(pad) => {
                let text = if pad == Pad::Space {
                    without_space(text)
                } else {
                    text
                };
                let day;
                (day, rest) = two_digits(text, pad == Pad::Zero)?;
                self.day = Some(day);
            }
            Element::YearDay { zeros } => {
                let text = if zeros {
                    text
                } else {
                    without_space(without_space(text))
                };
                let day;
                (day, rest) = three_digits(text, zeros)?;
                self.year_day = Some(day);
            }
            Element::Hour => {
                (self.hour, rest) = two_digits(text, false)?;
                in_range(self.hour, 0..=23, "hour")?;
            }
            Element::Hour12 { padded } => {
                (self.hour, rest) = two_digits(text, padded)?;
                in_range(self.hour, 0..=12, "hour")?;
            }
            Element::Minute { padded } => {
                (self.minute, rest) = two_digits(text, padded)?;
                in_range(self.minute, 0..=59, "minute")?;
            }
            Element::Second { padded } => rest = self.read_second(text, padded, pattern)?,
            Element::Noon { upper } => {
                let mark;
                (mark, rest) = exactly(text, 2)?;
                self.noon = Some(match (mark, upper) {
                    (b"PM", true) | (b"pm", false) => Noon::Pm,
                    (b"AM", true) | (b"am", false) => Noon::Am,
                    _ => return Err(Problem::Bad),
                });
            }
            Element::Offset { z: true, .. } if text.first() == Some(&b'Z') => {
                self.utc = true;
                rest = &text[1..];
            }
            Element::Offset { form, .. } => (self.offset, rest) = read_offset(text, form)?,
            Element::ZoneName => rest = self.read_zone_name(text)?,
            Element::Fraction {
                digits,
                trim: false,
                ..
            } => {
                let fraction;
                (fraction, rest) = exactly(text, digits + 1)?;
                self.nanos = nanoseconds(fraction)?;
            }
            Element::Fraction { .. } => rest = self.read_optional_fraction(text)?,
        }
        Ok(rest)
    }

    fn read_month<'a>(&mut self, text: &'a [u8], len: usize) -> Result<&'a [u8], Problem> {
        let (index, rest) = name_in(&MONTHS, text, len)?;
        self.month = Some(index + 1);
        Ok(rest)
    }

    /// A fraction may follow the seconds even where the layout has none.
    fn read_second<'a>(
        &mut self,
        text: &'a [u8],
        padded: bool,
        pattern: &[u8],
    ) -> Result<&'a [u8], Problem> {
        let (second, rest) = two_digits(text, padded)?;
        self.second = in_range(second, 0..=59, "second")?;
        let next = next_chunk(pattern).element;
        if matches!(next, Some((Element::Fraction { .. }, _))) {
            return Ok(rest);
        }
        self.read_optional_fraction(rest)
    }

    fn read_optional_fraction<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8], Problem> {
        let [b'.' | b',', digits @ ..] = text else {
            return Ok(text);
        };
        let len = digits
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if len == 0 {
            return Ok(text);
        }
        let (fraction, rest) = text.split_at(len + 1);
        self.nanos = nanoseconds(fraction)?;
        Ok(rest)
    }

    fn read_zone_name<'a>(&mut self, text: &'a [u8]) -> Result<&'a [u8], Problem> {
        if let Some(rest) = text.strip_prefix(b"UTC") {
            self.utc = true;
            return Ok(rest);
        }
        let len = zone_name_len(text).ok_or(Problem::Bad)?;
        let (name, rest) = text.split_at(len);
        self.zone_name = name.to_vec();
        Ok(rest)
    }

    /// The date and clock; the error is what follows the quoted value in Go's text.
    fn wall(&self) -> Result<Wall, &'static str> {
        let hour = match self.noon {
            Some(Noon::Pm) if self.hour < 12 => self.hour + 12,
            Some(Noon::Am) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let (month, day) = match self.year_day {
            Some(year_day) => self.month_and_day(year_day)?,
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
        };
        if day < 1 || day > days_in(month, self.year) {
            return Err(": day out of range");
        }
        let date = Date {
            year: self.year,
            month,
            day,
        };
        Ok(Wall {
            date,
            hour,
            minute: self.minute,
            second: self.second,
        })
    }

    /// A day of the year as month and day; those that were read too must agree.
    fn month_and_day(&self, year_day: i64) -> Result<(i64, i64), &'static str> {
        let leap = i64::from(is_leap(self.year));
        if year_day < 1 || year_day > 365 + leap {
            return Err(": day-of-year out of range");
        }
        let (mut month, mut day) = (1, year_day);
        while day > days_in(month, self.year) {
            day -= days_in(month, self.year);
            month += 1;
        }
        if self.month.is_some_and(|seen| seen != month) {
            return Err(": day-of-year does not match month");
        }
        if self.day.is_some_and(|seen| seen != day) {
            return Err(": day-of-year does not match day");
        }
        Ok((month, day))
    }

    /// The moment, in the zone that the text named.
    fn locate(&self, wall: Wall, local: &Zone) -> Time {
        if self.utc {
            return Time::date(wall, self.nanos, Zone::Utc);
        }
        let name = String::from_utf8_lossy(&self.zone_name);
        let utc = wall.seconds();
        if self.offset != -1 {
            let seconds = utc.wrapping_sub(self.offset);
            let here = local.lookup(seconds);
            let is_local = here.offset == self.offset && (name.is_empty() || here.name == name);
            let zone = if is_local {
                local.clone()
            } else {
                Zone::fixed(&name, self.offset)
            };
            return Time::at(seconds, self.nanos, zone);
        }
        if name.is_empty() {
            return Time::date(wall, self.nanos, local.clone());
        }
        if let Some(offset) = local.lookup_name(&name, utc) {
            return Time::at(utc.wrapping_sub(offset), self.nanos, local.clone());
        }
        // A name that means nothing here: kept, but the clock is taken for UTC.
        let hours = name
            .strip_prefix("GMT")
            .and_then(|hours| hours.parse::<i64>().ok());
        Time::at(
            utc,
            self.nanos,
            Zone::fixed(&name, hours.unwrap_or(0) * 3_600),
        )
    }
}

fn in_range(
    number: i64,
    range: std::ops::RangeInclusive<i64>,
    what: &'static str,
) -> Result<i64, Problem> {
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(Problem::Range(what))
    }
}

/// `time.skip`: spaces of the layout match any number of spaces. The error is the text that is left.
fn skip<'a>(mut text: &'a [u8], mut prefix: &[u8]) -> Result<&'a [u8], &'a [u8]> {
    while let [first, rest @ ..] = prefix {
        if *first == b' ' {
            if text.first().is_some_and(|byte| *byte != b' ') {
                return Err(text);
            }
            prefix = cut_spaces(prefix);
            text = cut_spaces(text);
            continue;
        }
        match text {
            [byte, after @ ..] if byte == first => (text, prefix) = (after, rest),
            _ => return Err(text),
        }
    }
    Ok(text)
}

/// `time.cutspace`: without leading spaces (and only those).
fn cut_spaces(text: &[u8]) -> &[u8] {
    let spaces = text.iter().take_while(|byte| **byte == b' ').count();
    &text[spaces..]
}

fn without_space(text: &[u8]) -> &[u8] {
    text.strip_prefix(b" ").unwrap_or(text)
}

fn exactly(text: &[u8], len: usize) -> Parsed<'_, &[u8]> {
    text.split_at_checked(len).ok_or(Problem::Bad)
}

/// `time.atoi`: a sign is allowed.
fn atoi(text: &[u8]) -> Result<i64, Problem> {
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        all => (false, all),
    };
    let mut number: i64 = 0;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return Err(Problem::Bad);
        }
        number = number * 10 + i64::from(digit - b'0');
    }
    Ok(if negative { -number } else { number })
}

/// `time.getnum`: one or two digits, or exactly two.
fn two_digits(text: &[u8], fixed: bool) -> Parsed<'_, i64> {
    let digit = |at: usize| {
        text.get(at)
            .filter(|byte| byte.is_ascii_digit())
            .map(|byte| i64::from(byte - b'0'))
    };
    match (digit(0), digit(1)) {
        (Some(tens), Some(ones)) => Ok((tens * 10 + ones, &text[2..])),
        (Some(ones), None) if !fixed => Ok((ones, &text[1..])),
        _ => Err(Problem::Bad),
    }
}

/// `time.getnum3`: one to three digits, or exactly three.
fn three_digits(text: &[u8], fixed: bool) -> Parsed<'_, i64> {
    let len = text
        .iter()
        .take(3)
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    if len == 0 || fixed && len != 3 {
        return Err(Problem::Bad);
    }
    let (digits, rest) = text.split_at(len);
    Ok((atoi(digits)?, rest))
}

/// `time.lookup`: the index of a name (cut to `len` bytes), whatever its case.
fn name_in<'a>(names: &[&str], text: &'a [u8], len: usize) -> Parsed<'a, i64> {
    for (index, name) in (0..).zip(names) {
        let name = &name.as_bytes()[..len.min(name.len())];
        if let Some((start, rest)) = text.split_at_checked(name.len())
            && start.eq_ignore_ascii_case(name)
        {
            return Ok((index, rest));
        }
    }
    Err(Problem::Bad)
}

/// Seconds east of UTC.
fn read_offset(text: &[u8], form: OffsetForm) -> Parsed<'_, i64> {
    let (len, colons, places): (usize, &[usize], &[usize]) = match form {
        OffsetForm::ColonMinutes => (6, &[3], &[1, 4]),
        OffsetForm::Hours => (3, &[], &[1]),
        OffsetForm::ColonSeconds => (9, &[3, 6], &[1, 4, 7]),
        OffsetForm::Seconds => (7, &[], &[1, 3, 5]),
        OffsetForm::Minutes => (5, &[], &[1, 3]),
    };
    let (offset, rest) = exactly(text, len)?;
    if colons.iter().any(|at| offset[*at] != b':') {
        return Err(Problem::Bad);
    }
    let mut parts = [0; 3];
    let mut digits_fine = true;
    for (part, at) in parts.iter_mut().zip(places) {
        match two_digits(&offset[*at..*at + 2], true) {
            Ok((number, _)) => *part = number,
            Err(_) => {
                digits_fine = false;
                break;
            }
        }
    }
    // Offsets of 24 hours, 60 minutes and 60 seconds pass: some people write them.
    let [hours, minutes, seconds] = parts;
    in_range(seconds, 0..=60, "time zone offset second")?;
    in_range(minutes, 0..=60, "time zone offset minute")?;
    in_range(hours, 0..=24, "time zone offset hour")?;
    let east = (hours * 60 + minutes) * 60 + seconds;
    match offset[0] {
        b'+' if digits_fine => Ok((east, rest)),
        b'-' if digits_fine => Ok((-east, rest)),
        _ => Err(Problem::Bad),
    }
}

/// `time.parseTimeZone`: how long the abbreviation at the start is.
fn zone_name_len(text: &[u8]) -> Option<usize> {
    if text.len() < 3 {
        return None;
    }
    if text.starts_with(b"ChST") || text.starts_with(b"MeST") {
        return Some(4);
    }
    if let Some(rest) = text.strip_prefix(b"GMT") {
        return Some(3 + signed_offset_len(rest));
    }
    if matches!(text[0], b'+' | b'-') {
        return Some(signed_offset_len(text)).filter(|len| *len > 0);
    }
    match text
        .iter()
        .take(6)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count()
    {
        5 if text[4] == b'T' => Some(5),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// `time.parseSignedOffset`: the length of a sign and a number up to 23, else 0.
fn signed_offset_len(text: &[u8]) -> usize {
    let [b'+' | b'-', digits @ ..] = text else {
        return 0;
    };
    let len = digits
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let hours = std::str::from_utf8(&digits[..len])
        .ok()
        .and_then(|text| text.parse::<u64>().ok());
    if hours.is_some_and(|hours| hours <= 23) {
        len + 1
    } else {
        0
    }
}

/// `time.parseNanoseconds` of a separator and digits; those past the ninth are dropped.
fn nanoseconds(fraction: &[u8]) -> Result<u32, Problem> {
    let [b'.' | b',', digits @ ..] = fraction else {
        return Err(Problem::Bad);
    };
    let digits = &digits[..digits.len().min(9)];
    let number = atoi(digits)?;
    if number < 0 {
        return Err(Problem::Range("fractional second"));
    }
    let scaled = number * 10_i64.pow(9 - digits.len() as u32);
    u32::try_from(scaled).map_err(|_| Problem::Bad)
}
