//! Comparisons from the outside: two renders in, one line for each change out.

mod structure;

use evenkeel_config::Config;
use evenkeel_diagnostics::FileId;
use evenkeel_manifest::Identity;
use evenkeel_value::Data;

use crate::{
    App, AppDiff, ChangeKind, Class, Counts, Facts, Object, Policy, Presence, Sides, Tokens,
    classify, compare,
};

/// What is compared, where nothing but the changes is looked at.
const NOTHING: Sides<&[App]> = Sides {
    before: &[],
    after: &[],
};

/// The objects of an Application `shop`, separated by `---`.
fn app(text: &str) -> App {
    let objects = text.split("---\n").filter(|text| !text.trim().is_empty());
    App {
        name: "shop".to_owned(),
        objects: objects.map(object).collect(),
    }
}

fn object(text: &str) -> Object {
    let data = evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("it is YAML");
    let text = |data: Option<&Data>| data.and_then(Data::as_str).unwrap_or_default().to_owned();
    let meta = |key| text(data.get("metadata").and_then(|meta| meta.get(key)));
    let version = text(data.get("apiVersion"));
    Object {
        identity: Identity {
            group: version
                .split_once('/')
                .map_or("", |(group, _)| group)
                .to_owned(),
            kind: text(data.get("kind")),
            namespace: meta("namespace"),
            name: meta("name"),
        },
        data,
        index: Default::default(),
        is_followed: false,
    }
}

fn tokens() -> Tokens {
    let pairs = [
        ("local", "prod"),
        ("shop-local", "shop-prod"),
        ("a.testing", "b.example"),
    ];
    Tokens::new(pairs.map(|(before, after)| (before.to_owned(), after.to_owned())))
}

fn config(text: &str) -> Config {
    let parsed = evenkeel_config::parse(text.as_bytes(), FileId::NONE);
    assert!(parsed.diagnostics.is_empty(), "{:?}", parsed.diagnostics);
    parsed.config
}

fn show(data: Option<&Data>) -> String {
    match data {
        None => "-".to_owned(),
        Some(Data::Str(text)) => String::from_utf8_lossy(text).into_owned(),
        Some(Data::Float(n)) => n.to_string(),
        Some(Data::Int(n)) => n.to_string(),
        Some(Data::Bool(b)) => b.to_string(),
        Some(Data::Map(_)) => "{…}".to_owned(),
        Some(_) => "[…]".to_owned(),
    }
}

fn lines(apps: &[AppDiff]) -> Vec<String> {
    let mut lines = Vec::new();
    for app in apps {
        let class = |class: &Class| match class {
            Class::Expected(reason) => format!("expected: {}", reason.text),
            other => other.name().to_owned(),
        };
        if app.presence != Presence::Both {
            lines.push(format!(
                "{} {:?} {} ({})",
                app.name,
                app.presence,
                app.objects_alone,
                class(&app.class)
            ));
        }
        for object in &app.objects {
            for change in &object.changes {
                let sign = match change.kind {
                    ChangeKind::Added => '+',
                    ChangeKind::Removed => '-',
                    ChangeKind::Changed => '~',
                    ChangeKind::Moved => '↕',
                };
                let values = format!(
                    "{} → {}",
                    show(change.before.as_ref()),
                    show(change.after.as_ref())
                );
                let id = &object.identity;
                lines.push(format!(
                    "{sign} {}/{}:{} {values} ({})",
                    id.kind,
                    id.name,
                    change.path,
                    class(&change.class)
                ));
            }
        }
    }
    lines
}

#[track_caller]
fn check(before: &str, after: &str, want: &[&str]) {
    let apps = compare(&[app(before)], &[app(after)], &tokens());
    assert_eq!(lines(&apps), want);
}

/// Compares the `spec` of one object.
#[track_caller]
fn check_spec(before: &str, after: &str, want: &[&str]) {
    let object = |spec: &str| format!("kind: K\nmetadata: {{ name: x }}\nspec: {spec}\n");
    let want: Vec<String> = want
        .iter()
        .map(|line| line.replacen(' ', " K/x:spec", 1))
        .collect();
    let want: Vec<&str> = want.iter().map(String::as_str).collect();
    check(&object(before), &object(after), &want);
}

