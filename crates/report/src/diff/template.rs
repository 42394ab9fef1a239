//! Differences as a template of the user's wants them.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, UndefinedBehavior};

use super::Compared;
use super::json::json;

/// How many steps a template may take. A large report takes some ten thousand.
const FUEL: u64 = 50_000_000;

/// Renders a minijinja template over the document of [`json`]. What it writes is escaped for HTML if the name ends in
/// `.html`. A template includes no other.
///
/// # Errors
/// `name:line: …` for what is wrong with the template: its syntax, a variable that is not there, a loop without end.
pub fn template(compared: &Compared<'_>, name: &str, source: &str) -> Result<String, String> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|name| match name.ends_with(".html") {
        true => AutoEscape::Html,
        false => AutoEscape::None,
    });
    let syntax = SyntaxConfig::builder()
        .trim_blocks(true)
        .lstrip_blocks(true)
        .keep_trailing_newline(true)
        .build();
    environment.set_syntax(syntax.expect("the usual delimiters"));
    environment.add_filter("json", |value: Value| {
        serde_json::to_string_pretty(&value)
            .map_err(|error| Error::new(ErrorKind::InvalidOperation, format!("no JSON: {error}")))
    });
    environment
        .render_named_str(name, source, Value::from(Serde(json(compared))))
        .map_err(|error| message(name, &error))
}

fn message(name: &str, error: &Error) -> String {
    let at = error
        .line()
        .map_or(String::new(), |line| format!(":{line}"));
    let text = match (error.kind(), error.detail()) {
        (ErrorKind::OutOfFuel, _) => {
            "the template takes too many steps: look for a loop without end".to_owned()
        }
        (kind, Some(detail)) => format!("{kind}: {detail}"),
        (kind, None) => kind.to_string(),
    };
    format!("{name}{at}: {text}")
}
