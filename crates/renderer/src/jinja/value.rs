//! Values of the render as objects of the engine, and back.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Item, Kind, List, Map, Str, Value, ty};
use minijinja::value::{Enumerator, Object, ObjectRepr, Value as Jinja, ValueKind};
use minijinja::{Error, ErrorKind, State};
use send_wrapper::SendWrapper;

use super::call;
use super::print;
use super::run::Run;

/// Beyond this, a float no longer tells whole numbers apart.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// How deep a literal of a template may nest that is handed to a function.
const MAX_DEPTH: u32 = 500;

/// A value that the engine sees through: a map, a list, a struct. It is the render's own, not a copy.
///
/// Objects of the engine may go to other threads, while the render's values must not; a render never leaves
/// its thread.
pub(super) struct Handle(SendWrapper<Inner>);

struct Inner {
    value: Value,
    /// How templates came to it, such as `.Values.image`; empty while reads are not logged.
    path: String,
    run: Rc<Run>,
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print::text(&self.0.value))
    }
}

/// What a template sees as its variables: the scope of its chart, and what `include` adds.
#[derive(Clone)]
pub(super) struct Root {
    pub(super) scope: Map,
    pub(super) more: Option<Map>,
}

impl Root {
    /// The context of a template.
    pub(super) fn into_value(self, run: &Rc<Run>) -> Jinja {
        let run = Rc::clone(run);
        Jinja::from_object(Context(SendWrapper::new((self, run))))
    }
}

struct Context(SendWrapper<(Root, Rc<Run>)>);

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("context")
    }
}

impl Object for Context {
    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Jinja> {
        let (root, run) = &*self.0;
        let more = root.more.as_ref();
        let value = more
            .and_then(|more| more.get(key.as_bytes()))
            .or_else(|| root.scope.get(key.as_bytes()))?;
        Some(to_jinja(run, value, || format!(".{key}")))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        keys(&self.0.0.scope)
    }
}

fn keys(map: &Map) -> Enumerator {
    let keys = map.keys();
    Enumerator::Values(keys.iter().map(|key| Jinja::from(key.to_text())).collect())
}

/// A value as the engine has it. Whole floats become integers: YAML's numbers are floats to Helm, and
/// `8080.0` is no port. `path` is asked for while reads are logged.
pub(super) fn to_jinja(run: &Rc<Run>, value: Value, path: impl FnOnce() -> String) -> Jinja {
    match value {
        Value::Nil => Jinja::from(()),
        Value::Bool(b) => Jinja::from(b),
        Value::Int(n, ty) if !ty.name.contains('.') => Jinja::from(n),
        Value::Uint(n, _) => Jinja::from(n),
        Value::Float(n, _) if n.fract() == 0.0 && n.abs() < MAX_WHOLE => Jinja::from(n as i64),
        Value::Float(n, _) => Jinja::from(n),
        Value::Str(text) if text.as_utf8().is_some() => {
            if let Some(segments) = text.segments() {
                let mut written = run.written.borrow_mut();
                written.insert(text.to_arc(), segments.clone());
            }
            Jinja::from(text.to_text())
        }
        value => {
            let path = match run.tracing {
                Some(_) => path(),
                None => String::new(),
            };
            let run = Rc::clone(run);
            Jinja::from_object(Handle(SendWrapper::new(Inner { value, path, run })))
        }
    }
}

/// A value of the engine as functions take it: what came from the render is given back as it was, what a
/// template made is copied.
///
/// # Errors
/// Literals that nest too deep, and iterators that fail.
pub(super) fn from_jinja(run: &Run, value: &Jinja) -> Result<Value, Error> {
    copied(run, value, MAX_DEPTH)
}

