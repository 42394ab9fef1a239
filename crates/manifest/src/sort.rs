//! Sorting rendered files into manifests and hooks: Helm's `SortManifests`.

use std::ops::Range;
use std::sync::Arc;

use evenkeel_diagnostics::{Code, Diagnostic, Span};
use evenkeel_yaml as yaml;
use rayon::iter::{IntoParallelIterator, ParallelIterator};

use crate::space::is_blank;
use crate::{Document, Head, RenderedFile, Rules, kinds, split};

/// When a hook runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the names are those of Helm's annotation values"
)]
pub enum Event {
    PreInstall,
    PostInstall,
    PreDelete,
    PostDelete,
    PreUpgrade,
    PostUpgrade,
    PreRollback,
    PostRollback,
    Test,
}

/// Annotation values and the events they mean; `test-success` is Helm 2's name of `test`.
const EVENTS: &[(&str, Event)] = &[
    ("pre-install", Event::PreInstall),
    ("post-install", Event::PostInstall),
    ("pre-delete", Event::PreDelete),
    ("post-delete", Event::PostDelete),
    ("pre-upgrade", Event::PreUpgrade),
    ("post-upgrade", Event::PostUpgrade),
    ("pre-rollback", Event::PreRollback),
    ("post-rollback", Event::PostRollback),
    ("test", Event::Test),
    ("test-success", Event::Test),
];

/// A document with the annotation `helm.sh/hook`.
#[derive(Debug, Clone)]
pub struct Hook {
    /// The document.
    pub document: Document,
    /// When it runs.
    pub events: Vec<Event>,
    /// `helm.sh/hook-weight`, 0 where it is no number.
    pub weight: i64,
    /// `helm.sh/hook-delete-policy`, in lower case.
    pub delete_policies: Vec<String>,
    /// `helm.sh/hook-output-log-policy`, in lower case.
    pub output_log_policies: Vec<String>,
}

impl Hook {
    /// Whether it belongs to `helm test`.
    pub fn is_test(&self) -> bool {
        self.events.contains(&Event::Test)
    }
}

/// Documents in the order Helm prints them.
#[derive(Debug, Clone, Default)]
pub struct Sorted {
    /// What is installed.
    pub manifests: Vec<Document>,
    /// What runs around the installation; sorted by kind only, weights play no part here.
    pub hooks: Vec<Hook>,
    /// Documents that Helm drops without a word: hooks of a type it does not know.
    pub notes: Vec<Diagnostic>,
}

/// A document that does not parse, with what `--debug` shows of the rest.
#[derive(Debug, Clone)]
pub struct SortError {
    /// What is wrong; `native` is Helm's text.
    pub diagnostic: Box<Diagnostic>,
    /// The document that does not parse; its head is empty.
    pub document: Document,
    /// Where in the document the parser stopped.
    pub offset: u32,
    /// All files, sorted by path.
    pub files: Vec<Arc<RenderedFile>>,
    /// The hooks found before the failure.
    pub hooks: Vec<Hook>,
}

/// Splits files into documents, tells hooks from manifests and puts both in the order of installation:
/// by path, then stable by kind. Partials (`_name`) and blank files are left out.
///
/// On a thread of a rayon pool, the documents are read by all its threads.
///
/// # Errors
/// The first document, by path, that is no YAML or whose head has fields of a wrong type.
pub fn sort(files: Vec<RenderedFile>, rules: &Rules) -> Result<Sorted, Box<SortError>> {
    let mut files: Vec<_> = files.into_iter().map(Arc::new).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let mut sorted = Sorted::default();
    for (file, range, head) in heads(&files, rules) {
        match head {
            Ok(head) => add(Document::new(file, range, head), &mut sorted),
            Err(error) => {
                return Err(Box::new(SortError {
                    diagnostic: Box::new(parse_error(&file.path, &error)),
                    document: Document::new(file, range, Head::default()),
                    offset: error.span().start,
                    files,
                    hooks: sorted.hooks,
                }));
            }
        }
    }
    let rank = |document: &Document| {
        let (place, name) = kinds::rank(&document.head().kind, rules.install_order);
        (place, name.to_owned())
    };
    sorted.manifests.sort_by_cached_key(rank);
    sorted.hooks.sort_by_cached_key(|hook| rank(&hook.document));
    Ok(sorted)
}

