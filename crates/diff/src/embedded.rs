//! Data within strings: values of Helm, dashboards, configuration files.

use evenkeel_diagnostics::FileId;
use evenkeel_value::{Data, DataEntry};
use evenkeel_yaml::{self as yaml, Limits, ReadOptions, json};

/// Endings of keys whose text is meant as data even if it is one line.
const EXTENSIONS: &[&str] = &[".yaml", ".yml", ".json"];

/// A key whose text is meant as data, too: that of an Application's `helm`.
const VALUES: &str = "values";

/// The data that a string holds: one document of YAML or JSON that is a map or a list. `key` is what the string is
/// called.
///
/// Prose may read as YAML: its keys have blanks. A text of one line may, too: `{job="a"}` is a map of a key that is
/// null. What looks like data and is text costs a reader the line that changed, so it is text in doubt.
pub(crate) fn data(text: &[u8], key: &str) -> Option<Data> {
    let begins = text.trim_ascii_start().first()?;
    let is_flow = matches!(begins, b'{' | b'[');
    let is_long = text.trim_ascii_end().contains(&b'\n');
    let is_meant = key == VALUES || EXTENSIONS.iter().any(|ending| key.ends_with(ending));
    if !(is_flow || is_long || is_meant) {
        return None;
    }
    let json = is_flow
        .then(|| json::decode(text, FileId::NONE).ok())
        .flatten();
    let is_meant = is_meant || json.is_some();
    let options = ReadOptions {
        limits: Limits {
            nodes: text.len().max(1000),
        },
        ..ReadOptions::new(FileId::NONE)
    };
    // Of the two readers, that of YAML keeps integers; not all JSON is YAML.
    let data = yaml::decode_single(text, &options).ok().or(json)?;
    let is_data = match &data {
        Data::Map(entries) => {
            let says = |entry: &DataEntry| is_long || entry.value != Data::Null;
            is_meant
                || entries
                    .iter()
                    .all(|entry| is_word(&entry.key) && says(entry))
        }
        Data::List(_) => is_meant || is_long,
        _ => false,
    };
    is_data.then_some(data)
}

fn is_word(key: &[u8]) -> bool {
    !key.iter().any(u8::is_ascii_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, key: &str, want: bool) {
        assert_eq!(data(text.as_bytes(), key).is_some(), want, "{text}");
    }

    #[test]
    fn data_is_found() {
        check("a: 1\nb: 2\n", "x", true);
        check("a: 1", "x.yaml", true);
        check("- a\n- b\n", "x", true);
        check(r#"{"a": null}"#, "x", true);
        check("{a: 1}", "x", true);
        check("a: 1", "values", true);
        check("\n  {\n  \"a\": [1]}\n", "x", true);
    }

    #[test]
    fn text_stays_text() {
        check("a: 1", "x", false);
        check("just words", "x.yaml", false);
        check("{job=\"a\"}", "expr", false);
        check("[a-z]", "pattern", false);
        check("[server]\nport = 1\n", "app.ini", false);
        check("Dear reader: hello\nMore words: bye\n", "README", false);
        check("#!/bin/sh\nset -e\n", "start.sh", false);
        check("{{ .Values.x }}", "x.yaml", false);
        check("a: 1\n---\nb: 2\n", "x.yaml", false);
        check("a: [1\n", "x.yaml", false);
        check("42", "x.json", false);
        check("", "x.yaml", false);
    }
}
