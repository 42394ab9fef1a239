//! The methods of `common.Values`, the type of `.Values` and of the dot.

use evenkeel_template::{Context, Error, ErrorKind, Function, function};
use evenkeel_value::number::quote;
use evenkeel_value::{Kind, Map, Type, TypeDesc, Value, ty};
use evenkeel_yaml as yaml;

use crate::capabilities::values_type_of;

static WRITER_DESC: TypeDesc = TypeDesc {
    name: "io.Writer",
    kind: Kind::Interface,
    elem: None,
    named: true,
};

const WRITER: &[Type] = &[Type(&WRITER_DESC)];

/// Its methods: like keys, and before them.
pub(crate) const METHODS: &[Function] = &[
    function("AsMap", &[], ty::MAP, as_map),
    function("Encode", WRITER, ty::ERROR, encode),
    function("PathValue", &[ty::STRING], ty::ANY, path_value),
    function("Table", &[ty::STRING], ty::ANY, table),
    function("YAML", &[], ty::STRING, to_yaml),
];

fn values(args: &[Value]) -> Map {
    args.first()
        .and_then(Value::as_map)
        .cloned()
        .unwrap_or_default()
}

fn as_map(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let values = values(args);
    Ok(Value::Map(if values.is_empty() {
        Map::default()
    } else {
        values.share_as(ty::MAP)
    }))
}

/// Templates have nothing to write to.
fn encode(_: &mut dyn Context, _: &[Value]) -> Result<Value, Error> {
    Err(Error::new("interface conversion: no io.Writer"))
}

fn to_yaml(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let text = yaml::to_yaml(&args[0]).map_err(|e| Error::of(ErrorKind::Plain, e.text()))?;
    Ok(Value::str(text))
}

fn table(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let Value::Str(path) = &args[1] else {
        return Ok(Value::Nil);
    };
    find_table(&values(args), path).map(Value::Map)
}

/// Go's `Table`: the maps below, one for each part of a dotted path.
fn find_table(values: &Map, path: &[u8]) -> Result<Map, Error> {
    let mut table = values.clone();
    for part in path.split(|&b| b == b'.') {
        let inner = table.get(part);
        let inner = inner
            .as_ref()
            .and_then(Value::as_map)
            .filter(|map| is_table(map));
        let inner = inner.ok_or_else(|| Error::new(format!("{} is not a table", quote(part))))?;
        table = inner.share_as(values.ty());
    }
    Ok(table)
}

fn is_table(map: &Map) -> bool {
    map.ty() == ty::MAP || values_type_of(map.ty())
}

fn path_value(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let Value::Str(path) = &args[1] else {
        return Ok(Value::Nil);
    };
    if path.is_empty() {
        return Err(Error::new("YAML path cannot be empty"));
    }
    let last = path.iter().rposition(|&b| b == b'.');
    let key = &path[last.map_or(0, |dot| dot + 1)..];
    let values = values(args);
    let table = match last {
        Some(dot) => find_table(&values, &path[..dot]).ok(),
        None => Some(values),
    };
    let found = table.and_then(|table| table.get(key));
    let plain = found.filter(|value| value.ty() != Some(ty::MAP));
    plain.ok_or_else(|| Error::new(format!("{} is not a value", quote(key))))
}
