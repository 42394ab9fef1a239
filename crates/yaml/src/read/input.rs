//! Bytes to characters: byte order marks, UTF-16, invalid and forbidden characters.
//!
//! Follows go-yaml's `readerc.go`. That reader decodes its input in chunks of 512 bytes and refuses a
//! bad character when it decodes the chunk that holds it, so a bad character behind the part that is
//! ever looked at does no harm. [`Input`] finds the first bad character beforehand and keeps how far
//! the scanner may look before it has to report it.

use std::borrow::Cow;

/// How many raw bytes go-yaml's reader takes at a time (`input_raw_buffer_size`).
const CHUNK: usize = 512;

const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Text that is ready for the scanner.
///
/// Offsets of spans count the bytes of [`Input::bytes`], which are those that were given unless they
/// were UTF-16.
#[derive(Debug, Clone)]
pub struct Input<'a> {
    bytes: Cow<'a, [u8]>,
    /// First byte after the byte order mark.
    pub(crate) start: usize,
    /// One past the last byte that the scanner may see.
    pub(crate) end: usize,
    /// What is wrong with the character that makes reading stop at `end`.
    pub(crate) fault: Option<&'static str>,
    /// Whether all characters are one byte long.
    pub(crate) ascii: bool,
    /// Whether LF is the only line break that occurs.
    pub(crate) plain_breaks: bool,
    /// Ends of go-yaml's chunks; only filled if a byte order mark stands inside of the text, see
    /// `Scanner::at_mark`.
    pub(crate) chunks: Vec<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Utf8,
    Utf16Le,
    Utf16Be,
}

impl<'a> Input<'a> {
    /// Looks through `bytes` once.
    pub fn new(bytes: &'a [u8]) -> Input<'a> {
        // Go's parser reads a lone line break in place of an empty buffer.
        let bytes = if bytes.is_empty() { b"\n" } else { bytes };
        match bytes {
            [0xFF, 0xFE, ..] => Input::convert(bytes, Encoding::Utf16Le),
            [0xFE, 0xFF, ..] => Input::convert(bytes, Encoding::Utf16Be),
            _ => Input::utf8(bytes),
        }
    }

    /// The text, in UTF-8 (up to the first bad character).
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Whether reading depends on where go-yaml's chunks end.
    pub(crate) fn is_tricky(&self) -> bool {
        self.fault.is_some() || !self.chunks.is_empty()
    }

    fn utf8(bytes: &'a [u8]) -> Input<'a> {
        let start = if bytes.starts_with(UTF8_MARK) {
            UTF8_MARK.len()
        } else {
            0
        };
        let rest = bytes.get(start..).unwrap_or_default();
        let mut input = Input {
            bytes: Cow::Borrowed(bytes),
            start,
            end: bytes.len(),
            fault: None,
            ascii: rest.is_ascii(),
            plain_breaks: true,
            chunks: Vec::new(),
        };
        let bad_control = rest
            .iter()
            .fold(false, |bad, &b| bad | is_forbidden_ascii(b));
        input.plain_breaks = memchr::memchr(b'\r', rest).is_none();
        if !bad_control && input.ascii {
            return input;
        }
        let marked = memchr::memmem::find(rest, UTF8_MARK).is_some();
        let wide_ok =
            !bad_control && std::str::from_utf8(rest).is_ok_and(|t| !has_forbidden_wide(t));
        if input.plain_breaks && !input.ascii {
            input.plain_breaks = !has_wide_break(rest);
        }
        if !wide_ok || marked {
            let mut decoder = Decoder::new(bytes, start, Encoding::Utf8, marked);
            decoder.run();
            input.chunks = decoder.chunks;
            if let Some(fault) = decoder.fault {
                input.fault = Some(fault);
                input.end = decoder.visible;
            }
        }
        input
    }

    fn convert(bytes: &[u8], encoding: Encoding) -> Input<'a> {
        let mut decoder = Decoder::new(bytes, 2, encoding, true);
        decoder.run();
        let end = if decoder.fault.is_some() {
            decoder.visible
        } else {
            decoder.out.len()
        };
        let marked = memchr::memmem::find(&decoder.out, UTF8_MARK).is_some();
        let mut text = decoder.out;
        text.truncate(end);
        Input {
            start: 0,
            end,
            fault: decoder.fault,
            ascii: text.is_ascii(),
            plain_breaks: memchr::memchr(b'\r', &text).is_none() && !has_wide_break(&text),
            chunks: if marked { decoder.chunks } else { Vec::new() },
            bytes: Cow::Owned(text),
        }
    }
}

fn is_forbidden_ascii(b: u8) -> bool {
    (b < 0x20 && b != b'\t' && b != b'\n' && b != b'\r') || b == 0x7F
}

/// Whether a character beyond ASCII occurs that go-yaml's reader refuses.
fn has_forbidden_wide(text: &str) -> bool {
    let bytes = text.as_bytes();
    let c1 = memchr::memchr_iter(0xC2, bytes).any(|at| {
        bytes
            .get(at + 1)
            .is_some_and(|&b| (0x80..0xA0).contains(&b) && b != 0x85)
    });
    c1 || memchr::memmem::find_iter(bytes, b"\xEF\xBF")
        .any(|at| bytes.get(at + 2).is_some_and(|&b| b >= 0xBE))
}

/// Whether NEL, LS or PS occurs.
fn has_wide_break(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"\xC2\x85").is_some()
        || memchr::memmem::find_iter(bytes, b"\xE2\x80")
            .any(|at| matches!(bytes.get(at + 2), Some(0xA8 | 0xA9)))
}

