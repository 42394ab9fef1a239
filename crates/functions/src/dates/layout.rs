//! Go's time layouts: the reference time `Mon Jan 2 15:04:05 MST 2006`, cut into its elements.

/// One element of a layout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    /// `January`.
    LongMonth,
    /// `Jan`.
    Month,
    /// `1`, or `01` when padded.
    NumMonth { padded: bool },
    /// `Monday`.
    LongWeekday,
    /// `Mon`.
    Weekday,
    /// `2`, `_2` or `02`.
    Day(Pad),
    /// `__2` or `002`.
    YearDay { zeros: bool },
    /// `15`.
    Hour,
    /// `3` or `03`.
    Hour12 { padded: bool },
    /// `4` or `04`.
    Minute { padded: bool },
    /// `5` or `05`.
    Second { padded: bool },
    /// `2006`.
    LongYear,
    /// `06`.
    Year,
    /// `PM` or `pm`.
    Noon { upper: bool },
    /// `MST`.
    ZoneName,
    /// `-0700` and its kin; with `z`, the forms that print `Z` for UTC.
    Offset { z: bool, form: OffsetForm },
    /// `.000` or `.999`, with the separator as it stands there.
    Fraction {
        digits: usize,
        trim: bool,
        separator: u8,
    },
}

/// How a day is padded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pad {
    None,
    Space,
    Zero,
}

/// How an offset is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OffsetForm {
    /// `-07`.
    Hours,
    /// `-0700`.
    Minutes,
    /// `-07:00`.
    ColonMinutes,
    /// `-070000`.
    Seconds,
    /// `-07:00:00`.
    ColonSeconds,
}

impl OffsetForm {
    pub(crate) fn has_colons(self) -> bool {
        matches!(self, OffsetForm::ColonMinutes | OffsetForm::ColonSeconds)
    }

    pub(crate) fn has_minutes(self) -> bool {
        self != OffsetForm::Hours
    }

    pub(crate) fn has_seconds(self) -> bool {
        matches!(self, OffsetForm::Seconds | OffsetForm::ColonSeconds)
    }
}

/// The first element of a layout.
pub(crate) struct Chunk<'a> {
    /// Literal text before it.
    pub(crate) prefix: &'a [u8],
    /// The element and its own text; `None` where the layout has no more.
    pub(crate) element: Option<(Element, &'a [u8])>,
    /// The layout after it.
    pub(crate) rest: &'a [u8],
}

/// `time.nextStdChunk`.
pub(crate) fn next_chunk(layout: &[u8]) -> Chunk<'_> {
    for at in 0..layout.len() {
        let (before, tail) = layout.split_at(at);
        // `_2006` is an underscore and a year.
        if tail.starts_with(b"_2006") {
            let prefix = &layout[..=at];
            let (text, rest) = tail[1..].split_at(4);
            return Chunk {
                prefix,
                element: Some((Element::LongYear, text)),
                rest,
            };
        }
        if let Some((element, len)) = element_at(tail) {
            let (text, rest) = tail.split_at(len);
            return Chunk {
                prefix: before,
                element: Some((element, text)),
                rest,
            };
        }
    }
    Chunk {
        prefix: layout,
        element: None,
        rest: &[],
    }
}

/// The element that a layout starts with, and its length.
fn element_at(layout: &[u8]) -> Option<(Element, usize)> {
    use Element::{
        Day, Hour, Hour12, LongMonth, LongWeekday, LongYear, Minute, Month, Noon, NumMonth, Second,
        Weekday, Year, YearDay, ZoneName,
    };
    let starts = |text: &str| layout.starts_with(text.as_bytes());
    // A short name is none where the word goes on: `Janet`.
    let word_ends = || !layout.get(3).is_some_and(u8::is_ascii_lowercase);
    Some(match layout.first()? {
        b'J' if starts("January") => (LongMonth, 7),
        b'J' if starts("Jan") && word_ends() => (Month, 3),
        b'M' if starts("Monday") => (LongWeekday, 6),
        b'M' if starts("Mon") && word_ends() => (Weekday, 3),
        b'M' if starts("MST") => (ZoneName, 3),
        b'0' if starts("002") => (YearDay { zeros: true }, 3),
        b'0' => match layout.get(1)? {
            b'1' => (NumMonth { padded: true }, 2),
            b'2' => (Day(Pad::Zero), 2),
            b'3' => (Hour12 { padded: true }, 2),
            b'4' => (Minute { padded: true }, 2),
            b'5' => (Second { padded: true }, 2),
            b'6' => (Year, 2),
            _ => return None,
        },
        b'1' if starts("15") => (Hour, 2),
        b'1' => (NumMonth { padded: false }, 1),
        b'2' if starts("2006") => (LongYear, 4),
        b'2' => (Day(Pad::None), 1),
        b'_' if starts("_2") => (Day(Pad::Space), 2),
        b'_' if starts("__2") => (YearDay { zeros: false }, 3),
        b'3' => (Hour12 { padded: false }, 1),
        b'4' => (Minute { padded: false }, 1),
        b'5' => (Second { padded: false }, 1),
        b'P' if starts("PM") => (Noon { upper: true }, 2),
        b'p' if starts("pm") => (Noon { upper: false }, 2),
        b'-' => offset_at(&layout[1..], false)?,
        b'Z' => offset_at(&layout[1..], true)?,
        b'.' | b',' => fraction_at(layout)?,
        _ => return None,
    })
}

/// An offset after its `-` or `Z`; longer forms first, in Go's order.
fn offset_at(digits: &[u8], z: bool) -> Option<(Element, usize)> {
    const FORMS: [(&[u8], OffsetForm); 5] = [
        (b"070000", OffsetForm::Seconds),
        (b"07:00:00", OffsetForm::ColonSeconds),
        (b"0700", OffsetForm::Minutes),
        (b"07:00", OffsetForm::ColonMinutes),
        (b"07", OffsetForm::Hours),
    ];
    let (text, form) = FORMS
        .into_iter()
        .find(|(text, _)| digits.starts_with(text))?;
    Some((Element::Offset { z, form }, text.len() + 1))
}

/// A fraction: zeros or nines only, and no other digit after them.
fn fraction_at(layout: &[u8]) -> Option<(Element, usize)> {
    let (separator, tail) = layout.split_first()?;
    let digit = *tail.first().filter(|digit| matches!(digit, b'0' | b'9'))?;
    let digits = tail.iter().take_while(|byte| **byte == digit).count();
    if tail.get(digits).is_some_and(u8::is_ascii_digit) {
        return None;
    }
    // Go keeps the count in twelve bits.
    let kept = digits & 0xfff;
    let element = Element::Fraction {
        digits: kept,
        trim: digit == b'9',
        separator: *separator,
    };
    Some((element, digits + 1))
}
