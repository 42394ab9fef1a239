//! Differences by Application and object.

use std::fmt::{Display, Write};

use evenkeel_diff::{AppDiff, Change, ChangeKind, Class, Comparison, ObjectDiff, Presence};
use similar::{ChangeTag, TextDiff};

use super::Layout;
use crate::describe::counted;
use crate::diff::effect::{side, subject, title};
use crate::diff::values::{compact, pretty, texts};
use crate::paint::{Style, harmless};

/// The differences of a comparison: all of them, or those that nothing explains.
pub(super) fn comparison(comparison: &Comparison, layout: Layout) -> String {
    let mut page = Page {
        text: String::new(),
        comparison,
        all: layout.all,
        width: layout.width,
    };
    page.comparison();
    page.text
}

struct Page<'a> {
    text: String,
    comparison: &'a Comparison,
    all: bool,
    width: usize,
}

impl Page<'_> {
    fn comparison(&mut self) {
        self.line(0, Style::Bold.paint(harmless(&title(self.comparison))));
        for diff in &self.comparison.apps {
            self.app(diff);
        }
        self.line(0, "");
    }

    fn line(&mut self, indent: usize, text: impl Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{:indent$}{text}", "");
    }

    fn shows(&self, class: &Class) -> bool {
        self.all || !class.is_explained()
    }

    fn app(&mut self, app: &AppDiff) {
        let name = Style::Bold.paint(harmless(&app.name));
        if app.presence != Presence::Both {
            if self.shows(&app.class) {
                let line = format!(
                    "{name}: only in {} ({}){}",
                    side(self.comparison, app.presence),
                    counted(app.objects_alone, "object").unwrap_or_default(),
                    note(&app.class),
                );
                self.line(0, "");
                self.line(0, line);
            }
            return;
        }
        let shown = |object: &&ObjectDiff| {
            object
                .changes
                .iter()
                .any(|change| self.shows(&change.class))
        };
        let shown: Vec<&ObjectDiff> = app.objects.iter().filter(shown).collect();
        if shown.is_empty() {
            return;
        }
        if !app.name.is_empty() {
            self.line(0, "");
            self.line(0, name);
        }
        for object in shown {
            self.object(object);
        }
    }

    fn object(&mut self, object: &ObjectDiff) {
        let name = Style::Cyan.paint(harmless(&subject(object)));
        if object.presence == Presence::Both {
            self.line(2, name);
            for change in &object.changes {
                if self.shows(&change.class) {
                    self.change(change);
                    self.hazard(change);
                }
            }
            return;
        }
        let namespace = match object.identity.namespace.as_str() {
            "" => String::new(),
            namespace => format!(" in {}", harmless(namespace)),
        };
        let change = object.changes.first();
        let line = format!(
            "{name}{namespace}: only in {}{}",
            side(self.comparison, object.presence),
            change.map_or_else(String::new, |change| note(&change.class)),
        );
        self.line(2, line);
        if let Some(change) = change {
            self.hazard(change);
        }
    }

    /// What may go wrong when it is applied.
    fn hazard(&mut self, change: &Change) {
        if let Some(hazard) = &change.hazard {
            let text = format!("! {}", harmless(&hazard.advice));
            self.line(6, Style::Red.paint(text));
        }
    }

    fn change(&mut self, change: &Change) {
        let path = harmless(&change.path.to_string());
        let path = match path.as_str() {
            "" => "(whole object)",
            path => path,
        };
        let (sign, style) = sign(change.kind);
        let head = format!("{} {path}", style.paint(sign));
        if let Some([old, new]) = texts(&change.before, &change.after) {
            self.line(4, format_args!("{head}{}", note(&change.class)));
            self.lines(&old, &new);
            return;
        }
        let old = change.before.as_ref().map(compact);
        let new = change.after.as_ref().map(compact);
        let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
        if 10 + path.chars().count() + length(&old) + length(&new) <= self.width {
            let values = [
                old.map(|text| Style::Red.paint(text).to_string()),
                new.map(|text| Style::Green.paint(text).to_string()),
            ];
            let values: Vec<String> = values.into_iter().flatten().collect();
            self.line(
                4,
                format_args!("{head}: {}{}", values.join(" → "), note(&change.class)),
            );
            return;
        }
        self.line(4, format_args!("{head}{}", note(&change.class)));
        for (data, sign, style) in [
            (&change.before, '-', Style::Red),
            (&change.after, '+', Style::Green),
        ] {
            let text = data.as_ref().map(pretty).unwrap_or_default();
            for line in text.lines() {
                self.line(6, style.paint(format_args!("{sign} {line}")));
            }
        }
    }

    /// The lines of two texts that differ, with one line around them.
    fn lines(&mut self, old: &str, new: &str) {
        let diff = TextDiff::from_lines(old, new);
        for (i, group) in diff.grouped_ops(1).iter().enumerate() {
            if i > 0 {
                self.line(6, Style::Dim.paint("…"));
            }
            for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
                let line = harmless(change.value().trim_end_matches('\n'));
                match change.tag() {
                    ChangeTag::Delete => self.line(6, Style::Red.paint(format_args!("- {line}"))),
                    ChangeTag::Insert => self.line(6, Style::Green.paint(format_args!("+ {line}"))),
                    ChangeTag::Equal => self.line(6, Style::Dim.paint(format_args!("  {line}"))),
                }
            }
        }
    }
}

fn sign(kind: ChangeKind) -> (char, Style) {
    match kind {
        ChangeKind::Added => ('+', Style::Green),
        ChangeKind::Removed => ('-', Style::Red),
        ChangeKind::Changed => ('~', Style::Yellow),
        ChangeKind::Moved => ('↕', Style::Yellow),
    }
}

/// Why a difference is as it is.
fn note(class: &Class) -> String {
    let text = match class {
        Class::Unexplained => return String::new(),
        Class::Implied { of } => format!("implied by {}", harmless(of)),
        Class::Security { risk, reason: None } => format!("security: {}", risk.name()),
        Class::Security {
            risk,
            reason: Some(reason),
        } => format!("security: {}; {}", risk.name(), harmless(&reason.text)),
        Class::Expected(reason) => format!("expected: {}", harmless(&reason.text)),
        Class::Identity | Class::Version => class.name().to_owned(),
    };
    format!("  {}", Style::Dim.paint(format_args!("({text})")))
}
