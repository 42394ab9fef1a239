//! Which objects and items belong together, and which values are the same.

use super::{app, check, check_spec, lines, tokens};
use crate::compare;

/// Compares two objects of which only what follows `kind` is given.
#[track_caller]
fn check_kind(kind: &str, before: &str, after: &str, want: &[&str]) {
    let object =
        |rest: &str| format!("apiVersion: v1\nkind: {kind}\nmetadata: {{ name: x }}\n{rest}\n");
    check(&object(before), &object(after), want);
}

#[test]
fn objects_of_another_name_are_paired_if_they_are_alike() {
    let map = |name: &str, data: &str| {
        format!("kind: ConfigMap\nmetadata: {{ name: {name} }}\ndata: {data}\n")
    };
    check(
        &map("env-8d4f7b6c9k", "{ a: 1 }"),
        &map("env-2k5h8m4t7f", "{ a: 2 }"),
        &[
            "~ ConfigMap/env-8d4f7b6c9k:data.a 1 → 2 (unexplained)",
            "~ ConfigMap/env-8d4f7b6c9k:metadata.name env-8d4f7b6c9k → env-2k5h8m4t7f (unexplained)",
        ],
    );
    check(
        &map("one", "{ a: 1, b: 2, c: 3 }"),
        &map("two", "{ a: 1, b: 2, c: 4 }"),
        &[
            "~ ConfigMap/one:data.c 3 → 4 (unexplained)",
            "~ ConfigMap/one:metadata.name one → two (unexplained)",
        ],
    );
    check(
        &map("one", "{ a: 1, b: 2 }"),
        &map("two", "{ a: 1, c: 2 }"),
        &[
            "- ConfigMap/one: - → - (unexplained)",
            "+ ConfigMap/two: - → - (unexplained)",
        ],
    );
}

#[test]
fn of_several_candidates_the_most_alike_is_taken() {
    let job = |name: &str, image: &str, args: &str| {
        format!(
            "kind: Job\nmetadata: {{ name: {name} }}\nspec: {{ image: {image}, args: [{args}], a: 1, b: 2 }}\n---\n"
        )
    };
    check(
        &job("old", "x", "p, q"),
        &(job("other", "y", "p, r") + &job("new", "x", "p, q")),
        &[
            "~ Job/old:metadata.name old → new (unexplained)",
            "+ Job/other: - → - (unexplained)",
        ],
    );
}

#[test]
fn kinds_keep_their_identity_when_their_api_moves() {
    let object = |version: &str| {
        format!(
            "apiVersion: {version}\nkind: Deployment\nmetadata: {{ name: x }}\nspec: {{ a: 1 }}\n"
        )
    };
    check(
        &object("extensions/v1beta1"),
        &object("apps/v1"),
        &["~ Deployment/x:apiVersion extensions/v1beta1 → apps/v1 (unexplained)"],
    );
    check(
        "apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { ports: [] }\n",
        "apiVersion: serving.knative.dev/v1\nkind: Service\nmetadata: { name: x }\nspec: { template: {} }\n",
        &[
            "- Service/x: - → - (unexplained)",
            "+ Service/x: - → - (unexplained)",
        ],
    );
}

#[test]
fn of_two_with_one_name_those_that_are_equal_belong_together() {
    let object = |size: u32| format!("kind: K\nmetadata: {{ name: x }}\nsize: {size}\n---\n");
    check(
        &(object(1) + &object(2)),
        &(object(2) + &object(3)),
        &["~ K/x:size 1 → 3 (unexplained)"],
    );
}

#[test]
fn ports_of_one_number_are_told_apart_by_name_or_protocol() {
    let ports = |rest: &str| {
        format!(
            "spec: {{ ports: [{{ port: 53, {rest}, targetPort: 1 }}, {{ port: 53, name: t }}] }}"
        )
    };
    check_kind(
        "Service",
        &ports("name: u"),
        &ports("name: u").replace("targetPort: 1", "targetPort: 2"),
        &["~ Service/x:spec.ports[u].targetPort 1 → 2 (unexplained)"],
    );
    check_kind(
        "Service",
        "spec: { ports: [{ port: 53 }, { port: 53, protocol: UDP }] }",
        "spec: { ports: [{ port: 53, protocol: UDP }, { port: 53, protocol: TCP, x: 1 }] }",
        &[
            "+ Service/x:spec.ports[53/TCP].protocol - → TCP (unexplained)",
            "+ Service/x:spec.ports[53/TCP].x - → 1 (unexplained)",
        ],
    );
}

#[test]
fn sets_have_no_order() {
    check_kind(
        "Role",
        "rules: [{ verbs: [a, b] }]",
        "rules: [{ verbs: [b, a] }]",
        &[],
    );
    check_kind(
        "Role",
        "rules: [{ resources: [a, b], verbs: [get] }, { resources: [c], verbs: [list] }]",
        "rules: [{ resources: [c], verbs: [list, watch] }, { resources: [b, a], verbs: [get] }]",
        &["+ Role/x:rules[0].verbs[1] - → watch (unexplained)"],
    );
    // Of a custom resource nobody knows.
    let custom = |hosts: &str| {
        format!(
            "apiVersion: example.com/v1\nkind: K\nmetadata: {{ name: x }}\nspec: {{ hosts: {hosts} }}\n"
        )
    };
    check(
        &custom("[a, b]"),
        &custom("[b, a]"),
        &["↕ K/x:spec.hosts […] → […] (unexplained)"],
    );
}

