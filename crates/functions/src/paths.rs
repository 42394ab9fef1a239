//! Slash-separated paths: Go's `path`, and `path/filepath` as it is on Unix.

use evenkeel_template::{Context, Function, function};
use evenkeel_value::{Value, ty};
use memchr::memrchr;

use crate::args::{Answer, bytes};

pub(crate) const FUNCTIONS: &[Function] = &[
    function("base", &[ty::STRING], ty::STRING, base),
    function("clean", &[ty::STRING], ty::STRING, clean),
    function("dir", &[ty::STRING], ty::STRING, dir),
    function("ext", &[ty::STRING], ty::STRING, ext),
    function("isAbs", &[ty::STRING], ty::BOOL, is_abs),
    function("osBase", &[ty::STRING], ty::STRING, base),
    function("osClean", &[ty::STRING], ty::STRING, clean),
    function("osDir", &[ty::STRING], ty::STRING, dir),
    function("osExt", &[ty::STRING], ty::STRING, ext),
    function("osIsAbs", &[ty::STRING], ty::BOOL, is_abs),
];

fn base(_: &mut dyn Context, args: &[Value]) -> Answer {
    let path = bytes(args, 0);
    let end = path
        .iter()
        .rposition(|byte| *byte != b'/')
        .map_or(0, |at| at + 1);
    let trimmed = path.get(..end).unwrap_or_default();
    Ok(Value::str(match (path, trimmed) {
        ([], _) => b".",
        (_, []) => b"/",
        (_, trimmed) => after_last_slash(trimmed),
    }))
}

/// The path without its last element, cleaned.
fn dir(_: &mut dyn Context, args: &[Value]) -> Answer {
    let path = bytes(args, 0);
    let len = path.len() - after_last_slash(path).len();
    Ok(Value::str(cleaned(path.get(..len).unwrap_or_default())))
}

fn clean(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::str(cleaned(bytes(args, 0))))
}

/// The extension with its dot.
fn ext(_: &mut dyn Context, args: &[Value]) -> Answer {
    let name = after_last_slash(bytes(args, 0));
    let at = memrchr(b'.', name).unwrap_or(name.len());
    Ok(Value::str(name.get(at..).unwrap_or_default()))
}

fn is_abs(_: &mut dyn Context, args: &[Value]) -> Answer {
    Ok(Value::Bool(bytes(args, 0).starts_with(b"/")))
}

fn after_last_slash(path: &[u8]) -> &[u8] {
    memrchr(b'/', path)
        .and_then(|at| path.get(at + 1..))
        .unwrap_or(path)
}

/// `path.Clean`: the shortest path that means the same.
pub(crate) fn cleaned(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(|byte| *byte == b'/') {
        match element {
            b"" | b"." => {}
            b".." if kept.last().is_some_and(|last| *last != b"..") => {
                kept.pop();
            }
            b".." if rooted => {}
            element => kept.push(element),
        }
    }
    let joined = kept.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}
