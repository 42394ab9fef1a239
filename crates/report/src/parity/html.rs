//! The table as a page of one file.

use evenkeel_rules::{Aspect, Fact, ParityCell, ParityRow, State};
use minijinja::context;
use minijinja::value::Value;

use super::{Parity, differs, shown, terms};
use crate::html::Page;

const PAGE: Page = Page {
    template: include_str!("page.html"),
    style: include_str!("page.css"),
    script: include_str!("page.js"),
};

/// The page.
pub fn html(parity: &Parity<'_>) -> String {
    let table = parity.table;
    let notes = parity.notes().into_iter();
    let notes: Vec<Value> = notes
        .map(|(title, lines)| context! { title, lines })
        .collect();
    PAGE.render(&context! {
        envs => &table.envs,
        has_reference => table.has_reference,
        unexplained => table.unexplained(),
        summary => parity.summary(),
        rows => table.rows.iter().map(row).collect::<Vec<_>>(),
        notes,
    })
}

fn row(row: &ParityRow) -> Value {
    let is_even = row
        .cells
        .iter()
        .all(|cell| cell.state == State::On && !differs(cell));
    context! {
        app => &row.app,
        differs => !is_even,
        cells => row.cells.iter().map(|one| cell(one, row)).collect::<Vec<_>>(),
    }
}

fn cell(cell: &ParityCell, row: &ParityRow) -> Value {
    let (state, colour) = match &cell.state {
        State::On => ("on", "green"),
        State::Off(_) | State::Absent => ("off", ""),
        State::Unexplained => ("off, nobody says why", "red"),
        State::Unknown(_) => ("not known", "amber"),
    };
    let off = match &cell.state {
        State::Off(off) => Some(off),
        _ => None,
    };
    let reason = match &cell.state {
        State::Off(off) => Some(off.reason.text.clone()),
        State::On if !cell.opaque.is_empty() => Some("not looked into".to_owned()),
        _ => None,
    };
    let aspects = Aspect::ALL.iter().filter_map(|aspect| {
        let known = cell.aspects.get(aspect)?;
        Some(context! {
            name => aspect.name(),
            differs => known.differs(),
            facts => texts(&known.all, row, *aspect),
            missing => texts(&known.missing, row, *aspect),
        })
    });
    context! {
        state,
        colour,
        reason,
        terms => off.map(terms),
        overdue => off.is_some_and(|off| off.is_overdue),
        aspects => aspects.collect::<Vec<_>>(),
    }
}

fn texts(facts: &[Fact], row: &ParityRow, aspect: Aspect) -> Vec<Value> {
    let texts = facts.iter().map(|fact| {
        let text = shown(fact, row, aspect);
        context! { text, is_new => fact.is_new }
    });
    texts.collect()
}
