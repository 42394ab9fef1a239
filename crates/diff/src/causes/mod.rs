//! Joins each difference to what made it: a line of values, a condition or a line of a template, a declared fact.
//!
//! Both sides of a difference are explained (`gitops::explain`) and the explanations held against each other. What they
//! do not have in common is the cause; differences with one cause become one.

mod decide;
mod follow;
mod groups;
mod hidden;
mod said;
mod side;
mod templates;
mod traces;
mod verdict;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use evenkeel_diagnostics::Severity;
use evenkeel_gitops::{Declaration, Environment, FieldPath, Step};
use evenkeel_value::Data;
use rustc_hash::FxHashMap;

use crate::cause::{Cause, CauseKind, ChangeIndex, Comparison, Differences, Said};
use crate::change::{
    App, AppDiff, Change, Class, ObjectDiff, ObjectIndex, Presence, Reason, Sides,
};
use crate::classify::{is_application, is_checksum, is_label};
use crate::facts::{Fact, Facts};
use decide::{Decider, Question};
use groups::{Group, Groups};
use side::{Field, Side};
use verdict::Verdict;

pub use side::Rendered;

/// Two environments that were compared, for [`explain`].
pub struct Pair<'a> {
    /// The sides.
    pub sides: Sides<Rendered<'a>>,
    /// What is declared of them.
    pub facts: &'a Facts,
}

/// Finds out what made the differences, and keeps how the fields came to be if `traces` are wanted. There is one pair
/// for each comparison; none where one side does not have the environment, which then is what makes all of its
/// differences.
pub fn explain(differences: &mut Differences, pairs: &[Option<Pair<'_>>], traces: bool) {
    let compared: Vec<_> = differences
        .comparisons
        .iter()
        .zip(pairs)
        .enumerate()
        .collect();
    let found = evenkeel_renderer::side_by_side(&compared, |(index, (comparison, pair))| {
        let Some(pair) = pair else {
            return (whole(*index, comparison), BTreeMap::new(), Vec::new());
        };
        let sides = Sides {
            before: Side::new(pair.sides.before),
            after: Side::new(pair.sides.after),
        };
        let asked = Asked {
            index: *index,
            comparison,
            facts: pair.facts,
            sides: Sides {
                before: &sides.before,
                after: &sides.after,
            },
        };
        let mut groups = Groups::default();
        asked.all(&mut groups);
        let traces = match traces {
            true => asked.traces(),
            false => BTreeMap::new(),
        };
        // Only a comparison of two environments, which is alone, has something missing.
        let places = differences.missing.iter().map(|missing| {
            let path = FieldPath::parse(&missing.path).ok()?;
            let object = missing.index;
            follow::place_of(&sides.after, &Field { object, path })
        });
        (groups, traces, places.collect::<Vec<_>>())
    });
    let mut groups = Groups::default();
    let mut places = Vec::new();
    for (more, traces, found) in found {
        groups.extend(more);
        differences.traces.extend(traces);
        places.extend(found);
    }
    for (missing, place) in differences.missing.iter_mut().zip(places) {
        missing.place = place;
    }
    differences.causes = groups.causes();
}

/// An environment that one side has only.
fn whole(index: usize, comparison: &Comparison) -> Groups {
    let name = format!(
        "environment {}",
        comparison.env.as_deref().unwrap_or_default()
    );
    let group = Group::App(name.clone());
    let mut groups = Groups::default();
    for (app_index, app) in comparison.apps.iter().enumerate() {
        let at = ChangeIndex {
            comparison: index,
            app: app_index,
            change: None,
        };
        groups.effect(group.clone(), at, || {
            let verdict = Verdict {
                kind: CauseKind::Application,
                ..Verdict::unknown(name.clone())
            };
            cause(verdict, app.class.clone())
        });
    }
    groups
}

/// A comparison whose causes are looked for.
struct Asked<'c, 's, 'a> {
    index: usize,
    comparison: &'c Comparison,
    facts: &'c Facts,
    sides: Sides<&'s Side<'a>>,
}

