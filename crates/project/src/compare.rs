//! `diff`: two environments side by side.

use evenkeel_config::Config;
use evenkeel_diagnostics::Diagnostic;
use evenkeel_diff as diff;
use evenkeel_diff::{AppDiff, Policy, Tokens, Unused};
use evenkeel_gitops::{App, Declaration, Environment};

/// What differs between two environments.
#[derive(Debug)]
pub struct Comparison {
    /// The Applications that differ.
    pub apps: Vec<AppDiff>,
    /// Entries of `expect` that explain nothing here.
    pub unused: Vec<Unused>,
    /// What is wrong with the entries of `expect`.
    pub diagnostics: Vec<Diagnostic>,
}

/// Compares two environments by Application, object and field, and looks up in the configuration which
/// differences are meant.
pub fn compare(config: &Config, before: &Environment, after: &Environment) -> Comparison {
    let tokens = Tokens::new(facts(config, &before.name, &after.name));
    // Both sides shall call an Application the same.
    let sides = [before, after].map(|environment| {
        apps(environment, |app| {
            diff::App::base_name(&app.name, &environment.name).to_owned()
        })
    });
    let mut apps = diff::compare(&sides[0], &sides[1], &tokens);
    let (mut policy, diagnostics) = Policy::new(config, &before.name, &after.name);
    policy.apply(&mut apps);
    Comparison {
        apps,
        unused: policy.unused(),
        diagnostics,
    }
}

/// What the two environments are called by: pairs of names, namespaces and domains.
fn facts(config: &Config, before: &str, after: &str) -> Vec<(String, String)> {
    let mut facts = vec![(before.to_owned(), after.to_owned())];
    if let (Some(old), Some(new)) = (config.envs.get(before), config.envs.get(after)) {
        let pairs = [(&old.namespace, &new.namespace), (&old.domain, &new.domain)];
        for (old, new) in pairs {
            if let (Some(old), Some(new)) = (old, new) {
                facts.push((old.value.clone(), new.value.clone()));
            }
        }
    }
    facts
}

/// The Applications of an environment, by the names that they shall be compared by.
pub(crate) fn apps(environment: &Environment, name: impl Fn(&App) -> String) -> Vec<diff::App> {
    let apps = environment.apps.iter().enumerate();
    let apps = apps.map(|(index, app)| {
        let objects = app.objects.iter().enumerate();
        diff::App {
            name: name(app),
            objects: objects
                .map(|(place, object)| diff::Object {
                    identity: object.identity.clone(),
                    data: object.effective(),
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
