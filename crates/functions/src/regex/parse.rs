//! Go's syntax of regular expressions (`regexp/syntax` with the flags of `regexp.Compile`), read into the
//! engine's own form. A translation of the text would be simpler, but could give neither Go's errors nor its
//! meaning of classes.

mod escape;
mod set;

use evenkeel_value::number::decode_rune;
use regex_syntax::hir::{Capture, Class, Hir, Look, Repetition};

use super::class::{fold_case, range};

/// Copies of one piece that nested repetitions may ask for.
const MAX_REPEAT: u64 = 1000;
/// Nesting that Go allows.
const MAX_HEIGHT: u32 = 1000;
/// Instructions that Go's program may have.
const MAX_SIZE: u64 = (128 << 20) / 40;

/// A parsed expression.
pub(super) struct Parsed {
    pub(super) hir: Hir,
    /// The names of groups, the whole match's (which has none) first.
    pub(super) names: Vec<Option<String>>,
}

/// Parses an expression.
///
/// # Errors
/// The text of Go's `syntax.Error`.
pub(super) fn parse(pattern: &[u8]) -> Result<Parsed, String> {
    let parser = Parser {
        pattern,
        rest: pattern,
        flags: Flags::default(),
        groups: vec![Group::default()],
        names: vec![None],
    };
    parser.run()
}

/// `syntax.Error.Error`.
fn error(what: &str, expression: &[u8]) -> String {
    format!(
        "error parsing regexp: {what}: `{}`",
        String::from_utf8_lossy(expression)
    )
}

type Outcome<T> = Result<T, String>;

/// What `(?imsU)` switches.
#[derive(Debug, Clone, Copy, Default)]
struct Flags {
    fold: bool,
    multi_line: bool,
    dot_newline: bool,
    lazy: bool,
}

/// A piece of the expression with the figures that Go's limits look at.
#[derive(Debug, Clone)]
struct Node {
    hir: Hir,
    height: u32,
    size: u64,
    /// The largest product of nested repetition counts.
    repeats: u64,
}

impl Node {
    fn leaf(hir: Hir) -> Node {
        Node {
            hir,
            height: 1,
            size: 1,
            repeats: 1,
        }
    }

    /// A node over others.
    fn over(parts: &[Node], hir: Hir, own_size: u64) -> Node {
        let height = parts.iter().map(|part| part.height).max().unwrap_or(0) + 1;
        let size = parts
            .iter()
            .fold(own_size, |sum, part| sum.saturating_add(part.size))
            .max(1);
        let repeats = parts.iter().map(|part| part.repeats).max().unwrap_or(1);
        Node {
            hir,
            height,
            size,
            repeats,
        }
    }
}

/// A group that is open.
#[derive(Debug, Default)]
struct Group {
    /// Its number, if it captures.
    number: Option<usize>,
    /// The flags outside of it.
    outer: Flags,
    alternatives: Vec<Node>,
    /// The alternative that is being read.
    sequence: Vec<Node>,
}

impl Group {
    fn end_alternative(&mut self) {
        let mut parts = std::mem::take(&mut self.sequence);
        let node = match (parts.pop(), parts.is_empty()) {
            (None, _) => Node::leaf(Hir::empty()),
            (Some(only), true) => only,
            (Some(last), false) => {
                parts.push(last);
                let hir = Hir::concat(parts.iter().map(|part| part.hir.clone()).collect());
                Node::over(&parts, hir, 0)
            }
        };
        self.alternatives.push(node);
    }

    fn close(mut self) -> Node {
        self.end_alternative();
        let mut parts = self.alternatives;
        match parts.pop() {
            Some(only) if parts.is_empty() => only,
            last => {
                parts.extend(last);
                let hir = Hir::alternation(parts.iter().map(|part| part.hir.clone()).collect());
                Node::over(&parts, hir, parts.len() as u64 - 1)
            }
        }
    }
}

struct Parser<'p> {
    pattern: &'p [u8],
    rest: &'p [u8],
    flags: Flags,
    /// The open groups, the whole expression first.
    groups: Vec<Group>,
    names: Vec<Option<String>>,
}

impl<'p> Parser<'p> {
    fn run(mut self) -> Outcome<Parsed> {
        // The text from the last repetition operator on, if that was what came last.
        let mut last_repeat: Option<&[u8]> = None;
        while !self.rest.is_empty() {
            let before = self.rest;
            last_repeat = if self.item(last_repeat)? {
                Some(before)
            } else {
                None
            };
        }
        let (whole, open) = (self.groups.pop(), !self.groups.is_empty());
        match whole {
            Some(whole) if !open => Ok(Parsed {
                hir: whole.close().hir,
                names: self.names,
            }),
            _ => Err(error("missing closing )", self.pattern)),
        }
    }

