//! Bytes that a text file cannot show, as escapes.

/// Whether `content` has to be escaped to survive editors, diffs and the format's own markers.
pub(crate) fn needs_escape(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else {
        return true;
    };
    text.chars()
        .any(|c| c != '\n' && c != '\t' && (c.is_control() || is_invisible(c)))
        || text
            .lines()
            .any(|line| line.starts_with("-- ") || line.starts_with("== "))
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{200b}'..='\u{200f}'
    )
}

/// `content` with backslash escapes; newlines stay as they are.
pub(crate) fn escape(content: &[u8]) -> String {
    let mut out = String::with_capacity(content.len());
    for chunk in content.utf8_chunks() {
        for c in chunk.valid().chars() {
            escape_char(&mut out, c);
        }
        for byte in chunk.invalid() {
            out.push_str(&format!("\\x{byte:02x}"));
        }
    }
    out.replace("\n-- ", "\n\\x2d- ")
        .replace("\n== ", "\n\\x3d= ")
}

fn escape_char(out: &mut String, c: char) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\r' => out.push_str("\\r"),
        '\n' | '\t' => out.push(c),
        _ if c.is_control() || is_invisible(c) => {
            let mut utf8 = [0; 4];
            for byte in c.encode_utf8(&mut utf8).bytes() {
                out.push_str(&format!("\\x{byte:02x}"));
            }
        }
        _ => out.push(c),
    }
}

/// The bytes that `escape` wrote as `text`; `None` where an escape is not one of ours.
pub(crate) fn unescape(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.iter().copied();
    while let Some(byte) = rest.next() {
        if byte != b'\\' {
            out.push(byte);
            continue;
        }
        match rest.next()? {
            b'\\' => out.push(b'\\'),
            b'r' => out.push(b'\r'),
            b'x' => {
                let digits = [rest.next()?, rest.next()?];
                let digits = std::str::from_utf8(&digits).ok()?;
                out.push(u8::from_str_radix(digits, 16).ok()?);
            }
            _ => return None,
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives() {
        let all: Vec<u8> = (0..=255).collect();
        let tricky = ["\n-- x --\n== y ==\n\u{2028}é\u{85}\\x41".as_bytes(), &all].concat();
        assert!(needs_escape(&tricky));
        let text = escape(&tricky);
        assert!(!text.contains("\n-- ") && !text.contains("\n== "));
        assert_eq!(unescape(text.as_bytes()), Some(tricky));
        assert_eq!(unescape(b"\\q"), None);
        assert_eq!(unescape(b"\\x4"), None);
    }
}
