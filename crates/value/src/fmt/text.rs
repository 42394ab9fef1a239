//! Strings and bytes: `%s`, `%q`, `%x`.

use super::Printer;
use crate::number;

impl Printer {
    pub(super) fn format_string(&mut self, text: &[u8], verb: char) {
        match verb {
            'v' if self.flags.sharp_v => self.quoted(text),
            'v' | 's' => self.plain(text),
            'q' => self.quoted(text),
            'x' | 'X' => self.hex_bytes(text, verb == 'X'),
            _ => self.bad_verb(verb, "string", |p| p.format_string(text, 'v')),
        }
    }

    /// `%s`.
    pub(super) fn plain(&mut self, text: &[u8]) {
        let text = self.truncate(text);
        self.pad(text);
    }

    /// `%q`; with `#` between backquotes where that is possible.
    pub(super) fn quoted(&mut self, text: &[u8]) {
        let text = self.truncate(text);
        if self.flags.sharp && number::can_backquote(text) {
            self.pad(&[b"`", text, b"`"].concat());
        } else if self.flags.plus {
            self.pad(number::quote_to_ascii(text).as_bytes());
        } else {
            self.pad(number::quote(text).as_bytes());
        }
    }

    /// `%x` of a string; the precision counts bytes, and an empty text is only padding.
    pub(super) fn hex_bytes(&mut self, text: &[u8], upper: bool) {
        let (prefix, digits) = match upper {
            true => (*b"0X", b"0123456789ABCDEF"),
            false => (*b"0x", b"0123456789abcdef"),
        };
        let shown = self.flags.precision.unwrap_or(text.len()).min(text.len());
        let (space, sharp) = (self.flags.space, self.flags.sharp);
        let mut hex = Vec::with_capacity(2 * shown + 2);
        for (at, byte) in text[..shown].iter().enumerate() {
            if space && at > 0 {
                hex.push(b' ');
            }
            if sharp && (space || at == 0) {
                hex.extend_from_slice(&prefix);
            }
            hex.extend_from_slice(&[
                digits[usize::from(byte >> 4)],
                digits[usize::from(byte & 15)],
            ]);
        }
        self.pad(&hex);
    }

    /// A `[]uint8`: its elements for `%v` and `%d`, its text for the string verbs. In Go syntax it is
    /// called `[]byte` as an operand and `[]uint8` inside of other values.
    pub(super) fn format_bytes(&mut self, bytes: &[u8], verb: char, is_operand: bool) {
        match verb {
            's' => self.plain(bytes),
            'q' => self.quoted(bytes),
            'x' | 'X' => self.hex_bytes(bytes, verb == 'X'),
            'v' if is_operand => self.byte_list(bytes, verb, "[]byte"),
            _ => self.byte_list(bytes, verb, "[]uint8"),
        }
    }

    fn byte_list(&mut self, bytes: &[u8], verb: char, type_name: &str) {
        let (open, separator, close) = match self.flags.sharp_v {
            true => ("{", ", ", "}"),
            false => ("[", " ", "]"),
        };
        if self.flags.sharp_v {
            self.push(type_name);
        }
        self.push(open);
        for (at, byte) in bytes.iter().enumerate() {
            if at > 0 {
                self.push(separator);
            }
            self.format_integer(u64::from(*byte), false, verb, "uint8");
        }
        self.push(close);
    }
}
