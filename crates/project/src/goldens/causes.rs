//! What made objects what they are: the line of values or of a template that stands behind a difference.
//!
//! A golden is text: nothing is known of what made it. So only the side that is rendered is explained, and what is no
//! longer rendered has no cause that anybody could show.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::path::Path;

use evenkeel_diagnostics::{SourceKind, Span};
use evenkeel_diff::{
    Cause, CauseKind, Change, ChangeIndex, Class, Comparison, Hop, ObjectDiff, Place, Presence,
    Said, Sides,
};
use evenkeel_gitops::Environment;
use evenkeel_gitops::explain::{Explainer, Explanation, Layer};
use evenkeel_value::Data;

use crate::Project;

/// The causes of the differences between goldens and what is rendered: by class, lines before what has none, those with
/// most effects first. Each comparison is of the environment that it names.
pub fn golden_causes(
    project: &Project,
    environments: &[Environment],
    comparisons: &[Comparison],
) -> Vec<Cause> {
    let mut causes: BTreeMap<Key, Cause> = BTreeMap::new();
    for (index, comparison) in comparisons.iter().enumerate() {
        let mut named = environments.iter();
        let environment = named.find(|env| Some(&env.name) == comparison.env.as_ref());
        let explainer = environment.map(|env| Explainer::new(env, project.renderer()));
        for (at, object, change) in changes(index, comparison) {
            let found = explainer.as_ref().and_then(|explainer| {
                let place = object?.index.after?;
                // What a Secret is made of is nobody's business.
                let is_secret = object?.identity.kind == "Secret";
                let change = change.filter(|_| !is_secret)?;
                let explanation = explainer.explain(place.app, place.object, change.place())?;
                source(&explanation, change.before.as_ref(), project)
            });
            let mut cause = found.unwrap_or_else(|| unknown(comparison, at, object));
            if let Some(change) = change {
                cause.class = change.class.clone();
            }
            let known = causes.entry(key(&cause, at)).or_insert(cause);
            known.effects.push(at);
        }
    }
    let mut causes: Vec<Cause> = causes.into_values().collect();
    causes.sort_by_key(|cause| {
        let rank = match cause.class {
            Class::Unexplained => 0,
            Class::Security { .. } => 1,
            _ => 2,
        };
        let has_line = cause.sides.after.is_some();
        (rank, Reverse((has_line, cause.effects.len())))
    });
    causes
}

/// What makes causes one: the class and the line, or the difference itself where there is no line.
type Key = (&'static str, Option<(String, usize)>, Option<ChangeIndex>);

fn key(cause: &Cause, at: ChangeIndex) -> Key {
    let place = cause
        .sides
        .after
        .as_ref()
        .and_then(|said| said.place.as_ref());
    let line = place.map(|place| (place.file.clone(), place.line));
    let own = line.is_none().then_some(at);
    (cause.class.name(), line, own)
}

/// All differences of a comparison.
fn changes(
    comparison: usize,
    of: &Comparison,
) -> impl Iterator<Item = (ChangeIndex, Option<&ObjectDiff>, Option<&Change>)> {
    let apps = of.apps.iter().enumerate();
    apps.flat_map(move |(app, diff)| {
        let at = move |change| ChangeIndex {
            comparison,
            app,
            change,
        };
        let alone = (diff.presence != Presence::Both).then(|| (at(None), None, None));
        let objects = diff.objects.iter().enumerate();
        let changes = objects.flat_map(move |(i, object)| {
            let changes = object.changes.iter().enumerate();
            changes.map(move |(j, change)| (at(Some((i, j))), Some(object), Some(change)))
        });
        alone.into_iter().chain(changes)
    })
}

/// The value that made a field what it is, else the template line that wrote it.
fn source(explanation: &Explanation, before: Option<&Data>, project: &Project) -> Option<Cause> {
    let value = cause(explanation, before);
    let is_collection = matches!(explanation.value, Data::List(_) | Data::Map(_));
    if let Some((cause, layer)) = value.filter(|_| !is_collection) {
        let mut hops = Vec::new();
        hop(layer, &cause.name, project, &mut hops);
        hops.reverse();
        if let Some(place) = hops.iter().find_map(|hop| hop.place.clone()) {
            let name = cause.path.as_ref().map(ToString::to_string);
            let name = name.unwrap_or_else(|| cause.name.clone());
            let cause = because(CauseKind::Value, name, Some(place.clone()));
            // The way begins behind the line itself.
            hops.retain(|hop| hop.place.as_ref() != Some(&place));
            return Some(Cause { hops, ..cause });
        }
    }
    let mut writers = explanation.writers.iter();
    let place = writers.find_map(|writer| place(writer.span, project))?;
    let name = format!("{}:{}", place.file, place.line);
    Some(because(CauseKind::Template, name, Some(place)))
}

/// The value that brought what is new: the one that the field holds now and did not hold before, else the one that is
/// the field's value, else the first; with the layer that won.
fn cause<'e>(
    explanation: &'e Explanation,
    before: Option<&Data>,
) -> Option<(&'e evenkeel_gitops::explain::Cause, &'e Layer)> {
    let won = explanation.causes.iter();
    let won = || {
        won.clone()
            .filter_map(|cause| Some((cause, cause.layers.first()?)))
    };
    let now = text(&explanation.value);
    let before = before.map(text).unwrap_or_default();
    let is_new = |(_, layer): &(_, &Layer)| {
        let value = text(&layer.value);
        !value.is_empty() && now.contains(&value) && !before.contains(&value)
    };
    let is_it = |(_, layer): &(_, &Layer)| layer.value == explanation.value;
    let found = won().find(is_new).or_else(|| won().find(is_it));
    found.or_else(|| won().next())
}

