//! Writes values as YAML, in many styles that mean the same.

use std::fmt::Write;

use super::node::Node;

/// The order of keys, or of documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Order {
    /// As they are.
    #[default]
    Kept,
    /// From the last to the first.
    Reversed,
    /// From the middle on, then the beginning.
    Rotated,
}

/// How strings are quoted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Quotes {
    /// Where they must be.
    #[default]
    Needed,
    /// Always, with `"`.
    Double,
    /// Always, with `'` where that can say it.
    Single,
}

/// How a file is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Style {
    /// The order of keys in each map.
    pub keys: Order,
    /// The order of documents.
    pub documents: Order,
    /// How strings are quoted.
    pub quotes: Quotes,
    /// Maps and lists that hold only scalars stand on one line.
    pub flow: bool,
    /// Everything is JSON.
    pub json: bool,
    /// A comment before every key and list item.
    pub comments: bool,
    /// Maps that come again are aliases.
    pub anchors: bool,
    /// Lines end with CR and LF.
    pub crlf: bool,
    /// List items are not indented, maps by four.
    pub wide: bool,
    /// Text of many lines is a quoted string.
    pub quoted_text: bool,
    /// Empty documents, documents of comments, `...` at the end.
    pub empty_documents: bool,
}

impl Style {
    /// A file of documents.
    pub(super) fn file(self, documents: &[Node]) -> String {
        let mut out = String::new();
        for (i, document) in ordered(documents, self.documents).into_iter().enumerate() {
            if self.empty_documents {
                out.push_str("---\n# nothing here\n---\n");
            }
            if i > 0 || self.comments {
                out.push_str("---\n");
            }
            out.push_str(&self.document(document));
        }
        if self.empty_documents {
            out.push_str("---\n");
        }
        if self.crlf {
            out.replace('\n', "\r\n")
        } else {
            out
        }
    }

    /// One document, with the end of its last line.
    pub(super) fn document(self, node: &Node) -> String {
        let mut emitter = Emitter {
            style: self,
            out: String::new(),
            seen: Vec::new(),
        };
        match node {
            _ if self.json => emitter.inline(node),
            Node::Map(entries) if !entries.is_empty() => emitter.map(entries, 0),
            Node::List(items) if !items.is_empty() => emitter.list(items, 0),
            node => emitter.inline(node),
        }
        if !emitter.out.ends_with('\n') {
            emitter.out.push('\n');
        }
        emitter.out
    }
}

fn ordered<T>(items: &[T], order: Order) -> Vec<&T> {
    let mut items: Vec<&T> = items.iter().collect();
    match order {
        Order::Kept => {}
        Order::Reversed => items.reverse(),
        Order::Rotated => {
            let middle = items.len() / 2;
            items.rotate_left(middle);
        }
    }
    items
}

struct Emitter<'n> {
    style: Style,
    out: String,
    /// The maps that have an anchor; its name is their place.
    seen: Vec<&'n Node>,
}

impl<'n> Emitter<'n> {
    fn map(&mut self, entries: &'n [(String, Node)], indent: usize) {
        for (key, value) in ordered(entries, self.style.keys) {
            self.comment(indent);
            self.pad(indent);
            self.entry(key, value, indent);
        }
    }

    /// The entry of a map, its indentation already written.
    fn entry(&mut self, key: &str, value: &'n Node, indent: usize) {
        self.scalar(key);
        self.out.push(':');
        if self.alias(value) {
            return;
        }
        match value {
            Node::Map(inner) if !inner.is_empty() && !self.is_flow(value) => {
                self.out.push('\n');
                self.map(inner, indent + self.step());
            }
            Node::List(items) if !items.is_empty() && !self.is_flow(value) => {
                self.out.push('\n');
                self.list(items, if self.style.wide { indent } else { indent + 2 });
            }
            Node::Str(text) if self.is_block(text) => self.block(text, indent + self.step()),
            value => {
                self.out.push(' ');
                self.inline(value);
                self.out.push('\n');
            }
        }
    }

    fn list(&mut self, items: &'n [Node], indent: usize) {
        for item in items {
            self.comment(indent);
            self.pad(indent);
            self.out.push_str("- ");
            match item {
                Node::Map(entries) if !entries.is_empty() && !self.is_flow(item) => {
                    for (i, (key, value)) in
                        ordered(entries, self.style.keys).into_iter().enumerate()
                    {
                        if i > 0 {
                            self.pad(indent + 2);
                        }
                        self.entry(key, value, indent + 2);
                    }
                }
                Node::Str(text) if self.is_block(text) => {
                    self.out.pop();
                    self.block(text, indent + 2);
                }
                item => {
                    self.inline(item);
                    self.out.push('\n');
                }
            }
        }
    }

    /// Writes an alias, or an anchor before what follows.
    fn alias(&mut self, value: &'n Node) -> bool {
        let is_candidate =
            matches!(value, Node::Map(inner) if !inner.is_empty()) && !self.is_flow(value);
        if !self.style.anchors || !is_candidate {
            return false;
        }
        if let Some(at) = self.seen.iter().position(|seen| *seen == value) {
            let _ = writeln!(self.out, " *m{at}");
            return true;
        }
        let _ = write!(self.out, " &m{}", self.seen.len());
        self.seen.push(value);
        false
    }

