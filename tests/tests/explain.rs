//! `explain` over a small repository: for every kind of field, the lines that wrote it and the values that it was
//! made of.

use std::path::{Path, PathBuf};

use evenkeel_diagnostics::{SourceMap, Span};
use evenkeel_gitops::explain::{Cause, Explainer, Explanation};
use evenkeel_manifest::FieldPath;
use evenkeel_project::{Project, RenderOptions};

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/explain")
}

/// The explanation of a field of the environment `prod`, a line for each place. Hops are indented.
fn lines(target: &str) -> Vec<String> {
    let project = Project::open(&repository());
    assert!(project.is_usable(), "{:?}", project.diagnostics);
    let environments = project.render(&["prod".to_owned()], &RenderOptions::default());
    let environment = &environments[0];
    let errors: Vec<_> = environment.diagnostics().collect();
    assert!(errors.is_empty(), "{errors:?}");
    let (object, field) = target.split_once(':').unwrap_or((target, ""));
    let field = FieldPath::parse(field).expect("a path");
    let explainer = Explainer::new(environment, project.renderer());
    for (a, app) in environment.apps.iter().enumerate() {
        for (o, found) in app.objects.iter().enumerate() {
            if found.short_name() == object {
                let explanation = explainer.explain(a, o, &field).expect("the field is there");
                let mut out = Vec::new();
                page(&explanation, project.sources(), 0, &mut out);
                return out;
            }
        }
    }
    panic!("there is no {object}");
}

fn page(explanation: &Explanation, sources: &SourceMap, indent: usize, out: &mut Vec<String>) {
    let pad = "  ".repeat(indent);
    for writer in &explanation.writers {
        let kind = if writer.is_literal { "text" } else { "action" };
        out.push(format!("{pad}{kind} {}", place(writer.span, sources)));
        for call in writer.calls.iter().filter(|call| call.span.file.is_some()) {
            out.push(format!("{pad}  called {}", place(call.span, sources)));
        }
    }
    for condition in &explanation.conditions {
        let not = if condition.held { "" } else { "not " };
        let at = place(condition.span, sources);
        out.push(format!("{pad}because {not}{} {at}", condition.text));
        causes(&condition.causes, sources, indent + 1, out);
    }
    causes(&explanation.causes, sources, indent, out);
}

fn causes(causes: &[Cause], sources: &SourceMap, indent: usize, out: &mut Vec<String>) {
    let pad = "  ".repeat(indent);
    for cause in causes {
        let found = if cause.found { "" } else { ", missing" };
        let path = cause
            .path
            .as_ref()
            .map_or(String::new(), |p| format!(" = {p}"));
        out.push(format!("{pad}from {}{path}{found}", cause.name));
        for layer in &cause.layers {
            let at = place(layer.span, sources);
            out.push(format!("{pad}  {} {at}", layer.what).trim_end().to_owned());
            if let Some(hop) = &layer.hop {
                out.push(format!("{pad}    {} {}", hop.object, hop.field));
                page(hop, sources, indent + 3, out);
            }
        }
    }
}

fn place(span: Span, sources: &SourceMap) -> String {
    let place = sources.locate(span.file, span.start).unwrap_or_default();
    let root = repository().display().to_string();
    place
        .trim_start_matches(&root)
        .trim_start_matches('/')
        .to_owned()
}

#[track_caller]
fn check(target: &str, want: &[&str]) {
    let got = lines(target);
    assert_eq!(got, want, "\n{}\n", got.join("\n"));
}

#[test]
fn a_direct_value() {
    check(
        "Deployment/app-web:spec.replicas",
        &[
            "action app/templates/deployment.yaml:9:13",
            "from .Values.replicas = replicas",
            "  values file app/values-prod.yaml:1:1",
            "  chart default app/values.yaml:1:1",
        ],
    );
}

#[test]
fn a_file_of_the_chart() {
    check(
        "ConfigMap/script:data.run",
        &[
            "text app/templates/script.yaml:6:8",
            "action app/templates/script.yaml:7:5",
            "from files/run.sh",
            "  file of the chart app/files/run.sh:1:1",
            "from .Files.Get",
        ],
    );
}

#[test]
fn a_default_of_the_template() {
    check(
        "Deployment/app-web:spec.minReadySeconds",
        &[
            "action app/templates/deployment.yaml:10:20",
            "from .Values.minReadySeconds = minReadySeconds, missing",
        ],
    );
}

