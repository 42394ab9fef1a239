//! The function table as functions and filters of the engine.

use std::fmt;
use std::rc::Rc;
use std::sync::Arc;

use evenkeel_template::Function;
use minijinja::value::{Object, ObjectRepr, Rest, Value as Jinja, ValueOrKwargs};
use minijinja::{Environment, Error, ErrorKind, State};
use send_wrapper::SendWrapper;

use super::call;
use super::run::Run;
use super::scan;

/// Builtins of text/template that the language has itself, or that only its executor can run.
const LANGUAGE: &[&str] = &["and", "call", "len", "not", "or"];

/// Makes the table callable: `f(a, b)`, and `b | f(a)` with the piped value last, as in a pipeline of Go.
/// Functions of the engine by the same name give way.
pub(super) fn register(environment: &mut Environment<'static>, run: &Rc<Run>) {
    environment.add_filter("len", length);
    environment.add_function("len", length);
    for name in run.world.functions.names() {
        let Some(function) = run.world.functions.get(name) else {
            continue;
        };
        if LANGUAGE.contains(&name) {
            continue;
        }
        let shared = SendWrapper::new(Rc::clone(run));
        environment.add_global(
            name,
            Jinja::from_object(Callable {
                function,
                run: shared,
            }),
        );
        let shared = SendWrapper::new(Rc::clone(run));
        let filter = move |state: &mut State<'_, '_>, value: &Jinja, args: Rest<ValueOrKwargs>| {
            let mut args = args.into_values();
            args.push(value.clone());
            call::function(&shared, state, function, &args)
        };
        environment.add_filter(name, filter);
    }
    own(environment, run);
}

/// What the program's own templates call: the driver, and the marks of [`scan`].
fn own(environment: &mut Environment<'static>, run: &Rc<Run>) {
    let shared = SendWrapper::new(Rc::clone(run));
    environment.add_function("enter", move |state: &State<'_, '_>| {
        state.consume_fuel(shared.spent.get())?;
        let activations = shared.activations.borrow();
        let name = activations.last().map(|a| a.name.to_string());
        Ok::<_, Error>(name.unwrap_or_default())
    });
    let shared = SendWrapper::new(Rc::clone(run));
    environment.add_function("leave", move |state: &State<'_, '_>| {
        let used = state.fuel_levels().map_or(0, |(used, _)| used);
        shared.spent.set(used);
        ""
    });
    if run.tracing.is_none() {
        return;
    }
    let shared = SendWrapper::new(Rc::clone(run));
    let decided = move |state: &State<'_, '_>, mark: usize, value: &Jinja| {
        if let (Some(tracing), Some(text)) = (&shared.tracing, shared.text(state.name())) {
            tracing.borrow_mut().decided(state.name(), &text, mark);
        }
        value.clone()
    };
    environment.add_function(scan::FUNCTION, decided);
}

/// Go's `len`, for whatever has a length.
fn length(value: &Jinja) -> Result<usize, Error> {
    if value.is_undefined() {
        return Err(call::undefined(value));
    }
    value.len().ok_or_else(|| {
        let detail = format!("len of {}", value.kind());
        Error::new(ErrorKind::InvalidOperation, detail)
    })
}

/// A function of the table as a value of the engine.
struct Callable {
    function: &'static Function,
    run: SendWrapper<Rc<Run>>,
}

impl fmt::Debug for Callable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.function.name)
    }
}

impl Object for Callable {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Plain
    }

    fn call(self: &Arc<Self>, state: &mut State<'_, '_>, args: &[Jinja]) -> Result<Jinja, Error> {
        call::function(&self.run, state, self.function, args)
    }
}