impl Asked<'_, '_, '_> {
    fn all(&self, groups: &mut Groups) {
        self.prepare();
        let environments = self.environments();
        let decider = Decider {
            sides: self.sides,
            is_one_tree: Arc::ptr_eq(&environments.before.sources, &environments.after.sources),
        };
        let failures = self.failures();
        // What follows from others comes after them.
        let mut inputs = Vec::new();
        let mut checksums = Vec::new();
        let mut untraced = Vec::new();
        for (app_index, app) in self.comparison.apps.iter().enumerate() {
            let index = |change| ChangeIndex {
                comparison: self.index,
                app: app_index,
                change,
            };
            if app.presence != Presence::Both {
                self.application(&decider, app, index(None), groups);
                continue;
            }
            for (i, object) in app.objects.iter().enumerate() {
                for (j, change) in object.changes.iter().enumerate() {
                    let at = (app, object, change, index(Some((i, j))));
                    if object.presence != Presence::Both
                        && let Some(failure) = failures.get(app.name.as_str())
                    {
                        self.failed(failure, change, at.3, groups);
                        continue;
                    }
                    match &change.class {
                        Class::Implied { .. } if is_checksum(change) => checksums.push(at),
                        Class::Implied { .. } => inputs.push(at),
                        Class::Identity => self.identity(change, at.3, groups),
                        _ => {
                            let lost = self.change(&decider, at, groups);
                            untraced.extend(lost.map(|verdict| (verdict, at)));
                        }
                    }
                }
            }
        }
        for (verdict, at) in untraced {
            self.untraced(verdict, at, groups);
        }
        for at in inputs {
            self.implied(&decider, at, groups);
        }
        for at in checksums {
            self.checksum(&decider, at, groups);
        }
    }

    /// Renders what will be asked about, all at once: the sources of the objects that differ in what needs a cause.
    fn prepare(&self) {
        let needs = |object: &&ObjectDiff| {
            let mut changes = object.changes.iter();
            changes.any(|change| !matches!(change.class, Class::Identity | Class::Implied { .. }))
        };
        let sources = |side: &Side<'_>, of: fn(&ObjectDiff) -> Option<ObjectIndex>| {
            let objects = self.comparison.apps.iter().flat_map(|app| &app.objects);
            let objects = objects.filter(needs).filter_map(of);
            let sources: BTreeSet<(usize, usize)> = objects
                .map(|index| (index.app, side.source_of(index)))
                .collect();
            side.explainer.prepare(&Vec::from_iter(sources));
        };
        sources(self.sides.before, |object| object.index.before);
        sources(self.sides.after, |object| object.index.after);
    }

    fn environments(&self) -> Sides<&Environment> {
        Sides {
            before: self.sides.before.environment(),
            after: self.sides.after.environment(),
        }
    }

    /// The Applications that do not render on a side, and what the cause is called that one side has none of their
    /// objects.
    fn failures(&self) -> FxHashMap<&str, String> {
        let environments = self.environments();
        let names = (self.facts.names(), &self.comparison.names);
        let sides = [
            (environments.before, &names.0.before, &names.1.before),
            (environments.after, &names.0.after, &names.1.after),
        ];
        let failed = sides.into_iter().flat_map(|(environment, name, side)| {
            let apps = environment.apps.iter().filter(|app| {
                let mut diagnostics = app.diagnostics.iter();
                diagnostics.any(|one| one.severity == Severity::Error)
            });
            apps.map(move |app| {
                let name = App::base_name(&app.name, name);
                (name, format!("{name} does not render in {side}"))
            })
        });
        failed.collect()
    }

    fn failed(&self, failure: &str, change: &Change, index: ChangeIndex, groups: &mut Groups) {
        let risk = match change.class {
            Class::Security { risk, .. } => Some(risk),
            _ => None,
        };
        let verdict = Verdict {
            kind: CauseKind::Application,
            ..Verdict::unknown(failure.to_owned())
        };
        let group = Group::Lines(verdict.key(), change.class.name(), risk, None);
        groups.effect(group, index, || cause(verdict, change.class.clone()));
    }

    /// What an Application of one side comes from: the object that declares it.
    fn application(
        &self,
        decider: &Decider<'_, '_>,
        app: &AppDiff,
        index: ChangeIndex,
        groups: &mut Groups,
    ) {
        let is_before = app.presence == Presence::Before;
        let environments = self.environments();
        let (own, name) = match is_before {
            true => (environments.before, &self.facts.names().before),
            false => (environments.after, &self.facts.names().after),
        };
        let found = own
            .apps
            .iter()
            .find(|one| App::base_name(&one.name, name) == app.name);
        let declaring = found.and_then(|found| {
            let object = match &found.declaration {
                Declaration::Object { object, .. } | Declaration::Generated { object, .. } => {
                    *object
                }
                Declaration::Root => return None,
            };
            let app = found.parent?;
            Some(ObjectIndex { app, object })
        });
        let mut verdict = declaring.map_or_else(
            || Verdict::unknown(app.name.clone()),
            |object| {
                let apps = self.twins(object.app, is_before);
                let field = Some(Field {
                    object,
                    path: FieldPath::default(),
                });
                decider.decide(&Question {
                    fields: one_sided(is_before, field),
                    apps,
                    name: app.name.clone(),
                    ..Question::default()
                })
            },
        );
        verdict.kind = CauseKind::Application;
        verdict.name.clone_from(&app.name);
        let group = Group::App(app.name.clone());
        groups.effect(group, index, || cause(verdict, app.class.clone()));
    }

    /// An Application of one side by its index, and the same one on the other.
    fn twins(&self, own: usize, is_before: bool) -> Sides<Option<usize>> {
        let environments = self.environments();
        let names = self.facts.names();
        let [(mine, my_name), (theirs, their_name)] = match is_before {
            true => [
                (environments.before, &names.before),
                (environments.after, &names.after),
            ],
            false => [
                (environments.after, &names.after),
                (environments.before, &names.before),
            ],
        };
        let base = mine
            .apps
            .get(own)
            .map(|app| App::base_name(&app.name, my_name));
        let mut others = theirs.apps.iter();
        let other = others.position(|app| Some(App::base_name(&app.name, their_name)) == base);
        match is_before {
            true => Sides {
                before: Some(own),
                after: other,
            },
            false => Sides {
                before: other,
                after: Some(own),
            },
        }
    }

    fn identity(&self, change: &Change, index: ChangeIndex, groups: &mut Groups) {
        match self.facts.of(change) {
            Some(fact) => {
                groups.effect(group_of(fact), index, || self.fact_cause(fact));
            }
            None => {
                let verdict = Verdict::unknown(change.path.to_string());
                let group = Group::Lines(verdict.key(), "identity", None, None);
                groups.effect(group, index, || cause(verdict, Class::Identity));
            }
        }
    }

    fn fact_cause(&self, fact: &Fact) -> Cause {
        let said = |side: &Side<'_>, text: &str, span| {
            Some(Said {
                place: side.place(span),
                text: text.to_owned(),
            })
        };
        Cause {
            kind: CauseKind::Fact,
            name: fact.name.to_owned(),
            sides: Sides {
                before: said(self.sides.before, &fact.texts.before, fact.spans.before),
                after: said(self.sides.after, &fact.texts.after, fact.spans.after),
            },
            hops: Vec::new(),
            class: Class::Identity,
            effects: Vec::new(),
            follow: Vec::new(),
        }
    }

    fn change(
        &self,
        decider: &Decider<'_, '_>,
        at: At<'_>,
        groups: &mut Groups,
    ) -> Option<Verdict> {
        let (_, object, change, index) = at;
        let verdict = self.verdict(decider, object, change);
        if verdict.kind == CauseKind::Unknown {
            return Some(verdict);
        }
        self.add(verdict, change, index, groups);
        None
    }

    /// A change whose cause cannot be traced has the cause of one that is the same in its Application: what a template
    /// takes apart and prints anew has lost its way.
    fn untraced(&self, verdict: Verdict, at: At<'_>, groups: &mut Groups) {
        let (app, _, change, index) = at;
        let is_same = |other: &Change| {
            other.class == change.class
                && change.before.is_some()
                && other.before == change.before
                && other.after == change.after
        };
        let changes = app.objects.iter().enumerate().flat_map(|(i, object)| {
            let changes = object.changes.iter().enumerate();
            changes.map(move |(j, other)| ((i, j), other))
        });
        let mut known = changes
            .filter(|(_, other)| is_same(other))
            .filter_map(|(place, _)| {
                groups.of.get(&ChangeIndex {
                    change: Some(place),
                    ..index
                })
            });
        match known.next().cloned() {
            Some(group) => groups.join(
                &group,
                index,
                change.class == Class::Version && is_label(change),
            ),
            None => self.add(verdict, change, index, groups),
        }
    }

    fn add(&self, verdict: Verdict, change: &Change, index: ChangeIndex, groups: &mut Groups) {
        let key = verdict.key();
        let group = match &change.class {
            Class::Expected(reason) => Group::Entry(entry(reason)),
            Class::Security { risk, reason } => {
                let reason = reason.as_ref().map(entry);
                Group::Lines(key.clone(), "security", Some(*risk), reason)
            }
            class => Group::Lines(key.clone(), class.name(), None, None),
        };
        groups.lines.entry(key).or_insert_with(|| group.clone());
        let class = change.class.clone();
        if change.class == Class::Version && is_label(change) {
            groups.label(group, index, || cause(verdict, class));
            return;
        }
        groups.effect(group, index, || cause(verdict, class));
    }

    /// Inputs of Applications follow from what makes them differ; objects of one side that declare an Application,
    /// from that.
    fn implied(&self, decider: &Decider<'_, '_>, at: At<'_>, groups: &mut Groups) {
        let (_, object, change, index) = at;
        if change.path.0.is_empty() && is_application(&object.identity) {
            let alone = groups
                .causes
                .keys()
                .find(|group| matches!(group, Group::App(name) if implies(&change.class, name)));
            if let Some(group) = alone.cloned() {
                groups.follow(&group, index);
                return;
            }
        }
        if self.facts.tokens_account_for(change)
            && let Some(fact) = self.facts.of(change)
        {
            let group = group_of(fact);
            if groups.causes.contains_key(&group) {
                groups.follow(&group, index);
            } else {
                groups.effect(group, index, || self.fact_cause(fact));
            }
            return;
        }
        let verdict = self.verdict(decider, object, change);
        match groups.with_line(&verdict.key()) {
            Some(group) => groups.follow(&group, index),
            None => {
                let group = Group::Lines(verdict.key(), "implied", None, None);
                groups.effect(group, index, || cause(verdict, change.class.clone()));
            }
        }
    }

    /// A checksum follows from what makes its object differ.
    fn checksum(&self, decider: &Decider<'_, '_>, at: At<'_>, groups: &mut Groups) {
        let (app, _, change, index) = at;
        let source = app.objects.iter().enumerate().find(|(_, object)| {
            let id = object.renamed.as_ref().unwrap_or(&object.identity);
            implies(&change.class, &format!("{}/{}", id.kind, id.name))
        });
        let cause = source.and_then(|(i, object)| {
            // The data of the object rather than its namespace.
            let mut changes: Vec<(usize, &Change)> = object.changes.iter().enumerate().collect();
            changes.sort_by_key(|(_, change)| {
                matches!(change.path.0.first(), Some(Step::Key(key)) if key == "metadata")
            });
            let mut groups = changes.into_iter().filter_map(|(j, _)| {
                groups.of.get(&ChangeIndex {
                    change: Some((i, j)),
                    ..index
                })
            });
            groups.next().cloned()
        });
        match cause {
            Some(group) => groups.follow(&group, index),
            None => self.implied(decider, at, groups),
        }
    }

    fn verdict(&self, decider: &Decider<'_, '_>, object: &ObjectDiff, change: &Change) -> Verdict {
        let question = self.question(object, change);
        let mut verdict = decider.decide(&question);
        hidden::hide(object, change, &mut verdict);
        verdict
    }

    fn question(&self, object: &ObjectDiff, change: &Change) -> Question {
        let is_whole = change.path.0.is_empty();
        let field = |index: Option<ObjectIndex>, path: &FieldPath| {
            // A side without the field has an empty path.
            let has = is_whole || !path.0.is_empty();
            index.filter(|_| has).map(|object| Field {
                object,
                path: path.clone(),
            })
        };
        let hidden = hidden::is_hidden(object, change);
        let value = |data: &Option<Data>| data.clone().filter(|_| !hidden);
        let apps = match (object.index.before, object.index.after) {
            (Some(before), Some(after)) => Sides {
                before: Some(before.app),
                after: Some(after.app),
            },
            (Some(before), None) => self.twins(before.app, true),
            (None, Some(after)) => self.twins(after.app, false),
            (None, None) => Sides::default(),
        };
        let id = &object.identity;
        let name = match is_whole {
            true => format!("{}/{}", id.kind, id.name),
            false => change.path.to_string(),
        };
        let lacks = |index: Option<ObjectIndex>, path: &FieldPath| {
            index.filter(|_| path.0.is_empty()).map(|object| Field {
                object,
                path: change.place().clone(),
            })
        };
        Question {
            around: Sides {
                before: lacks(object.index.before, &change.indexed.before),
                after: lacks(object.index.after, &change.indexed.after),
            },
            fields: Sides {
                before: field(object.index.before, &change.indexed.before),
                after: field(object.index.after, &change.indexed.after),
            },
            values: Sides {
                before: value(&change.before),
                after: value(&change.after),
            },
            apps,
            name,
        }
    }
}

type At<'c> = (&'c AppDiff, &'c ObjectDiff, &'c Change, ChangeIndex);

fn one_sided<T>(is_before: bool, value: Option<T>) -> Sides<Option<T>> {
    match is_before {
        true => Sides {
            before: value,
            after: None,
        },
        false => Sides {
            before: None,
            after: value,
        },
    }
}

fn group_of(fact: &Fact) -> Group {
    Group::Fact(fact.name, fact.texts.clone())
}

fn entry(reason: &Reason) -> u32 {
    reason.span.start
}

fn implies(class: &Class, name: &str) -> bool {
    let Class::Implied { of } = class else {
        return false;
    };
    of == name || of.strip_prefix("Application ") == Some(name)
}

fn cause(verdict: Verdict, class: Class) -> Cause {
    Cause {
        kind: verdict.kind,
        name: verdict.name,
        sides: verdict.sides,
        hops: verdict.hops,
        class,
        effects: Vec::new(),
        follow: Vec::new(),
    }
}
