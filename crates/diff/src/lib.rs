//! What differs between two renders, by Application, object and field, why it does, and which differences are meant.
//!
//! [`compare`] pairs the objects of two sides and lists the changes of their fields; what follows from the names of
//! the two environments alone is [`Class::Identity`]. [`Policy::apply`] then gives the changes that `evenkeel.yaml`
//! explains their reasons; what remains is [`Class::Unexplained`]. [`Differences`] is what a report shows: all
//! comparisons of a run, and the causes that the changes fold under.
//!
//! Architecture Invariant: no I/O, and nothing is rendered but to trace what a field comes from. Outside of
//! `environments`, there is no idea of how objects came to be: both sides are plain data.

mod canonical;
mod cause;
mod causes;
mod change;
mod classify;
mod compare;
mod embedded;
mod environments;
mod facts;
mod fields;
mod hazards;
mod keys;
mod list;
mod manifests;
mod missing;
mod pairing;
mod pattern;
mod policy;
mod quantity;
mod redact;
mod renames;
mod revisions;
mod selection;
mod sequence;
mod similarity;
#[cfg(test)]
mod tests;
mod tokens;

pub use cause::{
    Cause, CauseKind, ChangeIndex, Comparison, Differences, Hop, Missing, Place, Said, Trace,
    TraceLayer,
};
pub use causes::{Pair, Rendered, explain};
pub use change::{
    App, AppDiff, Change, ChangeKind, Class, Counts, Hazard, HazardKind, Object, ObjectDiff,
    ObjectIndex, Presence, Reason, Risk, Sides,
};
pub use classify::{classify, classify_versions};
pub use compare::compare;
pub use environments::{EnvironmentDiff, Read, apps_of, compare_environments, compare_with};
pub use facts::Facts;
pub use hazards::note_hazards;
pub use manifests::{ManifestDiff, ManifestFile, compare_manifests};
pub use policy::{Policy, Reopened, Unused};
pub use redact::{HIDDEN, is_secret, is_secret_name, is_secret_text};
pub use revisions::compare_revisions;
pub use selection::Selection;
pub use tokens::Tokens;
