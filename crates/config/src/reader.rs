//! Walks the document and collects what is wrong with it.

use std::collections::HashMap;

use evenkeel_diagnostics::{Code, Diagnostic, Span};
use evenkeel_yaml::{Document, Error, ErrorKind, NodeKind, NodeRef, ScalarStyle, Spanned};

use crate::similar::closest;

pub(crate) const SYNTAX: Code = Code::new("config/syntax");
pub(crate) const UNKNOWN_KEY: Code = Code::new("config/unknown-key");
pub(crate) const DUPLICATE_KEY: Code = Code::new("config/duplicate-key");
pub(crate) const MISSING: Code = Code::new("config/missing");
pub(crate) const TYPE: Code = Code::new("config/type");
pub(crate) const VALUE: Code = Code::new("config/value");
pub(crate) const REFERENCE: Code = Code::new("config/reference");
pub(crate) const BUDGET: Code = Code::new("config/budget");

/// How many nodes are looked at, those that aliases repeat included.
const MAX_VISITS: usize = 2 * crate::MAX_NODES;

/// How deep merge keys lead into one another.
const MAX_MERGES: usize = 16;

/// Text that is no YAML, or too much of it; `what` it should have been.
pub(crate) fn syntax(error: &Error, what: &str) -> Diagnostic {
    let code = match error.kind() {
        ErrorKind::Budget => BUDGET,
        _ => SYNTAX,
    };
    let text = error.text();
    let text = text.strip_prefix("yaml: ").unwrap_or(text);
    // The place says which line it is.
    let text = match text
        .strip_prefix("line ")
        .and_then(|rest| rest.split_once(": "))
    {
        Some((_, rest)) => rest,
        None => text,
    };
    Diagnostic::error(code, format!("{what} is no YAML: {text}")).at(error.span())
}

/// Reads nodes; what is wrong is kept, not returned.
pub(crate) struct Reader<'d> {
    source: &'d [u8],
    diagnostics: Vec<Diagnostic>,
    visits: usize,
}

impl<'d> Reader<'d> {
    pub(crate) fn new(document: &Document<'d>) -> Reader<'d> {
        Reader {
            source: document.source(),
            diagnostics: Vec::new(),
            visits: 0,
        }
    }

    pub(crate) fn finish(self) -> Vec<Diagnostic> {
        self.diagnostics
    }

    /// The bytes of a place, as they are written.
    pub(crate) fn source(&self, span: Span) -> &'d [u8] {
        let range = span.start as usize..span.end as usize;
        self.source.get(range).unwrap_or_default()
    }

    pub(crate) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Reports a value of the wrong type; gives nothing for the caller to return.
    pub(crate) fn mistyped<T>(&mut self, node: NodeRef<'_>, expected: &str) -> Option<T> {
        let found = describe(node);
        let message = format!("expected {expected}, found {found}");
        self.report(Diagnostic::error(TYPE, message).at(node.span()));
        None
    }

    /// Reports a value that cannot be; gives nothing for the caller to return.
    pub(crate) fn invalid<T>(&mut self, span: Span, message: String, help: &str) -> Option<T> {
        let diagnostic = Diagnostic::error(VALUE, message).at(span);
        self.report(if help.is_empty() {
            diagnostic
        } else {
            diagnostic.with_help(help)
        });
        None
    }

    /// Counts a node; past the budget everything is empty, so that aliases cannot multiply without end.
    pub(crate) fn visit(&mut self, node: NodeRef<'_>) -> bool {
        self.visits += 1;
        if self.visits == MAX_VISITS {
            let message = "the configuration repeats too much by aliases";
            self.report(Diagnostic::error(BUDGET, message).at(node.span()));
        }
        self.visits < MAX_VISITS
    }

    /// The text of a scalar.
    pub(crate) fn text(&mut self, node: NodeRef<'_>, expected: &str) -> Option<String> {
        match node.kind() {
            NodeKind::Scalar(_) if !is_null(node) => {
                Some(String::from_utf8_lossy(node.text()).into_owned())
            }
            _ => self.mistyped(node, expected),
        }
    }

