//! Which characters Go takes for letters and digits.

use evenkeel_value::unicode;

/// Whether a byte is an ASCII character that may stand in an identifier.
pub(crate) fn is_ascii_word(b: u8) -> bool {
    ASCII_WORD[usize::from(b)]
}

/// Looked up and not computed: templates consist of words.
static ASCII_WORD: [bool; 256] = {
    let mut table = [false; 256];
    let mut b = 0;
    while b < 128 {
        table[b] = b == b'_' as usize || (b as u8).is_ascii_alphanumeric();
        b += 1;
    }
    table
};

/// Whether a character may stand in an identifier: `_`, `unicode.IsLetter` or `unicode.IsDigit`.
pub(crate) fn is_alphanumeric(c: char) -> bool {
    c == '_' || unicode::is_letter(c) || unicode::is_digit(c)
}

#[cfg(test)]
mod tests {
    use super::is_alphanumeric;

    #[test]
    fn letters_and_digits_only() {
        for c in ['a', 'Z', '0', '_', 'é', 'ß', '漢', '٣', 'ª', '𝒳'] {
            assert!(is_alphanumeric(c), "{c}");
        }
        for c in [
            '-',
            ' ',
            '²',
            'Ⅷ',
            'ⓐ',
            '\u{301}',
            '€',
            '\u{fffd}',
            '\u{10ffff}',
        ] {
            assert!(!is_alphanumeric(c), "{c}");
        }
    }
}
