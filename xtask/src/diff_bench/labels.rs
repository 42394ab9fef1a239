//! Revisions of public charts, whose changes a person wrote down.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::{fs, io};

use evenkeel_diagnostics::FileId;
use evenkeel_tests::edits::{Expected, Identity, Kind};
use evenkeel_value::Data;
use tempfile::TempDir;
use walkdir::WalkDir;

use super::dyff;
use super::judge::{Differs, Scores, cells};
use crate::process;

/// A file of labels; fixtures/diff/revisions/README.md has the format.
#[derive(Debug)]
struct Label {
    name: String,
    /// `owner/name` at GitHub.
    repository: String,
    /// The commits before and after.
    commits: [String; 2],
    /// The folder of the chart.
    chart: String,
    /// What `-f` gives.
    values: Option<String>,
    expected: Vec<Expected>,
}

/// Counts by revision, and prints a table in Markdown.
pub(super) fn run(differs: &Differs, labels: &Path, mirrors: &Path) -> Result<ExitCode, String> {
    let mut files: Vec<PathBuf> = WalkDir::new(labels)
        .into_iter()
        .filter_map(|entry| Some(entry.ok()?.into_path()))
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .collect();
    files.sort();
    let has_dyff = differs.dyff.is_some();
    let mut sum = Scores::default();
    let mut of_each = Vec::new();
    println!("| revision | changes | evenkeel: precision | recall | dyff: precision | recall |");
    println!("|---|--:|--:|--:|--:|--:|");
    for file in &files {
        let label = read(file)?;
        let scores = judge(differs, &label, mirrors).map_err(|e| format!("{}: {e}", label.name))?;
        println!("| {} | {} |", label.name, cells(scores, has_dyff));
        sum += scores;
        of_each.push(scores);
    }
    println!(
        "| mean of the revisions | | {} |",
        means(&of_each, has_dyff)
    );
    println!("| **all {}** | {} |", files.len(), cells(sum, has_dyff));
    if has_dyff {
        println!("\n{}", dyff::NOTE);
    }
    let is_enough = sum.evenkeel.precision() >= 0.95 && sum.evenkeel.recall() >= 0.95;
    Ok(if is_enough {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// Of each revision's precision and recall: here labels that change on all objects weigh no more than one image.
fn means(scores: &[Scores], has_dyff: bool) -> String {
    let mean = |share: &dyn Fn(&Scores) -> f64| {
        let sum: f64 = scores.iter().map(share).sum();
        format!("{:.1} %", sum / scores.len().max(1) as f64 * 100.0)
    };
    let ours = [
        mean(&|s| s.evenkeel.precision()),
        mean(&|s| s.evenkeel.recall()),
    ];
    let theirs = [mean(&|s| s.dyff.precision()), mean(&|s| s.dyff.recall())];
    let theirs = if has_dyff {
        theirs.join(" | ")
    } else {
        "– | –".to_owned()
    };
    format!("{} | {theirs}", ours.join(" | "))
}

fn read(file: &Path) -> Result<Label, String> {
    let fail = |message: &str| format!("{}: {message}", file.display());
    let text = fs::read(file).map_err(|e| fail(&e.to_string()))?;
    let data = evenkeel_yaml::decode(&text, FileId::NONE).map_err(|e| fail(&format!("{e:?}")))?;
    let field = |key: &str| data.get(key).and_then(Data::as_str).map(str::to_owned);
    let needed = |key: &str| field(key).ok_or_else(|| fail(&format!("no {key}")));
    let mut expected = Vec::new();
    let Some(Data::Map(objects)) = data.get("changes") else {
        return Err(fail("no changes"));
    };
    for entry in objects.iter() {
        let object = identity(&String::from_utf8_lossy(&entry.key))
            .ok_or_else(|| fail("an object is not four words"))?;
        let Data::List(changes) = &entry.value else {
            return Err(fail("the changes of an object are no list"));
        };
        for change in changes.iter() {
            let text = change.value.as_str().unwrap_or_default();
            let (kind, path) = text.split_once(' ').unwrap_or((text, ""));
            expected.push(Expected {
                object: object.clone(),
                path: path.to_owned(),
                kind: Kind::parse(kind).ok_or_else(|| fail(&format!("no kind in `{text}`")))?,
            });
        }
    }
    Ok(Label {
        name: file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned(),
        repository: needed("repository")?,
        commits: [needed("before")?, needed("after")?],
        chart: needed("chart")?,
        values: field("values"),
        expected,
    })
}

/// `apps/Deployment/ns/web`.
fn identity(text: &str) -> Option<Identity> {
    let mut parts = text.split('/').map(str::to_owned);
    let mut part = || parts.next();
    Some(Identity {
        group: part()?,
        kind: part()?,
        namespace: part()?,
        name: part()?,
    })
}

fn judge(differs: &Differs, label: &Label, mirrors: &Path) -> Result<Scores, String> {
    let scratch = TempDir::new().map_err(|e| e.to_string())?;
    let render = |side: usize| {
        let folder = scratch.path().join(["before", "after"][side]);
        let commit = &label.commits[side];
        check_out(&clone(label, mirrors)?, commit, &label.chart, &folder)?;
        let file = folder.with_extension("yaml");
        let text = template(differs, label, &folder.join(&label.chart), scratch.path())?;
        fs::write(&file, text).map_err(|e| e.to_string())?;
        Ok::<_, String>(file)
    };
    let sides = [render(0)?, render(1)?];
    differs.judge(&label.name, &sides, &label.expected, scratch.path())
}

fn clone(label: &Label, mirrors: &Path) -> Result<PathBuf, String> {
    let candidates = [
        mirrors
            .join(label.repository.replace('/', "+"))
            .join("repo"),
        mirrors.join(&label.repository),
    ];
    let found = candidates.into_iter().find(|path| path.is_dir());
    found.ok_or_else(|| format!("no clone of {} in {}", label.repository, mirrors.display()))
}

/// Writes a folder of a commit. What the chart depends on is in other repositories, and taken out.
fn check_out(clone: &Path, commit: &str, chart: &str, folder: &Path) -> Result<(), String> {
    let mut git = Command::new("git")
        .arg("-C")
        .arg(clone)
        .args(["archive", commit, chart])
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|e| e.to_string())?;
    let archive = git.stdout.take().ok_or("git has no output")?;
    let mut archive = tar::Archive::new(archive);
    archive.unpack(folder).map_err(|e| e.to_string())?;
    // git also writes what follows the end of the archive, and fails where nobody reads it.
    io::copy(&mut archive.into_inner(), &mut io::sink()).map_err(|e| e.to_string())?;
    let status = git.wait().map_err(|e| e.to_string())?;
    if !status.success() {
        return Err(format!("git archive {commit}: {status}"));
    }
    let chart = folder.join(chart);
    for name in ["requirements.yaml", "requirements.lock", "Chart.lock"] {
        let file = chart.join(name);
        if file.exists() {
            fs::remove_file(file).map_err(|e| e.to_string())?;
        }
    }
    let file = chart.join("Chart.yaml");
    let text = fs::read_to_string(&file).map_err(|e| e.to_string())?;
    fs::write(&file, without_dependencies(&text)).map_err(|e| e.to_string())
}

fn without_dependencies(text: &str) -> String {
    let mut is_inside = false;
    let mut kept = String::new();
    for line in text.lines() {
        let is_below = line.is_empty() || line.starts_with([' ', '-', '#']);
        is_inside = line.starts_with("dependencies:") || (is_inside && is_below);
        if !is_inside {
            kept.push_str(line);
            kept.push('\n');
        }
    }
    kept
}

fn template(
    differs: &Differs,
    label: &Label,
    chart: &Path,
    scratch: &Path,
) -> Result<Vec<u8>, String> {
    let mut args: Vec<String> = ["template", "rel"].map(str::to_owned).to_vec();
    args.push(chart.display().to_string());
    args.extend(
        [
            "--namespace",
            "ns",
            "--seed",
            "1",
            "--now",
            "2026-01-01T00:00:00Z",
        ]
        .map(str::to_owned),
    );
    if let Some(values) = &label.values {
        let file = scratch.join("values.yaml");
        fs::write(&file, values).map_err(|e| e.to_string())?;
        args.extend(["-f".to_owned(), file.display().to_string()]);
    }
    let output = process::run(process::command(&differs.evenkeel, &args, scratch, scratch))?;
    if output.success {
        Ok(output.stdout)
    } else {
        Err(output.stderr)
    }
}
