//! IMG-05.

use std::collections::BTreeSet;

use evenkeel_config::{Pattern, closest};
use evenkeel_diagnostics::{FileId, Severity, SourceKind};
use evenkeel_gitops::App;
use evenkeel_manifest::FieldPath;
use evenkeel_semver::Version;
use evenkeel_value::Data;

use super::reference::{Reference, full_name, images};
use super::updater::{Updater, Watched, WriteBack, updaters};
use crate::context::{Check, Context};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-05",
    statement: "What Argo CD Image Updater is told fits the Application that it updates",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects, Input::Files],
    docs: "\
The image updater reads annotations, and says nothing of those that fit nothing: an alias that is misspelt, an image \
that the Application does not run, a key that its values do not have, a pattern that no tag matches. The tag then \
stays where it is. One that it writes to a file of all environments goes everywhere at once.

Of each Application with the annotation `image-list` the rule demands:

- options name an alias of the list;
- each image is one that the Application runs, unless it has `force-update`;
- `update-strategy` is one that there is; tags are versions (SemVer) where it is `semver`, the default;
- `allow-tags` allows the tag that runs, and none that `images.tag` does not; without it a strategy that takes the \
newest needs none only where `images.tag` is not declared;
- with `write-back-method: git` and `write-back-target: helmvalues:…`, the file exists, the Application reads it, no \
other environment does, and it has the keys that are written (`helm.image-name`, `helm.image-tag`).

A configuration without `images.owned` is not evaluated; nor are Applications that cannot be rendered from here.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Its strategies, with their older names.
const STRATEGIES: &[&str] = &[
    "alphabetical",
    "digest",
    "latest",
    "name",
    "newest-build",
    "semver",
];

/// Tags that no grammar of releases should let in.
const PROBES: &[&str] = &["latest", "main", "0"];

fn check(check: &mut Check<'_>) {
    let context = check.context;
    if context.config.images.owned.is_empty() {
        return check.undeclared("the configuration names no images (`images.owned`)");
    }
    for updater in updaters(context) {
        if let Some(reason) = updater.app.opaque_reasons().next() {
            check.skip(format!("{}: {reason}", updater.app.name));
            continue;
        }
        aliases(&updater, check);
        let running = running(updater.app, context);
        for image in &updater.images {
            let tags = tags_of(image, &running);
            if tags.is_empty() && !running.is_empty() && !is_forced(&updater, image) {
                not_running(&updater, image, &running, check);
            }
            strategy(&updater, image, &tags, check);
            allowed(&updater, image, &tags, check);
        }
        if let Some(target) = updater.write_back().filter(|target| target.is_values) {
            target_file(&updater, &target, check);
        }
    }
}

/// Reports a problem of an annotation.
fn report(
    updater: &Updater<'_>,
    annotation: &str,
    finding: impl FnOnce(Finding) -> Finding,
    message: String,
    check: &mut Check<'_>,
) {
    if let Some((subject, path)) = updater.place(check.context, annotation) {
        check.report(finding(Finding::new(subject, path, message)));
    }
}

fn aliases(updater: &Updater<'_>, check: &mut Check<'_>) {
    let known = || updater.images.iter().map(|image| image.alias);
    for (key, _) in &updater.annotations {
        let Some((alias, _)) = key.split_once('.') else {
            continue;
        };
        if !known().any(|known| known == alias) {
            let message =
                format!("`{key}` is of no image: no entry of `image-list` is `{alias}=…`");
            let finish = |finding: Finding| {
                let finding = finding.evidence(key).meant(closest(alias, known()));
                finding.hint("name an alias of the list, or delete the annotation")
            };
            report(updater, key, finish, message, check);
        }
    }
}

/// The images that an Application's containers run, by their full names, with their tags.
fn running<'c>(app: &App, context: &'c Context<'_>) -> Vec<(String, Option<&'c str>)> {
    let of_app = context.subjects().iter();
    let of_app = of_app.filter(|subject| std::ptr::eq(&context.environment.apps[subject.app], app));
    of_app
        .flat_map(images)
        .map(|(_, image)| {
            let reference = Reference::new(image);
            (full_name(reference.repository), reference.tag)
        })
        .collect()
}

