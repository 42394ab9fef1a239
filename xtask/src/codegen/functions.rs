//! `docs/functions.md`: every function with its signature, its profiles and an example that Helm gave.

use std::collections::BTreeSet;

use evenkeel_template::{Function, FunctionTable};
use evenkeel_tests::conformance::{Body, Call, Outcome, Profile, load_all};
use evenkeel_value::{Kind, Type};

use crate::workspace;

const HEAD: &str = "# Functions

What templates can call in both profiles, by family. Signatures are the ones that Go's reflection sees;
each example is a recorded call of Helm 4 with the type and the text of its result (`%T %q`).

This page is generated from the function tables and the conformance suite by `cargo xtask codegen`.
";

/// The text of the page.
pub(super) fn page() -> Result<String, String> {
    let (helm4, helm3) = (evenkeel_functions::helm4(), evenkeel_functions::helm3());
    let mut left: BTreeSet<_> = helm4.names().into_iter().chain(helm3.names()).collect();
    let mut page = HEAD.to_owned();
    page.push_str(&format!(
        "\nHelm 4: {} functions. Helm 3: {}.\n",
        helm4.names().len(),
        helm3.names().len()
    ));
    for (topic, _, cases) in load_all(&workspace::conformance().join("generated"))? {
        let Some(family) = topic.strip_prefix("functions_") else {
            continue;
        };
        page.push_str(&format!("\n## {}\n\n", title(family)));
        page.push_str("| function | profiles | example |\n|---|---|---|\n");
        for case in &cases.cases {
            let (Some(name), Body::Calls(calls)) = (case.id.strip_prefix("calls-"), &case.body)
            else {
                continue;
            };
            left.remove(name);
            page.push_str(&row(name, helm4, helm3, calls));
        }
    }
    if !left.is_empty() {
        return Err(format!(
            "no recorded calls of {left:?}: add seeds to fixtures/conformance/seeds"
        ));
    }
    Ok(page)
}

fn title(family: &str) -> String {
    let mut letters = family.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

fn row(name: &str, helm4: &FunctionTable, helm3: &FunctionTable, calls: &[Call]) -> String {
    let profiles = match (helm3.get(name), helm4.get(name)) {
        (Some(_), Some(_)) => "3, 4",
        (None, Some(_)) => "4",
        (Some(_), None) => "3",
        (None, None) => "none: removed, as Helm does",
    };
    let signature = helm4
        .get(name)
        .or(helm3.get(name))
        .map_or_else(|| name.to_owned(), signature);
    let example = calls
        .iter()
        .find_map(|call| match call.outcome(Profile::Helm4) {
            Some(Outcome::Value(value)) => {
                Some(format!("{} → {}", code(&call.expression), code(value)))
            }
            _ => None,
        });
    format!(
        "| {} | {profiles} | {} |\n",
        code(&signature),
        example.unwrap_or_default()
    )
}

/// Inline code in a table cell.
fn code(text: &str) -> String {
    let fence = if text.contains('`') { "``" } else { "`" };
    format!("{fence}{}{fence}", text.replace('|', "\\|"))
}

fn signature(function: &'static Function) -> String {
    let last = function.params.len().saturating_sub(1);
    let params = function.params.iter().enumerate().map(|(at, ty)| {
        let dots = if function.variadic && at == last {
            "..."
        } else {
            ""
        };
        format!("{dots}{}", type_name(*ty))
    });
    let params: Vec<_> = params.collect();
    format!(
        "{}({}) {}",
        function.name,
        params.join(", "),
        type_name(function.ret)
    )
}

fn type_name(ty: Type) -> String {
    if ty.kind == Kind::Struct && ty.name == "reflect.Value" {
        return "any".to_owned();
    }
    ty.name.replace("interface {}", "any")
}