/// A scalar as texts hold it; nothing of others.
fn text(data: &Data) -> String {
    match data {
        Data::Str(text) => String::from_utf8_lossy(text).into_owned(),
        Data::Int(n) => n.to_string(),
        Data::Float(n) => n.to_string(),
        _ => String::new(),
    }
}

/// Something that a line says; what has no line only has a name. The values are those of the effects.
fn because(kind: CauseKind, name: String, place: Option<Place>) -> Cause {
    let said = place.map(|place| Said {
        text: String::new(),
        place: Some(place),
    });
    Cause {
        kind,
        name,
        sides: Sides {
            before: None,
            after: said,
        },
        hops: Vec::new(),
        class: Class::Unexplained,
        effects: Vec::new(),
        follow: Vec::new(),
    }
}

/// The way of a value from the chart to the file that says it.
fn hop(layer: &Layer, name: &str, project: &Project, hops: &mut Vec<Hop>) {
    hops.push(Hop {
        what: layer.what.clone(),
        name: name.to_owned(),
        place: place(layer.span, project),
    });
    let Some(next) = &layer.hop else { return };
    if let Some((cause, layer)) = cause(next, None) {
        hop(layer, &cause.name, project, hops);
    }
}

fn unknown(comparison: &Comparison, at: ChangeIndex, object: Option<&ObjectDiff>) -> Cause {
    match object {
        None => {
            let name = comparison.apps[at.app].name.clone();
            because(CauseKind::Application, name, None)
        }
        Some(object) => {
            let id = &object.identity;
            let name = format!("{}/{}", id.kind, id.name);
            because(CauseKind::Unknown, name, None)
        }
    }
}

/// A line of a file, with what it says.
fn place(span: Span, project: &Project) -> Option<Place> {
    let sources = project.sources();
    let source = sources.get(span.file)?;
    // Documents of Applications are made, and lead on to what made them.
    if source.kind != SourceKind::File {
        return None;
    }
    let at = sources.line_column(span.file, span.start)?;
    let line = source
        .content
        .split(|byte| *byte == b'\n')
        .nth(at.line as usize - 1)?;
    let name = Path::new(&*source.name);
    let name = name.strip_prefix(project.tree.root()).unwrap_or(name);
    Some(Place {
        file: name.display().to_string(),
        line: at.line as usize,
        column: at.column as usize,
        text: String::from_utf8_lossy(line).trim().to_owned(),
    })
}
