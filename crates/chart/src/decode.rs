//! Typed decoding of `Chart.yaml` and its like, as `sigs.k8s.io/yaml` and `encoding/json` do it.
//!
//! Scalars become strings where a string is wanted; field names match in any case; a value of another
//! type is an error that names Go's types, and the first one stands while decoding goes on.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_diagnostics::Origin;
use evenkeel_value::number::{FloatSize, format_float};
use evenkeel_value::{Data, DataEntry};

use crate::metadata::{Dependency, Maintainer, Metadata};
use crate::timestamp;

/// A mismatch of types, in Go's words and with its place.
#[derive(Debug)]
pub(crate) struct Mismatch {
    pub(crate) text: String,
    pub(crate) origin: Origin,
}

/// Decodes onto what `target` already holds: absent keys change nothing.
///
/// `package` is the Go package of the chart types: `v2` in Helm 4, `chart` in Helm 3.
pub(crate) fn decode<T: Target>(
    target: &mut T,
    data: &Data,
    package: &'static str,
) -> Result<(), Mismatch> {
    let place = Origin::NONE;
    let mut cx = Context {
        package,
        stack: Vec::new(),
        owner: "",
        place,
        first: None,
    };
    // Go decodes into a pointer, which null leaves alone.
    if !matches!(data, Data::Null) {
        target.decode(data, &mut cx);
    }
    match cx.first {
        Some(mismatch) => Err(mismatch),
        None => Ok(()),
    }
}

/// Where decoding is, for the error texts.
pub(crate) struct Context {
    package: &'static str,
    /// The keys from the root to the field being decoded.
    stack: Vec<&'static str>,
    /// The name of the struct that the innermost key belongs to.
    owner: &'static str,
    place: Origin,
    first: Option<Mismatch>,
}

impl Context {
    fn mismatch(&mut self, data: &Data, wanted: &str) {
        let kind = data.json_kind();
        let wanted = wanted.replace("PACKAGE", self.package);
        let text = if self.stack.is_empty() {
            format!("json: cannot unmarshal {kind} into Go value of type {wanted}")
        } else {
            let (owner, path) = (self.owner, self.stack.join("."));
            format!(
                "json: cannot unmarshal {kind} into Go struct field {owner}.{path} of type {wanted}"
            )
        };
        self.fail(text);
    }

    fn fail(&mut self, text: String) {
        let origin = self.place;
        self.first.get_or_insert(Mismatch { text, origin });
    }
}

/// What can be decoded. `PACKAGE` in a Go type's name stands for the package of the chart types.
pub(crate) trait Target: Default {
    /// Go's name of the type.
    const GO_TYPE: &'static str;

    /// Takes any value but null.
    fn decode(&mut self, data: &Data, cx: &mut Context);

    /// What null does; a plain value keeps what it has.
    fn decode_null(&mut self) {}
}

impl Target for Arc<str> {
    const GO_TYPE: &'static str = "string";

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        *self = match data {
            Data::Str(bytes) => Arc::from(String::from_utf8_lossy(bytes)),
            Data::Int(n) => Arc::from(n.to_string()),
            Data::Uint(n) => Arc::from(n.to_string()),
            Data::Bool(b) => Arc::from(if *b { "true" } else { "false" }),
            // 32 bits are what sigs.k8s.io/yaml asks for, whatever the number.
            Data::Float(n) => Arc::from(format_float(*n, b'g', None, FloatSize::F32)),
            Data::Null | Data::List(_) | Data::Map(_) => return cx.mismatch(data, "string"),
        };
    }
}

impl Target for bool {
    const GO_TYPE: &'static str = "bool";

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        match data {
            Data::Bool(b) => *self = *b,
            _ => cx.mismatch(data, "bool"),
        }
    }
}

/// `interface {}`.
impl Target for Data {
    const GO_TYPE: &'static str = "interface {}";

    fn decode(&mut self, data: &Data, _: &mut Context) {
        *self = json_numbers(data);
    }

    fn decode_null(&mut self) {
        *self = Data::Null;
    }
}

/// JSON knows floats only.
fn json_numbers(data: &Data) -> Data {
    match data {
        Data::Int(n) => Data::Float(*n as f64),
        Data::Uint(n) => Data::Float(*n as f64),
        Data::List(items) => Data::List(
            items
                .iter()
                .map(|item| {
                    let mut item = item.clone();
                    item.value = json_numbers(&item.value);
                    item
                })
                .collect(),
        ),
        Data::Map(entries) => Data::Map(
            entries
                .iter()
                .map(|entry| DataEntry {
                    value: json_numbers(&entry.value),
                    ..entry.clone()
                })
                .collect(),
        ),
        _ => data.clone(),
    }
}

