//! The whole file, read.

use std::sync::Arc;

use evenkeel_diagnostics::{Origin, Severity, SourceKind, SourceMap};
use evenkeel_value::Data;

use super::*;

/// Reads `text`; the problems as `line:column code message (help)`.
fn read(text: &str) -> (Config, Vec<String>) {
    let sources = SourceMap::new();
    let content = Arc::from(text.as_bytes());
    let file = sources.add("evenkeel.yaml", content, SourceKind::File);
    let parsed = parse(text.as_bytes(), file);
    let problems = parsed.diagnostics.iter().map(|problem| {
        let span = problem.primary.span;
        let at = sources.locate(span.file, span.start).unwrap_or_default();
        let at = at.trim_start_matches("evenkeel.yaml:");
        let help = problem.help.join("; ");
        format!("{at} {} {} ({help})", problem.code.0, problem.message)
    });
    (parsed.config, problems.collect())
}

/// Reads a text that is right.
fn good(text: &str) -> Config {
    let (config, problems) = read(text);
    assert!(problems.is_empty(), "{problems:#?}");
    config
}

/// Reads a text with one problem.
#[track_caller]
fn bad(text: &str, problem: &str) -> Config {
    let (config, problems) = read(text);
    assert_eq!(problems, [problem]);
    config
}

const FULL: &str = r#"
version: 1
repository: https://github.com/acme/platform.git
root:
  chart: charts/argocd-apps
  namespace: openshift-gitops
  select: envFilter
envs:
  prod:
    class: production
    argocd: "3.1"
    cluster: { apiVersions: openshift-4.19 }
    closed: true
    set: { baseDomainOverride: apps.prod.example }
    namespace: shop-prod
    domain: apps.prod.example
    publicDomains: [shop.example]
    vault: { address: "https://vault.example:8200", tls: true }
    fsGroup: unset
    storageClass: gp3-csi
    forbid: [localhost, "*.testing", "vault-dev.*"]
    operators: argo
  local:
    helm: 4
    cluster: { kubernetes: 1.30, apiVersions: [v1, apps/v1] }
    fsGroup: { range: 1000700000/10000 }
  bare:
clusters:
  - { name: in-cluster, server: "https://kubernetes.default.svc", labels: { env: prod } }
parity:
  reference: local
  off:
    - { env: prod, app: couchbase, reason: undecided, owner: platform, review: 2027-06-30 }
expect:
  - { app: toy, path: "Deployment/toy:spec.replicas", reason: smaller }
secrets:
  - { path: argocd/image-updater, keys: [token] }
pins: { openshift-gitops-operator: gitops-1.18 }
images:
  owned: ["quay.io/acme/*"]
  tag: '^v\d+\.\d+\.\d+-commit\.g[0-9a-f]{7,}$'
release: { chart: charts/umbrella, annotation: example.com/appversion }
external:
  - { kind: Secret, names: ["vault-*"], namespace: shop-prod, env: prod, reason: by hand }
forbidKinds: [ExternalSecret.external-secrets.io]
unused:
  - { chart: charts/old, reason: kept for history }
rules: { HYG-02: error, PAR-05: off }
waive:
  - { rule: VLT-05, env: local, reason: throwaway, owner: platform }
"#;

#[test]
fn every_part_is_read() {
    let config = good(FULL);
    assert_eq!(
        config.envs.names().collect::<Vec<_>>(),
        ["prod", "local", "bare"]
    );
    let [prod, local, bare] = ["prod", "local", "bare"].map(|name| config.envs.get(name).unwrap());
    assert_eq!(prod.class, Some(Class::Production));
    assert_eq!(
        prod.helm_release(),
        Some(HelmRelease {
            major: 3,
            minor: Some(18)
        })
    );
    assert_eq!(prod.cluster.kubernetes_version().as_deref(), Some("1.32"));
    assert!(prod.closed && !local.closed);
    assert_eq!(prod.fs_group.map(|group| group.value), Some(FsGroup::Unset));
    assert!(
        prod.forbid
            .iter()
            .any(|glob| glob.value.matches("svc.testing"))
    );
    // YAML takes it for a number, whose zero must not be lost.
    assert_eq!(local.cluster.kubernetes_version().as_deref(), Some("1.30"));
    assert_eq!(
        local.helm_release(),
        Some(HelmRelease {
            major: 4,
            minor: None
        })
    );
    assert!(
        local
            .fs_group
            .is_some_and(|group| group.value.allows(1_000_709_999))
    );
    assert_eq!(bare.helm_release(), None);
    assert_eq!(
        config.rules.get("PAR-05").map(|level| level.value),
        Some(RuleLevel::Off)
    );
    assert!(
        config
            .images
            .tag
            .is_some_and(|tag| tag.value.is_match("v1.2.3-commit.gabcdef0"))
    );
    assert_eq!(config.repository.0.len(), 1);
}

