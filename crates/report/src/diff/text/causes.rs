//! What made the differences, by class; each cause on as few lines as it takes.

use evenkeel_diff::{Cause, Class};

use super::flow::Flow;
use super::{Layout, style};
use crate::describe::counted;
use crate::diff::Compared;
use crate::diff::cause::{CLASSES, Shown, at, reason, shown};
use crate::diff::effect::{Effect, hazards};
use crate::diff::values::{cut, pretty, texts};
use crate::paint::{Style, harmless};

/// Where the lines of a cause begin, behind its number.
const INDENT: usize = 5;

/// How many lines of a value are shown of a cause that has no line of its own.
const VALUE_LINES: usize = 12;

/// Hazards, then all causes.
pub(super) fn text(compared: &Compared<'_>, layout: Layout) -> String {
    let mut text = hazard_lines(compared, layout);
    let causes = shown(compared.differences);
    for class in CLASSES {
        let of_class = causes.iter().filter(|one| one.class().name() == class);
        let of_class: Vec<&Shown<'_>> = of_class.collect();
        if of_class.is_empty() {
            continue;
        }
        if matches!(class, "identity" | "implied") && !layout.lists_effects {
            text.push('\n');
            text.push_str(&folded(class, &of_class, layout));
            continue;
        }
        text.push_str(&heading(class, &of_class));
        for one in of_class {
            text.push_str(&match one.class().is_explained() {
                true => explained(one, layout),
                false => open(one, layout),
            });
            if layout.lists_effects {
                text.push_str(&list(one, layout));
            }
        }
    }
    text
}

/// What may go wrong when it is applied, before everything else.
fn hazard_lines(compared: &Compared<'_>, layout: Layout) -> String {
    let hazards = hazards(compared.differences);
    let Some(count) = counted(hazards.len(), "upgrade hazard") else {
        return String::new();
    };
    let mut text = format!("\n{}\n", Style::Red.paint(count));
    for (effect, hazard, more) in hazards {
        let mut flow = Flow::new(2, INDENT, layout.width);
        flow.piece("!", Style::Red.into())
            .piece(&cut(&effect.name(), layout.width - INDENT), None)
            .piece(
                &if more > 0 {
                    format!("(+{more})")
                } else {
                    String::new()
                },
                Style::Dim.into(),
            )
            .next()
            .words(&hazard.advice, Style::Red.into());
        text.push_str(&flow.end());
    }
    text
}

