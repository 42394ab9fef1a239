//! Tables of small repositories.

use evenkeel_config::Date;

use super::{ParityCell, ParityTable, State};
use crate::testing::Repo;
use crate::{Example, Outcome};

fn table(repository: &'static str) -> ParityTable {
    let repo = Repo::new(&Example {
        title: "",
        outcome: Outcome::Passes,
        repository,
    });
    let reference = repo.config.parity.reference.as_ref();
    ParityTable::new(
        &repo.environments(),
        reference.map(|reference| reference.value.as_str()),
        &repo.config,
        Date::new("2026-06-30"),
    )
}

/// A cell on a line: its state, then its aspects; `+` before what the reference has not, `-` before what it has.
fn shown(cell: &ParityCell) -> String {
    let state = match &cell.state {
        State::On => "on".to_owned(),
        State::Off(off) => {
            let overdue = if off.is_overdue { ", overdue" } else { "" };
            format!("off: {}{overdue}", off.reason.text)
        }
        State::Unexplained => "unexplained".to_owned(),
        State::Absent => "absent".to_owned(),
        State::Unknown(_) => "unknown".to_owned(),
    };
    let aspects = cell.aspects.iter().map(|(aspect, facts)| {
        let all = facts.all.iter().map(|fact| {
            let sign = if fact.is_new { "+" } else { "" };
            format!("{sign}{}", format!("{} {}", fact.name, fact.text).trim())
        });
        let missing = facts.missing.iter().map(|fact| format!("-{}", fact.text));
        let facts: Vec<String> = all.chain(missing).collect();
        format!("; {}: {}", aspect.name(), facts.join(", "))
    });
    state + &aspects.collect::<String>()
}

#[track_caller]
fn check(repository: &'static str, want: &[&str]) {
    let table = table(repository);
    let cells = table.rows.iter().flat_map(|row| {
        let cells = row.cells.iter().zip(&table.envs);
        cells.map(|(cell, env)| format!("{} {env} {}", row.app, shown(cell)))
    });
    assert_eq!(cells.collect::<Vec<_>>(), want);
}

/// One chart without Argo CD, which `local` and `prod` install.
macro_rules! both {
    ($text:literal) => {
        concat!(
            "\n-- evenkeel.yaml --\nenvs:\n",
            "  local: {namespace: shop-local, domain: apps.testing, set: {prod: false}}\n",
            "  prod: {namespace: shop, domain: shop.example, set: {prod: true}}\n",
            "parity: {reference: local}\n",
            "-- shop/templates/all.yaml --\n",
            $text
        )
    };
}

#[test]
fn replicas_are_those_of_the_scaler() {
    check(
        both!(
            r#"
kind: Deployment
apiVersion: apps/v1
metadata: {name: web}
spec: {{ if .Values.prod }}{replicas: 2}{{ else }}{}{{ end }}
---
kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec: {replicas: 1}
{{- if .Values.prod }}
---
kind: HorizontalPodAutoscaler
apiVersion: autoscaling/v2
metadata: {name: db}
spec: {minReplicas: 2, maxReplicas: 5, scaleTargetRef: {kind: StatefulSet, name: db}}
{{- end }}
---
kind: KafkaTopic
apiVersion: kafka.strimzi.io/v1beta2
metadata: {name: orders}
spec: {replicas: 3}
"#
        ),
        &[
            "shop local on; version: shop 1.0.0; replicas: db 1, web 1",
            "shop prod on; version: shop 1.0.0; replicas: +db 2–5, +web 2",
        ],
    );
}

#[test]
fn a_host_that_follows_the_domain_is_no_difference() {
    check(
        both!(
            r#"
kind: Route
apiVersion: route.openshift.io/v1
metadata: {name: web}
spec: {host: web.{{ if .Values.prod }}shop.example{{ else }}apps.testing{{ end }}}
---
kind: Route
apiVersion: route.openshift.io/v1
metadata: {name: any}
spec: {}
---
kind: Service
apiVersion: v1
metadata: {name: llm}
spec: {type: ExternalName, externalName: {{ if .Values.prod }}gpu.example.net{{ else }}host.example.net{{ end }}}
"#
        ),
        &[
            "shop local on; version: shop 1.0.0; hosts: (the router's), llm → host.example.net, web.apps.testing",
            "shop prod on; version: shop 1.0.0; hosts: (the router's), +llm → gpu.example.net, web.shop.example",
        ],
    );
}

