//! The few fields of a document that Helm itself reads: its `SimpleHead`.

use evenkeel_diagnostics::FileId;
use evenkeel_value::Data;
use evenkeel_value::number::{self, FloatSize};
use evenkeel_yaml as yaml;

/// `apiVersion`, `kind`, `metadata.name` and `metadata.annotations` of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`; empty if there is none.
    pub api_version: String,
    /// `kind`; empty if there is none.
    pub kind: String,
    /// `metadata.name`; empty if there is none.
    pub name: String,
    /// `metadata.namespace`, at which Helm does not look; empty if there is none.
    pub namespace: String,
    /// `metadata.annotations`, sorted by key.
    pub annotations: Vec<(String, String)>,
}

impl Head {
    /// Reads the head of a document, as `yaml.Unmarshal` into `SimpleHead` does: keys fold case, and
    /// numbers and booleans become strings.
    ///
    /// # Errors
    /// Go's text where the document is no YAML or a field has another type; `head_type` is Go's name of
    /// the struct type.
    pub fn parse(text: &[u8], head_type: &str) -> Result<Head, yaml::Error> {
        let wanted = |key: &[u8]| FIELDS.iter().any(|field| same_field(key, field));
        let data = yaml::decode_part(text, FileId::NONE, &wanted)?;
        check_floats(&data)?;
        let (mut head, mut reader) = (Head::default(), Reader { failure: None });
        match &data {
            Data::Null => {}
            Data::Map(entries) => {
                for entry in entries.iter() {
                    reader.top_field(&mut head, &entry.key, &entry.value);
                }
            }
            other => reader.fail(other, format!("Go value of type {head_type}")),
        }
        match reader.failure {
            None => Ok(head),
            Some(text) => Err(yaml::Error::new(yaml::ErrorKind::Decode, text)),
        }
    }

    /// The value of an annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.annotations
            .iter()
            .find(|(k, _)| k == key)
            .map(|(_, value)| value.as_str())
    }

    /// The API group that `apiVersion` names: empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version
            .split_once('/')
            .map_or("", |(group, _)| group)
    }
}

/// The fields at the top; nothing else of a document is built.
const FIELDS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// JSON has no words for infinities: they are an error, unless they become strings.
fn check_floats(data: &Data) -> Result<(), yaml::Error> {
    let Data::Map(entries) = data else {
        return refuse_infinite(data);
    };
    for entry in entries.iter() {
        let is_metadata = same_field(&entry.key, "metadata");
        match &entry.value {
            Data::Map(fields) if is_metadata => {
                for field in fields.iter() {
                    check_metadata(&field.key, &field.value)?;
                }
            }
            value => unless_text(value, !is_metadata)?,
        }
    }
    Ok(())
}

fn check_metadata(key: &[u8], value: &Data) -> Result<(), yaml::Error> {
    match value {
        Data::Map(annotations) if same_field(key, "annotations") => annotations
            .iter()
            .try_for_each(|annotation| unless_text(&annotation.value, true)),
        value => unless_text(value, same_field(key, "name")),
    }
}

/// Checks a value; a number that a string field takes is none any more.
fn unless_text(value: &Data, is_text: bool) -> Result<(), yaml::Error> {
    match value {
        Data::Float(_) if is_text => Ok(()),
        value => refuse_infinite(value),
    }
}

fn refuse_infinite(data: &Data) -> Result<(), yaml::Error> {
    match data {
        Data::Float(n) if !n.is_finite() => {
            let n = number::format_float(*n, b'g', None, FloatSize::F64);
            let text = format!("error converting YAML to JSON: json: unsupported value: {n}");
            Err(yaml::Error::new(yaml::ErrorKind::Decode, text))
        }
        Data::List(items) => items
            .iter()
            .try_for_each(|item| refuse_infinite(&item.value)),
        Data::Map(entries) => entries
            .iter()
            .try_for_each(|entry| refuse_infinite(&entry.value)),
        _ => Ok(()),
    }
}

/// Go's name of the anonymous struct that `metadata` is decoded into.
const METADATA_TYPE: &str = "struct { Name string \"json:\\\"name\\\"\"; \
     Annotations map[string]string \"json:\\\"annotations\\\"\" }";

/// Decodes field by field; like `encoding/json` it keeps the first failure and goes on.
struct Reader {
    failure: Option<String>,
}

impl Reader {
    fn top_field(&mut self, head: &mut Head, key: &[u8], value: &Data) {
        if same_field(key, "apiVersion") {
            self.string(&mut head.api_version, value, "SimpleHead.apiVersion");
        } else if same_field(key, "kind") {
            self.string(&mut head.kind, value, "SimpleHead.kind");
        } else if same_field(key, "metadata") {
            match value {
                Data::Null => {}
                Data::Map(entries) => {
                    for entry in entries.iter() {
                        self.metadata_field(head, &entry.key, &entry.value);
                    }
                }
                other => self.fail(
                    other,
                    format!("Go struct field SimpleHead.metadata of type {METADATA_TYPE}"),
                ),
            }
        }
    }

