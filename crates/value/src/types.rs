//! Go's types, as far as a template can meet them.

use std::ops::Deref;

/// `reflect.Kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are Go's own")]
pub enum Kind {
    Invalid,
    Bool,
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
    Float32,
    Float64,
    Complex64,
    Complex128,
    Array,
    Func,
    Interface,
    Map,
    Pointer,
    Slice,
    String,
    Struct,
}

impl Kind {
    /// The name that `reflect.Kind.String` gives, which is what sprig's `kindOf` prints.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int => "int",
            Kind::Int8 => "int8",
            Kind::Int16 => "int16",
            Kind::Int32 => "int32",
            Kind::Int64 => "int64",
            Kind::Uint => "uint",
            Kind::Uint8 => "uint8",
            Kind::Uint16 => "uint16",
            Kind::Uint32 => "uint32",
            Kind::Uint64 => "uint64",
            Kind::Uintptr => "uintptr",
            Kind::Float32 => "float32",
            Kind::Float64 => "float64",
            Kind::Complex64 => "complex64",
            Kind::Complex128 => "complex128",
            Kind::Array => "array",
            Kind::Func => "func",
            Kind::Interface => "interface",
            Kind::Map => "map",
            Kind::Pointer => "ptr",
            Kind::Slice => "slice",
            Kind::String => "string",
            Kind::Struct => "struct",
        }
    }

    /// Whether values of the kind are signed integers.
    pub fn is_int(self) -> bool {
        matches!(
            self,
            Kind::Int | Kind::Int8 | Kind::Int16 | Kind::Int32 | Kind::Int64
        )
    }

    /// Whether values of the kind are unsigned integers.
    pub fn is_uint(self) -> bool {
        use Kind::{Uint, Uint8, Uint16, Uint32, Uint64, Uintptr};
        matches!(self, Uint | Uint8 | Uint16 | Uint32 | Uint64 | Uintptr)
    }

    /// Whether values of the kind are floats.
    pub fn is_float(self) -> bool {
        matches!(self, Kind::Float32 | Kind::Float64)
    }
}

/// Description of one Go type. Declare one `static` for each; crates add their own named types.
#[derive(Debug)]
pub struct TypeDesc {
    /// What `reflect.Type.String` gives, such as `map[string]interface {}` or `common.Values`.
    pub name: &'static str,
    /// Its kind.
    pub kind: Kind,
    /// Element type of slices, maps (keys are always strings) and pointers.
    pub elem: Option<Type>,
    /// Whether the type has a name of its own (`common.Values`), so that assignability needs an
    /// unnamed partner.
    pub named: bool,
}

/// A Go type. Equal if the names are equal.
#[derive(Debug, Clone, Copy)]
pub struct Type(pub &'static TypeDesc);

impl PartialEq for Type {
    fn eq(&self, other: &Type) -> bool {
        std::ptr::eq(self.0, other.0) || self.0.name == other.0.name
    }
}

impl Eq for Type {}

impl Deref for Type {
    type Target = TypeDesc;

    fn deref(&self) -> &TypeDesc {
        self.0
    }
}

impl Type {
    /// `reflect.Type.AssignableTo`, for the types that templates meet.
    pub fn assignable_to(self, to: Type) -> bool {
        if self == to || to.kind == Kind::Interface {
            return true;
        }
        let same_shape = self.kind == to.kind && self.elem == to.elem;
        let composite = matches!(
            self.kind,
            Kind::Map | Kind::Slice | Kind::Pointer | Kind::Func
        );
        composite && same_shape && (!self.named || !to.named)
    }
}

/// The types that need no declaration.
pub mod ty {
    use super::{Kind, Type, TypeDesc};

    macro_rules! types {
        ($($konst:ident $desc:ident = $name:literal $kind:ident $elem:expr, $named:literal;)*) => {$(
            static $desc: TypeDesc =
                TypeDesc { name: $name, kind: Kind::$kind, elem: $elem, named: $named };
            #[doc = concat!("Go's `", $name, "`.")]
            pub const $konst: Type = Type(&$desc);
        )*};
    }

    types! {
        ANY ANY_DESC = "interface {}" Interface None, false;
        BOOL BOOL_DESC = "bool" Bool None, true;
        INT INT_DESC = "int" Int None, true;
        INT8 INT8_DESC = "int8" Int8 None, true;
        INT16 INT16_DESC = "int16" Int16 None, true;
        INT32 INT32_DESC = "int32" Int32 None, true;
        INT64 INT64_DESC = "int64" Int64 None, true;
        UINT UINT_DESC = "uint" Uint None, true;
        UINT8 UINT8_DESC = "uint8" Uint8 None, true;
        UINT16 UINT16_DESC = "uint16" Uint16 None, true;
        UINT32 UINT32_DESC = "uint32" Uint32 None, true;
        UINT64 UINT64_DESC = "uint64" Uint64 None, true;
        FLOAT32 FLOAT32_DESC = "float32" Float32 None, true;
        FLOAT64 FLOAT64_DESC = "float64" Float64 None, true;
        COMPLEX128 COMPLEX128_DESC = "complex128" Complex128 None, true;
        STRING STRING_DESC = "string" String None, true;
        DURATION DURATION_DESC = "time.Duration" Int64 None, true;
        MONTH MONTH_DESC = "time.Month" Int None, true;
        WEEKDAY WEEKDAY_DESC = "time.Weekday" Int None, true;
        BYTES BYTES_DESC = "[]uint8" Slice Some(UINT8), false;
        LIST LIST_DESC = "[]interface {}" Slice Some(ANY), false;
        STRINGS STRINGS_DESC = "[]string" Slice Some(STRING), false;
        INTS INTS_DESC = "[]int" Slice Some(INT), false;
        MAP MAP_DESC = "map[string]interface {}" Map Some(ANY), false;
        STRING_MAP STRING_MAP_DESC = "map[string]string" Map Some(STRING), false;
        MAPS MAPS_DESC = "[]map[string]interface {}" Slice Some(MAP), false;
        ERROR ERROR_DESC = "error" Interface None, true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn named_maps_are_assignable_to_unnamed_ones() {
        static VALUES: TypeDesc = TypeDesc {
            name: "common.Values",
            kind: Kind::Map,
            elem: Some(ty::ANY),
            named: true,
        };
        assert!(Type(&VALUES).assignable_to(ty::MAP));
        assert!(ty::MAP.assignable_to(ty::ANY));
        assert!(!ty::STRING_MAP.assignable_to(ty::MAP));
        assert!(!ty::INT64.assignable_to(ty::INT));
        assert!(!ty::DURATION.assignable_to(ty::INT64));
    }
}
