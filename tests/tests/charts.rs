//! This repository's own charts render as Helm renders them: `fixtures/charts`.

#![expect(
    clippy::disallowed_methods,
    reason = "a test that reads goldens and runs in the repository's root"
)]

use std::path::Path;

use evenkeel_cli::Io;
use evenkeel_tests::conformance::Profile;
use similar::TextDiff;

#[test]
fn charts_render_as_helm_renders_them() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::set_current_dir(root).expect("the repository is there");
    for entry in std::fs::read_dir("fixtures/charts").expect("goldens are there") {
        let case = entry.expect("a case").path();
        for profile in Profile::ALL {
            let want = case.join(format!("want/helm-{}.yaml", profile.major()));
            let want = std::fs::read_to_string(want).expect("the case is recorded");
            let got = render(&case, profile);
            let diff = TextDiff::from_lines(&want, &got);
            let diff = diff.unified_diff().header("helm", "ours").to_string();
            assert!(
                want == got,
                "{} (Helm {})\n{diff}",
                case.display(),
                profile.major()
            );
        }
    }
}

fn render(case: &Path, profile: Profile) -> String {
    let command = std::fs::read_to_string(case.join("command")).expect("a command line");
    let more = ["--helm-version", profile.major()];
    let args = command.lines().chain(more).map(Into::into).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    let code = evenkeel_cli::run(args, &mut io);
    assert_eq!(
        code,
        0,
        "{}: {}",
        case.display(),
        String::from_utf8_lossy(&stderr)
    );
    String::from_utf8(stdout).expect("text")
}
