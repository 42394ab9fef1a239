//! Printing as Go's `fmt` does it: `Sprint`, `Sprintln`, `Sprintf`.
//!
//! All output is bytes, for strings may hold anything. A value that contains itself makes Go's printer
//! overflow its stack; here printing stops at a depth, and the `try_` functions say so.

mod flags;
mod number;
mod print;
mod printf;
mod text;

use std::fmt;

use flags::Flags;

use crate::{Kind, Value};

/// A value is nested too deeply to be printed; most likely it contains itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooDeep;

impl fmt::Display for TooDeep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("value is nested too deeply to be printed (does it contain itself?)")
    }
}

impl std::error::Error for TooDeep {}

/// `fmt.Sprint` of one operand. What is nested too deeply is left out.
pub fn sprint(value: &Value) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.print_arg(value, 'v');
    printer.out
}

/// `fmt.Sprint`: a space between two operands if neither is a string. What is nested too deeply is
/// left out.
pub fn sprint_all(args: &[Value]) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.print_all(args);
    printer.out
}

/// `fmt.Sprintln`: spaces between all operands, a newline after the last. What is nested too deeply is
/// left out.
pub fn sprintln(args: &[Value]) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.print_line(args);
    printer.out
}

/// `fmt.Sprintf`. What is nested too deeply is left out.
pub fn sprintf(format: &[u8], args: &[Value]) -> Vec<u8> {
    let mut printer = Printer::default();
    printer.printf(format, args);
    printer.out
}

/// Appends `fmt.Sprint` of one operand to `out`.
///
/// # Errors
/// [`TooDeep`]; `out` then ends somewhere in the value.
pub fn try_append(out: &mut Vec<u8>, value: &Value) -> Result<(), TooDeep> {
    if let Value::Str(text) = value {
        out.extend_from_slice(text);
        return Ok(());
    }
    let mut printer = Printer {
        out: std::mem::take(out),
        ..Printer::default()
    };
    printer.print_arg(value, 'v');
    let result = printer.check();
    *out = printer.out;
    result
}

/// As [`sprint_all`].
///
/// # Errors
/// [`TooDeep`].
pub fn try_sprint_all(args: &[Value]) -> Result<Vec<u8>, TooDeep> {
    let mut printer = Printer::default();
    printer.print_all(args);
    printer.check().map(|()| printer.out)
}

/// As [`sprintln`].
///
/// # Errors
/// [`TooDeep`].
pub fn try_sprintln(args: &[Value]) -> Result<Vec<u8>, TooDeep> {
    let mut printer = Printer::default();
    printer.print_line(args);
    printer.check().map(|()| printer.out)
}

/// As [`sprintf`].
///
/// # Errors
/// [`TooDeep`].
pub fn try_sprintf(format: &[u8], args: &[Value]) -> Result<Vec<u8>, TooDeep> {
    let mut printer = Printer::default();
    printer.printf(format, args);
    printer.check().map(|()| printer.out)
}

/// The state of one call: what is written so far, and the flags of the directive at hand.
#[derive(Default)]
struct Printer {
    out: Vec<u8>,
    flags: Flags,
    /// Set while a bad verb is reported, when `String` methods are not used.
    erroring: bool,
    too_deep: bool,
}

impl Printer {
    fn check(&self) -> Result<(), TooDeep> {
        if self.too_deep { Err(TooDeep) } else { Ok(()) }
    }

    fn print_all(&mut self, args: &[Value]) {
        let mut after_string = true;
        for arg in args {
            let is_string = arg.kind() == Kind::String;
            if !is_string && !after_string {
                self.out.push(b' ');
            }
            self.print_arg(arg, 'v');
            after_string = is_string;
        }
    }

    fn print_line(&mut self, args: &[Value]) {
        for (at, arg) in args.iter().enumerate() {
            if at > 0 {
                self.out.push(b' ');
            }
            self.print_arg(arg, 'v');
        }
        self.out.push(b'\n');
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn push_char(&mut self, c: char) {
        self.out
            .extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
    }
}
