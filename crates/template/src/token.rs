//! What the lexer hands to the parser.

use evenkeel_value::number;

/// The kinds of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tok {
    Error,
    Bool,
    /// A printable ASCII character that means nothing by itself, such as a comma.
    Char,
    CharConstant,
    Complex,
    /// `=`
    Assign,
    /// `:=`
    Declare,
    Eof,
    Field,
    Identifier,
    LeftDelim,
    LeftParen,
    Number,
    Pipe,
    RawString,
    RightDelim,
    RightParen,
    Space,
    String,
    Text,
    Variable,
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Tok {
    /// The keyword that a word is.
    pub(crate) fn keyword(word: &[u8]) -> Option<Tok> {
        Some(match word {
            b"." => Tok::Dot,
            b"block" => Tok::Block,
            b"break" => Tok::Break,
            b"continue" => Tok::Continue,
            b"define" => Tok::Define,
            b"else" => Tok::Else,
            b"end" => Tok::End,
            b"if" => Tok::If,
            b"range" => Tok::Range,
            b"nil" => Tok::Nil,
            b"template" => Tok::Template,
            b"with" => Tok::With,
            _ => return None,
        })
    }

    fn is_keyword(self) -> bool {
        use Tok::{Block, Break, Continue, Define, Dot, Else, End, If, Nil, Range, Template, With};
        matches!(
            self,
            Block
                | Break
                | Continue
                | Dot
                | Define
                | Else
                | End
                | If
                | Nil
                | Range
                | Template
                | With
        )
    }
}

/// One token: where it stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Item {
    pub(crate) tok: Tok,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Item {
    /// The token that a parser starts with, before it has read any.
    pub(crate) const NONE: Item = Item {
        tok: Tok::Error,
        start: 0,
        end: 0,
    };

    /// Its bytes.
    pub(crate) fn text<'t>(&self, input: &'t [u8]) -> &'t [u8] {
        input
            .get(self.start as usize..self.end as usize)
            .unwrap_or_default()
    }

    /// How Go's messages show it (`item.String`), errors excepted.
    pub(crate) fn describe(&self, input: &[u8]) -> String {
        let text = self.text(input);
        match self.tok {
            Tok::Eof => "EOF".to_owned(),
            tok if tok.is_keyword() => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => format!("{}...", number::quote(first_runes(text, 10))),
            _ => number::quote(text),
        }
    }
}

/// The first `count` characters of a text (a byte that is no UTF-8 counts as one).
fn first_runes(text: &[u8], count: usize) -> &[u8] {
    let mut len = 0;
    for _ in 0..count {
        len += number::decode_rune(&text[len..]).1;
    }
    &text[..len]
}