    /// Flow style, which is JSON where all strings are quoted.
    fn inline(&mut self, node: &Node) {
        match node {
            Node::Plain(text) => self.out.push_str(text),
            Node::Str(text) => self.scalar(text),
            Node::List(items) => {
                self.out.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.out.push_str(if i > 0 { ", " } else { "" });
                    self.inline(item);
                }
                self.out.push(']');
            }
            Node::Map(entries) => {
                self.out.push('{');
                for (i, (key, value)) in ordered(entries, self.style.keys).into_iter().enumerate() {
                    self.out.push_str(if i > 0 { ", " } else { "" });
                    self.scalar(key);
                    self.out.push_str(": ");
                    self.inline(value);
                }
                self.out.push('}');
            }
        }
    }

    fn scalar(&mut self, text: &str) {
        let quotes = if self.style.json {
            Quotes::Double
        } else {
            self.style.quotes
        };
        let is_one_line = !text.contains(|c: char| c.is_control());
        match quotes {
            Quotes::Needed if is_plain(text) => self.out.push_str(text),
            Quotes::Single if is_one_line => {
                let _ = write!(self.out, "'{}'", text.replace('\'', "''"));
            }
            _ => self.out.push_str(&double_quoted(text)),
        }
    }

    /// A literal block; the key and its colon are written.
    fn block(&mut self, text: &str, indent: usize) {
        let chomping = match text.strip_suffix('\n') {
            None => "-",
            Some(rest) if rest.ends_with('\n') => "+",
            Some(_) => "",
        };
        let _ = writeln!(self.out, " |{chomping}");
        for line in text.lines() {
            if !line.is_empty() {
                self.pad(indent);
                self.out.push_str(line);
            }
            self.out.push('\n');
        }
    }

    fn is_block(&self, text: &str) -> bool {
        let is_simple = |c: char| c == '\n' || !c.is_control();
        let begins_well = !text.starts_with([' ', '\n']);
        text.contains('\n') && !self.style.quoted_text && begins_well && text.chars().all(is_simple)
    }

    fn is_flow(&self, node: &Node) -> bool {
        let is_scalar = |node: &Node| node.scalar().is_some_and(|text| !text.contains('\n'));
        self.style.flow
            && match node {
                Node::Map(entries) => entries.iter().all(|(_, value)| is_scalar(value)),
                Node::List(items) => items.iter().all(is_scalar),
                _ => true,
            }
    }

    fn comment(&mut self, indent: usize) {
        if self.style.comments {
            self.pad(indent);
            self.out
                .push_str("# what follows: \"as it was\", {mostly}\n");
        }
    }

    fn pad(&mut self, indent: usize) {
        self.out.push_str(&" ".repeat(indent));
    }

    fn step(&self) -> usize {
        if self.style.wide { 4 } else { 2 }
    }
}

/// Words that YAML 1.1 does not read as strings.
const WORDS: &[&str] = &["true", "false", "yes", "no", "on", "off", "y", "n", "null"];

fn is_plain(text: &str) -> bool {
    let is_word = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.chars().all(is_word)
        && !WORDS.contains(&text.to_ascii_lowercase().as_str())
}

fn double_quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// JSON over lines, indented by two.
pub(super) fn pretty_json(node: &Node) -> String {
    let mut out = String::new();
    pretty(node, 0, &mut out);
    out
}

fn pretty(node: &Node, indent: usize, out: &mut String) {
    let line = |out: &mut String, i: usize, indent: usize| {
        let _ = write!(
            out,
            "{}\n{}",
            if i > 0 { "," } else { "" },
            " ".repeat(indent)
        );
    };
    match node {
        Node::Plain(text) => out.push_str(text),
        Node::Str(text) => out.push_str(&double_quoted(text)),
        Node::List(items) => {
            out.push('[');
            for (i, item) in items.iter().enumerate() {
                line(out, i, indent + 2);
                pretty(item, indent + 2, out);
            }
            line(out, 0, indent);
            out.push(']');
        }
        Node::Map(entries) => {
            out.push('{');
            for (i, (key, value)) in entries.iter().enumerate() {
                line(out, i, indent + 2);
                let _ = write!(out, "{}: ", double_quoted(key));
                pretty(value, indent + 2, out);
            }
            line(out, 0, indent);
            out.push('}');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::bases;
    use super::super::families::{BASES, styles};
    use super::*;

    fn canonical(node: &Node) -> Node {
        match node {
            Node::Map(entries) => {
                let mut entries: Vec<_> = entries
                    .iter()
                    .map(|(key, value)| (key.clone(), canonical(value)))
                    .collect();
                entries.sort_by(|a, b| a.0.cmp(&b.0));
                Node::Map(entries)
            }
            Node::List(items) => Node::List(items.iter().map(canonical).collect()),
            scalar => scalar.clone(),
        }
    }

    #[test]
    fn all_styles_mean_the_same() {
        for (name, style) in styles() {
            for base in BASES {
                for node in bases::documents(base) {
                    let text = style.document(&node);
                    let text = if style.crlf {
                        text.replace('\n', "\r\n")
                    } else {
                        text
                    };
                    let read =
                        Node::read(&text).unwrap_or_else(|e| panic!("{base}: {name}: {e}\n{text}"));
                    assert_eq!(canonical(&read), canonical(&node), "{base}: {name}\n{text}");
                }
            }
        }
    }
}
