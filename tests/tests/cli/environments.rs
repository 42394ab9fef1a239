//! Commands that compare: `diff`, `affected`, `golden`, `verify`.

use crate::workdir::{Ran, Workdir};

const CONFIG: &str = concat!(
    "golden: want\n",
    "charts: [app, other]\n",
    "envs:\n",
    "  local: { namespace: shop-local, domain: a.testing }\n",
    "  prod: { namespace: shop-prod, domain: b.example }\n",
    "expect:\n",
    "  - { app: app, path: 'ConfigMap/app:data.size', reason: real traffic }\n",
    "  - { app: app, path: 'ConfigMap/gone', reason: not there any more }\n",
);

const TEMPLATE: &str = concat!(
    "apiVersion: v1\n",
    "kind: ConfigMap\n",
    "metadata: { name: app }\n",
    "data:\n",
    "  host: {{ .Values.host }}\n",
    "  size: {{ .Values.size | quote }}\n",
    "  level: {{ .Values.level | default \"info\" }}\n",
);

/// Two charts, each with two environments.
fn repository() -> Workdir {
    let dir = Workdir::chart(&[
        ("templates/map.yaml", TEMPLATE),
        ("values-local.yaml", "host: app.a.testing\nsize: 1\n"),
        ("values-prod.yaml", "host: app.b.example\nsize: 2\n"),
    ]);
    dir.write("evenkeel.yaml", CONFIG);
    dir.write(
        "other/Chart.yaml",
        "apiVersion: v2\nname: other\nversion: 0.1.0\n",
    );
    let other = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: other }\n";
    dir.write("other/templates/map.yaml", other);
    dir
}

/// The same, committed.
fn committed() -> Workdir {
    let dir = repository();
    dir.git(&["init", "--quiet"]);
    commit(&dir);
    dir
}

fn commit(dir: &Workdir) {
    dir.git(&["add", "--all"]);
    dir.git(&["commit", "--quiet", "--message", "a change"]);
}

/// What `verify` says of rules without findings.
const CLEAN: &str = "rules: no findings";

impl Ran {
    /// The run ends with this code and prints exactly this. How many rules have nothing to say of these
    /// repositories changes with every new rule, so the number is not looked at.
    #[track_caller]
    fn ends(&self, code: u8, stdout: &str) -> &Ran {
        let lines = self
            .stdout
            .lines()
            .map(|line| match line.strip_prefix(CLEAN) {
                Some(count) if count.ends_with(" not evaluated") => CLEAN,
                _ => line,
            });
        let printed: String = lines.map(|line| format!("{line}\n")).collect();
        assert_eq!(printed, stdout, "{}", self.stderr);
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }

    /// The run ends with this code, and its output with this.
    #[track_caller]
    fn ends_with(&self, code: u8, end: &str) -> &Ran {
        assert!(self.stdout.ends_with(end), "{}{}", self.stdout, self.stderr);
        assert_eq!(self.code, code, "{}", self.stderr);
        self
    }
}

#[test]
fn explained_differences_are_counted() {
    repository().run("diff local prod -C @").ends(
        0,
        "local → prod\n\
         \n\
         expected\n  \
           1  size: 1 → 2  app/values-prod.yaml:2  real traffic\n\
         \n\
         identity 3 differences of namespace shop-local → shop-prod, domain a.testing → b.example\n\
         \n\
         unused entries of `expect`: 1\n  \
           app  ConfigMap/gone  @evenkeel.yaml:8:23\n\
         \n\
         0 unexplained of 4 differences in 2 Applications, 3 causes\n  \
           unexplained 0 (0 %)  security 0 (0 %)  expected 1 (25 %)  version 0 (0 %)  implied 0 (0 %)  identity 3 (75 %)\n  \
           --effects lists all effects, --all shows each difference by its object\n",
    );
}

