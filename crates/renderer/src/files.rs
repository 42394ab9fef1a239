//! `.Files`: the chart's files that are no templates, with their methods.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::OtherFile;
use evenkeel_diagnostics::{Diagnostic, Origin};
use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Bytes, Entry, List, Map, Str, Type, Value, ty};
use evenkeel_yaml as yaml;

use crate::capabilities::type_desc;
use crate::glob::Glob;

type_desc!(FILES, "engine.files", Map, Some(ty::BYTES));

/// Go's type of `.Files`: a map from paths to bytes.
pub(crate) const TYPE: Type = Type(&FILES);

/// Its methods; a template can also range over it and index it.
pub(crate) const METHODS: &[Function] = &[
    function("AsConfig", &[], ty::STRING, as_config),
    function("AsSecrets", &[], ty::STRING, as_secrets),
    function("Get", &[ty::STRING], ty::STRING, get),
    function("GetBytes", &[ty::STRING], ty::BYTES, get_bytes),
    function("Glob", &[ty::STRING], TYPE, glob),
    function("Lines", &[ty::STRING], ty::STRINGS, lines),
];

/// Why a file could not be read when a template asked for it. The template has gone on without it, for
/// looking at bytes cannot fail.
pub(crate) type Unread = Rc<OnceCell<Diagnostic>>;

/// The files of a chart as a map that shares their bytes.
pub(crate) fn files(files: &[OtherFile], unread: &Unread) -> Value {
    let entries = files
        .iter()
        .map(|file| Entry {
            key: Str::from_arc(Arc::from(Arc::clone(&file.name))),
            value: Value::Bytes(content(file, unread)),
            origin: Origin {
                file: file.file,
                offset: 0,
            },
        })
        .collect();
    Value::Map(Map::from_entries(TYPE, entries))
}

fn content(file: &OtherFile, unread: &Unread) -> Bytes {
    let (file, unread) = (file.clone(), Rc::clone(unread));
    Bytes::deferred(move || {
        file.data().cloned().unwrap_or_else(|diagnostic| {
            unread.get_or_init(|| diagnostic);
            Arc::from([])
        })
    })
}

fn bytes(ctx: &mut dyn Context, files: &Value, name: &Value) -> Option<Bytes> {
    let (files, name) = (files.as_map()?, name.as_str()?);
    ctx.log_entry(files, name.as_bytes());
    match files.get(name)? {
        Value::Bytes(bytes) => Some(bytes),
        // A template can `set` anything into the map only if it is bytes, so this is never met.
        _ => None,
    }
}

fn get(ctx: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(Value::Str(
        bytes(ctx, &args[0], &args[1])
            .map(|bytes| Str::from_arc(bytes.to_arc()))
            .unwrap_or_default(),
    ))
}

fn get_bytes(ctx: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(Value::Bytes(
        bytes(ctx, &args[0], &args[1]).unwrap_or_else(|| [].into()),
    ))
}

/// A malformed pattern matches everything, as in Helm.
fn glob(ctx: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let (Value::Map(files), Value::Str(pattern)) = (&args[0], &args[1]) else {
        return Ok(Value::Map(Map::new(TYPE)));
    };
    let parsed = pattern
        .as_utf8()
        .and_then(Glob::parse)
        .unwrap_or_else(Glob::everything);
    ctx.charge(files.len() as u64)?;
    let entries = files
        .borrow()
        .iter()
        .filter(|e| parsed.matches(&e.key.to_text()))
        .cloned()
        .collect();
    Ok(Value::Map(Map::from_entries(TYPE, entries)))
}

fn as_config(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(flattened(&args[0], |bytes| Str::from_arc(bytes.to_arc())))
}

fn as_secrets(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    Ok(flattened(&args[0], |bytes| base64(bytes).into()))
}

/// The files under their base names as YAML; empty where they cannot be written. Of two files with one
/// base name Helm takes one at random; we take the last by path.
fn flattened(files: &Value, text: impl Fn(&Bytes) -> Str) -> Value {
    let Value::Map(files) = files else {
        return Value::from("");
    };
    let mut entries = Vec::new();
    for entry in files.borrow().iter() {
        if let Value::Bytes(bytes) = &entry.value {
            let key = Str::from(base(&entry.key));
            entries.push(Entry {
                key,
                value: Value::Str(text(bytes)),
                origin: entry.origin,
            });
        }
    }
    let map = Value::Map(Map::from_entries(ty::STRING_MAP, entries));
    let mut yaml = yaml::to_yaml(&map).unwrap_or_default();
    if yaml.last() == Some(&b'\n') {
        yaml.pop();
    }
    Value::str(yaml)
}

/// Go's `path.Base`.
fn base(path: &[u8]) -> &[u8] {
    let end = path
        .iter()
        .rposition(|&b| b != b'/')
        .map_or(0, |last| last + 1);
    match (path, end) {
        ([], _) => b".",
        (_, 0) => b"/",
        _ => path[..end]
            .rsplit(|&b| b == b'/')
            .next()
            .unwrap_or_default(),
    }
}

fn lines(ctx: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let Some(bytes) = bytes(ctx, &args[0], &args[1]).filter(|bytes| !bytes.is_empty()) else {
        return Ok(Value::List(List::strings::<Str>([])));
    };
    let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    Ok(Value::List(List::strings(
        text.split(|&b| b == b'\n').map(Str::from),
    )))
}

/// Standard base64 with padding.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for i in 0..4 {
            let digit = DIGITS[(bits >> (18 - 6 * i) & 63) as usize];
            out.push(if i <= chunk.len() {
                char::from(digit)
            } else {
                '='
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_names_as_go_takes_them() {
        for (path, want) in [
            ("a/b.txt", "b.txt"),
            ("a/", "a"),
            ("//", "/"),
            ("", "."),
            ("a", "a"),
        ] {
            assert_eq!(base(path.as_bytes()), want.as_bytes());
        }
    }

    #[test]
    fn base64_pads() {
        for (text, want) in [("", ""), ("a", "YQ=="), ("ab", "YWI="), ("abc", "YWJj")] {
            assert_eq!(base64(text.as_bytes()), want);
        }
    }
}
