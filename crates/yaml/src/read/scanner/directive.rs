//! Directives: `%YAML` and `%TAG`.

use super::{Scan, Scanner, TagParts, Token, TokenKind, is_word, offset};

impl<'a> Scanner<'a> {
    pub(super) fn fetch_directive(&mut self) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        self.pos += 1;
        let name = self.directive_name()?;
        let (kind, detail) = match name {
            b"YAML" => (TokenKind::VersionDirective, self.version_directive()?),
            b"TAG" => (TokenKind::TagDirective, self.tag_directive()?),
            _ => return self.fail("found unknown directive name"),
        };
        let token = Token {
            detail,
            ..Token::new(kind, start, offset(self.pos))
        };
        self.directive_end()?;
        self.queue.push(token);
        Ok(())
    }

    fn directive_name(&mut self) -> Scan<&'a [u8]> {
        let from = self.pos;
        self.pass_word()?;
        if self.pos == from {
            return self.fail("could not find expected directive name");
        }
        if !self.is_blankz(0) {
            return self.fail("found unexpected non-alphabetical character");
        }
        Ok(self.text.get(from..self.pos).unwrap_or_default())
    }

    /// Passes letters, digits, `_` and `-`.
    pub(super) fn pass_word(&mut self) -> Scan<()> {
        self.ensure(1)?;
        while is_word(self.at(0)) {
            self.pos += 1;
            self.ensure(1)?;
        }
        Ok(())
    }

    fn pass_blanks(&mut self) -> Scan<()> {
        self.ensure(1)?;
        while self.is_blank(0) {
            self.pos += 1;
            self.ensure(1)?;
        }
        Ok(())
    }

    fn version_directive(&mut self) -> Scan<u32> {
        self.pass_blanks()?;
        let major = self.version_number()?;
        if self.at(0) != b'.' {
            return self.fail("did not find expected digit or '.' character");
        }
        self.pos += 1;
        let minor = self.version_number()?;
        Ok(u32::from((major, minor) == (1, 1)))
    }

    fn version_number(&mut self) -> Scan<u8> {
        self.ensure(1)?;
        let mut value = 0;
        let from = self.pos;
        while self.at(0).is_ascii_digit() {
            if self.pos - from == 2 {
                return self.fail("found extremely long version number");
            }
            value = value * 10 + (self.at(0) - b'0');
            self.pos += 1;
            self.ensure(1)?;
        }
        if self.pos == from {
            return self.fail("did not find expected version number");
        }
        Ok(value)
    }

    fn tag_directive(&mut self) -> Scan<u32> {
        self.pass_blanks()?;
        let handle = self.tag_handle(true)?;
        self.ensure(1)?;
        if !self.is_blank(0) {
            return self.fail("did not find expected whitespace");
        }
        self.pass_blanks()?;
        let rest = self.tag_uri(&[])?;
        self.ensure(1)?;
        if !self.is_blankz(0) {
            return self.fail("did not find expected whitespace or line break");
        }
        Ok(self.keep_tag(TagParts { handle, rest }))
    }

    pub(super) fn keep_tag(&mut self, parts: TagParts) -> u32 {
        self.tags.push(parts);
        offset(self.tags.len() - 1)
    }

    /// The rest of the line, which may be a comment, and the break.
    fn directive_end(&mut self) -> Scan<()> {
        self.pass_blanks()?;
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
        Ok(())
    }
}