#[test]
fn a_helper() {
    check(
        "Deployment/app-web:spec.template.spec.containers[app].image",
        &[
            "action app/templates/_helpers.tpl:2:1",
            "  called app/templates/deployment.yaml:16:21",
            "text app/templates/_helpers.tpl:2:31",
            "  called app/templates/deployment.yaml:16:21",
            "action app/templates/_helpers.tpl:2:32",
            "  called app/templates/deployment.yaml:16:21",
            "from .Values.image.repository = image.repository",
            "  chart default app/values.yaml:4:3",
            "from .Values.image.tag = image.tag",
            "  chart default app/values.yaml:5:3",
            "from .Chart.AppVersion",
            "  Chart.yaml app/Chart.yaml:1:1",
        ],
    );
}

#[test]
fn a_string_of_tpl() {
    check(
        "Deployment/app-web:spec.template.spec.containers[app].env[GREETING].value",
        &[
            "text tpl:1:1",
            "  called app/templates/deployment.yaml:19:25",
            "action tpl:1:12",
            "  called app/templates/deployment.yaml:19:25",
            "from .Values.greeting = greeting",
            "  chart default app/values.yaml:6:1",
            "from .Release.Name",
            "  releaseName of the Application",
            "    ApplicationSet/apps spec.template.spec.source.helm.releaseName",
            "      text root/templates/applicationset.yaml:24:24",
        ],
    );
}

#[test]
fn a_part_of_a_structure_from_an_overlay() {
    check(
        "Deployment/app-web:spec.template.spec.containers[0].resources.limits.cpu",
        &[
            "action app/templates/deployment.yaml:22:13",
            "because with .Values.resources app/templates/deployment.yaml:20:11",
            "  from .Values.resources = resources",
            "    values file app/values-prod.yaml:2:1",
            "    chart default app/values.yaml:7:1",
            "from .Values.resources = resources.limits.cpu",
            "  values file app/values-prod.yaml:4:5",
            "  chart default app/values.yaml:11:5",
        ],
    );
}

#[test]
fn a_part_of_a_structure_from_the_defaults() {
    check(
        "Deployment/app-web:spec.template.spec.containers[0].resources.requests.cpu",
        &[
            "action app/templates/deployment.yaml:22:13",
            "because with .Values.resources app/templates/deployment.yaml:20:11",
            "  from .Values.resources = resources",
            "    values file app/values-prod.yaml:2:1",
            "    chart default app/values.yaml:7:1",
            "from .Values.resources = resources.requests.cpu",
            "  chart default app/values.yaml:9:5",
        ],
    );
}

#[test]
fn an_item_of_a_loop() {
    check(
        "Service/app:spec.ports[1].port",
        &[
            "action app/templates/service.yaml:9:13",
            "because range $i, $port := .Values.ports app/templates/service.yaml:7:5",
            "  from item 1 = ports[1]",
            "    chart default app/values.yaml:15:5",
            "from $port.port = ports[1].port",
            "  chart default app/values.yaml:16:5",
        ],
    );
}

#[test]
fn a_parameter_and_what_it_came_through() {
    check(
        "Ingress/app:spec.rules[0].host",
        &[
            "action app/templates/service.yaml:18:13",
            "from .Values.host = host",
            "  parameter host",
            "    ApplicationSet/apps spec.template.spec.source.helm.parameters[0].value",
            "      action root/templates/applicationset.yaml:32:22",
            "      from .domain = spec.generators[0].list.elements[0].domain",
            "        generator element",
            "          ApplicationSet/apps spec.generators[0].list.elements[0].domain",
            "            action root/templates/applicationset.yaml:12:13",
            "            because range .Values.envs root/templates/applicationset.yaml:10:11",
            "              from item 1 = envs[1]",
            "                chart default root/values.yaml:6:5",
            "            because if eq .name $.Values.only root/templates/applicationset.yaml:11:11",
            "              from .name = envs[1].name",
            "                chart default root/values.yaml:6:5",
            "              from $.Values.only = only",
            "                values file evenkeel.yaml:4:3",
            "                chart default root/values.yaml:1:1",
            "            from item 1 = envs[1].domain",
            "              chart default root/values.yaml:7:5",
            "  chart default app/values.yaml:2:1",
        ],
    );
}

#[test]
fn a_conditional_object() {
    check(
        "PodDisruptionBudget/app",
        &[
            "text app/templates/budget.yaml:2:1",
            "because if .Values.budget.enabled app/templates/budget.yaml:1:1",
            "  from .Values.budget.enabled = budget.enabled",
            "    values file app/values-prod.yaml:6:3",
            "    chart default app/values.yaml:18:3",
            "from Application app-prod",
            "  name of the Application",
            "    ApplicationSet/apps spec.template.metadata.name",
            "      text root/templates/applicationset.yaml:17:13",
            "      action root/templates/applicationset.yaml:17:17",
            "      from .name = spec.generators[0].list.elements[0].name",
            "        generator element",
            "          ApplicationSet/apps spec.generators[0].list.elements[0].name",
            "            action root/templates/applicationset.yaml:12:13",
            "            because range .Values.envs root/templates/applicationset.yaml:10:11",
            "              from item 1 = envs[1]",
            "                chart default root/values.yaml:6:5",
            "            because if eq .name $.Values.only root/templates/applicationset.yaml:11:11",
            "              from .name = envs[1].name",
            "                chart default root/values.yaml:6:5",
            "              from $.Values.only = only",
            "                values file evenkeel.yaml:4:3",
            "                chart default root/values.yaml:1:1",
            "            from item 1 = envs[1].name",
            "              chart default root/values.yaml:6:5",
        ],
    );
}

