//! Go structs that templates see, as data.

use std::any::Any;
use std::rc::Rc;

use evenkeel_value::{Kind, Marshal, Object, Str, Type, Value};

/// One field of a struct.
#[derive(Debug, Clone)]
pub(crate) struct Field {
    /// Go's name of it.
    pub(crate) name: &'static str,
    /// Its key in JSON; empty for an embedded struct, whose fields stand in its place.
    pub(crate) json: &'static str,
    /// Whether JSON leaves it out when it is empty.
    pub(crate) omit_empty: bool,
    /// Its value.
    pub(crate) value: Value,
}

/// A field under the name that JSON gives it by default.
pub(crate) fn field(name: &'static str, value: impl Into<Value>) -> Field {
    Field {
        name,
        json: name,
        omit_empty: false,
        value: value.into(),
    }
}

/// A field with the tag `json:"KEY,omitempty"`.
pub(crate) fn optional(name: &'static str, json: &'static str, value: impl Into<Value>) -> Field {
    Field {
        name,
        json,
        omit_empty: true,
        value: value.into(),
    }
}

/// A struct or a pointer to one.
#[derive(Debug)]
pub(crate) struct Record {
    pub(crate) ty: Type,
    pub(crate) fields: Vec<Field>,
    /// What `String` of a pointer to it gives.
    pub(crate) text: Option<Str>,
}

impl Record {
    pub(crate) fn new(ty: Type, fields: Vec<Field>) -> Record {
        Record {
            ty,
            fields,
            text: None,
        }
    }

    fn find(&self, name: &str) -> Option<Value> {
        let own = self.fields.iter().find(|field| field.name == name);
        own.map(|field| field.value.clone()).or_else(|| {
            let embedded = self.fields.iter().filter(|field| field.json.is_empty());
            embedded
                .filter_map(|field| as_record(&field.value)?.field(name))
                .next()
        })
    }

    fn json_fields(&self) -> Vec<(&'static str, Value)> {
        let mut out = Vec::new();
        for field in &self.fields {
            if field.json.is_empty() {
                if let Value::Object(object) = &field.value
                    && let Marshal::Struct(inner) = object.marshal()
                {
                    out.extend(inner);
                }
            } else if is_exported(field.name) && (!field.omit_empty || field.value.is_true()) {
                out.push((field.json, field.value.clone()));
            }
        }
        out
    }
}

fn as_record(value: &Value) -> Option<&dyn Object> {
    match value {
        Value::Object(object) => Some(&**object),
        _ => None,
    }
}

fn is_exported(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_uppercase())
}

impl Object for Record {
    fn ty(&self) -> Type {
        self.ty
    }

    fn field(&self, name: &str) -> Option<Value> {
        if is_exported(name) {
            self.find(name)
        } else {
            None
        }
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        self.fields
            .iter()
            .map(|field| (field.name, field.value.clone()))
            .collect()
    }

    fn addressed_text(&self) -> Option<Str> {
        self.text.clone()
    }

    fn boxed(&self) -> Option<Rc<dyn Object>> {
        self.text.as_ref()?;
        Some(Rc::new(Record::new(self.ty, self.fields.clone())))
    }

    fn marshal(&self) -> Marshal {
        Marshal::Struct(self.json_fields())
    }

    fn equals(&self, other: &dyn Object) -> Option<bool> {
        let other = other.as_any().downcast_ref::<Record>()?;
        if self.ty.kind == Kind::Pointer {
            return Some(std::ptr::eq(self, other));
        }
        let mut equal = self.ty == other.ty;
        for (mine, theirs) in self.fields.iter().zip(&other.fields) {
            equal &= match (&mine.value, &theirs.value) {
                (Value::Str(a), Value::Str(b)) => a == b,
                (Value::Bool(a), Value::Bool(b)) => a == b,
                (Value::Object(a), Value::Object(b)) => a.equals(&**b)?,
                // Structs with slices and maps in them cannot be compared.
                _ => return None,
            };
        }
        Some(equal)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
