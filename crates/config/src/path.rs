//! Paths of the repository.

use evenkeel_yaml::NodeRef;

use crate::field::Field;
use crate::reader::Reader;
use crate::shape::Shape;

/// A path from the repository's root, with `/` between its parts, that does not lead out of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RepoPath(String);

impl RepoPath {
    /// The path: no `/` or `./` before it, none behind it; `.` for the root itself.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn new(text: &str) -> Option<RepoPath> {
        let mut parts: Vec<&str> = Vec::new();
        for part in text.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        let absolute = text.starts_with('/') || text.contains('\\');
        let path = if parts.is_empty() {
            ".".to_owned()
        } else {
            parts.join("/")
        };
        (!absolute && !text.is_empty()).then_some(RepoPath(path))
    }
}

impl Field for RepoPath {
    fn shape() -> Shape {
        Shape::Text {
            what: "path",
            pattern: None,
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<RepoPath> {
        let text = reader.text(node, "a path")?;
        let path = RepoPath::new(&text);
        path.or_else(|| {
            let message = format!("`{text}` is no path inside the repository");
            reader.invalid(node.span(), message, "paths begin at the repository's root")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_stay_inside() {
        let check = |text: &str, want: Option<&str>| {
            assert_eq!(
                RepoPath::new(text).as_ref().map(RepoPath::as_str),
                want,
                "{text}"
            );
        };
        check("charts/app", Some("charts/app"));
        check("./charts//app/", Some("charts/app"));
        check("charts/../apps", Some("apps"));
        check(".", Some("."));
        check("../other", None);
        check("a/../../b", None);
        check("/etc/passwd", None);
        check("a\\b", None);
        check("", None);
    }
}
