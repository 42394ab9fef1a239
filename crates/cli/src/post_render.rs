//! `--post-renderer`: manifests through a program of the user's.
//!
//! Helm 3 hands over the sorted manifests as one text and prints what comes back. Helm 4 hands over all
//! files before they are sorted, each document marked with an annotation that names its file, and sorts
//! what comes back; it only takes plugins, where we take the path of a program.

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use evenkeel_manifest::{RenderedFile, Separator, split};
use evenkeel_value::Rope;

/// The annotation that carries a document's file through the program.
const FILE_ANNOTATION: &str = "postrenderer.helm.sh/postrender-filename";

/// Checks `--post-renderer` as Helm does while it reads the flags.
///
/// # Errors
/// Helm's reason, which stands behind `invalid argument … for "--post-renderer" flag: `.
pub(crate) fn check(program: &str, helm4: bool) -> Result<(), String> {
    if helm4 && !program.contains('/') {
        return Err(format!(
            "plugin: {{Name:{program} Type:postrenderer/v1}} not found"
        ));
    }
    find(program).map(|_| ())
}

/// Go's `exec.LookPath`.
fn find(program: &str) -> Result<PathBuf, String> {
    let lacks = |reason: &str| {
        let quoted = format!("{program:?}");
        format!("unable to find binary at {program}: exec: {quoted}: {reason}")
    };
    if program.contains('/') {
        let Ok(meta) = fs::metadata(program) else {
            return Err(lacks(&format!("stat {program}: no such file or directory")));
        };
        if meta.is_dir() {
            return Err(lacks("is a directory"));
        }
        let executable = meta.permissions().mode() & 0o111 != 0;
        let path = Path::new(program);
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        return if executable {
            Ok(path)
        } else {
            Err(lacks("permission denied"))
        };
    }
    let path = env::var_os("PATH").unwrap_or_default();
    let mut candidates = env::split_paths(&path).map(|dir| dir.join(program));
    let runs = |path: &PathBuf| {
        fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
    };
    candidates
        .find(runs)
        .ok_or_else(|| lacks("executable file not found in $PATH"))
}

/// Passes a text through the program.
///
/// # Errors
/// Helm 3's text.
pub(crate) fn run(program: &str, args: &[String], input: &[u8]) -> Result<Vec<u8>, String> {
    pass(program, args, input).map_err(|e| format!("error while running post render on files: {e}"))
}

fn pass(program: &str, args: &[String], input: &[u8]) -> Result<Vec<u8>, String> {
    let path = find(program)?;
    let mut child = Command::new(&path)
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| failed(&path, "", &e.to_string()))?;
    let stdin = child.stdin.take();
    let output = thread::scope(|scope| {
        // Written beside the reading: a program may answer before it has read everything, and one that
        // stops reading is no failure.
        scope.spawn(|| stdin.map(|mut stdin| stdin.write_all(input)));
        child.wait_with_output()
    });
    let output = output.map_err(|e| failed(&path, "", &e.to_string()))?;
    if output.status.success() {
        return Ok(output.stdout);
    }
    let reason = match output.status.code() {
        Some(code) => format!("exit status {code}"),
        None => "signal: killed".to_owned(),
    };
    Err(failed(
        &path,
        &String::from_utf8_lossy(&output.stderr),
        &reason,
    ))
}

fn failed(path: &Path, stderr: &str, reason: &str) -> String {
    let path = path.display();
    format!("error while running command {path}. error output:\n{stderr}: {reason}")
}

/// Passes all files through the program, as Helm 4 does before it sorts them.
///
/// # Errors
/// Texts after Helm's.
pub(crate) fn files(
    program: &str,
    args: &[String],
    mut files: Vec<RenderedFile>,
) -> Result<Vec<RenderedFile>, String> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut stream = Vec::new();
    for file in &files {
        let base = file.path.rsplit('/').next().unwrap_or_default();
        if base.starts_with('_') {
            continue;
        }
        let text = file.output.as_bytes();
        for range in split(text, Separator::Line) {
            if !stream.is_empty() {
                stream.extend_from_slice(b"---\n");
            }
            stream.extend_from_slice(&marked(&text[range], &file.path));
        }
    }
    let output = run(program, args, &stream)?;
    if output.iter().all(u8::is_ascii_whitespace) {
        return Err(format!(
            "error while running post render on files: post-renderer {program:?} produced empty output"
        ));
    }
    Ok(unmarked(&output))
}

