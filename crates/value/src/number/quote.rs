//! `strconv.Quote` and its relatives.

use crate::unicode::is_printable;

/// `utf8.DecodeRune`: the first character of `text` and how many bytes it takes. Bytes that are no
/// valid UTF-8 give `(None, 1)`, the empty text `(None, 0)`.
pub fn decode_rune(text: &[u8]) -> (Option<char>, usize) {
    let Some(&first) = text.first() else {
        return (None, 0);
    };
    let len = match first {
        0..0x80 => return (Some(char::from(first)), 1),
        0xc2..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf5 => 4,
        _ => return (None, 1),
    };
    let decoded = text
        .get(..len)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    match decoded.and_then(|s| s.chars().next()) {
        Some(c) => (Some(c), len),
        None => (None, 1),
    }
}

/// `strconv.Quote`: a double-quoted Go literal; what is not printable and what is no UTF-8 is escaped.
pub fn quote(text: &[u8]) -> String {
    quote_with(text, false)
}

/// `strconv.QuoteToASCII`: as [`quote`], with everything outside ASCII escaped.
pub fn quote_to_ascii(text: &[u8]) -> String {
    quote_with(text, true)
}

/// `strconv.QuoteRune`: a single-quoted Go literal; what is no character is U+FFFD.
pub fn quote_rune(code: u32) -> String {
    quote_rune_with(code, false)
}

/// `strconv.QuoteRuneToASCII`: as [`quote_rune`], with everything outside ASCII escaped.
pub fn quote_rune_to_ascii(code: u32) -> String {
    quote_rune_with(code, true)
}

fn quote_with(text: &[u8], ascii: bool) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    let mut rest = text;
    while let (c, width @ 1..) = decode_rune(rest) {
        match c {
            Some(c) => push_escaped(&mut out, c, '"', ascii),
            None => push_hex(&mut out, "\\x", u32::from(rest[0]), 2),
        }
        rest = &rest[width..];
    }
    out.push('"');
    out
}

fn quote_rune_with(code: u32, ascii: bool) -> String {
    let c = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    let mut out = String::from("'");
    push_escaped(&mut out, c, '\'', ascii);
    out.push('\'');
    out
}

fn push_escaped(out: &mut String, c: char, quote: char, ascii: bool) {
    let short = match c {
        '\x07' => "\\a",
        '\x08' => "\\b",
        '\x0c' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        '\x0b' => "\\v",
        '\\' => "\\\\",
        _ => "",
    };
    let code = u32::from(c);
    if !short.is_empty() {
        out.push_str(short);
    } else if c == quote {
        out.extend(['\\', c]);
    } else if is_printable(code) && (!ascii || c.is_ascii()) {
        out.push(c);
    } else if code < 0x80 {
        push_hex(out, "\\x", code, 2);
    } else if code < 0x10000 {
        push_hex(out, "\\u", code, 4);
    } else {
        push_hex(out, "\\U", code, 8);
    }
}

fn push_hex(out: &mut String, prefix: &str, code: u32, digits: u32) {
    out.push_str(prefix);
    for place in (0..digits).rev() {
        out.extend(char::from_digit(code >> (4 * place) & 0xf, 16));
    }
}

/// `strconv.CanBackquote`: whether `text` can stand between backquotes, on one line.
pub fn can_backquote(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    !text
        .chars()
        .any(|c| matches!(c, '\0'..='\x08' | '\n'..' ' | '`' | '\x7f' | '\u{feff}'))
}

/// `strconv.Unquote`: the text of a double-quoted, backquoted or single-quoted Go literal.
///
/// # Errors
/// `()` for Go's `invalid syntax`: not a literal, or one with something after it.
#[expect(
    clippy::result_unit_err,
    reason = "there is one error, and its text is the caller's"
)]
pub fn unquote(literal: &[u8]) -> Result<Vec<u8>, ()> {
    let [quote @ (b'"' | b'\'' | b'`'), inner @ .., last] = literal else {
        return Err(());
    };
    if last != quote {
        return Err(());
    }
    if *quote == b'`' {
        return unquote_raw(inner);
    }
    let mut out = Vec::with_capacity(inner.len());
    let mut rest = inner;
    let mut count = 0;
    while let Some(&first) = rest.first() {
        if first == b'\n' || first == *quote {
            return Err(());
        }
        rest = unquote_char(rest, *quote, &mut out).ok_or(())?;
        count += 1;
    }
    if *quote == b'\'' && count > 1 {
        Err(())
    } else {
        Ok(out)
    }
}

fn unquote_raw(inner: &[u8]) -> Result<Vec<u8>, ()> {
    if inner.contains(&b'`') {
        return Err(());
    }
    Ok(inner.iter().copied().filter(|&c| c != b'\r').collect())
}

/// Appends one character or escape of a literal and gives what follows it.
fn unquote_char<'a>(text: &'a [u8], quote: u8, out: &mut Vec<u8>) -> Option<&'a [u8]> {
    let [b'\\', letter, rest @ ..] = text else {
        let (c, width) = decode_rune(text);
        if text[0] == b'\\' {
            return None;
        }
        push_char(out, c.unwrap_or(char::REPLACEMENT_CHARACTER));
        return Some(&text[width..]);
    };
    let simple = match letter {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        b'\\' => b'\\',
        b'\'' | b'"' if *letter == quote => quote,
        b'x' => {
            let (code, rest) = take_digits(rest, 2, 16)?;
            out.push(code as u8);
            return Some(rest);
        }
        b'u' | b'U' => {
            let (code, rest) = take_digits(rest, if *letter == b'u' { 4 } else { 8 }, 16)?;
            push_char(out, char::from_u32(code)?);
            return Some(rest);
        }
        b'0'..=b'7' => {
            let (code, rest) = take_digits(&text[1..], 3, 8)?;
            out.push(u8::try_from(code).ok()?);
            return Some(rest);
        }
        _ => return None,
    };
    out.push(simple);
    Some(rest)
}

fn take_digits(text: &[u8], count: usize, radix: u32) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(count)?;
    let mut code = 0u32;
    for &c in digits {
        code = code
            .wrapping_mul(radix)
            .wrapping_add(char::from(c).to_digit(radix)?);
    }
    Some((code, rest))
}

fn push_char(out: &mut Vec<u8>, c: char) {
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Appends the UTF-8 of a code point, or of U+FFFD for what is none (`utf8.AppendRune`).
pub(crate) fn push_rune(out: &mut Vec<u8>, code: u64) {
    let c = u32::try_from(code).ok().and_then(char::from_u32);
    push_char(out, c.unwrap_or(char::REPLACEMENT_CHARACTER));
}
