//! Replacement templates: `$1`, `${1}`, `$name`, `${name}` and `$$`, as `Regexp.expand` reads them.

use evenkeel_value::number::decode_rune;
use memchr::memchr;

use crate::unicode::{is_digit, is_letter};

/// Appends `template` to `out`, with the text of groups put in. What names no group is left out; a `$`
/// before anything else stays.
pub(super) fn expand<'t>(
    out: &mut Vec<u8>,
    mut template: &[u8],
    names: &[Option<String>],
    text_of: impl Fn(usize) -> Option<&'t [u8]>,
) {
    while let Some(at) = memchr(b'$', template) {
        let (before, dollar) = template.split_at(at);
        out.extend_from_slice(before);
        template = dollar.get(1..).unwrap_or_default();
        if let [b'$', rest @ ..] = template {
            out.push(b'$');
            template = rest;
            continue;
        }
        let Some((name, rest)) = reference(template) else {
            out.push(b'$');
            continue;
        };
        template = rest;
        let text = match group_number(name) {
            Some(number) => text_of(number),
            None => names
                .iter()
                .enumerate()
                .filter(|(_, own)| own.as_deref().map(str::as_bytes) == Some(name))
                .find_map(|(number, _)| text_of(number)),
        };
        out.extend_from_slice(text.unwrap_or_default());
    }
    out.extend_from_slice(template);
}

/// The name after a `$`, and what follows it.
fn reference(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let (braced, text) = match text {
        [b'{', rest @ ..] => (true, rest),
        text => (false, text),
    };
    let mut end = 0;
    while let (Some(c), len) = decode_rune(text.get(end..)?)
        && (is_letter(c) || is_digit(c) || c == '_')
    {
        end += len;
    }
    let (name, rest) = text
        .split_at_checked(end)
        .filter(|(name, _)| !name.is_empty())?;
    match (braced, rest) {
        (false, rest) => Some((name, rest)),
        (true, [b'}', rest @ ..]) => Some((name, rest)),
        (true, _) => None,
    }
}

/// A number without leading zeros, small enough for Go to take it for one.
fn group_number(name: &[u8]) -> Option<usize> {
    let plain = name.iter().all(u8::is_ascii_digit) && name.len() <= 9;
    let leading_zero = name.len() > 1 && name.starts_with(b"0");
    let text = std::str::from_utf8(name)
        .ok()
        .filter(|_| plain && !leading_zero)?;
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates() {
        let names = [None, None, Some("word".to_owned())];
        for (template, want) in [
            ("$1-$2", "one-two"),
            ("${1}x", "onex"),
            ("$1x", ""),
            ("$word", "two"),
            ("${word}s", "twos"),
            ("$$1", "$1"),
            ("$", "$"),
            ("$-", "$-"),
            ("${1", "${1"),
            ("$01", ""),
            ("$9", ""),
        ] {
            let mut out = Vec::new();
            let groups: [&[u8]; 3] = [b"whole", b"one", b"two"];
            expand(&mut out, template.as_bytes(), &names, |group| {
                groups.get(group).copied()
            });
            assert_eq!(String::from_utf8_lossy(&out), want, "{template}");
        }
    }
}
