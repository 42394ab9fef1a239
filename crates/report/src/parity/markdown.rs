//! The table as Markdown, for a wiki page or a comment.

use evenkeel_rules::{Aspect, ParityCell, ParityRow, State};

use super::{Parity, differs, listed, terms};

/// One table, and notes.
pub fn markdown(parity: &Parity<'_>) -> String {
    let table = parity.table;
    let names = table.envs.iter().enumerate().map(|(index, env)| {
        let is_reference = index == 0 && table.has_reference;
        let note = if is_reference { " (reference)" } else { "" };
        format!("{}{note}", escaped(env))
    });
    let mut page = format!("{}.\n\n", escaped(&parity.summary()));
    let names: Vec<String> = names.collect();
    page.push_str(&format!("| Application | {} |\n", names.join(" | ")));
    page.push_str(&format!("|---|{}\n", "---|".repeat(names.len())));
    for row in &table.rows {
        let cells = row.cells.iter().enumerate();
        let cells: Vec<String> = cells
            .map(|(index, cell)| line(cell, row, index > 0 && table.has_reference))
            .collect();
        page.push_str(&format!(
            "| **{}** | {} |\n",
            escaped(&row.app),
            cells.join(" | ")
        ));
    }
    for (title, lines) in parity.notes() {
        page.push_str(&format!("\n**{title}**\n\n"));
        for line in lines {
            page.push_str(&format!("- {}\n", escaped(&line)));
        }
    }
    page
}

/// A cell on one line; of one that is compared only what differs.
fn line(cell: &ParityCell, row: &ParityRow, is_compared: bool) -> String {
    let mut lines = vec![match &cell.state {
        State::On if !cell.opaque.is_empty() => "on, not looked into".to_owned(),
        State::On => "on".to_owned(),
        State::Off(off) => {
            let text = format!("off: {} ({})", off.reason.text, terms(off));
            let mark = if off.is_overdue { "⚠ " } else { "" };
            format!("{mark}{}", escaped(&text))
        }
        State::Unexplained => "❌ **off, nobody says why**".to_owned(),
        State::Absent => "off".to_owned(),
        State::Unknown(_) => "not known".to_owned(),
    }];
    let reference = row.cells.first();
    let is_compared = is_compared && reference.is_some_and(|cell| cell.state == State::On);
    if is_compared && cell.state == State::On && !differs(cell) {
        lines[0].push_str(", the same");
    }
    for aspect in Aspect::ALL {
        let Some(known) = cell.aspects.get(aspect) else {
            continue;
        };
        if known.differs() || !is_compared {
            let mark = if known.differs() { "≠ " } else { "" };
            let text = escaped(&listed(known, row, *aspect).join(", "));
            lines.push(format!("{mark}{}: {text}", aspect.name()));
        }
    }
    lines.join("<br>")
}

/// A text that says what it says, also within a table: Markdown's signs and HTML's are only characters.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c if c.is_control() => escaped.push(char::REPLACEMENT_CHARACTER),
            c => escaped.push(c),
        }
    }
    escaped
}
