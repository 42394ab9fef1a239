//! ENV-01.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_diagnostics::{FileId, FrameId, Origin, Severity};
use evenkeel_functions::argo;
use evenkeel_gitops::applicationset::{Style, execute_leaf};
use evenkeel_manifest::{FieldPath, Step, path_to};
use evenkeel_renderer::{Clock, RenderHost};
use evenkeel_template::{Ast, Mention, MissingKey};
use evenkeel_value::Data;

use crate::apps::{Made, made_by};
use crate::context::{Check, Subject};
use crate::fields::each_text;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-01",
    statement: "Every field that an ApplicationSet's template reads is in every element of its generators",
    severity: Severity::Error,
    scope: Scope::General,
    inputs: &[Input::Objects, Input::Templates],
    docs: "\
Unless `goTemplateOptions` says `missingkey=error`, a field that an element lacks becomes `<no value>` in the \
Application, or nothing at all behind a function such as `quote`. In the older style, without `goTemplate`, the words \
`{{name}}` stay as they are.

The rule executes each text of the template, and `templatePatch`, for each element and looks at what they read and do \
not find. A field that only some elements have is fine where the text guards against it: with `if` or `with`, or with \
a function such as `default`, `hasKey` or `dig`. If no element has it, what stands in for it always wins; that is \
shown as information, unless a value of the root chart selects elements (`root.select`) and others may have it.

With `missingkey=error` the ApplicationSet itself fails, and the render says so. In the older style, texts of Helm's \
values may be templates of others and are not looked at.",
    examples: EXAMPLES,
    run: Run::Environment(check),
};

/// Functions that make something of what may be missing.
const GUARDS: &[&str] = &[
    "and", "coalesce", "default", "dig", "empty", "get", "hasKey", "kindIs", "not", "or", "ternary",
];

/// Fields with texts that may be templates of others.
const FOREIGN: &[&str] = &["values", "valuesObject", "patches", "plugin"];

/// Elements that one message names.
const MAX_NAMES: usize = 3;

/// A field that a text reads and elements lack.
#[derive(Default)]
struct Miss {
    /// The Applications of the elements that lack it.
    apps: Vec<String>,
    /// Whether all of them do well without it.
    is_guarded: bool,
}

/// What is missed, by the place of the text in the set and the field's name.
type Misses = BTreeMap<(FieldPath, String), Miss>;

fn check(check: &mut Check<'_>) {
    let context = check.context;
    let selects = context.select().is_some();
    for set in context.of_kind("argoproj.io", "ApplicationSet") {
        let made = made_by(&context.environment.apps, set);
        let mut misses = Misses::new();
        for made in &made {
            look(set, *made, check, &mut misses);
        }
        for ((path, name), miss) in misses {
            let Miss {
                mut apps,
                is_guarded,
            } = miss;
            if is_guarded && (selects || apps.len() < made.len()) {
                continue;
            }
            let finding = match is_guarded {
                true => note(set, path, &name),
                false => {
                    let more = apps.len().saturating_sub(MAX_NAMES);
                    apps.truncate(MAX_NAMES);
                    let mut names = apps.join(", ");
                    if more > 0 {
                        names.push_str(&format!(" and {more} more"));
                    }
                    let message = format!("the element of {names} has no `{name}`");
                    let hint = "give every element the field, or set `goTemplateOptions: [\"missingkey=error\"]` \
                                to fail where one lacks it";
                    Finding::new(set, path, message).hint(hint)
                }
            };
            check.report(finding.evidence(&name));
        }
    }
}

fn note(set: &Subject<'_>, path: FieldPath, name: &str) -> Finding {
    let message = format!("no element has `{name}`, so what stands in for it always wins");
    let mut finding = Finding::new(set, path, message)
        .hint("emit the field from the generator, or do not read it");
    finding.own_severity = Some(Severity::Note);
    finding
}

/// All texts for one element.
fn look(set: &Subject<'_>, made: Made<'_>, check: &Check<'_>, misses: &mut Misses) {
    let template = &made.generated.template;
    each_text(template, &mut |steps, text| {
        if text.contains("{{") {
            let origin = FieldPath(steps.to_vec())
                .origin(template)
                .unwrap_or(Origin::NONE);
            if let Some(path) = path_to(set.data(), origin, steps.last()) {
                look_at(text, steps, made, check, |name, is_guarded| {
                    miss(misses, &path, name, made, is_guarded);
                });
            }
        }
    });
    let path = FieldPath::of_keys(["spec", "templatePatch"]);
    if let Some(text) = path.get(set.data()).and_then(Data::as_str) {
        look_at(text, &[], made, check, |name, is_guarded| {
            miss(misses, &path, name, made, is_guarded);
        });
    }
}

fn miss(misses: &mut Misses, path: &FieldPath, name: String, made: Made<'_>, is_guarded: bool) {
    let first = Miss {
        is_guarded: true,
        ..Miss::default()
    };
    let miss = misses.entry((path.clone(), name)).or_insert(first);
    miss.is_guarded &= is_guarded;
    if miss.apps.last() != Some(&made.app.name) {
        miss.apps.push(made.app.name.clone());
    }
}

