//! Git's pathspecs, as `git ls-files -- <path>` reads them (`dir.c`, `wildmatch.c`): a path names a file or all
//! files below a directory; `*` and `?` match slashes too.

/// A pathspec relative to the root of the work tree.
pub(super) struct Pathspec {
    pattern: Vec<u8>,
    wild: bool,
}

impl Pathspec {
    /// Reads a pathspec; `None` if it leaves the repository.
    pub(super) fn new(path: &str) -> Option<Pathspec> {
        if path.starts_with('/') {
            return None;
        }
        let mut parts: Vec<&str> = Vec::new();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let mut pattern = parts.join("/").into_bytes();
        if path.ends_with('/') && !pattern.is_empty() {
            pattern.push(b'/');
        }
        let wild = pattern.iter().any(|byte| b"*?[\\".contains(byte));
        Some(Pathspec { pattern, wild })
    }

    /// Whether a file is meant.
    pub(super) fn matches(&self, path: &[u8]) -> bool {
        let below = match path.strip_prefix(self.pattern.as_slice()) {
            Some(rest) => {
                rest.is_empty()
                    || self.pattern.is_empty()
                    || self.pattern.ends_with(b"/")
                    || rest.starts_with(b"/")
            }
            None => false,
        };
        below || (self.wild && wild_match(&self.pattern, path))
    }
}

/// `wildmatch` without `WM_PATHNAME`.
fn wild_match(pattern: &[u8], text: &[u8]) -> bool {
    let (mut p, mut t) = (0, 0);
    // Where to go on after the last star takes one more byte.
    let mut star: Option<(usize, usize)> = None;
    loop {
        if pattern.get(p) == Some(&b'*') {
            p += 1;
            star = Some((p, t));
            continue;
        }
        let step = match (pattern.get(p), text.get(t)) {
            (None, None) => return true,
            (Some(_), Some(&byte)) => one(&pattern[p..], byte),
            _ => None,
        };
        match (step, &mut star) {
            (Some(length), _) => {
                p += length;
                t += 1;
            }
            (None, Some((after, taken))) if *taken < text.len() => {
                *taken += 1;
                (p, t) = (*after, *taken);
            }
            (None, _) => return false,
        }
    }
}

/// How long the first element of the pattern is, if it matches the byte.
fn one(pattern: &[u8], byte: u8) -> Option<usize> {
    match pattern {
        [b'?', ..] => Some(1),
        [b'\\', escaped, ..] => (*escaped == byte).then_some(2),
        [b'[', ..] => class(pattern, byte),
        [literal, ..] => (*literal == byte).then_some(1),
        [] => None,
    }
}

/// As [`one`], for `[…]`.
fn class(pattern: &[u8], byte: u8) -> Option<usize> {
    let negated = matches!(pattern.get(1), Some(b'!' | b'^'));
    let first = if negated { 2 } else { 1 };
    let (mut at, mut found) = (first, false);
    loop {
        let (low, length) = match pattern.get(at..)? {
            [b']', ..] if at > first => break,
            [b'[', b':', rest @ ..] => {
                let end = rest.windows(2).position(|two| two == b":]")?;
                found |= in_class(&rest[..end], byte)?;
                at += end + 4;
                continue;
            }
            [b'\\', escaped, ..] => (*escaped, 2),
            [low, ..] => (*low, 1),
            [] => return None,
        };
        at += length;
        let (high, length) = match pattern.get(at..)? {
            [b'-', b']', ..] => (low, 0),
            [b'-', b'\\', high, ..] => (*high, 3),
            [b'-', high, ..] => (*high, 2),
            _ => (low, 0),
        };
        at += length;
        found |= (low..=high).contains(&byte);
    }
    (found != negated).then_some(at + 1)
}

fn in_class(name: &[u8], byte: u8) -> Option<bool> {
    Some(match name {
        b"alnum" => byte.is_ascii_alphanumeric(),
        b"alpha" => byte.is_ascii_alphabetic(),
        b"blank" => b" \t".contains(&byte),
        b"cntrl" => byte.is_ascii_control(),
        b"digit" => byte.is_ascii_digit(),
        b"graph" => byte.is_ascii_graphic(),
        b"lower" => byte.is_ascii_lowercase(),
        b"print" => byte.is_ascii_graphic() || byte == b' ',
        b"punct" => byte.is_ascii_punctuation(),
        b"space" => byte.is_ascii_whitespace() || byte == 0x0b,
        b"upper" => byte.is_ascii_uppercase(),
        b"xdigit" => byte.is_ascii_hexdigit(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pathspecs_are_gits() {
        for (spec, path, want) in [
            ("a/b.yaml", "a/b.yaml", true),
            ("a/b", "a/b.yaml", false),
            ("a", "a/b/c.yaml", true),
            ("a/", "a/b", true),
            ("./a//b", "a/b", true),
            ("a/../b", "b", true),
            (".", "a/b", true),
            ("*.yaml", "a/b/c.yaml", true),
            ("a/*/c.yaml", "a/b/d/c.yaml", true),
            ("a/*/c.yaml", "a/c.yaml", false),
            ("a/**/c.yaml", "a/b/c.yaml", true),
            ("**/c.yaml", "c.yaml", false),
            ("a?b", "a/b", true),
            ("[a-c]/x", "b/x", true),
            ("[!a-c]/x", "b/x", false),
            ("[]-]x", "]x", true),
            ("[[:digit:]]x", "7x", true),
            ("\\*x", "*x", true),
            ("\\*x", "yx", false),
            ("[x", "[x", true),
            ("*a*b*c", "xxaxxbxxbxxc", true),
            ("*a*b*c", "xxaxxbxxbxx", false),
        ] {
            let spec_read = Pathspec::new(spec).expect("inside");
            assert_eq!(spec_read.matches(path.as_bytes()), want, "{spec} {path}");
        }
        assert!(Pathspec::new("../x").is_none());
        assert!(Pathspec::new("/x").is_none());
    }
}
