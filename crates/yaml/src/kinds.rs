//! YAML with the kinds of its numbers, for readers that know what type each field wants.

use evenkeel_diagnostics::{FileId, Span};
use evenkeel_value::Data;

use crate::data::DataBuilder;
use crate::decode::{Decoded, MAX_DEPTH, Stop, Wanted, decode};
use crate::read::{Document, Input, NodeKind};
use crate::resolve::{self, Plain};
use crate::sigs::{CONVERTING, ReadOptions, check_floats, convert, decode_tree, finish, parse};
use crate::{Error, ErrorKind, outline};

/// [`crate::decode`], but integers stay [`Data::Int`] and [`Data::Uint`]: sigs.k8s.io/yaml looks at the
/// YAML kind of a scalar when the field that it lands in is a string.
///
/// # Errors
/// As [`crate::decode`], but floats that JSON cannot hold are let through.
pub fn decode_kinds(text: &[u8], file: FileId) -> Result<Data, Error> {
    let input = Input::new(text);
    let document = parse(&input, &ReadOptions::new(file))?;
    whole(&document, None)
}

/// [`decode_kinds`] with options, of text that holds one document and nothing but comments behind it.
///
/// # Errors
/// As [`decode_kinds`], and text behind the document, which Go does not look at.
pub fn decode_single(text: &[u8], options: &ReadOptions) -> Result<Data, Error> {
    let input = Input::new(text);
    let document = parse(&input, options)?;
    if let Some(root) = document.root() {
        let end = root.span().end;
        let rest = input.bytes().get((end - options.base) as usize..);
        if let Some(at) = rest.and_then(more) {
            let at = end + u32::try_from(at).unwrap_or(0);
            let error = Error::new(
                ErrorKind::Syntax,
                "yaml: text behind the end of the document",
            );
            return Err(error.at(Span::new(options.file, at, at)));
        }
    }
    whole(&document, None)
}

/// Where text begins that is no comment and no end of a document.
fn more(rest: &[u8]) -> Option<usize> {
    let mut at = 0;
    for line in rest.split_inclusive(|&byte| byte == b'\n') {
        let text = line.trim_ascii();
        if !(text.is_empty() || text.starts_with(b"#") || text == b"...") {
            return Some(at + line.len() - line.trim_ascii_start().len());
        }
        at += line.len();
    }
    None
}

/// [`decode_kinds`] of a part: of a map at the top, only the entries whose keys `wanted` takes are
/// built. The rest is only checked, which is much faster; what is refused is the same.
///
/// # Errors
/// As [`crate::decode`], but floats that JSON cannot hold are let through in the wanted entries.
pub fn decode_part(
    text: &[u8],
    file: FileId,
    wanted: &dyn Fn(&[u8]) -> bool,
) -> Result<Data, Error> {
    let input = Input::new(text);
    // Lines that are cut out of others have other places, so this is for readers that want none.
    if file == FileId::NONE
        && let Some(lines) = outline::wanted_lines(&input, wanted)
    {
        if lines.is_empty() {
            return Ok(Data::empty_map());
        }
        if let Ok(data) = part_of(&Input::new(&lines), file, wanted) {
            return Ok(data);
        }
    }
    part_of(&input, file, wanted)
}

fn part_of(input: &Input<'_>, file: FileId, wanted: &dyn Fn(&[u8]) -> bool) -> Result<Data, Error> {
    let document = parse(input, &ReadOptions::new(file))?;
    if is_plain(&document) {
        let mut builder = DataBuilder { kinds: true };
        match decode(&document, &mut builder, Some(wanted)) {
            Ok(decoded) => return Ok(decoded.value.unwrap_or_default()),
            Err(Stop::Error(error)) => return Err(error.prefixed(CONVERTING)),
            Err(Stop::Unsure) => {}
        }
    }
    whole(&document, Some(wanted))
}

fn whole(document: &Document<'_>, wanted: Option<Wanted<'_>>) -> Result<Data, Error> {
    let mut builder = DataBuilder { kinds: true };
    let decoded = match decode(document, &mut builder, None) {
        Ok(decoded) => decoded,
        Err(Stop::Error(error)) => return Err(error.prefixed(CONVERTING)),
        Err(Stop::Unsure) => {
            let decoded = decode_tree(document, false)?;
            let value = decoded.value.map(|tree| convert(&tree, true)).transpose();
            let value = value.map_err(|error| error.prefixed(CONVERTING))?;
            Decoded {
                value,
                too_deep: decoded.too_deep,
            }
        }
    };
    let Some(wanted) = wanted else {
        return finish(decoded);
    };
    let check = |data: &Data| check_floats(data).map_err(|error| error.prefixed(CONVERTING));
    let Some(Data::Map(entries)) = &decoded.value else {
        decoded.value.iter().try_for_each(check)?;
        return finish(decoded);
    };
    let (kept, rest): (Vec<_>, Vec<_>) = entries.iter().partition(|entry| wanted(&entry.key));
    rest.into_iter().try_for_each(|entry| check(&entry.value))?;
    let part = Data::Map(kept.into_iter().cloned().collect());
    finish(decoded).map(|_| part)
}

