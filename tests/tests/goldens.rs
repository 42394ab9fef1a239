//! The goldens are what this repository renders to. `cargo xtask bless golden` writes what it renders to.

#![expect(
    clippy::disallowed_methods,
    reason = "tests that ask whether they are to bless, and change a copy of the platform"
)]

use std::path::Path;

use evenkeel_cli::Io;
use evenkeel_tests::platform;

/// Runs `evenkeel golden` on a repository; gives the exit code and what it printed.
fn golden(root: &Path, action: &str) -> (u8, String) {
    let args = ["golden", action, "-C", root.to_str().expect("a path")];
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let code = evenkeel_cli::run(args.map(Into::into).to_vec(), &mut io);
    let printed = String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned();
    (code, printed)
}

#[test]
fn goldens_are_current() {
    let action = match std::env::var_os("BLESS") {
        Some(_) => "--update",
        None => "--check",
    };
    let (code, printed) = golden(&platform::root(), action);
    assert_eq!(code, 0, "`cargo xtask bless golden` accepts it\n{printed}");
}

#[test]
fn a_new_domain_is_one_line_whatever_it_changes() {
    let copy = platform::copy();
    let (code, printed) = golden(copy.path(), "--update");
    assert_eq!(code, 0, "{printed}");
    let config = copy.path().join("evenkeel.yaml");
    let text = std::fs::read_to_string(&config).expect("is there");
    let override_of = |domain: &str| format!("{{ baseDomainOverride: {domain} }}");
    let [old, new] = ["apps.prod.example", "apps.new.example"].map(override_of);
    assert!(text.contains(&old));
    std::fs::write(&config, text.replace(&old, &new)).expect("can be written");
    let (code, printed) = golden(copy.path(), "--check");
    assert_eq!(code, 1, "{printed}");
    let lines: Vec<&str> = printed.lines().collect();
    let first = lines.iter().position(|line| line.starts_with("  1  "));
    let first = first.expect("a cause");
    assert!(
        lines[first].contains("apps.prod.example → apps.new.example"),
        "{printed}"
    );
    let line = lines[first + 1];
    assert!(
        line.contains("evenkeel.yaml:") && line.contains(&new),
        "{printed}"
    );
    // Hosts are endpoints and stand apart; the checksum of what holds them is no cause.
    let numbered = |number| lines.iter().any(|line| line.starts_with(number));
    assert!(numbered("  2  ") && !numbered("  3  "), "{printed}");
}