#[test]
fn what_is_cited_has_a_place() {
    let config = good(FULL);
    let text = |span: evenkeel_diagnostics::Span| &FULL[span.start as usize..span.end as usize];
    assert!(text(config.waive[0].span).starts_with("{ rule: VLT-05"));
    assert_eq!(text(config.parity.off[0].value.app.span), "couchbase");
    assert_eq!(
        text(config.pins.span_of("openshift-gitops-operator").unwrap()),
        "openshift-gitops-operator"
    );
    let prod = config.envs.get("prod").unwrap();
    assert_eq!(text(prod.namespace.as_ref().unwrap().span), "shop-prod");
    let set = prod.set.data.entry("baseDomainOverride").unwrap();
    assert!(FULL[set.origin.offset as usize..].starts_with("baseDomainOverride: apps"));
}

#[test]
fn no_file_is_no_configuration() {
    for text in ["", "# nothing\n", "{}", "x-mine: [1, 2]"] {
        assert_eq!(good(text), Config::default());
    }
}

#[test]
fn keys_that_nobody_knows() {
    bad(
        "envs:\n  prod:\n    nmespace: a\n",
        "3:5 config/unknown-key unknown key `nmespace` in an environment (did you mean `namespace`?)",
    );
    bad(
        "release: {chart: a, zebra: b}",
        "1:21 config/unknown-key unknown key `zebra` in the release (known keys: chart, annotation, charts)",
    );
    bad(
        "parity: {reference: a, reference: b}",
        "1:24 config/duplicate-key `reference` is here twice ()",
    );
}

#[test]
fn values_that_do_not_fit() {
    let check = |text: &str, problem: &str| drop(bad(text, problem));
    check(
        "- a\n",
        "1:1 config/type expected the configuration, found a list ()",
    );
    check(
        "envs: [prod]",
        "1:7 config/type expected a mapping, found a list ()",
    );
    check(
        "envs: {a: {closed: maybe}}",
        "1:20 config/type expected `true` or `false`, found `maybe` ()",
    );
    check(
        "envs: {a: {namespace: [b]}}",
        "1:23 config/type expected a string, found a list ()",
    );
    check(
        "envs: {a: {namespace: ''}}",
        "1:23 config/value an empty string says nothing ()",
    );
    check(
        "envs: {a: {class: prodution}}",
        "1:19 config/value expected a class of environment, found `prodution` (did you mean `production`?)",
    );
    check(
        "envs: {a: {cluster: {apiVersions: openshift-4.91}}}",
        "1:35 config/value expected a preset of API versions, found `openshift-4.91` (there are: kubernetes-1.29 to kubernetes-1.34, openshift-4.16 to openshift-4.19)",
    );
    check(
        "envs: {a: {cluster: {apiVersions: [a b]}}}",
        "1:36 config/value `a b` is no API version (write `v1`, `group/version` or `group/version/Kind`)",
    );
    check(
        "envs: {a: {cluster: {kubernetes: latest}}}",
        "1:34 config/value `latest` is no version of Kubernetes (write it as `1.32` or `1.32.4`)",
    );
    check(
        "envs: {a: {argocd: 1.8}}",
        "1:20 config/value `1.8` is no version of Argo CD (known are 2.0 to 3.5)",
    );
    check(
        "envs: {a: {helm: 2}}",
        "1:18 config/value `2` is no version of Helm (write `3` or `4`, or a minor such as `3.18`)",
    );
    check(
        "envs: {a: {fsGroup: 12}}",
        "1:21 config/value expected a range of groups, found `12` (write `unset`, or the first group and how many: `1000700000/10000`)",
    );
    check(
        "images: {owned: ['a[']}",
        "1:18 config/value `a[` is no glob: a `[` is not closed ()",
    );
    check(
        "images: {tag: 'a('}",
        "1:15 config/value `a(` is no regular expression: unclosed group (in single quotes, YAML leaves backslashes alone)",
    );
    check(
        "charts: [a]\nroot: {chart: ../other}",
        "2:15 config/value `../other` is no path inside the repository (paths begin at the repository's root)",
    );
    check(
        "version: 2",
        "1:10 config/value version `2` of the configuration is not known (this evenkeel reads version 1)",
    );
    check(
        "a: [",
        "1:5 config/syntax the configuration is no YAML: did not find expected node content ()",
    );
}

