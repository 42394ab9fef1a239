//! Tags, anchors and aliases.

use super::{Scan, Scanner, TagParts, Text, Token, TokenKind, is_word, offset, width};

impl Scanner<'_> {
    pub(super) fn fetch_anchor(&mut self, alias: bool) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        self.pos += 1;
        let from = self.pos;
        self.pass_word()?;
        let ends = self.is_blankz(0)
            || matches!(
                self.at(0),
                b'?' | b':' | b',' | b']' | b'}' | b'%' | b'@' | b'`'
            );
        if self.pos == from || !ends {
            return self.fail("did not find expected alphabetic or numeric character");
        }
        let kind = if alias {
            TokenKind::Alias
        } else {
            TokenKind::Anchor
        };
        let token = Token::new(kind, start, offset(self.pos));
        self.queue.push(Token {
            text: Text::source(from, self.pos),
            ..token
        });
        Ok(())
    }

    pub(super) fn fetch_tag(&mut self) -> Scan<()> {
        self.save_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        self.ensure(2)?;
        let parts = if self.at(1) == b'<' {
            self.verbatim_tag()?
        } else {
            self.short_tag()?
        };
        self.ensure(1)?;
        if !self.is_blankz(0) {
            return self.fail("did not find expected whitespace or line break");
        }
        let detail = self.keep_tag(parts);
        let token = Token::new(TokenKind::Tag, start, offset(self.pos));
        self.queue.push(Token { detail, ..token });
        Ok(())
    }

    /// `!<uri>`: a tag without a handle.
    fn verbatim_tag(&mut self) -> Scan<TagParts> {
        self.pos += 2;
        let rest = self.tag_uri(&[])?;
        if self.at(0) != b'>' {
            return self.fail("did not find the expected '>'");
        }
        self.pos += 1;
        Ok(TagParts {
            handle: Vec::new(),
            rest,
        })
    }

    /// `!suffix` or `!handle!suffix`; a lone `!` is a suffix without a handle.
    fn short_tag(&mut self) -> Scan<TagParts> {
        let handle = self.tag_handle(false)?;
        if handle.len() > 1 && handle.ends_with(b"!") {
            let rest = self.tag_uri(&[])?;
            return Ok(TagParts { handle, rest });
        }
        let rest = self.tag_uri(&handle)?;
        if rest.is_empty() {
            return Ok(TagParts {
                handle: Vec::new(),
                rest: b"!".to_vec(),
            });
        }
        Ok(TagParts {
            handle: b"!".to_vec(),
            rest,
        })
    }

    /// `!`, and a word with a second `!` if there is one. In a directive the second one must be there.
    pub(super) fn tag_handle(&mut self, directive: bool) -> Scan<Vec<u8>> {
        self.ensure(1)?;
        if self.at(0) != b'!' {
            return self.fail("did not find expected '!'");
        }
        let from = self.pos;
        self.pos += 1;
        self.pass_word()?;
        if self.at(0) == b'!' {
            self.pos += 1;
        } else if directive && self.pos > from + 1 {
            return self.fail("did not find expected '!'");
        }
        Ok(self.text.get(from..self.pos).unwrap_or_default().to_vec())
    }

    /// The URI of a tag. It begins with what `head` holds behind its `!`.
    pub(super) fn tag_uri(&mut self, head: &[u8]) -> Scan<Vec<u8>> {
        let mut uri = head.get(1..).unwrap_or_default().to_vec();
        let mut found = !head.is_empty();
        self.ensure(1)?;
        loop {
            match self.at(0) {
                b'%' => self.uri_escapes(&mut uri)?,
                b if is_uri(b) => {
                    uri.push(b);
                    self.pos += 1;
                }
                _ => break,
            }
            self.ensure(1)?;
            found = true;
        }
        if !found {
            return self.fail("did not find expected tag URI");
        }
        Ok(uri)
    }

    /// The escaped octets of one character.
    fn uri_escapes(&mut self, uri: &mut Vec<u8>) -> Scan<()> {
        let mut left = None;
        while left != Some(0) {
            self.ensure(3)?;
            let hex = |ahead| char::from(self.at(ahead)).to_digit(16);
            let (b'%', Some(high), Some(low)) = (self.at(0), hex(1), hex(2)) else {
                return self.fail("did not find URI escaped octet");
            };
            let octet = u8::try_from(high * 16 + low).unwrap_or_default();
            left = match left {
                Some(left) if octet & 0xC0 == 0x80 => Some(left - 1),
                Some(_) => return self.fail("found an incorrect trailing UTF-8 octet"),
                None if matches!(octet, 0x80..=0xBF | 0xF8..) => {
                    return self.fail("found an incorrect leading UTF-8 octet");
                }
                None => Some(width(octet) - 1),
            };
            uri.push(octet);
            self.pos += 3;
        }
        Ok(())
    }
}

fn is_uri(b: u8) -> bool {
    is_word(b) || b";/?:@&=+$,.!~*'()[]".contains(&b)
}