/// Decodes character by character and chunk by chunk, as go-yaml does it.
struct Decoder<'a> {
    raw: &'a [u8],
    pos: usize,
    encoding: Encoding,
    /// The text in UTF-8, if the encoding is another one.
    out: Vec<u8>,
    /// How much of the text was decoded when the current chunk was begun.
    visible: usize,
    fault: Option<&'static str>,
    chunks: Vec<usize>,
    keep_chunks: bool,
}

enum Step {
    Char(u32, usize),
    Incomplete(&'static str),
    Bad(&'static str),
}

impl<'a> Decoder<'a> {
    fn new(raw: &'a [u8], pos: usize, encoding: Encoding, keep_chunks: bool) -> Decoder<'a> {
        Decoder {
            raw,
            pos,
            encoding,
            out: Vec::new(),
            visible: 0,
            fault: None,
            chunks: Vec::new(),
            keep_chunks,
        }
    }

    fn run(&mut self) {
        let len = self.raw.len();
        let mut end = len.min(CHUNK);
        // Fewer than three bytes make the reader meet the end while it looks for a mark.
        let mut eof = len < 3;
        loop {
            self.visible = self.decoded();
            if let Err(fault) = self.chunk(end, eof) {
                self.fault = Some(fault);
                return;
            }
            if self.keep_chunks {
                self.chunks.push(self.decoded());
            }
            if eof {
                return;
            }
            eof = end == len;
            if eof && self.pos == len {
                return;
            }
            // What is left of an incomplete character moves to the front of the raw buffer.
            end = len.min(self.pos + CHUNK);
        }
    }

    fn decoded(&self) -> usize {
        if self.encoding == Encoding::Utf8 {
            self.pos
        } else {
            self.out.len()
        }
    }

    fn chunk(&mut self, end: usize, eof: bool) -> Result<(), &'static str> {
        let raw = self.raw;
        while let Some(rest) = raw.get(self.pos..end).filter(|rest| !rest.is_empty()) {
            let step = match self.encoding {
                Encoding::Utf8 => decode_utf8(rest),
                Encoding::Utf16Le => decode_utf16(rest, u16::from_le_bytes),
                Encoding::Utf16Be => decode_utf16(rest, u16::from_be_bytes),
            };
            match step {
                Step::Incomplete(fault) if eof => return Err(fault),
                Step::Incomplete(_) => return Ok(()),
                Step::Bad(fault) => return Err(fault),
                Step::Char(code, width) => {
                    if is_forbidden(code) {
                        return Err("control characters are not allowed");
                    }
                    self.pos += width;
                    if self.encoding != Encoding::Utf8
                        && let Some(c) = char::from_u32(code)
                    {
                        self.out
                            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
                    }
                }
            }
        }
        Ok(())
    }
}

fn is_forbidden(code: u32) -> bool {
    !matches!(code,
        0x09 | 0x0A | 0x0D | 0x20..=0x7E | 0x85 | 0xA0..=0xD7FF | 0xE000..=0xFFFD | 0x1_0000..=0x10_FFFF)
}

fn decode_utf8(rest: &[u8]) -> Step {
    let lead = rest.first().copied().unwrap_or_default();
    let (width, bits) = match lead {
        0x00..=0x7F => (1, lead),
        0xC0..=0xDF => (2, lead & 0x1F),
        0xE0..=0xEF => (3, lead & 0x0F),
        0xF0..=0xF7 => (4, lead & 0x07),
        _ => return Step::Bad("invalid leading UTF-8 octet"),
    };
    let Some(trail) = rest.get(1..width) else {
        return Step::Incomplete("incomplete UTF-8 octet sequence");
    };
    let mut code = u32::from(bits);
    for &octet in trail {
        if octet & 0xC0 != 0x80 {
            return Step::Bad("invalid trailing UTF-8 octet");
        }
        code = (code << 6) + u32::from(octet & 0x3F);
    }
    let shortest = match width {
        1 => 0,
        2 => 0x80,
        3 => 0x800,
        _ => 0x1_0000,
    };
    if code < shortest {
        return Step::Bad("invalid length of a UTF-8 sequence");
    }
    if (0xD800..=0xDFFF).contains(&code) || code > 0x10_FFFF {
        return Step::Bad("invalid Unicode character");
    }
    Step::Char(code, width)
}

fn decode_utf16(rest: &[u8], unit: fn([u8; 2]) -> u16) -> Step {
    let Some((first, rest)) = rest.split_first_chunk::<2>() else {
        return Step::Incomplete("incomplete UTF-16 character");
    };
    let high = u32::from(unit(*first));
    match high & 0xFC00 {
        0xDC00 => Step::Bad("unexpected low surrogate area"),
        0xD800 => {
            let Some(second) = rest.first_chunk::<2>() else {
                return Step::Incomplete("incomplete UTF-16 surrogate pair");
            };
            let low = u32::from(unit(*second));
            if low & 0xFC00 != 0xDC00 {
                return Step::Bad("expected low surrogate area");
            }
            Step::Char(0x1_0000 + ((high & 0x3FF) << 10) + (low & 0x3FF), 4)
        }
        _ => Step::Char(high, 2),
    }
}
