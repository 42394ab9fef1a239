//! From files to a chart: Helm's `loader.LoadFiles`.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_diagnostics::{Diagnostic, FileId, Origin, SourceKind, SourceMap, Span};
use evenkeel_value::Data;

use crate::decode::{Document, Mismatch, RawLock, RawMetadata, decode};
use crate::directory::RawFile;
use crate::validate::validate;
use crate::values::read_values;
use crate::{Chart, ChartFile, HelmVersion, LoadOptions, Lock, OtherFile, archive, fail};

/// What loading one chart needs to know.
pub(crate) struct Loader<'a> {
    pub(crate) sources: &'a SourceMap,
    pub(crate) options: &'a LoadOptions,
    /// Bytes that archives inside archives may still take.
    pub(crate) archives_left: u64,
}

/// A file with its name inside the chart at hand; the raw path is that of the outermost one.
#[derive(Clone, Copy)]
pub(crate) struct Named<'f> {
    name: &'f str,
    raw: &'f RawFile,
}

/// Files by their own paths.
pub(crate) fn named(files: &[RawFile]) -> Vec<Named<'_>> {
    files
        .iter()
        .map(|raw| Named {
            name: &raw.path,
            raw,
        })
        .collect()
}

/// Whether loading does not look into a file of this path, in whichever chart within charts it lies
/// (see `Loader::sort_in`).
pub(crate) fn is_handed_on(path: &str) -> bool {
    let mut name = path;
    while let Some(inner) = name.strip_prefix("charts/") {
        let Some((_, inner)) = inner.split_once('/') else {
            return extension(inner) != Some("tgz");
        };
        name = inner;
    }
    let read = [
        "Chart.yaml",
        "Chart.lock",
        "values.yaml",
        "values.schema.json",
        "requirements.yaml",
        "requirements.lock",
    ];
    !read.contains(&name) && !name.starts_with("templates/") && !name.starts_with("jinja/")
}

/// A chart in the making.
#[derive(Default)]
struct Parts {
    metadata: Option<RawMetadata>,
    /// The decoded `Chart.yaml`, for places.
    metadata_tree: Data,
    metadata_file: Option<FileId>,
    lock: Option<Lock>,
    values: Option<Data>,
    values_file: Option<FileId>,
    schema: Option<ChartFile>,
    templates: Vec<ChartFile>,
    files: Vec<OtherFile>,
    warnings: Vec<Diagnostic>,
}

