//! What the manuals show is what the program prints. `cargo xtask bless` writes what it prints.

#![expect(
    clippy::disallowed_methods,
    reason = "a test that reads the manuals and, blessed, writes them"
)]

use std::path::Path;

use evenkeel_cli::Io;

/// The manuals whose `console` blocks are replayed. A block that starts with `$ evenkeel …` shows the
/// command's output; a line `...` at its end stands for the rest.
const MANUALS: [&str; 5] = [
    "README.md",
    "docs/template.md",
    "docs/environments.md",
    "docs/explain.md",
    "docs/parity.md",
];

const OPEN: &str = "```console\n$ evenkeel ";

#[test]
fn commands_print_what_the_manuals_show() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    std::env::set_current_dir(root).expect("the repository is there");
    for manual in MANUALS {
        let page = std::fs::read_to_string(manual).expect("the manual is there");
        let replayed = replay(&page);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(manual, replayed).expect("the manual can be written");
        } else {
            let diff = similar::TextDiff::from_lines(&page, &replayed);
            let diff = diff.unified_diff().header(manual, "printed").to_string();
            assert!(
                page == replayed,
                "{diff}\n`cargo xtask bless commands` writes it"
            );
        }
    }
}

/// The page with the output of each command as it is now.
fn replay(page: &str) -> String {
    let mut parts = page.split(OPEN);
    let mut replayed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (block, rest) = part.split_once("```").expect("the block ends");
        let (command, shown) = block.split_once('\n').expect("a command is a line");
        replayed.push_str(&format!(
            "{OPEN}{command}\n{}```{rest}",
            output(command, shown)
        ));
    }
    replayed
}

/// What the command prints, cut where the manual cuts it.
fn output(command: &str, shown: &str) -> String {
    let printed = run(command);
    let lines = printed.lines().map(str::trim_end);
    let lines: Vec<_> = match shown.strip_suffix("...\n") {
        Some(kept) => lines.take(kept.lines().count()).chain(["..."]).collect(),
        None => lines.collect(),
    };
    format!("{}\n", lines.join("\n").trim_end())
}

/// Standard output and standard error of one command line.
fn run(command: &str) -> String {
    let args = words(command).into_iter().map(Into::into).collect();
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut io = Io {
        stdin: &mut std::io::empty(),
        stdout: &mut stdout,
        stderr: &mut stderr,
    };
    evenkeel_cli::run(args, &mut io);
    String::from_utf8_lossy(&[stdout, stderr].concat()).into_owned()
}

/// The words of a command line; single quotes hold one together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, part) in command.split('\'').enumerate() {
        let mut pieces = if at % 2 == 1 {
            vec![part]
        } else {
            part.split(' ').collect()
        }
        .into_iter();
        if let (Some(word), Some(piece)) = (words.last_mut(), pieces.next()) {
            word.push_str(piece);
        }
        words.extend(pieces.map(str::to_owned));
    }
    words
}
