//! What the program writes keeps to the schemas that describe it.

use boon::{Compiler, Draft, Schemas};
use evenkeel_cli::Io;
use evenkeel_tests::platform;

#[test]
fn differences_of_the_platform() {
    let root = platform::root();
    let args = ["diff", "local", "prod", "--format", "json", "--project"];
    let args = args
        .map(Into::into)
        .into_iter()
        .chain([root.clone().into()]);
    let mut stdout = Vec::new();
    let io = &mut Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut std::io::sink(),
    };
    assert_eq!(evenkeel_cli::run(args.collect(), io), 0);
    let value = serde_json::from_slice(&stdout).expect("JSON");
    let schema = root.join("schemas/diff.schema.json").display().to_string();
    let mut schemas = Schemas::new();
    let mut compiler = Compiler::new();
    compiler.set_default_draft(Draft::V2020_12);
    let schema = compiler.compile(&schema, &mut schemas).expect("a schema");
    if let Err(error) = schemas.validate(&value, schema) {
        panic!("{error:#}");
    }
}
