//! IMG-06.

use std::collections::{BTreeMap, BTreeSet};

use evenkeel_diagnostics::Severity;

use super::reference::full_name;
use super::updater::{Updater, Watched, updaters};
use crate::context::{Context, Survey};
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-06",
    statement: "One Application writes a file of images, and an image is of one set of platforms",
    severity: Severity::Error,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
Two Applications whose image updaters commit to the same file of the same branch undo each other's tags, or fail at \
each other's pushes. Two environments that look for one image on different platforms find different tags.

The rule looks at the Applications of all environments that Argo CD Image Updater writes back to Git for \
(`write-back-method: git`): the file of `write-back-target` and the branch of `git-branch`. And at `platforms` of each \
image that any of them watches.

A configuration without `images.owned` is not evaluated.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// An Application of an environment, which the updater updates.
type Writer<'c, 'a> = (&'c Context<'a>, Updater<'c>);

fn check(survey: &mut Survey<'_>) {
    if survey.config.images.owned.is_empty() {
        return survey.undeclared("the configuration names no images (`images.owned`)");
    }
    let all = survey.all;
    let all: Vec<Writer<'_, '_>> = all
        .iter()
        .flat_map(|context| {
            updaters(context)
                .into_iter()
                .map(move |updater| (context, updater))
        })
        .collect();
    files(&all, survey);
    platforms(&all, survey);
}

/// Reports every writer of a file but the first.
fn files(all: &[Writer<'_, '_>], survey: &mut Survey<'_>) {
    let mut known: BTreeMap<(String, String), &Writer<'_, '_>> = BTreeMap::new();
    for writer in all {
        let (context, updater) = writer;
        let Some(target) = updater.write_back() else {
            continue;
        };
        let first = known
            .entry((target.branch.clone(), target.file.clone()))
            .or_insert(writer);
        if std::ptr::eq(*first, writer) {
            continue;
        }
        let (other, name) = (&first.1.app.name, &updater.app.name);
        let other = match other == name {
            true => format!("{other} of {}", first.0.environment.name),
            false => other.clone(),
        };
        let message = format!(
            "{name} writes {} on {}, and so does {other}",
            target.file, target.branch
        );
        let place = updater.place(context, "write-back-target");
        if let Some((subject, path)) = place {
            let hint = "give each a file of its own";
            survey.report_in(context, Finding::new(subject, path, message).hint(hint));
        }
    }
}

/// Reports images whose platforms differ from those that the first Application looks for.
fn platforms(all: &[Writer<'_, '_>], survey: &mut Survey<'_>) {
    let mut known: BTreeMap<String, (BTreeSet<&str>, &str)> = BTreeMap::new();
    for (context, updater) in all {
        for image in &updater.images {
            let (key, own) = platforms_of(updater, image);
            let first = known
                .entry(full_name(image.repository))
                .or_insert_with(|| (own.clone(), &updater.app.name));
            if first.0 == own {
                continue;
            }
            let message = format!(
                "{} looks for {} on {}, {} on {}",
                updater.app.name,
                image.repository,
                listed(&own),
                first.1,
                listed(&first.0)
            );
            if let Some((subject, path)) = updater.place(context, &key) {
                let hint = "look for the platforms that the image is built for, everywhere";
                survey.report_in(context, Finding::new(subject, path, message).hint(hint));
            }
        }
    }
}

fn platforms_of<'c>(updater: &Updater<'c>, image: &Watched<'_>) -> (String, BTreeSet<&'c str>) {
    let option = updater.option(image, "platforms");
    let (key, value) = option.unwrap_or(("image-list".to_owned(), ""));
    let set = value
        .split(',')
        .map(str::trim)
        .filter(|one| !one.is_empty());
    (key, set.collect())
}

fn listed(platforms: &BTreeSet<&str>) -> String {
    match platforms.is_empty() {
        true => "the updater's own platform".to_owned(),
        false => platforms.iter().copied().collect::<Vec<_>>().join(", "),
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "Two Applications write one file, and look for different platforms",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"]}
-- a.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop-eu
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/shop.platforms: linux/amd64
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/write-back-target: helmvalues:/shop/values-prod.yaml
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop, targetRevision: main}
  destination: {namespace: eu}
-- b.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop-us
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/shop.platforms: linux/arm64 #~ shop-us looks for quay.io/acme/shop on linux/arm64, shop-eu on linux/amd64
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/write-back-target: helmvalues:values-prod.yaml #~ shop-us writes shop/values-prod.yaml on main of https://git.example.com/platform.git, and so does shop-eu
    argocd-image-updater.argoproj.io/git-branch: main
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop, targetRevision: main}
  destination: {namespace: us}
-- shop/pod.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "A file for each",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"]}
-- a.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/write-back-method: git
    argocd-image-updater.argoproj.io/write-back-target: helmvalues:/shop/values-prod.yaml
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop, targetRevision: main}
  destination: {namespace: shop}
-- shop/pod.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
"#,
    },
    Example {
        title: "The same platforms in another order, another branch, parameters of two Applications beside one chart",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {}}
images: {owned: ["quay.io/acme/*"]}
-- apps.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop-eu
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/shop.platforms: "linux/arm64, linux/amd64"
    argocd-image-updater.argoproj.io/write-back-method: git
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop, targetRevision: main}
  destination: {namespace: eu}
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata:
  name: shop-us
  annotations:
    argocd-image-updater.argoproj.io/image-list: shop=quay.io/acme/shop
    argocd-image-updater.argoproj.io/platforms: linux/amd64,linux/arm64 # for all of its images
    argocd-image-updater.argoproj.io/write-back-method: git
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop, targetRevision: main}
  destination: {namespace: us}
-- shop/pod.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
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
