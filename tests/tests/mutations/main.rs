//! Every rule finds what it is for in the platform of this repository: one line is changed, and exactly what that
//! breaks is found, at the line to fix; and what only looks like it stays silent.

#![expect(
    clippy::disallowed_methods,
    reason = "tests that change copies of this repository"
)]

mod harness;

mod hygiene;
mod images;
mod operators;
mod overlays;
mod parity;
mod pipelines;
mod plan;
mod routes;
mod vault;
mod wiring;

use harness::{Case, run};
use std::collections::BTreeSet;

/// All cases, by the groups of rules that they are about.
const GROUPS: &[&[Case]] = &[
    hygiene::CASES,
    images::CASES,
    operators::CASES,
    overlays::CASES,
    parity::CASES,
    pipelines::CASES,
    plan::CASES,
    routes::CASES,
    vault::CASES,
    wiring::CASES,
];

#[test]
fn nothing_is_found_as_it_is() {
    let result = run(&Case {
        rule: "none",
        title: "nothing is changed",
        edits: &[],
        finds: &[],
    });
    assert_eq!(result, Ok(()));
}

#[test]
fn what_is_broken_is_found_where_it_is_to_be_fixed() {
    let filter = std::env::var("MUTATIONS").unwrap_or_default();
    let cases = GROUPS.iter().copied().flatten();
    let cases: Vec<&Case> = cases
        .filter(|case| case.rule.starts_with(&filter))
        .collect();
    let results = evenkeel_renderer::side_by_side(&cases, |case| run(case));
    let failures: Vec<String> = results.into_iter().filter_map(Result::err).collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_rule_has_a_case_that_fails_and_one_that_does_not() {
    let rules = |fails: bool| -> BTreeSet<&str> {
        let cases = GROUPS.iter().copied().flatten();
        let cases = cases.filter(|case| case.finds.is_empty() != fails);
        cases.map(|case| case.rule).collect()
    };
    let (failing, silent) = (rules(true), rules(false));
    let codes = evenkeel_rules::RULES.iter().map(|rule| rule.code);
    let missing: Vec<&str> = codes
        .filter(|code| !failing.contains(code) || !silent.contains(code))
        .collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_task_of_the_plan_has_a_case() {
    for task in 1..=8 {
        let title = format!("task {task}: ");
        let mut cases = plan::CASES.iter();
        assert!(cases.any(|case| case.title.starts_with(&title)), "{title}");
    }
}