    /// Reads one item; true if it was a repetition operator.
    fn item(&mut self, last_repeat: Option<&[u8]>) -> Outcome<bool> {
        match self.rest {
            [b'(', b'?', ..] => self.perl_group()?,
            [b'(', ..] => {
                self.advance(1);
                self.open(true, None);
            }
            [b'|', ..] => {
                self.advance(1);
                if let Some(group) = self.groups.last_mut() {
                    group.end_alternative();
                }
            }
            [b')', ..] => self.close()?,
            [b'^', ..] => self.look(
                1,
                if self.flags.multi_line {
                    Look::StartLF
                } else {
                    Look::Start
                },
            )?,
            [b'$', ..] => self.look(
                1,
                if self.flags.multi_line {
                    Look::EndLF
                } else {
                    Look::End
                },
            )?,
            [b'.', ..] => self.dot()?,
            [b'[', ..] => {
                let set = self.bracketed()?;
                self.push(Node::leaf(Hir::class(Class::Unicode(set))))?;
            }
            [b'*' | b'+' | b'?', ..] => return self.operator(last_repeat),
            [b'{', ..] => return self.counted(last_repeat),
            [b'\\', ..] => self.escaped()?,
            _ => {
                let c = self.next_rune()?;
                self.literal(c)?;
            }
        }
        Ok(false)
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = self.rest.get(bytes..).unwrap_or_default();
    }

    /// Takes one character; at the end, U+FFFD.
    fn next_rune(&mut self) -> Outcome<char> {
        let (c, len) = decode_rune(self.rest);
        if c.is_none() && len == 1 {
            return Err(error("invalid UTF-8", self.rest));
        }
        self.advance(len);
        Ok(c.unwrap_or(crate::unicode::RUNE_ERROR))
    }

