//! VLT-07.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use super::operators::SECRETS;
use crate::context::{Check, Context, Subject};
use crate::fields::{select, walk};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "VLT-07",
    statement: "Keys that are read of a secret are keys that its path in Vault holds",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A key that is called otherwise in Vault than in the chart arrives as nothing: the Secret is there, the key is not, and \
the container waits in `CreateContainerConfigError`, or a program reads an empty value.

`secrets` of the configuration says which keys each path holds. For every `VaultStaticSecret` of a catalogued path the \
rule looks at the keys that its transformation includes, at those that its templates get (`get .Secrets \"key\"`, \
`.Secrets.key`), and at those that other objects read of the Secret that it writes: `secretKeyRef`, items of volumes, \
`…SecretRef` of issuers, `secretRef` of Tekton's interceptors. Secrets of types that Kubernetes knows must get the \
keys of their type, such as `.dockerconfigjson`.

Which keys are written follows from `includes`, `excludes` and `templates` as in the Vault Secrets Operator. Where \
these hold regular expressions beyond plain names and `.*`, or a `SecretTransformation` is named, what others read is not \
looked at; nor what is `optional`. A configuration without `secrets` is not evaluated; a path without an entry is \
VLT-08.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Keys that Secrets of a type must have.
const TYPED: &[(&str, &[&str])] = &[
    ("kubernetes.io/dockerconfigjson", &[".dockerconfigjson"]),
    ("kubernetes.io/dockercfg", &[".dockercfg"]),
    ("kubernetes.io/tls", &["tls.crt", "tls.key"]),
    ("kubernetes.io/ssh-auth", &["ssh-privatekey"]),
];

const TRANSFORMATION: &str = "spec.destination.transformation";

/// A Secret that is written from Vault.
struct Delivery<'c> {
    namespace: &'c str,
    name: &'c str,
    path: &'c str,
    keys: Vec<String>,
}

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let mut deliveries = Vec::new();
    for secret in context.of_kind(SECRETS, "VaultStaticSecret") {
        if context.config.secrets.is_empty() {
            check.undeclared("the configuration has no catalogue of secrets (`secrets`)");
            return;
        }
        let Some(held) = held(context, secret) else {
            continue;
        };
        let wrong = check.findings.len();
        asked(secret, &held, check);
        // A wrong name is one cause; what follows from it is not reported again.
        if check.findings.len() > wrong {
            continue;
        }
        if let Some(delivery) = delivery(secret, &held) {
            typed(secret, &delivery, check);
            deliveries.push(delivery);
        }
    }
    deliveries.retain(|delivery| {
        let mut plain = context.of_kind("", "Secret");
        !plain.any(|secret| {
            secret.name() == delivery.name && secret.namespace() == delivery.namespace
        })
    });
    if !deliveries.is_empty() {
        consumed(&deliveries, check);
    }
}

/// The keys that a secret's path holds; `None` if the catalogue does not know the path.
fn held<'c>(context: &'c Context<'_>, secret: &Subject<'_>) -> Option<Vec<&'c str>> {
    let path = secret.text("spec.path").trim_matches('/');
    let mut catalogue = context.config.secrets.iter().map(|secret| &secret.value);
    let entry = catalogue.find(|entry| entry.path.value.trim_matches('/') == path)?;
    Some(entry.keys.iter().map(|key| key.value.as_str()).collect())
}

/// Reports keys that a transformation asks for and the path does not hold.
fn asked(secret: &Subject<'_>, held: &[&str], check: &mut Check<'_>) {
    let mut asked: Vec<(FieldPath, String)> = Vec::new();
    for (path, pattern) in select(secret.data(), &format!("{TRANSFORMATION}.includes[]")) {
        let name = pattern.strip_prefix('^').and_then(|p| p.strip_suffix('$'));
        let name = name.map(|name| name.replace("\\.", "."));
        asked.extend(name.filter(|name| is_plain(name)).map(|name| (path, name)));
    }
    for (path, _, text) in templates(secret) {
        asked.extend(
            got(text)
                .into_iter()
                .map(|key| (path.clone(), key.to_owned())),
        );
    }
    for (field, key) in asked {
        if held.contains(&key.as_str()) {
            continue;
        }
        let path = secret.text("spec.path");
        let message = format!("{path} has no key {key}");
        let finding = Finding::new(secret, field, message)
            .evidence(&key)
            .meant(closest(&key, held.iter().copied()))
            .hint(format!("its keys are: {}", held.join(", ")));
        check.report(finding);
    }
}

