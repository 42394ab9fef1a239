//! CIP-03.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::context::{Check, Context, Subject};
use crate::fields::{each_text, find, select};
use crate::references::runs;
use crate::rule::Run;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "CIP-03",
    statement: "The credentials of registries and repositories reach the runs of Pipelines: delivered, mounted and used to pull",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Tekton gives a run the credentials that its ServiceAccount lists under `secrets`, if they bear an annotation that says \
what they are for: `tekton.dev/docker-0: https://quay.io`, `tekton.dev/git-0: https://github.com`. A Secret that is \
delivered and not listed is never used, and the push at the end of a build is refused.

For every namespace that runs start in, the rule takes the Secrets with such annotations, rendered or delivered, and \
asks for three things. The ServiceAccount of the runs lists each. A registry that the images of `images.owned` are in, \
and that a Pipeline names, has one of them. And where the runs pull images of such a registry, its Secret is a pull secret of \
the ServiceAccount or of the run's pod template.

A Secret of a webhook that is not delivered is VLT-06. The rule is for configurations that say which secrets there are \
(`secrets`) and which images are built (`images.owned`); for others it is not evaluated, and neither is a namespace whose runs' \
ServiceAccount is not rendered.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Annotations of credentials begin with one of these.
const DOCKER: &str = "tekton.dev/docker-";
const GIT: &str = "tekton.dev/git-";

/// Where an object holds the annotations of the Secret that it makes, and the Secret's name.
const SECRETS: &[(&str, &str, &str, &str)] = &[
    ("", "Secret", "metadata.annotations", "metadata.name"),
    (
        "secrets.hashicorp.com",
        "VaultStaticSecret",
        "spec.destination.annotations",
        "spec.destination.name",
    ),
    (
        "external-secrets.io",
        "ExternalSecret",
        "spec.target.template.metadata.annotations",
        "spec.target.name",
    ),
    (
        "bitnami.com",
        "SealedSecret",
        "spec.template.metadata.annotations",
        "metadata.name",
    ),
];

/// The ServiceAccount of a run that names none: Tekton's own, and that of OpenShift Pipelines.
const DEFAULT_ACCOUNTS: &[&str] = &["default", "pipeline"];

/// A Secret that Tekton may use.
struct Credential<'c> {
    name: &'c str,
    /// What it is for, such as `quay.io`.
    host: &'c str,
    is_registry: bool,
}

/// A run, in whatever object it stands.
struct Start<'c, 'a> {
    subject: &'c Subject<'a>,
    path: FieldPath,
    data: &'c Data,
}

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let mut starts: BTreeMap<&str, Vec<Start<'_, '_>>> = BTreeMap::new();
    for subject in context.subjects() {
        for path in runs(subject) {
            if let Some(data) = path.get(subject.data()) {
                let start = Start {
                    subject,
                    path,
                    data,
                };
                starts.entry(subject.namespace()).or_default().push(start);
            }
        }
    }
    if starts.is_empty() {
        return;
    }
    if context.config.secrets.is_empty() && context.config.images.owned.is_empty() {
        return check
            .undeclared("the configuration says nothing of `secrets` and of `images.owned`");
    }
    for (namespace, starts) in &starts {
        let credentials = credentials(context, namespace);
        linked(context, namespace, starts, &credentials, check);
        for start in starts {
            registries(context, start, &credentials, check);
        }
    }
}

fn credentials<'c>(context: &'c Context<'_>, namespace: &str) -> Vec<Credential<'c>> {
    let mut found = Vec::new();
    for (group, kind, annotations, name) in SECRETS {
        let secrets = context.of_kind(group, kind);
        for subject in secrets.filter(|subject| subject.namespace() == namespace) {
            let name = match subject.text(name) {
                "" => subject.name(),
                name => name,
            };
            let field = FieldPath::of_keys(annotations.split('.'));
            let Some(Data::Map(entries)) = field.get(subject.data()) else {
                continue;
            };
            for entry in entries.iter() {
                let key = String::from_utf8_lossy(&entry.key);
                let is_registry = key.starts_with(DOCKER);
                if let Some(url) = entry.value.as_str()
                    && (is_registry || key.starts_with(GIT))
                {
                    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
                    found.push(Credential {
                        name,
                        host: host.split('/').next().unwrap_or(host),
                        is_registry,
                    });
                }
            }
        }
    }
    found
}

