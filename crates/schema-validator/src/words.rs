//! How the Go library writes strings and numbers: `%q` with other quotes, and `golang.org/x/text`'s
//! English numbers.

use std::fmt::Display;

use evenkeel_value::number::quote as go_quote;
use serde_json::{Number, Value as Json};

/// `fmt`'s `%q` in single quotes.
pub(crate) fn quote(text: &str) -> String {
    let quoted = go_quote(text.as_bytes());
    let inner = quoted[1..quoted.len() - 1]
        .replace("\\\"", "\"")
        .replace('\'', "\\'");
    format!("'{inner}'")
}

/// Quoted names with commas between.
pub(crate) fn join_quoted(names: &[&str]) -> String {
    names
        .iter()
        .map(|name| quote(name))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A scalar of a schema or of values.
pub(crate) fn display(value: &Json) -> String {
    match value {
        Json::String(text) => quote(text),
        Json::Array(_) | Json::Object(_) => "value".to_owned(),
        Json::Null => "<nil>".to_owned(),
        // As people write exponents; Go shows the number as it was written.
        other => other.to_string().replace("e+", "e"),
    }
}

/// Whatever prints itself.
pub(crate) fn localized(value: &impl Display) -> String {
    value.to_string()
}

/// An integer with commas.
pub(crate) fn grouped(n: usize) -> String {
    group(&n.to_string())
}

/// A float as `%v` of `golang.org/x/text/message` prints it in English: `1,234.5`, `1×10⁰⁶`.
pub(crate) fn number(n: &Number) -> String {
    const SUPERSCRIPT: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    let value = n.as_f64().unwrap_or(f64::INFINITY);
    if value == 0.0 {
        return "0".to_owned();
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..6).contains(&exponent) {
        let plain = value.to_string();
        let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
        let point = if fraction.is_empty() { "" } else { "." };
        return format!("{}{point}{fraction}", group(whole));
    }
    let digits = format!("{:02}", exponent.unsigned_abs());
    let raised = digits
        .bytes()
        .map(|digit| SUPERSCRIPT[usize::from(digit - b'0')]);
    let sign = if exponent < 0 { "⁻" } else { "" };
    format!("{mantissa}×10{sign}{}", raised.collect::<String>())
}

fn group(digits: &str) -> String {
    let (sign, digits) = match digits.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", digits),
    };
    let mut out = String::from(sign);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_english() {
        let text = |n: f64| number(&Number::from_f64(n).expect("finite"));
        let cases = [
            (5.0, "5"),
            (1e6, "1×10⁰⁶"),
            (1234.5678, "1,234.5678"),
            (123_456.0, "123,456"),
            (1e21, "1×10²¹"),
            (123_456_789_012.0, "1.23456789012×10¹¹"),
            (0.00001, "1×10⁻⁰⁵"),
            (-30000.25, "-30,000.25"),
            (0.1, "0.1"),
        ];
        for (n, want) in cases {
            assert_eq!(text(n), want);
        }
    }

    #[test]
    fn strings_are_quoted_as_in_go() {
        assert_eq!(
            quote("it's \"q\" \n\u{1}é\u{200b}"),
            r#"'it\'s "q" \n\x01é\u200b'"#
        );
    }
}
