//! The goldens are what this repository renders to. `cargo xtask bless golden` writes what it renders to.

#![expect(
    clippy::disallowed_methods,
    reason = "a test that asks whether it is to bless"
)]

use std::path::Path;

use evenkeel_cli::Io;

#[test]
fn goldens_are_current() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let action = match std::env::var_os("BLESS") {
        Some(_) => "--update",
        None => "--check",
    };
    let args = ["golden", action, "-C", root.to_str().expect("a path")];
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let code = evenkeel_cli::run(args.map(Into::into).to_vec(), &mut io);
    let [stdout, stderr] = [stdout, stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
    assert_eq!(
        code, 0,
        "`cargo xtask bless golden` accepts it\n{stdout}{stderr}"
    );
}
