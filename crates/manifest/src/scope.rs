//! Which objects live in a namespace.

use std::collections::HashMap;

use evenkeel_kinds::group_of;
use evenkeel_value::Data;

pub use evenkeel_kinds::{Scope, scope};

/// The scopes of all kinds that are known: the common table and the definitions of a repository.
///
/// Argo CD asks the cluster's discovery for it (`kube.IsNamespacedOrUnknown` of gitops-engine); offline
/// the table stands in for that.
#[derive(Debug, Clone, Default)]
pub struct ScopeTable {
    /// By group and kind.
    defined: HashMap<(String, String), Scope>,
}

impl ScopeTable {
    /// The common table, and over it every CustomResourceDefinition among `documents`; other documents
    /// and incomplete definitions add nothing.
    pub fn with_crds<'d>(documents: impl IntoIterator<Item = &'d Data>) -> ScopeTable {
        let defined = documents.into_iter().filter_map(definition).collect();
        ScopeTable { defined }
    }

    /// The scope of a kind of a group (empty for the core group); `None` if nothing tells.
    pub fn scope(&self, group: &str, kind: &str) -> Option<Scope> {
        // Definitions are few, so that a key of one's own costs little.
        let defined = match self.defined.is_empty() {
            true => None,
            false => self.defined.get(&(group.to_owned(), kind.to_owned())),
        };
        defined.copied().or_else(|| scope(group, kind))
    }

    /// The same for the `apiVersion` of an object.
    pub fn scope_of(&self, api_version: &str, kind: &str) -> Option<Scope> {
        self.scope(group_of(api_version), kind)
    }
}

/// What a CustomResourceDefinition (`v1` or `v1beta1`) says of its kind.
fn definition(document: &Data) -> Option<((String, String), Scope)> {
    let text = |data: &Data, key: &str| data.get(key)?.as_str().map(str::to_owned);
    if text(document, "kind")? != "CustomResourceDefinition"
        || group_of(&text(document, "apiVersion")?) != "apiextensions.k8s.io"
    {
        return None;
    }
    let spec = document.get("spec")?;
    let scope = match text(spec, "scope").as_deref() {
        Some("Cluster") => Scope::Cluster,
        // The default of `v1beta1`.
        Some("Namespaced") | None => Scope::Namespaced,
        Some(_) => return None,
    };
    let kind = text(spec.get("names")?, "kind")?;
    Some(((text(spec, "group")?, kind), scope))
}

#[cfg(test)]
mod tests {
    use evenkeel_diagnostics::FileId;

    use super::*;

    fn check(definitions: &[&str], group: &str, kind: &str, want: Option<Scope>) {
        let documents: Vec<Data> = definitions
            .iter()
            .map(|text| evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).unwrap())
            .collect();
        let table = ScopeTable::with_crds(&documents);
        assert_eq!(table.scope(group, kind), want);
        assert_eq!(table.scope_of(&format!("{group}/v1"), kind), want);
    }

    fn crd(scope: &str) -> String {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n\
             spec: {{group: example.com, names: {{kind: Widget}}{scope}}}"
        )
    }

    #[test]
    fn definitions_extend_the_table() {
        check(&[], "apps", "Deployment", Some(Scope::Namespaced));
        check(&[], "example.com", "Widget", None);
        let cluster = crd(", scope: Cluster");
        check(&[&cluster], "example.com", "Widget", Some(Scope::Cluster));
        check(
            &[&crd("")],
            "example.com",
            "Widget",
            Some(Scope::Namespaced),
        );
        check(&[&cluster], "apps", "Deployment", Some(Scope::Namespaced));
        check(&[&cluster], "example.org", "Widget", None);
    }

    #[test]
    fn what_is_no_definition_adds_nothing() {
        check(
            &["kind: CustomResourceDefinition"],
            "example.com",
            "Widget",
            None,
        );
        check(&["[]"], "example.com", "Widget", None);
        check(&[&crd(", scope: Galaxy")], "example.com", "Widget", None);
        let other = crd("").replace("CustomResourceDefinition", "Widget");
        check(&[&other], "example.com", "Widget", None);
    }
}
