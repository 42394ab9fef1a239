//! Simple keys (those without `?`) and indentation.

use super::{MAX_DEPTH, MAX_KEY, Mark, Scan, Scanner, SimpleKey, Token, TokenKind};

impl Scanner<'_> {
    pub(super) fn is_key_valid(&mut self, level: usize) -> Scan<bool> {
        let Some(&key) = self.simple_keys.get(level) else {
            return Ok(false);
        };
        if !key.possible {
            return Ok(false);
        }
        // A key is on one line; on the same line, columns differ by as much as indices.
        if key.mark.line < self.line || key.column.saturating_add(MAX_KEY as u32) < self.column() {
            if key.required {
                return self.fail("could not find expected ':'");
            }
            self.forget_key(level);
            return Ok(false);
        }
        Ok(true)
    }

    pub(super) fn forget_key(&mut self, level: usize) {
        if let Some(key) = self.simple_keys.get_mut(level) {
            key.possible = false;
        }
    }

    /// Notes that a key may start here.
    pub(super) fn save_simple_key(&mut self) -> Scan<()> {
        if !self.simple_key_allowed {
            return Ok(());
        }
        let column = self.column();
        let required = self.flow_level == 0 && i64::from(self.indent) == i64::from(column);
        let token = self.queue.total();
        self.remove_simple_key()?;
        let level = self.simple_keys.len().saturating_sub(1);
        let mark = self.mark();
        if let Some(key) = self.simple_keys.last_mut() {
            *key = SimpleKey {
                possible: true,
                required,
                token,
                column,
                mark,
            };
        }
        self.keys_by_token.insert(token, level);
        Ok(())
    }

    pub(super) fn remove_simple_key(&mut self) -> Scan<()> {
        let Some(&key) = self.simple_keys.last() else {
            return Ok(());
        };
        if key.possible {
            if key.required {
                return self.fail("could not find expected ':'");
            }
            self.forget_key(self.simple_keys.len() - 1);
            self.keys_by_token.remove(key.token);
        }
        Ok(())
    }

    /// Opens a block collection if `column` is deeper than the current one. The token goes before the
    /// token with the number `before`, or to the end.
    pub(super) fn roll_indent(
        &mut self,
        column: u32,
        before: Option<usize>,
        kind: TokenKind,
        mark: Mark,
    ) -> Scan<()> {
        if self.flow_level > 0 || i64::from(self.indent) >= i64::from(column) {
            return Ok(());
        }
        self.indents.push(self.indent);
        self.indent = i32::try_from(column).unwrap_or(i32::MAX);
        if self.indents.len() > MAX_DEPTH {
            return self.fail("exceeded max depth of 10000");
        }
        let token = Token::new(kind, mark, mark.offset);
        match before {
            Some(number) => self.queue.insert(number, token),
            None => self.queue.push(token),
        }
        Ok(())
    }

    pub(super) fn unroll_indent(&mut self, column: i64) {
        if self.flow_level > 0 {
            return;
        }
        while i64::from(self.indent) > column {
            let mark = self.mark();
            self.push(TokenKind::BlockEnd, mark);
            self.indent = self.indents.pop().unwrap_or(-1);
        }
    }
}
