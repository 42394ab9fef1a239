//! What dyff finds, read from what it prints for people: it has no output for programs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use evenkeel_tests::edits::{Expected, Score};
use walkdir::WalkDir;

use crate::process;

/// How dyff's report is read, for the note below a table.
pub(super) const NOTE: &str = "dyff: `dyff between --omit-header --output human --use-go-patch-style`, defaults else; \
    folders are given to it as one file. Each of its `±`, `+`, `-` and `⇆` is a report. An expected change counts as \
    found where a report of the object (of the kind, if the object is renamed) is at the same field or one around it, \
    whichever list items it names, or within the items of a list that gets or loses one; a report counts as right if it \
    so covers an expected change.";

/// One report: the object, as dyff names it, and the keys to the field, list items left out.
#[derive(Debug, PartialEq)]
struct Report {
    object: Option<String>,
    keys: Vec<String>,
    /// It is about the whole document.
    is_document: bool,
}

/// Runs dyff and counts.
pub(super) fn judge(
    dyff: &Path,
    sides: &[PathBuf; 2],
    expected: &[Expected],
    scratch: &Path,
) -> Result<Score, String> {
    let [before, after] = [
        as_file(&sides[0], scratch, "0")?,
        as_file(&sides[1], scratch, "1")?,
    ];
    let output = process::run(command(dyff, &[before, after], scratch))?;
    let reports = parse(&String::from_utf8_lossy(&output.stdout));
    Ok(count(expected, &reports))
}

/// The comparison of two files as a command.
pub(super) fn command(dyff: &Path, files: &[PathBuf; 2], home: &Path) -> Command {
    let mut args: Vec<String> = ["between", "--omit-header", "--color=off", "--truecolor=off"]
        .into_iter()
        .chain(["--output=human", "--no-table-style", "--use-go-patch-style"])
        .map(str::to_owned)
        .collect();
    args.extend(files.iter().map(|file| file.display().to_string()));
    process::command(dyff, &args, home, home)
}

/// A file with all documents of a side.
fn as_file(side: &Path, scratch: &Path, name: &str) -> Result<PathBuf, String> {
    if side.is_file() {
        return Ok(side.to_owned());
    }
    let mut text = String::new();
    for entry in WalkDir::new(side).sort_by_file_name() {
        let entry = entry.map_err(|e| e.to_string())?;
        if entry.file_type().is_file() {
            text.push_str("---\n");
            text.push_str(&fs::read_to_string(entry.path()).map_err(|e| e.to_string())?);
        }
    }
    let file = scratch.join(format!("dyff-{name}.yaml"));
    fs::write(&file, text).map_err(|e| e.to_string())?;
    Ok(file)
}

fn parse(text: &str) -> Vec<Report> {
    let mut reports = Vec::new();
    let (mut object, mut keys) = (None, Vec::new());
    for line in text.lines() {
        let is_document = is_report(line) && line.contains(" document");
        if is_document || line.strip_prefix("  ").is_some_and(is_report) {
            reports.push(Report {
                object: object.clone(),
                keys: keys.clone(),
                is_document,
            });
        } else if !line.is_empty() && !line.starts_with(' ') {
            (object, keys) = header(line);
        }
    }
    reports
}

/// `± value change`, `+ two map entries added:`.
fn is_report(line: &str) -> bool {
    let is_entry = |mark: &str, end: &str| line.starts_with(mark) && line.ends_with(end);
    line.starts_with("± ")
        || line.starts_with("⇆ ")
        || is_entry("+ ", " added:")
        || is_entry("- ", " removed:")
}

/// `/spec/ports/name=http/port  (v1/Service/shop/web)`.
fn header(line: &str) -> (Option<String>, Vec<String>) {
    let (place, object) = match line.rsplit_once("  (") {
        Some((place, object)) => (place.trim(), object.strip_suffix(')').map(str::to_owned)),
        None => (line.trim(), None),
    };
    let is_item = |key: &&str| key.contains('=') || key.parse::<usize>().is_ok();
    let keys = place
        .split('/')
        .filter(|key| !key.is_empty() && !is_item(key));
    (object, keys.map(str::to_owned).collect())
}

