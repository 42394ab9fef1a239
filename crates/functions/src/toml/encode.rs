//! Writing TOML: `encode.go`.

use evenkeel_value::number::{FloatSize, format_float};
use evenkeel_value::{Kind, List, Map, Marshal, Object, Value, duration_text, ty};

use super::{Fault, MAX_DEPTH, key_part, key_text, quoted};
use crate::dates::local_toml_text;

/// How floats are written.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Floats {
    /// Without an exponent, as up to version 1.5 of the library.
    Plain,
    /// With one where that is shorter.
    Shortest,
}

/// `toml.Encoder.Encode`.
pub(super) fn encode(value: &Value, floats: Floats) -> Result<Vec<u8>, Fault> {
    if value.is_nil() {
        return Err(Fault::Panic(
            "reflect: call of reflect.Value.Type on zero Value".to_owned(),
        ));
    }
    if let Value::Complex(..) = value {
        return Err(Fault::Error(
            "unsupported type for key '': complex128".to_owned(),
        ));
    }
    let mut encoder = Encoder {
        out: Vec::new(),
        key: Vec::new(),
        depth: 0,
        floats,
    };
    encoder.encode(value)?;
    Ok(encoder.out)
}

struct Encoder {
    out: Vec<u8>,
    /// Where in the document the writer is.
    key: Vec<Vec<u8>>,
    depth: usize,
    floats: Floats,
}

/// What TOML makes of a value.
#[derive(Clone, Copy, PartialEq)]
enum Shape {
    /// Nothing: such values are left out.
    Nil,
    Scalar,
    Array,
    Table,
    /// A list of tables only.
    Tables,
}

type Done = Result<(), Fault>;

impl Encoder {
    /// Writes a value under the current key.
    fn encode(&mut self, value: &Value) -> Done {
        match shape(value, self.depth)? {
            Shape::Nil if matches!(value, Value::List(_)) => self.key_value(value),
            Shape::Nil => Ok(()),
            Shape::Scalar | Shape::Array => self.key_value(value),
            Shape::Table => self.table(value),
            Shape::Tables => self.tables(value),
        }
    }

    fn key_value(&mut self, value: &Value) -> Done {
        let Some(last) = self.key.last() else {
            return self.element(value);
        };
        let line = [key_part(last), b" = ".to_vec()].concat();
        self.indent();
        self.out.extend_from_slice(&line);
        self.element(value)?;
        self.newline();
        Ok(())
    }

    fn table(&mut self, value: &Value) -> Done {
        if self.key.len() == 1 {
            // A blank line between tables of the top level.
            self.newline();
        }
        if !self.key.is_empty() {
            self.header("[", "]");
        }
        self.entries(value)
    }

    fn tables(&mut self, value: &Value) -> Done {
        if self.key.is_empty() {
            let text = "toml: top-level values must be Go maps or structs";
            return Err(Fault::Error(text.to_owned()));
        }
        let Value::List(list) = value else {
            return Ok(());
        };
        for table in list.snapshot() {
            if is_nil(&table) {
                continue;
            }
            self.newline();
            self.header("[[", "]]");
            self.entries(&table)?;
        }
        Ok(())
    }

    fn header(&mut self, open: &str, close: &str) {
        self.indent();
        self.out.extend_from_slice(open.as_bytes());
        self.out.extend_from_slice(&key_text(&self.key));
        self.out.extend_from_slice(close.as_bytes());
        self.newline();
    }

    /// The entries of a table, those that are no tables first.
    fn entries(&mut self, table: &Value) -> Done {
        self.deeper(|encoder| {
            let (direct, tables) = split_entries(table, encoder.depth)?;
            for (key, value) in direct.into_iter().chain(tables) {
                if is_nil(&value) {
                    continue;
                }
                encoder.key.push(key);
                encoder.encode(&value)?;
                encoder.key.pop();
            }
            Ok(())
        })
    }

    /// A value where no line can be broken.
    fn element(&mut self, value: &Value) -> Done {
        match value {
            Value::Str(text) => self.out.extend_from_slice(&quoted(text)),
            Value::Bool(b) => self.push(if *b { "true" } else { "false" }),
            Value::Int(nanos, of) if *of == ty::DURATION => {
                self.out
                    .extend_from_slice(&quoted(duration_text(*nanos).as_bytes()));
            }
            Value::Int(n, _) => self.push(&n.to_string()),
            Value::Uint(n, _) => self.push(&n.to_string()),
            Value::Float(n, of) => self.push(&float_text(*n, of.kind, self.floats)),
            Value::Bytes(bytes) => {
                let numbers: Vec<String> = bytes.iter().map(u8::to_string).collect();
                self.push(&format!("[{}]", numbers.join(", ")));
            }
            Value::List(list) => return self.array(list),
            Value::Map(_) => return self.inline_table(value),
            Value::Object(object) => return self.object(&**object, value),
            Value::Nil | Value::Complex(..) => {
                let of = value.ty().map_or("<nil>", |of| of.name);
                return Err(Fault::Error(format!("unexpected type: {of}")));
            }
        }
        Ok(())
    }

