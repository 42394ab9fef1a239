//! Where the first JSON value of a text ends, as `json.Decoder` finds it.

/// One past the last byte of the value that `text` starts with (after spaces). `None` where the text
/// cannot be the start of any value or breaks off inside one; what lies within brackets is for the
/// decoder to judge.
pub(crate) fn end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let start = bytes
        .iter()
        .position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n'))?;
    match bytes[start] {
        b'"' => string_end(bytes, start),
        b'{' | b'[' => bracket_end(bytes, start),
        b't' => word_end(bytes, start, b"true"),
        b'f' => word_end(bytes, start, b"false"),
        b'n' => word_end(bytes, start, b"null"),
        _ => number_end(bytes, start),
    }
}

fn word_end(bytes: &[u8], start: usize, word: &[u8]) -> Option<usize> {
    bytes[start..]
        .starts_with(word)
        .then_some(start + word.len())
}

fn string_end(bytes: &[u8], start: usize) -> Option<usize> {
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

fn bracket_end(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = string_end(bytes, at)?;
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

/// A number ends where its grammar does: of `01`, the value is `0`.
fn number_end(bytes: &[u8], start: usize) -> Option<usize> {
    let digits = |from: usize| {
        let count = bytes[from.min(bytes.len())..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        (count > 0).then_some(from + count)
    };
    let mut at = start + usize::from(bytes[start] == b'-');
    at = if bytes.get(at) == Some(&b'0') {
        at + 1
    } else {
        digits(at)?
    };
    if bytes.get(at) == Some(&b'.') {
        at = digits(at + 1)?;
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        at = digits(at + 1 + sign)?;
    }
    Some(at)
}

#[cfg(test)]
mod tests {
    use super::end;

    #[test]
    fn values_end_where_go_ends_them() {
        for (text, want) in [
            (" 1,b=2", Some(2)),
            ("01", Some(1)),
            ("1abc", Some(1)),
            ("-0.5e+3x", Some(7)),
            ("1.", None),
            ("-", None),
            ("true,", Some(4)),
            ("truth", None),
            (r#""a,\"b",c"#, Some(7)),
            (r#"{"a":"}"},b"#, Some(9)),
            ("[1,[2]]]", Some(7)),
            ("[1", None),
            ("]", None),
            ("", None),
        ] {
            assert_eq!(end(text), want, "{text}");
        }
    }
}
