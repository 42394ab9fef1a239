//! A repository of any size: a root chart with many Applications of a few distinct charts.

use std::fmt::Write;
use std::fs;
use std::path::Path;

/// Distinct charts, where there are so many Applications.
const CHARTS: usize = 25;
/// Every fifth chart has a sub-chart.
const WITH_SUBCHART: usize = 5;
const ENVIRONMENTS: [&str; 3] = ["local", "stage", "prod"];
/// What rules go by: the class of each environment.
const CLASSES: [&str; 3] = ["local", "edge", "production"];
/// Objects of one Application; the ConfigMap makes them 8 KB together.
const OBJECTS: usize = 6;

/// What was written.
pub(super) struct Made {
    pub(super) charts: usize,
    pub(super) objects_of_one: usize,
    pub(super) environments: usize,
}

/// Writes a repository of `size` Applications.
pub(super) fn write(root: &Path, size: usize) -> Result<Made, String> {
    let charts = CHARTS.min(size);
    let file = |path: &str, text: &str| {
        let path = root.join(path);
        let parent = path.parent().unwrap_or(root);
        fs::create_dir_all(parent)
            .and_then(|()| fs::write(&path, text))
            .map_err(|e| format!("{}: {e}", path.display()))
    };
    file("evenkeel.yaml", &configuration())?;
    file(
        "root/Chart.yaml",
        "apiVersion: v2\nname: root\nversion: 0.1.0\n",
    )?;
    file("root/values.yaml", &applications(size, charts))?;
    file("root/templates/applications.yaml", APPLICATION)?;
    for chart in 0..charts {
        let at = |name: &str| format!("charts/c{chart}/{name}");
        let subchart = chart % WITH_SUBCHART == 0;
        file(&at("Chart.yaml"), &chart_yaml(chart, subchart))?;
        file(&at("values.yaml"), &values(chart))?;
        for env in ENVIRONMENTS {
            file(&at(&format!("values-{env}.yaml")), &overlay(env))?;
        }
        file(&at("templates/_helpers.tpl"), HELPERS)?;
        file(&at("templates/workload.yaml"), WORKLOAD)?;
        file(&at("templates/network.yaml"), NETWORK)?;
        let config = match subchart {
            true => at("charts/part/templates/config.yaml"),
            false => at("templates/config.yaml"),
        };
        file(&config, &configuration_map(subchart))?;
        if subchart {
            file(
                &at("charts/part/Chart.yaml"),
                "apiVersion: v2\nname: part\nversion: 0.1.0\n",
            )?;
            file(&at("charts/part/values.yaml"), "prefix: part\n")?;
        }
    }
    Ok(Made {
        charts,
        objects_of_one: OBJECTS,
        environments: ENVIRONMENTS.len(),
    })
}

fn configuration() -> String {
    let mut text = format!(
        "version: 1\nroot: {{ chart: root, namespace: argocd, select: env }}\n\
         parity: {{ reference: {} }}\nenvs:\n",
        ENVIRONMENTS[0]
    );
    for (env, class) in ENVIRONMENTS.into_iter().zip(CLASSES) {
        let forbid = match class {
            "local" => "[]",
            _ => "[localhost]",
        };
        let _ = writeln!(
            text,
            "  {env}: {{ class: {class}, domain: {env}.apps.example, forbid: {forbid}, argocd: \"3.1\", \
             cluster: {{ apiVersions: openshift-4.19 }} }}"
        );
    }
    text
}

fn applications(size: usize, charts: usize) -> String {
    let mut text = "env: local\ndomain: apps.example\napps:\n".to_owned();
    for app in 0..size {
        let _ = writeln!(text, "  - {{ name: app-{app}, chart: c{} }}", app % charts);
    }
    text
}

fn chart_yaml(chart: usize, subchart: bool) -> String {
    let dependency = match subchart {
        true => "dependencies:\n  - name: part\n    version: 0.1.0\n",
        false => "",
    };
    format!(
        "apiVersion: v2\nname: c{chart}\nversion: 1.{chart}.0\nappVersion: \"2.{chart}\"\n{dependency}"
    )
}

