//! `.Capabilities`: what the cluster would say.

use std::rc::Rc;

use evenkeel_chart::HelmVersion;
use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Item, List, Str, Type, TypeDesc, Value, ty};

use crate::record::{Field, Record, field, optional};
use crate::{KubeVersion, api_versions};

/// Go's types of one Helm version.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Types {
    pub(crate) values: Type,
    capabilities: Type,
    kube_version: Type,
    version_set: Type,
    build_info: Type,
}

macro_rules! type_desc {
    ($name:ident, $go:literal, $kind:ident, $elem:expr) => {
        static $name: evenkeel_value::TypeDesc = evenkeel_value::TypeDesc {
            name: $go,
            kind: evenkeel_value::Kind::$kind,
            elem: $elem,
            named: true,
        };
    };
}
pub(crate) use type_desc;

type_desc!(VALUES_4, "common.Values", Map, Some(ty::ANY));
type_desc!(CAPABILITIES_4, "common.Capabilities", Struct, None);
type_desc!(KUBE_VERSION_4, "common.KubeVersion", Struct, None);
type_desc!(VERSION_SET_4, "common.VersionSet", Slice, Some(ty::STRING));
type_desc!(VALUES_3, "chartutil.Values", Map, Some(ty::ANY));
type_desc!(CAPABILITIES_3, "chartutil.Capabilities", Struct, None);
type_desc!(KUBE_VERSION_3, "chartutil.KubeVersion", Struct, None);
type_desc!(
    VERSION_SET_3,
    "chartutil.VersionSet",
    Slice,
    Some(ty::STRING)
);
type_desc!(BUILD_INFO, "version.BuildInfo", Struct, None);

static CAPABILITIES_POINTER_4: TypeDesc = TypeDesc {
    name: "*common.Capabilities",
    kind: evenkeel_value::Kind::Pointer,
    elem: Some(Type(&CAPABILITIES_4)),
    named: false,
};
static CAPABILITIES_POINTER_3: TypeDesc = TypeDesc {
    name: "*chartutil.Capabilities",
    kind: evenkeel_value::Kind::Pointer,
    elem: Some(Type(&CAPABILITIES_3)),
    named: false,
};

const TYPES_4: Types = Types {
    values: Type(&VALUES_4),
    capabilities: Type(&CAPABILITIES_POINTER_4),
    kube_version: Type(&KUBE_VERSION_4),
    version_set: Type(&VERSION_SET_4),
    build_info: Type(&BUILD_INFO),
};

const TYPES_3: Types = Types {
    values: Type(&VALUES_3),
    capabilities: Type(&CAPABILITIES_POINTER_3),
    kube_version: Type(&KUBE_VERSION_3),
    version_set: Type(&VERSION_SET_3),
    build_info: Type(&BUILD_INFO),
};

/// Go's names of the types that templates of a Helm version meet.
pub(crate) fn types(helm: HelmVersion) -> Types {
    if helm.is_helm4() { TYPES_4 } else { TYPES_3 }
}

/// Whether this is the type of `.Values` in some Helm version.
pub(crate) fn values_type_of(ty: Type) -> bool {
    ty == TYPES_4.values || ty == TYPES_3.values
}

/// The Kubernetes version that a release of Helm assumes offline: that of its client-go.
pub(crate) fn default_kube_version(helm: HelmVersion) -> KubeVersion {
    KubeVersion::of_minor(match helm {
        HelmVersion::V3_18 => 33,
        HelmVersion::V3_22 | HelmVersion::V4_3 => 37,
    })
}

/// `.Capabilities`; `extra` are the versions of `--api-versions`, in the order given.
pub(crate) fn capabilities(helm: HelmVersion, kube: &KubeVersion, extra: &[String]) -> Value {
    let types = types(helm);
    let versions = api_versions::DEFAULT
        .iter()
        .copied()
        .chain(extra.iter().map(String::as_str))
        .map(|version| Item::from(Value::from(version)))
        .collect();
    let record = Record::new(
        types.capabilities,
        vec![
            field("KubeVersion", kube_version(types, helm, kube)),
            field("APIVersions", List::new(types.version_set, versions)),
            field("HelmVersion", helm_version(types, helm)),
        ],
    );
    Value::Object(Rc::new(record))
}