/// A slice: elements are decoded onto those that are there, then it is cut to length.
impl<T: Target> Target for Option<Vec<T>>
where
    Vec<T>: ListOf,
{
    const GO_TYPE: &'static str = <Vec<T> as ListOf>::GO_TYPE;

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        let Data::List(items) = data else {
            return cx.mismatch(data, Self::GO_TYPE);
        };
        let list = self.get_or_insert_default();
        list.truncate(items.len());
        list.resize_with(items.len(), T::default);
        for (item, element) in items.iter().zip(list) {
            cx.place = item.origin;
            match &item.value {
                Data::Null => element.decode_null(),
                value => element.decode(value, cx),
            }
        }
    }

    fn decode_null(&mut self) {
        *self = None;
    }
}

/// Go's names of the slices.
pub(crate) trait ListOf {
    const GO_TYPE: &'static str;
}

impl ListOf for Vec<Arc<str>> {
    const GO_TYPE: &'static str = "[]string";
}

impl ListOf for Vec<Data> {
    const GO_TYPE: &'static str = "[]interface {}";
}

impl ListOf for Vec<Option<Maintainer>> {
    const GO_TYPE: &'static str = "[]*PACKAGE.Maintainer";
}

impl ListOf for Vec<Option<Dependency>> {
    const GO_TYPE: &'static str = "[]*PACKAGE.Dependency";
}

/// A pointer to a struct.
impl<T: Fields> Target for Option<T> {
    const GO_TYPE: &'static str = T::GO_TYPE;

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        decode_fields(self.get_or_insert_default(), data, cx);
    }

    fn decode_null(&mut self) {
        *self = None;
    }
}

impl Target for Option<BTreeMap<Arc<str>, Arc<str>>> {
    const GO_TYPE: &'static str = "map[string]string";

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        let Data::Map(entries) = data else {
            return cx.mismatch(data, Self::GO_TYPE);
        };
        let map = self.get_or_insert_default();
        for entry in entries.iter() {
            cx.place = entry.origin;
            let mut value = Arc::<str>::default();
            if !matches!(entry.value, Data::Null) {
                value.decode(&entry.value, cx);
            }
            map.insert(Arc::from(String::from_utf8_lossy(&entry.key)), value);
        }
    }

    fn decode_null(&mut self) {
        *self = None;
    }
}

/// A struct.
pub(crate) trait Fields: Default {
    /// Go's name with its package, and without.
    const GO_TYPE: &'static str;
    const NAME: &'static str;
    /// The JSON names.
    const FIELDS: &'static [&'static str];

    /// Decodes onto the field of that index.
    fn field(&mut self, index: usize, data: &Data, cx: &mut Context);
}

/// The top of a document.
pub(crate) struct Document<T>(pub(crate) T);

impl<T: Default> Default for Document<T> {
    fn default() -> Self {
        Document(T::default())
    }
}

impl<T: Fields> Target for Document<T> {
    const GO_TYPE: &'static str = T::GO_TYPE;

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        decode_fields(&mut self.0, data, cx);
    }
}

fn decode_fields<T: Fields>(target: &mut T, data: &Data, cx: &mut Context) {
    let Data::Map(entries) = data else {
        return cx.mismatch(data, T::GO_TYPE);
    };
    for entry in entries.iter() {
        let Some(index) = field_index(T::FIELDS, &entry.key) else {
            continue;
        };
        let outer = std::mem::replace(&mut cx.owner, T::NAME);
        cx.stack.push(T::FIELDS[index]);
        cx.place = entry.origin;
        target.field(index, &entry.value, cx);
        cx.stack.pop();
        cx.owner = outer;
    }
}

/// The field of a key: by its exact name, else in any case.
fn field_index(names: &[&str], key: &[u8]) -> Option<usize> {
    names
        .iter()
        .position(|name| name.as_bytes() == key)
        .or_else(|| {
            // Go folds the long s and the Kelvin sign too.
            let key = std::str::from_utf8(key)
                .ok()?
                .replace('\u{17f}', "s")
                .replace('\u{212a}', "k");
            names
                .iter()
                .position(|name| name.eq_ignore_ascii_case(&key))
        })
}

fn onto<T: Target>(target: &mut T, data: &Data, cx: &mut Context) {
    match data {
        Data::Null => target.decode_null(),
        _ => target.decode(data, cx),
    }
}