#[test]
fn the_same_objects_in_another_order_do_not_differ() {
    let (a, b) = (
        "kind: A\nmetadata: {name: x}\n",
        "kind: B\nmetadata: {name: x}\n",
    );
    check(&format!("{a}---\n{b}"), &format!("{b}---\n{a}"), &[]);
}

#[test]
fn fields_are_added_removed_and_changed() {
    check_spec(
        "{ a: 1, b: x, d: { e: 1 } }",
        "{ a: 2, c: z, d: 1 }",
        &[
            "~ .a 1 → 2 (unexplained)",
            "- .b x → - (unexplained)",
            "~ .d {…} → 1 (unexplained)",
            "+ .c - → z (unexplained)",
        ],
    );
}

#[test]
fn numbers_are_compared_as_numbers_and_texts_as_texts() {
    check_spec("{ a: 1, b: 1.0, c: 0x10 }", "{ a: 1.0, b: 1, c: 16 }", &[]);
    check_spec("{ a: '1' }", "{ a: 1 }", &["~ .a 1 → 1 (unexplained)"]);
}

#[test]
fn null_is_as_good_as_nothing() {
    check_spec("{ a: null }", "{}", &[]);
    check_spec("{ a: {} }", "{}", &["- .a {…} → - (unexplained)"]);
}

#[test]
fn items_with_names_are_paired_by_them() {
    check_spec(
        "[{ name: a, v: 1 }, { name: b, v: 1 }, { name: c }]",
        "[{ name: b, v: 2 }, { name: a, v: 1 }, { name: d }]",
        &[
            "~ [b].v 1 → 2 (unexplained)",
            "- [c] {…} → - (unexplained)",
            "+ [d] - → {…} (unexplained)",
        ],
    );
}

#[test]
fn ports_without_names_are_paired_by_number() {
    check_spec(
        "{ ports: [{ containerPort: 80 }, { containerPort: 90 }] }",
        "{ ports: [{ containerPort: 90, protocol: TCP }, { containerPort: 80 }] }",
        &["+ .ports[90].protocol - → TCP (unexplained)"],
    );
}

#[test]
fn other_items_are_paired_by_the_longest_common_subsequence() {
    check_spec("[a, b, c]", "[a, x, b, c]", &["+ [1] - → x (unexplained)"]);
    check_spec("[a, b, c]", "[a, c]", &["- [1] b → - (unexplained)"]);
    check_spec(
        "[{ to: { a: 1 } }, { to: { b: 1 } }]",
        "[{ to: { a: 1 } }, { to: { b: 2 } }]",
        &["~ [1].to.b 1 → 2 (unexplained)"],
    );
}

#[test]
fn what_follows_from_names_is_identity() {
    check_spec(
        "{ host: w.a.testing, url: 'db.shop-local.svc.cluster.local', hosts: [x.a.testing, z] }",
        "{ host: w.b.example, url: 'db.shop-prod.svc.cluster.local', hosts: [x.b.example] }",
        &[
            "~ .host w.a.testing → w.b.example (identity)",
            "~ .hosts[0] x.a.testing → x.b.example (identity)",
            "- .hosts[1] z → - (unexplained)",
            "~ .url db.shop-local.svc.cluster.local → db.shop-prod.svc.cluster.local (identity)",
        ],
    );
}

#[test]
fn keys_may_follow_from_names() {
    check_spec(
        "{ values-local.yaml: 1 }",
        "{ values-prod.yaml: 2 }",
        &[
            "~ [\"values-local.yaml\"] values-local.yaml → values-prod.yaml (identity)",
            "~ [\"values-local.yaml\"] 1 → 2 (unexplained)",
        ],
    );
}

#[test]
fn objects_are_paired_though_their_names_follow_the_environment() {
    check(
        "kind: Role\nmetadata: { name: web-local, namespace: shop-local }\nx: 1\n",
        "kind: Role\nmetadata: { name: web-prod, namespace: shop-prod }\nx: 2\n",
        &[
            "~ Role/web-local:metadata.name web-local → web-prod (identity)",
            "~ Role/web-local:metadata.namespace shop-local → shop-prod (identity)",
            "~ Role/web-local:x 1 → 2 (unexplained)",
        ],
    );
}

