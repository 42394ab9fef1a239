//! Differences as Markdown, for a comment on a pull request: the risk first, one line a cause.

use std::fmt::Write;

use evenkeel_diff::{Class, Counts};

use super::Compared;
use super::cause::{CLASSES, Shown, at, reason, shown};
use super::effect::{effects, hazards, titles};
use super::values::{cut, share};
use crate::describe::counted;

/// The longest comment that GitHub takes, in characters.
const MAX_LENGTH: usize = 65_536;

/// Values up to this length stand in the tables.
const VALUE: usize = 60;

/// How many effects of a cause are listed.
const EFFECTS: usize = 20;

/// What stands where lines are left out, with what it needs around it.
const POINTER: usize = 2;

/// A part of the comment whose rows may be left out, from its end on.
struct Section {
    head: Vec<String>,
    rows: Vec<String>,
    tail: Vec<String>,
}

/// What differs in at most `max_lines` lines; what does not fit is counted.
pub fn markdown(compared: &Compared<'_>, max_lines: usize) -> String {
    let causes = shown(compared.differences);
    let mut lines = headline(compared, &causes);
    let mut length: usize = lines.iter().map(|line| line.chars().count() + 1).sum();
    let mut left_out = 0;
    for section in sections(compared, &causes) {
        let around: usize = section.head.len() + section.tail.len();
        let room = max_lines.saturating_sub(lines.len() + around + POINTER);
        let mut fitting = Vec::new();
        // Room for what stands around rows, and for the pointer.
        let mut room_left = MAX_LENGTH.saturating_sub(length + 1_000);
        for row in section.rows.iter().take(room) {
            let needed = row.chars().count() + 1;
            if needed > room_left {
                break;
            }
            room_left -= needed;
            fitting.push(row.clone());
        }
        left_out += section.rows.len() - fitting.len();
        if !fitting.is_empty() {
            let added = section.head.into_iter().chain(fitting).chain(section.tail);
            let added: Vec<String> = added.collect();
            length += added
                .iter()
                .map(|line| line.chars().count() + 1)
                .sum::<usize>();
            lines.extend(added);
        }
    }
    if left_out > 0 {
        let rows = counted(left_out, "more row").unwrap_or_default();
        lines.push(String::new());
        lines.push(format!(
            "… and {rows}: the report of `evenkeel diff --format html` has everything."
        ));
    }
    lines.join("\n") + "\n"
}

/// What a reviewer has to know if nothing else is read.
fn headline(compared: &Compared<'_>, causes: &[Shown<'_>]) -> Vec<String> {
    let differences = compared.differences;
    let apps = || differences.comparisons.iter().flat_map(|one| &one.apps);
    let counts = Counts::of(apps());
    let hazards = counted(hazards(differences).len(), "upgrade hazard");
    let risks = causes
        .iter()
        .filter(|one| matches!(one.class(), Class::Security { .. }));
    let risks = counted(risks.count(), "security change").map(|risks| match counts.open {
        0 => format!("{risks}, all explained"),
        _ => risks,
    });
    let open = counted(counts.open, "unexplained difference");
    let sign = match (counts.open, &hazards, &risks) {
        (0, None, None) => "✅",
        (0, None, Some(_)) => "⚠️",
        _ => "❌",
    };
    let facts: Vec<String> = [hazards, open, risks].into_iter().flatten().collect();
    let facts = match (facts.is_empty(), counts.total()) {
        (false, _) => facts.join(", "),
        (true, 0) => "No differences".to_owned(),
        (true, _) => "Every difference is explained".to_owned(),
    };
    let mut lines = vec![format!(
        "### {sign} {facts}: {}",
        prose(&titles(differences))
    )];
    let total = counts.total();
    let shares = [
        counts.unexplained,
        counts.security,
        counts.expected,
        counts.version,
        counts.implied,
        counts.identity,
    ];
    let shares = CLASSES.iter().zip(shares).filter(|(_, count)| *count > 0);
    let shares: Vec<String> = shares
        .map(|(name, count)| format!("{name} {count} ({})", share(count, total)))
        .collect();
    if let Some(total) = counted(total, "difference") {
        lines.push(String::new());
        lines.push(format!("{total}: {}", shares.join(" · ")));
    }
    lines
}