#[test]
fn unexplained_differences_are_shown() {
    let dir = repository();
    dir.write(
        "app/values-prod.yaml",
        "host: app.b.example\nsize: 2\nlevel: warn\n",
    );
    dir.run("diff local prod --app app -C @").ends(
        1,
        "local → prod\n\
         \n\
         unexplained\n  \
           1  level: unset → warn\n     \
              app/values-prod.yaml:3  level: warn\n     \
              app › ConfigMap/app: data.level\n\
         \n\
         expected\n  \
           2  size: 1 → 2  app/values-prod.yaml:2  real traffic\n\
         \n\
         identity 2 differences of domain a.testing → b.example, namespace shop-local → shop-prod\n\
         \n\
         1 unexplained of 4 differences in 1 Application, 4 causes\n  \
           unexplained 1 (25 %)  security 0 (0 %)  expected 1 (25 %)  version 0 (0 %)  implied 0 (0 %)  identity 2 (50 %)\n  \
           --effects lists all effects, --all shows each difference by its object\n",
    );
}

#[test]
fn json_holds_every_difference() {
    let ran = repository().run("diff local prod --app app --format json -C @");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    for part in [
        r#""path": "data.size""#,
        r#""reason": "real traffic""#,
        r#""at": "@evenkeel.yaml:7"#,
        r#""before": "app.a.testing""#,
        r#""class": "identity""#,
        r#""unexplained": 0"#,
    ] {
        assert!(ran.stdout.contains(part), "no {part} in\n{}", ran.stdout);
    }
}

#[test]
fn a_comparison_needs_environments_and_applications_that_there_are() {
    let dir = repository();
    dir.run("diff local test -C @")
        .fails(2, &["no environment `test`", "local, prod"]);
    dir.run("diff local prod --app nobody -C @")
        .fails(2, &["neither environment has an Application `nobody`"]);
}

#[test]
fn paths_that_cannot_be_read_are_reported_with_their_place() {
    let dir = repository();
    dir.write("evenkeel.yaml", CONFIG.replace("ConfigMap/gone", "gone"));
    dir.run("diff local prod -C @").fails(
        2,
        &["`gone` names no object", "evenkeel.yaml:8", "Kind/name"],
    );
}

#[test]
fn goldens_are_written_compared_and_removed() {
    let dir = repository();
    dir.run("golden -C @").ends_with(
        1,
        "goldens: 4 of 4 are not what is rendered; `evenkeel golden --update` accepts it\n",
    );
    dir.run("golden --update -C @")
        .ends(0, "@want: 4 written, 0 unchanged, 0 removed\n");
    dir.run("golden -C @").ends(0, "goldens: 4 current\n");
    let gone = dir
        .read("want/prod/other.yaml")
        .replace("name: other", "name: gone");
    dir.write("want/prod/gone.yaml", gone);
    dir.write("want/prod/mine.yaml", "not: a golden\n");
    dir.write("app/values-prod.yaml", "host: app.b.example\nsize: 3\n");
    dir.run("verify --env prod -C @").ends(
        1,
        "rendered: 1 of 2, 2 Applications, 2 objects\n\
         rules: no findings\n\
         prod: golden → rendered\n\
         \n\
         unexplained\n  \
           1  size: \"2\" → \"3\"\n     \
              app/values-prod.yaml:2  size: 3\n     \
              prod: app › ConfigMap/app: data.size\n  \
           2  gone: only in golden (1 object)\n     \
              prod: gone\n\
         \n\
         2 unexplained of 2 differences in 2 Applications, 2 causes\n\
         goldens: 1 of 2 are not what is rendered, 1 left over; `evenkeel golden --update` accepts it\n",
    );
    dir.run("golden --update -C @")
        .ends(0, "@want: 1 written, 3 unchanged, 1 removed\n");
    dir.run("verify -C @").ends(
        0,
        "rendered: 2 of 2, 4 Applications, 4 objects\nrules: no findings\n\
         goldens: 4 current\n",
    );
    assert_eq!(dir.read("want/prod/mine.yaml"), "not: a golden\n");
}

