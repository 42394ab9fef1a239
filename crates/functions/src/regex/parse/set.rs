//! What stands between brackets.

use memchr::memmem;
use regex_syntax::hir::ClassUnicode;

use super::{Outcome, Parser, error};
use crate::regex::class::{fold_case, posix, range};

impl<'p> Parser<'p> {
    /// `[…]`, the rest starting with the bracket.
    pub(super) fn bracketed(&mut self) -> Outcome<ClassUnicode> {
        let whole = self.rest;
        self.advance(1);
        let negated = self.rest.first() == Some(&b'^');
        if negated {
            self.advance(1);
        }
        let mut set = ClassUnicode::empty();
        let mut first = true;
        while first || self.rest.first() != Some(&b']') {
            first = false;
            let part = self.member(whole)?;
            set.union(&part);
        }
        self.advance(1);
        if negated {
            set.negate();
        }
        Ok(set)
    }

    fn member(&mut self, whole: &'p [u8]) -> Outcome<ClassUnicode> {
        if let Some(set) = self.posix_class()? {
            return Ok(set);
        }
        if let Some(set) = self.unicode_class()? {
            return Ok(set);
        }
        match self.perl_class() {
            Some(set) => Ok(set),
            None => self.span(whole),
        }
    }

    /// `[:alpha:]`, if that is what comes.
    fn posix_class(&mut self) -> Outcome<Option<ClassUnicode>> {
        let [b'[', b':', after @ ..] = self.rest else {
            return Ok(None);
        };
        let Some(end) = memmem::find(after, b":]") else {
            return Ok(None);
        };
        let (name, start) = (after.get(..end).unwrap_or_default(), self.rest);
        self.advance(end + 4);
        match posix(name, self.flags.fold) {
            Some(set) => Ok(Some(set)),
            None => Err(error("invalid character class range", self.taken(start))),
        }
    }

    /// One character or a range.
    fn span(&mut self, whole: &'p [u8]) -> Outcome<ClassUnicode> {
        let start = self.rest;
        let low = self.class_char(whole)?;
        let mut high = low;
        // A dash before the closing bracket is a literal.
        if let [b'-', after, ..] = self.rest
            && *after != b']'
        {
            self.advance(1);
            high = self.class_char(whole)?;
            if high < low {
                return Err(error("invalid character class range", self.taken(start)));
            }
        }
        let mut set = range(low, high);
        if self.flags.fold {
            fold_case(&mut set);
        }
        Ok(set)
    }

    fn class_char(&mut self, whole: &'p [u8]) -> Outcome<u32> {
        match self.rest {
            [] => Err(error("missing closing ]", whole)),
            [b'\\', ..] => self.escape(),
            _ => self.next_rune().map(u32::from),
        }
    }
}
