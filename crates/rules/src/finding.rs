//! What a rule finds.

use std::borrow::Cow;
use std::fmt::Write;

use evenkeel_diagnostics::{
    Code, Diagnostic, Fix, FrameKind, Label, Severity, SourceMap, Span, TraceEntry,
};
use evenkeel_gitops::FieldPath;
use evenkeel_gitops::explain::{Cause, Explainer, Explanation, Layer, Writer};
use evenkeel_manifest::{Identity, Step};
use evenkeel_value::Data;
use sha2::{Digest, Sha256};

use crate::context::Subject;

/// The shortest value that counts as a part of what is wrong.
const MIN_PART: usize = 4;

/// A place where an environment breaks a rule.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule's code.
    pub rule: Cow<'static, str>,
    /// How bad it is.
    pub severity: Severity,
    /// The environment; empty where it is the same in all of them.
    pub env: String,
    /// The Application; at the root the release. Empty where a file is wrong, whoever uses it.
    pub app: String,
    /// The object; with an empty kind where a file is wrong, not what it renders to.
    pub object: Identity,
    /// The field; items of lists by name where they have one.
    pub path: FieldPath,
    /// What is wrong: one line, no final dot.
    pub message: String,
    /// What to do about it, a line each.
    pub hints: Vec<String>,
    /// The name that was probably meant.
    pub suggestion: Option<String>,
    /// The template line, or line of a plain file, that wrote the field.
    pub place: Span,
    /// The templates that were running there, innermost first.
    pub calls: Vec<TraceEntry>,
    /// Where the value comes from: the layer that won in the chart, then what each Application took it from. The last
    /// one is what a person edits. Empty where the field holds no value.
    pub values: Vec<ValueHop>,
    /// What mends it without changing what is rendered, where there is such an edit.
    pub fix: Option<Fix>,
    /// The part of the field that is wrong, where it is not the whole of it.
    pub(crate) evidence: String,
    /// Indexes of the Application and of its object, and the field with plain indexes.
    pub(crate) subject: Option<(usize, usize, FieldPath)>,
    /// The rule's own severity does not apply.
    pub(crate) own_severity: Option<Severity>,
    /// Nobody here wrote the field: the place is that of the kustomization which brings the object.
    pub(crate) is_around: bool,
    /// It says nothing where another rule finds the same line wrong.
    pub(crate) yields: bool,
}

/// One step on the way of a value to where it is used.
#[derive(Debug, Clone, PartialEq)]
pub struct ValueHop {
    /// What says it: `values file`, `parameter`, `chart default`, …
    pub what: String,
    /// What it is called there.
    pub name: String,
    /// Where it stands.
    pub place: Span,
}

impl Finding {
    /// A finding in a field of an object.
    pub(crate) fn new(subject: &Subject<'_>, path: FieldPath, message: String) -> Finding {
        Finding {
            rule: Cow::Borrowed(""),
            severity: Severity::Error,
            env: String::new(),
            app: subject.app_name.to_owned(),
            object: subject.object.identity.clone(),
            path: named(&path, subject.data()),
            message,
            hints: Vec::new(),
            suggestion: None,
            place: Span::NONE,
            calls: Vec::new(),
            values: Vec::new(),
            evidence: String::new(),
            subject: Some((subject.app, subject.index, path)),
            fix: None,
            own_severity: None,
            is_around: false,
            yields: false,
        }
    }

    /// A finding in a file itself, which is wrong whatever it renders to.
    pub fn at(place: Span, message: String) -> Finding {
        Finding {
            rule: Cow::Borrowed(""),
            severity: Severity::Error,
            env: String::new(),
            app: String::new(),
            object: Identity::default(),
            path: FieldPath::default(),
            message,
            hints: Vec::new(),
            suggestion: None,
            place,
            calls: Vec::new(),
            values: Vec::new(),
            evidence: String::new(),
            subject: None,
            fix: None,
            own_severity: None,
            is_around: false,
            yields: false,
        }
    }

    /// The same, of an Application.
    #[must_use]
    pub(crate) fn of_app(mut self, app: &str) -> Finding {
        app.clone_into(&mut self.app);
        self
    }

