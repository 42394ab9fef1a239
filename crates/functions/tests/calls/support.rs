//! Calling functions through templates.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, SourceMap};
use evenkeel_template::{
    Ast, Budget, Error, ErrorKind, Executor, Function, FunctionTable, Host, Options, RENDER_STACK,
    TemplateSet,
};
use evenkeel_value::{Data, Map, Str, Type, Value};

/// A world without clock and cluster, whose chance is always the same.
struct Still {
    /// The state of an xorshift generator.
    state: Cell<u64>,
}

impl Host for Still {
    fn methods(&self, ty: Type) -> &'static [Function] {
        evenkeel_functions::methods(ty)
    }

    fn now(&self) -> (i64, u32) {
        (0, 0)
    }

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut state = self.state.get();
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            self.state.set(state);
            *byte = (state >> 32) as u8;
        }
    }

    fn lookup(&self, _: &Str, _: &Str, _: &Str, _: &Str) -> Value {
        Value::Map(Map::default())
    }
}

/// What a template gives.
#[derive(Debug, PartialEq)]
pub(crate) enum Outcome {
    Output(Vec<u8>),
    Error(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Output(bytes) => write!(f, "{:?}", String::from_utf8_lossy(bytes)),
            Outcome::Error(text) => write!(f, "error {text:?}"),
        }
    }
}

/// Executes a template text, or a pipeline (a text without `{{`), over `data`.
pub(crate) fn call(expr: &str, data: &Data, functions: &'static FunctionTable) -> Outcome {
    let text = if expr.contains("{{") {
        expr.to_owned()
    } else {
        format!("{{{{ {expr} }}}}")
    };
    match execute(&text, data, functions, Options::default()) {
        Ok(output) => Outcome::Output(output),
        Err(error) => Outcome::Error(error.text().to_owned()),
    }
}

fn execute(
    text: &str,
    data: &Data,
    functions: &'static FunctionTable,
    options: Options,
) -> Result<Vec<u8>, Error> {
    let ast = Ast::parse(Arc::from(text.as_bytes()), functions);
    let ast = Arc::new(ast.map_err(|error| Error::of(ErrorKind::Parse, error.text("t")))?);
    let mut set = TemplateSet::new("t", functions);
    set.add("t", FileId::NONE, &ast)
        .expect("one template is defined once");
    let sources = SourceMap::new();
    let host = Still {
        state: Cell::new(0x9e37_79b9_7f4a_7c15),
    };
    let mut executor = Executor::new(&set, &host, &sources, options);
    Ok(executor.execute("t", data.to_value())?.as_bytes().to_vec())
}

/// Runs on a thread with the stack that templates need.
pub(crate) fn on_large_stack<T: Send + 'static>(run: impl FnOnce() -> T + Send + 'static) -> T {
    let worker = std::thread::Builder::new()
        .stack_size(RENDER_STACK + (4 << 20))
        .spawn(run);
    worker.expect("a thread").join().expect("no panic")
}

/// The kind of error that a template fails with, given few steps.
pub(crate) fn kind_of_failure(text: &str, functions: &'static FunctionTable) -> Option<ErrorKind> {
    let budget = Budget {
        steps: 100_000,
        ..Budget::default()
    };
    let options = Options {
        budget,
        ..Options::default()
    };
    let error = execute(text, &Data::Null, functions, options).err()?;
    Some(error.root().kind())
}
