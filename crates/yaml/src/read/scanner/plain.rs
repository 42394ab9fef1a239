//! Plain scalars.

use std::ops::Range;

use super::{
    LineBreak, MAX_DEPTH, MAX_KEY, ScalarStyle, Scan, Scanner, Text, Token, TokenKind, break_width,
};

/// What a byte may mean for a plain scalar; all others are content.
const BLANK_OR_BREAK: u8 = 1;
const COLON: u8 = 2;
const FLOW: u8 = 4;

static CLASS: [u8; 256] = {
    let mut class = [0; 256];
    let mut at = 0;
    let stops = b" \t\r\n\xC2\xE2\0";
    while at < stops.len() {
        class[stops[at] as usize] = BLANK_OR_BREAK;
        at += 1;
    }
    class[b':' as usize] = COLON;
    let flow = b",?[]{}";
    let mut at = 0;
    while at < flow.len() {
        class[flow[at] as usize] = FLOW;
        at += 1;
    }
    class
};

/// The text of a scalar while it is read: a range of the input as long as that will do.
struct Content {
    start: usize,
    end: usize,
    /// Where the text begins in the arena, once it has to be put together.
    owned: Option<usize>,
}

impl Scanner<'_> {
    pub(super) fn fetch_plain_scalar(&mut self) -> Scan<()> {
        if self.simple_key_allowed && self.is_line_by_line() && self.fetch_plain_key()? {
            return Ok(());
        }
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        let indent = self.indent + 1;
        let mut content = Content {
            start: self.pos,
            end: self.pos,
            owned: None,
        };
        let mut fold = None;
        self.breaks.clear();
        loop {
            self.ensure(4)?;
            if self.at_document_indicator() || self.at(0) == b'#' {
                break;
            }
            let run = self.pos;
            let end = if self.is_line_by_line() {
                self.plain_line()
            } else {
                self.plain_run()?;
                self.pos
            };
            if end > run {
                self.join(&mut content, run..end, fold.take());
            }
            if !(self.is_blank(0) || self.is_break(0)) {
                break;
            }
            self.ensure(1)?;
            self.plain_blanks(&mut fold, indent)?;
            if self.flow_level == 0 && i64::from(self.column()) < i64::from(indent) {
                break;
            }
        }
        if fold.is_some() {
            self.simple_key_allowed = true;
        }
        let text = match content.owned {
            Some(from) => self.arena_text(from),
            None => Text::source(content.start, content.end),
        };
        self.push_scalar(text, ScalarStyle::Plain, start, content.end);
        Ok(())
    }

    /// Whether [`Scanner::plain_line`] may be used.
    fn is_line_by_line(&self) -> bool {
        self.free && self.flow_level == 0 && self.input.plain_breaks
    }

    /// Fetches a key in block context together with its `:`, which spares the bookkeeping of keys that
    /// are only possible. Does nothing if the scalar is no such key, or if there is something to refuse.
    fn fetch_plain_key(&mut self) -> Scan<bool> {
        let (from, start, column) = (self.pos, self.mark(), self.column());
        let end = self.plain_line();
        let stop = std::mem::replace(&mut self.pos, from);
        let is_key = self.text.get(stop) == Some(&b':');
        if !is_key || stop - from > MAX_KEY || self.indents.len() >= MAX_DEPTH {
            return Ok(false);
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        self.pos = stop;
        self.roll_indent(column, None, TokenKind::BlockMappingStart, start)?;
        self.queue
            .push(Token::new(TokenKind::Key, start, start.offset));
        self.push_scalar(Text::source(from, end), ScalarStyle::Plain, start, end);
        self.push_indicator(TokenKind::Value);
        Ok(true)
    }

    /// Passes the rest of the line, or of the scalar if that ends before. Returns where the content
    /// ends, blanks behind it left out.
    ///
    /// The same as [`Scanner::plain_run`] word by word, for block context and text without surprises.
    fn plain_line(&mut self) -> usize {
        let (text, from) = (self.text, self.pos);
        let blank = |at: usize| matches!(text.get(at), Some(b' ' | b'\t'));
        let mut at = from;
        let stop = loop {
            let rest = text.get(at..).unwrap_or_default();
            let Some(found) = memchr::memchr3(b'\n', b':', b'#', rest) else {
                break text.len();
            };
            let place = at + found;
            let ends = match text.get(place) {
                Some(b':') => matches!(text.get(place + 1), None | Some(b' ' | b'\t' | b'\n')),
                Some(b'#') => place > from && blank(place - 1),
                _ => true,
            };
            if ends {
                break place;
            }
            at = place + 1;
        };
        self.pos = stop;
        let mut end = stop;
        while end > from && blank(end - 1) {
            end -= 1;
        }
        end
    }

    /// Passes content up to a blank, a break or an indicator that ends the scalar.
    fn plain_run(&mut self) -> Scan<()> {
        let mask = if self.flow_level > 0 { !0 } else { !FLOW };
        loop {
            let limit = self.run_limit();
            let rest = self.text.get(self.pos..limit).unwrap_or_default();
            let stop = rest.iter().position(|&b| CLASS[usize::from(b)] & mask != 0);
            let passed = stop.unwrap_or(rest.len());
            if passed > 0 {
                self.pos += passed;
                self.ensure(2)?;
            }
            let b = self.at(0);
            let is_end = match CLASS[usize::from(b)] & mask {
                BLANK_OR_BREAK => b < 0x80 || break_width(self.text, self.pos) != 0,
                COLON => self.is_blankz(1),
                FLOW => true,
                _ => continue,
            };
            if is_end {
                return Ok(());
            }
            self.skip();
            self.ensure(2)?;
        }
    }

    /// Passes blanks and breaks; tabs may not stand in for the indentation of a further line.
    fn plain_blanks(&mut self, fold: &mut Option<LineBreak>, indent: i32) -> Scan<()> {
        loop {
            if self.free {
                self.pass_spaces();
            }
            if self.is_blank(0) {
                let tab = self.at(0) == b'\t' && fold.is_some();
                if tab && i64::from(self.column()) < i64::from(indent) {
                    return self.fail("found a tab character that violates indentation");
                }
                self.pos += 1;
            } else if self.is_break(0) {
                self.ensure(2)?;
                self.fold_break(fold);
            } else {
                return Ok(());
            }
            self.ensure(1)?;
        }
    }

    /// Appends a run of content, with what the blanks and breaks before it fold to.
    fn join(&mut self, content: &mut Content, run: Range<usize>, fold: Option<LineBreak>) {
        let text = self.text;
        if let Some(first) = fold {
            if content.owned.is_none() {
                content.owned = Some(self.arena.len());
                let head = text.get(content.start..content.end).unwrap_or_default();
                self.arena.extend_from_slice(head);
            }
            self.push_folded(first);
            self.arena
                .extend_from_slice(text.get(run.clone()).unwrap_or_default());
        } else if content.owned.is_some() {
            self.arena
                .extend_from_slice(text.get(content.end..run.end).unwrap_or_default());
        }
        content.end = run.end;
    }
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    /// A carriage return anywhere makes the scanner go word by word, even in a comment at the end.
    fn check(text: &str) {
        let read = |text: &str| crate::decode(text.as_bytes(), FileId::NONE);
        let (by_line, by_word) = (read(text), read(&format!("{text}\n#\r")));
        match (by_line, by_word) {
            (Ok(by_line), Ok(by_word)) => assert_eq!(by_line, by_word, "{text:?}"),
            (Err(by_line), Err(by_word)) => assert_eq!(by_line.text(), by_word.text(), "{text:?}"),
            (by_line, by_word) => panic!("{text:?}: {by_line:?}, {by_word:?}"),
        }
    }

    #[test]
    fn lines_are_read_as_their_words_are() {
        for text in [
            "a: b",
            "a : b",
            "a\t:\tb",
            "a b:c#d: e:f #g",
            "a:\n  b c \n  d  #e\n  f: g",
            "a: b\n  c\n\n  d: e",
            "a: b\n\tc",
            "a: b: c",
            "a: b:",
            "a:\n- b: c\n  d:\n  - e\n- f",
            "a\nb: c",
            "- a\n  b\n- c :d\n- :e: f",
            "a: é ü : ö",
            "a b: &x c d\ne: *x",
            "a: 1\n   b: 2",
            "a\n#b\nc: d",
        ] {
            check(text);
        }
    }

    #[test]
    fn keys_are_at_most_1024_long() {
        for length in [1022, 1023, 1024, 1025, 1026] {
            check(&format!("{}: b", "a".repeat(length)));
            check(&format!("{}: b", "é".repeat(length)));
            check(&format!("x: y\n{} : b", "a".repeat(length)));
        }
    }
}