    /// The same with a line on what to do.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Finding {
        self.hints.push(hint.into());
        self
    }

    /// The same with the part of the field that is wrong.
    #[must_use]
    pub(crate) fn evidence(mut self, evidence: &str) -> Finding {
        evidence.clone_into(&mut self.evidence);
        self
    }

    /// The same with an edit that mends it.
    #[must_use]
    pub(crate) fn fix(mut self, fix: Option<Fix>) -> Finding {
        self.fix = fix;
        self
    }

    /// The same, to be left out where another rule finds the same line wrong.
    #[must_use]
    pub(crate) fn yielding(mut self) -> Finding {
        self.yields = true;
        self
    }

    /// The same with the name that was probably meant.
    #[must_use]
    pub(crate) fn meant(mut self, name: Option<&str>) -> Finding {
        self.suggestion = name.map(str::to_owned);
        self
    }

    /// Tells this finding from others, in this run and the next: the same where lines moved, and where something
    /// else in the environment changed.
    pub fn fingerprint(&self) -> String {
        let id = &self.object;
        let path = self.path.to_string();
        // Nothing else tells two findings in files apart; messages hold names, not numbers of lines.
        let message = match self.subject {
            Some(_) => "",
            None => &self.message,
        };
        let parts = [
            &*self.rule,
            &self.env,
            &self.app,
            &id.group,
            &id.kind,
            &id.namespace,
            &id.name,
            &path,
            &self.evidence,
            message,
        ];
        let digest = Sha256::digest(parts.join("\0"));
        digest[..8].iter().fold(String::new(), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
    }

    /// Finds out which template line wrote the field and where its value comes from.
    pub(crate) fn locate(&mut self, explainer: &Explainer<'_>, sources: &SourceMap) {
        let Some((app, object, path)) = &self.subject else {
            return;
        };
        // A field that is missing is missing from what surrounds it.
        let around = (0..=path.0.len()).rev();
        let explanation = around
            .map(|length| FieldPath(path.0[..length].to_vec()))
            .find_map(|path| explainer.explain(*app, *object, &path));
        let Some(explanation) = explanation else {
            return;
        };
        // A script has many lines: the wrong one is the one that holds what is wrong.
        let part = (!self.evidence.is_empty())
            .then(|| explainer.writer_of(*app, *object, path, &self.evidence))
            .flatten();
        if let Some(writer) = part
            .as_ref()
            .or_else(|| writer(&explanation, &self.evidence))
        {
            self.place = narrowed(writer.span, &self.evidence, sources);
            // The place says already which template it is.
            let calls = writer.calls.iter();
            let calls = calls.filter(|call| call.kind != FrameKind::Template);
            self.calls = calls.map(trace_entry).collect();
        }
        let part = Part {
            text: &self.evidence,
            env: &self.env,
        };
        follow(&explanation, part, sources, &mut self.values);
        if self.place.file.is_some() || self.source().is_some() {
            return;
        }
        if let Some(place) = explainer.kustomization(*app, *object) {
            self.place = place;
            self.is_around = true;
        }
    }

    /// The finding as the program shows problems: the template line first, the value's place beside it.
    pub fn diagnostic(&self) -> Diagnostic {
        let mut diagnostic = Diagnostic::error(Code(self.rule.clone()), self.message.clone());
        diagnostic.severity = self.severity;
        diagnostic.primary.span = self.place;
        if let Some(hop) = self.source() {
            diagnostic.secondary.push(Label {
                span: hop.place,
                text: format!("{} {}", hop.what, hop.name),
            });
        }
        diagnostic.trace.clone_from(&self.calls);
        diagnostic.fix.clone_from(&self.fix);
        let meant = self.suggestion.iter();
        diagnostic.help = meant
            .map(|name| format!("did you mean `{name}`?"))
            .chain(self.hints.iter().cloned())
            .collect();
        diagnostic
    }

    /// The value's place that a person edits.
    pub fn source(&self) -> Option<&ValueHop> {
        let mut hops = self.values.iter().rev();
        hops.find(|hop| hop.place.file.is_some())
    }
}

fn trace_entry(call: &evenkeel_gitops::explain::Call) -> TraceEntry {
    TraceEntry {
        call: call.span,
        name: call.name.clone(),
        kind: call.kind,
    }
}

/// The same path, items of lists by name where they have one: it survives when items are added.
fn named(path: &FieldPath, data: &Data) -> FieldPath {
    let mut at = Some(data);
    let steps = path.0.iter().map(|step| {
        let next = at.and_then(|at| FieldPath(vec![step.clone()]).get(at));
        at = next;
        let name = next.and_then(|item| item.get("name")?.as_str());
        match (step, name) {
            (Step::Index(_), Some(name)) => Step::Named(name.to_owned()),
            _ => step.clone(),
        }
    });
    FieldPath(steps.collect())
}

