//! `sigs.k8s.io/yaml.Marshal`: `json.Marshal`, read with yaml.v2, written with yaml.v2.
//!
//! The detour over text is not taken, but everything that it does to a value is done: floats without a
//! fraction become integers, bytes that are no UTF-8 become U+FFFD, NEL is a line break that is folded,
//! and what yaml.v2 cannot read is an error.

use std::borrow::Cow;

use evenkeel_value::number::{
    FloatSize, append_float, append_int, append_uint, parse_float, parse_int, parse_uint,
};
use evenkeel_value::{Entry, List, Map, Marshal, Object, Type, Value};

use super::order::sort_keys;
use super::resolve::can_be_plain;
use super::scalar::{Version, replace_invalid};
use super::writer::{Place, Scalar, Style, Writer};
use crate::json::encode::{append_base64, append_number, append_string, to_json};
use crate::nesting::Nesting;
use crate::{Error, ErrorKind};

/// How deep yaml.v2's scanner lets flow collections nest.
const MAX_DEPTH: usize = 10_000;

/// How far from its start a key's `:` may be for yaml.v2's scanner, in characters.
const MAX_KEY: usize = 1024;

/// `sigs.k8s.io/yaml.Marshal`: block style, keys in natural order, lines folded at 80 columns, with a
/// newline at the end.
///
/// # Errors
/// `error marshaling into JSON: …` for what JSON has no form for; yaml.v2's own texts for control
/// characters, for keys of more than 1,022 characters and for nesting beyond 10,000.
pub fn to_yaml(value: &Value) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder {
        writer: Writer::new(Version::V2),
        nesting: Nesting::default(),
    };
    match encoder.value(value, Place::Root) {
        Ok(()) => Ok(encoder.writer.finish()),
        Err(Unreadable) => Err(explain(value)),
    }
}

/// yaml.v2 would not read the JSON of a value, or there is none.
struct Unreadable;

struct Encoder {
    writer: Writer,
    nesting: Nesting,
}

impl Encoder {
    fn value(&mut self, value: &Value, place: Place) -> Result<(), Unreadable> {
        match value {
            Value::Nil => self.writer.bare(b"null"),
            Value::Bool(true) => self.writer.bare(b"true"),
            Value::Bool(false) => self.writer.bare(b"false"),
            Value::Int(n, _) => self.number(|out| append_int(out, *n, 10)),
            Value::Uint(n, _) => self.number(|out| append_uint(out, *n, 10)),
            Value::Float(n, ty) => self.float(*n, *ty)?,
            Value::Complex(..) => return Err(Unreadable),
            Value::Str(text) => self.text(&through_json(text)?, place),
            Value::Bytes(bytes) => {
                let mut text = Vec::new();
                append_base64(&mut text, bytes);
                self.text(&text, place);
            }
            Value::List(list) => return self.list(list, place),
            Value::Map(map) => return self.map(map, place),
            Value::Object(object) => return self.object(&**object, place),
        }
        Ok(())
    }

    fn number(&mut self, append: impl FnOnce(&mut Vec<u8>)) {
        let mut text = Vec::with_capacity(24);
        append(&mut text);
        self.writer.bare(&text);
    }

    fn float(&mut self, value: f64, ty: Type) -> Result<(), Unreadable> {
        let mut text = Vec::with_capacity(24);
        append_number(&mut text, value, ty).map_err(|_| Unreadable)?;
        if text == b"-0" {
            text.remove(0);
        } else if !is_integer(&text) {
            let read = parse_float(&text, FloatSize::F64).map_err(|_| Unreadable)?;
            text.clear();
            append_float(&mut text, read, b'g', None, FloatSize::F64);
        }
        self.writer.bare(&text);
        Ok(())
    }

    fn text(&mut self, text: &[u8], place: Place) {
        self.writer.scalar(scalar(text), place);
    }

    fn enter(&mut self, id: usize) -> Result<(), Unreadable> {
        let cycle = self.nesting.enter(id);
        if cycle || self.nesting.depth() > MAX_DEPTH {
            Err(Unreadable)
        } else {
            Ok(())
        }
    }

    fn list(&mut self, list: &List, place: Place) -> Result<(), Unreadable> {
        if list.is_nil() {
            self.writer.bare(b"null");
            return Ok(());
        }
        let items = list.borrow();
        self.enter(list.id())?;
        if items.is_empty() {
            self.writer.empty_collection(b"[]");
        } else {
            let outer = self.writer.start_sequence(place);
            for item in items.iter() {
                self.writer.start_item();
                self.value(&item.value, Place::Item)?;
            }
            self.writer.end_collection(outer);
        }
        self.nesting.leave();
        Ok(())
    }

