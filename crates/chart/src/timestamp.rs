//! RFC 3339, to tell a good lock file from a bad one.

use evenkeel_value::number::quote;

const LAYOUT: &str = "2006-01-02T15:04:05Z07:00";

/// The parts of the layout: its text, and the largest number it takes (0 for a literal).
const PARTS: &[(&str, u32)] = &[
    ("2006", 9999),
    ("-", 0),
    ("01", 12),
    ("-", 0),
    ("02", 31),
    ("T", 0),
    ("15", 23),
    (":", 0),
    ("04", 59),
    (":", 0),
    ("05", 59),
];

/// Whether Go's `time.Time` takes the text from JSON.
///
/// # Errors
/// The text of Go's `time.ParseError`.
pub(crate) fn check(text: &str) -> Result<(), String> {
    let cannot = |rest: &str, part: &str| {
        let (text, rest) = (quote(text.as_bytes()), quote(rest.as_bytes()));
        format!("parsing time {text} as \"{LAYOUT}\": cannot parse {rest} as \"{part}\"")
    };
    let mut rest = text;
    for (part, largest) in PARTS {
        if *largest == 0 {
            rest = rest.strip_prefix(part).ok_or_else(|| cannot(rest, part))?;
            continue;
        }
        let digits = rest
            .get(..part.len())
            .filter(|d| d.bytes().all(|b| b.is_ascii_digit()));
        let number: u32 = digits
            .and_then(|d| d.parse().ok())
            .ok_or_else(|| cannot(rest, part))?;
        if number > *largest || (number == 0 && matches!(*part, "01" | "02")) {
            let name = match *part {
                "01" => "month",
                "02" => "day",
                "15" => "hour",
                "04" => "minute",
                _ => "second",
            };
            return Err(format!(
                "parsing time {}: {name} out of range",
                quote(text.as_bytes())
            ));
        }
        rest = &rest[part.len()..];
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let digits = fraction.bytes().take_while(u8::is_ascii_digit).count();
        rest = if digits > 0 {
            &fraction[digits..]
        } else {
            rest
        };
    }
    if is_zone(rest) {
        Ok(())
    } else {
        Err(cannot(rest, "Z07:00"))
    }
}

fn is_zone(text: &str) -> bool {
    let digits = |at: std::ops::Range<usize>| {
        text.as_bytes()
            .get(at)
            .is_some_and(|two| two.iter().all(u8::is_ascii_digit))
    };
    text == "Z"
        || (text.len() == 6
            && text.starts_with(['+', '-'])
            && text.as_bytes()[3] == b':'
            && digits(1..3)
            && digits(4..6))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn names_the_part_at_fault() {
        let error = |text: &str| check(text).err().unwrap_or_default();
        assert_eq!(error("2024-01-01T00:00:00Z"), "");
        assert_eq!(error("2022-04-07T08:12:55.123456789+02:00"), "");
        let cannot =
            r#"parsing time "x" as "2006-01-02T15:04:05Z07:00": cannot parse "x" as "2006""#;
        assert_eq!(error("x"), cannot);
        assert_eq!(
            error("2024-13-01T00:00:00Z"),
            r#"parsing time "2024-13-01T00:00:00Z": month out of range"#
        );
        let cannot =
            r#"parsing time "2024-01-01" as "2006-01-02T15:04:05Z07:00": cannot parse "" as "T""#;
        assert_eq!(error("2024-01-01"), cannot);
    }
}