#[test]
fn sizes_compare_as_numbers_and_custom_resources_have_some_too() {
    check(
        both!(
            r#"
kind: PersistentVolumeClaim
apiVersion: v1
metadata: {name: data}
spec: {resources: {requests: {storage: {{ if .Values.prod }}1024Mi{{ else }}1Gi{{ end }}}}}
---
kind: StatefulSet
apiVersion: apps/v1
metadata: {name: db}
spec:
  volumeClaimTemplates:
    - metadata: {name: wal}
      spec: {storageClassName: fast, resources: {requests: {storage: 2Gi}}}
---
kind: Cluster
apiVersion: postgresql.cnpg.io/v1
metadata: {name: pg}
spec: {storage: {size: {{ if .Values.prod }}20Gi{{ else }}10Gi{{ end }}, storageClass: fast}, cache: {size: 1Gi}}
"#
        ),
        &[
            "shop local on; version: shop 1.0.0; replicas: db 1; storage: data 1Gi, pg 10Gi fast, wal 2Gi fast; delivers: pg-app, pg-ca, pg-replication, pg-server, pg-superuser",
            "shop prod on; version: shop 1.0.0; replicas: db 1; storage: data 1024Mi, +pg 20Gi fast, wal 2Gi fast; delivers: pg-app, pg-ca, pg-replication, pg-server, pg-superuser",
        ],
    );
}

#[test]
fn digests_are_shown_in_short_and_compared_in_full() {
    check(
        both!(
            r#"
kind: Pod
apiVersion: v1
metadata: {name: web}
spec: {containers: [{image: "web:1@sha256:0123456789abcdef{{ .Values.prod }}"}]}
"#
        ),
        &[
            "shop local on; version: shop 1.0.0, web:1@sha256:0123456789ab",
            "shop prod on; version: shop 1.0.0, +web:1@sha256:0123456789ab",
        ],
    );
}

#[test]
fn secrets_are_named_whoever_makes_them() {
    check(
        both!(
            r#"
kind: Pod
apiVersion: v1
metadata: {name: web}
spec:
  containers:
    - image: registry.example.net/team/web:{{ if .Values.prod }}1.2{{ else }}1.3{{ end }}
      envFrom: [{secretRef: {name: web}}{{ if .Values.prod }}, {secretRef: {name: more}}{{ end }}]
---
kind: ExternalSecret
apiVersion: external-secrets.io/v1
metadata: {name: web}
spec: {}
"#
        ),
        &[
            "shop local on; version: shop 1.0.0, web:1.3; secrets: web; delivers: web",
            "shop prod on; version: shop 1.0.0, +web:1.2; secrets: +more, web; delivers: web",
        ],
    );
}

const OFF: &str = r#"
-- evenkeel.yaml --
envs:
  prod: {set: {apps: [web, metrics]}}
  local: {set: {apps: [web, cache, mail, search]}}
parity:
  reference: local
  off:
    - {env: prod, app: cache, reason: the provider's is used, owner: platform, review: 2026-06-30}
    - {env: prod, app: mail, reason: not yet, owner: platform, review: 2026-06-29}
    - {env: prod, app: web, reason: none any more, owner: platform}
    - {env: prod, app: typo, reason: none, owner: platform}
-- root/templates/apps.yaml --
{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}}
spec:
  source: {repoURL: "https://charts.example.net", chart: {{ . }}, targetRevision: 1.0.0}
  destination: {namespace: shop}
{{- end }}
"#;

#[test]
fn what_the_reference_runs_is_on_or_has_a_reason() {
    check(
        OFF,
        &[
            "cache local on; version: cache 1.0.0",
            "cache prod off: the provider's is used",
            "mail local on; version: mail 1.0.0",
            "mail prod off: not yet, overdue",
            "metrics local absent",
            "metrics prod on; version: metrics 1.0.0",
            "search local on; version: search 1.0.0",
            "search prod unexplained",
            "web local on; version: web 1.0.0",
            "web prod on; version: web 1.0.0",
        ],
    );
    let table = table(OFF);
    assert_eq!((table.unexplained(), table.overdue()), (1, 1));
    let untrue = table.untrue.iter();
    let untrue: Vec<_> = untrue
        .map(|entry| (entry.app.as_str(), entry.is_on))
        .collect();
    assert_eq!(untrue, [("web", true), ("typo", false)]);
    let web = &table.rows[4].cells[1];
    assert_eq!(
        web.opaque,
        ["remote chart web 1.0.0 of https://charts.example.net"]
    );
}

#[test]
fn without_a_reference_nothing_is_compared() {
    let table = table(
        r#"
-- evenkeel.yaml --
envs: {local: {set: {apps: [web]}}, prod: {set: {apps: []}}}
-- root/templates/apps.yaml --
{{- range .Values.apps }}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: {{ . }}}
spec:
  source: {repoURL: "https://charts.example.net", chart: {{ . }}, targetRevision: 1.0.0}
  destination: {namespace: shop}
{{- end }}
"#,
    );
    assert_eq!(table.rows[0].cells[1].state, State::Absent);
    assert!(!table.has_reference);
    assert_eq!(table.unexplained(), 0);
}
