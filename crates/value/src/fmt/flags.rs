//! Flags of a formatting directive, and padding.

use super::Printer;
use crate::number::decode_rune;

/// What stands between `%` and the verb.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Flags {
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`: set instead of `plus`, for it only adds field names.
    pub(super) plus_v: bool,
    /// `%#v`: set instead of `sharp`, for it asks for Go syntax.
    pub(super) sharp_v: bool,
}

impl Printer {
    /// Appends `text` padded to the width, which counts characters.
    pub(super) fn pad(&mut self, text: &[u8]) {
        let Some(width @ 1..) = self.flags.width else {
            self.out.extend_from_slice(text);
            return;
        };
        let padding = width.saturating_sub(count_runes(text));
        if !self.flags.minus {
            self.write_padding(padding);
        }
        self.out.extend_from_slice(text);
        if self.flags.minus {
            self.write_padding(padding);
        }
    }

    /// As [`Printer::pad`], with spaces even where the zero flag is set.
    pub(super) fn pad_with_spaces(&mut self, text: &[u8]) {
        let zero = std::mem::replace(&mut self.flags.zero, false);
        self.pad(text);
        self.flags.zero = zero;
    }

    /// Appends padding; zeros go to the left of things only.
    pub(super) fn write_padding(&mut self, count: usize) {
        let fill = if self.flags.zero && !self.flags.minus {
            b'0'
        } else {
            b' '
        };
        self.out.resize(self.out.len() + count, fill);
    }

    /// The start of `text` that the precision lets through, which counts characters.
    pub(super) fn truncate<'a>(&self, text: &'a [u8]) -> &'a [u8] {
        let Some(precision) = self.flags.precision else {
            return text;
        };
        let mut end = 0;
        for _ in 0..precision {
            match decode_rune(&text[end..]) {
                (_, 0) => break,
                (_, width) => end += width,
            }
        }
        &text[..end]
    }
}

/// `utf8.RuneCount`: each byte that is no UTF-8 counts as one.
fn count_runes(text: &[u8]) -> usize {
    if let Ok(text) = std::str::from_utf8(text) {
        return text.chars().count();
    }
    let (mut rest, mut count) = (text, 0);
    while let (_, width @ 1..) = decode_rune(rest) {
        rest = &rest[width..];
        count += 1;
    }
    count
}
