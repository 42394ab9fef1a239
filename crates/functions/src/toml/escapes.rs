//! Strings of TOML after the lexer: line ends, line-ending backslashes and escapes.

/// Without the newline that directly follows the opening quotes.
pub(super) fn without_first_newline(text: &[u8]) -> &[u8] {
    text.strip_prefix(b"\n")
        .or_else(|| text.strip_prefix(b"\r\n"))
        .unwrap_or(text)
}

/// Without backslashes at line ends and the blanks and newlines after them.
pub(super) fn without_escaped_newlines(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        if byte != b'\\' {
            out.push(byte);
            at += 1;
            continue;
        }
        if text.get(at + 1) == Some(&b'\\') {
            out.extend_from_slice(b"\\\\");
            at += 2;
            continue;
        }
        let blanks = text[at + 1..]
            .iter()
            .take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n'))
            .count();
        if text[at + 1..=at + blanks].contains(&b'\n') {
            at += 1 + blanks;
        } else {
            out.push(b'\\');
            at += 1;
        }
    }
    out
}

/// Escapes replaced by what they stand for; the lexer has seen that they are complete.
pub(super) fn replaced(text: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'\\' {
            out.push(byte);
            rest = after;
            continue;
        }
        let Some((&name, after)) = after.split_first() else {
            break;
        };
        rest = after;
        let digits = match name {
            b' ' | b'\t' => {
                return Err(format!("invalid escape: '\\{}'", char::from(name)));
            }
            b'b' => push(&mut out, 0x08),
            b't' => push(&mut out, b'\t'),
            b'n' => push(&mut out, b'\n'),
            b'f' => push(&mut out, 0x0c),
            b'r' => push(&mut out, b'\r'),
            b'e' => push(&mut out, 0x1b),
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            other => push(&mut out, other),
        };
        if digits > 0 {
            let (code, after) = rest.split_at(digits.min(rest.len()));
            out.extend_from_slice(character(code)?.encode_utf8(&mut [0; 4]).as_bytes());
            rest = after;
        }
    }
    Ok(out)
}

/// Pushes a byte, and says that no digits follow.
fn push(out: &mut Vec<u8>, byte: u8) -> usize {
    out.push(byte);
    0
}

fn character(digits: &[u8]) -> Result<char, String> {
    let digits = String::from_utf8_lossy(digits);
    let code = u32::from_str_radix(&digits, 16).ok();
    code.and_then(char::from_u32)
        .ok_or_else(|| format!("Escaped character '\\u{digits}' is not valid UTF-8."))
}
