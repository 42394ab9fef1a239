//! Data within strings.

use super::emit::{Style, pretty_json};
use super::node::Node;

/// How a string holds data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// JSON on one line.
    Compact,
    /// JSON over lines.
    Pretty,
    /// YAML.
    Yaml,
}

/// The data of a string, if it holds any.
pub(super) fn read(text: &str) -> Option<(Node, Format)> {
    let is_json = text.trim_start().starts_with(['{', '[']);
    let is_long = text.contains('\n');
    if !is_json && !is_long {
        return None;
    }
    let format = match (is_json, is_long) {
        (true, true) => Format::Pretty,
        (true, false) => Format::Compact,
        (false, _) => Format::Yaml,
    };
    // What Go reads of `[section]` and lines below it is the list; the rest it never looks at.
    if is_json && serde_json::from_str::<serde_json::Value>(text).is_err() {
        return None;
    }
    let node = Node::read(text).ok()?;
    let is_data = match &node {
        Node::Map(entries) => entries
            .iter()
            .all(|(key, _)| !key.contains(char::is_whitespace)),
        Node::List(_) => true,
        _ => false,
    };
    is_data.then_some((node, format))
}

/// The string that holds data.
pub(super) fn write(node: &Node, format: Format) -> String {
    match format {
        Format::Compact => {
            let style = Style {
                json: true,
                ..Style::default()
            };
            style.document(node).trim_end().to_owned()
        }
        Format::Pretty => pretty_json(node) + "\n",
        Format::Yaml => Style::default().document(node),
    }
}

/// Writes all data within strings as an edit will write it, so that an edit changes nothing else.
pub(super) fn settle(node: &mut Node) {
    match node {
        Node::Str(text) => {
            if let Some((mut inner, format)) = read(text) {
                settle(&mut inner);
                *text = write(&inner, format);
            }
        }
        Node::List(items) => items.iter_mut().for_each(settle),
        Node::Map(entries) => entries.iter_mut().for_each(|(_, value)| settle(value)),
        Node::Plain(_) => {}
    }
}
