//! What made differences: between environments of one repository, and between two revisions of one.

#![expect(
    clippy::disallowed_methods,
    reason = "the tests write repositories and read what is written"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use evenkeel_diff::{
    Cause, ChangeIndex, Comparison, Counts, Differences, Facts, Pair, Presence, Rendered, Sides,
    compare_environments, compare_revisions, explain,
};
use evenkeel_gitops::Environment;
use evenkeel_project::{Project, RenderOptions};
use evenkeel_tests::platform;
use tempfile::TempDir;

/// A repository that is rendered.
struct Repository {
    project: Project,
    environments: Vec<Environment>,
    root: String,
}

impl Repository {
    fn at(root: &Path, envs: &[&str]) -> Repository {
        let project = Project::at(root);
        assert!(project.is_usable(), "{:?}", project.diagnostics);
        let names: Vec<String> = envs.iter().map(|name| (*name).to_owned()).collect();
        let environments = project.render(&names, &RenderOptions::default());
        let errors: Vec<_> = environments.iter().flat_map(platform::errors).collect();
        assert!(errors.is_empty(), "{errors:?}");
        Repository {
            project,
            environments,
            root: root.display().to_string(),
        }
    }

    fn rendered(&self, environment: usize) -> Rendered<'_> {
        Rendered {
            environment: &self.environments[environment],
            renderer: self.project.renderer(),
            root: &self.root,
        }
    }
}

/// The differences between `local` and `prod`.
fn environments(root: &Path) -> Differences {
    let repository = Repository::at(root, &["local", "prod"]);
    let [before, after] = repository.environments.as_slice() else {
        panic!("two environments");
    };
    let found = compare_environments(&repository.project.config, before, after);
    let mut differences = Differences {
        comparisons: vec![Comparison {
            apps: found.apps,
            ..Comparison::default()
        }],
        missing: found.missing,
        unused: found.unused,
        reopened: found.reopened,
        diagnostics: found.diagnostics,
        ..Differences::default()
    };
    let facts = Facts::new(&repository.project.config, "local", "prod");
    let sides = Sides {
        before: repository.rendered(0),
        after: repository.rendered(1),
    };
    let pair = Pair {
        sides,
        facts: &facts,
    };
    explain(&mut differences, &[Some(pair)], true);
    each_has_one_cause(&differences);
    differences
}

/// The differences between two revisions of the environment `default`.
fn revisions(before: &Path, after: &Path) -> Differences {
    let (old, new) = (
        Repository::at(before, &["default"]),
        Repository::at(after, &["default"]),
    );
    let sides = Sides {
        before: Some(&old.environments[0]),
        after: Some(&new.environments[0]),
    };
    let mut differences = Differences {
        comparisons: vec![Comparison {
            apps: compare_revisions(&new.project.config, sides),
            ..Comparison::default()
        }],
        ..Differences::default()
    };
    let pair = Pair {
        sides: Sides {
            before: old.rendered(0),
            after: new.rendered(0),
        },
        facts: &Facts::default(),
    };
    explain(&mut differences, &[Some(pair)], false);
    each_has_one_cause(&differences);
    differences
}

/// Each difference is an effect of one cause, or follows from one.
fn each_has_one_cause(differences: &Differences) {
    let mut counts: BTreeMap<ChangeIndex, usize> = BTreeMap::new();
    for (c, comparison) in differences.comparisons.iter().enumerate() {
        for (a, app) in comparison.apps.iter().enumerate() {
            let index = |change| ChangeIndex {
                comparison: c,
                app: a,
                change,
            };
            if app.presence != Presence::Both {
                counts.insert(index(None), 0);
            }
            for (o, object) in app.objects.iter().enumerate() {
                for i in 0..object.changes.len() {
                    counts.insert(index(Some((o, i))), 0);
                }
            }
        }
    }
    for cause in &differences.causes {
        assert!(!cause.effects.is_empty(), "{}", cause.name);
        for index in cause.effects.iter().chain(&cause.follow) {
            *counts.get_mut(index).expect("it is a difference") += 1;
        }
    }
    let wrong: Vec<_> = counts.iter().filter(|(_, count)| **count != 1).collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

fn write(files: &[(&str, &str)]) -> TempDir {
    let directory = TempDir::new().expect("a temporary directory");
    for (name, text) in files {
        let path = directory.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    directory
}

/// `class: name: before → after; places`, and how many differences it makes.
fn line(cause: &Cause) -> String {
    let sides = [&cause.sides.before, &cause.sides.after];
    let text = |said: &Option<evenkeel_diff::Said>| {
        said.as_ref()
            .map_or("none".to_owned(), |said| said.text.clone())
    };
    let places = sides.map(|said| {
        let place = said.as_ref().and_then(|said| said.place.as_ref());
        place.map_or("-".to_owned(), |place| {
            format!("{}:{}", place.file, place.line)
        })
    });
    format!(
        "{}: {}: {} → {}; {}, {}; {}+{}",
        cause.class.name(),
        cause.name,
        text(sides[0]),
        text(sides[1]),
        places[0],
        places[1],
        cause.effects.len(),
        cause.follow.len(),
    )
}

fn lines(differences: &Differences) -> Vec<String> {
    differences.causes.iter().map(line).collect()
}

const CONFIG: &str = "\
envs:
  local: { domain: a.testing, class: local }
  prod: { domain: b.example, class: production }
charts: [web]
";

const CHART: &str = "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: '1.0'\n";

/// A template of a chart whose values are `values`, `local` and `prod`.
#[track_caller]
fn check(template: &str, [values, local, prod]: [&str; 3], want: &[&str]) {
    let repository = write(&[
        ("evenkeel.yaml", CONFIG),
        ("web/Chart.yaml", CHART),
        ("web/values.yaml", values),
        ("web/values-local.yaml", local),
        ("web/values-prod.yaml", prod),
        ("web/templates/all.yaml", template),
    ]);
    assert_eq!(lines(&environments(repository.path())), want);
}

/// Two revisions of a chart: the files that are not the same, before and after.
#[track_caller]
fn check_revisions(files: &[(&str, &str, &str)], want: &[&str]) {
    let of = |after: bool| {
        let mut all = vec![("web/Chart.yaml", CHART)];
        for (name, old, new) in files {
            let text = if after { new } else { old };
            all.retain(|(known, _)| known != name);
            if !text.is_empty() {
                all.push((name, text));
            }
        }
        write(&all)
    };
    let (before, after) = (of(false), of(true));
    assert_eq!(lines(&revisions(before.path(), after.path())), want);
}

fn map(data: &str) -> String {
    format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: web }}\ndata:\n{data}")
}

