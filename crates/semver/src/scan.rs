//! The regular expressions of the library, by hand: compiling them would cost more than small charts.

/// A version as it stands in a constraint, where any part may be a wildcard (`cvRegex`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct RawVersion<'a> {
    pub(crate) whole: &'a str,
    pub(crate) major: &'a str,
    /// With its dot; empty where absent, like all that follow.
    pub(crate) minor: &'a str,
    pub(crate) patch: &'a str,
    /// With its `-`.
    pub(crate) pre: &'a str,
    /// With its `+`.
    pub(crate) metadata: &'a str,
}

/// The longest prefix of `text` whose bytes satisfy `test`.
pub(crate) fn take_while(text: &str, test: impl Fn(u8) -> bool) -> &str {
    let end = text.bytes().position(|b| !test(b)).unwrap_or(text.len());
    &text[..end]
}

/// Go's `\s`.
pub(crate) fn is_space(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r' | 0x0c)
}

fn is_identifier(b: u8) -> bool {
    b.is_ascii_alphanumeric() || b == b'-'
}

/// `<mark>id(.id)*` at the start of `text`, or empty.
fn identifiers(text: &str, mark: u8) -> &str {
    if text.as_bytes().first() != Some(&mark) {
        return "";
    }
    let mut end = 1 + take_while(&text[1..], is_identifier).len();
    if end == 1 {
        return "";
    }
    while text.as_bytes().get(end) == Some(&b'.') {
        let part = take_while(&text[end + 1..], is_identifier);
        if part.is_empty() {
            break;
        }
        end += 1 + part.len();
    }
    &text[..end]
}

/// `.part` at the start of `text`, or empty.
fn dotted(text: &str, in_part: impl Fn(u8) -> bool) -> &str {
    let Some(rest) = text.strip_prefix('.') else {
        return "";
    };
    match take_while(rest, in_part).len() {
        0 => "",
        len => &text[..=len],
    }
}

/// The version at the start of `text`. `in_number` says which bytes make up a number.
pub(crate) fn raw_version(text: &str, in_number: impl Fn(u8) -> bool) -> Option<RawVersion<'_>> {
    let mut rest = text.strip_prefix('v').unwrap_or(text);
    let mut next = |part: &str| {
        let (taken, left) = rest.split_at(part.len());
        rest = left;
        (taken, left)
    };
    let (major, left) = next(take_while(
        text.strip_prefix('v').unwrap_or(text),
        &in_number,
    ));
    if major.is_empty() {
        return None;
    }
    let (minor, left) = next(dotted(left, &in_number));
    let (patch, left) = if minor.is_empty() {
        ("", left)
    } else {
        next(dotted(left, &in_number))
    };
    let (pre, left) = next(identifiers(left, b'-'));
    let (metadata, left) = next(identifiers(left, b'+'));
    let whole = &text[..text.len() - left.len()];
    Some(RawVersion {
        whole,
        major,
        minor,
        patch,
        pre,
        metadata,
    })
}

/// A version of a constraint: `[0-9|x|X|\*]+` makes up a number, the bar included.
pub(crate) fn wildcard_version(text: &str) -> Option<RawVersion<'_>> {
    raw_version(text, |b| {
        b.is_ascii_digit() || matches!(b, b'x' | b'X' | b'*' | b'|')
    })
}
