//! What `toYaml` writes reads back, and what an emitter wrote and reads back is written the same again.

#![no_main]

use evenkeel_diagnostics::FileId;
use evenkeel_value::Value;
use evenkeel_yaml::{decode, json, to_json, to_yaml, to_yaml_pretty};
use libfuzzer_sys::fuzz_target;

type Emitter = fn(&Value) -> Result<Vec<u8>, evenkeel_yaml::Error>;

/// What go-yaml writes in a form that it reads as something else: minus zero, which reads as the integer 0,
/// and the key `<<`, which it does not quote and reads as a merge.
const NOT_REPEATED: [&[u8]; 2] = [b"-0", b"<<"];

fuzz_target!(|text: &[u8]| {
    if is_not_repeated(text) {
        return;
    }
    let Ok(data) = json::decode(text, FileId::NONE) else { return };
    let value = data.to_value();
    // yaml.v3 writes a literal whose first line starts with a tab without an indentation hint, which
    // yaml.v2, the reader, refuses: only what `toYaml` writes must always read.
    let emitters: [(Emitter, bool); 2] = [(to_yaml, true), (to_yaml_pretty, false)];
    for (emit, must_read) in emitters {
        let Ok(first) = emit(&value) else { continue };
        // Minus zero has many names: a number that is too small is one.
        if is_not_repeated(&first) {
            continue;
        }
        let read = match decode(&first, FileId::NONE) {
            Ok(read) => read,
            Err(error) if must_read => panic!("{}: {}", first.escape_ascii(), error.text()),
            Err(_) => continue,
        };
        let second = emit(&read.to_value()).expect("it was written before");
        assert_eq!(first.escape_ascii().to_string(), second.escape_ascii().to_string());
    }
    if let Ok(first) = to_json(&value) {
        let read = json::decode(&first, FileId::NONE).expect("our JSON reads");
        assert_eq!(to_json(&read.to_value()).ok(), Some(first));
    }
});

fn is_not_repeated(text: &[u8]) -> bool {
    let holds = |part: &&[u8]| text.windows(part.len()).any(|window| window == *part);
    NOT_REPEATED.iter().any(holds)
}
