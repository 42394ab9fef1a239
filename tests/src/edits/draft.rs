//! A pair in the making: documents, edits and what they come to.

use std::fmt;

use super::emit::Style;
use super::node::Node;
use super::path::{self, SETS, Step};
use super::score::{Expected, Kind};
use super::{bases, embedded, secrets};

/// What an object is called, as the first side has it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Identity {
    /// The API group; empty for the core.
    pub group: String,
    /// The kind.
    pub kind: String,
    /// The namespace; empty for none.
    pub namespace: String,
    /// The name.
    pub name: String,
}

impl Identity {
    fn of(node: &Node) -> Identity {
        let group = node
            .text_at(&["apiVersion"])
            .split_once('/')
            .map(|(group, _)| group);
        Identity {
            group: group.unwrap_or_default().to_owned(),
            kind: node.text_at(&["kind"]).to_owned(),
            namespace: node.text_at(&["metadata", "namespace"]).to_owned(),
            name: node.text_at(&["metadata", "name"]).to_owned(),
        }
    }
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}/{}/{}/{}",
            self.group, self.kind, self.namespace, self.name
        )
    }
}

/// How documents are spread over files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// One file.
    #[default]
    File,
    /// A folder, with this many documents in a file, and folders below it.
    Folder(usize),
    /// One file with one `List`.
    List,
}

/// The two sides of a pair, and the changes that edits made so far.
#[derive(Debug, Clone, Default)]
pub struct Draft {
    before: Vec<Node>,
    after: Vec<(Node, Identity)>,
    pub(super) expected: Vec<Expected>,
    /// Where edits were made, also those that change nothing.
    pub(super) touched: Vec<(Identity, String)>,
    /// How the two sides are written.
    pub(super) styles: [Style; 2],
    /// How the two sides are spread.
    pub(super) layouts: [Layout; 2],
}

/// A side as files: names within a folder, or one file with an empty name.
pub type Files = Vec<(String, String)>;

impl Draft {
    /// Both sides are the base.
    pub(super) fn of(base: &str) -> Draft {
        let before = bases::documents(base);
        let after = before
            .iter()
            .map(|node| (node.clone(), Identity::of(node)))
            .collect();
        Draft {
            before,
            after,
            ..Draft::default()
        }
    }

    /// The side before and the side after, as files.
    pub(super) fn sides(&self) -> [Files; 2] {
        let after: Vec<Node> = self.after.iter().map(|(node, _)| node.clone()).collect();
        [
            files(&self.before, self.styles[0], self.layouts[0]),
            files(&after, self.styles[1], self.layouts[1]),
        ]
    }

    /// Begins edits of the object `Kind/name`.
    pub(super) fn at(&mut self, object: &str) -> Editing<'_> {
        let is_it = |(node, _): &(Node, Identity)| {
            object.split_once('/')
                == Some((node.text_at(&["kind"]), node.text_at(&["metadata", "name"])))
        };
        let found = self.after.iter().rposition(is_it);
        let index = found.unwrap_or_else(|| panic!("no object {object}"));
        Editing { draft: self, index }
    }

    /// Adds an object.
    pub(super) fn create(&mut self, yaml: &str) {
        let node = Node::parse(yaml);
        let identity = Identity::of(&node);
        self.expect(&identity, "", Kind::Added);
        self.after.push((node, identity));
    }

    /// Puts an object into both sides, so that an edit can begin with it.
    pub(super) fn given(&mut self, yaml: &str) {
        let mut node = Node::parse(yaml);
        embedded::settle(&mut node);
        self.before.push(node.clone());
        let identity = Identity::of(&node);
        self.after.push((node, identity));
    }

    /// All documents of both sides.
    pub(super) fn nodes_mut(&mut self) -> impl Iterator<Item = &mut Node> {
        let after = self.after.iter_mut().map(|(node, _)| node);
        self.before.iter_mut().chain(after)
    }

    /// Whether objects come, go or come twice, so that an edit could not find its own.
    pub(super) fn has_new_objects(&self) -> bool {
        self.expected
            .iter()
            .any(|change| change.path.is_empty() || change.path.starts_with("metadata.name"))
            || self.touched.is_empty()
    }

    /// What no output may hold.
    pub(super) fn secrets(&self) -> Vec<String> {
        let documents = self
            .before
            .iter()
            .chain(self.after.iter().map(|(node, _)| node));
        secrets::values(documents)
    }

    fn expect(&mut self, identity: &Identity, path: &str, kind: Kind) {
        let expected = Expected {
            object: identity.clone(),
            path: path.to_owned(),
            kind,
        };
        self.touched.push((identity.clone(), path.to_owned()));
        self.expected.push(expected);
    }
}