#[test]
fn a_global_of_a_sub_chart() {
    check(
        "ConfigMap/part:data.team",
        &[
            "action app/charts/part/templates/config.yaml:8:9",
            "from .Values.global.team = global.team",
            "  valuesObject of the Application",
            "    ApplicationSet/apps spec.template.spec.source.helm.valuesObject.global.team",
            "      action root/templates/applicationset.yaml:29:21",
            "      from .Values.team = team",
            "        values file evenkeel.yaml:5:12",
            "        chart default root/values.yaml:2:1",
        ],
    );
}

#[test]
fn a_value_that_the_parent_sets() {
    check(
        "ConfigMap/part:data.level",
        &[
            "action app/charts/part/templates/config.yaml:6:10",
            "from .Values.level = part.level",
            "  chart default app/values.yaml:22:3",
            "  default of the sub-chart part app/charts/part/values.yaml:1:1",
        ],
    );
}

#[test]
fn a_default_of_a_sub_chart() {
    check(
        "ConfigMap/part:data.color",
        &[
            "action app/charts/part/templates/config.yaml:7:10",
            "from .Values.color = part.color",
            "  default of the sub-chart part app/charts/part/values.yaml:2:1",
        ],
    );
}

#[test]
fn chart_yaml_of_a_sub_chart() {
    check(
        "ConfigMap/part:data.chart",
        &[
            "action app/charts/part/templates/config.yaml:9:10",
            "from .Chart.Name",
            "  Chart.yaml app/charts/part/Chart.yaml:2:1",
        ],
    );
}

#[test]
fn a_namespace_that_argo_cd_adds() {
    check(
        "Deployment/app-web:metadata.namespace",
        &[
            "text ",
            "from destination.namespace",
            "  destination.namespace of the Application",
            "    ApplicationSet/apps spec.template.spec.destination.namespace",
            "      text root/templates/applicationset.yaml:35:20",
            "      action root/templates/applicationset.yaml:35:25",
            "      from .name = spec.generators[0].list.elements[0].name",
            "        generator element",
            "          ApplicationSet/apps spec.generators[0].list.elements[0].name",
            "            action root/templates/applicationset.yaml:12:13",
            "            because range .Values.envs root/templates/applicationset.yaml:10:11",
            "              from item 1 = envs[1]",
            "                chart default root/values.yaml:6:5",
            "            because if eq .name $.Values.only root/templates/applicationset.yaml:11:11",
            "              from .name = envs[1].name",
            "                chart default root/values.yaml:6:5",
            "              from $.Values.only = only",
            "                values file evenkeel.yaml:4:3",
            "                chart default root/values.yaml:1:1",
            "            from item 1 = envs[1].name",
            "              chart default root/values.yaml:6:5",
        ],
    );
}

#[test]
fn a_constant() {
    check(
        "Deployment/app-web:spec.template.spec.serviceAccountName",
        &["text app/templates/deployment.yaml:13:27"],
    );
}

#[test]
fn a_variable() {
    check(
        "Deployment/app-web:metadata.name",
        &[
            "action app/templates/deployment.yaml:5:9",
            "from .Release.Name",
            "  releaseName of the Application",
            "    ApplicationSet/apps spec.template.spec.source.helm.releaseName",
            "      text root/templates/applicationset.yaml:24:24",
        ],
    );
}

#[test]
fn an_argument_of_a_helper() {
    check(
        "Deployment/app-web:metadata.labels[\"app.kubernetes.io/name\"]",
        &[
            "action app/templates/_helpers.tpl:5:25",
            "  called app/templates/deployment.yaml:7:9",
            "from .name = part.level",
            "  chart default app/values.yaml:22:3",
            "  default of the sub-chart part app/charts/part/values.yaml:1:1",
        ],
    );
}

#[test]
fn a_field_of_the_jinja_dialect() {
    check(
        "ConfigMap/settings:data.budget",
        &[
            "action app/jinja/settings.yaml:8:12",
            "because if Values.budget.enabled app/jinja/settings.yaml:7:3",
            "  from .Values.budget.enabled = budget.enabled",
            "    values file app/values-prod.yaml:6:3",
            "    chart default app/values.yaml:18:3",
            "from .Values.budget.min = budget.min",
            "  chart default app/values.yaml:19:3",
        ],
    );
}
