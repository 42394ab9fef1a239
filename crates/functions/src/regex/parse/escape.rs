//! What starts with a backslash.

use regex_syntax::hir::{Class, ClassUnicode, Hir, Look};

use super::{Node, Outcome, Parser, check_utf8, error};
use crate::regex::class;

impl Parser<'_> {
    /// An escape outside of brackets.
    pub(super) fn escaped(&mut self) -> Outcome<()> {
        match self.rest {
            [_, b'A', ..] => return self.look(2, Look::Start),
            [_, b'z', ..] => return self.look(2, Look::End),
            [_, b'b', ..] => return self.look(2, Look::WordAscii),
            [_, b'B', ..] => return self.look(2, Look::WordAsciiNegate),
            [_, b'C', ..] => return Err(error("invalid escape sequence", br"\C")),
            [_, b'Q', ..] => return self.quoted(),
            _ => {}
        }
        let set = match self.unicode_class()? {
            Some(set) => Some(set),
            None => self.perl_class(),
        };
        match set {
            Some(set) => self.push(Node::leaf(Hir::class(Class::Unicode(set)))),
            None => {
                let code = self.escape()?;
                self.code_point(code)
            }
        }
    }

    /// `\Q…\E`: literals; without the end, up to the end of the expression.
    fn quoted(&mut self) -> Outcome<()> {
        self.advance(2);
        loop {
            match self.rest {
                [] => return Ok(()),
                [b'\\', b'E', ..] => {
                    self.advance(2);
                    return Ok(());
                }
                _ => {
                    let c = self.next_rune()?;
                    self.literal(c)?;
                }
            }
        }
    }

    /// `\d` and its like, if that is what comes.
    pub(super) fn perl_class(&mut self) -> Option<ClassUnicode> {
        let [b'\\', letter, ..] = self.rest else {
            return None;
        };
        let set = class::perl(*letter, self.flags.fold)?;
        self.advance(2);
        Some(set)
    }

    /// `\pN`, `\p{Greek}` and their negations, if that is what comes.
    pub(super) fn unicode_class(&mut self) -> Outcome<Option<ClassUnicode>> {
        let start = self.rest;
        let [b'\\', letter @ (b'p' | b'P'), ..] = start else {
            return Ok(None);
        };
        self.advance(2);
        let name = if self.rest.first() == Some(&b'{') {
            let Some(end) = start.iter().position(|byte| *byte == b'}') else {
                check_utf8(start)?;
                return Err(error("invalid character class range", start));
            };
            self.rest = start.get(end + 1..).unwrap_or_default();
            start.get(3..end).unwrap_or_default()
        } else {
            self.next_rune()?;
            self.taken(start).get(2..).unwrap_or_default()
        };
        check_utf8(name)?;
        let (inverted, name) = match name {
            [b'^', rest @ ..] => (true, rest),
            name => (false, name),
        };
        let negated = (*letter == b'P') != inverted;
        match class::unicode(&String::from_utf8_lossy(name), negated, self.flags.fold) {
            Some(set) => Ok(Some(set)),
            None => Err(error("invalid character class range", self.taken(start))),
        }
    }

    /// A single character's escape: punctuation, octal, hexadecimal or a letter of C.
    pub(super) fn escape(&mut self) -> Outcome<u32> {
        let start = self.rest;
        self.advance(1);
        if self.rest.is_empty() {
            return Err(error("trailing backslash at end of expression", b""));
        }
        let code = match self.next_rune()? {
            c @ '0'..='7' => self.octal(c),
            'x' => self.hexadecimal()?,
            'a' => Some(0x07),
            'f' => Some(0x0c),
            'n' => Some(0x0a),
            'r' => Some(0x0d),
            't' => Some(0x09),
            'v' => Some(0x0b),
            c if c.is_ascii() && !c.is_ascii_alphanumeric() => Some(u32::from(c)),
            _ => None,
        };
        code.ok_or_else(|| error("invalid escape sequence", self.taken(start)))
    }

    /// Up to three digits; a single one other than 0 would be a reference back, which there is none of.
    fn octal(&mut self, first: char) -> Option<u32> {
        let mut code = first.to_digit(8)?;
        if first != '0' && !matches!(self.rest, [b'0'..=b'7', ..]) {
            return None;
        }
        for _ in 0..2 {
            let [digit @ b'0'..=b'7', ..] = self.rest else {
                break;
            };
            code = code * 8 + u32::from(digit - b'0');
            self.advance(1);
        }
        Some(code)
    }

    /// `\x7F` or `\x{10FFFF}`.
    fn hexadecimal(&mut self) -> Outcome<Option<u32>> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let first = self.next_rune()?;
        if first != '{' {
            let second = self.next_rune()?;
            let digits = first.to_digit(16).zip(second.to_digit(16));
            return Ok(digits.map(|(high, low)| high * 16 + low));
        }
        let (mut code, mut digits) = (0, 0);
        while !self.rest.is_empty() {
            let c = self.next_rune()?;
            if c == '}' {
                return Ok((digits > 0).then_some(code));
            }
            let Some(digit) = c.to_digit(16) else { break };
            code = code * 16 + digit;
            digits += 1;
            if code > 0x10_ffff {
                break;
            }
        }
        Ok(None)
    }
}
