//! VLT-06.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};

use crate::context::{Check, Context, Subject};
use crate::presence::{Inventory, Place, Presence, Unknowns, listed};
use crate::references::{Reference, references};
use crate::rule::Run;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-06",
    statement: "Every Secret, ConfigMap, volume claim and ServiceAccount that is referred to is brought to its namespace",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
A pod that refers to a Secret which is not there waits in `CreateContainerConfigError` or `ContainerCreating`; one \
with a ServiceAccount that is not there is never made. Nothing in Git looks wrong: both names are well, they only \
differ.

The rule looks at pods wherever objects describe them (`env`, `envFrom`, volumes, pull secrets, ServiceAccounts), at \
ServiceAccounts' own lists, at Ingresses, Gateways and Routes, at Tekton's runs, workspaces and interceptors, at \
cert-manager's issuers, and at the fields of operators' objects that name Secrets. What is `optional` is not looked at, \
nor what a store of External Secrets logs in with: that comes before anything can be delivered.

A name is brought by an object of that kind, by what makes one (`VaultStaticSecret`, `ExternalSecret`, `SealedSecret`, \
`Certificate`, an annotation that asks for a serving certificate, the claims of a StatefulSet …), by the cluster \
(`default`, `kube-root-ca.crt`) or by the operator of a custom resource; `vault.caSecret` of the environment counts, \
and so does what is declared under `external`.

What a repository does not render may come from elsewhere. A name counts as missing where the environment is `closed`, or where \
it brings objects of the kind: Secrets, where something delivers Secrets or the namespace has another one written out. Charts \
that no Application deploys are installed beside Secrets, and into namespaces, that nobody here knows. Where a \
chart that cannot be rendered, a custom resource of a similar name or a script may bring it, the rule is not \
evaluated for it. One missing object is one finding, at the first that refers to it.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Who refers to what is not there: by place, kind and name.
type Missing<'c, 'a> =
    BTreeMap<(Place<'c>, &'static str, &'c str), Vec<(&'c Subject<'a>, FieldPath)>>;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let inventory = Inventory::new(context);
    let mut missing = Missing::new();
    let mut unknowns = Unknowns::default();
    for subject in context.subjects() {
        if !context.is_final(subject) {
            continue;
        }
        let mut all = references(subject);
        all.retain(|reference| !is_of_opr_06(subject, reference, context));
        for Reference {
            path,
            kind,
            namespace,
            name,
        } in all
        {
            let at = Place {
                cluster: inventory.place(subject).cluster,
                namespace,
            };
            match inventory.find(at, kind, name) {
                Presence::There => {}
                Presence::Unknown(reason) => unknowns.note(kind, name, reason),
                Presence::Absent => {
                    let places = missing.entry((at, kind, name)).or_default();
                    places.push((subject, path));
                }
            }
        }
    }
    for ((at, kind, name), places) in missing {
        if let Some(finding) = finding(at, kind, name, &places) {
            check.report(inventory.explain(at, kind, name, finding));
        }
    }
    unknowns.report(check);
}

/// Whether a Secret of an issuer's solver is looked at more closely, against the catalogue.
fn is_of_opr_06(subject: &Subject<'_>, reference: &Reference<'_>, context: &Context<'_>) -> bool {
    let in_solver = reference.path.0.contains(&Step::Key("solvers".to_owned()));
    let is_issuer = subject.object.identity.group == "cert-manager.io";
    is_issuer && in_solver && !context.config.secrets.is_empty()
}

