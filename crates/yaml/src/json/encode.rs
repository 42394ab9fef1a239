//! `json.Marshal`.

use evenkeel_value::number::{FloatSize, append_float, append_int, append_uint, decode_rune};
use evenkeel_value::{Entry, Kind, List, Map, Marshal, Object, Type, Value};

use crate::nesting::Nesting;
use crate::{Error, ErrorKind};

/// How deep values may nest before the program gives up where Go would go on.
const MAX_DEPTH: usize = 20_000;

/// `json.Marshal`: compact, keys sorted, `<`, `>` and `&` escaped.
///
/// # Errors
/// Go's text for NaN, infinities, complex numbers and values that contain themselves; a budget for what
/// is nested absurdly deep.
pub fn to_json(value: &Value) -> Result<Vec<u8>, Error> {
    encode(
        value,
        Layout {
            escape_html: true,
            pretty: false,
        },
    )
}

/// As [`to_json`] without escaping `<`, `>` and `&`: an encoder with `SetEscapeHTML(false)`, less the
/// newline at its end.
///
/// # Errors
/// As [`to_json`].
pub fn to_json_raw(value: &Value) -> Result<Vec<u8>, Error> {
    encode(
        value,
        Layout {
            escape_html: false,
            pretty: false,
        },
    )
}

/// `json.MarshalIndent` with an indentation of two spaces.
///
/// # Errors
/// As [`to_json`].
pub fn to_json_pretty(value: &Value) -> Result<Vec<u8>, Error> {
    encode(
        value,
        Layout {
            escape_html: true,
            pretty: true,
        },
    )
}

#[derive(Debug, Clone, Copy)]
struct Layout {
    escape_html: bool,
    pretty: bool,
}

fn encode(value: &Value, layout: Layout) -> Result<Vec<u8>, Error> {
    let mut encoder = Encoder {
        out: Vec::with_capacity(256),
        layout,
        nesting: Nesting::default(),
    };
    encoder.value(value)?;
    Ok(encoder.out)
}

struct Encoder {
    out: Vec<u8>,
    layout: Layout,
    nesting: Nesting,
}

impl Encoder {
    fn value(&mut self, value: &Value) -> Result<(), Error> {
        match value {
            Value::Nil => self.out.extend_from_slice(b"null"),
            Value::Bool(true) => self.out.extend_from_slice(b"true"),
            Value::Bool(false) => self.out.extend_from_slice(b"false"),
            Value::Int(n, _) => append_int(&mut self.out, *n, 10),
            Value::Uint(n, _) => append_uint(&mut self.out, *n, 10),
            Value::Float(n, ty) => append_number(&mut self.out, *n, *ty)?,
            Value::Complex(..) => return Err(unsupported_type("complex128")),
            Value::Str(text) => append_string(&mut self.out, text, self.layout.escape_html),
            Value::Bytes(bytes) => self.bytes(bytes),
            Value::List(list) => return self.list(list),
            Value::Map(map) => return self.map(map),
            Value::Object(object) => return self.object(&**object),
        }
        Ok(())
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        append_base64(&mut self.out, bytes);
        self.out.push(b'"');
    }

    fn list(&mut self, list: &List) -> Result<(), Error> {
        if list.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        let items = list.borrow();
        self.enter(list.id(), list.ty())?;
        self.out.push(b'[');
        for (at, item) in items.iter().enumerate() {
            self.separate(at);
            self.value(&item.value)?;
        }
        self.leave(b']', items.is_empty());
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<(), Error> {
        if map.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        let entries = map.borrow();
        self.enter(map.id(), map.ty())?;
        self.out.push(b'{');
        for (at, Entry { key, value, .. }) in entries.iter().enumerate() {
            self.separate(at);
            self.key(key);
            self.value(value)?;
        }
        self.leave(b'}', entries.is_empty());
        Ok(())
    }

    fn object(&mut self, object: &dyn Object) -> Result<(), Error> {
        let fields = match object.marshal() {
            Marshal::Value(value) => return self.value(&value),
            Marshal::Struct(fields) => fields,
        };
        self.enter(0, object.ty())?;
        self.out.push(b'{');
        for (at, (name, value)) in fields.iter().enumerate() {
            self.separate(at);
            self.key(name.as_bytes());
            self.value(value)?;
        }
        self.leave(b'}', fields.is_empty());
        Ok(())
    }

    fn key(&mut self, key: &[u8]) {
        append_string(&mut self.out, key, self.layout.escape_html);
        self.out
            .extend_from_slice(if self.layout.pretty { b": " } else { b":" });
    }

    /// What comes before the element at an index.
    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.out.push(b',');
        }
        if self.layout.pretty {
            self.new_line();
        }
    }

    fn new_line(&mut self) {
        self.out.push(b'\n');
        self.out
            .resize(self.out.len() + 2 * self.nesting.depth(), b' ');
    }

    /// Opens a container of identity `id` (0 for structs, which cannot contain themselves).
    fn enter(&mut self, id: usize, ty: Type) -> Result<(), Error> {
        if self.nesting.enter(id) {
            let name = ty.name;
            return Err(unsupported_value(&format!(
                "encountered a cycle via {name}"
            )));
        }
        self.nesting.check(MAX_DEPTH)
    }

    fn leave(&mut self, close: u8, empty: bool) {
        self.nesting.leave();
        if self.layout.pretty && !empty {
            self.new_line();
        }
        self.out.push(close);
    }
}

