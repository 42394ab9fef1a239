//! Places within the text of a YAML scalar.

use evenkeel_diagnostics::{SourceMap, Span};
use evenkeel_yaml::Spanned;

/// The place of a part of a scalar, `start..end` in its text, in the file: indentation, folds and quotes are not part
/// of the text. Where the file says it too differently, the whole scalar.
pub(super) fn place(
    scalar: &Spanned<String>,
    start: usize,
    end: usize,
    sources: &SourceMap,
) -> Span {
    let within = || {
        let source = sources.get(scalar.span.file)?;
        let raw = source
            .content
            .get(scalar.span.start as usize..scalar.span.end as usize)?;
        let start = position(raw, scalar.value.as_bytes(), start)?;
        let end = position(raw, scalar.value.as_bytes(), end.checked_sub(1)?)? + 1;
        let at = |offset: usize| scalar.span.start + offset as u32;
        Some(Span::new(scalar.span.file, at(start), at(end.max(start))))
    };
    within().unwrap_or(scalar.span)
}

/// Where the byte `wanted` of a text stands in what was written.
fn position(raw: &[u8], text: &[u8], wanted: usize) -> Option<usize> {
    let mut at = 0;
    if matches!(raw.first(), Some(b'|' | b'>')) {
        at = raw.iter().position(|byte| *byte == b'\n')?;
    }
    for (index, byte) in text.iter().enumerate().take(wanted + 1) {
        if byte.is_ascii_whitespace() {
            // What is wanted is hardly a space; those of the file may be more or fewer.
            continue;
        }
        // Spaces, quotes and the backslashes of escapes are in the way.
        at += raw[at..].iter().position(|found| found == byte)?;
        if index == wanted {
            return Some(at);
        }
        at += 1;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_found_in_what_was_written() {
        let check = |raw: &str, text: &str, part: &str| {
            let wanted = text.find(part).expect("it is there");
            let found = position(raw.as_bytes(), text.as_bytes(), wanted);
            let found = found.expect("it is found");
            assert!(
                raw[found..].starts_with(part),
                "{raw:?}: {:?}",
                &raw[found..]
            );
        };
        check("a == b", "a == b", "b");
        check("\"a == \\\"b\\\"\"", "a == \"b\"", "b");
        check(
            "|-\n      a == b &&\n      c == d",
            "a == b &&\nc == d",
            "d",
        );
        check(">-\n  has(a) &&\n    b", "has(a) && b", "b");
        check("'a == ''x'' && q'", "a == 'x' && q", "q");
    }
}
