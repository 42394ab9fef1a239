//! Many objects at once, to measure speed with.

use super::draft::Draft;
use super::emit::Style;
use super::families::{BASES, simple_rows};
use super::score::Expected;

/// Two files of at least this many bytes each: all bases again and again, each time with names of their own, every
/// fourth time with an edit. And the changes that these make.
pub fn large(bytes: usize) -> ([String; 2], Vec<Expected>) {
    let rows = simple_rows();
    let mut sides = [String::new(), String::new()];
    let mut expected = Vec::new();
    let mut round = 0;
    while sides.iter().any(|side| side.len() < bytes) {
        for base in BASES {
            let mut draft = Draft::of(base);
            let edits: Vec<_> = rows.iter().filter(|row| row.base() == *base).collect();
            if round % 4 == 0 {
                edits[round / 4 % edits.len()].apply(&mut draft);
            }
            draft.suffix_names(&format!("-{round}"));
            expected.append(&mut draft.expected);
            for (side, files) in sides.iter_mut().zip(draft.sides()) {
                for (_, text) in files {
                    side.push_str("---\n");
                    side.push_str(&text);
                }
            }
        }
        round += 1;
    }
    (sides, expected)
}

impl Draft {
    /// Gives all objects other names, on both sides.
    fn suffix_names(&mut self, suffix: &str) {
        self.styles = [Style::default(); 2];
        for node in self.nodes_mut() {
            let name = format!("{}{suffix}", node.text_at(&["metadata", "name"]));
            node.set_name(&name);
        }
        for change in &mut self.expected {
            change.object.name.push_str(suffix);
        }
    }
}
