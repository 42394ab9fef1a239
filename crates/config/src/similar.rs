//! Names that look alike.

use evenkeel_diagnostics::{Span, edit_distance};

use crate::reader::Reader;

/// Reports a word that is none of `known`; gives nothing for the caller to return.
pub(crate) fn no_such<T>(
    reader: &mut Reader<'_>,
    span: Span,
    what: &str,
    text: &str,
    known: &[&str],
) -> Option<T> {
    let help = match closest(text, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.join(", ")),
    };
    reader.invalid(span, format!("expected {what}, found `{text}`"), &help)
}

/// The candidate nearest to `name` by edit distance, if it is near enough to be a slip of the finger.
pub fn closest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let limit = name.chars().count().div_ceil(3);
    let scored = candidates.map(|candidate| (distance(name, candidate), candidate));
    let near = scored.filter(|(score, _)| *score <= limit).min();
    near.map(|(_, candidate)| candidate)
}

/// Levenshtein's distance; case does not count. Only the beginning of a long name is looked at.
fn distance(a: &str, b: &str) -> usize {
    let letters =
        |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).take(64).collect() };
    edit_distance(&letters(a), &letters(b))
}
