//! Rules of a repository's own, from the file to the report.

use serde_json::Value;

use crate::workdir::{Ran, Workdir};

const CONFIG: &str = "\
charts: [app]
envs: {prod: {namespace: shop, domain: apps.example.net}}
custom: [policies/*.yaml]
";

const RULES: &str = "\
rules:
  - code: ACME-01
    statement: What is deployed runs in prod with two replicas
    match: { kinds: [apps/Deployment] }
    expression: object.spec.replicas >= 2 || env.name != 'prod'
    messageExpression: \"'replicas: ' + string(object.spec.replicas) + ' in ' + object.metadata.namespace\"
    path: spec.replicas
    hint: set `replicas`
    tests:
      - { want: pass, object: { spec: { replicas: 2 } }, env: { name: prod } }
      - { want: fail, object: { spec: { replicas: 1 }, metadata: { namespace: a } }, env: { name: prod } }
";

const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: app}
spec:
  replicas: {{ .Values.replicas }}
";

/// A repository with one Deployment.
fn repository(config: &str, rules: &str, values: &str) -> Workdir {
    let files = [
        ("values.yaml", values),
        ("templates/deployment.yaml", DEPLOYMENT),
    ];
    let directory = Workdir::chart(&files);
    directory.write("evenkeel.yaml", config);
    directory.write("policies/acme.yaml", rules);
    directory
}

fn check(config: &str, values: &str) -> (u8, Value) {
    let directory = repository(config, RULES, values);
    let Ran {
        code,
        stdout,
        stderr,
    } = directory.run("check -C @ --format json");
    assert_eq!(stderr, "");
    let mut report: Value = serde_json::from_str(&stdout).expect("JSON");
    let of_rule = |list: &mut Value| {
        let list = list.as_array_mut().expect("a list");
        list.retain(|item| item["rule"] == "ACME-01");
    };
    for key in ["findings", "waived", "notEvaluated"] {
        of_rule(&mut report[key]);
    }
    (code, report)
}

#[test]
fn a_finding_has_what_those_of_other_rules_have() {
    let (code, report) = check(CONFIG, "replicas: 1\n");
    assert_eq!(code, 1);
    let finding = &report["findings"][0];
    assert_eq!(finding["message"], "replicas: 1 in shop");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["path"], "spec.replicas");
    assert_eq!(finding["hints"][0], "set `replicas`");
    assert_eq!(finding["place"]["file"], "app/templates/deployment.yaml");
    assert_eq!(finding["place"]["line"], 5);
    assert_eq!(finding["values"][0]["place"]["file"], "app/values.yaml");
    let codes = report["rules"].as_array().expect("a list");
    assert!(codes.contains(&"ACME-01".into()));
}

#[test]
fn levels_waivers_and_comments_hold() {
    let counts = |config: &str, values: &str| {
        let (_, report) = check(&format!("{CONFIG}{config}"), values);
        let count = |key: &str| report[key].as_array().map_or(0, Vec::len);
        let severity = report["findings"][0]["severity"].clone();
        (count("findings"), count("waived"), severity)
    };
    let one = "replicas: 1\n";
    assert_eq!(counts("", "replicas: 2\n"), (0, 0, Value::Null));
    assert_eq!(
        counts("rules: {ACME-01: warn}", one),
        (1, 0, "warning".into())
    );
    assert_eq!(counts("rules: {ACME-01: off}", one), (0, 0, Value::Null));
    let waiver = "waive: [{rule: ACME-01, reason: for now, owner: web}]";
    assert_eq!(counts(waiver, one), (0, 1, Value::Null));
    let comment = "replicas: 1 # allow(ACME-01): for now\n";
    assert_eq!(counts("", comment), (0, 1, Value::Null));
}

#[test]
fn what_cannot_be_evaluated_is_counted() {
    let (_, report) = check(CONFIG, "replicas: many\n");
    assert_eq!(report["findings"], Value::Array(Vec::new()));
    let reason = report["notEvaluated"][0]["reason"]
        .as_str()
        .expect("a reason");
    assert!(reason.starts_with("Deployment/app: "), "{reason}");
}

#[test]
fn rules_that_are_wrong_stop_the_check() {
    let refused = |from: &str, to: &str, want: &str| {
        let directory = repository(CONFIG, &RULES.replace(from, to), "replicas: 1\n");
        let Ran {
            code,
            stdout,
            stderr,
        } = directory.run("check -C @");
        assert_eq!((code, stdout.as_str()), (2, ""), "{stderr}");
        assert!(stderr.contains(want), "{stderr}");
    };
    refused("object.spec", "objekt.spec", "policies/acme.yaml:5:17");
    refused("ACME-01", "HYG-02", "there is a rule HYG-02 already");
    refused(
        "want: pass",
        "want: fail",
        "ACME-01, test 1: wants fail, got pass",
    );
    refused(
        "apps/Deployment]",
        "apps/Deployment], envs: [prd]",
        "there is no environment `prd`",
    );
    refused("    path:", "    pfad:", "unknown key `pfad` in a rule");
}

#[test]
fn tests_run_by_themselves() {
    let directory = repository(CONFIG, RULES, "replicas: 1\n");
    let ran = directory.run("rule --test -C @");
    let want = "pass  ACME-01: test 1\npass  ACME-01: test 2\n2 passed, 0 failed\n";
    assert_eq!((ran.code, ran.stdout.as_str()), (0, want));
    let page = directory.run("rule acme-01 -C @").stdout;
    assert!(page.starts_with("# ACME-01: What is deployed"), "{page}");
}

#[test]
fn a_report_goes_to_a_file() {
    let directory = repository(CONFIG, RULES, "replicas: 1\n");
    let ran = directory.run("check -C @ --format sarif --output @out/report.sarif");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.starts_with("prod  1 error"), "{}", ran.stdout);
    let report = directory.read("out/report.sarif");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let run = &report["runs"][0];
    let result = run["results"].as_array().expect("a list");
    let result = result.iter().find(|result| result["ruleId"] == "ACME-01");
    let result = result.expect("the finding");
    let uri = &result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"];
    assert_eq!(uri, "app/values.yaml");
    let index = result["ruleIndex"].as_u64().expect("an index") as usize;
    let rule = &run["tool"]["driver"]["rules"][index];
    assert_eq!(
        rule["shortDescription"]["text"],
        "What is deployed runs in prod with two replicas"
    );
}
