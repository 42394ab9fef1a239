//! The layers of the command line: Helm's `pkg/cli/values`.

use std::sync::Arc;

use evenkeel_chart::{HelmVersion, merge_maps, read_values};
use evenkeel_diagnostics::{Code, Diagnostic, FileId, SourceKind, SourceMap, Span};
use evenkeel_value::Data;

use crate::strvals::{FileReader, Mode, parse_into};
use crate::tree::{Table, freeze, thaw};

/// A values file or an argument that cannot be used.
const VALUES: Code = Code::new("values/invalid");
/// A file that cannot be read.
const UNREADABLE: Code = Code::new("values/unreadable");

/// What the user gave, each list in the order of the command line; Helm merges them kind by kind in the
/// order of these fields.
#[derive(Debug, Clone, Default)]
pub struct ValueOptions {
    /// `-f`: names that the reader knows (`-` for standard input).
    pub files: Vec<String>,
    /// Trees of values that are there already, on top of the files: an Argo CD Application's
    /// `valuesObject`. Their origins are kept.
    pub trees: Vec<Data>,
    /// `--set-json`.
    pub set_json: Vec<String>,
    /// `--set`.
    pub set: Vec<String>,
    /// `--set-string`.
    pub set_string: Vec<String>,
    /// `--set-file`.
    pub set_file: Vec<String>,
    /// `--set-literal`.
    pub set_literal: Vec<String>,
}

/// Reads what `-f` or `--set-file` names. The error is the text that Helm would print, such as
/// `open x.yaml: no such file or directory`.
pub type ValueReader<'a> = dyn FnMut(&str) -> Result<Arc<[u8]>, String> + 'a;

/// Which flag a layer came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum LayerKind {
    /// `-f`.
    File,
    /// `--set-json`.
    SetJson,
    /// `--set`.
    Set,
    /// `--set-string`.
    SetString,
    /// `--set-file`.
    SetFile,
    /// `--set-literal`.
    SetLiteral,
}

impl LayerKind {
    /// The flag as typed.
    pub fn flag(self) -> &'static str {
        match self {
            LayerKind::File => "-f",
            LayerKind::SetJson => "--set-json",
            LayerKind::Set => "--set",
            LayerKind::SetString => "--set-string",
            LayerKind::SetFile => "--set-file",
            LayerKind::SetLiteral => "--set-literal",
        }
    }
}

/// One argument that contributed values.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its flag.
    pub kind: LayerKind,
    /// The values file, or the virtual file that holds the argument.
    pub file: FileId,
    content: Content,
}

#[derive(Debug, Clone)]
enum Content {
    Decoded(Data),
    /// An argument, decoded on its own only when somebody asks.
    Argument(Arc<str>),
}

impl Layer {
    /// What this layer alone says, as far as it can be said without the layers below it.
    pub fn values(&self, helm: HelmVersion) -> Data {
        let text = match &self.content {
            Content::Decoded(data) => return data.clone(),
            Content::Argument(text) => text,
        };
        let mut table = Table::new();
        let mut paths = |path: &str| Ok(Arc::from(path.as_bytes()));
        // What cannot be read alone (a list that an earlier layer starts) has no say of its own.
        let _ = parse_into(
            text,
            &mut table,
            self.kind.mode(&mut paths),
            self.file,
            helm,
        );
        freeze(table)
    }
}

impl LayerKind {
    fn mode<'a>(self, reader: &'a mut FileReader<'a>) -> Mode<'a> {
        match self {
            LayerKind::File | LayerKind::SetJson => Mode::Json,
            LayerKind::Set => Mode::Typed,
            LayerKind::SetString => Mode::Strings,
            LayerKind::SetFile => Mode::Files(reader),
            LayerKind::SetLiteral => Mode::Literal,
        }
    }
}

/// The user's values, merged: free to cross threads.
#[derive(Debug, Clone)]
pub struct UserValues {
    /// The merged tree, always a map; every entry has the origin of the layer that won.
    pub data: Data,
    /// The layers, weakest first.
    pub layers: Vec<Layer>,
}

impl Default for UserValues {
    fn default() -> UserValues {
        UserValues {
            data: Data::empty_map(),
            layers: Vec::new(),
        }
    }
}

