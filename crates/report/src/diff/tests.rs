//! Every format over the same differences. `cargo xtask bless` rewrites the snapshots.

use anstream::adapter::strip_str;

use super::fixture::Fixture;
use super::{Layout, html, json, text};
use crate::tests::{pretty, validate};

const SHORT: Layout = Layout {
    width: 80,
    all: false,
    lists_effects: false,
};

fn terminal(fixture: &Fixture, layout: Layout) -> String {
    let text = text(&fixture.compared(), layout);
    let text = strip_str(&text).to_string();
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n")
}

#[test]
fn a_terminal_of_80_columns() {
    let text = terminal(&Fixture::new(), SHORT);
    assert!(text.lines().all(|line| line.chars().count() <= 80));
    insta::assert_snapshot!(text);
}

#[test]
fn a_terminal_of_120_columns_with_effects() {
    let layout = Layout {
        width: 120,
        lists_effects: true,
        ..SHORT
    };
    insta::assert_snapshot!(terminal(&Fixture::new(), layout));
}

#[test]
fn a_terminal_with_each_difference() {
    let layout = Layout { all: true, ..SHORT };
    insta::assert_snapshot!(terminal(&Fixture::new(), layout));
}

#[test]
fn a_terminal_for_files() {
    insta::assert_snapshot!(terminal(&Fixture::of_files(), SHORT));
}

#[test]
fn a_terminal_without_differences() {
    insta::assert_snapshot!(terminal(&Fixture::of_nothing(), SHORT));
}

#[test]
fn json_has_everything() {
    let value = json(&Fixture::new().compared());
    validate("schemas/diff.schema.json", &value);
    insta::assert_snapshot!(pretty(&value));
}

#[test]
fn json_of_files_and_of_nothing_keeps_to_the_schema() {
    for fixture in [Fixture::of_files(), Fixture::of_nothing()] {
        validate("schemas/diff.schema.json", &json(&fixture.compared()));
    }
}

#[test]
fn a_page_lets_nothing_out_of_its_place() {
    for fixture in [Fixture::new(), Fixture::of_files(), Fixture::of_nothing()] {
        let page = html(&fixture.compared());
        assert!(!page.contains("<b>@everyone"), "a value is markup");
        for element in ["<script", "</script>"] {
            assert_eq!(page.matches(element).count(), 2, "{element}");
        }
    }
}
