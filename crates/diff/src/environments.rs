//! Two environments side by side.

use evenkeel_config::Config;
use evenkeel_diagnostics::Diagnostic;
use evenkeel_gitops::{self as gitops, Declaration, Environment};
use evenkeel_value::Data;

use crate::classify::{classify, classify_versions};
use crate::facts::Facts;
use crate::missing::missing;
use crate::policy::Reopened;
use crate::{App, AppDiff, Missing, Object, ObjectIndex, Policy, Sides, Unused, compare};

/// What differs between two environments.
#[derive(Debug)]
pub struct EnvironmentDiff {
    /// The Applications that differ.
    pub apps: Vec<AppDiff>,
    /// Entries of `expect` that explain nothing.
    pub unused: Vec<Unused>,
    /// Entries of `expect` whose values are others than those that were accepted.
    pub reopened: Vec<Reopened>,
    /// What should differ and does not; without places yet.
    pub missing: Vec<Missing>,
    /// What is wrong with the entries of `expect`.
    pub diagnostics: Vec<Diagnostic>,
}

/// Gives the data of an object, as its manifest says it: by the index of its Application and its own among the
/// Application's objects.
pub type Read<'a> = &'a dyn Fn(usize, usize) -> Data;

/// Compares two environments by Application, object and field, and looks up in the configuration which
/// differences are meant.
pub fn compare_environments(
    config: &Config,
    before: &Environment,
    after: &Environment,
) -> EnvironmentDiff {
    let [old, new] = [before, after].map(|environment| {
        move |app: usize, object: usize| environment.apps[app].objects[object].data()
    });
    compare_with(config, [(before, &old), (after, &new)])
}

/// The same for those who have read the objects: the environments before and after, with their data.
pub fn compare_with(config: &Config, sides: [(&Environment, Read<'_>); 2]) -> EnvironmentDiff {
    let [before, after] = sides.map(|(environment, _)| environment.name.as_str());
    let facts = Facts::new(config, before, after);
    // Both sides shall call an Application the same.
    let sides = sides.map(|(environment, read)| {
        let name = |app: &gitops::App| App::base_name(&app.name, &environment.name).to_owned();
        apps_with(environment, name, read)
    });
    let mut apps = compare(&sides[0], &sides[1], &facts.tokens());
    let sides = Sides {
        before: sides[0].as_slice(),
        after: sides[1].as_slice(),
    };
    classify(&mut apps, &facts, sides);
    let (mut policy, diagnostics) = Policy::new(config, before, after);
    policy.apply(&mut apps, sides);
    classify_versions(&mut apps);
    EnvironmentDiff {
        apps,
        unused: policy.unused(),
        reopened: policy.reopened(),
        missing: missing(config, &facts, sides),
        diagnostics,
    }
}

/// The Applications of an environment, by the names that they shall be compared by.
pub fn apps_of(environment: &Environment, name: impl Fn(&gitops::App) -> String) -> Vec<App> {
    apps_with(environment, name, &|app, object| {
        environment.apps[app].objects[object].data()
    })
}

fn apps_with(
    environment: &Environment,
    name: impl Fn(&gitops::App) -> String,
    read: Read<'_>,
) -> Vec<App> {
    let apps = environment.apps.iter().enumerate();
    let apps = apps.map(|(index, app)| {
        let objects = app.objects.iter().enumerate();
        App {
            name: name(app),
            objects: objects
                .map(|(place, object)| Object {
                    identity: object.identity.clone(),
                    data: object.with_namespace(read(index, place)),
                    index: ObjectIndex {
                        app: index,
                        object: place,
                    },
                    is_followed: is_followed(environment, index, place),
                })
                .collect(),
        }
    });
    apps.collect()
}

/// Whether an object is an Application of which all is rendered.
fn is_followed(environment: &Environment, parent: usize, place: usize) -> bool {
    environment.apps.iter().any(|app| {
        app.parent == Some(parent)
            && matches!(app.declaration, Declaration::Object { object, .. } if object == place)
            && app.diagnostics.is_empty()
            && app.opaque_reasons().next().is_none()
    })
}
