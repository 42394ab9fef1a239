//! The types of an Application's fields, as far as a patch may get them wrong: `pkg/apis/application/v1alpha1`.
//!
//! Fields that are not listed may hold anything here.

use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, DataEntry};

use super::leaf::lossy;

/// A Go struct: its name and its fields.
struct Struct(&'static str, &'static [(&'static str, Type)]);

#[derive(Clone, Copy)]
enum Type {
    Text,
    Bool,
    Int,
    /// `map[string]string`.
    Texts,
    /// A list of strings, of that Go type.
    List(&'static str),
    Struct(&'static Struct),
    /// A list of structs, of that Go type.
    Structs(&'static str, &'static Struct),
}

use Type::{Bool, Int, List, Structs, Text, Texts};

static APPLICATION: Struct = Struct(
    "Application",
    &[
        ("apiVersion", Text),
        ("kind", Text),
        ("metadata", Type::Struct(&METADATA)),
        ("spec", Type::Struct(&SPEC)),
    ],
);
static METADATA: Struct = Struct(
    "ObjectMeta",
    &[
        ("annotations", Texts),
        ("finalizers", List("[]string")),
        ("labels", Texts),
        ("name", Text),
        ("namespace", Text),
    ],
);
static SPEC: Struct = Struct(
    "ApplicationSpec",
    &[
        ("destination", Type::Struct(&DESTINATION)),
        (
            "ignoreDifferences",
            Structs("v1alpha1.IgnoreDifferences", &IGNORED),
        ),
        ("info", Structs("[]v1alpha1.Info", &INFO)),
        ("project", Text),
        ("revisionHistoryLimit", Int),
        ("source", Type::Struct(&SOURCE)),
        ("sources", Structs("v1alpha1.ApplicationSources", &SOURCE)),
        ("syncPolicy", Type::Struct(&SYNC_POLICY)),
    ],
);
static DESTINATION: Struct = Struct(
    "ApplicationDestination",
    &[("name", Text), ("namespace", Text), ("server", Text)],
);
static IGNORED: Struct = Struct(
    "ResourceIgnoreDifferences",
    &[
        ("group", Text),
        ("jqPathExpressions", List("[]string")),
        ("jsonPointers", List("[]string")),
        ("kind", Text),
        ("managedFieldsManagers", List("[]string")),
        ("name", Text),
        ("namespace", Text),
    ],
);
static INFO: Struct = Struct("Info", &[("name", Text), ("value", Text)]);
static SOURCE: Struct = Struct(
    "ApplicationSource",
    &[
        ("chart", Text),
        ("directory", Type::Struct(&DIRECTORY)),
        ("helm", Type::Struct(&HELM)),
        ("kustomize", Type::Struct(&KUSTOMIZE)),
        ("name", Text),
        ("path", Text),
        ("ref", Text),
        ("repoURL", Text),
        ("targetRevision", Text),
    ],
);
static DIRECTORY: Struct = Struct(
    "ApplicationSourceDirectory",
    &[("exclude", Text), ("include", Text), ("recurse", Bool)],
);
static HELM: Struct = Struct(
    "ApplicationSourceHelm",
    &[
        ("apiVersions", List("[]string")),
        (
            "fileParameters",
            Structs("[]v1alpha1.HelmFileParameter", &FILE_PARAMETER),
        ),
        ("ignoreMissingValueFiles", Bool),
        ("kubeVersion", Text),
        ("namespace", Text),
        (
            "parameters",
            Structs("[]v1alpha1.HelmParameter", &PARAMETER),
        ),
        ("passCredentials", Bool),
        ("releaseName", Text),
        ("skipCrds", Bool),
        ("skipSchemaValidation", Bool),
        ("skipTests", Bool),
        ("valueFiles", List("[]string")),
        ("values", Text),
        ("version", Text),
    ],
);
static PARAMETER: Struct = Struct(
    "HelmParameter",
    &[("forceString", Bool), ("name", Text), ("value", Text)],
);
static FILE_PARAMETER: Struct = Struct("HelmFileParameter", &[("name", Text), ("path", Text)]);
static KUSTOMIZE: Struct = Struct(
    "ApplicationSourceKustomize",
    &[
        ("commonAnnotations", Texts),
        ("commonAnnotationsEnvsubst", Bool),
        ("commonLabels", Texts),
        ("components", List("[]string")),
        ("forceCommonAnnotations", Bool),
        ("forceCommonLabels", Bool),
        ("images", List("v1alpha1.KustomizeImages")),
        ("labelWithoutSelector", Bool),
        ("namePrefix", Text),
        ("nameSuffix", Text),
        ("namespace", Text),
        ("version", Text),
    ],
);
static SYNC_POLICY: Struct = Struct(
    "SyncPolicy",
    &[
        ("automated", Type::Struct(&AUTOMATED)),
        ("managedNamespaceMetadata", Type::Struct(&NAMESPACE)),
        ("retry", Type::Struct(&RETRY)),
        ("syncOptions", List("v1alpha1.SyncOptions")),
    ],
);
static AUTOMATED: Struct = Struct(
    "SyncPolicyAutomated",
    &[
        ("allowEmpty", Bool),
        ("enabled", Bool),
        ("prune", Bool),
        ("selfHeal", Bool),
    ],
);
static NAMESPACE: Struct = Struct(
    "ManagedNamespaceMetadata",
    &[("annotations", Texts), ("labels", Texts)],
);
static RETRY: Struct = Struct(
    "RetryStrategy",
    &[("backoff", Type::Struct(&BACKOFF)), ("limit", Int)],
);
static BACKOFF: Struct = Struct(
    "Backoff",
    &[("duration", Text), ("factor", Int), ("maxDuration", Text)],
);

/// A field that cannot hold what it is given.
pub(super) struct Mismatch {
    /// `json.UnmarshalTypeError`.
    pub(super) text: String,
    pub(super) origin: Origin,
}

/// The first field of an Application that `encoding/json` refuses; null fits everywhere.
pub(super) fn mismatch(application: &[DataEntry]) -> Option<Mismatch> {
    in_struct(&APPLICATION, application, "")
}

fn in_struct(of: &Struct, entries: &[DataEntry], path: &str) -> Option<Mismatch> {
    entries.iter().find_map(|entry| {
        let name = lossy(&entry.key);
        let (_, ty) = of.1.iter().find(|(field, _)| *field == name)?;
        let path = match path {
            "" => name.into_owned(),
            path => format!("{path}.{name}"),
        };
        let field = Field { of, path };
        field.check(*ty, &entry.value, entry.origin)
    })
}

struct Field<'s> {
    of: &'s Struct,
    path: String,
}

impl Field<'_> {
    fn check(&self, ty: Type, value: &Data, origin: Origin) -> Option<Mismatch> {
        let wrong = |go_type: &str| Some(self.wrong(value, go_type, origin));
        match (ty, value) {
            (_, Data::Null) | (Text, Data::Str(_)) | (Bool, Data::Bool(_)) => None,
            (Int, Data::Int(_)) => None,
            (Int, Data::Float(n)) if n.fract() == 0.0 => None,
            (Texts, Data::Map(entries)) => entries
                .iter()
                .find_map(|entry| self.check(Text, &entry.value, entry.origin)),
            (List(_), Data::List(items)) => items
                .iter()
                .find_map(|item| self.check(Text, &item.value, item.origin)),
            (Type::Struct(of), Data::Map(entries)) => in_struct(of, entries, &self.path),
            (Structs(_, of), Data::List(items)) => items.iter().find_map(|item| {
                let field = Field {
                    of: self.of,
                    path: self.path.clone(),
                };
                field.check(Type::Struct(of), &item.value, item.origin)
            }),
            (Text, _) => wrong("string"),
            (Bool, _) => wrong("bool"),
            (Int, _) => wrong("int64"),
            (Texts, _) => wrong("map[string]string"),
            (List(go_type) | Structs(go_type, _), _) => wrong(go_type),
            (Type::Struct(of), _) => wrong(&format!("v1alpha1.{}", of.0)),
        }
    }

    fn wrong(&self, value: &Data, go_type: &str, origin: Origin) -> Mismatch {
        let found = match value {
            // Of a number that an integer cannot hold the message has the text.
            Data::Float(n) if go_type == "int64" => {
                format!("number {n}")
            }
            other => other.json_kind().to_owned(),
        };
        let (of, path) = (self.of.0, &self.path);
        Mismatch {
            text: format!(
                "json: cannot unmarshal {found} into Go struct field {of}.{path} of type {go_type}"
            ),
            origin,
        }
    }
}
