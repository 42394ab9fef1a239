//! Findings in the words of `github.com/santhosh-tekuri/jsonschema/v6`.

use std::borrow::Cow;

use boon::{ErrorKind, InstanceToken, ValidationError};
use serde_json::Value as Json;

use crate::Violation;
use crate::words::{display, grouped, join_quoted, localized, number, quote};

/// The whole tree of findings, as the Go library's `Error` prints it. `drop` is the head line that Helm
/// cuts off.
pub(crate) fn of(error: &ValidationError<'_, '_>, drop: &str) -> String {
    let mut out = String::new();
    write(error, 0, &mut out);
    match out
        .strip_prefix("jsonschema ")
        .and_then(|rest| rest.strip_prefix(drop))
    {
        Some(rest) if !drop.is_empty() => rest.trim_start_matches('\n').to_owned(),
        _ => out,
    }
}

/// The innermost findings, each with its place.
pub(crate) fn violations(error: &ValidationError<'_, '_>) -> Vec<Violation> {
    let mut out = Vec::new();
    collect(error, &mut out);
    out
}

fn collect(error: &ValidationError<'_, '_>, out: &mut Vec<Violation>) {
    // The alternatives of anyOf and oneOf explain one finding; they are not findings of their own.
    let group = matches!(
        error.kind,
        ErrorKind::Group
            | ErrorKind::Schema { .. }
            | ErrorKind::Reference { .. }
            | ErrorKind::AllOf
    );
    if group && !error.causes.is_empty() {
        return error.causes.iter().for_each(|cause| collect(cause, out));
    }
    out.push(Violation {
        path: tokens(error),
        message: message(&error.kind),
    });
}

fn write(error: &ValidationError<'_, '_>, mut indent: usize, out: &mut String) {
    let only_passes_on =
        error.causes.len() == 1 && matches!(error.kind, ErrorKind::Reference { .. });
    if !only_passes_on {
        if indent > 0 {
            out.push('\n');
            out.push_str(&"  ".repeat(indent - 1));
            out.push_str("- ");
        }
        indent += 1;
        match &error.kind {
            ErrorKind::Schema { .. } => {
                out.push_str(&format!("jsonschema {}", message(&error.kind)));
            }
            kind => {
                let pointer: String = tokens(error)
                    .iter()
                    .map(|token| format!("/{}", escape(token)))
                    .collect();
                out.push_str(&format!("at {}: {}", quote(&pointer), message(kind)));
            }
        }
    }
    for cause in &error.causes {
        write(cause, indent, out);
    }
}

fn tokens(error: &ValidationError<'_, '_>) -> Vec<String> {
    let text = |token: &InstanceToken<'_>| match token {
        InstanceToken::Prop(name) => name.to_string(),
        InstanceToken::Item(index) => index.to_string(),
    };
    error.instance_location.tokens.iter().map(text).collect()
}

fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

