//! What `helm template` writes: documents with their `# Source:` lines.

use std::io::{self, Write};
use std::ops::Range;
use std::sync::Arc;

use evenkeel_value::Rope;

use crate::space::{leading_space, without_trailing_space};
use crate::{Document, Hook, RenderedFile, Separator, split};

/// A file of `crds/`, printed as it is.
#[derive(Debug, Clone)]
pub struct Crd {
    /// Its path from the chart's name on, such as `app/crds/widget.yaml`.
    pub path: Arc<str>,
    /// Its bytes.
    pub text: Arc<[u8]>,
}

/// Documents in Helm's layout. It shares their texts.
#[derive(Debug, Default)]
pub struct Listing {
    parts: Vec<Part>,
}

/// A range of a text.
#[derive(Debug)]
struct Part {
    text: Text,
    range: Range<usize>,
}

#[derive(Debug)]
enum Text {
    Rendered(Arc<RenderedFile>),
    Plain(Arc<[u8]>),
}

impl Listing {
    /// Custom resource definitions, then manifests, trimmed and closed by one newline, as
    /// `helm template` prints `release.Manifest`; then the hooks.
    pub fn of(crds: &[Crd], manifests: &[Document], hooks: &[&Hook]) -> Listing {
        let mut listing = Listing::untrimmed(crds, manifests);
        listing.close_manifests();
        listing.add_hooks(hooks);
        listing
    }

    /// The files as they were rendered, with the hooks known so far: what `--debug` shows when a
    /// document does not parse.
    pub fn of_files(files: &[Arc<RenderedFile>], hooks: &[&Hook]) -> Listing {
        let mut listing = Listing::default();
        for file in files {
            let text = file.output.as_bytes();
            if leading_space(text) < text.len() {
                listing.add(&file.path, Part::of_file(file, 0..text.len()));
            }
        }
        listing.close_manifests();
        listing.add_hooks(hooks);
        listing
    }

    /// A listing of manifests that a post-renderer wrote, and the hooks.
    pub fn of_text(manifests: &[u8], hooks: &[&Hook]) -> Listing {
        let mut listing = Listing::default();
        listing.parts.push(Part::plain(manifests));
        listing.close_manifests();
        listing.add_hooks(hooks);
        listing
    }

    /// What a post-renderer of Helm 3 reads: the manifests before they are trimmed, without hooks.
    pub fn manifests_only(crds: &[Crd], manifests: &[Document]) -> Rope {
        Listing::untrimmed(crds, manifests).into_rope()
    }

    /// Everything, with its writers.
    pub fn into_rope(self) -> Rope {
        self.rope()
    }

    /// Writes everything. The pieces are small: `out` should have a buffer.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_to(&self, out: &mut impl Write) -> io::Result<()> {
        self.parts
            .iter()
            .try_for_each(|part| out.write_all(part.bytes()))
    }

    /// Only the documents of the templates that the patterns name (`--show-only`), in the order of the
    /// patterns, or `Err` with the first pattern that names none. `matches` is Go's `filepath.Match`.
    ///
    /// Like Helm it splits the whole text again, so a comment `# Source: …` inside a document counts.
    ///
    /// # Errors
    /// The pattern that matches nothing.
    pub fn only<'a>(
        &self,
        patterns: &'a [String],
        separator: Separator,
        matches: impl Fn(&str, &str) -> bool,
    ) -> Result<Rope, &'a str> {
        let all = self.rope();
        let text = all.as_bytes();
        let documents: Vec<_> = split(text, separator)
            .into_iter()
            .filter_map(|range| Some((source_below_chart(&text[range.clone()])?, range)))
            .collect();
        let mut out = Rope::new();
        for pattern in patterns {
            let mut missing = true;
            for (path, range) in &documents {
                if matches(pattern, path) {
                    missing = false;
                    out.push_bytes(b"---\n");
                    out.push_rope(&all, range.start, range.end);
                    out.push_bytes(b"\n");
                }
            }
            if missing {
                return Err(pattern);
            }
        }
        Ok(out)
    }

    fn untrimmed(crds: &[Crd], manifests: &[Document]) -> Listing {
        let mut listing = Listing::default();
        for crd in crds {
            listing.add(&crd.path, Part::plain(Arc::clone(&crd.text)));
        }
        for document in manifests {
            listing.add(document.path(), Part::of_document(document));
        }
        listing
    }

    fn add_hooks(&mut self, hooks: &[&Hook]) {
        for hook in hooks {
            self.add(hook.document.path(), Part::of_document(&hook.document));
        }
    }

    fn add(&mut self, path: &str, part: Part) {
        let head = format!("---\n# Source: {path}\n");
        self.parts.push(Part::plain(head.into_bytes()));
        self.parts.push(part);
        self.parts.push(Part::plain(*b"\n"));
    }

    /// `fmt.Fprintln(strings.TrimSpace(manifest))`.
    fn close_manifests(&mut self) {
        // Only what a post-renderer wrote begins with space, and that is one part.
        if let Some(first) = self.parts.first_mut() {
            first.range.start += leading_space(first.bytes());
        }
        while let Some(last) = self.parts.last_mut() {
            last.range.end = last.range.start + without_trailing_space(last.bytes());
            if !last.range.is_empty() {
                break;
            }
            self.parts.pop();
        }
        self.parts.push(Part::plain(*b"\n"));
    }

    fn rope(&self) -> Rope {
        let mut out = Rope::with_capacity(self.parts.iter().map(|part| part.range.len()).sum());
        for part in &self.parts {
            match &part.text {
                Text::Rendered(file) => {
                    out.push_rope(&file.output, part.range.start, part.range.end);
                }
                Text::Plain(_) => out.push_bytes(part.bytes()),
            }
        }
        out
    }
}