fn kube_version(types: Types, helm: HelmVersion, kube: &KubeVersion) -> Value {
    let mut fields = vec![field("Version", kube.version.as_str())];
    if helm.is_helm4() {
        fields.push(field("normalizedVersion", kube.normalized.as_str()));
    }
    fields.push(field("Major", kube.major.as_str()));
    fields.push(field("Minor", kube.minor.as_str()));
    let text = if helm.is_helm4() {
        &kube.normalized
    } else {
        &kube.version
    };
    let text = Some(Str::from(text.as_str()));
    Value::Object(Rc::new(Record {
        ty: types.kube_version,
        fields,
        text,
    }))
}

/// What a Helm that was built by `go install` says of itself.
fn helm_version(types: Types, helm: HelmVersion) -> Value {
    let version = match helm {
        HelmVersion::V3_18 => "v3.18",
        HelmVersion::V3_22 => "v3.22",
        HelmVersion::V4_3 => "v4.3",
    };
    let mut fields = vec![
        optional("Version", "version", version),
        optional("GitCommit", "git_commit", ""),
        optional("GitTreeState", "git_tree_state", ""),
        optional("GoVersion", "go_version", "go1.26.8"),
    ];
    if helm.is_helm4() {
        let value = Value::from("v1.37");
        fields.push(Field {
            name: "KubeClientVersion",
            json: "kube_client_version",
            omit_empty: false,
            value,
        });
    }
    Value::Object(Rc::new(Record::new(types.build_info, fields)))
}

/// Methods of `VersionSet`.
pub(crate) const VERSION_SET_METHODS: &[Function] =
    &[function("Has", &[ty::STRING], ty::BOOL, version_set_has)];

/// Methods of `*KubeVersion`.
pub(crate) const KUBE_VERSION_METHODS: &[Function] = &[
    function("GitVersion", &[], ty::STRING, kube_version_git),
    function("String", &[], ty::STRING, kube_version_string),
];

/// Methods of `*Capabilities`.
pub(crate) const CAPABILITIES_METHODS: &[Function] = &[function(
    "Copy",
    &[],
    ty::ANY,
    |_, args| Ok(args[0].clone()),
)];

fn version_set_has(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let (Value::List(set), Value::Str(wanted)) = (&args[0], &args[1]) else {
        return Ok(Value::Bool(false));
    };
    let has = set
        .borrow()
        .iter()
        .any(|item| item.value.as_str() == Some(wanted));
    Ok(Value::Bool(has))
}

fn kube_version_git(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let Value::Object(object) = &args[0] else {
        return Ok(Value::from(""));
    };
    Ok(object.field("Version").unwrap_or_else(|| Value::from("")))
}

fn kube_version_string(_: &mut dyn Context, args: &[Value]) -> Result<Value, Error> {
    let Value::Object(object) = &args[0] else {
        return Ok(Value::from(""));
    };
    Ok(object
        .addressed_text()
        .map_or_else(|| Value::from(""), Value::Str))
}

#[cfg(test)]
mod tests {
    use evenkeel_value::{Marshal, fmt::sprint};

    use super::*;

    fn text(value: &Value) -> String {
        String::from_utf8(sprint(value)).expect("is text")
    }

    #[test]
    fn printed_as_go_prints_structs() {
        let kube = KubeVersion::parse("1.28.3-eks", HelmVersion::V4_3).expect("parses");
        let helm = HelmVersion::V4_3;
        let value = kube_version(types(helm), helm, &kube);
        assert_eq!(text(&value), "{v1.28.3-eks v1.28.3 1 28}");
        assert_eq!(
            text(&helm_version(types(helm), helm)),
            "{v4.3   go1.26.8 v1.37}"
        );
    }

    #[test]
    fn json_leaves_out_what_is_empty_or_hidden() {
        let helm = HelmVersion::V4_3;
        let kube = default_kube_version(helm);
        let keys = |value: &Value| {
            let Value::Object(object) = value else {
                panic!("no object")
            };
            let Marshal::Struct(fields) = object.marshal() else {
                panic!("no struct")
            };
            fields.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
        };
        assert_eq!(
            keys(&kube_version(types(helm), helm, &kube)),
            ["Version", "Major", "Minor"]
        );
        assert_eq!(
            keys(&helm_version(types(helm), helm)),
            ["version", "go_version", "kube_client_version"]
        );
    }
}
