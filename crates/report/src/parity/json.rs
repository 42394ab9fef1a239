//! The table as JSON; `schemas/parity.schema.json` describes it.

use evenkeel_rules::{OffReason, ParityCell, ParityRow, State};
use serde_json::{Map, Value, json as object};

use super::Parity;

/// The version of the format. Additions do not change it.
const VERSION: u32 = 1;

/// The whole table.
pub fn json(parity: &Parity<'_>) -> Value {
    let table = parity.table;
    let untrue = table.untrue.iter().map(|entry| {
        object!({
            "env": entry.env,
            "app": entry.app,
            "isOn": entry.is_on,
            "at": parity.locate(entry.span),
        })
    });
    let unused = table.unused.iter();
    let unused = unused.map(|chart| object!({ "chart": chart.chart, "reason": chart.reason }));
    object!({
        "version": VERSION,
        "envs": table.envs,
        "reference": parity.reference(),
        "unexplained": table.unexplained(),
        "overdue": table.overdue(),
        "apps": table.rows.iter().map(|row| app(row, parity)).collect::<Vec<_>>(),
        "untrue": untrue.collect::<Vec<_>>(),
        "unused": unused.collect::<Vec<_>>(),
    })
}

fn app(row: &ParityRow, parity: &Parity<'_>) -> Value {
    let cells = row.cells.iter().zip(&parity.table.envs);
    let cells = cells.map(|(one, env)| (env.clone(), cell(one, parity)));
    object!({ "name": row.app, "envs": cells.collect::<Map<_, _>>() })
}

fn cell(cell: &ParityCell, parity: &Parity<'_>) -> Value {
    let (state, why) = match &cell.state {
        State::On => ("on", Value::Null),
        State::Off(off) => ("off", reason(off, parity)),
        State::Unexplained => ("unexplained", Value::Null),
        State::Absent => ("absent", Value::Null),
        State::Unknown(why) => ("unknown", object!({ "text": why })),
    };
    let aspects = cell.aspects.iter().map(|(aspect, facts)| {
        let all = facts
            .all
            .iter()
            .map(|fact| object!({ "name": fact.name, "text": fact.text, "isNew": fact.is_new }));
        let missing = facts.missing.iter();
        let missing = missing.map(|fact| object!({ "name": fact.name, "text": fact.text }));
        let facts = object!({
            "differs": facts.differs(),
            "facts": all.collect::<Vec<_>>(),
            "missing": missing.collect::<Vec<_>>(),
        });
        (aspect.name().to_owned(), facts)
    });
    object!({
        "state": state,
        "reason": why,
        "aspects": aspects.collect::<Map<_, _>>(),
        "opaque": cell.opaque,
    })
}

fn reason(off: &OffReason, parity: &Parity<'_>) -> Value {
    let reason = &off.reason;
    object!({
        "text": reason.text,
        "owner": reason.owner,
        "review": reason.review.map(|review| review.to_string()),
        "isOverdue": off.is_overdue,
        "at": parity.locate(reason.span),
    })
}