/// The tags of a watched image that run; empty text where it runs by its digest.
fn tags_of<'c>(image: &Watched<'_>, running: &[(String, Option<&'c str>)]) -> BTreeSet<&'c str> {
    let name = full_name(image.repository);
    let own = running.iter().filter(|(repository, _)| *repository == name);
    own.map(|(_, tag)| tag.unwrap_or_default()).collect()
}

fn is_forced(updater: &Updater<'_>, image: &Watched<'_>) -> bool {
    let forced = updater.option(image, "force-update");
    forced.is_some_and(|(_, value)| value == "true")
}

fn not_running(
    updater: &Updater<'_>,
    image: &Watched<'_>,
    running: &[(String, Option<&str>)],
    check: &mut Check<'_>,
) {
    let message = format!("{} does not run {}", updater.app.name, image.repository);
    let names = running.iter().map(|(repository, _)| repository.as_str());
    let finish = |finding: Finding| {
        let finding = finding.evidence(image.repository);
        let finding = finding.meant(closest(image.repository, names));
        finding.hint("name the repository of an image that its containers have")
    };
    report(updater, "image-list", finish, message, check);
}

fn strategy(
    updater: &Updater<'_>,
    image: &Watched<'_>,
    tags: &BTreeSet<&str>,
    check: &mut Check<'_>,
) {
    let option = updater.option(image, "update-strategy");
    let (key, strategy) = option.unwrap_or(("image-list".to_owned(), "semver"));
    if !STRATEGIES.contains(&strategy) {
        let message = format!("there is no update strategy `{strategy}`");
        let finish = |finding: Finding| {
            let known = STRATEGIES.iter().copied();
            let finding = finding.evidence(strategy).meant(closest(strategy, known));
            finding.hint(format!("there are: {}", STRATEGIES.join(", ")))
        };
        report(updater, &key, finish, message, check);
    }
    let mut tags = tags.iter().filter(|tag| !tag.is_empty());
    let other = tags.find(|tag| Version::parse(tag).is_err());
    if let ("semver", Some(tag)) = (strategy, other) {
        let message = format!("the strategy semver passes over tags such as {tag}, which runs");
        let hint = "use newest-build with allow-tags, or tags that are versions";
        report(updater, &key, |finding| finding.hint(hint), message, check);
    }
}

/// Compares `allow-tags` with the tag that runs and with the form of tags that the configuration declares.
fn allowed(
    updater: &Updater<'_>,
    image: &Watched<'_>,
    tags: &BTreeSet<&str>,
    check: &mut Check<'_>,
) {
    let settings = &check.context.config.images;
    let mut owned = settings.owned.iter();
    let is_owned = owned.any(|glob| glob.value.matches(image.repository));
    let grammar = settings.tag.as_ref().filter(|_| is_owned);
    let hint = |finding: Finding| match grammar {
        Some(grammar) => finding.hint(format!(
            "allow the tags of the pipeline: regexp:{}",
            grammar.value.as_str()
        )),
        None => finding.hint("allow the tag that runs"),
    };
    let Some((key, value)) = updater.option(image, "allow-tags") else {
        let strategy = updater.option(image, "update-strategy");
        let takes_any = strategy.is_some_and(|(_, strategy)| strategy != "semver");
        if grammar.is_some() && takes_any {
            let message = format!(
                "without allow-tags any tag of {} is taken",
                image.repository
            );
            report(updater, "image-list", hint, message, check);
        }
        return;
    };
    // `any`, the default, says no more than its absence.
    let Some(text) = value.strip_prefix("regexp:") else {
        return;
    };
    let pattern = match Pattern::new(text) {
        Ok(pattern) => pattern,
        Err(why) => {
            let message = format!("`{text}` is no regular expression: {why}");
            return report(updater, &key, |finding| finding, message, check);
        }
    };
    let mut running = tags.iter().filter(|tag| !tag.is_empty());
    if let Some(tag) = running.find(|tag| !pattern.is_match(tag)) {
        let message = format!("allow-tags does not allow {tag}, which runs");
        return report(updater, &key, hint, message, check);
    }
    let Some(grammar) = grammar else { return };
    let older = tags.iter().map(|tag| tag.replace("-commit.g", "-commit."));
    let mut probes = PROBES.iter().map(|tag| (*tag).to_owned()).chain(older);
    let others = probes.find(|tag| pattern.is_match(tag) && !grammar.value.is_match(tag));
    if let Some(tag) = others {
        let message = format!(
            "allow-tags allows {tag}, which is not {}",
            grammar.value.as_str()
        );
        report(updater, &key, hint, message, check);
    }
}

/// The file that is written: it exists, it is this environment's own, and it has the keys.
fn target_file(updater: &Updater<'_>, target: &WriteBack, check: &mut Check<'_>) {
    let context = check.context;
    let file = target.file.as_str();
    let key = "write-back-target";
    let env = &context.environment.name;
    let Some(text) = context.tree.read(file) else {
        let message = format!("the updater writes {file}, which does not exist");
        let hint = "name the values file of the environment";
        return report(updater, key, |finding| finding.hint(hint), message, check);
    };
    if !reads(updater.app, file, context) {
        let message = format!(
            "the updater writes {file}, which {} does not read",
            updater.app.name
        );
        let hint = "name one of the Application's `valueFiles`";
        return report(updater, key, |finding| finding.hint(hint), message, check);
    }
    let others = check
        .all
        .iter()
        .filter(|other| other.environment.name != *env);
    let mut others = others.flat_map(|other| {
        let apps = other.environment.apps.iter();
        apps.filter(move |app| reads(app, file, other))
    });
    if let Some(other) = others.next() {
        let message = format!("the updater writes {file}, which {} reads too", other.name);
        let hint = format!("name a values file of {env} alone");
        report(updater, key, |finding| finding.hint(hint), message, check);
    }
    let data = evenkeel_yaml::decode(&text, FileId::NONE).unwrap_or_default();
    for image in &updater.images {
        keys(updater, image, file, &data, check);
    }
}

/// Whether an Application takes values from a file: one that it names, or its chart's own.
fn reads(app: &App, file: &str, context: &Context<'_>) -> bool {
    let sources = &context.environment.sources;
    let names = |id: FileId| {
        let source = sources.get(id);
        source.is_some_and(|source| source.kind == SourceKind::File && *source.name == *file)
    };
    let mut charts = app.sources.iter().filter_map(|source| source.helm.as_ref());
    let paths = app
        .application
        .iter()
        .flat_map(|application| &application.sources);
    let mut defaults = paths.map(|source| format!("{}/values.yaml", source.path.trim_matches('/')));
    charts.any(|helm| helm.values.layers.iter().any(|layer| names(layer.file)))
        || defaults.any(|default| default == file)
}

/// The keys that are written are there, and the image's name is the watched one.
fn keys(
    updater: &Updater<'_>,
    image: &Watched<'_>,
    file: &str,
    data: &Data,
    check: &mut Check<'_>,
) {
    let find = |name: &str| {
        let path = FieldPath::of_keys(name.split('.'));
        // A key may also hold the dots.
        path.get(data).or_else(|| data.get(name))
    };
    let or_default = |option: &str, default: &'static str| {
        let found = updater.option(image, option);
        found.unwrap_or(("image-list".to_owned(), default))
    };
    let spec = updater.option(image, "helm.image-spec");
    let names = match spec {
        Some(spec) => vec![spec],
        None => vec![
            or_default("helm.image-name", "image.name"),
            or_default("helm.image-tag", "image.tag"),
        ],
    };
    for (key, name) in names {
        match find(name) {
            None => {
                let message = format!("{file} has no `{name}`, which the updater writes");
                let hint = "name the key that holds it, or add it to the file";
                let finish = |finding: Finding| finding.evidence(name).hint(hint);
                report(updater, &key, finish, message, check);
            }
            Some(Data::Str(_)) if key.ends_with("image-name") => {
                let value = find(name).and_then(Data::as_str).unwrap_or_default();
                if full_name(value) != full_name(image.repository) {
                    let message = format!(
                        "`{name}` of {file} is {value}, and the updater watches {}",
                        image.repository
                    );
                    let finish = |finding: Finding| finding.evidence(name);
                    report(updater, &key, finish, message, check);
                }
            }
            Some(_) => {}
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "An alias is misspelt, the image is another one, the pattern fits no tag, the file is everybody's",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"], tag: '^v\d+-g[0-9a-f]{7}$'}
-- shop.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/shop.update-strategy: newest #~ there is no update strategy `newest`
    argocd-image-updater.argoproj.io/shpo.platforms: linux/amd64 #~ `shpo.platforms` is of no image: no entry of `image-list` is `shpo=…`
    argocd-image-updater.argoproj.io/shop.allow-tags: regexp:^v[0-9]+-[0-9a-f]{7}$ #~ allow-tags does not allow v1-g0123456, which runs
    argocd-image-updater.argoproj.io/shop.helm.image-name: image.repository
    argocd-image-updater.argoproj.io/shop.helm.image-tag: image.version #~ shop/values-prod.yaml has no `image.version`, which the updater writes
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/write-back-target: helmvalues:/shop/values-prod.yaml
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-prod.yaml]}
  destination: {namespace: shop}
-- mail.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: mail
  annotations:
    argocd-image-updater.argoproj.io/image-list: mail=quay.io/acme/mial #~ mail does not run quay.io/acme/mial
    argocd-image-updater.argoproj.io/mail.allow-tags: regexp:^v[0-9]+
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/write-back-target: helmvalues:values-common.yaml #~ the updater writes mail/values-common.yaml, which does not exist
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: mail}
  destination: {namespace: mail}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values-prod.yaml --
image: {repository: quay.io/acme/shop, tag: v1-g0123456}
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers: [{name: shop, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}]
-- mail/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: mail}
spec: {containers: [{name: mail, image: "quay.io/acme/mail:v1-g0123456"}]}
"#,
    },
    Example {
        title: "Everything fits",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"], tag: '^v\d+-g[0-9a-f]{7}$'}
-- shop.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/shop.update-strategy: newest-build
    argocd-image-updater.argoproj.io/shop.allow-tags: regexp:^v[0-9]+-g[0-9a-f]{7}$
    argocd-image-updater.argoproj.io/shop.helm.image-name: image.repository
    argocd-image-updater.argoproj.io/shop.helm.image-tag: image.tag
    argocd-image-updater.argoproj.io/write-back-method: git:secret:argocd/git
    argocd-image-updater.argoproj.io/write-back-target: helmvalues:values-prod.yaml
spec:
  source:
    repoURL: https://git.example.com/platform.git
    path: shop
    helm: {valueFiles: [values-prod.yaml]}
  destination: {namespace: shop}
-- shop/Chart.yaml --
{apiVersion: v2, name: shop, version: 1.0.0}
-- shop/values-prod.yaml --
image: {repository: quay.io/acme/shop, tag: v1-g0123456}
-- shop/templates/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec:
  containers: [{name: shop, image: "{{ .Values.image.repository }}:{{ .Values.image.tag }}"}]
"#,
    },
    Example {
        title: "Docker Hub by its short name, an image that need not run, a target that is no values file",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"], tag: '^v\d+$'}
-- web.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: web
  annotations:
    # Not shop=quay.io/acme/shop.
    argocd-image-updater.argoproj.io/image-list: "web=nginx:1.x, job=quay.io/acme/job"
    argocd-image-updater.argoproj.io/job.force-update: "true"
    argocd-image-updater.argoproj.io/allow-tags: any
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/git-branch: main:images
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: web}
  destination: {namespace: web}
-- web/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {containers: [{name: web, image: "docker.io/library/nginx:1.27.0"}]}
"#,
    },
    Example {
        title: "No images are declared",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
];
