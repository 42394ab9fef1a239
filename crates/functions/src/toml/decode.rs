//! Reading TOML: `parse.go`.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use evenkeel_diagnostics::Origin;
use evenkeel_template::Host;
use evenkeel_value::number::quote;
use evenkeel_value::{Entry, Item, List, Map, Str, Value, ty};

use super::lexer::{Item as Token, Kind, Lexer};
use super::{Fault, MAX_DEPTH, escapes, key_text, number};
use crate::dates::parse_toml_datetime;

/// A table under construction: shared, as the document and the context point into it.
type Table = Rc<RefCell<BTreeMap<Vec<u8>, Node>>>;
type Key = Vec<Vec<u8>>;

#[derive(Clone)]
enum Node {
    Scalar(Value),
    Array(Vec<Node>),
    Table(Table),
    /// Tables under `[[headers]]`.
    Tables(Vec<Table>),
}

/// `toml.Unmarshal` into a `map[string]interface {}`.
pub(super) fn decode(text: &[u8], host: &dyn Host) -> Result<Map, Fault> {
    let text = [&b"\xff\xfe"[..], b"\xfe\xff", b"\xef\xbb\xbf"]
        .iter()
        .find_map(|mark| text.strip_prefix(*mark))
        .unwrap_or(text);
    if text.iter().take(6).any(|byte| *byte == 0) {
        let problem = "files cannot contain NULL bytes; probably using UTF-16; \
                       TOML files must be UTF-8";
        return Err(Fault::Error(format!("toml: line 1: {problem}")));
    }
    let mut parser = Parser {
        lexer: Lexer::new(text),
        host,
        root: Table::default(),
        context: Vec::new(),
        current_key: Vec::new(),
        line: 1,
        arrays: BTreeSet::new(),
        implicit: BTreeSet::new(),
        depth: 0,
    };
    parser.document()?;
    Ok(to_map(&parser.root))
}

struct Parser<'a> {
    lexer: Lexer<'a>,
    host: &'a dyn Host,
    root: Table,
    /// The table in scope.
    context: Key,
    /// The last part of the key at hand; empty where there is none.
    current_key: Vec<u8>,
    /// The line of the key that was read last.
    line: usize,
    /// Keys whose value is an array in brackets.
    arrays: BTreeSet<Vec<u8>>,
    /// Keys of tables that only other keys implied, and so may still be defined.
    implicit: BTreeSet<Vec<u8>>,
    depth: usize,
}

impl<'a> Parser<'a> {
    fn document(&mut self) -> Result<(), Fault> {
        loop {
            let token = self.next()?;
            match token.kind {
                Kind::Eof => return Ok(()),
                Kind::CommentStart => {
                    self.next()?;
                }
                Kind::TableStart => self.header(Kind::TableEnd)?,
                Kind::ArrayTableStart => self.header(Kind::ArrayTableEnd)?,
                Kind::KeyStart => {
                    let outer = self.context.clone();
                    self.enter_key()?;
                    let token = self.next()?;
                    let value = self.value(token, false)?;
                    self.set_value_of_current(value)?;
                    self.context = outer;
                    self.current_key.clear();
                }
                other => return Err(unexpected("Unexpected type at top level", other)),
            }
        }
    }

    /// `[name]` or `[[name]]` after its start.
    fn header(&mut self, end: Kind) -> Result<(), Fault> {
        let key = self.key(end)?;
        self.add_context(key, end == Kind::ArrayTableEnd)?;
        self.arrays.remove(&key_text(&self.context));
        Ok(())
    }

    /// The parts of a key up to its end.
    fn key(&mut self, end: Kind) -> Result<Key, Fault> {
        let mut key = Vec::new();
        let mut first = true;
        loop {
            let token = self.next()?;
            if std::mem::take(&mut first) {
                self.line = token.line;
            }
            if token.kind == end || token.kind == Kind::Eof {
                return Ok(key);
            }
            key.push(match token.kind {
                Kind::Text => token.text.to_vec(),
                _ => self.string(&token)?,
            });
        }
    }

    /// Reads a key: its last part becomes the current key, the others become tables, implied ones.
    fn enter_key(&mut self) -> Result<(), Fault> {
        let mut key = self.key(Kind::KeyEnd)?;
        self.current_key = key.pop().unwrap_or_default();
        for part in key {
            let mut context = self.context.clone();
            context.push(part);
            self.implicit.insert(key_text(&context));
            self.add_context(context, false)?;
        }
        Ok(())
    }

