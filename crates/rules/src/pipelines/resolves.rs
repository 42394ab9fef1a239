//! CIP-02.

use evenkeel_config::closest;
use evenkeel_diagnostics::Severity;
use evenkeel_manifest::FieldPath;

use super::graph::check_pipelines;
use super::runs::check_runs;
use super::triggers::check_triggers;
use crate::context::{Check, Subject};
use crate::rule::Run;
use crate::{Example, Finding, Input, Outcome, Rule, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "CIP-02",
    statement: "Triggers lead to Pipelines, and parameters, workspaces, results and the order of tasks fit together",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects],
    docs: "\
A webhook whose trigger names a binding that is not there starts no run and reports no error: the push was simply not \
built. What is wrong further on, in the run or in the Pipeline, shows at the next push, in the log of a controller.

The rule follows Tekton's chain. From an `EventListener` or a `Trigger` to its bindings and its template: those must \
be there, and the bindings must give each parameter that the template has no default for. From the template, or a \
rendered run, to the Pipeline or the Task: parameters, workspaces and `taskRunSpecs` must fit it. Within a Pipeline: \
`runAfter`, the workspaces of tasks, the parameters they are given, and every `$(params.…)`, `$(workspaces.…)` and `$(tasks.….results.…)`.

What is given and nobody asks for is a warning: Tekton ignores it, and mostly it is a name with a slip. So is a parameter \
that nothing uses.

What comes from a resolver or a bundle is not known from here; for such tasks the rule is not evaluated. Where an \
environment renders no object of a kind that is named, these are somebody else's, unless the environment is `closed`. \
What exists without being rendered is declared under `external`.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

fn check(check: &mut Check<'_>) {
    check_triggers(check);
    check_runs(check);
    check_pipelines(check);
}

/// The object of a name beside `from`; reports it if it is not there.
pub(super) fn resolve<'a>(
    from: &Subject<'_>,
    path: &FieldPath,
    (group, kind): (&str, &str),
    name: &str,
    check: &mut Check<'a>,
) -> Option<&'a Subject<'a>> {
    let context = check.context;
    // The names of objects of the whole cluster are the same everywhere.
    let is_near = |subject: &&Subject<'_>| {
        kind.starts_with("Cluster")
            || context.is_by_hand()
            || subject.namespace() == from.namespace()
    };
    let mut here = context.of_kind(group, kind).filter(is_near);
    if let Some(found) = here.find(|subject| subject.name() == name) {
        return Some(found);
    }
    let is_filled_in = name.contains("$(") || name.is_empty();
    if is_filled_in || context.is_external(kind, from.namespace(), name) {
        return None;
    }
    if context.of_kind(group, kind).next().is_none() && !context.is_closed() {
        check.skip(format!(
            "no {kind} is rendered: those that are named come from elsewhere"
        ));
        return None;
    }
    let names: Vec<&str> = context
        .of_kind(group, kind)
        .filter(is_near)
        .map(Subject::name)
        .collect();
    let message = format!("{} has no {kind} {name}", from.namespace());
    let finding = Finding::new(from, path.clone(), message)
        .evidence(name)
        .meant(closest(name, names.iter().copied()))
        .hint(format!("render a {kind} {name} beside it"));
    check.report(finding);
    None
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A binding was renamed, a parameter is missing, and a run names a task that is not there",
        outcome: Outcome::Fails,
        repository: r#"
-- ci.yaml --
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: hooks}
spec:
  triggers:
    - name: shop
      bindings:
        - ref: shop #~ apps has no TriggerBinding shop
      template: {ref: shop}
    - name: web
      bindings: [{ref: push}]
      template:
        ref: shop #~ no binding gives shop the parameter revision
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerBinding
metadata: {name: push}
spec:
  params:
    - {name: url, value: $(body.repository.clone_url)}
    - name: sha #~ no template that push feeds has a parameter sha
      value: $(body.after)
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: shop}
spec:
  params:
    - {name: url}
    - {name: revision}
  resourcetemplates:
    - apiVersion: tekton.dev/v1
      kind: PipelineRun
      metadata: {generateName: shop-}
      spec:
        pipelineRef: {name: build}
        params:
          - {name: url, value: $(tt.params.url)}
          - name: revison #~ the Pipeline build has no parameter revison
            value: $(tt.params.revision)
          - {name: image, value: $(tt.params.image)} #~ shop declares no parameter image
        workspaces: [{name: source, emptyDir: {}}]
        taskRunSpecs:
          - pipelineTaskName: bild #~ the Pipeline build has no task bild
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  params: [{name: url}, {name: image}, {name: revision, default: main}]
  workspaces: [{name: source}]
  tasks:
    - name: build
      params: [{name: url, value: $(params.url)}, {name: image, value: $(params.image)}, {name: revision, value: $(params.revision)}]
      workspaces: [{name: source, workspace: source}]
      taskSpec: {params: [{name: url}, {name: image}, {name: revision}], workspaces: [{name: source}]}
