//! IMG-01.

use evenkeel_diagnostics::Severity;

use super::reference::{Reference, has_blank_part, images};
use crate::context::Check;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "IMG-01",
    statement: "Every image has a tag other than `latest`, or a digest",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
An image without a tag is `latest`, and `latest` is whatever was pushed last: two pods of one Deployment may run \
different programs, a restart is a deployment, and there is nothing to roll back to.

The rule looks at the containers of every object that describes pods: containers, init containers and ephemeral ones, \
in workloads, Jobs, CronJobs and custom resources, and at the steps and sidecars of Tekton's tasks. Images that are \
known at run time only (`$(params.image)`, blank ones that a controller fills in) are left out.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    for subject in context.subjects() {
        if !context.is_final(subject) {
            continue;
        }
        for (path, image) in images(subject) {
            let reference = Reference::new(image);
            let (message, wrong) = match (reference.digest, reference.tag) {
                // That something is missing is ENV-05's.
                _ if has_blank_part(image) => continue,
                (None, None | Some("")) => (format!("{image} has no tag"), image),
                (None, Some(tag @ "latest")) => {
                    (format!("{image} is whatever was pushed last"), tag)
                }
                _ => continue,
            };
            let finding = Finding::new(subject, path, message)
                .evidence(wrong)
                .hint("pin a tag or a digest");
            check.report(finding);
        }
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A container without a tag, and an init container with `latest`",
        outcome: Outcome::Fails,
        repository: r#"
-- shop/values.yaml --
image: quay.io/acme/shop
-- shop/templates/all.yaml --
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec:
  template:
    spec:
      initContainers:
        - name: wait
          image: busybox:latest #~ busybox:latest is whatever was pushed last
      containers:
        - name: shop
          image: {{ .Values.image }} #~ quay.io/acme/shop has no tag
"#,
    },
    Example {
        title: "What Kustomize brings is found at its file",
        outcome: Outcome::Fails,
        repository: r#"
-- app.yaml --
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: {name: shop}
spec:
  source: {repoURL: "https://git.example.com/platform.git", path: shop}
  destination: {namespace: shop}
-- shop/kustomization.yaml --
resources: [pod.yaml] #~ busybox has no tag
-- shop/pod.yaml --
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop, image: busybox}]}
"#,
    },
    Example {
        title: "Tags and digests",
        outcome: Outcome::Passes,
        repository: r#"
-- job.yaml --
apiVersion: batch/v1
kind: CronJob
metadata: {name: shop}
spec:
  jobTemplate:
    spec:
      template:
        spec:
          containers:
            - {name: a, image: "quay.io/acme/shop:v1"}
            - {name: b, image: "quay.io/acme/shop@sha256:0123"}
"#,
    },
    Example {
        title: "A registry with a port, `latest` beside a digest, and an image that a parameter names",
        outcome: Outcome::NearMiss,
        repository: r#"
-- task.yaml --
# image: nginx:latest
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec:
  steps:
    - {name: a, image: "registry.example.com:5000/acme/build:v1"}
    - {name: b, image: "quay.io/acme/build:latest@sha256:0123"}
    - {name: c, image: $(params.image)}
"#,
    },
];
