//! HYG-01.

use evenkeel_diagnostics::{FileId, Severity};
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use super::tracked_keys;
use crate::context::{Context, Subject, Survey};
use crate::fields::each_text;
use crate::variation::Variations;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "HYG-01",
    statement: "No Secret carries data, and no object or file a key",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects, Input::Files, Input::Configuration],
    docs: "\
What is rendered from Git is in Git, and what was in Git once is known to everybody who ever cloned it. Secrets are \
delivered by something that reads them elsewhere: an operator of Vault, SealedSecrets, SOPS.

The rule looks at Secrets with a value in `data` or `stringData`, and at private keys (PEM) in every other object. A \
Secret that has no data, or empty values, is fine: a controller fills it (`kubernetes.io/service-account-token`). So \
are placeholders that a plugin of Argo CD replaces (`<path:…>`) or a person (`<token>`), the fields of Argo CD's \
declarations of repositories that are no credentials (`url`, `type`, `project` …), all of a bootstrap token but its \
secret, and what templates invent \
(`randAlphaNum`): another render has something else there. Manifests within a Secret are no data either. In a repository of charts that no Application deploys, the \
data are the charts' defaults, which is worth a note.

It also looks through the files of the repository that git does not ignore for what looks like a key: private keys, and \
tokens that begin as those of AWS, GitHub, GitLab, Google, Slack, npm, Docker Hub, Stripe, SendGrid, Vault, OpenShift and \
age do. Examples of keys are none, and directories called `example`, `fixtures`, `sample`, `test`, `testdata` or the plural of that \
are left out, and so are values that charts are tried with (`ci/*-values.yaml`) and files of more than a megabyte.

`forbidKinds` names kinds that nothing may render, such as ways to deliver secrets that are not this platform's.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// Keys of Argo CD's declarations of repositories and clusters that are no credentials (Argo CD, Declarative Setup).
const DECLARATIONS: &[&str] = &[
    "enableLfs",
    "enableOCI",
    "forceHttpBasicAuth",
    "insecure",
    "name",
    "namespaces",
    "noProxy",
    "project",
    "proxy",
    "server",
    "type",
    "url",
];

/// The label by which Argo CD finds its declarations.
const ARGO_LABEL: &str = "argocd.argoproj.io/secret-type";

/// The type of Secrets by which nodes join a cluster, and the one key of theirs that is secret (Kubernetes,
/// Authenticating with Bootstrap Tokens).
const BOOTSTRAP_TOKEN: &str = "bootstrap.kubernetes.io/token";
const BOOTSTRAP_SECRET: &str = "token-secret";

fn check(survey: &mut Survey<'_>) {
    for context in survey.all {
        let mut found = Vec::new();
        objects(context, &mut found);
        for finding in found {
            survey.report_in(context, finding);
        }
    }
    tracked_keys::check(survey);
}

fn objects(context: &Context<'_>, found: &mut Vec<Finding>) {
    let chance = Variations::of_chance(context);
    for subject in context.subjects() {
        let id = &subject.object.identity;
        let mut forbidden = context.config.forbid_kinds.iter();
        if forbidden.any(|at| at.value.group == id.group && at.value.kind == id.kind) {
            found.push(forbidden_kind(subject));
        }
        if id.group.is_empty() && id.kind == "Secret" {
            if let Some(mut finding) = secret(subject, &chance) {
                if context.shows_defaults(subject) {
                    finding.own_severity = Some(Severity::Note);
                }
                found.push(finding);
            }
        } else if context.is_final(subject) {
            private_keys(subject, found);
        }
    }
}

fn forbidden_kind(subject: &Subject<'_>) -> Finding {
    let id = &subject.object.identity;
    let kind = match id.group.as_str() {
        "" => id.kind.clone(),
        group => format!("{}.{group}", id.kind),
    };
    let message = format!("`forbidKinds` forbids {kind}");
    let path = FieldPath::of_keys(["kind"]);
    Finding::new(subject, path, message).hint("deliver it as this repository delivers the others")
}