/// The ServiceAccounts that a run uses.
fn account<'c>(start: &Start<'c, '_>) -> Option<&'c str> {
    let fields = ["taskRunTemplate.serviceAccountName", "serviceAccountName"];
    let mut found = fields.iter().flat_map(|field| select(start.data, field));
    found.next().map(|(_, name)| name)
}

fn service_account<'c, 'a>(
    context: &'c Context<'a>,
    start: &Start<'_, '_>,
) -> Option<&'c Subject<'a>> {
    let named = account(start);
    let mut all = context.of_kind("", "ServiceAccount");
    all.find(|subject| {
        let is_it = match named {
            Some(name) => subject.name() == name,
            None => DEFAULT_ACCOUNTS.contains(&subject.name()),
        };
        is_it && subject.namespace() == start.subject.namespace()
    })
}

/// Reports credentials that no ServiceAccount of the runs lists.
fn linked(
    context: &Context<'_>,
    namespace: &str,
    starts: &[Start<'_, '_>],
    credentials: &[Credential<'_>],
    check: &mut Check<'_>,
) {
    let mut accounts: BTreeMap<&str, &Subject<'_>> = BTreeMap::new();
    for start in starts {
        match service_account(context, start) {
            Some(account) => {
                accounts.insert(account.name(), account);
            }
            None => {
                let name = account(start).unwrap_or("default");
                check.skip(format!(
                    "the ServiceAccount {name} of the runs in {namespace} is not rendered"
                ));
            }
        }
    }
    let Some(first) = accounts.values().next() else {
        return;
    };
    let names: BTreeSet<&str> = credentials
        .iter()
        .map(|credential| credential.name)
        .collect();
    for name in names {
        let mut listing = accounts.values();
        if listing.any(|account| lists(account, "secrets[].name", name)) {
            continue;
        }
        let message = format!(
            "runs with the ServiceAccount {} do not get {name}",
            first.name()
        );
        let path = FieldPath::of_keys(["secrets"]);
        let hint = format!("add {name} to its `secrets`: Tekton uses what is listed there");
        let finding = Finding::new(first, path, message).evidence(name);
        check.report(finding.hint(hint));
    }
}

fn lists(subject: &Subject<'_>, field: &str, name: &str) -> bool {
    let all = select(subject.data(), field);
    all.iter().any(|(_, known)| *known == name)
}

/// Looks at the registries that a run's Pipeline names.
fn registries(
    context: &Context<'_>,
    start: &Start<'_, '_>,
    credentials: &[Credential<'_>],
    check: &mut Check<'_>,
) {
    let pipeline = select(start.data, "pipelineRef.name");
    let pipeline = pipeline.first().and_then(|(_, name)| {
        let mut all = context.of_kind("tekton.dev", "Pipeline");
        let namespace = start.subject.namespace();
        all.find(|subject| subject.name() == *name && subject.namespace() == namespace)
    });
    let Some(pipeline) = pipeline else { return };
    let mut seen = BTreeSet::new();
    each_text(pipeline.data(), &mut |steps, text| {
        let mut owned = context.config.images.owned.iter();
        if owned.any(|glob| glob.value.matches(without_tag(text)))
            && let Some((registry, _)) = text.split_once('/')
        {
            let is_pulled = matches!(steps.last(), Some(Step::Key(key)) if key == "image");
            seen.insert((registry, FieldPath(steps.to_vec()), is_pulled));
        }
    });
    let mut missing = BTreeSet::new();
    for (registry, path, is_pulled) in seen {
        let mut fitting = credentials
            .iter()
            .filter(|known| known.is_registry && known.host == registry)
            .peekable();
        let namespace = pipeline.namespace();
        if fitting.peek().is_none() {
            if missing.insert(registry) {
                let message = format!("nothing in {namespace} logs in to {registry}");
                let hint = format!(
                    "deliver a Secret with the annotation {DOCKER}0: https://{registry}, and list it in the runs' ServiceAccount"
                );
                let finding = Finding::new(pipeline, path, message).evidence(registry);
                check.report(finding.hint(hint));
            }
            continue;
        }
        if is_pulled
            && !fitting.any(|known| pulls(context, start, known.name))
            && missing.insert(registry)
        {
            let message = format!(
                "runs of {} pull from {registry} without its Secret",
                pipeline.name()
            );
            let field = match find(start.data, "taskRunTemplate").is_empty() {
                true => start.path.clone(),
                false => start.path.join(Step::Key("taskRunTemplate".to_owned())),
            };
            let names = credentials.iter().map(|known| known.name);
            let names: BTreeSet<&str> = names.collect();
            let names: Vec<&str> = names.into_iter().collect();
            let hint = format!(
                "name it under `imagePullSecrets` of the run's pod template or of its ServiceAccount; there are: {}",
                names.join(", ")
            );
            check.report(Finding::new(start.subject, field, message).hint(hint));
        }
    }
}

/// An image without its tag or digest.
fn without_tag(image: &str) -> &str {
    let image = image.split('@').next().unwrap_or(image);
    match image.rfind(':') {
        Some(at) if !image[at..].contains('/') => &image[..at],
        _ => image,
    }
}

/// Whether the pods of a run may pull with a Secret.
fn pulls(context: &Context<'_>, start: &Start<'_, '_>, name: &str) -> bool {
    let fields = [
        "taskRunTemplate.podTemplate.imagePullSecrets[].name",
        "podTemplate.imagePullSecrets[].name",
    ];
    let mut own = fields.iter().flat_map(|field| select(start.data, field));
    own.any(|(_, known)| known == name)
        || service_account(context, start)
            .is_some_and(|account| lists(account, "imagePullSecrets[].name", name))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A Secret is delivered and not listed, and nothing logs in to a registry",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: registry/quay, keys: [dockerconfigjson]}]
images: {owned: ["quay.io/shop/*", "registry.example.net/*"]}
-- ci.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: registry}
spec:
  path: registry/quay
  destination: {name: quay-auth, create: true, annotations: {tekton.dev/docker-0: "https://quay.io"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: pipeline}
secrets:
  - name: github #~ runs with the ServiceAccount pipeline do not get quay-auth
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: build}
spec:
  resourcetemplates:
    - apiVersion: tekton.dev/v1
      kind: PipelineRun
      spec:
        pipelineRef: {name: build}
        taskRunTemplate: {serviceAccountName: pipeline} #~ runs of build pull from quay.io without its Secret
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  tasks:
    - name: build
      params: [{name: IMAGE, value: "registry.example.net/shop:1"}] #~ nothing in apps logs in to registry.example.net
      taskSpec: {steps: [{name: build, image: "quay.io/shop/tools:1"}]}
"#,
    },
    Example {
        title: "Delivered, listed and used to pull",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: registry/quay, keys: [dockerconfigjson]}]
