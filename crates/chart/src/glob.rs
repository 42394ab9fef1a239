//! Go's `filepath.Match` (on Unix), over bytes.

/// The text of `filepath.ErrBadPattern`.
pub(crate) const BAD_PATTERN: &str = "syntax error in pattern";

/// A pattern that is not well-formed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadPattern;

/// Whether `pattern` matches the whole `name`. A bad pattern is only noticed as far as it is looked at,
/// as in Go.
///
/// # Errors
/// A class or an escape that does not end, or an empty class.
pub fn matches(pattern: &[u8], name: &[u8]) -> Result<bool, BadPattern> {
    let (mut pattern, mut name) = (pattern, name);
    while !pattern.is_empty() {
        let (star, chunk, rest) = next_chunk(pattern);
        pattern = rest;
        if star && chunk.is_empty() {
            return Ok(!name.contains(&b'/'));
        }
        let last = pattern.is_empty();
        if let Some(left) = match_chunk(chunk, name)?
            && (left.is_empty() || !last)
        {
            name = left;
            continue;
        }
        match if star {
            skip_to(chunk, name, last)?
        } else {
            None
        } {
            Some(left) => name = left,
            None => return Ok(false),
        }
    }
    Ok(name.is_empty())
}

/// What is left of `name` after the `chunk` that follows a star; the star takes no `/`.
fn skip_to<'n>(chunk: &[u8], name: &'n [u8], last: bool) -> Result<Option<&'n [u8]>, BadPattern> {
    for at in 0..name.len() {
        if name[at] == b'/' {
            break;
        }
        if let Some(left) = match_chunk(chunk, &name[at + 1..])?
            && (left.is_empty() || !last)
        {
            return Ok(Some(left));
        }
    }
    Ok(None)
}

/// Whether a star comes first, the part up to the next star, and the rest.
fn next_chunk(pattern: &[u8]) -> (bool, &[u8], &[u8]) {
    let stars = pattern.iter().take_while(|&&b| b == b'*').count();
    let pattern = &pattern[stars..];
    let (mut at, mut in_range) = (0, false);
    while at < pattern.len() {
        match pattern[at] {
            b'\\' => at += 1,
            b'[' => in_range = true,
            b']' => in_range = false,
            b'*' if !in_range => return (stars > 0, &pattern[..at], &pattern[at..]),
            _ => {}
        }
        at += 1;
    }
    (stars > 0, pattern, &[])
}

/// What is left of `name` after `chunk`, which holds no star. After a mismatch the chunk is read on, to
/// find out whether it is well-formed.
fn match_chunk<'n>(chunk: &[u8], name: &'n [u8]) -> Result<Option<&'n [u8]>, BadPattern> {
    let (mut chunk, mut name) = (chunk, name);
    let mut failed = false;
    while let Some((&first, rest)) = chunk.split_first() {
        failed = failed || name.is_empty();
        chunk = rest;
        match first {
            b'[' => {
                let rune = if failed { 0 } else { take_rune(&mut name).0 };
                let (in_class, rest) = class(chunk, rune)?;
                failed = failed || !in_class;
                chunk = rest;
            }
            b'?' => {
                if !failed {
                    failed = name[0] == b'/';
                    take_rune(&mut name);
                }
            }
            _ => {
                let mut literal = first;
                if first == b'\\' {
                    let Some((&escaped, rest)) = chunk.split_first() else {
                        return Err(BadPattern);
                    };
                    (literal, chunk) = (escaped, rest);
                }
                if !failed {
                    failed = literal != name[0];
                    name = &name[1..];
                }
            }
        }
    }
    Ok((!failed).then_some(name))
}

/// Whether `rune` is in the class whose text after `[` starts `chunk`, and what follows the class.
fn class(chunk: &[u8], rune: u32) -> Result<(bool, &[u8]), BadPattern> {
    let (negated, mut chunk) = match chunk.split_first() {
        Some((b'^', rest)) => (true, rest),
        _ => (false, chunk),
    };
    let (mut found, mut ranges) = (false, 0);
    loop {
        if ranges > 0
            && let Some((b']', rest)) = chunk.split_first()
        {
            return Ok((found != negated, rest));
        }
        let (low, rest) = class_rune(chunk)?;
        let (high, rest) = match rest.split_first() {
            Some((b'-', after)) => class_rune(after)?,
            _ => (low, rest),
        };
        found = found || (low..=high).contains(&rune);
        ranges += 1;
        chunk = rest;
    }
}

/// One rune of a class, maybe escaped; something has to follow it (`getEsc`).
fn class_rune(chunk: &[u8]) -> Result<(u32, &[u8]), BadPattern> {
    let mut chunk = match chunk.split_first() {
        None | Some((b'-' | b']', _)) => return Err(BadPattern),
        Some((b'\\', [])) => return Err(BadPattern),
        Some((b'\\', rest)) => rest,
        _ => chunk,
    };
    let (rune, valid) = take_rune(&mut chunk);
    if !valid || chunk.is_empty() {
        return Err(BadPattern);
    }
    Ok((rune, chunk))
}

/// Takes one rune off the front; one byte as U+FFFD (and false) where it is no UTF-8.
fn take_rune(text: &mut &[u8]) -> (u32, bool) {
    let (rune, size) = evenkeel_value::number::decode_rune(text);
    *text = text.get(size.max(1)..).unwrap_or_default();
    (rune.map_or(0xFFFD, u32::from), rune.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn matches_like_go() {
        for (pattern, name, want) in [
            ("abc", "abc", Ok(true)),
            ("*", "abc", Ok(true)),
            ("*c", "abc", Ok(true)),
            ("a*", "a/b", Ok(false)),
            ("a*/b", "abc/b", Ok(true)),
            ("a*b*c*d*e*/f", "axbxcxdxe/xxx/f", Ok(false)),
            ("a*b?c*x", "abxbbxdbxebxczzx", Ok(true)),
            ("ab[c]", "abc", Ok(true)),
            ("ab[^b-d]", "abc", Ok(false)),
            ("a\\*b", "a*b", Ok(true)),
            ("a?b", "a☺b", Ok(true)),
            ("a[^a]b", "a☺b", Ok(true)),
            ("a?b", "a/b", Ok(false)),
            ("[\\]a]", "]", Ok(true)),
            ("[]a]", "]", Err(BadPattern)),
            ("[a-]", "a", Err(BadPattern)),
            ("[", "a", Err(BadPattern)),
            ("[^", "a", Err(BadPattern)),
            ("a[", "a", Err(BadPattern)),
            ("a[", "ab", Err(BadPattern)),
            ("\\", "a", Err(BadPattern)),
            ("*x", "xxx", Ok(true)),
            ("[!a]", "b", Ok(false)),
        ] {
            assert_eq!(
                matches(pattern.as_bytes(), name.as_bytes()),
                want,
                "{pattern} {name}"
            );
        }
    }
}
