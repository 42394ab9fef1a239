//! Defaults under the user's values: Helm's `CoalesceValues` and `MergeValues`.

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::{Code, Diagnostic, Origin, Span};
use evenkeel_value::{Data, Map, Type, Value, fmt, ty};

use crate::Instance;
use crate::tables::{clean_nulls, coalesce_tables, lookup_table, table};

/// The key whose value every sub-chart shares.
const GLOBAL: &str = "global";

/// A chart with its sub-charts, in whatever form.
pub(crate) trait Tree: Sized {
    /// The name, or the alias.
    fn name(&self) -> &str;

    /// The defaults, as a map of the caller's own.
    fn defaults(&self) -> Map;

    /// The dependencies in Helm's order.
    fn children(&self) -> impl Iterator<Item = Self>;
}

/// What differs between a coalescing and another.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rules {
    /// Whether nulls stay: `MergeValues`.
    pub(crate) merge: bool,
    pub(crate) helm: HelmVersion,
}

/// The root's `.Values`: the user's values over the defaults of the chart and of all its dependencies,
/// Helm's `CoalesceValues`. The map is of type `map[string]interface {}`, all the caller's own; inside,
/// charts share `global` maps exactly as far as Helm's do.
///
/// Give it another type with [`Map::share_as`].
///
/// # Errors
/// A diagnostic with Helm's text, such as `type mismatch on sub: %!t(string=x)`.
pub fn coalesce_values(root: &Instance, user: &Data, helm: HelmVersion) -> Result<Map, Diagnostic> {
    let values = own_map(user);
    coalesce(&root, &values, Rules { merge: false, helm }).map_err(|fault| fault.diagnostic())?;
    Ok(values)
}

/// The values that a sub-chart named `name` sees, out of its parent's: the very same map (not a copy)
/// under the type `values_type`, as `values.Table("Values." + name)` gives it in Helm's engine. `None`
/// where there is no such table; the sub-chart then has an empty map.
pub fn subchart_values(parent: &Map, name: &str, values_type: Type) -> Option<Map> {
    Some(lookup_table(parent, name)?.share_as(values_type))
}

/// Why values cannot be put together.
#[derive(Debug)]
pub(crate) enum Fault {
    /// A sub-chart's key holds something that is no map.
    TypeMismatch {
        name: String,
        value: Value,
        origin: Origin,
    },
    /// A path of import-values is no string, which crashes Helm 3.18.
    ImportPath { key: &'static str },
}

impl Fault {
    pub(crate) fn diagnostic(&self) -> Diagnostic {
        match self {
            Fault::TypeMismatch {
                name,
                value,
                origin,
            } => {
                let shown = fmt::sprintf(b"%t", std::slice::from_ref(value));
                let shown = String::from_utf8_lossy(&shown);
                let message = format!("{name} is a sub-chart, so its values have to be a map");
                Diagnostic::error(Code::new("values/type-mismatch"), message)
                    .with_native(format!("type mismatch on {name}: {shown}"))
                    .at(Span::new(origin.file, origin.offset, origin.offset))
            }
            Fault::ImportPath { key } => {
                let message = format!("{key} of an entry of import-values is no string");
                Diagnostic::error(Code::new("values/import-path"), message)
            }
        }
    }
}

/// A map of one's own; anything but a map is an empty one.
pub(crate) fn own_map(data: &Data) -> Map {
    match data.to_value() {
        Value::Map(map) => map,
        _ => Map::default(),
    }
}

/// Puts the defaults of a chart and of its sub-charts under `dest`.
pub(crate) fn coalesce<T: Tree>(chart: &T, dest: &Map, rules: Rules) -> Result<(), Fault> {
    own_defaults(chart, dest, rules);
    for child in chart.children() {
        let key = child.name();
        let values = match dest.get(key.as_bytes()) {
            None => {
                let fresh = Map::default();
                dest.insert(key, fresh.clone());
                fresh
            }
            Some(value) => match table(&value) {
                Some(map) => map.clone(),
                None => {
                    let origin = dest.origin(key.as_bytes()).unwrap_or(Origin::NONE);
                    return Err(Fault::TypeMismatch {
                        name: key.to_owned(),
                        value,
                        origin,
                    });
                }
            },
        };
        hand_down_globals(&values, dest, rules.helm);
        coalesce(&child, &values, rules)?;
    }
    Ok(())
}

/// The chart's own defaults under `values` (`coalesceValues`).
fn own_defaults<T: Tree>(chart: &T, values: &Map, rules: Rules) {
    for entry in chart.defaults().drain() {
        let merge = rules.merge;
        match values.get(&entry.key) {
            Some(Value::Nil) if !merge => {
                values.remove(&entry.key);
            }
            Some(value) => {
                let (Some(dest), Some(src)) = (table(&value), table(&entry.value)) else {
                    continue;
                };
                // A sub-chart's part keeps its nulls: they are for the sub-chart's own turn.
                let is_child = || chart.children().any(|c| c.name().as_bytes() == &*entry.key);
                let merge = merge || is_child();
                if !merge && rules.helm.cleans_default_nulls() {
                    clean_nulls(src);
                }
                coalesce_tables(dest, src, Rules { merge, ..rules });
            }
            None => {
                if !merge && rules.helm.cleans_default_nulls() {
                    if entry.value.is_nil() {
                        continue;
                    }
                    if let Some(inner) = table(&entry.value) {
                        clean_nulls(inner);
                    }
                }
                values.insert_from(entry.key, entry.value, entry.origin);
            }
        }
    }
}

/// Merges the parent's globals over the sub-chart's (`coalesceGlobals`). Only the outermost maps are
/// copied: deeper ones are shared from here on, and a sub-chart's defaults find their way into the
/// parent's globals.
fn hand_down_globals(dest: &Map, src: &Map, helm: HelmVersion) {
    let globals = |map: &Map| match map.get(GLOBAL.as_bytes()) {
        None => Some(Map::default()),
        Some(value) => table(&value).cloned(),
    };
    let (Some(below), Some(above)) = (globals(dest), globals(src)) else {
        return;
    };
    for entry in above.snapshot() {
        let existing = below.get(&entry.key);
        let Some(inner) = table(&entry.value) else {
            if existing.as_ref().and_then(table).is_none() {
                below.insert_from(entry.key, entry.value, entry.origin);
            }
            continue;
        };
        let copy = inner.copy_as(ty::MAP);
        match &existing {
            None => {}
            Some(value) => match table(value) {
                Some(default) => coalesce_tables(&copy, default, Rules { merge: true, helm }),
                None => continue,
            },
        }
        below.insert_from(entry.key, copy, entry.origin);
    }
    let origin = dest
        .origin(GLOBAL.as_bytes())
        .or_else(|| src.origin(GLOBAL.as_bytes()))
        .unwrap_or(Origin::NONE);
    dest.insert_from(GLOBAL, below, origin);
}
