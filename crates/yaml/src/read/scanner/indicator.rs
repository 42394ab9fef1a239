//! Indicators: the tokens that make the structure.

use super::{
    MAX_DEPTH, Mark, ScalarStyle, Scan, Scanner, SimpleKey, Text, Token, TokenKind, offset,
};

impl Scanner<'_> {
    pub(super) fn push(&mut self, kind: TokenKind, start: Mark) {
        self.queue.push(Token::new(kind, start, offset(self.pos)));
    }

    pub(super) fn push_scalar(&mut self, text: Text, style: ScalarStyle, start: Mark, end: usize) {
        let token = Token::new(TokenKind::Scalar, start, offset(end));
        self.queue.push(Token {
            style,
            text,
            ..token
        });
    }

    /// Passes a one-character indicator and appends its token.
    pub(super) fn push_indicator(&mut self, kind: TokenKind) {
        let start = self.mark();
        self.pos += 1;
        self.push(kind, start);
    }

    pub(super) fn fetch_stream_start(&mut self) -> Scan<()> {
        self.simple_keys.push(SimpleKey {
            possible: false,
            required: false,
            token: 0,
            column: 0,
            mark: Mark::default(),
        });
        self.stream_started = true;
        let start = self.mark();
        self.push(TokenKind::StreamStart, start);
        Ok(())
    }

    pub(super) fn fetch_stream_end(&mut self) -> Scan<()> {
        if self.column() != 0 {
            self.new_line();
        }
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        self.push(TokenKind::StreamEnd, start);
        Ok(())
    }

    pub(super) fn fetch_document_indicator(&mut self, kind: TokenKind) -> Scan<()> {
        self.unroll_indent(-1);
        self.remove_simple_key()?;
        self.simple_key_allowed = false;
        let start = self.mark();
        self.pos += 3;
        self.push(kind, start);
        Ok(())
    }

    pub(super) fn fetch_flow_start(&mut self, kind: TokenKind) -> Scan<()> {
        self.save_simple_key()?;
        let (token, mark, column) = (self.queue.total(), self.mark(), self.column());
        self.simple_keys.push(SimpleKey {
            possible: false,
            required: false,
            token,
            column,
            mark,
        });
        self.flow_level += 1;
        if self.flow_level > MAX_DEPTH {
            return self.fail("exceeded max depth of 10000");
        }
        self.simple_key_allowed = true;
        self.push_indicator(kind);
        Ok(())
    }

    pub(super) fn fetch_flow_end(&mut self, kind: TokenKind) -> Scan<()> {
        self.remove_simple_key()?;
        if self.flow_level > 0 {
            self.flow_level -= 1;
            if let Some(key) = self.simple_keys.pop() {
                self.keys_by_token.remove(key.token);
            }
        }
        self.simple_key_allowed = false;
        self.push_indicator(kind);
        Ok(())
    }

    pub(super) fn fetch_flow_entry(&mut self) -> Scan<()> {
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::FlowEntry);
        Ok(())
    }

    pub(super) fn fetch_block_entry(&mut self) -> Scan<()> {
        // In the flow context the parser reports it, with a better context.
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.fail("block sequence entries are not allowed in this context");
            }
            let (column, mark) = (self.column(), self.mark());
            self.roll_indent(column, None, TokenKind::BlockSequenceStart, mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = true;
        self.push_indicator(TokenKind::BlockEntry);
        Ok(())
    }

    pub(super) fn fetch_key(&mut self) -> Scan<()> {
        if self.flow_level == 0 {
            if !self.simple_key_allowed {
                return self.fail("mapping keys are not allowed in this context");
            }
            let (column, mark) = (self.column(), self.mark());
            self.roll_indent(column, None, TokenKind::BlockMappingStart, mark)?;
        }
        self.remove_simple_key()?;
        self.simple_key_allowed = self.flow_level == 0;
        self.push_indicator(TokenKind::Key);
        Ok(())
    }

    pub(super) fn fetch_value(&mut self) -> Scan<()> {
        let level = self.simple_keys.len().saturating_sub(1);
        if self.is_key_valid(level)? {
            self.insert_simple_key(level)?;
            self.simple_key_allowed = false;
        } else {
            if self.flow_level == 0 {
                if !self.simple_key_allowed {
                    return self.fail("mapping values are not allowed in this context");
                }
                let (column, mark) = (self.column(), self.mark());
                self.roll_indent(column, None, TokenKind::BlockMappingStart, mark)?;
            }
            self.simple_key_allowed = self.flow_level == 0;
        }
        self.push_indicator(TokenKind::Value);
        Ok(())
    }

    /// A `:` follows the possible key of `level`: the tokens that say so go before it.
    pub(super) fn insert_simple_key(&mut self, level: usize) -> Scan<()> {
        let Some(key) = self.simple_keys.get_mut(level) else {
            return Ok(());
        };
        key.possible = false;
        let key = *key;
        let token = Token::new(TokenKind::Key, key.mark, key.mark.offset);
        self.queue.insert(key.token, token);
        self.roll_indent(
            key.column,
            Some(key.token),
            TokenKind::BlockMappingStart,
            key.mark,
        )?;
        self.keys_by_token.remove(key.token);
        Ok(())
    }
}
