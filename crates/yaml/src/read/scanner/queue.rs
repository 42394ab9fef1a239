//! The queue of tokens that wait for the parser, and which of them may be keys.

use std::collections::VecDeque;

use super::{Mark, Token, TokenKind};

/// Tokens by number: the first one in the queue has the number `parsed`.
#[derive(Default)]
pub(super) struct TokenQueue {
    tokens: VecDeque<Token>,
    parsed: usize,
}

impl TokenQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// How many tokens have left the queue.
    pub(super) fn parsed(&self) -> usize {
        self.parsed
    }

    /// The number that the next appended token gets.
    pub(super) fn total(&self) -> usize {
        self.parsed + self.tokens.len()
    }

    pub(super) fn front(&self) -> Token {
        let end = Token { kind: TokenKind::StreamEnd, start: Mark::default(), end: 0 };
        self.tokens.front().copied().unwrap_or(end)
    }

    pub(super) fn pop(&mut self) {
        self.tokens.pop_front();
        self.parsed += 1;
    }

    pub(super) fn push(&mut self, token: Token) {
        self.tokens.push_back(token);
    }

    /// Puts `token` before the one with the number `number`. If that one has left the queue already,
    /// the token goes to the end, as `yaml_insert_token` does with a negative position.
    pub(super) fn insert(&mut self, number: usize, token: Token) {
        match number.checked_sub(self.parsed) {
            Some(at) if at <= self.tokens.len() => self.tokens.insert(at, token),
            _ => self.tokens.push_back(token),
        }
    }
}

/// Flow levels by the number of the token that may be their key (`simple_keys_by_tok`).
///
/// Numbers are only ever added in rising order, so the entries are kept sorted.
#[derive(Default)]
pub(super) struct KeyTable {
    entries: VecDeque<(usize, usize)>,
}

impl KeyTable {
    /// The level of the token `number`, which is never smaller than in the call before.
    pub(super) fn get(&mut self, number: usize) -> Option<usize> {
        while let Some(&(first, level)) = self.entries.front() {
            if first >= number {
                return (first == number).then_some(level);
            }
            self.entries.pop_front();
        }
        None
    }

    pub(super) fn insert(&mut self, number: usize, level: usize) {
        self.remove(number);
        self.entries.push_back((number, level));
    }

    pub(super) fn remove(&mut self, number: usize) {
        if let Some(at) = self.entries.iter().rposition(|&(n, _)| n <= number)
            && self.entries.get(at).is_some_and(|&(n, _)| n == number)
        {
            self.entries.remove(at);
        }
    }
}
