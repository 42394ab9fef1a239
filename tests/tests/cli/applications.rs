//! Applications of Argo CD: every kind of source, and what is said when one cannot be rendered.

use crate::workdir::{Ran, Workdir};

/// Shows all values and the release.
const SHOW: &str = concat!(
    "apiVersion: v1\n",
    "kind: ConfigMap\n",
    "metadata: { name: {{ .Release.Name }}-{{ .Release.Namespace }} }\n",
    "values:\n",
    "  {{- toYaml .Values | nindent 2 }}\n",
);

/// A repository with one environment, a chart `app` and Applications in `apps`.
fn repository(applications: &[String]) -> Workdir {
    let dir = Workdir::chart(&[("templates/show.yaml", SHOW)]);
    dir.write(
        "evenkeel.yaml",
        "paths: [apps/*.yaml]\nenvs: { prod: {} }\n",
    );
    dir.write("apps/all.yaml", applications.concat());
    dir
}

/// An Application with one source of this repository; `source` are its fields.
fn application(name: &str, source: &str) -> String {
    let source = format!("source: {{ repoURL: https://git.example.net/shop.git, {source} }}");
    application_of(name, &source)
}

fn application_of(name: &str, sources: &str) -> String {
    format!(
        "---\n\
         apiVersion: argoproj.io/v1alpha1\n\
         kind: Application\n\
         metadata: {{ name: {name}, namespace: argocd }}\n\
         spec:\n  \
           project: default\n  \
           destination: {{ server: https://kubernetes.default.svc, namespace: shop }}\n  \
           {sources}\n"
    )
}

/// An Application that renders well.
fn sound() -> String {
    application("sound", "path: app")
}

impl Ran {
    /// The Application `sound` has been rendered, whatever the others did.
    #[track_caller]
    fn renders_the_sound_one(&self) -> &Ran {
        assert!(self.stdout.contains("name: sound-shop"), "{}", self.stdout);
        self
    }
}

/// The values that the Application `web` hands to the chart `app`, which has none itself.
#[track_caller]
fn check_values(dir: &Workdir, want: &str) {
    let ran = dir.run("render --app web -C @");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let (_, values) = ran.stdout.split_once("values:\n").expect("values");
    let values: String = values
        .lines()
        .map(|line| format!("{}\n", &line[2..]))
        .collect();
    assert_eq!(values, want);
}

#[test]
fn a_missing_value_file_is_named() {
    let web = application("web", "path: app, helm: { valueFiles: [values-prod.yaml] }");
    let dir = repository(&[web, sound()]);
    let file = "prod, web: the value file app/values-prod.yaml does not exist";
    dir.run("render -C @")
        .fails(2, &[file, "apps/all.yaml:8:88"])
        .renders_the_sound_one();
}

#[test]
fn a_missing_value_file_that_is_forgiven_is_recorded() {
    let helm = "{ valueFiles: [values-prod.yaml], ignoreMissingValueFiles: true }";
    let dir = repository(&[application("web", &format!("path: app, helm: {helm}"))]);
    check_values(&dir, "{}\n");
    let apps = dir.run("apps -C @");
    let note = "value file not there, and ignored: app/values-prod.yaml";
    assert!(apps.stdout.contains(note), "{}", apps.stdout);
    let json = dir.run("apps --format json -C @").stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let web = &json[0]["apps"][1];
    assert_eq!(web["ignoredMissingValueFiles"][0], "app/values-prod.yaml");
}

