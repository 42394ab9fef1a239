//! Every format over the same differences. `cargo xtask bless` rewrites the snapshots.

use anstream::adapter::strip_str;

use super::fixture::Fixture;
use super::{Layout, html, json, markdown, template, text};
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

#[test]
fn markdown_says_the_risk_first() {
    insta::assert_snapshot!(markdown(&Fixture::new().compared(), 60));
}

#[test]
fn markdown_keeps_to_its_lines() {
    for lines in [10, 20, 40] {
        let text = markdown(&Fixture::new().compared(), lines);
        assert!(text.lines().count() <= lines, "{lines}: {text}");
        assert!(text.contains("more row"), "{text}");
    }
}

#[test]
fn markdown_lets_nothing_out_of_its_place() {
    let text = markdown(&Fixture::new().compared(), 60);
    for hostile in ["<b>", "@everyone", "@platform", " #1", " #42", "`info`"] {
        assert!(!text.contains(hostile), "{hostile}: {text}");
    }
}

#[test]
fn markdown_is_short_enough_for_github() {
    let mut fixture = Fixture::of_files();
    let apps = &mut fixture.differences.comparisons[0].apps;
    let object = apps[0].objects[0].clone();
    apps[0].objects = vec![object; 5000];
    let text = markdown(&fixture.compared(), usize::MAX);
    assert!(text.chars().count() <= 65_536);
    assert!(text.contains("more rows"));
}

#[test]
fn a_template_reads_the_document() {
    let check = |name: &str, source: &str, want: &str| {
        let fixture = Fixture::new();
        let got = template(&fixture.compared(), name, source);
        assert_eq!(got.unwrap_or_else(|error| error), want);
    };
    check(
        "list.txt",
        "{% for cause in causes if cause.class == 'version' %}\n{{ cause.name }}\n{% endfor %}\n",
        "image.tag\n",
    );
    let value = "{{ causes[0].after.text }}";
    check("a.txt", value, "`info` | <b>@everyone</b> #1");
    check(
        "a.html",
        value,
        "`info` | &lt;b&gt;@everyone&lt;&#x2f;b&gt; #1",
    );
    check("a.txt", "{{ counts.version | json }}", "1");
    check(
        "a.txt",
        "\n{{ nothing }}",
        "a.txt:2: undefined value: `nothing` is undefined",
    );
    check(
        "a.txt",
        "{% for a in range(9999) %}{% for b in range(9999) %}{{ b }}{% endfor %}{% endfor %}",
        "a.txt:1: the template takes too many steps: look for a loop without end",
    );
}