"#,
    },
    Example {
        title: "The tasks of a Pipeline do not fit together",
        outcome: Outcome::Fails,
        repository: r#"
-- ci.yaml --
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: push}
spec:
  params: [{name: image}]
  workspaces: [{name: source}]
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  params: [{name: image}]
  workspaces: [{name: shared}]
  tasks:
    - name: tag
      taskSpec:
        results: [{name: tag}]
        steps:
          - {name: tag, image: "tools:1", script: "echo $(params.imag)"} #~ the Pipeline build has no parameter imag
    - name: push #~ the task push gets no workspace source
      runAfter:
        - tags #~ build has no task tags to wait for
      taskRef: {name: push}
      params:
        - name: image
          value: $(params.image):$(tasks.tag.results.tags) #~ the task tag has no result tags
    - name: scan
      taskSpec: {workspaces: [{name: source}]}
      workspaces:
        - name: source
          workspace: sources #~ the Pipeline build has no workspace sources
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: release}
spec:
  params:
    - name: unread #~ no task of release uses the parameter unread
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: release}
spec:
  params:
    - name: branch #~ no run of release uses the parameters branch, commit
    - name: commit
  resourcetemplates: []
"#,
    },
    Example {
        title: "From the webhook to the last task",
        outcome: Outcome::Passes,
        repository: r#"
-- ci.yaml --
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: hooks}
spec: {triggers: [{bindings: [{ref: push}], template: {ref: shop}}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerBinding
metadata: {name: push}
spec: {params: [{name: url, value: $(body.url)}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: shop}
spec:
  params: [{name: url}]
  resourcetemplates:
    - apiVersion: tekton.dev/v1
      kind: PipelineRun
      metadata: {generateName: shop-}
      spec:
        pipelineRef: {name: build}
        params: [{name: url, value: $(tt.params.url)}]
        workspaces: [{name: source, emptyDir: {}}]
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  params: [{name: url}]
  workspaces: [{name: source}]
  tasks:
    - name: clone
      params: [{name: url, value: $(params.url)}]
      workspaces: [{name: output, workspace: source}]
      taskSpec:
        params: [{name: url}]
        results: [{name: commit}]
        workspaces: [{name: output}]
        steps: [{name: clone, image: "git:1", script: "git clone $(params.url) $(workspaces.output.path)"}]
    - name: build
      runAfter: [clone]
      taskSpec: {steps: [{name: build, image: "tools:1", script: "build $(tasks.clone.results.commit)"}]}
"#,
    },
    Example {
        title: "Defaults, bindings written inline, a shared binding, and what an embedded task sees by itself",
        outcome: Outcome::NearMiss,
        repository: r#"
-- ci.yaml --
apiVersion: triggers.tekton.dev/v1beta1
kind: EventListener
metadata: {name: hooks}
spec:
  triggers:
    - {bindings: [{ref: push}], template: {ref: shop}}
    - {bindings: [{ref: push}, {name: image, value: web}], template: {ref: web}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerBinding
metadata: {name: push}
spec: {params: [{name: url, value: $(body.url)}, {name: sha, value: $(body.after)}]}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: shop}
spec:
  params: [{name: url}, {name: depth, default: "1"}]
  resourcetemplates:
    - {apiVersion: tekton.dev/v1, kind: PipelineRun, spec: {pipelineRef: {name: build}, params: [{name: url, value: "$(tt.params.url)#$(tt.params.depth)"}]}}
---
apiVersion: triggers.tekton.dev/v1beta1
kind: TriggerTemplate
metadata: {name: web}
spec:
  params: [{name: sha}, {name: image}]
  resourcetemplates:
    - {apiVersion: v1, kind: ConfigMap, metadata: {generateName: "$(tt.params.image)-"}, data: {sha: $(tt.params.sha)}}
---
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec:
  params: [{name: url}, {name: flags, type: array, default: []}]
  workspaces: [{name: cache, optional: true}]
  tasks:
    - name: build
      taskSpec:
        params: [{name: url}]
        steps: [{name: build, image: "tools:1", args: ["$(params.url)", "$(params[\"flags\"][*])"], script: "echo $(date) $(context.taskRun.name)"}]
"#,
    },
    Example {
        title: "A task from a hub",
        outcome: Outcome::NotEvaluated,
        repository: r#"
-- ci.yaml --
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: build}
spec: {tasks: [{name: clone, taskRef: {resolver: hub, params: [{name: name, value: git-clone}]}}]}
"#,
    },
];