/// What a secret writes; `None` where that cannot be told.
fn delivery<'c>(secret: &'c Subject<'_>, held: &[&str]) -> Option<Delivery<'c>> {
    let create = FieldPath::of_keys(["spec", "destination", "create"]);
    if !matches!(create.get(secret.data()), Some(Data::Bool(true))) {
        return None;
    }
    let field = FieldPath::of_keys(TRANSFORMATION.split('.'));
    let transformation = field.get(secret.data());
    if transformation.is_some_and(|t| t.get("transformationRefs").is_some()) {
        return None;
    }
    let patterns = |key: &str| -> Vec<&str> {
        let all = select(secret.data(), &format!("{TRANSFORMATION}.{key}[]"));
        all.into_iter().map(|(_, pattern)| pattern).collect()
    };
    let (includes, excludes) = (patterns("includes"), patterns("excludes"));
    let mut keys = Vec::new();
    for key in held {
        let is_in = includes.is_empty() || any_fits(&includes, key)?;
        if is_in && !any_fits(&excludes, key)? {
            keys.push((*key).to_owned());
        }
    }
    let raw = transformation.and_then(|t| t.get("excludeRaw"));
    if !matches!(raw, Some(Data::Bool(true))) {
        keys.push("_raw".to_owned());
    }
    keys.extend(templates(secret).into_iter().map(|(_, name, _)| name));
    Some(Delivery {
        namespace: secret.namespace(),
        name: secret.text("spec.destination.name"),
        path: secret.text("spec.path"),
        keys,
    })
}

/// Whether one of the patterns fits; `None` for regular expressions that are more than names.
fn any_fits(patterns: &[&str], key: &str) -> Option<bool> {
    let mut fits = false;
    for pattern in patterns {
        if matches!(*pattern, ".*" | "^.*$") {
            fits = true;
            continue;
        }
        let name = pattern.strip_prefix('^')?.strip_suffix('$')?;
        let name = name.replace("\\.", ".");
        if !is_plain(&name) {
            return None;
        }
        fits |= name == key;
    }
    Some(fits)
}

/// Whether a pattern is no more than a name. A `.` fits itself too.
fn is_plain(name: &str) -> bool {
    let mut chars = name.chars();
    chars.all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}

/// The templates of a transformation: field, key in the Secret, text.
fn templates<'c>(secret: &'c Subject<'_>) -> Vec<(FieldPath, String, &'c str)> {
    let field = FieldPath::of_keys(TRANSFORMATION.split('.'));
    let field = field.join(Step::Key("templates".to_owned()));
    let Some(Data::Map(entries)) = field.get(secret.data()) else {
        return Vec::new();
    };
    let all = entries.iter().filter_map(|entry| {
        let key = String::from_utf8_lossy(&entry.key).into_owned();
        let text = entry.value.get("text")?.as_str()?;
        let path = field.join(Step::Key(key.clone()));
        Some((path.join(Step::Key("text".to_owned())), key, text))
    });
    all.collect()
}

/// The keys that a template gets.
fn got(text: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let found = text.match_indices(".Secrets").filter_map(|(at, word)| {
        let before = text[..at].trim_end();
        let after = &text[at + word.len()..];
        if let Some(field) = after.strip_prefix('.') {
            let end = field.find(|c| !is_word(c)).unwrap_or(field.len());
            return Some(&field[..end]);
        }
        let quoted = after.trim_start().strip_prefix('"')?;
        let is_read = before.ends_with("get") || before.ends_with("index");
        is_read.then(|| quoted.split('"').next()).flatten()
    });
    found.filter(|key| !key.is_empty()).collect()
}

/// Reports a Secret of a known type that lacks a key of the type.
fn typed(secret: &Subject<'_>, delivery: &Delivery<'_>, check: &mut Check<'_>) {
    let kind = secret.text("spec.destination.type");
    let wanted = TYPED.iter().find(|(known, _)| *known == kind);
    let Some((_, wanted)) = wanted else { return };
    for key in wanted
        .iter()
        .filter(|key| !delivery.keys.iter().any(|known| known == *key))
    {
        let message = format!(
            "the Secret {} of type {kind} gets no key {key}",
            delivery.name
        );
        let path = FieldPath::of_keys(["spec", "destination", "type"]);
        let hint = format!("write the key with a template of the transformation: `{key}`");
        check.report(Finding::new(secret, path, message).hint(hint));
    }
}