fn heading(class: &str, causes: &[&Shown<'_>]) -> String {
    let open = causes.iter().any(|one| !one.class().is_explained());
    let style = match (open, class) {
        (true, _) => Style::Red,
        (false, "security") => Style::Yellow,
        _ => Style::Bold,
    };
    format!("\n{}\n", style.paint(class))
}

/// Causes that need no look: one line for all.
fn folded(class: &str, causes: &[&Shown<'_>], layout: Layout) -> String {
    let count = |list: fn(&Cause) -> usize| causes.iter().map(|one| list(one.cause)).sum::<usize>();
    let effects = count(|cause| cause.effects.len()) + count(|cause| cause.follow.len());
    let effects = counted(effects, "difference").unwrap_or_default();
    let mut flow = Flow::new(0, INDENT, layout.width);
    flow.piece(class, Style::Bold.into());
    flow.more_words(&format!("{effects} of"), None);
    let last = causes.len() - 1;
    for (i, one) in causes.iter().enumerate() {
        let values = one.values();
        let comma = if i < last { "," } else { "" };
        let text = match (one.class(), values.before, values.after) {
            (Class::Identity, Some(before), Some(after)) => {
                format!("{} {before} → {after}{comma}", one.title())
            }
            _ => format!("{}{comma}", one.title()),
        };
        flow.more_words(&text, Style::Dim.into());
    }
    flow.end()
}

/// Number, name, values: the beginning of a cause.
fn head(one: &Shown<'_>, layout: Layout) -> Flow {
    let mut flow = Flow::new(0, INDENT, layout.width);
    flow.piece(&format!("{:>3}", one.number), Style::Dim.into());
    let name = cut(&one.title(), flow.room() / 2);
    if let Some(alone) = one.alone() {
        flow.piece(&format!("{name}:"), None)
            .more_words(&alone, None);
        return flow;
    }
    let values = one.values();
    let [before, after] = [values.before, values.after];
    if before.is_none() && after.is_none() {
        flow.piece(&name, None);
        return flow;
    }
    // Both values and the arrow between them stand on one line.
    let room = flow.room().saturating_sub(name.chars().count() + 6) / 2;
    let [before, after] = [before, after].map(|text| text.map(|text| cut(&text, room.max(8))));
    let unset = || "unset".to_owned();
    flow.piece(&format!("{name}:"), None);
    let (before, after) = (before.unwrap_or_else(unset), after.unwrap_or_else(unset));
    if before.chars().count() + after.chars().count() + 4 > flow.left() {
        flow.next();
    } else {
        flow.joined(" ", None);
    }
    flow.joined(&before, Style::Red.into());
    flow.joined(" → ", None);
    flow.joined(&after, Style::Green.into());
    flow
}

/// A cause that somebody has explained.
fn explained(one: &Shown<'_>, layout: Layout) -> String {
    let mut flow = head(one, layout);
    let room = flow.room();
    match one.places().last() {
        Some(place) => flow.piece(&cut(&at(place), room), Style::Cyan.into()),
        None => subject(one, &mut flow),
    };
    if let Class::Security { risk, .. } = one.class() {
        flow.piece(risk.name(), Style::Yellow.into());
    }
    if let Some(why) = one.class().reason() {
        flow.words(&reason(why), Style::Dim.into());
    }
    if let Some(count) = one.count() {
        flow.piece(&format!("({count})"), Style::Dim.into());
    }
    flow.end()
}

/// What a cause changes that stands in no file; the name of an Application says it itself.
fn subject<'f>(one: &Shown<'_>, flow: &'f mut Flow) -> &'f mut Flow {
    let Some(first) = one.effects.first().filter(|first| first.field.is_some()) else {
        return flow;
    };
    let name = cut(&first.name(), flow.room());
    flow.piece(&name, Style::Cyan.into())
}

/// A cause that nobody has explained: with its lines, and the first of what it changes.
fn open(one: &Shown<'_>, layout: Layout) -> String {
    let mut flow = head(one, layout);
    if let Class::Security { risk, .. } = one.class() {
        flow.piece(risk.name(), style(one.class()).into());
    }
    let room = flow.room();
    for place in one.places() {
        flow.next();
        let at = cut(&at(place), room);
        flow.piece(&at, Style::Cyan.into());
        let left = flow.left().saturating_sub(2);
        if left > 16 {
            flow.piece(&cut(place.text.trim(), left), Style::Dim.into());
        }
    }
    for hop in &one.cause.hops {
        let at = hop.place.as_ref().map(at);
        let at = at.map_or_else(String::new, |at| format!(", {at}"));
        let text = format!("through {} {}{at}", hop.what, hop.name);
        flow.next().words(&text, Style::Dim.into());
    }
    let Some(first) = one.effects.first() else {
        return flow.end();
    };
    flow.next().piece(&cut(&first.name(), room), None);
    let more = one.cause.effects.len() - 1;
    if let Some(more) = counted(more, "more effect").filter(|_| !layout.lists_effects) {
        flow.piece(&format!("and {more}"), Style::Dim.into());
    }
    if let Some(follow) = counted(one.follow.len(), "difference") {
        let text = format!("{follow} follow from it");
        flow.words(&text, Style::Dim.into());
    }
    let mut text = flow.end();
    if one.places().is_empty() {
        text.push_str(&value_lines(first, layout));
    }
    text
}

/// The lines of a text or of a structure that have changed, where no line of a file says it.
fn value_lines(effect: &Effect<'_>, layout: Layout) -> String {
    let Some((_, change)) = effect.field else {
        return String::new();
    };
    let (old, new) = match texts(&change.before, &change.after) {
        Some([old, new]) => (old.into_owned(), new.into_owned()),
        None => {
            let lines = |data: &Option<_>| data.as_ref().map(pretty).unwrap_or_default();
            (lines(&change.before), lines(&change.after))
        }
    };
    if old.lines().count().max(new.lines().count()) < 2 {
        return String::new();
    }
    let diff = similar::TextDiff::from_lines(&old, &new);
    let changed = diff.iter_all_changes().filter_map(|line| {
        let (sign, style) = match line.tag() {
            similar::ChangeTag::Delete => ('-', Style::Red),
            similar::ChangeTag::Insert => ('+', Style::Green),
            similar::ChangeTag::Equal => return None,
        };
        let text = format!("{sign} {}", line.value().trim_end_matches('\n'));
        let text = cut(&harmless(&text), layout.width - INDENT);
        Some(format!("{:INDENT$}{}\n", "", style.paint(text)))
    });
    let changed: Vec<String> = changed.collect();
    let mut text: String = changed
        .iter()
        .take(VALUE_LINES)
        .map(String::as_str)
        .collect();
    if let Some(more) = changed
        .len()
        .checked_sub(VALUE_LINES)
        .filter(|more| *more > 0)
    {
        let more = format!("… {more} more lines; --all shows them");
        text.push_str(&format!("{:INDENT$}{}\n", "", Style::Dim.paint(more)));
    }
    text
}

/// All that a cause changes, and what follows from it.
fn list(one: &Shown<'_>, layout: Layout) -> String {
    let line = |sign: &str, effect: &Effect<'_>| {
        let mut flow = Flow::new(INDENT, INDENT + 2, layout.width);
        let room = flow.room();
        flow.piece(sign, Style::Dim.into())
            .joined(" ", None)
            .joined(&cut(&effect.name(), room), None);
        flow.end()
    };
    // The first effect of an open cause stands there already.
    let skipped = usize::from(!one.class().is_explained());
    let effects = one.effects.iter().skip(skipped);
    let effects = effects.map(|effect| line("·", effect));
    let follow = one.follow.iter().map(|effect| line("↳", effect));
    effects.chain(follow).collect()
}
