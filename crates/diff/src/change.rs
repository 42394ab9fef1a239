//! What goes into a comparison and what comes out.

use evenkeel_config::Date;
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
    /// Where it is found in what was rendered or read.
    pub index: ObjectIndex,
    /// Whether it is an Application whose objects are all known, and so part of the comparison.
    pub is_followed: bool,
}

/// Where an object is found: in an environment, or in the files of a folder.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ObjectIndex {
    /// Index of its Application, or of its file.
    pub app: usize,
    /// Its own index in there.
    pub object: usize,
}

/// What the two sides of a comparison have to say.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sides<T> {
    /// Of the side before.
    pub before: T,
    /// Of the side after.
    pub after: T,
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
    /// Where each side has it.
    pub index: Sides<Option<ObjectIndex>>,
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
    /// The same field with every item called by its place on each side. It leads through the texts that hold data
    /// themselves. Empty where the side does not have the field.
    pub indexed: Sides<FieldPath>,
    /// What happened to it.
    pub kind: ChangeKind,
    /// Its value before.
    pub before: Option<Data>,
    /// Its value after.
    pub after: Option<Data>,
    /// Whether it has a reason.
    pub class: Class,
    /// What may go wrong when the change is applied to a running object.
    pub hazard: Option<Hazard>,
}

impl Change {
    /// The field with every item called by its place after, or before where it is gone.
    pub fn place(&self) -> &FieldPath {
        match self.kind {
            ChangeKind::Removed => &self.indexed.before,
            ChangeKind::Added | ChangeKind::Changed | ChangeKind::Moved => &self.indexed.after,
        }
    }
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
    /// It is a list whose order means something, and its items stand in another one.
    Moved,
}

/// Why there is a difference, the first that holds: a change that matters for security is never anything else,
/// unless it follows from the environments' names.
#[derive(Debug, Clone, PartialEq)]
pub enum Class {
    /// It follows from the environments' names, namespaces, domains and the like, which are declared.
    Identity,
    /// It follows from another difference, which is shown itself: it is an input of an Application that is compared,
    /// the checksum of an object that differs, or a part of an Application that is off.
    Implied {
        /// From which.
        of: String,
    },
    /// It matters for security.
    Security {
        /// In which way.
        risk: Risk,
        /// Why it is meant, where the configuration says so.
        reason: Option<Reason>,
    },
    /// The configuration says that it is meant.
    Expected(Reason),
    /// It is the version of what runs, or a label that says so.
    Version,
    /// Nothing explains it.
    Unexplained,
}

impl Class {
    /// What it is called in reports.
    pub fn name(&self) -> &'static str {
        match self {
            Class::Identity => "identity",
            Class::Implied { .. } => "implied",
            Class::Security { .. } => "security",
            Class::Expected(_) => "expected",
            Class::Version => "version",
            Class::Unexplained => "unexplained",
        }
    }

    /// Whether somebody, or something that is declared, says why. A comparison is explained if all its differences
    /// are.
    pub fn is_explained(&self) -> bool {
        !matches!(
            self,
            Class::Unexplained | Class::Security { reason: None, .. }
        )
    }

    /// Why it is meant, where the configuration says so.
    pub fn reason(&self) -> Option<&Reason> {
        match self {
            Class::Expected(reason) => Some(reason),
            Class::Security { reason, .. } => reason.as_ref(),
            _ => None,
        }
    }
}

/// Why the configuration says that a difference is meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason {
    /// Why.
    pub text: String,
    /// Who answers for it.
    pub owner: Option<String>,
    /// When to think again.
    pub review: Option<Date>,
    /// Where the configuration says so.
    pub span: Span,
}

/// In which way a change matters for security.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Risk {
    /// What a container may do to its node: security contexts, host access, SecurityContextConstraints.
    Privilege,
    /// Who may do what: roles, their bindings, ServiceAccounts.
    Rbac,
    /// Whether and how connections are encrypted.
    Tls,
    /// Where the code comes from that runs.
    Image,
    /// Which address something is reached at, or reaches.
    Endpoint,
    /// Who may talk to whom.
    NetworkPolicy,
}

impl Risk {
    /// What it is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            Risk::Privilege => "privilege",
            Risk::Rbac => "RBAC",
            Risk::Tls => "TLS",
            Risk::Image => "image",
            Risk::Endpoint => "endpoint",
            Risk::NetworkPolicy => "network policy",
        }
    }
}

/// What may go wrong when a new revision is applied over an old one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hazard {
    /// Which kind of trouble.
    pub kind: HazardKind,
    /// What happens, and what to do: one sentence.
    pub advice: String,
}

/// Kinds of trouble with an upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HazardKind {
    /// The API server refuses to change the field of an object that is there.
    Immutable,
    /// The API server of the declared version no longer serves the API.
    RemovedApi,
    /// What is deleted takes data with it.
    DataLoss,
}

/// How many differences there are of each class. An Application or an object of one side counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Of [`Class::Identity`].
    pub identity: usize,
    /// Of [`Class::Implied`].
    pub implied: usize,
    /// Of [`Class::Security`], with a reason or without.
    pub security: usize,
    /// Of [`Class::Expected`].
    pub expected: usize,
    /// Of [`Class::Version`].
    pub version: usize,
    /// Of [`Class::Unexplained`].
    pub unexplained: usize,
    /// Those of all classes that are not [explained](Class::is_explained).
    pub open: usize,
}

impl Counts {
    /// Counts one more.
    fn add(&mut self, class: &Class) {
        let count = match class {
            Class::Identity => &mut self.identity,
            Class::Implied { .. } => &mut self.implied,
            Class::Security { .. } => &mut self.security,
            Class::Expected(_) => &mut self.expected,
            Class::Version => &mut self.version,
            Class::Unexplained => &mut self.unexplained,
        };
        *count += 1;
        if !class.is_explained() {
            self.open += 1;
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

    /// All of them.
    pub fn total(&self) -> usize {
        self.identity
            + self.implied
            + self.security
            + self.expected
            + self.version
            + self.unexplained
    }
}
