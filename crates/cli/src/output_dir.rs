//! `--output-dir`: a file for each template.

use std::collections::HashSet;
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::Path;

use evenkeel_manifest::{Hook, Listing};
use evenkeel_renderer::Rendered;

use crate::go_io;
use crate::options::Options;
use crate::outcome::Outcome;

/// Writes custom resource definitions, manifests and hooks below `dir`, and says so line by line; gives
/// what is left to print, which is nothing but Helm's empty line.
///
/// A file that several documents belong to is written anew by the first and continued by the others;
/// hooks continue whatever is there, even from an earlier run, as in Helm.
pub(crate) fn write(
    dir: &str,
    options: &Options,
    release: &str,
    rendered: &Rendered,
    hooks: &[&Hook],
    out: &mut Outcome,
) -> Result<Listing, String> {
    let below = match options.release_name_in_path {
        true => Path::new(dir).join(release).to_string_lossy().into_owned(),
        false => dir.to_owned(),
    };
    let mut written = HashSet::new();
    for crd in &rendered.crds {
        let append = !written.insert(crd.path.to_string());
        write_file(dir, &crd.path, &crd.text, append, out)?;
    }
    for document in &rendered.manifests {
        let append = !written.insert(document.path().to_owned());
        write_file(&below, document.path(), document.text(), append, out)?;
    }
    for hook in hooks {
        let path = hook.document.path();
        let append = fs::metadata(Path::new(&below).join(path)).is_ok();
        write_file(&below, path, hook.document.text(), append, out)?;
    }
    Ok(Listing::of(&[], &[], &[]))
}

fn write_file(
    dir: &str,
    name: &str,
    text: &[u8],
    append: bool,
    out: &mut Outcome,
) -> Result<(), String> {
    let path = format!("{dir}/{name}");
    if let Some(parent) = Path::new(&path).parent() {
        make_dirs(parent)?;
    }
    let file = match append {
        true => OpenOptions::new().append(true).open(&path),
        false => File::create(&path),
    };
    let mut file = file.map_err(|e| go_io::error("open", &path, &e))?;
    let mut content = format!("---\n# Source: {name}\n").into_bytes();
    content.extend_from_slice(text);
    content.push(b'\n');
    file.write_all(&content)
        .map_err(|e| go_io::error("write", &path, &e))?;
    out.stdout
        .extend_from_slice(format!("wrote {path}\n").as_bytes());
    Ok(())
}

/// Go's `os.MkdirAll`, whose error names the first directory that cannot be made.
fn make_dirs(dir: &Path) -> Result<(), String> {
    if dir.is_dir() {
        return Ok(());
    }
    if let Some(parent) = dir.parent().filter(|parent| !parent.as_os_str().is_empty()) {
        make_dirs(parent)?;
    }
    match fs::create_dir(dir) {
        Err(error) if !dir.is_dir() => Err(go_io::error("mkdir", &dir.to_string_lossy(), &error)),
        _ => Ok(()),
    }
}
