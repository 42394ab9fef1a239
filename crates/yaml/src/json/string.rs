//! The content of JSON strings.

use std::sync::Arc;

use evenkeel_value::number::decode_rune;

/// The text of a string literal whose escapes are known to be well-formed, given without its quotes
/// (`unquoteBytes` of encoding/json): what is no UTF-8, and surrogates without a partner, are U+FFFD.
pub(super) fn unescape(content: &[u8]) -> Arc<[u8]> {
    if !content.contains(&b'\\') && std::str::from_utf8(content).is_ok() {
        return Arc::from(content);
    }
    let mut out = Vec::with_capacity(content.len());
    let mut rest = content;
    while let (c, width @ 1..) = decode_rune(rest) {
        if let [b'\\', letter, after @ ..] = rest {
            rest = escaped(*letter, after, &mut out);
            continue;
        }
        push(&mut out, c);
        rest = &rest[width..];
    }
    Arc::from(out)
}

/// Appends what an escape stands for; gives what follows it.
fn escaped<'a>(letter: u8, after: &'a [u8], out: &mut Vec<u8>) -> &'a [u8] {
    let byte = match letter {
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'u' => {
            let Some((first, rest)) = hex4(after) else {
                return after;
            };
            let second = rest.strip_prefix(b"\\u").and_then(hex4);
            return match (first, second) {
                (0xd800..0xdc00, Some((second @ 0xdc00..0xe000, rest))) => {
                    let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    push(out, char::from_u32(code));
                    rest
                }
                _ => {
                    push(out, char::from_u32(first));
                    rest
                }
            };
        }
        other => other,
    };
    out.push(byte);
    after
}

fn hex4(text: &[u8]) -> Option<(u32, &[u8])> {
    let (digits, rest) = text.split_at_checked(4)?;
    let mut code = 0;
    for &digit in digits {
        code = code * 16 + char::from(digit).to_digit(16)?;
    }
    Some((code, rest))
}

fn push(out: &mut Vec<u8>, c: Option<char>) {
    let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
    out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
}
