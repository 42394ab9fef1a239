//! What a type of the configuration looks like, for the JSON Schema and the manual.

/// The shape of a value.
#[derive(Debug, Clone)]
pub(crate) enum Shape {
    /// A string; `what` names its form in the manual.
    Text {
        what: &'static str,
        /// A regular expression of the JSON Schema.
        pattern: Option<&'static str>,
    },
    /// A version: a string that YAML may take for a number.
    Version {
        what: &'static str,
    },
    Boolean,
    /// The one number that is allowed.
    Constant(u32),
    /// One of some words, each with what it means.
    Choice(Vec<(&'static str, &'static str)>),
    List(Box<Shape>),
    /// A mapping with keys that the author chooses; what the keys are.
    Map(&'static str, Box<Shape>),
    /// Any mapping.
    Values,
    Record(Record),
    OneOf(Vec<Shape>),
}

/// A mapping with known keys.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    /// What it is, with its article: `an environment`.
    pub(crate) owner: &'static str,
    pub(crate) doc: String,
    pub(crate) fields: Vec<FieldShape>,
}

/// One key of a [`Record`].
#[derive(Debug, Clone)]
pub(crate) struct FieldShape {
    pub(crate) key: &'static str,
    pub(crate) doc: String,
    pub(crate) shape: Shape,
    pub(crate) default: &'static str,
}

/// The default of a field that must be written.
pub(crate) const REQUIRED: &str = "required";

impl Shape {
    /// What the manual calls it.
    pub(crate) fn name(&self) -> String {
        match self {
            Shape::Text { what, .. } | Shape::Version { what } => (*what).to_owned(),
            Shape::Boolean => "bool".to_owned(),
            Shape::Constant(number) => format!("`{number}`"),
            Shape::Choice(words) => {
                let words: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
                words.join(", ")
            }
            Shape::List(item) => format!("list: {}", item.name()),
            Shape::Map(keys, value) => format!("map: {keys} → {}", value.name()),
            Shape::Values => "values".to_owned(),
            Shape::Record(record) => record.owner.to_owned(),
            Shape::OneOf(shapes) => {
                let names: Vec<_> = shapes.iter().map(Shape::name).collect();
                names.join(" or ")
            }
        }
    }

    /// The records within, outermost first.
    pub(crate) fn records(&self) -> Vec<&Record> {
        match self {
            Shape::List(inner) | Shape::Map(_, inner) => inner.records(),
            Shape::OneOf(shapes) => shapes.iter().flat_map(Shape::records).collect(),
            Shape::Record(record) => vec![record],
            _ => Vec::new(),
        }
    }
}

/// Doc comments as one text: lines of a paragraph joined.
pub(crate) fn prose(lines: &[&str]) -> String {
    let mut text = String::new();
    for line in lines {
        let line = line.trim();
        if line.is_empty() {
            text.push_str("\n\n");
        } else {
            if !text.is_empty() && !text.ends_with('\n') {
                text.push(' ');
            }
            text.push_str(line);
        }
    }
    text
}
