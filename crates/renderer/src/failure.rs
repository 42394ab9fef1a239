//! Template errors as diagnostics.

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::{
    Code, Diagnostic, FrameArena, FrameId, Label, SourceMap, Span, TraceEntry,
};
use evenkeel_manifest::SortError;
use evenkeel_template::{Error, ErrorKind, FunctionTable, TemplateSet};
use evenkeel_value::{Map, Value};

use crate::native::{self, Layout};
use crate::origin::line_writer;
use crate::request::{Failure, Partial};
use crate::scope::Template;
use crate::similar::closest;

/// An error of the executor, and what explains it.
pub(crate) struct Failed<'a> {
    pub(crate) error: &'a Error,
    pub(crate) template: &'a Template,
    pub(crate) set: &'a TemplateSet,
    pub(crate) frames: &'a FrameArena,
}

/// An error that ended the execution of a template.
pub(crate) fn exec_failure(failed: &Failed<'_>, sources: &SourceMap, helm: HelmVersion) -> Failure {
    let Failed {
        error,
        template,
        set,
        frames,
    } = failed;
    let budget = error.chain().any(|e| e.kind() == ErrorKind::Budget);
    let layout = if helm.is_helm4() {
        Layout::Traced
    } else {
        Layout::OneLine
    };
    let message = first_line(&native::message(error));
    let mut diagnostic = Diagnostic::error(code(error, budget), message);
    if !budget {
        diagnostic.native = Some(native::exec_error(error, &template.name, layout));
    }
    if let Some((span, frame)) = error.chain().filter_map(Error::place).last() {
        diagnostic.primary.span = span;
        diagnostic.trace = frame.map(|frame| trace(frame, frames)).unwrap_or_default();
    }
    diagnostic
        .help
        .extend(error.chain().filter_map(Error::help).map(str::to_owned));
    explain_missing_template(&mut diagnostic, set);
    explain_nil(&mut diagnostic, &template.scope, sources);
    Failure::rendering(diagnostic)
}

/// A document that is no YAML: points to the template line that wrote the line that the parser
/// stopped at.
pub(crate) fn yaml_failure(failed: SortError, frames: &FrameArena, sources: &SourceMap) -> Failure {
    let mut diagnostic = *failed.diagnostic;
    let text = failed.document.text();
    let at = (failed.offset as usize).min(text.len().saturating_sub(1));
    let start = text[..at]
        .iter()
        .rposition(|&b| b == b'\n')
        .map_or(0, |newline| newline + 1);
    let segments = failed.document.segments();
    if let Some(writer) = line_writer(text, &segments, start, frames, sources) {
        diagnostic.primary.span = writer.span;
        diagnostic.trace = trace(writer.frame, frames);
    }
    let line = text[start..]
        .split(|&b| b == b'\n')
        .next()
        .unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let number = 1 + text[..start].iter().filter(|&&b| b == b'\n').count();
    diagnostic.help.push(format!(
        "line {number} of the rendered document is `{}`",
        line.trim_end()
    ));
    let partial = Partial {
        files: failed.files,
        hooks: failed.hooks,
    };
    Failure {
        partial: Some(partial),
        ..Failure::rendering(diagnostic)
    }
}

/// The calls that led to a frame, innermost first.
fn trace(frame: FrameId, frames: &FrameArena) -> Vec<TraceEntry> {
    let called = frames
        .chain(frame)
        .filter(|frame| frame.parent.is_some() && frame.kind.is_call());
    let entry = |frame: &evenkeel_diagnostics::Frame| TraceEntry {
        call: frame.call,
        name: frame.name.to_string(),
        kind: frame.kind,
    };
    called.map(entry).collect()
}

/// `include` of a template that does not exist: names one that does.
fn explain_missing_template(diagnostic: &mut Diagnostic, set: &TemplateSet) {
    let prefix = "template: no template \"";
    let Some(rest) = diagnostic.message.strip_prefix(prefix) else {
        return;
    };
    let Some((name, _)) = rest.split_once("\" associated") else {
        return;
    };
    let names = set.names();
    let names = names
        .iter()
        .filter_map(|name| std::str::from_utf8(name).ok());
    if let Some(similar) = closest(name, names) {
        diagnostic.help.push(format!("did you mean `{similar}`?"));
    }
    diagnostic.message = format!("there is no template named `{name}`");
}

