//! Values in Go's syntax (`%#v`), as a few error texts show them.

use evenkeel_value::number::{self, FloatSize};

use crate::tree::{Key, Tree, TreeEntry};

/// `fmt.Sprintf("%#v", v)` for an `interface{}` that yaml.v2 decoded. Nil is `<nil>`.
pub(crate) fn text(tree: &Tree) -> String {
    let mut out = String::new();
    match tree {
        Tree::Null => out.push_str("<nil>"),
        _ => write(&mut out, tree),
    }
    out
}

fn write(out: &mut String, tree: &Tree) {
    match tree {
        Tree::Null => out.push_str("interface {}(nil)"),
        Tree::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Tree::Int(n) => out.push_str(&n.to_string()),
        Tree::Uint(n) => out.push_str(&format!("{n:#x}")),
        Tree::Float(n) => out.push_str(&number::format_float(*n, b'g', None, FloatSize::F64)),
        Tree::Str(text) => out.push_str(&number::quote(text)),
        Tree::List(items) => {
            out.push_str("[]interface {}{");
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at == 0 { "" } else { ", " });
                write(out, &item.value);
            }
            out.push('}');
        }
        Tree::Map(entries) => write_map(out, entries),
    }
}

/// Go sorts entries by key; keys of different types by where the types are in memory: the ranks are
/// those of Helm's own binaries.
fn write_map(out: &mut String, entries: &[TreeEntry]) {
    let mut sorted: Vec<&TreeEntry> = entries.iter().collect();
    sorted.sort_by(|a, b| order(&a.key, &b.key));
    out.push_str("map[interface {}]interface {}{");
    for (at, entry) in sorted.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        write(out, &entry.key.as_tree());
        out.push(':');
        write(out, &entry.value.value);
    }
    out.push('}');
}

fn order(a: &Key, b: &Key) -> std::cmp::Ordering {
    match (a, b) {
        (Key::Bool(a), Key::Bool(b)) => a.cmp(b),
        (Key::Int(a), Key::Int(b)) => a.cmp(b),
        (Key::Uint(a), Key::Uint(b)) => a.cmp(b),
        (Key::Float(a), Key::Float(b)) => a.total_cmp(b),
        (Key::Str(a), Key::Str(b)) => a.cmp(b),
        _ => rank(a).cmp(&rank(b)),
    }
}

fn rank(key: &Key) -> u8 {
    match key {
        Key::Null => 0,
        Key::Str(_) => 1,
        Key::Uint(_) => 2,
        Key::Int(_) => 3,
        Key::Float(_) => 4,
        Key::Bool(_) => 5,
    }
}
