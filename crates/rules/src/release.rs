//! The version of the whole: the tags of the images that are released together, composed to one text.
//!
//! Each released chart holds, in its `values-<env>.yaml`, the image that the environment runs. `<image>-<tag>` of each,
//! sorted by image and joined with `_`, is the composite version; the release chart's `appVersion` has to equal that of
//! every environment.

use std::sync::Arc;

use evenkeel_config::Release;
use evenkeel_diagnostics::{FileId, SourceKind, SourceMap, Span};
use evenkeel_gitops::WorkTree;
use evenkeel_value::Data;

use crate::fields::walk;

/// One image of a composite version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The last segment of its repository.
    pub image: String,
    /// The repository, as the values file says it.
    pub repository: String,
    /// Its tag.
    pub tag: String,
    /// The key `tag` of the values file.
    pub place: Span,
}

/// The composite version of an environment, and what stands in its way.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Composite {
    /// The images, sorted.
    pub parts: Vec<Part>,
    /// Values files that are not there: path.
    pub missing: Vec<String>,
    /// Values files that are there and cannot be used: where, and why.
    pub unusable: Vec<(Span, String)>,
}

impl Composite {
    /// The version; empty where there are no images.
    pub fn version(&self) -> String {
        let parts: Vec<String> = self.parts.iter().map(Part::text).collect();
        parts.join("_")
    }

    /// Compares with a version that somebody wrote.
    pub fn difference<'t>(&self, written: &'t str) -> Difference<'_, 't> {
        let mut rest = written;
        for part in &self.parts {
            let after = rest.strip_prefix(&part.text());
            match after.map(|after| (after.is_empty(), after.strip_prefix('_'))) {
                Some((true, _)) => rest = "",
                Some((false, Some(next))) => rest = next,
                _ => return Difference::Part(part, first_part(rest)),
            }
        }
        match rest {
            "" => Difference::None,
            rest => Difference::TooMuch(rest),
        }
    }
}

/// How a version that somebody wrote differs from the composite one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference<'c, 't> {
    /// Not at all.
    None,
    /// First in an image; what is written instead of it.
    Part(&'c Part, &'t str),
    /// Only in what is written behind the last image.
    TooMuch(&'t str),
}

impl Part {
    /// `<image>-<tag>`.
    pub fn text(&self) -> String {
        format!("{}-{}", self.image, self.tag)
    }
}

/// Names of images may hold an underscore; tags of the platform do not, so this is a good guess for messages only.
fn first_part(version: &str) -> &str {
    version.split('_').next().unwrap_or(version)
}

/// The directories of the charts that are released together: those that the configuration lists, else those whose
/// `Chart.yaml` says `"true"` at the annotation. Charts within the `charts/` of another are not looked at.
pub fn charts(release: &Release, tree: &dyn WorkTree) -> Vec<String> {
    if !release.charts.is_empty() {
        let listed = release.charts.iter();
        return listed
            .map(|chart| chart.value.as_str().to_owned())
            .collect();
    }
    let Some(annotation) = &release.annotation else {
        return Vec::new();
    };
    let is_released = |directory: &str| {
        let text = tree.read(&format!("{directory}/Chart.yaml"));
        let data = text.and_then(|text| evenkeel_yaml::decode(&text, FileId::NONE).ok());
        let annotation = data.as_ref().and_then(|data| {
            let annotations = data.get("annotations")?;
            annotations.get(&annotation.value)
        });
        matches!(annotation, Some(Data::Str(text)) if text.as_ref() == b"true")
            || matches!(annotation, Some(Data::Bool(true)))
    };
    let mut charts = directories(tree);
    charts.retain(|directory| is_released(directory));
    charts
}

/// The directories of all charts of a repository but those within others.
pub(crate) fn directories(tree: &dyn WorkTree) -> Vec<String> {
    let files = tree.paths().iter();
    let mut all: Vec<String> = files
        .filter_map(|path| path.strip_suffix("/Chart.yaml"))
        .map(str::to_owned)
        .collect();
    let is_within = |directory: &String| {
        let outer = directory.match_indices("/charts/");
        outer
            .into_iter()
            .any(|(at, _)| all.iter().any(|other| *other == directory[..at]))
    };
    let within: Vec<bool> = all.iter().map(is_within).collect();
    let mut within = within.into_iter();
    all.retain(|_| !within.next().unwrap_or(false));
    all
}

