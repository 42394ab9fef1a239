//! `.Chart`: a map in Helm 4, a struct in Helm 3.

use std::rc::Rc;
use std::sync::Arc;

use evenkeel_chart::{Dependency, HelmVersion, Maintainer, Metadata};
use evenkeel_diagnostics::Origin;
use evenkeel_value::{Data, Entry, Item, List, Map, Str, Type, TypeDesc, Value, ty};

use crate::capabilities::type_desc;
use crate::record::{Field, Record, field, optional};

type_desc!(METADATA, "chart.Metadata", Struct, None);
type_desc!(MAINTAINER, "chart.Maintainer", Struct, None);
type_desc!(DEPENDENCY, "chart.Dependency", Struct, None);

/// The anonymous struct of Helm 3's engine.
static CHART: TypeDesc = TypeDesc {
    name: "struct { chart.Metadata; IsRoot bool }",
    kind: evenkeel_value::Kind::Struct,
    elem: None,
    named: false,
};

macro_rules! derived {
    ($name:ident, $go:literal, $kind:ident, $elem:expr) => {
        static $name: TypeDesc = TypeDesc {
            name: $go,
            kind: evenkeel_value::Kind::$kind,
            elem: Some(Type(&$elem)),
            named: false,
        };
    };
}

derived!(MAINTAINER_POINTER, "*chart.Maintainer", Pointer, MAINTAINER);
derived!(
    MAINTAINERS,
    "[]*chart.Maintainer",
    Slice,
    MAINTAINER_POINTER
);
derived!(DEPENDENCY_POINTER, "*chart.Dependency", Pointer, DEPENDENCY);
derived!(
    DEPENDENCIES,
    "[]*chart.Dependency",
    Slice,
    DEPENDENCY_POINTER
);

/// `.Chart` of one chart.
pub(crate) fn chart(helm: HelmVersion, metadata: &Metadata, is_root: bool) -> Value {
    if !helm.is_helm4() {
        let metadata = Record::new(Type(&METADATA), metadata_fields(metadata));
        let embedded = Field {
            name: "Metadata",
            json: "",
            omit_empty: false,
            value: Value::Object(Rc::new(metadata)),
        };
        let fields = vec![embedded, field("IsRoot", is_root)];
        return Value::Object(Rc::new(Record::new(Type(&CHART), fields)));
    }
    let m = metadata;
    let map = record_map(vec![
        ("Name", str(&m.name)),
        ("Home", str(&m.home)),
        ("Sources", any_list(texts(&m.sources))),
        ("Version", str(&m.version)),
        ("Description", str(&m.description)),
        ("Keywords", any_list(texts(&m.keywords))),
        (
            "Maintainers",
            any_list(m.maintainers.iter().flatten().map(maintainer_map)),
        ),
        ("Icon", str(&m.icon)),
        ("APIVersion", str(&m.api_version)),
        ("Condition", str(&m.condition)),
        ("Tags", str(&m.tags)),
        ("AppVersion", str(&m.app_version)),
        ("Deprecated", Value::Bool(m.deprecated)),
        ("Annotations", annotations(m)),
        ("KubeVersion", str(&m.kube_version)),
        (
            "Dependencies",
            any_list(m.dependencies.iter().flatten().map(dependency_map)),
        ),
        ("Type", str(&m.chart_type)),
        ("IsRoot", Value::Bool(is_root)),
    ]);
    Value::Map(map)
}

fn str(text: &Arc<str>) -> Value {
    Value::Str(Str::from_arc(Arc::from(Arc::clone(text))))
}

fn texts(list: &Option<Vec<Arc<str>>>) -> impl Iterator<Item = Value> {
    list.iter().flatten().map(str)
}

fn any_list(values: impl Iterator<Item = Value>) -> Value {
    Value::List(List::of(values))
}

