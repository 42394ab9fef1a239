//! Several files that are written together, or not at all.

use std::fs;
use std::io::{self, ErrorKind::NotFound, Write};
use std::path::{Path, PathBuf};

/// Writes beside their places what files shall say, and puts it there when all of it is on disk.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    steps: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    path: PathBuf,
    /// What is to take the place; `None` for a file that shall go.
    prepared: Option<PathBuf>,
    /// What was there before.
    before: Option<Vec<u8>>,
}

/// What the system says, with the path.
pub(crate) type Failed = (PathBuf, io::Error);

impl Batch {
    /// Prepares a file.
    pub(crate) fn write(&mut self, path: &Path, text: &[u8]) -> Result<(), Failed> {
        let at = |error| (path.to_owned(), error);
        let before = read(path).map_err(at)?;
        let prepared = prepare(path, text).map_err(at)?;
        self.steps.push(Step {
            path: path.to_owned(),
            prepared: Some(prepared),
            before,
        });
        Ok(())
    }

    /// Notes that a file shall go.
    pub(crate) fn remove(&mut self, path: &Path) -> Result<(), Failed> {
        let before = read(path).map_err(|error| (path.to_owned(), error))?;
        self.steps.push(Step {
            path: path.to_owned(),
            prepared: None,
            before,
        });
        Ok(())
    }

    /// Puts everything in its place. If something cannot be, what was done before it is taken back.
    pub(crate) fn commit(mut self) -> Result<(), Failed> {
        let steps = std::mem::take(&mut self.steps);
        for (done, step) in steps.iter().enumerate() {
            let result = match &step.prepared {
                Some(prepared) => fs::rename(prepared, &step.path),
                None => fs::remove_file(&step.path),
            };
            let Err(error) = result else { continue };
            for step in &steps[..done] {
                step.take_back();
            }
            let failed = (step.path.clone(), error);
            self.steps = steps;
            return Err(failed);
        }
        Ok(())
    }
}

/// What was prepared and has not been put in its place goes.
impl Drop for Batch {
    fn drop(&mut self) {
        for prepared in self.steps.iter().filter_map(|step| step.prepared.as_ref()) {
            let _ = fs::remove_file(prepared);
        }
    }
}

impl Step {
    /// As well as it goes: the first failure is what is told.
    fn take_back(&self) {
        let _ = match &self.before {
            Some(text) => fs::write(&self.path, text),
            None => fs::remove_file(&self.path),
        };
    }
}

/// Writes a file beside its place.
pub(crate) fn prepare(path: &Path, text: &[u8]) -> io::Result<PathBuf> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let prepared = parent.join(format!(".{name}.{}.tmp", std::process::id()));
    let write = || {
        let mut file = fs::File::create(&prepared)?;
        file.write_all(text)?;
        file.flush()
    };
    write().inspect_err(|_| {
        let _ = fs::remove_file(&prepared);
    })?;
    Ok(prepared)
}

fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).expect("a directory");
        let name = |entry: io::Result<fs::DirEntry>| entry.expect("an entry").file_name();
        let mut names: Vec<String> = entries
            .map(|entry| name(entry).to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_failure_leaves_what_was_there() {
        let directory = tempfile::tempdir().expect("a directory");
        let [old, new, taken] = ["old", "new", "taken"].map(|name| directory.path().join(name));
        fs::write(&old, "before").expect("a file");
        fs::create_dir(&taken).expect("a directory");
        let mut batch = Batch::default();
        batch.write(&old, b"after").expect("prepared");
        batch.write(&new, b"after").expect("prepared");
        assert!(batch.write(&taken, b"after").is_err());
        drop(batch);
        assert_eq!(names(directory.path()), ["old", "taken"]);
        // The place is taken only when everything is prepared.
        let late = directory.path().join("z/late");
        let mut batch = Batch::default();
        batch.write(&old, b"after").expect("prepared");
        batch.write(&new, b"after").expect("prepared");
        batch.write(&late, b"after").expect("prepared");
        fs::create_dir_all(late.join("inner")).expect("a directory");
        let failed = batch.commit().expect_err("the place is taken");
        assert_eq!(failed.0, late);
        assert_eq!(fs::read(&old).expect("a file"), b"before");
        assert_eq!(names(directory.path()), ["old", "taken", "z"]);
        assert_eq!(names(&directory.path().join("z")), ["late"]);
    }

    #[test]
    fn everything_takes_its_place() {
        let directory = tempfile::tempdir().expect("a directory");
        let [old, new] = ["old", "new"].map(|name| directory.path().join(name));
        fs::write(&old, "before").expect("a file");
        let mut batch = Batch::default();
        batch.remove(&old).expect("noted");
        batch.write(&new, b"after").expect("prepared");
        assert_eq!(names(directory.path()).len(), 2);
        batch.commit().expect("done");
        assert_eq!(names(directory.path()), ["new"]);
    }
}
