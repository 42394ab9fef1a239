//! Versions: `semver` and `semverCompare` over github.com/Masterminds/semver/v3, and the methods that
//! templates can call on a version.

use std::any::Any;
use std::cmp::Ordering;
use std::rc::Rc;
use std::sync::LazyLock;

use evenkeel_semver::{Constraints, Version};
use evenkeel_template::{Context, Error, Function, function};
use evenkeel_value::{Kind, Marshal, Object, Str, Type, TypeDesc, Value, number, ty};

use crate::args::{Answer, any, bytes};
use crate::reflect::nil_dereference;

pub(crate) const FUNCTIONS: &[Function] = &[
    function("semver", &[ty::STRING], POINTER, semver),
    function(
        "semverCompare",
        &[ty::STRING, ty::STRING],
        ty::BOOL,
        semver_compare,
    ),
];

/// What both `*semver.Version` and `semver.Version` have.
const METHODS: [Function; 13] = [
    function("IncMajor", &[], STRUCT, inc_major),
    function("IncMinor", &[], STRUCT, inc_minor),
    function("IncPatch", &[], STRUCT, inc_patch),
    function("Major", &[], ty::UINT64, |_, args| {
        number(args, |v| v.major)
    }),
    function("MarshalJSON", &[], ty::BYTES, marshal_json),
    function("MarshalText", &[], ty::BYTES, marshal_text),
    function("Metadata", &[], ty::STRING, |_, args| {
        text(args, |v| v.metadata.clone())
    }),
    function("Minor", &[], ty::UINT64, |_, args| {
        number(args, |v| v.minor)
    }),
    function("Patch", &[], ty::UINT64, |_, args| {
        number(args, |v| v.patch)
    }),
    function("Prerelease", &[], ty::STRING, |_, args| {
        text(args, |v| v.pre.clone())
    }),
    function("SetMetadata", &[ty::STRING], STRUCT, set_metadata),
    function("SetPrerelease", &[ty::STRING], STRUCT, set_prerelease),
    function("String", &[], ty::STRING, |_, args| {
        text(args, Version::to_string)
    }),
];

/// What only the pointer has.
const POINTER_METHODS: [Function; 7] = [
    function("Compare", &[POINTER], ty::INT, compare),
    function("Equal", &[POINTER], ty::BOOL, equal),
    function("GreaterThan", &[POINTER], ty::BOOL, |_, args| {
        holds(args, |o| o.is_gt())
    }),
    function("GreaterThanEqual", &[POINTER], ty::BOOL, |_, args| {
        holds(args, |o| o.is_ge())
    }),
    function("LessThan", &[POINTER], ty::BOOL, |_, args| {
        holds(args, |o| o.is_lt())
    }),
    function("LessThanEqual", &[POINTER], ty::BOOL, |_, args| {
        holds(args, |o| o.is_le())
    }),
    function("Original", &[], ty::STRING, |_, args| {
        text(args, |v| v.original.clone())
    }),
];

static STRUCT_DESC: TypeDesc = TypeDesc {
    name: "semver.Version",
    kind: Kind::Struct,
    elem: None,
    named: true,
};
static POINTER_DESC: TypeDesc = TypeDesc {
    name: "*semver.Version",
    kind: Kind::Pointer,
    elem: Some(STRUCT),
    named: false,
};
const STRUCT: Type = Type(&STRUCT_DESC);
const POINTER: Type = Type(&POINTER_DESC);

/// The methods of the two version types.
pub(crate) fn methods(of: Type) -> &'static [Function] {
    const OF_VALUE: &[Function] = &METHODS;
    static OF_POINTER: LazyLock<Vec<Function>> =
        LazyLock::new(|| [METHODS.as_slice(), &POINTER_METHODS].concat());
    if of == POINTER {
        &OF_POINTER
    } else if of == STRUCT {
        OF_VALUE
    } else {
        &[]
    }
}

/// A version as a template holds it.
#[derive(Debug)]
struct VersionObject {
    version: Version,
    ty: Type,
}

impl Object for VersionObject {
    fn ty(&self) -> Type {
        self.ty
    }

    fn text(&self) -> Option<Str> {
        Some(self.version.to_string().into())
    }

    fn go_syntax(&self) -> Option<Str> {
        let Version {
            major,
            minor,
            patch,
            ..
        } = self.version;
        let [pre, metadata, original] = [
            &self.version.pre,
            &self.version.metadata,
            &self.version.original,
        ]
        .map(|text| number::quote(text.as_bytes()));
        let pointer = if self.ty == POINTER { "&" } else { "" };
        Some(Str::from(format!(
            "{pointer}semver.Version{{major:{major:#x}, minor:{minor:#x}, patch:{patch:#x}, \
             pre:{pre}, metadata:{metadata}, original:{original}}}"
        )))
    }

    fn marshal(&self) -> Marshal {
        Marshal::Value(self.version.to_string().into())
    }