    /// What was read of `from` so far.
    fn taken(&self, from: &'p [u8]) -> &'p [u8] {
        from.get(..from.len() - self.rest.len()).unwrap_or(from)
    }

    fn push(&mut self, node: Node) -> Outcome<()> {
        self.check(&node)?;
        if let Some(group) = self.groups.last_mut() {
            group.sequence.push(node);
        }
        Ok(())
    }

    fn check(&self, node: &Node) -> Outcome<()> {
        if node.size > MAX_SIZE {
            return Err(error("expression too large", self.pattern));
        }
        if node.height > MAX_HEIGHT {
            return Err(error("expression nests too deeply", self.pattern));
        }
        Ok(())
    }

    fn literal(&mut self, c: char) -> Outcome<()> {
        self.code_point(u32::from(c))
    }

    /// A literal that may be a surrogate, which is in no text.
    fn code_point(&mut self, code: u32) -> Outcome<()> {
        let mut set = range(code, code);
        if self.flags.fold {
            fold_case(&mut set);
        }
        self.push(Node::leaf(Hir::class(Class::Unicode(set))))
    }

    fn look(&mut self, len: usize, look: Look) -> Outcome<()> {
        self.advance(len);
        self.push(Node::leaf(Hir::look(look)))
    }

    fn dot(&mut self) -> Outcome<()> {
        self.advance(1);
        let mut set = range(0, 0x10_ffff);
        if !self.flags.dot_newline {
            set = range(u32::from('\n'), u32::from('\n'));
            set.negate();
        }
        self.push(Node::leaf(Hir::class(Class::Unicode(set))))
    }

    fn open(&mut self, captures: bool, name: Option<String>) {
        let number = captures.then(|| {
            self.names.push(name);
            self.names.len() - 1
        });
        self.groups.push(Group {
            number,
            outer: self.flags,
            ..Group::default()
        });
    }

    fn close(&mut self) -> Outcome<()> {
        self.advance(1);
        let Some(group) = self.groups.pop().filter(|_| !self.groups.is_empty()) else {
            return Err(error("unexpected )", self.pattern));
        };
        self.flags = group.outer;
        let number = group.number;
        let node = group.close();
        match number {
            None => self.push(node),
            Some(number) => {
                let index = u32::try_from(number).unwrap_or(u32::MAX);
                let sub = Box::new(node.hir.clone());
                let hir = Hir::capture(Capture {
                    index,
                    name: None,
                    sub,
                });
                self.push(Node::over(&[node], hir, 2))
            }
        }
    }

    /// What starts with `(?`: a named group, a group that captures nothing, or flags.
    fn perl_group(&mut self) -> Outcome<()> {
        let start = self.rest;
        let named = match start {
            [b'(', b'?', b'P', b'<', _, ..] => Some(4),
            [b'(', b'?', b'<', _, ..] => Some(3),
            _ => None,
        };
        if let Some(name_at) = named {
            return self.named_group(name_at);
        }
        self.advance(2);
        let (mut flags, mut clear, mut seen) = (self.flags, false, false);
        while !self.rest.is_empty() {
            match self.next_rune()? {
                'i' => flags.fold = !clear,
                'm' => flags.multi_line = !clear,
                's' => flags.dot_newline = !clear,
                'U' => flags.lazy = !clear,
                '-' if !clear => {
                    (clear, seen) = (true, false);
                    continue;
                }
                c @ (':' | ')') if !clear || seen => {
                    if c == ':' {
                        self.open(false, None);
                    }
                    self.flags = flags;
                    return Ok(());
                }
                _ => break,
            }
            seen = true;
        }
        Err(error(
            "invalid or unsupported Perl syntax",
            self.taken(start),
        ))
    }

    fn named_group(&mut self, name_at: usize) -> Outcome<()> {
        let start = self.rest;
        let Some(end) = start.iter().position(|byte| *byte == b'>') else {
            check_utf8(start)?;
            return Err(error("invalid named capture", start));
        };
        let name = start.get(name_at..end).unwrap_or_default();
        check_utf8(name)?;
        self.advance(end + 1);
        let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
        if name.is_empty() || !name.iter().all(word) {
            return Err(error("invalid named capture", self.taken(start)));
        }
        self.open(true, Some(String::from_utf8_lossy(name).into_owned()));
        Ok(())
    }

    /// `*`, `+` or `?`.
    fn operator(&mut self, last_repeat: Option<&[u8]>) -> Outcome<bool> {
        let start = self.rest;
        let (min, max) = match start {
            [b'*', ..] => (0, None),
            [b'+', ..] => (1, None),
            _ => (0, Some(1)),
        };
        self.advance(1);
        self.repeat(start, min, max, last_repeat, false)
    }

    /// `{2}`, `{2,}` or `{2,3}`; a brace that is none of these is a literal.
    fn counted(&mut self, last_repeat: Option<&[u8]>) -> Outcome<bool> {
        let start = self.rest;
        let Some((min, max, len)) = counts(start) else {
            self.advance(1);
            self.literal('{')?;
            return Ok(false);
        };
        self.advance(len);
        let most = max.unwrap_or(0);
        if min > MAX_REPEAT || most > MAX_REPEAT || max.is_some_and(|max| min > max) {
            return Err(error("invalid repeat count", self.taken(start)));
        }
        self.repeat(start, min, max, last_repeat, true)
    }

    fn repeat(
        &mut self,
        start: &'p [u8],
        min: u64,
        max: Option<u64>,
        last_repeat: Option<&[u8]>,
        counted: bool,
    ) -> Outcome<bool> {
        let mut greedy = !self.flags.lazy;
        if self.rest.first() == Some(&b'?') {
            self.advance(1);
            greedy = !greedy;
        }
        if let Some(last) = last_repeat {
            let both = last.get(..last.len() - self.rest.len()).unwrap_or(last);
            return Err(error("invalid nested repetition operator", both));
        }
        let Some(sub) = self
            .groups
            .last_mut()
            .and_then(|group| group.sequence.pop())
        else {
            return Err(error(
                "missing argument to repetition operator",
                self.taken(start),
            ));
        };
        let node = repeated(sub, min, max, greedy, counted);
        self.check(&node)?;
        let many = min >= 2 || max.is_some_and(|max| max >= 2);
        if counted && many && node.repeats > MAX_REPEAT {
            return Err(error("invalid repeat count", self.taken(start)));
        }
        self.push(node)?;
        Ok(true)
    }
}

fn repeated(sub: Node, min: u64, max: Option<u64>, greedy: bool, counted: bool) -> Node {
    let size = match max {
        Some(max) => max.saturating_mul(sub.size).saturating_add(max - min),
        None if min == 0 => sub.size + 2,
        None => min.saturating_mul(sub.size).saturating_add(1),
    };
    let repeats = match (counted, max.unwrap_or(min)) {
        (true, 0) if max.is_some() => 1,
        (true, times) => sub.repeats.saturating_mul(times.max(1)),
        (false, _) => sub.repeats,
    };
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let hir = Hir::repetition(Repetition {
        min: count(min),
        max: max.map(count),
        greedy,
        sub: Box::new(sub.hir),
    });
    Node {
        hir,
        height: sub.height + 1,
        size: size.max(1),
        repeats,
    }
}

/// `parseRepeat`: the counts and the length of what stands between braces. Numbers that are too big are the
/// biggest number.
fn counts(text: &[u8]) -> Option<(u64, Option<u64>, usize)> {
    let (min, rest) = count(text.get(1..)?)?;
    let (max, rest) = match rest {
        [b',', b'}', ..] => (None, rest.get(1..)?),
        [b',', ..] => {
            let (max, rest) = count(rest.get(1..)?)?;
            (Some(max), rest)
        }
        _ => (Some(min), rest),
    };
    let rest = rest.strip_prefix(b"}")?;
    Some((min, max, text.len() - rest.len()))
}

/// A number without leading zeros, and what follows it.
fn count(text: &[u8]) -> Option<(u64, &[u8])> {
    let len = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = text.split_at_checked(len)?;
    if digits.is_empty() || digits.len() > 1 && digits.starts_with(b"0") {
        return None;
    }
    let number = std::str::from_utf8(digits)
        .ok()
        .and_then(|digits| digits.parse().ok());
    Some((number.unwrap_or(u64::MAX), rest))
}

/// # Errors
/// For text that is no UTF-8, naming it from the first bad byte on.
fn check_utf8(text: &[u8]) -> Outcome<()> {
    match std::str::from_utf8(text) {
        Ok(_) => Ok(()),
        Err(e) => Err(error(
            "invalid UTF-8",
            text.get(e.valid_up_to()..).unwrap_or(text),
        )),
    }
}
