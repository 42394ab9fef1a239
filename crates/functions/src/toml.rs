//! TOML: helm.sh/helm/v4 and v3 `pkg/engine/funcs.go` over github.com/BurntSushi/toml v1.6.

mod decode;
mod encode;
mod escapes;
mod lexer;
mod number;

use evenkeel_template::{Context, Error, ErrorKind, Function, function};
use evenkeel_value::{Map, Value, ty};

use crate::args::{Answer, any, bytes, charge_bytes};
use encode::Floats;

pub(crate) const HELM: &[Function] = &[
    function("fromToml", &[ty::STRING], ty::MAP, from_toml),
    function("toToml", &[ty::ANY], ty::STRING, to_toml),
];

/// Helm 3.18 has version 1.5 of the library.
pub(crate) const HELM3_18: &[Function] = &[function("toToml", &[ty::ANY], ty::STRING, to_toml_1_5)];

pub(crate) const HELM4: &[Function] =
    &[function("mustToToml", &[ty::ANY], ty::STRING, must_to_toml)];

/// Tables and arrays within one another. Go has no limit but its memory.
const MAX_DEPTH: usize = 1_000;

/// Why a conversion stopped.
enum Fault {
    /// An error of the library, which Helm's functions turn into a text.
    Error(String),
    /// A panic of Go's runtime, which they do not catch.
    Panic(String),
    /// Deeper than [`MAX_DEPTH`].
    TooDeep,
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Error {
        match fault {
            Fault::Error(text) | Fault::Panic(text) => Error::new(text),
            Fault::TooDeep => Error::of(
                ErrorKind::Budget,
                format!("TOML is nested deeper than {MAX_DEPTH}"),
            ),
        }
    }
}

/// A value that TOML cannot hold gives the error's text.
fn to_toml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    to_toml_with(ctx, args, Floats::Shortest)
}

fn to_toml_1_5(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    to_toml_with(ctx, args, Floats::Plain)
}

fn to_toml_with(ctx: &mut dyn Context, args: &[Value], floats: Floats) -> Answer {
    match encode::encode(any(args, 0), floats) {
        Ok(text) => written(ctx, text),
        Err(Fault::Error(text)) => Ok(text.into()),
        Err(fault) => Err(fault.into()),
    }
}

fn must_to_toml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let text = encode::encode(any(args, 0), Floats::Shortest)?;
    written(ctx, text)
}

fn written(ctx: &mut dyn Context, text: Vec<u8>) -> Answer {
    charge_bytes(ctx, text.len())?;
    Ok(Value::str(text))
}

/// A text that is no TOML gives a map of the error's text.
fn from_toml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let text = bytes(args, 0);
    charge_bytes(ctx, text.len())?;
    match decode::decode(text, ctx.host()) {
        Ok(map) => Ok(Value::Map(map)),
        Err(Fault::Error(text)) => {
            let map = Map::default();
            map.insert("Error", text);
            Ok(Value::Map(map))
        }
        Err(fault) => Err(fault.into()),
    }
}

/// A key with its parents, as headers and messages show it: parts that are not bare are quoted.
fn key_text<K: AsRef<[u8]>>(key: &[K]) -> Vec<u8> {
    let parts: Vec<Vec<u8>> = key.iter().map(|part| key_part(part.as_ref())).collect();
    parts.join(&b'.')
}

fn key_part(part: &[u8]) -> Vec<u8> {
    let bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    if !part.is_empty() && part.iter().all(bare) {
        part.to_vec()
    } else {
        quoted(part)
    }
}

/// A basic string. Bytes that are no UTF-8 stay as they are.
fn quoted(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 2);
    out.push(b'"');
    for &byte in text {
        match byte {
            b'"' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            0x08 => out.extend_from_slice(b"\\b"),
            0x0c => out.extend_from_slice(b"\\f"),
            0..0x20 | 0x7f => out.extend_from_slice(format!("\\u{byte:04x}").as_bytes()),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{World, with_mutations};

    #[test]
    fn damaged_texts_are_errors() {
        let world = World::new(1);
        let text = "a.b = [1, {c = 'x'}, \"\\u00e9\"]\n[[t.u]]\nd = 1979-05-27T07:32:00Z\n\
                    [t.v] # c\ne = \"\"\"\\\n x\"\"\"\nf = -1_0.5e3\n\"g h\" = inf\n";
        assert!(
            !world
                .call("fromToml", &[text.into()])
                .unwrap()
                .as_map()
                .unwrap()
                .contains_key(b"Error")
        );
        with_mutations(text.as_bytes(), |text| {
            let map = world.call("fromToml", &[Value::str(text)]).unwrap();
            world.call("toToml", &[map]).unwrap();
        });
    }

    #[test]
    fn depth_has_a_limit() {
        let world = World::new(1);
        let deep = format!("a = {}", "[".repeat(100_000));
        let error = world.call("fromToml", &[deep.into()]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Budget);
        let map = Map::default();
        map.insert("a", map.clone());
        assert_eq!(
            world.call("toToml", &[map.into()]).unwrap_err().kind(),
            ErrorKind::Budget
        );
    }

    #[test]
    fn floats_of_the_older_library_have_no_exponent() {
        let written = |floats| {
            let map = Map::default();
            map.insert("x", Value::float(1e6));
            let text = encode::encode(&map.into(), floats).ok();
            text.map(|text| String::from_utf8_lossy(&text).into_owned())
        };
        assert_eq!(written(Floats::Plain).as_deref(), Some("x = 1000000.0\n"));
        assert_eq!(written(Floats::Shortest).as_deref(), Some("x = 1e+06\n"));
    }
}