fn sections(compared: &Compared<'_>, causes: &[Shown<'_>]) -> Vec<Section> {
    let differences = compared.differences;
    let hazards = hazards(differences).into_iter();
    let hazards = hazards.map(|(one, hazard, more)| {
        let more = match more {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        format!("- {}{more}: {}", code(&one.name()), prose(&hazard.advice))
    });
    let missing = differences.missing.iter().map(|one| {
        let object = &one.object;
        let name = format!(
            "{} › {}/{}: {}",
            one.app, object.kind, object.name, one.path
        );
        let (name, value) = (code(&name), code(&cut(&one.text, VALUE)));
        format!("- {name} = {value}: {}", prose(&one.message))
    });
    let reopened = differences
        .reopened
        .iter()
        .map(|one| format!("- {}: {}", code(&one.entry.path), prose(&one.message)));
    let mut sections = vec![list("Upgrade hazards", hazards.collect())];
    for class in CLASSES {
        let of_class = causes.iter().filter(|one| one.class().name() == class);
        let of_class: Vec<&Shown<'_>> = of_class.collect();
        sections.push(table(class, &of_class));
    }
    // What must be looked at stands before what is folded.
    sections.insert(3, list("Should differ and does not", missing.collect()));
    sections.insert(3, list("Re-opened entries of `expect`", reopened.collect()));
    if causes.is_empty() {
        let changes = effects(differences).filter(|one| !one.class().is_explained());
        let changes = changes.map(|one| {
            let values = one.field.map(|(_, change)| {
                let side = |data: &Option<_>| data.as_ref().map(super::values::compact);
                arrow(side(&change.before), side(&change.after))
            });
            format!("- {} {}", code(&one.name()), values.unwrap_or_default())
        });
        sections.push(list("Changes", changes.collect()));
    }
    sections
}

fn list(title: &str, rows: Vec<String>) -> Section {
    Section {
        head: vec![String::new(), format!("**{title}**"), String::new()],
        rows,
        tail: Vec::new(),
    }
}

/// The causes of a class; those that need no look are folded.
fn table(class: &str, causes: &[&Shown<'_>]) -> Section {
    let is_folded = !matches!(class, "unexplained" | "security");
    let columns = ["| Cause | Change | Why |", "|---|---|---|"];
    let mut head = vec![String::new()];
    let mut tail = Vec::new();
    if is_folded {
        let count: usize = causes
            .iter()
            .map(|one| one.cause.effects.len() + one.cause.follow.len())
            .sum();
        let causes = counted(causes.len(), "cause").unwrap_or_default();
        let count = counted(count, "difference").unwrap_or_default();
        let summary = format!("{class}: {count}, {causes}");
        head.push(format!("<details><summary>{summary}</summary>"));
        head.push(String::new());
        tail = vec![String::new(), "</details>".to_owned()];
    } else {
        head.extend([format!("**{class}**"), String::new()]);
    }
    head.extend(columns.map(str::to_owned));
    let rows = causes.iter().map(|one| row(one)).collect();
    Section { head, rows, tail }
}

fn row(one: &Shown<'_>) -> String {
    let change = match one.alone() {
        Some(alone) => prose(&alone),
        None => {
            let values = one.values();
            arrow(values.before, values.after)
        }
    };
    let place = match (one.places().last(), one.effects.first()) {
        (Some(place), _) => code(&at(place)),
        (None, Some(first)) => code(&first.name()),
        (None, None) => String::new(),
    };
    let why = match one.class() {
        Class::Security { risk, reason: None } => format!("**{}**, nobody says why", risk.name()),
        Class::Security {
            risk,
            reason: Some(why),
        } => format!("**{}**: {}", risk.name(), prose(&reason(why))),
        Class::Expected(why) => prose(&reason(why)),
        Class::Unexplained => "nobody says why".to_owned(),
        Class::Implied { of } => format!("follows from {}", code(of)),
        Class::Identity | Class::Version => String::new(),
    };
    let effects = folded_effects(one);
    let title = code(&cut(&one.title(), VALUE));
    let place = match place.is_empty() {
        true => place,
        false => format!("<br>{place}"),
    };
    format!("| {title}{place}{effects} | {change} | {why} |")
}

/// What a cause changes, to be opened.
fn folded_effects(one: &Shown<'_>) -> String {
    let all = one.effects.len() + one.follow.len();
    if all < 2 || matches!(one.class(), Class::Identity | Class::Implied { .. }) {
        return String::new();
    }
    let listed = one.effects.iter().chain(&one.follow).take(EFFECTS);
    let listed: Vec<String> = listed.map(|effect| code(&effect.name())).collect();
    let more = match all - listed.len() {
        0 => String::new(),
        more => format!("<br>and {more} more"),
    };
    format!(
        "<details><summary>{all} differences</summary>{}{more}</details>",
        listed.join("<br>")
    )
}

fn arrow(before: Option<String>, after: Option<String>) -> String {
    let side = |text: Option<String>| {
        text.map_or_else(|| "unset".to_owned(), |text| code(&cut(&text, VALUE)))
    };
    format!("{} → {}", side(before), side(after))
}

/// A text of others as code: it is neither Markdown nor HTML, mentions nobody, and fits in a table.
fn code(text: &str) -> String {
    match text {
        "" => String::new(),
        // An address would become a link.
        text => format!("<code>{}</code>", escaped(text).replace("://", "&#58;//")),
    }
}

/// A text of others as prose. Entities would still mention people and issues, so that a space of no width follows
/// the sign.
fn prose(text: &str) -> String {
    let text = escaped(text);
    text.replace("&#64;", "&#64;\u{200b}")
        .replace("&#35;", "&#35;\u{200b}")
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c if "&<>|`*_[]~\\#@!$".contains(c) => {
                // Writing to a string does not fail.
                let _ = write!(escaped, "&#{};", u32::from(c));
            }
            c => escaped.push(c),
        }
    }
    escaped
}
