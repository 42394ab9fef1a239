//! index and slice.

use evenkeel_value::{Kind, List, Value, ty};

use super::pointed_type;
use crate::operand::{Operand, zero};
use crate::{Context, Error};

/// `index x 1 2 3`: `x[1][2][3]`.
pub(super) fn index(ctx: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let (item, keys) = args.split_first().unwrap_or((&Value::Nil, &[]));
    if item.is_nil() {
        return Err(Error::new("index of untyped nil"));
    }
    let mut item = item.clone();
    for key in keys {
        item = element(ctx, &item, key)?;
    }
    Ok(item)
}

fn element(ctx: &mut dyn Context, item: &Value, key: &Value) -> Result<Value, Error> {
    match item {
        Value::Nil => Err(Error::new("index of nil pointer")),
        Value::Str(text) => {
            let at = position(key, text.len())?;
            byte(text.get(at), "reflect: string index out of range")
        }
        Value::Bytes(bytes) => {
            let at = position(key, bytes.len())?;
            byte(bytes.get(at), "reflect: slice index out of range")
        }
        Value::List(list) => {
            let at = position(key, list.len())?;
            ctx.log_item(list, at);
            list.get(at)
                .ok_or_else(|| Error::new("reflect: slice index out of range"))
        }
        Value::Map(map) => {
            let key = map_key(key)?;
            ctx.log_entry(map, key);
            let elem = map.ty().elem.unwrap_or(ty::ANY);
            Ok(map.get(key).unwrap_or_else(|| zero(elem)))
        }
        other => Err(Error::new(format!(
            "can't index item of type {}",
            pointed_type(other)
        ))),
    }
}

fn byte(byte: Option<&u8>, panic: &str) -> Result<Value, Error> {
    match byte {
        Some(byte) => Ok(Value::Uint(u64::from(*byte), ty::UINT8)),
        None => Err(Error::new(panic)),
    }
}

/// `prepareArg` for the keys of maps, which are strings.
fn map_key(key: &Value) -> Result<&[u8], Error> {
    match (key, key.ty()) {
        (Value::Str(key), _) => Ok(key),
        (_, Some(ty)) => Err(Error::new(format!(
            "value has type {}; should be string",
            ty.name
        ))),
        (_, None) => Err(Error::new("value is nil; should be of type string")),
    }
}

/// `indexArg`: an index from 0 to `cap`, which itself is let through.
fn position(key: &Value, cap: usize) -> Result<usize, Error> {
    let at = match key {
        Value::Int(n, _) => *n,
        Value::Uint(n, _) => *n as i64,
        Value::Nil => return Err(Error::new("cannot index slice/array with nil")),
        other => {
            return Err(not_an_index(other.ty().map_or("<nil>", |ty| ty.name)));
        }
    };
    match usize::try_from(at) {
        Ok(at) if at <= cap => Ok(at),
        _ => Err(Error::new(format!("index out of range: {at}"))),
    }
}

fn not_an_index(ty: &str) -> Error {
    Error::new(format!("cannot index slice/array with type {ty}"))
}

/// `slice x 1 2`: `x[1:2]`.
pub(super) fn slice(args: &[Operand]) -> Result<Value, Error> {
    let Some((Operand { value: item, .. }, indexes)) = args.split_first() else {
        return Ok(Value::Nil);
    };
    if item.is_nil() {
        return Err(Error::new("slice of untyped nil"));
    }
    if indexes.len() > 3 {
        return Err(Error::new(format!(
            "too many slice indexes: {}",
            indexes.len()
        )));
    }
    let len = match item {
        Value::Str(_) if indexes.len() == 3 => {
            return Err(Error::new("cannot 3-index slice a string"));
        }
        Value::Str(text) => text.len(),
        Value::Bytes(bytes) => bytes.len(),
        Value::List(list) => list.len(),
        other => {
            return Err(Error::new(format!(
                "can't slice item of type {}",
                pointed_type(other)
            )));
        }
    };
    let mut bounds = [0, len, len];
    for (bound, index) in bounds.iter_mut().zip(indexes) {
        // Unlike `index`, Go does not look into an interface here.
        if index.interface {
            return Err(not_an_index(ty::ANY.name));
        }
        *bound = position(&index.value, len)?;
    }
    let [from, to, cap] = bounds;
    for (low, high) in [(from, to), (to, cap)] {
        if low > high {
            return Err(Error::new(format!("invalid slice index: {low} > {high}")));
        }
    }
    Ok(part(item, from, to))
}

fn part(item: &Value, from: usize, to: usize) -> Value {
    match item {
        Value::Str(text) => Value::str(text.get(from..to).unwrap_or_default()),
        Value::Bytes(bytes) => Value::Bytes(bytes.get(from..to).unwrap_or_default().into()),
        Value::List(list) => {
            debug_assert!(list.ty().kind == Kind::Slice, "lists are of slice types");
            let items = list.items().get(from..to).unwrap_or_default().to_vec();
            Value::List(List::new(list.ty(), items))
        }
        _ => Value::Nil,
    }
}
