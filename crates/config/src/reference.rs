//! The tables of the manual.

use std::fmt::Write as _;

use crate::field::Field as _;
use crate::shape::{Record, Shape};
use crate::{Config, RuleFile};

/// Every mapping of the configuration with its keys, types, defaults and meanings, in Markdown: a section
/// (third level) and a table each, in the order that keys lead to them.
pub fn reference() -> String {
    tables(&Config::shape())
}

/// The same for files with rules.
pub fn rules_reference() -> String {
    tables(&RuleFile::shape())
}

fn tables(shape: &Shape) -> String {
    let mut text = String::new();
    let mut records: Vec<(String, Record)> = Vec::new();
    collect("", shape, &mut records);
    for (path, record) in &records {
        let title = if path.is_empty() {
            "The file"
        } else {
            path.as_str()
        };
        let title = if path.is_empty() {
            title.to_owned()
        } else {
            format!("`{title}`")
        };
        let _ = write!(text, "\n### {title}\n\n{}\n\n", record.doc);
        text.push_str("| key | type | default | meaning |\n|---|---|---|---|\n");
        for field in &record.fields {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} |",
                field.key,
                cell(&field.shape),
                field.default,
                field.doc.replace('|', "\\|")
            );
        }
    }
    text
}

/// The records below a shape, each once, with the keys that lead there.
fn collect(path: &str, shape: &Shape, found: &mut Vec<(String, Record)>) {
    for record in shape.records() {
        let title = format!("{path}{}", suffix(shape));
        if found.iter().any(|(known, _)| *known == title) {
            continue;
        }
        found.push((title.clone(), record.clone()));
        for field in &record.fields {
            let below = if title.is_empty() {
                field.key.to_owned()
            } else {
                format!("{title}.{}", field.key)
            };
            collect(&below, &field.shape, found);
        }
    }
}

fn suffix(shape: &Shape) -> &'static str {
    match shape {
        Shape::List(_) => "[]",
        Shape::Map(..) => ".<name>",
        _ => "",
    }
}

/// The type of a field: choices with what the words mean.
fn cell(shape: &Shape) -> String {
    match shape {
        Shape::Choice(words) => {
            let words: Vec<_> = words
                .iter()
                .map(|(word, doc)| format!("`{word}` ({})", doc.trim()))
                .collect();
            words.join(", ")
        }
        other => other.name(),
    }
}
