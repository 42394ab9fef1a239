//! Data as CEL sees it.

use std::collections::HashMap;
use std::sync::Arc;

use cel::ExecutionError;
use cel::common::traits::{Adder, Container, Indexer, Iterable, Sizer, Zeroer};
use cel::common::types::{
    CelBool, CelDouble, CelInt, CelList, CelMap, CelMapKey, CelNull, CelString, CelUInt, Type,
};
use cel::common::value::{Builtin, BuiltinRef, CowVal, Val};
use evenkeel_value::Data;

/// The largest whole number that a `float64` holds without loss of others beside it.
const MAX_WHOLE: f64 = 9_007_199_254_740_992.0;

/// Data as a value. Manifests are read as Go reads JSON, so every number is a float; whole ones are integers here, as
/// the API server has them.
pub(super) fn value(data: &Data) -> Box<dyn Val> {
    match data {
        Data::Null => Box::new(CelNull),
        Data::Bool(b) => Box::new(CelBool::from(*b)),
        Data::Int(n) => Box::new(CelInt::from(*n)),
        Data::Uint(n) => Box::new(CelUInt::from(*n)),
        Data::Float(n) if n.fract() == 0.0 && n.abs() < MAX_WHOLE => {
            Box::new(CelInt::from(*n as i64))
        }
        Data::Float(n) => Box::new(CelDouble::from(*n)),
        Data::Str(text) => Box::new(CelString::from(string(text))),
        Data::List(items) => list(items.iter().map(|item| value(&item.value)).collect()),
        Data::Map(entries) => {
            let entries = entries.iter();
            map(entries
                .map(|entry| (string(&entry.key), value(&entry.value)))
                .collect())
        }
    }
}

/// A list that costs nothing to copy.
pub(super) fn list(items: Vec<Box<dyn Val>>) -> Box<dyn Val> {
    Box::new(Shared(Arc::new(CelList::from(items))))
}

/// A map that costs nothing to copy.
pub(super) fn map(entries: Vec<(String, Box<dyn Val>)>) -> Box<dyn Val> {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (CelMapKey::from(key), value));
    let entries: HashMap<CelMapKey<'static>, Box<dyn Val>> = entries.collect();
    Box::new(Shared(Arc::new(CelMap::from(entries))))
}

fn string(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A list or a map that copies share. The crate's own are copied whole, each time that a macro turns to the next item.
#[derive(Debug, Clone)]
struct Shared<T>(Arc<T>);

impl<T: Val + Indexer + Clone + 'static> Val for Shared<T> {
    fn get_type(&self) -> &Type {
        self.0.get_type()
    }

    fn cel_type() -> &'static Type {
        T::cel_type()
    }

    fn as_adder<'b, 'v>(&'b self) -> Option<&'b (dyn Adder + 'v)>
    where
        Self: 'v,
    {
        self.0.as_adder()
    }

    fn as_container(&self) -> Option<&dyn Container> {
        self.0.as_container()
    }

    fn as_indexer<'b, 'v>(&'b self) -> Option<&'b (dyn Indexer + 'v)>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn into_indexer<'v>(self: Box<Self>) -> Option<Box<dyn Indexer + 'v>>
    where
        Self: 'v,
    {
        Some(self)
    }

    fn as_iterable<'b, 'v>(&'b self) -> Option<&'b (dyn Iterable + 'v)>
    where
        Self: 'v,
    {
        self.0.as_iterable()
    }

    fn as_sizer(&self) -> Option<&dyn Sizer> {
        self.0.as_sizer()
    }

    fn as_zeroer(&self) -> Option<&dyn Zeroer> {
        self.0.as_zeroer()
    }

    fn equals(&self, other: &dyn Val) -> bool {
        self.0.equals(other)
    }

    fn clone_as_boxed<'v>(&self) -> Box<dyn Val + 'v>
    where
        Self: 'v,
    {
        Box::new(self.clone())
    }

    // What is inside answers for what asks for the crate's own types, such as `==` and the functions of lists.
    fn as_builtin<'b, 'v>(&'b self) -> BuiltinRef<'b, 'v>
    where
        Self: 'v,
    {
        self.0.as_builtin()
    }

    fn into_builtin<'v>(self: Box<Self>) -> Option<Builtin<'v>>
    where
        Self: 'v,
    {
        Box::new(T::clone(&self.0)).into_builtin()
    }
}

impl<T: Val + Indexer + 'static> Indexer for Shared<T> {
    fn get<'b, 'v>(&'b self, index: &dyn Val) -> Result<CowVal<'b, 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.0.get(index)
    }

    fn steal<'v>(self: Box<Self>, index: &dyn Val) -> Result<Box<dyn Val + 'v>, ExecutionError>
    where
        Self: 'v,
    {
        self.0.get(index).map(CowVal::into_owned)
    }
}
