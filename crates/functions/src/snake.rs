//! `snakecase` and `kebabcase`: github.com/huandu/xstrings `ToSnakeCase` and `ToKebabCase`.

use evenkeel_value::number::decode_rune;

use crate::unicode::{is_letter, is_number, is_punct, is_space, is_upper, push, runes, to_lower};

/// What a run of characters is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invalid,
    Number,
    Upper,
    Letters,
    Connector,
    Punctuation,
    Other,
}

impl Kind {
    /// Whether the next word is set off by a connector after a number.
    fn parts_from_number(self) -> bool {
        !matches!(self, Kind::Invalid | Kind::Punctuation | Kind::Connector)
    }

    fn parts_from_word(self) -> bool {
        !matches!(self, Kind::Connector | Kind::Punctuation)
    }

    fn joins_number(self) -> bool {
        matches!(self, Kind::Letters | Kind::Number)
    }
}

/// A run of characters of one kind.
#[derive(Debug, Clone, Copy)]
struct Word<'t> {
    kind: Kind,
    text: &'t [u8],
}

/// The words of `text` in lower case with `connector` between them.
pub(crate) fn lower_words(text: &[u8], connector: char) -> Vec<u8> {
    let mut out = Writer {
        words: Words(text),
        out: Vec::with_capacity(text.len()),
        connector,
    };
    if text.is_empty() {
        return out.out;
    }
    let mut word = out.words.next();
    while !out.words.0.is_empty() {
        if word.kind != Kind::Connector {
            out.write(word);
        }
        let before = std::mem::replace(&mut word, out.words.next());
        match before.kind {
            Kind::Number => {
                word = out.number_tail(word);
                if word.kind.parts_from_number() {
                    out.connect();
                }
            }
            Kind::Connector => out.write(before),
            Kind::Punctuation => {}
            _ if word.kind != Kind::Number => {
                if word.kind.parts_from_word() {
                    out.connect();
                }
            }
            _ if out.words.0.is_empty() => {}
            _ => word = out.number_after_word(word),
        }
    }
    out.write(word);
    out.out
}

struct Writer<'t> {
    words: Words<'t>,
    out: Vec<u8>,
    connector: char,
}

impl<'t> Writer<'t> {
    /// Letters and digits right after a number belong to it. Gives the word after them.
    fn number_tail(&mut self, mut word: Word<'t>) -> Word<'t> {
        while word.kind.joins_number() {
            self.write(word);
            word = self.words.next();
        }
        word
    }

    /// A number after a word: part of that word, as in `bld4_floor`, unless lower case letters follow it,
    /// as in `http_2xx`. Gives the word after the number.
    fn number_after_word(&mut self, number: Word<'t>) -> Word<'t> {
        let word = self.words.next();
        if word.kind != Kind::Letters {
            self.write(number);
            if word.kind.parts_from_word() {
                self.connect();
            }
            return word;
        }
        self.connect();
        self.write(number);
        let word = self.number_tail(word);
        if word.kind.parts_from_number() {
            self.connect();
        }
        word
    }

    fn connect(&mut self) {
        push(&mut self.out, self.connector);
    }

    /// Capitals become lower case and connectors the one connector; other words stay as they are.
    fn write(&mut self, word: Word<'_>) {
        if !matches!(word.kind, Kind::Upper | Kind::Connector) {
            return self.out.extend_from_slice(word.text);
        }
        for (c, _) in runes(word.text) {
            let c = if is_connector(c) { self.connector } else { c };
            push(&mut self.out, if is_upper(c) { to_lower(c) } else { c });
        }
    }
}

/// What is left of the text.
struct Words<'t>(&'t [u8]);

impl<'t> Words<'t> {
    /// Takes the next word; at the end an invalid one without text.
    fn next(&mut self) -> Word<'t> {
        let (kind, len) = next_word(self.0);
        let (text, rest) = self.0.split_at_checked(len).unwrap_or((self.0, &[]));
        self.0 = rest;
        Word { kind, text }
    }
}