#[test]
fn value_files_come_from_globs_the_root_and_other_sources() {
    let web = application(
        "web",
        "path: app, helm: { valueFiles: [values/*.yaml, /shared.yaml] }",
    );
    let dir = repository(&[web]);
    dir.write("app/values/a.yaml", "a: 1\nlast: a\n");
    dir.write("app/values/b.yaml", "b: 1\nlast: b\n");
    dir.write("shared.yaml", "shared: true\n");
    check_values(&dir, "a: 1\nb: 1\nlast: b\nshared: true\n");
    let sources = "sources:\n    \
                     - { repoURL: https://git.example.net/shop.git, path: app, helm: { valueFiles: [$conf/env/prod.yaml] } }\n    \
                     - { repoURL: https://git.example.net/shop.git, ref: conf }";
    dir.write("apps/all.yaml", application_of("web", sources));
    dir.write("env/prod.yaml", "from: conf\n");
    check_values(&dir, "from: conf\n");
}

#[test]
fn parameters_are_typed_as_by_set() {
    let parameters = "[\
        { name: list, value: '{a,b}' }, { name: text, value: 'a,b' }, { name: flag, value: 'true' }, \
        { name: number, value: '7' }, { name: octal, value: '007' }, { name: float, value: '1.5' }, \
        { name: empty, value: '' }, { name: forced, value: 'true', forceString: true }, \
        { name: deep.dotted\\.name, value: x }, { name: app, value: $ARGOCD_APP_NAME }, \
        { name: twice, value: first }, { name: twice, value: second }]";
    let dir = repository(&[application(
        "web",
        &format!("path: app, helm: {{ parameters: {parameters} }}"),
    )]);
    check_values(
        &dir,
        "app: web\n\
         deep:\n  \
           dotted.name: x\n\
         empty: \"\"\n\
         flag: true\n\
         float: \"1.5\"\n\
         forced: \"true\"\n\
         list:\n\
         - a\n\
         - b\n\
         number: 7\n\
         octal: \"007\"\n\
         text: a,b\n\
         twice: second\n",
    );
}

#[test]
fn layers_win_over_those_below_them() {
    let helm = "{ valueFiles: [own.yaml], values: 'unused: true', \
                valuesObject: { b: object, c: object }, parameters: [{ name: c, value: parameter }] }";
    let dir = repository(&[application("web", &format!("path: app, helm: {helm}"))]);
    dir.write("app/values.yaml", "a: chart\nb: chart\ngone: chart\n");
    dir.write("app/own.yaml", "b: file\nc: file\ngone: null\n");
    check_values(&dir, "a: chart\nb: object\nc: parameter\n");
}

#[test]
fn overrides_beside_a_chart_are_merged_in() {
    let web = application(
        "web",
        "path: app, helm: { parameters: [{ name: tag, value: v1 }] }",
    );
    let dir = repository(&[web]);
    dir.write(
        "app/.argocd-source.yaml",
        "helm: { parameters: [{ name: tag, value: v2, forceString: true }] }\n",
    );
    check_values(&dir, "tag: v2\n");
    dir.write(
        "app/.argocd-source-web.yaml",
        "helm: { parameters: [{ name: tag, value: v3 }], releaseName: other }\n",
    );
    check_values(&dir, "tag: v3\n");
    let ran = dir.run("render --app web -C @");
    assert!(ran.stdout.contains("name: other-shop"), "{}", ran.stdout);
}

#[test]
fn an_application_that_deploys_itself_is_a_cycle() {
    let itself = application("loop", "path: loops");
    let dir = repository(&[itself.clone(), sound()]);
    dir.write("loops/loop.yaml", itself);
    let ran = dir.run("render -C @");
    assert!(!ran.stderr.contains("two Applications"), "{}", ran.stderr);
    ran.fails(
        2,
        &[
            "prod, loop: the Application loop comes from itself: loop → loop",
            "loops/loop.yaml:8:3",
            "Application loop at @apps/all.yaml:8:3",
        ],
    )
    .renders_the_sound_one();
}

