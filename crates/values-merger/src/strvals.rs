//! The language of `--set` and its relatives: Helm's `pkg/strvals`.
//!
//! `a.b[0].c=value,d={x,y}`. Helm's parser works on runes and changes the target as it reads; where it
//! stops half-way without an error (`a[0]`, `a.`), what it has done so far stays. So does ours.

use std::iter::Peekable;
use std::str::CharIndices;
use std::sync::Arc;

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::{FileId, Origin};
use evenkeel_value::Data;
use evenkeel_value::number::{atoi, parse_int, quote, quote_rune};

use crate::json_value;
use crate::tree::{Node, Slot, Table};

/// The largest index that a list may be given.
const MAX_INDEX: i64 = 65_536;
/// The deepest nesting of names.
const MAX_LEVEL: u32 = 30;
/// The deepest nesting of indexes; a limit of ours, far beyond use, that guards the stack.
const MAX_INDEXES: u32 = 500;

/// Reads the file that a value of `--set-file` names; the error is Go's text.
pub(crate) type FileReader<'a> = dyn FnMut(&str) -> Result<Arc<[u8]>, String> + 'a;

/// How values are read.
pub(crate) enum Mode<'a> {
    /// `--set`: bools, nulls and integers are told from strings.
    Typed,
    /// `--set-string`.
    Strings,
    /// `--set-file`: values are paths.
    Files(&'a mut FileReader<'a>),
    /// `--set-json`: values are JSON.
    Json,
    /// `--set-literal`: the value is all the rest; nothing is escaped.
    Literal,
}

/// Reads `text` into `target`. Origins are offsets into `file`, which holds the text.
///
/// # Errors
/// Helm's text, such as `key "a" has no value`.
pub(crate) fn parse_into(
    text: &str,
    target: &mut Table,
    mode: Mode<'_>,
    file: FileId,
    helm: HelmVersion,
) -> Result<(), String> {
    let runes = text.char_indices().peekable();
    let mut parser = Parser {
        text,
        runes,
        mode,
        file,
        helm,
    };
    loop {
        match parser.key(target, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Error(error)) => return Err(error),
        }
    }
}

/// Why parsing stops: Go's `io.EOF`, which is no failure, or an error.
#[derive(Debug)]
enum Stop {
    End,
    Error(String),
}

type Step<T = ()> = Result<T, Stop>;

fn error<T>(text: impl Into<String>) -> Step<T> {
    Err(Stop::Error(text.into()))
}

struct Parser<'t, 'm> {
    text: &'t str,
    runes: Peekable<CharIndices<'t>>,
    mode: Mode<'m>,
    file: FileId,
    helm: HelmVersion,
}

impl Parser<'_, '_> {
    /// One key and its value, into `data`.
    fn key(&mut self, data: &mut Table, level: u32) -> Step {
        let start = self.origin();
        let stops: &[char] = match self.mode {
            Mode::Literal => &['=', '[', '.'],
            _ => &['=', '[', ',', '.'],
        };
        let (key, last) = self.until(stops);
        match last {
            None if key.is_empty() => Err(Stop::End),
            None => error(format!("key {} has no value", quote(key.as_bytes()))),
            Some('[') => self.indexed(data, &key, start, level),
            Some('=') => self.value(data, &key, start),
            Some('.') => self.nested(data, &key, start, level + 1),
            Some(_) => {
                let key = quote(key.as_bytes());
                error(format!("key {key} has no value (cannot end with ,)"))
            }
        }
    }

    /// After `key[`.
    fn indexed(&mut self, data: &mut Table, key: &str, start: Origin, level: u32) -> Step {
        let index = self.index()?;
        let mut fresh = Vec::new();
        let list = match data.get_mut(key.as_bytes()) {
            Some(slot) => self.assert_list(&mut slot.node)?,
            None => &mut fresh,
        };
        let step = self.list_item(list, index, level, 0);
        if !data.contains_key(key.as_bytes()) {
            set(
                data,
                key,
                Slot {
                    node: Node::List(fresh),
                    origin: start,
                },
            );
        }
        step
    }

    /// After `key.`.
    fn nested(&mut self, data: &mut Table, key: &str, start: Origin, level: u32) -> Step {
        if level > MAX_LEVEL {
            return error(format!(
                "value name nested level is greater than maximum supported nested level of {MAX_LEVEL}"
            ));
        }
        let mut fresh = Table::new();
        let inner = match data.get_mut(key.as_bytes()) {
            Some(slot) => self.assert_table(&mut slot.node)?,
            None => &mut fresh,
        };
        let step = self.key(inner, level);
        if step.is_ok() && inner.is_empty() {
            return error(format!("key map {} has no value", quote(key.as_bytes())));
        }
        if !fresh.is_empty() {
            set(
                data,
                key,
                Slot {
                    node: Node::Map(fresh),
                    origin: start,
                },
            );
        }
        step
    }