    fn set_value_of_current(&mut self, value: Node) -> Result<(), Fault> {
        let key = self.current_key.clone();
        let is_array = matches!(value, Node::Array(_));
        self.set_value(&key, value)?;
        self.set_type(is_array);
        Ok(())
    }

    /// Records whether the current key holds an array.
    fn set_type(&mut self, is_array: bool) {
        let mut key = self.context.clone();
        if !self.current_key.is_empty() || key.is_empty() {
            key.push(self.current_key.clone());
        }
        let name = key_text(&key);
        if is_array {
            self.arrays.insert(name);
        } else {
            self.arrays.remove(&name);
        }
    }

    fn value(&mut self, token: Token<'a>, in_array: bool) -> Result<Node, Fault> {
        let scalar = match token.kind {
            Kind::Integer => number::integer(token.text).map(Value::int64),
            Kind::Float => number::float(token.text).map(Value::float),
            Kind::Bool => Ok(Value::Bool(token.text == b"true")),
            Kind::Datetime => parse_toml_datetime(token.text, self.host),
            Kind::Array => return self.array(),
            Kind::InlineTableStart => return self.inline_table(in_array),
            _ => Ok(Value::str(self.string(&token)?)),
        };
        scalar
            .map(Node::Scalar)
            .map_err(|message| self.fault(token.line, &message))
    }

    fn string(&self, token: &Token<'a>) -> Result<Vec<u8>, Fault> {
        let text = match token.kind {
            Kind::String | Kind::RawString => return Ok(token.text.to_vec()),
            Kind::RawMultilineString => {
                return Ok(escapes::without_first_newline(token.text).to_vec());
            }
            Kind::EscapedString => escapes::replaced(token.text),
            Kind::MultilineString => escapes::replaced(&escapes::without_escaped_newlines(
                escapes::without_first_newline(token.text),
            )),
            other => return Err(unexpected("Unexpected value type", other)),
        };
        text.map_err(|message| self.fault(token.line, &message))
    }

    fn array(&mut self) -> Result<Node, Fault> {
        self.set_type(true);
        self.deeper(|parser| {
            let mut items = Vec::new();
            loop {
                let token = parser.next()?;
                match token.kind {
                    Kind::ArrayEnd => return Ok(Node::Array(items)),
                    Kind::CommentStart => {
                        parser.next()?;
                    }
                    _ => items.push(parser.value(token, true)?),
                }
            }
        })
    }

    /// The table is built twice, as in the library: within the document, where keys are checked, and on its
    /// own, for the array that it may be an item of.
    fn inline_table(&mut self, in_array: bool) -> Result<Node, Fault> {
        let outer = (self.context.clone(), std::mem::take(&mut self.current_key));
        let mut context = outer.0.clone();
        context.push(outer.1.clone());
        self.implicit.insert(key_text(&context));
        // Errors name the table itself as the last key.
        self.context.clone_from(&context);
        self.add_context(context.clone(), in_array)?;
        let table = Table::default();
        self.deeper(|parser| {
            loop {
                let token = parser.next()?;
                match token.kind {
                    Kind::InlineTableEnd => return Ok(()),
                    Kind::CommentStart => {
                        parser.next()?;
                        continue;
                    }
                    _ => {}
                }
                parser.enter_key()?;
                let path = parser.context[context.len()..].to_vec();
                let token = parser.next()?;
                let value = parser.value(token, false)?;
                parser.set_value_of_current(value.clone())?;
                parser.insert_at(&table, &path, value)?;
                parser.context.clone_from(&context);
            }
        })?;
        (self.context, self.current_key) = outer;
        Ok(Node::Table(table))
    }

    /// Puts a value of the current key into a table of its own, below `path`.
    fn insert_at(&self, table: &Table, path: &[Vec<u8>], value: Node) -> Result<(), Fault> {
        let mut table = Rc::clone(table);
        for part in path {
            let node = table
                .borrow_mut()
                .entry(part.clone())
                .or_insert_with(|| Node::Table(Table::default()))
                .clone();
            let Node::Table(next) = node else {
                let shown: Vec<String> = self.context.iter().map(|part| quote(part)).collect();
                return Err(self.fault(self.line, &format!("[{}] is not a table", shown.join(" "))));
            };
            table = next;
        }
        table.borrow_mut().insert(self.current_key.clone(), value);
        Ok(())
    }

