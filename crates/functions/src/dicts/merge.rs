//! `merge` and its relatives: dario.cat/mergo 1.0.1 on maps, with its aliasing. What the destination lacks it
//! gets by reference, so a later change of either is seen in both.

use evenkeel_template::{Context, Error};
use evenkeel_value::{Entry, Kind, Map, Type, Value, ty};

use super::copy::check_depth;
use crate::args::{Answer, map};

/// Fills what the first dictionary lacks. Errors are swallowed: the result is the empty string.
pub(super) fn merge(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    lenient(merge_all(ctx, args, false))
}

/// Overwrites the first dictionary with the others, in turn. Errors are swallowed.
pub(super) fn merge_overwrite(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    lenient(merge_all(ctx, args, true))
}

/// As [`merge`], with errors.
pub(super) fn must_merge(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    merge_all(ctx, args, false).map_err(Failure::into_error)
}

/// As [`merge_overwrite`], with errors.
pub(super) fn must_merge_overwrite(ctx: &mut dyn Context, args: &[Value]) -> Answer {
    merge_all(ctx, args, true).map_err(Failure::into_error)
}

/// Why a merge stopped.
enum Failure {
    /// mergo's `ErrDifferentArgumentsTypes`: an error that `merge` swallows.
    DifferentTypes,
    /// A panic of Go's `reflect`, or a budget: nothing swallows it.
    Panic(Error),
}

impl Failure {
    fn into_error(self) -> Error {
        match self {
            Failure::DifferentTypes => Error::new("src and dst must be of same type"),
            Failure::Panic(error) => error,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Failure {
        Failure::Panic(error)
    }
}

fn lenient(merged: Result<Value, Failure>) -> Answer {
    match merged {
        Ok(value) => Ok(value),
        Err(Failure::DifferentTypes) => Ok("".into()),
        Err(Failure::Panic(error)) => Err(error),
    }
}

fn merge_all(ctx: &mut dyn Context, args: &[Value], overwrite: bool) -> Result<Value, Failure> {
    let mut target = map(args, 0).share_as(ty::MAP);
    for source in args.iter().skip(1).filter_map(Value::as_map) {
        // A nil destination becomes a map of its own, unless the source is nil too.
        if target.is_nil() && !source.is_nil() {
            target = Map::new(ty::MAP);
        }
        Merge {
            ctx,
            overwrite,
            depth: 0,
        }
        .maps(&target, source)?;
    }
    Ok(target.into())
}

struct Merge<'c> {
    ctx: &'c mut dyn Context,
    overwrite: bool,
    depth: u32,
}

impl Merge<'_> {
    /// mergo's `deepMerge` of two maps.
    fn maps(&mut self, target: &Map, source: &Map) -> Result<(), Failure> {
        if target.is_nil() {
            return Ok(());
        }
        check_depth(self.depth)?;
        self.depth += 1;
        let entries = source.snapshot();
        self.ctx.charge(entries.len() as u64)?;
        for entry in &entries {
            self.entry(target, source.ty(), entry)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn entry(&mut self, target: &Map, source: Type, entry: &Entry) -> Result<(), Failure> {
        let elem = source.elem.unwrap_or(ty::ANY);
        if entry.value.is_nil() {
            return if self.overwrite {
                put(target, elem, entry)
            } else {
                Ok(())
            };
        }
        let before = target.get(&entry.key);
        match &entry.value {
            Value::Map(_) | Value::Object(_) => self.structured(before.as_ref(), &entry.value)?,
            Value::List(_) | Value::Bytes(_) => self.slice(target, before.as_ref(), entry)?,
            _ => {}
        }
        if let Some(before) = before.as_ref().filter(|value| !is_empty(value)) {
            let both_maps = entry.value.kind() == Kind::Map && before.kind() == Kind::Map;
            if entry.value.kind() == Kind::Slice || both_maps || !self.overwrite {
                return Ok(());
            }
        }
        put(target, elem, entry)
    }

    /// What both sides have merges in place; anything else is left to the assignment that follows.
    fn structured(&mut self, before: Option<&Value>, value: &Value) -> Result<(), Failure> {
        match (before, value) {
            (Some(Value::Map(before)), Value::Map(value)) => self.maps(before, value),
            // A pointer meets something that is none.
            (Some(before), value)
                if before.kind() == Kind::Pointer
                    && value.kind() != Kind::Pointer
                    && !self.overwrite =>
            {
                Err(Failure::DifferentTypes)
            }
            _ => Ok(()),
        }
    }

    /// A list replaces what was there when overwriting, or when the destination was empty so far.
    fn slice(
        &mut self,
        target: &Map,
        before: Option<&Value>,
        entry: &Entry,
    ) -> Result<(), Failure> {
        let kept = before.filter(|value| !value.is_nil());
        let replaces = self.overwrite || target.is_empty() || kept.is_none();
        if replaces {
            put(target, entry.value.ty().unwrap_or(ty::ANY), entry)?;
        }
        Ok(())
    }
}

/// `SetMapIndex`: a map of texts takes nothing else.
fn put(target: &Map, from: Type, entry: &Entry) -> Result<(), Failure> {
    let elem = target.ty().elem.unwrap_or(ty::ANY);
    if !from.assignable_to(elem) {
        let (from, elem) = (from.0.name, elem.0.name);
        let text = format!(
            "reflect.Value.SetMapIndex: value of type {from} is not assignable to type {elem}"
        );
        return Err(Failure::Panic(Error::new(text)));
    }
    target.insert_from(entry.key.clone(), entry.value.clone(), entry.origin);
    Ok(())
}

/// mergo's `isEmptyValue`: it follows pointers, and takes neither structs nor complex numbers for empty.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Complex(..) | Value::Object(_) => false,
        other => !other.is_true(),
    }
}