fn message(kind: &ErrorKind<'_, '_>) -> String {
    let list = |got: &[usize]| {
        got.iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    match kind {
        ErrorKind::Group | ErrorKind::Reference { .. } => "validation failed".to_owned(),
        ErrorKind::Schema { url } => format!("validation failed with {}", quote(&schema_url(url))),
        ErrorKind::ContentSchema => "'contentSchema' failed".to_owned(),
        ErrorKind::PropertyName { prop } => format!("invalid propertyName {}", quote(prop)),
        ErrorKind::RefCycle {
            url,
            kw_loc1,
            kw_loc2,
        } => {
            format!("both {kw_loc1} and {kw_loc2} resolve to \"{url}\" causing reference cycle")
        }
        ErrorKind::FalseSchema => "false schema".to_owned(),
        ErrorKind::Type { got, want } => {
            let want: Vec<_> = want.iter().map(|ty| ty.to_string()).collect();
            format!("got {got}, want {}", want.join(" or "))
        }
        ErrorKind::Enum { want } => match &want[..] {
            all if all.iter().any(is_container) => "'enum' failed".to_owned(),
            [only] => format!("value must be {}", display(only)),
            all => {
                let all: Vec<_> = all.iter().map(display).collect();
                format!("value must be one of {}", all.join(", "))
            }
        },
        ErrorKind::Const { want } if is_container(want) => "'const' failed".to_owned(),
        ErrorKind::Const { want } => format!("value must be {}", display(want)),
        ErrorKind::Format { got, want, err } => {
            format!("{} is not valid {want}: {err}", display(got))
        }
        ErrorKind::AdditionalProperties { got } => {
            let mut names: Vec<&str> = got.iter().map(Cow::as_ref).collect();
            names.sort_unstable();
            format!("additional properties {} not allowed", join_quoted(&names))
        }
        ErrorKind::Required { want } => match &want[..] {
            [only] => format!("missing property {}", quote(only)),
            all => format!("missing properties {}", join_quoted(all)),
        },
        ErrorKind::Dependency { prop, missing }
        | ErrorKind::DependentRequired { prop, missing } => {
            format!(
                "properties {} required, if {} exists",
                join_quoted(missing),
                quote(prop)
            )
        }
        ErrorKind::Contains => "no items match contains schema".to_owned(),
        ErrorKind::MinContains { got, want } if got.is_empty() => {
            let want = grouped(*want);
            format!("min {want} items required to match contains schema, but none matched")
        }
        ErrorKind::MinContains { got, want } => format!(
            "min {} items required to match contains schema, but matched {} items at {}",
            grouped(*want),
            grouped(got.len()),
            list(got)
        ),
        ErrorKind::MaxContains { got, want } => format!(
            "max {} items required to match contains schema, but matched {} items at {}",
            grouped(*want),
            grouped(got.len()),
            list(got)
        ),
        ErrorKind::UniqueItems { got: [i, j] } => {
            format!("items at {} and {} are equal", grouped(*i), grouped(*j))
        }
        ErrorKind::AdditionalItems { got } => {
            format!("last {} additionalItem(s) not allowed", grouped(*got))
        }
        ErrorKind::Pattern { got, want } => {
            format!("{} does not match pattern {}", quote(got), quote(want))
        }
        ErrorKind::ContentEncoding { want, err } => {
            format!("value is not {} encoded: {err}", quote(want))
        }
        ErrorKind::ContentMediaType { want, err, .. } => {
            format!("value is not of mediatype {}: {err}", quote(want))
        }
        ErrorKind::Not => "'not' failed".to_owned(),
        ErrorKind::AllOf => "'allOf' failed".to_owned(),
        ErrorKind::AnyOf => "'anyOf' failed".to_owned(),
        ErrorKind::OneOf(None) => "'oneOf' failed, none matched".to_owned(),
        ErrorKind::OneOf(Some((i, j))) => {
            format!(
                "'oneOf' failed, subschemas {}, {} matched",
                grouped(*i),
                grouped(*j)
            )
        }
        kind => limit(kind),
    }
}

/// The findings of one pattern: `minLength: got 1, want 3`.
fn limit(kind: &ErrorKind<'_, '_>) -> String {
    let (name, got, want) = match kind {
        ErrorKind::MinProperties { got, want } => ("minProperties", grouped(*got), grouped(*want)),
        ErrorKind::MaxProperties { got, want } => ("maxProperties", grouped(*got), grouped(*want)),
        ErrorKind::MinItems { got, want } => ("minItems", grouped(*got), grouped(*want)),
        ErrorKind::MaxItems { got, want } => ("maxItems", grouped(*got), grouped(*want)),
        ErrorKind::MinLength { got, want } => ("minLength", grouped(*got), grouped(*want)),
        ErrorKind::MaxLength { got, want } => ("maxLength", grouped(*got), grouped(*want)),
        ErrorKind::Minimum { got, want } => ("minimum", number(got), number(want)),
        ErrorKind::Maximum { got, want } => ("maximum", number(got), number(want)),
        ErrorKind::ExclusiveMinimum { got, want } => {
            ("exclusiveMinimum", number(got), number(want))
        }
        ErrorKind::ExclusiveMaximum { got, want } => {
            ("exclusiveMaximum", number(got), number(want))
        }
        ErrorKind::MultipleOf { got, want } => ("multipleOf", number(got), number(want)),
        other => return localized(other),
    };
    format!("{name}: got {got}, want {want}")
}

fn is_container(value: &Json) -> bool {
    value.is_array() || value.is_object()
}

fn schema_url(url: &str) -> String {
    if url.contains('#') {
        url.to_owned()
    } else {
        format!("{url}#")
    }
}