#[test]
fn a_golden_says_what_is_meant_not_how_it_is_written() {
    let dir = repository();
    dir.run("golden --update -C @").ends_with(0, "0 removed\n");
    assert_eq!(
        dir.read("want/prod/app.yaml"),
        "# Written by `evenkeel golden --update`: what app of prod deploys.\n\
         ---\n\
         apiVersion: v1\n\
         kind: ConfigMap\n\
         metadata:\n  \
           name: app\n  \
           namespace: shop-prod\n\
         data:\n  \
           host: app.b.example\n  \
           level: info\n  \
           size: \"2\"\n"
    );
    let other = concat!(
        "# a comment\nkind: \"ConfigMap\"\nmetadata:\n  name: &name app\napiVersion: v1\n",
        "data: {size: {{ .Values.size | quote }}, level: info, host: {{ .Values.host | squote }}}\n",
    );
    dir.write("app/templates/map.yaml", other);
    dir.run("golden -C @").ends(0, "goldens: 4 current\n");
    let golden = dir
        .read("want/prod/app.yaml")
        .replace("level: info", "level: 'info'");
    dir.write("want/prod/app.yaml", golden);
    dir.run("golden -C @").ends(
        1,
        "@want/prod/app.yaml: only the text is another\n\
         goldens: 1 of 4 are not what is rendered; `evenkeel golden --update` accepts it\n",
    );
    dir.write("want/prod/app.yaml", "{");
    dir.run("golden -C @").ends_with(
        1,
        "goldens: 1 of 4 are not what is rendered; `evenkeel golden --update` accepts it\n",
    );
}

#[test]
fn a_golden_does_not_say_what_is_random_or_secret() {
    let dir = repository();
    let secret = concat!(
        "kind: Secret\napiVersion: v1\nmetadata: {name: app}\n",
        "stringData:\n  password: {{ randAlphaNum 8 }}\n  user: admin\n  since: {{ now | date \"2006-01-02\" | quote }}\n",
        "---\n",
        "kind: Pod\napiVersion: v1\nmetadata:\n  name: app\n  annotations: {nonce: {{ uuidv4 }}, of: {{ .Chart.Name }}}\n",
    );
    dir.write("app/templates/secret.yaml", secret);
    dir.run("golden --update -C @").ends_with(0, "0 removed\n");
    let golden = dir.read("want/prod/app.yaml");
    for line in [
        "    nonce: (random)\n    of: app\n",
        "stringData:\n  password: (random)\n  since: (depends on the time)\n  user: (hidden)\n",
    ] {
        assert!(golden.contains(line), "{golden}");
    }
    dir.run("golden --now 2027-01-01T00:00:00Z --seed 7 -C @")
        .ends(0, "goldens: 4 current\n");
}

#[test]
fn reports_say_how_environments_differ_from_the_reference() {
    let dir = repository();
    dir.write(
        "evenkeel.yaml",
        format!("{CONFIG}parity: {{ reference: local }}\n"),
    );
    dir.run("golden --update -C @")
        .ends(0, "@want: 5 written, 0 unchanged, 0 removed\n");
    let report = dir.read("want/diff/prod-vs-local.md");
    assert!(
        report.starts_with(
            "<!-- Written by `evenkeel golden --update`: how prod differs from local. -->\n\n\
             ### ✅ Every difference is explained: local → prod\n"
        ),
        "{report}"
    );
    assert!(report.contains("real traffic"), "{report}");
    // A line that has moved is the same line.
    dir.write(
        "app/values-prod.yaml",
        "# moved\nhost: app.b.example\nsize: 2\n",
    );
    dir.run("golden -C @").ends(0, "goldens: 5 current\n");
    dir.write(
        "app/values-prod.yaml",
        "host: app.b.example\nsize: 2\nlevel: warn\n",
    );
    dir.run("golden -C @").ends_with(
        1,
        "@want/diff/prod-vs-local.md: is another now\n\
         goldens: 2 of 5 are not what is rendered; `evenkeel golden --update` accepts it\n",
    );
    // Without the reference nothing is known of the difference.
    dir.run("golden --env prod --update -C @")
        .ends(0, "@want: 1 written, 1 unchanged, 0 removed\n");
    dir.run("golden -C @").ends_with(
        1,
        "goldens: 1 of 5 are not what is rendered; `evenkeel golden --update` accepts it\n",
    );
    dir.write("evenkeel.yaml", CONFIG);
    dir.run("golden --update -C @")
        .ends(0, "@want: 0 written, 4 unchanged, 1 removed\n");
}

