//! `.helmignore`.

use std::sync::Arc;

use crate::glob;

/// Why a rule cannot be used; the text is Helm's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RuleError {
    DoubleStar,
    BadPattern,
    LineTooLong,
}

impl RuleError {
    pub(crate) fn text(self) -> &'static str {
        match self {
            RuleError::DoubleStar => "double-star (**) syntax is not supported",
            RuleError::BadPattern => glob::BAD_PATTERN,
            RuleError::LineTooLong => "bufio.Scanner: token too long",
        }
    }
}

/// Rules of one chart (Helm's `pkg/ignore`). The first rule that says "ignore" wins; a negated rule
/// ignores whatever it does *not* match, which is why a lone `!keep` drops the whole chart.
#[derive(Debug)]
pub(crate) struct Rules {
    rules: Vec<Rule>,
}

#[derive(Debug)]
struct Rule {
    pattern: Pattern,
    negate: bool,
    only_directories: bool,
    /// The pattern has a slash, so it is matched against the whole path and not the base name.
    whole_path: bool,
}

/// A pattern, by what it takes to match it: every rule meets every file of the chart, and hardly any of them
/// is more than a name with a star at one end.
#[derive(Debug)]
enum Pattern {
    Literal(Arc<[u8]>),
    /// `*` and this.
    Suffix(Arc<[u8]>),
    /// This and `*`.
    Prefix(Arc<[u8]>),
    Glob(Arc<[u8]>),
}

/// The longest line that Go's `bufio.Scanner` takes.
const MAX_LINE: usize = 64 * 1024;

impl Rules {
    /// The rules of a `.helmignore` (or of none), and Helm's own: hidden files of `templates/`.
    ///
    /// # Errors
    /// The offset of the line at fault, and what is wrong with it.
    pub(crate) fn parse(text: Option<&[u8]>) -> Result<Rules, (usize, RuleError)> {
        let mut rules = Rules { rules: Vec::new() };
        let text = text.unwrap_or_default();
        let mut offset = 0;
        for line in text.split(|&b| b == b'\n') {
            if line.len() >= MAX_LINE {
                return Err((offset, RuleError::LineTooLong));
            }
            let content = if offset == 0 {
                line.strip_prefix(crate::BOM).unwrap_or(line)
            } else {
                line
            };
            rules.add(content).map_err(|error| (offset, error))?;
            offset += line.len() + 1;
        }
        rules
            .add(b"templates/.?*")
            .map_err(|error| (offset, error))?;
        Ok(rules)
    }

    fn add(&mut self, line: &[u8]) -> Result<(), RuleError> {
        let rule = trim_space(line);
        if rule.is_empty() || rule.starts_with(b"#") {
            return Ok(());
        }
        if rule.windows(2).any(|pair| pair == b"**") {
            return Err(RuleError::DoubleStar);
        }
        if glob::matches(rule, b"abc").is_err() {
            return Err(RuleError::BadPattern);
        }
        let (negate, rule) = strip_prefix(rule, b'!');
        let only_directories = rule.ends_with(b"/");
        let rule = if only_directories {
            &rule[..rule.len() - 1]
        } else {
            rule
        };
        let (rooted, rule) = strip_prefix(rule, b'/');
        let whole_path = rooted || rule.contains(&b'/');
        self.rules.push(Rule {
            pattern: Pattern::new(rule),
            negate,
            only_directories,
            whole_path,
        });
        Ok(())
    }

    /// Whether the file or directory at `path` (inside the chart, never empty) is left out.
    pub(crate) fn ignores(&self, path: &[u8], is_directory: bool) -> bool {
        let base = path.rsplit(|&b| b == b'/').next().unwrap_or(path);
        self.rules.iter().any(|rule| {
            let name = if rule.whole_path { path } else { base };
            let right_kind = is_directory || !rule.only_directories;
            (right_kind && rule.pattern.matches(name)) != rule.negate
        })
    }
}

