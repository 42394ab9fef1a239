//! The functions, types and data that the recorded cases use (see fixtures/template/record), and a way
//! to run a case.

use std::any::Any;
use std::rc::Rc;
use std::sync::{Arc, LazyLock};

use evenkeel_diagnostics::{FileId, SourceMap};
use evenkeel_template::{
    Ast, BUILTINS, Context, Error, Executor, Function, FunctionTable, Host, MissingKey, Options,
    RENDER_STACK, TemplateSet, function, variadic,
};
use evenkeel_value::{Kind, List, Map, Object, Str, Type, TypeDesc, Value, fmt, ty};

type Outcome = Result<Value, Error>;

/// A template text under its name.
pub(crate) struct File<'c> {
    pub(crate) name: &'c str,
    pub(crate) text: &'c [u8],
}

/// Runs `work` on a thread with the stack that rendering wants.
pub(crate) fn on_render_stack<T: Send + 'static>(work: fn() -> T) -> T {
    let thread = std::thread::Builder::new().stack_size(RENDER_STACK);
    let thread = thread.spawn(work).expect("a thread can be started");
    thread
        .join()
        .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Parses the files in order and executes the last one.
pub(crate) fn run(files: &[File<'_>], data: Value, options: Options) -> Result<Vec<u8>, Error> {
    let sources = SourceMap::new();
    let mut set = TemplateSet::new("gotpl", &FUNCTIONS);
    for file in files {
        let ast = Ast::parse(Arc::from(file.text), &FUNCTIONS)
            .map_err(|e| e.named(file.name, FileId::NONE))?;
        set.add(file.name, FileId::NONE, &Arc::new(ast))?;
    }
    let mut executor = Executor::new(&set, &TestHost, &sources, options);
    let main = files.last().expect("a case has a file").name;
    executor
        .execute(main, data)
        .map(|rope| rope.as_bytes().to_vec())
}

/// The option of a case.
#[allow(dead_code)]
pub(crate) fn missing_key(option: &str) -> MissingKey {
    match option {
        "" | "missingkey=zero" => MissingKey::Zero,
        "missingkey=error" => MissingKey::Error,
        "missingkey=invalid" => MissingKey::Invalid,
        other => panic!("unknown option {other}"),
    }
}

/// JSON as Go's `json.Unmarshal` reads it: numbers are `float64`.
pub(crate) fn json(value: &serde_json::Value) -> Value {
    match value {
        serde_json::Value::Null => Value::Nil,
        serde_json::Value::Bool(b) => Value::Bool(*b),
        serde_json::Value::Number(n) => Value::float(n.as_f64().unwrap_or_default()),
        serde_json::Value::String(s) => Value::str(s.as_str()),
        serde_json::Value::Array(items) => Value::List(List::of(items.iter().map(json))),
        serde_json::Value::Object(entries) => {
            let map = Map::default();
            for (key, value) in entries {
                map.insert(key.as_str(), json(value));
            }
            Value::Map(map)
        }
    }
}

static VALUES_DESC: TypeDesc = TypeDesc {
    name: "main.values",
    kind: Kind::Map,
    elem: Some(ty::ANY),
    named: true,
};
const VALUES: Type = Type(&VALUES_DESC);

static OBJECT_DESC: TypeDesc = TypeDesc {
    name: "main.object",
    kind: Kind::Struct,
    elem: None,
    named: true,
};
static POINTER_DESC: TypeDesc = TypeDesc {
    name: "*main.object",
    kind: Kind::Pointer,
    elem: Some(Type(&OBJECT_DESC)),
    named: false,
};
const POINTER: Type = Type(&POINTER_DESC);

#[derive(Debug)]
struct TestObject {
    name: Str,
    map: Map,
}

impl Object for TestObject {
    fn ty(&self) -> Type {
        POINTER
    }

    fn field(&self, name: &str) -> Option<Value> {
        self.fields()
            .into_iter()
            .find_map(|(n, value)| (n == name).then_some(value))
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Name", Value::Str(self.name.clone())),
            ("Count", Value::int(1)),
            ("Any", Value::Nil),
            ("Map", Value::Map(self.map.clone())),
            ("Tags", Value::List(List::strings(["a", "b"]))),
        ]
    }

    fn equals(&self, other: &dyn Object) -> Option<bool> {
        Some(std::ptr::addr_eq(self, other))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A host without a world.
pub(crate) struct TestHost;

impl Host for TestHost {
    fn methods(&self, of: Type) -> &'static [Function] {
        match of.name {
            "main.values" => VALUES_METHODS,
            "*main.object" => OBJECT_METHODS,
            _ => &[],
        }
    }

    fn now(&self) -> (i64, u32) {
        (0, 0)
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(0);
    }

    fn lookup(&self, _: &Str, _: &Str, _: &Str, _: &Str) -> Value {
        Value::Nil
    }
}

const VALUES_METHODS: &[Function] = &[function("Keys", &[], ty::INT, |_, args| {
    Ok(Value::int(args[0].as_map().map_or(0, Map::len) as i64))
})];

const OBJECT_METHODS: &[Function] = &[
    function("Hello", &[], ty::STRING, |_, args| {
        Ok(Value::str([b"hello ", name(&args[0]).as_bytes()].concat()))
    }),
    function("Add", &[ty::INT, ty::INT], ty::INT, |_, args| {
        Ok(Value::int(1 + int(&args[1]) + int(&args[2])))
    }),
    variadic("Join", &[ty::STRING, ty::STRING], ty::STRING, |_, args| {
        let parts: Vec<_> = args[2..].iter().map(|a| text(a).to_vec()).collect();
        Ok(Value::str(parts.join(text(&args[1]).as_bytes())))
    }),
    function("Fail", &[], ty::STRING, |_, _| {
        Err(Error::new("object failed"))
    }),
];

/// The builtins and the functions of the recorded cases.
pub(crate) static FUNCTIONS: LazyLock<FunctionTable> =
    LazyLock::new(|| FunctionTable::new(&[BUILTINS, TEST_FUNCTIONS]));

const TEST_FUNCTIONS: &[Function] = &[
    function(
        "include",
        &[ty::STRING, ty::ANY],
        ty::STRING,
        |ctx, args| {
            let name = text(&args[0]).clone();
            ctx.execute_template(&name, args[1].clone()).map(Value::Str)
        },
    ),
    function("tpl", &[ty::STRING, ty::ANY], ty::STRING, |ctx, args| {
        let source = text(&args[0]).clone();
        ctx.execute_text(&source, args[1].clone()).map(Value::Str)
    }),
    function("fail", &[ty::STRING], ty::STRING, |_, args| {
        Err(Error::new(text(&args[0]).to_text()))
    }),
    variadic("dict", &[ty::ANY], ty::MAP, |_, args| {
        let map = Map::default();
        for pair in args.chunks_exact(2) {
            map.insert(fmt::sprint(&pair[0]), pair[1].clone());
        }
        Ok(Value::Map(map))
    }),
    function(
        "set",
        &[ty::MAP, ty::STRING, ty::ANY],
        ty::MAP,
        |_, args| {
            if let Value::Map(map) = &args[0] {
                if map.is_nil() {
                    return Err(Error::new("assignment to entry in nil map"));
                }
                map.insert(text(&args[1]).clone(), args[2].clone());
            }
            Ok(args[0].clone())
        },
    ),
    variadic("list", &[ty::ANY], ty::LIST, |_, args| {
        Ok(Value::List(List::of(args.iter().cloned())))
    }),
    variadic("strings", &[ty::STRING], ty::STRINGS, |_, args| {
        Ok(Value::List(List::strings(
            args.iter().map(|a| text(a).clone()),
        )))
    }),
    function("int", &[ty::INT], ty::INT, first),
    function("int8", &[ty::INT8], ty::INT8, first),
    function("int64", &[ty::INT64], ty::INT64, first),
    function("uint", &[ty::UINT], ty::UINT, first),
    function("uint8", &[ty::UINT8], ty::UINT8, first),
    function("float", &[ty::FLOAT64], ty::FLOAT64, first),
    function("complex", &[ty::COMPLEX128], ty::COMPLEX128, first),
    function("bool", &[ty::BOOL], ty::BOOL, first),
    function("string", &[ty::STRING], ty::STRING, first),
    function("bytes", &[ty::STRING], ty::BYTES, |_, args| {
        Ok(Value::Bytes(text(&args[0]).to_arc().into()))
    }),
    function("map", &[ty::MAP], ty::MAP, first),
    function("any", &[ty::ANY], ty::ANY, first),
    function("second", &[ty::ANY, ty::ANY], ty::ANY, |_, args| {
        Ok(args[1].clone())
    }),
    function("nilAny", &[], ty::ANY, |_, _| Ok(Value::Nil)),
    function("nilMap", &[], ty::MAP, |_, _| Ok(Value::Nil)),
    function("nilList", &[], ty::LIST, |_, _| Ok(Value::Nil)),
    function("answer", &[], ty::INT, |_, _| Ok(Value::int(42))),
    function("values", &[ty::MAP], VALUES, |_, args| {
        let Value::Map(map) = &args[0] else {
            return Ok(Value::Nil);
        };
        Ok(Value::Map(map.share_as(VALUES)))
    }),
    function(
        "stringMap",
        &[ty::STRING, ty::STRING],
        ty::STRING_MAP,
        |_, args| {
            let map = Map::new(ty::STRING_MAP);
            map.insert(text(&args[0]).clone(), args[1].clone());
            Ok(Value::Map(map))
        },
    ),
    function("duration", &[ty::INT64], ty::DURATION, |_, args| {
        Ok(Value::Int(int(&args[0]), ty::DURATION))
    }),
    function("typeOf", &[ty::ANY], ty::STRING, |_, args| {
        Ok(Value::str(fmt::sprintf(b"%T", args)))
    }),
    function("object", &[ty::STRING], POINTER, |_, args| {
        let map = Map::default();
        map.insert("k", "v");
        let name = text(&args[0]).clone();
        Ok(Value::Object(Rc::new(TestObject { name, map })))
    }),
];

fn first(_: &mut dyn Context, args: &[Value]) -> Outcome {
    Ok(args[0].clone())
}

fn text(value: &Value) -> &Str {
    value.as_str().expect("converted to a string")
}

fn int(value: &Value) -> i64 {
    value.as_int().expect("converted to an integer")
}

fn name(value: &Value) -> Str {
    let Value::Object(object) = value else {
        return Str::default();
    };
    let object = object.as_any().downcast_ref::<TestObject>();
    object.map(|o| o.name.clone()).unwrap_or_default()
}