#[test]
fn another_order_that_means_something_is_one_change() {
    check_spec(
        "{ args: [a, b, c] }",
        "{ args: [c, a, b] }",
        &["↕ .args […] → […] (unexplained)"],
    );
    check_spec(
        "{ initContainers: [{ name: a, v: 1 }, { name: b }] }",
        "{ initContainers: [{ name: b }, { name: a, v: 2 }] }",
        &[
            "↕ .initContainers […] → […] (unexplained)",
            "~ .initContainers[a].v 1 → 2 (unexplained)",
        ],
    );
    check_spec(
        "{ containers: [{ name: a }, { name: b }] }",
        "{ containers: [{ name: b }, { name: a }] }",
        &[],
    );
}

#[test]
fn the_shorter_of_two_runs_is_paired_by_likeness() {
    check_spec(
        "{ stages: [{ do: x, size: 1 }, { do: y, size: 2 }] }",
        "{ stages: [{ do: z, size: 0 }, { do: x, size: 3 }, { do: y, size: 4 }] }",
        &[
            "~ .stages[1].size 1 → 3 (unexplained)",
            "~ .stages[2].size 2 → 4 (unexplained)",
            "+ .stages[0] - → {…} (unexplained)",
        ],
    );
}

#[test]
fn quantities_are_equal_by_amount_where_they_are_some() {
    let spec = |cpu: &str| {
        format!("{{ resources: {{ limits: {{ cpu: {cpu} }} }}, other: {{ cpu: {cpu} }} }}")
    };
    check_spec(
        &spec("1000m"),
        &spec("'1'"),
        &["~ .other.cpu 1000m → 1 (unexplained)"],
    );
    check_spec(
        &spec("1").replace("other", "x"),
        &spec("1001m").replace("other: { cpu: 1001m }", "x: { cpu: 1 }"),
        &["~ .resources.limits.cpu 1 → 1001m (unexplained)"],
    );
}

#[test]
fn texts_that_hold_data_are_compared_as_data() {
    check_kind(
        "ConfigMap",
        r#"data: { app.yaml: "a: 1\nb: [x]\n", b.json: '{"a": {"b": 1}}', c: "words\nand words" }"#,
        r##"data: { app.yaml: "# c\nb:\n- x\na: 2\n", b.json: '{ "a": {} }', c: "words\nor words" }"##,
        &[
            "~ ConfigMap/x:data[\"app.yaml\"].a 1 → 2 (unexplained)",
            "- ConfigMap/x:data[\"b.json\"].a.b 1 → - (unexplained)",
            "~ ConfigMap/x:data.c words\nand words → words\nor words (unexplained)",
        ],
    );
}

#[test]
fn both_sides_say_where_a_field_is() {
    let object = |data: &str| {
        app(&format!(
            "kind: ConfigMap\nmetadata: {{ name: x }}\ndata: {{ a.yaml: \"{data}\" }}\n"
        ))
    };
    let apps = compare(
        &[object("l:\\n- name: b\\n- name: a\\n  v: {x: 1}\\n")],
        &[object("l:\\n- name: a\\n  v: {x: 2}\\n- name: b\\n")],
        &tokens(),
    );
    assert_eq!(
        lines(&apps),
        ["~ ConfigMap/x:data[\"a.yaml\"].l[a].v.x 1 → 2 (unexplained)"]
    );
    let change = &apps[0].objects[0].changes[0];
    assert_eq!(
        change.indexed.before.to_string(),
        "data[\"a.yaml\"].l[1].v.x"
    );
    assert_eq!(
        change.indexed.after.to_string(),
        "data[\"a.yaml\"].l[0].v.x"
    );
}

#[test]
fn secrets_are_hidden_wherever_they_are() {
    check_kind(
        "ConfigMap",
        r#"data: { a.yaml: "db: {password: one, port: 1}\n", url: 'x://u:one@h' }"#,
        r#"data: { a.yaml: "db: {password: two, port: 2}\n", url: 'x://u:two@h' }"#,
        &[
            "~ ConfigMap/x:data[\"a.yaml\"].db.password (hidden) → (hidden) (unexplained)",
            "~ ConfigMap/x:data[\"a.yaml\"].db.port 1 → 2 (unexplained)",
            "~ ConfigMap/x:data.url (hidden) → (hidden) (unexplained)",
        ],
    );
    check_kind(
        "Secret",
        "data: { a: b25l }\ntype: a",
        "stringData: { a: \"b: one\\nc: d\" }\ntype: b",
        &[
            "- Secret/x:data {…} → - (unexplained)",
            "~ Secret/x:type a → b (unexplained)",
            "+ Secret/x:stringData - → {…} (unexplained)",
        ],
    );
}