fn files(documents: &[Node], style: Style, layout: Layout) -> Files {
    match layout {
        Layout::File => vec![(String::new(), style.file(documents))],
        Layout::List => {
            let entry = |key: &str, text: &str| (key.to_owned(), Node::Str(text.to_owned()));
            let items = ("items".to_owned(), Node::List(documents.to_vec()));
            let list = Node::Map(vec![
                entry("apiVersion", "v1"),
                entry("kind", "List"),
                items,
            ]);
            vec![(String::new(), style.file(&[list]))]
        }
        Layout::Folder(size) => {
            let file = |(i, part): (usize, &[Node])| {
                let folder = if i % 3 == 2 { "more/" } else { "" };
                (format!("{folder}{i:02}.yaml"), style.file(part))
            };
            documents.chunks(size).enumerate().map(file).collect()
        }
    }
}

/// Edits of one object of the side after. Paths are as [`super`] has them. An edit that does not fit the object
/// panics: it is a mistake in the table of edits.
pub(super) struct Editing<'d> {
    draft: &'d mut Draft,
    index: usize,
}

impl Editing<'_> {
    /// Another value: `changed`.
    pub(super) fn set(self, path: &str, yaml: &str) -> Self {
        self.put(path, &Node::parse(yaml))
            .expect(path, Kind::Changed)
    }

    /// Another string: `changed`.
    pub(super) fn text(self, path: &str, text: &str) -> Self {
        self.put(path, &Node::Str(text.to_owned()))
            .expect(path, Kind::Changed)
    }

    /// A part of a string becomes another: `changed`.
    pub(super) fn replace(self, path: &str, from: &str, to: &str) -> Self {
        self.rewrite(path, |text| {
            assert!(text.contains(from), "no {from:?} in {text}");
            text.replacen(from, to, 1)
        })
        .expect(path, Kind::Changed)
    }

    /// A key or an item that was not there: `added`. Items go to the place that their bracket says, else to the end.
    pub(super) fn add(self, path: &str, yaml: &str) -> Self {
        let value = Node::parse(yaml);
        self.enter(path, |parent, step, kind, field| match parent {
            Node::Map(entries) => {
                assert!(
                    entries.iter().all(|(key, _)| *key != step.text),
                    "{path} is there"
                );
                entries.push((step.text.clone(), value.clone()));
            }
            Node::List(items) => {
                items.push(value.clone());
                if path::key_of(items, kind, field).is_none() {
                    let place = step
                        .text
                        .parse()
                        .unwrap_or_else(|_| panic!("{path} has no key"));
                    let last = items.pop().unwrap_or_else(|| panic!("just put in"));
                    items.insert(place, last);
                }
            }
            _ => panic!("{path} has no parent"),
        })
        .expect(path, Kind::Added)
    }

    /// The same at the beginning of a list with a key.
    pub(super) fn add_first(self, path: &str, yaml: &str) -> Self {
        let editing = self.add(path, yaml);
        let (list, _) = path
            .rsplit_once('[')
            .unwrap_or_else(|| panic!("{path} is no item"));
        editing.permute(list, |items| items.rotate_right(1))
    }

    /// A key or an item that goes: `removed`.
    pub(super) fn remove(self, path: &str) -> Self {
        self.take(path).expect(path, Kind::Removed)
    }

    /// A value that moves to another key: `removed` and `added`.
    pub(super) fn shift(mut self, from: &str, to: &str) -> Self {
        let mut value = Node::Plain("null".to_owned());
        self = self.enter(from, |parent, step, kind, field| {
            slot(parent, step, kind, field).clone_into(&mut value);
        });
        let yaml = Style::default().document(&value);
        self.remove(from).add(to, &yaml)
    }

    /// The same in another spelling: no change.
    pub(super) fn respell(self, path: &str, yaml: &str) -> Self {
        self.put(path, &Node::parse(yaml)).touch(path)
    }

    /// A key whose value is null: no change.
    pub(super) fn add_null(self, path: &str) -> Self {
        let editing = self.add(path, "null");
        editing.draft.expected.pop();
        editing
    }

    /// A null that goes: no change.
    pub(super) fn drop_null(self, path: &str) -> Self {
        self.take(path).touch(path)
    }

    /// Data within a string, written in another style: no change.
    pub(super) fn restyle(self, path: &str, style: Style) -> Self {
        self.rewrite(path, |text| {
            let (data, _) = embedded::read(text).unwrap_or_else(|| panic!("no data in {text}"));
            style.document(&data)
        })
        .touch(path)
    }

    /// Another order of a list whose order is nothing: no change.
    pub(super) fn reorder(self, list: &str) -> Self {
        let editing = self.enter(list, |parent, step, kind, field| {
            let field_of_list = below(field, step);
            let Node::List(items) = slot(parent, step, kind, field) else {
                panic!("{list} is no list")
            };
            let is_set = SETS.contains(&step.text.as_str())
                || path::key_of(items, kind, &field_of_list).is_some();
            assert!(is_set, "the order of {list} means something");
        });
        editing
            .permute(list, |items| items.rotate_left(1))
            .touch(list)
    }

    /// Another order of a list whose order means something: `moved`.
    pub(super) fn sequence(self, list: &str) -> Self {
        self.permute(list, |items| items.rotate_left(1))
            .expect(list, Kind::Moved)
    }

    /// Another name.
    pub(super) fn rename(self, name: &str) -> Self {
        self.set("metadata.name", &format!("{name:?}"))
    }

    /// The object goes, and is one change.
    pub(super) fn delete(self) {
        let (_, identity) = self.draft.after.remove(self.index);
        self.draft.expect(&identity, "", Kind::Removed);
    }

    /// The object comes twice.
    pub(super) fn repeat(self) -> Self {
        let copy = self.draft.after[self.index].clone();
        self.draft.before.push(copy.0.clone());
        self.draft.after.push(copy);
        self
    }

    fn put(self, path: &str, value: &Node) -> Self {
        self.enter(path, |parent, step, kind, field| {
            let place = slot(parent, step, kind, field);
            assert_ne!(place, value, "{path} is that already");
            value.clone_into(place);
        })
    }

    fn rewrite(self, path: &str, change: impl Fn(&str) -> String) -> Self {
        self.enter(path, |parent, step, kind, field| {
            let Node::Str(text) = slot(parent, step, kind, field) else {
                panic!("{path} is no string")
            };
            *text = change(text);
        })
    }

    fn take(self, path: &str) -> Self {
        self.enter(path, |parent, step, kind, field| match parent {
            Node::Map(entries) => entries.retain(|(key, _)| *key != step.text),
            Node::List(items) => {
                let place = path::item(items, &step.text, kind, field);
                items.remove(place.unwrap_or_else(|| panic!("no {path}")));
            }
            _ => panic!("{path} has no parent"),
        })
    }

    fn permute(self, list: &str, change: impl Fn(&mut Vec<Node>)) -> Self {
        self.enter(list, |parent, step, kind, field| {
            let Node::List(items) = slot(parent, step, kind, field) else {
                panic!("{list} is no list")
            };
            let before = items.clone();
            change(items);
            assert_ne!(before, *items, "{list} has the same order");
        })
    }

    /// Calls with what holds the last step of a path; `field` is the path to that.
    fn enter(self, path: &str, mut act: impl FnMut(&mut Node, &Step, &str, &str)) -> Self {
        let node = &mut self.draft.after[self.index].0;
        let kind = node.text_at(&["kind"]).to_owned();
        descend(node, &path::steps(path), &kind, "", &mut act);
        self
    }

    fn expect(self, path: &str, kind: Kind) -> Self {
        let identity = self.draft.after[self.index].1.clone();
        self.draft.expect(&identity, path, kind);
        self
    }

    fn touch(self, path: &str) -> Self {
        let identity = self.draft.after[self.index].1.clone();
        self.draft.touched.push((identity, path.to_owned()));
        self
    }
}

