//! Differences for people at a terminal.

use std::fmt::{Display, Write};

use evenkeel_diff::{
    AppDiff, Change, ChangeKind, Class, Comparison, Counts, Differences, ObjectDiff, Presence,
};
use evenkeel_value::Data;
use similar::{ChangeTag, TextDiff};

use super::Compared;
use crate::data::data as json;
use crate::paint::{Style, harmless};

/// Values up to this length stand on the line of their field.
const INLINE: usize = 100;

/// How many unused entries are named where not everything is shown.
const UNUSED: usize = 5;

/// What differs: all of it, or what nothing explains.
pub fn text(compared: &Compared<'_>, all: bool) -> String {
    let mut text = String::new();
    for comparison in &compared.differences.comparisons {
        let mut page = Page {
            text,
            comparison,
            all,
        };
        page.comparison();
        text = page.text;
    }
    summary(compared.differences, all, &mut text);
    text
}

struct Page<'a> {
    text: String,
    comparison: &'a Comparison,
    all: bool,
}

impl Page<'_> {
    fn comparison(&mut self) {
        let names = &self.comparison.names;
        let env = self.comparison.env.as_ref();
        let env = env.map_or_else(String::new, |env| format!("{}: ", harmless(env)));
        let title = format!(
            "{env}{} → {}",
            harmless(&names.before),
            harmless(&names.after)
        );
        self.line(0, Style::Bold.paint(title));
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
                    self.side(app.presence),
                    objects(app.objects_alone),
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
        self.line(0, "");
        self.line(0, name);
        for object in shown {
            self.object(object);
        }
    }

    fn object(&mut self, object: &ObjectDiff) {
        let identity = &object.identity;
        let name = harmless(&format!("{}/{}", identity.kind, identity.name));
        match object.presence {
            Presence::Both => {
                let renamed = object
                    .renamed
                    .as_ref()
                    .filter(|new| new.name != identity.name);
                let renamed =
                    renamed.map_or_else(String::new, |new| format!(" → {}", harmless(&new.name)));
                self.line(2, Style::Cyan.paint(format_args!("{name}{renamed}")));
                for change in &object.changes {
                    if self.shows(&change.class) {
                        self.change(change);
                    }
                }
            }
            presence => {
                let class = object.changes.first().map(|change| &change.class);
                let namespace = match identity.namespace.as_str() {
                    "" => String::new(),
                    namespace => format!(" in {}", harmless(namespace)),
                };
                let line = format!(
                    "{}{namespace}: only in {}{}",
                    Style::Cyan.paint(name),
                    self.side(presence),
                    class.map_or_else(String::new, note),
                );
                self.line(2, line);
            }
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
        if let (Some(Data::Str(old)), Some(Data::Str(new))) = (&change.before, &change.after)
            && (old.contains(&b'\n') || new.contains(&b'\n'))
        {
            self.line(4, format_args!("{head}{}", note(&change.class)));
            self.lines(&String::from_utf8_lossy(old), &String::from_utf8_lossy(new));
            return;
        }
        let old = change.before.as_ref().map(compact);
        let new = change.after.as_ref().map(compact);
        let length = |text: &Option<String>| text.as_ref().map_or(0, |text| text.chars().count());
        if length(&old) + length(&new) <= INLINE {
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

    fn side(&self, presence: Presence) -> &str {
        match presence {
            Presence::After => &self.comparison.names.after,
            Presence::Before | Presence::Both => &self.comparison.names.before,
        }
    }
}

/// How much there is of what, and the entries of the configuration that are of no use.
fn summary(differences: &Differences, all: bool, text: &mut String) {
    let apps = || differences.comparisons.iter().flat_map(|one| &one.apps);
    let counts = Counts::of(apps());
    let open = format!("{} unexplained", counts.open);
    let open = match counts.open {
        0 => Style::Green.paint(open),
        _ => Style::Red.paint(open),
    };
    let apps = match apps().count() {
        1 => "1 Application".to_owned(),
        count => format!("{count} Applications"),
    };
    let more = match all || counts.open == counts.total() {
        true => "",
        false => "; --all shows them",
    };
    let mut line = |line: String| {
        text.push_str(&line);
        text.push('\n');
    };
    line(format!(
        "{open} of {} differences in {apps}: {} security, {} expected, {} version, {} implied, {} identity{more}",
        counts.total(),
        counts.security,
        counts.expected,
        counts.version,
        counts.implied,
        counts.identity
    ));
    let unused = &differences.unused;
    if unused.is_empty() {
        return;
    }
    let shown = if all {
        unused.len()
    } else {
        UNUSED.min(unused.len())
    };
    let title = format!("unused entries of `expect`: {}", unused.len());
    line(Style::Yellow.paint(title).to_string());
    for entry in &unused[..shown] {
        let app = entry.app.as_deref().unwrap_or("(any)");
        line(format!("  {app} {}", entry.path));
    }
    if shown < unused.len() {
        line(format!("  … and {} more", unused.len() - shown));
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

fn objects(count: usize) -> String {
    match count {
        1 => "1 object".to_owned(),
        count => format!("{count} objects"),
    }
}

/// A value on one line. JSON has no control characters in it.
fn compact(data: &Data) -> String {
    match data {
        Data::Str(text) if is_plain(text) => String::from_utf8_lossy(text).into_owned(),
        data => json(data).to_string(),
    }
}

/// Whether a text can stand without quotes.
fn is_plain(text: &[u8]) -> bool {
    let safe = |byte: &u8| byte.is_ascii_graphic() && !b"\"'{}[],".contains(byte);
    let ambiguous = text
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    !ambiguous && text.iter().all(safe) && ![b"true".as_slice(), b"false", b"null"].contains(&text)
}

fn pretty(data: &Data) -> String {
    serde_json::to_string_pretty(&json(data)).unwrap_or_default()
}