fn record_map(fields: Vec<(&'static str, Value)>) -> Map {
    let entry = |(key, value): (&str, Value)| Entry {
        key: key.into(),
        value,
        origin: Origin::NONE,
    };
    Map::from_entries(ty::MAP, fields.into_iter().map(entry).collect())
}

fn annotations(metadata: &Metadata) -> Value {
    let Some(annotations) = &metadata.annotations else {
        return Value::Map(Map::nil(ty::STRING_MAP));
    };
    let entries = annotations
        .iter()
        .map(|(key, value)| Entry {
            key: Str::from_arc(Arc::from(Arc::clone(key))),
            value: str(value),
            origin: Origin::NONE,
        })
        .collect();
    Value::Map(Map::from_entries(ty::STRING_MAP, entries))
}

fn maintainer_map(m: &Maintainer) -> Value {
    let fields = vec![
        ("Name", str(&m.name)),
        ("Email", str(&m.email)),
        ("URL", str(&m.url)),
    ];
    Value::Map(record_map(fields))
}

fn dependency_map(d: &Dependency) -> Value {
    Value::Map(record_map(vec![
        ("Name", str(&d.name)),
        ("Version", str(&d.version)),
        ("Repository", str(&d.repository)),
        ("Condition", str(&d.condition)),
        ("Tags", any_list(texts(&d.tags))),
        ("Enabled", Value::Bool(d.enabled)),
        (
            "ImportValues",
            any_list(d.import_values.iter().flatten().map(Data::to_value)),
        ),
        ("Alias", str(&d.alias)),
    ]))
}

/// The fields of Helm 3's `chart.Metadata`, in declaration order.
fn metadata_fields(m: &Metadata) -> Vec<Field> {
    let maintainers = m
        .maintainers
        .as_ref()
        .map(|all| all.iter().map(maintainer_record));
    let dependencies = m
        .dependencies
        .as_ref()
        .map(|all| all.iter().map(dependency_record));
    vec![
        optional("Name", "name", str(&m.name)),
        optional("Home", "home", str(&m.home)),
        optional("Sources", "sources", string_list(&m.sources)),
        optional("Version", "version", str(&m.version)),
        optional("Description", "description", str(&m.description)),
        optional("Keywords", "keywords", string_list(&m.keywords)),
        optional(
            "Maintainers",
            "maintainers",
            typed_list(Type(&MAINTAINERS), maintainers),
        ),
        optional("Icon", "icon", str(&m.icon)),
        optional("APIVersion", "apiVersion", str(&m.api_version)),
        optional("Condition", "condition", str(&m.condition)),
        optional("Tags", "tags", str(&m.tags)),
        optional("AppVersion", "appVersion", str(&m.app_version)),
        optional("Deprecated", "deprecated", m.deprecated),
        optional("Annotations", "annotations", annotations(m)),
        optional("KubeVersion", "kubeVersion", str(&m.kube_version)),
        optional(
            "Dependencies",
            "dependencies",
            typed_list(Type(&DEPENDENCIES), dependencies),
        ),
        optional("Type", "type", str(&m.chart_type)),
    ]
}

fn typed_list(ty: Type, values: Option<impl Iterator<Item = Value>>) -> Value {
    Value::List(match values {
        Some(values) => List::new(ty, values.map(Item::from).collect()),
        None => List::nil(ty),
    })
}

fn string_list(list: &Option<Vec<Arc<str>>>) -> Value {
    typed_list(ty::STRINGS, list.as_ref().map(|all| all.iter().map(str)))
}

fn maintainer_record(m: &Maintainer) -> Value {
    let fields = vec![
        optional("Name", "name", str(&m.name)),
        optional("Email", "email", str(&m.email)),
        optional("URL", "url", str(&m.url)),
    ];
    Value::Object(Rc::new(Record::new(Type(&MAINTAINER_POINTER), fields)))
}

fn dependency_record(d: &Dependency) -> Value {
    let always = |name, json, value| Field {
        name,
        json,
        omit_empty: false,
        value,
    };
    let imports = d
        .import_values
        .as_ref()
        .map(|all| all.iter().map(Data::to_value));
    let fields = vec![
        always("Name", "name", str(&d.name)),
        optional("Version", "version", str(&d.version)),
        always("Repository", "repository", str(&d.repository)),
        optional("Condition", "condition", str(&d.condition)),
        optional("Tags", "tags", string_list(&d.tags)),
        optional("Enabled", "enabled", d.enabled),
        optional(
            "ImportValues",
            "import-values",
            typed_list(ty::LIST, imports),
        ),
        optional("Alias", "alias", str(&d.alias)),
    ];
    Value::Object(Rc::new(Record::new(Type(&DEPENDENCY_POINTER), fields)))
}

#[cfg(test)]
mod tests {
    use evenkeel_value::fmt::sprint;

    use super::*;

    fn metadata() -> Metadata {
        Metadata {
            name: "c".into(),
            version: "0.1.0".into(),
            api_version: "v2".into(),
            ..Metadata::default()
        }
    }

    fn text(helm: HelmVersion) -> String {
        String::from_utf8(sprint(&chart(helm, &metadata(), true))).expect("is text")
    }

    #[test]
    fn helm_4_shows_a_map() {
        assert_eq!(
            text(HelmVersion::V4_3),
            "map[APIVersion:v2 Annotations:map[] AppVersion: Condition: Dependencies:[] \
             Deprecated:false Description: Home: Icon: IsRoot:true Keywords:[] KubeVersion: \
             Maintainers:[] Name:c Sources:[] Tags: Type: Version:0.1.0]"
        );
    }

    #[test]
    fn helm_3_shows_a_struct_with_promoted_fields() {
        assert_eq!(
            text(HelmVersion::V3_22),
            "{{c  [] 0.1.0  [] []  v2    false map[]  [] } true}"
        );
        let Value::Object(object) = chart(HelmVersion::V3_22, &metadata(), true) else {
            panic!("no struct")
        };
        let name = object.field("Name").expect("is promoted");
        assert_eq!(
            name.as_str().map(|s| s.to_text().into_owned()).as_deref(),
            Some("c")
        );
        let evenkeel_value::Marshal::Struct(json) = object.marshal() else {
            panic!("no struct")
        };
        let keys: Vec<_> = json.into_iter().map(|(key, _)| key).collect();
        assert_eq!(keys, ["name", "version", "apiVersion", "IsRoot"]);
    }
}
