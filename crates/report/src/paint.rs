//! Colours of output. They are always written; the program takes them out again where nobody sees them.

use std::fmt;

/// A colour or weight of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// More weight.
    Bold,
    /// Less weight.
    Dim,
    /// What is wrong, or gone.
    Red,
    /// What is in order, or new.
    Green,
    /// What may be wrong.
    Yellow,
    /// What leads to something else.
    Cyan,
}

impl Style {
    /// The text in this style.
    pub fn paint<T: fmt::Display>(self, text: T) -> Painted<T> {
        Painted { style: self, text }
    }

    /// The parameter of "select graphic rendition" (ECMA-48).
    fn code(self) -> u8 {
        match self {
            Style::Bold => 1,
            Style::Dim => 2,
            Style::Red => 31,
            Style::Green => 32,
            Style::Yellow => 33,
            Style::Cyan => 36,
        }
    }
}

/// Text in a style.
pub struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: fmt::Display> fmt::Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\x1b[{}m{}\x1b[0m", self.style.code(), self.text)
    }
}

/// Text of others without what a terminal would obey.
pub fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\n' | '\t' => c,
            c if c.is_control() => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}
