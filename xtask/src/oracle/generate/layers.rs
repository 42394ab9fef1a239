//! Every layer of values × null × sub-chart: a key per combination, all in one chart per question.
//!
//! A key's name tells its combination: `c1p0f2s3` has state 1 in the child's values.yaml, 0 in the
//! parent's, 2 in the user's file and 3 in `--set`.

use evenkeel_tests::conformance::{Case, Topic};

use super::{TEMPLATE, case, header};

/// One layer: a letter, and the value in each state; `None` leaves the key out.
struct Layer {
    letter: char,
    states: &'static [Option<&'static str>],
}

const CHILD: Layer = Layer {
    letter: 'c',
    states: &[None, Some("null"), Some("1"), Some("{x: 1, y: null}")],
};
const PARENT: Layer = Layer {
    letter: 'p',
    states: &[
        None,
        Some("null"),
        Some("2"),
        Some("{x: 2, z: null}"),
        Some("{x: null}"),
    ],
};
const FILE: Layer = Layer {
    letter: 'f',
    states: &[
        None,
        Some("null"),
        Some("3"),
        Some("{x: 3}"),
        Some("{x: null, w: null}"),
    ],
};
/// The state of a `--set`: what follows the key.
const SET: Layer = Layer {
    letter: 's',
    states: &[None, Some("=null"), Some(".x=null"), Some("=4")],
};

const SHOW: &str = "{{- range $key, $value := VALUES }}
# {{ $key }} {{ toJson $value }}
{{- end }}
";

pub(super) fn topic() -> Topic {
    let cases = vec![top(), sub_chart(), grandchild(), globals()];
    Topic {
        header: header("Layers of values, nulls in each of them, with and without sub-charts."),
        cases,
    }
}

/// All combinations of the layers' states.
fn combinations(layers: &[&Layer]) -> Vec<Vec<usize>> {
    layers.iter().fold(vec![Vec::new()], |before, layer| {
        let extend = |states: &Vec<usize>, state| [states.as_slice(), &[state]].concat();
        let count = layer.states.len();
        before
            .iter()
            .flat_map(|states| (0..count).map(|s| extend(states, s)).collect::<Vec<_>>())
            .collect()
    })
}

fn name(layers: &[&Layer], states: &[usize]) -> String {
    layers
        .iter()
        .zip(states)
        .map(|(layer, state)| format!("{}{state}", layer.letter))
        .collect()
}

/// The lines of one layer's file, `indent` deep.
fn lines(layers: &[&Layer], all: &[Vec<usize>], which: usize, indent: &str) -> String {
    let line = |states: &Vec<usize>| {
        let value = layers[which].states[states[which]]?;
        Some(format!("{indent}{}: {value}\n", name(layers, states)))
    };
    all.iter().filter_map(line).collect()
}

fn sets(layers: &[&Layer], all: &[Vec<usize>], prefix: &str) -> Vec<String> {
    let which = layers.len() - 1;
    let set = |states: &Vec<usize>| {
        let value = layers[which].states[states[which]]?;
        // `--set key.x=null` over a file's scalar or null is an error, which would hide all the others.
        let below = layers[which - 1].states[states[which - 1]];
        let scalar = below.is_some_and(|value| !value.starts_with('{'));
        let nested = value.starts_with('.');
        (!(scalar && nested)).then(|| format!("--set={prefix}{}{value}", name(layers, states)))
    };
    all.iter().filter_map(set).collect()
}

fn show(values: &str) -> String {
    SHOW.replace("VALUES", values)
}

fn arguments(sets: Vec<String>) -> Vec<String> {
    let file = ["-f".to_owned(), "user.yaml".to_owned()];
    file.into_iter().chain(sets).collect()
}

fn top() -> Case {
    let layers = [&PARENT, &FILE, &SET];
    let all = combinations(&layers);
    let files = vec![
        ("demo/values.yaml", lines(&layers, &all, 0, "")),
        ("user.yaml", lines(&layers, &all, 1, "")),
        (TEMPLATE, show(".Values")),
    ];
    case(
        "layers-top".to_owned(),
        files,
        arguments(sets(&layers, &all, "")),
    )
}

fn sub_chart() -> Case {
    let layers = [&CHILD, &PARENT, &FILE, &SET];
    let all = combinations(&layers);
    let files = vec![
        (
            "demo/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 0.1.0\n".to_owned(),
        ),
        ("demo/charts/sub/values.yaml", lines(&layers, &all, 0, "")),
        ("demo/charts/sub/templates/s.yaml", show(".Values")),
        (
            "demo/values.yaml",
            format!("sub:\n{}", lines(&layers, &all, 1, "  ")),
        ),
        (
            "user.yaml",
            format!("sub:\n{}", lines(&layers, &all, 2, "  ")),
        ),
        (TEMPLATE, show(".Values.sub")),
    ];
    case(
        "layers-sub-chart".to_owned(),
        files,
        arguments(sets(&layers, &all, "sub.")),
    )
}

fn grandchild() -> Case {
    const LEAF: Layer = Layer {
        letter: 'l',
        states: &[None, Some("null"), Some("{x: 0}")],
    };
    const CHILD: Layer = Layer {
        letter: 'c',
        states: &[None, Some("null"), Some("1"), Some("{x: null, y: 1}")],
    };
    const PARENT: Layer = Layer {
        letter: 'p',
        states: &[None, Some("null"), Some("{x: null}")],
    };
    const FILE: Layer = Layer {
        letter: 'f',
        states: &[None, Some("null"), Some("{x: 3}")],
    };
    let layers = [&LEAF, &CHILD, &PARENT, &FILE];
    let all = combinations(&layers);
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    let files = vec![
        ("demo/charts/sub/Chart.yaml", chart("sub")),
        ("demo/charts/sub/charts/leaf/Chart.yaml", chart("leaf")),
        (
            "demo/charts/sub/charts/leaf/values.yaml",
            lines(&layers, &all, 0, ""),
        ),
        (
            "demo/charts/sub/charts/leaf/templates/l.yaml",
            show(".Values"),
        ),
        (
            "demo/charts/sub/values.yaml",
            format!("leaf:\n{}", lines(&layers, &all, 1, "  ")),
        ),
        (
            "demo/values.yaml",
            format!("sub:\n  leaf:\n{}", lines(&layers, &all, 2, "    ")),
        ),
        (
            "user.yaml",
            format!("sub:\n  leaf:\n{}", lines(&layers, &all, 3, "    ")),
        ),
        (TEMPLATE, show(".Values.sub.leaf")),
    ];
    case("layers-grandchild".to_owned(), files, arguments(Vec::new()))
}

fn globals() -> Case {
    let layers = [&CHILD, &PARENT, &FILE, &SET];
    let all = combinations(&layers);
    let files = vec![
        (
            "demo/charts/sub/Chart.yaml",
            "apiVersion: v2\nname: sub\nversion: 0.1.0\n".to_owned(),
        ),
        (
            "demo/charts/sub/values.yaml",
            format!("global:\n{}", lines(&layers, &all, 0, "  ")),
        ),
        ("demo/charts/sub/templates/s.yaml", show(".Values.global")),
        (
            "demo/values.yaml",
            format!("global:\n{}", lines(&layers, &all, 1, "  ")),
        ),
        (
            "user.yaml",
            format!("global:\n{}", lines(&layers, &all, 2, "  ")),
        ),
        (TEMPLATE, show(".Values.global")),
    ];
    case(
        "layers-globals".to_owned(),
        files,
        arguments(sets(&layers, &all, "global.")),
    )
}
