//! The differences that `evenkeel.yaml` explains: `expect` and `parity.off`.

use evenkeel_config::{Config, Expectation};
use evenkeel_diagnostics::{Code, Diagnostic, Span};
use evenkeel_manifest::FieldPath;
use evenkeel_value::Data;

use crate::change::{App, AppDiff, Change, Class, ObjectDiff, Presence, Reason, Sides};
use crate::classify::{Objects, objects_of};
use crate::fields::Fields;
use crate::keys::Shape;
use crate::pattern::Pattern;
use crate::tokens::Tokens;

/// A path of `expect` that cannot be read.
const PATH: Code = Code::new("config/expect-path");

/// What is known about the differences of two environments.
#[derive(Debug)]
pub struct Policy {
    expectations: Vec<Known>,
    /// Applications that are off on a side, on purpose.
    off: Vec<Off>,
    names: Sides<String>,
}

#[derive(Debug)]
struct Known {
    expectation: Expectation,
    /// Where its path stands.
    span: Span,
    pattern: Pattern,
    is_used: bool,
    /// Whether nothing but this comparison could use it.
    is_judged: bool,
    /// What is there instead of what was accepted.
    reopened: Option<String>,
}

#[derive(Debug)]
struct Off {
    app: String,
    /// The side that has the Application nevertheless.
    presence: Presence,
    class: Class,
}

/// An entry of `expect` that explains nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// Its Applications; all, if it names none.
    pub app: Option<String>,
    /// Its path.
    pub path: String,
    /// Where it stands.
    pub span: Span,
}

/// An entry of `expect` that no longer explains what it did, since the values that were accepted are others now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopened {
    /// The entry.
    pub entry: Unused,
    /// Why the difference was accepted.
    pub reason: String,
    /// What is there now, and what was accepted: one line, no final dot.
    pub message: String,
}

impl Policy {
    /// What a configuration says about the differences between the environments `before` and `after`. An
    /// entry whose path cannot be read is reported and left out.
    pub fn new(config: &Config, before: &str, after: &str) -> (Policy, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut expectations = Vec::new();
        for entry in &config.expect {
            if !concerns(&entry.value, [before, after]) {
                continue;
            }
            let path = &entry.value.path;
            match Pattern::parse(&path.value) {
                Ok(pattern) => expectations.push(Known {
                    expectation: entry.value.clone(),
                    span: path.span,
                    pattern,
                    is_used: false,
                    is_judged: is_judged(config, &entry.value, [before, after]),
                    reopened: None,
                }),
                Err(reason) => diagnostics.push(wrong(path.span, &path.value, &reason)),
            }
        }
        let sides = [(before, Presence::After), (after, Presence::Before)];
        let off = sides.into_iter().flat_map(|(env, presence)| {
            let entries = config.parity.off.iter();
            entries
                .filter(move |off| off.value.env.value == env)
                .map(move |off| Off {
                    app: off.value.app.value.clone(),
                    presence,
                    class: Class::Expected(Reason {
                        text: off.value.reason.value.clone(),
                        owner: Some(off.value.owner.value.clone()),
                        review: off.value.review.as_ref().map(|review| review.value),
                        span: off.span,
                    }),
                })
        });
        let policy = Policy {
            expectations,
            off: off.collect(),
            names: Sides {
                before: before.to_owned(),
                after: after.to_owned(),
            },
        };
        (policy, diagnostics)
    }

    /// Gives the changes that it explains their reasons; `sides` are what was compared.
    pub fn apply(&mut self, apps: &mut [AppDiff], sides: Sides<&[App]>) {
        for app in apps {
            if app.presence != Presence::Both
                && let Some(class) = self.absence(&app.name, app.presence)
            {
                app.class = class;
            }
            for object in &mut app.objects {
                let data = objects_of(object, sides);
                self.explain(&app.name, object, data);
            }
        }
    }

    /// The entries that nothing but these environments could use, and that have explained nothing so far.
    pub fn unused(&self) -> Vec<Unused> {
        let is_unused =
            |known: &&Known| known.is_judged && !known.is_used && known.reopened.is_none();
        let unused = self.expectations.iter().filter(is_unused);
        unused.map(Known::entry).collect()
    }

    /// The entries that have met other values than those that were accepted.
    pub fn reopened(&self) -> Vec<Reopened> {
        let reopened = self.expectations.iter().filter_map(|known| {
            Some(Reopened {
                entry: known.entry(),
                reason: known.expectation.reason.value.clone(),
                message: known.reopened.clone()?,
            })
        });
        reopened.collect()
    }