/// Merges all layers as Helm's `values.Options.MergeValues` does.
///
/// Each argument becomes a virtual file of `sources`, so that origins point into it.
///
/// # Errors
/// A diagnostic with Helm's text, such as `failed parsing --set data: key "a" has no value`.
pub fn user_values(
    options: &ValueOptions,
    reader: &mut ValueReader<'_>,
    sources: &SourceMap,
    helm: HelmVersion,
) -> Result<UserValues, Diagnostic> {
    let mut merge = Merge {
        values: UserValues::default(),
        sources,
        helm,
    };
    for name in &options.files {
        merge.file(name, reader)?;
    }
    for tree in &options.trees {
        merge.push(LayerKind::File, FileId::NONE, tree.clone());
    }
    let arguments = [
        (LayerKind::SetJson, &options.set_json),
        (LayerKind::Set, &options.set),
        (LayerKind::SetString, &options.set_string),
        (LayerKind::SetFile, &options.set_file),
        (LayerKind::SetLiteral, &options.set_literal),
    ];
    for (kind, list) in arguments {
        for argument in list {
            merge.argument(kind, argument, reader)?;
        }
    }
    Ok(merge.values)
}

struct Merge<'a> {
    values: UserValues,
    sources: &'a SourceMap,
    helm: HelmVersion,
}

impl Merge<'_> {
    fn file(&mut self, name: &str, reader: &mut ValueReader<'_>) -> Result<(), Diagnostic> {
        let content = reader(name)
            .map_err(|text| Diagnostic::error(UNREADABLE, text.clone()).with_native(text))?;
        let file = self
            .sources
            .add(name, Arc::clone(&content), SourceKind::File);
        let decoded = read_values(&content, file, self.helm).map_err(|error| {
            let native = format!("failed to parse {name}: {}", error.text());
            Diagnostic::error(VALUES, one_line(&native))
                .with_native(native)
                .at(error.span())
        })?;
        self.push(LayerKind::File, file, decoded);
        Ok(())
    }

    /// A whole tree on top of what there is.
    fn push(&mut self, kind: LayerKind, file: FileId, values: Data) {
        let below = &mut self.values.data;
        *below = match below {
            Data::Map(entries) if !entries.is_empty() => merge_maps(below, &values),
            _ => values.clone(),
        };
        self.values.layers.push(Layer {
            kind,
            file,
            content: Content::Decoded(values),
        });
    }

    fn argument(
        &mut self,
        kind: LayerKind,
        argument: &str,
        reader: &mut ValueReader<'_>,
    ) -> Result<(), Diagnostic> {
        let content = Arc::from(argument.as_bytes());
        let file = self.sources.add(kind.flag(), content, SourceKind::Argument);
        let whole = Span::new(file, 0, u32::try_from(argument.len()).unwrap_or(u32::MAX));
        let failed = |native: String| {
            Diagnostic::error(VALUES, one_line(&native))
                .with_native(native)
                .at(whole)
        };
        if kind == LayerKind::SetJson
            && self.helm.takes_json_objects()
            && argument.trim().starts_with('{')
        {
            let decoded = evenkeel_yaml::json::decode(argument.trim().as_bytes(), file);
            let Ok(object @ Data::Map(_)) = decoded else {
                return Err(failed(format!(
                    "failed parsing --set-json data JSON: {argument}"
                )));
            };
            self.push(kind, file, object);
            return Ok(());
        }
        let Data::Map(entries) = &self.values.data else {
            return Ok(());
        };
        let mut table = thaw(entries);
        let mut forward = |path: &str| reader(path);
        let mode = kind.mode(&mut forward);
        parse_into(argument, &mut table, mode, file, self.helm).map_err(|text| {
            failed(match kind {
                LayerKind::SetJson => format!("failed parsing --set-json data {argument}"),
                _ => format!("failed parsing {} data: {text}", kind.flag()),
            })
        })?;
        self.values.data = freeze(table);
        let content = Content::Argument(Arc::from(argument));
        self.values.layers.push(Layer {
            kind,
            file,
            content,
        });
        Ok(())
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