    fn map(&mut self, map: &Map, place: Place) -> Result<(), Unreadable> {
        if map.is_nil() {
            self.writer.bare(b"null");
            return Ok(());
        }
        let entries = map.borrow();
        let entries = entries
            .iter()
            .map(|Entry { key, value, .. }| (key.as_bytes(), value));
        self.mapping(map.id(), entries, place)
    }

    fn object(&mut self, object: &dyn Object, place: Place) -> Result<(), Unreadable> {
        match object.marshal() {
            Marshal::Value(value) => self.value(&value, place),
            Marshal::Struct(fields) => {
                let entries = fields.iter().map(|(name, value)| (name.as_bytes(), value));
                self.mapping(0, entries, place)
            }
        }
    }

    fn mapping<'a>(
        &mut self,
        id: usize,
        entries: impl Iterator<Item = (&'a [u8], &'a Value)>,
        place: Place,
    ) -> Result<(), Unreadable> {
        self.enter(id)?;
        let mut pairs = Vec::with_capacity(entries.size_hint().0);
        for (key, value) in entries {
            pairs.push((key_through_json(key)?, value));
        }
        if pairs.is_empty() {
            self.writer.empty_collection(b"{}");
        } else {
            keep_last_of_equal(&mut pairs);
            sort_keys(&mut pairs, |(key, _)| key, Version::V2);
            let outer = self.writer.start_mapping(place);
            for (key, value) in &pairs {
                self.writer.key(scalar(key.as_bytes()));
                self.value(value, Place::Entry)?;
            }
            self.writer.end_collection(outer);
        }
        self.nesting.leave();
        Ok(())
    }
}

/// Whether yaml.v2 reads a JSON number as an integer, which is written as it stands.
fn is_integer(text: &[u8]) -> bool {
    if !text.iter().all(|c| c.is_ascii_digit() || *c == b'-') {
        return false;
    }
    text.len() < 19 || parse_int(text, 10, 64).is_ok() || parse_uint(text, 10, 64).is_ok()
}

fn scalar(text: &[u8]) -> Scalar<'_> {
    let style = if memchr::memchr(b'\n', text).is_some() {
        Style::Literal
    } else if can_be_plain(text, Version::V2) {
        Style::Plain
    } else {
        Style::DoubleQuoted
    };
    Scalar {
        text,
        style,
        binary: false,
    }
}

/// Two keys can become equal where bytes that are no UTF-8 were replaced; the later one wins.
fn keep_last_of_equal(pairs: &mut Vec<(Cow<'_, str>, &Value)>) {
    let replaced = |key: &Cow<'_, str>| matches!(key, Cow::Owned(_));
    if !pairs.iter().any(|(key, _)| replaced(key)) {
        return;
    }
    pairs.sort_by(|(a, _), (b, _)| a.cmp(b));
    pairs.reverse();
    pairs.dedup_by(|(a, _), (b, _)| a == b);
    pairs.reverse();
}

/// The text of a string after JSON and yaml.v2's reader.
fn through_json(text: &[u8]) -> Result<Cow<'_, [u8]>, Unreadable> {
    if text.is_ascii() && memchr::memchr(0x7f, text).is_none() {
        return Ok(Cow::Borrowed(text));
    }
    let valid = replace_invalid(text);
    if valid.chars().any(is_forbidden) {
        return Err(Unreadable);
    }
    if valid.contains('\u{85}') {
        return fold_breaks(&valid).map(|text| Cow::Owned(text.into_bytes()));
    }
    Ok(match valid {
        Cow::Borrowed(text) => Cow::Borrowed(text.as_bytes()),
        Cow::Owned(text) => Cow::Owned(text.into_bytes()),
    })
}

/// As [`through_json`], for keys: they must stand on one line, and not be long.
fn key_through_json(key: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    if key.len() > MAX_KEY / 6 - 1 && quoted_length(key) > MAX_KEY {
        return Err(Unreadable);
    }
    let valid = replace_invalid(key);
    if !key.is_ascii() && valid.chars().any(|c| is_forbidden(c) || c == '\u{85}')
        || key.contains(&0x7f)
    {
        return Err(Unreadable);
    }
    Ok(valid)
}

fn quoted_length(key: &[u8]) -> usize {
    let mut json = Vec::with_capacity(key.len() + 2);
    append_string(&mut json, key, true);
    json.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}

/// Characters that yaml.v2's reader refuses and JSON does not escape.
fn is_forbidden(c: char) -> bool {
    matches!(c, '\x7f'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}')
}

