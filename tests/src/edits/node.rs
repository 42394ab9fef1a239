//! Values as text has them.

use evenkeel_diagnostics::FileId;
use evenkeel_value::Data;

/// A value to be edited and written. Unlike [`Data`] it keeps how a number is written and in which order keys stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// Null, a bool or a number, as it is written.
    Plain(String),
    /// A string.
    Str(String),
    /// A list.
    List(Vec<Node>),
    /// A map.
    Map(Vec<(String, Node)>),
}

impl Node {
    /// Reads one document, or the value that an edit puts in.
    pub(super) fn parse(yaml: &str) -> Node {
        let node = Node::read(yaml).unwrap_or_else(|e| panic!("{e} in\n{yaml}"));
        match node {
            // What the edit wants is this spelling: 1.0, 0644.
            Node::Plain(_) => Node::Plain(yaml.trim().to_owned()),
            node => node,
        }
    }

    /// The same without a promise that it is YAML.
    pub(super) fn read(yaml: &str) -> Result<Node, String> {
        let data = evenkeel_yaml::decode(yaml.as_bytes(), FileId::NONE);
        data.map(|data| Node::of(&data))
            .map_err(|e| format!("{e:?}"))
    }

    /// The value of a key, if this is a map that has it.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        let Node::Map(entries) = self else {
            return None;
        };
        entries
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value)
    }

    /// The text of a scalar.
    pub(super) fn scalar(&self) -> Option<&str> {
        match self {
            Node::Plain(text) | Node::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The text of the scalar at these keys, empty if there is none.
    pub(super) fn text_at(&self, keys: &[&str]) -> &str {
        let found = keys.iter().try_fold(self, |at, key| at.get(key));
        found.and_then(Node::scalar).unwrap_or_default()
    }

    /// Sets `metadata.name`, if there is one.
    pub(super) fn set_name(&mut self, name: &str) {
        let Node::Map(entries) = self else { return };
        let metadata = entries.iter_mut().find(|(key, _)| key == "metadata");
        let Some((_, Node::Map(entries))) = metadata else {
            return;
        };
        if let Some((_, value)) = entries.iter_mut().find(|(key, _)| key == "name") {
            *value = Node::Str(name.to_owned());
        }
    }

    fn of(data: &Data) -> Node {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        match data {
            Data::Null => Node::Plain("null".to_owned()),
            Data::Bool(value) => Node::Plain(value.to_string()),
            Data::Int(value) => Node::Plain(value.to_string()),
            Data::Uint(value) => Node::Plain(value.to_string()),
            Data::Float(value) => Node::Plain(value.to_string()),
            Data::Str(bytes) => Node::Str(text(bytes)),
            Data::List(items) => {
                Node::List(items.iter().map(|item| Node::of(&item.value)).collect())
            }
            Data::Map(entries) => {
                let entry = |e: &evenkeel_value::DataEntry| (text(&e.key), Node::of(&e.value));
                Node::Map(entries.iter().map(entry).collect())
            }
        }
    }
}
