//! Why text is not YAML, with go-yaml's wording and its way to count lines.

use evenkeel_diagnostics::{FileId, Span};

use super::token::Mark;
use crate::{Error, ErrorKind};

/// A failure of the reader, the scanner or the parser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    problem: &'static str,
    /// The line that go-yaml names; 0 if it names none.
    line: u32,
    offset: u32,
}

impl Fault {
    /// A bad character: go-yaml names no place.
    pub(crate) fn reader(problem: &'static str, offset: u32) -> Box<Fault> {
        Box::new(Fault {
            problem,
            line: 0,
            offset,
        })
    }

    /// A failure of the scanner at `at`; on the first line go-yaml takes the problem for unlocated and
    /// falls back to the line (counted from 0) of the context, which is never a later one.
    pub(crate) fn scanner(problem: &'static str, at: Mark) -> Box<Fault> {
        let line = if at.line == 0 { 0 } else { at.line + 1 };
        Box::new(Fault {
            problem,
            line,
            offset: at.offset,
        })
    }

    /// A failure of the parser at `at`: its lines are counted from 0.
    pub(crate) fn parser(problem: &'static str, at: Mark) -> Box<Fault> {
        Box::new(Fault {
            problem,
            line: at.line,
            offset: at.offset,
        })
    }

    /// `parser.fail` of go-yaml, for text that begins at the offset `base` of the file.
    pub(crate) fn into_error(self, file: FileId, base: u32) -> Error {
        let text = if self.line == 0 {
            format!("yaml: {}", self.problem)
        } else {
            format!("yaml: line {}: {}", self.line, self.problem)
        };
        let at = base.saturating_add(self.offset);
        Error::new(ErrorKind::Syntax, text).at(Span::new(file, at, at))
    }
}
