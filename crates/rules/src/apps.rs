//! Applications, as objects that somebody wrote.

use std::collections::BTreeSet;

use evenkeel_gitops::applicationset::{Generated, Style};
use evenkeel_gitops::{App, Declaration};
use evenkeel_manifest::{FieldPath, path_to};

use crate::context::{Context, Subject};

/// Name and address by which Argo CD knows the cluster that it runs in.
const IN_CLUSTER: (&str, &str) = ("in-cluster", "https://kubernetes.default.svc");

/// The namespaces that an environment has: the one that it declares, those that it renders, and those that its
/// Applications deploy to. `None` where it declares none.
pub(crate) fn namespaces<'c>(context: &'c Context<'_>) -> Option<BTreeSet<&'c str>> {
    let own = context.settings.and_then(|env| env.namespace.as_ref())?;
    let apps = context.environment.apps.iter();
    let destinations = apps.map(|app| app.destination.namespace.as_str());
    let rendered = context.of_kind("", "Namespace");
    let rendered = rendered.chain(context.of_kind("project.openshift.io", "Project"));
    let all = destinations
        .chain(rendered.map(Subject::name))
        .chain([own.value.as_str()]);
    Some(all.filter(|name| !name.is_empty()).collect())
}

/// The namespace that an object of an Application is pinned to, where it is none of the environment's.
pub(crate) fn foreign_namespace<'s>(
    context: &Context<'_>,
    known: &BTreeSet<&str>,
    subject: &'s Subject<'_>,
) -> Option<&'s str> {
    let app = &context.environment.apps[subject.app];
    let written = subject.text("metadata.namespace");
    // Objects that the whole cluster shares have none, whatever they say.
    if app.application.is_none() || written.is_empty() || subject.namespace().is_empty() {
        return None;
    }
    let is_external = || context.is_external("Namespace", "", written);
    (!known.contains(written) && !is_external()).then_some(written)
}

/// The object that declares an Application, itself or its ApplicationSet, and where a field of the Application stands
/// there; the nearest field around it if it stands nowhere. `None` at the root.
pub(crate) fn declared<'c, 'a>(
    context: &'c Context<'a>,
    app: &App,
    field: &FieldPath,
) -> Option<(&'c Subject<'a>, FieldPath)> {
    let parent = app.parent?;
    let find = |object: usize| {
        let mut subjects = context.subjects().iter();
        subjects.find(|subject| subject.app == parent && subject.index == object)
    };
    match &app.declaration {
        Declaration::Root => None,
        Declaration::Object { object, .. } => {
            let subject = find(*object)?;
            let there = around(field).find(|path| path.get(subject.data()).is_some());
            Some((subject, there.unwrap_or_default()))
        }
        Declaration::Generated {
            object, generated, ..
        } => {
            let subject = find(*object)?;
            let place = |path: FieldPath| {
                let origin = path.origin(&generated.application)?;
                path_to(subject.data(), origin, path.0.last())
            };
            let there = around(field).find_map(place);
            Some((subject, there.unwrap_or_default()))
        }
    }
}

/// The cluster that something is deployed to: the address of its API server, or its name in Argo CD; neither for the
/// one that Argo CD runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Cluster<'c> {
    server: &'c str,
    name: &'c str,
}

impl Cluster<'_> {
    /// Whether it is the one that Argo CD runs in.
    pub(crate) fn is_own(self) -> bool {
        self.server.is_empty() && self.name.is_empty()
    }
}

/// The cluster that an Application deploys to.
pub(crate) fn cluster(app: &App) -> Cluster<'_> {
    let to = &app.destination;
    let server = to.server.trim_end_matches('/');
    Cluster {
        server: if server == IN_CLUSTER.1 { "" } else { server },
        name: if to.name == IN_CLUSTER.0 {
            ""
        } else {
            &to.name
        },
    }
}

/// An Application that an ApplicationSet made.
#[derive(Clone, Copy)]
pub(crate) struct Made<'c> {
    pub(crate) app: &'c App,
    pub(crate) generated: &'c Generated,
    pub(crate) style: Style,
}

/// The Applications that an ApplicationSet made.
pub(crate) fn made_by<'c>(apps: &'c [App], set: &Subject<'_>) -> Vec<Made<'c>> {
    let made = apps.iter().filter_map(|app| match &app.declaration {
        Declaration::Generated {
            object,
            generated,
            style,
        } if app.parent == Some(set.app) && *object == set.index => Some(Made {
            app,
            generated,
            style: *style,
        }),
        _ => None,
    });
    made.collect()
}

/// A path and those around it, the longest first; without the empty one.
fn around(field: &FieldPath) -> impl Iterator<Item = FieldPath> {
    let lengths = (1..=field.0.len()).rev();
    lengths.map(|length| FieldPath(field.0[..length].to_vec()))
}

/// Whether a name has another as one of its parts between `-`, `_`, `.` and `/`.
pub(crate) fn has_part(name: &str, part: &str) -> bool {
    let is_boundary = |c: Option<char>| c.is_none_or(|c| "-_./".contains(c));
    name.match_indices(part).any(|(at, _)| {
        is_boundary(name[..at].chars().next_back())
            && is_boundary(name[at + part.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::has_part;

    #[test]
    fn parts_end_at_boundaries() {
        assert!(has_part("umbrella-prod", "prod"));
        assert!(has_part("prod-eu.shop", "prod-eu"));
        assert!(!has_part("product", "prod"));
        assert!(!has_part("nonprod", "prod"));
    }
}
