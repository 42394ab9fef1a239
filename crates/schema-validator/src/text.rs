//! Findings in the words of `github.com/santhosh-tekuri/jsonschema/v6`.

use std::borrow::Cow;

use boon::{ErrorKind, InstanceToken, ValidationError};
use serde_json::Value as Json;

use crate::words::{display, grouped, join_quoted, localized, number, quote};
use crate::{Violation, groups};

/// The whole tree of findings, as the Go library's `Error` prints it. `schema` is the document that was
/// compiled, `drop` the head line that Helm cuts off.
pub(crate) fn of(error: &ValidationError<'_, '_>, schema: &Json, drop: &str) -> String {
    let mut out = String::new();
    write(error, schema, None, 0, &mut out);
    match out
        .strip_prefix("jsonschema ")
        .and_then(|rest| rest.strip_prefix(drop))
    {
        Some(rest) if !drop.is_empty() => rest.trim_start_matches('\n').to_owned(),
        _ => out,
    }
}

/// The innermost findings, each with its place.
pub(crate) fn violations(error: &ValidationError<'_, '_>, schema: &Json) -> Vec<Violation> {
    let mut out = Vec::new();
    collect(error, schema, &mut out);
    out
}

fn collect(error: &ValidationError<'_, '_>, schema: &Json, out: &mut Vec<Violation>) {
    // The alternatives of anyOf and oneOf explain one finding; they are not findings of their own.
    let group = matches!(
        error.kind,
        ErrorKind::Group
            | ErrorKind::Schema { .. }
            | ErrorKind::Reference { .. }
            | ErrorKind::AllOf
    );
    if group && !error.causes.is_empty() {
        return error
            .causes
            .iter()
            .for_each(|cause| collect(cause, schema, out));
    }
    out.push(Violation {
        path: tokens(error),
        message: message(error, schema),
    });
}

/// Where the finding above stands, for the groups that boon leaves out in between.
#[derive(Clone, Copy)]
struct Above<'a> {
    schema: &'a str,
    /// Tokens of its place in the values.
    depth: usize,
    /// Whether it is itself a group, which the path to its alternatives names once more.
    group: bool,
}

fn write(
    error: &ValidationError<'_, '_>,
    schema: &Json,
    above: Option<Above<'_>>,
    indent: usize,
    out: &mut String,
) {
    let mut indent = indent;
    let place = tokens(error);
    for group in above.map_or_else(Vec::new, |above| groups_below(above, error.schema_url)) {
        let depth = above.map_or(0, |above| above.depth) + group.depth;
        let place = place.get(..depth).unwrap_or(&place);
        line(
            &format!("at {}: {}", pointer(place), group.message),
            indent,
            out,
        );
        indent += 1;
    }
    let only_passes_on =
        error.causes.len() == 1 && matches!(error.kind, ErrorKind::Reference { .. });
    if !only_passes_on {
        let text = match &error.kind {
            ErrorKind::Schema { .. } => format!("jsonschema {}", message(error, schema)),
            _ => format!("at {}: {}", pointer(&place), message(error, schema)),
        };
        line(&text, indent, out);
        indent += 1;
    }
    let below = Above {
        schema: match &error.kind {
            ErrorKind::Reference { url, .. } | ErrorKind::Schema { url } => url,
            _ => error.schema_url,
        },
        depth: place.len(),
        group: matches!(
            error.kind,
            ErrorKind::AllOf | ErrorKind::AnyOf | ErrorKind::OneOf(_)
        ),
    };
    for cause in &error.causes {
        write(cause, schema, Some(below), indent, out);
    }
}

fn groups_below(above: Above<'_>, schema: &str) -> Vec<groups::Group> {
    let mut groups = groups::between(above.schema, schema);
    if above.group && !groups.is_empty() {
        groups.remove(0);
    }
    groups
}

fn line(text: &str, indent: usize, out: &mut String) {
    if indent > 0 {
        out.push('\n');
        out.push_str(&"  ".repeat(indent - 1));
        out.push_str("- ");
    }
    out.push_str(text);
}

fn pointer(tokens: &[String]) -> String {
    let pointer: String = tokens
        .iter()
        .map(|token| format!("/{}", escape(token)))
        .collect();
    quote(&pointer)
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

fn message(error: &ValidationError<'_, '_>, schema: &Json) -> String {
    let list = |got: &[usize]| {
        got.iter()
            .map(usize::to_string)
            .collect::<Vec<_>>()
            .join(" ")
    };
    match &error.kind {
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
            // boon compiles patterns in another form, and shows that.
            let written = pattern(error.schema_url, schema).unwrap_or(want);
            format!("{} does not match pattern {}", quote(got), quote(written))
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

/// The pattern as it was written, if its schema is in the document.
fn pattern<'a>(schema_url: &str, document: &'a Json) -> Option<&'a str> {
    let (_, pointer) = schema_url.split_once('#')?;
    document.pointer(pointer)?.get("pattern")?.as_str()
}

/// The findings of one form: `minLength: got 1, want 3`.
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
