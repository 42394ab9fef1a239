//! Quoted scalars, and how line breaks fold in them and in plain ones.

use super::{LineBreak, ScalarStyle, Scan, Scanner, Text};

impl Scanner<'_> {
    pub(super) fn fetch_flow_scalar(&mut self, single: bool) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        self.pos += 1;
        let style = if single {
            ScalarStyle::SingleQuoted
        } else {
            ScalarStyle::DoubleQuoted
        };
        let text = match self.quoted_in_place(single) {
            Some(text) => text,
            None => self.scan_quoted(single)?,
        };
        self.pos += 1;
        self.push_scalar(text, style, start, self.pos);
        Ok(())
    }

    /// The common case: all on one line, with nothing to replace. Leaves the position at the quote.
    fn quoted_in_place(&mut self, single: bool) -> Option<Text> {
        if !self.free {
            return None;
        }
        let rest = self.text.get(self.pos..)?;
        let stop = if single {
            rest.iter()
                .position(|&b| matches!(b, b'\'' | b'\n' | b'\r' | 0xC2 | 0xE2))?
        } else {
            rest.iter()
                .position(|&b| matches!(b, b'"' | b'\\' | b'\n' | b'\r' | 0xC2 | 0xE2))?
        };
        let quote = if single { b'\'' } else { b'"' };
        let doubled = single && rest.get(stop + 1) == Some(&quote);
        if rest.get(stop) != Some(&quote) || doubled {
            return None;
        }
        let from = self.pos;
        self.pos += stop;
        Some(Text::source(from, self.pos))
    }

    fn scan_quoted(&mut self, single: bool) -> Scan<Text> {
        let from = self.arena.len();
        self.breaks.clear();
        loop {
            self.ensure(4)?;
            if self.at_document_indicator() {
                return self.fail("found unexpected document indicator");
            }
            if self.at(0) == 0 {
                return self.fail("found unexpected end of stream");
            }
            let mut fold = None;
            let escaped_break = self.quoted_run(single)?;
            self.ensure(1)?;
            if self.at(0) == if single { b'\'' } else { b'"' } {
                return Ok(self.arena_text(from));
            }
            self.quoted_blanks(escaped_break, &mut fold)?;
        }
    }

    /// Passes content up to a blank, a break or the closing quote. Says whether it ended with an
    /// escaped line break.
    fn quoted_run(&mut self, single: bool) -> Scan<bool> {
        while !self.is_blankz(0) {
            match self.at(0) {
                b'\'' if single => {
                    if self.at(1) != b'\'' {
                        return Ok(false);
                    }
                    self.arena.push(b'\'');
                    self.pos += 2;
                }
                b'"' if !single => return Ok(false),
                b'\\' if !single && self.is_break(1) => {
                    self.ensure(3)?;
                    self.pos += 1;
                    self.skip_line();
                    return Ok(true);
                }
                b'\\' if !single => self.escape()?,
                _ => self.quoted_content(),
            }
            self.ensure(2)?;
        }
        Ok(false)
    }

    /// Passes characters that stand for themselves, one at least.
    fn quoted_content(&mut self) {
        let from = self.pos;
        self.skip();
        let limit = self.run_limit();
        if limit == self.text.len() {
            let rest = self.text.get(self.pos..).unwrap_or_default();
            let stop = |b: &u8| {
                matches!(
                    b,
                    b' ' | b'\t' | b'\r' | b'\n' | b'\'' | b'"' | b'\\' | 0xC2 | 0xE2
                )
            };
            self.pos += rest.iter().position(stop).unwrap_or(rest.len());
        }
        let text = self.text;
        self.arena
            .extend_from_slice(text.get(from..self.pos).unwrap_or_default());
    }

    fn quoted_blanks(&mut self, escaped_break: bool, fold: &mut Option<LineBreak>) -> Scan<()> {
        let mut line_passed = escaped_break;
        let blanks = self.pos;
        let mut blanks_end = blanks;
        loop {
            if self.is_blank(0) {
                self.pos += 1;
                if !line_passed {
                    blanks_end = self.pos;
                }
            } else if self.is_break(0) {
                self.ensure(2)?;
                if line_passed && fold.is_none() {
                    // Breaks after an escaped one are kept.
                    let more = self.read_line();
                    self.breaks.extend_from_slice(more.bytes());
                } else {
                    self.fold_break(fold);
                }
                line_passed = true;
            } else {
                break;
            }
            self.ensure(1)?;
        }
        if let Some(first) = *fold {
            self.push_folded(first);
        } else if line_passed {
            self.push_kept_breaks();
        } else {
            let text = self.text;
            self.arena
                .extend_from_slice(text.get(blanks..blanks_end).unwrap_or_default());
        }
        Ok(())
    }

    /// An escape sequence.
    fn escape(&mut self) -> Scan<()> {
        let digits = match self.at(1) {
            b'x' => 2,
            b'u' => 4,
            b'U' => 8,
            code => {
                let Some(text) = escaped(code) else {
                    return self.fail("found unknown escape character");
                };
                self.arena.extend_from_slice(text);
                self.pos += 2;
                return Ok(());
            }
        };
        self.pos += 2;
        self.ensure(digits)?;
        let mut value = 0u32;
        for ahead in 0..digits {
            let Some(digit) = char::from(self.at(ahead)).to_digit(16) else {
                return self.fail("did not find expected hexdecimal number");
            };
            value = (value << 4) + digit;
        }
        let Some(c) = char::from_u32(value) else {
            return self.fail("found invalid Unicode character escape code");
        };
        self.arena
            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
        self.pos += digits;
        Ok(())
    }

    // ---- folding, for plain scalars too ----

    /// Passes a break: the first is kept in `fold`, those after it among the breaks.
    pub(super) fn fold_break(&mut self, fold: &mut Option<LineBreak>) {
        let passed = self.read_line();
        if fold.is_none() {
            *fold = Some(passed);
        } else {
            self.breaks.extend_from_slice(passed.bytes());
        }
    }

    /// Appends what a first break and those after it become: a space if it is a lone line feed.
    pub(super) fn push_folded(&mut self, first: LineBreak) {
        if first != LineBreak::Feed {
            self.arena.extend_from_slice(first.bytes());
        } else if self.breaks.is_empty() {
            self.arena.push(b' ');
        }
        self.push_kept_breaks();
    }

    fn push_kept_breaks(&mut self) {
        self.arena.append(&mut self.breaks);
    }

    /// The text that was put into the arena from `from` on.
    pub(super) fn arena_text(&self, from: usize) -> Text {
        Text::arena(from, self.arena.len())
    }
}

fn escaped(code: u8) -> Option<&'static [u8]> {
    Some(match code {
        b'0' => b"\0",
        b'a' => b"\x07",
        b'b' => b"\x08",
        b't' | b'\t' => b"\t",
        b'n' => b"\n",
        b'v' => b"\x0B",
        b'f' => b"\x0C",
        b'r' => b"\r",
        b'e' => b"\x1B",
        b' ' => b" ",
        b'"' => b"\"",
        b'\'' => b"'",
        b'\\' => b"\\",
        b'N' => b"\xC2\x85",
        b'_' => b"\xC2\xA0",
        b'L' => b"\xE2\x80\xA8",
        b'P' => b"\xE2\x80\xA9",
        _ => return None,
    })
}
