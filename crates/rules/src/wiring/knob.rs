//! ENV-07.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use evenkeel_chart::Chart;
use evenkeel_diagnostics::{FileId, FrameId, FrameKind, Origin, Severity, SourceMap, Span};
use evenkeel_gitops::HelmRender;
use evenkeel_manifest::{FieldPath, Step, each_place};
use evenkeel_renderer::{Read, Rendered, Renderer, side_by_side};
use evenkeel_value::{Data, DataEntry};

use crate::context::Survey;
use crate::{Example, Finding, Input, Outcome, Rule, Run, Scope};

pub(crate) const RULE: Rule = Rule {
    code: "ENV-07",
    statement: "Turning a switch changes what is rendered",
    severity: Severity::Warning,
    scope: Scope::General,
    inputs: &[Input::Templates, Input::Rerender],
    docs: "\
`default true .Values.enabled` is true for ever: `default` takes false for a value that nobody set. The switch is there, \
it is documented, somebody turns it, and nothing happens.

The rule turns each boolean among the values that a render reads, over all layers, and renders the chart again. A switch \
works if that changes an object, or which statements of the templates run, or makes the render fail, in any environment. \
One that does not is still no finding where something else may hide what it does: another value that the same statement \
reads. If that is a boolean too, it is turned as well before anything is said.

What no render reads (below a feature that is off) is not looked at, nor what is only kept in a variable, or asked for its \
type: `false` may stand where a text could. The rule renders many times, and so runs with \
`--deep` only.",
    examples: EXAMPLES,
    run: Run::Repository(check),
};

/// Booleans that are tried of one chart; more are noted.
const MAX_KNOBS: usize = 200;

/// Booleans beside one that are turned too.
const MAX_COMPANIONS: usize = 4;

/// Functions that ask what type a value has.
const TYPES: &[&str] = &["kindIs", "kindOf", "typeIs", "typeOf"];

/// A boolean, by the address of its chart and the path of the value: the same in every environment.
type Knob = (usize, FieldPath);

/// The text that a statement stands in, where it begins there, and what it is.
type Statement = (Arc<[u8]>, u32, FrameKind);

/// What is to be said of a switch; nothing where it changes something, or might.
type Verdict = Option<Finding>;

fn check(survey: &mut Survey<'_>) {
    let mut working: HashSet<Knob> = HashSet::new();
    let mut idle: BTreeMap<Knob, Finding> = BTreeMap::new();
    for context in survey.all {
        let renderer = context.renderer;
        let apps = context.environment.apps.iter();
        let sources: Vec<&HelmRender> = apps
            .flat_map(|app| &app.sources)
            .filter_map(|source| source.helm.as_deref())
            .collect();
        let is_known = |knob: &Knob| working.contains(knob);
        let names = &context.environment.sources;
        let found = side_by_side(&sources, |helm| {
            let chart = id(helm);
            let is_known = |path: &FieldPath| is_known(&(chart, path.clone()));
            look(helm, renderer, &is_known, names)
        });
        for (helm, (verdicts, left)) in sources.iter().zip(found) {
            if left > 0 {
                survey.skip(format!(
                    "{left} booleans of the chart {}",
                    helm.chart.name()
                ));
            }
            for (path, verdict) in verdicts {
                let knob = (id(helm), path);
                match verdict {
                    None => {
                        working.insert(knob);
                    }
                    Some(finding) => {
                        idle.entry(knob).or_insert(finding);
                    }
                }
            }
        }
    }
    idle.retain(|knob, _| !working.contains(knob));
    let mut findings: Vec<Finding> = idle.into_values().collect();
    findings.sort_by(|a, b| a.message.cmp(&b.message));
    for finding in findings {
        survey.report(finding);
    }
}

/// Tells charts apart: they are loaded once.
fn id(helm: &HelmRender) -> usize {
    std::ptr::from_ref::<Chart>(&helm.chart).addr()
}

