//! Numbers: `%d`, `%x`, `%c`, `%U`, `%g` and the like.

use super::Printer;
use crate::number::{
    FloatSize, append_float, append_uint, is_printable, push_rune, quote_rune, quote_rune_to_ascii,
};

/// Beyond every character: what Go takes for a code point that no `rune` holds.
const NO_CHARACTER: u32 = u32::MAX;

impl Printer {
    pub(super) fn format_bool(&mut self, value: bool, verb: char) {
        let text = if value { "true" } else { "false" };
        match verb {
            't' | 'v' => self.pad(text.as_bytes()),
            _ => self.bad_verb(verb, "bool", |p| p.pad(text.as_bytes())),
        }
    }

    /// An integer of type `type_name`; a signed one comes as the bits of its `i64`.
    pub(super) fn format_integer(&mut self, n: u64, signed: bool, verb: char, type_name: &str) {
        match verb {
            'v' if self.flags.sharp_v && !signed => self.prefixed_hex(n, true),
            'v' | 'd' => self.integer(n, 10, signed, verb),
            'b' => self.integer(n, 2, signed, verb),
            'o' | 'O' => self.integer(n, 8, signed, verb),
            'x' | 'X' => self.integer(n, 16, signed, verb),
            'c' => self.character(n),
            'q' => self.quoted_character(n),
            'U' => self.unicode(n),
            _ => {
                self.bad_verb(verb, type_name, |p| {
                    p.format_integer(n, signed, 'v', type_name)
                });
            }
        }
    }

    /// Hexadecimal digits, with `0x` before them or not.
    pub(super) fn prefixed_hex(&mut self, n: u64, prefix: bool) {
        let sharp = std::mem::replace(&mut self.flags.sharp, prefix);
        self.integer(n, 16, false, 'v');
        self.flags.sharp = sharp;
    }

    fn integer(&mut self, n: u64, base: u32, signed: bool, verb: char) {
        let negative = signed && n.cast_signed() < 0;
        let magnitude = if negative { n.wrapping_neg() } else { n };
        let flags = self.flags;
        let signs = usize::from(negative || flags.plus || flags.space);
        let least = match (flags.precision, flags.width) {
            (Some(0), width) if magnitude == 0 => {
                self.out.resize(self.out.len() + width.unwrap_or(0), b' ');
                return;
            }
            (Some(precision), _) => precision,
            (None, Some(width)) if flags.zero && !flags.minus => width.saturating_sub(signs),
            (None, _) => 0,
        };
        let mut digits = Vec::with_capacity(24);
        append_uint(&mut digits, magnitude, base);
        let mut text = Vec::with_capacity(24);
        if negative {
            text.push(b'-');
        } else if flags.plus {
            text.push(b'+');
        } else if flags.space {
            text.push(b' ');
        }
        let zeros = least.saturating_sub(digits.len());
        if verb == 'O' {
            text.extend_from_slice(b"0o");
        }
        let upper = verb == 'X';
        match base {
            2 if flags.sharp => text.extend_from_slice(b"0b"),
            8 if flags.sharp && zeros == 0 && digits[0] != b'0' => text.push(b'0'),
            16 if flags.sharp => text.extend_from_slice(if upper { b"0X" } else { b"0x" }),
            _ => {}
        }
        text.resize(text.len() + zeros, b'0');
        if upper {
            digits.make_ascii_uppercase();
        }
        text.extend_from_slice(&digits);
        self.pad_with_spaces(&text);
    }

    /// `%c`.
    fn character(&mut self, n: u64) {
        let mut text = Vec::with_capacity(4);
        push_rune(&mut text, n);
        self.pad(&text);
    }

    /// `%q` of an integer.
    fn quoted_character(&mut self, n: u64) {
        let code = u32::try_from(n).unwrap_or(NO_CHARACTER);
        let text = if self.flags.plus {
            quote_rune_to_ascii(code)
        } else {
            quote_rune(code)
        };
        self.pad(text.as_bytes());
    }

