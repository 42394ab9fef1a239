//! Calls of the function table and of methods, with arguments of the engine.

use std::rc::Rc;

use evenkeel_template::{Context, Error as GoError, ErrorKind as GoKind, Function, Host};
use evenkeel_value::{Kind, List, Map, Str, Type, Value, ty};
use minijinja::value::Value as Jinja;
use minijinja::{Environment, Error, ErrorKind, State};

use super::run::Run;
use super::value::{from_jinja, to_jinja};
use crate::native;

/// Functions that have something to say about a value that is not there.
const TAKE_UNDEFINED: &[&str] = &["all", "any", "coalesce", "default", "empty", "required"];

/// Functions whose last argument, the data, may be left out: it adds to what the caller sees.
const RUN_TEMPLATES: &[&str] = &["include", "tpl"];

/// The largest string that a function may give, as a share of the output budget.
const STRING_SHARE: u64 = 4;

/// Calls a function of the table.
///
/// # Errors
/// Undefined arguments, arguments of the wrong number or type, and what the function says.
pub(super) fn function(
    run: &Rc<Run>,
    state: &mut State<'_, '_>,
    function: &'static Function,
    args: &[Jinja],
) -> Result<Jinja, Error> {
    if !TAKE_UNDEFINED.contains(&function.name)
        && let Some(missing) = args.iter().find(|arg| arg.is_undefined())
    {
        return Err(undefined(missing));
    }
    let mut values = Vec::with_capacity(args.len());
    for arg in args {
        values.push(from_jinja(run, arg)?);
    }
    if function.name == "dict" && args.len() == 1 && args[0].is_kwargs() {
        let made = values.pop().unwrap_or_default();
        return Ok(to_jinja(run, made, String::new));
    }
    if RUN_TEMPLATES.contains(&function.name) && values.len() == 1 {
        values.push(Value::Nil);
    }
    call(run, state, function, None, values)
}

/// Calls a method of a value, such as `Files.Get`.
///
/// # Errors
/// Kind `UnknownMethod` where there is none; otherwise as [`function`].
pub(super) fn method(
    run: &Rc<Run>,
    state: &mut State<'_, '_>,
    receiver: &Value,
    name: &str,
    args: &[Jinja],
) -> Result<Jinja, Error> {
    let methods = receiver.ty().map(|ty| run.world.host.methods(ty));
    let method = methods.and_then(|all| all.iter().find(|method| method.name == name));
    let Some(method) = method else {
        return Err(Error::from(ErrorKind::UnknownMethod));
    };
    let mut values = Vec::with_capacity(args.len());
    for arg in args {
        if arg.is_undefined() {
            return Err(undefined(arg));
        }
        values.push(from_jinja(run, arg)?);
    }
    call(run, state, method, Some(receiver.clone()), values)
}

fn call(
    run: &Rc<Run>,
    state: &mut State<'_, '_>,
    function: &'static Function,
    receiver: Option<Value>,
    values: Vec<Value>,
) -> Result<Jinja, Error> {
    check_count(function, values.len())?;
    let mut args: Vec<Value> = receiver.into_iter().collect();
    for (i, value) in values.into_iter().enumerate() {
        let declared = function.params.get(i).or(function.params.last());
        let value = argument(value, declared.copied().unwrap_or(ty::ANY)).map_err(|words| {
            let detail = format!("{}: {words}", function.name);
            Error::new(ErrorKind::InvalidOperation, detail)
        })?;
        args.push(value);
    }
    run.inner.take();
    let result = (function.call)(&mut Caller { run, state }, &args);
    let value = result.map_err(|error| failed(run, function.name, error))?;
    pay_for(run, state, &value)?;
    Ok(to_jinja(run, value, String::new))
}

fn check_count(function: &Function, got: usize) -> Result<(), Error> {
    let (name, declared) = (function.name, function.params.len());
    let least = if function.variadic {
        declared.saturating_sub(1)
    } else {
        declared
    };
    if got == least || (function.variadic && got > least) {
        return Ok(());
    }
    let want = if function.variadic { "at least " } else { "" };
    let detail = format!("wrong number of args for {name}: want {want}{least} got {got}");
    Err(Error::new(ErrorKind::InvalidOperation, detail))
}

/// An argument as a parameter wants it. Numbers take the parameter's type where they fit: the language has
/// one kind of integer where Go has ten.
fn argument(value: Value, ty: Type) -> Result<Value, String> {
    let Some(own) = value.ty() else {
        return match ty.kind {
            Kind::Map => Ok(Value::Map(Map::nil(ty))),
            Kind::Slice => Ok(Value::List(List::nil(ty))),
            Kind::Interface | Kind::Struct | Kind::Pointer => Ok(Value::Nil),
            _ => Err(format!("null value; expected {}", ty.name)),
        };
    };
    if own == ty || matches!(ty.kind, Kind::Interface) || ty.name == "reflect.Value" {
        return Ok(value);
    }
    if own.assignable_to(ty) {
        return Ok(match value {
            Value::Map(map) => Value::Map(map.share_as(ty)),
            other => other,
        });
    }
    let wrong = || {
        format!(
            "wrong type for value; expected {}; got {}",
            ty.name, own.name
        )
    };
    match &value {
        Value::Int(..) | Value::Uint(..) | Value::Float(..) => number(&value, ty).ok_or_else(wrong),
        Value::List(list) if ty == ty::STRINGS => strings(list).ok_or_else(wrong),
        _ if own.elem == Some(ty) && own.kind == Kind::Pointer => Ok(value),
        _ => Err(wrong()),
    }
}