type Act<'a> = &'a mut dyn FnMut(&mut Node, &Step, &str, &str);

fn descend(node: &mut Node, steps: &[Step], kind: &str, field: &str, act: Act<'_>) {
    if let Node::Str(text) = node {
        let (mut data, format) =
            embedded::read(text).unwrap_or_else(|| panic!("no data in {text}"));
        descend(&mut data, steps, "", field, act);
        *text = embedded::write(&data, format);
        return;
    }
    match steps {
        [] => panic!("an empty path"),
        [last] => act(node, last, kind, field),
        [step, rest @ ..] => descend(
            slot(node, step, kind, field),
            rest,
            kind,
            &below(field, step),
            act,
        ),
    }
}

/// The path one step on; the places of items do not matter to what a list is.
fn below(field: &str, step: &Step) -> String {
    if field.is_empty() {
        step.text.clone()
    } else {
        format!("{field}.{}", step.text)
    }
}

fn slot<'n>(parent: &'n mut Node, step: &Step, kind: &str, field: &str) -> &'n mut Node {
    let found = match parent {
        Node::Map(entries) => entries
            .iter_mut()
            .find(|(key, _)| *key == step.text)
            .map(|(_, value)| value),
        Node::List(items) => {
            path::item(items, &step.text, kind, field).and_then(|place| items.get_mut(place))
        }
        _ => None,
    };
    found.unwrap_or_else(|| panic!("no {} below {field}", step.text))
}
