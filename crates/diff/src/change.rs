//! What goes into a comparison and what comes out.

use evenkeel_diagnostics::Span;
use evenkeel_manifest::{FieldPath, Identity};
use evenkeel_value::Data;

/// An Application of one side.
#[derive(Debug, Clone)]
pub struct App {
    /// Its name without what only its environment adds, so that both sides say the same.
    pub name: String,
    /// What it deploys.
    pub objects: Vec<Object>,
}

impl App {
    /// The name of an Application without its environment's: `web` for `web-prod`.
    pub fn base_name<'n>(name: &'n str, env: &str) -> &'n str {
        let base = name
            .strip_suffix(env)
            .and_then(|rest| rest.strip_suffix('-'));
        base.filter(|base| !base.is_empty()).unwrap_or(name)
    }
}

/// An object of one side.
#[derive(Debug, Clone)]
pub struct Object {
    /// Group, kind, namespace and name, as the cluster knows it.
    pub identity: Identity,
    /// The object as the cluster gets it.
    pub data: Data,
    /// Whether it is an Application whose objects are all known, and so part of the comparison.
    pub is_followed: bool,
}

/// An Application that differs.
#[derive(Debug, Clone)]
pub struct AppDiff {
    /// Its name, as both sides say it.
    pub name: String,
    /// Which sides have it.
    pub presence: Presence,
    /// Why one side has it only; [`Class::Unexplained`] if nothing says so. Of no meaning where both have it.
    pub class: Class,
    /// How many objects it has where only one side has it.
    pub objects_alone: usize,
    /// Its objects that differ, where both sides have it.
    pub objects: Vec<ObjectDiff>,
}

/// An object that differs.
#[derive(Debug, Clone)]
pub struct ObjectDiff {
    /// What it is called before; after, if it is not there.
    pub identity: Identity,
    /// What it is called after, if that is not the same.
    pub renamed: Option<Identity>,
    /// Which sides have it.
    pub presence: Presence,
    /// What differs. An object of one side has one change, whose path is empty and which carries no values.
    pub changes: Vec<Change>,
}

/// Which sides have something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence {
    /// Both.
    Both,
    /// The side before.
    Before,
    /// The side after.
    After,
}

/// One difference of one field.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The field. An item of a list of named items is called by its name; another one by its place in the
    /// list after, or before where it was removed.
    pub path: FieldPath,
    /// The same field with every item called by its place.
    pub indexed: FieldPath,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its value before.
    pub before: Option<Data>,
    /// Its value after.
    pub after: Option<Data>,
    /// Whether it has a reason.
    pub class: Class,
}

/// What happened to a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// Only the side after has it.
    Added,
    /// Only the side before has it.
    Removed,
    /// Its value is another.
    Changed,
}

/// Whether a difference has a reason.
#[derive(Debug, Clone, PartialEq)]
pub enum Class {
    /// It follows from the environments' names, namespaces or domains, or is an input of an Application that
    /// is compared itself.
    Derived,
    /// The configuration says that it is meant.
    Expected {
        /// Why.
        reason: String,
        /// Where the configuration says so.
        span: Span,
    },
    /// Nothing explains it.
    Unexplained,
}

/// How many differences there are of each class. An Application or an object of one side counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of [`Class::Derived`].
    pub derived: usize,
    /// Of [`Class::Expected`].
    pub expected: usize,
    /// Of [`Class::Unexplained`].
    pub unexplained: usize,
}

impl Counts {
    /// Counts one more.
    fn add(&mut self, class: &Class) {
        match class {
            Class::Derived => self.derived += 1,
            Class::Expected { .. } => self.expected += 1,
            Class::Unexplained => self.unexplained += 1,
        }
    }

    /// The counts of several Applications.
    pub fn of<'a>(apps: impl IntoIterator<Item = &'a AppDiff>) -> Counts {
        let mut counts = Counts::default();
        for app in apps {
            if app.presence != Presence::Both {
                counts.add(&app.class);
            }
            for change in app.objects.iter().flat_map(|object| &object.changes) {
                counts.add(&change.class);
            }
        }
        counts
    }
}