    /// Structs compare field by field, pointers by identity.
    fn equals(&self, other: &dyn Object) -> Option<bool> {
        let other = other.as_any().downcast_ref::<VersionObject>()?;
        let same = std::ptr::eq(self, other);
        Some(same || self.ty == STRUCT && other.ty == STRUCT && self.version == other.version)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `reflect.DeepEqual` of two versions, which looks through pointers; `None` for other objects.
pub(crate) fn deep_equal(a: &dyn Object, b: &dyn Object) -> Option<bool> {
    let a: &VersionObject = a.as_any().downcast_ref()?;
    let b: &VersionObject = b.as_any().downcast_ref()?;
    Some(a.version == b.version)
}

/// What copystructure makes of a version, all of whose fields are unexported: an empty one.
pub(crate) fn deep_copy(object: &dyn Object) -> Option<Value> {
    let ty = object.as_any().downcast_ref::<VersionObject>()?.ty;
    let mut version = Version::parse("0").ok()?;
    version.original.clear();
    Some(of(version, ty))
}

fn of(version: Version, ty: Type) -> Value {
    Value::Object(Rc::new(VersionObject { version, ty }))
}

fn failed(error: evenkeel_semver::Error) -> Error {
    Error::new(error.to_string())
}

fn parse(text: &[u8]) -> Result<Version, Error> {
    // Invalid UTF-8 becomes U+FFFD, which no version may hold either.
    Version::parse(&String::from_utf8_lossy(text)).map_err(failed)
}

fn semver(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(of(parse(bytes(args, 0))?, POINTER))
}

fn semver_compare(_: &mut dyn Context, args: &[Value]) -> Answer {
    let raw = bytes(args, 0);
    let constraints = Constraints::parse(&String::from_utf8_lossy(raw));
    let constraints = constraints.map_err(|error| unreadable(error, raw))?;
    Ok(Value::Bool(constraints.check(&parse(bytes(args, 1))?)))
}

/// The error of a constraint. Bytes that are no UTF-8 were read as U+FFFD, which no constraint may hold
/// either; the message quotes the bytes.
fn unreadable(error: evenkeel_semver::Error, raw: &[u8]) -> Error {
    if let evenkeel_semver::Error::ImproperConstraint(shown) = &error {
        let mut groups = raw.split(|byte| *byte == b'|');
        let group = groups.find(|group| String::from_utf8_lossy(group) == shown.as_str());
        if let Some(group) = group {
            return Error::new(format!("improper constraint: {}", number::quote(group)));
        }
    }
    failed(error)
}

fn receiver(args: &[Value]) -> Result<&VersionObject, Error> {
    version_of(any(args, 0)).ok_or_else(nil_dereference)
}

fn version_of(value: &Value) -> Option<&VersionObject> {
    match value {
        Value::Object(object) => object.as_any().downcast_ref(),
        _ => None,
    }
}

fn number(args: &[Value], get: fn(&Version) -> u64) -> Answer {
    Ok(Value::Uint(get(&receiver(args)?.version), ty::UINT64))
}

fn text(args: &[Value], get: fn(&Version) -> String) -> Answer {
    Ok(get(&receiver(args)?.version).into())
}

fn order(args: &[Value]) -> Result<Ordering, Error> {
    let other = version_of(any(args, 1)).ok_or_else(nil_dereference)?;
    Ok(receiver(args)?.version.compare(&other.version))
}

fn holds(args: &[Value], test: fn(Ordering) -> bool) -> Answer {
    Ok(Value::Bool(test(order(args)?)))
}

fn compare(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::int(order(args)? as i64))
}

fn equal(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(!any(args, 1).is_nil() && order(args)?.is_eq()))
}

fn inc_major(_: &mut dyn Context, args: &[Value]) -> Answer {
    next(
        args,
        Version::next_major,
        "major version increment would overflow uint64",
    )
}

fn inc_minor(_: &mut dyn Context, args: &[Value]) -> Answer {
    next(
        args,
        Version::next_minor,
        "minor version increment would overflow uint64",
    )
}

fn inc_patch(_: &mut dyn Context, args: &[Value]) -> Answer {
    next(
        args,
        Version::next_patch,
        "patch version increment would overflow uint64",
    )
}

fn next(args: &[Value], step: fn(&Version) -> Option<Version>, overflow: &str) -> Answer {
    let version = step(&receiver(args)?.version).ok_or_else(|| Error::new(overflow))?;
    Ok(of(version, STRUCT))
}

fn set_prerelease(_: &mut dyn Context, args: &[Value]) -> Answer {
    let pre = String::from_utf8_lossy(bytes(args, 1));
    let version = receiver(args)?
        .version
        .with_prerelease(&pre)
        .map_err(failed)?;
    Ok(of(version, STRUCT))
}

fn set_metadata(_: &mut dyn Context, args: &[Value]) -> Answer {
    let metadata = String::from_utf8_lossy(bytes(args, 1));
    let version = receiver(args)?
        .version
        .with_metadata(&metadata)
        .map_err(failed)?;
    Ok(of(version, STRUCT))
}

fn marshal_text(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = receiver(args)?.version.to_string();
    Ok(Value::Bytes(text.into_bytes().into()))
}

fn marshal_json(_: &mut dyn Context, args: &[Value]) -> Answer {
    let text = format!("\"{}\"", receiver(args)?.version);
    Ok(Value::Bytes(text.into_bytes().into()))
}