    /// `%U`: `U+0078`, with `#` also the character, if it is printable.
    fn unicode(&mut self, n: u64) {
        let mut digits = Vec::with_capacity(16);
        append_uint(&mut digits, n, 16);
        digits.make_ascii_uppercase();
        let least = self.flags.precision.unwrap_or(0).max(4);
        let mut text = b"U+".to_vec();
        text.resize(2 + least.saturating_sub(digits.len()), b'0');
        text.extend_from_slice(&digits);
        if self.flags.sharp && u32::try_from(n).is_ok_and(is_printable) {
            text.extend_from_slice(b" '");
            push_rune(&mut text, n);
            text.push(b'\'');
        }
        self.pad_with_spaces(&text);
    }

    pub(super) fn format_float(&mut self, value: f64, size: FloatSize, verb: char) {
        match verb {
            'v' => self.float(value, size, b'g', None),
            'b' | 'g' | 'G' | 'x' | 'X' => self.float(value, size, verb as u8, None),
            'f' | 'e' | 'E' => self.float(value, size, verb as u8, Some(6)),
            'F' => self.float(value, size, b'f', Some(6)),
            _ => {
                let name = if size == FloatSize::F32 {
                    "float32"
                } else {
                    "float64"
                };
                self.bad_verb(verb, name, |p| p.format_float(value, size, 'v'));
            }
        }
    }

    fn float(&mut self, value: f64, size: FloatSize, verb: u8, precision: Option<usize>) {
        let flags = self.flags;
        let precision = flags.precision.or(precision);
        let mut text = Vec::with_capacity(24);
        append_float(&mut text, value, verb, precision, size);
        if !matches!(text.first(), Some(b'-' | b'+')) {
            text.insert(0, b'+');
        }
        if flags.space && text[0] == b'+' && !flags.plus {
            text[0] = b' ';
        }
        if !value.is_finite() {
            let bare = value.is_nan() && !flags.space && !flags.plus;
            self.pad_with_spaces(if bare { &text[1..] } else { &text });
            return;
        }
        if flags.sharp && verb != b'b' {
            keep_point_and_zeros(&mut text, verb, precision);
        }
        if !flags.plus && text[0] == b'+' {
            self.pad(&text[1..]);
            return;
        }
        match flags.width {
            // The sign goes before the zeros.
            Some(width) if flags.zero && !flags.minus && width > text.len() => {
                self.out.push(text[0]);
                self.write_padding(width - text.len());
                self.out.extend_from_slice(&text[1..]);
            }
            _ => self.pad(&text),
        }
    }

    /// `(real+imaginaryi)`.
    pub(super) fn format_complex(&mut self, real: f64, imaginary: f64, verb: char) {
        if !matches!(
            verb,
            'v' | 'b' | 'g' | 'G' | 'x' | 'X' | 'f' | 'F' | 'e' | 'E'
        ) {
            self.bad_verb(verb, "complex128", |p| {
                p.format_complex(real, imaginary, 'v')
            });
            return;
        }
        self.out.push(b'(');
        self.format_float(real, FloatSize::F64, verb);
        let plus = std::mem::replace(&mut self.flags.plus, true);
        self.format_float(imaginary, FloatSize::F64, verb);
        self.push("i)");
        self.flags.plus = plus;
    }
}

/// What `#` does to a float (its sign comes first): a decimal point always, and for `%g` the zeros at
/// the end, up to the precision. Go counts the `x` of a hexadecimal prefix as a digit; so do we.
fn keep_point_and_zeros(text: &mut Vec<u8>, verb: u8, precision: Option<usize>) {
    let is_hex = matches!(verb, b'x' | b'X');
    let mut missing = match verb {
        b'g' | b'G' | b'x' => precision.map_or(6, |p| p as i64),
        _ => 0,
    };
    let is_exponent = |c: u8| match c {
        b'p' | b'P' => true,
        b'e' | b'E' => !is_hex,
        _ => false,
    };
    let end = text
        .iter()
        .position(|&c| is_exponent(c))
        .unwrap_or(text.len());
    let tail = text.split_off(end);
    let has_point = text.contains(&b'.');
    let digits = text[1..].iter().filter(|&&c| c != b'.');
    missing -= digits.skip_while(|&&c| c == b'0').count() as i64;
    if !has_point {
        if text.len() == 2 && text[1] == b'0' {
            missing -= 1;
        }
        text.push(b'.');
    }
    text.resize(text.len() + usize::try_from(missing).unwrap_or(0), b'0');
    text.extend_from_slice(&tail);
}
