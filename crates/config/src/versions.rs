//! Versions of Argo CD, and the Helm that each bundles.

use evenkeel_diagnostics::Diagnostic;
use evenkeel_yaml::NodeRef;

use crate::field::Field;
use crate::reader::{Reader, VALUE};
use crate::shape::Shape;

/// Major and minor version.
type Minor = (u16, u16);

/// The minors of Argo CD and the Helm in their images: `hack/tool-versions.sh` of argoproj/argo-cd at the
/// last tag of each minor.
const BUNDLED: &[(Minor, Minor)] = &[
    ((2, 0), (3, 5)),
    ((2, 1), (3, 6)),
    ((2, 2), (3, 7)),
    ((2, 3), (3, 8)),
    ((2, 4), (3, 8)),
    ((2, 5), (3, 10)),
    ((2, 6), (3, 10)),
    ((2, 7), (3, 11)),
    ((2, 8), (3, 12)),
    ((2, 9), (3, 13)),
    ((2, 10), (3, 14)),
    ((2, 11), (3, 14)),
    ((2, 12), (3, 15)),
    ((2, 13), (3, 15)),
    ((2, 14), (3, 16)),
    ((3, 0), (3, 17)),
    ((3, 1), (3, 18)),
    ((3, 2), (3, 18)),
    ((3, 3), (3, 19)),
    ((3, 4), (3, 19)),
    ((3, 5), (4, 2)),
];

/// A minor version of Argo CD that is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArgocdVersion {
    /// Major version.
    pub major: u16,
    /// Minor version.
    pub minor: u16,
}

/// A Helm: a major version, and a minor where it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HelmRelease {
    /// Major version.
    pub major: u16,
    /// Minor version; without one, the newest that evenkeel has.
    pub minor: Option<u16>,
}

impl ArgocdVersion {
    /// The Helm that it bundles. A version that is newer than the table bundles what the newest there
    /// does, as far as is known.
    pub fn helm(self) -> HelmRelease {
        let bundled = BUNDLED.iter().rev();
        let known = bundled
            .filter(|(version, _)| *version <= (self.major, self.minor))
            .map(|(_, helm)| *helm)
            .next();
        let (major, minor) = known.unwrap_or(BUNDLED[0].1);
        HelmRelease {
            major,
            minor: Some(minor),
        }
    }
}

/// Major and minor of `1.2`, `v1.2` or `1.2.3`.
pub(crate) fn major_minor(text: &str) -> Option<(u16, Option<u16>)> {
    let text = text.strip_prefix('v').unwrap_or(text);
    let mut numbers = text.splitn(3, '.');
    let number = |part: &str| {
        let digits = !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse().ok())?
    };
    let major = number(numbers.next()?)?;
    let minor = match numbers.next() {
        Some(part) => Some(number(part)?),
        None => None,
    };
    // A patch may bring a suffix, as `v1.32.4+k3s1` does.
    let patch = numbers.next().unwrap_or("0");
    patch
        .starts_with(|first: char| first.is_ascii_digit())
        .then_some((major, minor))
}

impl Field for ArgocdVersion {
    fn shape() -> Shape {
        Shape::Version {
            what: "version of Argo CD",
        }
    }

    /// Versions newer than the table are taken with a warning.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<ArgocdVersion> {
        let text = reader.text(node, "a version of Argo CD")?;
        let (Some(first), Some(last)) = (BUNDLED.first(), BUNDLED.last()) else {
            return None;
        };
        let known = format!(
            "known are {}.{} to {}.{}",
            first.0.0, first.0.1, last.0.0, last.0.1
        );
        let version = match major_minor(&text) {
            Some((major, Some(minor))) if (major, minor) >= first.0 => (major, minor),
            _ => {
                let message = format!("`{text}` is no version of Argo CD");
                return reader.invalid(node.span(), message, &known);
            }
        };
        let (major, minor) = version;
        let version = ArgocdVersion { major, minor };
        if (major, minor) > last.0 {
            let message =
                format!("Argo CD {major}.{minor} is not known: taking the Helm of its predecessor");
            let warning = Diagnostic::warning(VALUE, message).at(node.span());
            reader.report(warning.with_help(format!("{known}; `helm:` decides otherwise")));
        }
        Some(version)
    }
}

impl Field for HelmRelease {
    fn shape() -> Shape {
        Shape::Version {
            what: "version of Helm",
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<HelmRelease> {
        let text = reader.text(node, "a version of Helm")?;
        match major_minor(&text) {
            Some((major @ (3 | 4), minor)) => Some(HelmRelease { major, minor }),
            _ => {
                let message = format!("`{text}` is no version of Helm");
                reader.invalid(
                    node.span(),
                    message,
                    "write `3` or `4`, or a minor such as `3.18`",
                )
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn argo_cd_brings_its_helm() {
        let check = |major, minor, helm| {
            let found = ArgocdVersion { major, minor }.helm();
            assert_eq!((found.major, found.minor), (helm, found.minor));
            found.minor
        };
        assert_eq!(check(3, 1, 3), Some(18));
        assert_eq!(check(2, 14, 3), Some(16));
        assert_eq!(check(3, 5, 4), Some(2));
        assert_eq!(check(9, 9, 4), Some(2));
        assert!(BUNDLED.is_sorted_by_key(|(version, _)| *version));
    }

    #[test]
    fn version_texts() {
        assert_eq!(major_minor("3.10"), Some((3, Some(10))));
        assert_eq!(major_minor("v3.1.4"), Some((3, Some(1))));
        assert_eq!(major_minor("1.32.4+k3s1"), Some((1, Some(32))));
        assert_eq!(major_minor("3"), Some((3, None)));
        for wrong in ["", "latest", "3.", "3.x", "3.1.", "-3"] {
            assert_eq!(major_minor(wrong), None, "{wrong}");
        }
    }
}
