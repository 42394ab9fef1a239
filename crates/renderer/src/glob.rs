//! The globs of `.Files.Glob`: the pattern language of `github.com/gobwas/glob` with `/` as separator.

/// A parsed pattern of `github.com/gobwas/glob`.
#[derive(Debug, Clone, PartialEq)]
pub struct Glob {
    terms: Vec<Term>,
}

#[derive(Debug, Clone, PartialEq)]
enum Term {
    /// These characters.
    Text(Vec<char>),
    /// `*`: anything but separators.
    Any,
    /// `**`: anything.
    Super,
    /// `?`: one character but no separator.
    Single,
    /// `[abc]`, `[!abc]`.
    List { chars: Vec<char>, not: bool },
    /// `[a-z]`, `[!a-z]`.
    Range { lo: char, hi: char, not: bool },
    /// `{a,b}`.
    OneOf(Vec<Vec<Term>>),
}

const SEPARATOR: char = '/';

/// Patterns inside patterns; deeper ones are taken for malformed.
const MAX_DEPTH: usize = 64;

impl Glob {
    /// The pattern that matches everything, which Helm falls back to.
    pub(crate) fn everything() -> Glob {
        Glob {
            terms: vec![Term::Super],
        }
    }

    /// Parses a pattern as `glob.Compile` does; `None` where it is malformed.
    pub(crate) fn parse(pattern: &str) -> Option<Glob> {
        // The scanner takes a NUL for the end of the pattern.
        let pattern: Vec<char> = pattern.chars().take_while(|&c| c != '\0').collect();
        let mut parser = Parser {
            pattern: &pattern,
            at: 0,
        };
        let terms = parser.terms(0)?;
        Some(Glob { terms })
    }

    /// Parses a pattern in which slashes are like any other character, as Argo CD's globs are; `None`
    /// where it is malformed.
    pub fn without_separators(pattern: &str) -> Option<Glob> {
        let mut glob = Glob::parse(pattern)?;
        forget_separators(&mut glob.terms);
        Some(glob)
    }

    /// Whether the whole of `path` matches.
    pub fn matches(&self, path: &str) -> bool {
        let path: Vec<char> = path.chars().collect();
        if let [Term::Text(head), Term::Super, Term::Text(tail)] = &self.terms[..] {
            // The original lets the two overlap: `/**/` matches `/`.
            return path.starts_with(head) && path.ends_with(tail);
        }
        ends(&self.terms, &path, &[0]).contains(&path.len())
    }
}

fn forget_separators(terms: &mut [Term]) {
    for term in terms {
        match term {
            Term::Any => *term = Term::Super,
            Term::Single => {
                *term = Term::List {
                    chars: Vec::new(),
                    not: true,
                }
            }
            Term::OneOf(all) => all.iter_mut().for_each(|terms| forget_separators(terms)),
            _ => {}
        }
    }
}

struct Parser<'a> {
    pattern: &'a [char],
    at: usize,
}

impl Parser<'_> {
    fn peek(&self) -> Option<char> {
        self.pattern.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += 1;
        Some(c)
    }

    /// Terms up to the end, or inside braces up to `,` or `}`.
    fn terms(&mut self, depth: usize) -> Option<Vec<Term>> {
        let mut terms = Vec::new();
        while let Some(c) = self.peek() {
            if depth > 0 && (c == ',' || c == '}') {
                break;
            }
            self.at += 1;
            terms.push(match c {
                '*' if self.peek() == Some('*') => {
                    self.at += 1;
                    Term::Super
                }
                '*' => Term::Any,
                '?' => Term::Single,
                '[' => self.class()?,
                '{' if depth < MAX_DEPTH => self.alternatives(depth + 1)?,
                '{' => return None,
                _ => {
                    self.at -= 1;
                    self.text(depth > 0)
                }
            });
        }
        Some(terms)
    }

    /// A brace that is never closed ends with the pattern, as in the original.
    fn alternatives(&mut self, depth: usize) -> Option<Term> {
        let mut all = vec![self.terms(depth)?];
        while self.next() == Some(',') {
            all.push(self.terms(depth)?);
        }
        Some(Term::OneOf(all))
    }

    fn text(&mut self, in_braces: bool) -> Term {
        let mut text = Vec::new();
        while let Some(c) = self.peek() {
            match c {
                '\\' => {
                    self.at += 1;
                    text.extend(self.next());
                    continue;
                }
                '?' | '*' | '[' | '{' => break,
                '}' | ',' if in_braces => break,
                c => text.push(c),
            }
            self.at += 1;
        }
        Term::Text(text)
    }

    fn class(&mut self) -> Option<Term> {
        let not = self.peek() == Some('!');
        if not {
            self.at += 1;
        }
        let first = self.next()?;
        if self.peek() == Some('-') {
            self.at += 1;
            let hi = self.next()?;
            let closed = self.next() == Some(']');
            return (closed && first <= hi).then_some(Term::Range { lo: first, hi, not });
        }
        self.at -= 1;
        let mut chars = Vec::new();
        loop {
            match self.next()? {
                ']' => break,
                '\\' => chars.push(self.next()?),
                c => chars.push(c),
            }
        }
        (!chars.is_empty()).then_some(Term::List { chars, not })
    }
}

