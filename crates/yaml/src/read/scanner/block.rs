//! Block scalars: literal and folded.

use super::{LineBreak, ScalarStyle, Scan, Scanner, offset};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

impl Scanner<'_> {
    pub(super) fn fetch_block_scalar(&mut self, literal: bool) -> Scan<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        let start = self.mark();
        self.pos += 1;
        let (chomping, increment) = self.block_header()?;
        let mut indent = match increment {
            Some(by) => u32::try_from(self.indent).unwrap_or(0) + by,
            None => 0,
        };
        let from = self.arena.len();
        self.breaks.clear();
        let mut end = self.block_breaks(&mut indent)?;
        self.ensure(1)?;
        let mut last_break: Option<LineBreak> = None;
        let mut leading_blank = false;
        while self.column() == indent && self.at(0) != 0 {
            let blank = self.is_blank(0);
            let folds = !literal && !leading_blank && !blank;
            match last_break.take() {
                Some(LineBreak::Feed) if folds && self.breaks.is_empty() => self.arena.push(b' '),
                Some(LineBreak::Feed) if folds => {}
                Some(other) => self.arena.extend_from_slice(other.bytes()),
                None => {}
            }
            self.arena.append(&mut self.breaks);
            leading_blank = blank;
            self.block_line()?;
            self.ensure(2)?;
            last_break = self.is_break(0).then(|| self.read_line());
            end = self.block_breaks(&mut indent)?;
        }
        if chomping != Chomping::Strip
            && let Some(last) = last_break
        {
            self.arena.extend_from_slice(last.bytes());
        }
        if chomping == Chomping::Keep {
            self.arena.append(&mut self.breaks);
        }
        let style = if literal {
            ScalarStyle::Literal
        } else {
            ScalarStyle::Folded
        };
        let text = self.arena_text(from);
        self.push_scalar(text, style, start, end);
        Ok(())
    }

    /// The indicators behind `|` or `>`, a comment, and the line break.
    fn block_header(&mut self) -> Scan<(Chomping, Option<u32>)> {
        self.ensure(1)?;
        let mut chomping = self.chomping();
        if chomping.is_some() {
            self.ensure(1)?;
        }
        let increment = self.indentation_indicator()?;
        if increment.is_some() && chomping.is_none() {
            self.ensure(1)?;
            chomping = self.chomping();
        }
        self.ensure(1)?;
        while self.is_blank(0) {
            self.pos += 1;
            self.ensure(1)?;
        }
        if self.at(0) == b'#' {
            self.skip_to_break()?;
        }
        if !self.is_breakz(0) {
            return self.fail("did not find expected comment or line break");
        }
        if self.is_break(0) {
            self.ensure(2)?;
            self.skip_line();
        }
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.at(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return None,
        };
        self.pos += 1;
        Some(chomping)
    }

    fn indentation_indicator(&mut self) -> Scan<Option<u32>> {
        let digit = self.at(0);
        if !digit.is_ascii_digit() {
            return Ok(None);
        }
        if digit == b'0' {
            return self.fail("found an indentation indicator equal to 0");
        }
        self.pos += 1;
        Ok(Some(u32::from(digit - b'0')))
    }

    /// Copies the rest of the line.
    fn block_line(&mut self) -> Scan<()> {
        while !self.is_breakz(0) {
            let from = self.pos;
            self.pos = self.line_end(self.run_limit());
            let text = self.text;
            self.arena
                .extend_from_slice(text.get(from..self.pos).unwrap_or_default());
            self.ensure(1)?;
        }
        Ok(())
    }

    /// Passes indentation and empty lines; the breaks of the latter are kept. Settles the indentation
    /// if it is still 0. Returns where the scalar ends if nothing follows.
    fn block_breaks(&mut self, indent: &mut u32) -> Scan<usize> {
        let mut end = self.pos;
        let mut deepest = 0;
        loop {
            self.ensure(1)?;
            let mut column = self.column();
            if self.free {
                let wanted = match *indent {
                    0 => u32::MAX,
                    indent => indent.saturating_sub(column),
                };
                let from = self.pos;
                self.pass_spaces();
                self.pos = self.pos.min(from + wanted as usize);
                column += offset(self.pos - from);
            }
            while (*indent == 0 || column < *indent) && self.at(0) == b' ' {
                self.pos += 1;
                column += 1;
                self.ensure(1)?;
            }
            deepest = deepest.max(column);
            if (*indent == 0 || column < *indent) && self.at(0) == b'\t' {
                return self.fail("found a tab character where an indentation space is expected");
            }
            if !self.is_break(0) {
                break;
            }
            self.ensure(2)?;
            let passed = self.read_line();
            self.breaks.extend_from_slice(passed.bytes());
            end = self.pos;
        }
        if *indent == 0 {
            let parent = u32::try_from(self.indent + 1).unwrap_or(0);
            *indent = deepest.max(parent).max(1);
        }
        Ok(end)
    }
}