    fn explain(&mut self, app: &str, object: &mut ObjectDiff, data: Objects<'_>) {
        let names = [Some(&object.identity), object.renamed.as_ref()];
        for change in &mut object.changes {
            let is_open = matches!(
                change.class,
                Class::Unexplained | Class::Security { reason: None, .. }
            );
            if !is_open {
                continue;
            }
            let is_meant = |known: &Known| {
                let mut names = names.into_iter().flatten();
                known.is_for_app(app)
                    && names.any(|name| known.pattern.is_for(name))
                    && known.pattern.covers(&change.path, change.place())
            };
            let mut known = self.expectations.iter_mut();
            let found = known.find_map(|known| {
                let holds = is_meant(known) && known.holds(change, data, &self.names);
                holds.then_some(known)
            });
            let Some(known) = found else { continue };
            known.is_used = true;
            let reason = known.reason();
            change.class = match change.class {
                Class::Security { risk, .. } => Class::Security {
                    risk,
                    reason: Some(reason),
                },
                _ => Class::Expected(reason),
            };
        }
    }

    /// Why only one side has an Application.
    fn absence(&self, app: &str, presence: Presence) -> Option<Class> {
        let off = self
            .off
            .iter()
            .find(|off| off.app == app && off.presence == presence);
        off.map(|off| off.class.clone())
    }
}

impl Known {
    fn entry(&self) -> Unused {
        let apps = &self.expectation.app.0;
        let apps: Vec<&str> = apps.iter().map(|app| app.value.as_str()).collect();
        Unused {
            app: (!apps.is_empty()).then(|| apps.join(", ")),
            path: self.expectation.path.value.clone(),
            span: self.span,
        }
    }

    fn reason(&self) -> Reason {
        let entry = &self.expectation;
        Reason {
            text: entry.reason.value.clone(),
            owner: entry.owner.as_ref().map(|owner| owner.value.clone()),
            review: entry.review.as_ref().map(|review| review.value),
            span: self.span,
        }
    }

    fn is_for_app(&self, app: &str) -> bool {
        let apps = &self.expectation.app.0;
        apps.is_empty() || apps.iter().any(|glob| glob.value.matches(app))
    }

    /// Whether the field that the path names is what was accepted, on both sides; the first one that is not is noted.
    fn holds(&mut self, change: &Change, data: Objects<'_>, names: &Sides<String>) -> bool {
        let accepted = &self.expectation.values.data;
        let depth = self.pattern.depth();
        let pins = [
            (&names.before, data.before, &change.indexed.before),
            (&names.after, data.after, &change.indexed.after),
        ];
        for (name, data, own) in pins {
            let Some(accepted) = accepted.get(name) else {
                continue;
            };
            // A field that a side does not have has the other side's path.
            let steps = match own.0.is_empty() {
                true => &change.place().0,
                false => &own.0,
            };
            let field = FieldPath(steps.iter().take(depth).cloned().collect());
            let found = data.and_then(|data| field.get(data));
            let now = found.unwrap_or(&Data::Null);
            if !Fields::changes(accepted, now, Shape::default(), &Tokens::default()).is_empty() {
                let message = format!(
                    "{field} of {name} is {}, and {} was accepted",
                    found.map_or_else(|| "not there".to_owned(), shown),
                    shown(accepted)
                );
                self.reopened.get_or_insert(message);
                return false;
            }
        }
        true
    }
}

/// Whether an entry is about the differences of these environments: one of them is its own, and it knows values of at
/// least one of them, if it knows any.
fn concerns(entry: &Expectation, envs: [&str; 2]) -> bool {
    let is_one = |name: &str| envs.contains(&name);
    let env = entry.env.as_ref();
    let values = &entry.values;
    env.is_none_or(|env| is_one(&env.value))
        && (values.is_empty() || envs.iter().any(|env| values.data.get(env).is_some()))
}

/// Whether an entry that explains nothing between these environments explains nothing at all: it is for one of them,
/// compared with what it is measured against, or there are no others.
fn is_judged(config: &Config, entry: &Expectation, envs: [&str; 2]) -> bool {
    if config.envs.len() <= 2 {
        return true;
    }
    let reference = config.parity.reference.as_ref();
    let (Some(env), Some(reference)) = (&entry.env, reference) else {
        return false;
    };
    let other = envs.into_iter().find(|name| *name != reference.value);
    envs.contains(&reference.value.as_str()) && other == Some(&env.value)
}

/// A value in a message.
fn shown(data: &Data) -> String {
    match data {
        Data::Null => "nothing".to_owned(),
        Data::Bool(value) => value.to_string(),
        Data::Int(value) => value.to_string(),
        Data::Uint(value) => value.to_string(),
        Data::Float(value) => value.to_string(),
        Data::Str(_) => data
            .as_str()
            .filter(|text| text.len() <= 60 && !text.contains('\n'))
            .map_or_else(|| "another text".to_owned(), |text| format!("`{text}`")),
        Data::List(_) => "another list".to_owned(),
        Data::Map(_) => "another mapping".to_owned(),
    }
}

fn wrong(span: Span, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(PATH, format!("the path `{path}` cannot be read: {reason}"))
        .at(span)
        .with_help(
            "write `Kind/name`, or `Kind/name:spec.field` for a field and what lies below it",
        )
}
