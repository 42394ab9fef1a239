//! Each format, over the same table.

use std::collections::BTreeMap;

use anstream::adapter::strip_str;
use evenkeel_diagnostics::{SourceMap, Span};
use evenkeel_diff::Reason;
use evenkeel_rules::{
    Aspect, Fact, Facts, OffReason, ParityCell, ParityRow, ParityTable, State, Untrue, UnusedChart,
};

use super::Parity;
use crate::tests::validate;

fn on(aspects: impl IntoIterator<Item = (Aspect, Vec<Fact>, Vec<Fact>)>) -> ParityCell {
    let aspects = aspects.into_iter();
    ParityCell {
        state: State::On,
        aspects: aspects
            .map(|(aspect, all, missing)| (aspect, Facts { all, missing }))
            .collect(),
        opaque: Vec::new(),
    }
}

fn is(state: State) -> ParityCell {
    ParityCell {
        state,
        aspects: BTreeMap::new(),
        opaque: Vec::new(),
    }
}

fn off(text: &str, is_overdue: bool) -> ParityCell {
    is(State::Off(OffReason {
        reason: Reason {
            text: text.to_owned(),
            owner: Some("platform".to_owned()),
            review: None,
            span: Span::NONE,
        },
        is_overdue,
    }))
}

fn new(mut fact: Fact) -> Fact {
    fact.is_new = true;
    fact
}

fn row(app: &str, cells: [ParityCell; 3]) -> ParityRow {
    ParityRow {
        app: app.to_owned(),
        cells: cells.into(),
    }
}

fn table() -> ParityTable {
    let shop = [
        on([
            (
                Aspect::Version,
                vec![Fact::just("shop 1.0.0"), Fact::just("shop:1.2")],
                vec![],
            ),
            (
                Aspect::Replicas,
                vec![Fact::of("web", "1"), Fact::of("worker", "1")],
                vec![],
            ),
            (Aspect::Hosts, vec![Fact::just("shop.apps.testing")], vec![]),
        ]),
        on([
            (
                Aspect::Version,
                vec![Fact::just("shop 1.0.0"), Fact::just("shop:1.2")],
                vec![],
            ),
            (
                Aspect::Replicas,
                vec![new(Fact::of("web", "2–5")), Fact::of("worker", "1")],
                vec![],
            ),
            (Aspect::Hosts, vec![Fact::just("shop.example")], vec![]),
            (
                Aspect::Secrets,
                vec![new(Fact::just(
                    "a-name-that-does-not-fit-into-one-line-of-its-column",
                ))],
                vec![],
            ),
        ]),
        on([
            (
                Aspect::Version,
                vec![Fact::just("shop 1.0.0")],
                vec![Fact::just("shop:1.2")],
            ),
            (
                Aspect::Replicas,
                vec![],
                vec![Fact::of("web", "1"), Fact::of("worker", "1")],
            ),
        ]),
    ];
    let chart = || ParityCell {
        opaque: vec!["remote chart cache 1.0.0 of https://charts.example.net".to_owned()],
        ..on([(Aspect::Version, vec![Fact::just("cache 1.0.0")], vec![])])
    };
    ParityTable {
        envs: ["local", "prod", "edge"].map(str::to_owned).into(),
        has_reference: true,
        rows: vec![
            row("cache", [chart(), chart(), is(State::Unexplained)]),
            row(
                "llm|<b>",
                [
                    on([(Aspect::Version, vec![Fact::just("llm 0.1.0")], vec![])]),
                    off("no *GPU* nodes, and none that anybody would pay for", true),
                    is(State::Unknown("not all of edge renders".to_owned())),
                ],
            ),
            row("shop", shop),
            row(
                "tools",
                [is(State::Absent), on([]), off("not\u{1b}[2J yet", false)],
            ),
        ],
        untrue: vec![Untrue {
            env: "prod".to_owned(),
            app: "shop".to_owned(),
            is_on: true,
            span: Span::NONE,
        }],
        unused: vec![UnusedChart {
            chart: "charts/example".to_owned(),
            reason: "for people to try".to_owned(),
        }],
    }
}

fn show(format: impl Fn(&Parity<'_>) -> String) -> String {
    let (table, sources) = (table(), SourceMap::default());
    format(&Parity {
        table: &table,
        sources: &sources,
    })
}

#[test]
fn a_terminal_of_100_columns() {
    let text = show(|parity| super::text(parity, 100));
    let text = strip_str(&text).to_string();
    assert!(text.lines().all(|line| line.chars().count() <= 100));
    insta::assert_snapshot!(text);
}

#[test]
fn a_terminal_that_is_too_narrow_has_several_tables() {
    let text = show(|parity| super::text(parity, 60));
    insta::assert_snapshot!(strip_str(&text).to_string());
}

#[test]
fn markdown_is_one_table_and_notes() {
    insta::assert_snapshot!(show(super::markdown));
}

#[test]
fn the_page_holds_texts_as_texts() {
    let page = show(super::html);
    assert!(page.contains("llm|&lt;b&gt;"));
    assert!(!page.contains("<b>"));
    // The style, the script, and nothing that is loaded.
    assert_eq!(page.matches("<script").count(), 1);
    assert!(!page.contains("src=") && !page.contains("http-equiv=\"refresh"));
}

#[test]
fn json_keeps_to_its_schema() {
    let (table, sources) = (table(), SourceMap::default());
    let value = super::json(&Parity {
        table: &table,
        sources: &sources,
    });
    validate("schemas/parity.schema.json", &value);
    let text = serde_json::to_string_pretty(&value).expect("JSON");
    insta::assert_snapshot!(text);
}
