//! `evenkeel explain`: where a field comes from.

use std::fmt::Write;

use clap::Args;
use evenkeel_diagnostics::{FrameKind, SourceMap, Span};
use evenkeel_gitops::explain::{Cause, Explainer, Explanation, Layer, Writer};
use evenkeel_gitops::{Environment, FieldPath};
use evenkeel_value::Data;

use super::{Format, ProjectFlags, Session};
use crate::outcome::Outcome;

#[derive(Debug, Args)]
pub(crate) struct Flags {
    #[command(flatten)]
    project: ProjectFlags,
    /// What to explain: `Kind/name:field`, `Kind/namespace/name:field`, or without a field the whole object
    #[arg(value_name = "OBJECT[:FIELD]")]
    target: String,
    /// Only objects of this Application
    #[arg(long, value_name = "NAME")]
    app: Option<String>,
    /// How to show it
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// What the user asks about.
#[derive(Debug)]
struct Target {
    kind: String,
    namespace: Option<String>,
    name: String,
    field: FieldPath,
}

pub(crate) fn run(flags: &Flags) -> Outcome {
    let mut out = Outcome::default();
    let target = match Target::parse(&flags.target) {
        Ok(target) => target,
        Err(reason) => {
            out.refuse(&reason);
            return out;
        }
    };
    let Some(session) = flags.project.open(&mut out) else {
        return out;
    };
    let environments = session.project.render(&session.names, &session.options);
    let mut all = Vec::new();
    let mut near = Vec::new();
    for environment in &environments {
        explain_in(environment, &target, flags, &session, &mut all, &mut near);
    }
    if all.is_empty() {
        // What failed may be what was asked about.
        for environment in &environments {
            session.tell(environment, &mut out);
        }
        refuse(&target, &environments, &near, &mut out);
        return out;
    }
    match flags.format {
        Format::Json => {
            let sources = session.project.sources();
            let values: Vec<_> = all
                .iter()
                .map(|(env, explanation)| {
                    let mut value = json(explanation, sources);
                    value["env"] = env.as_str().into();
                    value
                })
                .collect();
            super::print_json(&serde_json::Value::from(values), &mut out);
        }
        Format::Text => {
            for (env, explanation) in &all {
                let mut page = Page {
                    sources: session.project.sources(),
                    text: String::new(),
                };
                page.explanation(env, explanation);
                out.stdout.extend_from_slice(page.text.as_bytes());
            }
        }
    }
    out
}

fn explain_in(
    environment: &Environment,
    target: &Target,
    flags: &Flags,
    session: &Session,
    all: &mut Vec<(String, Explanation)>,
    near: &mut Vec<String>,
) {
    let only = flags.app.as_ref().map(|name| environment.app(name));
    let explainer = Explainer::new(environment, session.project.renderer());
    for (a, app) in environment.apps.iter().enumerate() {
        if only.is_some_and(|only| only != Some(a)) {
            continue;
        }
        for (o, object) in app.objects.iter().enumerate() {
            let identity = &object.identity;
            if !identity.kind.eq_ignore_ascii_case(&target.kind) {
                continue;
            }
            let in_namespace = target
                .namespace
                .as_ref()
                .is_none_or(|namespace| *namespace == identity.namespace);
            if identity.name != target.name || !in_namespace {
                near.push(object.short_name());
                continue;
            }
            match explainer.explain(a, o, &target.field) {
                Some(explanation) => all.push((environment.name.clone(), explanation)),
                None => near.push(format!("{} without that field", object.short_name())),
            }
        }
    }
}

fn refuse(target: &Target, environments: &[Environment], near: &[String], out: &mut Outcome) {
    let names: Vec<&str> = environments.iter().map(|e| e.name.as_str()).collect();
    let mut near: Vec<&str> = near.iter().map(String::as_str).collect();
    near.sort_unstable();
    near.dedup();
    near.truncate(12);
    let hint = match near.is_empty() {
        true => format!("; no object has the kind {}", target.kind),
        false => format!("; there is {}", near.join(", ")),
    };
    let field = match target.field.0.is_empty() {
        true => String::new(),
        false => format!(":{}", target.field),
    };
    out.refuse(&format!(
        "nothing in {} is {}/{}{field}{hint}",
        names.join(", "),
        target.kind,
        target.name
    ));
}

impl Target {
    fn parse(text: &str) -> Result<Target, String> {
        let (object, field) = text.split_once(':').unwrap_or((text, ""));
        let parts: Vec<&str> = object.split('/').collect();
        let (kind, namespace, name) = match parts[..] {
            [kind, name] => (kind, None, name),
            [kind, namespace, name] => (kind, Some(namespace.to_owned()), name),
            _ => {
                return Err(format!(
                    "`{text}` names no object; write Kind/name:field, such as Route/web:spec.host"
                ));
            }
        };
        Ok(Target {
            kind: kind.to_owned(),
            namespace,
            name: name.to_owned(),
            field: FieldPath::parse(field)?,
        })
    }
}

/// An explanation as text.
struct Page<'a> {
    sources: &'a SourceMap,
    text: String,
}

