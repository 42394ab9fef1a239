//! yaml.v3's encoder with an indentation of two: Helm's `toYamlPretty`.

use std::borrow::Cow;

use evenkeel_value::number::{append_float, append_int, append_uint};
use evenkeel_value::{Entry, List, Map, Marshal, Object, Type, Value, duration_text, ty};

use super::order::sort_keys;
use super::resolve::can_be_plain;
use super::scalar::{Version, replace_invalid};
use super::writer::{Place, Scalar, Style, Writer};
use crate::json::encode::{append_base64, float_size};
use crate::nesting::Nesting;
use crate::{Error, ErrorKind};

/// How deep values may nest. Go has no limit but its stack, which a value that contains itself overflows.
const MAX_DEPTH: usize = 12_000;

/// `Encode` of a yaml.v3 encoder after `SetIndent(2)`: block style with indented lists, nothing folded,
/// with a newline at the end.
///
/// # Errors
/// `cannot marshal type: …`, with which yaml.v3 panics; a budget for what is nested absurdly deep.
pub fn to_yaml_pretty(value: &Value) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder {
        writer: Writer::new(Version::V3),
        nesting: Nesting::default(),
    };
    encoder.value(value, Place::Root)?;
    Ok(encoder.writer.finish())
}

struct Encoder {
    writer: Writer,
    nesting: Nesting,
}

impl Encoder {
    fn value(&mut self, value: &Value, place: Place) -> Result<(), Error> {
        match value {
            Value::Nil => self.writer.bare(b"null"),
            Value::Bool(true) => self.writer.bare(b"true"),
            Value::Bool(false) => self.writer.bare(b"false"),
            Value::Int(n, ty) if *ty == ty::DURATION => {
                self.text(duration_text(*n).as_bytes(), place);
            }
            Value::Int(n, _) => self.number(|out| append_int(out, *n, 10)),
            Value::Uint(n, _) => self.number(|out| append_uint(out, *n, 10)),
            Value::Float(n, ty) => self.float(*n, *ty),
            Value::Complex(..) => return Err(cannot_marshal("complex128")),
            Value::Str(text) => self.text(text, place),
            Value::Bytes(bytes) => return self.bytes(bytes, place),
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

    fn float(&mut self, value: f64, ty: Type) {
        if value.is_nan() {
            return self.writer.bare(b".nan");
        }
        if value.is_infinite() {
            return self
                .writer
                .bare(if value > 0.0 { b".inf" } else { b"-.inf" });
        }
        self.number(|out| append_float(out, value, b'g', None, float_size(ty)));
    }

    fn text(&mut self, text: &[u8], place: Place) {
        self.writer.scalar(Text::new(text).scalar(), place);
    }

    /// Opens a container of identity `id`, or 0 for what cannot contain itself.
    fn enter(&mut self, id: usize) -> Result<(), Error> {
        if self.nesting.enter(id) {
            return Err(Error::new(ErrorKind::Budget, "value contains itself"));
        }
        self.nesting.check(MAX_DEPTH)
    }

    /// A `[]uint8` is a list of numbers.
    fn bytes(&mut self, bytes: &[u8], place: Place) -> Result<(), Error> {
        self.sequence(0, bytes.iter(), place, |encoder, byte| {
            encoder.number(|out| append_uint(out, u64::from(*byte), 10));
            Ok(())
        })
    }

    fn list(&mut self, list: &List, place: Place) -> Result<(), Error> {
        self.sequence(list.id(), list.borrow().iter(), place, |encoder, item| {
            encoder.value(&item.value, Place::Item)
        })
    }

    fn sequence<T>(
        &mut self,
        id: usize,
        items: impl ExactSizeIterator<Item = T>,
        place: Place,
        write: impl Fn(&mut Encoder, T) -> Result<(), Error>,
    ) -> Result<(), Error> {
        self.enter(id)?;
        if items.len() == 0 {
            self.writer.empty_collection(b"[]");
        } else {
            let outer = self.writer.start_sequence(place);
            for item in items {
                self.writer.start_item();
                write(self, item)?;
            }
            self.writer.end_collection(outer);
        }
        self.nesting.leave();
        Ok(())
    }

    fn map(&mut self, map: &Map, place: Place) -> Result<(), Error> {
        let entries = map.borrow();
        let mut pairs: Vec<_> = entries
            .iter()
            .map(|Entry { key, value, .. }| (replace_invalid(key), key.as_bytes(), value))
            .collect();
        sort_keys(&mut pairs, |(order, ..)| order, Version::V3);
        let pairs = pairs.into_iter().map(|(_, key, value)| (key, value));
        self.mapping(map.id(), pairs, place)
    }

    fn object(&mut self, object: &dyn Object, place: Place) -> Result<(), Error> {
        let is_time = object.ty().name == "time.Time";
        match object.marshal() {
            // A time is written plain, though it would not stay a string.
            Marshal::Value(Value::Str(text)) if is_time => {
                self.writer.bare(&text);
                Ok(())
            }
            Marshal::Value(value) => self.value(&value, place),
            Marshal::Struct(_) => {
                // Without tags of its own a field is called as in Go, in lower case.
                let fields = object.fields();
                let names: Vec<_> = fields.iter().map(|(name, _)| name.to_lowercase()).collect();
                let values = fields.iter().map(|(_, value)| value);
                self.mapping(0, names.iter().map(String::as_bytes).zip(values), place)
            }
        }
    }

    fn mapping<'a>(
        &mut self,
        id: usize,
        entries: impl ExactSizeIterator<Item = (&'a [u8], &'a Value)>,
        place: Place,
    ) -> Result<(), Error> {
        self.enter(id)?;
        if entries.len() == 0 {
            self.writer.empty_collection(b"{}");
        } else {
            let outer = self.writer.start_mapping(place);
            for (key, value) in entries {
                self.writer.key(Text::new(key).scalar());
                self.value(value, Place::Entry)?;
            }
            self.writer.end_collection(outer);
        }
        self.nesting.leave();
        Ok(())
    }
}

fn cannot_marshal(name: &str) -> Error {
    Error::new(ErrorKind::Encode, format!("cannot marshal type: {name}"))
}

/// A string, or the base64 of one that is no UTF-8.
struct Text<'a> {
    text: Cow<'a, [u8]>,
    binary: bool,
}

impl Text<'_> {
    fn new(text: &[u8]) -> Text<'_> {
        let binary = std::str::from_utf8(text).is_err();
        let text = if binary {
            Cow::Owned(base64_lines(text))
        } else {
            Cow::Borrowed(text)
        };
        Text { text, binary }
    }

    fn scalar(&self) -> Scalar<'_> {
        let style = if self.text.contains(&b'\n') {
            Style::Literal
        } else if self.binary || can_be_plain(&self.text, Version::V3) {
            Style::Plain
        } else {
            Style::DoubleQuoted
        };
        Scalar {
            text: &self.text,
            style,
            binary: self.binary,
        }
    }
}

/// Base64, in lines of 70 characters if one does not do.
fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    const LINE: usize = 70;
    let mut encoded = Vec::new();
    append_base64(&mut encoded, bytes);
    if encoded.len() < LINE {
        return encoded;
    }
    encoded
        .chunks(LINE)
        .flat_map(|line| [line, b"\n"].concat())
        .collect()
}
