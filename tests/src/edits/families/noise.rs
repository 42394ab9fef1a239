//! Files that are written otherwise and mean the same.

use super::{BASES, Pair};
use crate::edits::{Draft, Order, Quotes, Style};

/// Each style, on all bases.
pub(in crate::edits) fn styles() -> Vec<(&'static str, Style)> {
    let plain = Style::default();
    vec![
        (
            "the order of keys",
            Style {
                keys: Order::Reversed,
                ..plain
            },
        ),
        (
            "the order of documents",
            Style {
                documents: Order::Rotated,
                ..plain
            },
        ),
        (
            "double quotes",
            Style {
                quotes: Quotes::Double,
                ..plain
            },
        ),
        (
            "single quotes",
            Style {
                quotes: Quotes::Single,
                ..plain
            },
        ),
        (
            "flow style",
            Style {
                flow: true,
                ..plain
            },
        ),
        (
            "JSON",
            Style {
                json: true,
                ..plain
            },
        ),
        (
            "comments",
            Style {
                comments: true,
                ..plain
            },
        ),
        (
            "anchors",
            Style {
                anchors: true,
                ..plain
            },
        ),
        (
            "CRLF",
            Style {
                crlf: true,
                ..plain
            },
        ),
        (
            "indentation",
            Style {
                wide: true,
                ..plain
            },
        ),
        (
            "quoted text",
            Style {
                quoted_text: true,
                ..plain
            },
        ),
        (
            "empty documents",
            Style {
                empty_documents: true,
                ..plain
            },
        ),
        (
            "much at once",
            Style {
                keys: Order::Rotated,
                documents: Order::Reversed,
                quotes: Quotes::Single,
                flow: true,
                comments: true,
                anchors: true,
                crlf: true,
                wide: true,
                ..plain
            },
        ),
    ]
}

pub(super) fn pairs() -> Vec<Pair> {
    let mut pairs = Vec::new();
    for (what, style) in styles() {
        for base in BASES {
            let mut draft = Draft::of(base);
            draft.styles[1] = style;
            pairs.push(Pair::of("noise", &format!("{base}: {what}"), &draft));
        }
    }
    pairs
}
