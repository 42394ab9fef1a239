//! A directory of plain manifests (Argo CD's `findManifests`).

use std::sync::Arc;

use evenkeel_diagnostics::{
    Diagnostic, FileId, Frame, FrameArena, FrameKind, Segment, SourceKind, Span,
};
use evenkeel_manifest::{Document, RenderedFile, read_documents};
use evenkeel_renderer::Glob;
use evenkeel_value::Rope;

use super::{Context, SOURCE, SourceRender};
use crate::application::ApplicationSource;

/// A file with this text is left out (`skipFileRenderingMarker`).
const SKIP_MARKER: &[u8] = b"+argocd:skip-file-rendering";

/// The manifests of a directory, as they are.
pub(super) fn render(
    source: &ApplicationSource,
    path: &str,
    context: &Context<'_>,
) -> Result<SourceRender, Diagnostic> {
    let options = source.directory.clone().unwrap_or_default();
    let mut render = SourceRender::default();
    let mut frames = FrameArena::new();
    let prefix = if path.is_empty() {
        String::new()
    } else {
        format!("{path}/")
    };
    let files = context.tree.paths().iter();
    for file in files.filter(|file| file.starts_with(&prefix)) {
        let relative = &file[prefix.len()..];
        if !options.recurse && relative.contains('/') {
            continue;
        }
        let listed = |pattern: &str| !pattern.is_empty() && glob(pattern, relative);
        if listed(&options.exclude) || (!options.include.is_empty() && !listed(&options.include)) {
            continue;
        }
        let Some(extension) = relative.rsplit_once('.').map(|(_, extension)| extension) else {
            continue;
        };
        match extension {
            "yaml" | "yml" | "json" => {}
            "jsonnet" => {
                let message = format!("{file}: jsonnet is not supported");
                let help = "exclude it (`directory.exclude`), or render it to YAML";
                render
                    .diagnostics
                    .push(Diagnostic::error(SOURCE, message).with_help(help));
                continue;
            }
            _ => continue,
        }
        let Some(text) = context.tree.read(file) else {
            continue;
        };
        if memchr::memmem::find(&text, SKIP_MARKER).is_some() {
            continue;
        }
        let sources = context.renderer.sources();
        let id = sources.add(
            context.tree.shown(file),
            Arc::clone(&text),
            SourceKind::File,
        );
        match add_documents(file, Arc::clone(&text), id, &mut frames) {
            Ok(documents) => render.documents.extend(
                documents
                    .into_iter()
                    .filter(|document| !document.head().kind.is_empty()),
            ),
            Err(diagnostic) if looks_like_a_manifest(&text) => render.diagnostics.push(diagnostic),
            // Some other YAML file, which Argo CD passes over.
            Err(_) => {}
        }
    }
    render.frames = Arc::new(frames);
    Ok(render)
}

/// The manifests of one file.
pub(crate) fn manifest_file(path: &str, context: &Context<'_>) -> SourceRender {
    let Some(text) = context.tree.read(path) else {
        let message = format!("there is no file `{path}` in the repository");
        return SourceRender::failed(Diagnostic::error(SOURCE, message));
    };
    let sources = context.renderer.sources();
    let id = sources.add(
        context.tree.shown(path),
        Arc::clone(&text),
        SourceKind::File,
    );
    match plain_documents(path, text, id) {
        Ok((documents, frames)) => SourceRender {
            documents,
            frames: Arc::new(frames),
            ..SourceRender::default()
        },
        Err(diagnostic) => SourceRender::failed(diagnostic),
    }
}

fn glob(pattern: &str, path: &str) -> bool {
    Glob::without_separators(pattern).is_some_and(|glob| glob.matches(path))
}

fn looks_like_a_manifest(text: &[u8]) -> bool {
    [&b"apiVersion:"[..], b"kind:", b"metadata:"]
        .iter()
        .all(|word| memchr::memmem::find(text, word).is_some())
}

/// The documents of a text that no template wrote: their bytes come from the file itself.
///
/// # Errors
/// A document that is no YAML.
pub(super) fn plain_documents(
    path: &str,
    text: Arc<[u8]>,
    file: FileId,
) -> Result<(Vec<Document>, FrameArena), Diagnostic> {
    let mut frames = FrameArena::new();
    let documents = add_documents(path, text, file, &mut frames)?;
    Ok((documents, frames))
}

/// As [`plain_documents`], with the file's frame among those of others.
pub(super) fn add_documents(
    path: &str,
    text: Arc<[u8]>,
    file: FileId,
    frames: &mut FrameArena,
) -> Result<Vec<Document>, Diagnostic> {
    let name: Arc<str> = Arc::from(path);
    let frame = frames.push(Frame {
        parent: None,
        call: Span::NONE,
        file,
        name: Arc::clone(&name),
        kind: FrameKind::Template,
    });
    let mut output = Rope::with_capacity(text.len());
    output.set_writer(Segment {
        start: 0,
        from: 0,
        to: u32::try_from(text.len()).unwrap_or(u32::MAX),
        frame,
    });
    output.push_bytes(&text);
    let file = RenderedFile { path: name, output };
    read_documents(file).map_err(|error| *error.diagnostic)
}
