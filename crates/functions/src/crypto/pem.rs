//! `encoding/pem`.

use crate::encoding::{base64_decode, base64_encode};

const BEGIN: &[u8] = b"-----BEGIN ";
const END: &[u8] = b"\n-----END ";
const DASHES: &[u8] = b"-----";

/// One block: its type (`CERTIFICATE`) and what it holds. Headers are read over.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: String,
    pub(crate) bytes: Vec<u8>,
}

/// `pem.Encode` without headers.
pub(crate) fn encode(kind: &str, bytes: &[u8]) -> String {
    let mut text = format!("-----BEGIN {kind}-----\n");
    let encoded = base64_encode(bytes);
    for line in encoded.as_bytes().chunks(64) {
        // Base64 is ASCII.
        text.extend(line.iter().map(|byte| char::from(*byte)));
        text.push('\n');
    }
    text.push_str(&format!("-----END {kind}-----\n"));
    text
}

/// `pem.Decode`: the first well-formed block, whatever text stands around it.
pub(crate) fn decode(text: &[u8]) -> Option<Block> {
    let mut rest = text;
    loop {
        let end = find(rest, END)?;
        let after_end = &rest[end + END.len()..];
        if let Some(block) = block_before(&rest[..end], after_end) {
            return Some(block);
        }
        rest = after_end;
    }
}

/// The block whose last line starts before `after_end`; `before` is the text up to that line.
fn block_before(before: &[u8], after_end: &[u8]) -> Option<Block> {
    let begin = rfind(before, BEGIN)?;
    if begin > 0 && before[begin - 1] != b'\n' {
        return None;
    }
    let (first_line, mut body) = line(&before[begin + BEGIN.len()..]);
    let kind = first_line.strip_suffix(DASHES)?;
    // Go accepts an end line of the same type only, with nothing but blanks after it.
    let trailer = after_end.strip_prefix(kind)?.strip_prefix(DASHES)?;
    if !line(trailer).0.is_empty() {
        return None;
    }
    while let (header, after) = line(body)
        && header.contains(&b':')
    {
        body = after;
    }
    let encoded: Vec<u8> = body
        .iter()
        .copied()
        .filter(|b| !matches!(b, b' ' | b'\t'))
        .collect();
    let bytes = base64_decode(&encoded).ok()?;
    Some(Block {
        kind: String::from_utf8_lossy(kind).into_owned(),
        bytes,
    })
}

/// `pem.getLine`: the first line without its end and trailing blanks, and the rest.
fn line(text: &[u8]) -> (&[u8], &[u8]) {
    let (line, rest) = match text.iter().position(|byte| *byte == b'\n') {
        Some(at) => (&text[..at], &text[at + 1..]),
        None => (text, &[][..]),
    };
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let blanks = line
        .iter()
        .rev()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    (&line[..line.len() - blanks], rest)
}

fn find(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::find(text, needle)
}

fn rfind(text: &[u8], needle: &[u8]) -> Option<usize> {
    memchr::memmem::rfind(text, needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_round_trip() {
        for len in [0, 1, 48, 49, 200] {
            let bytes = vec![9; len];
            let text = format!("junk\n{}\n", encode("A KEY", &bytes));
            assert_eq!(
                decode(text.as_bytes()),
                Some(Block {
                    kind: "A KEY".to_owned(),
                    bytes
                })
            );
        }
    }

    #[test]
    fn malformed_blocks_are_skipped() {
        let good = encode("GOOD", b"x");
        for bad in [
            "",
            "-----BEGIN A-----\nAA\n-----END B-----\n",
            "-----BEGIN A-----\n!!!!\n-----END A-----\n",
            "x-----BEGIN A-----\nAAAA\n-----END A-----\n",
            "-----BEGIN A-----\nAAAA\n-----END A----- x\n",
        ] {
            assert_eq!(decode(bad.as_bytes()), None, "{bad}");
            let text = format!("{bad}{good}");
            assert_eq!(
                decode(text.as_bytes()).map(|b| b.kind).as_deref(),
                Some("GOOD"),
                "{bad}"
            );
        }
        let headers = "-----BEGIN A-----\nProc-Type: 4\n\nAAAA\n-----END A-----";
        assert_eq!(
            decode(headers.as_bytes()).map(|b| b.bytes),
            Some(vec![0, 0, 0])
        );
    }
}
