//! Every profile offers exactly the functions that it offers in Go, with the same signatures: lists that were
//! printed by `reflect`.

use evenkeel_template::{BUILTINS, Function, FunctionTable};

/// The signature as `reflect.Type.String` prints it, without an `error` result.
fn signature(function: &Function) -> String {
    let mut params: Vec<String> = function
        .params
        .iter()
        .map(|ty| ty.name.to_owned())
        .collect();
    if let Some(last) = params.last_mut().filter(|_| function.variadic) {
        last.insert_str(0, "...");
    }
    format!(
        "{} func({}) {}",
        function.name,
        params.join(", "),
        function.ret.name
    )
}

/// A recorded line without its `error` result.
fn recorded(line: &str) -> String {
    let Some((head, result)) = line.rsplit_once(") (") else {
        return line.to_owned();
    };
    match result.strip_suffix(", error)") {
        Some(result) => format!("{head}) {result}"),
        None => line.to_owned(),
    }
}

fn check(table: &FunctionTable, lines: &str) {
    let builtin = |name: &str| BUILTINS.iter().any(|function| function.name == name);
    let overridden = |name: &str| {
        lines
            .lines()
            .any(|line| line.split(' ').next() == Some(name))
    };
    let names = table.names();
    let own = names
        .iter()
        .filter(|name| !builtin(name) || overridden(name));
    let found: Vec<String> = own
        .filter_map(|name| table.get(name))
        .map(signature)
        .collect();
    let want: Vec<String> = lines.lines().map(recorded).collect();
    let missing: Vec<_> = want.iter().filter(|line| !found.contains(line)).collect();
    let surplus: Vec<_> = found.iter().filter(|line| !want.contains(line)).collect();
    assert!(
        missing.is_empty() && surplus.is_empty(),
        "Go has {missing:#?}\nwe have {surplus:#?}"
    );
}

#[test]
fn helm3_offers_what_go_does() {
    check(
        evenkeel_functions::helm3(),
        include_str!("../../../fixtures/functions/helm3.signatures"),
    );
}

#[test]
fn helm4_offers_what_go_does() {
    check(
        evenkeel_functions::helm4(),
        include_str!("../../../fixtures/functions/helm4.signatures"),
    );
}

#[test]
fn argo_offers_what_go_does() {
    check(
        evenkeel_functions::argo(),
        include_str!("../../../fixtures/functions/argo.signatures"),
    );
}
