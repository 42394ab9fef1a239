//! `deepCopy`: github.com/mitchellh/copystructure.

use evenkeel_template::{Context, Error, ErrorKind};
use evenkeel_value::{Entry, Item, List, Map, Value};

use crate::args::{Answer, any, charge_items};
use crate::semver;

/// Nesting that a copy follows. Go would overflow its stack on a value that holds itself.
const MAX_DEPTH: u32 = 10_000;

/// A copy that shares no list or map with its source.
///
/// # Errors
/// Go's panic for nil, and kind `Budget` for a value that holds itself.
pub(super) fn deep_copy(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    match any(args, 0) {
        Value::Nil => Err(Error::new(
            "reflect: call of reflect.Value.Type on zero Value",
        )),
        value => copy(ctx, value, 0),
    }
}

fn copy(ctx: &mut dyn Context, value: &Value, depth: u32) -> Answer {
    if depth > MAX_DEPTH {
        return Err(too_deep());
    }
    Ok(match value {
        Value::List(list) if list.is_nil() => List::nil(list.ty()).into(),
        Value::List(list) => {
            let mut items = list.items();
            charge_items(ctx, items.len() as u64 / 4)?;
            for Item { value, .. } in &mut items {
                *value = copy(ctx, value, depth + 1)?;
            }
            List::new(list.ty(), items).into()
        }
        Value::Map(map) if map.is_nil() => Map::nil(map.ty()).into(),
        Value::Map(map) => {
            let mut entries = map.snapshot();
            charge_items(ctx, entries.len() as u64 / 4)?;
            for Entry { value, .. } in &mut entries {
                *value = copy(ctx, value, depth + 1)?;
            }
            Map::from_entries(map.ty(), entries).into()
        }
        Value::Object(object) => semver::deep_copy(&**object).unwrap_or_else(|| value.clone()),
        scalar => scalar.clone(),
    })
}

/// The refusal of a value that is nested too deep to walk.
pub(super) fn too_deep() -> Error {
    let text = format!("the value is nested more than {MAX_DEPTH} levels deep, or holds itself");
    Error::of(ErrorKind::Budget, text)
}

/// The limit for walks other than copying.
pub(super) fn check_depth(depth: u32) -> Result<(), Error> {
    if depth > MAX_DEPTH {
        Err(too_deep())
    } else {
        Ok(())
    }
}