#[test]
fn a_failing_application_keeps_its_golden() {
    let dir = repository();
    dir.run("golden --update -C @").ends_with(0, "0 removed\n");
    dir.write("app/templates/broken.yaml", "{{ fail \"no\" }}");
    dir.run("golden --update -C @")
        .fails(2, &["no golden is written"]);
    assert!(
        dir.read("want/prod/app.yaml")
            .contains("host: app.b.example")
    );
}

#[test]
fn goldens_of_environments_that_are_gone_are_left_over() {
    let dir = repository();
    dir.run("golden --update -C @").ends_with(0, "0 removed\n");
    dir.write("evenkeel.yaml", CONFIG.replace("  local:", "  test:"));
    dir.run("golden -C @").ends_with(
        1,
        "2 of 4 are not what is rendered, 2 left over; `evenkeel golden --update` accepts it\n",
    );
    dir.run("golden --update -C @")
        .ends(0, "@want: 2 written, 2 unchanged, 2 removed\n");
}

#[test]
fn goldens_need_a_directory() {
    let dir = repository();
    dir.write("evenkeel.yaml", CONFIG.replace("golden: want\n", ""));
    dir.run("golden -C @")
        .fails(2, &["`golden:` in evenkeel.yaml"]);
}

#[test]
fn an_unchanged_work_tree_affects_nothing() {
    committed()
        .run("affected --since HEAD -C @")
        .ends(0, "nothing is affected since HEAD\n");
}

#[test]
fn comments_affect_nothing() {
    let dir = committed();
    dir.write(
        "app/values-prod.yaml",
        "# More room.\nsize: 2\nhost: app.b.example\n",
    );
    dir.write(
        "app/templates/map.yaml",
        format!("# For people.\n{TEMPLATE}"),
    );
    dir.write("README.md", "what this is\n");
    dir.run("affected --since HEAD -C @")
        .ends(0, "nothing is affected since HEAD\n");
}

#[test]
fn what_changes_objects_is_found() {
    let dir = committed();
    dir.write("app/values-prod.yaml", "host: app.b.example\nsize: 3\n");
    let more = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: more }\n";
    dir.write("other/templates/map.yaml", more);
    dir.run("affected --since HEAD -C @").ends(
        1,
        "local\n  \
           other: 1 object added, 1 object removed\n\
         prod\n  \
           app: 1 object changed\n  \
           other: 1 object added, 1 object removed\n\
         3 Applications affected since HEAD\n",
    );
    dir.run("affected --since HEAD --env local -C @")
        .ends_with(1, "1 Application affected since HEAD\n");
    commit(&dir);
    dir.run("affected --since HEAD -C @")
        .ends(0, "nothing is affected since HEAD\n");
    dir.run("affected --since HEAD~1 -C @")
        .ends_with(1, "since HEAD~1\n");
}

#[test]
fn new_and_lost_environments_are_affected_as_a_whole() {
    let dir = committed();
    dir.write("evenkeel.yaml", CONFIG.replace("  local:", "  test:"));
    dir.run("affected --since HEAD -C @").ends(
        1,
        "test (new)\n  \
           app: new, 1 object added\n  \
           other: new, 1 object added\n\
         local (gone)\n  \
           app: gone, 1 object removed\n  \
           other: gone, 1 object removed\n\
         4 Applications affected since HEAD\n",
    );
}