/// A document with the annotation that names its file. Helm writes the document anew for that; we add
/// lines, so that the rest stays as it was.
fn marked(document: &[u8], path: &str) -> Vec<u8> {
    let text = String::from_utf8_lossy(document);
    let mark = format!("{FILE_ANNOTATION}: '{path}'");
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let Some(metadata) = lines.iter().position(|line| line.trim_end() == "metadata:") else {
        if !lines.iter().any(|line| line.starts_with("metadata:")) && !text.starts_with('{') {
            lines.push(format!("metadata:\n  annotations:\n    {mark}"));
        }
        return finish(lines);
    };
    let is_content = |line: &&String| !line.trim().is_empty() && !line.trim().starts_with('#');
    let width = lines[metadata + 1..]
        .iter()
        .find(is_content)
        .map_or(2, |line| indent(line))
        .max(1);
    let inside = |line: &String| line.trim().is_empty() || indent(line) >= width;
    let end = lines[metadata + 1..].iter().position(|line| !inside(line));
    let end = end.map_or(lines.len(), |at| metadata + 1 + at);
    let pad = " ".repeat(width);
    let annotations = format!("{pad}annotations:");
    let found = lines[metadata + 1..end]
        .iter()
        .position(|line| line.trim_end() == annotations);
    match found.map(|at| metadata + 1 + at) {
        Some(at) => {
            let deeper = lines[at + 1..end]
                .iter()
                .find(is_content)
                .map(|line| indent(line));
            let deeper = deeper.filter(|w| *w > width).unwrap_or(width + 2);
            lines.insert(at + 1, format!("{}{mark}", " ".repeat(deeper)));
        }
        None => lines.insert(metadata + 1, format!("{annotations}\n{pad}  {mark}")),
    }
    finish(lines)
}

fn finish(lines: Vec<String>) -> Vec<u8> {
    let mut text = lines.join("\n");
    text.push('\n');
    text.into_bytes()
}

/// Documents sorted back into their files, without the annotation.
fn unmarked(output: &[u8]) -> Vec<RenderedFile> {
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for (i, range) in split(output, Separator::Line).into_iter().enumerate() {
        let text = String::from_utf8_lossy(&output[range]).into_owned();
        let marked = |line: &str| {
            line.trim_start()
                .trim_start_matches(['"', '\''])
                .starts_with(FILE_ANNOTATION)
        };
        let mut lines: Vec<&str> = text.lines().collect();
        let mut name = format!("generated-by-postrender-{i}.yaml");
        if let Some(at) = lines.iter().position(|line| marked(line)) {
            let line = lines.remove(at);
            let value = line.split_once(": ").map_or("", |(_, value)| value);
            name = value.trim().trim_matches(['"', '\'']).to_owned();
            drop_empty_annotations(&mut lines, at);
        }
        let content = files.entry(name).or_default();
        if !content.is_empty() {
            content.extend_from_slice(b"---\n");
        }
        content.extend_from_slice(lines.join("\n").as_bytes());
        content.push(b'\n');
    }
    let file = |(path, text): (String, Vec<u8>)| {
        let mut output = Rope::new();
        output.push_bytes(&text);
        RenderedFile {
            path: path.into(),
            output,
        }
    };
    files.into_iter().map(file).collect()
}

/// Takes the key away if the annotation was the only one below it.
fn drop_empty_annotations(lines: &mut Vec<&str>, at: usize) {
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let Some(above) = at.checked_sub(1) else {
        return;
    };
    let key = lines[above];
    if key.trim() != "annotations:" {
        return;
    }
    if lines.get(at).is_none_or(|next| indent(next) <= indent(key)) {
        lines.remove(above);
        let Some(metadata) = above
            .checked_sub(1)
            .filter(|&m| lines[m].trim_end() == "metadata:")
        else {
            return;
        };
        if lines.get(above).is_none_or(|next| indent(next) == 0) {
            lines.remove(metadata);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn round_trip(document: &str, with_mark: &str) {
        let text = marked(document.as_bytes(), "c/templates/a.yaml");
        assert_eq!(String::from_utf8_lossy(&text), with_mark);
        let files = unmarked(&text);
        assert_eq!(&*files[0].path, "c/templates/a.yaml");
        assert_eq!(
            String::from_utf8_lossy(files[0].output.as_bytes()),
            document
        );
    }

    #[test]
    fn documents_survive_being_marked() {
        let mark = "postrenderer.helm.sh/postrender-filename: 'c/templates/a.yaml'";
        round_trip(
            "kind: A\nmetadata:\n  name: x\n",
            &format!("kind: A\nmetadata:\n  annotations:\n    {mark}\n  name: x\n"),
        );
        round_trip(
            "metadata:\n    name: x\n    annotations:\n        a: b\nspec: {}\n",
            &format!(
                "metadata:\n    name: x\n    annotations:\n        {mark}\n        a: b\nspec: {{}}\n"
            ),
        );
        round_trip(
            "kind: A\n",
            &format!("kind: A\nmetadata:\n  annotations:\n    {mark}\n"),
        );
    }

    #[test]
    fn only_paths_are_programs_in_helm_4() {
        assert_eq!(
            check("nope", true),
            Err("plugin: {Name:nope Type:postrenderer/v1} not found".to_owned())
        );
        assert_eq!(
            check("./nope", false),
            Err("unable to find binary at ./nope: exec: \"./nope\": stat ./nope: no such file or directory".to_owned())
        );
    }
}