    /// Makes a table, or a new one in an array of tables, the context; its parents are implied.
    fn add_context(&mut self, mut key: Key, array: bool) -> Result<(), Fault> {
        let Some(last) = key.pop() else { return Ok(()) };
        let mut table = Rc::clone(&self.root);
        for end in 0..key.len() {
            let part = &key[end];
            let known = table.borrow().contains_key(part);
            if !known {
                self.implicit.insert(key_text(&key[..=end]));
                table
                    .borrow_mut()
                    .insert(part.clone(), Node::Table(Table::default()));
            }
            let next = inner_table(&table, part);
            table = next.ok_or_else(|| {
                let name = shown_key(&key[..=end]);
                self.fault(
                    self.line,
                    &format!("Key '{name}' was already created as a hash."),
                )
            })?;
        }
        self.context = key;
        if array {
            let mut entries = table.borrow_mut();
            let node = entries
                .entry(last.clone())
                .or_insert_with(|| Node::Tables(Vec::new()));
            let Node::Tables(tables) = node else {
                let mut whole = self.context.clone();
                whole.push(last);
                let name = shown_key(&whole);
                let text =
                    format!("Key '{name}' was already created and cannot be used as an array.");
                return Err(self.fault(self.line, &text));
            };
            tables.push(Table::default());
        } else {
            self.set_value(&last, Node::Table(Table::default()))?;
        }
        self.context.push(last);
        Ok(())
    }

    /// Sets a key of the context. A key may be set once, or once more after it was only implied.
    fn set_value(&mut self, key: &[u8], value: Node) -> Result<(), Fault> {
        let mut table = Rc::clone(&self.root);
        for end in 0..self.context.len() {
            let Some(next) = inner_table(&table, &self.context[end]) else {
                return Err(self.defined_twice(&self.context[..=end]));
            };
            table = next;
        }
        let known = table.borrow().contains_key(key);
        if known {
            let mut whole = self.context.clone();
            whole.push(key.to_vec());
            let name = key_text(&whole);
            if !self.implicit.remove(&name) {
                return Err(self.defined_twice(&whole));
            }
            if !self.arrays.contains(&name) {
                return Ok(());
            }
        }
        table.borrow_mut().insert(key.to_vec(), value);
        Ok(())
    }

    fn defined_twice(&self, key: &[Vec<u8>]) -> Fault {
        let name = shown_key(key);
        self.fault(
            self.line,
            &format!("Key '{name}' has already been defined."),
        )
    }

    fn next(&mut self) -> Result<Token<'a>, Fault> {
        self.lexer
            .next_item()
            .map_err(|error| self.fault(error.line, &error.message))
    }

    fn deeper<T>(
        &mut self,
        read: impl FnOnce(&mut Parser<'a>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(Fault::TooDeep);
        }
        self.depth += 1;
        let done = read(self);
        self.depth -= 1;
        done
    }

    /// `ParseError.Error`.
    fn fault(&self, line: usize, message: &str) -> Fault {
        let mut last = key_text(&self.context);
        if !self.current_key.is_empty() {
            if !self.context.is_empty() {
                last.push(b'.');
            }
            last.extend_from_slice(&self.current_key);
        }
        Fault::Error(if last.is_empty() {
            format!("toml: line {line}: {message}")
        } else {
            format!("toml: line {line} (last key {}): {message}", quote(&last))
        })
    }
}

/// The table of a key, or the last of its tables.
fn inner_table(table: &Table, key: &[u8]) -> Option<Table> {
    match table.borrow().get(key)? {
        Node::Table(inner) => Some(Rc::clone(inner)),
        Node::Tables(tables) => tables.last().map(Rc::clone),
        _ => None,
    }
}

fn shown_key(key: &[Vec<u8>]) -> String {
    String::from_utf8_lossy(&key_text(key)).into_owned()
}

/// A bug of the library's own: it panics with this text.
fn unexpected(what: &str, kind: Kind) -> Fault {
    Fault::Panic(format!("BUG: {what}: {kind:?}\n\n"))
}

fn to_map(table: &Table) -> Map {
    let entries = table.borrow();
    let entries = entries.iter().map(|(key, node)| Entry {
        key: Str::from(&key[..]),
        value: to_value(node),
        origin: Origin::NONE,
    });
    Map::from_entries(ty::MAP, entries.collect())
}

fn to_value(node: &Node) -> Value {
    match node {
        Node::Scalar(value) => value.clone(),
        Node::Array(items) => Value::List(List::of(items.iter().map(to_value))),
        Node::Table(table) => Value::Map(to_map(table)),
        Node::Tables(tables) => {
            let items = tables
                .iter()
                .map(|table| Item::from(Value::Map(to_map(table))));
            Value::List(List::new(ty::MAPS, items.collect()))
        }
    }
}