/// Whether nothing in the document can be refused after parsing, nor change what keys a map has: no
/// aliases, tags, merge keys, floats that are no numbers, keys that are no strings in JSON.
fn is_plain(document: &Document<'_>) -> bool {
    // The open collections: where they end, and whether a mapping expects a key.
    let mut open: Vec<(u32, Option<bool>)> = Vec::new();
    for (at, node) in (0u32..).zip(&document.nodes) {
        while open.last().is_some_and(|&(end, _)| end == at) {
            open.pop();
        }
        let is_key = match open.last_mut() {
            Some((_, Some(key_next))) => std::mem::replace(key_next, !*key_next),
            _ => false,
        };
        if document.tag(node).is_some() {
            return false;
        }
        match node.kind {
            NodeKind::Alias => return false,
            NodeKind::Scalar(_) => {
                if node.implicit && !is_plain_scalar(document.text(node.text), is_key) {
                    return false;
                }
            }
            NodeKind::Sequence | NodeKind::Mapping => {
                if is_key || open.len() >= MAX_DEPTH {
                    return false;
                }
                open.push((node.link, (node.kind == NodeKind::Mapping).then_some(true)));
            }
        }
    }
    true
}

pub(crate) fn is_plain_scalar(text: &[u8], is_key: bool) -> bool {
    let may_be_infinite = matches!(text, [b'.', ..] | [b'+' | b'-', b'.', ..]);
    if !is_key && !may_be_infinite {
        return true;
    }
    match resolve::plain(text) {
        Plain::Float(n) => n.is_finite(),
        Plain::Null | Plain::Uint(_) => !is_key,
        _ => !(is_key && text == b"<<"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_kinds() {
        let data = decode_kinds(b"a: 1\nb: 1.0\n3: 18446744073709551615\n", FileId::NONE).unwrap();
        assert_eq!(data.get("a"), Some(&Data::Int(1)));
        assert_eq!(data.get("b"), Some(&Data::Float(1.0)));
        assert_eq!(data.get("3"), Some(&Data::Uint(u64::MAX)));
    }

    fn part(text: &str) -> Result<Data, String> {
        let wanted = |key: &[u8]| key == b"kind" || key == b"metadata";
        decode_part(text.as_bytes(), FileId::NONE, &wanted).map_err(|e| e.text().to_owned())
    }

    #[test]
    fn a_part_is_what_the_whole_has_of_it() {
        for text in [
            "kind: a\nspec: {kind: b}\nmetadata: {name: 1}\nkind: c\n",
            "spec: &x {kind: b}\n<<: *x\nmetadata: {name: !!str 1}\n",
            "a: 1\n",
            "",
        ] {
            let whole = decode_kinds(text.as_bytes(), FileId::NONE).unwrap();
            let part = part(text).unwrap();
            for key in ["kind", "metadata"] {
                assert_eq!(part.get(key), whole.get(key), "{text}");
            }
            assert_eq!(part.get("spec"), None);
        }
        assert_eq!(
            part("- kind\n"),
            decode_kinds(b"- kind", FileId::NONE).map_err(|_| String::new())
        );
    }

    #[test]
    fn a_single_document_has_nothing_behind_it() {
        let decode = |text: &str| {
            let options = ReadOptions {
                base: 10,
                ..ReadOptions::new(FileId::NONE)
            };
            decode_single(text.as_bytes(), &options)
        };
        for text in [
            "",
            "a: 1\n# end\n",
            "{a: 1} # end\n\n",
            "a: |\n  x\n...\n",
            "- 1\n  # x",
        ] {
            assert!(decode(text).is_ok(), "{text}");
        }
        let behind = decode("{a: 1}\n  b").unwrap_err();
        assert_eq!(behind.text(), "yaml: text behind the end of the document");
        assert_eq!(behind.span().start, 19);
    }

    #[test]
    fn the_rest_is_checked() {
        for text in [
            "kind: a\nspec: {~: 1}\n",
            "kind: a\nspec: {[a]: 1}\n",
            "kind: a\nspec: [.nan]\n",
            "kind: a\nspec: [-.inf]\n",
            "kind: a\nspec: !!int x\n",
            "kind: a\nspec: {18446744073709551615: 1}\n",
            "kind: a\nspec: {<<: 1}\n",
            "kind: a\nspec: *x\n",
            "kind: a\nspec: [\n",
            "[.nan]",
        ] {
            let whole = crate::decode(text.as_bytes(), FileId::NONE).unwrap_err();
            assert_eq!(part(text).unwrap_err(), whole.text(), "{text}");
        }
    }
}
