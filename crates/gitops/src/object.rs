//! The objects of an environment.

use evenkeel_diagnostics::FileId;
use evenkeel_manifest::{Document, Identity, Scope};
use evenkeel_value::{Data, DataEntry};
use evenkeel_yaml as yaml;

/// An object that an Application deploys.
#[derive(Debug, Clone)]
pub struct Object {
    /// Group, kind, namespace and name, as the cluster will know it.
    pub identity: Identity,
    /// Whether the namespace is the destination's, which Argo CD adds because the manifest says none.
    pub namespace_injected: bool,
    /// The source that it comes from, an index into the Application's.
    pub source: usize,
    /// The document that holds it.
    pub document: Document,
    /// Its place in the document's `items`, if that is a list of objects.
    pub item: Option<usize>,
    /// The virtual file that the origins of [`Object::data`] point into; none but for objects that other
    /// objects are made from.
    pub file: FileId,
}

impl Object {
    /// The objects of a document: one, or those of a `List`.
    pub(crate) fn of_document(document: &Document, source: usize) -> Vec<Object> {
        let head = document.head();
        let object = |identity, item| Object {
            identity,
            namespace_injected: false,
            source,
            document: document.clone(),
            item,
            file: FileId::NONE,
        };
        if head.kind.ends_with("List")
            && let Ok(data) = document.parse()
            && let Some(Data::List(items)) = data.get("items")
        {
            let of_item = |(i, item): (usize, &evenkeel_value::DataItem)| {
                object(Identity::of(&item.value), Some(i))
            };
            return items.iter().enumerate().map(of_item).collect();
        }
        vec![object(document.identity(), None)]
    }

    /// Adds the destination's namespace to an object of a namespaced kind that names none.
    pub(crate) fn inject_namespace(&mut self, namespace: &str, scope: Option<Scope>) {
        let named = !self.identity.namespace.is_empty();
        // An unknown kind is taken for a namespaced one: most custom resources are.
        if scope == Some(Scope::Cluster) {
            self.identity.namespace.clear();
        } else if !named && !namespace.is_empty() {
            namespace.clone_into(&mut self.identity.namespace);
            self.namespace_injected = true;
        }
    }

    /// The object as data, as the manifest says it (without an injected namespace). Origins count from the
    /// start of the document's text.
    pub fn data(&self) -> Data {
        let whole = yaml::decode(self.document.text(), self.file).unwrap_or_default();
        match (self.item, &whole) {
            (Some(i), _) => match whole.get("items") {
                Some(Data::List(items)) => items.get(i).map(|item| item.value.clone()),
                _ => None,
            }
            .unwrap_or_default(),
            (None, _) => whole,
        }
    }

    /// The object as the cluster gets it: [`Object::data`] with the namespace that Argo CD adds.
    pub fn effective(&self) -> Data {
        self.with_namespace(self.data())
    }

    /// The same, of data that [`Object::data`] gave before.
    pub fn with_namespace(&self, data: Data) -> Data {
        if !self.namespace_injected {
            return data;
        }
        let Data::Map(entries) = &data else {
            return data;
        };
        let mut entries = entries.to_vec();
        let metadata = entries.iter_mut().find(|e| e.key.as_ref() == b"metadata");
        if let Some(entry) = metadata
            && let Data::Map(fields) = &entry.value
        {
            let mut fields = fields.to_vec();
            fields.retain(|field| field.key.as_ref() != b"namespace");
            fields.push(DataEntry {
                key: b"namespace".as_slice().into(),
                value: Data::str(&self.identity.namespace),
                origin: entry.origin,
            });
            entry.value = Data::map(fields);
        }
        Data::map(entries)
    }

    /// `Kind/name`, as people say it.
    pub fn short_name(&self) -> String {
        format!("{}/{}", self.identity.kind, self.identity.name)
    }
}
