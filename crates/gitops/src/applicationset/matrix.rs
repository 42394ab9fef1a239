//! The matrix generator: `applicationset/generators/matrix.go`.

use evenkeel_value::{Data, DataEntry, fmt};

use super::MAX_ELEMENTS;
use super::failure::{Failure, Stop};
use super::generator::{Element, Generators, children, too_many};
use super::leaf::lossy;
use super::params::{Param, Params, Typed};

/// Every element of the first generator with every one that the second gives for it.
pub(super) fn elements(
    generators: &Generators<'_>,
    entry: &DataEntry,
    depth: u32,
) -> Result<Vec<Element>, Stop> {
    let children = children(&entry.value);
    let (first, second) = match children.as_slice() {
        [first, second] => (first, second),
        few if few.len() < 2 => {
            let text = "found less than two generators, Matrix support only two";
            return Err(Failure::new(text, entry.origin).into());
        }
        _ => {
            let text = "found more than two generators, Matrix support only two";
            let help = "a matrix may be one of the two generators, which makes three";
            return Err(Failure::new(text, entry.origin).with_help(help).into());
        }
    };
    let outer = generators
        .nested(first.0, first.1, None, depth)
        .map_err(|stop| {
            stop.within("error failed to get params for first generator in matrix generator: ")
        })?;
    let mut out = Vec::new();
    for a in &outer {
        let inner = generators
            .nested(second.0, second.1, Some(&a.params), depth)
            .map_err(|stop| {
                stop.within("failed to get params for second generator in the matrix generator: ")
            })?;
        for b in inner {
            out.push(combined(a, b, generators.leaves.is_go())?);
        }
        if out.len() > MAX_ELEMENTS {
            return Err(too_many(entry.origin).into());
        }
    }
    Ok(out)
}

fn combined(a: &Element, b: Element, go: bool) -> Result<Element, Failure> {
    let mut origins = a.origins.clone();
    origins.extend(&b.origins);
    let params = if go {
        let mut params = b.params;
        params.override_with(&a.params);
        params
    } else {
        union(&a.params, &b.params).map_err(|failure| {
            failure.within(
                "failed to combine string maps with merging params for the matrix generator: ",
            )
        })?
    };
    Ok(Element { params, origins })
}

/// `utils.CombineStringMaps`: both as strings; what both have must be equal.
fn union(a: &Params, b: &Params) -> Result<Params, Failure> {
    let mut params = Params(a.0.iter().map(printed).collect());
    for param in b.0.iter().map(printed) {
        let known = params.get(&param.name);
        if let Some(known) = known
            && known.value != param.value
        {
            let text = format!(
                "found duplicate key {} with different value, a: {} ,b: {}",
                lossy(&param.name),
                lossy(&fmt::sprint(&known.value.to_value())),
                lossy(&fmt::sprint(&param.value.to_value())),
            );
            return Err(Failure::new(text, param.origin));
        }
        params.set(param);
    }
    Ok(params)
}

fn printed(param: &Param) -> Param {
    if matches!(param.value, Typed::Any(Data::Str(_))) {
        return param.clone();
    }
    Param {
        value: Typed::Any(Data::Str(fmt::sprint(&param.value.to_value()).into())),
        ..param.clone()
    }
}