#[test]
fn inputs_of_applications_that_are_compared_themselves_are_implied() {
    let side = |text: &str| {
        let mut app = app(text);
        app.objects[0].is_followed = true;
        app
    };
    let object = |source: &str| {
        side(&format!(
            "kind: Application\nspec: {{ source: {source} }}\n"
        ))
    };
    let apps = compare(
        &[object("{ helm: { values: a }, path: a }")],
        &[object("{ helm: { values: b }, path: b }")],
        &tokens(),
    );
    let want = [
        "~ Application/:spec.source.helm.values a → b (implied)",
        "~ Application/:spec.source.path a → b (unexplained)",
    ];
    assert_eq!(lines(&apps), want);
}

#[test]
fn objects_of_one_side_are_one_change() {
    check(
        "kind: A\nmetadata: { name: x }\n",
        "kind: B\nmetadata: { name: x }\n",
        &["- A/x: - → - (unexplained)", "+ B/x: - → - (unexplained)"],
    );
}

#[test]
fn values_of_secrets_are_hidden() {
    check(
        "kind: Secret\nmetadata: { name: x }\nstringData: { a: old }\n",
        "kind: Secret\nmetadata: { name: x }\nstringData: { a: new }\n",
        &["~ Secret/x:stringData.a (hidden) → (hidden) (unexplained)"],
    );
}

#[test]
fn the_configuration_explains() {
    let config = config(concat!(
        "envs: { local: {}, prod: {}, sno: {} }\n",
        "parity: { reference: local }\n",
        "expect:\n",
        "  - { app: shop, path: 'K/x:spec.replicas', reason: real traffic }\n",
        "  - { app: other, env: prod, path: 'K/x:spec.size', reason: of another app }\n",
        "  - { env: sno, path: 'K/x:spec.size', reason: of another environment }\n",
    ));
    let object = |spec: &str| app(&format!("kind: K\nmetadata: {{ name: x }}\nspec: {spec}\n"));
    let (before, after) = (
        object("{ replicas: 1, size: 1 }"),
        object("{ replicas: 2, size: 2 }"),
    );
    let mut apps = compare(&[before], &[after], &tokens());
    let (mut policy, diagnostics) = Policy::new(&config, "local", "prod");
    assert!(diagnostics.is_empty());
    policy.apply(&mut apps, NOTHING);
    let want = [
        "~ K/x:spec.replicas 1 → 2 (expected: real traffic)",
        "~ K/x:spec.size 1 → 2 (unexplained)",
    ];
    assert_eq!(lines(&apps), want);
    let counts = Counts {
        expected: 1,
        unexplained: 1,
        open: 1,
        ..Counts::default()
    };
    assert_eq!(Counts::of(&apps), counts);
    let unused = policy.unused();
    let unused: Vec<_> = unused.iter().map(|unused| unused.app.as_deref()).collect();
    assert_eq!(unused, [Some("other")]);
}

#[test]
fn applications_that_are_off_are_expected_with_their_objects() {
    let config = config(concat!(
        "envs: { local: {}, prod: {} }\n",
        "parity: { off: [{ env: prod, app: shop, reason: later, owner: us }] }\n",
    ));
    let parent = |objects: &str| App {
        name: "root".to_owned(),
        ..app(objects)
    };
    let shop =
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: { name: shop-local }\n";
    let toy = shop.replace("shop-local", "shop-toy-local");
    let before = [
        parent(&format!("{shop}---\n{toy}")),
        app("kind: A\nmetadata: { name: x }\n"),
    ];
    let mut apps = compare(&before, &[parent("")], &tokens());
    let facts = Facts::new(&config, "local", "prod");
    classify(&mut apps, &facts, NOTHING);
    Policy::new(&config, "local", "prod")
        .0
        .apply(&mut apps, NOTHING);
    let want = [
        "- Application/shop-local: - → - (implied)",
        "- Application/shop-toy-local: - → - (unexplained)",
        "shop Before 1 (expected: later)",
    ];
    assert_eq!(lines(&apps), want);
}

#[test]
fn a_path_that_cannot_be_read_is_reported() {
    let config = config("expect: [{ path: Deployment, reason: x }]\n");
    let (_, diagnostics) = Policy::new(&config, "local", "prod");
    let messages: Vec<_> = diagnostics
        .iter()
        .map(|diagnostic| diagnostic.message.as_str())
        .collect();
    assert_eq!(
        messages,
        ["the path `Deployment` cannot be read: `Deployment` names no object"]
    );
}