images: {owned: ["quay.io/shop/*"]}
-- ci.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: registry}
spec:
  path: registry/quay
  destination: {name: quay-auth, create: true, annotations: {tekton.dev/docker-0: "https://quay.io"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: pipeline}
secrets: [{name: quay-auth}]
imagePullSecrets: [{name: quay-auth}]
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: build}
spec:
  resourcetemplates: [{apiVersion: tekton.dev/v1, kind: PipelineRun, spec: {pipelineRef: {name: build}}}]
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec: {tasks: [{name: build, taskSpec: {steps: [{name: build, image: "quay.io/shop/tools:1"}]}}]}
"#,
    },
    Example {
        title: "A Secret of another namespace, and an image of others that a run only pulls",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/shop/*"]}
-- ci.yaml --
apiVersion: v1
kind: Secret
metadata: {name: other, namespace: other, annotations: {tekton.dev/docker-0: "https://quay.io"}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: default}
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {generateName: build-, namespace: apps}
spec: {pipelineRef: {name: build}}
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec: {description: builds quay.io/shop, tasks: [{name: build, taskSpec: {steps: [{name: build, image: "quay.io/buildah/stable:1"}]}}]}
"#,
    },
    Example {
        title: "Nothing is said of secrets and images",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- ci.yaml --
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: build}
spec: {pipelineRef: {name: build}}
"#,
    },
];
