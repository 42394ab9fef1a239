//! PAR-09.

use evenkeel_config::{Environment, Quantity, Spanned};
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::{FieldPath, Step};
use evenkeel_value::Data;

use crate::claims::{Claim, each_claim};
use crate::context::{Check, Subject};
use crate::quantity::{parse, quantity};
use crate::scaling::scales;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "PAR-09",
    statement: "Volumes name the environment's StorageClass, and nothing is smaller than its floor",
    severity: Severity::Warning,
    scope: Scope::Policy,
    inputs: &[Input::Objects],
    docs: "\
A volume that names no class gets the cluster's default, which is another one on the next cluster, and cannot be moved \
later. Sizes and numbers of replicas that suit a developer's machine do not suit users.

With `storageClass` declared, every claim must name it: PersistentVolumeClaims, and templates of claims in \
StatefulSets, custom resources and Tekton's runs (whatever asks for `resources.requests.storage`). A claim that names \
its volume (`volumeName`) is left out. With `floor.storage`, a claim asks for at least as much; with `floor.replicas`, \
a Deployment or StatefulSet runs at least as many, or its HorizontalPodAutoscaler does.

An environment that declares none of these is not evaluated.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let declares = |env: &&Environment| {
        env.storage_class.is_some() || env.floor.storage.is_some() || env.floor.replicas.is_some()
    };
    let Some(settings) = context.settings.filter(declares) else {
        return check.undeclared("the configuration declares no `storageClass` and no `floor`");
    };
    let mut found = Vec::new();
    for subject in context.subjects() {
        if context.is_final(subject) {
            claims(subject, settings, &context.environment.name, &mut found);
        }
    }
    for finding in found {
        check.report(finding);
    }
    if let Some(least) = &settings.floor.replicas {
        replicas(least, check);
    }
}

/// Looks at what asks for storage as a claim does.
fn claims(subject: &Subject<'_>, settings: &Environment, env: &str, found: &mut Vec<Finding>) {
    each_claim(subject.data(), &mut |steps, claim| {
        let path = FieldPath(steps.to_vec());
        if claim.spec.get("volumeName").is_none()
            && let Some(class) = &settings.storage_class
        {
            found.extend(class_of(subject, &path, &claim, &class.value, env));
        }
        if let Some(least) = &settings.floor.storage
            && is_less(claim.size, least)
        {
            let keys = ["resources", "requests", "storage"].map(|key| Step::Key(key.to_owned()));
            let path = keys.into_iter().fold(path, |path, key| path.join(key));
            let message = format!(
                "a volume of {} is smaller than {env}'s floor, {}",
                shown(claim.size),
                least.value.as_str()
            );
            let finding = Finding::new(subject, path, message)
                .hint(format!("ask for {} or more", least.value.as_str()));
            found.push(finding);
        }
    });
}

fn class_of(
    subject: &Subject<'_>,
    path: &FieldPath,
    claim: &Claim<'_>,
    class: &str,
    env: &str,
) -> Option<Finding> {
    let named = claim.class();
    if named == Some(class) {
        return None;
    }
    let message = match named {
        None | Some("") => format!("the claim names no StorageClass; that of {env} is {class}"),
        Some(other) => {
            format!("the claim names the StorageClass {other}; that of {env} is {class}")
        }
    };
    let path = path.join(Step::Key("storageClassName".to_owned()));
    Some(Finding::new(subject, path, message).hint(format!("set `storageClassName: {class}`")))
}

fn replicas(least: &Spanned<Quantity>, check: &mut Check<'_>) {
    let context = check.context;
    let env = &context.environment.name;
    for kind in ["Deployment", "StatefulSet"] {
        for subject in context.of_kind("apps", kind) {
            let mut scalers = context.of_kind("autoscaling", "HorizontalPodAutoscaler");
            let scaler = scalers.find(|scaler| scales(scaler, subject).is_some());
            let (subject, key) = match scaler {
                Some(scaler) => (scaler, "minReplicas"),
                None => (subject, "replicas"),
            };
            let path = FieldPath::of_keys(["spec", key]);
            let one = Data::Int(1);
            let count = path.get(subject.data()).unwrap_or(&one);
            if is_less(count, least) {
                let least = least.value.as_str();
                let message = format!("{} of {env}'s {least} replicas", shown(count));
                let finding = Finding::new(subject, path, message).hint(format!(
                    "run {least} or more, or waive the finding with its reason"
                ));
                check.findings.push(finding);
            }
        }
    }
}

fn is_less(found: &Data, least: &Spanned<Quantity>) -> bool {
    match (quantity(found), parse(least.value.as_str())) {
        (Some(found), Some(least)) => found < least,
        _ => false,
    }
}

fn shown(data: &Data) -> String {
    let number = || quantity(data).map(|number| number.to_string());
    let text = data.as_str().map(str::to_owned);
    text.or_else(number).unwrap_or_default()
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "The default class, another one, too small, and too few",
        outcome: Outcome::Fails,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {storageClass: gp3-csi, floor: {replicas: 2, storage: 1Gi}}}
-- all.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {resources: {requests: {storage: 10Gi}}} #~ the claim names no StorageClass; that of prod is gp3-csi
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: shop}
spec:
  replicas: 1 #~ 1 of prod's 2 replicas
  volumeClaimTemplates:
    - metadata: {name: data}
      spec:
        storageClassName: hostpath #~ the claim names the StorageClass hostpath; that of prod is gp3-csi
        resources:
          requests:
            storage: 100Mi #~ a volume of 100Mi is smaller than prod's floor, 1Gi
"#,
    },
    Example {
        title: "The class, the size and the number",
        outcome: Outcome::Passes,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {storageClass: gp3-csi, floor: {replicas: 2, storage: 1Gi}}}
-- all.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: "gp3-csi", resources: {requests: {storage: 1024Mi}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec: {replicas: 2}
"#,
    },
    Example {
        title: "A claim of one volume, storage that is no claim, and a workload that is scaled",
        outcome: Outcome::NearMiss,
        repository: r#"
-- evenkeel.yaml --
envs: {prod: {storageClass: gp3-csi, floor: {replicas: 2}}}
-- all.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {storageClassName: "", volumeName: data, resources: {requests: {storage: 10Gi}}}
---
apiVersion: v1
kind: Pod
metadata: {name: shop}
spec: {containers: [{name: shop, resources: {requests: {ephemeral-storage: 1Gi}}}]}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: shop}
spec: {replicas: 1}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: shop}
spec: {minReplicas: 2, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: shop}}
"#,
    },
    Example {
        title: "Nothing is declared",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- claim.yaml --
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data}
spec: {resources: {requests: {storage: 10Gi}}}
"#,
    },
];