impl Loader<'_> {
    /// Makes a chart of its files. `title` is the path that diagnostics show before a file's own, and
    /// `depth` counts the charts around this one.
    pub(crate) fn assemble(
        &mut self,
        files: &[Named<'_>],
        title: &str,
        depth: u32,
    ) -> Result<Chart, Diagnostic> {
        if depth > self.options.limits.depth {
            let message = format!("charts nest deeper than {}", self.options.limits.depth);
            return Err(Diagnostic::error(fail::LIMIT, message));
        }
        let mut parts = Parts::default();
        for file in files.iter().filter(|file| file.name == "Chart.yaml") {
            self.chart_yaml(&mut parts, file, title)?;
        }
        let mut nested: BTreeMap<&str, Vec<Named<'_>>> = BTreeMap::new();
        for file in files {
            match file.name.strip_prefix("charts/") {
                Some(inner) if extension(inner) != Some("prov") => {
                    let directory = inner.split('/').next().unwrap_or(inner);
                    nested.entry(directory).or_default().push(Named {
                        name: inner,
                        raw: file.raw,
                    });
                }
                _ => self.sort_in(&mut parts, file, title)?,
            }
        }
        let mut chart = finish(parts, self.options.helm)?;
        for (name, files) in nested {
            if name.starts_with(['_', '.']) {
                continue;
            }
            let prefix = format!("error unpacking subchart {name} in {}: ", chart.name());
            let loaded = self.nested(&chart, name, &files, title, depth + 1);
            let sub = loaded.map_err(|(error, wrap)| match wrap {
                true => fail::within(error, &prefix),
                false => error,
            })?;
            chart.warnings.extend(sub.warnings.iter().cloned());
            chart.dependencies.push(Arc::new(sub));
        }
        Ok(chart)
    }

    /// A chart of `charts/`; a failure comes with whether it happened inside that chart.
    fn nested(
        &mut self,
        parent: &Chart,
        name: &str,
        files: &[Named<'_>],
        title: &str,
        depth: u32,
    ) -> Result<Chart, (Diagnostic, bool)> {
        if extension(name) != Some("tgz") {
            let inner = |file: &Named<'_>| file.name.find('/').map(|at| at + 1);
            let files: Vec<Named<'_>> = files
                .iter()
                .filter_map(|file| inner(file).map(|at| (file, at)))
                .map(|(file, at)| file.inside(at))
                .collect();
            return self
                .assemble(&files, title, depth)
                .map_err(|error| (error, true));
        }
        let Some(file) = files.first().filter(|file| file.name == name) else {
            let got = files.first().map_or("", |file| file.name);
            let parent = parent.name();
            let text =
                format!("error unpacking subchart tar in {parent}: expected {name}, got {got}");
            return Err((fail::helm(fail::ARCHIVE, text), false));
        };
        let files = file
            .data()
            .and_then(|data| archive::read(&**data, self.options))
            .map_err(|error| (error, true))?;
        let sizes = files.iter().map(|file| file.content.size());
        let size: u64 = sizes.sum();
        self.archives_left = self.archives_left.checked_sub(size).ok_or_else(|| {
            let message = "the archives in charts/ take more memory than is allowed";
            (Diagnostic::error(fail::LIMIT, message), true)
        })?;
        let title = format!("{title}/{}", file.raw.path);
        self.assemble(&named(&files), &title, depth)
            .map_err(|error| (error, true))
    }

    fn chart_yaml(
        &self,
        parts: &mut Parts,
        file: &Named<'_>,
        title: &str,
    ) -> Result<(), Diagnostic> {
        let id = self.source(file, title)?;
        let tree = tree(file, id, "Chart.yaml")?;
        let mut metadata = Document(parts.metadata.take().unwrap_or_default());
        decode(&mut metadata, &tree, self.package())
            .map_err(|error| mismatch(error, "Chart.yaml"))?;
        if metadata.0.rest.api_version.is_empty() {
            metadata.0.rest.api_version = Arc::from("v1");
        }
        parts.metadata = Some(metadata.0);
        parts.metadata_tree = tree;
        parts.metadata_file = Some(id);
        Ok(())
    }

    /// Puts a file where it belongs; those of `charts/` are dealt with by the caller.
    fn sort_in(&self, parts: &mut Parts, file: &Named<'_>, title: &str) -> Result<(), Diagnostic> {
        match file.name {
            "Chart.yaml" => {}
            "Chart.lock" => parts.lock = self.lock(file, title)?,
            "values.yaml" => {
                let id = self.source(file, title)?;
                let values = read_values(file.data()?, id, self.options.helm);
                parts.values = Some(values.map_err(|error| {
                    let native = format!("cannot load values.yaml: {}", error.text());
                    fail::helm(fail::VALUES, native).at(error.span())
                })?);
                parts.values_file = Some(id);
            }
            "values.schema.json" => parts.schema = Some(self.file(file, title)?),
            "requirements.yaml" => self.requirements(parts, file, title)?,
            "requirements.lock" => {
                parts.lock = self.lock(file, title)?;
                advise(
                    parts,
                    "Dependency locking is handled in Chart.lock",
                    "to Chart.lock",
                );
                keep_old(parts, file);
            }
            name if name.starts_with("templates/") => {
                let template = self.file(file, title)?;
                parts.templates.push(template);
            }
            // Files like any other to Helm; the renderer's Jinja dialect points into them.
            name if name.starts_with("jinja/") => parts.files.push(OtherFile {
                file: self.source(file, title)?,
                ..plain(file)
            }),
            _ => parts.files.push(plain(file)),
        }
        Ok(())
    }

    fn requirements(
        &self,
        parts: &mut Parts,
        file: &Named<'_>,
        title: &str,
    ) -> Result<(), Diagnostic> {
        let tree = tree(file, self.source(file, title)?, "requirements.yaml")?;
        advise(
            parts,
            "Dependencies are handled in Chart.yaml",
            "dependencies to Chart.yaml",
        );
        let mut metadata = Document(parts.metadata.take().unwrap_or_default());
        decode(&mut metadata, &tree, self.package())
            .map_err(|error| mismatch(error, "requirements.yaml"))?;
        parts.metadata = Some(metadata.0);
        keep_old(parts, file);
        Ok(())
    }

    fn lock(&self, file: &Named<'_>, title: &str) -> Result<Option<Lock>, Diagnostic> {
        let tree = tree(file, self.source(file, title)?, file.name)?;
        if matches!(tree, Data::Null) {
            return Ok(None);
        }
        let mut raw = Document(RawLock::default());
        decode(&mut raw, &tree, self.package()).map_err(|error| mismatch(error, file.name))?;
        let RawLock {
            generated,
            digest,
            dependencies,
        } = raw.0;
        let dependencies = dependencies
            .unwrap_or_default()
            .into_iter()
            .flatten()
            .collect();
        Ok(Some(Lock {
            generated: generated.0,
            digest,
            dependencies,
        }))
    }

    fn file(&self, file: &Named<'_>, title: &str) -> Result<ChartFile, Diagnostic> {
        let id = self.source(file, title)?;
        Ok(ChartFile::new(file.name, Arc::clone(file.data()?), id))
    }

    fn source(&self, file: &Named<'_>, title: &str) -> Result<FileId, Diagnostic> {
        let name = format!("{title}/{}", file.raw.path);
        let data = Arc::clone(file.data()?);
        Ok(self.sources.add(name, data, SourceKind::File))
    }

    fn package(&self) -> &'static str {
        if self.options.helm.is_helm4() {
            "v2"
        } else {
            "chart"
        }
    }
}