#[test]
fn a_value_is_followed_to_its_lines() {
    check(
        &map("  level: {{ .Values.log.level }}\n"),
        ["log:\n  level: info\n", "", "log:\n  level: warn\n"],
        &["unexplained: log.level: info → warn; web/values.yaml:2, web/values-prod.yaml:2; 1+0"],
    );
}

#[test]
fn of_several_values_the_one_that_is_in_the_field_counts() {
    check(
        &map("  a: {{ printf \"%s-%s\" .Values.first .Values.second }}\n"),
        ["first: same\nsecond: one\n", "", "second: two\n"],
        &["unexplained: second: one → two; web/values.yaml:2, web/values-prod.yaml:1; 1+0"],
    );
}

#[test]
fn a_field_of_one_side_comes_from_the_condition_around_it() {
    check(
        &map("{{- if .Values.pool.enabled }}\n  pool: '20'\n  size: '3'\n{{- end }}\n"),
        ["pool:\n  enabled: false\n", "", "pool:\n  enabled: true\n"],
        &[
            "unexplained: pool.enabled: false → true; web/values.yaml:2, web/values-prod.yaml:2; 1+0",
        ],
    );
}

#[test]
fn an_object_of_one_side_comes_from_the_condition_around_it() {
    let object = map("  a: b\n");
    check(
        &format!("{{{{- if .Values.enabled }}}}\n{object}{{{{- end }}}}\n"),
        ["enabled: true\n", "", "enabled: false\n"],
        &["unexplained: enabled: true → false; web/values.yaml:1, web/values-prod.yaml:1; 1+0"],
    );
}

#[test]
fn a_key_of_a_structure_comes_from_its_own_line() {
    check(
        &map("{{ toYaml .Values.data | indent 2 }}\n"),
        ["data:\n  a: x\n", "", "data:\n  b: z\n"],
        &["unexplained: data.b: none → z; -, web/values-prod.yaml:2; 1+0"],
    );
}

#[test]
fn declared_facts_and_checksums_fold() {
    let deployment = "\
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  template:
    metadata:
      annotations:
        checksum/config: {{ .Values.host | sha256sum }}
";
    check(
        &format!("{}{deployment}", map("  host: {{ .Values.host }}\n")),
        ["", "host: web.a.testing\n", "host: web.b.example\n"],
        &["identity: domain: a.testing → b.example; evenkeel.yaml:2, evenkeel.yaml:3; 1+1"],
    );
}

#[test]
fn what_matters_for_security_stands_alone() {
    let pod = "\
apiVersion: v1
kind: Pod
metadata: { name: web }
spec:
  hostNetwork: {{ .Values.host }}
  priority: {{ if .Values.host }}1{{ else }}2{{ end }}
";
    check(
        pod,
        ["host: false\n", "", "host: true\n"],
        &[
            "unexplained: host: false → true; web/values.yaml:1, web/values-prod.yaml:1; 1+0",
            "security: host: false → true; web/values.yaml:1, web/values-prod.yaml:1; 1+0",
        ],
    );
}