/// All places where `terms` can stop matching `path` when they start at one of `starts`: sets of places
/// instead of backtracking, so that no pattern takes exponential time.
fn ends(terms: &[Term], path: &[char], starts: &[usize]) -> Vec<usize> {
    let mut places = starts.to_vec();
    for term in terms {
        let mut next: Vec<usize> = places
            .iter()
            .flat_map(|&start| step(term, path, start))
            .collect();
        next.sort_unstable();
        next.dedup();
        places = next;
    }
    places
}

fn step(term: &Term, path: &[char], start: usize) -> Vec<usize> {
    let rest = &path[start..];
    let one = |fits: bool| if fits { vec![start + 1] } else { Vec::new() };
    match term {
        Term::Text(text) if rest.starts_with(text) => vec![start + text.len()],
        Term::Text(_) => Vec::new(),
        Term::Super => (start..=path.len()).collect(),
        Term::Any => {
            let run = rest.iter().take_while(|&&c| c != SEPARATOR).count();
            (start..=start + run).collect()
        }
        Term::Single => one(rest.first().is_some_and(|&c| c != SEPARATOR)),
        Term::List { chars, not } => one(rest.first().is_some_and(|c| chars.contains(c) != *not)),
        Term::Range { lo, hi, not } => {
            one(rest.first().is_some_and(|c| (lo..=hi).contains(&c) != *not))
        }
        Term::OneOf(all) => all
            .iter()
            .flat_map(|terms| ends(terms, path, &[start]))
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(pattern: &str, yes: &[&str], no: &[&str]) {
        let glob = Glob::parse(pattern).expect("parses");
        for path in yes {
            assert!(glob.matches(path), "{pattern} should match {path}");
        }
        for path in no {
            assert!(!glob.matches(path), "{pattern} should not match {path}");
        }
    }

    #[test]
    fn one_star_stops_at_separators() {
        check("*", &["a", ""], &["a/b"]);
        check("cfg/*", &["cfg/a", "cfg/"], &["cfg/a/b", "cfg"]);
        check("**.txt", &["a.txt", "a/b.txt"], &["a.yaml"]);
        check("**/*.txt", &["a/b.txt", "a/b/c.txt"], &["b.txt"]);
        check("/**/", &["/a/", "/"], &["a/"]);
        check("a?c", &["abc", "aéc"], &["a/c", "ac"]);
    }

    #[test]
    fn classes_and_alternatives() {
        check("[ab]x", &["ax"], &["cx", "x"]);
        check("[!ab]x", &["cx", "/x"], &["ax"]);
        check("[a-c]", &["b"], &["d"]);
        check(
            "cfg/{a.txt,deep/*}",
            &["cfg/a.txt", "cfg/deep/x"],
            &["cfg/b.txt", "cfg/deep/x/y"],
        );
        check("{a,{b,c}d}e", &["ae", "bde", "cde"], &["be"]);
        check("{a,b", &["a", "b"], &["{a"]);
        check("a,b}", &["a,b}"], &[]);
        check("\\*", &["*"], &["a"]);
    }

    #[test]
    fn malformed_patterns() {
        for pattern in [
            "[",
            "[]",
            "[b-a]",
            "[a-b",
            "[a-bc]",
            "[!]",
            &"{".repeat(100),
        ] {
            assert_eq!(Glob::parse(pattern), None, "{pattern}");
        }
    }

    #[test]
    fn many_stars_are_quick() {
        let glob = Glob::parse(&"*a".repeat(40)).expect("parses");
        assert!(!glob.matches(&format!("{}b", "a".repeat(200))));
    }
}