fn count(expected: &[Expected], reports: &[Report]) -> Score {
    let recalled = expected.iter().filter(|change| {
        reports
            .iter()
            .any(|report| covers(report, change, expected))
    });
    let right = reports.iter().filter(|report| {
        expected
            .iter()
            .any(|change| covers(report, change, expected))
    });
    Score {
        expected: expected.len(),
        reported: reports.len(),
        recalled: recalled.count(),
        right: right.count(),
    }
}

fn covers(report: &Report, change: &Expected, expected: &[Expected]) -> bool {
    if change.path.is_empty() || report.is_document {
        return change.path.is_empty() && report.is_document && is_object(report, change, expected);
    }
    // The order of documents has no keys, and the root of an object none that a change could lie below.
    let is_around = |with_dotted: bool| {
        let keys = keys(&change.path, with_dotted);
        keys.starts_with(&report.keys)
            || (change.path.ends_with(']') && report.keys.starts_with(&keys))
    };
    !report.keys.is_empty()
        && is_object(report, change, expected)
        && (is_around(true) || is_around(false))
}

fn is_object(report: &Report, change: &Expected, expected: &[Expected]) -> bool {
    let Some(object) = &report.object else {
        return true;
    };
    let parts: Vec<&str> = object.split('/').collect();
    let is_kind = parts.contains(&change.object.kind.as_str());
    let is_renamed = expected.iter().any(|other| {
        other.object == change.object
            && ["metadata.name", "metadata.namespace"].contains(&other.path.as_str())
    });
    is_kind && (is_renamed || parts.last() == Some(&change.object.name.as_str()))
}

/// The keys of a path without what stands in brackets, for that names items; save keys with dots, `with_dotted`.
/// A key with slashes is several, as dyff does not escape them.
fn keys(path: &str, with_dotted: bool) -> Vec<String> {
    let mut keys = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (text, after) = inner.split_once(']').unwrap_or((inner, ""));
            if with_dotted && text.contains('.') {
                keys.extend(text.split('/').map(str::to_owned));
            }
            rest = after;
        } else {
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            keys.extend(rest[..end].split('/').map(str::to_owned));
            rest = &rest[end..];
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
    }
    keys
}

#[cfg(test)]
mod tests {
    use evenkeel_tests::edits::{Identity, Kind};

    use super::*;

    const REPORT: &str = "
/spec/template/spec/containers/name=web/ports/0/name  (apps/v1/Deployment/shop/web)
  ± value change
    - http
    + web

/metadata/annotations  (apps/v1/Deployment/shop/web)
  + one map entry added:
    a.b/c: on

/  (rbac.authorization.k8s.io/v1/ClusterRole/op)
- one document removed:
  rules:
  - apiGroups: [a]
  - resources: [removed:]
";

    #[test]
    fn reports_are_read_and_matched() {
        let reports = parse(REPORT);
        let object = |kind: &str, name: &str| Identity {
            kind: kind.to_owned(),
            name: name.to_owned(),
            ..Identity::default()
        };
        let change = |object: Identity, path: &str, kind: Kind| Expected {
            object,
            path: path.to_owned(),
            kind,
        };
        let web = || object("Deployment", "web");
        let expected = [
            change(
                web(),
                "spec.template.spec.containers[web].ports[8080].name",
                Kind::Changed,
            ),
            change(web(), "metadata.annotations[a.b/c]", Kind::Added),
            change(object("ClusterRole", "op"), "", Kind::Removed),
            change(web(), "spec.replicas", Kind::Changed),
        ];
        let score = count(&expected, &reports);
        assert_eq!((score.reported, score.right, score.recalled), (3, 3, 3));
    }
}