fn number(value: &Value, ty: Type) -> Option<Value> {
    let whole = match value {
        Value::Int(n, _) => Some(i128::from(*n)),
        Value::Uint(n, _) => Some(i128::from(*n)),
        Value::Float(n, _) if n.fract() == 0.0 => Some(*n as i128),
        _ => None,
    };
    match ty.kind {
        kind if kind.is_int() => Some(Value::Int(i64::try_from(whole?).ok()?, ty)),
        kind if kind.is_uint() => Some(Value::Uint(u64::try_from(whole?).ok()?, ty)),
        kind if kind.is_float() => Some(match value {
            Value::Float(n, _) => Value::Float(*n, ty),
            _ => Value::Float(whole? as f64, ty),
        }),
        _ => None,
    }
}

fn strings(list: &List) -> Option<Value> {
    let texts: Option<Vec<Str>> = list
        .snapshot()
        .iter()
        .map(|item| item.as_str().cloned())
        .collect();
    Some(Value::List(List::strings(texts?)))
}

/// The error of a value that is not there; the engine adds how the template came to it.
pub(super) fn undefined(value: &Jinja) -> Error {
    match value.get_attr("") {
        Err(error) => error,
        Ok(_) => Error::from(ErrorKind::UndefinedError),
    }
}

fn pay_for(run: &Run, state: &State<'_, '_>, value: &Value) -> Result<(), Error> {
    let most = run.world.budget.output / STRING_SHARE;
    let cost = match value {
        Value::Str(text) if text.len() as u64 > most => {
            let detail = format!("a function gives a string of more than {most} bytes");
            return Err(Error::new(ErrorKind::OutOfFuel, detail));
        }
        Value::Bytes(bytes) => bytes.len() / 64,
        Value::List(list) => list.len() / 16,
        Value::Map(map) => map.len() / 16,
        // The engine charges for its own strings.
        _ => 0,
    };
    state.consume_fuel(cost as u64 + 1)
}

fn failed(run: &Run, name: &str, error: GoError) -> Error {
    if let Some(inner) = run.inner.take() {
        let detail = format!("error calling {name}");
        return Error::new(ErrorKind::BadInclude, detail).with_source(inner);
    }
    let (kind, detail) = match error.root().kind() {
        GoKind::Budget => (ErrorKind::OutOfFuel, error.root().text().to_owned()),
        GoKind::Fail => (
            ErrorKind::InvalidOperation,
            native::without_marks(error.root().text()),
        ),
        _ => (
            ErrorKind::InvalidOperation,
            format!("{name}: {}", error.text()),
        ),
    };
    Error::new(kind, detail).with_source(error)
}

/// What a function can ask of the template that calls it.
struct Caller<'a, 'template, 'env> {
    run: &'a Rc<Run>,
    state: &'a mut State<'template, 'env>,
}

impl Caller<'_, '_, '_> {
    /// Runs a template within the caller, which pays for it.
    fn nested(
        &mut self,
        work: impl FnOnce(&Rc<Run>, &Environment<'_>, &str) -> Result<Str, Error>,
    ) -> Result<Str, GoError> {
        let used = |state: &State<'_, '_>| state.fuel_levels().map_or(0, |(used, _)| used);
        let before = used(self.state);
        self.run.spent.set(before);
        let result = work(self.run, self.state.env(), self.state.name());
        self.charge(self.run.spent.get().saturating_sub(before))?;
        result.map_err(|error| {
            let text = error.to_string();
            *self.run.inner.borrow_mut() = Some(error);
            GoError::new(text)
        })
    }
}

impl Context for Caller<'_, '_, '_> {
    fn host(&self) -> &dyn Host {
        &*self.run.world.host
    }

    fn execute_template(&mut self, name: &Str, data: Value) -> Result<Str, GoError> {
        let more = more(&data)?;
        let name = name.to_text().into_owned();
        self.nested(|run, environment, caller| run.include(environment, caller, &name, more))
    }

    /// The engine and the depth of calls keep recursion in bounds.
    fn active(&self, _: &Str) -> usize {
        0
    }

    fn execute_text(&mut self, text: &Str, data: Value) -> Result<Str, GoError> {
        let more = more(&data)?;
        let text = text.to_text().into_owned();
        self.nested(|run, environment, caller| run.string(environment, caller, &text, more))
    }

    fn charge(&mut self, steps: u64) -> Result<(), GoError> {
        self.state
            .consume_fuel(steps)
            .map_err(|_| GoError::of(GoKind::Budget, over_fuel(self.run)))
    }

    fn log_entry(&mut self, map: &Map, key: &[u8]) {
        if let Some(tracing) = &self.run.tracing {
            let name = String::from_utf8_lossy(key).into_owned();
            tracing.borrow_mut().read("", name, map.origin(key));
        }
    }

    fn log_item(&mut self, list: &List, index: usize) {
        if let Some(tracing) = &self.run.tracing {
            let origin = list.borrow().get(index).map(|item| item.origin);
            tracing.borrow_mut().read("", index.to_string(), origin);
        }
    }
}

/// What `include` and `tpl` add to the variables.
fn more(data: &Value) -> Result<Option<Map>, GoError> {
    match data {
        Value::Nil => Ok(None),
        Value::Map(map) => Ok(Some(map.clone())),
        other => {
            let got = other.ty().map_or("nil", |ty| ty.name);
            Err(GoError::new(format!(
                "the second argument adds variables and has to be a map; got {got}"
            )))
        }
    }
}

/// The words for a render that used up its fuel.
pub(super) fn over_fuel(run: &Run) -> String {
    format!("the Jinja files take more than {} steps", run.fuel)
}