/// The documents of a file of plain manifests, in their order, hooks among them. Cut at lines that begin
/// with `---`, as Kubernetes' own reader does.
///
/// # Errors
/// The first document that is no YAML.
pub fn read_documents(file: RenderedFile) -> Result<Vec<Document>, Box<SortError>> {
    let file = Arc::new(file);
    let rules = &crate::HELM4;
    let mut documents = Vec::new();
    for range in split(file.output.as_bytes(), rules.separator) {
        let head = Head::parse(&file.output.as_bytes()[range.clone()], rules.head_type);
        match head {
            Ok(head) => documents.push(Document::new(Arc::clone(&file), range, head)),
            Err(error) => {
                return Err(Box::new(SortError {
                    diagnostic: Box::new(parse_error(&file.path, &error)),
                    document: Document::new(Arc::clone(&file), range, Head::default()),
                    offset: error.span().start,
                    files: vec![file],
                    hooks: Vec::new(),
                }));
            }
        }
    }
    Ok(documents)
}

/// A document: its file, where it is there, and what its head says.
type Part = (Arc<RenderedFile>, Range<usize>, Result<Head, yaml::Error>);

/// The documents of all files that count, in order.
fn heads(files: &[Arc<RenderedFile>], rules: &Rules) -> Vec<Part> {
    let ranges = files.iter().flat_map(|file| {
        let base = file.path.rsplit('/').next().unwrap_or_default();
        let text = file.output.as_bytes();
        let counts = !base.starts_with('_') && !is_blank(text);
        let ranges = counts.then(|| split(text, rules.separator));
        let ranges = ranges.unwrap_or_default().into_iter();
        ranges.map(move |range| (Arc::clone(file), range))
    });
    let read = |(file, range): (Arc<RenderedFile>, Range<usize>)| {
        let head = Head::parse(&file.output.as_bytes()[range.clone()], rules.head_type);
        (file, range, head)
    };
    match rayon::current_thread_index() {
        Some(_) => ranges
            .collect::<Vec<_>>()
            .into_par_iter()
            .map(read)
            .collect(),
        None => ranges.map(read).collect(),
    }
}

fn add(document: Document, sorted: &mut Sorted) {
    let Some(types) = document.head().annotation("helm.sh/hook") else {
        return sorted.manifests.push(document);
    };
    match events(types) {
        Some(events) => sorted.hooks.push(hook(document, events)),
        None => sorted.notes.push(unknown_hook(document.path(), types)),
    }
}

fn parse_error(path: &str, error: &yaml::Error) -> Diagnostic {
    let text = format!("YAML parse error on {path}: {}", error.text());
    Diagnostic::error(Code::new("manifest/yaml"), text.clone()).with_native(text)
}

fn unknown_hook(path: &str, types: &str) -> Diagnostic {
    let message = format!("{path}: a document with the unknown hook type {types:?} is left out");
    Diagnostic::warning(Code::new("manifest/unknown-hook"), message).at(Span::NONE)
}

/// The events of an annotation's value, or `None` if one of them is unknown.
fn events(types: &str) -> Option<Vec<Event>> {
    let find = |name: String| {
        EVENTS
            .iter()
            .find(|(known, _)| *known == name)
            .map(|(_, e)| *e)
    };
    list(types).map(find).collect()
}

fn list(value: &str) -> impl Iterator<Item = String> {
    value.split(',').map(|part| part.trim().to_lowercase())
}

