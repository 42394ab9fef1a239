//! Repositories that nobody configured: what is found in them, and what `init` writes.

use crate::workdir::Workdir;

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: {{ .Values.name }} }\n";

/// Charts with a values file for each environment, and no Argo CD.
fn plain() -> Workdir {
    Workdir::chart(&[
        ("templates/map.yaml", MAP),
        ("values.yaml", "name: nobody\n"),
        ("values-dev.yaml", "name: of-dev\n"),
        ("values-prod.yaml", "name: of-prod\n"),
    ])
}

/// A root chart with an ApplicationSet over its environments.
fn app_of_apps() -> Workdir {
    let dir = plain();
    dir.write(
        "root/Chart.yaml",
        "apiVersion: v2\nname: root\nversion: 0.1.0\n",
    );
    dir.write(
        "root/values.yaml",
        "env: dev\nenvs: [{ name: dev }, { name: prod }]\n",
    );
    dir.write(
        "root/templates/set.yaml",
        "apiVersion: argoproj.io/v1alpha1\n\
         kind: ApplicationSet\n\
         metadata: { name: all }\n\
         spec:\n  \
           goTemplate: true\n  \
           generators: [{ list: { elements: [{ name: {{ .Values.env }} }] } }]\n  \
           template:\n    \
             metadata: { name: 'app-{{ \"{{ .name }}\" }}' }\n    \
             spec:\n      \
               destination: { namespace: shop }\n      \
               source:\n        \
                 repoURL: https://git.example.net/shop.git\n        \
                 path: app\n        \
                 helm: { valueFiles: ['values-{{ \"{{ .name }}\" }}.yaml'] }\n",
    );
    dir
}

/// Plain files with Applications.
fn files() -> Workdir {
    let dir = plain();
    dir.write(
        "argocd/app.yaml",
        "apiVersion: argoproj.io/v1alpha1\n\
         kind: Application\n\
         metadata: { name: app }\n\
         spec:\n  \
           destination: { namespace: shop }\n  \
           source: { repoURL: https://git.example.net/shop.git, path: app, helm: { valueFiles: [values-prod.yaml] } }\n",
    );
    dir
}

/// `init` writes this, and with and without it the environment renders to this list.
#[track_caller]
fn check_init(dir: &Workdir, env: &str, want: &str, list: &str) {
    let render = format!("render --env {env} --format list -C @");
    let without = dir.run(&render);
    assert_eq!(without.stdout, list, "{}", without.stderr);
    let ran = dir.run("init -C @");
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("inferred envs: "), "{}", ran.stderr);
    let text = dir.read("evenkeel.yaml");
    assert_eq!(text, want);
    assert!(text.lines().count() <= 10, "{text}");
    let with = dir.run(&render);
    assert_eq!(with.stdout, list, "{}", with.stderr);
    assert_eq!(with.code, 0, "{}", with.stderr);
    dir.run("init -C @")
        .fails(2, &["is there already; --force overwrites it"]);
}

#[test]
fn charts_alone_are_rendered_for_each_values_file() {
    check_init(
        &plain(),
        "prod",
        "version: 1\ncharts: [\"app\"]\nenvs:\n  dev: {}\n  prod: {}\n",
        "prod\tapp\tdefault\tConfigMap/of-prod\n",
    );
}

#[test]
fn libraries_are_not_deployed() {
    let dir = plain();
    let library = "apiVersion: v2\nname: lib\nversion: 0.1.0\ntype: library\n";
    dir.write("lib/Chart.yaml", library);
    dir.run("render --env prod --format list -C @")
        .prints("prod\tapp\tdefault\tConfigMap/of-prod\n");
}

#[test]
fn a_root_chart_is_found() {
    check_init(
        &app_of_apps(),
        "prod",
        "version: 1\nroot: { chart: root, select: env }\nenvs:\n  dev: {}\n  prod: {}\n",
        "prod\troot\targocd\tApplicationSet/all\nprod\tapp-prod\tshop\tConfigMap/of-prod\n",
    );
}

#[test]
fn files_with_applications_are_found() {
    check_init(
        &files(),
        "default",
        "version: 1\npaths: [\"argocd/*.yaml\"]\nenvs:\n  default: {}\n",
        "default\t\targocd\tApplication/app\ndefault\tapp\tshop\tConfigMap/of-prod\n",
    );
}

#[test]
fn files_beside_applications_are_no_roots() {
    let dir = files();
    dir.write(
        "argocd/map.yaml",
        MAP.replace("{{ .Values.name }}", "beside"),
    );
    check_init(
        &dir,
        "default",
        "version: 1\npaths: [\"argocd/app.yaml\"]\nenvs:\n  default: {}\n",
        "default\t\targocd\tApplication/app\ndefault\tapp\tshop\tConfigMap/of-prod\n",
    );
}

#[test]
fn a_chart_may_be_the_repository() {
    let dir = Workdir::chart(&[]);
    std::fs::remove_dir_all(dir.path("app")).expect("it was there");
    dir.write("Chart.yaml", "apiVersion: v2\nname: shop\nversion: 0.1.0\n");
    dir.write("values.yaml", "name: nobody\n");
    dir.write("values-prod.yaml", "name: of-prod\n");
    dir.write("templates/map.yaml", MAP);
    dir.write(
        "charts/part/Chart.yaml",
        "apiVersion: v2\nname: part\nversion: 0.1.0\n",
    );
    dir.write("hack/values-of-mine.yaml", "name: mine\n");
    check_init(
        &dir,
        "prod",
        "version: 1\ncharts: [\".\"]\nenvs:\n  prod: {}\n",
        "prod\tshop\tdefault\tConfigMap/of-prod\n",
    );
}

#[test]
fn a_chart_for_the_applications_of_others_is_no_root() {
    let dir = plain();
    dir.write(
        "apps/Chart.yaml",
        "apiVersion: v2\nname: apps\nversion: 0.1.0\n",
    );
    dir.write("apps/values.yaml", "applications: {}\n");
    dir.write(
        "apps/templates/apps.yaml",
        "{{- range $name, $spec := .Values.applications }}\n\
         ---\n\
         apiVersion: argoproj.io/v1alpha1\n\
         kind: Application\n\
         metadata: { name: {{ $name }} }\n\
         spec: {{ toYaml $spec | nindent 2 }}\n\
         {{- end }}\n",
    );
    dir.run("render --env prod --format list -C @")
        .prints("prod\tapp\tdefault\tConfigMap/of-prod\n");
}

#[test]
fn many_environments_still_fit_ten_lines() {
    let dir = plain();
    for i in 0..20 {
        dir.write(&format!("app/values-site{i}.yaml"), "name: x\n");
    }
    dir.run("init -C @");
    let text = dir.read("evenkeel.yaml");
    assert!(text.lines().count() <= 10, "{text}");
    assert!(text.contains("site19: {}"), "{text}");
}

#[test]
fn an_empty_repository_has_nothing_to_render() {
    let dir = Workdir::chart(&[]);
    std::fs::remove_dir_all(dir.path("app")).expect("it was there");
    let ran = dir.run("render -C @");
    assert_eq!(ran.stdout, "", "{}", ran.stderr);
}
