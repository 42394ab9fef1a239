//! Values to YAML and JSON and back: helm.sh/helm/v4 and v3 `pkg/engine/funcs.go`, Sprig's `defaults.go` and
//! Argo CD's `applicationset/utils`.
//!
//! Helm's functions have no errors: writing gives an empty text, reading a map with the key `Error` or a
//! list of the error's text. The `must…` ones and Argo CD's fail.

use evenkeel_diagnostics::FileId;
use evenkeel_template::{Context, Error, ErrorKind, Function, function};
use evenkeel_value::{Data, List, Map, Value, ty};
use evenkeel_yaml as yaml;
use evenkeel_yaml::json::Partial;

use crate::args::{Answer, any, bytes, charge_bytes};

pub(crate) const SPRIG: &[Function] = &[
    function("fromJson", &[ty::STRING], ty::ANY, from_json_any),
    function("mustFromJson", &[ty::STRING], ty::ANY, must_from_json),
    function("mustToJson", &[ty::ANY], ty::STRING, must_to_json),
    function(
        "mustToPrettyJson",
        &[ty::ANY],
        ty::STRING,
        must_to_pretty_json,
    ),
    function("mustToRawJson", &[ty::ANY], ty::STRING, must_to_raw_json),
    function("toJson", &[ty::ANY], ty::STRING, to_json),
    function("toPrettyJson", &[ty::ANY], ty::STRING, to_pretty_json),
    // Sprig panics where JSON cannot hold the value, which is an error all the same.
    function("toRawJson", &[ty::ANY], ty::STRING, must_to_raw_json),
];

pub(crate) const HELM: &[Function] = &[
    function("fromJson", &[ty::STRING], ty::MAP, from_json),
    function("fromJsonArray", &[ty::STRING], ty::LIST, from_json_array),
    function("fromYaml", &[ty::STRING], ty::MAP, from_yaml),
    function("fromYamlArray", &[ty::STRING], ty::LIST, from_yaml_array),
    function("toYaml", &[ty::ANY], ty::STRING, to_yaml),
    function("toYamlPretty", &[ty::ANY], ty::STRING, to_yaml_pretty),
];

/// Helm 4's `mustToJson` panics where Sprig's returns an error; templates see no difference.
pub(crate) const HELM4: &[Function] =
    &[function("mustToYaml", &[ty::ANY], ty::STRING, must_to_yaml)];

pub(crate) const ARGO: &[Function] = &[
    function("fromYaml", &[ty::STRING], ty::MAP, must_from_yaml),
    function(
        "fromYamlArray",
        &[ty::STRING],
        ty::LIST,
        must_from_yaml_array,
    ),
    function("toYaml", &[ty::ANY], ty::STRING, must_to_yaml),
];

/// What the writers of `evenkeel_yaml` give.
type Written = Result<Vec<u8>, yaml::Error>;
/// What its readers give.
type Read = Result<Data, yaml::Error>;

fn to_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_empty(ctx, yaml::to_json(any(args, 0)))
}

fn must_to_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_fail(ctx, yaml::to_json(any(args, 0)))
}

fn to_pretty_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_empty(ctx, yaml::to_json_pretty(any(args, 0)))
}

fn must_to_pretty_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_fail(ctx, yaml::to_json_pretty(any(args, 0)))
}

fn must_to_raw_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_fail(ctx, yaml::to_json_raw(any(args, 0)))
}

fn to_yaml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_empty(ctx, yaml::to_yaml(any(args, 0)))
}

fn must_to_yaml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_fail(ctx, yaml::to_yaml(any(args, 0)))
}

/// The only failures are panics, which Helm does not catch.
fn to_yaml_pretty(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    or_fail(ctx, yaml::to_yaml_pretty(any(args, 0)))
}

fn or_empty(ctx: &mut dyn Context, written: Written) -> Answer {
    match written {
        Err(error) if error.kind() != yaml::ErrorKind::Budget => Ok("".into()),
        other => or_fail(ctx, other),
    }
}

/// The text without its last line end.
fn or_fail(ctx: &mut dyn Context, written: Written) -> Answer {
    let mut text = written.map_err(go_error)?;
    charge_bytes(ctx, text.len())?;
    if text.last() == Some(&b'\n') {
        text.pop();
    }
    Ok(Value::str(text))
}

fn go_error(error: yaml::Error) -> Error {
    match error.kind() {
        yaml::ErrorKind::Budget => Error::of(ErrorKind::Budget, error.text()),
        _ => Error::new(error.text()),
    }
}

fn from_yaml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    map_with_error(read(ctx, args, yaml::decode_map)?)
}

fn from_yaml_array(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    list_with_error(read(ctx, args, yaml::decode_list)?)
}

fn must_from_yaml(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    read(ctx, args, yaml::decode_map)?
        .map(to_map)
        .map_err(go_error)
}

fn must_from_yaml_array(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    read(ctx, args, yaml::decode_list)?
        .map(to_list)
        .map_err(go_error)
}

/// What fits is kept beside the error.
fn from_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let partial = read(ctx, args, |text, file| {
        Ok(yaml::json::decode_map(text, file))
    })?;
    let Partial { data, error } = partial.map_err(go_error)?;
    let map = to_map(data);
    if let (Value::Map(map), Some(error)) = (&map, error) {
        map.insert("Error", error.text());
    }
    Ok(map)
}

fn from_json_array(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    let partial = read(ctx, args, |text, file| {
        Ok(yaml::json::decode_list(text, file))
    })?;
    let Partial { data, error } = partial.map_err(go_error)?;
    list_with_error(error.map_or(Ok(data), Err))
}

/// Sprig's `fromJson`: nil where the text is no JSON.
fn from_json_any(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(read(ctx, args, yaml::json::decode)?
        .map(|data| data.to_value())
        .unwrap_or_default())
}

fn must_from_json(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    read(ctx, args, yaml::json::decode)?
        .map(|data| data.to_value())
        .map_err(go_error)
}

/// Reads the first argument; the inner error is Go's, the outer one a budget's.
fn read<T>(
    ctx: &mut dyn Context,
    args: &[Value],
    decode: fn(&[u8], FileId) -> Result<T, yaml::Error>,
) -> Result<Result<T, yaml::Error>, Error> {
    let text = bytes(args, 0);
    charge_bytes(ctx, text.len())?;
    match decode(text, FileId::NONE) {
        Err(error) if error.kind() == yaml::ErrorKind::Budget => Err(go_error(error)),
        read => Ok(read),
    }
}

fn map_with_error(read: Read) -> Answer {
    Ok(read.map(to_map).unwrap_or_else(|error| {
        let map = Map::default();
        map.insert("Error", error.text());
        Value::Map(map)
    }))
}

fn list_with_error(read: Read) -> Answer {
    Ok(read
        .map(to_list)
        .unwrap_or_else(|error| Value::List(List::of([error.text().into()]))))
}

/// Null makes the map nil, as Go's Unmarshal does.
fn to_map(data: Data) -> Value {
    match data {
        Data::Null => Value::Map(Map::nil(ty::MAP)),
        other => other.to_value(),
    }
}

/// Null makes the slice nil.
fn to_list(data: Data) -> Value {
    match data {
        Data::Null => Value::List(List::nil(ty::LIST)),
        other => other.to_value(),
    }
}
