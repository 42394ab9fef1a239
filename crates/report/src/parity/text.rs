//! The table for people at a terminal.

use evenkeel_rules::{Aspect, ParityCell, ParityRow, State};

use super::{Parity, listed, terms};
use crate::paint::{Style, harmless};
use crate::wrap::wrapped;

/// The widest column of names, and of an environment.
const MAX_NAMES: usize = 24;
const MAX_COLUMN: usize = 48;

/// The narrowest column of an environment. Where they do not fit, they stand in several tables.
const MIN_COLUMN: usize = 20;

/// Before what differs from the reference.
const MARK: &str = "≠ ";

/// Between columns.
const GAP: usize = 2;

/// The table, in lines of `width` characters.
pub fn text(parity: &Parity<'_>, width: usize) -> String {
    let mut page = String::new();
    let has_rows = !parity.table.rows.is_empty();
    for columns in tables(parity, width).into_iter().filter(|_| has_rows) {
        let layout = Layout::new(parity, columns, width);
        layout.head(parity, &mut page);
        for row in &parity.table.rows {
            layout.row(row, &mut page);
        }
        page.push('\n');
    }
    for (title, lines) in parity.notes() {
        page.push_str(&format!("{}\n", Style::Bold.paint(title)));
        for line in lines {
            let line = wrapped(&format!("  {}", harmless(&line)), width);
            page.push_str(&format!("{line}\n"));
        }
        page.push('\n');
    }
    let style = match parity.table.unexplained() {
        0 => Style::Green,
        _ => Style::Red,
    };
    let summary = wrapped(&parity.summary(), width);
    page.push_str(&format!("{}\n", style.paint(harmless(&summary))));
    page
}

/// The columns of each table: as many environments as fit, the reference always among them.
fn tables(parity: &Parity<'_>, width: usize) -> Vec<Vec<usize>> {
    let envs: Vec<usize> = (0..parity.table.envs.len()).collect();
    let room = width.saturating_sub(names(parity)) / (MIN_COLUMN + GAP);
    let repeated = usize::from(parity.table.has_reference);
    if room >= envs.len() || room <= repeated {
        return vec![envs];
    }
    let (first, rest) = envs.split_at(repeated);
    let parts = rest.chunks(room - repeated);
    parts.map(|part| [first, part].concat()).collect()
}

/// How wide the column of names is.
fn names(parity: &Parity<'_>) -> usize {
    let apps = parity.table.rows.iter().map(|row| row.app.chars().count());
    let aspects = Aspect::ALL.iter().map(|aspect| aspect.name().len() + 2);
    apps.chain(aspects).max().unwrap_or(0).min(MAX_NAMES)
}

/// The columns of a table.
struct Layout {
    names: usize,
    envs: Vec<usize>,
    /// How wide each environment's column is.
    column: usize,
    has_reference: bool,
}

/// The lines of a cell, and how they look.
#[derive(Debug, Clone, Default)]
struct Lines {
    text: Vec<String>,
    style: Option<Style>,
}

impl Lines {
    fn new(text: &str, width: usize, style: Option<Style>) -> Lines {
        Lines {
            text: cut(&harmless(text), width),
            style,
        }
    }
}

impl Layout {
    fn new(parity: &Parity<'_>, envs: Vec<usize>, width: usize) -> Layout {
        let names = names(parity);
        let room = width.saturating_sub(names) / envs.len().max(1);
        let column = room.saturating_sub(GAP).clamp(MIN_COLUMN, MAX_COLUMN);
        Layout {
            names,
            envs,
            column,
            has_reference: parity.table.has_reference,
        }
    }

    fn head(&self, parity: &Parity<'_>, page: &mut String) {
        let names = self.envs.iter().map(|&index| {
            let is_reference = index == 0 && self.has_reference;
            let note = if is_reference { " (reference)" } else { "" };
            let name = format!("{}{note}", parity.table.envs[index]);
            Lines::new(&name, self.column, Some(Style::Bold))
        });
        let names: Vec<Lines> = names.collect();
        let cells: Vec<&Lines> = names.iter().collect();
        let height = names.iter().map(|lines| lines.text.len()).max();
        self.lines(&Lines::default(), &cells, height.unwrap_or(0), page);
        let width = self.names + self.envs.len() * (self.column + GAP);
        page.push_str(&format!("{}\n", Style::Dim.paint("─".repeat(width))));
    }