fn unsupported_value(what: &str) -> Error {
    Error::new(
        ErrorKind::Encode,
        format!("json: unsupported value: {what}"),
    )
}

fn unsupported_type(name: &str) -> Error {
    Error::new(ErrorKind::Encode, format!("json: unsupported type: {name}"))
}

/// The float size of a type.
pub(crate) fn float_size(ty: Type) -> FloatSize {
    if ty.kind == Kind::Float32 {
        FloatSize::F32
    } else {
        FloatSize::F64
    }
}

/// Appends a float of type `ty` as JavaScript would: scientific below 1e-6 and from 1e21 on.
pub(crate) fn append_number(out: &mut Vec<u8>, value: f64, ty: Type) -> Result<(), Error> {
    let size = float_size(ty);
    if !value.is_finite() {
        let mut text = Vec::new();
        append_float(&mut text, value, b'g', None, size);
        return Err(unsupported_value(&String::from_utf8_lossy(&text)));
    }
    let magnitude = value.abs();
    let (small, large) = match size {
        FloatSize::F32 => (f64::from(1e-6f32), f64::from(1e21f32)),
        FloatSize::F64 => (1e-6, 1e21),
    };
    let scientific = magnitude != 0.0 && (magnitude < small || magnitude >= large);
    append_float(out, value, if scientific { b'e' } else { b'f' }, None, size);
    if scientific && let [.., b'e', b'-', b'0', digit] = out[..] {
        out.truncate(out.len() - 2);
        out.push(digit);
    }
    Ok(())
}

/// Appends a quoted string; bytes that are no UTF-8 become `\ufffd`.
pub(crate) fn append_string(out: &mut Vec<u8>, text: &[u8], escape_html: bool) {
    out.push(b'"');
    let (mut from, mut at) = (0, 0);
    while let Some(&byte) = text.get(at) {
        let safe = SAFE[usize::from(byte)];
        if safe == ALWAYS || safe == OUTSIDE_HTML && !escape_html {
            at += 1;
            continue;
        }
        let (c, width) = decode_rune(&text[at..]);
        let escape = match c {
            None => Escape::Unicode(0xfffd),
            Some('\u{2028}' | '\u{2029}') => {
                Escape::Unicode(0x2020 | u16::from(text[at + 2] & 0xf))
            }
            Some(c) if !c.is_ascii() => Escape::No,
            Some(_) => escape_of(byte),
        };
        let next = at + width;
        if !matches!(escape, Escape::No) {
            out.extend_from_slice(&text[from..at]);
            push_escape(out, escape);
            from = next;
        }
        at = next;
    }
    out.extend_from_slice(&text[from..]);
    out.push(b'"');
}

enum Escape {
    No,
    Letter(u8),
    Unicode(u16),
}

/// Which ASCII characters stand in a string as they are: always, or unless HTML is escaped.
static SAFE: [u8; 256] = {
    let mut safe = [0; 256];
    let mut byte = b' ';
    while byte <= 0x7f {
        safe[byte as usize] = match byte {
            b'"' | b'\\' => 0,
            b'<' | b'>' | b'&' => OUTSIDE_HTML,
            _ => ALWAYS,
        };
        byte += 1;
    }
    safe
};
const ALWAYS: u8 = 1;
const OUTSIDE_HTML: u8 = 2;

fn escape_of(byte: u8) -> Escape {
    match byte {
        b'"' | b'\\' => Escape::Letter(byte),
        0x08 => Escape::Letter(b'b'),
        0x0c => Escape::Letter(b'f'),
        b'\n' => Escape::Letter(b'n'),
        b'\r' => Escape::Letter(b'r'),
        b'\t' => Escape::Letter(b't'),
        _ => Escape::Unicode(u16::from(byte)),
    }
}

fn push_escape(out: &mut Vec<u8>, escape: Escape) {
    match escape {
        Escape::No => {}
        Escape::Letter(letter) => out.extend_from_slice(&[b'\\', letter]),
        Escape::Unicode(code) => {
            out.extend_from_slice(b"\\u");
            for place in [12, 8, 4, 0] {
                out.push(b"0123456789abcdef"[usize::from(code >> place & 0xf)]);
            }
        }
    }
}

/// Appends the standard base64 of `bytes`, with padding.
pub(crate) fn append_base64(out: &mut Vec<u8>, bytes: &[u8]) {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| chunk.get(at).copied().map_or(0, u32::from);
        let word = byte(0) << 16 | byte(1) << 8 | byte(2);
        for place in 0..4 {
            let symbol = ALPHABET[(word >> (18 - 6 * place) & 63) as usize];
            out.push(if place > chunk.len() { b'=' } else { symbol });
        }
    }
}