fn finding(
    at: Place<'_>,
    kind: &str,
    name: &str,
    places: &[(&Subject<'_>, FieldPath)],
) -> Option<Finding> {
    let (first, path) = places.first()?;
    let message = format!("{} has no {kind} {name}", at.namespace);
    let finding = Finding::new(first, path.clone(), message).evidence(name);
    let others: BTreeSet<String> = places
        .iter()
        .filter(|(subject, _)| !std::ptr::eq(*subject, *first))
        .map(|(subject, _)| subject.object.short_name())
        .collect();
    Some(match others.is_empty() {
        true => finding,
        false => finding.hint(format!(
            "also referred to by {}",
            listed(others.iter().map(String::as_str))
        )),
    })
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A pull secret is called otherwise than it is delivered, and a volume waits for nothing",
        outcome: Outcome::Fails,
        repository: r#"
-- ci.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: registry}
spec: {destination: {name: quay-creds, create: true}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: builder-of-images}
imagePullSecrets:
  - name: quay-auth #~ apps has no Secret quay-auth
---
apiVersion: v1
kind: ConfigMap
metadata: {name: shop-settings}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      serviceAccountName: shop #~ apps has no ServiceAccount shop
      containers:
        - name: shop
          image: shop:1
          envFrom:
            - configMapRef:
                name: shop-setings #~ apps has no ConfigMap shop-setings
"#,
    },
    Example {
        title: "What is referred to is rendered, delivered, certified or the cluster's own",
        outcome: Outcome::Passes,
        repository: r#"
-- shop.yaml --
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: shop-db}
---
apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: shop}
spec: {secretName: shop-tls}
---
apiVersion: v1
kind: Service
metadata:
  name: shop
  annotations: {service.beta.openshift.io/serving-cert-secret-name: shop-serving}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  serviceAccountName: default
  containers:
    - {name: shop, image: "shop:1", envFrom: [{secretRef: {name: shop-db}}]}
  volumes:
    - {name: tls, secret: {secretName: shop-tls}}
    - {name: serving, secret: {secretName: shop-serving}}
    - {name: ca, configMap: {name: kube-root-ca.crt}}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, annotations: {cert-manager.io/cluster-issuer: letsencrypt}}
spec: {tls: [{hosts: [shop.example.com], secretName: shop-web}]}
"#,
    },
    Example {
        title: "What is optional, declared, copied by a controller, claimed by a StatefulSet or made by a script",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {closed: true}}
external: [{kind: Secret, names: ["team-*"], reason: put there by hand}]
-- shop.yaml --
apiVersion: v1
kind: Secret
metadata:
  name: wildcard-tls
  namespace: certificates
  annotations: {reflector.v1.k8s.emberstack.com/reflection-allowed: "true"}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {volumeClaimTemplates: [{metadata: {name: data}}]}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: shop:1
      envFrom: [{secretRef: {name: extra, optional: true}}, {secretRef: {name: team-a}}]
  volumes:
    - {name: tls, secret: {secretName: wildcard-tls}}
    - {name: data, persistentVolumeClaim: {claimName: data-db-0}}
"#,
    },
    Example {
        title: "Nothing delivers Secrets here, and a chart from elsewhere may bring the ConfigMap",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- shop.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: base}
spec:
  project: default
  source: {repoURL: "https://charts.example.net", chart: base, targetRevision: 1.0.0}
  destination: {server: "https://kubernetes.default.svc", namespace: apps}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: other, namespace: shop}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers: [{name: shop, image: "shop:1", envFrom: [{configMapRef: {name: base}}]}]
---
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: shop}
spec:
  containers: [{name: shop, image: "shop:1", envFrom: [{secretRef: {name: shop}}]}]
"#,
    },
    Example {
        title: "What a store logs in with, which no store can deliver",
        outcome: Outcome::NearMiss,
        repository: r#"
-- store.yaml --
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: shop}
spec: {target: {name: shop}}
---
apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: {name: vault}
spec: {provider: {vault: {auth: {tokenSecretRef: {name: vault-token, namespace: operators, key: token}}}}}
"#,
    },
    Example {
        title: "A password beside a certificate, where nothing delivers Secrets",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- all.yaml --
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, annotations: {cert-manager.io/cluster-issuer: public}}
spec: {tls: [{hosts: [web.example.com], secretName: web-tls}]}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1.0", envFrom: [{secretRef: {name: password}}]}]}
"#,
    },
    Example {
        title: "A chart that no Application deploys, and a namespace that it writes out",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- evenkeel.yaml --
charts: [shop]
envs: {prod: {}}
-- shop/templates/all.yaml --
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: shop, namespace: shop}
spec: {target: {name: shop}}
---
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "web:1.0", envFrom: [{secretRef: {name: shop}}]}]}
"#,
    },
];
