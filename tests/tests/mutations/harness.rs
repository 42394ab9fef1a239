//! A copy of the platform, changed and checked.

use std::fs;
use std::path::Path;

use evenkeel_diagnostics::SourceMap;
use evenkeel_project::{CheckOptions, Project, RenderOptions};
use evenkeel_rules::Finding;
use evenkeel_tests::platform;

/// A change of the platform, and what it breaks.
pub(crate) struct Case {
    /// The rule that it is about.
    pub(crate) rule: &'static str,
    /// What is done, in a few words.
    pub(crate) title: &'static str,
    /// The changes.
    pub(crate) edits: &'static [Edit],
    /// What is found; nothing else may be. Empty where the change looks wrong and is not.
    pub(crate) finds: &'static [Find],
}

/// A change of a file.
pub(crate) struct Edit {
    /// The file.
    pub(crate) file: &'static str,
    /// A text that occurs once in it. Empty where the file is new or goes.
    pub(crate) from: &'static str,
    /// What stands there instead. Empty, with an empty `from`, where the file goes.
    pub(crate) to: &'static str,
}

/// A finding that is wanted.
pub(crate) struct Find {
    /// The rule; effects of one cause are one finding.
    pub(crate) rule: &'static str,
    /// The environment of the first effect; empty where it is about a file.
    pub(crate) env: &'static str,
    /// The file of the line to fix: that of the value, or of the template where no value brings it.
    pub(crate) file: &'static str,
    /// A text that stands in this line, and in no other of the file after the change.
    pub(crate) line: &'static str,
}

/// Checks a copy with the changes, with the rules that render again where it is about one of them.
///
/// # Errors
/// What is found and what is wanted, where they differ.
pub(crate) fn run(case: &Case) -> Result<(), String> {
    let copy = platform::copy();
    for edit in case.edits {
        apply(edit, copy.path());
    }
    let project = Project::open(copy.path());
    let wrong: Vec<_> = project
        .diagnostics
        .iter()
        .map(|wrong| &wrong.message)
        .collect();
    assert!(project.is_usable(), "{wrong:?}");
    let names = project.choose_envs("all").expect("there are environments");
    let environments = project.render(&names, &RenderOptions::default());
    for environment in &environments {
        let errors = platform::errors(environment);
        if !errors.is_empty() {
            let name = &environment.name;
            return Err(format!(
                "{}, {}: {name} does not render: {errors:?}",
                case.rule, case.title
            ));
        }
    }
    let options = CheckOptions {
        deep: evenkeel_rules::rule(case.rule).is_some_and(evenkeel_rules::Rule::is_deep),
        ..CheckOptions::default()
    };
    let report = evenkeel_project::check(&project, &environments, &options);
    let findings = report.findings.iter();
    // PAR-05 says of every change of one environment that it is one; its own cases ask for that.
    let findings = findings.filter(|folded| {
        folded.finding.rule != "PAR-05" || case.rule == "PAR-05" || case.edits.is_empty()
    });
    let mut found: Vec<_> = findings
        .map(|folded| shown(&folded.finding, copy.path(), project.sources()))
        .collect();
    let mut wanted: Vec<_> = case
        .finds
        .iter()
        .map(|find| expected(find, copy.path()))
        .collect();
    found.sort();
    wanted.sort();
    let places = found.iter().map(|(place, _)| place);
    match places.eq(&wanted) {
        true => Ok(()),
        false => Err(format!(
            "{}, {}\n  found {found:#?}\n  wanted {wanted:#?}",
            case.rule, case.title
        )),
    }
}

fn apply(edit: &Edit, root: &Path) {
    let path = root.join(edit.file);
    let text = match (edit.from, edit.to) {
        ("", "") => return fs::remove_file(path).expect("the file is there"),
        ("", to) => to.to_owned(),
        (from, to) => {
            let text = fs::read_to_string(&path).expect("the file is there");
            let count = text.matches(from).count();
            assert_eq!(count, 1, "{}: `{from}` occurs once", edit.file);
            text.replace(from, to)
        }
    };
    fs::write(path, text).expect("it can be written");
}

/// `RULE env file:line`, and what is said there.
fn shown(finding: &Finding, root: &Path, sources: &SourceMap) -> (String, String) {
    let value = finding.source().map(|hop| hop.place);
    let place = value.unwrap_or(finding.place);
    let line = sources.line_column(place.file, place.start);
    let name = sources.get(place.file).map(|source| source.name);
    let name = name.as_deref().map_or(Path::new(""), Path::new);
    let place = format!(
        "{} {} {}:{}",
        finding.rule,
        finding.env,
        name.strip_prefix(root).unwrap_or(name).display(),
        line.map_or(0, |at| at.line),
    );
    (place, finding.message.clone())
}

/// The place that [`shown`] gives for it.
fn expected(find: &Find, root: &Path) -> String {
    let text = fs::read_to_string(root.join(find.file)).expect("the file is there");
    let lines = (1..).zip(text.lines());
    let lines: Vec<u32> = lines
        .filter(|(_, text)| text.contains(find.line))
        .map(|(line, _)| line)
        .collect();
    let [line] = lines[..] else {
        panic!(
            "{}: `{}` stands in the lines {lines:?}",
            find.file, find.line
        );
    };
    format!("{} {} {}:{line}", find.rule, find.env, find.file)
}