    /// After `key=`.
    fn value(&mut self, data: &mut Table, key: &str, start: Origin) -> Step {
        match self.mode {
            Mode::Json => {
                let value = self.json()?;
                set(data, key, Slot::new(value, start));
                Ok(())
            }
            Mode::Literal => {
                let value = self.rest();
                set(data, key, Slot::new(value, start));
                Ok(())
            }
            _ if self.runes.peek().is_none() => {
                set(data, key, Slot::new(Data::str(""), start));
                Err(Stop::End)
            }
            _ => {
                let value = self.list_or_scalar()?;
                set(
                    data,
                    key,
                    Slot {
                        node: value,
                        origin: start,
                    },
                );
                Ok(())
            }
        }
    }

    /// The element of `list` at `index`, after `]`.
    fn list_item(&mut self, list: &mut Vec<Slot>, index: i64, level: u32, depth: u32) -> Step {
        if index < 0 {
            return error(format!("negative {index} index not allowed"));
        }
        if depth > MAX_INDEXES {
            return error(format!("more than {MAX_INDEXES} indexes in a row"));
        }
        let start = self.origin();
        let (key, last) = self.until(&['[', '.', '=']);
        if !key.is_empty() {
            let runes: Vec<String> = key.chars().map(|c| quote_rune(u32::from(c))).collect();
            let runes = runes.join(" ");
            return error(format!("unexpected data at end of array index: [{runes}]"));
        }
        let node = match last {
            None => return Err(Stop::End),
            Some('[') => return self.list_in_list(list, index, level, depth + 1),
            Some('.') => return self.map_in_list(list, index, start, level),
            Some(_) => match self.mode {
                Mode::Json => Node::Frozen(self.json()?),
                Mode::Literal => Node::Frozen(self.rest()),
                _ if self.runes.peek().is_none() => Node::Frozen(Data::str("")),
                _ => self.list_or_scalar()?,
            },
        };
        set_index(
            list,
            index,
            Slot {
                node,
                origin: start,
            },
        )
    }

    /// `list[index][…`: an element that is no list, and not null, is a failed type assertion.
    fn list_in_list(&mut self, list: &mut Vec<Slot>, index: i64, level: u32, depth: u32) -> Step {
        let start = self.origin();
        let inner_index = self.index()?;
        let mut fresh = Vec::new();
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        let existing = list.get_mut(at).filter(|slot| !is_null(&slot.node));
        if let Some(slot) = existing {
            let inner = self.assert_list(&mut slot.node)?;
            return self.list_item(inner, inner_index, level, depth);
        }
        self.list_item(&mut fresh, inner_index, level, depth)?;
        set_index(
            list,
            index,
            Slot {
                node: Node::List(fresh),
                origin: start,
            },
        )
    }

    /// `list[index].…`: an element that is no map becomes one.
    fn map_in_list(&mut self, list: &mut Vec<Slot>, index: i64, start: Origin, level: u32) -> Step {
        let at = usize::try_from(index).unwrap_or(usize::MAX);
        if let Some(slot) = list.get_mut(at) {
            if slot.node.table().is_none() {
                *slot = Slot {
                    node: Node::Map(Table::new()),
                    origin: start,
                };
            }
            return match slot.node.table() {
                Some(inner) => self.key(inner, level),
                None => Ok(()),
            };
        }
        let mut fresh = Table::new();
        self.key(&mut fresh, level)?;
        set_index(
            list,
            index,
            Slot {
                node: Node::Map(fresh),
                origin: start,
            },
        )
    }

    /// The number before `]`.
    fn index(&mut self) -> Step<i64> {
        let (digits, last) = self.until(&[']']);
        if last.is_none() {
            // Wrapped, the end of the text is still the end to Helm 4.
            return if self.helm.forgives_open_index() {
                Err(Stop::End)
            } else {
                error("error parsing index: EOF")
            };
        }
        atoi(digits.as_bytes()).or_else(|cause| error(format!("error parsing index: {cause}")))
    }

    /// `{a,b}`, or what stands before the next comma.
    fn list_or_scalar(&mut self) -> Step<Node> {
        if self.runes.next_if(|(_, c)| *c == '{').is_none() {
            let (text, _) = self.until(&[',']);
            return Ok(Node::Frozen(self.scalar(text)?));
        }
        let mut list = Vec::new();
        loop {
            let start = self.origin();
            let (text, last) = self.until(&[',', '}']);
            if last.is_none() {
                return error("list must terminate with '}'");
            }
            if last == Some('}') {
                self.runes.next_if(|(_, c)| *c == ',');
            }
            let value = self.scalar(text)?;
            list.push(Slot::new(value, start));
            if last == Some('}') {
                return Ok(Node::List(list));
            }
        }
    }

