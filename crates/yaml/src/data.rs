//! Decoding into [`Data`] without a detour.

use std::borrow::Cow;
use std::sync::Arc;

use evenkeel_diagnostics::Span;
use evenkeel_value::{Data, DataEntry};

use crate::decode::{Builder, Stop};
use crate::resolve::Scalar;
use crate::sigs::{json_text, list, origin};
use crate::tree;

/// Builds [`Data`] straight away, as long as JSON would change nothing but numbers.
pub(crate) struct DataBuilder {
    /// Whether integers stay what they are instead of becoming floats.
    pub(crate) kinds: bool,
}

impl Builder for DataBuilder {
    type Value = Data;
    type Key = Arc<[u8]>;
    type Map = Vec<DataEntry>;

    fn scalar(&mut self, scalar: Scalar<'_>, _: Span) -> Result<Data, Stop> {
        Ok(match scalar {
            Scalar::Null => Data::Null,
            Scalar::Bool(b) => Data::Bool(b),
            Scalar::Int(n) if self.kinds => Data::Int(n),
            Scalar::Uint(n) if self.kinds => Data::Uint(n),
            Scalar::Int(n) => Data::Float(n as f64),
            Scalar::Uint(n) => Data::Float(n as f64),
            Scalar::Float(n) if n.is_finite() => Data::Float(n),
            Scalar::Float(_) => return Err(Stop::Unsure),
            Scalar::Str(text) => Data::Str(scalar_text(text)),
        })
    }

    fn list(&mut self, items: Vec<(Data, Span)>, _: Span) -> Data {
        list(items)
    }

    fn new_map(&mut self) -> Vec<DataEntry> {
        Vec::new()
    }

    fn scalar_key(&mut self, scalar: Scalar<'_>) -> Result<Arc<[u8]>, Stop> {
        Ok(match scalar {
            Scalar::Str(text) => scalar_text(text),
            Scalar::Bool(b) => Arc::from(tree::bool_text(b)),
            Scalar::Int(n) => Arc::from(n.to_string().as_bytes()),
            Scalar::Float(n) if !n.is_nan() => Arc::from(tree::float_key(n).as_bytes()),
            Scalar::Null | Scalar::Uint(_) | Scalar::Float(_) => return Err(Stop::Unsure),
        })
    }

    /// Numbers have lost their type by now, so only strings are taken.
    fn value_key(&mut self, value: Data) -> Result<Arc<[u8]>, Stop> {
        match value {
            Data::Str(text) => Ok(text),
            _ => Err(Stop::Unsure),
        }
    }

    fn insert(&mut self, map: &mut Vec<DataEntry>, key: (Arc<[u8]>, Span), value: Data, _: u32) {
        let (key, span) = key;
        map.push(DataEntry {
            key,
            value,
            origin: origin(span),
        });
    }

    fn map(&mut self, map: Vec<DataEntry>, _: Span) -> Data {
        Data::map(map)
    }
}

/// Text of the input is UTF-8; only what was decoded from base64 may not be.
fn scalar_text(text: Cow<'_, [u8]>) -> Arc<[u8]> {
    match text {
        Cow::Borrowed(text) => Arc::from(text),
        Cow::Owned(text) => json_text(&text),
    }
}