/// Reports what other objects read of Secrets and is not in them.
fn consumed(deliveries: &[Delivery<'_>], check: &mut Check<'_>) {
    let mut found = Vec::new();
    for subject in check.context.subjects() {
        walk(subject.data(), &mut Vec::new(), &mut |steps, data| {
            let Some(Step::Key(field)) = steps.last() else {
                return;
            };
            for (name, key, rest) in reads(field, data) {
                let mut of_name = deliveries.iter().filter(|delivery| {
                    // Objects of the whole cluster read of a namespace that they do not say.
                    delivery.name == name
                        && (subject.namespace().is_empty()
                            || delivery.namespace == subject.namespace())
                });
                let Some(delivery) = of_name.next().filter(|_| of_name.next().is_none()) else {
                    continue;
                };
                if delivery.keys.iter().any(|known| known == key) {
                    continue;
                }
                let mut path = FieldPath(steps.to_vec());
                path.0.extend(rest);
                found.push(missing(subject, path, delivery, key));
            }
        });
    }
    for finding in found {
        check.report(finding);
    }
}

fn missing(subject: &Subject<'_>, path: FieldPath, delivery: &Delivery<'_>, key: &str) -> Finding {
    let message = format!("the Secret {} has no key {key}", delivery.name);
    let keys: Vec<&str> = delivery.keys.iter().map(String::as_str).collect();
    let hint = format!(
        "it is written from {}, with the keys {}",
        delivery.path,
        keys.join(", ")
    );
    Finding::new(subject, path, message)
        .evidence(key)
        .meant(closest(key, keys.into_iter()))
        .hint(hint)
}

/// The keys of Secrets that a field reads: name, key, and the rest of the key's path.
fn reads<'d>(field: &str, data: &'d Data) -> Vec<(&'d str, &'d str, Vec<Step>)> {
    let text = |data: &'d Data, key: &str| data.get(key).and_then(Data::as_str);
    if matches!(data.get("optional"), Some(Data::Bool(true))) {
        return Vec::new();
    }
    let pair = |name: &str, key: &str| -> Vec<(&'d str, &'d str, Vec<Step>)> {
        let found = text(data, name).zip(text(data, key));
        let found = found.map(|(name, value)| (name, value, vec![Step::Key(key.to_owned())]));
        found.into_iter().collect()
    };
    match field {
        "secretKeyRef" => pair("name", "key"),
        "secretRef" => pair("secretName", "secretKey"),
        "secret" => {
            let (Some(name), Some(Data::List(items))) = (secret_name(data), data.get("items"))
            else {
                return Vec::new();
            };
            let keys = items.iter().enumerate().filter_map(|(i, item)| {
                let rest = ["items", "", "key"].map(|key| match key {
                    "" => Step::Index(i),
                    key => Step::Key(key.to_owned()),
                });
                Some((name, text(&item.value, "key")?, rest.to_vec()))
            });
            keys.collect()
        }
        field if field.ends_with("SecretRef") => pair("name", "key"),
        _ => Vec::new(),
    }
}

fn text<'d>(data: &'d Data, key: &str) -> Option<&'d str> {
    data.get(key).and_then(Data::as_str)
}

/// Volumes of a single source name a Secret otherwise than projected ones.
fn secret_name(data: &Data) -> Option<&str> {
    text(data, "secretName").or_else(|| text(data, "name"))
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Keys are called otherwise in Vault",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets:
  - {path: shop/config, keys: [FAKE_SECRET]}
  - {path: shop/registry, keys: [dockerconfigjson]}
  - {path: shop/db, keys: [username, password]}
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: config}
spec:
  path: shop/config
  destination:
    name: config
    create: true
    transformation:
      includes:
        - ^fake_secret$ #~ shop/config has no key fake_secret
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: registry}
spec:
  path: shop/registry
  destination:
    name: registry
    create: true
    type: kubernetes.io/dockerconfigjson #~ the Secret registry of type kubernetes.io/dockerconfigjson gets no key .dockerconfigjson
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {path: shop/db, destination: {name: db, create: true, transformation: {excludes: [^password$]}}}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: shop:1
      env:
        - name: PASSWORD
          valueFrom:
            secretKeyRef:
              name: db
              key: password #~ the Secret db has no key password
"#,
    },
    Example {
        title: "All keys are there",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: shop/registry, keys: [dockerconfigjson]}]
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: registry}
spec:
  path: shop/registry
  destination:
    name: registry
    create: true
    type: kubernetes.io/dockerconfigjson
    transformation:
      excludeRaw: true
      excludes: [".*"]
      templates: {.dockerconfigjson: {text: '{{- get .Secrets "dockerconfigjson" -}}'}}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers: [{name: shop, image: "shop:1"}]
  volumes: [{name: auth, secret: {secretName: registry, items: [{key: .dockerconfigjson, path: auth.json}]}}]
"#,
    },
    Example {
        title: "Another namespace's Secret, an optional key, a pattern, and a Secret with keys of its own",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
secrets: [{path: shop/db, keys: [username, password]}]
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {path: shop/db, destination: {name: db, create: true, transformation: {includes: [^username$]}}} # not ^user$
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: other}
spec: {path: shop/db, destination: {name: other, create: true, transformation: {includes: ["^(user|pass).*$"]}}}
---
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: own}
spec: {path: shop/db, destination: {name: own, create: false}}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers:
    - name: shop
      image: shop:1
      env:
        - {name: A, valueFrom: {secretKeyRef: {name: db, key: hint, optional: true}}}
        - {name: B, valueFrom: {secretKeyRef: {name: other, key: anything}}}
        - {name: C, valueFrom: {secretKeyRef: {name: own, key: anything}}}
---
apiVersion: v1
kind: Pod
metadata: {name: shop, namespace: elsewhere}
spec:
  containers:
    - {name: shop, image: "shop:1", env: [{name: A, valueFrom: {secretKeyRef: {name: db, key: hint}}}]}
"#,
    },
    Example {
        title: "There is no catalogue",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- vault.yaml --
apiVersion: secrets.hashicorp.com/v1beta1
kind: VaultStaticSecret
metadata: {name: db}
spec: {path: shop/db, destination: {name: db, create: true}}
"#,
    },
];
