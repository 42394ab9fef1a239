//! Kinds of objects.

use evenkeel_yaml::NodeRef;

use crate::field::Field;
use crate::reader::Reader;
use crate::shape::Shape;

/// A kind of a group in any of its versions: `ExternalSecret.external-secrets.io`, as `kubectl` and Kubernetes'
/// `GroupKind` have it; without a group where it is of the core.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct GroupKind {
    /// The kind.
    pub kind: String,
    /// Its group, empty for the core.
    pub group: String,
}

impl GroupKind {
    fn new(text: &str) -> Option<GroupKind> {
        let (kind, group) = text.split_once('.').unwrap_or((text, ""));
        let is_kind = kind.starts_with(|c: char| c.is_ascii_uppercase())
            && kind.bytes().all(|b| b.is_ascii_alphanumeric());
        let is_label = |label: &str| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        let is_group = !text.contains('.') || group.split('.').all(is_label);
        (is_kind && is_group).then(|| GroupKind {
            kind: kind.to_owned(),
            group: group.to_owned(),
        })
    }
}

impl Field for GroupKind {
    fn shape() -> Shape {
        Shape::Text {
            what: "kind",
            pattern: Some(r"^[A-Z][A-Za-z0-9]*(\.[a-z0-9-]+)*$"),
        }
    }

    fn read(node: NodeRef<'_>, reader: &mut Reader<'_>) -> Option<GroupKind> {
        let text = reader.text(node, "a kind")?;
        GroupKind::new(&text).or_else(|| {
            let message = format!("`{text}` is no kind with its group");
            let help = "write it as `ExternalSecret.external-secrets.io`";
            reader.invalid(node.span(), message, help)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::GroupKind;

    #[test]
    fn a_kind_and_its_group() {
        let check = |text, want: Option<(&str, &str)>| {
            let got = GroupKind::new(text);
            let got = got.as_ref().map(|got| (&*got.kind, &*got.group));
            assert_eq!(got, want, "{text}");
        };
        check("Secret", Some(("Secret", "")));
        check(
            "Route.route.openshift.io",
            Some(("Route", "route.openshift.io")),
        );
        check("route.openshift.io", None);
        check("Route.", None);
        check("Route.v1/x", None);
        check("", None);
    }
}
