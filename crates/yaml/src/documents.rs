//! Several documents in one file, as Helm 4 reads values.

use std::borrow::Cow;

use evenkeel_diagnostics::FileId;
use evenkeel_value::Data;

use crate::read::Input;
use crate::sigs::{ReadOptions, decode_with, expect_map};
use crate::{Error, ErrorKind};

/// The text of one document of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentText<'a> {
    /// The text as Go's reader hands it on.
    pub text: Cow<'a, [u8]>,
    /// Offset of its first byte in the file.
    pub start: u32,
}

/// Splits a file into documents at lines that begin with `---`, as `YAMLReader` of
/// k8s.io/apimachinery's `util/yaml` does it after Helm 4's `loader.LoadValues` has ended the last line.
///
/// A separator in front of a document is part of its text. Documents without a line are left out.
///
/// # Errors
/// An item is an error, and the last, if more than a comment follows `---`: `invalid Yaml document
/// separator: …`.
pub fn documents(text: &[u8]) -> Documents<'_> {
    Documents { text, at: 0 }
}

/// What [`documents`] returns.
#[derive(Debug, Clone)]
pub struct Documents<'a> {
    text: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Documents<'a> {
    type Item = Result<DocumentText<'a>, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        while let Some(rest) = self.text.get(self.at..).filter(|rest| !rest.is_empty()) {
            let length = memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            let line = rest.get(..length).unwrap_or(rest);
            self.at += length;
            let Some(behind) = line.strip_prefix(b"---") else {
                continue;
            };
            let behind = String::from_utf8_lossy(behind);
            let behind = behind.trim();
            if !behind.is_empty() && !behind.starts_with('#') {
                self.at = self.text.len();
                let text = format!("invalid Yaml document separator: {behind}");
                return Some(Err(Error::new(ErrorKind::Syntax, text)));
            }
            if self.at - length > start {
                return Some(Ok(self.document(start, self.at - length)));
            }
        }
        (self.at > start).then(|| Ok(self.document(start, self.at)))
    }
}

impl<'a> Documents<'a> {
    fn document(&self, start: usize, end: usize) -> DocumentText<'a> {
        let text = self.text.get(start..end).unwrap_or_default();
        let mut text = Cow::Borrowed(text);
        if needs_plain_breaks(&text) {
            let mut lines = Vec::with_capacity(text.len());
            for line in text.split_inclusive(|&b| b == b'\n') {
                lines.extend_from_slice(line.strip_suffix(b"\r\n").unwrap_or(line));
                if line.ends_with(b"\r\n") {
                    lines.push(b'\n');
                }
            }
            text = Cow::Owned(lines);
        }
        if !text.ends_with(b"\n") {
            text.to_mut().push(b'\n');
        }
        DocumentText {
            text,
            start: u32::try_from(start).unwrap_or(u32::MAX),
        }
    }
}

/// Whether CR LF must become LF before parsing, as Go's line reader does it with all text. Mostly both
/// read alike and offsets can stay; but CR CR LF becomes one break, UTF-16 is cut apart, and where a bad
/// character is met depends on how many bytes are before it.
fn needs_plain_breaks(text: &[u8]) -> bool {
    let has_pairs = memchr::memmem::find(text, b"\r\n").is_some();
    has_pairs
        && (matches!(text, [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..])
            || memchr::memmem::find(text, b"\r\r\n").is_some()
            || Input::new(text).is_tricky())
}

/// The documents of a values file, each a map: what Helm 4's
/// `loader.LoadValues` merges, later over earlier.
///
/// # Errors
/// Go's text, with `cannot unmarshal yaml document: ` or `error reading yaml document: ` before it.
pub fn decode_documents(text: &[u8], file: FileId) -> Result<Vec<Data>, Error> {
    let mut all = Vec::new();
    for document in documents(text) {
        let document = document.map_err(|e| e.prefixed("error reading yaml document: "))?;
        let options = ReadOptions {
            base: document.start,
            ..ReadOptions::new(file)
        };
        let data = decode_with(&document.text, &options)
            .and_then(|data| expect_map(data, "map[string]interface {}"))
            .map_err(|e| e.prefixed("cannot unmarshal yaml document: "))?;
        all.push(data);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Recorded from Helm 4's `loader.LoadValues`: the documents, or the error.
    fn check(text: &str, expected: &[&str]) {
        let found: Vec<String> = match decode_documents(text.as_bytes(), FileId::NONE) {
            Ok(all) => {
                let json = all
                    .iter()
                    .map(|data| crate::to_json(&data.to_value()).unwrap());
                json.map(|json| String::from_utf8(json).unwrap()).collect()
            }
            Err(error) => vec![error.text().to_owned()],
        };
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn documents_are_split_at_separators() {
        check("", &[]);
        check("---", &["{}"]);
        check("a: 1\n--- # c\nb: 2\n", &[r#"{"a":1}"#, r#"{"b":2}"#]);
        check(
            "---\r\na: 1\r\n---\r\n---\r\nb: 2",
            &[r#"{"a":1}"#, r#"{"b":2}"#],
        );
        check("a: |\n  x", &[r#"{"a":"x\n"}"#]);
        check("a: 1\n...\n---\nb: 2", &[r#"{"a":1}"#, r#"{"b":2}"#]);
    }

    #[test]
    fn failures_name_their_stage() {
        check(
            "a: 1\n--- b\n",
            &["error reading yaml document: invalid Yaml document separator: b"],
        );
        check(
            "a: 1\n---\n- b\n",
            &[
                "cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: \
               cannot unmarshal array into Go value of type map[string]interface {}",
            ],
        );
    }

    #[test]
    fn origins_count_from_the_start_of_the_file() {
        let all = decode_documents(b"a: 1\n---\nb: 2\n", FileId::NONE).unwrap();
        let offsets = all.iter().filter_map(|data| match data {
            Data::Map(entries) => entries.first().map(|entry| entry.origin.offset),
            _ => None,
        });
        assert_eq!(offsets.collect::<Vec<_>>(), [0, 9]);
    }
}