#[test]
fn newer_versions_of_argo_cd_are_taken() {
    let parsed = parse(b"envs: {a: {argocd: 9.9}}", FileId::NONE);
    assert_eq!(parsed.diagnostics[0].severity, Severity::Warning);
    assert!(
        parsed
            .config
            .envs
            .get("a")
            .unwrap()
            .helm_release()
            .is_some()
    );
}

#[test]
fn waivers_need_reason_and_owner() {
    let (config, problems) =
        read("waive:\n  - rule: A-1\n  - { rule: A-2, reason: r, owner: o }\n");
    let want = [
        "2:5 config/missing `reason` is missing in a waiver (write `reason: …` (string))",
        "2:5 config/missing `owner` is missing in a waiver (write `owner: …` (string))",
    ];
    assert_eq!(problems, want);
    assert_eq!(config.waive.len(), 1, "the other one is read");
    bad(
        "parity: {off: [{env: a, app: b, reason: c, owner: d, review: soon}]}",
        "1:62 config/value `soon` is no date (write YYYY-MM-DD)",
    );
}

#[test]
fn names_of_environments() {
    bad(
        "envs: {prod: {}}\nparity: {reference: prd}",
        "2:21 config/reference there is no environment `prd` (did you mean `prod`?)",
    );
    bad(
        "envs: {prod: {}}\nwaive: [{rule: A, env: x, reason: r, owner: o}]",
        "2:24 config/reference there is no environment `x` (there are: prod)",
    );
    good("parity: {reference: local}");
    let config = bad(
        "envs: {../x: {}, a: {}}",
        "1:8 config/value `../x` cannot be the name of an environment (letters, digits, `-`, `.` and `_` make a name)",
    );
    assert_eq!(config.envs.len(), 1);
    bad(
        "envs: {all: {}}",
        "1:8 config/value `all` cannot be the name of an environment (`all` stands for every environment)",
    );
}

/// The values that `set` gives, as JSON.
fn set(text: &str) -> String {
    let config = good(&format!("root: {{chart: a, set: {text}}}"));
    let data = config.root.unwrap().set.data;
    String::from_utf8_lossy(&json(&data)).into_owned()
}

fn json(data: &Data) -> Vec<u8> {
    evenkeel_yaml::to_json(&data.to_value()).unwrap()
}

