//! The queue of tokens that wait for the parser, and which of them may be keys.

use super::{Mark, Token, TokenKind};

/// Tokens by number: the first one in the queue has the number `parsed`.
#[derive(Default)]
pub(super) struct TokenQueue {
    tokens: Vec<Token>,
    /// Where the first one is; those before it have left the queue.
    head: usize,
    parsed: usize,
}

impl TokenQueue {
    pub(super) fn is_empty(&self) -> bool {
        self.head == self.tokens.len()
    }

    /// How many tokens have left the queue.
    pub(super) fn parsed(&self) -> usize {
        self.parsed
    }

    /// The number that the next appended token gets.
    pub(super) fn total(&self) -> usize {
        self.parsed + self.tokens.len() - self.head
    }

    pub(super) fn front(&self) -> Token {
        let end = || Token::new(TokenKind::StreamEnd, Mark::default(), 0);
        self.tokens.get(self.head).copied().unwrap_or_else(end)
    }

    pub(super) fn pop(&mut self) {
        self.parsed += 1;
        self.head += 1;
        if self.head >= self.tokens.len() {
            self.tokens.clear();
            // One free place in front, because keys are put before their scalars.
            self.tokens
                .push(Token::new(TokenKind::Key, Mark::default(), 0));
            self.head = 1;
        }
    }

    pub(super) fn push(&mut self, token: Token) {
        self.tokens.push(token);
    }

    /// Puts `token` before the one with the number `number`. If that one has left the queue already,
    /// the token goes to the end, as `yaml_insert_token` does with a negative position.
    pub(super) fn insert(&mut self, number: usize, token: Token) {
        let Some(at) = number.checked_sub(self.parsed) else {
            return self.push(token);
        };
        if at == 0 && self.head > 0 {
            self.head -= 1;
            if let Some(place) = self.tokens.get_mut(self.head) {
                *place = token;
            }
        } else {
            let at = (self.head + at).min(self.tokens.len());
            self.tokens.insert(at, token);
        }
    }
}

/// Flow levels by the number of the token that may be their key (`simple_keys_by_tok`).
///
/// Numbers are only ever added in rising order, so the entries are kept sorted.
#[derive(Default)]
pub(super) struct KeyTable {
    entries: Vec<(usize, usize)>,
    /// Where the first entry is that may still be asked for.
    head: usize,
}

impl KeyTable {
    /// Whether there is surely no entry.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The level of the token `number`, which is never smaller than in the call before.
    pub(super) fn get(&mut self, number: usize) -> Option<usize> {
        while let Some(&(first, level)) = self.entries.get(self.head) {
            if first >= number {
                return (first == number).then_some(level);
            }
            self.head += 1;
        }
        self.entries.clear();
        self.head = 0;
        None
    }

    pub(super) fn insert(&mut self, number: usize, level: usize) {
        self.remove(number);
        self.entries.push((number, level));
    }

    pub(super) fn remove(&mut self, number: usize) {
        let live = self.entries.get(self.head..).unwrap_or_default();
        if let Some(at) = live.iter().rposition(|&(n, _)| n <= number)
            && live.get(at).is_some_and(|&(n, _)| n == number)
        {
            self.entries.remove(self.head + at);
        }
    }
}