impl<'f> Named<'f> {
    fn data(&self) -> Result<&'f Arc<[u8]>, Diagnostic> {
        self.raw.content.data()
    }

    fn inside(&self, at: usize) -> Named<'f> {
        Named {
            name: &self.name[at..],
            raw: self.raw,
        }
    }
}

/// Charts of the new version should not have `requirements.*`; they work all the same.
fn advise(parts: &mut Parts, what: &str, migrate: &str) {
    let metadata = parts.metadata.get_or_insert_default();
    if &*metadata.rest.api_version != "v1" {
        let text =
            format!("Warning: {what} since apiVersion \"v2\". We recommend migrating {migrate}.");
        parts.warnings.push(fail::warning(&text));
    }
}

/// Templates of charts of the old version see `requirements.*`.
fn keep_old(parts: &mut Parts, file: &Named<'_>) {
    let is_v1 = |metadata: &RawMetadata| &*metadata.rest.api_version == "v1";
    if parts.metadata.as_ref().is_some_and(is_v1) {
        parts.files.push(plain(file));
    }
}

fn plain(file: &Named<'_>) -> OtherFile {
    OtherFile {
        name: file.name.into(),
        file: FileId::NONE,
        content: file.raw.content.clone(),
    }
}

fn tree(file: &Named<'_>, id: FileId, name: &str) -> Result<Data, Diagnostic> {
    evenkeel_yaml::decode_kinds(file.data()?, id).map_err(|error| {
        fail::helm(
            fail::INVALID,
            format!("cannot load {name}: {}", error.text()),
        )
        .at(error.span())
    })
}

fn mismatch(error: Mismatch, name: &str) -> Diagnostic {
    let text = error.text;
    let native =
        format!("cannot load {name}: error unmarshaling JSON: while decoding JSON: {text}");
    fail::helm(fail::INVALID, native).at(point(error.origin))
}

fn point(origin: Origin) -> Span {
    Span::new(origin.file, origin.offset, origin.offset)
}

fn finish(parts: Parts, helm: HelmVersion) -> Result<Chart, Diagnostic> {
    let Some(metadata) = parts.metadata else {
        return Err(fail::helm(fail::INVALID, "Chart.yaml file is missing"));
    };
    let file = parts.metadata_file.unwrap_or(FileId::NONE);
    let metadata = validate(metadata, helm).map_err(|invalid| {
        let origin = parts
            .metadata_tree
            .entry(invalid.key)
            .map(|entry| entry.origin);
        let place = origin.map_or(Span::new(file, 0, 0), point);
        fail::helm(fail::INVALID, format!("validation: {}", invalid.text)).at(place)
    })?;
    Ok(Chart {
        metadata: Arc::new(metadata),
        metadata_file: file,
        values: parts.values.unwrap_or_else(Data::empty_map),
        values_file: parts.values_file.unwrap_or(FileId::NONE),
        schema: parts.schema,
        lock: parts.lock,
        templates: parts.templates,
        files: parts.files,
        dependencies: Vec::new(),
        warnings: parts.warnings,
    })
}

/// `filepath.Ext` without its dot.
fn extension(name: &str) -> Option<&str> {
    let base = name.rsplit('/').next().unwrap_or(name);
    base.rsplit_once('.').map(|(_, extension)| extension)
}