/// One finding for all keys: they have one remedy.
fn secret(subject: &Subject<'_>, chance: &Variations<'_, '_>) -> Option<Finding> {
    let labels = subject
        .data()
        .get("metadata")
        .and_then(|at| at.get("labels"));
    let is_declaration = labels.is_some_and(|labels| labels.get(ARGO_LABEL).is_some());
    let is_bootstrap = subject.text("type") == BOOTSTRAP_TOKEN;
    let mut keys = Vec::new();
    for field in ["stringData", "data"] {
        let Some(Data::Map(entries)) = subject.data().get(field) else {
            continue;
        };
        for entry in entries.iter() {
            let key = String::from_utf8_lossy(&entry.key).into_owned();
            let is_known = is_declaration && DECLARATIONS.contains(&key.as_str())
                || is_bootstrap && key != BOOTSTRAP_SECRET;
            if !is_known && is_literal(&entry.value) && !is_manifest(field, &entry.value) {
                keys.push((field, key));
            }
        }
    }
    if !keys.is_empty() {
        let again = rendered_again(subject, chance);
        keys.retain(|(field, key)| !is_random(subject.data(), again.as_ref(), field, key));
    }
    let (field, first) = keys.first()?;
    let path = FieldPath::of_keys([*field, first.as_str()]);
    let names: Vec<&str> = keys.iter().map(|(_, key)| key.as_str()).collect();
    let message = format!("the Secret carries data: {}", names.join(", "));
    Some(Finding::new(subject, path, message).hint(
        "keep the value out of Git and have an operator deliver it, such as from a path in Vault",
    ))
}

/// The Secret as another run of the templates makes it.
fn rendered_again(subject: &Subject<'_>, chance: &Variations<'_, '_>) -> Option<Data> {
    let documents = chance.documents(subject);
    let mut twins = documents.iter().filter(|document| {
        let id = document.identity();
        id.kind == "Secret" && id.name == subject.name()
    });
    twins.next()?.parse().ok()
}

/// Whether a value is made anew each time, and so is in no file: a password that the chart invents.
fn is_random(now: &Data, again: Option<&Data>, field: &str, key: &str) -> bool {
    let value = |data: &Data| data.get(field)?.get(key).cloned();
    again.is_some_and(|again| value(now) != value(again))
}

fn is_literal(value: &Data) -> bool {
    let text = value.as_str().unwrap_or_default().trim();
    !text.is_empty() && !text.starts_with("<path:") && !is_placeholder(text)
}

/// Whether a value is a file of manifests, which some operators take from Secrets. A kubeconfig looks like one.
fn is_manifest(field: &str, value: &Data) -> bool {
    let text = value.as_str().unwrap_or_default();
    let decoded = match field {
        "data" => evenkeel_functions::base64_decode(text.trim().as_bytes()).ok(),
        _ => Some(text.as_bytes().to_vec()),
    };
    let documents = decoded.and_then(|text| {
        let documents = evenkeel_yaml::decode_documents(&text, FileId::NONE);
        documents.ok()
    });
    let is_object = |data: &Data| {
        let text = |key: &str| data.get(key).and_then(Data::as_str);
        let kind = text("kind").filter(|_| text("apiVersion").is_some());
        kind.is_some_and(|kind| !["Config", "Secret"].contains(&kind))
    };
    documents.is_some_and(|all| !all.is_empty() && all.iter().all(is_object))
}

/// Whether a text is but a word for what belongs there, such as `<token>`.
fn is_placeholder(text: &str) -> bool {
    let inner = text
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'));
    inner.is_some_and(|inner| !inner.contains(['<', '>', '\n']))
}

fn private_keys(subject: &Subject<'_>, found: &mut Vec<Finding>) {
    each_text(subject.data(), &mut |steps, text| {
        if is_private_key(text) {
            let path = FieldPath(steps.to_vec());
            let finding = Finding::new(subject, path, "a private key is written out".to_owned())
                .hint("replace the key: it is known to everybody who reads the repository");
            found.push(finding);
        }
    });
}