fn copied(run: &Run, value: &Jinja, depth: u32) -> Result<Value, Error> {
    if let Some(handle) = value.downcast_object_ref::<Handle>() {
        return Ok(handle.0.value.clone());
    }
    let Some(depth) = depth.checked_sub(1) else {
        let detail = "a value is nested too deep for a function";
        return Err(Error::new(ErrorKind::OutOfFuel, detail));
    };
    Ok(match value.kind() {
        ValueKind::Undefined | ValueKind::None => Value::Nil,
        ValueKind::Bool => Value::Bool(value.is_true()),
        ValueKind::Number => number(value),
        ValueKind::String => Value::Str(string(run, value.as_str().unwrap_or_default())),
        ValueKind::Bytes => Value::Bytes(value.as_bytes().unwrap_or_default().into()),
        ValueKind::Seq | ValueKind::Iterable => {
            let mut items = Vec::new();
            for item in value.try_iter()?.checked() {
                items.push(Item::from(copied(run, &item?, depth)?));
            }
            Value::List(List::new(ty::LIST, items))
        }
        ValueKind::Map => {
            let map = Map::default();
            for key in value.try_iter()?.checked() {
                let key = key?;
                map.insert(key.to_string(), copied(run, &value.get_item(&key)?, depth)?);
            }
            Value::Map(map)
        }
        _ => Value::from(value.to_string()),
    })
}

fn number(value: &Jinja) -> Value {
    if let Some(n) = value.as_i64().filter(|_| value.is_integer()) {
        return Value::int64(n);
    }
    match u64::try_from(value.clone()) {
        Ok(n) if value.is_integer() => Value::Uint(n, ty::UINT64),
        _ => Value::float(f64::try_from(value.clone()).unwrap_or_default()),
    }
}

/// A string with what is known of its writers.
pub(super) fn string(run: &Run, text: &str) -> Str {
    let written = run.written.borrow();
    match written.get(text.as_bytes()) {
        Some(segments) => Str::with_segments(text.as_bytes(), segments.clone()),
        None => Str::from(text),
    }
}

impl Handle {
    /// The value itself.
    pub(super) fn value(&self) -> &Value {
        &self.0.value
    }

    fn entry(&self, key: &str) -> Option<Jinja> {
        let inner = &*self.0;
        let path = || format!("{}.{key}", inner.path);
        let value = match &inner.value {
            Value::Map(map) => {
                if let Some(tracing) = &inner.run.tracing {
                    let origin = map.origin(key.as_bytes());
                    tracing.borrow_mut().read(&inner.path, path(), origin);
                }
                map.get(key.as_bytes())
            }
            Value::Object(object) => object.field(key),
            _ => None,
        };
        Some(to_jinja(&inner.run, value?, path))
    }

    fn item(&self, index: usize) -> Option<Jinja> {
        let inner = &*self.0;
        let Value::List(list) = &inner.value else {
            return None;
        };
        let path = || format!("{}.{index}", inner.path);
        if let Some(tracing) = &inner.run.tracing {
            let origin: Option<Origin> = list.borrow().get(index).map(|item| item.origin);
            tracing.borrow_mut().read(&inner.path, path(), origin);
        }
        Some(to_jinja(&inner.run, list.get(index)?, path))
    }
}

impl Object for Handle {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        match &self.0.value {
            Value::Map(_) => ObjectRepr::Map,
            Value::List(_) => ObjectRepr::Seq,
            Value::Object(object) if !object.fields().is_empty() => ObjectRepr::Map,
            Value::Object(object) if object.ty().kind == Kind::Map => ObjectRepr::Map,
            _ => ObjectRepr::Plain,
        }
    }

    fn get_value(self: &Arc<Self>, key: &Jinja) -> Option<Jinja> {
        match key.as_str() {
            Some(key) => self.entry(key),
            None => self.item(key.as_usize()?),
        }
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Jinja> {
        self.entry(key)
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        match &self.0.value {
            Value::Map(map) => keys(map),
            Value::List(list) => Enumerator::Seq(list.len()),
            Value::Object(object) => {
                let names = object.fields().into_iter().map(|(name, _)| name);
                Enumerator::Values(names.map(Jinja::from).collect())
            }
            _ => Enumerator::NonEnumerable,
        }
    }

    fn is_true(self: &Arc<Self>) -> bool {
        self.0.value.is_true()
    }

    fn call_method(
        self: &Arc<Self>,
        state: &mut State<'_, '_>,
        method: &str,
        args: &[Jinja],
    ) -> Result<Jinja, Error> {
        call::method(&self.0.run, state, &self.0.value, method, args)
    }

    fn render(self: &Arc<Self>, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print::text(&self.0.value))
    }
}