/// Folds the line breaks in a double-quoted scalar: NEL is the only one that JSON does not escape. Spaces
/// around breaks vanish, one break is a space, and of more the first vanishes.
fn fold_breaks(text: &str) -> Result<String, Unreadable> {
    let mut lines = text.split('\u{85}').peekable();
    let mut out = String::with_capacity(text.len());
    let (mut first, mut empty) = (true, 0);
    while let Some(line) = lines.next() {
        if !first && starts_document(line, lines.peek().is_some()) {
            return Err(Unreadable);
        }
        let line = if first {
            line
        } else {
            line.trim_start_matches(' ')
        };
        let last = lines.peek().is_none();
        let line = if last {
            line
        } else {
            line.trim_end_matches(' ')
        };
        if !first && line.is_empty() && !last {
            empty += 1;
            continue;
        }
        if !first {
            match empty {
                0 => out.push(' '),
                _ => out.extend(std::iter::repeat_n('\n', empty)),
            }
        }
        out.push_str(line);
        (first, empty) = (false, 0);
    }
    Ok(out)
}

/// Whether a line looks like a document marker, which a quoted scalar must not hold.
fn starts_document(line: &str, more_lines: bool) -> bool {
    let rest = line
        .strip_prefix("---")
        .or_else(|| line.strip_prefix("..."));
    // A quote follows the last line.
    rest.is_some_and(|rest| rest.starts_with(' ') || rest.is_empty() && more_lines)
}

/// What Go says about a value that [`to_yaml`] cannot write.
fn explain(value: &Value) -> Error {
    match to_json(value) {
        Err(error) => error.prefixed("error marshaling into JSON: "),
        Ok(json) => Error::new(ErrorKind::Encode, format!("yaml: {}", first_problem(&json))),
    }
}

/// What yaml.v2 says about a JSON text that it does not read. Its reader runs ahead of its parser by a
/// buffer, and so finds control characters first.
fn first_problem(json: &[u8]) -> String {
    let text = String::from_utf8_lossy(json);
    let mut scan = Scan {
        text: &text,
        at: 0,
        line: 0,
        depth: 0,
    };
    let problem = loop {
        match scan.step() {
            Ok(true) => {}
            Ok(false) => break "unknown problem parsing YAML content".to_owned(),
            Err(problem) => break problem,
        }
    };
    let ahead = (scan.at / READER_BUFFER + 1) * READER_BUFFER;
    match text.char_indices().find(|&(_, c)| is_forbidden(c)) {
        Some((at, _)) if at < ahead => "control characters are not allowed".to_owned(),
        _ => problem,
    }
}

/// How many bytes yaml.v2's reader decodes at a time.
const READER_BUFFER: usize = 512;

/// A walk over a JSON text that looks for what yaml.v2 minds.
struct Scan<'a> {
    text: &'a str,
    at: usize,
    /// Line breaks so far.
    line: usize,
    depth: usize,
}

impl Scan<'_> {
    fn next(&mut self) -> Option<char> {
        let c = self.text[self.at..].chars().next()?;
        self.at += c.len_utf8();
        Some(c)
    }

    /// Passes one character or string; false at the end.
    fn step(&mut self) -> Result<bool, String> {
        match self.next() {
            None => return Ok(false),
            Some('[' | '{') => self.depth += 1,
            Some(']' | '}') => self.depth -= 1,
            Some('"') => self.string()?,
            Some(_) => {}
        }
        if self.depth > MAX_DEPTH {
            let line = if self.line == 0 { 0 } else { self.line + 1 };
            return Err(at_line(line, &format!("exceeded max depth of {MAX_DEPTH}")));
        }
        Ok(true)
    }

    /// Passes a string, from behind its opening quote.
    fn string(&mut self) -> Result<(), String> {
        let first_line = self.line;
        let mut length = 1;
        while let Some(c) = self.next() {
            length += 1;
            match c {
                '"' => break,
                '\\' => {
                    length += 1;
                    self.next();
                }
                '\u{85}' => {
                    self.line += 1;
                    self.document_marker()?;
                }
                _ => {}
            }
        }
        let is_key = self.text[self.at..].starts_with(':');
        if is_key && (length > MAX_KEY || self.line > first_line) {
            return Err(at_line(self.line, "did not find expected ',' or '}'"));
        }
        Ok(())
    }

    fn document_marker(&self) -> Result<(), String> {
        let rest = &self.text[self.at..];
        let marker = ["---", "..."].iter().find_map(|m| rest.strip_prefix(m));
        match marker {
            Some(rest) if rest.starts_with([' ', '\u{85}']) => Err(at_line(
                self.line + 1,
                "found unexpected document indicator",
            )),
            _ => Ok(()),
        }
    }
}

/// The first line goes without saying.
fn at_line(line: usize, problem: &str) -> String {
    match line {
        0 => problem.to_owned(),
        _ => format!("line {line}: {problem}"),
    }
}
