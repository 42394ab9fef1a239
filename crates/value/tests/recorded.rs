//! Replays what Go's `fmt` and `strconv` were recorded to give.

mod notation;

use evenkeel_value::number::{self, FloatSize, NumError};
use evenkeel_value::{Map, Value, fmt};
use notation::{bytes, value};
use serde_json::Value as Json;

fn cases(text: &str) -> Vec<Json> {
    serde_json::from_str(text).expect("a fixture is a JSON array")
}

fn values(json: &Json) -> Vec<Value> {
    json.as_array()
        .expect("a list of values")
        .iter()
        .map(value)
        .collect()
}

fn assert_bytes(got: &[u8], want: &Json, case: &str) {
    let want = bytes(want);
    let show = |text: &[u8]| String::from_utf8_lossy(text).into_owned();
    assert!(
        got == want,
        "{case}: got {:?}, want {:?}",
        show(got),
        show(&want)
    );
}

#[test]
fn every_verb_over_every_kind_of_value() {
    let cases = cases(include_str!("../../../fixtures/fmt/verbs.json"));
    let operands = values(&cases[0]["values"]);
    for case in &cases[1..] {
        let format = bytes(&case["format"]);
        for (operand, want) in operands
            .iter()
            .zip(case["want"].as_array().expect("a list"))
        {
            let got = fmt::sprintf(&format, std::slice::from_ref(operand));
            assert_bytes(&got, want, &format!("{} of {operand:?}", case["format"]));
        }
    }
}

#[test]
fn indexes_widths_and_mistakes_in_formats() {
    for case in cases(include_str!("../../../fixtures/fmt/calls.json")) {
        let got = fmt::sprintf(&bytes(&case["format"]), &values(&case["args"]));
        assert_bytes(&got, &case["want"], &case.to_string());
    }
}

#[test]
fn printing_several_operands() {
    for case in cases(include_str!("../../../fixtures/fmt/print.json")) {
        let args = values(&case["args"]);
        assert_bytes(&fmt::sprint_all(&args), &case["print"], &case.to_string());
        assert_bytes(&fmt::sprintln(&args), &case["println"], &case.to_string());
        if let [arg] = &args[..] {
            assert_bytes(&fmt::sprint(arg), &case["print"], &case.to_string());
        }
    }
}

#[test]
fn numbers_read() {
    fn check<T: ToString>(case: &Json, key: &str, got: Result<T, NumError>) {
        let got = match got {
            Ok(number) => Json::String(number.to_string()),
            Err(error) => serde_json::json!({ "error": error.to_string() }),
        };
        assert_eq!(got, case[key], "{key} of {}", case["text"]);
    }
    let float = |text: &[u8], size| {
        let number = number::parse_float(text, size)?;
        Ok(number::format_float(number, b'g', None, FloatSize::F64))
    };
    for case in cases(include_str!("../../../fixtures/fmt/parse.json")) {
        let text = bytes(&case["text"]);
        check(&case, "int base 0", number::parse_int(&text, 0, 64));
        check(&case, "int8", number::parse_int(&text, 10, 8));
        check(&case, "uint base 0", number::parse_uint(&text, 0, 64));
        check(&case, "atoi", number::atoi(&text));
        check(&case, "float64", float(&text, FloatSize::F64));
        check(&case, "float32", float(&text, FloatSize::F32));
    }
}

#[test]
fn floats_written() {
    for case in cases(include_str!("../../../fixtures/fmt/floats.json")) {
        let text = case["float64"].as_str().expect("a float");
        let number = text.parse().expect("a float");
        let mut got = Vec::new();
        for verb in *b"eEfgGxXb" {
            for precision in [None, Some(0), Some(1), Some(3), Some(20)] {
                got.push(number::format_float(
                    number,
                    verb,
                    precision,
                    FloatSize::F64,
                ));
            }
            got.push(number::format_float(number, verb, None, FloatSize::F32));
        }
        assert_eq!(Json::String(got.join(" ")), case["forms"], "{text}");
    }
}

#[test]
fn texts_quoted_and_unquoted() {
    for case in cases(include_str!("../../../fixtures/fmt/quotes.json")) {
        let text = bytes(&case["text"]);
        if let Some(quoted) = case["quote"].as_str() {
            assert_eq!(number::quote(&text), quoted);
            assert_eq!(Json::String(number::quote_to_ascii(&text)), case["ascii"]);
            assert_eq!(Json::Bool(number::can_backquote(&text)), case["backquote"]);
            assert_eq!(number::unquote(quoted.as_bytes()).as_deref(), Ok(&text[..]));
        } else {
            let want = (!case["unquote"].is_null()).then(|| bytes(&case["unquote"]));
            assert_eq!(number::unquote(&text).ok(), want, "{case}");
        }
    }
}

#[test]
fn values_that_contain_themselves_are_too_deep() {
    // Renders run on a large stack, too.
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let printing = || {
        let map = Map::default();
        map.insert("self", map.clone());
        fmt::try_sprintf(b"%v", &[Value::Map(map)])
    };
    let printed = thread
        .spawn(printing)
        .expect("a thread")
        .join()
        .expect("no panic");
    assert_eq!(printed, Err(fmt::TooDeep));
}
