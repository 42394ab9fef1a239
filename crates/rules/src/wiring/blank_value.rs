//! ENV-05.

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Check, Subject};
use crate::fields::walk;
use crate::images::{has_blank_part, images};
use crate::pods::pods;
use crate::routes::exposed;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-05",
    statement: "No rendered field holds Go's noise, and no host, image, address or Secret's name is blank",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
A value that nobody defined does not stop a template: it prints `<no value>` or `%!s(<nil>)`, or nothing at all, and \
the cluster takes the text for an answer.

The rule looks for these remains in every text of every object. Beside them it looks at fields that are useless when a \
part of them is blank: exposed hosts with an empty label (`shop.` of `shop.{{ .Values.domain }}`), images without a \
repository or with an empty tag (`shop:`), names of referenced Secrets, the address of a VaultConnection and the \
server of an ACME issuer. A Route or an Ingress without any host is not this rule's.

Scripts and templates of others may search for `<no value>`, which kubectl prints too: where a chart's own text \
holds it, it is meant. Definitions of kinds and Applications whose objects are rendered are not looked at. In a \
repository of charts that no Application deploys, the charts' defaults are worth no more than a note.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// What Go's templates print for nothing.
const NO_VALUE: &str = "<no value>";

/// Fields that are the name of a Secret, by their last keys.
const SECRET_NAMES: &[&[&str]] = &[
    &["secretRef", "name"],
    &["secretKeyRef", "name"],
    &["imagePullSecrets", "name"],
];

/// Addresses that an object cannot be without: group, kind, keys.
const ADDRESSES: &[(&str, &str, &[&str])] = &[
    (
        "secrets.hashicorp.com",
        "VaultConnection",
        &["spec", "address"],
    ),
    (
        "cert-manager.io",
        "ClusterIssuer",
        &["spec", "acme", "server"],
    ),
    ("cert-manager.io", "Issuer", &["spec", "acme", "server"]),
];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let subjects = context.subjects().iter();
    for subject in subjects.filter(|subject| context.is_final(subject)) {
        let mut found = Vec::new();
        noise(subject, check, &mut found);
        blanks(subject, &mut found);
        for mut finding in found {
            if context.shows_defaults(subject) {
                finding.own_severity = Some(Severity::Note);
            }
            check.report(finding);
        }
    }
}

/// What templates print when something is not defined or of another type.
fn noise(subject: &Subject<'_>, check: &Check<'_>, found: &mut Vec<Finding>) {
    walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
        let Some(text) = data.as_str() else { return };
        let Some(remains) = remains(text) else { return };
        if remains == NO_VALUE && is_meant(subject, check) {
            return;
        }
        let message = format!("`{remains}` is what a template prints for a value it does not have");
        let hint =
            "define the value for this environment, or let the template demand it (`required`)";
        let finding = Finding::new(subject, FieldPath(steps.to_vec()), message).hint(hint);
        found.push(finding);
    });
}

/// The first of Go's remains in a text.
fn remains(text: &str) -> Option<&str> {
    if let Some(at) = text.find(NO_VALUE) {
        return text.get(at..at + NO_VALUE.len());
    }
    let mut places = text.match_indices("%!");
    places.find_map(|(at, _)| {
        let rest = &text[at..];
        let end = rest.find(')')? + 1;
        let verb = rest[2..end].strip_prefix(|c: char| c.is_ascii_alphabetic());
        let inner = verb.unwrap_or(&rest[2..end]).strip_prefix('(')?;
        let is_go = match verb {
            Some(_) => inner.starts_with("<nil>") || inner.contains('=') || inner == "MISSING)",
            None => ["EXTRA ", "NOVERB)", "BADWIDTH)", "BADPREC)", "BADINDEX)"]
                .iter()
                .any(|word| inner.starts_with(word)),
        };
        is_go.then(|| &rest[..end])
    })
}