    /// The items of a list; null is an empty one.
    pub(crate) fn items<'n>(
        &mut self,
        node: NodeRef<'n>,
        expected: &str,
    ) -> Option<Vec<NodeRef<'n>>> {
        match node.kind() {
            NodeKind::Sequence => {
                let items = node.children().map(NodeRef::resolved);
                Some(items.take_while(|item| self.visit(*item)).collect())
            }
            NodeKind::Scalar(_) if is_null(node) => Some(Vec::new()),
            _ => self.mistyped(node, expected),
        }
    }

    /// The entries of a mapping in the order they are written, those of merge keys last; null is an
    /// empty one. Keys that occur twice are reported.
    pub(crate) fn entries<'n>(
        &mut self,
        node: NodeRef<'n>,
        expected: &str,
    ) -> Option<Vec<(Spanned<String>, NodeRef<'n>)>> {
        match node.kind() {
            NodeKind::Mapping => {
                let mut found = Vec::new();
                self.collect(node, MAX_MERGES, &mut found, &mut HashMap::new());
                Some(found)
            }
            NodeKind::Scalar(_) if is_null(node) => Some(Vec::new()),
            _ => self.mistyped(node, expected),
        }
    }

    fn collect<'n>(
        &mut self,
        node: NodeRef<'n>,
        merges: usize,
        found: &mut Vec<(Spanned<String>, NodeRef<'n>)>,
        outer: &mut HashMap<String, Span>,
    ) {
        let mut own: HashMap<String, Span> = HashMap::new();
        let mut merged = Vec::new();
        for (key, value) in node.entries() {
            if !self.visit(key) {
                return;
            }
            if key.text() == b"<<" && is_plain(key) {
                merged.push(value.resolved());
                continue;
            }
            let NodeKind::Scalar(_) = key.resolved().kind() else {
                self.mistyped::<()>(key.resolved(), "a key");
                continue;
            };
            let span = key.span();
            let key = String::from_utf8_lossy(key.resolved().text()).into_owned();
            if let Some(first) = own.insert(key.clone(), span) {
                let message = format!("`{key}` is here twice");
                let diagnostic = Diagnostic::error(DUPLICATE_KEY, message).at(span);
                self.report(diagnostic.with_secondary(first, "first here"));
            } else if !outer.contains_key(&key) {
                found.push((Spanned { value: key, span }, value.resolved()));
            }
        }
        outer.extend(own);
        for value in merged {
            self.merge(value, merges, found, outer);
        }
    }

    /// Adds what a merge key brings: the entries of a mapping, or of each mapping of a list.
    fn merge<'n>(
        &mut self,
        value: NodeRef<'n>,
        merges: usize,
        found: &mut Vec<(Spanned<String>, NodeRef<'n>)>,
        outer: &mut HashMap<String, Span>,
    ) {
        let Some(left) = merges.checked_sub(1) else {
            let message = "merge keys lead into one another too deep";
            self.report(Diagnostic::error(BUDGET, message).at(value.span()));
            return;
        };
        match value.kind() {
            NodeKind::Mapping => self.collect(value, left, found, outer),
            NodeKind::Sequence => {
                for item in value.children().map(NodeRef::resolved) {
                    if !self.visit(item) {
                        return;
                    }
                    self.merge(item, left, found, outer);
                }
            }
            _ => {
                self.mistyped::<()>(value, "a mapping to merge");
            }
        }
    }

    /// Reports a key that a mapping does not know.
    pub(crate) fn unknown_key(&mut self, key: &Spanned<String>, owner: &str, known: &[&str]) {
        let message = format!("unknown key `{}` in {owner}", key.value);
        let help = match closest(&key.value, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("known keys: {}", known.join(", ")),
        };
        self.report(
            Diagnostic::error(UNKNOWN_KEY, message)
                .at(key.span)
                .with_help(help),
        );
    }
}

/// Whether the text of a scalar decides what it is.
pub(crate) fn is_plain(node: NodeRef<'_>) -> bool {
    node.kind() == NodeKind::Scalar(ScalarStyle::Plain) && node.tag().is_none()
}

pub(crate) fn is_null(node: NodeRef<'_>) -> bool {
    is_plain(node) && matches!(node.text(), b"" | b"~" | b"null" | b"Null" | b"NULL")
}

/// What a person would call a value.
fn describe(node: NodeRef<'_>) -> String {
    match node.kind() {
        NodeKind::Mapping => "a mapping".to_owned(),
        NodeKind::Sequence => "a list".to_owned(),
        _ if is_null(node) => "nothing".to_owned(),
        _ => {
            let text = String::from_utf8_lossy(node.text());
            let line = text.lines().next().unwrap_or_default();
            let short: String = line.chars().take(40).collect();
            format!("`{short}`")
        }
    }
}