/// Whether a text holds a key in PEM with something in it (RFC 7468), rather than the mere words.
pub(super) fn is_private_key(text: &str) -> bool {
    let Some((before, after)) = text.split_once("PRIVATE KEY-----") else {
        return false;
    };
    let line = before.rsplit('\n').next().unwrap_or_default();
    // Line ends may be written out.
    let is_body = |b: &u8| b.is_ascii_alphanumeric() || b"+/=\\ \t\r\n".contains(b);
    let end = after.bytes().take_while(is_body).count();
    let (body, rest) = after.split_at(end);
    let length = body.bytes().filter(u8::is_ascii_alphanumeric).count();
    // Examples leave out the middle.
    line.contains("-----BEGIN ") && length >= MIN_KEY && rest.starts_with("-----END ")
}

/// No key is shorter in Base64: those of Ed25519 have 64 characters.
const MIN_KEY: usize = 60;

const EXAMPLES: &[Example] = &[
    Example {
        title: "A token in the values",
        outcome: Outcome::Fails,
        repository: r#"
-- shop/values.yaml --
token: s3cr3t
-- shop/templates/secret.yaml --
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData:
  token: {{ .Values.token }} #~ the Secret carries data: token
"#,
    },
    Example {
        title: "A Secret for a controller to fill, and an operator's request",
        outcome: Outcome::Passes,
        repository: r#"
-- all.yaml --
apiVersion: v1
kind: Secret
metadata: {name: token, annotations: {kubernetes.io/service-account.name: shop}}
type: kubernetes.io/service-account-token
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: shop}
spec: {mount: gitops, path: shop, destination: {name: shop, create: true}}
"#,
    },
    Example {
        title: "Another way to deliver secrets than the platform's",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
forbidKinds: [ExternalSecret.external-secrets.io]
-- all.yaml --
apiVersion: external-secrets.io/v1
kind: ExternalSecret #~ `forbidKinds` forbids ExternalSecret.external-secrets.io
metadata: {name: shop}
spec: {target: {name: shop}}
---
apiVersion: kubernetes-client.io/v1
kind: ExternalSecret
metadata: {name: other}
"#,
    },
    Example {
        title: "A default of a chart that others install",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
charts: [shop]
envs: {prod: {}}
-- shop/values.yaml --
password: guest
-- shop/templates/secret.yaml --
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData:
  password: {{ .Values.password }} #~ the Secret carries data: password
"#,
    },
    Example {
        title: "A password that the chart invents, and manifests for an operator",
        outcome: Outcome::NearMiss,
        repository: r#"
-- shop/templates/secret.yaml --
apiVersion: v1
kind: Secret
metadata: {name: shop}
data:
  password: {{ randAlphaNum 24 | b64enc }}
  objects.yaml: {{ "apiVersion: v1\nkind: ServiceAccount\n" | b64enc }}
stringData:
  more.yaml: "{apiVersion: v1, kind: ConfigMap}"
"#,
    },
    Example {
        title: "A public repository declared to Argo CD, placeholders, and words about keys",
        outcome: Outcome::NearMiss,
        repository: r#"
-- all.yaml --
apiVersion: v1
kind: Secret
metadata: {name: charts, labels: {argocd.argoproj.io/secret-type: repository}}
stringData: {type: git, url: "https://git.example.com/charts.git"}
---
apiVersion: v1
kind: Secret
metadata: {name: shop}
stringData: {token: "<path:gitops/data/shop#token>", key: <key>, other: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: bootstrap-token-shop01}
type: bootstrap.kubernetes.io/token
stringData: {token-id: shop01, usage-bootstrap-authentication: "true"}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: help}
data: {text: "starts with -----BEGIN PRIVATE KEY-----, or is like AKIAIOSFODNN7EXAMPLE"}
"#,
    },
];