    fn metadata_field(&mut self, head: &mut Head, key: &[u8], value: &Data) {
        if key == b"namespace" {
            value
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut head.namespace);
        } else if same_field(key, "name") {
            self.string(&mut head.name, value, ".metadata.name");
        } else if same_field(key, "annotations") {
            match value {
                Data::Null => head.annotations.clear(),
                Data::Map(entries) => {
                    for entry in entries.iter() {
                        let key = String::from_utf8_lossy(&entry.key).into_owned();
                        let mut text = String::new();
                        self.string(&mut text, &entry.value, ".metadata.annotations");
                        head.annotations.retain(|(known, _)| *known != key);
                        head.annotations.push((key, text));
                    }
                }
                other => self.fail(
                    other,
                    "Go struct field .metadata.annotations of type map[string]string".to_owned(),
                ),
            }
        }
    }

    fn string(&mut self, target: &mut String, value: &Data, field: &str) {
        *target = match value {
            Data::Null => return,
            Data::Str(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Data::Bool(b) => b.to_string(),
            Data::Int(n) => n.to_string(),
            Data::Uint(n) => n.to_string(),
            // sigs.k8s.io/yaml gives floats the precision of 32 bits here.
            Data::Float(n) => number::format_float(*n, b'g', None, FloatSize::F32),
            Data::List(_) | Data::Map(_) => {
                return self.fail(value, format!("Go struct field {field} of type string"));
            }
        };
    }

    fn fail(&mut self, value: &Data, target: String) {
        let kind = value.json_kind();
        self.failure.get_or_insert_with(|| {
            format!(
                "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into {target}"
            )
        });
    }
}

/// Whether `encoding/json` takes `key` for the field `name`: it folds case by Unicode's simple folding,
/// where the Kelvin sign is a k and the long s an s.
fn same_field(key: &[u8], name: &str) -> bool {
    if key.is_ascii() {
        return key.eq_ignore_ascii_case(name.as_bytes());
    }
    let Ok(key) = std::str::from_utf8(key) else {
        return false;
    };
    let fold = |c: char| match c {
        '\u{212a}' => 'k',
        '\u{17f}' => 's',
        c => c.to_ascii_lowercase(),
    };
    key.chars()
        .map(fold)
        .eq(name.chars().map(|c| c.to_ascii_lowercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Result<(&str, &str, &str), &str>) {
        match (Head::parse(text.as_bytes(), "util.SimpleHead"), want) {
            (Ok(head), Ok(want)) => {
                assert_eq!((&*head.api_version, &*head.kind, &*head.name), want);
            }
            (Err(error), Err(want)) => {
                let text = error.text();
                let text =
                    text.strip_prefix("error unmarshaling JSON: while decoding JSON: json: ");
                assert_eq!(text.unwrap_or(error.text()), want);
            }
            (got, want) => panic!("got {got:?}, want {want:?}"),
        }
    }

    #[test]
    fn reads_what_helm_reads() {
        check(
            "apiVersion: 1.10\nKIND: x\nmetadata: {name: true}",
            Ok(("1.1", "x", "true")),
        );
        check("Kind: x\nkind: null", Ok(("", "x", "")));
        check(
            "kind: 1000000\nmetadata: {name: .inf}",
            Ok(("", "1000000", "+Inf")),
        );
        check(
            "kind: 1000000.0\napiVersion: 18446744073709551615",
            Ok(("18446744073709551615", "1e+06", "")),
        );
        check("# only a comment", Ok(("", "", "")));
    }

    #[test]
    fn refuses_what_helm_refuses() {
        check(
            "- a",
            Err("cannot unmarshal array into Go value of type util.SimpleHead"),
        );
        check(
            "foo",
            Err("cannot unmarshal string into Go value of type util.SimpleHead"),
        );
        check(
            "kind: [a]\nmetadata: x\napiVersion: {}",
            Err(
                "cannot unmarshal object into Go struct field SimpleHead.apiVersion of type string",
            ),
        );
        check(
            "metadata: {annotations: {a: [1], b: {}}, name: []}",
            Err("cannot unmarshal array into Go struct field .metadata.annotations of type string"),
        );
        check(
            "metadata: true",
            Err(
                "cannot unmarshal bool into Go struct field SimpleHead.metadata of type struct { \
                 Name string \"json:\\\"name\\\"\"; \
                 Annotations map[string]string \"json:\\\"annotations\\\"\" }",
            ),
        );
    }

    #[test]
    fn annotations_of_both_spellings_are_merged() {
        let head = Head::parse(
            b"metadata: {Annotations: {x: 1}, annotations: {y: 2, x: 3}}",
            "T",
        );
        let head = head.expect("parses");
        assert_eq!(head.annotation("x"), Some("3"));
        assert_eq!(head.annotation("y"), None, "y is a boolean in YAML 1.1");
        assert_eq!(head.annotation("true"), Some("2"));
    }
}
