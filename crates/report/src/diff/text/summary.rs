//! What should differ and does not, how much there is of what, and the entries of the configuration that are of no use.

use evenkeel_diff::{Counts, Missing, Unused};

use super::Layout;
use super::flow::Flow;
use crate::describe::counted;
use crate::diff::Compared;
use crate::diff::cause::at;
use crate::diff::values::{cut, share};
use crate::paint::Style;

pub(super) fn text(compared: &Compared<'_>, layout: Layout) -> String {
    let differences = compared.differences;
    let mut text = String::new();
    if let Some(count) = counted(differences.missing.len(), "missing difference") {
        text.push_str(&format!("\n{}\n", Style::Yellow.paint(count)));
        for missing in &differences.missing {
            text.push_str(&self::missing(missing, layout));
        }
    }
    if !differences.unused.is_empty() {
        let title = format!("unused entries of `expect`: {}", differences.unused.len());
        text.push_str(&format!("\n{}\n", Style::Yellow.paint(title)));
        for entry in &differences.unused {
            text.push_str(&expectation(entry, "", compared, layout));
        }
    }
    if !differences.reopened.is_empty() {
        let title = format!(
            "re-opened entries of `expect`: {}",
            differences.reopened.len()
        );
        text.push_str(&format!("\n{}\n", Style::Red.paint(title)));
        for reopened in &differences.reopened {
            let message = &reopened.message;
            text.push_str(&expectation(&reopened.entry, message, compared, layout));
        }
    }
    if !text.is_empty() || !differences.causes.is_empty() {
        text.push('\n');
    }
    text.push_str(&numbers(compared, layout));
    text
}

fn missing(missing: &Missing, layout: Layout) -> String {
    let object = &missing.object;
    let mut flow = Flow::new(2, 5, layout.width);
    let name = format!(
        "{} › {}/{}: {}",
        missing.app, object.kind, object.name, missing.path
    );
    let room = flow.room();
    flow.piece(&cut(&name, room), None)
        .piece(&cut(&missing.text, room), Style::Yellow.into());
    if let Some(place) = &missing.place {
        flow.piece(&cut(&at(place), room), Style::Cyan.into());
    }
    flow.words(&missing.message, Style::Dim.into());
    flow.end()
}

/// An entry of `expect`, and what is wrong with it.
fn expectation(entry: &Unused, message: &str, compared: &Compared<'_>, layout: Layout) -> String {
    let app = entry.app.as_deref().unwrap_or("(any)");
    let mut flow = Flow::new(2, 5, layout.width);
    let room = flow.room();
    flow.piece(app, None).piece(&cut(&entry.path, room), None);
    if let Some(place) = compared.locate(entry.span) {
        flow.piece(&cut(&place, room), Style::Cyan.into());
    }
    flow.words(message, None);
    flow.end()
}

/// How many differences there are of each class.
fn numbers(compared: &Compared<'_>, layout: Layout) -> String {
    let differences = compared.differences;
    let apps = || differences.comparisons.iter().flat_map(|one| &one.apps);
    let counts = Counts::of(apps());
    let total = counts.total();
    if total == 0 {
        return format!("{}\n", Style::Green.paint("no differences"));
    }
    let open = format!("{} unexplained", counts.open);
    let open = match counts.open {
        0 => Style::Green.paint(open),
        _ => Style::Red.paint(open),
    };
    let in_apps = counted(
        apps().filter(|app| !app.name.is_empty()).count(),
        "Application",
    );
    let in_apps = in_apps.map_or_else(String::new, |apps| format!(" in {apps}"));
    let causes = counted(differences.causes.len(), "cause");
    let causes = causes.map_or_else(String::new, |causes| format!(", {causes}"));
    let total_named = counted(total, "difference").unwrap_or_default();
    let mut text = format!("{open} of {total_named}{in_apps}{causes}\n");
    if counts.unexplained == total {
        return text;
    }
    let mut flow = Flow::new(2, 2, layout.width);
    for (name, count) in [
        ("unexplained", counts.unexplained),
        ("security", counts.security),
        ("expected", counts.expected),
        ("version", counts.version),
        ("implied", counts.implied),
        ("identity", counts.identity),
    ] {
        flow.piece(&format!("{name} {count} ({})", share(count, total)), None);
    }
    text.push_str(&flow.end());
    let hint = match (layout.all, layout.lists_effects) {
        (true, _) => None,
        (false, true) => Some("--all shows each difference by its object"),
        (false, false) if differences.causes.is_empty() && counts.open < total => {
            Some("--all shows the explained ones, too")
        }
        (false, false) if differences.causes.is_empty() => None,
        (false, false) => {
            Some("--effects lists all effects, --all shows each difference by its object")
        }
    };
    if let Some(hint) = hint {
        text.push_str(&format!("  {}\n", Style::Dim.paint(hint)));
    }
    text
}