    fn scalar(&mut self, text: String) -> Step<Data> {
        match &mut self.mode {
            Mode::Typed => Ok(typed(text)),
            Mode::Files(reader) => match reader(&text) {
                // Go keeps the bytes of the file as they are.
                Ok(content) => Ok(Data::Str(content)),
                Err(text) => error(text),
            },
            Mode::Strings | Mode::Json | Mode::Literal => Ok(Data::Str(text.into_bytes().into())),
        }
    }

    /// A JSON value, spaces and a comma; none at all is null.
    fn json(&mut self) -> Step<Data> {
        if self.skip_to_value() {
            return Ok(Data::Null);
        }
        let start = self.position();
        let rest = &self.text[start..];
        let invalid = || Stop::Error("invalid JSON".to_owned());
        let end = json_value::end(rest).ok_or_else(invalid)?;
        let value = evenkeel_yaml::json::decode(&rest.as_bytes()[..end], self.file)
            .map_err(|cause| Stop::Error(cause.text().to_owned()))?;
        while self.runes.next_if(|(at, _)| *at < start + end).is_some() {}
        self.skip_to_value();
        let shift = u32::try_from(start).unwrap_or(u32::MAX);
        Ok(value.map_origins(&|at| Origin::new(at.file, at.offset.saturating_add(shift))))
    }

    /// Skips spaces; true at a comma, which is taken, and at the end (`emptyVal`).
    fn skip_to_value(&mut self) -> bool {
        loop {
            match self.runes.peek() {
                None => return true,
                Some((_, ',')) => {
                    self.runes.next();
                    return true;
                }
                Some((_, c)) if c.is_whitespace() => {
                    self.runes.next();
                }
                Some(_) => return false,
            }
        }
    }

    fn rest(&mut self) -> Data {
        let rest: String = self.runes.by_ref().map(|(_, c)| c).collect();
        Data::Str(rest.into_bytes().into())
    }

    /// What stands before the next of `stops`, escapes resolved, and which it was; `None` at the end.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let escapes = !matches!(self.mode, Mode::Literal);
        let mut taken = String::new();
        while let Some((_, c)) = self.runes.next() {
            if stops.contains(&c) {
                return (taken, Some(c));
            }
            if c != '\\' || !escapes {
                taken.push(c);
                continue;
            }
            let Some((_, escaped)) = self.runes.next() else {
                break;
            };
            taken.push(escaped);
        }
        (taken, None)
    }

    fn assert_table<'n>(&self, node: &'n mut Node) -> Step<&'n mut Table> {
        let found = node.go_type();
        node.table()
            .ok_or_else(|| assertion(found, "map[string]interface {}"))
    }

    fn assert_list<'n>(&self, node: &'n mut Node) -> Step<&'n mut Vec<Slot>> {
        let found = node.go_type();
        node.list()
            .ok_or_else(|| assertion(found, "[]interface {}"))
    }

    fn position(&mut self) -> usize {
        self.runes.peek().map_or(self.text.len(), |(at, _)| *at)
    }

    fn origin(&mut self) -> Origin {
        let at = self.position();
        Origin::new(self.file, u32::try_from(at).unwrap_or(u32::MAX))
    }
}

/// Go panics where a value has not the type that the key needs; Helm turns that into an error.
fn assertion(found: &str, wanted: &str) -> Stop {
    Stop::Error(format!(
        "unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}"
    ))
}

fn is_null(node: &Node) -> bool {
    matches!(node, Node::Frozen(Data::Null))
}

/// Sets a key; an empty one goes nowhere.
fn set(data: &mut Table, key: &str, slot: Slot) {
    if !key.is_empty() {
        data.insert(Arc::from(key.as_bytes()), slot);
    }
}

/// Sets an element; a list that is too short is filled up with nulls.
fn set_index(list: &mut Vec<Slot>, index: i64, slot: Slot) -> Step {
    if index > MAX_INDEX {
        return error(format!(
            "index of {index} is greater than maximum supported index of {MAX_INDEX}"
        ));
    }
    let at = usize::try_from(index).unwrap_or_default();
    if list.len() <= at {
        list.resize_with(at + 1, Slot::null);
    }
    list[at] = slot;
    Ok(())
}

/// `typedVal`: a number with a leading zero stays a string, but for zero itself.
fn typed(text: String) -> Data {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") {
        return Data::Bool(true);
    }
    if is("false") {
        return Data::Bool(false);
    }
    if is("null") {
        return Data::Null;
    }
    if text == "0" {
        return Data::Int(0);
    }
    if !text.is_empty()
        && !text.starts_with('0')
        && let Ok(number) = parse_int(text.as_bytes(), 10, 64)
    {
        return Data::Int(number);
    }
    Data::Str(text.into_bytes().into())
}
