//! Versions and constraints as `github.com/Masterminds/semver/v3` (3.5.0) reads them.
//!
//! Helm decides with it whether a chart's version is valid, which dependency a requirement means and
//! which Kubernetes a chart runs on; templates reach it through `semver` and `semverCompare`.
//!
//! Architecture Invariant: this crate does no I/O and knows nothing of charts or templates.

mod check;
mod constraint;
mod scan;
mod version;

pub use check::Prereleases;
pub use constraint::{Constraint, Constraints};
pub use version::Version;

use std::fmt;

use evenkeel_value::number::NumError;

/// Why a text is no version or no constraint. It displays as the library's error does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Error {
    /// Not of the form of a version.
    InvalidVersion,
    /// Longer than any version may be.
    VersionTooLong,
    /// A number with a leading zero where none may be.
    LeadingZero,
    /// A pre-release with an empty part.
    InvalidPrerelease,
    /// Build metadata with an empty part.
    InvalidMetadata,
    /// A number that no `uint64` holds.
    Segment(NumError),
    /// Not of the form of a constraint.
    ImproperConstraint(String),
    /// A constraint whose version is no version.
    ConstraintVersion,
    /// Longer than any constraint may be.
    ConstraintTooLong,
    /// More alternatives than any constraint may have.
    TooManyGroups,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::InvalidVersion => f.write_str("invalid semantic version"),
            Error::VersionTooLong => f.write_str("version string is too long (max 256 bytes)"),
            Error::LeadingZero => f.write_str("version segment starts with 0"),
            Error::InvalidPrerelease => f.write_str("invalid prerelease string"),
            Error::InvalidMetadata => f.write_str("invalid metadata string"),
            Error::Segment(cause) => write!(f, "error parsing version segment: {cause}"),
            Error::ImproperConstraint(text) => {
                let quoted = evenkeel_value::number::quote(text.as_bytes());
                write!(f, "improper constraint: {quoted}")
            }
            Error::ConstraintVersion => f.write_str("constraint parser error"),
            Error::ConstraintTooLong => {
                f.write_str("constraint string is too long (max 512 bytes)")
            }
            Error::TooManyGroups => f.write_str("too many constraint groups (max 32)"),
        }
    }
}

impl std::error::Error for Error {}

/// Whether `version` satisfies `constraint`, and false where either cannot be read: Helm's
/// `IsCompatibleRange`.
pub fn is_compatible(constraint: &str, version: &str) -> bool {
    is_compatible_as(constraint, version, Prereleases::ByGroup)
}

/// [`is_compatible`] with the rule of another version of the library.
pub fn is_compatible_as(constraint: &str, version: &str, rule: Prereleases) -> bool {
    let Ok(version) = Version::parse(version) else {
        return false;
    };
    Constraints::parse(constraint).is_ok_and(|constraints| constraints.check_as(&version, rule))
}
