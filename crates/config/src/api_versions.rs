//! The API versions of a cluster: a preset, a list, or a file.

use evenkeel_diagnostics::{Diagnostic, FileId, Span};
use evenkeel_kinds::{Platform, Release};
use evenkeel_yaml::{NodeKind, NodeRef, Spanned};

use crate::field::Field;
use crate::path::RepoPath;
use crate::reader::{Reader, VALUE};
use crate::shape::Shape;

/// What `.Capabilities.APIVersions` holds in an environment, beside what Helm always knows.
#[derive(Debug, Clone, PartialEq)]
pub enum ApiVersions {
    /// Those of a release, such as `openshift-4.19`.
    Release(Spanned<Release>),
    /// These.
    List(Vec<Spanned<ApiVersion>>),
    /// Those of a file of the repository, one a line, as `kubectl api-versions` prints them.
    File(Spanned<RepoPath>),
}

/// `v1`, `group/version` or `group/version/Kind`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiVersion(String);

impl ApiVersion {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new(text: &str) -> Option<ApiVersion> {
        let parts: Vec<&str> = text.split('/').collect();
        let word = |part: &&str| {
            let mut bytes = part.bytes();
            !part.is_empty() && bytes.all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        };
        let known = (1..=3).contains(&parts.len()) && parts.iter().all(word);
        known.then(|| ApiVersion(text.to_owned()))
    }
}

/// The names of all presets: the first and the last of each platform.
fn presets() -> String {
    let of = |platform| {
        let mut releases = Release::all().filter(|release| release.platform() == platform);
        let first = releases.next().map(|release| release.to_string());
        let last = releases.last().map(|release| release.to_string());
        [first, last]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" to ")
    };
    format!("{}, {}", of(Platform::Kubernetes), of(Platform::OpenShift))
}

/// Reads a file as `kubectl api-versions` prints it: one API version a line, sorted or not. Blank lines
/// and lines that begin with `#` say nothing; a line that is no API version is reported and left out.
pub fn parse_api_versions(text: &[u8], file: FileId) -> (Vec<String>, Vec<Diagnostic>) {
    let mut versions = Vec::new();
    let mut diagnostics = Vec::new();
    let mut start = 0;
    for raw in text.split_inclusive(|b| *b == b'\n') {
        let line = String::from_utf8_lossy(raw);
        let line = line.trim();
        match ApiVersion::new(line) {
            Some(version) => versions.push(version.0),
            None if line.is_empty() || line.starts_with('#') => {}
            None => {
                let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
                let span = Span::new(
                    file,
                    offset(start),
                    offset(start + raw.trim_ascii_end().len()),
                );
                let short: String = line.chars().take(60).collect();
                let message = format!("`{short}` is no API version");
                let help = "a line holds `v1`, `group/version` or `group/version/Kind`";
                diagnostics.push(Diagnostic::error(VALUE, message).at(span).with_help(help));
            }
        }
        start += raw.len();
    }
    (versions, diagnostics)
}

impl Field for ApiVersion {
    fn shape() -> Shape {
        Shape::Text {
            what: "API version",
            pattern: None,
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<ApiVersion> {
        let text = reader.text(node, "an API version")?;
        ApiVersion::new(&text).or_else(|| {
            let message = format!("`{text}` is no API version");
            let help = "write `v1`, `group/version` or `group/version/Kind`";
            reader.invalid(node.span(), message, help)
        })
    }
}

impl Field for ApiVersions {
    fn shape() -> Shape {
        Shape::OneOf(vec![
            Shape::Text {
                what: "preset",
                pattern: None,
            },
            Vec::<ApiVersion>::shape(),
            RepoPath::shape(),
        ])
    }

    /// A word that begins like a preset is one; any other is a path.
    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<ApiVersions> {
        if node.kind() == NodeKind::Sequence {
            return Vec::read(node, reader).map(ApiVersions::List);
        }
        let text = reader.text(node, "a preset, a list of API versions or a path")?;
        let span = node.span();
        if let Ok(value) = text.parse() {
            return Some(ApiVersions::Release(Spanned { value, span }));
        }
        let looks_like_one = ["openshift", "kubernetes"]
            .iter()
            .any(|platform| text.starts_with(platform));
        if looks_like_one && !text.contains('/') {
            let message = format!("expected a preset of API versions, found `{text}`");
            return reader.invalid(span, message, &format!("there are: {}", presets()));
        }
        Spanned::read(node, reader).map(ApiVersions::File)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_api_versions() {
        let text = b"# of the cluster\nv1\napps/v1\r\n\nroute.openshift.io/v1/Route\nerror: no cluster\na//b\n";
        let (versions, diagnostics) = parse_api_versions(text, FileId::NONE);
        assert_eq!(versions, ["v1", "apps/v1", "route.openshift.io/v1/Route"]);
        let places: Vec<_> = diagnostics
            .iter()
            .map(|d| &text[d.primary.span.start as usize..d.primary.span.end as usize])
            .collect();
        assert_eq!(places, [&b"error: no cluster"[..], b"a//b"]);
    }
}
