//! One operand under one verb: `printArg` and `printValue` of Go's fmt/print.go.

use super::{Flags, Printer};
use crate::number::FloatSize;
use crate::{Kind, List, Map, Object, Type, Value, named_text, ty};

/// How deep values may nest: well above what `encoding/json` decodes (10,000), well below what the
/// stack of a render holds.
const MAX_DEPTH: usize = 12_000;

/// How much one call may write before a value counts as too deep: values that hold others twice, again
/// and again, print as more than there is memory for without nesting deep.
const MAX_OUTPUT: usize = 32 << 20;

/// What stands for the address of anything, so that output is reproducible where Go's is not.
const ADDRESS: u64 = 0xc0_0000_0000;

impl Printer {
    /// Prints one operand.
    pub(super) fn print_arg(&mut self, arg: &Value, verb: char) {
        match (arg.ty(), verb) {
            (None, 'T' | 'v') => self.pad(b"<nil>"),
            (None, _) => self.bad_nil_verb(verb),
            (Some(ty), 'T') => self.plain(ty.name.as_bytes()),
            (Some(ty), 'p') => self.pointer(arg, ty, verb),
            _ => self.print_value(arg, verb, 0),
        }
    }

    /// Prints a value `depth` levels below an operand.
    fn print_value(&mut self, value: &Value, verb: char, depth: usize) {
        if depth > MAX_DEPTH || (depth > 0 && self.out.len() > MAX_OUTPUT) {
            self.too_deep = true;
        }
        if self.too_deep || self.print_by_method(value, verb) {
            return;
        }
        match value {
            // Below an operand it is an interface that holds nothing, and no verb minds.
            Value::Nil if self.flags.sharp_v => self.push("interface {}(nil)"),
            Value::Nil => self.push("<nil>"),
            Value::Bool(b) => self.format_bool(*b, verb),
            Value::Int(n, ty) => self.format_integer(n.cast_unsigned(), true, verb, ty.name),
            Value::Uint(n, ty) => self.format_integer(*n, false, verb, ty.name),
            Value::Float(n, ty) => self.format_float(*n, float_size(*ty), verb),
            Value::Complex(real, imaginary) => self.format_complex(*real, *imaginary, verb),
            Value::Str(text) => self.format_string(text, verb),
            Value::Bytes(bytes) => self.format_bytes(bytes, verb, depth == 0),
            Value::List(list) => self.print_list(list, verb, depth),
            Value::Map(map) => self.print_map(map, verb, depth),
            Value::Object(object) => self.print_object(&**object, value, verb, depth),
        }
    }

    fn print_list(&mut self, list: &List, verb: char, depth: usize) {
        let (open, separator, close) = self.delimiters("[");
        if self.flags.sharp_v {
            self.push(list.ty().name);
            if list.is_nil() {
                self.push("(nil)");
                return;
            }
        }
        self.push(open);
        for (at, item) in list.borrow().iter().enumerate() {
            if at > 0 {
                self.push(separator);
            }
            self.print_value(&item.value, verb, depth + 1);
            if self.too_deep {
                return;
            }
        }
        self.push(close);
    }

    fn print_map(&mut self, map: &Map, verb: char, depth: usize) {
        let (open, separator, close) = self.delimiters("map[");
        if self.flags.sharp_v {
            self.push(map.ty().name);
            if map.is_nil() {
                self.push("(nil)");
                return;
            }
        }
        self.push(open);
        for (at, entry) in map.borrow().iter().enumerate() {
            if at > 0 {
                self.push(separator);
            }
            self.format_string(&entry.key, verb);
            self.out.push(b':');
            self.print_value(&entry.value, verb, depth + 1);
            if self.too_deep {
                return;
            }
        }
        self.push(close);
    }

    fn print_object(&mut self, object: &dyn Object, value: &Value, verb: char, depth: usize) {
        let ty = object.ty();
        if ty.kind != Kind::Pointer {
            return self.print_struct(object, ty.name, verb, depth);
        }
        if depth > 0 {
            return self.pointer(value, ty, verb);
        }
        self.out.push(b'&');
        let name = ty
            .elem
            .map_or(ty.name.trim_start_matches('*'), |elem| elem.0.name);
        self.print_struct(object, name, verb, depth + 1);
    }

