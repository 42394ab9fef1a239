//! Values as texts of one line or of several.

use evenkeel_value::Data;

use crate::data::data as json;

/// A value on one line. JSON has no control characters in it.
pub(super) fn compact(data: &Data) -> String {
    match data {
        Data::Str(text) if is_plain(text) => String::from_utf8_lossy(text).into_owned(),
        data => json(data).to_string(),
    }
}

/// Whether a text can stand without quotes.
fn is_plain(text: &[u8]) -> bool {
    let safe = |byte: &u8| byte.is_ascii_graphic() && !b"\"'{}[],".contains(byte);
    let ambiguous = text
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    !ambiguous && text.iter().all(safe) && ![b"true".as_slice(), b"false", b"null"].contains(&text)
}

/// A value on as many lines as it takes.
pub(super) fn pretty(data: &Data) -> String {
    serde_json::to_string_pretty(&json(data)).unwrap_or_default()
}

/// Two texts of which at least one has several lines.
pub(super) fn texts<'a>(
    before: &'a Option<Data>,
    after: &'a Option<Data>,
) -> Option<[std::borrow::Cow<'a, str>; 2]> {
    match (before, after) {
        (Some(Data::Str(old)), Some(Data::Str(new)))
            if old.contains(&b'\n') || new.contains(&b'\n') =>
        {
            Some([old, new].map(|text| String::from_utf8_lossy(text)))
        }
        _ => None,
    }
}

/// At most so many characters of a text: its beginning and its end, for both tell values apart.
pub(super) fn cut(text: &str, width: usize) -> String {
    let length = text.chars().count();
    if length <= width {
        return text.to_owned();
    }
    let kept = width.saturating_sub(1);
    let (head, tail) = (kept - kept / 3, kept / 3);
    let head: String = text.chars().take(head).collect();
    let tail: String = text.chars().skip(length - tail).collect();
    format!("{head}…{tail}")
}

/// A share of a whole in percent, never 0 or 100 where that is only nearly true.
pub(super) fn share(part: usize, whole: usize) -> String {
    let percent = (part * 100 + whole / 2).checked_div(whole).unwrap_or(0);
    match (percent, part) {
        (0, 1..) => "<1 %".to_owned(),
        (100.., part) if part < whole => ">99 %".to_owned(),
        (percent, _) => format!("{percent} %"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_keep_both_ends() {
        assert_eq!(cut("0123456789", 10), "0123456789");
        assert_eq!(cut("0123456789a", 7), "0123…9a");
    }

    #[test]
    fn shares_are_honest() {
        let check = |part, whole, want: &str| assert_eq!(share(part, whole), want);
        check(0, 0, "0 %");
        check(0, 400, "0 %");
        check(1, 400, "<1 %");
        check(399, 400, ">99 %");
        check(400, 400, "100 %");
        check(1, 3, "33 %");
    }
}
