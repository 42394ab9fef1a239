//! The globs of `--show-only`: Go's `filepath.Match`.

/// Whether a path matches a pattern. A malformed pattern matches nothing.
pub(crate) fn matches(pattern: &str, path: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let path: Vec<char> = path.chars().collect();
    well_formed(&pattern) && match_at(&pattern, &path)
}

/// Backtracks to the last star only, which suffices because a star matches no slash and later stars
/// make earlier ones irrelevant.
fn match_at(pattern: &[char], path: &[char]) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        if p < pattern.len() && pattern[p] == '*' {
            star = Some((p + 1, s));
            p += 1;
            continue;
        }
        let step = path.get(s).and_then(|&c| one(&pattern[p..], c));
        if let Some(width) = step {
            p += width;
            s += 1;
            continue;
        }
        if p == pattern.len() && s == path.len() {
            return true;
        }
        match star {
            Some((after, at)) if at < path.len() && path[at] != '/' => {
                star = Some((after, at + 1));
                (p, s) = (after, at + 1);
            }
            _ => return false,
        }
    }
}

/// Whether the first element of `pattern` matches `c`; gives how long that element is.
fn one(pattern: &[char], c: char) -> Option<usize> {
    match *pattern.first()? {
        '?' => (c != '/').then_some(1),
        '[' => {
            let (width, hit) = class(pattern, c)?;
            hit.then_some(width)
        }
        '\\' => (*pattern.get(1)? == c).then_some(2),
        plain => (plain == c).then_some(1),
    }
}

/// A character class: how long it is, and whether it holds `c`. `None` where it is malformed.
fn class(pattern: &[char], c: char) -> Option<(usize, bool)> {
    let mut at = 1;
    let negated = pattern.get(at) == Some(&'^');
    at += usize::from(negated);
    let (mut hit, mut first) = (false, true);
    loop {
        if pattern.get(at) == Some(&']') && !first {
            return Some((at + 1, hit != negated));
        }
        first = false;
        let (lo, next) = class_char(pattern, at)?;
        at = next;
        let mut hi = lo;
        if pattern.get(at) == Some(&'-') {
            (hi, at) = class_char(pattern, at + 1)?;
        }
        hit |= lo <= c && c <= hi;
    }
}

fn class_char(pattern: &[char], at: usize) -> Option<(char, usize)> {
    match *pattern.get(at)? {
        '-' | ']' => None,
        '\\' => Some((*pattern.get(at + 1)?, at + 2)),
        c => Some((c, at + 1)),
    }
    .filter(|(_, next)| *next < pattern.len())
}

fn well_formed(pattern: &[char]) -> bool {
    let mut at = 0;
    while at < pattern.len() {
        at += match pattern[at] {
            '[' => match class(&pattern[at..], '\0') {
                Some((width, _)) => width,
                None => return false,
            },
            '\\' if at + 1 == pattern.len() => return false,
            '\\' => 2,
            _ => 1,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_as_filepath_match_does() {
        for (pattern, path, want) in [
            ("templates/*.yaml", "templates/a.yaml", true),
            ("templates/*.yaml", "templates/a/b.yaml", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
            ("a*/b", "a/c/b", false),
            ("[ab]?", "bx", true),
            ("[^ab]", "a", false),
            ("[a-c]", "b", true),
            ("\\*", "*", true),
            ("[", "[", false),
            ("a[", "a", false),
            ("[]a]", "]", false),
            ("[-]", "-", false),
            ("./templates/t.yaml", "templates/t.yaml", false),
        ] {
            assert_eq!(matches(pattern, path), want, "{pattern} on {path}");
        }
    }
}
