//! Go's `unicode` and `utf8`: single-character case mapping and character classes of Unicode 15.0, whatever
//! version the standard library here has, and text as runes.

use std::sync::LazyLock;

use evenkeel_value::number::decode_rune;
use regex_syntax::hir::{Class, HirKind};

/// What Go decodes an invalid byte as.
pub(crate) const RUNE_ERROR: char = '\u{fffd}';

/// The characters of a text with their bytes: what `range` gives in Go, so each invalid byte is U+FFFD.
pub(crate) fn runes(mut text: &[u8]) -> impl Iterator<Item = (char, &[u8])> {
    std::iter::from_fn(move || {
        let (c, len) = decode_rune(text);
        let (bytes, rest) = text.split_at_checked(len).filter(|_| len > 0)?;
        text = rest;
        Some((c.unwrap_or(RUNE_ERROR), bytes))
    })
}

/// `[]rune(text)`.
pub(crate) fn to_runes(text: &[u8]) -> Vec<char> {
    runes(text).map(|(c, _)| c).collect()
}

/// `unicode.ToUpper`.
pub(crate) fn to_upper(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_uppercase(),
        // Greek letters with iota subscript have a capital of one character, which is their titlecase;
        // the standard library knows the capital of two characters only.
        '\u{1f80}'..='\u{1f87}' | '\u{1f90}'..='\u{1f97}' | '\u{1fa0}'..='\u{1fa7}' => offset(c, 8),
        '\u{1fb3}' | '\u{1fc3}' | '\u{1ff3}' => offset(c, 9),
        _ => mapped(c, c.to_uppercase()),
    }
}

/// `unicode.ToLower`.
pub(crate) fn to_lower(c: char) -> char {
    match c {
        _ if c.is_ascii() => c.to_ascii_lowercase(),
        '\u{130}' => 'i',
        _ => mapped(c, c.to_lowercase()),
    }
}

/// `unicode.ToTitle`.
pub(crate) fn to_title(c: char) -> char {
    match c {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        // Georgian capitals are for text all in capitals only.
        '\u{10d0}'..='\u{10fa}' | '\u{10fd}'..='\u{10ff}' => c,
        _ => to_upper(c),
    }
}

fn offset(c: char, by: u32) -> char {
    char::from_u32(u32::from(c) + by).unwrap_or(c)
}

/// The mapping, where it is one character that Go knows.
fn mapped(c: char, mut to: impl Iterator<Item = char>) -> char {
    match (to.next(), to.next()) {
        (Some(single), None) if single != c && is_known(single) && is_known(c) => single,
        _ => c,
    }
}

/// A set of characters as sorted ranges.
struct Ranges(Vec<(char, char)>);

impl Ranges {
    /// The set that a regular expression class describes.
    fn of(class: &str) -> Ranges {
        let parsed = regex_syntax::parse(class).map(regex_syntax::hir::Hir::into_kind);
        let Ok(HirKind::Class(Class::Unicode(set))) = parsed else {
            return Ranges(Vec::new());
        };
        Ranges(
            set.iter()
                .map(|range| (range.start(), range.end()))
                .collect(),
        )
    }

    fn contains(&self, c: char) -> bool {
        let at = self.0.partition_point(|&(_, end)| end < c);
        self.0.get(at).is_some_and(|&(start, _)| start <= c)
    }
}

macro_rules! classes {
    ($($(#[$doc:meta])* $name:ident = $class:literal, $ascii:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name(c: char) -> bool {
            static RANGES: LazyLock<Ranges> = LazyLock::new(|| Ranges::of($class));
            if c.is_ascii() {
                let ascii: fn(&char) -> bool = $ascii;
                return ascii(&c);
            }
            RANGES.contains(c)
        }
    )*};
}

classes! {
    /// Whether the character was assigned in the Unicode version that Go has.
    is_known = r"\p{Age=15.0}", char::is_ascii;
    /// `unicode.IsUpper`.
    is_upper = r"[\p{Lu}&&\p{Age=15.0}]", char::is_ascii_uppercase;
    /// `unicode.IsLower`.
    is_lower = r"[\p{Ll}&&\p{Age=15.0}]", char::is_ascii_lowercase;
    /// `unicode.IsTitle`.
    is_title = r"[\p{Lt}&&\p{Age=15.0}]", |_| false;
    /// `unicode.IsLetter`.
    is_letter = r"[\p{L}&&\p{Age=15.0}]", char::is_ascii_alphabetic;
    /// `unicode.IsDigit`.
    is_digit = r"[\p{Nd}&&\p{Age=15.0}]", char::is_ascii_digit;
    /// `unicode.IsNumber`.
    is_number = r"[\p{N}&&\p{Age=15.0}]", char::is_ascii_digit;
    /// `unicode.IsPunct`.
    is_punct = r"[\p{P}&&\p{Age=15.0}]", |c| c.is_ascii_punctuation() && !"$+<=>^`|~".contains(*c);
}

/// `unicode.IsSpace`.
pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace()
}

/// `strings.Map`.
pub(crate) fn map_text(text: &[u8], mut map: impl FnMut(char) -> char) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for (c, _) in runes(text) {
        push(&mut out, map(c));
    }
    out
}

/// Appends a character as UTF-8.
pub(crate) fn push(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FNV-1a over the UTF-8 forms of a mapping, or over the members of a class, of all characters: the
    /// sums were recorded from Go 1.26.
    fn checksum(view: impl Fn(char) -> u32) -> u64 {
        ('\0'..=char::MAX).fold(0xcbf2_9ce4_8422_2325, |sum: u64, c| {
            (sum ^ u64::from(view(c))).wrapping_mul(0x0100_0000_01b3)
        })
    }

    #[test]
    fn mappings_and_classes_equal_go() {
        let flags = |c: char| {
            [
                is_upper(c),
                is_lower(c),
                is_title(c),
                is_punct(c),
                is_number(c),
                is_digit(c),
            ]
            .into_iter()
            .chain([is_letter(c), is_space(c)])
            .fold(0, |bits, flag| bits << 1 | u32::from(flag))
        };
        assert_eq!(checksum(|c| to_upper(c).into()), 0x736934923ace8e04);
        assert_eq!(checksum(|c| to_lower(c).into()), 0x6cb4860dcb97926d);
        assert_eq!(checksum(|c| to_title(c).into()), 0xc7d97178699647e4);
        assert_eq!(checksum(flags), 0x3f59d2bd0f29d464);
    }

    #[test]
    fn invalid_bytes_are_one_rune_each() {
        assert_eq!(to_runes(b"a\xe2\x82b"), ['a', RUNE_ERROR, RUNE_ERROR, 'b']);
    }
}