impl Pattern {
    fn new(text: &[u8]) -> Pattern {
        let literal = |text: &[u8]| !text.iter().any(|b| b"*?[\\".contains(b));
        match text {
            _ if literal(text) => Pattern::Literal(text.into()),
            [b'*', suffix @ ..] if literal(suffix) => Pattern::Suffix(suffix.into()),
            [prefix @ .., b'*'] if literal(prefix) => Pattern::Prefix(prefix.into()),
            _ => Pattern::Glob(text.into()),
        }
    }

    fn matches(&self, name: &[u8]) -> bool {
        let by_star = |taken: Option<&[u8]>| taken.is_some_and(|taken| !taken.contains(&b'/'));
        match self {
            Pattern::Literal(text) => **text == *name,
            Pattern::Suffix(suffix) => by_star(name.strip_suffix(&**suffix)),
            Pattern::Prefix(prefix) => by_star(name.strip_prefix(&**prefix)),
            // A pattern that only fails to parse beyond what Match("abc") looked at matches nothing.
            Pattern::Glob(text) => glob::matches(text, name).unwrap_or(false),
        }
    }
}

fn strip_prefix(rule: &[u8], mark: u8) -> (bool, &[u8]) {
    match rule.split_first() {
        Some((&first, rest)) if first == mark => (true, rest),
        _ => (false, rule),
    }
}

/// `strings.TrimSpace`, where the text is UTF-8.
fn trim_space(line: &[u8]) -> &[u8] {
    match std::str::from_utf8(line) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => line.trim_ascii(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(rules: &str, cases: &[(&str, bool)]) {
        let rules = Rules::parse(Some(rules.as_bytes())).unwrap();
        for (path, want) in cases {
            let (name, directory) = match path.strip_suffix('/') {
                Some(name) => (name, true),
                None => (*path, false),
            };
            assert_eq!(rules.ignores(name.as_bytes(), directory), *want, "{path}");
        }
    }

    #[test]
    fn base_names_and_whole_paths() {
        check(
            "*.txt\n",
            &[("a.txt", true), ("sub/a.txt", true), ("a.txt.bak", false)],
        );
        check("/a.txt\n", &[("a.txt", true), ("sub/a.txt", false)]);
        check(
            "sub/*\n",
            &[("sub/a", true), ("sub/a/b", false), ("x/sub/a", false)],
        );
        check(
            "docs/\n",
            &[("docs/", true), ("docs", false), ("a/docs/", true)],
        );
    }

    #[test]
    fn simple_patterns_match_as_globs_do() {
        let patterns = [
            "", "a", "a/b", "*", "*b", "*.b", "a*", "a/*", "*/b", "**", "a*b",
        ];
        let names = ["", "a", "b", "ab", "a.b", "a/b", "a/.b", "a/b/b", "/b"];
        for (pattern, name) in patterns.iter().flat_map(|p| names.map(|name| (p, name))) {
            assert_eq!(
                Pattern::new(pattern.as_bytes()).matches(name.as_bytes()),
                glob::matches(pattern.as_bytes(), name.as_bytes()).unwrap(),
                "{pattern} {name}"
            );
        }
    }

    #[test]
    fn negation_ignores_the_rest() {
        check(
            "!b.txt\n",
            &[("b.txt", false), ("a.txt", true), ("Chart.yaml", true)],
        );
        check("!docs/\n", &[("docs/", false), ("a.txt", true)]);
    }

    #[test]
    fn hidden_templates_are_always_ignored() {
        check(
            "",
            &[
                ("templates/.swp", true),
                ("templates/a", false),
                (".hidden", false),
            ],
        );
    }

    #[test]
    fn comments_blanks_and_marks() {
        check(
            "\u{feff}a\n# b\n  \n c \r\n",
            &[("a", true), ("# b", false), ("c", true)],
        );
    }

    #[test]
    fn errors_have_their_line() {
        let error = |text: &str| Rules::parse(Some(text.as_bytes())).err();
        assert_eq!(error("a\n**/b\n"), Some((2, RuleError::DoubleStar)));
        assert_eq!(error("[a\n"), Some((0, RuleError::BadPattern)));
    }
}