    fn object(&mut self, object: &dyn Object, value: &Value) -> Done {
        if let Some(text) = local_toml_text(object) {
            self.out.extend_from_slice(&text);
            return Ok(());
        }
        match object.marshal() {
            Marshal::Value(Value::Str(text)) => {
                self.out.extend_from_slice(&quoted(&text));
                Ok(())
            }
            Marshal::Value(other) => self.element(&other),
            Marshal::Struct(_) => self.inline_table(value),
        }
    }

    fn array(&mut self, list: &List) -> Done {
        self.push("[");
        self.deeper(|encoder| {
            for (at, item) in list.snapshot().iter().enumerate() {
                if at > 0 {
                    encoder.push(", ");
                }
                encoder.element(item)?;
            }
            Ok(())
        })?;
        self.push("]");
        Ok(())
    }

    /// The library leaves nil entries out but not always the comma before them; so does this.
    fn inline_table(&mut self, table: &Value) -> Done {
        self.push("{");
        self.deeper(|encoder| {
            let (direct, tables) = split_entries(table, encoder.depth)?;
            let more = !tables.is_empty();
            encoder.inline_entries(&direct, more)?;
            encoder.inline_entries(&tables, false)
        })?;
        self.push("}");
        Ok(())
    }

    fn inline_entries(&mut self, entries: &[(Vec<u8>, Value)], more: bool) -> Done {
        for (at, (key, value)) in entries.iter().enumerate() {
            if is_nil(value) {
                continue;
            }
            self.out.extend_from_slice(&key_part(key));
            self.push(" = ");
            self.element(value)?;
            if more || at + 1 != entries.len() {
                self.push(", ");
            }
        }
        Ok(())
    }

    fn deeper(&mut self, write: impl FnOnce(&mut Encoder) -> Done) -> Done {
        if self.depth >= MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.depth += 1;
        let done = write(self);
        self.depth -= 1;
        done
    }

    fn indent(&mut self) {
        for _ in 1..self.key.len() {
            self.push("  ");
        }
    }

    /// Ends a line; at the start of the document there is none to end.
    fn newline(&mut self) {
        if !self.out.is_empty() {
            self.push("\n");
        }
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

type Entries = Vec<(Vec<u8>, Value)>;

/// The entries of a map (by key) or struct (by field): those that are no tables, and the tables.
fn split_entries(table: &Value, depth: usize) -> Result<(Entries, Entries), Fault> {
    let entries: Entries = match table {
        Value::Map(map) => map_entries(map),
        Value::Object(object) => match object.marshal() {
            Marshal::Struct(fields) => fields
                .into_iter()
                .map(|(name, value)| (name.as_bytes().to_vec(), value))
                .collect(),
            Marshal::Value(Value::Map(map)) => map_entries(&map),
            Marshal::Value(_) => Vec::new(),
        },
        _ => Vec::new(),
    };
    let (mut direct, mut tables) = (Vec::new(), Vec::new());
    for entry in entries {
        match shape(&entry.1, depth)? {
            Shape::Table | Shape::Tables => tables.push(entry),
            _ => direct.push(entry),
        }
    }
    Ok((direct, tables))
}

fn map_entries(map: &Map) -> Entries {
    map.snapshot()
        .into_iter()
        .map(|entry| (entry.key.to_vec(), entry.value))
        .collect()
}

/// `tomlTypeOfGo`.
fn shape(value: &Value, depth: usize) -> Result<Shape, Fault> {
    if is_nil(value) {
        return Ok(Shape::Nil);
    }
    Ok(match value {
        Value::Complex(..) => {
            return Err(Fault::Error("unsupported type: complex128".to_owned()));
        }
        Value::List(list) => list_shape(list, depth)?,
        Value::Map(_) => Shape::Table,
        Value::Bytes(_) => Shape::Array,
        Value::Object(object) => match object.marshal() {
            Marshal::Struct(_) | Marshal::Value(Value::Map(_)) => Shape::Table,
            Marshal::Value(_) => Shape::Scalar,
        },
        _ => Shape::Scalar,
    })
}

fn list_shape(list: &List, depth: usize) -> Result<Shape, Fault> {
    if depth >= MAX_DEPTH {
        return Err(Fault::TooDeep);
    }
    let mut all_tables = !list.is_empty();
    for item in list.snapshot() {
        match shape(&item, depth + 1)? {
            Shape::Nil => {
                let text = "toml: cannot encode array with nil element";
                return Err(Fault::Error(text.to_owned()));
            }
            Shape::Table => {}
            _ => all_tables = false,
        }
    }
    Ok(if all_tables {
        Shape::Tables
    } else {
        Shape::Array
    })
}

fn is_nil(value: &Value) -> bool {
    match value {
        Value::Nil => true,
        Value::Map(map) => map.is_nil(),
        Value::List(list) => list.is_nil(),
        _ => false,
    }
}

/// The shortest form, with a decimal point or an exponent.
fn float_text(n: f64, kind: Kind, floats: Floats) -> String {
    if n.is_nan() || n.is_infinite() {
        let name = if n.is_nan() { "nan" } else { "inf" };
        let sign = if n.is_sign_negative() { "-" } else { "" };
        return format!("{sign}{name}");
    }
    let size = if kind == Kind::Float32 {
        FloatSize::F32
    } else {
        FloatSize::F64
    };
    let verb = if floats == Floats::Plain { b'f' } else { b'g' };
    let text = format_float(n, verb, None, size);
    if text.contains(['e', '.']) {
        text
    } else {
        format!("{text}.0")
    }
}
