//! Names that look alike.

use evenkeel_diagnostics::edit_distance;

/// The candidate nearest to `name` by edit distance, if it is near enough to be a slip of the finger.
pub(crate) fn closest<'a>(
    name: &str,
    candidates: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let limit = name.chars().count().div_ceil(3);
    let scored = candidates.map(|candidate| (distance(name, candidate), candidate));
    scored
        .filter(|(score, _)| *score <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein's distance; case does not count.
fn distance(a: &str, b: &str) -> usize {
    let letters = |text: &str| -> Vec<char> { text.chars().flat_map(char::to_lowercase).collect() };
    edit_distance(&letters(a), &letters(b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_else() {
        let names = ["nindent", "indent", "include", "toYaml"];
        assert_eq!(closest("ninden", names.into_iter()), Some("nindent"));
        assert_eq!(closest("toYAML", names.into_iter()), Some("toYaml"));
        assert_eq!(closest("frobnicate", names.into_iter()), None);
    }
}