fn hook(document: Document, events: Vec<Event>) -> Hook {
    let head = document.head();
    let policies = |key| {
        head.annotation(key)
            .map(|v| list(v).collect::<Vec<_>>())
            .unwrap_or_default()
    };
    let delete_policies = policies("helm.sh/hook-delete-policy");
    let output_log_policies = policies("helm.sh/hook-output-log-policy");
    let weight = head
        .annotation("helm.sh/hook-weight")
        .and_then(|w| w.parse().ok())
        .unwrap_or(0);
    Hook {
        document,
        events,
        weight,
        delete_policies,
        output_log_policies,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HELM3, HELM4};

    fn file(path: &str, text: &str) -> RenderedFile {
        let mut output = evenkeel_value::Rope::new();
        output.push_bytes(text.as_bytes());
        RenderedFile {
            path: path.into(),
            output,
        }
    }

    fn texts<'a>(documents: impl IntoIterator<Item = &'a Document>) -> Vec<String> {
        documents
            .into_iter()
            .map(|d| String::from_utf8_lossy(d.text()).into_owned())
            .collect()
    }

    #[test]
    fn sorts_by_path_then_kind() {
        let files = vec![
            file("c/templates/z.yaml", "kind: Namespace"),
            file(
                "c/templates/a.yaml",
                "kind: Service\n---\nkind: Foo\n---\nn: 1",
            ),
            file("c/templates/B.yaml", "kind: Service\nn: 2"),
            file("c/templates/_x.yaml", "kind: Pod"),
        ];
        let sorted = sort(files, &HELM4).expect("sorts");
        assert_eq!(
            texts(&sorted.manifests),
            [
                "kind: Namespace",
                "kind: Service\nn: 2",
                "kind: Service\n",
                "n: 1",
                "kind: Foo\n"
            ]
        );
    }

    #[test]
    fn helm_3_sorts_webhooks_by_name() {
        let text = "kind: ValidatingWebhookConfiguration\n---\nkind: Foo\n";
        let kinds = |rules| {
            let sorted = sort(vec![file("a", text)], rules).expect("sorts");
            sorted
                .manifests
                .iter()
                .map(|d| d.head().kind.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(kinds(&HELM4), ["ValidatingWebhookConfiguration", "Foo"]);
        assert_eq!(kinds(&HELM3), ["Foo", "ValidatingWebhookConfiguration"]);
    }

    #[test]
    fn hooks_are_told_apart_and_unknown_ones_dropped() {
        let text = "metadata: {annotations: {helm.sh/hook: ' Pre-Install , TEST', helm.sh/hook-weight: 5}}\n\
                    ---\nmetadata: {annotations: {helm.sh/hook: 'pre-install,nope'}}\n\
                    ---\nmetadata: {annotations: {helm.sh/hook: ''}}\n";
        let sorted = sort(vec![file("a", text)], &HELM4).expect("sorts");
        assert!(sorted.manifests.is_empty());
        assert_eq!(sorted.hooks.len(), 1);
        assert_eq!(sorted.hooks[0].events, [Event::PreInstall, Event::Test]);
        assert_eq!(sorted.hooks[0].weight, 5);
        assert!(sorted.hooks[0].is_test());
        assert_eq!(sorted.notes.len(), 2);
    }

    #[test]
    fn the_first_bad_document_fails() {
        let files = vec![
            file("c/b.yaml", "- 1"),
            file("c/a.yaml", "kind: Job\n---\nfoo"),
        ];
        let error = sort(files, &HELM3).expect_err("fails");
        assert_eq!(
            error.diagnostic.native.as_deref(),
            Some(
                "YAML parse error on c/a.yaml: error unmarshaling JSON: while decoding JSON: json: \
                 cannot unmarshal string into Go value of type releaseutil.SimpleHead"
            )
        );
        assert_eq!(error.document.text(), b"foo");
        assert_eq!(error.files.len(), 2);
    }
}