/// The part of a place that is wrong, where the text there holds it; comments that name it too do not.
fn narrowed(place: Span, evidence: &str, sources: &SourceMap) -> Span {
    let find = || {
        let source = sources.get(place.file)?;
        let text = source
            .content
            .get(place.start as usize..place.end as usize)?;
        let text = std::str::from_utf8(text).ok()?;
        let mut places = text.match_indices(evidence).map(|(at, _)| at);
        let is_code = |at: &usize| {
            let line = text[..*at].rsplit('\n').next().unwrap_or_default();
            !line.trim_start().starts_with('#')
        };
        let start = place.start + u32::try_from(places.find(is_code)?).ok()?;
        let length = u32::try_from(evidence.len()).ok()?;
        Some(Span::new(place.file, start, start + length))
    };
    let found = (!evidence.is_empty()).then(find).flatten();
    found.unwrap_or(place)
}

/// What wrote the part of the field that is wrong: the text that holds it, else what begins the line that it is, else the
/// first action; of a mapping or a list, where it begins, for its actions write no more than a part of it.
fn writer<'e>(explanation: &'e Explanation, evidence: &str) -> Option<&'e Writer> {
    let writers = &explanation.writers;
    let holds = |writer: &&Writer| !evidence.is_empty() && writer.text.contains(evidence);
    let acts = |writer: &&Writer| !writer.is_literal && !is_collection(&explanation.value);
    let is_line = explanation
        .value
        .as_str()
        .is_some_and(|text| !text.contains('\n'));
    let begins = |writer: &&Writer| is_line && writer.text.chars().any(char::is_alphanumeric);
    let mut found = writers.iter().find(holds);
    found = found.or_else(|| writers.iter().find(begins));
    found = found.or_else(|| writers.iter().find(acts));
    found.or_else(|| writers.first())
}

fn is_collection(value: &Data) -> bool {
    matches!(value, Data::List(_) | Data::Map(_))
}

/// The part of a field that is wrong; empty where it is the whole.
#[derive(Clone, Copy)]
struct Part<'f> {
    text: &'f str,
    env: &'f str,
}

/// Follows a value from the chart that uses it to the file that it was written in.
fn follow(
    explanation: &Explanation,
    part: Part<'_>,
    sources: &SourceMap,
    hops: &mut Vec<ValueHop>,
) {
    let Some((cause, layer)) = cause(explanation, part) else {
        return;
    };
    hops.push(ValueHop {
        what: layer.what.clone(),
        name: match &cause.path {
            Some(path) => path.to_string(),
            None => cause.name.clone(),
        },
        place: narrowed(layer.span, part.text, sources),
    });
    let Some(next) = &layer.hop else { return };
    let before = hops.len();
    follow(next, part, sources, hops);
    if hops.len() == before
        && let Some(writer) = writer(next, part.text)
    {
        hops.push(ValueHop {
            what: format!("{} of", next.object),
            name: next.app.clone(),
            place: narrowed(writer.span, part.text, sources),
        });
    }
}

/// The value that made the field what it is, and the layer that won: the one that says what is wrong, else the one
/// that is the field's value, else the first.
fn cause<'e>(explanation: &'e Explanation, part: Part<'_>) -> Option<(&'e Cause, &'e Layer)> {
    let won = |cause: &'e Cause| Some((cause, cause.layers.first()?));
    let mut causes = explanation.causes.iter().filter_map(won);
    let says = |(_, layer): &(&Cause, &Layer)| !part.text.is_empty() && says(&layer.value, part);
    let is_it = |(_, layer): &(&Cause, &Layer)| layer.value == explanation.value;
    let first = causes.clone().next();
    let found = causes.clone().find(says).or_else(|| causes.find(is_it));
    match part.text.is_empty() && !is_collection(&explanation.value) {
        true => found.or(first),
        // A value that does not say what is wrong did not bring it, nor did one within a mapping bring the whole.
        false => found,
    }
}

/// Whether a text within the data holds another, or a good part of it.
fn says(data: &Data, part: Part<'_>) -> bool {
    match data {
        Data::List(items) => items.iter().any(|item| says(&item.value, part)),
        Data::Map(entries) => entries.iter().any(|entry| says(&entry.value, part)),
        _ => data.as_str().is_some_and(|value| {
            // That a name has the environment's in it is never what is wrong.
            let is_part = value.len() >= MIN_PART && value != part.env;
            value.contains(part.text) || is_part && part.text.contains(value)
        }),
    }
}