macro_rules! fields {
    ($type:ty, $go:literal, $name:literal, $($json:literal => $field:ident,)*) => {
        impl Fields for $type {
            const GO_TYPE: &'static str = $go;
            const NAME: &'static str = $name;
            const FIELDS: &'static [&'static str] = &[$($json),*];

            fn field(&mut self, index: usize, data: &Data, cx: &mut Context) {
                let mut at = 0;
                $(
                    if index == at {
                        return onto(&mut self.$field, data, cx);
                    }
                    at += 1;
                )*
                let _ = at;
            }
        }
    };
}

/// What Helm 4 reads of `Chart.yaml` before it reads the rest.
#[derive(Debug, Default)]
pub(crate) struct ChartBase {
    pub(crate) api_version: Arc<str>,
}

/// [`Metadata`] while it may still hold empty nodes.
#[derive(Debug, Default)]
pub(crate) struct RawMetadata {
    pub(crate) rest: Metadata,
    pub(crate) maintainers: Option<Vec<Option<Maintainer>>>,
    pub(crate) dependencies: Option<Vec<Option<Dependency>>>,
}

fields!(ChartBase, "loader.chartBase", "chartBase", "apiVersion" => api_version,);

fields!(
    Maintainer, "PACKAGE.Maintainer", "Maintainer",
    "name" => name,
    "email" => email,
    "url" => url,
);

fields!(
    Dependency, "PACKAGE.Dependency", "Dependency",
    "name" => name,
    "version" => version,
    "repository" => repository,
    "condition" => condition,
    "tags" => tags,
    "enabled" => enabled,
    "import-values" => import_values,
    "alias" => alias,
);

/// [`crate::Lock`] while it may still hold empty nodes.
#[derive(Debug, Default)]
pub(crate) struct RawLock {
    pub(crate) generated: Timestamp,
    pub(crate) digest: Arc<str>,
    pub(crate) dependencies: Option<Vec<Option<Dependency>>>,
}

/// `time.Time`, of which only the text is kept.
#[derive(Debug, Default)]
pub(crate) struct Timestamp(pub(crate) Arc<str>);

impl Target for Timestamp {
    const GO_TYPE: &'static str = "time.Time";

    fn decode(&mut self, data: &Data, cx: &mut Context) {
        let Data::Str(bytes) = data else {
            return cx.fail("Time.UnmarshalJSON: input is not a JSON string".to_owned());
        };
        let text = String::from_utf8_lossy(bytes);
        match timestamp::check(&text) {
            Ok(()) => self.0 = Arc::from(text),
            Err(error) => cx.fail(error),
        }
    }
}

fields!(
    RawLock, "PACKAGE.Lock", "Lock",
    "generated" => generated,
    "digest" => digest,
    "dependencies" => dependencies,
);

impl Fields for RawMetadata {
    const GO_TYPE: &'static str = "PACKAGE.Metadata";
    const NAME: &'static str = "Metadata";
    const FIELDS: &'static [&'static str] = &[
        "name",
        "home",
        "sources",
        "version",
        "description",
        "keywords",
        "maintainers",
        "icon",
        "apiVersion",
        "condition",
        "tags",
        "appVersion",
        "deprecated",
        "annotations",
        "kubeVersion",
        "dependencies",
        "type",
    ];

    fn field(&mut self, index: usize, data: &Data, cx: &mut Context) {
        let rest = &mut self.rest;
        match Self::FIELDS[index] {
            "name" => onto(&mut rest.name, data, cx),
            "home" => onto(&mut rest.home, data, cx),
            "sources" => onto(&mut rest.sources, data, cx),
            "version" => onto(&mut rest.version, data, cx),
            "description" => onto(&mut rest.description, data, cx),
            "keywords" => onto(&mut rest.keywords, data, cx),
            "maintainers" => onto(&mut self.maintainers, data, cx),
            "icon" => onto(&mut rest.icon, data, cx),
            "apiVersion" => onto(&mut rest.api_version, data, cx),
            "condition" => onto(&mut rest.condition, data, cx),
            "tags" => onto(&mut rest.tags, data, cx),
            "appVersion" => onto(&mut rest.app_version, data, cx),
            "deprecated" => onto(&mut rest.deprecated, data, cx),
            "annotations" => onto(&mut rest.annotations, data, cx),
            "kubeVersion" => onto(&mut rest.kube_version, data, cx),
            "dependencies" => onto(&mut self.dependencies, data, cx),
            _ => onto(&mut rest.chart_type, data, cx),
        }
    }
}
