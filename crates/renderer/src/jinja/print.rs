//! How values look in the output: as YAML would write them in one line.

use std::fmt::Write as _;

use evenkeel_value::{Value, fmt};
use evenkeel_yaml as yaml;
use minijinja::value::{Value as Jinja, ValueKind};
use minijinja::{Error, Output};

use super::call::undefined;
use super::run::Run;
use super::value::{Handle, from_jinja};

/// Writes what `{{ … }}` gives: text as it is, null as `null`, whole numbers without a fraction, maps and
/// lists in flow style.
///
/// # Errors
/// An undefined value.
pub(super) fn write(run: &Run, out: &mut Output<'_>, value: &Jinja) -> Result<(), Error> {
    let text = match value.kind() {
        ValueKind::Undefined => return Err(undefined(value)),
        ValueKind::String => {
            let text = value.as_str().unwrap_or_default();
            run.emitted(text);
            return Ok(out.write_str(text)?);
        }
        ValueKind::None => "null".to_owned(),
        ValueKind::Number if !value.is_integer() => {
            float(f64::try_from(value.clone()).unwrap_or_default())
        }
        // The engine's own texts are Python's: `True`, `None`.
        ValueKind::Bool => value.is_true().to_string(),
        ValueKind::Number | ValueKind::Invalid => value.to_string(),
        _ => match value.downcast_object_ref::<Handle>() {
            Some(handle) => text(handle.value()),
            None => text(&from_jinja(run, value)?),
        },
    };
    run.emitted(&text);
    Ok(out.write_str(&text)?)
}

/// A value of the render as text.
pub(super) fn text(value: &Value) -> String {
    let structure = matches!(value, Value::Map(_) | Value::List(_));
    let bytes = match structure.then(|| yaml::to_json_raw(value)) {
        Some(Ok(json)) => json,
        _ => fmt::sprint(value),
    };
    String::from_utf8_lossy(&bytes).into_owned()
}

/// A float as YAML reads it back.
fn float(n: f64) -> String {
    const WHOLE: f64 = 1e15;
    let mut text = String::new();
    let written = match n {
        n if n.is_nan() => text.write_str(".nan"),
        n if n.is_infinite() => text.write_str(if n < 0.0 { "-.inf" } else { ".inf" }),
        n if n.fract() == 0.0 && n.abs() < WHOLE => write!(text, "{n:.0}"),
        n => write!(text, "{n:?}"),
    };
    debug_assert!(written.is_ok());
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_read_back_as_numbers() {
        for (n, want) in [
            (8080.0, "8080"),
            (1_000_000.0, "1000000"),
            (0.5, "0.5"),
            (-1.25, "-1.25"),
            (1e300, "1e300"),
            (f64::NAN, ".nan"),
            (f64::NEG_INFINITY, "-.inf"),
        ] {
            assert_eq!(float(n), want);
        }
    }
}
