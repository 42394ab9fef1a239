//! What must not be shown.

use super::node::Node;

/// What tells the secret words of the bases and edits from words that stand elsewhere, too.
const MARKS: &[&str] = &["-before", "-after", "5550199"];

/// The secret words of all Secrets, as they stand, and plain where they stand in base64.
pub(super) fn values<'n>(documents: impl Iterator<Item = &'n Node>) -> Vec<String> {
    let mut values = Vec::new();
    for document in documents.filter(|document| document.text_at(&["kind"]) == "Secret") {
        collect(document, &mut values);
    }
    values.sort();
    values.dedup();
    values
}

fn collect(node: &Node, values: &mut Vec<String>) {
    match node {
        Node::Plain(text) | Node::Str(text) => {
            let is_word_end = |c: char| c.is_whitespace() || "\"',{}".contains(c);
            let words = text
                .split(is_word_end)
                .filter(|word| MARKS.iter().any(|mark| word.contains(mark)));
            for word in words {
                values.push(word.to_owned());
                values.push(base64(word.as_bytes()));
            }
            if let Some(plain) =
                plain(text).filter(|plain| MARKS.iter().any(|mark| plain.contains(mark)))
            {
                values.extend([text.clone(), plain]);
            }
        }
        Node::List(items) => items.iter().for_each(|item| collect(item, values)),
        Node::Map(entries) => entries.iter().for_each(|(_, value)| collect(value, values)),
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for part in bytes.chunks(3) {
        let bits = part.iter().enumerate().fold(0u32, |bits, (i, byte)| {
            bits | u32::from(*byte) << (16 - 8 * i)
        });
        let digit = |i: usize| char::from(ALPHABET[(bits >> (18 - 6 * i)) as usize & 63]);
        text.extend((0..4).map(|i| if i <= part.len() { digit(i) } else { '=' }));
    }
    text
}

fn plain(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let digits: Option<Vec<u32>> = text
        .trim_end_matches('=')
        .bytes()
        .map(|byte| {
            ALPHABET
                .iter()
                .position(|digit| *digit == byte)
                .map(|at| at as u32)
        })
        .collect();
    for part in digits?.chunks(4) {
        let bits = part
            .iter()
            .enumerate()
            .fold(0u32, |bits, (i, digit)| bits | digit << (18 - 6 * i));
        bytes.extend((1..part.len()).map(|i| (bits >> (24 - 8 * i)) as u8));
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_goes_both_ways() {
        for (text, coded) in [
            ("a", "YQ=="),
            ("ab", "YWI="),
            ("abc", "YWJj"),
            ("hunter2-before", "aHVudGVyMi1iZWZvcmU="),
        ] {
            assert_eq!(base64(text.as_bytes()), coded);
            assert_eq!(plain(coded).as_deref(), Some(text));
        }
    }
}