    fn row(&self, row: &ParityRow, page: &mut String) {
        let cells: Vec<(usize, &ParityCell)> = self
            .envs
            .iter()
            .map(|&index| (index, &row.cells[index]))
            .collect();
        let aspects = Aspect::ALL.iter().filter(|aspect| {
            let mut cells = cells.iter();
            cells.any(|(_, cell)| cell.aspects.contains_key(aspect))
        });
        let lines: Vec<Option<Aspect>> = std::iter::once(None)
            .chain(aspects.copied().map(Some))
            .collect();
        // What is said of an Application that is off goes on beside the aspects of the others.
        let mut states: Vec<Lines> = cells
            .iter()
            .map(|(_, cell)| state(cell, self.column))
            .collect();
        for (at, aspect) in lines.iter().enumerate() {
            let is_last = at + 1 == lines.len();
            let shown = cells
                .iter()
                .zip(&mut states)
                .map(|((index, cell), state)| match aspect {
                    Some(aspect) if cell.state == State::On => {
                        (self.aspect(row, *index, cell, *aspect), true)
                    }
                    _ => (state.clone(), cell.state == State::On),
                });
            let shown: Vec<(Lines, bool)> = shown.collect();
            let asked = shown.iter().filter(|(_, is_on)| *is_on || is_last);
            let height = asked
                .map(|(lines, _)| lines.text.len())
                .max()
                .unwrap_or(0)
                .max(1);
            let (name, style) = match aspect {
                None => (row.app.clone(), Style::Bold),
                Some(aspect) => (format!("  {}", aspect.name()), Style::Dim),
            };
            let columns: Vec<&Lines> = shown.iter().map(|(lines, _)| lines).collect();
            self.lines(
                &Lines::new(&name, self.names, Some(style)),
                &columns,
                height,
                page,
            );
            for state in &mut states {
                state.text.drain(..height.min(state.text.len()));
            }
        }
    }

    fn aspect(&self, row: &ParityRow, index: usize, cell: &ParityCell, aspect: Aspect) -> Lines {
        let reference = row
            .cells
            .first()
            .filter(|_| index > 0 && self.has_reference);
        let is_compared = reference.is_some_and(|reference| reference.state == State::On);
        let none = Lines::default();
        let Some(facts) = cell.aspects.get(&aspect) else {
            return none;
        };
        let (mark, style) = match facts.differs() {
            true => (MARK, Some(Style::Yellow)),
            false if is_compared => return Lines::new("=", self.column, Some(Style::Dim)),
            false => ("", None),
        };
        let room = self.column - mark.chars().count();
        let mut text = Vec::new();
        for fact in listed(facts, row, aspect) {
            let lines = cut(&harmless(&fact), room).into_iter().enumerate();
            // The mark stands before the first line, and the others below what it marks.
            text.extend(lines.map(|(at, line)| match at {
                0 => format!("{mark}{line}"),
                _ => format!("{}{line}", " ".repeat(mark.chars().count())),
            }));
        }
        Lines { text, style }
    }

    /// Writes as many lines of cells side by side.
    fn lines(&self, name: &Lines, cells: &[&Lines], height: usize, page: &mut String) {
        let cells = || cells.iter().map(|cell| (*cell, self.column));
        for at in 0..height.max(name.text.len()) {
            let mut line = String::new();
            for (lines, width) in std::iter::once((name, self.names)).chain(cells()) {
                let known = lines
                    .text
                    .get(at)
                    .filter(|_| at < height || std::ptr::eq(lines, name));
                let text = known.map_or("", String::as_str);
                let pad = (width + GAP).saturating_sub(text.chars().count());
                match lines.style {
                    Some(style) if !text.is_empty() => {
                        line.push_str(&style.paint(text).to_string())
                    }
                    _ => line.push_str(text),
                }
                line.push_str(&" ".repeat(pad));
            }
            page.push_str(line.trim_end());
            page.push('\n');
        }
    }
}

fn state(cell: &ParityCell, width: usize) -> Lines {
    let (text, style) = match &cell.state {
        State::On if cell.opaque.is_empty() => ("on".to_owned(), Style::Green),
        State::On => ("on, not looked into".to_owned(), Style::Green),
        State::Off(off) => {
            let text = format!("off: {} ({})", off.reason.text, terms(off));
            let style = if off.is_overdue {
                Style::Yellow
            } else {
                Style::Dim
            };
            (text, style)
        }
        State::Unexplained => ("OFF, nobody says why".to_owned(), Style::Red),
        State::Absent => ("off".to_owned(), Style::Dim),
        State::Unknown(_) => ("not known".to_owned(), Style::Yellow),
    };
    Lines::new(&text, width, Some(style))
}

/// Lines of at most `width` characters. A word that is longer is broken, behind a sign where it has one.
fn cut(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    for line in wrapped(text, width).lines() {
        let mut rest: Vec<char> = line.chars().collect();
        while rest.len() > width {
            let sign = rest[..width].iter().rposition(|c| "/:.-_@".contains(*c));
            let at = sign.map_or(width, |at| at + 1);
            let tail = rest.split_off(at);
            lines.push(rest.iter().collect());
            rest = tail;
        }
        lines.push(rest.into_iter().collect());
    }
    lines
}