#[test]
fn paths_and_nested_keys_set_values() {
    let check = |text: &str, want: &str| assert_eq!(set(text), want, "{text}");
    check(
        "{a: 1, b: '1', c: true, d: ~, e: 1.5, f: text}",
        r#"{"a":1,"b":"1","c":true,"d":null,"e":1.5,"f":"text"}"#,
    );
    check(
        "{image.tag: v1, image.name: app}",
        r#"{"image":{"name":"app","tag":"v1"}}"#,
    );
    check(
        "{image: {tag: v1}, image.name: app}",
        r#"{"image":{"name":"app","tag":"v1"}}"#,
    );
    check(
        "{image.name: app, image: {tag: v1}}",
        r#"{"image":{"name":"app","tag":"v1"}}"#,
    );
    check(r"{a\.b: 1}", r#"{"a.b":1}"#);
    check(
        "{annotations: {example.com/a: b}}",
        r#"{"annotations":{"example.com/a":"b"}}"#,
    );
    check("{hosts: [a, {b: 0x10}]}", r#"{"hosts":["a",{"b":16}]}"#);
    check("{n: !!str 12, m: !!int '12'}", r#"{"m":12,"n":"12"}"#);
}

#[test]
fn values_that_cannot_be_set() {
    let check =
        |text: &str, problem: &str| drop(bad(&format!("root: {{chart: a, set: {text}}}"), problem));
    check(
        "{a: 1, a.b: 2}",
        "1:30 config/value `a.b` is set twice (write the value once, as a path or as nested keys)",
    );
    check(
        "{a.b: 1, a: {b: 2}}",
        "1:32 config/value `a` is set twice (write the value once, as a path or as nested keys)",
    );
    check(
        "{'a[0]': 1}",
        "1:24 config/value `a[0]` reaches into a list (set the list as a whole)",
    );
    check(
        "{a..b: 1}",
        "1:24 config/value `a..b` is no path of values (names stand between the dots, and no more than 64)",
    );
    check(
        "[1]",
        "1:23 config/type expected a mapping of values, found a list ()",
    );
}

#[test]
fn anchors_and_merge_keys() {
    let config = good(
        "x-common: &common {argocd: 3.1, domain: a.example}\n\
         envs:\n  a: {<<: *common, domain: b.example}\n  b: *common\n",
    );
    let domain = |name: &str| config.envs.get(name).unwrap().domain.clone().unwrap().value;
    assert_eq!(
        (domain("a").as_str(), domain("b").as_str()),
        ("b.example", "a.example")
    );
    assert!(config.envs.get("a").unwrap().argocd.is_some());
}

#[test]
fn hostile_files_end() {
    let mut bomb = "x-0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..9 {
        let items = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb.push_str(&format!("x-{level}: &a{level} [{items}]\n"));
    }
    bomb.push_str("root: {chart: a, set: {v: *a8}}\n");
    let (_, problems) = read(&bomb);
    assert!(
        problems.iter().any(|p| p.contains("config/budget")),
        "{problems:?}"
    );

    let deep = format!(
        "root: {{chart: a, set: {{v: {}{}}}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    );
    let (_, problems) = read(&deep);
    assert!(
        problems[0].contains("nested deeper than 64"),
        "{problems:?}"
    );

    let path = vec!["a"; 50_000].join(".");
    let (_, problems) = read(&format!("root: {{chart: a, set: {{? {path} : 1}}}}"));
    assert!(problems[0].contains("no path of values"), "{problems:?}");

    let keys: String = (0..20_000).map(|n| format!("    a.k{n}: 1\n")).collect();
    let (_, problems) = read(&format!("root:\n  chart: a\n  set:\n{keys}"));
    assert!(problems.is_empty(), "{problems:?}");

    let (_, problems) = read("root: {chart: a, set: {v: &v [*v]}}");
    assert!(!problems.is_empty());
    let (_, problems) = read("envs: &e\n  <<: *e\n");
    assert!(!problems.is_empty());
    let many = "a: 1\n".repeat(200_000);
    let (_, problems) = read(&many);
    assert!(problems[0].contains("config/budget"), "{}", problems[0]);
}

#[test]
fn every_beginning_of_a_file_can_be_read() {
    for end in (0..FULL.len()).step_by(37) {
        let parsed = parse(&FULL.as_bytes()[..end], FileId::NONE);
        for problem in parsed.diagnostics {
            assert!(problem.primary.span.end as usize <= end, "{problem:?}");
        }
    }
}

#[test]
fn origins_are_those_of_keys() {
    let text = "root:\n  chart: a\n  set:\n    a.b: 1\n";
    let set = good(text).root.unwrap().set.data;
    let at = u32::try_from(text.find("a.b").unwrap()).unwrap();
    let a = set.entry("a").unwrap();
    assert_eq!(a.origin.offset, at);
    assert_eq!(a.value.entry("b").unwrap().origin.offset, at);
    assert_ne!(a.origin, Origin::NONE);
}

#[test]
fn the_schema_is_json_and_knows_the_file() {
    let schema = evenkeel_yaml::decode(json_schema().as_bytes(), FileId::NONE).unwrap();
    let environment = schema
        .get("properties")
        .and_then(|p| p.get("envs"))
        .and_then(|e| e.get("additionalProperties"))
        .and_then(|e| e.get("properties"));
    assert!(environment.is_some_and(|keys| keys.get("publicDomains").is_some()));
    assert!(reference().contains("| `publicDomains` | list: string | `[]` |"));
}