/// Composes the version of an environment from the charts' values files. `sources` takes the files.
pub fn compose(
    charts: &[String],
    env: &str,
    tree: &dyn WorkTree,
    sources: &SourceMap,
) -> Composite {
    let mut composite = Composite::default();
    for chart in charts {
        let path = format!("{chart}/values-{env}.yaml");
        let Some(text) = tree.read(&path) else {
            composite.missing.push(path);
            continue;
        };
        let file = sources.add(path.as_str(), Arc::clone(&text), SourceKind::File);
        let start = Span::new(file, 0, 0);
        match evenkeel_yaml::decode(&text, file) {
            Ok(data) => {
                let parts = parts(&data);
                if parts.is_empty() {
                    let message = format!("{path} holds no image with `repository` and `tag`");
                    composite.unusable.push((start, message));
                }
                composite.parts.extend(parts);
            }
            Err(error) => {
                let message = format!("{path} is no YAML: {}", error.text());
                composite.unusable.push((error.span(), message));
            }
        }
    }
    let parts = &mut composite.parts;
    parts.sort_by(|a, b| (&a.image, &a.tag).cmp(&(&b.image, &b.tag)));
    composite
}

/// The mappings with `repository` and `tag` beside each other.
fn parts(values: &Data) -> Vec<Part> {
    let mut parts = Vec::new();
    walk(values, &mut Vec::new(), &mut |_, data| {
        let repository = data.get("repository").and_then(Data::as_str);
        let tag = data.entry("tag");
        let text = tag.and_then(|tag| tag.value.as_str()).unwrap_or_default();
        if let (Some(repository), Some(tag)) = (repository, tag)
            && !text.is_empty()
        {
            let image = repository.rsplit('/').next().unwrap_or(repository);
            let (file, start) = (tag.origin.file, tag.origin.offset);
            parts.push(Part {
                image: image.to_owned(),
                repository: repository.to_owned(),
                tag: text.to_owned(),
                place: Span::new(file, start, start + 3),
            });
        }
    });
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<Part> {
        parts(&evenkeel_yaml::decode(text.as_bytes(), FileId::NONE).expect("YAML"))
    }

    #[track_caller]
    fn check(text: &str, want: &[&str]) {
        let parts: Vec<String> = read(text).iter().map(Part::text).collect();
        assert_eq!(parts, want, "{text}");
    }

    #[test]
    fn a_mapping_with_repository_and_tag_is_an_image() {
        check(
            "# tag: old\nimage:\n  tag: v1 # tag: v0\n  repository: a/shop",
            &["shop-v1"],
        );
        check(
            "image: &i {repository: a/b, tag: v1}\nother: *i",
            &["b-v1", "b-v1"],
        );
        check("images: [{repository: a/b, tag: v1}]", &["b-v1"]);
        check("image:\r\n  repository: b\r\n  tag: 'v1'\r\n", &["b-v1"]);
        check("image: {repository: a, tag: ''}", &[]);
        check("image: {repository: a}\ntag: v1", &[]);
    }

    #[test]
    fn the_first_part_that_differs_is_told() {
        let composite = Composite {
            parts: read("[{repository: a_b, tag: v1}, {repository: c, tag: v2}]"),
            ..Composite::default()
        };
        let check = |written: &str, want: Option<(&str, &str)>| {
            let found = match composite.difference(written) {
                Difference::None => None,
                Difference::Part(part, found) => Some((part.image.as_str(), found)),
                Difference::TooMuch(rest) => Some(("", rest)),
            };
            assert_eq!(found, want, "{written}");
        };
        assert_eq!(composite.version(), "a_b-v1_c-v2");
        check("a_b-v1_c-v2", None);
        check("a_b-v1_c-v1", Some(("c", "c-v1")));
        check("a_b-v1", Some(("c", "")));
        check("a_b-v1_c-v2_d-v3", Some(("", "d-v3")));
        check("", Some(("a_b", "")));
    }
}
