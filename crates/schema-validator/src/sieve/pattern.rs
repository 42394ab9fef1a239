//! Regular expressions that mean the same in every dialect.

use regex_automata::nfa::thompson::pikevm::PikeVM;

/// The longest pattern that is looked at.
const LONGEST: usize = 200;

/// Whether the pattern is valid, and has nothing in which ECMAScript, Go and Rust differ: no escapes, no
/// groups with options, no class within a class, nothing but ASCII.
pub(crate) fn is_plain(pattern: &str) -> bool {
    let strange = ["\\", "(?", "[[", "&&", "--", "~~", "[]", "[^]"];
    pattern.len() <= LONGEST
        && pattern.bytes().all(|b| (b' '..=b'~').contains(&b))
        && !strange.iter().any(|part| pattern.contains(part))
        && !has_open_brace(pattern)
        && regex_automata::util::syntax::parse(pattern).is_ok()
}

/// A brace that opens no repetition is literal in some dialects only.
fn has_open_brace(pattern: &str) -> bool {
    pattern.split('{').skip(1).any(|rest| {
        let count = rest.split('}').next().unwrap_or_default();
        let closed = rest.len() > count.len();
        let mut bounds = count.splitn(2, ',');
        let digits = |text: &str| text.len() <= 3 && text.bytes().all(|b| b.is_ascii_digit());
        let low = bounds.next().unwrap_or_default();
        !closed || low.is_empty() || !digits(low) || !bounds.next().is_none_or(digits)
    })
}

/// Whether a plain pattern matches anywhere in the text; `None` where that is not known.
pub(crate) fn is_match(pattern: &str, text: &[u8]) -> Option<bool> {
    let text = std::str::from_utf8(text).ok()?;
    // The simplest of the engines: built at once, which is all that counts for one short text.
    let engine = PikeVM::new(pattern).ok()?;
    Some(engine.is_match(&mut engine.create_cache(), text))
}