#[test]
fn json_names_the_commit() {
    let dir = committed();
    dir.write("app/values-prod.yaml", "host: app.b.example\nsize: 3\n");
    let ran = dir.run("affected --since HEAD --format json -C @");
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    for part in [r#""commit": ""#, r#""env": "prod""#, r#""changed": 1"#] {
        assert!(ran.stdout.contains(part), "no {part} in\n{}", ran.stdout);
    }
}

#[test]
fn a_revision_that_failed_is_told_and_a_work_tree_that_fails_stops() {
    let dir = committed();
    dir.write("other/templates/map.yaml", "{{ fail \"no\" }}");
    dir.run("affected --since HEAD -C @")
        .fails(2, &["other/templates/map.yaml"]);
    commit(&dir);
    dir.write("other/templates/map.yaml", "");
    let ran = dir.run("affected --since HEAD -C @");
    ran.fails(1, &["at HEAD:", "other/templates/map.yaml"]);
    assert!(ran.stdout.contains("it failed to render"), "{}", ran.stdout);
}

#[test]
fn the_repository_stays_as_it_is() {
    let dir = committed();
    // What archives leave out is rendered nevertheless.
    dir.write(".gitattributes", "app export-ignore\n");
    commit(&dir);
    let index = || std::fs::read(dir.path(".git/index")).expect("an index");
    let before = index();
    dir.run("affected --since HEAD -C @")
        .ends(0, "nothing is affected since HEAD\n");
    assert_eq!(index(), before);
    assert!(!dir.path(".git/worktrees").exists());
}

#[test]
fn what_git_does_not_know_is_said() {
    committed()
        .run("affected --since nowhere -C @")
        .fails(2, &["git knows no revision `nowhere`"]);
    repository()
        .run("affected --since HEAD -C @")
        .fails(2, &["not a git repository"]);
    committed()
        .run("affected --since --help -C @")
        .fails(2, &["--since"]);
}

const APPS: &str = concat!(
    "{{- range .Values.apps }}\n",
    "---\n",
    "apiVersion: argoproj.io/v1alpha1\n",
    "kind: Application\n",
    "metadata: { name: {{ . }} }\n",
    "spec:\n",
    "  source: { repoURL: 'https://charts.example.net', chart: {{ . }}, targetRevision: 1.0.0 }\n",
    "  destination: { namespace: shop }\n",
    "{{- end }}\n",
);

const OFF: &str = concat!(
    "root: { chart: app }\n",
    "envs:\n",
    "  prod: { set: { apps: [web] } }\n",
    "  local: { set: { apps: [web, cache] } }\n",
    "parity:\n",
    "  reference: local\n",
    "  off:\n",
    "    - { env: prod, app: cache, reason: another one is used, owner: platform, review: 2027-06-30 }\n",
);

#[test]
fn parity_wants_reasons_for_what_is_off() {
    let dir = Workdir::chart(&[("templates/apps.yaml", APPS)]);
    dir.write("evenkeel.yaml", OFF);
    let ran = dir.run("parity -C @ --env prod --now 2027-07-01T00:00:00Z");
    // The reference stands beside what is asked for.
    assert!(ran.stdout.contains("local (reference)"), "{}", ran.stdout);
    ran.ends_with(
        0,
        "2 Applications in 2 environments: 0 off without a reason, 1 off with one, 1 reason overdue, \
         0 differ from local\n",
    );
    dir.write(
        "evenkeel.yaml",
        &OFF[..OFF.find("  off:").expect("is there")],
    );
    let ran = dir.run("parity -C @ --format markdown");
    assert!(
        ran.stdout.contains("❌ **off, nobody says why**"),
        "{}",
        ran.stdout
    );
    assert_eq!(ran.code, 1);
    dir.write(
        "evenkeel.yaml",
        &OFF[..OFF.find("parity:").expect("is there")],
    );
    dir.run("parity -C @")
        .ends_with(0, "2 Applications in 2 environments\n");
    let ran = dir.run("parity -C @ --reference local --format json");
    assert_eq!(ran.code, 1);
    dir.run("parity -C @ --reference loca")
        .fails(2, &["there is no environment `loca`, only prod, local"]);
}
