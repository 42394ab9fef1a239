//! What a side says, short enough for a line.

use evenkeel_value::Data;

/// Characters of a value that are shown.
const LONGEST: usize = 80;

/// What stands for what may be secret.
pub(super) const HIDDEN: &str = "(hidden)";

/// A value on one line.
pub(super) fn shown(data: &Data) -> String {
    let text = match data {
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
                format!("{key}: {}", shown(&entry.value))
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