#[test]
fn sources_stay_within_the_repository() {
    let dir = repository(&[
        application("up", "path: ../outside"),
        application(
            "file",
            "path: app, helm: { valueFiles: [../../secret.yaml] }",
        ),
        application("typo", "path: appx"),
        sound(),
    ]);
    dir.run("render -C @")
        .fails(
            2,
            &[
                "prod, up: the source path `../outside` leaves the repository",
                "apps/all.yaml:8:56",
                "prod, file: the value file `../../secret.yaml` leaves the repository",
                "apps/all.yaml:16:88",
                "prod, typo: there is no directory `appx` in the repository",
                "did you mean `app`?",
            ],
        )
        .renders_the_sound_one();
}

#[cfg(unix)]
#[test]
fn links_stay_within_the_repository() {
    let outside = Workdir::chart(&[
        ("templates/show.yaml", SHOW),
        ("values.yaml", "secret: 1\n"),
    ]);
    let dir = repository(&[application("link", "path: link"), sound()]);
    std::os::unix::fs::symlink(outside.path("app"), dir.path("link")).expect("a link");
    let ran = dir.run("render -C @");
    ran.fails(2, &["prod, link: "]).renders_the_sound_one();
    assert!(!ran.stdout.contains("secret"), "{}", ran.stdout);
}

#[test]
fn a_failing_template_tells_what_led_to_it() {
    let dir = Workdir::chart(&[("templates/show.yaml", SHOW)]);
    dir.write(
        "evenkeel.yaml",
        "root: { chart: root }\nenvs: { prod: {} }\n",
    );
    let chart = |name: &str| format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    for name in ["root", "middle", "leaf"] {
        dir.write(&format!("{name}/Chart.yaml"), chart(name));
    }
    dir.write(
        "root/templates/middle.yaml",
        application("middle", "path: middle"),
    );
    dir.write(
        "middle/templates/leaf.yaml",
        application("leaf", "path: leaf"),
    );
    dir.write("middle/templates/sound.yaml", sound());
    dir.write(
        "leaf/templates/bad.yaml",
        "a: 1\nb: {{ include \"port\" . }}\n",
    );
    dir.write(
        "leaf/templates/_helpers.tpl",
        "{{ define \"port\" }}\n{{ .Values.service.port }}\n{{ end }}\n",
    );
    dir.run("render -C @")
        .fails(
            2,
            &[
                "prod, leaf: ",
                "@leaf/templates/_helpers.tpl:2:",
                "`include \"port\"` called at @leaf/templates/bad.yaml:2:",
                "Application leaf at @middle/templates/leaf.yaml:8:3",
                "Application middle at @root/templates/middle.yaml:8:3",
            ],
        )
        .renders_the_sound_one();
}

#[test]
fn plain_directories_are_filtered() {
    let map =
        |name: &str| format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{ name: {name} }}\n");
    let list = |options: &str| -> Vec<String> {
        let source = format!("path: plain{options}");
        let dir = repository(&[application("web", &source)]);
        for name in ["a", "b", "sub/c", "sub/d"] {
            dir.write(
                &format!("plain/{name}.yaml"),
                map(name.trim_start_matches("sub/")),
            );
        }
        dir.write("plain/values.txt", "no manifest");
        dir.write("plain/other.yaml", "just: data\n");
        let ran = dir.run("render --app web --format list -C @");
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        let name = |line: &str| line.rsplit('/').next().unwrap_or_default().to_owned();
        ran.stdout.lines().map(name).collect()
    };
    assert_eq!(list(""), ["a", "b"]);
    assert_eq!(list(", directory: { recurse: true }"), ["a", "b", "c", "d"]);
    let options = ", directory: { recurse: true, exclude: 'sub/d*' }";
    assert_eq!(list(options), ["a", "b", "c"]);
    let options = ", directory: { recurse: true, include: '{a,sub/*}.yaml' }";
    assert_eq!(list(options), ["a", "c", "d"]);
}

#[test]
fn jsonnet_is_refused() {
    let dir = repository(&[application("web", "path: plain"), sound()]);
    dir.write("plain/a.jsonnet", "{}");
    dir.run("render -C @")
        .fails(
            2,
            &["plain/a.jsonnet: jsonnet is not supported", "exclude it"],
        )
        .renders_the_sound_one();
}