fn next_word(text: &[u8]) -> (Kind, usize) {
    let Some((first, size)) = valid_rune(text) else {
        return (Kind::Invalid, text.len());
    };
    let run = |from: usize, previous: char, belongs: fn(char) -> bool| {
        run_length(text, from, previous, belongs)
    };
    match first {
        c if is_connector(c) => (Kind::Connector, run(size, c, is_connector)),
        c if is_punct(c) => (Kind::Punctuation, run(size, c, is_punct)),
        c if is_upper(c) => (Kind::Upper, capitals(text, size, c)),
        c if is_alphabet(c) => (Kind::Letters, run(size, c, is_small_letter)),
        c if is_number(c) => (Kind::Number, run(size, c, is_number)),
        c => (Kind::Other, run(size, c, is_other)),
    }
}

/// The end of the run of characters that belong together. Invalid bytes belong to the character after them;
/// at the end of the text, to the `previous` one.
fn run_length(text: &[u8], from: usize, mut previous: char, belongs: fn(char) -> bool) -> usize {
    let mut end = from;
    while let Some(rest) = text.get(end..).filter(|rest| !rest.is_empty()) {
        let (c, size) = valid_rune(rest).unwrap_or((previous, rest.len()));
        if !belongs(c) {
            break;
        }
        previous = c;
        end += size;
    }
    end
}

/// The end of a word that starts with a capital: `First` of `FirstName`, `HTTP` of `HTTPServer`.
fn capitals(text: &[u8], size: usize, first: char) -> usize {
    let rest = text.get(size..).unwrap_or_default();
    if rest.is_empty() {
        return size;
    }
    let (second, second_size) = valid_rune(rest).unwrap_or((first, rest.len()));
    if !is_upper(second) {
        return if is_alphabet(second) {
            run_length(text, size + second_size, second, is_small_letter)
        } else {
            size
        };
    }
    let (mut end, mut last_size) = (size + second_size, second_size);
    let mut previous = second;
    while let Some(rest) = text.get(end..).filter(|rest| !rest.is_empty()) {
        let (c, size) = valid_rune(rest).unwrap_or((previous, rest.len()));
        if !is_upper(c) {
            return if is_alphabet(c) { end - last_size } else { end };
        }
        (previous, last_size) = (c, size);
        end += size;
    }
    end
}

/// The first valid character and its length, with that of the invalid bytes before it.
fn valid_rune(text: &[u8]) -> Option<(char, usize)> {
    let mut at = 0;
    loop {
        let (c, size) = decode_rune(text.get(at..)?);
        at += size;
        match c {
            _ if size == 0 => return None,
            // A real U+FFFD counts as invalid too.
            Some(c) if c != crate::unicode::RUNE_ERROR => return Some((c, at)),
            _ => {}
        }
    }
}

pub(crate) fn is_connector(c: char) -> bool {
    matches!(c, '-' | '_') || is_space(c)
}

fn is_small_letter(c: char) -> bool {
    is_alphabet(c) && !is_upper(c)
}

fn is_other(c: char) -> bool {
    !(is_connector(c) || is_alphabet(c) || is_number(c) || is_punct(c))
}

/// A letter, but not one of the CJK ideographs that xstrings knows.
fn is_alphabet(c: char) -> bool {
    let ideograph =
        matches!(c, '\u{3400}'..='\u{4d85}' | '\u{4e00}'..='\u{9fcc}' | '\u{20000}'..='\u{2b81d}');
    is_letter(c) && !ideograph
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_xstrings_own_examples() {
        for (text, want) in [
            ("FirstName", "first_name"),
            ("HTTPServer", "http_server"),
            ("NoHTTPS", "no_https"),
            ("GO_PATH", "go_path"),
            ("GO PATH", "go_path"),
            ("http2xx", "http_2xx"),
            ("HTTP20xOK", "http_20x_ok"),
            ("Duration2m3s", "duration_2m3s"),
            ("Bld4Floor3rd", "bld4_floor_3rd"),
            ("", ""),
            ("_", "_"),
            ("a.B", "a.b"),
        ] {
            assert_eq!(
                String::from_utf8_lossy(&lower_words(text.as_bytes(), '_')),
                want
            );
        }
    }
}
