//! The differences that `evenkeel.yaml` explains: `expect` and `parity.off`.

use evenkeel_config::{Config, Expectation};
use evenkeel_diagnostics::{Code, Diagnostic, Span};
use evenkeel_manifest::Identity;

use crate::change::{App, AppDiff, Class, ObjectDiff, Presence, Reason};
use crate::pattern::Pattern;

/// A path of `expect` that cannot be read.
const PATH: Code = Code::new("config/expect-path");

/// What is known about the differences of two environments.
#[derive(Debug)]
pub struct Policy {
    expectations: Vec<Known>,
    /// Applications that are off on a side, on purpose.
    off: Vec<Off>,
}

#[derive(Debug)]
struct Known {
    expectation: Expectation,
    span: Span,
    pattern: Pattern,
    is_used: bool,
}

#[derive(Debug)]
struct Off {
    app: String,
    /// The side that has the Application nevertheless.
    presence: Presence,
    /// The environment of that side.
    elsewhere: String,
    class: Class,
}

/// An entry of `expect` that explains nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// Its Application; all, if it names none.
    pub app: Option<String>,
    /// Its path.
    pub path: String,
    /// Where it stands.
    pub span: Span,
}

impl Policy {
    /// What a configuration says about the differences between the environments `before` and `after`. An
    /// entry whose path cannot be read is reported and left out.
    pub fn new(config: &Config, before: &str, after: &str) -> (Policy, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let concerns = |env: &str| env == before || env == after;
        let mut expectations = Vec::new();
        for entry in &config.expect {
            let env = entry.value.env.as_ref();
            if env.is_some_and(|env| !concerns(&env.value)) {
                continue;
            }
            let path = &entry.value.path;
            match Pattern::parse(&path.value) {
                Ok(pattern) => expectations.push(Known {
                    expectation: entry.value.clone(),
                    span: path.span,
                    pattern,
                    is_used: false,
                }),
                Err(reason) => diagnostics.push(wrong(path.span, &path.value, &reason)),
            }
        }
        let sides = [
            (before, Presence::After, after),
            (after, Presence::Before, before),
        ];
        let off = sides.into_iter().flat_map(|(env, presence, elsewhere)| {
            let entries = config.parity.off.iter();
            entries
                .filter(move |off| off.value.env.value == env)
                .map(move |off| Off {
                    app: off.value.app.value.clone(),
                    presence,
                    elsewhere: elsewhere.to_owned(),
                    class: Class::Expected(Reason {
                        text: off.value.reason.value.clone(),
                        owner: Some(off.value.owner.value.clone()),
                        review: off.value.review.as_ref().map(|review| review.value),
                        span: off.span,
                    }),
                })
        });
        let off = off.collect();
        (Policy { expectations, off }, diagnostics)
    }

    /// Gives the changes that it explains their reasons.
    pub fn apply(&mut self, apps: &mut [AppDiff]) {
        for app in apps {
            if app.presence != Presence::Both
                && let Some(class) = self.absence(&app.name, app.presence)
            {
                app.class = class;
            }
            for object in &mut app.objects {
                self.explain(&app.name, object);
            }
        }
    }

    /// The entries that apply to these environments and have explained nothing so far.
    pub fn unused(&self) -> Vec<Unused> {
        let unused = self.expectations.iter().filter(|known| !known.is_used);
        unused
            .map(|known| Unused {
                app: known.expectation.app.as_ref().map(|app| app.value.clone()),
                path: known.expectation.path.value.clone(),
                span: known.span,
            })
            .collect()
    }

    fn explain(&mut self, app: &str, object: &mut ObjectDiff) {
        let off = child(&object.identity).and_then(|name| {
            let class = |off: &Off| off.is_for(name, object.presence).then(|| off.class.clone());
            self.off.iter().find_map(class)
        });
        for change in &mut object.changes {
            if change.class != Class::Unexplained {
                continue;
            }
            if let Some(class) = &off {
                change.class = class.clone();
                continue;
            }
            let names = [Some(&object.identity), object.renamed.as_ref()];
            let known = self.expectations.iter_mut().find(|known| {
                let apps = known.expectation.app.as_ref();
                apps.is_none_or(|name| name.value == app)
                    && names
                        .into_iter()
                        .flatten()
                        .any(|name| known.pattern.is_for(name))
                    && known.pattern.covers(&change.path, change.place())
            });
            if let Some(known) = known {
                known.is_used = true;
                change.class = Class::Expected(Reason {
                    text: known.expectation.reason.value.clone(),
                    owner: None,
                    review: None,
                    span: known.span,
                });
            }
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

impl Off {
    /// Whether an object of that name is the Application.
    fn is_for(&self, name: &str, presence: Presence) -> bool {
        let env = self.elsewhere.as_str();
        self.presence == presence && App::base_name(name, env) == self.app
    }
}

/// The name of an Application, if the object is one.
fn child(identity: &Identity) -> Option<&str> {
    let is_one = identity.group == "argoproj.io" && identity.kind == "Application";
    is_one.then_some(identity.name.as_str())
}

fn wrong(span: Span, path: &str, reason: &str) -> Diagnostic {
    Diagnostic::error(PATH, format!("the path `{path}` cannot be read: {reason}"))
        .at(span)
        .with_help(
            "write `Kind/name`, or `Kind/name:spec.field` for a field and what lies below it",
        )
}