/// A field of something that is not there: names the first missing key on the way, a similar one, and
/// where the map around it was written.
fn explain_nil(diagnostic: &mut Diagnostic, scope: &Map, sources: &SourceMap) {
    let Some(field) = diagnostic
        .message
        .strip_prefix("nil pointer evaluating interface {}.")
    else {
        return;
    };
    let span = diagnostic.primary.span;
    let Some(source) = sources.get(span.file) else {
        return;
    };
    let text = source
        .content
        .get(span.start as usize..span.end as usize)
        .unwrap_or_default();
    let Some(path) = values_path(&String::from_utf8_lossy(text), field) else {
        return;
    };
    let Some(Value::Map(values)) = scope.get(b"Values") else {
        return;
    };
    let mut container = values;
    let mut shown = ".Values".to_owned();
    for key in &path {
        let origin = container.origin(key.as_bytes());
        shown = format!("{shown}.{key}");
        match container.get(key.as_bytes()) {
            Some(Value::Map(inner)) => container = inner,
            Some(Value::Nil) | None => {
                let label = format!("`{shown}` is null here");
                if let Some(origin) = origin.filter(|origin| origin.file.is_some()) {
                    let span =
                        Span::new(origin.file, origin.offset, origin.offset + key.len() as u32);
                    diagnostic.secondary.push(Label { span, text: label });
                } else {
                    diagnostic.help.push(format!("`{shown}` is not set"));
                }
                return suggest_key(diagnostic, &container, key);
            }
            Some(_) => return,
        }
    }
}

pub(crate) fn suggest_key(diagnostic: &mut Diagnostic, container: &Map, key: &str) {
    let keys = container.keys();
    let names = keys
        .iter()
        .filter_map(|key| key.as_utf8())
        .filter(|name| *name != key);
    let Some(similar) = closest(key, names) else {
        return;
    };
    diagnostic.help.push(format!("did you mean `{similar}`?"));
    if let Some(origin) = container
        .origin(similar.as_bytes())
        .filter(|o| o.file.is_some())
    {
        let span = Span::new(
            origin.file,
            origin.offset,
            origin.offset + similar.len() as u32,
        );
        let text = format!("`{similar}` is set here");
        diagnostic.secondary.push(Label { span, text });
    }
}

/// The keys below `.Values` that `expression` reads before `field`.
fn values_path(expression: &str, field: &str) -> Option<Vec<String>> {
    let rest = expression
        .trim_start_matches(['(', ' '])
        .trim_start_matches('$');
    let rest = rest.strip_prefix(".Values.")?;
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '.');
    let keys: Vec<_> = rest[..end.unwrap_or(rest.len())]
        .split('.')
        .map(str::to_owned)
        .collect();
    let at = keys.iter().position(|key| key == field)?;
    Some(keys[..at].to_vec())
}

/// An error of the parser in `file`.
pub(crate) fn parse_failure(error: &Error, file: &str, functions: &FunctionTable) -> Failure {
    let budget = error.kind() == ErrorKind::Budget;
    let code = if budget {
        "budget/template-nesting"
    } else {
        "template/parse"
    };
    let native = native::parse_error(error.text(), file);
    let message = native
        .split_once("): ")
        .map_or(&*native, |(_, message)| message);
    let mut diagnostic = Diagnostic::error(Code::new(code), first_line(message));
    if !budget {
        diagnostic.native = Some(native.clone());
    }
    if let Some((span, _)) = error.place() {
        diagnostic = diagnostic.at(span);
    }
    let unknown = message
        .strip_prefix("function \"")
        .and_then(|rest| rest.split('"').next());
    if let Some(name) = unknown
        && let Some(similar) = closest(name, functions.names().into_iter())
    {
        diagnostic.help.push(format!("did you mean `{similar}`?"));
    }
    Failure::rendering(diagnostic)
}

/// An error of a template that stands outside of any chart, where nobody rewords it.
pub(crate) fn plain_failure(error: &Error) -> Diagnostic {
    let budget = error.chain().any(|e| e.kind() == ErrorKind::Budget);
    let text = native::without_marks(error.text());
    let diagnostic = Diagnostic::error(code(error, budget), first_line(&text));
    let diagnostic = match error.chain().filter_map(Error::place).last() {
        Some((span, _)) => diagnostic.at(span),
        None => diagnostic,
    };
    if budget {
        diagnostic
    } else {
        diagnostic.with_native(text)
    }
}

fn code(error: &Error, budget: bool) -> Code {
    if budget {
        return Code::new("budget/render");
    }
    let kind = |kind| error.chain().any(|e| e.kind() == kind);
    Code::new(if kind(ErrorKind::Fail) {
        "template/fail"
    } else if kind(ErrorKind::Parse) {
        "template/parse"
    } else {
        "template/exec"
    })
}

pub(crate) fn first_line(text: &str) -> String {
    let line = text.trim().lines().next().unwrap_or_default();
    line.trim_end_matches('.').to_owned()
}
