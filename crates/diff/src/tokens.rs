//! What two environments are called: the texts that may differ without saying anything.

use std::borrow::Cow;

/// Texts of one side and what stands in their places on the other, such as namespaces and domains.
#[derive(Debug, Clone, Default)]
pub struct Tokens {
    /// Before and after, the longest first: a domain may hold the environment's name.
    pairs: Vec<(String, String)>,
}

/// A side of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    Before,
    After,
}

impl Tokens {
    /// Pairs of texts, before and after. Those that are empty, or the same on both sides, are left out.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Tokens {
        let mut pairs: Vec<_> = pairs
            .into_iter()
            .filter(|(before, after)| !before.is_empty() && !after.is_empty() && before != after)
            .collect();
        pairs.sort_by_key(|(before, after)| std::cmp::Reverse(before.len() + after.len()));
        pairs.dedup();
        Tokens { pairs }
    }

    /// Whether nothing but itself is the same as a text.
    pub(crate) fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// Whether `after` is `before` with tokens replaced, where they stand as whole words. Not every token
    /// has to be: the `local` of `svc.cluster.local` is none although an environment may be called so.
    pub fn derives(&self, before: &[u8], after: &[u8]) -> bool {
        let (mut i, mut j) = (0, 0);
        while i < before.len() || j < after.len() {
            let token = self.pairs.iter().find(|(old, new)| {
                is_word_at(before, i, old.as_bytes()) && is_word_at(after, j, new.as_bytes())
            });
            if let Some((old, new)) = token {
                i += old.len();
                j += new.len();
            } else if i < before.len() && before.get(i) == after.get(j) {
                i += 1;
                j += 1;
            } else {
                return false;
            }
        }
        true
    }

    /// The text with every token replaced by a sign that both sides share.
    pub(crate) fn normal<'t>(&self, text: &'t [u8], side: Side) -> Cow<'t, [u8]> {
        if self.pairs.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut out = Vec::with_capacity(text.len());
        let mut at = 0;
        while at < text.len() {
            let found = self.pairs.iter().enumerate().find_map(|(index, pair)| {
                let word = match side {
                    Side::Before => &pair.0,
                    Side::After => &pair.1,
                };
                is_word_at(text, at, word.as_bytes()).then_some((index, word.len()))
            });
            match found {
                Some((index, length)) => {
                    out.extend_from_slice(&[0, index as u8]);
                    at += length;
                }
                None => {
                    out.push(text[at]);
                    at += 1;
                }
            }
        }
        Cow::Owned(out)
    }
}

/// Whether `word` stands anywhere in a text, with no letter or digit around it.
pub(crate) fn has_word(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find_iter(text, word).any(|at| is_word_at(text, at, word))
}

/// Whether `word` stands at `at`, with no letter or digit around it.
fn is_word_at(text: &[u8], at: usize, word: &[u8]) -> bool {
    let Some(rest) = text.get(at..) else {
        return false;
    };
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    rest.starts_with(word)
        && !is_letter(rest.get(word.len()))
        && !(at > 0 && is_letter(text.get(at - 1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(before: &str, after: &str, want: bool) {
        let pair = |before: &str, after: &str| (before.to_owned(), after.to_owned());
        let tokens = Tokens::new([
            pair("local", "prod"),
            pair("shop-local", "shop-live"),
            pair("apps.testing", "apps.prod.example"),
        ]);
        assert_eq!(
            tokens.derives(before.as_bytes(), after.as_bytes()),
            want,
            "{before} and {after}"
        );
    }

    #[test]
    fn tokens_are_replaced_as_whole_words() {
        check("values-local.yaml", "values-prod.yaml", true);
        check("web.apps.testing/x", "web.apps.prod.example/x", true);
        check("localhost", "prodhost", false);
        check("a", "b", false);
        check("local", "", false);
        check("", "", true);
        check("role-local-1", "role-prod-2", false);
    }

    #[test]
    fn the_longest_token_wins() {
        check("shop-local", "shop-live", true);
        check("shop-local", "shop-prod", true);
    }

    #[test]
    fn a_word_that_is_no_token_here_may_stay() {
        let before = "db.shop-local.svc.cluster.local:80";
        check(before, "db.shop-live.svc.cluster.local:80", true);
        check(before, "db.shop-live.svc.cluster.prod:80", true);
        check(before, "db.shop-live.svc.cluster.test:80", false);
    }
}
