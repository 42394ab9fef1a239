//! `--report-nondeterminism`: which documents depend on chance.

use std::collections::BTreeMap;
use std::sync::Arc;

use evenkeel_renderer::{Chart, Failure, Rendered, Renderer, Request, UserValues};

use crate::outcome::{FAILED, Outcome};

/// Renders twice with different seeds and times and names the documents that differ. The run fails if
/// there are any.
pub(crate) fn report(
    renderer: &Renderer,
    chart: &Arc<Chart>,
    values: &UserValues,
    request: &Request,
    out: &mut Outcome,
) -> Result<(), Failure> {
    let seed = request.seed.unwrap_or(1);
    let mut again = request.clone();
    again.seed = Some(seed.wrapping_add(0x9e37_79b9_7f4a_7c15));
    // Another day: what prints the date differs too.
    again.clock.seconds += 86_400 + 3_661;
    let first = renderer.render(
        chart,
        values,
        &Request {
            seed: Some(seed),
            ..request.clone()
        },
    )?;
    let second = renderer.render(chart, values, &again)?;
    let (first, second) = (documents(&first), documents(&second));
    let mut names: Vec<&String> = first.keys().chain(second.keys()).collect();
    names.sort_unstable();
    names.dedup();
    let differing: Vec<_> = names
        .into_iter()
        .filter(|n| first.get(*n) != second.get(*n))
        .collect();
    for name in &differing {
        out.stdout.extend_from_slice(name.as_bytes());
        out.stdout.push(b'\n');
    }
    if differing.is_empty() {
        out.stderr
            .extend_from_slice(b"every document is the same in both renders\n");
    } else {
        out.code = FAILED;
    }
    Ok(())
}

/// The documents by a name for people, numbered where a name repeats.
fn documents(rendered: &Rendered) -> BTreeMap<String, Vec<u8>> {
    let manifests = rendered.manifests.iter();
    let hooks = rendered.hooks.iter().map(|hook| &hook.document);
    let mut all = BTreeMap::new();
    for document in manifests.chain(hooks) {
        let head = document.head();
        let mut name = format!("{}: {} {}", document.path(), head.kind, head.name);
        if all.contains_key(&name) {
            let number = (2..)
                .find(|n| !all.contains_key(&format!("{name} ({n})")))
                .unwrap_or(2);
            name = format!("{name} ({number})");
        }
        all.insert(name, document.text().to_vec());
    }
    all
}