/// Tries the switches of one source that are not known to work; also how many were left out.
fn look(
    helm: &HelmRender,
    renderer: &Renderer,
    is_known: &dyn Fn(&FieldPath) -> bool,
    sources: &SourceMap,
) -> (Vec<(FieldPath, Verdict)>, usize) {
    let Some(before) = Traced::new(helm, renderer) else {
        return (Vec::new(), 0);
    };
    let mut knobs = before.knobs();
    knobs.retain(|path| !is_known(path));
    let left = knobs.len().saturating_sub(MAX_KNOBS);
    knobs.truncate(MAX_KNOBS);
    let trial = Trial {
        helm,
        renderer,
        before: &before,
        sources,
    };
    let verdicts = knobs.into_iter().map(|path| {
        let verdict = match trial.is_idle(&path) {
            false => None,
            true => Some(before.finding(&path, sources)),
        };
        (path, verdict)
    });
    (verdicts.collect(), left)
}

/// A render with its reads.
struct Traced {
    rendered: Rendered,
    values: Data,
    /// Where booleans stand, by their origin.
    booleans: HashMap<Origin, Vec<FieldPath>>,
}

impl Traced {
    fn new(helm: &HelmRender, renderer: &Renderer) -> Option<Traced> {
        let mut helm = helm.clone();
        helm.request.trace = true;
        // What is random must be the same in the next render.
        helm.request.seed = helm.request.seed.or(Some(0));
        let rendered = renderer.render(&helm.chart, &helm.values, &helm.request);
        let rendered = rendered.ok()?;
        let values = rendered.trace.as_ref()?.values.clone();
        let mut booleans: HashMap<Origin, Vec<FieldPath>> = HashMap::new();
        each_place(&values, &mut |steps, origin| {
            let path = FieldPath(steps.to_vec());
            if origin != Origin::NONE && matches!(path.get(&values), Some(Data::Bool(_))) {
                booleans.entry(origin).or_default().push(path);
            }
        });
        Some(Traced {
            rendered,
            values,
            booleans,
        })
    }

    fn frames(&self) -> impl Iterator<Item = FrameId> + use<> {
        let count = u32::try_from(self.rendered.frames.len()).unwrap_or(u32::MAX);
        (0..count).map(FrameId)
    }

    fn reads(&self, frame: FrameId) -> &[Read] {
        let trace = self.rendered.trace.as_ref();
        trace.map_or(&[], |trace| trace.reads.of(frame))
    }

    /// The boolean that was read, if it was one that stands in one place: of a global the root's.
    fn boolean(&self, read: &Read) -> Option<&FieldPath> {
        let paths = self.booleans.get(&read.origin)?;
        let path = paths.iter().min_by_key(|path| path.0.len())?;
        let is_global = |path: &FieldPath| path.0.contains(&Step::Key("global".to_owned()));
        let is_one = paths.len() == 1 || paths.iter().all(is_global);
        let key = match path.0.last() {
            Some(Step::Key(key)) => key.as_str(),
            _ => return None,
        };
        // A list's item begins where its first key does.
        let is_named = read.name.rsplit('.').next() == Some(key);
        (read.found && is_one && is_named).then_some(path)
    }

    /// All booleans that were read.
    fn knobs(&self) -> Vec<FieldPath> {
        let reads = self.frames().flat_map(|frame| self.reads(frame));
        let knobs: BTreeSet<&FieldPath> = reads.filter_map(|read| self.boolean(read)).collect();
        knobs.into_iter().cloned().collect()
    }

    /// The statements that depend on a boolean, by what they read themselves or through variables, with the other
    /// booleans that they read; `None` where they read something else.
    fn companions(&self, knob: &FieldPath) -> Option<Companions> {
        let mut dependent: HashSet<FrameId> = HashSet::new();
        let mut booleans = BTreeSet::new();
        // Frames come in the order in which they ran, so one walk follows all variables.
        for frame in self.frames() {
            let reads = self.reads(frame);
            let depends = |read: &Read| {
                self.boolean(read) == Some(knob)
                    || read.base.is_some_and(|base| dependent.contains(&base))
            };
            if !reads.iter().any(depends) {
                continue;
            }
            for read in reads.iter().filter(|read| !depends(read)) {
                booleans.insert(self.boolean(read)?.clone());
            }
            dependent.insert(frame);
        }
        Some(Companions {
            booleans,
            dependent,
        })
    }

    /// Whether statements do something with a value other than to keep it in a variable or to ask for its type, of which
    /// it may have several.
    fn is_used_by(&self, statements: &HashSet<FrameId>, sources: &SourceMap) -> bool {
        let texts = || {
            let frames = statements.iter();
            frames.filter_map(|frame| self.text(*frame, sources))
        };
        let asks_type = |text: String| TYPES.iter().any(|name| text.contains(name));
        texts().any(|text| !is_assignment(&text)) && !texts().any(asks_type)
    }

