//! What a template can call, as data: name, typed signature, call.

use evenkeel_diagnostics::Origin;
use evenkeel_value::{List, Map, Str, Type, Value};
use rustc_hash::FxHashMap;

use crate::{Error, Host};

/// One function or method of Go, with the signature that reflection would see.
///
/// The executor converts and checks arguments from the signature, with Go's error texts, before it
/// calls: a parameter of type `string` always arrives as [`Value::Str`], one of type `int` as
/// [`Value::Int`], one of `interface {}` as anything, nil included. So `call` may index its arguments
/// freely up to the arity, and a variadic one gets all its arguments flat.
#[derive(Debug, Clone, Copy)]
pub struct Function {
    /// Its name in templates.
    pub name: &'static str,
    /// Parameter types; for a variadic function the last is the element type of the rest.
    pub params: &'static [Type],
    /// Whether the last parameter repeats.
    pub variadic: bool,
    /// The static type of the first result.
    pub ret: Type,
    /// The code. A method gets its receiver as the first argument, before the declared ones.
    pub call: fn(&mut dyn Context, &[Value]) -> Result<Value, Error>,
}

/// A table row for a function with a fixed number of parameters.
pub const fn function(
    name: &'static str,
    params: &'static [Type],
    ret: Type,
    call: fn(&mut dyn Context, &[Value]) -> Result<Value, Error>,
) -> Function {
    Function {
        name,
        params,
        variadic: false,
        ret,
        call,
    }
}

/// A table row for a function whose last parameter repeats.
pub const fn variadic(
    name: &'static str,
    params: &'static [Type],
    ret: Type,
    call: fn(&mut dyn Context, &[Value]) -> Result<Value, Error>,
) -> Function {
    Function {
        name,
        params,
        variadic: true,
        ret,
        call,
    }
}

/// The functions that one profile offers, by name. Later rows win over earlier ones.
#[derive(Debug)]
pub struct FunctionTable {
    by_name: FxHashMap<&'static str, &'static Function>,
}

impl FunctionTable {
    /// A table over slices of rows; a name in a later slice overrides the same name before it.
    pub fn new(parts: &[&'static [Function]]) -> FunctionTable {
        let by_name = parts
            .iter()
            .flat_map(|rows| rows.iter())
            .map(|f| (f.name, f))
            .collect();
        FunctionTable { by_name }
    }

    /// The same table without some names.
    #[must_use]
    pub fn without(mut self, names: &[&str]) -> FunctionTable {
        self.by_name.retain(|name, _| !names.contains(name));
        self
    }

    /// The function of a name.
    pub fn get(&self, name: &str) -> Option<&'static Function> {
        self.by_name.get(name).copied()
    }

    /// All names, sorted.
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.by_name.keys().copied().collect();
        names.sort_unstable();
        names
    }
}

/// What a function can ask of the execution that calls it.
pub trait Context {
    /// The world outside the template.
    fn host(&self) -> &dyn Host;

    /// Executes the named template over `data` and gives its output (with segments): what `include`
    /// does, without Helm's own counting of depth.
    ///
    /// # Errors
    /// Go's `ExecuteTemplate` errors, and budgets.
    fn execute_template(&mut self, name: &Str, data: Value) -> Result<Str, Error>;

    /// How many activations of `name` through [`Context::execute_template`] are running now.
    fn active(&self, name: &Str) -> usize;

    /// Parses `text` as a template of its own in a copy of the current set and executes it over `data`:
    /// what `tpl` does, without Helm's wording around errors.
    ///
    /// # Errors
    /// `Err(error)` of kind [`crate::ErrorKind::Parse`] where the text does not parse, otherwise as
    /// [`Context::execute_template`].
    fn execute_text(&mut self, text: &Str, data: Value) -> Result<Str, Error>;

    /// Pays `steps` of the budget for work that grows with its arguments (`until`, `repeat`, `seq` …).
    ///
    /// # Errors
    /// Kind [`crate::ErrorKind::Budget`] where the budget is used up.
    fn charge(&mut self, steps: u64) -> Result<(), Error>;

    /// Where the argument of that index was written, counted without a piped value; known only while reads are
    /// logged, and only of an argument that is an entry of a map as it stands.
    fn argument_origin(&self, _index: usize) -> Origin {
        Origin::NONE
    }

    /// Notes that the function at hand reads an entry of a map. Does nothing unless reads are logged.
    fn log_entry(&mut self, _map: &Map, _key: &[u8]) {}

    /// Notes that the function at hand reads an item of a list. Does nothing unless reads are logged.
    fn log_item(&mut self, _list: &List, _index: usize) {}
}