#[test]
fn texts_of_another_environment_are_told() {
    let repository = write(&[
        ("evenkeel.yaml", CONFIG),
        ("web/Chart.yaml", CHART),
        ("web/values.yaml", "host: web.a.testing\n"),
        ("web/values-prod.yaml", ""),
        (
            "web/templates/all.yaml",
            &map("  host: {{ .Values.host }}\n"),
        ),
    ]);
    let found = environments(repository.path());
    let missing = found.missing.iter().map(|missing| {
        let place = missing.place.as_ref().expect("a place");
        format!(
            "{}: {} at {}:{}",
            missing.path, missing.message, place.file, place.line
        )
    });
    let want =
        "data.host: `a.testing` is the domain of local, and prod has it too at web/values.yaml:1";
    assert_eq!(missing.collect::<Vec<_>>(), [want]);
}

#[test]
fn a_line_of_a_template_is_the_cause_of_what_it_changes() {
    let template = |level: &str| map(&format!("  a: b\n  level: {level}\n"));
    check_revisions(
        &[(
            "web/templates/all.yaml",
            &template("info"),
            &template("warn"),
        )],
        &[
            "unexplained: web/templates/all.yaml: level: info → level: warn; web/templates/all.yaml:6, web/templates/all.yaml:6; 1+0",
        ],
    );
}

#[test]
fn a_default_and_the_labels_of_a_version_fold() {
    let template = "\
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  labels:
    helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
    app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
data:
  level: {{ .Values.level }}
";
    let newer = CHART.replace("1.0.0", "1.1.0");
    check_revisions(
        &[
            ("web/templates/all.yaml", template, template),
            ("web/Chart.yaml", CHART, &newer),
            ("web/values.yaml", "level: info\n", "level: warn\n"),
        ],
        &[
            "unexplained: level: info → warn; web/values.yaml:1, web/values.yaml:1; 1+0",
            "version: version: 1.0.0 → 1.1.0; web/Chart.yaml:3, web/Chart.yaml:3; 1+0",
        ],
    );
}

#[test]
fn upgrades_tell_what_may_go_wrong() {
    let claim = "\
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: data }
spec: { resources: { requests: { storage: 1Gi } } }
";
    let set = |app: &str| {
        format!(
            "\
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{ name: db }}
spec:
  replicas: 1
  selector: {{ matchLabels: {{ app: {app} }} }}
"
        )
    };
    let budget = "\
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: { name: db }
";
    let (old, new) = (
        write(&[
            ("web/Chart.yaml", CHART),
            ("web/templates/all.yaml", &format!("{claim}{}", set("a"))),
        ]),
        write(&[
            ("web/Chart.yaml", CHART),
            ("web/templates/all.yaml", &format!("{budget}{}", set("b"))),
        ]),
    );
    let found = revisions(old.path(), new.path());
    let changes = found.comparisons[0].apps[0]
        .objects
        .iter()
        .flat_map(|object| object.changes.iter().map(move |change| (object, change)));
    let hazards = changes.filter_map(|(object, change)| {
        let hazard = change.hazard.as_ref()?;
        Some(format!("{} {:?}", object.identity.kind, hazard.kind))
    });
    let mut hazards: Vec<String> = hazards.collect();
    hazards.sort();
    let want = [
        "PersistentVolumeClaim DataLoss",
        "PodDisruptionBudget RemovedApi",
        "StatefulSet Immutable",
    ];
    assert_eq!(hazards, want);
}

#[test]
fn all_differences_of_the_platform_are_explained() {
    let found = environments(&platform::root());
    let counts = Counts::of(&found.comparisons[0].apps);
    assert_eq!(counts.open, 0, "{:#?}", lines(&found));
    assert!(found.causes.len() <= 40, "{:#?}", lines(&found));
    assert!(found.unused.is_empty() && found.reopened.is_empty());
    let config = Project::at(&platform::root()).config;
    assert!(config.expect.len() <= 30, "{}", config.expect.len());
}

#[test]
fn one_more_difference_of_the_platform_is_one_cause() {
    let copy = platform::copy();
    let file = copy.path().join("charts/toy-web/values-prod.yaml");
    let text = fs::read_to_string(&file).expect("the values");
    let at = 1 + text
        .lines()
        .position(|line| line == "replicaCount: 2")
        .expect("a line");
    fs::write(&file, text.replace("replicaCount: 2", "replicaCount: 3"))
        .expect("it can be written");
    let found = environments(copy.path());
    let open = found
        .causes
        .iter()
        .filter(|cause| !cause.class.is_explained());
    let open: Vec<String> = open.map(line).collect();
    let [open] = open.as_slice() else {
        panic!("{open:?}");
    };
    assert!(
        open.starts_with("unexplained: replicaCount: 1 → 3; "),
        "{open}"
    );
    assert!(
        open.ends_with(&format!(", charts/toy-web/values-prod.yaml:{at}; 1+0")),
        "{open}"
    );
    let reopened: Vec<&str> = found
        .reopened
        .iter()
        .map(|one| one.message.as_str())
        .collect();
    assert_eq!(reopened, ["spec.replicas of prod is 3, and 2 was accepted"]);
}
