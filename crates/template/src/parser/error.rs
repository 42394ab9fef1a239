//! Parse errors and how they are worded.

use evenkeel_diagnostics::{FileId, Span};
use evenkeel_value::number;

use super::{Parsed, Parser, line};
use crate::token::{Item, Tok};
use crate::{Error, ErrorKind};

/// Why a text does not parse. The text's name comes in only when the error is shown, because an
/// [`Ast`](crate::Ast) has none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    message: String,
    line: u32,
    offset: u32,
    /// Words and the line of the action that the error lies in, where that is another line.
    started: Option<(&'static str, u32)>,
    budget: bool,
}

impl ParseError {
    pub(super) fn at_start(message: &str) -> ParseError {
        ParseError {
            message: message.to_owned(),
            line: 1,
            offset: 0,
            started: None,
            budget: true,
        }
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The line of the token that the parser stopped at, from 1.
    pub fn line(&self) -> u32 {
        self.line
    }

    /// The offset of that token.
    pub fn offset(&self) -> u32 {
        self.offset
    }

    /// Go's text for a template of this name: `template: name:line: message`.
    pub fn text(&self, name: &str) -> String {
        let mut text = format!("template: {name}:{}: {}", self.line, self.message);
        if let Some((words, line)) = self.started {
            text.push_str(&format!("{words} {name}:{line}"));
        }
        text
    }

    /// The error of a template of this name in this file.
    pub fn named(&self, name: &str, file: FileId) -> Error {
        let kind = if self.budget {
            ErrorKind::Budget
        } else {
            ErrorKind::Parse
        };
        Error::of(kind, self.text(name)).at(Span::new(file, self.offset, self.offset), None)
    }
}

/// Go's message where one text defines a template twice.
pub(crate) fn multiple_definition(name: &[u8]) -> String {
    format!(
        "template: multiple definition of template {}",
        number::quote(name)
    )
}

impl Parser<'_> {
    #[cold]
    fn error(&self, message: impl Into<String>) -> Box<ParseError> {
        let offset = self.state.token[0].start;
        Box::new(ParseError {
            message: message.into(),
            line: line(self.input, offset),
            offset,
            started: None,
            budget: false,
        })
    }

    pub(super) fn fail<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(self.error(message))
    }

    pub(super) fn fail_budget<T>(&self, message: &str) -> Parsed<T> {
        let mut error = self.error(message);
        error.budget = true;
        Err(error)
    }

    /// The token must not stand here (`Tree.unexpected`); of a token that is none, the scanner's message.
    pub(super) fn unexpected<T>(&self, token: Item, context: &str) -> Parsed<T> {
        if token.tok != Tok::Error {
            return self.fail(format!(
                "unexpected {} in {context}",
                token.describe(self.input)
            ));
        }
        let mut error = self.error(self.lexer.error());
        let started = self.state.action.map(|from| line(self.input, from));
        if let Some(started) = started
            && started != line(self.input, token.start)
        {
            let words = " in action started at";
            let ends_with_action = error.message.ends_with(" action");
            let words = if ends_with_action {
                &words[" in action".len()..]
            } else {
                words
            };
            error.started = Some((words, started));
        }
        Err(error)
    }
}