    fn print_struct(&mut self, object: &dyn Object, name: &str, verb: char, depth: usize) {
        let (_, separator, _) = self.delimiters("{");
        if self.flags.sharp_v {
            self.push(name);
        }
        self.out.push(b'{');
        for (at, (name, value)) in object.fields().iter().enumerate() {
            if at > 0 {
                self.push(separator);
            }
            if self.flags.plus_v || self.flags.sharp_v {
                self.push(name);
                self.out.push(b':');
            }
            self.print_value(value, verb, depth + 1);
        }
        self.out.push(b'}');
    }

    /// Opening, separator and closing of a list or map: `plain` and spaces, or Go syntax.
    fn delimiters(&self, plain: &'static str) -> (&'static str, &'static str, &'static str) {
        if self.flags.sharp_v {
            ("{", ", ", "}")
        } else {
            (plain, " ", "]")
        }
    }

    /// Prints what the value's `Error`, `String` or `GoString` method gives, if the verb uses it.
    fn print_by_method(&mut self, value: &Value, verb: char) -> bool {
        if self.erroring {
            return false;
        }
        if verb == 'w' && !is_basic(value) {
            self.bad_value_verb(verb, value);
            return true;
        }
        if self.flags.sharp_v {
            let Some(text) = go_syntax_of(value) else {
                return false;
            };
            self.plain(&text);
            return true;
        }
        if !matches!(verb, 'v' | 's' | 'x' | 'X' | 'q') {
            return false;
        }
        match value {
            Value::Int(n, ty) if *ty != ty::INT && *ty != ty::INT64 => match named_text(*n, *ty) {
                Some(text) => self.format_string(text.as_bytes(), verb),
                None => return false,
            },
            Value::Object(object) => match object.text() {
                Some(text) => self.format_string(&text, verb),
                None => return false,
            },
            _ => return false,
        }
        true
    }

    /// `%p`, and pointers that are not followed.
    fn pointer(&mut self, value: &Value, ty: Type, verb: char) {
        let is_nil = match value {
            Value::List(list) => list.is_nil(),
            Value::Map(map) => map.is_nil(),
            _ => false,
        };
        if !matches!(
            ty.kind,
            Kind::Map | Kind::Pointer | Kind::Slice | Kind::Func
        ) {
            return self.bad_value_verb(verb, value);
        }
        let address = if is_nil { 0 } else { ADDRESS };
        match verb {
            'v' if self.flags.sharp_v => {
                self.push("(");
                self.push(ty.name);
                self.push(")(");
                self.prefixed_hex(address, true);
                self.push(")");
            }
            'v' | 'p' => self.prefixed_hex(address, !self.flags.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => self.format_integer(address, false, verb, "uintptr"),
            _ => self.bad_value_verb(verb, value),
        }
    }

    fn bad_nil_verb(&mut self, verb: char) {
        self.push("%!");
        self.push_char(verb);
        self.push("(<nil>)");
    }

    fn bad_value_verb(&mut self, verb: char, value: &Value) {
        let name = value.ty().map_or("<nil>", |ty| ty.0.name);
        self.bad_verb(verb, name, |p| p.print_value(value, 'v', 0));
    }

    /// `%!verb(type=value)`, where `print` prints the value.
    pub(super) fn bad_verb(&mut self, verb: char, name: &str, print: impl FnOnce(&mut Printer)) {
        self.erroring = true;
        self.push("%!");
        self.push_char(verb);
        self.push("(");
        self.push(name);
        self.push("=");
        print(self);
        self.push(")");
        self.erroring = false;
    }

    /// `%!(EXTRA type=value, …)`: the operands that no verb has used.
    pub(super) fn print_extra(&mut self, args: &[Value]) {
        self.flags = Flags::default();
        self.push("%!(EXTRA ");
        for (at, arg) in args.iter().enumerate() {
            if at > 0 {
                self.push(", ");
            }
            if let Some(ty) = arg.ty() {
                self.push(ty.name);
                self.push("=");
            }
            self.print_arg(arg, 'v');
        }
        self.push(")");
    }
}

fn float_size(ty: Type) -> FloatSize {
    if ty.kind == Kind::Float32 {
        FloatSize::F32
    } else {
        FloatSize::F64
    }
}

/// Whether Go prints the value without looking for methods: types without a package, and no composites.
fn is_basic(value: &Value) -> bool {
    match value {
        Value::List(_) | Value::Map(_) | Value::Object(_) => false,
        Value::Int(_, ty) | Value::Uint(_, ty) | Value::Float(_, ty) => !ty.name.contains('.'),
        _ => true,
    }
}

fn go_syntax_of(value: &Value) -> Option<crate::Str> {
    match value {
        Value::Object(object) => object.go_syntax(),
        _ => None,
    }
}
