//! Classes of characters by the Unicode version of Go, which is not that of the standard library here.

mod tables;

/// `unicode.IsPrint` (and `strconv.IsPrint`): letters, marks, numbers, punctuation, symbols and the
/// ASCII space. Numbers that are no characters are not printable.
pub fn is_printable(code: u32) -> bool {
    if code < 0x7f {
        return code >= 0x20;
    }
    contains(&tables::PRINTABLE, code)
}

/// `unicode.IsLetter`: category L.
pub fn is_letter(c: char) -> bool {
    c.is_ascii_alphabetic() || !c.is_ascii() && contains(&tables::LETTERS, u32::from(c))
}

/// `unicode.IsDigit`: category Nd.
pub fn is_digit(c: char) -> bool {
    c.is_ascii_digit() || !c.is_ascii() && contains(&tables::DIGITS, u32::from(c))
}

/// The run of `code` is the first that ends past it, and every second run is in the class.
fn contains(ends: &[u32], code: u32) -> bool {
    ends.partition_point(|&end| end <= code) % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_characters() {
        for c in [
            'a',
            ' ',
            '~',
            '\u{a1}',
            'é',
            '\u{20ac}',
            '\u{1f600}',
            '\u{e0100}',
        ] {
            assert!(is_printable(u32::from(c)), "{c:?}");
        }
        for code in [
            0, 0x1f, 0x7f, 0x85, 0xa0, 0xad, 0x378, 0x2028, 0xd800, 0xfeff, 0x10_ffff,
        ] {
            assert!(!is_printable(code), "{code:x}");
        }
        assert!(!is_printable(u32::MAX));
        assert!(
            is_letter('z') && is_letter('é') && is_letter('\u{30000}') && !is_letter('\u{345}')
        );
        assert!(is_digit('7') && is_digit('\u{1fbf9}') && !is_digit('\u{b2}'));
    }

    /// Sums over all characters, so that no entry of the tables can change unnoticed.
    #[test]
    fn all_characters_are_counted() {
        let count = |has: fn(u32) -> bool| {
            let members = (0..0x11_0000).filter(|&code| has(code));
            members.fold((0u64, 0u64), |(n, sum), code| {
                (n + 1, sum + u64::from(code))
            })
        };
        assert_eq!(count(is_printable), (148_998, 15_750_900_724));
        assert_eq!(
            count(|c| char::from_u32(c).is_some_and(is_letter)),
            (136_104, 14_773_782_966)
        );
        assert_eq!(
            count(|c| char::from_u32(c).is_some_and(is_digit)),
            (680, 32_783_620)
        );
    }
}