    /// The first line of a statement.
    fn text(&self, frame: FrameId, sources: &SourceMap) -> Option<String> {
        let span = self.rendered.frames.get(frame)?.call;
        let source = sources.get(span.file)?;
        let bytes = source.content.get(span.start as usize..span.end as usize)?;
        let text = String::from_utf8_lossy(bytes);
        Some(text.lines().next().unwrap_or_default().to_owned())
    }

    fn is_same(&self, other: &Traced, sources: &SourceMap) -> bool {
        let texts = |traced: &Traced| -> Vec<Vec<u8>> {
            let hooks = traced.rendered.hooks.iter().map(|hook| &hook.document);
            let documents = traced.rendered.manifests.iter().chain(hooks);
            documents.map(|one| one.text().to_vec()).collect()
        };
        texts(self) == texts(other) && self.flow(sources) == other.flow(sources)
    }

    /// Which statements ran. Their texts stand for their files, as `tpl` makes a new file in every render.
    fn flow(&self, sources: &SourceMap) -> Vec<Statement> {
        let mut files: HashMap<FileId, Arc<[u8]>> = HashMap::new();
        let frames = self.frames();
        let frames = frames.filter_map(|frame| self.rendered.frames.get(frame));
        let mut text = |file: FileId| {
            let read = || {
                sources
                    .get(file)
                    .map_or(Arc::from([]), |source| source.content)
            };
            Arc::clone(files.entry(file).or_insert_with(read))
        };
        frames
            .map(|frame| (text(frame.call.file), frame.call.start, frame.kind))
            .collect()
    }

    fn finding(&self, knob: &FieldPath, sources: &SourceMap) -> Finding {
        let reads = |frame: &FrameId| {
            let mut reads = self.reads(*frame).iter();
            reads.any(|read| self.boolean(read) == Some(knob))
        };
        let frame = self.frames().find(reads);
        let text = frame.and_then(|frame| self.text(frame, sources));
        let frame = frame.and_then(|frame| self.rendered.frames.get(frame));
        let place = frame.map_or(Span::NONE, |frame| frame.call);
        let hint = match text.is_some_and(|text| text.contains("default")) {
            true => {
                "`default` takes false for a value that is not set: use `hasKey`, or a default in values.yaml"
            }
            false => "let the template depend on it, or delete it",
        };
        let message = format!("`{knob}` changes nothing: true and false render the same");
        Finding::at(place, message)
            .evidence(&knob.to_string())
            .hint(hint)
    }
}

/// What depends on a boolean, and on what else that depends.
struct Companions {
    booleans: BTreeSet<FieldPath>,
    dependent: HashSet<FrameId>,
}

/// Whether a statement gives a variable its value: `{{- $x := …`.
fn is_assignment(text: &str) -> bool {
    let inner = text
        .trim_start_matches("{{")
        .trim_start_matches('-')
        .trim_start();
    let name = inner.strip_prefix('$').unwrap_or_default();
    let rest = name.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    let rest = rest.trim_start();
    name.len() > rest.len() && (rest.starts_with(":=") || rest.starts_with("= "))
}

/// Tries switches of one source.
struct Trial<'t> {
    helm: &'t HelmRender,
    renderer: &'t Renderer,
    before: &'t Traced,
    sources: &'t SourceMap,
}

impl Trial<'_> {
    /// Whether a switch changes nothing, and nothing hides what it does.
    fn is_idle(&self, knob: &FieldPath) -> bool {
        let Some(after) = self.turned(&[knob]) else {
            return false;
        };
        if !self.before.is_same(&after, self.sources) {
            return false;
        }
        let (Some(mine), Some(more)) = (self.before.companions(knob), after.companions(knob))
        else {
            return false;
        };
        if !self.before.is_used_by(&mine.dependent, self.sources) {
            return false;
        }
        let mut beside = mine.booleans;
        beside.extend(more.booleans);
        beside.len() <= MAX_COMPANIONS && beside.iter().all(|other| {
            let (alone, both) = (self.turned(&[other]), self.turned(&[other, knob]));
            matches!((alone, both), (Some(alone), Some(both)) if alone.is_same(&both, self.sources))
        })
    }

    /// The render with switches turned; `None` if it fails.
    fn turned(&self, knobs: &[&FieldPath]) -> Option<Traced> {
        let mut helm = self.helm.clone();
        for knob in knobs {
            let Some(Data::Bool(value)) = knob.get(&self.before.values) else {
                return None;
            };
            let user = &helm.values.data;
            helm.values.data = replaced(user, &self.before.values, &knob.0, &Data::Bool(!value));
        }
        Traced::new(&helm, self.renderer)
    }
}

