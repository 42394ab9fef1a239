//! What a side says, short enough for a line.

use evenkeel_value::Data;

use crate::redact::{HIDDEN, is_secret_name, is_secret_text};

/// Characters of a value that are shown.
const LONGEST: usize = 80;

/// A line of a file without what may be secret. What a template puts there is not in the line.
pub(super) fn harmless(line: &str) -> String {
    let (key, value) = line.split_once(':').unwrap_or(("", line));
    let is_named = is_secret_name(key.trim().trim_start_matches("- ").trim_matches('"'));
    let is_written = !value.trim().is_empty() && !value.contains("{{");
    match is_named && is_written || is_secret_text(line.as_bytes()) {
        true => format!("{key}: {HIDDEN}"),
        false => line.to_owned(),
    }
}

/// A value on one line.
pub(super) fn shown(data: &Data) -> String {
    let text = match data {
        Data::Str(text) if is_secret_text(text) => HIDDEN.to_owned(),
        Data::Null => "null".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Uint(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::Str(text) if text.is_empty() => "\"\"".to_owned(),
        Data::Str(text) => String::from_utf8_lossy(text).into_owned(),
        Data::List(items) => {
            let items = items.iter().take(8).map(|item| shown(&item.value));
            format!("[{}]", items.collect::<Vec<_>>().join(", "))
        }
        Data::Map(entries) => {
            let entries = entries.iter().take(8).map(|entry| {
                let key = String::from_utf8_lossy(&entry.key);
                match is_secret_name(&key) {
                    true => format!("{key}: {HIDDEN}"),
                    false => format!("{key}: {}", shown(&entry.value)),
                }
            });
            format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
        }
    };
    cut(text.lines().next().unwrap_or_default(), text.contains('\n'))
}

fn cut(line: &str, is_longer: bool) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &line[..at]),
        None if is_longer => format!("{line}…"),
        None => line.to_owned(),
    }
}
