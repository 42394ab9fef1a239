//! Pieces of text that are laid out in lines.

use std::fmt::Write;

use crate::paint::{Style, harmless};

/// What stands between two pieces on a line.
const GAP: &str = "  ";

/// Lines that fill as pieces come. A piece that does not fit goes to the next line as a whole.
pub(super) struct Flow {
    text: String,
    width: usize,
    /// How far the lines after the first are indented.
    hanging: usize,
    /// How many characters the last line has.
    column: usize,
    is_empty: bool,
}

impl Flow {
    /// A first line that is indented, and others that are indented further.
    pub(super) fn new(indent: usize, hanging: usize, width: usize) -> Flow {
        Flow {
            text: " ".repeat(indent),
            width,
            hanging,
            column: indent,
            is_empty: true,
        }
    }

    /// How many characters the longest piece may have that is not too long for a line of its own.
    pub(super) fn room(&self) -> usize {
        self.width.saturating_sub(self.hanging)
    }

    /// How many characters are left on the line.
    pub(super) fn left(&self) -> usize {
        self.width.saturating_sub(self.column)
    }

    /// A piece that is not broken. Control characters of others are taken out.
    pub(super) fn piece(&mut self, text: &str, style: Option<Style>) -> &mut Flow {
        self.add(text, style, GAP)
    }

    /// A piece that belongs to the one before it.
    pub(super) fn joined(&mut self, text: &str, style: Option<Style>) -> &mut Flow {
        self.add(text, style, "")
    }

    /// Text that is broken at spaces.
    pub(super) fn words(&mut self, text: &str, style: Option<Style>) -> &mut Flow {
        self.sentence(text, style, GAP)
    }

    /// The same, as what the piece before it goes on with.
    pub(super) fn more_words(&mut self, text: &str, style: Option<Style>) -> &mut Flow {
        self.sentence(text, style, " ")
    }

    fn sentence(&mut self, text: &str, style: Option<Style>, gap: &str) -> &mut Flow {
        let mut gap = gap;
        for word in text.split_whitespace() {
            self.add(word, style, gap);
            gap = " ";
        }
        self
    }

    /// Goes to the next line.
    pub(super) fn next(&mut self) -> &mut Flow {
        if !self.is_empty {
            self.text.push('\n');
            self.text.push_str(&" ".repeat(self.hanging));
            self.column = self.hanging;
            self.is_empty = true;
        }
        self
    }

    fn add(&mut self, text: &str, style: Option<Style>, gap: &str) -> &mut Flow {
        let text = harmless(text).replace(['\n', '\t'], " ");
        let length = text.chars().count();
        if length == 0 {
            return self;
        }
        if self.is_empty {
            self.is_empty = false;
        } else if self.column + gap.len() + length <= self.width || gap.is_empty() {
            self.text.push_str(gap);
            self.column += gap.len();
        } else {
            self.next();
            self.is_empty = false;
        }
        // Writing to a string does not fail.
        let _ = match style {
            Some(style) => write!(self.text, "{}", style.paint(&text)),
            None => write!(self.text, "{text}"),
        };
        self.column += length;
        self
    }

    /// The lines, ended.
    pub(super) fn end(mut self) -> String {
        self.text.push('\n');
        self.text
    }
}
