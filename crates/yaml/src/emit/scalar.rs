//! What a scalar's text allows: libyaml's `yaml_emitter_analyze_scalar`, and the characters it knows.

use std::borrow::Cow;

use evenkeel_value::number::decode_rune;

/// Which go-yaml is followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// `go.yaml.in/yaml/v2`.
    V2,
    /// `go.yaml.in/yaml/v3`.
    V3,
}

/// In which ways a scalar can be written in block context.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Analysis {
    pub(super) multiline: bool,
    pub(super) plain_allowed: bool,
    pub(super) single_quoted_allowed: bool,
    pub(super) block_allowed: bool,
}

/// What a look at all characters has found.
#[derive(Default)]
struct Findings {
    indicators: bool,
    line_breaks: bool,
    special_characters: bool,
    tab_characters: bool,
    leading_space: bool,
    leading_break: bool,
    trailing_space: bool,
    trailing_break: bool,
    break_space: bool,
    space_break: bool,
}

/// Analyzes a text of valid UTF-8.
pub(super) fn analyze(text: &[u8], version: Version) -> Analysis {
    if text.is_empty() {
        return Analysis {
            multiline: false,
            plain_allowed: true,
            single_quoted_allowed: true,
            block_allowed: false,
        };
    }
    let found = inspect(text, version);
    let edges =
        found.leading_space || found.leading_break || found.trailing_space || found.trailing_break;
    let unquotable = found.space_break || found.special_characters;
    let quotes_only = unquotable || found.tab_characters;
    Analysis {
        multiline: found.line_breaks,
        plain_allowed: !(edges
            || found.break_space
            || quotes_only
            || found.line_breaks
            || found.indicators),
        single_quoted_allowed: !(found.break_space || quotes_only),
        block_allowed: !(found.trailing_space || unquotable),
    }
}

fn inspect(text: &[u8], version: Version) -> Findings {
    let mut found = Findings {
        indicators: text.starts_with(b"---") || text.starts_with(b"..."),
        ..Findings::default()
    };
    let mut after_whitespace = true;
    let (mut previous_space, mut previous_break) = (false, false);
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if at > 0 && byte != b' ' && is_dull(byte) {
            (previous_space, previous_break, after_whitespace) = (false, false, false);
            at += dull_run(&text[at..]).max(1);
            continue;
        }
        let next = at + width(byte);
        let before_whitespace = text.get(next).is_none_or(|c| matches!(c, b' ' | b'\t'));
        found.indicators |= match byte {
            b'#' => after_whitespace,
            b':' => before_whitespace,
            b'-' | b'?' => at == 0 && before_whitespace,
            b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\'' | b'"'
            | b'%' | b'@' | b'`' => at == 0,
            _ => false,
        };
        let is_break = is_break(&text[at..]);
        if byte == b' ' {
            found.leading_space |= at == 0;
            found.trailing_space |= next == text.len();
            found.break_space |= previous_break;
        } else if is_break {
            found.line_breaks = true;
            found.leading_break |= at == 0;
            found.trailing_break |= next == text.len();
            found.space_break |= previous_space;
        }
        if byte == b'\t' && version == Version::V3 {
            found.tab_characters = true;
        } else if !is_printable(&text[at..]) {
            found.special_characters = true;
        }
        previous_space = byte == b' ';
        previous_break = is_break;
        after_whitespace = matches!(byte, b' ' | b'\t' | 0) || is_break;
        at = next;
    }
    found
}

/// Bytes that say nothing about a scalar unless it starts with them: the ones that most texts are of. A
/// space does only if it stands between two others.
fn is_dull(byte: u8) -> bool {
    matches!(byte, b' '..=b'~') & (byte != b'#') & (byte != b':')
}

/// How many dull bytes there are in front, spaces at their end left out.
fn dull_run(text: &[u8]) -> usize {
    let run = text.get(..count_while(text, is_dull)).unwrap_or_default();
    run.iter()
        .rposition(|&byte| byte != b' ')
        .map_or(0, |at| at + 1)
}

/// How many bytes in front are as wanted. Looks at many at a time, so `wanted` should not branch.
pub(super) fn count_while(text: &[u8], wanted: impl Fn(u8) -> bool) -> usize {
    let (chunks, _) = text.as_chunks::<16>();
    let all = |chunk: &&[u8; 16]| chunk.iter().fold(true, |all, &byte| all & wanted(byte));
    let whole = 16 * chunks.iter().take_while(all).count();
    let rest = text.get(whole..).unwrap_or_default();
    whole + rest.iter().take_while(|&&byte| wanted(byte)).count()
}

/// How many bytes the character takes that starts with `byte`.
pub(super) fn width(byte: u8) -> usize {
    match byte {
        0..0xc0 => 1,
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        _ => 4,
    }
}

/// Whether libyaml writes the first character as it is: YAML 1.1's printable ones, less the tab, the
/// byte order mark and everything beyond the basic plane.
pub(super) fn is_printable(text: &[u8]) -> bool {
    match text {
        [b'\n' | b' '..=b'~', ..] => true,
        [0xc2, second, ..] => *second >= 0xa0,
        [0xc3..=0xec | 0xee, ..] => true,
        [0xed, second, ..] => *second < 0xa0,
        [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => false,
        [0xef, ..] => true,
        _ => false,
    }
}

/// Whether the first character breaks lines: CR, LF, NEL, LS, PS.
pub(super) fn is_break(text: &[u8]) -> bool {
    matches!(
        text,
        [b'\r' | b'\n', ..] | [0xc2, 0x85, ..] | [0xe2, 0x80, 0xa8 | 0xa9, ..]
    )
}

/// The text with U+FFFD for each byte that is no UTF-8.
pub(super) fn replace_invalid(text: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(text) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut rest = text;
    while let (c, width @ 1..) = decode_rune(rest) {
        out.push(c.unwrap_or(char::REPLACEMENT_CHARACTER));
        rest = &rest[width..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, version: Version, want: &str) {
        let found = analyze(text.as_bytes(), version);
        let letter = |allowed, letter| if allowed { letter } else { '-' };
        let got: String = [
            letter(found.plain_allowed, 'p'),
            letter(found.single_quoted_allowed, 's'),
            letter(found.block_allowed, 'b'),
            letter(found.multiline, 'm'),
        ]
        .iter()
        .collect();
        assert_eq!(got, want, "{text:?}");
    }

    #[test]
    fn what_a_text_allows() {
        check("", Version::V2, "ps--");
        check("a b", Version::V2, "psb-");
        check("a: b", Version::V2, "-sb-");
        check("a:b #c", Version::V2, "-sb-");
        check("-1", Version::V2, "psb-");
        check("- 1", Version::V2, "-sb-");
        check("---", Version::V2, "-sb-");
        check("a\nb", Version::V2, "-sbm");
        check("a\n b", Version::V2, "--bm");
        check("a \nb", Version::V2, "---m");
        check(" a", Version::V2, "-sb-");
        check("a ", Version::V2, "-s--");
        check("\u{1f600}", Version::V2, "----");
        check("a\tb", Version::V2, "----");
        check("a\tb", Version::V3, "--b-");
        check("a\u{2028}b", Version::V2, "-sbm");
    }
}