impl Part {
    fn plain(text: impl Into<Arc<[u8]>>) -> Part {
        let text = text.into();
        Part {
            range: 0..text.len(),
            text: Text::Plain(text),
        }
    }

    fn of_file(file: &Arc<RenderedFile>, range: Range<usize>) -> Part {
        Part {
            text: Text::Rendered(Arc::clone(file)),
            range,
        }
    }

    fn of_document(document: &Document) -> Part {
        Part::of_file(document.file(), document.range())
    }

    fn bytes(&self) -> &[u8] {
        let text = match &self.text {
            Text::Rendered(file) => file.output.as_bytes(),
            Text::Plain(text) => text,
        };
        &text[self.range.clone()]
    }
}

/// The first match of `# Source: [^/]+/(.+)`: the template's path below the chart's name.
fn source_below_chart(document: &[u8]) -> Option<String> {
    const MARK: &[u8] = b"# Source: ";
    let mut from = 0;
    while let Some(at) = memchr::memmem::find(&document[from..], MARK) {
        from += at + MARK.len();
        let rest = &document[from..];
        // `[^/]+` runs over line ends, `.+` does not.
        let slash = memchr::memchr(b'/', rest)?;
        let path = rest[slash + 1..]
            .split(|&b| b == b'\n')
            .next()
            .unwrap_or_default();
        if slash > 0 && !path.is_empty() {
            return Some(String::from_utf8_lossy(path).into_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HELM3, HELM4, sort};

    fn listing(files: &[(&str, &str)], rules: &crate::Rules) -> Listing {
        let files = files
            .iter()
            .map(|(path, text)| {
                let mut output = Rope::new();
                output.push_bytes(text.as_bytes());
                RenderedFile {
                    path: (*path).into(),
                    output,
                }
            })
            .collect();
        let sorted = sort(files, rules).expect("sorts");
        Listing::of(
            &[],
            &sorted.manifests,
            &sorted.hooks.iter().collect::<Vec<_>>(),
        )
    }

    #[test]
    fn helm_4_keeps_blank_lines_between_documents() {
        let files = [("c/t/a.yaml", "a: 1\n---\nb: 2\n")];
        assert_eq!(
            listing(&files, &HELM4).into_rope().as_bytes(),
            b"---\n# Source: c/t/a.yaml\na: 1\n\n---\n# Source: c/t/a.yaml\nb: 2\n"
        );
        assert_eq!(
            listing(&files, &HELM3).into_rope().as_bytes(),
            b"---\n# Source: c/t/a.yaml\na: 1\n---\n# Source: c/t/a.yaml\nb: 2\n"
        );
    }

    #[test]
    fn hooks_only_start_with_an_empty_line() {
        let hook = "metadata: {annotations: {helm.sh/hook: test}}\n";
        assert_eq!(
            listing(&[("c/t/h.yaml", hook)], &HELM4)
                .into_rope()
                .as_bytes(),
            format!("\n---\n# Source: c/t/h.yaml\n{hook}\n").as_bytes()
        );
        assert_eq!(listing(&[], &HELM4).into_rope().as_bytes(), b"\n");
    }

    #[test]
    fn shows_only_what_is_asked_for() {
        let all = listing(
            &[("c/t/a.yaml", "a: 1\n"), ("c/t/b.yaml", "b: 1\n")],
            &HELM4,
        );
        let equal = |pattern: &str, path: &str| pattern == path;
        let patterns = ["t/b.yaml".to_owned(), "t/nope.yaml".to_owned()];
        assert_eq!(
            all.only(&patterns, Separator::Line, equal).map(|_| ()),
            Err("t/nope.yaml")
        );
        let out = all
            .only(&patterns[..1], Separator::Line, equal)
            .expect("is there");
        assert_eq!(out.as_bytes(), b"---\n# Source: c/t/b.yaml\nb: 1\n\n");
    }
}