impl Page<'_> {
    fn explanation(&mut self, env: &str, explanation: &Explanation) {
        let Explanation {
            app,
            object,
            field,
            value,
            ..
        } = explanation;
        match field.0.is_empty() {
            true => self.line(0, &format!("{env}: {object} of {app}")),
            false => self.line(
                0,
                &format!("{env}: {object} of {app}: {field} = {}", short(value)),
            ),
        }
        self.body(1, explanation);
        self.text.push('\n');
    }

    fn body(&mut self, indent: usize, explanation: &Explanation) {
        for writer in &explanation.writers {
            self.writer(indent, writer);
        }
        for condition in &explanation.conditions {
            let place = self.place(condition.span);
            let text = match condition.held {
                true => condition.text.clone(),
                false => format!("not {}", condition.text),
            };
            self.line(indent, &format!("because  {text}{place}"));
            for cause in &condition.causes {
                self.cause(indent + 1, cause);
            }
        }
        for cause in &explanation.causes {
            self.cause(indent, cause);
        }
    }

    fn writer(&mut self, indent: usize, writer: &Writer) {
        let verb = match writer.is_literal {
            true => "text   ",
            false => "action ",
        };
        let place = self.place(writer.span);
        self.line(indent, &format!("{verb}  {}{place}", writer.text));
        for call in &writer.calls {
            let how = match call.kind {
                FrameKind::Template => continue,
                FrameKind::Include => "include of",
                FrameKind::Tpl => "tpl, in",
                _ => "template",
            };
            let place = self.place(call.span);
            self.line(indent + 1, &format!("by {how} {}{place}", call.name));
        }
    }

    fn cause(&mut self, indent: usize, cause: &Cause) {
        let mut line = format!("from     {}", cause.name);
        if let Some(path) = &cause.path {
            let path = path.to_string();
            if !cause.name.ends_with(&path) {
                let _ = write!(line, " ({path})");
            }
        }
        if !cause.found || (cause.layers.is_empty() && cause.note.is_none()) {
            line.push_str(", which nothing sets");
        }
        if let Some(note) = &cause.note {
            let _ = write!(line, ", {note}");
        }
        self.line(indent, &line);
        for (i, layer) in cause.layers.iter().enumerate() {
            self.layer(indent + 1, layer, i == 0);
        }
    }

    fn layer(&mut self, indent: usize, layer: &Layer, wins: bool) {
        let mark = if wins { "=" } else { "-" };
        let place = self.place(layer.span);
        let value = short(&layer.value);
        self.line(indent, &format!("{mark} {value}  {}{place}", layer.what));
        if let Some(hop) = &layer.hop {
            self.line(
                indent + 1,
                &format!("{} of {}: {}", hop.object, hop.app, hop.field),
            );
            self.body(indent + 2, hop);
        }
    }

    fn place(&self, span: Span) -> String {
        match self.sources.locate(span.file, span.start) {
            Some(place) => format!("  {place}"),
            None => String::new(),
        }
    }

    fn line(&mut self, indent: usize, text: &str) {
        let _ = writeln!(self.text, "{}{}", "  ".repeat(indent), text.trim_end());
    }
}

/// A value on one line, and not too long.
fn short(value: &Data) -> String {
    let text = evenkeel_report::data(value).to_string();
    match text.char_indices().nth(80) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn json(explanation: &Explanation, sources: &SourceMap) -> serde_json::Value {
    let place = |span: Span| sources.locate(span.file, span.start);
    let writers: Vec<_> = explanation
        .writers
        .iter()
        .map(|writer| {
            let calls: Vec<_> = writer
                .calls
                .iter()
                .map(|call| {
                    serde_json::json!({ "name": call.name, "kind": format!("{:?}", call.kind).to_lowercase(), "place": place(call.span) })
                })
                .collect();
            serde_json::json!({
                "place": place(writer.span),
                "text": writer.text,
                "literal": writer.is_literal,
                "calls": calls,
            })
        })
        .collect();
    let conditions: Vec<_> = explanation
        .conditions
        .iter()
        .map(|condition| {
            serde_json::json!({
                "place": place(condition.span),
                "text": condition.text,
                "held": condition.held,
                "causes": causes_json(&condition.causes, sources),
            })
        })
        .collect();
    serde_json::json!({
        "app": explanation.app,
        "object": explanation.object,
        "field": explanation.field.to_string(),
        "value": evenkeel_report::data(&explanation.value),
        "writers": writers,
        "conditions": conditions,
        "causes": causes_json(&explanation.causes, sources),
    })
}

fn causes_json(causes: &[Cause], sources: &SourceMap) -> Vec<serde_json::Value> {
    let layer = |layer: &Layer| {
        serde_json::json!({
            "what": layer.what,
            "place": sources.locate(layer.span.file, layer.span.start),
            "value": evenkeel_report::data(&layer.value),
            "hop": layer.hop.as_ref().map(|hop| json(hop, sources)),
        })
    };
    causes
        .iter()
        .map(|cause| {
            serde_json::json!({
                "name": cause.name,
                "path": cause.path.as_ref().map(ToString::to_string),
                "found": cause.found,
                "note": cause.note,
                "layers": cause.layers.iter().map(layer).collect::<Vec<_>>(),
            })
        })
        .collect()
}