/// Tells what a text reads and does not find, and whether it is prepared for that.
fn look_at(
    text: &str,
    steps: &[Step],
    made: Made<'_>,
    check: &Check<'_>,
    mut tell: impl FnMut(String, bool),
) {
    match made.style {
        Style::Go(MissingKey::Error) => {}
        Style::Go(missing_key) => {
            let sources = &check.context.environment.sources;
            let host = RenderHost::new(Clock::default(), Some(0));
            let params = &made.generated.params;
            let run = execute_leaf(
                text.as_bytes(),
                params,
                missing_key,
                FileId::NONE,
                &host,
                sources,
            );
            let Ok(run) = run else { return };
            let output = String::from_utf8_lossy(run.output.as_bytes());
            let is_guarded = !output.contains("<no value>") && is_guarded(text);
            let count = u32::try_from(run.frames.len()).unwrap_or(u32::MAX);
            for read in (0..count).flat_map(|id| run.reads.of(FrameId(id))) {
                let name = read.name.strip_prefix('$').unwrap_or(&read.name);
                if !read.found && name.starts_with('.') {
                    tell(name.to_owned(), is_guarded);
                }
            }
        }
        Style::Classic => {
            let is_foreign =
                |step: &Step| matches!(step, Step::Key(key) if FOREIGN.contains(&key.as_str()));
            let params = made.generated.params.to_data();
            let is_bare = matches!(&params, Data::Map(entries) if entries.is_empty());
            if is_bare || steps.is_empty() || steps.iter().any(is_foreign) {
                return;
            }
            let names = text
                .split("{{")
                .skip(1)
                .filter_map(|rest| Some(rest.split_once("}}")?.0));
            for name in names.map(str::trim).filter(|name| is_name(name)) {
                if params.entry(name).is_none() {
                    tell(name.to_owned(), false);
                }
            }
        }
    }
}

/// Whether a text is prepared for fields that are missing.
fn is_guarded(text: &str) -> bool {
    let Ok(ast) = Ast::parse(Arc::from(text.as_bytes()), argo()) else {
        return true;
    };
    let mut mentions = ast.mentions().into_iter();
    ast.has_conditions()
        || mentions
            .any(|mention| matches!(mention, Mention::Function(name) if GUARDS.contains(&name)))
}

/// Whether this is how a parameter is named in the older style.
fn is_name(name: &str) -> bool {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-[]/".contains(c);
    name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.chars().all(is_part)
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "An element lacks a field",
        outcome: Outcome::Fails,
        repository: r#"
-- set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop}
spec:
  goTemplate: true
  generators: [{list: {elements: [{name: local, tier: dev}, {name: prod}]}}]
  template:
    metadata:
      name: "shop-{{ .name }}"
      labels:
        tier: "{{ .tier }}" #~ the element of shop-prod has no `.tier`
        zone: '{{ .zone | default "a" }}' #~ no element has `.zone`, so what stands in for it always wins
    spec:
      source: {repoURL: "https://charts.example.com", chart: shop, targetRevision: 1.0.0}
      destination: {namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: old}
spec:
  generators: [{list: {elements: [{name: prod}]}}]
  template:
    metadata:
      name: "old-{{name}}"
      labels:
        tier: "{{tier}}" #~ the element of old-prod has no `tier`
    spec:
      source: {repoURL: "https://charts.example.com", chart: shop, targetRevision: 1.0.0}
      destination: {namespace: shop}
"#,
    },
    Example {
        title: "Every element has every field",
        outcome: Outcome::Passes,
        repository: r#"
-- set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop}
spec:
  goTemplate: true
  generators: [{list: {elements: [{name: local, tier: dev}, {name: prod, tier: prod}]}}]
  template:
    metadata: {name: "shop-{{ .name }}", labels: {tier: "{{ .tier }}"}}
    spec:
      source: {repoURL: "https://charts.example.com", chart: shop, targetRevision: 1.0.0}
      destination: {namespace: shop}
"#,
    },
    Example {
        title: "A field of some elements is guarded; a text is a template of somebody else",
        outcome: Outcome::NearMiss,
        repository: r#"
-- set.yaml --
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: shop}
spec:
  goTemplate: true
  generators: [{list: {elements: [{name: local, tier: dev}, {name: prod}]}}]
  template:
    metadata: {name: "shop-{{ .name }}", labels: {tier: '{{ .tier | default "none" }}'}}
    spec:
      source: {repoURL: "https://charts.example.com", chart: shop, targetRevision: 1.0.0}
      destination: {namespace: shop}
---
apiVersion: argoproj.io/v1alpha1
kind: ApplicationSet
metadata: {name: old}
spec:
  generators: [{list: {elements: [{name: prod}]}}]
  template:
    metadata: {name: "old-{{name}}"}
    spec:
      source:
        repoURL: https://charts.example.com
        chart: shop
        targetRevision: 1.0.0
        helm: {values: "greeting: '{{user}} {{ .Release.Name }}'"}
      destination: {namespace: shop}
"#,
    },
];
