//! The JSON Schema of the configuration, for editors.

use std::fmt::Write as _;

use crate::field::Field as _;
use crate::shape::{REQUIRED, Record, Shape};
use crate::{Config, RuleFile};

/// The JSON Schema (draft 7) of `evenkeel.yaml`, as `schemas/evenkeel.schema.json` holds it.
pub fn json_schema() -> String {
    schema(
        "evenkeel.yaml",
        "Configuration of evenkeel",
        &Config::shape(),
    )
}

/// The JSON Schema (draft 7) of files with rules, as `schemas/rules.schema.json` holds it.
pub fn rules_schema() -> String {
    schema("rules", "Rules for evenkeel, in CEL", &RuleFile::shape())
}

fn schema(title: &str, description: &str, shape: &Shape) -> String {
    let mut writer = Writer {
        text: "{".to_owned(),
        depth: 1,
    };
    writer.member("$schema", "http://json-schema.org/draft-07/schema#");
    writer.member("title", title);
    let description = format!("{description}. Written by `cargo xtask codegen`.");
    writer.member("description", &description);
    writer.members(shape);
    writer.text.push_str("\n}\n");
    writer.text
}

struct Writer {
    text: String,
    depth: usize,
}

impl Writer {
    fn line_break(&mut self) {
        self.text.push('\n');
        self.text.push_str(&"  ".repeat(self.depth));
    }

    /// `"key": ` on a line of its own; a comma ends the member before.
    fn key(&mut self, key: &str) {
        if !self.text.ends_with('{') {
            self.text.push(',');
        }
        self.line_break();
        self.string(key);
        self.text.push_str(": ");
    }

    fn string(&mut self, text: &str) {
        self.text.push('"');
        for letter in text.chars() {
            match letter {
                '"' | '\\' => {
                    self.text.push('\\');
                    self.text.push(letter);
                }
                '\n' => self.text.push_str("\\n"),
                letter if letter.is_control() => {
                    let _ = write!(self.text, "\\u{:04x}", u32::from(letter));
                }
                letter => self.text.push(letter),
            }
        }
        self.text.push('"');
    }

    fn member(&mut self, key: &str, text: &str) {
        self.key(key);
        self.string(text);
    }

    fn object(&mut self, fill: impl FnOnce(&mut Writer)) {
        self.text.push('{');
        self.depth += 1;
        fill(self);
        self.depth -= 1;
        self.line_break();
        self.text.push('}');
    }

    fn strings<'s>(&mut self, texts: impl Iterator<Item = &'s str>) {
        self.text.push('[');
        for (at, text) in texts.enumerate() {
            if at > 0 {
                self.text.push_str(", ");
            }
            self.string(text);
        }
        self.text.push(']');
    }

    /// The members of a schema.
    fn members(&mut self, shape: &Shape) {
        match shape {
            Shape::Text { pattern, .. } => {
                self.member("type", "string");
                if let Some(pattern) = pattern {
                    self.member("pattern", pattern);
                }
            }
            Shape::Version { .. } => {
                self.key("type");
                self.strings(["string", "number"].into_iter());
            }
            Shape::Boolean => self.member("type", "boolean"),
            Shape::Constant(number) => {
                self.key("const");
                self.text.push_str(&number.to_string());
            }
            Shape::Choice(words) => {
                self.key("enum");
                self.strings(words.iter().map(|(word, _)| *word));
            }
            Shape::List(item) => {
                self.member("type", "array");
                self.key("items");
                self.object(|w| w.members(item));
            }
            Shape::Map(_, value) => {
                self.types_or_null("object");
                self.key("additionalProperties");
                self.object(|w| w.members(value));
            }
            Shape::Values => self.member("type", "object"),
            Shape::Record(record) => self.record(record),
            Shape::OneOf(shapes) => self.any_of(shapes),
        }
    }

    fn any_of(&mut self, shapes: &[Shape]) {
        self.key("anyOf");
        self.text.push('[');
        self.depth += 1;
        for (at, shape) in shapes.iter().enumerate() {
            if at > 0 {
                self.text.push(',');
            }
            self.line_break();
            self.object(|w| w.members(shape));
        }
        self.depth -= 1;
        self.line_break();
        self.text.push(']');
    }

    /// A mapping that may be empty is often written as nothing.
    fn types_or_null(&mut self, name: &str) {
        self.key("type");
        self.strings([name, "null"].into_iter());
    }

    fn record(&mut self, record: &Record) {
        let required: Vec<&str> = record
            .fields
            .iter()
            .filter(|field| field.default == REQUIRED)
            .map(|field| field.key)
            .collect();
        if required.is_empty() {
            self.types_or_null("object");
        } else {
            self.member("type", "object");
            self.key("required");
            self.strings(required.into_iter());
        }
        self.key("additionalProperties");
        self.text.push_str("false");
        self.key("patternProperties");
        self.text.push_str("{ \"^x-\": {} }");
        self.key("properties");
        self.object(|w| {
            for field in &record.fields {
                w.key(field.key);
                w.object(|w| {
                    w.member("description", &field.doc);
                    w.members(&field.shape);
                });
            }
        });
    }
}
