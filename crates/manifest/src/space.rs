//! Go's idea of white space: `unicode.IsSpace` and the trims of package `strings`.

/// Bytes of the white space character that `text` starts with; 0 if it starts with something else.
fn leading(text: &[u8]) -> usize {
    match text {
        [b'\t' | b'\n' | 0x0b | 0x0c | b'\r' | b' ', ..] => 1,
        // U+0085 and U+00A0.
        [0xc2, 0x85 | 0xa0, ..] => 2,
        // U+1680, U+2000…U+200A, U+2028, U+2029, U+202F, U+205F and U+3000.
        [0xe1, 0x9a, 0x80, ..]
        | [0xe2, 0x80, 0x80..=0x8a | 0xa8 | 0xa9 | 0xaf, ..]
        | [0xe2, 0x81, 0x9f, ..]
        | [0xe3, 0x80, 0x80, ..] => 3,
        _ => 0,
    }
}

/// Bytes of the white space character that `text` ends with.
fn trailing(text: &[u8]) -> usize {
    (1..=3.min(text.len()))
        .find(|&width| leading(&text[text.len() - width..]) == width)
        .unwrap_or(0)
}

/// `strings.TrimLeftFunc(text, unicode.IsSpace)`, as the number of bytes to drop.
pub(crate) fn leading_space(text: &[u8]) -> usize {
    let mut from = 0;
    loop {
        match leading(&text[from..]) {
            0 => return from,
            width => from += width,
        }
    }
}

/// The length that is left when `strings.TrimRightFunc(text, unicode.IsSpace)` is done.
pub(crate) fn without_trailing_space(text: &[u8]) -> usize {
    let mut to = text.len();
    loop {
        match trailing(&text[..to]) {
            0 => return to,
            width => to -= width,
        }
    }
}

/// Whether `strings.TrimSpace(text)` leaves nothing.
pub(crate) fn is_blank(text: &[u8]) -> bool {
    leading_space(text) == text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trims_as_go_does() {
        let trimmed = |text: &str| {
            let text = &text.as_bytes()[leading_space(text.as_bytes())..];
            String::from_utf8_lossy(&text[..without_trailing_space(text)]).into_owned()
        };
        assert_eq!(trimmed("\u{a0} \u{b} a \u{3000}\n"), "a");
        assert_eq!(trimmed("\u{feff}a\u{200b}"), "\u{feff}a\u{200b}");
        assert_eq!(without_trailing_space(b"\x80 "), 1);
        assert!(is_blank("\u{2003}\r\n".as_bytes()));
    }
}
