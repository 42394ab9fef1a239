//! Examples of rules.

/// A small repository that shows what a rule means.
///
/// Its text holds several files, each after a line `-- path --`. `evenkeel.yaml` is the configuration, which has the
/// one environment `prod` unless it says otherwise; other YAML files at the top are plain manifests; a folder with
/// `templates/` is a chart, which Applications among the manifests deploy, or which is installed as it is where there
/// are no manifests. A line that ends in `#~ message` is the place of a finding with that message; there may be several.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// What it shows, in a few words.
    pub title: &'static str,
    /// What the rule says of it.
    pub outcome: Outcome,
    /// The files.
    pub repository: &'static str,
}

/// What a rule says of an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It finds what the example marks.
    Fails,
    /// It finds nothing.
    Passes,
    /// It finds nothing, although what is there resembles a violation.
    NearMiss,
    /// It cannot say.
    NotEvaluated,
}

impl Example {
    /// The files: path and text.
    pub fn files(&self) -> Vec<(&'static str, String)> {
        let mut files: Vec<(&str, String)> = Vec::new();
        for line in self.repository.trim_start().lines() {
            let path = line
                .strip_prefix("-- ")
                .and_then(|line| line.strip_suffix(" --"));
            match (path, files.last_mut()) {
                (Some(path), _) => files.push((path, String::new())),
                (None, Some((_, text))) => {
                    text.push_str(line);
                    text.push('\n');
                }
                (None, None) => {}
            }
        }
        files
    }
}