/// Whether the chart, or the plain file, says the words itself.
fn is_meant(subject: &Subject<'_>, check: &Check<'_>) -> bool {
    let app = &check.context.environment.apps[subject.app];
    let Some(source) = app.sources.get(subject.object.source) else {
        return false;
    };
    let holds = |text: &[u8]| {
        let mut windows = text.windows(NO_VALUE.len());
        windows.any(|window| window == NO_VALUE.as_bytes())
    };
    match &source.helm {
        Some(helm) => helm.chart.templates.iter().any(|file| holds(file.data())),
        None => true,
    }
}

/// Fields that are of no use while they, or a part of them, are blank.
fn blanks(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    let mut report = |path: FieldPath, message: String| {
        let hint = "a value that it is made of is empty or not defined for this environment";
        found.push(Finding::new(subject, path, message).hint(hint));
    };
    for (path, host) in exposed::hosts(subject) {
        let labels = host.trim_start_matches("*.").split('.');
        if labels.clone().count() > 1 && labels.clone().any(str::is_empty) {
            report(path, format!("the host `{host}` has an empty part"));
        }
    }
    for (path, image) in images(subject) {
        if has_blank_part(image) {
            report(path, format!("the image `{image}` has an empty part"));
        }
    }
    for pod in pods(subject) {
        let spec = FieldPath(pod.path.clone());
        let Some(data) = spec.get(subject.data()) else {
            continue;
        };
        walk(data, &mut Vec::new(), &mut |steps, data| {
            if is_secret_name(steps) && is_blank(data) {
                let steps = pod.path.iter().chain(steps).cloned();
                let message = "the name of the Secret is empty".to_owned();
                report(FieldPath(steps.collect()), message);
            }
        });
    }
    let id = &subject.object.identity;
    for (group, kind, keys) in ADDRESSES {
        let path = FieldPath::of_keys(keys.iter().copied());
        let data = path.get(subject.data());
        if id.group == *group && id.kind == *kind && data.is_some_and(is_blank) {
            report(path, "the address is empty".to_owned());
        }
    }
}

fn is_blank(data: &Data) -> bool {
    *data == Data::Null || data.as_str().is_some_and(|text| text.trim().is_empty())
}

/// Whether a path of keys, items left out, ends as that of a Secret's name.
fn is_secret_name(steps: &[Step]) -> bool {
    let keys = || {
        steps.iter().rev().filter_map(|step| match step {
            Step::Key(key) => Some(key.as_str()),
            _ => None,
        })
    };
    let ends = |name: &&[&str]| keys().take(name.len()).eq(name.iter().rev().copied());
    SECRET_NAMES.iter().any(ends)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Values that nobody defined",
        outcome: Outcome::Fails,
        repository: r#"
-- shop/values.yaml --
image: {repository: quay.io/acme/shop}
-- shop/templates/all.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default "" }}" #~ the image `quay.io/acme/shop:` has an empty part
      env:
        - name: API
          value: {{ printf "https://%s/api" .Values.host | quote }} #~ `%!s(<nil>)` is what a template prints for a value it does not have
        - name: TOKEN
          valueFrom:
            secretKeyRef:
              key: token
              name: {{ .Values.secret | quote }} #~ the name of the Secret is empty
  imagePullSecrets:
    - name: "{{ .Values.pull }}" #~ the name of the Secret is empty
---
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec:
  host: "shop.{{ .Values.domain | default "" }}" #~ the host `shop.` has an empty part
"#,
    },
    Example {
        title: "Everything is defined",
        outcome: Outcome::Passes,
        repository: r#"
-- shop/values.yaml --
domain: apps.example.com
-- shop/templates/route.yaml --
apiVersion: route.openshift.io/v1
kind: Route
metadata: {name: shop}
spec: {host: "shop.{{ .Values.domain }}"}
"#,
    },
    Example {
        title: "A script looks for the words, a registry has a port, a host is a wildcard",
        outcome: Outcome::NearMiss,
        repository: r#"
-- shop/templates/all.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: wait
      image: registry.example.com:5000/acme/wait@sha256:0a1b
      args: ["test \"$(kubectl get x -o go-template='{{"{{.status}}"}}')\" != '<no value>' && echo 100%!"]
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop}
spec:
  rules: [{host: "*.apps.example.com"}, {host: ""}]
"#,
    },
];