#[test]
fn what_is_elsewhere_is_opaque() {
    let remote =
        "source: { repoURL: https://charts.example.net, chart: db, targetRevision: 1.2.3 }";
    let other = "source: { repoURL: https://git.example.net/other.git, path: x }";
    let dir = repository(&[
        sound(),
        application_of("db", remote),
        application_of("other", other),
    ]);
    let apps = dir.run("apps -C @");
    assert_eq!(apps.code, 0, "{}", apps.stderr);
    for reason in [
        "opaque: remote chart db 1.2.3 of https://charts.example.net",
        "opaque: another repository, https://git.example.net/other.git",
    ] {
        assert!(apps.stdout.contains(reason), "{}", apps.stdout);
    }
    dir.run("render -C @").renders_the_sound_one();
}

#[test]
fn kustomize_is_run_or_opaque() {
    let dir = repository(&[sound(), application("web", "path: kustom")]);
    dir.write("kustom/kustomization.yaml", "resources: [map.yaml]\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: kustomized }\n";
    dir.write("kustom/map.yaml", map);
    let apps = dir.run("apps -C @");
    assert_eq!(apps.code, 0, "{}", apps.stderr);
    let reason = "opaque: a Kustomize source, and there is no `kustomize` to run";
    if !apps.stdout.contains(reason) {
        let ran = dir.run("render --app web --format list -C @");
        assert_eq!(
            ran.stdout, "prod\tweb\tshop\tConfigMap/kustomized\n",
            "{}",
            ran.stderr
        );
    }
}

#[test]
fn dependencies_are_found_where_they_lie() {
    let chart = "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n";
    let lib = "- { name: lib, version: 0.1.0, repository: 'file://../lib' }\n";
    let db = "- { name: db, version: 1.0.0, repository: 'https://charts.example.net' }\n";
    let dir = repository(&[
        application("web", "path: app"),
        application("plain", "path: lib"),
    ]);
    dir.write(
        "lib/Chart.yaml",
        "apiVersion: v2\nname: lib\nversion: 0.1.0\n",
    );
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: of-{{ .Chart.Name }} }\n";
    dir.write("lib/templates/map.yaml", map);
    dir.write("app/Chart.yaml", format!("{chart}{lib}"));
    let ran = dir.run("render --app web --format list -C @");
    assert_eq!(
        ran.stdout, "prod\tweb\tshop\tConfigMap/of-lib\nprod\tweb\tshop\tConfigMap/web-shop\n",
        "{}",
        ran.stderr
    );
    dir.write("app/Chart.yaml", format!("{chart}{lib}{db}"));
    // Argo CD would fetch it.
    let reason = "opaque: its dependencies are not vendored under charts/: db 1.0.0 of \
                  https://charts.example.net";
    let apps = dir.run("apps -C @");
    assert!(apps.stdout.contains(reason), "{}", apps.stdout);
}

#[test]
fn unknown_names_are_answered_with_known_ones() {
    let dir = repository(&[sound()]);
    dir.run("render --env prd -C @").fails(
        2,
        &[
            "there is no environment `prd`",
            "the environments are prod, or `all`",
        ],
    );
    dir.run("render --app soud -C @")
        .fails(2, &["no environment has an Application `soud`"]);
}

#[test]
fn an_application_of_wrong_types_says_which() {
    let web = application(
        "web",
        "path: app, helm: { parameters: [{ name: port, value: 80 }] }",
    );
    let dir = repository(&[web, sound()]);
    let field =
        "`spec.source.helm.parameters[0].value` is a number and has to be a string; quote it";
    dir.run("render -C @")
        .fails(2, &[field, "apps/all.yaml:8:"])
        .renders_the_sound_one();
}