/// Values of the user with one more, at a path of the merged ones. A list on the way is taken over as a whole, as lists
/// replace one another.
fn replaced(user: &Data, merged: &Data, path: &[Step], value: &Data) -> Data {
    let Some((step, rest)) = path.split_first() else {
        return value.clone();
    };
    match (merged, step) {
        (Data::Map(_), Step::Key(key)) => {
            let mut entries: Vec<DataEntry> = match user {
                Data::Map(entries) => entries.to_vec(),
                _ => Vec::new(),
            };
            let null = Data::Null;
            let inner = merged.get(key).unwrap_or(&null);
            let own = user.get(key).unwrap_or(&null);
            let new = DataEntry {
                key: key.as_bytes().into(),
                value: replaced(own, inner, rest, value),
                origin: merged.entry(key).map_or(Origin::NONE, |entry| entry.origin),
            };
            entries.retain(|entry| entry.key != new.key);
            entries.push(new);
            Data::map(entries)
        }
        (Data::List(items), Step::Index(index)) => {
            // Of an item the user has none or all.
            let items = match user {
                Data::List(own) => own,
                _ => items,
            };
            let mut items = items.to_vec();
            if let Some(item) = items.get_mut(*index) {
                item.value = replaced(&item.value, &item.value, rest, value);
            }
            Data::List(items.into())
        }
        _ => user.clone(),
    }
}

const EXAMPLES: &[Example] = &[
    Example {
        title: "A default that never lets go",
        outcome: Outcome::Fails,
        repository: r#"
-- shop/values.yaml --
metrics: {enabled: true}
pause: false
items: [{name: a, enabled: false}]
title: "{{ .Release.Name }}"
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  title: {{ tpl .Values.title . }}
  {{- if .Values.metrics.enabled | default true }} #~ `metrics.enabled` changes nothing: true and false render the same
  port: "9090"
  {{- end }}
  {{- $pause := .Values.pause | default true }} #~ `pause` changes nothing: true and false render the same
  {{- if $pause }}
  pause: "yes"
  {{- end }}
  {{- range .Values.items }}
  {{ .name }}: {{ or .enabled true | quote }} #~ `items[0].enabled` changes nothing: true and false render the same
  {{- end }}
"#,
    },
    Example {
        title: "Switches that work",
        outcome: Outcome::Passes,
        repository: r#"
-- shop/values.yaml --
metrics: {enabled: true}
debug: false
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  debug: {{ .Values.debug | quote }}
  {{- if .Values.metrics.enabled }}
  port: "9090"
  {{- end }}
"#,
    },
    Example {
        title: "Others hide what the switches do: a feature that is off, nothing to list, a blank value, a text that might stand there; and one that fails",
        outcome: Outcome::NearMiss,
        repository: r#"
-- shop/values.yaml --
feature: {enabled: false, verbose: true}
beta: false
list: {enabled: false, items: []}
host: ""
tls: true
strict: false
kept: true
prefix: false
-- shop/templates/config.yaml --
apiVersion: v1
kind: ConfigMap
metadata: {name: shop}
data:
  {{- /* default true .Values.beta */}}
  {{- if and .Values.feature.verbose .Values.feature.enabled }}
  verbose: "yes"
  {{- end }}
  {{- if and .Values.feature.enabled .Values.beta }}
  beta: "yes"
  {{- end }}
  {{- if .Values.list.enabled }}
  {{- range .Values.list.items }}
  {{ . }}: "yes"
  {{- end }}
  {{- end }}
  {{- $tls := .Values.tls }}
  {{- if and $tls .Values.host }}
  tls: {{ .Values.host }}
  {{- end }}
  {{- if .Values.strict }}{{ fail "no" }}{{ end }}
  {{- $kept := .Values.kept }}
  {{- range .Values.list.items }}{{ $kept }}{{ end }}
  {{- if typeIs "string" .Values.prefix }}
  prefix: {{ .Values.prefix }}
  {{- end }}
"#,
    },
];