fn values(chart: usize) -> String {
    format!(
        "replicas: 1\nhost: \"\"\ndomain: \"\"\nimage:\n  repository: registry.example/c{chart}\n  tag: v1.{chart}\n\
         resources:\n  requests: {{ cpu: 100m, memory: 128Mi }}\n  limits: {{ memory: 256Mi }}\n\
         env:\n  LOG_LEVEL: info\n  REGION: \"{{{{ .Release.Namespace }}}}\"\n\
         ports:\n  - {{ name: http, port: 80, target: 8080 }}\n  - {{ name: metrics, port: 9090, target: 9090 }}\n"
    )
}

fn overlay(env: &str) -> String {
    format!("replicas: 2\nenv:\n  STAGE: {env}\n")
}

/// A ConfigMap of 80 lines.
fn configuration_map(subchart: bool) -> String {
    let name = match subchart {
        true => "{{ .Release.Name }}-{{ .Values.prefix }}",
        false => "{{ include \"c.fullname\" . }}",
    };
    let mut text = format!(
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {name}\ndata:\n  settings.conf: |\n"
    );
    for line in 0..80 {
        let _ = writeln!(
            text,
            "    setting.number.{line}.of.{{{{ .Release.Name }}}} = value {line} in {{{{ .Release.Namespace }}}} # a comment"
        );
    }
    text
}

const APPLICATION: &str = r#"{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: {{ .name }}-{{ $.Values.env }}
spec:
  project: default
  source:
    repoURL: https://git.example/acme/apps.git
    path: charts/{{ .chart }}
    targetRevision: main
    helm:
      releaseName: {{ .name }}
      valueFiles: [values-{{ $.Values.env }}.yaml]
      parameters:
        - { name: domain, value: {{ printf "%s.%s" $.Values.env $.Values.domain }} }
  destination:
    server: https://kubernetes.default.svc
    namespace: {{ .name }}
{{- end }}
"#;

const HELPERS: &str = r#"{{- define "c.fullname" -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end }}
{{- define "c.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
"#;

const WORKLOAD: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "c.fullname" . }}
  labels:
    {{- include "c.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  template:
    metadata:
      labels:
        {{- include "c.labels" . | nindent 8 }}
    spec:
      serviceAccountName: {{ include "c.fullname" . }}
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          env:
            {{- range $name, $value := .Values.env }}
            - name: {{ $name }}
              value: {{ tpl $value $ | quote }}
            {{- end }}
          ports:
            {{- range .Values.ports }}
            - name: {{ .name }}
              containerPort: {{ .target }}
            {{- end }}
          readinessProbe:
            httpGet: { path: /healthz, port: http }
          resources:
            {{- toYaml .Values.resources | nindent 12 }}
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {{ include "c.fullname" . }}
  labels:
    {{- include "c.labels" . | nindent 4 }}
"#;

const NETWORK: &str = r#"apiVersion: v1
kind: Service
metadata:
  name: {{ include "c.fullname" . }}
  labels:
    {{- include "c.labels" . | nindent 4 }}
spec:
  selector:
    app.kubernetes.io/instance: {{ .Release.Name }}
  ports:
    {{- range .Values.ports }}
    - name: {{ .name }}
      port: {{ .port }}
      targetPort: {{ .name }}
    {{- end }}
---
{{- if .Capabilities.APIVersions.Has "route.openshift.io/v1" }}
apiVersion: route.openshift.io/v1
kind: Route
metadata:
  name: {{ include "c.fullname" . }}
spec:
  host: {{ .Values.host | default (printf "%s.%s" .Release.Name .Values.domain) }}
  to: { kind: Service, name: {{ include "c.fullname" . }} }
{{- end }}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {{ include "c.fullname" . }}
  labels:
    {{- include "c.labels" . | nindent 4 }}
spec:
  podSelector:
    matchLabels:
      app.kubernetes.io/instance: {{ .Release.Name }}
  ingress:
    - ports:
        {{- range .Values.ports }}
        - port: {{ .target }}
        {{- end }}
"#;
