//! The format string: `doPrintf` of Go's fmt/print.go.

use super::{Flags, Printer};
use crate::Value;
use crate::number::decode_rune;

/// Widths and precisions beyond this are no numbers to Go.
const MAX_NUMBER: i64 = 1_000_000;

/// Where the reading of a format string stands.
struct Directives<'a> {
    format: &'a [u8],
    at: usize,
    args: &'a [Value],
    /// The operand that the next verb takes.
    next: usize,
    /// What was read last is an index such as `[2]`.
    after_index: bool,
    /// An index was read anywhere; unused operands are then no mistake.
    reordered: bool,
    /// The directive at hand has no bad index.
    good_index: bool,
}

impl Printer {
    pub(super) fn printf(&mut self, format: &[u8], args: &[Value]) {
        let mut state = Directives {
            format,
            at: 0,
            args,
            next: 0,
            after_index: false,
            reordered: false,
            good_index: true,
        };
        while let Some(literal) = state.take_literal() {
            self.out.extend_from_slice(literal);
            if state.at >= format.len() || self.too_deep {
                break;
            }
            state.at += 1;
            self.directive(&mut state);
        }
        if !state.reordered && state.next < args.len() {
            self.print_extra(&args[state.next..]);
        }
    }

    /// One directive, from behind its `%`.
    fn directive(&mut self, state: &mut Directives<'_>) {
        self.flags = state.take_flags();
        state.good_index = true;
        state.take_index();
        self.take_width(state);
        self.take_precision(state);
        if !state.after_index {
            state.take_index();
        }
        let (verb, width) = decode_rune(state.rest());
        if width == 0 {
            self.push("%!(NOVERB)");
            return;
        }
        state.at += width;
        self.apply(verb.unwrap_or(char::REPLACEMENT_CHARACTER), state);
    }

    fn apply(&mut self, verb: char, state: &mut Directives<'_>) {
        if verb == '%' {
            self.push("%");
            return;
        }
        let problem = match state.args.get(state.next) {
            _ if !state.good_index => "(BADINDEX)",
            None => "(MISSING)",
            Some(arg) => {
                if matches!(verb, 'v' | 'w') {
                    self.flags.sharp_v = std::mem::take(&mut self.flags.sharp);
                    self.flags.plus_v = std::mem::take(&mut self.flags.plus);
                }
                self.print_arg(arg, verb);
                state.next += 1;
                return;
            }
        };
        self.push("%!");
        self.push_char(verb);
        self.push(problem);
    }

    fn take_width(&mut self, state: &mut Directives<'_>) {
        if !state.take_byte(b'*') {
            self.flags.width = state.take_number();
            if state.after_index && self.flags.width.is_some() {
                state.good_index = false;
            }
            return;
        }
        match state.take_integer_operand() {
            None => self.push("%!(BADWIDTH)"),
            Some(width) => {
                if width < 0 {
                    self.flags.minus = true;
                    self.flags.zero = false;
                }
                self.flags.width = usize::try_from(width.unsigned_abs()).ok();
            }
        }
        state.after_index = false;
    }

    fn take_precision(&mut self, state: &mut Directives<'_>) {
        // A point that ends the format is no precision but the verb.
        if state.at + 1 >= state.format.len() || !state.take_byte(b'.') {
            return;
        }
        if state.after_index {
            state.good_index = false;
        }
        state.take_index();
        if !state.take_byte(b'*') {
            self.flags.precision = state.take_number().or(Some(0));
            return;
        }
        self.flags.precision = state
            .take_integer_operand()
            .and_then(|n| usize::try_from(n).ok());
        if self.flags.precision.is_none() {
            self.push("%!(BADPREC)");
        }
        state.after_index = false;
    }
}

impl<'a> Directives<'a> {
    fn rest(&self) -> &'a [u8] {
        self.format.get(self.at..).unwrap_or_default()
    }

    /// The text up to the next `%`, or `None` at the end.
    fn take_literal(&mut self) -> Option<&'a [u8]> {
        let rest = self.rest();
        if rest.is_empty() {
            return None;
        }
        let len = memchr::memchr(b'%', rest).unwrap_or(rest.len());
        self.at += len;
        Some(&rest[..len])
    }

    fn take_byte(&mut self, byte: u8) -> bool {
        let found = self.rest().first() == Some(&byte);
        self.at += usize::from(found);
        found
    }

    fn take_flags(&mut self) -> Flags {
        let mut flags = Flags::default();
        while let Some(c) = self.rest().first() {
            match c {
                b'#' => flags.sharp = true,
                b'0' => flags.zero = true,
                b'+' => flags.plus = true,
                b'-' => flags.minus = true,
                b' ' => flags.space = true,
                _ => break,
            }
            self.at += 1;
        }
        flags
    }

    /// Reads digits. A number that is far too large swallows the rest of the format.
    fn take_number(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit @ b'0'..=b'9') = self.rest().first() {
            let before = number.unwrap_or(0);
            if before > MAX_NUMBER {
                self.at = self.format.len();
                return None;
            }
            number = Some(before * 10 + i64::from(digit - b'0'));
            self.at += 1;
        }
        number.and_then(|n| usize::try_from(n).ok())
    }

    /// The operand of a `*`, if it is an integer of a sensible size.
    fn take_integer_operand(&mut self) -> Option<i64> {
        let arg = self.args.get(self.next)?;
        self.next += 1;
        let n = match arg {
            Value::Int(n, _) => *n,
            Value::Uint(n, _) => i64::try_from(*n).ok()?,
            _ => return None,
        };
        (-MAX_NUMBER..=MAX_NUMBER).contains(&n).then_some(n)
    }

    /// Reads an index such as `[2]`, if there is one, which sets the next operand.
    fn take_index(&mut self) {
        self.after_index = false;
        let rest = self.rest();
        if rest.first() != Some(&b'[') {
            return;
        }
        self.reordered = true;
        let close = if rest.len() < 3 {
            None
        } else {
            memchr::memchr(b']', rest)
        };
        let Some(close) = close else {
            self.at += 1;
            self.good_index = false;
            return;
        };
        let index = parse_index(&rest[1..close]);
        self.at += close + 1;
        self.after_index = index.is_some();
        match index.filter(|&index| (1..=self.args.len()).contains(&index)) {
            Some(index) => self.next = index - 1,
            None => self.good_index = false,
        }
    }
}

/// The number between brackets, if there are only digits and it is not far too large.
fn parse_index(digits: &[u8]) -> Option<usize> {
    if digits.is_empty() {
        return None;
    }
    let mut number = 0i64;
    for c in digits {
        if !c.is_ascii_digit() || number > MAX_NUMBER {
            return None;
        }
        number = number * 10 + i64::from(c - b'0');
    }
    usize::try_from(number).ok()
}
